//! LZ4 blocks laid out by hand: each sequence as it should be, or not (spec/codecs.md, LZ4-001 to LZ4-008).

use fastrand::Rng;

use super::numbers::{below, near, once_in, one_of};

/// A run of literals, and a match where there is one: offset and length.
struct Sequence {
    literals: Vec<u8>,
    copy: Option<(u64, usize)>,
}

/// Lays the body out in sequences of its own, with one thing wrong or nothing.
pub(super) fn rewrite(rng: &mut Rng, raw: &[u8], stored: &mut Vec<u8>) {
    let mut sequences = sequences(rng, raw);
    let at = below(rng, sequences.len());
    if let Some(sequence) = sequences.get_mut(at) {
        let output = raw.len() as u64;
        let copy = sequence.copy.as_mut();
        match (rng.u8(..8), copy) {
            (0, Some((offset, _))) => *offset = one_of(rng, &[0, 2, output, 0xffff], 0),
            (1, Some((_, len))) => *len = usize::try_from(near(rng, *len as u64)).unwrap_or(4).max(4),
            (2, _) => drop(sequence.literals.pop()),
            (3, _) => sequence.literals.push(b'x'),
            _ => {}
        }
    }
    let mut made = Vec::new();
    let mut last_token = 0;
    for sequence in &sequences {
        last_token = made.len();
        sequence.write(&mut made);
    }
    if let Some(token) = made.get_mut(last_token).filter(|_| once_in(rng, 8)) {
        *token |= rng.u8(1..16);
    }
    if once_in(rng, 8) {
        let len = made.len().saturating_sub(below(rng, 12));
        made.truncate(len);
    }
    *stored = made;
}

/// The literals before the last run of one byte, the run as a match in which some literals may be left
/// for the end: as many as there have to be, or fewer, or none and no last sequence.
fn sequences(rng: &mut Rng, raw: &[u8]) -> Vec<Sequence> {
    let run = raw.last().map_or(0, |last| raw.iter().rev().take_while(|byte| *byte == last).count());
    let kept = one_of(rng, &[0, 1, 4, 5, 6, 7, 8, 9, 12], 5);
    let kept = usize::try_from(kept).unwrap_or(5).min(run);
    let copied = (run - kept).saturating_sub(1);
    if copied < 4 {
        return vec![Sequence { literals: raw.to_vec(), copy: None }];
    }
    let (before, after) = raw.split_at(raw.len() - run + 1);
    let mut all = vec![Sequence { literals: before.to_vec(), copy: Some((1, copied)) }];
    if kept >= 12 {
        // A match that may begin too near the end, though not where there are twelve literals behind it.
        all.push(Sequence { literals: vec![after.first().copied().unwrap_or(0); kept - 9], copy: Some((1, 4)) });
        all.push(Sequence { literals: after.iter().copied().take(5).collect(), copy: None });
    } else if kept > 0 || once_in(rng, 2) {
        all.push(Sequence { literals: after.iter().copied().take(kept).collect(), copy: None });
    }
    all
}

impl Sequence {
    fn write(&self, out: &mut Vec<u8>) {
        let literals = self.literals.len();
        let copied = self.copy.map_or(0, |(_, len)| len.saturating_sub(4));
        let nibble = |len: usize| u8::try_from(len.min(15)).unwrap_or(15);
        out.push((nibble(literals) << 4) | nibble(copied));
        more_length(literals, out);
        out.extend(&self.literals);
        if let Some((offset, _)) = self.copy {
            out.extend(offset.to_le_bytes().iter().take(2));
            more_length(copied, out);
        }
    }
}

/// The bytes of a length that is above what the token can say.
fn more_length(len: usize, out: &mut Vec<u8>) {
    let Some(mut left) = len.checked_sub(15) else { return };
    while left >= 255 {
        out.push(255);
        left -= 255;
    }
    out.push(u8::try_from(left).unwrap_or_default());
}
