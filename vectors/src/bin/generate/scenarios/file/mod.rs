//! Scenarios for a reader of files, by `spec/files.md`.

mod bugs;
mod carried;
mod compressed;
mod damage;
mod header;
mod markerless;
mod markers;
mod overlapping;
mod resync;
mod scene;
mod tail;
mod walk;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    header::add(suite);
    tail::add(suite);
    damage::add(suite);
    markers::add(suite);
    resync::add(suite);
    carried::add(suite);
    bugs::add(suite);
    markerless::add(suite);
    overlapping::add(suite);
    compressed::add(suite);
}
