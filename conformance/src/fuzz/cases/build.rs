//! Frames for a ledger, made from nothing: what matters is where they stand and what their control records say.

use crate::fuzz::seal::{PRELUDE, fit, put};
use crate::fuzz::wire::{Message, Piece, pack};

/// A frame in a lane.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Which of a few producers.
    pub(super) producer: u8,
    pub(super) lane: u32,
    pub(super) epoch: u32,
    /// First number of its range.
    pub(super) base: u64,
    /// Records: kind and payload.
    pub(super) records: Vec<(u64, Vec<u8>)>,
    /// Numbers of the range that have no record.
    pub(super) drops: u16,
    /// Which of a few boot nonces.
    pub(super) nonce: u8,
    pub(super) tenant: &'static str,
    /// body_crc of the frame that it takes the place of.
    pub(super) redacts: Option<u32>,
}

impl Plan {
    /// Last number of its range.
    pub(super) fn last(&self) -> u64 {
        self.base + self.records.len() as u64 + u64::from(self.drops) - 1
    }

    pub(super) fn build(&self) -> Vec<u8> {
        let (metadata, body) = (self.metadata(), self.body());
        let mut prelude = [0; PRELUDE];
        put(&mut prelude, 0, &[0xbe, 1]);
        put(&mut prelude, 24, &u16::try_from(metadata.len()).unwrap_or(u16::MAX).to_le_bytes());
        put(&mut prelude, 27, &[1]);
        put(&mut prelude, 28, &u16::try_from(self.records.len()).unwrap_or(u16::MAX).to_le_bytes());
        put(&mut prelude, 30, &self.drops.to_le_bytes());
        put(&mut prelude, 32, &[self.producer + 1; 16]);
        put(&mut prelude, 48, &self.base.to_le_bytes());
        put(&mut prelude, 56, &self.epoch.to_le_bytes());
        put(&mut prelude, 60, &self.lane.to_le_bytes());
        let mut frame = [&prelude[..], &metadata, &body].concat();
        fit(&mut frame);
        frame
    }

    fn metadata(&self) -> Vec<u8> {
        let mut message = Message::default();
        message.pieces.push(Piece::long(1, self.tenant.into()));
        message.pieces.push(Piece::long(2, vec![self.nonce + 1; 8]));
        if self.drops > 0 {
            message.pieces.push(Piece::long(5, pack([1])));
            message.pieces.push(Piece::long(6, pack([u64::from(self.drops)])));
            message.pieces.push(Piece::new(7, 0, pack([u64::from(self.drops)])));
        }
        if let Some(crc) = self.redacts {
            let mut redaction = Message::default();
            redaction.pieces.push(Piece::new(1, 5, crc.to_le_bytes().to_vec()));
            redaction.pieces.push(Piece::long(2, b"erased".to_vec()));
            message.pieces.push(Piece::long(9, redaction.to_bytes()));
        }
        message.to_bytes()
    }

    fn body(&self) -> Vec<u8> {
        let mut message = Message::default();
        message.pieces.push(Piece::long(2, pack(self.records.iter().map(|(kind, _)| *kind))));
        // Dropped numbers lie before the last record, or behind it, by turns.
        if self.drops > 0 && self.base.is_multiple_of(2) {
            let mut deltas = vec![1; self.records.len()];
            if let Some(last) = deltas.last_mut() {
                *last += u64::from(self.drops);
            }
            message.pieces.push(Piece::long(4, pack(deltas)));
        }
        let payloads = self.records.iter().map(|(_, payload)| payload.as_slice()).collect::<Vec<_>>().concat();
        if !payloads.is_empty() {
            message.pieces.push(Piece::long(14, pack(self.records.iter().map(|(_, payload)| payload.len() as u64))));
            message.pieces.push(Piece::long(15, payloads));
        }
        message.to_bytes()
    }
}

/// A payload of varint fields, numbered from 1; a 0 is left out.
pub(super) fn payload(values: &[u64]) -> Vec<u8> {
    let mut message = Message::default();
    for (number, value) in (1..).zip(values) {
        if *value > 0 {
            message.pieces.push(Piece::new(number, 0, pack([*value])));
        }
    }
    message.to_bytes()
}
