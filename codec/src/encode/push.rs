//! Adding a record to a batch.

use prost::Message;

use crate::constants::MAX_RAW_LEN;
use crate::error::Code;
use crate::payload::{self, Context};
use crate::strings::Strings;
use crate::view::{OfKind, Payload, Sink, Source};

use super::builder::BatchBuilder;
use super::error::EncodeError;
use super::input::RecordInput;

impl BatchBuilder {
    /// Adds a record. Where it is refused the batch stays as it was, but for the string table.
    ///
    /// # Errors
    ///
    /// INPUT, or what a reader would report for the frame or the record.
    pub fn push(&mut self, record: RecordInput<'_>) -> Result<(), EncodeError> {
        let place = self.place(&record, record.kind)?;
        self.check_payload(&record, place.sequence)?;
        let refs = self.refs(&record)?;
        self.columns.payloads.extend_from_slice(record.payload);
        self.add(&record, record.kind, &place, refs, record.payload.len());
        Ok(())
    }

    /// Adds a record with a message of [`view`](crate::view), which is written straight to its place. Neither
    /// `record.kind` nor `record.payload` is looked at.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::push`].
    #[inline]
    pub fn push_view<'m, M: OfKind<'m>>(&mut self, record: RecordInput<'_>, message: &M) -> Result<(), EncodeError> {
        let place = self.place(&record, M::KIND)?;
        payload::check(M::KIND, &(*message).into(), &self.context(place.sequence))?;
        let refs = self.refs(&record)?;
        let start = self.columns.payloads.len();
        let mut sink = Sink { out: &mut self.columns.payloads, strings: &mut self.strings };
        let written = message.write(&mut sink);
        let end = self.columns.payloads.len();
        let result = written.and_then(|()| check_len(end));
        if result.is_err() {
            self.columns.payloads.truncate(start);
            return result;
        }
        self.add(&record, M::KIND, &place, refs, end - start);
        Ok(())
    }

    /// As [`BatchBuilder::push_view`], where what the payload is comes out only now. The bytes of a [`Payload::Opaque`] are
    /// judged by `record.kind`, as by `push`.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::push`].
    pub fn push_payload(&mut self, record: RecordInput<'_>, payload: &Payload<'_>) -> Result<(), EncodeError> {
        payload.push_to(self, record)
    }

    /// Adds a record with `message` in place of `record.payload`. Protobuf libraries, `prost` too,
    /// leave out a double that is -0.0: give such a payload encoded.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::push`].
    pub fn push_message(&mut self, record: RecordInput<'_>, message: &impl Message) -> Result<(), EncodeError> {
        let mut payload = core::mem::take(&mut self.scratch);
        payload.clear();
        message.encode_raw(&mut payload);
        let pushed = self.push(RecordInput { payload: &payload, ..record });
        self.scratch = payload;
        pushed
    }

    fn check_payload(&self, record: &RecordInput<'_>, sequence: u64) -> Result<(), EncodeError> {
        check_len(self.columns.payloads.len() + record.payload.len())?;
        let table = self.strings.table();
        let source = Source { message: record.payload, strings: Strings::new(&table) };
        Ok(payload::judge(record.kind, &source, &self.context(sequence), &mut Payload::default())?)
    }

    #[inline]
    const fn context(&self, sequence: u64) -> Context {
        Context { epoch: self.prelude.epoch, redaction: self.ground.redaction, sequence, gives_refs: true }
    }
}

/// PRE-014: a body with more bytes of payloads is longer than any body may be.
#[inline]
fn check_len(payloads: usize) -> Result<(), EncodeError> {
    if payloads > MAX_RAW_LEN as usize { Err(EncodeError::refused(Code::RawLen, "PRE-014")) } else { Ok(()) }
}
