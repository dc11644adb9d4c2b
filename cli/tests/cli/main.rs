//! Runs the program as its users do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod chain;
mod checkpoints;
mod conform;
mod decode;
mod demo;
mod dlq;
mod doctor;
mod examples;
mod export;
mod files;
mod fuzz;
mod import;
mod inspect;
mod legacy;
#[cfg(unix)]
mod matrix;
mod produce;
mod support;
mod tail;
#[cfg(unix)]
mod terminal;
mod usage;
mod verify;
