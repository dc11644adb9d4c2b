//! A file of frames, put together as spec/files.md says, and damaged.

use super::{Damage, Maker};
use crate::fuzz::draft::Draft;
use crate::fuzz::numbers::{below, once_in};
use crate::fuzz::seal::crc32c;
use crate::fuzz::store::Store;
use crate::fuzz::wire::{Message, Piece};
use crate::protocol::Question;

/// The first bytes of a file.
const SIGNATURE: [u8; 8] = [0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/// Bytes before the first entry.
const HEADER: usize = 28;
/// Bytes of a frame in a file.
const MOST: usize = 4096;

impl Maker<'_> {
    pub(super) fn file(&mut self) -> Question {
        let seed = below(&mut self.rng, self.seeds.files.len());
        let mut file = match self.seeds.files.get(seed) {
            Some(seed) if once_in(&mut self.rng, 3) => seed.clone(),
            _ => self.new_file(),
        };
        let times = below(&mut self.rng, 4);
        (0..times).for_each(|_| self.damage(&mut file));
        let pieces = if once_in(&mut self.rng, 3) { Some(self.pieces(file.len())) } else { None };
        Question::File { file, pieces }
    }

    fn new_file(&mut self) -> Vec<u8> {
        let mut marker = [0; 16];
        self.rng.fill(&mut marker);
        let mut file = SIGNATURE.to_vec();
        file.extend(marker);
        file.extend(crc32c(&marker).to_le_bytes());
        for _ in 0..self.rng.usize(..6) {
            let frame = self.some_frame(Damage::Outside, MOST);
            let frame = if once_in(&mut self.rng, 6) { self.around_an_entry(&frame, &marker) } else { frame };
            file.extend(marker);
            file.extend(frame);
        }
        file
    }

    /// The frame, with a whole entry in a field of its body that no schema has.
    fn around_an_entry(&mut self, frame: &[u8], marker: &[u8]) -> Vec<u8> {
        let mut store = Store::new();
        let Some(mut draft) = Draft::of(frame) else { return frame.to_vec() };
        let inner = [marker, &self.seed_frame()].concat();
        if let Some(raw) = draft.raw(&mut store) {
            let mut body = Message::read(raw);
            body.pieces.push(Piece::long(1000, inner));
            let bytes = body.to_bytes();
            *raw = bytes;
        }
        // Stored as it is, or the entry would not be seen in it.
        draft.set_codec(0);
        draft.finish(&mut store)
    }

    fn damage(&mut self, file: &mut Vec<u8>) {
        let rng = &mut self.rng;
        let at = below(rng, file.len());
        let to = (at + rng.usize(1..100)).min(file.len());
        match rng.u8(..9) {
            0 | 1 => change(file, at, |byte| byte ^ 0x10),
            2 => file.truncate(at),
            3 => drop(file.drain(at..to)),
            4 => {
                let junk: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(to - at).collect();
                file.splice(at..at, junk);
            }
            5 => file.get_mut(at..to).unwrap_or_default().fill(0),
            6 => {
                let again = file.get(at..to).unwrap_or_default().to_vec();
                file.splice(at..at, again);
            }
            7 => {
                let at = below(rng, file.len().min(HEADER));
                change(file, at, |byte| byte ^ 0x01);
            }
            _ => self.damage_a_marker(file),
        }
    }

    /// Damages a marker, or puts one where there was none.
    fn damage_a_marker(&mut self, file: &mut Vec<u8>) {
        let Some(marker) = file.get(8..24).map(<[u8]>::to_vec) else { return };
        let places: Vec<usize> =
            file.windows(16).enumerate().skip(HEADER).filter(|(_, bytes)| *bytes == marker).map(|(at, _)| at).collect();
        let place = places.get(below(&mut self.rng, places.len())).copied();
        match place {
            Some(place) if !once_in(&mut self.rng, 4) => {
                let at = place + self.rng.usize(..16);
                change(file, at, |byte| byte ^ 0x20);
            }
            _ => {
                let at = below(&mut self.rng, file.len() + 1);
                file.splice(at..at, marker);
            }
        }
    }
}

fn change(file: &mut [u8], at: usize, to: fn(u8) -> u8) {
    if let Some(byte) = file.get_mut(at) {
        *byte = to(*byte);
    }
}
