//! The targets.

use dashstream_checkpoint::laws as of_store;
use dashstream_codec::Prelude;
use dashstream_codec::laws::{self, Broken, Law, Seen};
use dashstream_conformance::laws as with_plain;
use dashstream_stream::laws as of_stream;

use crate::measure::read_measured;

/// A law, and what it is fed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Name of the target, its binary and its folders.
    pub name: &'static str,
    /// What it says.
    pub law: Law,
    /// What its input is.
    pub input: Input,
}

/// Bytes of a body, and records, above which a frame is not executed: one of them takes the time of hundreds of others,
/// and says little more than they do. The vectors and the tests of bombs have them.
const LARGE: (u32, u16) = (16_384, 200);
/// The same for `decode`, whose law is the quickest.
const LARGE_TO_DECODE: (u32, u16) = (262_144, 4_000);

impl Target {
    /// Whether a frame is not for this target.
    #[must_use]
    pub fn is_too_large(&self, bytes: &[u8]) -> bool {
        let (raw_len, records) = if self.name == "decode" { LARGE_TO_DECODE } else { LARGE };
        self.input == Input::Frame
            && Prelude::read(bytes).is_ok_and(|prelude| prelude.raw_len > raw_len || prelude.record_count > records)
    }
}

/// What the bytes are that a target is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A frame: mutations know its structure.
    Frame,
    /// A file of frames.
    File,
    /// What something is made of, by the order of a generator.
    Makings,
    /// What a history is made of: as makings, and longer.
    History,
    /// A text, behind a byte that says which.
    Text,
}

/// All targets.
pub const TARGETS: [Target; 13] = [
    Target { name: "decode", law: decode, input: Input::Frame },
    Target { name: "agree", law: with_plain::agree, input: Input::Frame },
    Target { name: "tidy", law: with_plain::tidy, input: Input::Frame },
    Target { name: "json", law: laws::json, input: Input::Frame },
    Target { name: "roundtrip", law: laws::roundtrip, input: Input::Makings },
    Target { name: "ledger", law: laws::ledger, input: Input::Makings },
    Target { name: "resync", law: laws::resync, input: Input::Makings },
    Target { name: "files", law: with_plain::files, input: Input::File },
    Target { name: "producer", law: of_stream::producer, input: Input::History },
    Target { name: "consumer", law: of_stream::consumer, input: Input::History },
    Target { name: "config", law: of_stream::config, input: Input::Text },
    Target { name: "diff", law: with_plain::diff, input: Input::History },
    Target { name: "store", law: of_store::store, input: Input::History },
];

/// The target of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// One verdict, within the memory that a frame is entitled to.
fn decode(bytes: &[u8]) -> Result<Seen, Broken> {
    read_measured(bytes)?;
    laws::decode(bytes)
}
