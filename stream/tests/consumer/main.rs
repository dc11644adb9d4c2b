//! What a consumer promises (`spec/consumer.md`), over memory, with everything around it failing as it is told.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod bounds;
mod commits;
mod frames;
mod histories;
mod judging;
mod rig;
mod vectors;
mod waiting;
