//! Every state of the identity's model.

mod common;

use common::{caught, holds};
use dashstream_models::identity::{Bounds, Identity, Mutant, properties};

const ALONE: Bounds =
    Bounds { openings: 3, records: 2, sends: 4, give_ups: 2, crashes: 2, power: true, damages: 0, copied: false };
const DAMAGED: Bounds = Bounds { sends: 3, give_ups: 0, damages: 1, ..ALONE };
const COPIED: Bounds = Bounds { openings: 3, give_ups: 0, crashes: 1, power: false, copied: true, ..ALONE };

#[test]
fn alone() {
    holds("alone", Identity { bounds: ALONE, mutant: None }, 870_889);
}

#[test]
fn damaged() {
    holds("damaged", Identity { bounds: DAMAGED, mutant: None }, 135_369);
}

#[test]
fn copied() {
    holds("copied", Identity { bounds: COPIED, mutant: None }, 483_219);
}

#[test]
fn every_mutant_is_found_out() {
    for (mutant, bounds, property) in [
        (Mutant::EpochBeforeSync, ALONE, properties::EPOCH_DURABLE),
        (Mutant::EpochBeforeSync, ALONE, properties::NUMBERED_ONCE),
        (Mutant::OneSlot, DAMAGED, properties::NUMBERED_ONCE),
        (Mutant::NewerSlotFirst, ALONE, properties::IDENTITY_SURVIVES),
        (Mutant::NoFolderSync, ALONE, properties::IDENTITY_SURVIVES),
        (Mutant::UnreadableIsTheSame, DAMAGED, properties::NUMBERED_ONCE),
        (Mutant::LeftIsSealedAgain, ALONE, properties::ONE_NUMBER),
        (Mutant::LeftIsNotAwaited, ALONE, properties::START_IS_TRUE),
        (Mutant::SentBeforeSpooled, ALONE, properties::START_IS_TRUE),
        (Mutant::ForgottenBeforeKept, ALONE, properties::START_IS_TRUE),
        (Mutant::KeptBeforeSync, ALONE, properties::START_IS_TRUE),
        (Mutant::UnsealedIsCounted, ALONE, properties::START_IS_TRUE),
        (Mutant::UnsealedIsCounted, ALONE, properties::NOTHING_LOST),
        (Mutant::StartIsOvertaken, ALONE, properties::ONLY_DUPLICATES),
        (Mutant::NonceOfTheFolder, COPIED, properties::FORK_AT_ONCE),
        (Mutant::NoStart, COPIED, properties::COPY_IS_TOLD),
        (Mutant::AcknowledgedBeforeAppended, ALONE, properties::NOTHING_FORGOTTEN),
    ] {
        caught(&format!("{mutant:?}"), Identity { bounds, mutant: Some(mutant) }, property);
    }
}
