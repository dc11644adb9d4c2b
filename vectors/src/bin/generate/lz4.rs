//! LZ4 blocks by hand, right or wrong as a case wants them.

use crate::frame::Frame;
use crate::pieces::Pieces;
use crate::zstd::split_run;

/// An LZ4 block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lz4 {
    pub(crate) before: Vec<u8>,
    pub(crate) sequences: Vec<Sequence>,
    pub(crate) after: Vec<u8>,
}

/// A sequence: literals, then a match, but for the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sequence {
    pub(crate) literals: Vec<u8>,
    /// Offset and length of the match.
    pub(crate) copy: Option<(u16, usize)>,
    /// Low four bits of the token of a sequence without a match.
    pub(crate) low: u8,
}

impl Sequence {
    pub(crate) fn literals(literals: impl Into<Vec<u8>>) -> Self {
        Self { literals: literals.into(), ..Self::default() }
    }
    pub(crate) fn copy(literals: impl Into<Vec<u8>>, offset: u16, len: usize) -> Self {
        Self { literals: literals.into(), copy: Some((offset, len)), low: 0 }
    }
}

/// Bytes added to a length of which 15 stand in the token.
fn extension(len: usize) -> Vec<u8> {
    let rest = len - 15;
    let mut out = vec![0xff; rest / 255];
    out.push((rest % 255) as u8);
    out
}

impl Lz4 {
    pub(crate) fn new(sequences: Vec<Sequence>) -> Self {
        Self { sequences, ..Self::default() }
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut out = self.clone();
        change(&mut out);
        out
    }

    pub(crate) fn pieces(&self) -> Pieces {
        let mut out = Pieces::default();
        if !self.before.is_empty() {
            out.push("lz4.before", "before the block", self.before.clone());
        }
        for (index, sequence) in self.sequences.iter().enumerate() {
            let literals = sequence.literals.len();
            let low = sequence.copy.map_or(usize::from(sequence.low), |(_, len)| (len - 4).min(15));
            let token = (literals.min(15) << 4 | low) as u8;
            let note = match sequence.copy {
                Some((offset, len)) => {
                    format!("sequence {index}: {literals} literals, match of {len} at offset {offset}")
                }
                None => format!("sequence {index}: {literals} literals"),
            };
            out.push(format!("seq[{index}]"), note, [token]);
            if literals >= 15 {
                runs(&mut out, &format!("seq[{index}].more"), "literal length goes on", &extension(literals));
            }
            runs(&mut out, &format!("seq[{index}]="), "literals", &sequence.literals);
            if let Some((offset, len)) = sequence.copy {
                out.push(format!("seq[{index}].offset"), "offset", offset.to_le_bytes());
                if len - 4 >= 15 {
                    runs(&mut out, &format!("seq[{index}].match"), "match length goes on", &extension(len - 4));
                }
            }
        }
        if !self.after.is_empty() {
            out.push("lz4.after", "after the block", self.after.clone());
        }
        out
    }

    /// A frame whose body is stored like this.
    pub(crate) fn of(&self, frame: &Frame) -> Frame {
        frame.with(|frame| (frame.codec, frame.stored) = (2, Some(self.pieces())))
    }
}

/// Bytes of which a long run at the beginning or the end is a line of its own.
fn runs(out: &mut Pieces, label: &str, note: &str, bytes: &[u8]) {
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
    let leading = bytes.iter().take_while(|byte| *byte == first).count();
    let trailing = bytes.iter().rev().take_while(|byte| *byte == last).count();
    if leading > 32 {
        out.run(label, note, [*first], leading);
        out.push("", format!("{note} (rest)"), &bytes[leading..]);
    } else if trailing > 32 {
        out.push(label, note, &bytes[..bytes.len() - trailing]);
        out.run("", format!("{note} (rest)"), [*last], trailing);
    } else {
        out.push(label, note, bytes);
    }
}

/// The body as literals, one match of the last byte's run, and so many last literals.
pub(crate) fn simple(frame: &Frame, last: usize) -> Lz4 {
    let body = frame.body.pieces().to_vec();
    let (mut head, byte, run) = split_run(&body);
    head.push(byte);
    Lz4::new(vec![Sequence::copy(head, 1, run - 1 - last), Sequence::literals(vec![byte; last])])
}
