//! A name of the specification that is final, and the line that says so: `error EMPTY number=2 scope=frame`.

use std::fmt;

use super::Problem;

/// Facts of a requirement whose role is not built yet: its id is final, and nothing else of it.
pub(super) const PENDING: &str = "pending";

/// One name, with what is final about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it is a name of, such as `error`.
    pub(super) of: String,
    pub(super) name: String,
    /// All that must not change.
    pub(super) facts: String,
    /// Where it stands.
    pub(super) file: String,
    pub(super) line: usize,
}

impl Entry {
    pub(super) fn key(&self) -> (&str, &str) {
        (&self.of, &self.name)
    }

    /// Whether an entry that is frozen like this one may be like `now`.
    pub(super) fn allows(&self, now: &Self) -> bool {
        self.facts == PENDING || self.facts == now.facts
    }

    /// A problem at its place.
    pub(super) fn problem(&self, text: String) -> Problem {
        Problem { file: self.file.clone(), line: self.line, text }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.of, self.name)?;
        if self.facts.is_empty() { Ok(()) } else { write!(out, " {}", self.facts) }
    }
}

/// The entries of a list, in its order.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Entry>, Problem> {
    let entry = |(index, line): (usize, &str)| {
        let mut parts = line.splitn(3, ' ').map(str::to_owned);
        let (of, name, facts) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        let line = index + 1;
        match (of, name) {
            (Some(of), Some(name)) if !of.is_empty() && !name.is_empty() => {
                Ok(Entry { of, name, facts, file: file.to_owned(), line })
            }
            _ => Err(Problem { file: file.to_owned(), line, text: "is not a name and its facts".to_owned() }),
        }
    };
    text.lines().enumerate().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let text = "lint FIELD_ORDER\nrequirement X-001 reader MUST NOT\n";
        let entries = parse("list", text).unwrap();
        assert_eq!(entries.iter().map(|entry| format!("{entry}\n")).collect::<String>(), text);
        assert_eq!((entries[1].facts.as_str(), entries[1].line), ("reader MUST NOT", 2));
        assert_eq!(parse("list", "lint A\n\n").unwrap_err().line, 2);
    }
}
