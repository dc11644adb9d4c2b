//! The clause gate: every requirement of `spec/` has an id, one role, one keyword and a means of proof
//! that exists; the tables in the text are those of the registries; and what is final has not changed.

mod frozen;
mod prose;
mod registry;
mod requirement;
mod rules;
mod sources;
mod tables;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use dashstream_vectors::LoadError;

pub use self::frozen::Addition;
pub use self::registry::{ErrorCode, Profile, error_codes, profiles};
pub use self::requirement::{Keyword, Means, Requirement, requirements};
pub use self::rules::{Evidence, VectorFacts};
pub use self::sources::function_names;

/// Every role that a requirement may have.
pub const ROLES: [&str; 10] = [
    "reader",
    "writer",
    "forwarder",
    "ledger",
    "file-reader",
    "file-writer",
    "producer",
    "consumer",
    "store",
    "follower",
];

/// Something that is wrong with the specification or its evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the root.
    pub file: String,
    /// The line, from 1; 0: the whole file.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

impl Problem {
    fn of_load(root: &Path, error: &LoadError) -> Self {
        let file = error.path.strip_prefix(root).unwrap_or(&error.path).display().to_string();
        Self { file, line: 0, text: error.message.clone() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.text),
            line => write!(out, "{}:{line}: {}", self.file, self.text),
        }
    }
}

/// What the gate found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is wrong; nothing: the gate holds.
    pub problems: Vec<Problem>,
    /// The requirements, by file and place.
    pub requirements: Vec<Requirement>,
    /// Files that were written anew.
    pub written: Vec<PathBuf>,
    /// What is new, and not final yet.
    pub additions: Vec<Addition>,
    /// Number of vectors that were looked at.
    pub vectors: usize,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in &self.written {
            writeln!(out, "written: {}", path.display())?;
        }
        for problem in &self.problems {
            writeln!(out, "{problem}")?;
        }
        let mut by_role: BTreeMap<&str, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
        for requirement in &self.requirements {
            let (all, means) = by_role.entry(&requirement.role).or_default();
            *all += 1;
            *means.entry(requirement.means.name()).or_default() += 1;
        }
        writeln!(out, "{:<12} {:>4}  proved by", "role", "all")?;
        for (role, (all, means)) in by_role {
            let means: Vec<String> = means.iter().map(|(name, count)| format!("{count} {name}")).collect();
            writeln!(out, "{role:<12} {all:>4}  {}", means.join(", "))?;
        }
        if !self.additions.is_empty() {
            let count = self.additions.len();
            writeln!(out, "new names and vectors: {count}; `dashstream gate --freeze` makes them final")?;
        }
        let pending = self.requirements.iter().filter(|one| one.means == Means::Pending).count();
        write!(
            out,
            "gate: {} requirements, {pending} of them pending, {} vectors, {} problems",
            self.requirements.len(),
            self.vectors,
            self.problems.len()
        )
    }
}

/// Checks the repository at `root`. With `write` the tables are written anew where they differ; without,
/// that is a problem.
#[must_use]
pub fn gate(root: &Path, write: bool) -> Report {
    let mut report = Report::default();
    let vectors = match dashstream_vectors::load(&root.join("vectors")) {
        Ok(set) => set.vectors,
        Err(error) => {
            report.problems.push(Problem::of_load(root, &error));
            Vec::new()
        }
    };
    report.vectors = vectors.len();
    let evidence = Evidence {
        vectors: vectors.iter().map(VectorFacts::of).collect(),
        functions: sources::function_names(root),
        codes: take(error_codes(root), &mut report.problems),
        state_codes: take(registry::state_codes(root), &mut report.problems),
        store_codes: take(registry::store_codes(root), &mut report.problems),
    };
    for path in markdown_files(root) {
        check_file(root, &path, write, &mut report);
    }
    report.problems.extend(rules::check(&report.requirements, &evidence));
    let frozen = frozen::check(root, &report.requirements);
    report.problems.extend(frozen.problems);
    report.additions = frozen.additions;
    report.problems.sort_unstable();
    report
}

/// Makes final what is new: appends it to the frozen lists. Nothing is written where the gate does not hold, so
/// nothing that is final already can change by it.
#[must_use]
pub fn freeze(root: &Path) -> Report {
    let mut report = gate(root, false);
    if report.holds() {
        match frozen::append(root, &std::mem::take(&mut report.additions)) {
            Ok(written) => report.written = written,
            Err(problem) => report.problems.push(problem),
        }
    }
    report
}

fn check_file(root: &Path, path: &Path, write: bool, report: &mut Report) {
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let problem = |text: String| Problem { file: name.clone(), line: 0, text };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return report.problems.push(problem(error.to_string())),
    };
    let parsed = requirement::parse(&name, &text);
    report.requirements.extend(parsed.requirements);
    report.problems.extend(parsed.problems);
    report.problems.extend(prose::stray_keywords(&name, &text));
    match tables::render(root, &text) {
        Err(text) => report.problems.push(problem(text)),
        Ok(fresh) if fresh == text => {}
        Ok(fresh) if write => match std::fs::write(path, fresh) {
            Ok(()) => report.written.push(path.to_path_buf()),
            Err(error) => report.problems.push(problem(error.to_string())),
        },
        Ok(_) => {
            let text = "its tables are not those of spec/registry; `dashstream gate --write` writes them";
            report.problems.push(problem(text.to_owned()));
        }
    }
}

/// The text of the specification, in the order of names.
fn markdown_files(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join("spec")).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort_unstable();
    paths
}

fn take<T: Default>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> T {
    result.unwrap_or_else(|problem| {
        problems.push(problem);
        T::default()
    })
}
