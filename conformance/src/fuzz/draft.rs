//! A frame taken apart, so that each part can be changed alone, and put together with lengths and CRCs
//! that fit.

use super::seal::{PRELUDE, field, put, reseal};
use super::store::Store;

/// A field of the prelude that is to be what it should not be.
#[derive(Clone, Debug)]
struct Override {
    at: usize,
    bytes: Vec<u8>,
}

/// The parts of a frame.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) prelude: [u8; PRELUDE],
    pub(super) metadata: Vec<u8>,
    /// The body as stored. What is written where `raw` is `None`.
    pub(super) stored: Vec<u8>,
    /// The body, once it was opened to be changed.
    raw: Option<Vec<u8>>,
    overrides: Vec<Override>,
}

impl Draft {
    /// Takes a frame apart; `None` where there is no whole prelude. What follows the frame is left out.
    pub(super) fn of(frame: &[u8]) -> Option<Self> {
        let (prelude, rest) = frame.split_first_chunk::<PRELUDE>()?;
        let metadata_len = usize::from(u16::from_le_bytes(field(prelude, 24)));
        let (metadata, rest) = rest.split_at(metadata_len.min(rest.len()));
        let body_len = usize::try_from(u32::from_le_bytes(field(prelude, 16))).unwrap_or(usize::MAX);
        let stored = rest.get(..body_len).unwrap_or(rest);
        Some(Self {
            prelude: *prelude,
            metadata: metadata.to_vec(),
            stored: stored.to_vec(),
            raw: None,
            overrides: Vec::new(),
        })
    }

    pub(super) fn codec(&self) -> u8 {
        let [codec] = field(&self.prelude, 26);
        codec
    }

    pub(super) fn set_codec(&mut self, codec: u8) {
        put(&mut self.prelude, 26, &[codec]);
    }

    pub(super) fn record_count(&self) -> u16 {
        u16::from_le_bytes(field(&self.prelude, 28))
    }

    pub(super) fn set_record_count(&mut self, count: usize) {
        put(&mut self.prelude, 28, &u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
    }

    /// The number in a field of the prelude of 8 bytes at most.
    pub(super) fn number(&self, at: usize, size: usize) -> u64 {
        let bytes = self.prelude.get(at..at + size).unwrap_or_default();
        bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// Lets a field of the prelude be this, whatever the parts are.
    pub(super) fn force(&mut self, at: usize, bytes: &[u8]) {
        self.overrides.push(Override { at, bytes: bytes.to_vec() });
    }

    /// The decompressed body, opened where it is not yet; `None` where it cannot be opened.
    pub(super) fn raw(&mut self, store: &mut Store) -> Option<&mut Vec<u8>> {
        if self.raw.is_none() {
            let raw_len = usize::try_from(self.number(20, 4)).unwrap_or(usize::MAX);
            self.raw = store.open(self.codec(), &self.stored, raw_len);
        }
        self.raw.as_mut()
    }

    /// The stored body of another frame, with what the prelude says of it.
    pub(super) fn take_body(&mut self, other: &Self) {
        self.stored.clone_from(&other.stored);
        self.raw = None;
        self.set_codec(other.codec());
        let raw_len: [u8; 4] = field(&other.prelude, 20);
        put(&mut self.prelude, 20, &raw_len);
    }

    /// Stores the body if it was opened, so that the stored bytes can be changed.
    pub(super) fn close(&mut self, store: &mut Store) {
        let Some(raw) = self.raw.take() else { return };
        let packed = store.close(self.codec(), &raw);
        // PRE-016: a body that became no smaller is stored as it is.
        match packed.filter(|packed| self.codec() == 0 || packed.len() < raw.len()) {
            Some(packed) => self.stored = packed,
            None => {
                self.set_codec(0);
                self.stored.clone_from(&raw);
            }
        }
        let raw_len = u32::try_from(raw.len()).unwrap_or(u32::MAX);
        put(&mut self.prelude, 20, &raw_len.to_le_bytes());
    }

    /// The frame, with right CRCs; the lengths are right too where nothing else was asked for.
    pub(super) fn finish(mut self, store: &mut Store) -> Vec<u8> {
        self.close(store);
        put(&mut self.prelude, 24, &u16::try_from(self.metadata.len()).unwrap_or(u16::MAX).to_le_bytes());
        put(&mut self.prelude, 16, &u32::try_from(self.stored.len()).unwrap_or(u32::MAX).to_le_bytes());
        if self.codec() == 0 {
            let body_len: [u8; 4] = field(&self.prelude, 16);
            put(&mut self.prelude, 20, &body_len);
        }
        for wrong in &self.overrides {
            put(&mut self.prelude, wrong.at, &wrong.bytes);
        }
        let mut frame = Vec::with_capacity(PRELUDE + self.metadata.len() + self.stored.len());
        for part in [&self.prelude[..], &self.metadata, &self.stored] {
            frame.extend_from_slice(part);
        }
        reseal(&mut frame);
        frame
    }
}
