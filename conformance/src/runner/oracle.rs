//! What decodes frames for the judge: the plain implementation, which shares no code with the codec.

use serde_json::Value;

use crate::protocol::{Arrival, LedgerReport, Refusal};

/// A frame as the oracle reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The JSON form.
    pub frame: Value,
    /// Its deviations from the tidy form.
    pub lints: Vec<String>,
}

/// Decodes frames.
pub trait Oracle: Sync {
    /// Decodes a whole frame, without limits and for any tenant.
    ///
    /// # Errors
    /// The frame is rejected.
    fn decode(&self, frame: &[u8]) -> Result<Reading, Refusal>;

    /// Keeps the account of frames.
    fn ledger(&self, arrivals: &[Arrival]) -> LedgerReport;
}
