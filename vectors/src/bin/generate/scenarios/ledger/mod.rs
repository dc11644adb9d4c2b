//! Scenarios for the ledger, by the steps of `spec/loss.md`.

mod arrival;
mod control;
mod epochs;
mod repeats;
pub(super) mod scene;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    arrival::add(suite);
    control::add(suite);
    epochs::add(suite);
    repeats::add(suite);
}
