//! Conformance of DashStream implementations: a runner that asks a testee over pipes and judges its
//! answers, reports for people and machines, and the checks by which the suite tests itself.
//!
//! For authors of testees: `conformance/README.md`.

pub mod codes;
pub mod plain;
pub mod process;
pub mod protocol;
pub mod report;
pub mod root;
pub mod runner;
pub mod session;
pub mod spec;
