//! Nothing is passed that is not saved.

use super::script::{Message, Script, committed, hand, letter};
use crate::scenarios::ledger::scene::{Fate, Item, beats, items, start};
use crate::suite::Suite;
use crate::tree::Tree;

pub(crate) fn add(suite: &mut Suite) {
    let damaged = || beats(3, 2).fate(Fate::BodyDamaged);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .letters(true, &[])
        .message(damaged(), &[])
        .message(beats(5, 2), &[])
        .commit(&[committed(1, &[0])])
        .letters(false, &[letter(1, "BODY_CRC"), hand(2, 2)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-letters-fail",
            "While a dead letter cannot be saved, its partition waits",
            &["CON-006", "CON-018", "KAF-008"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .letters(true, &[])
        .message(damaged(), &[])
        .commit(&[committed(1, &[0])])
        .crash()
        .start(&[])
        .commit(&[committed(1, &[0])])
        .letters(false, &[letter(1, "BODY_CRC")])
        .message(beats(5, 2), &[hand(2, 2)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-letters-fail-and-crash",
            "A dead letter that could not be saved is saved by whoever comes next",
            &["CON-006", "KAF-008"],
        );
    let elsewhere = |shape: crate::scenarios::ledger::scene::Shape| {
        Message::from(shape.with(|shape| shape.lane = 1)).in_partition(1)
    };
    Script::new(100)
        .with("partitions", Tree::Int(2))
        .start(&[])
        .letters(true, &[])
        .message(Message::null(), &[])
        .message(elsewhere(start(0, 0, 1)), &[hand(0, 1).in_partition(1)])
        .commit(&[committed(0, &[]), committed(1, &[0]).in_partition(1)])
        .letters(false, &[letter(0, "NULL_VALUE")])
        .commit(&[committed(1, &[]), committed(1, &[0]).in_partition(1)])
        .finish(
            suite,
            "consumer-letters-fail-for-one",
            "A partition that waits holds no other back",
            &["CON-006", "KAF-008"],
        );
    Script::new(100)
        .start(&[])
        .letters(true, &[])
        .message(Message::from(start(0, 0, 2)).answers(&["reject"]), &[hand(0, 2)])
        .message(beats(3, 1), &[])
        .commit(&[committed(0, &[])])
        .letters(false, &[letter(0, "APPLICATION"), hand(1, 1)])
        .commit(&[committed(2, &[1])])
        .finish(
            suite,
            "consumer-letters-fail-for-the-application",
            "What the application has rejected waits until it is saved",
            &["CON-015", "CON-018", "KAF-009"],
        );
    let partly = || items(3, &[Item::Node, Item::Critical]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .letters(true, &[])
        .message(partly(), &[])
        .message(beats(5, 1), &[])
        .commit(&[committed(1, &[0])])
        .letters(false, &[letter(1, "UNKNOWN_CRITICAL_KIND").record(2), hand(1, 1), hand(2, 1)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-letters-fail-for-a-record",
            "A frame waits until the dead letter of its record is saved",
            &["CON-006", "CON-018", "KAF-008"],
        );
}
