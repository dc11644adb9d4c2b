//! Every state of the dead letters' model.

mod common;

use common::{caught, comes_to_an_end, holds};
use dashstream_models::letters::{Kind, Letters, Message, Mutant, properties};

const SAVING: Letters = Letters {
    messages: &[Message::new(Kind::Bad), Message::new(Kind::Good), Message::new(Kind::Bad)],
    faults: 2,
    failures: 1,
    crashes: 2,
    log: 3,
    replays: 0,
    repeats: 0,
    mutant: None,
};
const STOPPED: Letters =
    Letters { messages: &[Message::new(Kind::Large), Message::new(Kind::Unsupported)], log: 2, ..SAVING };
const REPLAYED: Letters = Letters {
    messages: &[Message::new(Kind::Bad)],
    faults: 1,
    failures: 0,
    crashes: 1,
    log: 4,
    replays: 2,
    repeats: 1,
    mutant: None,
};

#[test]
fn letters_are_saved() {
    holds("saving", SAVING, 118_654);
}

#[test]
fn large_and_unsupported_ones() {
    holds("large and unsupported", STOPPED, 15_984);
}

#[test]
fn letters_are_replayed() {
    holds("replayed", REPLAYED, 90_775);
}

/// "In the end" means something only where there is one.
#[test]
fn there_is_an_end() {
    comes_to_an_end("saving", SAVING);
    comes_to_an_end("large and unsupported", STOPPED);
    comes_to_an_end("replayed", REPLAYED);
}

#[test]
fn every_mutant_is_found_out() {
    for (mutant, model, property) in [
        (Mutant::CommittedUnsaved, SAVING, properties::SAVED),
        (Mutant::SavedWhenSent, SAVING, properties::SAVED),
        (Mutant::RenamedBeforeSync, SAVING, properties::SAVED),
        (Mutant::NoFolderSync, SAVING, properties::SAVED),
        (Mutant::DeletedWhenSent, SAVING, properties::SAVED),
        (Mutant::LargeIsDeleted, STOPPED, properties::SAVED),
        (Mutant::LargeIsDeleted, STOPPED, properties::ARRIVES),
        (Mutant::FolderIsForgotten, SAVING, properties::ARRIVES),
        (Mutant::IdIsDrawn, SAVING, properties::ONE_ID),
        (Mutant::UnsupportedIsPassed, STOPPED, properties::STOPS),
        (Mutant::ReplaysAreForgotten, REPLAYED, properties::SO_OFTEN),
        (Mutant::ReplayBySequence, REPLAYED, properties::REPLAY_DONE),
        (Mutant::ReplayById, REPLAYED, properties::REPLAY_DONE),
        (Mutant::ReplaysNotCommitted, REPLAYED, properties::ONE_EFFECT),
        (Mutant::ReplayAgain, REPLAYED, properties::ONE_EFFECT),
    ] {
        caught(&format!("{mutant:?}"), Letters { mutant: Some(mutant), ..model }, property);
    }
}
