//! What a replayed message says of the letter that it comes from.

use std::fmt;
use std::str::FromStr;

use super::id::LetterId;
use crate::transport::Message;

/// The header of a replayed message, `ID/ATTEMPT/RECORD` (DLQ-007).
pub const REPLAY_HEADER: &str = "ds-replay";

/// Which letter was replayed, and for which time: a consumer removes duplicates by it (CON-013).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey {
    /// The letter.
    pub id: LetterId,
    /// For which time it was sent again, from 1.
    pub attempt: u32,
    /// The only record of the frame that it is about, from 1; 0: all of them.
    pub record: u32,
}

/// A text that is no key of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a replay")]
pub struct NoReplay;

impl ReplayKey {
    /// That of a message, where it is a replay: where its last `ds-replay` header is one, to the letter.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        let header = message.headers.iter().rev().find(|header| header.name == REPLAY_HEADER)?;
        std::str::from_utf8(header.value.as_deref()?).ok()?.parse().ok()
    }
}

impl fmt::Display for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.id, self.attempt, self.record)
    }
}

impl FromStr for ReplayKey {
    type Err = NoReplay;

    fn from_str(text: &str) -> Result<Self, NoReplay> {
        let mut parts = text.split('/');
        let id = parts.next().and_then(|id| id.parse().ok()).ok_or(NoReplay)?;
        let attempt = parts.next().and_then(|attempt| attempt.parse().ok()).ok_or(NoReplay)?;
        let record = parts.next().and_then(|record| record.parse().ok()).ok_or(NoReplay)?;
        let key = Self { id, attempt, record };
        // One form only: no sign, no zeros in front.
        if attempt != 0 && key.to_string() == text { Ok(key) } else { Err(NoReplay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Header, Position};

    #[test]
    fn a_key_has_one_form() {
        let id = LetterId::of("events", Position::default(), 0);
        for (attempt, record) in [(1, 0), (u32::MAX, 0), (3, 7)] {
            let key = ReplayKey { id, attempt, record };
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        let more = [
            "",
            "/",
            "/1",
            "/1/",
            "/0/0",
            "/01/0",
            "/+1/0",
            "/-1/0",
            "/1/00",
            "/1/+1",
            "/1/2/3",
            "/4294967296/0",
            "/1/4294967296",
            "/1/0 ",
            "/x/0",
        ];
        for bad in more {
            let bad = format!("{id}{bad}");
            assert_eq!(bad.parse::<ReplayKey>(), Err(NoReplay), "{bad}");
        }
        assert_eq!("00/1/0".parse::<ReplayKey>(), Err(NoReplay));
    }

    #[test]
    fn the_last_header_counts() {
        let id = LetterId::of("events", Position::default(), 0);
        let header = |name: &str, value: Option<&str>| Header {
            name: name.to_owned(),
            value: value.map(|text| text.as_bytes().to_vec()),
        };
        let (one, two) = (format!("{id}/1/0"), format!("{id}/2/0"));
        let message = |headers| Message { headers, ..Message::default() };
        let key = ReplayKey::of(&message(vec![
            header(REPLAY_HEADER, Some(&one)),
            header(REPLAY_HEADER, Some(&two)),
            header("other", Some(&one)),
        ]));
        assert_eq!(key, Some(ReplayKey { id, attempt: 2, record: 0 }));
        assert_eq!(ReplayKey::of(&message(vec![header(REPLAY_HEADER, Some(&one)), header(REPLAY_HEADER, None)])), None);
        assert_eq!(ReplayKey::of(&message(vec![header("Ds-Replay", Some(&one))])), None);
        let bytes = Header { name: REPLAY_HEADER.to_owned(), value: Some(vec![0xFF; 40]) };
        assert_eq!(ReplayKey::of(&message(vec![bytes])), None);
    }
}
