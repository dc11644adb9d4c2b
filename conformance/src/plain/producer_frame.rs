//! How a producer writes a frame.

use super::Plain;
use super::bytes::hex;
use super::encode::Options;
use super::producer_record::Record;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Time of records that nobody offers.
pub(super) const TIME_US: u64 = 1_700_000_000_000_000;

/// Whose the frames of a lane are.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    pub producer_id: Vec<u8>,
    pub boot_nonce: Vec<u8>,
    pub epoch: u64,
    pub lane: u64,
    pub tenant: String,
}

/// What a frame is made of.
pub(super) struct Content<'a> {
    pub identity: &'a Identity,
    /// Its first number.
    pub first: u64,
    /// Its records, in ascending order of their numbers.
    pub records: &'a [Record],
    /// How many numbers of its range were dropped, by reason.
    pub drops: BTreeMap<u64, u64>,
    /// How many were dropped in this epoch and lane, up to here.
    pub dropped_total: u64,
}

impl Content<'_> {
    /// The bytes of the frame. There is nothing in it that the writer would refuse.
    pub(super) fn bytes(&self) -> Vec<u8> {
        encode(&json!({
            "header": {
                "producer_id": hex(&self.identity.producer_id),
                "base_sequence": self.first.to_string(),
                "epoch": self.identity.epoch,
                "lane": self.identity.lane,
            },
            "metadata": {
                "tenant": self.identity.tenant,
                "boot_nonce": hex(&self.identity.boot_nonce),
                "base_time_us": TIME_US.to_string(),
                "drop_reason": self.drops.keys().collect::<Vec<_>>(),
                "drop_reason_count": self.drops.values().collect::<Vec<_>>(),
                "dropped_total": self.dropped_total.to_string(),
            },
            "records": self.records.iter().map(record).collect::<Vec<_>>(),
        }))
    }
}

fn record(record: &Record) -> Json {
    json!({
        "sequence": record.number.to_string(),
        "kind": record.kind,
        "time_us": record.time_us.to_string(),
        "payload": record.payload,
    })
}

fn encode(content: &Json) -> Vec<u8> {
    Plain::new().encode(content, Options::default()).unwrap_or_default()
}

/// WRT-006: the same records in other bytes, as a mutant writes them for another try.
pub(super) fn anew(bytes: &[u8]) -> Vec<u8> {
    let Ok(decoded) = Plain::new().read(Some(bytes), super::Limits::default(), None) else {
        return bytes.to_vec();
    };
    let mut content = decoded.json();
    let later = decoded.metadata.base_time() + 1;
    if let Some(time) = content.pointer_mut("/metadata/base_time_us") {
        *time = Json::from(later.to_string());
    }
    encode(&content)
}
