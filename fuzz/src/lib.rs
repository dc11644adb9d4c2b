//! The laws of the codec, and of producers and consumers, as fuzz targets.
//!
//! A [`Target`] is a law and what it is fed. The binaries in `fuzz_targets/` hand it to libFuzzer; `tests/replay.rs`
//! feeds it seeds, [`corpus`], artifacts and regressions on stable Rust. [`seeds`](mod@seeds) come from the vectors, and
//! what is found becomes one ([`vector`]).

pub mod corpus;
mod count;
pub mod driver;
mod measure;
pub mod mutate;
pub mod seeds;
mod target;
pub mod vector;

pub use count::Counts;
pub use measure::{Cost, read_measured};
pub use target::{Input, TARGETS, Target, by_name};
