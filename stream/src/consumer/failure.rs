//! What could not be processed, on its way into a dead letter.

use std::future::Future;

use dashstream_codec::{Code, Error};

pub use crate::deadletter::Stage;
use crate::transport::{Message, Position, RejectedFrame};

/// Why it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The reader says so.
    Reader(Error),
    /// Bytes of a file were skipped for this.
    Skipped(Code),
    /// The application says so.
    Application(String),
}

impl Why {
    /// The code: one of the registry, or `APPLICATION`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Reader(error) => error.code.name(),
            Self::Skipped(code) => code.name(),
            Self::Application(_) => "APPLICATION",
        }
    }
}

/// A message, or a record of one, that could not be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where it was read.
    pub position: Position,
    /// What was read, unchanged. For a damaged range the value is its bytes.
    pub message: Message,
    /// For a damaged range: the frames with whole preludes that were rejected in it.
    pub rejected: Vec<RejectedFrame>,
    /// Where it failed.
    pub stage: Stage,
    /// Why.
    pub why: Why,
    /// 1-based index of the record; 0: the whole message.
    pub record: u32,
    /// How often it was tried, 1 or more.
    pub attempt: u32,
    /// Time of the first failure, in microseconds since 1970-01-01T00:00:00Z.
    pub first_failure_us: u64,
    /// Time of the last failure, likewise.
    pub last_failure_us: u64,
}

/// Where dead letters are saved.
pub trait Letters: Send + 'static {
    /// Saves a dead letter. When this returns `Ok`, it is as durable as where it is kept can make it (CON-006).
    ///
    /// # Errors
    /// Why it could not be saved, in words: the consumer waits with the partition, and asks again.
    fn save(&mut self, failure: &Failure) -> impl Future<Output = Result<(), String>> + Send;
}
