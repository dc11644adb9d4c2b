//! The error registry: one [`Code`] for each entry, and the [`Error`] that a reader reports.

use core::fmt;

/// What to do with the input that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Bytes were changed or cut on the way.
    Corrupt,
    /// A newer reader may manage: a consumer does not move past it by itself.
    Unsupported,
    /// This reader was told to refuse it.
    Limit,
    /// The bytes are as the writer made them, and wrong.
    ProducerBug,
    /// The caller of a writer made a mistake.
    Usage,
}

impl Class {
    /// The name in `spec/registry/errors.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
            Self::Limit => "limit",
            Self::ProducerBug => "producer-bug",
            Self::Usage => "usage",
        }
    }
}

/// What a code is a verdict on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A whole frame.
    Frame,
    /// One record: its siblings are delivered.
    Record,
    /// The input of a writer.
    Writer,
    /// A file of frames.
    File,
}

impl Scope {
    /// The name in `spec/registry/errors.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Record => "record",
            Self::Writer => "writer",
            Self::File => "file",
        }
    }
}

/// What a byte offset counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OffsetBase {
    /// The first byte of the frame.
    Frame,
    /// The first byte of the decompressed body.
    Raw,
    /// The first byte of the file.
    File,
    /// There is no offset.
    None,
}

impl OffsetBase {
    /// The name in `spec/registry/errors.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Raw => "raw",
            Self::File => "file",
            Self::None => "none",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $scope:ident, $class:ident, $base:ident;)*) => {
        /// A code of `spec/registry/errors.toml`, in the order in which the checks are made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Code {
            /// Every code, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that implementations compare, such as `PRELUDE_CRC`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the code is a verdict on.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope,)* }
            }

            /// What to do with the input.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$variant => Class::$class,)* }
            }

            /// What the offset of an error with this code counts from.
            #[must_use]
            pub const fn offset_base(self) -> OffsetBase {
                match self { $(Self::$variant => OffsetBase::$base,)* }
            }

            /// The code of that name, where there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// There is no value at all (a Kafka tombstone).
    NullValue = 1, "NULL_VALUE", Frame, ProducerBug, Frame;
    /// There is a value and it has no bytes.
    Empty = 2, "EMPTY", Frame, Corrupt, Frame;
    /// The first byte is not BE.
    BadMagic = 3, "BAD_MAGIC", Frame, Corrupt, Frame;
    /// Fewer than 64 bytes.
    ShortPrelude = 4, "SHORT_PRELUDE", Frame, Corrupt, Frame;
    /// prelude_crc does not match the prelude.
    PreludeCrc = 5, "PRELUDE_CRC", Frame, Corrupt, Frame;
    /// A version that the reader does not know.
    Version = 6, "VERSION", Frame, Unsupported, Frame;
    /// A critical flag that the reader does not support.
    CriticalFlag = 7, "CRITICAL_FLAG", Frame, Unsupported, Frame;
    /// A record schema version that the reader does not know.
    Schema = 8, "SCHEMA", Frame, Unsupported, Frame;
    /// A codec that the reader does not know or was built without.
    Codec = 9, "CODEC", Frame, Unsupported, Frame;
    /// metadata_len is out of its range.
    MetadataLen = 10, "METADATA_LEN", Frame, ProducerBug, Frame;
    /// body_len is out of its range.
    BodyLen = 11, "BODY_LEN", Frame, ProducerBug, Frame;
    /// raw_len is out of its range or does not fit body_len and codec.
    RawLen = 12, "RAW_LEN", Frame, ProducerBug, Frame;
    /// record_count is 0 or cannot fit raw_len.
    Count = 13, "COUNT", Frame, ProducerBug, Frame;
    /// base_sequence is 0, or the range passes 2^53 - 1.
    SequenceRange = 14, "SEQUENCE_RANGE", Frame, ProducerBug, Frame;
    /// producer_id is all zero, epoch is out of its range, or lane is.
    Identity = 15, "IDENTITY", Frame, ProducerBug, Frame;
    /// The frame is valid so far and larger than this reader was told to accept.
    LocalLimit = 16, "LOCAL_LIMIT", Frame, Limit, Frame;
    /// Fewer bytes than the prelude announces.
    Truncated = 17, "TRUNCATED", Frame, Corrupt, Frame;
    /// More bytes than the prelude announces.
    Trailing = 18, "TRAILING", Frame, Corrupt, Frame;
    /// metadata_crc does not match the metadata.
    MetadataCrc = 19, "METADATA_CRC", Frame, Corrupt, Frame;
    /// The metadata fails the wire scan.
    MetadataWire = 20, "METADATA_WIRE", Frame, ProducerBug, Frame;
    /// A metadata field is missing or out of its range.
    MetadataField = 21, "METADATA_FIELD", Frame, ProducerBug, Frame;
    /// The frame belongs to another tenant than the reader was told to expect.
    TenantMismatch = 22, "TENANT_MISMATCH", Frame, ProducerBug, Frame;
    /// body_crc does not match the stored body.
    BodyCrc = 23, "BODY_CRC", Frame, Corrupt, Frame;
    /// The stored body breaks the profile of its codec.
    CodecProfile = 24, "CODEC_PROFILE", Frame, ProducerBug, Frame;
    /// The stored body does not decompress to exactly raw_len bytes.
    Decompress = 25, "DECOMPRESS", Frame, ProducerBug, Frame;
    /// The body fails the wire scan.
    BodyWire = 26, "BODY_WIRE", Frame, ProducerBug, Raw;
    /// Too many strings, an empty one, or one that is too long.
    StringTable = 27, "STRING_TABLE", Frame, ProducerBug, Raw;
    /// A column does not hold record_count values, or kind is missing.
    ColumnLen = 28, "COLUMN_LEN", Frame, ProducerBug, Raw;
    /// A record has kind 0.
    KindZero = 29, "KIND_ZERO", Frame, ProducerBug, Raw;
    /// A ref in a column points past the string table.
    StringRef = 30, "STRING_REF", Frame, ProducerBug, Raw;
    /// trace_ids or span_ids has a wrong length, too many ids, or an id that is all zero.
    IdTable = 31, "ID_TABLE", Frame, ProducerBug, Raw;
    /// A trace_ref or span_ref points past its table.
    IdRef = 32, "ID_REF", Frame, ProducerBug, Raw;
    /// A sequence_delta is 0, or the running sum passes the range of the frame.
    SequenceDelta = 33, "SEQUENCE_DELTA", Frame, ProducerBug, Raw;
    /// A running time leaves 0..2^53-1.
    TimeRange = 34, "TIME_RANGE", Frame, ProducerBug, Raw;
    /// A parent_delta reaches before sequence number 1.
    ParentRange = 35, "PARENT_RANGE", Frame, ProducerBug, Raw;
    /// The payload lengths do not sum to the length of payloads.
    PayloadLen = 36, "PAYLOAD_LEN", Frame, ProducerBug, Raw;
    /// A record has an even kind that the reader does not know.
    UnknownCriticalKind = 37, "UNKNOWN_CRITICAL_KIND", Record, Unsupported, Raw;
    /// A payload fails the wire scan, holds a bad ref, or breaks a rule of its message.
    Payload = 38, "PAYLOAD", Record, ProducerBug, Raw;
    /// A compression level outside the range of its codec.
    Level = 39, "LEVEL", Writer, Usage, None;
    /// Input that has no place in a frame: a repeated or descending sequence number, a trace that cannot be left out, a value of the wrong type.
    Input = 40, "INPUT", Writer, Usage, None;
    /// The signature of a file of frames is missing or damaged.
    FileSignature = 41, "FILE_SIGNATURE", File, Corrupt, File;
    /// A sync marker is missing or damaged.
    FileMarker = 42, "FILE_MARKER", File, Corrupt, File;
    /// The file goes on after its last accepted frame, and no accepted frame follows.
    TornTail = 43, "TORN_TAIL", File, Corrupt, File;
}

impl Code {
    /// The number in the registry. It is never reused.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// An error with this code.
    #[must_use]
    pub(crate) const fn at(self, offset: u64, requirement: &'static str) -> Error {
        Error { code: self, offset, requirement }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a reader rejected a frame, a record or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The code of the first check that failed.
    pub code: Code,
    /// Where, in bytes; [`Code::offset_base`] says from where it counts.
    pub offset: u64,
    /// The requirement of `spec/` that was not met, such as `PRE-004`.
    pub requirement: &'static str,
}

// ERR-003
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, offset, requirement } = self;
        match code.offset_base() {
            OffsetBase::None => write!(f, "{code} ({requirement})"),
            OffsetBase::Frame => write!(f, "{code} at byte {offset} of the frame ({requirement})"),
            OffsetBase::Raw => write!(f, "{code} at byte {offset} of the body ({requirement})"),
            OffsetBase::File => write!(f, "{code} at byte {offset} of the file ({requirement})"),
        }
    }
}

impl core::error::Error for Error {}
