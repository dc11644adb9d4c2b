//! Cases that nobody wrote down: seeded changes to the accepted vectors, put to the references and to a
//! testee, whose answers have to be the same.
//!
//! [`Mutator`] makes frames that nearly are frames and keeps their CRCs right, so that they reach the checks
//! behind them; what it reads it reads by its own walk, never by the codec. [`cases`] makes questions of
//! them, [`Fuzzer`] asks and judges.

pub mod args;
pub mod cases;
pub mod command;
mod damage;
mod draft;
mod drops;
mod fields;
mod findings;
mod fuzzer;
mod lz4;
mod message;
mod mutate;
mod named;
mod numbers;
mod prelude;
mod references;
mod repair;
mod report;
mod rows;
pub mod run;
mod seal;
mod shape;
mod shrink;
mod smaller;
mod store;
mod values;
mod verdict;
mod wire;
mod zstd;

pub use fuzzer::{Disagreement, Fuzzer, Outcome};
pub use mutate::Mutator;
pub use named::{named_file, named_frame};
pub use references::{References, Said, plain_answer};
pub use repair::repair;
pub use seal::{fit, reseal};
pub use shrink::{shrink, size};
pub use verdict::leaves_open;
