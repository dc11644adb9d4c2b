//! Bytes with a label and a comment on each piece.

use crate::tree::Tree;

/// Some bytes, possibly repeated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Name by which expectations ask for the place.
    pub(crate) label: String,
    /// Comment in the file; empty: the label.
    pub(crate) note: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) times: usize,
}

/// Pieces one after another.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pieces(pub(crate) Vec<Piece>);

impl Pieces {
    pub(crate) fn push(&mut self, label: impl Into<String>, note: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.run(label, note, bytes, 1);
    }

    pub(crate) fn run(
        &mut self,
        label: impl Into<String>,
        note: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
        times: usize,
    ) {
        self.0.push(Piece { label: label.into(), note: note.into(), bytes: bytes.into(), times });
    }

    /// Bytes without a label.
    pub(crate) fn plain(note: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut pieces = Self::default();
        pieces.push("", note, bytes);
        pieces
    }

    pub(crate) fn extend(&mut self, other: &Pieces) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Other pieces, with a prefix before their labels.
    pub(crate) fn nest(&mut self, prefix: &str, other: &Pieces) {
        for piece in &other.0 {
            let label = if piece.label.is_empty() { String::new() } else { format!("{prefix}{}", piece.label) };
            let note = if piece.note.is_empty() { piece.label.clone() } else { piece.note.clone() };
            self.0.push(Piece { label, note, ..piece.clone() });
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.bytes.len() * piece.times).sum()
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for piece in &self.0 {
            for _ in 0..piece.times {
                out.extend_from_slice(&piece.bytes);
            }
        }
        out
    }

    /// Bytes before the piece of this label.
    pub(crate) fn at(&self, label: &str) -> usize {
        let mut place = 0;
        for piece in &self.0 {
            if piece.label == label {
                return place;
            }
            place += piece.bytes.len() * piece.times;
        }
        panic!("no piece has the label `{label}`")
    }

    /// What is left when the bytes from `len` on are cut off.
    pub(crate) fn cut(&self, len: usize) -> Self {
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

    /// The bytes with those at `at` replaced, and a comment that says so.
    pub(crate) fn patch(&self, at: usize, new: &[u8], note: &str) -> Self {
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

    /// Lines of a vector file.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in self.0.iter().filter(|piece| !piece.bytes.is_empty() && piece.times > 0) {
            let rows: Vec<_> = piece.bytes.chunks(if piece.times > 1 { usize::MAX } else { 16 }).collect();
            for (index, row) in rows.iter().enumerate() {
                let pairs: Vec<_> = row.iter().map(|byte| format!("{byte:02x}")).collect();
                let mut line = pairs.join(" ");
                if piece.times > 1 {
                    line.push_str(&format!(" * {}", piece.times));
                }
                if index == 0 && !piece.comment().is_empty() {
                    line = format!("{line:<24} # {}", piece.comment());
                }
                lines.push(line);
            }
        }
        if lines.is_empty() { vec!["# no bytes".to_owned()] } else { lines }
    }

    /// List of runs for the JSON export.
    pub(crate) fn export(&self) -> Tree {
        let mut runs: Vec<Tree> = Vec::new();
        let mut plain = Vec::new();
        let run =
            |bytes: &[u8], times: usize| Tree::map([("hex", Tree::hex(bytes)), ("times", Tree::Int(times as i128))]);
        for piece in self.0.iter().filter(|piece| !piece.bytes.is_empty() && piece.times > 0) {
            if piece.times == 1 {
                plain.extend_from_slice(&piece.bytes);
                continue;
            }
            if !plain.is_empty() {
                runs.push(run(&plain, 1));
                plain.clear();
            }
            runs.push(run(&piece.bytes, piece.times));
        }
        if !plain.is_empty() {
            runs.push(run(&plain, 1));
        }
        Tree::List(runs)
    }
}

impl Piece {
    fn comment(&self) -> &str {
        if self.note.is_empty() { &self.label } else { &self.note }
    }
}
