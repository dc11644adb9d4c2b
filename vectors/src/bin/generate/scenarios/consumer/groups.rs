//! Partitions that come and go.

use super::script::{Message, Script, committed, duplicate, hand};
use crate::scenarios::ledger::scene::{Fate, beats, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2), &[hand(1, 2)])
        .partition("revoke", &[committed(2, &[0, 1])])
        .message(beats(5, 2), &[])
        .message(beats(3, 2), &[])
        .partition("assign", &[hand(2, 2), duplicate(3)])
        .commit(&[committed(4, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-revoked",
            "What is confirmed of a partition is committed before it goes",
            &["CON-010"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .letters(true, &[])
        .message(beats(3, 2).fate(Fate::BodyDamaged), &[])
        .partition("revoke", &[committed(1, &[0])])
        .letters(false, &[])
        .partition("assign", &[super::script::letter(1, "BODY_CRC")])
        .message(beats(5, 2), &[hand(2, 2)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-revoked-while-it-waits",
            "What waits is not committed with a partition that goes",
            &["CON-006", "CON-010"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .letters(true, &[])
        .message(Message::from(beats(3, 2)).answers(&["reject"]), &[hand(1, 2)])
        .partition("revoke", &[committed(1, &[0])])
        .letters(false, &[])
        .partition("assign", &[hand(1, 2).repeat(true)])
        .commit(&[committed(2, &[0, 1])])
        .finish(
            suite,
            "consumer-revoked-and-forgotten",
            "Of a partition that goes nothing is remembered, and what was handed over is handed over again",
            &["CON-008", "CON-010"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .commit(&[committed(1, &[0])])
        .message(beats(3, 2), &[hand(1, 2)])
        .partition("lose", &[committed(1, &[0])])
        .partition("assign", &[hand(1, 2).repeat(true)])
        .commit(&[committed(2, &[0, 1])])
        .finish(
            suite,
            "consumer-lost",
            "Nothing is saved of a partition that is another's already",
            &["CON-008", "KAF-013"],
        );
}
