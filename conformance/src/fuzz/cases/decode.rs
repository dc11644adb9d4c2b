//! One frame to decode: whole or in pieces, now and then with limits or a tenant.

use super::{Damage, Maker};
use crate::fuzz::numbers::{below, near, once_in};
use crate::fuzz::seal::{PRELUDE, field};
use crate::fuzz::wire::Message;
use crate::protocol::{DecodeQuestion, Limits, Question};

/// Bytes of a frame that was made from a small one, and from a large one.
const MOST: usize = 1 << 16;
const MOST_OF_LARGE: usize = 1 << 18;

impl Maker<'_> {
    pub(super) fn decode(&mut self) -> Question {
        let frame = match self.rng.u16(..1024) {
            0 => return Question::Decode(DecodeQuestion::default()),
            1..=4 => self.large_frame(),
            _ => self.some_frame(Damage::Anywhere, MOST),
        };
        let limits = if once_in(&mut self.rng, 8) { self.limits(&frame) } else { Limits::default() };
        let tenant = if once_in(&mut self.rng, 8) { Some(self.tenant(&frame)) } else { None };
        let pieces = if once_in(&mut self.rng, 4) { Some(self.pieces(frame.len())) } else { None };
        Question::Decode(DecodeQuestion { frame: Some(frame), limits, tenant, pieces })
    }

    fn large_frame(&mut self) -> Vec<u8> {
        let at = below(&mut self.rng, self.seeds.large.len());
        let Some(frame) = self.seeds.large.get(at) else { return Vec::new() };
        let made = self.mutator.mutate(frame, None, MOST_OF_LARGE);
        self.damaged |= self.mutator.damaged_the_stored_body();
        made
    }

    /// Limits at which this frame just passes, or just does not.
    fn limits(&mut self, frame: &[u8]) -> Limits {
        let Some(prelude) = frame.first_chunk::<PRELUDE>() else {
            return Limits { max_frame_len: Some(0), ..Limits::default() };
        };
        let body_len = u64::from(u32::from_le_bytes(field(prelude, 16)));
        let raw_len = u64::from(u32::from_le_bytes(field(prelude, 20)));
        let metadata_len = u64::from(u16::from_le_bytes(field(prelude, 24)));
        let records = u64::from(u16::from_le_bytes(field(prelude, 28)));
        let rng = &mut self.rng;
        let mut limit = |number: u64| once_in(rng, 2).then(|| near(rng, number.max(1)));
        Limits {
            max_frame_len: limit(64 + metadata_len + body_len),
            max_raw_len: limit(raw_len),
            max_records: limit(records),
        }
    }

    /// The frame's own tenant, or one that is nearly it, or another.
    fn tenant(&mut self, frame: &[u8]) -> String {
        let metadata = Message::read(frame.get(PRELUDE..).unwrap_or_default());
        let own = metadata.long(1).map_or_else(String::new, |own| String::from_utf8_lossy(own).into_owned());
        match self.rng.u8(..4) {
            0 => "acme".to_owned(),
            1 => own + "x",
            _ => own,
        }
    }
}
