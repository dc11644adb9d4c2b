//! Requirement items: `- **PRE-004** [reader; vector] A reader MUST report ...`.

use std::path::Path;

use super::prose::keyword_phrases;
use super::{Problem, ROLES};

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its id, such as `PRE-004`.
    pub id: String,
    /// Who has to satisfy it.
    pub role: String,
    /// What shows that it is satisfied.
    pub means: Means,
    /// Its keyword.
    pub keyword: Keyword,
    /// Its text, in one line.
    pub text: String,
    /// The file it is in, relative to the root.
    pub file: String,
    /// The line it begins in, from 1.
    pub line: usize,
}

/// What shows that a requirement is satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// A vector names it.
    Vector,
    /// A vector over several frames names it.
    Scenario,
    /// A test of this name is in the repository.
    Test(String),
    /// It cannot be tested, for this reason.
    Review(String),
    /// Its role is not implemented here yet.
    Pending,
}

impl Means {
    /// Its name in the text.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Vector => "vector",
            Self::Scenario => "scenario",
            Self::Test(_) => "test",
            Self::Review(_) => "review",
            Self::Pending => "pending",
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once([' ', ':']).map_or((text, ""), |(word, rest)| (word, rest.trim())) {
            ("vector", "") => Ok(Self::Vector),
            ("scenario", "") => Ok(Self::Scenario),
            ("pending", "") => Ok(Self::Pending),
            ("review", "") => Err("a review has no reason".to_owned()),
            ("review", reason) if text.starts_with("review:") => Ok(Self::Review(reason.to_owned())),
            ("test", "") => Err("a test has no name".to_owned()),
            ("test", name) if is_name(name) => Ok(Self::Test(name.to_owned())),
            _ => Err(format!("`{text}` is no means of proof")),
        }
    }
}

/// Keyword of BCP 14.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// MUST.
    Must,
    /// MUST NOT.
    MustNot,
    /// SHOULD.
    Should,
    /// SHOULD NOT.
    ShouldNot,
    /// MAY.
    May,
}

impl Keyword {
    /// As in the text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
        }
    }

    fn parse(phrase: &str) -> Option<Self> {
        [Self::Must, Self::MustNot, Self::Should, Self::ShouldNot, Self::May]
            .into_iter()
            .find(|keyword| keyword.name() == phrase)
    }
}

/// What stands in one file.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) requirements: Vec<Requirement>,
    pub(super) problems: Vec<Problem>,
}

/// The requirements of the specification at `root`; what cannot be read is left out.
#[must_use]
pub fn requirements(root: &Path) -> Vec<Requirement> {
    let read = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        std::fs::read_to_string(path).map(|text| parse(&name, &text).requirements).unwrap_or_default()
    };
    super::markdown_files(root).iter().flat_map(read).collect()
}

/// Reads the requirement items of a text.
pub(super) fn parse(file: &str, text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    for item in items(text) {
        match read(file, &item) {
            Ok(requirement) => parsed.requirements.push(requirement),
            Err(text) => parsed.problems.push(Problem { file: file.to_owned(), line: item.line, text }),
        }
    }
    parsed
}

/// Whether a line begins a requirement item: what is in bold looks like an id, or brackets follow it.
pub(super) fn begins(line: &str) -> bool {
    let Some((bold, rest)) = line.strip_prefix("- **").and_then(|line| line.split_once("**")) else { return false };
    let numbered = bold.contains('-') && bold.contains(|c: char| c.is_ascii_digit());
    numbered || rest.trim_start().starts_with('[')
}

struct Item {
    line: usize,
    text: String,
}

/// List items that begin in bold, each with the indented lines that continue it, in one line.
fn items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        if begins(line) {
            items.push(Item { line: index + 1, text: line.to_owned() });
            open = true;
        } else if open && line.starts_with("  ") && !line.trim().is_empty() {
            if let Some(item) = items.last_mut() {
                item.text.push(' ');
                item.text.push_str(line.trim());
            }
        } else {
            open = false;
        }
    }
    items
}

fn read(file: &str, item: &Item) -> Result<Requirement, String> {
    let shape = "a requirement has the shape `- **ID-001** [role; means] text`";
    let rest = item.text.strip_prefix("- **").ok_or(shape)?;
    let (id, rest) = rest.split_once("**").ok_or(shape)?;
    if !is_id(id) {
        return Err(format!("`{id}` is no id of a requirement, such as PRE-004"));
    }
    let (brackets, text) = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or(shape)?;
    let (role, means) = brackets.split_once(';').ok_or(shape)?;
    let role = role.trim();
    if !ROLES.contains(&role) {
        return Err(format!("{id}: `{role}` is no role; there are: {}", ROLES.join(", ")));
    }
    let means = Means::parse(means.trim()).map_err(|why| format!("{id}: {why}"))?;
    let text = text.trim().to_owned();
    let keyword = match keyword_phrases(&text).as_slice() {
        [one] => Keyword::parse(one).ok_or_else(|| format!("{id}: {one} is no keyword that is used here"))?,
        [] => return Err(format!("{id}: no keyword")),
        several => return Err(format!("{id}: {} keywords: {}", several.len(), several.join(", "))),
    };
    Ok(Requirement {
        id: id.to_owned(),
        role: role.to_owned(),
        means,
        keyword,
        text,
        file: file.to_owned(),
        line: item.line,
    })
}

fn is_id(id: &str) -> bool {
    let Some((area, number)) = id.split_once('-') else { return false };
    area.starts_with(|c: char| c.is_ascii_uppercase())
        && area.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && number.len() == 3
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Requirement, String> {
        let parsed = parse("spec/x.md", text);
        match (parsed.requirements.as_slice(), parsed.problems.as_slice()) {
            ([one], []) => Ok(one.clone()),
            ([], [problem]) => Err(problem.text.clone()),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn an_item_with_continued_brackets_and_text() {
        let text = "words\n\n- **FRM-008** [reader; review: for a\n  reason] A reader MUST NOT do\n  this.\nnot part\n";
        let found = one(text).unwrap();
        assert_eq!((found.id.as_str(), found.role.as_str(), found.line), ("FRM-008", "reader", 3));
        assert_eq!(found.means, Means::Review("for a reason".into()));
        assert_eq!(found.keyword, Keyword::MustNot);
        assert_eq!(found.text, "A reader MUST NOT do this.");
    }

    #[test]
    fn other_items_in_bold_are_none() {
        let parsed = parse("x.md", "- **seen**: records\n- **Both**, and more\n");
        assert!(parsed.requirements.is_empty() && parsed.problems.is_empty());
    }

    #[test]
    fn what_is_wrong_with_an_item_is_said() {
        let cases = [
            ("- **X-001** A reader MUST.", "shape"),
            ("- **x-001** [reader; vector] A reader MUST.", "no id"),
            ("- **X-01** [reader; vector] A reader MUST.", "no id"),
            ("- **X-001** [cook; vector] A cook MUST.", "no role"),
            ("- **X-001** [reader, writer; vector] Both MUST.", "no role"),
            ("- **X-001** [reader; luck] A reader MUST.", "no means"),
            ("- **X-001** [reader; test] A reader MUST.", "no name"),
            ("- **X-001** [reader; review] A reader MUST.", "no reason"),
            ("- **X-001** [reader; review:] A reader MUST.", "no reason"),
            ("- **X-001** [reader; vector] A reader does.", "no keyword"),
            ("- **X-001** [reader; vector] A reader MUST and SHOULD.", "2 keywords"),
            ("- **X-001** [reader; vector] A reader SHALL.", "is used here"),
        ];
        for (text, why) in cases {
            let error = one(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
