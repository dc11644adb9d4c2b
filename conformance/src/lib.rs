//! Conformance of DashStream implementations: a runner that asks a testee over pipes and judges its
//! answers, reports for people and machines, and the checks by which the suite tests itself.
//!
//! For authors of testees: `conformance/README.md`.

pub mod args;
pub mod bad;
pub mod codes;
pub mod conform;
pub mod faults;
pub mod fuzz;
pub mod kill;
pub mod laws;
pub mod matrix;
pub mod plain;
pub mod plain_oracle;
pub mod process;
mod progress;
pub mod protocol;
pub mod reference;
pub mod report;
pub mod root;
pub mod runner;
pub mod session;
pub mod spec;
