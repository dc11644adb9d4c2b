//! The text of a vector.

use dashstream_conformance::fuzz::{named_file, named_frame};
use dashstream_conformance::protocol::{Answer, Decoded, FileReport, Question};
use dashstream_vectors::{Case, Class, Content, DecodeCase, DecodeExpect, HexBytes, Tree, Vector, splice_between};
use serde_json::Value;

use super::Trouble;

/// Records above which a vector has the first and the last one.
const MOST_RECORDS: usize = 64;

/// What a vector says apart from input and expectation.
pub(super) struct Head<'h> {
    pub(super) id: &'h str,
    pub(super) title: &'h str,
    pub(super) requirements: &'h [String],
}

/// The vector that asks this and expects that.
///
/// # Errors
/// The answer is none that a vector can expect, or there is no twin where one is needed.
pub(super) fn vector(
    head: &Head<'_>,
    question: &Question,
    right: &Answer,
    vectors: &[Vector],
) -> Result<Tree, Trouble> {
    let (bytes, named) = match question {
        Question::Decode(question) => {
            let frame = question.frame.as_deref().unwrap_or_default();
            (frame, named_frame(frame))
        }
        Question::File { file, .. } => (file.as_slice(), named_file(file)),
        _ => return Err(Trouble::NoVector),
    };
    let is_frame = matches!(question, Question::Decode(_));
    let (class, expect, has_twin) = expectation(right, is_frame).ok_or(Trouble::NoVector)?;
    let mut entries = vec![
        ("id", Tree::text(head.id)),
        ("title", Tree::text(head.title)),
        ("requirements", Tree::texts(head.requirements)),
        ("operation", Tree::text(question.op())),
        ("class", Tree::text(class.name())),
    ];
    let needs = needs(bytes, is_frame);
    if !needs.is_empty() {
        entries.push(("needs", Tree::texts(needs)));
    }
    entries.push(("input", Tree::map([("bytes", Tree::Bytes(named))])));
    entries.push(("expect", expect));
    if has_twin {
        entries.push(("twin", twin(bytes, vectors).ok_or(Trouble::NoVector)?));
    }
    Ok(Tree::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}

/// The class, what is expected, and whether the vector has a twin.
fn expectation(right: &Answer, is_frame: bool) -> Option<(Class, Tree, bool)> {
    match right {
        Answer::Decoded(decoded) => {
            let (class, expect) = accepted(decoded);
            Some((class, expect, has_rejected(&decoded.frame)))
        }
        Answer::Refused(refusal) => {
            let offset = Tree::Int(refusal.offset?.into());
            let mut expect =
                vec![("error".to_owned(), Tree::map([("code", Tree::text(&refusal.code)), ("offset", offset)]))];
            if is_frame {
                expect.push(("released".to_owned(), Tree::Int(0)));
            }
            Some((Class::Invalid, Tree::Map(expect), is_frame))
        }
        Answer::File(report) => Some((Class::Valid, of_report(report), false)),
        _ => None,
    }
}

fn accepted(decoded: &Decoded) -> (Class, Tree) {
    let part = |name: &str| decoded.frame.get(name).map_or(Tree::Null, Tree::from);
    let records = decoded.frame.get("records").and_then(Value::as_array);
    let mut expect = match records {
        Some(records) if records.len() > MOST_RECORDS => {
            let record = |record: Option<&Value>| record.map_or(Tree::Null, Tree::from);
            let summary = Tree::map([
                ("header", part("header")),
                ("metadata", part("metadata")),
                ("records", number(records.len())),
                ("first", record(records.first())),
                ("last", record(records.last())),
            ]);
            vec![("summary".to_owned(), summary)]
        }
        _ => vec![("frame".to_owned(), Tree::from(&decoded.frame))],
    };
    let lints = decoded.lints.as_deref().unwrap_or_default();
    if lints.is_empty() {
        return (Class::Valid, Tree::Map(expect));
    }
    expect.push(("lints".to_owned(), Tree::texts(lints)));
    (Class::Lint, Tree::Map(expect))
}

fn has_rejected(frame: &Value) -> bool {
    let records = frame.get("records").and_then(Value::as_array);
    records.is_some_and(|records| records.iter().any(|record| record.get("error").is_some()))
}

fn of_report(report: &FileReport) -> Tree {
    let place = |value: u64| Tree::Int(value.into());
    let accepted = report.accepted.iter().map(|entry| {
        let base = entry.frame.pointer("/header/base_sequence").map_or(Tree::Null, Tree::from);
        Tree::map([("start", place(entry.start)), ("end", place(entry.end)), ("base_sequence", base)])
    });
    let skipped = report.skipped.iter().map(|range| {
        Tree::map([("start", place(range.start)), ("end", place(range.end)), ("code", Tree::text(&range.code))])
    });
    let rejected = report.rejected.iter().map(|frame| {
        Tree::map([("start", place(frame.start)), ("code", Tree::text(&frame.code)), ("offset", place(frame.offset))])
    });
    Tree::map([
        ("accepted", Tree::List(accepted.collect())),
        ("skipped", Tree::List(skipped.collect())),
        ("rejected", Tree::List(rejected.collect())),
        ("tail", report.tail.map_or(Tree::Null, place)),
    ])
}

/// What a reader needs to see what is to be seen. In a file a frame may begin anywhere.
fn needs(bytes: &[u8], is_frame: bool) -> Vec<&'static str> {
    let last = if is_frame { 1 } else { bytes.len() };
    let codecs = |codec: u8| {
        (0..last).any(|at| {
            let frame = bytes.get(at..).unwrap_or_default();
            frame.first() == Some(&0xbe) && frame.get(26) == Some(&codec)
        })
    };
    [(1, "zstd"), (2, "lz4")].into_iter().filter(|(codec, _)| codecs(*codec)).map(|(_, name)| name).collect()
}

/// The accepted vector from which these bytes differ least.
fn twin(bytes: &[u8], vectors: &[Vector]) -> Option<Tree> {
    let splices = vectors.iter().filter_map(|vector| {
        let Case::Decode(case) = &vector.case else { return None };
        let splice = splice_between(&accepted_bytes(case)?, bytes);
        let size = splice.remove + splice.insert;
        (size > 0).then_some((size, &vector.id, splice))
    });
    let (_, id, splice) = splices.min_by_key(|(size, id, _)| (*size, *id))?;
    Some(Tree::map([
        ("id", Tree::text(id)),
        ("at", number(splice.at)),
        ("remove", number(splice.remove)),
        ("insert", number(splice.insert)),
    ]))
}

/// The bytes of a vector that any reader accepts with all of its records.
fn accepted_bytes(case: &DecodeCase) -> Option<Vec<u8>> {
    let DecodeExpect::Accepted { content, .. } = &case.expect else { return None };
    let is_whole = !matches!(content, Content::Frame(frame) if has_rejected(frame));
    let is_free = case.limits.is_empty() && case.tenant.is_none();
    case.bytes.as_ref().filter(|_| is_whole && is_free).map(HexBytes::to_vec)
}

fn number(value: usize) -> Tree {
    Tree::Int(i128::from(value as u64))
}
