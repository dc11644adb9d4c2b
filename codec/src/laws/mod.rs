//! Laws that hold for every input. Each is stated once, as a function of bytes; property tests, the replay of a corpus
//! and fuzz targets call the same functions. The laws that need a second implementation are in the crate of the
//! conformance suite.
//!
//! A law answers with what the input brought about ([`Seen`]), so that whoever tries many inputs knows how deep they
//! reached, or with what is wrong ([`Broken`]).

mod content;
mod decode;
mod file;
mod json;
mod ledger;
mod message;
mod observations;
mod rebuild;
mod roundtrip;
mod seen;

pub use decode::{decode, read_once};
pub use file::{covers_every_byte, resync};
pub use json::json;
pub use ledger::ledger;
pub use rebuild::{rebuild, reencode};
pub use roundtrip::roundtrip;
pub use seen::{Broken, Codes, Depth, Law, Seen};

use core::fmt;

/// The law does not hold where `holds` is false; `what` says how.
fn hold(holds: bool, law: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { law, what: what() }) }
}

/// The law does not hold where the two differ.
fn same<T: PartialEq + fmt::Debug>(law: &'static str, left: &T, right: &T) -> Result<(), Broken> {
    hold(left == right, law, || format!("{left:?} is not {right:?}"))
}

/// What cannot fail, and did.
fn possible<T, E: fmt::Display>(law: &'static str, result: Result<T, E>) -> Result<T, Broken> {
    result.map_err(|error| Broken { law, what: error.to_string() })
}
