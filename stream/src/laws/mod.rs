//! Laws of producers, consumers and what they are configured with, that hold for every history. Each is one function of bytes, as
//! those of the codec are ([`dashstream_codec::laws`]): the bytes are the makings of a history, and tests and fuzz targets feed them.

mod config;
mod consumer;
mod producer;

pub use config::config;
pub use consumer::consumer;
use dashstream_codec::laws::Broken;
pub use producer::{Happened, history, producer};

/// The law does not hold where `holds` is false; `what` says how.
fn hold(holds: bool, law: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { law, what: what() }) }
}

/// What cannot fail, and did.
fn possible<T, E: std::fmt::Display>(law: &'static str, result: Result<T, E>) -> Result<T, Broken> {
    result.map_err(|error| Broken { law, what: error.to_string() })
}

/// What has to be there, and is not.
fn there<T>(law: &'static str, found: Option<T>) -> Result<T, Broken> {
    found.ok_or_else(|| Broken { law, what: "it is not there".to_owned() })
}
