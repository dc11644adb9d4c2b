//! The twenty faults of an earlier format, `spec/faults.md`: each is open, or shown by tests that exist.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::spec::{Problem, function_names};

/// How many faults the audit found.
const FAULTS: usize = 20;
const FILE: &str = "spec/faults.md";

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its number, from 1.
    pub number: usize,
    /// What was wrong.
    pub fault: String,
    /// What answers it.
    pub answer: String,
    /// Whether the answer is built.
    pub shown: bool,
    /// The tests that show it.
    pub tests: Vec<String>,
}

/// What the table says, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The rows, in order.
    pub rows: Vec<Fault>,
    /// What is wrong; nothing: the table holds.
    pub problems: Vec<Problem>,
}

impl Faults {
    /// Number of faults that are shown to be answered.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.rows.iter().filter(|row| row.shown).count()
    }

    /// The names of all tests that show something, each once, sorted.
    #[must_use]
    pub fn tests(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = self.rows.iter().flat_map(|row| &row.tests).map(String::as_str).collect();
        names.into_iter().collect()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.problems.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(out, "{problem}")?;
        }
        for row in &self.rows {
            let state = if row.shown { "shown" } else { "open" };
            writeln!(out, "{:>2}  {state:<5}  {}", row.number, row.fault)?;
            for test in &row.tests {
                writeln!(out, "           by {test}")?;
            }
        }
        write!(out, "faults: {} of {FAULTS} shown", self.shown())
    }
}

/// Checks the table of the repository at `root` against the functions in its sources.
#[must_use]
pub fn faults(root: &Path) -> Faults {
    match std::fs::read_to_string(root.join(FILE)) {
        Ok(text) => check(&text, &function_names(root)),
        Err(error) => Faults { problems: vec![problem(0, error.to_string())], ..Faults::default() },
    }
}

fn problem(line: usize, text: String) -> Problem {
    Problem { file: FILE.to_owned(), line, text }
}

fn check(text: &str, functions: &BTreeSet<String>) -> Faults {
    let mut found = Faults::default();
    for (index, line) in text.lines().enumerate() {
        let Some(cells) = cells(line) else { continue };
        match row(&cells) {
            Ok(row) => {
                let missing = row.tests.iter().filter(|test| !functions.contains(*test));
                let missing = missing.map(|test| problem(index + 1, format!("there is no test `{test}`")));
                found.problems.extend(missing);
                found.rows.push(row);
            }
            Err(why) => found.problems.push(problem(index + 1, why)),
        }
    }
    let numbers: Vec<usize> = found.rows.iter().map(|row| row.number).collect();
    if numbers != (1..=FAULTS).collect::<Vec<_>>() {
        let text = format!("the rows should be 1 to {FAULTS}, each once and in order; they are {numbers:?}");
        found.problems.push(problem(0, text));
    }
    found
}

/// The cells of a row whose first one is a number.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inside.split('|').map(str::trim).collect();
    cells.first().filter(|first| !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit()))?;
    Some(cells)
}

fn row(cells: &[&str]) -> Result<Fault, String> {
    let [number, fault, answer, state, tests] = cells else {
        return Err(format!("a row has five cells, this one {}", cells.len()));
    };
    let tests: Vec<String> =
        tests.split(',').map(|name| name.trim().trim_matches('`').to_owned()).filter(|name| !name.is_empty()).collect();
    let shown = match (*state, tests.is_empty()) {
        ("shown", false) => true,
        ("open", true) => false,
        ("shown", true) => return Err(format!("fault {number} is shown by no test")),
        ("open", false) => return Err(format!("fault {number} is open and names tests")),
        (other, _) => return Err(format!("fault {number} is `{other}`, neither open nor shown")),
    };
    let number = number.parse().map_err(|_| format!("{number} is no number of a fault"))?;
    Ok(Fault { number, fault: (*fault).to_owned(), answer: (*answer).to_owned(), shown, tests })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(change: impl Fn(usize, String) -> String) -> String {
        let rows: Vec<String> = (1..=FAULTS)
            .map(|n| {
                change(
                    n,
                    if n == 3 {
                        format!("| {n} | f | a | shown | one, two |")
                    } else {
                        format!("| {n} | f | a | open | |")
                    },
                )
            })
            .collect();
        format!("# Faults\n\n| # | fault | answer | state | tests |\n|---|---|---|---|---|\n{}\n", rows.join("\n"))
    }

    fn functions() -> BTreeSet<String> {
        ["one", "two"].map(str::to_owned).into()
    }

    #[test]
    fn a_good_table() {
        let found = check(&table(|_, row| row), &functions());
        assert_eq!(found.problems, []);
        assert_eq!(found.tests(), ["one", "two"]);
        assert!(found.to_string().ends_with("faults: 1 of 20 shown"));
    }

    #[track_caller]
    fn wrong(from: &str, to: &str, says: &str) {
        let found = check(&table(|_, row| row.replace(from, to)), &functions());
        assert!(found.problems.iter().any(|one| one.text.contains(says)), "{:?}", found.problems);
    }

    #[test]
    fn what_is_wrong_with_a_table_is_said() {
        wrong("one, two", "one, three", "no test `three`");
        wrong("one, two", "", "shown by no test");
        wrong("| 7 | f | a | open | |", "| 7 | f | a | open | one |", "open and names tests");
        wrong("| 7 | f | a | open | |", "| 7 | f | a | maybe | |", "neither open nor shown");
        wrong("| 7 | f | a | open | |", "", "each once and in order");
        wrong("| 7 |", "| 8 |", "each once and in order");
        wrong("| 7 | f | a |", "| 7 | f |", "five cells");
    }
}
