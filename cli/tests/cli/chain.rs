//! From events to a damaged file: what is put in comes back, and what is broken is counted, number for number.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;

use dashstream_codec::Prelude;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, TYPES, at, entries, run, run_with};

const EVENTS: usize = 4_000;
const TENANTS: [&str; 3] = ["acme", "zebra-ü", "日本"];

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        at(self.0 >> 33) % end
    }

    /// Text of all planes, controls too; now and then a large one.
    fn text(&mut self) -> String {
        const CHARS: [char; 12] = ['a', 'Z', '7', ' ', '"', '\\', '\n', '\u{0}', 'é', '世', '\u{FFFD}', '\u{1F600}'];
        let len = if self.below(400) == 0 { 60_000 } else { self.below(30) };
        (0..len).map(|_| CHARS[self.below(CHARS.len())]).collect()
    }
}

/// Events of every type, of tenants in turn.
fn events() -> Vec<Value> {
    let mut dice = Dice(1);
    (0..EVENTS).map(|index| event(index, &mut dice)).collect()
}

fn event(index: usize, dice: &mut Dice) -> Value {
    let name = TYPES[dice.below(TYPES.len())];
    let node = ["", "plan", "act", "größer"][dice.below(4)];
    let mut event = json!({
        "t_us": 1_767_000_000_000_000 + 1_000 * index - dice.below(5_000), "tenant": TENANTS[dice.below(TENANTS.len())],
        "thread": format!("thread-{}", dice.below(20)), "type": name, "node": node,
    });
    let own = match name {
        "node_end" => json!({"duration_us": dice.below(1 << 40)}),
        "token" => json!({
            "request": format!("r-{}", dice.below(9)), "model": "m-ø", "index": dice.below(1 << 32), "text": dice.text(),
            "final": dice.below(2) == 1,
        }),
        "tool_call" => json!({"call": format!("c-{index}"), "tool": "search", "arguments": dice.text()}),
        "tool_result" => json!({
            "call": format!("c-{index}"), "tool": "search", "result": dice.text(), "duration_us": dice.below(1 << 40),
        }),
        "metrics" => {
            json!({"metrics": {"tokens": dice.below(99), "größe": -7, "load": 0.1, "whole": 3.0, "zero": -0.0}})
        }
        "state_diff" => json!({"ops": [
            {"op": "add", "path": "/messages/-", "value": {"role": "user", "content": dice.text()}},
            {"op": "remove", "path": "/ü"},
            {"op": "move", "path": "/a", "from": "/b"},
        ]}),
        _ => json!({}),
    };
    event.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    event
}

fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

/// The events of each tenant, in order.
fn by_tenant(events: Vec<Value>) -> BTreeMap<String, Vec<Value>> {
    let mut tenants: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in events {
        tenants.entry(event["tenant"].as_str().unwrap().to_owned()).or_default().push(event);
    }
    tenants
}

/// One entry of a file of frames.
#[derive(Clone, Debug)]
struct Entry {
    start: u64,
    frame: u64,
    end: u64,
    lane: u32,
    numbers: RangeInclusive<u64>,
}

impl Entry {
    fn count(&self) -> u64 {
        self.numbers.end() - self.numbers.start() + 1
    }
}

fn parts(file: &[u8]) -> Vec<Entry> {
    let part = |entry: dashstream_codec::file::AcceptedEntry| {
        let prelude = Prelude::read(&file[at(entry.frame)..at(entry.end)]).unwrap();
        let numbers = prelude.base_sequence..=prelude.last_sequence();
        Entry { start: entry.start, frame: entry.frame, end: entry.end, lane: prelude.lane, numbers }
    };
    entries(file).into_iter().map(part).collect()
}

/// What `verify` says of each lane: first, last, seen, declared, unreadable, lost, tail.
fn accounts(report: &Value) -> Vec<[String; 7]> {
    let keys = ["first", "last", "seen", "declared", "unreadable", "lost", "tail"];
    let accounts = report["accounts"].as_array().unwrap();
    let text = |account: &Value| keys.map(|key| account[key].as_str().unwrap().to_owned());
    accounts.iter().map(text).collect()
}

/// The accounts of lanes that lost nothing: each has an EPOCH_START and an EPOCH_END beside its events.
fn whole() -> Vec<[String; 7]> {
    let mut by_sight: Vec<(Value, u64)> = Vec::new();
    for event in events() {
        match by_sight.iter_mut().find(|(tenant, _)| *tenant == event["tenant"]) {
            Some((_, count)) => *count += 1,
            None => by_sight.push((event["tenant"].clone(), 3)),
        }
    }
    let account = |(_, count): &(Value, u64)| {
        let count = count.to_string();
        ["1", &count, &count, "0", "0", "0", "ended"].map(str::to_owned)
    };
    by_sight.iter().map(account).collect()
}

/// A file of all the events, 100 records a frame.
fn file(folder: &Folder, storage: &[&str]) -> (String, Vec<u8>) {
    let path = folder.path("events.dsf");
    let input = folder.write("events.jsonl", lines(&events()));
    run(&[&["import", &input, "-o", &path, "--records", "100"], storage].concat()).ended(0);
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn events_come_back_whatever_the_storage() {
    let events = events();
    for name in TYPES {
        assert!(events.iter().any(|event| event["type"] == name), "no {name}");
    }
    assert!(lines(&events).lines().any(|line| line.len() > 60_000));
    for storage in [
        &["--codec", "none"][..],
        &["--codec", "lz4"],
        &["--codec", "lz4", "--threshold", "0"],
        &["--codec", "zstd"],
        &["--codec", "zstd", "--level", "19", "--threshold", "0"],
        &["--codec", "zstd", "--threshold", "100000"],
    ] {
        let folder = Folder::new();
        let (path, bytes) = file(&folder, storage);
        let report = run(&["verify", &path, "--json"]).ended(0).json();
        assert_eq!((&report["clean"], accounts(&report)), (&json!(true), whole()), "{storage:?}");
        assert_eq!(report["records"], EVENTS + 6);
        let exported = run(&["export", &path]).ended(0).lines();
        assert_eq!(by_tenant(exported), by_tenant(events.clone()), "{storage:?}");
        let decoded = run(&["decode", &path]).ended(0);
        let again = run_with(&[&["encode", "-o", "-"], storage].concat(), &decoded.out).ended(0).out;
        // All but the file's marker is the same.
        assert_eq!(frames(&bytes), frames(&again), "{storage:?}");
    }
}

/// The bytes of each frame.
fn frames(file: &[u8]) -> Vec<&[u8]> {
    entries(file).iter().map(|entry| &file[at(entry.frame)..at(entry.end)]).collect()
}

#[test]
fn three_damaged_frames_are_three_ranges() {
    let folder = Folder::new();
    let (path, mut bytes) = file(&folder, &[]);
    let parts = parts(&bytes);
    // A frame of each lane, with intact ones of that lane before and behind it.
    let [body, prelude, marker] = [0, 1, 2].map(|lane| {
        let of_lane: Vec<&Entry> = parts.iter().filter(|part| part.lane == lane).collect();
        assert!(of_lane.len() > 8, "{} frames in lane {lane}", of_lane.len());
        of_lane[3 + usize::try_from(lane).unwrap()]
    });
    bytes[at(body.end) - 9] ^= 0x01;
    bytes[at(prelude.frame) + 40] ^= 0x80;
    bytes[at(marker.start) + 15] ^= 0xFF;
    fs::write(&path, &bytes).unwrap();

    let report = run(&["verify", &path, "--json"]).ended(1).json();
    let mut skipped = [
        (body.start, body.end, "BODY_CRC"),
        (prelude.start, prelude.end, "PRELUDE_CRC"),
        (marker.start, marker.frame, "FILE_MARKER"),
    ];
    skipped.sort_unstable();
    let skipped = skipped.map(|(start, end, code)| json!({"start": start, "end": end, "code": code}));
    assert_eq!(report["skipped"], json!(skipped));
    assert_eq!((&report["clean"], &report["tail"], &report["end"]), (&json!(false), &json!(null), &json!([])));
    let unreadable = [body.numbers.start(), body.numbers.end()].map(ToString::to_string);
    let rejected = report["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), 1);
    assert_eq!((&rejected[0]["start"], &rejected[0]["unreadable"]), (&json!(body.frame), &json!(unreadable)));

    let mut expected = whole();
    let seen = |account: &[String; 7], gone: u64| (account[2].parse::<u64>().unwrap() - gone).to_string();
    expected[0][2] = seen(&expected[0], body.count());
    expected[0][4] = body.count().to_string();
    expected[1][2] = seen(&expected[1], prelude.count());
    expected[1][5] = prelude.count().to_string();
    assert_eq!(accounts(&report), expected);
    for account in accounts(&report) {
        let [first, last, seen, declared, unreadable, lost] =
            [0, 1, 2, 3, 4, 5].map(|index| account[index].parse::<u64>().unwrap());
        assert_eq!(seen + declared + unreadable + lost, last - first + 1);
    }
    let lost = [prelude.numbers.start(), prelude.numbers.end()].map(ToString::to_string);
    let ranges: Vec<&Value> = report["accounts"].as_array().unwrap().iter().map(|one| &one["lost_ranges"]).collect();
    assert_eq!(json!(ranges), json!([[], [lost], []]));

    // What is intact is decoded and exported, without EPOCH_START and EPOCH_END.
    let kept = parts.iter().map(Entry::count).sum::<u64>() - body.count() - prelude.count();
    assert_eq!(run(&["export", &path]).ended(1).lines().len() as u64, kept - 6);
    let decoded = run(&["decode", &path]).ended(1);
    assert_eq!(decoded.lines().len() as u64, kept + parts.len() as u64 - 2);
    // Frames that are made again lack what was not readable.
    let again = run_with(&["encode", "-o", "-"], &decoded.out).ended(0).out;
    let report = run_with(&["verify", "--json"], &again).ended(1).json();
    expected[0].swap(4, 5);
    assert_eq!((&report["skipped"], accounts(&report)), (&json!([]), expected));
}

#[test]
fn a_file_that_ends_inside_a_frame_has_a_torn_tail_and_an_unknown_end() {
    let folder = Folder::new();
    let (path, bytes) = file(&folder, &[]);
    let last = parts(&bytes).pop().unwrap();
    assert_eq!(last.lane, 2);
    let mut expected = whole();
    expected[2][2] = (last.numbers.start() - 1).to_string();
    expected[2][6] = "open".to_owned();
    for (end, code, is_counted) in [
        (last.end - 1, "TRUNCATED", true),
        (last.frame + 64, "TRUNCATED", true),
        (last.frame + 63, "SHORT_PRELUDE", false),
        (last.frame + 1, "SHORT_PRELUDE", false),
        (last.frame, "EMPTY", false),
        (last.frame - 1, "FILE_MARKER", false),
        (last.start + 1, "FILE_MARKER", false),
    ] {
        fs::write(&path, &bytes[..at(end)]).unwrap();
        let report = run(&["verify", &path, "--json"]).ended(1).json();
        assert_eq!(report["skipped"], json!([{"start": last.start, "end": end, "code": code}]));
        assert_eq!(report["tail"], last.start);
        let tails = report["end"].as_array().unwrap();
        assert_eq!((tails.len(), &tails[0]["lane"], &tails[0]["verdict"]), (1, &json!(2), &json!("TAIL_UNKNOWN")));
        // Where the prelude is whole the records are known to be there.
        let mut expected = expected.clone();
        let number = if is_counted { last.numbers.end() } else { &(last.numbers.start() - 1) };
        expected[2][1] = number.to_string();
        expected[2][4] = if is_counted { last.count() } else { 0 }.to_string();
        assert_eq!(accounts(&report), expected, "cut at {end}");
    }
}

#[test]
fn a_declared_drop_is_in_the_account() {
    let folder = Folder::new();
    let (path, _) = file(&folder, &[]);
    let mut decoded = run(&["decode", &path]).ended(0).lines();
    // The fifth record of the first frame is dropped, for reason 1.
    decoded.remove(5);
    let metadata = &mut decoded[0]["frame"]["metadata"];
    (metadata["drop_reason"], metadata["drop_reason_count"], metadata["dropped_total"]) =
        (json!([1]), json!([1]), json!("1"));
    let again = run_with(&["encode", "-o", "-"], lines(&decoded).as_bytes()).ended(0).out;
    let report = run_with(&["verify", "--json"], &again).ended(0).json();
    let mut expected = whole();
    expected[0][2] = (expected[0][2].parse::<u64>().unwrap() - 1).to_string();
    expected[0][3] = "1".to_owned();
    assert_eq!(accounts(&report), expected);
}
