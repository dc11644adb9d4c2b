//! What is encoded: the contents of all vectors, and of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use dashstream_vectors::{Case, ConsumerStep, EncodeExpect, Set, Vector};
use serde_json::Value;

use crate::plain::{Limits, Options, Plain};
use crate::protocol::Question;
use crate::runner::filter;
use crate::runner::judge::forget_free;
use crate::runner::plan::{Plan, Shape};

/// A content that every writer can be asked for.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// The vector or the file that it is of, and which of its frames it is.
    pub(super) name: String,
    /// What a writer is given.
    pub(super) asked: Value,
    /// What it means: the JSON form of a frame of it, without what a writer is free in.
    pub(super) means: Value,
}

/// All of them, each meaning once.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    pub(super) all: Vec<Content>,
    /// How many are of vectors; the rest is of files.
    pub(super) of_vectors: usize,
    /// Names of contents that no writer can be asked for, by reason.
    pub(super) left_out: BTreeMap<String, Vec<String>>,
    /// Names of all accepted frames that the filters leave, also of those that mean the same as another.
    pub(super) names: Vec<String>,
    seen: BTreeSet<String>,
    filters: Vec<String>,
}

/// Collects those whose names match a filter, or all where there is none.
///
/// # Errors
/// A file cannot be read, or has no frame that is accepted.
pub(super) fn collect(set: &Set, files: &[PathBuf], filters: &[String]) -> Result<Contents, String> {
    let mut contents = Contents { filters: filters.to_vec(), ..Contents::default() };
    for vector in &set.vectors {
        contents.add_vector(vector);
    }
    contents.of_vectors = contents.all.len();
    for file in files {
        contents.add_file(file)?;
    }
    Ok(contents)
}

impl Contents {
    fn add_vector(&mut self, vector: &Vector) {
        let frames: Vec<Vec<u8>> = match &vector.case {
            Case::Decode(case) => case.bytes.iter().map(dashstream_vectors::HexBytes::to_vec).collect(),
            Case::Ledger(case) => case.frames.iter().map(|frame| frame.bytes.to_vec()).collect(),
            Case::Consumer(case) => case.steps.iter().filter_map(message).collect(),
            Case::File(case) => {
                self.add_entries(&vector.id, &case.bytes.to_vec());
                return;
            }
            Case::Encode(case) => {
                if let (EncodeExpect::Accepted { .. }, (Question::Encode { content, .. }, _)) =
                    (&case.expect, Plan::new(vector, false).delivery(Shape::Whole))
                {
                    self.add(vector.id.clone(), content);
                }
                return;
            }
            Case::Producer(_) | Case::Diff(_) | Case::Store(_) => return,
        };
        let several = frames.len() > 1;
        for (index, frame) in frames.iter().enumerate() {
            let name = if several { format!("{}#{}", vector.id, index + 1) } else { vector.id.clone() };
            // What is rejected has no content.
            if filter::selected(&self.filters, &name)
                && let Ok(form) = Plain::new().decode(Some(frame), Limits::default(), None)
            {
                self.add(name, form);
            }
        }
    }

    fn add_file(&mut self, path: &Path) -> Result<(), String> {
        let wrong = |why: String| format!("{}: {why}", path.display());
        let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        match self.add_entries(&path.display().to_string(), &bytes) {
            0 => Err(wrong("there is no frame in it that is accepted".to_owned())),
            _ => Ok(()),
        }
    }

    /// Adds the accepted frames of a file, and says how many there are.
    fn add_entries(&mut self, name: &str, file: &[u8]) -> usize {
        let report = Plain::new().file(file).map(|report| report.json()).unwrap_or_default();
        let accepted = report.get("accepted").and_then(Value::as_array).cloned().unwrap_or_default();
        let count = accepted.len();
        for (index, mut entry) in accepted.into_iter().enumerate() {
            let form = entry.get_mut("frame").map(Value::take).unwrap_or_default();
            self.add(format!("{name}#{}", index + 1), form);
        }
        count
    }

    /// Adds one, where there is none of the same meaning yet and a writer can be asked for it.
    fn add(&mut self, name: String, asked: Value) {
        if !filter::selected(&self.filters, &name) {
            return;
        }
        self.names.push(name.clone());
        if asked
            .get("records")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .any(|record| record.get("error").is_some())
        {
            return self.leave_out("a record of it is rejected".to_owned(), name);
        }
        let written = Plain::new().encode(&asked, Options::default());
        let read = written.and_then(|frame| Plain::new().decode(Some(&frame), Limits::default(), None));
        match read {
            Ok(mut means) => {
                forget_free(&mut means);
                if self.seen.insert(means.to_string()) {
                    self.all.push(Content { name, asked, means });
                }
            }
            // JSON-002: a frame may hold what the tidy form cannot.
            Err(fault) => self.leave_out(format!("writers refuse it with {}", fault.code), name),
        }
    }

    fn leave_out(&mut self, why: String, name: String) {
        self.left_out.entry(why).or_default().push(name);
    }
}

fn message(step: &ConsumerStep) -> Option<Vec<u8>> {
    match step {
        ConsumerStep::Message(message) => message.bytes.as_ref().map(dashstream_vectors::HexBytes::to_vec),
        _ => None,
    }
}
