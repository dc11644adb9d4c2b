//! What becomes of a commit, by what the library says.

use rdkafka::error::{KafkaError, RDKafkaError, RDKafkaErrorCode as Code};

use super::super::TransportError;
use super::failure::says;

/// Why nothing was saved, or nobody knows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Nothing was saved. The same can be tried again.
    #[error("nothing was saved: {why}")]
    Aborted {
        /// What the library said.
        why: String,
    },
    /// Another one has this name, or the partition, by now: nothing was saved, and nothing can be any more.
    #[error("another reader has taken over: {why}")]
    Fenced {
        /// What the library said.
        why: String,
    },
    /// Nobody knows whether it was saved. It has to be opened again and loaded.
    #[error("it may have been saved or not: {why}")]
    Unknown {
        /// What the library said.
        why: String,
    },
    /// An earlier error has left it open what was saved: it has to be opened again.
    #[error("it has to be opened again")]
    Broken,
    /// The brokers cannot be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

pub(super) fn of_begin(error: &KafkaError) -> CommitError {
    let why = says(error);
    if is_fenced(error) {
        CommitError::Fenced { why }
    } else if is_fatal(error) {
        CommitError::Unknown { why }
    } else {
        CommitError::Aborted { why }
    }
}

fn transaction(error: &KafkaError) -> Option<&RDKafkaError> {
    if let KafkaError::Transaction(error) = error { Some(error) } else { None }
}

pub(super) fn wants_abort(error: &KafkaError) -> bool {
    transaction(error).is_some_and(RDKafkaError::txn_requires_abort)
}

pub(super) fn is_fatal(error: &KafkaError) -> bool {
    transaction(error).is_some_and(RDKafkaError::is_fatal) || error.rdkafka_error_code() == Some(Code::Fatal)
}

/// Whether another one has taken over, the name or the partition.
pub(super) fn is_fenced(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::Fenced
                | Code::ProducerFenced
                | Code::InvalidProducerEpoch
                | Code::FencedInstanceId
                | Code::FencedMemberEpoch
                | Code::IllegalGeneration
                | Code::UnknownMemberId
                | Code::StaleMemberEpoch
        )
    )
}
