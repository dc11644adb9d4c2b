//! Seeds out of the vectors, and of generators where vectors say nothing.

mod history;
mod text;

use std::fs;
use std::io;
use std::path::Path;

use dashstream_vectors::{Case, DecodeExpect, Vector};

use crate::target::{Input, Target};

/// Bytes of the longest seed, and of the longest input of a target.
pub const MAX_LEN: u64 = 4_096;

/// Which vectors give seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those that a reader accepts: everything else is then for the fuzzer to find.
    Accepted,
}

/// A seed.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The vector's id, or what it was made of.
    pub id: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All vectors.
///
/// # Errors
/// They are not there, or not as they should be.
pub fn vectors() -> io::Result<Vec<Vector>> {
    let root = dashstream_vectors::default_root().ok_or_else(|| io::Error::other("the vectors were not found"))?;
    Ok(dashstream_vectors::load(&root).map_err(io::Error::other)?.vectors)
}

/// The seeds of a target: frames, files, for makings whatever there is, and histories and texts that are made.
#[must_use]
pub fn of(vectors: &[Vector], target: &Target, which: Which) -> Vec<Seed> {
    match target.input {
        Input::History => return history::seeds(),
        Input::Text => return text::seeds(),
        Input::Frame | Input::File | Input::Makings => {}
    }
    vectors.iter().flat_map(|vector| of_vector(vector, target.input, which)).collect()
}

fn of_vector(vector: &Vector, input: Input, which: Which) -> Vec<Seed> {
    let bytes = match &vector.case {
        Case::Decode(case) if input != Input::File => {
            let accepted = matches!(case.expect, DecodeExpect::Accepted { .. });
            if which == Which::Accepted && !accepted {
                return Vec::new();
            }
            case.bytes.iter().collect()
        }
        Case::File(case) if input != Input::Frame => vec![&case.bytes],
        Case::Ledger(case) if input == Input::Makings => case.frames.iter().map(|frame| &frame.bytes).collect(),
        _ => Vec::new(),
    };
    let short = bytes.into_iter().filter(|bytes| bytes.len() <= MAX_LEN);
    short.map(|bytes| Seed { id: vector.id.clone(), bytes: bytes.to_vec() }).collect()
}

/// Writes seeds into a folder, a file each.
///
/// # Errors
/// There are none, or they cannot be written.
pub fn write(seeds: &[Seed], folder: &Path) -> io::Result<()> {
    if seeds.is_empty() {
        return Err(io::Error::other("the vectors gave no seed"));
    }
    fs::create_dir_all(folder)?;
    for (index, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("{}-{index}", seed.id)), &seed.bytes)?;
    }
    Ok(())
}
