//! The exact list of known failures: one id a line, `#` begins a comment.

use std::collections::BTreeSet;

use super::account::Outcome;

/// Ids of vectors that are known to fail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownFailures(BTreeSet<String>);

impl KnownFailures {
    /// Reads a list.
    ///
    /// # Errors
    /// An id stands twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut ids = BTreeSet::new();
        for line in text.lines() {
            let id = line.split('#').next().unwrap_or_default().trim();
            if !id.is_empty() && !ids.insert(id.to_owned()) {
                return Err(format!("{id} stands twice"));
            }
        }
        Ok(Self(ids))
    }

    /// Whether the vector is listed.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// Number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with the list, one line each: `exists` knows the ids of all vectors, `outcome` what
    /// became of those that were selected. A listed vector that was not selected is not judged.
    #[must_use]
    pub fn complaints(&self, exists: impl Fn(&str) -> bool, outcome: impl Fn(&str) -> Option<Outcome>) -> Vec<String> {
        let complaint = |id: &String| {
            if !exists(id) {
                return Some(format!("{id} is listed as a known failure, and there is no such vector"));
            }
            match outcome(id)? {
                Outcome::Pass => Some(format!("{id} is listed as a known failure and passes")),
                Outcome::Skip => Some(format!("{id} is listed as a known failure and was skipped")),
                _ => None,
            }
        };
        self.0.iter().filter_map(complaint).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_comments_and_no_repetition() {
        let known = KnownFailures::parse("# why\n\na-1 # because\n  b-2\n").unwrap();
        assert_eq!(known.len(), 2);
        assert!(known.contains("a-1") && known.contains("b-2"));
        assert!(KnownFailures::parse("a\na\n").is_err());
    }

    #[test]
    fn a_listed_vector_has_to_exist_and_to_fail() {
        let known = KnownFailures::parse("fails\npasses\nskipped\ngone\nother").unwrap();
        let complaints = known.complaints(
            |id| id != "gone",
            |id| match id {
                "fails" => Some(Outcome::Fail),
                "passes" => Some(Outcome::Pass),
                "skipped" => Some(Outcome::Skip),
                _ => None,
            },
        );
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        for (id, complaint) in ["gone", "passes", "skipped"].iter().zip(&complaints) {
            assert!(complaint.starts_with(id), "{complaint}");
        }
    }
}
