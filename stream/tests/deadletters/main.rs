//! Dead letters: what they say, how they are saved whatever fails, and how they are sent again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by a panic"
)]

mod folder;
mod keeper;
mod letter;
mod replay;
mod support;
