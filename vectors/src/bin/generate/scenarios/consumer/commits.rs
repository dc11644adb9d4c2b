//! State, offset and effects are one; what may be a repetition is marked.

use super::script::{Script, committed, duplicate, hand};
use crate::scenarios::ledger::scene::{beats, start};
use crate::suite::Suite;
use crate::tree::Tree;

pub(crate) fn add(suite: &mut Suite) {
    crashes(suite);
    marks(suite);
}

fn crashes(suite: &mut Suite) {
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .commit(&[committed(1, &[0])])
        .message(beats(3, 2), &[hand(1, 2)])
        .message(beats(5, 2), &[hand(2, 2)])
        .crash()
        .start(&[hand(1, 2).repeat(true), hand(2, 2).repeat(true)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-crash",
            "What was not committed is handed over again, marked, and has its effect once",
            &["CON-007", "CON-008", "KAF-009"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2), &[hand(1, 2)])
        .commit(&[committed(2, &[0, 1])])
        .crash()
        .start(&[])
        .message(beats(3, 2), &[duplicate(2)])
        .message(beats(7, 1), &[hand(3, 1).verdict_of("GAP", 2)])
        .commit(&[committed(4, &[0, 1, 3])])
        .finish(
            suite,
            "consumer-ledger-outlives",
            "Whoever begins again knows what was counted",
            &["CON-003", "CON-007", "KAF-009", "KAF-010"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .commit(&[committed(1, &[0])])
        .message(beats(5, 2), &[hand(1, 2).verdict_of("GAP", 2)])
        .message(beats(3, 2), &[hand(2, 2).verdict_of("LATE", 2)])
        .crash()
        .start(&[hand(1, 2).verdict_of("GAP", 2).repeat(true), hand(2, 2).verdict_of("LATE", 2).repeat(true)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-ledger-forgets-with-the-offset",
            "The ledger of what was not committed is not committed",
            &["CON-007", "KAF-009"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2), &[hand(1, 2)])
        .stop(&[committed(2, &[0, 1])])
        .start(&[])
        .message(beats(5, 2), &[hand(2, 2)])
        .stop(&[committed(3, &[0, 1, 2])])
        .finish(suite, "consumer-stop", "Who ends as it should commits what is confirmed", &["CON-007"]);
}

fn marks(suite: &mut Suite) {
    let with_one = || Tree::map([("step", Tree::text("start")), ("uncommitted", Tree::Int(1))]);
    Script::new(3)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .commit(&[committed(1, &[0])])
        .message(beats(3, 2), &[hand(1, 2)])
        .message(beats(5, 2), &[hand(2, 2)])
        .crash()
        .step(with_one(), &[hand(1, 2).repeat(true), hand(2, 2).repeat(true)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-marks-of-a-predecessor",
            "Who hands over fewer frames between two commits marks as many as the one before it may have",
            &["CON-008"],
        );
    Script::new(1)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2), &[hand(1, 2).repeat(false)])
        .message(beats(5, 2), &[hand(2, 2).repeat(false)])
        .stop(&[committed(3, &[0, 1, 2])])
        .start(&[])
        .message(beats(7, 2), &[hand(3, 2)])
        .message(beats(9, 2), &[hand(4, 2).repeat(false)])
        .message(beats(11, 2), &[hand(5, 2).repeat(false)])
        .finish(suite, "consumer-marks-end", "Marks come to an end, so that they say something", &["CON-016"]);
}
