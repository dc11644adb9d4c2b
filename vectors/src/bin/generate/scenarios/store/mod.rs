//! Stores, by the requirements of `spec/checkpoints.md`.

mod damage;
mod names;
mod scene;
mod whole;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    whole::add(suite);
    damage::add(suite);
    names::add(suite);
}
