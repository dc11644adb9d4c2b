//! What ends a consumer.

use crate::transport::TransportError;

/// Why nothing, or nobody knows what, was committed or read of the state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// It failed, and may work when it is tried again. What was committed last is told by the state.
    #[error("{0}")]
    Again(String),
    /// Somebody else has the state now, or it cannot be used any more: there is no trying again.
    #[error("{0}")]
    Gone(String),
}

/// Why a consumer has ended before it was told to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumerError {
    /// The source.
    #[error("the source: {0}")]
    Source(#[from] TransportError),
    /// The state.
    #[error("the consumer's state: {0}")]
    State(#[from] CommitError),
    /// The application asked for it ([`super::HandleError::Stop`]). What was confirmed before is committed.
    #[error("the application stops: {0}")]
    Application(String),
}
