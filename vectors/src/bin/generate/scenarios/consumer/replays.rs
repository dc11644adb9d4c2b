//! Dead letters that are replayed.

use super::script::{Event, Message, Script, committed, duplicate, hand, letter};
use crate::scenarios::ledger::scene::{Fate, Item, Shape, beats, items, start};
use crate::suite::Suite;

const LETTER: &str = "0123456789abcdef0123456789abcdef";

fn replay(shape: &Shape, attempt: u32, record: u32) -> Message {
    Message::from(shape).headers(&[("ds-replay", &format!("{LETTER}/{attempt}/{record}"))])
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
        .message(&frame, &[hand(1, 2)])
        .message(Message::from(&frame).headers(&[("ds-replay", "not a replay")]), &[duplicate(2)])
        .commit(&[committed(3, &[0, 1])])
        .finish(suite, "consumer-no-replay", "A header that names no replay makes none", &["CON-003", "CON-013"]);
}
