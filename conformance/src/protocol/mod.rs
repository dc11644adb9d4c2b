//! The testee protocol, version 1: what the runner asks, and what a testee answers.
//!
//! Described for authors of testees in `conformance/README.md` and, for machines, in
//! `conformance/protocol.schema.json`.

mod answer;
mod question;
mod script;

pub use answer::{
    Accepted, AccountLine, Answer, Decoded, EndLine, FileReport, Hello, LedgerReport, Refusal, Rejected, Skipped,
    VerdictLine,
};
pub use question::{Arrival, DecodeQuestion, InlineLimit, Limits, Question, WriteOptions};
pub use script::{
    Base64, ConsumerQuestion, ConsumerReport, OutcomeLine, ProducerQuestion, ProducerReport, ProducerStepReport,
    SentFrame, StateQuestion, StateReport, StoreQuestion, StoreReport,
};

/// The version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// Bytes of input up to which it stands in the line; above, the line names a file.
pub const INLINE_LIMIT: usize = 256 * 1024;

/// Everything that a testee may say it can do.
pub const CAPABILITIES: &[&str] = &[
    "decode",
    "encode",
    "file",
    "ledger",
    "producer",
    "consumer",
    "zstd",
    "lz4",
    "incremental",
    "lint",
    "payloads",
    "policies",
    "diff",
    "store",
];
