//! Replays of dead letters (spec/dead-letters.md, DLQ-007).

use dashstream_vectors::LogHeader;

/// The header `ds-replay`. A replay is known by all of it (CON-013).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Replay {
    /// The id of the letter.
    pub letter: String,
    /// The attempt, from 1.
    pub attempt: u64,
    /// The record that it is about, from 1; 0: the frame.
    pub record: u32,
}

impl Replay {
    /// What the headers of a message say; `None`: it is no replay.
    pub(super) fn of(headers: &[LogHeader]) -> Option<Self> {
        let value = &headers.iter().rfind(|header| header.name == "ds-replay")?.value;
        let mut parts = value.split('/');
        let (letter, attempt, record) = (parts.next()?, parts.next()?, parts.next()?);
        let is_id = letter.len() == 32 && letter.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let attempt = digits(attempt).filter(|attempt| *attempt >= 1)?;
        let record = u32::try_from(digits(record)?).ok()?;
        (is_id && parts.next().is_none()).then(|| Self { letter: letter.to_owned(), attempt, record })
    }
}

fn digits(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}
