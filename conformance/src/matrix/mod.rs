//! The matrix: every encoder against every decoder, compared by meaning.

pub mod args;
pub mod command;
mod contents;
pub(crate) mod markdown;
pub mod model;
mod pairs;
mod ports;
mod run;
mod sides;
mod terminal;

pub use ports::{Port, ports};
