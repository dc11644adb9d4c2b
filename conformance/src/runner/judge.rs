//! The judge: compares an answer with what is expected of it. The testee never sees the expectation.

use dashstream_vectors::{Content, StoreThread, Summary};
use serde_json::{Map, Value, json};

use super::compare::{Difference, NOTHING, compare_at, differences};
use super::expect::{Expectation, FileExpectation, ledger_report};
use super::oracle::Oracle;
use super::sides::Sides;
use crate::protocol::{Answer, Decoded, FileReport, Hello, Question, Refusal};
use crate::session::shorten;

/// Keys of `header` that a writer is free in, or that follow from what it is free in.
const FREE_IN_WRITING: [&str; 5] = ["body_len", "raw_len", "metadata_len", "codec", "ancillary_flags"];
/// Ancillary bits that a writer may set: those that are assigned in `spec/registry/flags.toml`.
const ASSIGNED_ANCILLARY: u64 = 0x80;

/// What the judge found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Where the answer is another than expected; none: the delivery passes.
    pub differences: Vec<Difference>,
    /// What is allowed and not recommended.
    pub warnings: Vec<String>,
}

/// Judges answers of one testee.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    hello: &'a Hello,
    oracle: &'a dyn Oracle,
}

impl std::fmt::Debug for Judge<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Judge").field("hello", self.hello).finish_non_exhaustive()
    }
}

impl<'a> Judge<'a> {
    /// A judge for the testee that said this. The oracle decodes what writers write.
    #[must_use]
    pub const fn new(hello: &'a Hello, oracle: &'a dyn Oracle) -> Self {
        Self { hello, oracle }
    }

    /// Compares.
    #[must_use]
    pub fn judge(&self, question: &Question, expectation: &Expectation<'_>, answer: &Answer) -> Judgement {
        let mut found = Judgement::default();
        match (expectation, answer) {
            (Expectation::Accepted { content, lints }, Answer::Decoded(decoded)) => {
                self.content(content, &decoded.frame, &mut found.differences);
                self.lints(lints, decoded, &mut found.differences);
            }
            (Expectation::Rejected { code, offset, released }, Answer::Refused(refusal)) => {
                found.differences = refused(code, *offset, Some(*released), refusal);
            }
            (Expectation::Written { content, codec }, Answer::Encoded(frame)) => {
                self.written(content, *codec, frame, &mut found);
            }
            (Expectation::Refused { codes }, Answer::Refused(refusal)) => {
                if !codes.contains(&refusal.code) {
                    found.differences.push(difference("error.code", &codes.join(" or "), &refusal.code));
                }
            }
            (Expectation::File(expected), Answer::File(report)) => {
                self.file(question, expected, report, &mut found.differences);
            }
            (Expectation::FileRefused { code, offset }, Answer::Refused(refusal)) => {
                found.differences = refused(code, *offset, None, refusal);
            }
            (Expectation::Ledger(expect), Answer::Ledger(report)) => {
                found.differences = differences(&value(&ledger_report(expect)), &value(report));
            }
            (Expectation::Consumer(expected), Answer::Consumer(report)) => {
                found.differences = super::consumer::differences(expected, report);
            }
            (Expectation::States(expected), Answer::States(report)) => {
                compare_at("states", &value(expected), &value(&report.states), &mut found.differences);
            }
            (Expectation::Store(expected), Answer::Store(report)) => {
                compare_at("threads", &value(expected), &value(&report.threads), &mut found.differences);
            }
            (Expectation::Producer(expect), Answer::Producer(report)) => {
                if let Question::Producer(question) = question {
                    let judged = super::producer::judge(self.oracle, question, expect, report);
                    found = Judgement { differences: judged.differences, warnings: judged.warnings };
                }
            }
            (expectation, answer) => {
                found.differences.push(difference("answer", &expectation.to_string(), &describe(answer)));
            }
        }
        found
    }

    /// Both sides as JSON.
    #[must_use]
    pub fn sides(&self, expectation: &Expectation<'_>, answer: &Answer) -> Sides {
        Sides::new(self.oracle, expectation, answer)
    }

    fn content(&self, expected: &Content, got: &Value, found: &mut Vec<Difference>) {
        let (expected, got) = match expected {
            Content::Frame(frame) => (frame.clone(), got.clone()),
            Content::Summary(summary) => (summary_value(summary), summarize(got)),
        };
        let (mut expected, mut got) = (expected, got);
        if !self.hello.can("payloads") {
            found.extend(payloads_are_opaque(&got));
            for_each_record(&mut expected, forget_payload);
            for_each_record(&mut got, forget_payload);
        }
        found.extend(differences(&expected, &got));
    }

    fn lints(&self, expected: &[String], decoded: &Decoded, found: &mut Vec<Difference>) {
        match (&decoded.lints, self.hello.can("lint")) {
            (Some(lints), true) => {
                let sorted = |names: &[String]| {
                    let mut names = names.to_vec();
                    names.sort_unstable();
                    names
                };
                let (expected, got) = (sorted(expected), sorted(lints));
                if expected != got {
                    found.push(difference("lints", &listed(&expected), &listed(&got)));
                }
            }
            (None, true) => found.push(difference("lints", &expected.join(", "), NOTHING)),
            (Some(_), false) => found.push(difference("lints", "nothing without the capability `lint`", "lints")),
            (None, false) => {}
        }
    }

    fn written(&self, expected: &Content, codec: u32, frame: &[u8], found: &mut Judgement) {
        // WRT-001
        let decoded = match self.oracle.decode(frame) {
            Ok(decoded) => decoded,
            Err(refusal) => {
                let got = format!("{} at {}", refusal.code, refusal.offset.unwrap_or_default());
                found.differences.push(difference("frame", "a frame that every check accepts", &got));
                return;
            }
        };
        let header = |key: &str| decoded.frame.pointer(&format!("/header/{key}")).and_then(Value::as_u64);
        // COD-004, COD-005
        if header("codec") != Some(u64::from(codec)) {
            let got = header("codec").map_or_else(|| NOTHING.to_owned(), |codec| codec.to_string());
            found.differences.push(difference("frame.header.codec", &codec.to_string(), &got));
        }
        // PRE-027
        let unassigned = header("ancillary_flags").unwrap_or_default() & !ASSIGNED_ANCILLARY;
        if unassigned != 0 {
            let got = format!("bits {unassigned:#04x} are set");
            found.differences.push(difference("frame.header.ancillary_flags", "0 in unassigned bits", &got));
        }
        // WRT-003
        if !decoded.lints.is_empty() {
            found.differences.push(difference("lints", "the tidy form", &decoded.lints.join(", ")));
        }
        let mut expected = content_value(expected);
        let mut got = if expected.get("first").is_some() { summarize(&decoded.frame) } else { decoded.frame };
        forget_free(&mut expected);
        forget_free(&mut got);
        let mut content = Vec::new();
        compare_at("frame", &expected, &got, &mut content);
        found.differences.append(&mut content);
    }

    fn file(&self, question: &Question, expected: &FileExpectation, report: &FileReport, found: &mut Vec<Difference>) {
        let got = file_value(report);
        found.extend(differences(&expected.to_value(), &got));
        // Only where all places agree is it certain which bytes a frame is compared with.
        let Question::File { file, .. } = question else { return };
        if found.is_empty() {
            for (index, entry) in report.accepted.iter().enumerate() {
                let Some(frame) = self.frame_in(file, entry.start, entry.end) else { continue };
                let mut content = Vec::new();
                self.content(&Content::Frame(frame), &entry.frame, &mut content);
                let prefix = |path: String| format!("accepted[{index}].frame.{path}");
                found.extend(content.into_iter().map(|d| Difference { path: prefix(d.path), ..d }));
            }
        }
    }

    /// The frame of an entry, which is the entry without its marker, or all of it.
    fn frame_in(&self, file: &[u8], start: u64, end: u64) -> Option<Value> {
        let entry = file.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        let decode = |bytes: &[u8]| self.oracle.decode(bytes).ok().map(|decoded| decoded.frame);
        entry.get(16..).and_then(decode).or_else(|| decode(entry))
    }
}

/// The report on a file as it is compared: of each accepted entry only the place and the base sequence.
pub(super) fn file_value(report: &FileReport) -> Value {
    let accepted: Vec<Value> = report
        .accepted
        .iter()
        .map(|entry| {
            let base = entry.frame.pointer("/header/base_sequence").cloned().unwrap_or(Value::Null);
            json!({ "start": entry.start, "end": entry.end, "base_sequence": base })
        })
        .collect();
    let mut got = value(report);
    if let Value::Object(object) = &mut got {
        object.insert("accepted".to_owned(), Value::Array(accepted));
    }
    got
}

/// What an answer says, in one line.
#[must_use]
pub fn describe(answer: &Answer) -> String {
    match answer {
        Answer::Decoded(_) => "accepted".to_owned(),
        Answer::Refused(refusal) => {
            let offset = refusal.offset.map(|offset| format!(" at {offset}")).unwrap_or_default();
            let released = refusal.released.map(|n| format!(", {n} records released")).unwrap_or_default();
            format!("{}{offset}{released}", refusal.code)
        }
        Answer::Encoded(frame) => format!("a frame of {} bytes", frame.len()),
        Answer::Unsupported(why) => format!("unsupported, and the capability was declared: {}", shorten(why)),
        Answer::Hello(_) => "hello".to_owned(),
        Answer::File(report) => format!(
            "{} accepted, {} skipped, {} rejected, {}",
            report.accepted.len(),
            report.skipped.len(),
            report.rejected.len(),
            report.tail.map_or_else(|| "no torn tail".to_owned(), |at| format!("tail torn at {at}")),
        ),
        Answer::Ledger(report) => {
            format!("verdicts on {} frames, {} accounts", report.verdicts.len(), report.accounts.len())
        }
        Answer::Producer(report) => {
            let sent: usize = report.steps.iter().map(|step| step.sent.len()).sum();
            let outcomes: usize = report.steps.iter().map(|step| step.outcomes.len()).sum();
            format!("{sent} frames sent, {outcomes} offers answered for")
        }
        Answer::Consumer(report) => {
            format!("{} events in {} steps", report.steps.iter().map(Vec::len).sum::<usize>(), report.steps.len())
        }
        Answer::States(report) => {
            let refused = report.states.iter().filter(|outcome| outcome.error.is_some()).count();
            format!("{refused} of {} records refused", report.states.len())
        }
        Answer::Store(report) => found(&report.threads),
    }
}

/// What was found in a store, in a few words.
pub(super) fn found(threads: &[StoreThread]) -> String {
    let checkpoints: usize = threads.iter().map(|thread| thread.checkpoints.len()).sum();
    let damage: usize = threads.iter().map(|thread| thread.damage.len()).sum();
    format!("{checkpoints} checkpoints and {damage} damaged ranges in {} threads", threads.len())
}

fn refused(code: &str, offset: u64, released: Option<u64>, got: &Refusal) -> Vec<Difference> {
    let number = |number: Option<u64>| number.map_or_else(|| NOTHING.to_owned(), |number| number.to_string());
    let mut found = Vec::new();
    if got.code != code {
        found.push(difference("error.code", code, &got.code));
    }
    if got.offset != Some(offset) {
        found.push(difference("error.offset", &offset.to_string(), &number(got.offset)));
    }
    if released.is_some() && got.released != released {
        found.push(difference("error.released", &number(released), &number(got.released)));
    }
    found
}

/// Names that are in one line of a report.
fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn difference(path: &str, expected: &str, got: &str) -> Difference {
    Difference { path: path.to_owned(), expected: expected.to_owned(), got: got.to_owned() }
}

pub(super) fn value(report: &impl serde::Serialize) -> Value {
    serde_json::to_value(report).unwrap_or(Value::Null)
}

/// The content that a vector expects.
pub(super) fn content_value(content: &Content) -> Value {
    match content {
        Content::Frame(frame) => frame.clone(),
        Content::Summary(summary) => summary_value(summary),
    }
}

fn summary_value(summary: &Summary) -> Value {
    json!({
        "header": summary.header,
        "metadata": summary.metadata,
        "records": summary.records,
        "first": summary.first,
        "last": summary.last,
    })
}

/// The JSON form with its records replaced by their number, the first and the last.
pub(super) fn summarize(frame: &Value) -> Value {
    let mut short = frame.as_object().cloned().unwrap_or_default();
    if let Some(Value::Array(records)) = short.remove("records") {
        short.insert("records".to_owned(), Value::from(records.len()));
        short.insert("first".to_owned(), records.first().cloned().unwrap_or(Value::Null));
        short.insert("last".to_owned(), records.last().cloned().unwrap_or(Value::Null));
    }
    Value::Object(short)
}

/// Takes out what a writer is free in (JSON-001).
pub(crate) fn forget_free(frame: &mut Value) {
    if let Some(Value::Object(header)) = frame.get_mut("header") {
        for key in FREE_IN_WRITING {
            header.shift_remove(key);
        }
    }
}

fn for_each_record(frame: &mut Value, change: fn(&mut Map<String, Value>)) {
    let Value::Object(frame) = frame else { return };
    for (key, value) in frame.iter_mut() {
        match (key.as_str(), value) {
            ("records", Value::Array(records)) => records.iter_mut().filter_map(Value::as_object_mut).for_each(change),
            ("first" | "last", Value::Object(record)) => change(record),
            _ => {}
        }
    }
}

fn forget_payload(record: &mut Map<String, Value>) {
    for key in ["payload", "opaque", "error"] {
        record.shift_remove(key);
    }
}

/// Without `payloads` every record has its payload under `opaque`, in hexadecimal digits.
fn payloads_are_opaque(frame: &Value) -> Option<Difference> {
    let places = ["records", "first", "last"].into_iter().filter_map(|key| frame.get(key));
    let mut records = places.flat_map(|place| place.as_array().map_or(std::slice::from_ref(place), Vec::as_slice));
    let wrong = records.find(|record| {
        let hex =
            |text: &str| text.len().is_multiple_of(2) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        record.is_object() && !record.get("opaque").and_then(Value::as_str).is_some_and(hex)
    })?;
    let got = shorten(&wrong.to_string());
    Some(difference("records", "`opaque` with hexadecimal digits, as `payloads` is not declared", &got))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_oracle::PlainOracle;

    #[test]
    fn lints_are_a_set_and_are_told_in_one_line() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let hello = Hello { capabilities: names("decode lint payloads"), ..Hello::default() };
        let judged = |expected: &str, got: &str| {
            let decoded = Decoded { frame: Value::Null, lints: Some(names(got)) };
            let mut found = Vec::new();
            Judge::new(&hello, &PlainOracle).lints(&names(expected), &decoded, &mut found);
            found
        };
        assert_eq!(judged("UNUSED_STRING FIELD_ORDER", "FIELD_ORDER UNUSED_STRING"), []);
        assert_eq!(
            judged("UNUSED_STRING FIELD_ORDER", "UNUSED_STRING"),
            [difference("lints", "FIELD_ORDER, UNUSED_STRING", "UNUSED_STRING")]
        );
        assert_eq!(judged("", "FIELD_ORDER"), [difference("lints", "none", "FIELD_ORDER")]);
        assert_eq!(judged("FIELD_ORDER", "FIELD_ORDER FIELD_ORDER").len(), 1);
    }
}
