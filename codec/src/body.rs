//! The body of a frame: `spec/body.md`.

mod check;
mod scan;

use crate::error::{Code, Error};
use crate::metadata::Metadata;
use crate::prelude::Prelude;
use crate::reader::Varints;
use crate::strings::Table;

/// Numbers of the fields of `Body`.
pub(crate) mod number {
    pub(crate) const STRINGS: u32 = 1;
    pub(crate) const KIND: u32 = 2;
    pub(crate) const TIME_DELTA_US: u32 = 3;
    pub(crate) const SEQUENCE_DELTA: u32 = 4;
    pub(crate) const THREAD_REF: u32 = 5;
    pub(crate) const NODE_REF: u32 = 6;
    pub(crate) const PARENT_DELTA: u32 = 7;
    pub(crate) const RUN_REF: u32 = 8;
    pub(crate) const TASK_REF: u32 = 9;
    pub(crate) const TRACE_REF: u32 = 10;
    pub(crate) const TRACE_IDS: u32 = 11;
    pub(crate) const SPAN_REF: u32 = 12;
    pub(crate) const SPAN_IDS: u32 = 13;
    pub(crate) const PAYLOAD_LEN: u32 = 14;
    pub(crate) const PAYLOADS: u32 = 15;
}

/// A field of a body that has passed the wire scan. (A body has at most 8 MiB, so that places fit 32 bits.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<'a> {
    bytes: &'a [u8],
    /// Offset in the body of the tag.
    pub(crate) tag: u32,
    /// Offset in the body of the first byte behind the length.
    pub(crate) start: u32,
}

impl<'a> Column<'a> {
    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// The fields of a body that has passed the wire scan, strings left out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns<'a> {
    pub(crate) kind: Option<Column<'a>>,
    pub(crate) time_delta_us: Option<Column<'a>>,
    pub(crate) sequence_delta: Option<Column<'a>>,
    pub(crate) thread_ref: Option<Column<'a>>,
    pub(crate) node_ref: Option<Column<'a>>,
    pub(crate) parent_delta: Option<Column<'a>>,
    pub(crate) run_ref: Option<Column<'a>>,
    pub(crate) task_ref: Option<Column<'a>>,
    pub(crate) trace_ref: Option<Column<'a>>,
    pub(crate) trace_ids: Option<Column<'a>>,
    pub(crate) span_ref: Option<Column<'a>>,
    pub(crate) span_ids: Option<Column<'a>>,
    pub(crate) payload_len: Option<Column<'a>>,
    pub(crate) payloads: Option<Column<'a>>,
}

/// A body that has passed every check of a frame.
#[derive(Clone, Debug)]
pub(crate) struct Body<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) table: Table<'a>,
    pub(crate) columns: Columns<'a>,
}

impl<'a> Body<'a> {
    /// Checks a body. `starts` is room for the index of a large string table, and a table of `expected` strings is
    /// expected.
    ///
    /// # Errors
    ///
    /// BODY_WIRE to PAYLOAD_LEN.
    pub(crate) fn parse(
        raw: &'a [u8],
        (starts, expected): (&'a mut Vec<u32>, usize),
        prelude: &Prelude,
        metadata: &Metadata<'_>,
    ) -> Result<Self, Error> {
        let scanned =
            scan::scan(raw, expected).map_err(|fault| Code::BodyWire.at(fault.offset as u64, fault.requirement))?;
        scanned.strings.check()?;
        let body = Self { raw, table: scanned.strings.table(raw, starts), columns: scanned.columns };
        check::check(&body, prelude, metadata)?;
        Ok(body)
    }
}

impl<'a> Columns<'a> {
    fn place(&mut self, number: u32) -> Option<&mut Option<Column<'a>>> {
        Some(match number {
            number::KIND => &mut self.kind,
            number::TIME_DELTA_US => &mut self.time_delta_us,
            number::SEQUENCE_DELTA => &mut self.sequence_delta,
            number::THREAD_REF => &mut self.thread_ref,
            number::NODE_REF => &mut self.node_ref,
            number::PARENT_DELTA => &mut self.parent_delta,
            number::RUN_REF => &mut self.run_ref,
            number::TASK_REF => &mut self.task_ref,
            number::TRACE_REF => &mut self.trace_ref,
            number::TRACE_IDS => &mut self.trace_ids,
            number::SPAN_REF => &mut self.span_ref,
            number::SPAN_IDS => &mut self.span_ids,
            number::PAYLOAD_LEN => &mut self.payload_len,
            number::PAYLOADS => &mut self.payloads,
            _ => return None,
        })
    }

    /// The columns, by field number: what has to hold record_count values.
    pub(crate) const fn in_order(&self) -> [Option<Column<'a>>; 11] {
        [
            self.kind,
            self.time_delta_us,
            self.sequence_delta,
            self.thread_ref,
            self.node_ref,
            self.parent_delta,
            self.run_ref,
            self.task_ref,
            self.trace_ref,
            self.span_ref,
            self.payload_len,
        ]
    }
}

/// The bytes of a field; none where it is absent.
pub(crate) fn bytes<'a>(field: Option<Column<'a>>) -> &'a [u8] {
    field.map_or(&[], |field| field.bytes())
}

/// The values of a column; none where it is absent.
pub(crate) fn values<'a>(field: Option<Column<'a>>) -> Varints<'a> {
    Varints::new(bytes(field))
}
