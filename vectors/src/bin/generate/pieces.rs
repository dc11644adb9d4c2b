//! Places in the bytes of a case, and changes to them.

pub(crate) use dashstream_vectors::Pieces;

/// What cases change. A mistake in one stops the generator.
pub(crate) trait Edit: Sized {
    /// Bytes before the piece of this label.
    fn at(&self, label: &str) -> usize;

    /// What is left when the bytes from `len` on are cut off.
    fn cut(&self, len: usize) -> Self;

    /// The bytes with those at `at` replaced, and a comment that says so.
    fn patch(&self, at: usize, new: &[u8], note: &str) -> Self;
}

impl Edit for Pieces {
    fn at(&self, label: &str) -> usize {
        let mut place = 0;
        for piece in &self.0 {
            if piece.label == label {
                return place;
            }
            place += piece.bytes.len() * piece.times;
        }
        panic!("no piece has the label `{label}`")
    }

    fn cut(&self, len: usize) -> Self {
        let mut out = Self::default();
        let mut left = len;
        for piece in &self.0 {
            let size = piece.bytes.len() * piece.times;
            if size <= left {
                out.0.push(piece.clone());
                left -= size;
            } else {
                if piece.times == 1 && left > 0 {
                    let bytes = piece.bytes[..left].to_vec();
                    out.push("", format!("{} (cut)", piece.comment()), bytes);
                } else if left > 0 {
                    assert_eq!(piece.bytes.len(), 1, "a run of one byte can be cut");
                    out.run("", format!("{} (cut)", piece.comment()), piece.bytes.clone(), left);
                }
                return out;
            }
        }
        assert_eq!(left, 0, "there is something to cut");
        out
    }

    fn patch(&self, at: usize, new: &[u8], note: &str) -> Self {
        let mut out = self.cut(at);
        out.push("", note, new);
        let mut place = 0;
        for piece in &self.0 {
            let size = piece.bytes.len() * piece.times;
            let (begin, end) = (place, place + size);
            place = end;
            let from = at + new.len();
            if begin >= from {
                out.0.push(piece.clone());
            } else if end > from {
                let skip = from - begin;
                if piece.times == 1 {
                    out.push("", format!("{} (rest)", piece.comment()), &piece.bytes[skip..]);
                } else {
                    assert_eq!(piece.bytes.len(), 1, "a run of one byte can be patched");
                    out.run("", format!("{} (rest)", piece.comment()), piece.bytes.clone(), size - skip);
                }
            }
        }
        out
    }
}
