//! The ledger: single steps, the identity under every input, and a naive model beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod frames;
mod from_frame;
mod laws;
mod model;
mod steps;
