//! Dead letters: `dlq ls`, `dlq show`, `dlq replay`.

use std::fs;
use std::path::Path;

use dashstream_codec::{Decoder, OffsetBase, ReadOptions};
use dashstream_disk::RealDisk;
use dashstream_stream::deadletter::{Failure, Folder as Letters, Letter, Origin, Tries};
use dashstream_stream::transport::file::{FileConfig, FileSink};
use dashstream_stream::transport::{Header, Message, Position};
use dashstream_vectors::{Case, DecodeCase, default_root, load_unlisted};

use crate::support::{self, Folder, at, run};

const NOW: u64 = 1_700_000_000_123_456;

/// A letter from this place of a topic: of a frame that the application rejected, or that was damaged at a byte.
pub(crate) fn letter(topic: &str, position: (u32, u64), frame: &[u8], damaged: Option<usize>) -> Letter {
    let mut value = frame.to_vec();
    if let Some(byte) = damaged {
        value[byte] ^= 1;
    }
    let failure = match Decoder::new().decode(&value, &ReadOptions::default()) {
        Ok(_) => Failure::handle(0),
        Err(error) => Failure::judged(&error),
    };
    let header = Header { name: "esc\x1B[31m".to_owned(), value: Some(vec![0xFF]) };
    let message = Message { value: Some(value), headers: vec![header], ..Message::default() };
    let position = Position { partition: position.0, offset: position.1 };
    Letter::new(Origin { topic, position, group: "billing\x07" }, message, failure, Tries::once(NOW + position.offset))
}

/// A folder with letters of the sample's frames, and the topic that they were read from. The first letter is that of the examples.
pub(crate) fn prepare(folder: &Folder) -> Vec<String> {
    let (_, file) = support::sample_file(folder, "sample.dsf", 3);
    let entries = support::entries(&file);
    let frames: Vec<_> = entries.iter().map(|entry| &file[at(entry.frame)..at(entry.end)]).collect();
    drop(
        FileSink::open(
            Path::new(&folder.path("topics/events")),
            &FileConfig { partitions: 2, ..FileConfig::default() },
        )
        .unwrap(),
    );
    let mut letters = Letters::open(RealDisk, Path::new(&folder.path("letters"))).unwrap();
    let damaged = frames[1].len() - 1;
    let all = [
        letter("events", (0, 28), frames[0], None),
        letter("events", (1, 40), frames[1], Some(damaged)),
        letter("events", (5, 60), frames[0], None),
        letter("other", (0, 70), frames[0], None),
    ];
    all.iter().map(|letter| letters.save(letter).unwrap().to_string()).collect()
}

fn from(folder: &Folder) -> String {
    format!("file:{}", folder.path("letters"))
}

#[test]
fn ls_lists_what_is_asked_for() {
    let folder = Folder::new();
    let ids = prepare(&folder);
    let place = from(&folder);
    let all = run(&["dlq", "ls", "--from", &place]).ended(0);
    let lines: Vec<_> = all.text().lines().collect();
    assert_eq!(lines.len(), 5);
    let first = format!("2023-11-14T22:13:20.123484Z  {}  handle APPLICATION  events/0 at 28  tenant ", ids[0]);
    assert!(lines[0].starts_with(&first), "{}", lines[0]);
    assert!(lines[1].contains("judge BODY_CRC  events/1 at 40  tenant "), "{}", lines[1]);
    assert_eq!(lines[4], "4 letters");
    let asked = |more: &[&str]| {
        let arguments = [&["dlq", "ls", "--from", &place, "--json"], more].concat();
        run(&arguments).ended(0).lines().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&[]), ids);
    assert_eq!(asked(&["--stage", "judge"]), ids[1..2]);
    assert_eq!(asked(&["--code", "APPLICATION", "--topic", "events"]), [&*ids[0], &*ids[2]]);
    assert_eq!(asked(&["--topic", "other", "--topic", "events"]), ids);
    assert_eq!(asked(&["--id", &ids[3], "--id", &ids[1]]), [&*ids[1], &*ids[3]]);
    assert_eq!(asked(&["--tenant", "nobody"]), [""; 0]);
    let one = &run(&["dlq", "ls", "--from", &place, "--json", "--id", &ids[1]]).ended(0).lines()[0];
    assert_eq!((&one["code"], &one["code_offset"], &one["offset"]), (&"BODY_CRC".into(), &"12".into(), &"40".into()));
    assert_eq!((&one["group"], &one["partition"], &one["replays"]), (&"billing\x07".into(), &1.into(), &0.into()));
    let tenant = one["tenant"].as_str().unwrap();
    assert!(asked(&["--tenant", tenant]).contains(&ids[1]));
}

#[test]
fn what_is_damaged_is_said_and_left_where_it_is() {
    let folder = Folder::new();
    let ids = prepare(&folder);
    let path = format!("{}/{}.letter", folder.path("letters"), ids[0]);
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, &bytes).unwrap();
    let place = from(&folder);
    let listed =
        run(&["dlq", "ls", "--from", &place]).ended(1).said(&format!("{}.letter: a letter whose value", ids[0]));
    assert!(listed.text().ends_with("\n3 letters\n"));
    run(&["dlq", "show", &ids[0], "--from", &place]).ended(1).said("another SHA-256");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let to = format!("file:{}", folder.path("topics/events"));
    let done = run(&["dlq", "replay", "--from", &place, "--to", &to, "--yes"]).ended(1).said("quarantine");
    assert!(
        done.text().ends_with("\n1 letter sent\n") || done.text().ends_with("\n0 letters sent\n"),
        "{}",
        done.text()
    );
    let aside = format!("{}/quarantine/{}.letter", folder.path("letters"), ids[0]);
    assert_eq!(fs::read(aside).unwrap(), bytes);
}

#[test]
fn show_has_all_that_is_known() {
    let folder = Folder::new();
    let ids = prepare(&folder);
    let place = from(&folder);
    // A frame that can be read.
    let shown = run(&["dlq", "show", &ids[0], "--from", &place]).ended(0);
    let text = shown.text();
    for part in ["events/0 at 28", "handle APPLICATION", "\"billing\\u{7}\"", "tenant ", "sha256", "\"records\": ["] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(text.contains(r#"header "esc\u{1b}[31m": hex ff"#) && !text.contains('\x1B'), "{text}");
    let json = run(&["dlq", "show", &ids[0], "--from", &place, "--json"]).ended(0).json();
    assert_eq!(json["frame"]["metadata"]["tenant"], json["tenant"]);
    assert_eq!((&json["headers"][0][0], &json["headers"][0][1]), (&"esc\x1B[31m".into(), &"/w==".into()));
    // One that cannot: the bytes around the offset of the error.
    let shown = run(&["dlq", "show", &ids[1], "--from", &place]).ended(0);
    let text = shown.text();
    assert!(text.contains("rejected: BODY_CRC at byte 12 of the frame (FRM-007)\nframe 0..44 of "), "{text}");
    assert!(text.contains("\n         0  be 01 "), "{text}");
    let json = run(&["dlq", "show", &ids[1], "--from", &place, "--json"]).ended(0).json();
    assert_eq!((&json["error"]["code"], &json["bytes"]["at"]), (&"BODY_CRC".into(), &0.into()));
    assert!(json["bytes"]["hex"].as_str().unwrap().starts_with("be01") && json.get("frame").is_none());
    assert!(json["range"]["lane"].is_number() && json["tenant"].is_string());
    run(&["dlq", "show", &"0".repeat(32), "--from", &place]).ended(1).said("there is no such letter");
}

#[test]
fn a_body_that_is_wrong_is_shown_behind_its_codec() {
    let folder = Folder::new();
    let mut letters = Letters::open(RealDisk, Path::new(&folder.path("letters"))).unwrap();
    let mut shown = 0;
    for (offset, vector) in (1..).zip(load_unlisted(&default_root().unwrap()).unwrap()) {
        let Case::Decode(DecodeCase { bytes: Some(bytes), .. }) = &vector.case else { continue };
        let bytes = bytes.to_vec();
        let Err(error) = Decoder::new().decode(&bytes, &ReadOptions::default()).map(|_| ()) else { continue };
        if error.code.offset_base() != OffsetBase::Raw || bytes.len() > 10_000 {
            continue;
        }
        let name = letters.save(&letter("events", (0, offset), &bytes, None)).unwrap();
        let ran = run(&["dlq", "show", &name.to_string(), "--from", &from(&folder)]).ended(0);
        assert!(ran.text().contains(&format!("rejected: {error}\nbody ")), "{}: {}", vector.id, ran.text());
        letters.remove(name).unwrap();
        shown += 1;
    }
    assert!(shown > 20, "{shown}");
}

#[test]
fn replay_says_what_it_would_do_and_does_it_when_told() {
    let folder = Folder::new();
    let ids = prepare(&folder);
    let (place, to) = (from(&folder), format!("file:{}", folder.path("topics/events")));
    let replay =
        |more: &[&str]| run(&[&["dlq", "replay", "--from", &place, "--to", &to, "--stage", "handle"], more].concat());
    let segments = || {
        fs::read_dir(folder.path("topics/events/0"))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some())
            .count()
    };
    let planned = replay(&[]).ended(0);
    let expected = format!(
        "{}  would be sent to partition 0, attempt 1\n{}  skipped: there is no partition 5: there are 2\n1 letter to be sent; nothing is done without --yes\n",
        ids[0], ids[2]
    );
    assert_eq!(planned.text(), expected);
    assert_eq!(segments(), 0, "something was done");
    let lines = replay(&["--json"]).ended(0).lines();
    assert_eq!((lines.len(), &lines[0]["attempt"], &lines[1]["id"]), (2, &1.into(), &ids[2].clone().into()));
    replay(&[]).said("keeps no headers");
    for attempt in 1..=3 {
        let lines = replay(&["--yes", "--json"]).ended(0).lines();
        assert_eq!((&lines[0]["outcome"], &lines[0]["attempt"]), (&"persisted".into(), &attempt.into()));
        assert_eq!(segments(), attempt);
    }
    let done = replay(&["--yes"]).ended(0);
    assert!(
        done.text().contains("skipped: sent 3 times already, where 3 may be")
            && done.text().ends_with("0 letters sent\n")
    );
    let done = replay(&["--yes", "--max-replays", "4"]).ended(0);
    assert!(done.text().contains(&format!("{}  sent partition 0 at ", ids[0])), "{}", done.text());
    // What was sent is the frame, byte for byte.
    let sent = fs::read(folder.path("topics/events/0/00000000.dsf")).unwrap();
    let entry = support::entries(&sent)[0];
    let letter =
        Letters::open(RealDisk, Path::new(&folder.path("letters"))).unwrap().read(ids[0].parse().unwrap()).unwrap();
    assert!(sent[..at(entry.end)].ends_with(letter.message.value.as_ref().unwrap()));
    assert_eq!(letter.replays, 4);
    // Letters of another topic are sent where they are asked for.
    let other = replay(&["--topic", "other"]).ended(0);
    assert!(other.text().starts_with(&format!("{}  would be sent to partition 0", ids[3])), "{}", other.text());
}

#[test]
fn who_has_the_letters_or_the_topic_is_not_disturbed() {
    let folder = Folder::new();
    prepare(&folder);
    let (place, to) = (from(&folder), format!("file:{}", folder.path("topics/events")));
    let arguments = ["dlq", "replay", "--from", &place, "--to", &to, "--yes"];
    let letters = Letters::open(RealDisk, Path::new(&folder.path("letters"))).unwrap();
    run(&arguments).ended(3).said("somebody else has these letters");
    run(&["dlq", "ls", "--from", &place]).ended(0);
    drop(letters);
    let topic = Path::new(&folder.path("topics/events")).to_owned();
    let sink = FileSink::open(&topic, &FileConfig { partitions: 2, ..FileConfig::default() }).unwrap();
    run(&arguments).ended(3).said("is locked");
    drop(sink);
    let nowhere = format!("file:{}", folder.path("nowhere"));
    run(&["dlq", "replay", "--from", &place, "--to", &nowhere, "--yes"]).ended(3).said("no topic");
    run(&["dlq", "ls", "--from", &nowhere]).ended(3).said("nowhere: ");
    assert!(!folder.names().contains(&"nowhere".to_owned()));
}
