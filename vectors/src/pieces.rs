//! Bytes with a label and a comment on each piece.

use crate::{HexBytes, Tree};

/// Some bytes, possibly repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Name by which expectations ask for the place.
    pub label: String,
    /// Comment in the file; empty: the label.
    pub note: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How often they stand one after another.
    pub times: usize,
}

/// Pieces one after another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pieces(pub Vec<Piece>);

impl Pieces {
    /// Appends some bytes.
    pub fn push(&mut self, label: impl Into<String>, note: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.run(label, note, bytes, 1);
    }

    /// Appends some bytes so many times.
    pub fn run(&mut self, label: impl Into<String>, note: impl Into<String>, bytes: impl Into<Vec<u8>>, times: usize) {
        self.0.push(Piece { label: label.into(), note: note.into(), bytes: bytes.into(), times });
    }

    /// Bytes without a label.
    #[must_use]
    pub fn plain(note: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut pieces = Self::default();
        pieces.push("", note, bytes);
        pieces
    }

    /// Appends other pieces.
    pub fn extend(&mut self, other: &Pieces) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Other pieces, with a prefix before their labels.
    pub fn nest(&mut self, prefix: &str, other: &Pieces) {
        for piece in &other.0 {
            let label = if piece.label.is_empty() { String::new() } else { format!("{prefix}{}", piece.label) };
            let note = if piece.note.is_empty() { piece.label.clone() } else { piece.note.clone() };
            self.0.push(Piece { label, note, ..piece.clone() });
        }
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.bytes.len() * piece.times).sum()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes themselves.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for piece in &self.0 {
            for _ in 0..piece.times {
                out.extend_from_slice(&piece.bytes);
            }
        }
        out
    }

    /// Lines of a vector file.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
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

    /// Reads lines of a vector file: a comment begins a piece, and lines without one go on with it.
    ///
    /// # Errors
    /// A line that is not hexadecimal digits, or is repeated too often.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut pieces = Self::default();
        for line in text.lines() {
            let note = line.split_once('#').map(|(_, note)| note.trim());
            for run in HexBytes::parse(line)?.runs() {
                let times = usize::try_from(run.times).map_err(|error| error.to_string())?;
                match pieces.0.last_mut() {
                    Some(last) if note.is_none() && last.times == 1 && times == 1 => last.bytes.extend(&run.bytes),
                    _ => pieces.run("", note.unwrap_or_default(), run.bytes.clone(), times),
                }
            }
        }
        Ok(pieces)
    }

    /// List of runs for the JSON export.
    #[must_use]
    pub fn export(&self) -> Tree {
        let mut runs: Vec<Tree> = Vec::new();
        let mut plain = Vec::new();
        let run = |bytes: &[u8], times: usize| {
            Tree::map([("hex", Tree::hex(bytes)), ("times", Tree::Int(i128::from(times as u64)))])
        };
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
    /// What the file says of the bytes.
    #[must_use]
    pub fn comment(&self) -> &str {
        if self.note.is_empty() { &self.label } else { &self.note }
    }
}
