//! Every state of the consumer's model.

mod common;

use common::{caught, holds};
use dashstream_models::dedup::{Dedup, Entry, Memory, Mutant, properties};

/// Two epochs of a lane, with a frame of the first that may arrive damaged.
const FRAMES: &[Entry] = &[
    Entry::new(1, 1, 1).after(0, 0),
    Entry::new(1, 2, 3),
    Entry::new(1, 2, 3).damaged(),
    Entry::new(1, 4, 4),
    Entry::new(2, 1, 1).after(1, 4),
];

/// With one more, and so two places for missing frames.
const MORE: &[Entry] = &[
    Entry::new(1, 1, 1).after(0, 0),
    Entry::new(1, 2, 3),
    Entry::new(1, 2, 3).damaged(),
    Entry::new(1, 4, 4),
    Entry::new(1, 6, 6),
    Entry::new(2, 1, 1).after(1, 6),
];

const ATOMIC: Dedup =
    Dedup { frames: FRAMES, log: 4, ahead: 2, ends: 2, ousted: 0, atomic: true, memory: None, mutant: None };
const PLAIN: Dedup = Dedup { atomic: false, ..ATOMIC };
const LITTLE: Memory = Memory { counted: 1, missing: 1, epochs: 1 };
const BOUNDED: Dedup = Dedup { frames: MORE, memory: Some(LITTLE), log: 5, ends: 1, ..ATOMIC };
const OUSTED: Dedup = Dedup { log: 3, ends: 1, ousted: 1, ..ATOMIC };
const OUSTED_PLAIN: Dedup = Dedup { atomic: false, ..OUSTED };

#[test]
fn effects_in_the_commit() {
    holds("effects in the commit", ATOMIC, 51_466);
}

#[test]
fn effects_at_once() {
    holds("effects at once", PLAIN, 211_702);
}

#[test]
fn a_ledger_that_forgets() {
    holds("a ledger that forgets", BOUNDED, 367_714);
}

#[test]
fn a_partition_that_is_lost_unknown() {
    holds("ousted", OUSTED, 93_104);
    holds("ousted, effects at once", OUSTED_PLAIN, 217_774);
}

#[test]
fn every_mutant_is_found_out() {
    for (mutant, model, property) in [
        (Mutant::CommittedBeforeEffect, PLAIN, properties::AT_LEAST_ONCE),
        (Mutant::LedgerNotCommitted, ATOMIC, properties::AT_MOST_ONCE),
        (Mutant::LedgerAhead, ATOMIC, properties::AT_LEAST_ONCE),
        (Mutant::EffectsApart, ATOMIC, properties::AT_MOST_ONCE),
        (Mutant::NoFence, OUSTED, properties::AT_MOST_ONCE),
        (Mutant::RevokedCommitsAll, PLAIN, properties::AT_LEAST_ONCE),
        (Mutant::NoMark, PLAIN, properties::MARKED),
        (Mutant::OneMarkLess, PLAIN, properties::MARKED),
        (Mutant::OneMarkLess, OUSTED_PLAIN, properties::ONE_MARKED),
        (Mutant::OneMarkLess, OUSTED_PLAIN, properties::MARKED_BY_OWNER),
        (Mutant::ForgottenIsSuppressed, BOUNDED, properties::DUPLICATE),
        (Mutant::MissingIsForgotten, BOUNDED, properties::DUPLICATE),
        (Mutant::UnreadableIsForgotten, BOUNDED, properties::DUPLICATE),
        (Mutant::DamagedIsSeen, ATOMIC, properties::DUPLICATE),
        (Mutant::DamagedIsSeen, ATOMIC, properties::SAME_LEDGER),
        (Mutant::LateStaysLost, ATOMIC, properties::ADDS_UP),
    ] {
        caught(&format!("{mutant:?}"), Dedup { mutant: Some(mutant), ..model }, property);
    }
}
