//! What the caller of a reader may restrict.

use crate::constants::{MAX_FRAME_LEN, MAX_RAW_LEN, MAX_RECORDS};

/// Limits of a reader, each inclusive. [`Default`] is what the format itself allows; a larger value
/// has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole frame.
    pub max_frame_len: u64,
    /// Bytes of the decompressed body.
    pub max_raw_len: u32,
    /// Records in a frame.
    pub max_records: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_frame_len: MAX_FRAME_LEN, max_raw_len: MAX_RAW_LEN, max_records: MAX_RECORDS }
    }
}

/// What the caller of a reader asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions<'t> {
    /// Limits of size.
    pub limits: Limits,
    /// The tenant that frames are expected to belong to; `None`: any.
    pub tenant: Option<&'t str>,
}
