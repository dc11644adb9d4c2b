//! Why a write was refused.

use std::fmt;

use crate::producer::OfferError;

/// Why a record was not taken. Each is counted: in the [`Counts`](super::Counts) of its run, or, where there is none, by
/// [`outside`](super::outside).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The code that wrote is not inside a scope (WRS-002).
    #[error("a record was written outside of any run's scope")]
    OutsideScope,
    /// The run of this writer has ended (WRS-003).
    #[error("a record was written after the end of its run")]
    Ended,
    /// The record says that it belongs elsewhere (WRS-005).
    #[error("a record names another {field} than its writer")]
    Foreign {
        /// What differs.
        field: Field,
    },
    /// The producer has not taken it.
    #[error(transparent)]
    Offer(#[from] OfferError),
}

impl WriteError {
    /// A name for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OutsideScope => "outside_scope",
            Self::Ended => "ended",
            Self::Foreign { .. } => "foreign",
            Self::Offer(_) => "refused",
        }
    }
}

/// What ties a record to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its run.
    Run,
    /// Its thread.
    Thread,
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Run => "run",
            Self::Thread => "thread",
        })
    }
}
