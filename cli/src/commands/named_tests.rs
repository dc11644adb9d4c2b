//! Runs tests by their names, and says of each whether it ran.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::exit::Failure;

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran, wherever there is one of that name, and passed.
    Passed,
    /// It ran and failed.
    Failed,
    /// No test of that name ran.
    DidNotRun,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::DidNotRun => "DID NOT RUN",
        })
    }
}

/// Runs the tests of these names in the workspace at `root`. What cargo says on standard error is passed on.
pub(crate) fn run(root: &Path, names: &[&str]) -> Result<BTreeMap<String, Outcome>, Failure> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        // What `./check tests` has built, so that nothing is built again. The bench shows no fault, and its peers are large.
        .args(["test", "--quiet", "--workspace", "--exclude", "dashstream-bench", "--all-features", "--no-fail-fast"])
        .args(["--", "--format=pretty"])
        .args(names)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::io("cargo"))?;
    Ok(outcomes(&String::from_utf8_lossy(&output.stdout), names))
}

/// Looks for the tests of these names in what tests have printed.
pub(crate) fn read(files: &[PathBuf], names: &[&str]) -> Result<BTreeMap<String, Outcome>, Failure> {
    let mut printed = String::new();
    for file in files {
        let text = std::fs::read(file).map_err(Failure::io(&file.display().to_string()))?;
        printed.push_str(&String::from_utf8_lossy(&text));
    }
    Ok(outcomes(&printed, names))
}

/// Reads what the tests printed: lines such as `test module::name ... ok`.
fn outcomes(printed: &str, names: &[&str]) -> BTreeMap<String, Outcome> {
    let mut outcomes: BTreeMap<String, Outcome> =
        names.iter().map(|name| ((*name).to_owned(), Outcome::DidNotRun)).collect();
    for line in printed.lines() {
        let Some((path, result)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... ")) else {
            continue;
        };
        let name = path.trim_end_matches(" - should panic").rsplit("::").next().unwrap_or_default();
        let Some(outcome) = outcomes.get_mut(name) else { continue };
        *outcome = match (result.split_whitespace().next(), *outcome) {
            (Some("ok"), Outcome::DidNotRun | Outcome::Passed) => Outcome::Passed,
            // A test that is ignored has not run.
            (Some("ignored"), before) => before,
            _ => Outcome::Failed,
        };
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::{Outcome, outcomes};

    #[test]
    fn a_test_counts_only_where_it_ran() {
        let printed = "test a::one ... ok\ntest two ... FAILED\ntest b::two ... ok\ntest x::three ... ignored\n\
                       test a::one_more ... ok\ntest bang - should panic ... ok\n";
        let found = outcomes(printed, &["one", "two", "three", "four", "bang"]);
        assert_eq!(found["one"], Outcome::Passed);
        assert_eq!(found["two"], Outcome::Failed);
        assert_eq!(found["three"], Outcome::DidNotRun);
        assert_eq!(found["four"], Outcome::DidNotRun);
        assert_eq!(found["bang"], Outcome::Passed);
    }
}
