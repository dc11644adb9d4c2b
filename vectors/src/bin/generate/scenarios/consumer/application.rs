//! What the application answers.

use super::script::{Message, Script, committed, hand, letter};
use crate::scenarios::ledger::scene::{beats, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    let answering = |answers: &[&str]| Message::from(beats(3, 2)).answers(answers);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(answering(&["again", "again"]), &[hand(1, 2), hand(1, 2).repeat(true), hand(1, 2).repeat(true)])
        .message(beats(5, 1), &[hand(2, 1)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-again",
            "The application asks for a frame again, twice, and takes it",
            &["CON-008", "CON-009"],
        );
    let thrice = [hand(1, 2), hand(1, 2).repeat(true), hand(1, 2).repeat(true), letter(1, "APPLICATION")];
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(answering(&["again", "again", "again"]), &thrice)
        .message(beats(5, 1), &[hand(2, 1)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-again-too-often",
            "The application asks too often",
            &["CON-008", "CON-009", "CON-015"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(answering(&["reject"]), &[hand(1, 2), letter(1, "APPLICATION")])
        .message(beats(5, 1), &[hand(2, 1)])
        .commit(&[committed(3, &[0, 2])])
        .finish(suite, "consumer-application-rejects", "The application rejects a frame", &["CON-015"]);
    let later = [hand(1, 2), hand(1, 2).repeat(true), letter(1, "APPLICATION")];
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(answering(&["again", "reject"]), &later)
        .commit(&[committed(2, &[0])])
        .finish(
            suite,
            "consumer-application-rejects-later",
            "The application rejects a frame that it has asked for again",
            &["CON-008", "CON-009", "CON-015"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(answering(&["reject"]), &[hand(1, 2), letter(1, "APPLICATION")])
        .message(beats(3, 2), &[super::script::duplicate(2)])
        .commit(&[committed(3, &[0])])
        .finish(
            suite,
            "consumer-rejected-and-again",
            "A frame that the application has rejected is known when it comes again",
            &["CON-002", "CON-003", "CON-015"],
        );
}
