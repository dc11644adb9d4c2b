//! The plan: in which ways a vector's input is delivered, and what is expected of each.

use std::fmt;

use dashstream_vectors::{
    Capability, Case, DecodeCase, DecodeExpect, EncodeCase, EncodeExpect, FileCase, FileExpect, LedgerCase, Vector,
};
use serde_json::Value;

use super::cuts;
use super::expect::{Expectation, FileExpectation};
use crate::protocol::{
    Arrival, ConsumerQuestion, DecodeQuestion, Hello, Limits, ProducerQuestion, Question, StateQuestion, StoreQuestion,
    WriteOptions,
};

/// One way of delivering a vector's input. Its name is what `--delivery` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Whole,
    /// Byte by byte.
    Bytes,
    /// In two pieces, cut here.
    Split(usize),
    /// In pieces of random lengths, from this seed.
    Random(u64),
    /// Followed by another frame, or in a file by another entry.
    Followed,
    /// Only so many bytes of it.
    Cut(usize),
}

impl fmt::Display for Shape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => out.write_str("whole"),
            Self::Bytes => out.write_str("bytes"),
            Self::Split(at) => write!(out, "split@{at}"),
            Self::Random(seed) => write!(out, "random-{seed}"),
            Self::Followed => out.write_str("followed"),
            Self::Cut(at) => write!(out, "cut@{at}"),
        }
    }
}

/// The deliveries of one vector.
#[derive(Debug)]
pub struct Plan<'v> {
    vector: &'v Vector,
    bytes: Vec<u8>,
    shapes: Vec<Shape>,
}

/// The capabilities that a vector needs and the testee did not declare. Where there are any, it is skipped.
#[must_use]
pub fn missing(vector: &Vector, hello: &Hello) -> Vec<&'static str> {
    let mut needs = vec![vector.operation.name()];
    needs.extend(vector.needs.iter().copied().map(Capability::name));
    // Without `payloads` a testee hands payloads out unread, so the rules about them say nothing of it.
    let reads = matches!(vector.case, Case::Decode(_) | Case::File(_));
    if reads && vector.requirements.iter().any(|id| id.starts_with("REC-")) {
        needs.push("payloads");
    }
    needs.retain(|capability| !hello.can(capability));
    needs
}

impl<'v> Plan<'v> {
    /// Plans a vector for a testee with (or without) the capability `incremental`.
    #[must_use]
    pub fn new(vector: &'v Vector, incremental: bool) -> Self {
        let (bytes, shapes) = match &vector.case {
            Case::Decode(case) => {
                let bytes = case.bytes.as_ref().map(|bytes| bytes.to_vec());
                let accepted = matches!(case.expect, DecodeExpect::Accepted { .. });
                let shapes = bytes.as_deref().map(|bytes| cuts::frame(bytes, accepted, incremental));
                (bytes.unwrap_or_default(), shapes.unwrap_or_else(|| vec![Shape::Whole]))
            }
            Case::File(case) => {
                let bytes = case.bytes.to_vec();
                let shapes = cuts::file(&bytes, case, incremental);
                (bytes, shapes)
            }
            Case::Encode(_)
            | Case::Ledger(_)
            | Case::Producer(_)
            | Case::Consumer(_)
            | Case::Diff(_)
            | Case::Store(_) => (Vec::new(), vec![Shape::Whole]),
        };
        Self { vector, bytes, shapes }
    }

    /// The ways of delivery, `whole` first.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The question and what is expected of the answer.
    #[must_use]
    pub fn delivery(&self, shape: Shape) -> (Question, Expectation<'v>) {
        match &self.vector.case {
            Case::Decode(case) => self.decode(case, shape),
            Case::Encode(case) => encode(case),
            Case::File(case) => self.file(case, shape),
            Case::Ledger(case) => ledger(case),
            Case::Producer(case) => {
                let question = ProducerQuestion { settings: case.settings.clone(), steps: case.steps.clone() };
                (Question::Producer(question), Expectation::Producer(&case.expect))
            }
            Case::Consumer(case) => {
                let question = ConsumerQuestion::new(&case.settings, &case.steps);
                (Question::Consumer(question), Expectation::Consumer(&case.expect))
            }
            Case::Diff(case) => {
                let question = StateQuestion { steps: case.steps.clone() };
                (Question::Diff(question), Expectation::States(&case.expect))
            }
            Case::Store(case) => (Question::Store(StoreQuestion::new(&case.files)), Expectation::Store(&case.expect)),
        }
    }

    fn decode(&self, case: &'v DecodeCase, shape: Shape) -> (Question, Expectation<'v>) {
        let len = self.bytes.len();
        let mut frame = self.bytes.clone();
        let mut expectation = match &case.expect {
            DecodeExpect::Accepted { content, lints } => Expectation::Accepted { content, lints },
            DecodeExpect::Rejected { error, released } => {
                Expectation::Rejected { code: &error.code, offset: error.offset, released: *released }
            }
        };
        match shape {
            Shape::Followed => {
                // FRM-005: a value holds one frame. What follows a large one is one byte, to save time.
                let more = if len > cuts::LARGE { 1 } else { len };
                frame.extend_from_within(..more);
                expectation = Expectation::Rejected { code: "TRAILING", offset: len as u64, released: 0 };
            }
            Shape::Cut(at) => {
                frame.truncate(at);
                expectation = Expectation::Rejected { code: code_of_cut(at), offset: at as u64, released: 0 };
            }
            _ => {}
        }
        let question = Question::Decode(DecodeQuestion {
            frame: case.bytes.is_some().then_some(frame),
            limits: Limits {
                max_frame_len: case.limits.max_frame_len,
                max_raw_len: case.limits.max_raw_len,
                max_records: case.limits.max_records,
            },
            tenant: case.tenant.clone(),
            pieces: cuts::pieces(shape, len),
        });
        (question, expectation)
    }

    fn file(&self, case: &'v FileCase, shape: Shape) -> (Question, Expectation<'v>) {
        let mut file = self.bytes.clone();
        let mut expectation = match &case.expect {
            FileExpect::Refused { error } => Expectation::FileRefused { code: &error.code, offset: error.offset },
            FileExpect::Read { accepted, skipped, rejected, tail } => {
                Expectation::File(FileExpectation::new(accepted, skipped, rejected, *tail))
            }
        };
        if shape == Shape::Followed
            && let (Expectation::File(expected), Some(entry)) = (&mut expectation, cuts::last_entry(&self.bytes, case))
        {
            file.extend_from_slice(entry);
            expected.follow(file.len() as u64);
        }
        let question = Question::File { pieces: cuts::pieces(shape, file.len()), file };
        (question, expectation)
    }
}

/// What a part of an accepted frame is rejected with.
fn code_of_cut(at: usize) -> &'static str {
    match at {
        // PRE-001
        0 => "EMPTY",
        // PRE-003
        1..64 => "SHORT_PRELUDE",
        // FRM-004
        _ => "TRUNCATED",
    }
}

fn encode(case: &EncodeCase) -> (Question, Expectation<'_>) {
    let mut content = case.content.clone();
    if let (Some(times), Some(Value::Array(records))) = (case.repeat_records, content.get_mut("records")) {
        let once = records.clone();
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        *records = once.iter().cycle().take(once.len().saturating_mul(times)).cloned().collect();
    }
    let options =
        WriteOptions { codec: case.options.codec, level: case.options.level, threshold: case.options.threshold };
    let expectation = match &case.expect {
        EncodeExpect::Accepted { content, codec } => Expectation::Written { content, codec: *codec },
        EncodeExpect::Refused { codes } => Expectation::Refused { codes },
    };
    (Question::Encode { content, options }, expectation)
}

fn ledger(case: &LedgerCase) -> (Question, Expectation<'_>) {
    let arrival =
        |frame: &dashstream_vectors::LedgerFrame| Arrival { frame: frame.bytes.to_vec(), partition: frame.partition };
    (Question::Ledger { input: case.frames.iter().map(arrival).collect() }, Expectation::Ledger(&case.expect))
}
