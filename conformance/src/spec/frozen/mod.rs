//! What is final. The lists of it only grow: what stands in one stays as it is, or the gate fails; what is new passes, and
//! is added by `dashstream gate --freeze`.

mod entry;
mod registries;
mod specification;
#[cfg(test)]
mod tests;
mod vectors;
mod withdrawn;

use std::path::{Path, PathBuf};

use super::{Problem, Requirement};

/// A line that a list does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The list, relative to the root.
    pub list: &'static str,
    /// The line.
    pub line: String,
}

/// What the lists and the repository say of one another.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    pub(super) additions: Vec<Addition>,
}

/// Holds the repository at `root` against both lists.
pub(super) fn check(root: &Path, requirements: &[Requirement]) -> Findings {
    let mut all = Findings::default();
    for found in [specification::check(root, requirements), vectors::check(root)] {
        match found {
            Ok(found) => {
                all.problems.extend(found.problems);
                all.additions.extend(found.additions);
            }
            Err(problem) => all.problems.push(problem),
        }
    }
    all
}

/// Appends the lines to their lists, and gives the files that were written.
pub(super) fn append(root: &Path, additions: &[Addition]) -> Result<Vec<PathBuf>, Problem> {
    let mut written = Vec::new();
    for list in [specification::LIST, vectors::LIST] {
        let lines = additions.iter().filter(|addition| addition.list == list);
        let lines: String = lines.map(|addition| format!("{}\n", addition.line)).collect();
        if !lines.is_empty() {
            let text = read(root, list)? + &lines;
            std::fs::write(root.join(list), text).map_err(|error| problem(list, error.to_string()))?;
            written.push(root.join(list));
        }
    }
    Ok(written)
}

/// A list; whole lines, so that what is appended begins one.
fn read(root: &Path, file: &str) -> Result<String, Problem> {
    let text = std::fs::read_to_string(root.join(file)).map_err(|error| problem(file, error.to_string()))?;
    if text.is_empty() || text.ends_with('\n') {
        Ok(text)
    } else {
        Err(problem(file, "its last line is cut".to_owned()))
    }
}

fn problem(file: &str, text: String) -> Problem {
    Problem { file: file.to_owned(), line: 0, text }
}
