//! Reading a message that arrives in pieces.

use crate::constants::{MAGIC, PRELUDE_LEN};
use crate::error::{Code, Error};
use crate::frame::check_limits;
use crate::limits::Limits;
use crate::prelude::Prelude;

/// Collects the pieces of one message (one frame), and fails as early as the bytes allow.
///
/// Give the whole message, and the same limits, to [`crate::Decoder::decode`]: the verdict does not
/// depend on the pieces.
#[derive(Debug, Default)]
pub struct MessageReader {
    limits: Limits,
    bytes: Vec<u8>,
    /// Bytes of the frame, once the prelude has been checked.
    frame_len: Option<u64>,
    failed: Option<Error>,
}

impl MessageReader {
    /// A reader for one message.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes the next bytes of the message.
    ///
    /// # Errors
    ///
    /// What the whole message will be rejected with, where the bytes so far settle it. Each later
    /// call returns the same error.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.take(piece).inspect_err(|error| self.failed = Some(*error))
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), Error> {
        let missing = PRELUDE_LEN.saturating_sub(self.bytes.len());
        let (head, rest) = piece.split_at(missing.min(piece.len()));
        self.bytes.extend_from_slice(head);
        let frame_len = match self.frame_len {
            Some(frame_len) => frame_len,
            None if self.bytes.len() < PRELUDE_LEN => return self.check_magic(),
            None => self.check_prelude()?,
        };
        let len = self.bytes.len() as u64 + rest.len() as u64;
        // FRM-005
        if len > frame_len {
            return Err(Code::Trailing.at(frame_len, "FRM-005"));
        }
        self.bytes.extend_from_slice(rest);
        Ok(())
    }

    fn check_magic(&self) -> Result<(), Error> {
        match self.bytes.first() {
            // PRE-002
            Some(&first) if first != MAGIC => Err(Code::BadMagic.at(0, "PRE-002")),
            _ => Ok(()),
        }
    }

    fn check_prelude(&mut self) -> Result<u64, Error> {
        let prelude = Prelude::read(&self.bytes)?;
        prelude.check()?;
        check_limits(&prelude, &self.limits)?;
        let frame_len = prelude.frame_len();
        // Exactly as much as is coming (FRM-009).
        let missing = frame_len.saturating_sub(self.bytes.len() as u64);
        self.bytes.reserve_exact(usize::try_from(missing).unwrap_or(0));
        self.frame_len = Some(frame_len);
        Ok(frame_len)
    }

    /// The whole message, at its end.
    ///
    /// # Errors
    ///
    /// EMPTY, SHORT_PRELUDE or TRUNCATED where the message is too short, or what
    /// [`MessageReader::push`] failed with.
    pub fn finish(&self) -> Result<&[u8], Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let len = self.bytes.len() as u64;
        match self.frame_len {
            Some(frame_len) if len == frame_len => Ok(&self.bytes),
            // FRM-004
            Some(_) => Err(Code::Truncated.at(len, "FRM-004")),
            // PRE-001
            None if len == 0 => Err(Code::Empty.at(0, "PRE-001")),
            // PRE-003
            None => Err(Code::ShortPrelude.at(len, "PRE-003")),
        }
    }
}
