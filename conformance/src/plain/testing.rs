//! Frames made by hand for the tests.

use super::bytes::crc32c;
use super::gate::Mutation;
use super::prelude::Limits;
use super::{Fault, Plain};
use serde_json::Value as Json;

/// A frame whose fields can be changed one by one; lengths and CRCs follow.
#[derive(Clone)]
pub(super) struct Made {
    pub version: u8,
    pub critical: u8,
    pub ancillary: u8,
    pub body_len: Option<u32>,
    pub raw_len: Option<u32>,
    pub metadata_len: Option<u16>,
    pub codec: u8,
    pub schema: u8,
    pub records: u16,
    pub drops: u16,
    pub producer: [u8; 16],
    pub base: u64,
    pub epoch: u32,
    pub lane: u32,
    pub metadata: Vec<u8>,
    /// As stored.
    pub body: Vec<u8>,
}

/// tenant "a", boot_nonce 01..08.
pub(super) const METADATA: &[u8] = &[0x0a, 1, b'a', 0x12, 8, 1, 2, 3, 4, 5, 6, 7, 8];

/// One record of kind 1 with an empty payload.
pub(super) const BODY: &[u8] = &[0x12, 1, 1];

pub(super) fn made() -> Made {
    Made {
        version: 1,
        critical: 0,
        ancillary: 0,
        body_len: None,
        raw_len: None,
        metadata_len: None,
        codec: 0,
        schema: 1,
        records: 1,
        drops: 0,
        producer: [7; 16],
        base: 5,
        epoch: 1,
        lane: 0,
        metadata: METADATA.to_vec(),
        body: BODY.to_vec(),
    }
}

impl Made {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let body_len = u32::try_from(self.body.len()).unwrap();
        let mut rest = Vec::new();
        rest.extend(crc32c(&self.metadata).to_le_bytes());
        rest.extend(crc32c(&self.body).to_le_bytes());
        rest.extend(self.body_len.unwrap_or(body_len).to_le_bytes());
        rest.extend(self.raw_len.unwrap_or(body_len).to_le_bytes());
        let metadata_len = u16::try_from(self.metadata.len()).unwrap();
        rest.extend(self.metadata_len.unwrap_or(metadata_len).to_le_bytes());
        rest.extend([self.codec, self.schema]);
        rest.extend(self.records.to_le_bytes());
        rest.extend(self.drops.to_le_bytes());
        rest.extend(self.producer);
        rest.extend(self.base.to_le_bytes());
        rest.extend(self.epoch.to_le_bytes());
        rest.extend(self.lane.to_le_bytes());
        let mut frame = vec![0xbe, self.version, self.critical, self.ancillary];
        let covered = [frame.clone(), rest.clone()].concat();
        frame.extend(crc32c(&covered).to_le_bytes());
        frame.extend(rest);
        frame.extend(&self.metadata);
        frame.extend(&self.body);
        frame
    }

    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }
}

/// Code, offset and requirement of a rejection.
pub(super) type Seen = (&'static str, u64, &'static str);

pub(super) fn seen(fault: &Fault) -> Seen {
    (fault.code, fault.offset, fault.requirement)
}

/// How a frame is rejected.
pub(super) fn rejected(frame: &[u8]) -> Option<Seen> {
    let result = Plain::new().decode(Some(frame), Limits::default(), None);
    result.err().map(|fault| seen(&fault))
}

/// How a mutant rejects a frame.
pub(super) fn rejected_by(mutation: Mutation, frame: &[u8]) -> Option<Seen> {
    let result = Plain::with(mutation).decode(Some(frame), Limits::default(), None);
    result.err().map(|fault| seen(&fault))
}

/// How a frame with this body is rejected.
pub(super) fn body_rejected(records: u16, body: &[u8]) -> Option<Seen> {
    let raw = body.to_vec();
    rejected(&made().with(|m| (m.records, m.body) = (records, raw)).bytes())
}

/// How a frame with this metadata is rejected.
pub(super) fn metadata_rejected(drops: u16, metadata: &[u8]) -> Option<Seen> {
    let bytes = metadata.to_vec();
    rejected(&made().with(|m| (m.drops, m.metadata) = (drops, bytes)).bytes())
}

/// The JSON form of a frame that is accepted.
pub(super) fn accepted(frame: &[u8]) -> Json {
    Plain::new().decode(Some(frame), Limits::default(), None).unwrap()
}

/// A field that has a length below 128.
pub(super) fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap();
    assert!(length < 128 && number < 16);
    [&[number << 3 | 2, length], bytes].concat()
}
