//! The JSON form: every message there and back, what is refused, and the string table.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic as tests do"
)]

mod frames;
mod refusals;
mod roundtrip;
mod samples;
mod shown;
mod strings;
