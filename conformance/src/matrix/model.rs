//! What a run of the matrix found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The matrix, as `matrix.json` has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Matrix {
    /// What the command ends with.
    pub exit: u8,
    /// The last line.
    pub verdict: String,
    /// What goes before a filter in a line that runs one content again.
    pub replay: String,
    /// Whether there are filters.
    pub filtered: bool,
    /// SHA-256 of the manifest of the vectors.
    pub manifest_digest: String,
    /// What was encoded.
    pub contents: ContentsRow,
    /// Who took part.
    pub sides: Vec<SideRow>,
    /// Names of `--without`.
    pub without: Vec<String>,
    /// Every pair, by encoder and then by decoder, both in the order of `sides`.
    pub pairs: Vec<Pair>,
    /// What is wrong with a testee apart from any content.
    pub complaints: Vec<String>,
    /// How long it took.
    pub milliseconds: u64,
    /// When it ended, as RFC 3339 has it.
    pub finished: String,
}

/// What was encoded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContentsRow {
    /// Contents of vectors, each meaning once.
    pub of_vectors: usize,
    /// Contents of files, likewise.
    pub of_files: usize,
    /// The files.
    pub files: Vec<String>,
    /// Names of contents that no writer can be asked for, by reason.
    pub left_out: BTreeMap<String, Vec<String>>,
}

impl ContentsRow {
    /// All that were encoded.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.of_vectors + self.of_files
    }
}

/// One implementation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SideRow {
    /// Its name here.
    pub name: String,
    /// What it was started as.
    pub command: String,
    /// Implementation, version and language, as it says.
    pub who: Option<String>,
    /// Bytes of the frames that it encoded.
    pub bytes: u64,
    /// How many frames it stored in each codec.
    pub stored: BTreeMap<String, usize>,
    /// What it did not encode.
    pub not_encoded: usize,
}

/// One pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// Who encoded.
    pub encoder: String,
    /// Who decoded.
    pub decoder: String,
    /// What became of it.
    pub state: State,
    /// Why it was not run.
    pub why: Option<String>,
    /// What the encoder was asked for: contents times codecs.
    pub cases: usize,
    /// In how many of them what came back means what was asked for.
    pub equal: usize,
    /// The first in which it does not.
    pub first: Vec<Disagreement>,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every case is equal.
    Equal,
    /// A case is not.
    Differs,
    /// It could not be run.
    NotRun,
    /// It is excluded by name.
    Excluded,
}

/// A case in which a pair is not equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Disagreement {
    /// Name of the content.
    pub content: String,
    /// The codec that was asked for.
    pub codec: String,
    /// What happened, in one line.
    pub what: String,
    /// The frame, or its beginning.
    pub hex: Option<String>,
}

impl Matrix {
    /// How many pairs are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.pairs.iter().filter(|pair| pair.state == state).count()
    }

    /// The pair of these two.
    #[must_use]
    pub fn pair(&self, encoder: &str, decoder: &str) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.encoder == encoder && pair.decoder == decoder)
    }
}

impl Pair {
    /// What a table shows of it.
    #[must_use]
    pub fn cell(&self) -> String {
        match self.state {
            State::Equal => format!("{} equal", self.cases),
            State::Differs => format!("{} of {} differ", self.cases - self.equal, self.cases),
            State::NotRun => "not run".to_owned(),
            State::Excluded => "excluded".to_owned(),
        }
    }
}
