//! The metadata of a frame: `spec/metadata.md`.

mod check;

use dashstream_proto::schema;

use crate::constants::{MAX_CONTEXT_LEN, MAX_CONTEXTS, PRELUDE_LEN, VERSION};
use crate::crc::crc32c;
use crate::error::{Code, Error};
use crate::prelude::Prelude;
use crate::reader::{Reader, Varints};
use crate::wire::{self, Field, Fields};

/// Numbers of the fields of `Metadata`.
pub(crate) mod number {
    pub(super) const TENANT: u32 = 1;
    pub(super) const BOOT_NONCE: u32 = 2;
    pub(super) const BASE_TIME_US: u32 = 3;
    pub(super) const TRACE_ID: u32 = 4;
    pub(super) const DROP_REASON: u32 = 5;
    pub(super) const DROP_REASON_COUNT: u32 = 6;
    pub(super) const DROPPED_TOTAL: u32 = 7;
    pub(crate) const CONTEXTS: u32 = 8;
    pub(super) const REDACTION: u32 = 9;
}

/// The metadata of a frame that has passed its checks, borrowed from the frame.
#[derive(Clone, Copy, Debug)]
pub struct Metadata<'a> {
    bytes: &'a [u8],
    tenant: &'a str,
    boot_nonce: [u8; 8],
    base_time_us: u64,
    trace_id: Option<[u8; 16]>,
    drop_reasons: &'a [u8],
    drop_reason_counts: &'a [u8],
    dropped_total: u64,
    redaction: Option<Redaction<'a>>,
}

/// One place in an agent graph; absent texts are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// Run.
    pub run: &'a str,
    /// Thread.
    pub thread: &'a str,
    /// Graph node.
    pub node: &'a str,
    /// Task.
    pub task: &'a str,
}

/// Why a frame takes the place of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redaction<'a> {
    /// `body_crc` of the frame that was erased.
    pub original_body_crc: u32,
    /// Why, for an auditor. 1..256 bytes.
    pub reason: &'a str,
}

impl<'a> Metadata<'a> {
    /// Checks the metadata of a frame whose prelude and metadata_crc have been checked.
    ///
    /// # Errors
    ///
    /// METADATA_WIRE, METADATA_FIELD, TENANT_MISMATCH.
    pub(crate) fn parse(bytes: &'a [u8], prelude: &Prelude, tenant: Option<&str>) -> Result<Self, Error> {
        let mut fields = Found { bytes, ..Found::default() };
        wire::scan_with(&schema::METADATA, bytes, |field| fields.note(field))
            .map_err(|fault| Code::MetadataWire.at((PRELUDE_LEN + fault.offset) as u64, fault.requirement))?;
        check::check(&fields, prelude)?;
        let metadata = Self::from_fields(&fields);
        // META-014
        if tenant.is_some_and(|expected| expected != metadata.tenant) {
            return Err(Code::TenantMismatch.at(fields.place(fields.tenant), "META-014"));
        }
        Ok(metadata)
    }

    /// The metadata of a frame that was rejected, where it can be believed: the prelude is whole and of this version, without
    /// critical flags, and the metadata is whole and passes its checks. The body, and how much of it is there, does not matter;
    /// nor do codec and schema, which say how to read it.
    ///
    /// It is for those who set the frame aside, and have to say whose it is (DLQ-002).
    #[must_use]
    pub fn of_rejected(frame: &'a [u8]) -> Option<Self> {
        let prelude = Prelude::read(frame).ok()?;
        let known = prelude.version == VERSION && prelude.critical_flags == 0;
        if !known || prelude.check_lengths().is_err() {
            return None;
        }
        let mut reader = Reader::new(frame);
        reader.take(PRELUDE_LEN)?;
        let bytes = reader.take(usize::from(prelude.metadata_len))?;
        if crc32c(bytes) != prelude.metadata_crc {
            return None;
        }
        Self::parse(bytes, &prelude, None).ok()
    }

    fn from_fields(fields: &Found<'a>) -> Self {
        let bytes = |field: Option<Field<'a>>| field.map_or(&[][..], |field| field.bytes());
        let number = |field: Option<Field<'a>>| field.map_or(0, |field| field.number());
        Self {
            bytes: fields.bytes,
            tenant: fields.tenant.map_or("", |field| field.text()),
            boot_nonce: bytes(fields.boot_nonce).try_into().unwrap_or_default(),
            base_time_us: number(fields.base_time_us),
            trace_id: bytes(fields.trace_id).try_into().ok(),
            drop_reasons: bytes(fields.drop_reason),
            drop_reason_counts: bytes(fields.drop_reason_count),
            dropped_total: number(fields.dropped_total),
            redaction: fields.redaction.map(|field| Redaction::read(field.bytes())),
        }
    }

    /// The metadata as stored, with the fields that this codec does not know.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Owner of every record in the frame, 1..255 bytes.
    #[must_use]
    pub const fn tenant(&self) -> &'a str {
        self.tenant
    }

    /// Drawn each time the producer opens its state.
    #[must_use]
    pub const fn boot_nonce(&self) -> [u8; 8] {
        self.boot_nonce
    }

    /// Microseconds since 1970-01-01T00:00:00Z from which the first record's time counts.
    #[must_use]
    pub const fn base_time_us(&self) -> u64 {
        self.base_time_us
    }

    /// Trace of every record that names none of its own.
    #[must_use]
    pub const fn trace_id(&self) -> Option<[u8; 16]> {
        self.trace_id
    }

    /// Why records of the frame's range were dropped: pairs of reason and count. A reason need not
    /// be in the registry (META-015).
    pub fn drop_reasons(&self) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let u32_or_max = |value| u32::try_from(value).unwrap_or(u32::MAX);
        let reasons = Varints::new(self.drop_reasons).map(u32_or_max);
        reasons.zip(Varints::new(self.drop_reason_counts).map(u32_or_max))
    }

    /// Records dropped in this epoch and lane since sequence number 1. A diagnostic.
    #[must_use]
    pub const fn dropped_total(&self) -> u64 {
        self.dropped_total
    }

    /// Runs, threads, nodes and tasks that have records in the frame. At most 16.
    pub fn contexts(&self) -> impl Iterator<Item = Context<'a>> + use<'a> {
        Fields::new(self.bytes)
            .filter(|field| field.number == number::CONTEXTS)
            .map(|field| Context::read(field.bytes()))
    }

    /// Present in a frame that takes the place of one that had to be erased.
    #[must_use]
    pub const fn redaction(&self) -> Option<Redaction<'a>> {
        self.redaction
    }
}

impl<'a> Context<'a> {
    fn read(message: &'a [u8]) -> Self {
        let mut context = Self::default();
        for field in Fields::new(message) {
            match field.number {
                1 => context.run = field.text(),
                2 => context.thread = field.text(),
                3 => context.node = field.text(),
                4 => context.task = field.text(),
                _ => {}
            }
        }
        context
    }
}

impl<'a> Redaction<'a> {
    fn read(message: &'a [u8]) -> Self {
        let mut redaction = Self::default();
        for field in Fields::new(message) {
            match field.value {
                wire::Value::Fixed32(crc) if field.number == 1 => redaction.original_body_crc = crc,
                wire::Value::Bytes(_) if field.number == 2 => redaction.reason = field.text(),
                _ => {}
            }
        }
        redaction
    }
}

/// The fields of a metadata message, where they are present.
#[derive(Clone, Copy, Debug, Default)]
struct Found<'a> {
    bytes: &'a [u8],
    tenant: Option<Field<'a>>,
    boot_nonce: Option<Field<'a>>,
    base_time_us: Option<Field<'a>>,
    trace_id: Option<Field<'a>>,
    drop_reason: Option<Field<'a>>,
    drop_reason_count: Option<Field<'a>>,
    dropped_total: Option<Field<'a>>,
    contexts: usize,
    /// The first context that is one too many.
    extra_context: Option<Field<'a>>,
    /// The first that says nothing, or has a text that is too long.
    bad_context: Option<Field<'a>>,
    redaction: Option<Field<'a>>,
}

impl<'a> Found<'a> {
    fn note(&mut self, field: Field<'a>) {
        let place = match field.number {
            number::TENANT => &mut self.tenant,
            number::BOOT_NONCE => &mut self.boot_nonce,
            number::BASE_TIME_US => &mut self.base_time_us,
            number::TRACE_ID => &mut self.trace_id,
            number::DROP_REASON => &mut self.drop_reason,
            number::DROP_REASON_COUNT => &mut self.drop_reason_count,
            number::DROPPED_TOTAL => &mut self.dropped_total,
            number::CONTEXTS => return self.note_context(field),
            number::REDACTION => &mut self.redaction,
            _ => return,
        };
        *place = Some(field);
    }

    fn note_context(&mut self, field: Field<'a>) {
        self.contexts += 1;
        if self.contexts > MAX_CONTEXTS {
            self.extra_context.get_or_insert(field);
        }
        let texts = Fields::new(field.bytes()).filter(|text| (1..=4).contains(&text.number));
        let longest = texts.map(|text| text.bytes().len()).max().unwrap_or(0);
        if longest == 0 || longest > MAX_CONTEXT_LEN {
            self.bad_context.get_or_insert(field);
        }
    }

    /// Offset in the frame of a field's tag, or of the end of the metadata where it is absent.
    fn place(&self, field: Option<Field<'_>>) -> u64 {
        (PRELUDE_LEN + field.map_or(self.bytes.len(), |field| field.tag)) as u64
    }
}
