//! Dead letters that are replayed.

use super::script::{Event, Message, Script, committed, duplicate, hand, letter, stopped};
use crate::scenarios::ledger::scene::{Fate, Item, Shape, beats, items, start};
use crate::suite::Suite;

/// A letter's id ends in the record that it is about.
fn named(attempt: u32, record: u32) -> String {
    format!("0123456789abcdef0123456789abcde{record}/{attempt}/{record}")
}

fn replay(shape: &Shape, attempt: u32, record: u32) -> Message {
    Message::from(shape).headers(&[("ds-replay", &named(attempt, record))])
}

fn again(offset: u32, records: u32) -> Event {
    hand(offset, records).standing("replay")
}

pub(crate) fn add(suite: &mut Suite) {
    let frame = beats(3, 2);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&frame, &[hand(1, 2)])
        .message(replay(&frame, 1, 0), &[again(2, 2)])
        .message(replay(&frame, 1, 0), &[duplicate(3)])
        .message(replay(&frame, 2, 0), &[again(4, 2)])
        .commit(&[committed(5, &[0, 1, 2, 4])])
        .crash()
        .start(&[])
        .message(replay(&frame, 2, 0), &[duplicate(5)])
        .commit(&[committed(6, &[0, 1, 2, 4])])
        .finish(
            suite,
            "consumer-replay",
            "A replay of a counted frame is taken once for each attempt, by whoever comes next too",
            &["CON-013"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .commit(&[committed(1, &[0])])
        .message(replay(&frame, 1, 0), &[again(1, 2)])
        .crash()
        .start(&[again(1, 2).repeat(true)])
        .commit(&[committed(2, &[0, 1])])
        .finish(
            suite,
            "consumer-replay-crash",
            "A replay that was not committed is taken again",
            &["CON-007", "CON-008", "CON-013"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(replay(&frame, 1, 0), &[again(1, 2)])
        .message(beats(5, 1), &[hand(2, 1).verdict_of("GAP", 2)])
        .message(&frame, &[hand(3, 2).verdict_of("LATE", 2)])
        .commit(&[committed(4, &[0, 1, 2, 3])])
        .finish(suite, "consumer-replay-is-not-counted", "The ledger does not see a replay", &["CON-013"]);
    of_records(suite);
    names(suite);
}

fn of_records(suite: &mut Suite) {
    let partly = items(3, &[Item::Node, Item::Node, Item::Node]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&partly, &[hand(1, 3)])
        .message(replay(&partly, 1, 2), &[again(2, 3).records(&[2])])
        .message(replay(&partly, 1, 3), &[again(3, 3).records(&[3])])
        .message(replay(&partly, 1, 2), &[duplicate(4)])
        .commit(&[committed(5, &[0, 1, 2, 3])])
        .finish(suite, "consumer-replay-of-a-record", "A replay is about one record alone", &["CON-013"]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&partly, &[hand(1, 3)])
        .message(replay(&partly.fate(Fate::BodyDamaged), 1, 2), &[letter(2, "BODY_CRC").record(2)])
        .message(
            replay(&partly, 2, 2).answers(&["reject"]),
            &[again(3, 3).records(&[2]), letter(3, "APPLICATION").record(2)],
        )
        .message(beats(6, 1), &[hand(4, 1)])
        .commit(&[committed(5, &[0, 1, 4])])
        .finish(
            suite,
            "consumer-replay-fails",
            "The replay of a record fails again, and its letter is about that record",
            &["CON-013", "DLQ-010"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&partly, &[hand(1, 3)])
        .message(
            replay(&partly, 1, 2).answers(&["reject"]),
            &[again(2, 3).records(&[2]), letter(2, "APPLICATION").record(2)],
        )
        .message(replay(&partly, 1, 2), &[duplicate(3)])
        .commit(&[committed(4, &[0, 1])])
        .crash()
        .start(&[])
        .message(replay(&partly, 1, 2), &[duplicate(4)])
        .message(replay(&partly, 2, 2), &[again(5, 3).records(&[2])])
        .commit(&[committed(6, &[0, 1, 5])])
        .finish(
            suite,
            "consumer-replay-not-taken-again",
            "A replay that the application has rejected comes again",
            &["CON-013", "CON-015", "DLQ-010"],
        );
    let broken = partly.fate(Fate::BodyDamaged);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&partly, &[hand(1, 3)])
        .message(replay(&broken, 1, 2), &[letter(2, "BODY_CRC").record(2)])
        .message(replay(&broken, 1, 2), &[letter(3, "BODY_CRC").record(2)])
        .message(replay(&partly, 1, 2), &[again(4, 3).records(&[2])])
        .message(replay(&partly, 1, 2), &[duplicate(5)])
        .commit(&[committed(6, &[0, 1, 4])])
        .finish(
            suite,
            "consumer-replay-damaged-again",
            "A replay that is damaged comes again, and then intact",
            &["CON-006", "CON-013", "DLQ-010"],
        );
    let damaged = items(3, &[Item::Critical, Item::Node, Item::Critical]);
    let code = "UNKNOWN_CRITICAL_KIND";
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(replay(&damaged, 1, 2), &[again(1, 3).records(&[2])])
        .message(replay(&damaged, 1, 3), &[letter(2, code).record(3), again(2, 3).records(&[])])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-replay-beside-rejected",
            "A replay of one record has nothing to do with others that are rejected",
            &["CON-001", "CON-013", "DLQ-010"],
        );
    let newer = beats(3, 2).fate(Fate::LastVersion);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(replay(&newer, 1, 0), &[stopped(1, "VERSION")])
        .commit(&[committed(1, &[0])])
        .finish(
            suite,
            "consumer-replay-unsupported",
            "A partition stands at the replay of an unsupported frame too",
            &["CON-005", "KAF-007"],
        );
}

fn names(suite: &mut Suite) {
    let frame = beats(3, 2);
    let (one, two) = (named(1, 0), named(2, 0));
    let headed = |headers: &[(&str, &str)]| Message::from(&frame).headers(headers);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(headed(&[("ds-replay", &one), ("ds-replay", &two), ("added", "behind")]), &[again(1, 2)])
        .message(headed(&[("ds-replay", &two)]), &[duplicate(2)])
        .message(headed(&[("ds-replay", &one)]), &[again(3, 2)])
        .commit(&[committed(4, &[0, 1, 3])])
        .finish(
            suite,
            "consumer-replay-last-header",
            "The last header of its name says what is replayed, wherever it stands",
            &["CON-013", "DLQ-011"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(headed(&[("DS-REPLAY", &one)]), &[hand(1, 2)])
        .message(headed(&[("DS-REPLAY", &two)]), &[duplicate(2)])
        .message(headed(&[("ds-replay", &one), ("DS-REPLAY", &two)]), &[again(3, 2)])
        .message(headed(&[("ds-replay", &two), ("Ds-Replay", "none")]), &[again(4, 2)])
        .commit(&[committed(5, &[0, 1, 3, 4])])
        .finish(
            suite,
            "consumer-no-replay-capitals",
            "A header whose name has capitals names no replay",
            &["CON-003", "DLQ-011"],
        );
    let id = "0123456789abcdef0123456789abcde0";
    let bad = [
        "not a replay".to_owned(),
        id.to_owned(),
        format!("{id}/1"),
        format!("{id}/0/0"),
        format!("{id}/01/0"),
        format!("{id}/1/00"),
        format!("{id}/+1/0"),
        format!("{id}/1/0/0"),
        format!("{id}/4294967296/0"),
        format!("{id}/1/4294967296"),
        format!("{}/1/0", id.trim_start_matches('0')),
        format!("{}/1/0", id.to_uppercase()),
    ];
    let mut script = Script::new(100).start(&[]).message(start(0, 0, 2), &[hand(0, 2)]).message(&frame, &[hand(1, 2)]);
    for (offset, bad) in (2..).zip(&bad) {
        script = script.message(headed(&[("ds-replay", &one), ("ds-replay", bad)]), &[duplicate(offset)]);
    }
    script.commit(&[committed(2 + bad.len() as u32, &[0, 1])]).finish(
        suite,
        "consumer-no-replay",
        "A last header that names no replay makes none",
        &["CON-003", "DLQ-011"],
    );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(headed(&[("ds-replay", &format!("{id}/4294967295/2"))]), &[again(1, 2).records(&[2])])
        .message(headed(&[("ds-replay", &format!("{id}/1/3"))]), &[again(2, 2).records(&[])])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-replay-of-no-record",
            "A replay is about a record that the frame has not",
            &["CON-013", "DLQ-011"],
        );
}
