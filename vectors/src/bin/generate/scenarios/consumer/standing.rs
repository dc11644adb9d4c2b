//! New, duplicate, unknown.

use super::script::{Script, committed, duplicate, hand, letter};
use crate::scenarios::ledger::scene::{Fate, Item, Shape, beats, items, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 3), &[hand(1, 3)])
        .commit(&[committed(2, &[0, 1])])
        .finish(suite, "consumer-two-frames", "Two frames, and their effects", &["CON-001", "CON-007"]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(start(0, 0, 2), &[duplicate(1)])
        .message(beats(3, 2), &[hand(2, 2)])
        .message(start(0, 0, 2), &[duplicate(3)])
        .message(beats(3, 2), &[duplicate(4)])
        .commit(&[committed(5, &[0, 2])])
        .finish(suite, "consumer-duplicates", "Two frames come again, at once and later", &["CON-003", "KAF-010"]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(6, 2), &[hand(1, 2).verdict_of("GAP", 3)])
        .message(beats(3, 3), &[hand(2, 3).verdict_of("LATE", 3)])
        .message(beats(3, 3), &[duplicate(3)])
        .commit(&[committed(4, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-gap-and-late",
            "What is missing is said with the frame behind it, and what comes late is new",
            &["CON-002", "CON-003"],
        );
    unknown(suite, "overlap", "OVERLAP", &start(0, 0, 4), &beats(3, 4));
    unknown(suite, "fork", "FORK", &start(0, 0, 4), &start(0, 0, 4).with(|shape| shape.nonce = 9));
    unknown(suite, "after-end", "AFTER_END", &items(1, &[Item::Start(0, 0), Item::End]), &beats(3, 2));
    unknown(suite, "stale", "STALE_EPOCH", &start(1, 7, 2).epoch(2), &beats(3, 2));
    Script::new(100)
        .start(&[])
        .message(beats(11, 2), &[hand(0, 2).verdict_of("BASELINE", 11)])
        .message(beats(13, 2), &[hand(1, 2)])
        .commit(&[committed(2, &[0, 1])])
        .finish(suite, "consumer-baseline", "A lane that is first seen in its midst", &["CON-002"]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::BodyDamaged), &[letter(1, "BODY_CRC")])
        .message(beats(3, 2).fate(Fate::BodyDamaged), &[letter(2, "BODY_CRC")])
        .message(beats(5, 2), &[hand(3, 2)])
        .message(beats(5, 2).fate(Fate::BodyDamaged), &[letter(4, "BODY_CRC")])
        .commit(&[committed(5, &[0, 3])])
        .finish(
            suite,
            "consumer-damaged-twice",
            "A damaged frame comes again, and one that was there intact comes damaged: each has a dead letter",
            &["CON-002", "CON-006"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::BodyDamaged), &[letter(1, "BODY_CRC")])
        .message(beats(5, 2), &[hand(2, 2)])
        .message(beats(3, 2), &[hand(3, 2).verdict_of("LATE", 2)])
        .commit(&[committed(4, &[0, 2, 3])])
        .finish(
            suite,
            "consumer-damaged-then-intact",
            "A damaged frame is no gap, and has its effect when it comes intact",
            &["CON-002", "CON-003", "CON-006"],
        );
}

/// CON-004: what the ledger does not count is handed over all the same.
fn unknown(suite: &mut Suite, name: &str, verdict: &str, first: &Shape, second: &Shape) {
    let records = |shape: &Shape| shape.items.len() as u32;
    Script::new(100)
        .start(&[])
        .message(first, &[hand(0, records(first))])
        .message(second, &[hand(1, records(second)).standing("unknown").verdict(verdict)])
        .commit(&[committed(2, &[0, 1])])
        .finish(
            suite,
            &format!("consumer-unknown-{name}"),
            &format!("{verdict}: nobody knows whether it was there"),
            &["CON-004"],
        );
}
