//! Scripts for producers, by the requirements of `spec/sequence.md`.

mod answers;
mod drops;
mod lives;
mod script;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    answers::add(suite);
    drops::add(suite);
    lives::add(suite);
}
