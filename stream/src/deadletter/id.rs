//! The id of a letter.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::transport::Position;

/// The id of a dead letter: a hash of the place where its message was read. Written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId([u8; 16]);

/// A text that is no id: other than 32 hexadecimal digits, small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of a dead letter has 32 hexadecimal digits, in small letters")]
pub struct NoId;

impl LetterId {
    /// The id of a letter from this place. `record` is 0 for a whole frame, else the record's index from 1. For a file, `topic` is its
    /// name without its folders.
    #[must_use]
    pub fn of(topic: &str, position: Position, record: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(topic.as_bytes());
        hash.update([0]);
        hash.update(position.partition.to_le_bytes());
        hash.update(position.offset.to_le_bytes());
        hash.update(record.to_le_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        Self(hash.first_chunk().copied().unwrap_or_default())
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LetterId {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let mut id = [0; 16];
        hex::decode_to_slice(text, &mut id).map_err(|_| NoId)?;
        let id = Self(id);
        if id.to_string() == text { Ok(id) } else { Err(NoId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_hash_of_its_place() {
        let position = Position { partition: 3, offset: 258 };
        // printf 'events\0\3\0\0\0\2\1\0\0\0\0\0\0\5\0\0\0' | sha256sum
        assert_eq!(LetterId::of("events", position, 5).to_string(), "9db312b7aa14dd794ef5388ebe8894f3");
        assert_eq!(LetterId::of("events", position, 0).to_string(), "de2374e0b650547b908e192cb0fe8beb");
    }

    #[test]
    fn an_id_has_one_form() {
        let id = LetterId::of("events", Position::default(), 0);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "00", &id.to_string().to_uppercase(), &format!("{id}0"), &"g".repeat(32)] {
            assert_eq!(bad.parse::<LetterId>(), Err(NoId), "{bad}");
        }
    }
}
