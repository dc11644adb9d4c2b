//! Whether an answer is the right one, by the judge of the vectors.

use dashstream_vectors::{AcceptedEntry, Content, RejectedFrame, SkippedRange};
use serde_json::Value;

use super::cases::Case;
use crate::codes::OF_THE_BODY;
use crate::plain::Plain;
use crate::plain::codecs::decompress;
use crate::plain_oracle::PlainOracle;
use crate::protocol::{Answer, FileReport, Hello, Question};
use crate::runner::compare::{Difference, differences};
use crate::runner::expect::{Expectation, FileExpectation};
use crate::runner::judge::{Judge, describe};

/// Where an answer is another than the right one.
#[must_use]
pub(super) fn compare(hello: &Hello, question: &Question, right: &Answer, got: &Answer) -> Vec<Difference> {
    let judge = Judge::new(hello, &PlainOracle);
    let by = |expectation: &Expectation<'_>| judge.judge(question, expectation, got).differences;
    match right {
        Answer::Decoded(decoded) => {
            let content = Content::Frame(decoded.frame.clone());
            by(&Expectation::Accepted { content: &content, lints: decoded.lints.as_deref().unwrap_or_default() })
        }
        Answer::Refused(refusal) => {
            let (code, offset) = (refusal.code.as_str(), refusal.offset.unwrap_or_default());
            match question {
                Question::File { .. } => by(&Expectation::FileRefused { code, offset }),
                _ => by(&Expectation::Rejected { code, offset, released: 0 }),
            }
        }
        Answer::File(report) => by(&Expectation::File(expected_report(report))),
        Answer::Ledger(report) => match got {
            Answer::Ledger(other) => differences(&value(report), &value(other)),
            _ => vec![other_answer(right, got)],
        },
        _ => vec![other_answer(right, got)],
    }
}

fn other_answer(right: &Answer, got: &Answer) -> Difference {
    Difference { path: "answer".to_owned(), expected: describe(right), got: describe(got) }
}

fn value(report: &impl serde::Serialize) -> Value {
    serde_json::to_value(report).unwrap_or(Value::Null)
}

fn expected_report(report: &FileReport) -> FileExpectation {
    let base = |frame: &Value| frame.pointer("/header/base_sequence").and_then(Value::as_str)?.parse().ok();
    let accepted: Vec<AcceptedEntry> = report
        .accepted
        .iter()
        .map(|entry| AcceptedEntry {
            start: entry.start,
            end: entry.end,
            base_sequence: base(&entry.frame).unwrap_or_default(),
        })
        .collect();
    let skipped: Vec<SkippedRange> = report
        .skipped
        .iter()
        .map(|range| SkippedRange { start: range.start, end: range.end, code: range.code.clone() })
        .collect();
    let rejected: Vec<RejectedFrame> = report
        .rejected
        .iter()
        .map(|frame| RejectedFrame { start: frame.start, code: frame.code.clone(), offset: frame.offset })
        .collect();
    FileExpectation::new(&accepted, &skipped, &rejected, report.tail)
}

/// Whether ZST-018 allows both answers to a case whose stored body was damaged under right CRCs.
#[must_use]
pub(super) fn is_open(case: &Case, one: &Answer, other: &Answer) -> bool {
    let Question::Decode(question) = &case.question else { return false };
    let Some(frame) = question.frame.as_deref().filter(|_| case.damaged) else { return false };
    let said = |answer: &Answer| match answer {
        Answer::Decoded(_) => Some(None),
        Answer::Refused(refusal) => Some(Some((refusal.code.clone(), refusal.offset?))),
        _ => None,
    };
    let (Some(one), Some(other)) = (said(one), said(other)) else { return false };
    leaves_open(frame, one, other)
}

/// Whether ZST-018 allows both verdicts on a frame, code and offset, or none where it was accepted: its body is of zstd, and
/// one reader refuses it with DECOMPRESS where the other went on.
#[must_use]
pub fn leaves_open(frame: &[u8], one: Option<(String, u64)>, other: Option<(String, u64)>) -> bool {
    if frame.get(26) != Some(&1) {
        return false;
    }
    let metadata_len = frame.get(24..26).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes);
    let body = 64 + u64::from(metadata_len);
    // ZST-017 leaves nothing open: all came out, and the checksum is of something else.
    let raw_len = frame.get(20..24).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    let raw_len = usize::try_from(raw_len).unwrap_or(usize::MAX);
    let stored = usize::try_from(body).ok().and_then(|body| frame.get(body..)).unwrap_or_default();
    let raw = decompress(1, stored, raw_len);
    if raw.whole && raw.bytes.len() == raw_len && raw.wrong_checksum(&Plain::new().gate()) {
        return false;
    }
    let refuses =
        |said: &Option<(String, u64)>| said.as_ref().is_some_and(|said| *said == ("DECOMPRESS".to_owned(), body));
    let went_on =
        |said: &Option<(String, u64)>| said.as_ref().is_none_or(|(code, _)| OF_THE_BODY.contains(&code.as_str()));
    (refuses(&one) && went_on(&other)) || (refuses(&other) && went_on(&one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{DecodeQuestion, Decoded, Refusal};

    fn refusal(code: &str, offset: u64) -> Answer {
        Answer::Refused(Refusal { code: code.into(), offset: Some(offset), ..Refusal::default() })
    }

    #[test]
    fn only_what_zst_018_leaves_open_is_open() {
        let mut frame = vec![0; 100];
        frame[24] = 10;
        frame[26] = 1;
        let question = Question::Decode(DecodeQuestion { frame: Some(frame.clone()), ..DecodeQuestion::default() });
        let case = Case { number: 0, question, frames: 1, damaged: true };
        let accepted = Answer::Decoded(Decoded { frame: Value::Null, lints: None });
        let refused = refusal("DECOMPRESS", 74);
        assert!(is_open(&case, &refused, &accepted) && is_open(&case, &accepted, &refused));
        assert!(is_open(&case, &refused, &refusal("BODY_WIRE", 3)));
        assert!(!is_open(&case, &refused, &refused) && !is_open(&case, &accepted, &accepted));
        assert!(!is_open(&case, &refusal("DECOMPRESS", 73), &accepted), "another place");
        assert!(!is_open(&case, &refused, &refusal("CODEC_PROFILE", 74)), "an earlier check");
        assert!(!is_open(&Case { damaged: false, ..case.clone() }, &refused, &accepted), "made by an encoder");
        frame[26] = 2;
        let question = Question::Decode(DecodeQuestion { frame: Some(frame), ..DecodeQuestion::default() });
        assert!(!is_open(&Case { question, ..case }, &refused, &accepted), "lz4");
    }
}
