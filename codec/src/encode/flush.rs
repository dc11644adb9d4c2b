//! When a batch is sealed: WRT-007.

use crate::constants::{DEFAULT_FLUSH_AGE_US, DEFAULT_FLUSH_LEN, DEFAULT_FLUSH_RECORDS};

use super::builder::BatchBuilder;

/// When a batch is sealed. It has no clock and no state: the caller says what time it is, and when the first record of the
/// batch came.
///
/// The times are microseconds by any clock, best by one that is not set. One that is set back by more than `max_age_us`
/// makes the batch due, so that no record waits until the clock is where it was.
///
/// ```
/// use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FlushPolicy, FlushReason, FrameHeader, RecordInput, view};
/// use dashstream_proto::v1;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
/// # let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
/// let policy = FlushPolicy::default();
/// let mut encoder = Encoder::new(EncoderConfig::default())?;
/// let mut batch = BatchBuilder::new(header, &metadata)?;
/// // None while the batch is empty; then the time at which its first record came.
/// let mut opened_us = None;
///
/// let now_us = 7_000_000;
/// let (record, payload) = (RecordInput::default(), view::NodeStart::default().into());
/// // Else the batch is sealed before the record.
/// assert!(batch.has_room(&record, &payload, encoder.config().max_frame_len));
/// batch.push_payload(record, &payload)?;
/// let opened = *opened_us.get_or_insert(now_us);
/// assert_eq!(policy.due(&batch, opened, now_us), None);
/// // How long the caller may sleep, unless another record comes.
/// assert_eq!(policy.deadline_us(opened) - now_us, 50_000);
///
/// // It has slept.
/// let now_us = 7_050_000;
/// assert_eq!(policy.due(&batch, opened, now_us), Some(FlushReason::Age));
/// let mut frame = Vec::new();
/// batch.finish(&mut encoder, &mut frame)?;
/// // The caller sends the frame, and restarts the batch with the next base_sequence.
/// opened_us = None;
/// # let _ = opened_us;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlushPolicy {
    /// Records of the batch, from 1.
    pub max_records: usize,
    /// Bytes of the body, before compression, by [`BatchBuilder::raw_len_at_most`]. A frame is longer than this by the record with which it is reached; see
    /// [`BatchBuilder::has_room`] for a bound that holds.
    pub max_len: usize,
    /// Microseconds that the first record waits. 0: nothing waits. `u64::MAX`: for ever.
    pub max_age_us: u64,
}

/// What made a batch due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlushReason {
    /// It has `max_records`.
    Records,
    /// Its body has `max_len` bytes.
    Len,
    /// Its first record has waited for `max_age_us`.
    Age,
}

// WRT-007
impl Default for FlushPolicy {
    fn default() -> Self {
        Self { max_records: DEFAULT_FLUSH_RECORDS, max_len: DEFAULT_FLUSH_LEN, max_age_us: DEFAULT_FLUSH_AGE_US }
    }
}

impl FlushPolicy {
    /// Whether the batch is to be sealed now, and why: the first reason that holds. To be asked after each record, and at
    /// [`deadline_us`](Self::deadline_us). An empty batch is never due (PRE-017).
    #[must_use]
    pub fn due(&self, batch: &BatchBuilder, opened_us: u64, now_us: u64) -> Option<FlushReason> {
        if batch.is_empty() {
            None
        } else if batch.len() >= self.max_records {
            Some(FlushReason::Records)
        } else if batch.raw_len_at_most() >= self.max_len {
            Some(FlushReason::Len)
        } else if now_us.abs_diff(opened_us) >= self.max_age_us {
            Some(FlushReason::Age)
        } else {
            None
        }
    }

    /// When a batch whose first record came at `opened_us` is due, if nothing else comes.
    #[must_use]
    pub const fn deadline_us(&self, opened_us: u64) -> u64 {
        opened_us.saturating_add(self.max_age_us)
    }
}
