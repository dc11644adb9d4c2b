//! A record on its way into a frame.

use super::producer_frame::TIME_US;
use super::schema::{KIND_EPOCH_END, KIND_EPOCH_START, KIND_LATE_DROPS};
use serde_json::{Value as Json, json};

/// Number of the kind NODE_START.
const KIND_NODE_START: u64 = 5;
/// Number of the kind HEARTBEAT.
const KIND_HEARTBEAT: u64 = 6;

/// Who waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// The number of the offer in the script.
    pub offer: u64,
    /// When it has to be answered at the latest.
    pub deadline: u64,
}

/// A record that waits to be sealed.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Its number (SEQ-002).
    pub number: u64,
    pub kind: u64,
    pub time_us: u64,
    pub payload: Json,
    /// `None`: the producer's own.
    pub offer: Option<Offer>,
    /// When it was offered.
    pub since: u64,
    /// Whether it is in the queue. Otherwise it waits for room.
    pub admitted: bool,
}

impl Record {
    fn control(kind: u64, payload: Json) -> Self {
        Self { number: 0, kind, time_us: TIME_US, payload, offer: None, since: 0, admitted: true }
    }

    /// What was offered.
    pub(super) fn offered(offer: Offer, now: u64) -> Self {
        Self {
            time_us: TIME_US + offer.offer,
            offer: Some(offer),
            since: now,
            admitted: false,
            ..Self::control(KIND_NODE_START, json!({}))
        }
    }

    /// SEQ-005: the epoch before, and its last number.
    pub(super) fn epoch_start(epoch: u64, last: u64) -> Self {
        let payload = json!({ "previous_epoch": epoch, "previous_last_sequence": last.to_string() });
        Self::control(KIND_EPOCH_START, payload)
    }

    pub(super) fn epoch_end() -> Self {
        Self::control(KIND_EPOCH_END, json!({ "reason": 1 }))
    }

    pub(super) fn heartbeat() -> Self {
        Self::control(KIND_HEARTBEAT, json!({}))
    }

    pub(super) fn late_drops(first: u64, count: u64, reason: u64) -> Self {
        let payload = json!({ "first": first.to_string(), "count": count.to_string(), "reason": reason });
        Self::control(KIND_LATE_DROPS, payload)
    }
}
