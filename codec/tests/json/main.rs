//! The JSON form: every message there and back, what is refused, and what the lossless form keeps.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic as tests do"
)]

mod frames;
mod lossless;
mod refusals;
mod roundtrip;
mod samples;
mod shown;
