//! Why a producer could not do what it was asked.

use std::sync::Arc;

use dashstream_codec::EncodeError;

use super::config::DropReason;
use crate::identity::IdentityError;
use crate::spool::SpoolError;

/// Why a producer could not be opened, or has stopped.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProducerError {
    /// Its identity could not be opened or kept.
    #[error("the producer's identity: {0}")]
    Identity(Arc<IdentityError>),
    /// What it has sealed could not be kept: nothing more is sent.
    #[error("the producer's spool: {0}")]
    Spool(Arc<SpoolError>),
    /// There is no such codec or level.
    #[error("the producer's codec: {0}")]
    Encoder(EncodeError),
    /// The system gave no thread or no random bytes.
    #[error("the system refuses: {0}")]
    System(String),
    /// It has been closed.
    #[error("the producer is closed")]
    Closed,
}

impl From<IdentityError> for ProducerError {
    fn from(error: IdentityError) -> Self {
        Self::Identity(Arc::new(error))
    }
}

impl From<SpoolError> for ProducerError {
    fn from(error: SpoolError) -> Self {
        Self::Spool(Arc::new(error))
    }
}

impl From<EncodeError> for ProducerError {
    fn from(error: EncodeError) -> Self {
        Self::Encoder(error)
    }
}

/// Why a record was not taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OfferError {
    /// It had this number and was dropped, which the lane declares.
    #[error("record {sequence} was dropped: {reason:?}")]
    Dropped {
        /// Its number.
        sequence: u64,
        /// Why.
        reason: DropReason,
    },
    /// There is no such lane, or the producer is at its end. It has no number.
    #[error("lane {lane} takes no records")]
    Refused {
        /// The lane.
        lane: u32,
    },
    /// The producer has stopped. It has no number.
    #[error(transparent)]
    Stopped(ProducerError),
}
