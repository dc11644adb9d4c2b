//! Replays of dead letters (spec/dead-letters.md, DLQ-007).

use dashstream_vectors::LogHeader;

use super::gate::Gate;

/// The header `ds-replay`. A replay is known by all of it (CON-013).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Replay {
    /// The id of the letter.
    pub letter: String,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The record that it is about, from 1; 0: the frame.
    pub record: u32,
}

impl Replay {
    /// What the headers of a message say; `None`: it is no replay. DLQ-011
    pub(super) fn of(headers: &[LogHeader], gate: Gate) -> Option<Self> {
        let capitals = gate.strict("DLQ-011.capitals");
        let is_name = |header: &&LogHeader| {
            header.name == "ds-replay" || capitals && header.name.eq_ignore_ascii_case("ds-replay")
        };
        let first = headers.iter().find(is_name).filter(|_| gate.strict("DLQ-011"));
        let value = &first.or_else(|| headers.iter().rfind(is_name))?.value;
        if gate.strict("DLQ-011.place") && !headers.last().is_some_and(|last| is_name(&last)) {
            return None;
        }
        let digits = |text: &str| digits(text, gate.strict("DLQ-011.form"));
        let mut parts = value.split('/');
        let (letter, attempt, record) = (parts.next()?, parts.next()?, parts.next()?);
        let is_id = letter.len() == 32 && letter.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let attempt = digits(attempt).filter(|attempt| *attempt >= 1)?;
        let record = digits(record)?;
        (is_id && parts.next().is_none()).then(|| Self { letter: letter.to_owned(), attempt, record })
    }
}

/// No sign, and no zeros in front.
fn digits(text: &str, zeros: bool) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| zeros || number.to_string() == text)
}
