//! The mutator: what is changed, how often, and in which order.

use fastrand::Rng;

use super::draft::Draft;
use super::message::{self, About};
use super::numbers::{once_in, put_varint};
use super::store::Store;
use super::values::flip;
use super::wire::Message;
use super::{damage, drops, lz4, prelude, rows, shape, zstd};
use crate::plain::schema::{BODY, METADATA};

/// How often a result longer than allowed is made anew before it is cut.
const TRIES: usize = 4;
/// The greatest number of 64-bit fields.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// Makes frames that nearly are frames from ones that are. What it makes follows from the seed and the
/// calls alone.
///
/// At least five in six results have the CRCs that their bytes ask for, so that they reach the checks
/// behind them.
pub struct Mutator {
    rng: Rng,
    store: Store,
    damaged: bool,
}

impl std::fmt::Debug for Mutator {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Mutator").field("rng", &self.rng).finish_non_exhaustive()
    }
}

impl Mutator {
    /// A mutator that makes the same from the same calls.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), store: Store::new(), damaged: false }
    }

    /// Begins anew with another seed, and keeps what is costly to make.
    pub fn reseed(&mut self, seed: u64) {
        self.rng.seed(seed);
    }

    /// `frame` with one change, or a few. `other` is a frame from which parts may be taken. Of `max_len`
    /// bytes at most.
    ///
    /// What is too short for a prelude is changed as bytes without a meaning.
    #[must_use]
    pub fn mutate(&mut self, frame: &[u8], other: Option<&[u8]>, max_len: usize) -> Vec<u8> {
        let mut made = Vec::new();
        for _ in 0..TRIES {
            self.damaged = false;
            made = self.once(frame, other);
            if made.len() <= max_len {
                return made;
            }
        }
        made.truncate(max_len);
        made
    }

    /// Whether the last frame holds a stored body that was damaged under right CRCs: one that no encoder
    /// makes, on which readers may differ (ZST-018).
    #[must_use]
    pub const fn damaged_the_stored_body(&self) -> bool {
        self.damaged
    }

    fn once(&mut self, frame: &[u8], other: Option<&[u8]>) -> Vec<u8> {
        let Some(mut draft) = Draft::of(frame) else { return self.without_a_prelude(frame) };
        let only_the_shape = once_in(&mut self.rng, 16);
        let mut made = if only_the_shape {
            frame.to_vec()
        } else {
            self.change(&mut draft, other);
            while once_in(&mut self.rng, 3) {
                self.change(&mut draft, other);
            }
            draft.finish(&mut self.store)
        };
        if only_the_shape || once_in(&mut self.rng, 16) {
            match self.rng.u8(..3) {
                0 => shape::noise(&mut self.rng, &mut made),
                1 => shape::cut(&mut self.rng, &mut made),
                _ => shape::lengthen(&mut self.rng, &mut made, other),
            }
        }
        made
    }

    fn without_a_prelude(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut made = frame.to_vec();
        if once_in(&mut self.rng, 2) {
            let more = self.rng.usize(1..80);
            made.extend(std::iter::repeat_with(|| self.rng.u8(..)).take(more));
        }
        flip(&mut self.rng, &mut made);
        made
    }

    /// One change to the parts of a frame.
    fn change(&mut self, draft: &mut Draft, other: Option<&[u8]>) {
        let rng = &mut self.rng;
        match (rng.u8(..32), other) {
            (0..=4, _) => prelude::change(rng, draft),
            (5, _) => drops::change(rng, draft),
            (6..=9, _) => {
                let count = usize::from(draft.record_count());
                let about = About { schema: Some(&METADATA), count, hints: &[] };
                draft.metadata = message::changed(rng, &draft.metadata, about);
            }
            (10, _) => {
                draft.close(&mut self.store);
                self.damaged = true;
                damage::damage(rng, draft.codec(), &mut draft.stored);
            }
            (11 | 12, _) => self.store_again(draft),
            (13, Some(other)) => shape::splice(rng, draft, other, &mut self.store),
            _ => self.change_body(draft),
        }
    }

    /// Stores the body by some codec, as its library does, or laid out by hand.
    fn store_again(&mut self, draft: &mut Draft) {
        let rng = &mut self.rng;
        let Some(raw) = draft.raw(&mut self.store) else { return };
        let codec = rng.u8(..3);
        // Text makes the library write tables; a run makes it pay to lay a body out by hand.
        let is_text = once_in(rng, 3);
        if codec != 0 && !once_in(rng, 4) {
            let filler = filler(rng, is_text);
            put_varint(raw, (1000 << 3) | 2);
            put_varint(raw, filler.len() as u64);
            raw.extend(filler);
        }
        let body = raw.clone();
        draft.set_codec(codec);
        if is_text || once_in(rng, 3) {
            if once_in(rng, 2) {
                draft.close(&mut self.store);
                self.damaged = true;
                damage::damage(rng, draft.codec(), &mut draft.stored);
            }
            return;
        }
        draft.close(&mut self.store);
        match draft.codec() {
            // Of raw blocks and RLE blocks: on these nothing is left to the reader.
            1 => zstd::rewrite(rng, &body, &mut draft.stored),
            2 => lz4::rewrite(rng, &body, &mut draft.stored),
            _ => {}
        }
    }

    /// One change to the decompressed body.
    fn change_body(&mut self, draft: &mut Draft) {
        let rng = &mut self.rng;
        let (count, hints) = (usize::from(draft.record_count()), hints(draft));
        let Some(raw) = draft.raw(&mut self.store) else {
            self.damaged = true;
            damage::damage(rng, 0, &mut draft.stored);
            return;
        };
        let mut rows = count;
        let made = match rng.u8(..16) {
            0..=3 => rows::changed_payload(rng, raw),
            4 => rows::changed_kind(rng, raw),
            5 => rows::changed_rows(rng, raw).map(|(made, now)| {
                rows = now;
                made
            }),
            6 => Some(flipped(rng, raw)),
            7 | 8 => Some(rows::bad_columns(rng, raw, About { schema: None, count, hints: &hints })),
            _ => None,
        };
        *raw = made.unwrap_or_else(|| message::changed(rng, raw, About { schema: Some(&BODY), count, hints: &hints }));
        if rows != count {
            draft.set_record_count(rows);
        }
    }
}

/// Numbers at which columns begin to be wrong: the ends of the frame's range and of its time, in zigzag
/// form too.
fn hints(draft: &Draft) -> [u64; 7] {
    let (count, drops, base) = (draft.number(28, 2), draft.number(30, 2), draft.number(48, 8));
    let time = Message::read(&draft.metadata).number(3).unwrap_or_default();
    let past_the_last = MAX_NUMBER.saturating_sub(time) + 1;
    [0, count, 1 + count + drops, base, base.wrapping_add(count), time.wrapping_mul(2), past_the_last.wrapping_mul(2)]
}

/// What a field holds that no schema has: letters of which some are more common, or one again and again.
fn filler(rng: &mut Rng, is_text: bool) -> Vec<u8> {
    let len = if once_in(rng, 4) { rng.usize(1000..3000) } else { rng.usize(20..300) };
    if is_text {
        std::iter::repeat_with(|| b'a' + rng.u8(..20).min(rng.u8(..20))).take(len).collect()
    } else {
        vec![b'z'; len]
    }
}

fn flipped(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        flip(rng, &mut flipped);
    }
    flipped
}
