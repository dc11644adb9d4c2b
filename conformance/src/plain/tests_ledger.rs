//! Frames made by hand, in an order, and what the ledger says.

use super::Plain;
use super::gate::Mutation;
use super::ledger::Input;
use super::testing::{METADATA, Made, field, made};
use serde_json::{Value as Json, json};

/// Records of kind 101 at base.., drops after them.
fn plain(epoch: u32, base: u64, records: u16, drops: u16) -> Made {
    let mut body = field(2, &vec![101; usize::from(records)]);
    body.extend(field(15, &[]));
    let mut metadata = METADATA.to_vec();
    if drops > 0 {
        let count = u8::try_from(drops).unwrap();
        metadata.extend([field(5, &[1]), field(6, &[count]), vec![0x38, count]].concat());
    }
    made().with(|m| {
        (m.epoch, m.base, m.records, m.drops) = (epoch, base, records, drops);
        (m.metadata, m.body) = (metadata, body);
    })
}

/// One record of a kind with a payload.
fn control(epoch: u32, base: u64, kind: u8, payload: &[u8]) -> Made {
    let length = u8::try_from(payload.len()).unwrap();
    let body = [field(2, &[kind]), field(14, &[length]), field(15, payload)].concat();
    made().with(|m| (m.epoch, m.base, m.body) = (epoch, base, body))
}

fn start(epoch: u32, previous: u8, last: u8) -> Made {
    control(epoch, 1, 2, &[0x08, previous, 0x10, last])
}

/// The frame with a stored body that its CRC does not match.
fn unreadable(frame: &Made) -> Vec<u8> {
    let mut bytes = frame.bytes();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

fn run(frames: &[Vec<u8>]) -> Json {
    run_as(Plain::new(), frames)
}

fn run_as(plain: Plain, frames: &[Vec<u8>]) -> Json {
    let input = |frame: &Vec<u8>| Input { frame: frame.clone(), partition: None };
    plain.ledger(&frames.iter().map(input).collect::<Vec<_>>())
}

/// The same, where every tenant has a partition of its own.
fn moved_as(plain: Plain, frames: &[Vec<u8>]) -> Json {
    let tenant = |frame: &Vec<u8>| frame.get(64 + 2).copied().map(u64::from);
    // The second of three says no partition.
    let partition = |index: usize, frame: &Vec<u8>| tenant(frame).filter(|_| index % 3 != 1);
    let input = |(index, frame): (usize, &Vec<u8>)| Input { frame: frame.clone(), partition: partition(index, frame) };
    plain.ledger(&frames.iter().enumerate().map(input).collect::<Vec<_>>())
}

fn moved(frames: &[Vec<u8>]) -> Json {
    moved_as(Plain::new(), frames)
}

/// The verdicts on each frame, as text.
fn verdicts(report: &Json) -> Vec<String> {
    let one = |verdict: &Json| match verdict["arg"].as_str() {
        Some(arg) => format!("{}({arg})", verdict["verdict"].as_str().unwrap()),
        None => verdict["verdict"].as_str().unwrap().to_owned(),
    };
    let lists = report["verdicts"].as_array().unwrap();
    let text = |list: &Json| list.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ");
    lists.iter().map(text).collect()
}

/// first last seen declared unreadable lost tail of an account.
fn account(report: &Json, index: usize) -> String {
    let account = &report["accounts"][index];
    let names = ["first", "last", "seen", "declared", "unreadable", "lost", "tail"];
    names.map(|name| account[name].as_str().unwrap().to_owned()).join(" ")
}

#[test]
fn a_lane_without_loss() {
    let report = run(&[start(1, 0, 0).bytes(), plain(1, 2, 3, 0).bytes()]);
    assert_eq!(verdicts(&report), ["", ""]);
    assert_eq!(account(&report, 0), "1 4 4 0 0 0 open");
    let end = json!([{
        "producer_id": "07".repeat(16), "lane": 0, "verdict": "TAIL_UNKNOWN", "arg": "1",
    }]);
    assert_eq!(report["end"], end);
}

#[test]
fn gaps_late_frames_and_duplicates() {
    let frames = [plain(1, 5, 2, 1), plain(1, 10, 1, 0), plain(1, 8, 2, 0), plain(1, 8, 2, 0)];
    let report = run(&frames.map(|frame| frame.bytes()));
    assert_eq!(verdicts(&report), ["BASELINE(5)", "GAP(2)", "LATE(2)", "DUPLICATE"]);
    assert_eq!(account(&report, 0), "5 10 5 1 0 0 open");
}

#[test]
fn what_overlaps_is_not_counted() {
    let first = plain(1, 5, 3, 0).bytes();
    let report = run(&[
        first.clone(),
        plain(1, 6, 4, 0).bytes(),
        plain(1, 1, 6, 0).bytes(),
        plain(1, 1, 2, 0).bytes(),
        plain(1, 5, 2, 1).bytes(),
    ]);
    let expected = ["BASELINE(5)", "OVERLAP", "OVERLAP", "STALE_EPOCH", "OVERLAP"];
    assert_eq!(verdicts(&report), expected);
    assert_eq!(account(&report, 0), "5 7 3 0 0 0 open");
}

#[test]
fn an_unreadable_frame_is_counted_and_may_arrive_after_all() {
    let frame = plain(1, 1, 3, 2);
    let report = run(&[unreadable(&frame)]);
    assert_eq!(account(&report, 0), "1 5 0 2 3 0 open");
    let report = run(&[unreadable(&frame), unreadable(&frame), frame.bytes(), frame.bytes()]);
    assert_eq!(verdicts(&report), ["", "DUPLICATE", "LATE(3)", "DUPLICATE"]);
    assert_eq!(account(&report, 0), "1 5 3 2 0 0 open");
}

#[test]
fn what_is_not_countable_changes_nothing() {
    let mut broken = plain(1, 1, 3, 0).bytes();
    broken[20] ^= 1;
    let zero = plain(0, 1, 3, 0).bytes();
    let report = run(&[broken, zero, vec![]]);
    assert_eq!(report["accounts"], json!([]));
    assert_eq!(verdicts(&report), ["", "", ""]);
    // A version, schema or codec that is not known does not keep a frame from being counted.
    let other = plain(1, 1, 3, 0).with(|m| (m.version, m.schema) = (9, 9)).bytes();
    let report = run(&[other]);
    assert_eq!(account(&report, 0), "1 3 0 0 3 0 open");
}

#[test]
fn forks() {
    let other_nonce = [&METADATA[..3], &field(2, &[5; 8])].concat();
    let fork = plain(1, 9, 1, 0).with(|m| m.metadata = other_nonce);
    let other_body = plain(1, 1, 3, 0).with(|m| m.body = [field(2, &[103; 3]), field(15, &[])].concat());
    let first = plain(1, 1, 3, 0);
    let report = run(&[first.bytes(), fork.bytes(), other_body.bytes()]);
    assert_eq!(verdicts(&report), ["", "FORK", "FORK"]);
    assert_eq!(account(&report, 0), "1 3 3 0 0 0 open");
}

#[test]
fn a_redaction_is_no_fork() {
    let first = plain(1, 1, 3, 0);
    let crc = super::bytes::crc32c(&first.body).to_le_bytes();
    let redaction = |reason: &[u8]| {
        let message = [vec![0x0d], crc.to_vec(), field(2, reason)].concat();
        let body = field(2, &[12; 3]);
        first.with(|m| {
            m.metadata.extend(field(9, &message));
            m.body = [body, field(15, &[])].concat();
        })
    };
    let one = redaction(b"law").bytes();
    let report = run(&[first.bytes(), one.clone(), first.bytes()]);
    assert_eq!(verdicts(&report), ["", "DUPLICATE", "DUPLICATE"]);
    let report = run(&[one.clone(), first.bytes()]);
    assert_eq!(verdicts(&report), ["", "DUPLICATE"]);
    let report = run(&[unreadable(&first), one.clone(), first.bytes(), one]);
    assert_eq!(verdicts(&report), ["", "LATE(3)", "DUPLICATE", "DUPLICATE"]);
    assert_eq!(account(&report, 0), "1 3 3 0 0 0 open");
}

#[test]
fn epochs_follow_one_another() {
    let report = run(&[start(1, 0, 0).bytes(), start(2, 1, 4).bytes(), start(5, 2, 1).bytes()]);
    assert_eq!(verdicts(&report), ["", "GAP(3)", ""]);
    assert_eq!(account(&report, 0), "1 4 1 0 0 3 closed");
    assert_eq!(account(&report, 1), "1 1 1 0 0 0 closed");
    let report = run(&[start(1, 0, 0).bytes(), start(4, 3, 2).bytes()]);
    assert_eq!(verdicts(&report), ["", "TAIL_UNKNOWN(1) EPOCH_MISSING(2)"]);
    assert_eq!(account(&report, 1), "1 2 0 0 0 2 closed");
    let report = run(&[start(1, 0, 0).bytes(), plain(4, 3, 1, 0).bytes()]);
    assert_eq!(verdicts(&report), ["", "TAIL_UNKNOWN(1) EPOCH_MISSING(2) GAP(2)"]);
    assert_eq!(account(&report, 1), "1 3 1 0 0 2 open");
    let report = run(&[plain(1, 1, 3, 0).bytes(), start(2, 1, 2).bytes(), start(2, 0, 0).bytes()]);
    assert_eq!(verdicts(&report), ["", "FORK", "FORK"]);
}

#[test]
fn an_older_epoch_can_still_be_filled() {
    let frames =
        [start(3, 0, 0), plain(3, 4, 1, 0), start(4, 3, 6), plain(3, 2, 1, 0), plain(3, 7, 1, 0), plain(2, 1, 1, 0)];
    let report = run(&frames.map(|frame| frame.bytes()));
    let expected = ["", "GAP(2)", "GAP(2)", "LATE(1)", "STALE_EPOCH", "STALE_EPOCH"];
    assert_eq!(verdicts(&report), expected);
    assert_eq!(account(&report, 0), "1 6 3 0 0 3 closed");
}

#[test]
fn ends_are_ends() {
    let end = control(1, 2, 4, &[]);
    let report = run(&[start(1, 0, 0).bytes(), end.bytes(), plain(1, 3, 1, 0).bytes()]);
    assert_eq!(verdicts(&report), ["", "", "AFTER_END"]);
    assert_eq!(account(&report, 0), "1 2 2 0 0 0 ended");
    assert_eq!(report["end"], json!([]));
    let again = start(2, 1, 2).bytes();
    let report = run(&[start(1, 0, 0).bytes(), end.bytes(), again]);
    assert_eq!(verdicts(&report), ["", "", ""]);
    let lane_end = control(1, 2, 8, &[]).bytes();
    let report = run(&[start(1, 0, 0).bytes(), lane_end, start(2, 1, 2).bytes()]);
    assert_eq!(verdicts(&report), ["", "", "AFTER_END"]);
}

#[test]
fn late_drops_declare_what_is_missing_and_nothing_else() {
    let drops = control(1, 8, 10, &[0x08, 1, 0x10, 5, 0x18, 1]);
    let frames = [start(1, 0, 0), plain(1, 4, 1, 0), drops, plain(1, 2, 2, 0), plain(1, 6, 2, 0)];
    let report = run(&frames.map(|frame| frame.bytes()));
    assert_eq!(verdicts(&report), ["", "GAP(2)", "GAP(3)", "OVERLAP", "LATE(2)"]);
    assert_eq!(account(&report, 0), "1 8 5 3 0 0 open");
}

#[test]
fn a_lane_keeps_its_tenant_and_its_partition() {
    let moved = plain(1, 2, 1, 0).with(|m| m.metadata[2] = b'b').bytes();
    let report = run(&[start(1, 0, 0).bytes(), moved]);
    assert_eq!(verdicts(&report), ["", "LANE_MOVED"]);
    assert_eq!(account(&report, 0), "1 2 2 0 0 0 open");
    let input = |frame: &Made, partition| Input { frame: frame.bytes(), partition };
    let report = Plain::new().ledger(&[
        input(&start(1, 0, 0), None),
        input(&plain(1, 2, 1, 0), Some(3)),
        input(&plain(1, 3, 1, 0), None),
        input(&plain(1, 4, 1, 0), Some(4)),
    ]);
    assert_eq!(verdicts(&report), ["", "", "", "LANE_MOVED"]);
}

#[test]
fn producers_lanes_and_epochs_are_apart() {
    let frames =
        [plain(1, 1, 1, 0), plain(1, 1, 2, 0).with(|m| m.lane = 9), plain(1, 1, 3, 0).with(|m| m.producer = [8; 16])];
    let report = run(&frames.map(|frame| frame.bytes()));
    assert_eq!(verdicts(&report), ["", "", ""]);
    let accounts = [0, 1, 2].map(|index| account(&report, index));
    assert_eq!(accounts, ["1 1 1 0 0 0 open", "1 2 2 0 0 0 open", "1 3 3 0 0 0 open"]);
}

/// A list of frames that look like a bad day, from a small generator.
fn day(seed: u64) -> Vec<Vec<u8>> {
    let mut state = seed.wrapping_mul(2_654_435_769) + 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut frames = Vec::new();
    for _ in 0..25 {
        let epoch = u32::try_from(next(3)).unwrap() + 1;
        let base = next(12) + 1;
        let records = u16::try_from(next(3)).unwrap() + 1;
        let small = u8::try_from(next(4)).unwrap();
        let frame = match next(8) {
            0 if epoch > 1 => start(epoch, u8::try_from(epoch).unwrap() - 1, small + 1),
            1 => control(epoch, base + 6, 10, &[0x08, small + 1, 0x10, 2, 0x18, 1]),
            2 if next(3) == 0 => control(epoch, base, 4, &[]),
            3 => plain(epoch, base, records, 1),
            _ => plain(epoch, base, records, 0),
        };
        frames.push(if next(4) == 0 { unreadable(&frame) } else { frame.bytes() });
    }
    frames
}

fn balanced(account: &Json) -> bool {
    let number = |name: &str| account[name].as_str().unwrap().parse::<i128>().unwrap();
    let sum: i128 = ["seen", "declared", "unreadable", "lost"].map(number).iter().sum();
    sum == number("last") - number("first") + 1
}

#[test]
fn the_identity_holds_after_every_frame() {
    for seed in 0..100 {
        let frames = day(seed);
        for count in 1..=frames.len() {
            let report = run(&frames[..count]);
            assert!(report["accounts"].as_array().unwrap().iter().all(balanced), "{seed} {count}");
        }
    }
}

/// One scenario at least for each rule.
fn scenarios() -> Vec<Vec<Made>> {
    let other_nonce = [&METADATA[..3], &field(2, &[5; 8])].concat();
    let other_body = [field(2, &[103; 2]), field(15, &[])].concat();
    let late_drops = control(1, 8, 10, &[0x08, 1, 0x10, 5, 0x18, 1]);
    let old_drops = control(1, 6, 10, &[0x08, 2, 0x10, 3, 0x18, 1]);
    let end_first = plain(1, 2, 2, 0).with(|m| m.body = field(2, &[4, 101]));
    let nonce = |frame: Made| frame.with(|m| m.metadata.clone_from(&other_nonce));
    let tenant = |base: u64| plain(1, base, 1, 0).with(|m| m.metadata[2] = b'b');
    let nameless = |kinds: [u8; 3]| {
        plain(1, 1, 3, 0).with(|m| {
            m.metadata.extend(field(9, &field(2, b"law")));
            m.body = [field(2, &kinds), field(15, &[])].concat();
        })
    };
    vec![
        vec![start(5, 0, 0), nonce(plain(3, 1, 1, 0)), start(3, 0, 0).with(|m| m.lane = 9)],
        vec![plain(1, 1, 2, 0), plain(1, 1, 2, 0).with(|m| (m.version, m.body) = (2, other_body.clone()))],
        vec![start(1, 0, 0), start(2, 1, 6), old_drops],
        vec![start(1, 0, 0), end_first, plain(1, 4, 1, 0)],
        vec![plain(1, 1, 1, 0), tenant(2), tenant(3)],
        vec![nameless([12; 3]), nameless([12, 12, 6])],
        vec![plain(1, 5, 2, 1), plain(1, 10, 1, 0), plain(1, 8, 1, 1), plain(1, 8, 1, 1)],
        vec![start(1, 0, 0), nonce(plain(1, 2, 2, 0))],
        vec![plain(1, 5, 2, 0), plain(1, 6, 2, 0), plain(1, 5, 2, 0).with(|m| m.body = other_body)],
        vec![start(1, 0, 0), plain(1, 4, 1, 0), start(2, 1, 6), plain(1, 2, 1, 0)],
        vec![start(1, 0, 0), start(3, 0, 0), start(4, 2, 2), plain(7, 1, 1, 0)],
        vec![start(1, 0, 0), control(1, 2, 8, &[]), plain(1, 3, 1, 0), start(2, 1, 2)],
        vec![start(1, 0, 0), plain(1, 4, 1, 0), late_drops],
        vec![plain(1, 1, 1, 0), plain(1, 1, 2, 0).with(|m| m.lane = 9)],
        vec![plain(1, 1, 1, 0), plain(1, 1, 2, 0).with(|m| m.producer = [8; 16])],
        vec![plain(1, 1, 1, 0).with(|m| (m.records, m.raw_len) = (9, Some(1)))],
    ]
}

#[test]
fn every_ledger_mutant_differs_in_a_scenario() {
    let mut runs: Vec<Vec<Vec<u8>>> = Vec::new();
    for frames in scenarios() {
        runs.push(frames.iter().map(Made::bytes).collect());
        let unread = frames.first().map(unreadable).into_iter();
        runs.push(unread.chain(frames.iter().map(Made::bytes)).collect());
    }
    for mutant in Plain::mutants().iter().filter(|mutant| mutant.id.starts_with("LOSS-")) {
        let plain = Plain::with(mutant.mutation);
        let differs =
            runs.iter().any(|frames| run_as(plain, frames) != run(frames) || moved_as(plain, frames) != moved(frames));
        assert!(differs, "{}", mutant.id);
    }
}

#[test]
fn no_mutant_panics_on_a_bad_day() {
    for mutant in Plain::mutants() {
        for seed in 0..3 {
            run_as(Plain::with(mutant.mutation), &day(seed));
        }
    }
    run_as(Plain::with(Mutation::Off("REC-021")), &[control(1, 3, 10, &[]).bytes()]);
}
