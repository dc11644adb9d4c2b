//! A letter as a message of a dead-letter topic.

use std::collections::BTreeMap;

use super::fields::{self, LetterError};
use super::letter::Letter;
use crate::transport::{Header, Message};

/// What the names of headers of letters begin with.
const PREFIX: &str = "ds-dl-";

impl Letter {
    /// The message of a dead-letter topic: key, value, timestamp and headers of the original, and behind these the letter's own.
    // DLQ-001
    #[must_use]
    pub fn to_message(&self) -> Message {
        let mut message = self.message.clone();
        let own = fields::write(self).into_iter();
        message
            .headers
            .extend(own.map(|(name, text)| Header { name: format!("{PREFIX}{name}"), value: Some(text.into_bytes()) }));
        message
    }

    /// Makes a letter again of a message of a dead-letter topic.
    ///
    /// What stands before the last `ds-dl-id` is the original's, even where that was a letter itself. Of what comes behind it, the
    /// last one of a name counts; what has other names was added by others, and is not the original's.
    ///
    /// # Errors
    /// [`LetterError`]: it is no letter, or one whose value was changed.
    pub fn from_message<'a>(message: &'a Message) -> Result<Self, LetterError> {
        let id = message.headers.iter().rposition(|header| header.name.strip_prefix(PREFIX) == Some(fields::ID));
        let id = id.ok_or(LetterError::Missing { name: fields::ID })?;
        let (theirs, own) = message.headers.split_at_checked(id).unwrap_or_default();
        // A value that is null or not UTF-8 is no text.
        let text = |header: &'a Header| header.value.as_deref().and_then(|value| std::str::from_utf8(value).ok());
        let own: BTreeMap<_, _> =
            own.iter().filter_map(|header| Some((header.name.strip_prefix(PREFIX)?, text(header)))).collect();
        let original = Message { headers: theirs.to_vec(), ..message.clone() };
        fields::read(|name| own.get(name).copied(), original)
    }
}
