//! Names of segments, which say what was acknowledged.

use std::fmt;

use dashstream_codec::constants::MAX_SEQUENCE;

use crate::segment::HEADER;

/// The end of a segment's name.
const SUFFIX: &str = ".seg";
/// The end of the name of a segment that was set aside.
const QUARANTINED: &str = ".seg.quarantined";

/// The name of a segment: `<segment>-<generation>-<start>-<end>.seg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentName {
    /// Number of the segment, 0..10^8-1.
    pub segment: u32,
    /// The newest acknowledged checkpoint in it, 1..2^53-1; 0: none.
    pub generation: u64,
    /// Its first byte, behind the header; 0: none.
    pub start: u64,
    /// How many bytes of the file are acknowledged: the header, and more where there is a checkpoint.
    pub end: u64,
}

impl SegmentName {
    /// Reads a name; `None` for other files.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(SUFFIX)?.split('-');
        let mut next = |digits: usize| number(parts.next()?, digits);
        let segment = u32::try_from(next(8)?).ok()?;
        let (generation, start, end) = (next(16)?, next(12)?, next(12)?);
        // CKP-020
        let right = match generation {
            0 => start == 0 && end >= HEADER,
            1..=MAX_SEQUENCE => HEADER <= start && start < end,
            _ => false,
        };
        (right && parts.next().is_none()).then_some(Self { segment, generation, start, end })
    }

    /// Reads the name of a segment that was set aside.
    pub(crate) fn parse_quarantined(name: &str) -> Option<Self> {
        let (stem, number) = name.split_once(QUARANTINED)?;
        let number =
            number.strip_prefix('.').map_or_else(|| number.is_empty().then_some(1), |digits| digits.parse().ok());
        let segment = Self::parse(&format!("{stem}{SUFFIX}"))?;
        number.filter(|number| segment.quarantined(*number) == name).map(|_| segment)
    }

    /// The name with which it is set aside, as the first one of this name or as a later one.
    pub(crate) fn quarantined(self, number: u32) -> String {
        format!("{self}.quarantined{}", behind(number))
    }

    /// The name of the file with the reason.
    pub(crate) fn reason(self, number: u32) -> String {
        format!("{self}.reason{}", behind(number))
    }

    /// The name after a checkpoint of this generation, or pending writes, with so many bytes.
    pub(crate) fn grown(mut self, checkpoint: Option<u64>, len: u64) -> Self {
        if let Some(generation) = checkpoint.filter(|generation| *generation > self.generation) {
            (self.generation, self.start) = (generation, self.end);
        }
        self.end = self.end.saturating_add(len);
        self
    }
}

fn behind(number: u32) -> String {
    if number > 1 { format!(".{number}") } else { String::new() }
}

impl fmt::Display for SegmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segment, generation, start, end } = self;
        write!(f, "{segment:08}-{generation:016}-{start:012}-{end:012}{SUFFIX}")
    }
}

/// The name that a segment has until it is durable.
pub(crate) fn temporary(segment: u32) -> String {
    format!("tmp-{segment:08}")
}

/// Whether a file was to become a segment.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with("tmp-")
}

fn number(text: &str, digits: usize) -> Option<u64> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_was_acknowledged() {
        let name = SegmentName { segment: 3, generation: 41, start: 28, end: 1_000 };
        let text = "00000003-0000000000000041-000000000028-000000001000.seg";
        assert_eq!((name.to_string().as_str(), SegmentName::parse(text)), (text, Some(name)));
        for number in [1, 2, 10] {
            assert_eq!(SegmentName::parse_quarantined(&name.quarantined(number)), Some(name));
        }
        for other in [".1", ".02", ".", "2", ".x", ".-2"] {
            assert_eq!(SegmentName::parse_quarantined(&format!("{text}.quarantined{other}")), None, "{other}");
        }
        for other in [
            "",
            "index",
            "tmp-00000003",
            "00000003-0000000000000041-000000000028-000000001000",
            "3-41-28-1000.seg",
            "00000003-0000000000000041-000000002000-000000001000.seg",
            "00000003-0000000000000000-000000000028-000000001000.seg",
            "00000003-0000000000000041-000000000000-000000001000.seg",
            "00000003-0000000000000041-000000000027-000000001000.seg",
            "00000003-0000000000000041-000000001000-000000001000.seg",
            "00000003-9007199254740992-000000000028-000000001000.seg",
            "00000003-0000000000000000-000000000000-000000000027.seg",
            "00000003-0000000000000041-000000000028-000000001000-1.seg",
            "+0000003-0000000000000041-000000000028-000000001000.seg",
        ] {
            assert_eq!(SegmentName::parse(other), None, "{other}");
        }
    }
}
