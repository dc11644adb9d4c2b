//! Reading and writing files of frames: each rule, a naive model, and every way to cut the bytes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests may panic as tests do")]
#![allow(clippy::cast_possible_truncation, reason = "the numbers are small")]

mod build;
#[path = "../common/cases.rs"]
mod cases;
mod laws;
mod model;
mod prompt;
mod rules;
mod writing;
