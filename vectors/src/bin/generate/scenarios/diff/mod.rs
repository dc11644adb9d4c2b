//! Records of a thread's state, by the requirements of `spec/diffs.md`.

mod canonical;
mod patches;
mod pieces;
mod refused;
mod script;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    canonical::add(suite);
    patches::add(suite);
    pieces::add(suite);
    refused::add(suite);
}
