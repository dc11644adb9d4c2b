//! Names of files of letters.

use std::fmt;
use std::str::FromStr;

use super::id::{LetterId, NoId};

/// The name of a letter in a folder: its id, and which of the letters with this id it is. There is more than one only where other
/// messages were read at the same place, for a topic that was made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterName {
    /// The id.
    pub id: LetterId,
    /// Which, from 1.
    pub number: u32,
}

const END: &str = ".letter";
const TEMPORARY: &str = ".tmp";

impl LetterName {
    /// The first of this id.
    pub(super) const fn first(id: LetterId) -> Self {
        Self { id, number: 1 }
    }

    pub(super) const fn next(self) -> Self {
        Self { number: self.number.saturating_add(1), ..self }
    }

    /// The name of the file.
    pub(super) fn file(self) -> String {
        format!("{self}{END}")
    }

    /// The name of the file while it is being written.
    pub(super) fn temporary(self) -> String {
        format!("{self}{END}{TEMPORARY}")
    }

    /// `None` for other files.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        name.strip_suffix(END)?.parse().ok()
    }

    /// Whether a file is one that was being written.
    pub(super) fn is_temporary(name: &str) -> bool {
        name.strip_suffix(TEMPORARY).is_some_and(|name| Self::of_file(name).is_some())
    }
}

impl fmt::Display for LetterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if self.number == 1 { Ok(()) } else { write!(f, ".{}", self.number) }
    }
}

impl FromStr for LetterName {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let (id, number) = text.split_once('.').unwrap_or((text, "1"));
        let name = Self { id: id.parse()?, number: number.parse().map_err(|_| NoId)? };
        if name.number != 0 && name.to_string() == text { Ok(name) } else { Err(NoId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Position;

    #[test]
    fn a_name_is_an_id_and_a_number() {
        let first = LetterName::first(LetterId::of("events", Position::default(), 0));
        assert_eq!(first.file(), format!("{}.letter", first.id));
        assert_eq!(first.next().file(), format!("{}.2.letter", first.id));
        for name in [first, first.next(), LetterName { number: u32::MAX, ..first }] {
            assert_eq!(LetterName::of_file(&name.file()), Some(name));
            assert!(LetterName::is_temporary(&name.temporary()) && !LetterName::is_temporary(&name.file()));
        }
        for other in ["", ".1", ".0", ".02", ".+2", ".2.3", ".x"] {
            assert_eq!(LetterName::of_file(&format!("{}{other}.letter.tmp", first.id)), None, "{other}");
            let other = format!("{}{other}", first.id);
            assert_eq!(other.parse::<LetterName>().is_ok(), other == first.to_string(), "{other}");
        }
        assert!(!LetterName::is_temporary("notes.letter.tmp") && LetterName::of_file("notes.letter").is_none());
    }
}
