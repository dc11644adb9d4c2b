//! Scripts for consumers, by the requirements of `spec/consumer.md`.

mod application;
mod commits;
mod groups;
mod judging;
mod letters;
mod replays;
mod script;
mod standing;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    application::add(suite);
    commits::add(suite);
    groups::add(suite);
    judging::add(suite);
    letters::add(suite);
    replays::add(suite);
    standing::add(suite);
}
