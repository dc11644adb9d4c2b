//! What a vector file says, typed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::HexBytes;
use crate::pipeline::{ConsumerCase, ProducerCase};
use crate::states::DiffCase;
use crate::stores::StoreCase;

/// One scenario: one file.
#[derive(Debug, Clone)]
pub struct Vector {
    /// Name of the file without its ending; never changes and is never used again.
    pub id: String,
    /// Folder of the file below `data/`.
    pub area: String,
    /// The file.
    pub path: PathBuf,
    /// What it is about, in one line.
    pub title: String,
    /// Requirements of the specification that it tests.
    pub requirements: Vec<String>,
    /// What the implementation is asked to do.
    pub operation: Operation,
    /// What kind of verdict is expected.
    pub class: Class,
    /// Capabilities that an implementation needs apart from the operation.
    pub needs: Vec<Capability>,
    /// Input and expectation.
    pub case: Case,
    /// The accepted vector that differs from this one in one place.
    pub twin: Option<Twin>,
}

/// What an implementation is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Decode one frame.
    Decode,
    /// Make a frame from its JSON form.
    Encode,
    /// Read a file of frames.
    File,
    /// Keep the account of lanes over several frames.
    Ledger,
    /// Follow a script as a producer.
    Producer,
    /// Follow a script as a consumer.
    Consumer,
    /// Keep the state of a thread from its records.
    Diff,
    /// Find the checkpoints in a store.
    Store,
}

impl Operation {
    /// Its name in the files and in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Encode => "encode",
            Self::File => "file",
            Self::Ledger => "ledger",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
            Self::Diff => "diff",
            Self::Store => "store",
        }
    }
}

/// What kind of verdict a vector expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Accepted, and tidy. Single records may be rejected.
    Valid,
    /// Accepted, with deviations from the tidy form that are listed.
    Lint,
    /// Rejected as a whole.
    Invalid,
}

impl Class {
    /// Its name in the files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Lint => "lint",
            Self::Invalid => "invalid",
        }
    }
}

/// What an implementation may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// Codec 1.
    Zstd,
    /// Codec 2.
    Lz4,
    /// A bounded queue, with policies for records for which it has no room.
    Policies,
}

impl Capability {
    /// Its name in the files and in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Policies => "policies",
        }
    }
}

/// Input and expectation, by operation.
#[derive(Debug, Clone)]
pub enum Case {
    /// One frame to decode.
    Decode(DecodeCase),
    /// Content to encode.
    Encode(EncodeCase),
    /// A file of frames.
    File(FileCase),
    /// Frames for a ledger.
    Ledger(LedgerCase),
    /// A script for a producer.
    Producer(ProducerCase),
    /// A script for a consumer.
    Consumer(ConsumerCase),
    /// Records for a follower.
    Diff(DiffCase),
    /// A store to look at.
    Store(StoreCase),
}

/// One frame to decode.
#[derive(Debug, Clone)]
pub struct DecodeCase {
    /// The frame; `None` is a null value.
    pub bytes: Option<HexBytes>,
    /// Limits that the caller of the reader gives.
    pub limits: Limits,
    /// Tenant that the caller of the reader expects.
    pub tenant: Option<String>,
    /// What has to come out.
    pub expect: DecodeExpect,
}

/// Limits of a reader, inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a frame.
    pub max_frame_len: Option<u64>,
    /// Bytes of a body after decompression.
    pub max_raw_len: Option<u64>,
    /// Records of a frame.
    pub max_records: Option<u64>,
}

impl Limits {
    /// Whether no limit is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.max_frame_len.is_none() && self.max_raw_len.is_none() && self.max_records.is_none()
    }
}

/// Verdict on one frame.
#[derive(Debug, Clone)]
pub enum DecodeExpect {
    /// The frame is accepted.
    Accepted {
        /// What it holds.
        content: Content,
        /// How it deviates from the tidy form; empty in a valid vector.
        lints: Vec<String>,
    },
    /// The frame is rejected.
    Rejected {
        /// Code and place.
        error: Rejection,
        /// Records that are released before the error: always 0.
        released: u64,
    },
}

/// Content of a frame in the JSON form of the specification.
#[derive(Debug, Clone)]
pub enum Content {
    /// All of it: `header`, `metadata`, `records`.
    Frame(Value),
    /// The ends of it, where it has very many records.
    Summary(Box<Summary>),
}

/// The JSON form of a frame, but only its first and last record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// As in the JSON form.
    pub header: Value,
    /// As in the JSON form.
    pub metadata: Value,
    /// Number of records.
    pub records: u64,
    /// The first record.
    pub first: Value,
    /// The last record.
    pub last: Value,
}

/// Code and place of an error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Name in the registry of errors.
    pub code: String,
    /// Bytes before the place, counted as the registry says for the code.
    pub offset: u64,
}

/// Content to encode.
#[derive(Debug, Clone)]
pub struct EncodeCase {
    /// JSON form of the input.
    pub content: Value,
    /// How to store the body.
    pub options: WriteOptions,
    /// The list of records is to be taken so many times.
    pub repeat_records: Option<u64>,
    /// What has to come out.
    pub expect: EncodeExpect,
}

/// What the caller of a writer says about compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOptions {
    /// Codec to use where it pays.
    pub codec: u32,
    /// Its level; absent: the writer's choice.
    pub level: Option<i64>,
    /// Bodies of fewer bytes are stored with codec 0.
    pub threshold: Option<u64>,
}

/// What a writer has to make of its input.
#[derive(Debug, Clone)]
pub enum EncodeExpect {
    /// A frame.
    Accepted {
        /// What it decodes to. The header lacks `body_len`, `raw_len`, `metadata_len`, `codec` and
        /// `ancillary_flags`.
        content: Content,
        /// Codec with which the body is stored.
        codec: u32,
    },
    /// A refusal with one of these codes.
    Refused {
        /// Names in the registry of errors; at least one.
        codes: Vec<String>,
    },
}

/// A file of frames.
#[derive(Debug, Clone)]
pub struct FileCase {
    /// The file.
    pub bytes: HexBytes,
    /// What has to come out.
    pub expect: FileExpect,
}

/// Report on a file of frames.
#[derive(Debug, Clone)]
pub enum FileExpect {
    /// The file can be read.
    Read {
        /// Entries that were accepted, in order.
        accepted: Vec<AcceptedEntry>,
        /// Ranges that were skipped, in order.
        skipped: Vec<SkippedRange>,
        /// Frames that were rejected, in order.
        rejected: Vec<RejectedFrame>,
        /// Where the tail is torn.
        tail: Option<u64>,
    },
    /// The file is refused.
    Refused {
        /// Code and place.
        error: Rejection,
    },
}

/// An accepted entry of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedEntry {
    /// First byte of its marker, or of the frame where the marker was damaged.
    pub start: u64,
    /// First byte after its frame.
    pub end: u64,
    /// Which frame it is.
    #[serde(deserialize_with = "digits")]
    pub base_sequence: u64,
}

/// A skipped range of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkippedRange {
    /// Its first byte.
    pub start: u64,
    /// First byte after it.
    pub end: u64,
    /// Why.
    pub code: String,
}

/// A rejected frame of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedFrame {
    /// Place of its prelude in the file.
    pub start: u64,
    /// Why.
    pub code: String,
    /// Where, as reported for a frame alone.
    pub offset: u64,
}

/// Frames for a ledger.
#[derive(Debug, Clone)]
pub struct LedgerCase {
    /// The frames in the order of their arrival.
    pub frames: Vec<LedgerFrame>,
    /// What has to come out.
    pub expect: LedgerExpect,
}

/// One arrival.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerFrame {
    /// The frame, possibly a damaged one.
    pub bytes: HexBytes,
    /// Partition that it came from.
    pub partition: Option<u32>,
}

/// What a ledger has to say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerExpect {
    /// One list for each frame.
    pub verdicts: Vec<Vec<Verdict>>,
    /// Verdicts at the end of the input, by producer and lane.
    pub end: Vec<EndVerdict>,
    /// The accounts, by producer, lane and epoch.
    pub accounts: Vec<Account>,
}

/// One verdict on a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Name in the registry of verdicts.
    pub verdict: String,
    /// Its argument, where it has one.
    #[serde(
        default,
        deserialize_with = "optional_digits",
        serialize_with = "as_digits",
        skip_serializing_if = "Option::is_none"
    )]
    pub arg: Option<u64>,
}

/// One verdict at the end of the input.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndVerdict {
    /// 32 hexadecimal digits.
    pub producer_id: String,
    /// Lane of the producer.
    pub lane: u32,
    /// Name in the registry of verdicts.
    pub verdict: String,
    /// Its argument.
    #[serde(deserialize_with = "digits")]
    pub arg: u64,
}

/// Account of one epoch of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// 32 hexadecimal digits.
    pub producer_id: String,
    /// Lane of the producer.
    pub lane: u32,
    /// Epoch of the lane.
    pub epoch: u32,
    /// First number.
    #[serde(deserialize_with = "digits")]
    pub first: u64,
    /// Last number; `first - 1` where there is none yet.
    #[serde(deserialize_with = "digits")]
    pub last: u64,
    /// Records of accepted frames.
    #[serde(deserialize_with = "digits")]
    pub seen: u64,
    /// Declared drops.
    #[serde(deserialize_with = "digits")]
    pub declared: u64,
    /// Records of rejected frames.
    #[serde(deserialize_with = "digits")]
    pub unreadable: u64,
    /// What is missing.
    #[serde(deserialize_with = "digits")]
    pub lost: u64,
    /// How it ended.
    pub tail: Tail,
}

/// How an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tail {
    /// Nothing tells.
    Open,
    /// EPOCH_END or LANE_END was seen.
    Ended,
    /// A later EPOCH_START told the last number.
    Closed,
}

impl Tail {
    /// Its name in the files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Closed => "closed",
        }
    }
}

/// The accepted vector next to a rejected one. Replacing `remove` bytes of it at `at` by the `insert`
/// bytes that stand there in the rejected vector gives the rejected vector, but for the checksums and
/// lengths in bytes [4, 26), which follow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// The accepted vector.
    pub id: String,
    /// Place of the difference, in both.
    pub at: u64,
    /// Its bytes in the twin.
    pub remove: u64,
    /// Its bytes in this vector.
    pub insert: u64,
}

fn digits<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a string of digits")))
}

fn optional_digits<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    digits(from).map(Some)
}

fn as_digits<S: serde::Serializer>(number: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => to.collect_str(number),
        None => to.serialize_none(),
    }
}
