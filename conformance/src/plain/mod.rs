//! The plain implementation: a second reading of `spec/` and `proto/`, by other hands than the
//! reference codec, with which it shares no code. It is written to be obviously right: it copies
//! what it needs and looks at it slowly.
//!
//! Every rule goes through one choke point ([`gate`]), so that each mutant is this implementation
//! with exactly one rule changed.

pub mod body;
pub mod bytes;
pub mod codecs;
mod consumer;
mod consumer_judge;
mod consumer_part;
mod consumer_replay;
mod consumer_state;
mod diff;
mod diff_json;
mod diff_patch;
pub mod encode;
mod encode_frame;
mod encode_input;
pub mod file;
pub mod gate;
pub mod json;
pub mod ledger;
mod ledger_account;
mod ledger_place;
mod ledger_steps;
pub mod lints;
pub mod lz4;
pub mod metadata;
pub mod mutants;
mod mutants_table;
pub mod passes;
pub mod prelude;
mod producer;
mod producer_destination;
mod producer_frame;
mod producer_lane;
mod producer_life;
mod producer_record;
mod producer_state;
pub mod records;
pub mod rules;
pub mod schema;
mod store;
mod store_scan;
pub mod testee;
pub mod tree;
pub mod wire;
mod xxh64;
mod zstd_bits;
mod zstd_block;
mod zstd_frame;
mod zstd_fse;
mod zstd_huffman;
pub mod zstd_walk;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests_consumer;
#[cfg(test)]
mod tests_decode;
#[cfg(test)]
mod tests_diff;
#[cfg(test)]
mod tests_encode;
#[cfg(test)]
mod tests_file;
#[cfg(test)]
mod tests_ledger;
#[cfg(test)]
mod tests_producer;
#[cfg(test)]
mod tests_zstd;

pub use encode::Options;
pub use gate::{Fault, Gate, Mutation};
pub use mutants::MutantInfo;
pub use prelude::Limits;

use body::Body;
use lints::Lints;
use metadata::Metadata;
use passes::Work;
use prelude::Prelude;
use records::{Frame, Outcome, Record};
use serde_json::Value as Json;

/// The plain implementation, or one of its mutants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// What is different from the specification.
    pub mutation: Mutation,
}

/// A frame that has passed every check.
pub struct Decoded {
    /// The gate that it passed.
    pub gate: Gate,
    /// The prelude.
    pub prelude: Prelude,
    /// The metadata.
    pub metadata: Metadata,
    /// The body.
    pub body: Body,
    /// The records, each judged alone.
    pub records: Vec<Record>,
    /// The deviations from the tidy form.
    pub lints: Lints,
}

impl Plain {
    /// The implementation without a mutation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The implementation with one.
    #[must_use]
    pub fn with(mutation: Mutation) -> Self {
        Self { mutation }
    }

    /// The choke point of this implementation.
    #[must_use]
    pub fn gate(&self) -> Gate {
        Gate::new(self.mutation)
    }

    /// Decodes one frame. `None` is a Kafka value that is null.
    ///
    /// # Errors
    /// The first check that fails (ERR-001).
    pub fn read(&self, value: Option<&[u8]>, limits: Limits, tenant: Option<&str>) -> Result<Decoded, Fault> {
        let gate = self.gate();
        let mut work = Work::new(gate, value, limits, tenant);
        passes::run(&mut work)?;
        let mut lints = work.lints.clone();
        lints::flags(work.prelude.ancillary_flags, &mut lints);
        let (prelude, metadata, body) = work.into_parts();
        let frame = Frame { gate, prelude: &prelude, metadata: &metadata, body: &body };
        let records = frame.records(&mut lints);
        lints::body(&gate, &body, &records, &mut lints);
        // REC-001
        if gate.strict("REC-001") {
            for record in &records {
                if let Outcome::Rejected(fault) = &record.outcome {
                    return Err(fault.clone());
                }
            }
        }
        Ok(Decoded { gate, prelude, metadata, body, records, lints })
    }

    /// Decodes one frame into its JSON form.
    ///
    /// # Errors
    /// The first check that fails (ERR-001).
    pub fn decode(&self, value: Option<&[u8]>, limits: Limits, tenant: Option<&str>) -> Result<Json, Fault> {
        Ok(self.read(value, limits, tenant)?.json())
    }

    /// The lints of a frame, in the order of the registry.
    ///
    /// # Errors
    /// The first check that fails: what is rejected has no lints.
    pub fn lints(&self, value: &[u8]) -> Result<Vec<&'static str>, Fault> {
        let decoded = self.read(Some(value), Limits::default(), None)?;
        Ok(lints::in_order(&decoded.lints))
    }
}

impl Decoded {
    /// The JSON form.
    #[must_use]
    pub fn json(&self) -> Json {
        let frame = Frame { gate: self.gate, prelude: &self.prelude, metadata: &self.metadata, body: &self.body };
        json::frame(&frame, &self.records)
    }
}
