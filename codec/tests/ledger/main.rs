//! The ledger: single steps, the identity under every input, and a naive model beside it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests may panic as tests do")]
#![allow(clippy::cast_possible_truncation, reason = "the numbers are small")]

mod bounds;
#[path = "../common/cases.rs"]
mod cases;
mod frames;
mod from_frame;
mod laws;
mod model;
mod steps;
