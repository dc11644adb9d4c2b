//! Collecting the records of a frame.

mod room;

use dashstream_proto::v1 as proto;

use crate::constants::{SCHEMA, VERSION};
use crate::prelude::Prelude;

use super::columns::Columns;
use super::contexts::Contexts;
use super::error::EncodeError;
use super::ground::Ground;
use super::ids::IdTable;
use super::input::FrameHeader;
use super::strings::StringTable;

/// Collects the records of one frame, and refuses what no valid frame can hold.
#[derive(Debug)]
pub struct BatchBuilder {
    /// The prelude as far as it is known.
    pub(super) prelude: Prelude,
    pub(super) ancillary_flags: Option<u8>,
    pub(super) metadata: Vec<u8>,
    pub(super) ground: Ground,
    gather_contexts: bool,
    pub(super) contexts: Contexts,
    pub(super) strings: StringTable,
    pub(super) trace_ids: IdTable<16>,
    pub(super) span_ids: IdTable<8>,
    pub(super) columns: Columns,
    pub(super) records: u32,
    /// Sequence number and time of the last record.
    pub(super) sequence: u64,
    pub(super) time_us: u64,
    /// The highest sequence number that a batch of any number of records can come to (BODY-011).
    pub(super) last_sequence: u64,
    /// Room for the message of [`BatchBuilder::push_message`].
    pub(super) scratch: Vec<u8>,
}

impl BatchBuilder {
    /// A batch without records. The prelude's drop_count is the sum of `drop_reason_count`.
    ///
    /// # Errors
    ///
    /// What a reader would report for a frame with this header and metadata.
    pub fn new(header: FrameHeader, metadata: &proto::Metadata) -> Result<Self, EncodeError> {
        let mut builder = Self {
            prelude: prelude(&header),
            ancillary_flags: None,
            metadata: Vec::new(),
            ground: Ground::default(),
            gather_contexts: false,
            contexts: Contexts::default(),
            strings: StringTable::default(),
            trace_ids: IdTable::default(),
            span_ids: IdTable::default(),
            columns: Columns::default(),
            records: 0,
            sequence: 0,
            time_us: 0,
            last_sequence: 0,
            scratch: Vec::new(),
        };
        builder.restart(header, metadata)?;
        Ok(builder)
    }

    /// Forgets all that was added and begins another batch in the same memory.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::new`]. The builder is then not fit for use until a call succeeds.
    pub fn restart(&mut self, header: FrameHeader, metadata: &proto::Metadata) -> Result<(), EncodeError> {
        self.strings.clear();
        self.trace_ids.clear();
        self.span_ids.clear();
        self.columns.clear();
        self.records = 0;
        self.prelude = prelude(&header);
        self.ancillary_flags = header.ancillary_flags;
        self.set_metadata(metadata)?;
        // The lengths are not known yet: take the smallest that are in order.
        let probe = Prelude { record_count: 1, raw_len: 3, body_len: 3, ..self.prelude };
        probe.check()?;
        self.sequence = header.base_sequence - 1;
        self.last_sequence = Prelude { record_count: u16::MAX, ..self.prelude }.last_sequence();
        Ok(())
    }

    /// Whether this batch and those that follow in its memory list in their metadata the run, thread, node and task of every
    /// record, as far as 16 reach (META-016). Metadata that lists contexts by itself stays as it is, and so does that of a
    /// redaction. Say it before the first record.
    pub fn gather_contexts(&mut self, gather: bool) {
        self.gather_contexts = gather;
        self.restart_contexts();
    }

    fn restart_contexts(&mut self) {
        self.contexts.restart(self.gather_contexts && self.ground.leaves_contexts, self.metadata.len());
    }

    fn set_metadata(&mut self, metadata: &proto::Metadata) -> Result<(), EncodeError> {
        self.ground = Ground::of(metadata, &mut self.prelude, &mut self.metadata)?;
        self.time_us = self.ground.base_time_us;
        self.restart_contexts();
        Ok(())
    }

    /// Fills an empty string table, so that the order of a decoded table is kept. A string that is
    /// there twice is taken once.
    ///
    /// # Errors
    ///
    /// STRING_TABLE where there are too many strings, or one is empty or too long.
    pub fn preset_strings(&mut self, strings: &[&str]) -> Result<(), EncodeError> {
        strings.iter().try_for_each(|text| self.strings.intern(text).map(|_| ()))
    }

    /// The ref of a string, which is added to the table where it is not there. A string that no
    /// record comes to use stays in the table.
    ///
    /// # Errors
    ///
    /// STRING_TABLE where the string is empty or too long, or the table is full.
    pub fn intern(&mut self, text: &str) -> Result<u32, EncodeError> {
        self.strings.intern(text)
    }

    /// Records so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records as usize
    }

    /// Whether there are no records yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }
}

/// The prelude as far as the header says it.
const fn prelude(header: &FrameHeader) -> Prelude {
    // WRT-002
    Prelude {
        version: VERSION,
        critical_flags: 0,
        ancillary_flags: 0,
        prelude_crc: 0,
        metadata_crc: 0,
        body_crc: 0,
        body_len: 0,
        raw_len: 0,
        metadata_len: 0,
        codec: 0,
        schema: SCHEMA,
        record_count: 0,
        drop_count: 0,
        producer_id: header.producer_id,
        base_sequence: header.base_sequence,
        epoch: header.epoch,
        lane: header.lane,
    }
}
