//! The verdict that the specification demands for an input, as far as it can be told.

use dashstream_codec::{Code, Decoder};
use dashstream_conformance::fuzz::plain_answer;
use dashstream_conformance::plain::records::Outcome;
use dashstream_conformance::plain::{Limits, Plain};
use dashstream_conformance::protocol::{Answer, FileReport, Question, Refusal};
use dashstream_conformance::reference;
use dashstream_conformance::runner::compare::differences;
use dashstream_conformance::runner::judge::describe;
use serde_json::Value;

use super::Trouble;
use super::symptom::caught;

/// What somebody says who has read the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is accepted, with the content that the plain implementation reads.
    Accepted,
    /// It is refused as a whole.
    Refused {
        /// The code.
        code: Code,
        /// The offset.
        offset: u64,
    },
}

/// The right answer to a question: the one that both implementations give, or what was said.
///
/// # Errors
/// They do not give one, or not one that everybody has to give, and nothing was said; or acceptance was said and the
/// plain implementation, from which the content comes, does not accept.
pub(super) fn decide(question: &Question, said: Option<Said>) -> Result<Answer, Trouble> {
    let plain = caught(|| plain_answer(Plain::new(), question));
    let codec = caught(|| reference::answer(&mut Decoder::new(), question));
    weigh(question, codec, plain, said)
}

/// A verdict in words.
pub(super) fn words(answer: &Answer) -> String {
    match answer {
        Answer::Refused(Refusal { code, offset: Some(offset), .. }) => format!("{code} at {offset}"),
        _ => describe(answer),
    }
}

fn weigh(
    question: &Question,
    codec: Result<Answer, String>,
    plain: Result<Answer, String>,
    said: Option<Said>,
) -> Result<Answer, Trouble> {
    let words = |answer: &Result<Answer, String>| match answer {
        Ok(answer) => self::words(answer),
        Err(message) => format!("panic: {message}"),
    };
    let undecided = |why| Trouble::Undecided { why, codec: words(&codec), plain: words(&plain) };
    match (said, &codec, &plain) {
        (Some(Said::Refused { code, offset }), ..) => {
            Ok(Answer::Refused(Refusal { code: code.name().to_owned(), offset: Some(offset), ..Refusal::default() }))
        }
        (Some(Said::Accepted), _, Ok(answer @ (Answer::Decoded(_) | Answer::File(_)))) => Ok(answer.clone()),
        (Some(Said::Accepted), ..) => Err(Trouble::NoContent(words(&plain))),
        (None, Ok(by_codec), Ok(answer)) if is_same(by_codec, answer) => {
            if is_left_open(question, answer) {
                Err(undecided("ZST-018 leaves a body of zstd that no library makes to the reader"))
            } else {
                Ok(answer.clone())
            }
        }
        _ => Err(undecided("the two implementations do not say the same")),
    }
}

/// Whether two answers are one verdict. Only one of the implementations has lints, and messages are for people.
fn is_same(codec: &Answer, plain: &Answer) -> bool {
    let value = |report: &FileReport| serde_json::to_value(report).unwrap_or(Value::Null);
    match (codec, plain) {
        (Answer::Decoded(codec), Answer::Decoded(plain)) => differences(&plain.frame, &codec.frame).is_empty(),
        (Answer::Refused(codec), Answer::Refused(plain)) => codec.code == plain.code && codec.offset == plain.offset,
        (Answer::File(codec), Answer::File(plain)) => differences(&value(plain), &value(codec)).is_empty(),
        _ => false,
    }
}

/// Whether the verdict hangs on a body of zstd, which may be one of those that a reader may accept or not.
fn is_left_open(question: &Question, answer: &Answer) -> bool {
    let is_zstd = |bytes: &[u8], start: u64| {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        [start, start.saturating_add(16)].iter().any(|at| {
            let frame = bytes.get(*at..).unwrap_or_default();
            frame.first() == Some(&0xbe) && frame.get(26) == Some(&1)
        })
    };
    let is_behind = |code: &str| Code::from_name(code).is_some_and(|code| code >= Code::Decompress);
    match (question, answer) {
        (Question::Decode(question), answer) => {
            let is_behind = !matches!(answer, Answer::Refused(refusal) if !is_behind(&refusal.code));
            is_behind && is_zstd(question.frame.as_deref().unwrap_or_default(), 0)
        }
        (Question::File { file, .. }, Answer::File(report)) => {
            report.accepted.iter().any(|entry| is_zstd(file, entry.start))
                || report.rejected.iter().any(|frame| is_behind(&frame.code) && is_zstd(file, frame.start))
        }
        _ => false,
    }
}

/// The requirements that the verdict is about: those that were not met.
pub(super) fn requirements(question: &Question, right: &Answer) -> Vec<String> {
    let mut found = match question {
        Question::Decode(question) => of_frame(question.frame.as_deref().unwrap_or_default(), right),
        Question::File { file, .. } => of_file(file, right),
        _ => Vec::new(),
    };
    found.dedup();
    found.into_iter().map(str::to_owned).collect()
}

fn of_frame(frame: &[u8], right: &Answer) -> Vec<&'static str> {
    let plain = caught(|| Plain::new().read(Some(frame), Limits::default(), None));
    let codec = caught(|| Decoder::new().decode(frame, &Default::default()).err());
    match (right, plain, codec) {
        (Answer::Decoded(_), Ok(Ok(decoded)), _) => {
            let rejected = decoded.records.iter().filter_map(|record| match &record.outcome {
                Outcome::Rejected(fault) => Some(fault.requirement),
                _ => None,
            });
            rejected.collect()
        }
        (_, Ok(Err(fault)), _) if is(right, fault.code, fault.offset) => vec![fault.requirement],
        (_, _, Ok(Some(error))) if is(right, error.code.name(), error.offset) => vec![error.requirement],
        _ => Vec::new(),
    }
}

fn of_file(file: &[u8], right: &Answer) -> Vec<&'static str> {
    match caught(|| Plain::new().file(file)) {
        Ok(Err(fault)) if is(right, fault.code, fault.offset) => vec![fault.requirement],
        _ => Vec::new(),
    }
}

fn is(right: &Answer, code: &str, offset: u64) -> bool {
    matches!(right, Answer::Refused(refusal) if refusal.code == code && refusal.offset == Some(offset))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "that is how a test fails")]
mod tests {
    use super::*;
    use dashstream_conformance::protocol::{DecodeQuestion, Decoded};
    use serde_json::json;

    fn refused(code: &str, offset: u64) -> Result<Answer, String> {
        let message = Some(format!("{code}, for people"));
        Ok(Answer::Refused(Refusal { code: code.to_owned(), offset: Some(offset), released: Some(0), message }))
    }

    fn accepted(lints: Option<Vec<String>>) -> Result<Answer, String> {
        Ok(Answer::Decoded(Decoded { frame: json!({"records": [1]}), lints }))
    }

    /// A question about a frame with this codec.
    fn frame(codec: u8) -> Question {
        let mut frame = vec![0; 64];
        frame.splice(..1, [0xbe]);
        frame.splice(26..27, [codec]);
        Question::Decode(DecodeQuestion { frame: Some(frame), ..DecodeQuestion::default() })
    }

    #[test]
    fn what_both_say_is_right() {
        let lints = Some(vec!["FIELD_ORDER".to_owned()]);
        let right = weigh(&frame(0), accepted(None), accepted(lints.clone()), None).unwrap();
        assert!(matches!(right, Answer::Decoded(decoded) if decoded.lints == lints));
        let right = weigh(&frame(0), refused("KIND_ZERO", 2), refused("KIND_ZERO", 2), None).unwrap();
        assert_eq!(words(&right), "KIND_ZERO at 2");
    }

    #[test]
    fn where_they_differ_somebody_has_to_say_it() {
        let other = Ok(Answer::Decoded(Decoded { frame: json!({"records": [2]}), lints: None }));
        let panic = Err("index 3".to_owned());
        for (codec, plain) in [
            (refused("KIND_ZERO", 2), refused("KIND_ZERO", 3)),
            (refused("KIND_ZERO", 2), refused("BODY_WIRE", 2)),
            (refused("KIND_ZERO", 2), accepted(None)),
            (other, accepted(None)),
            (panic.clone(), accepted(None)),
            (panic.clone(), panic),
        ] {
            let trouble = weigh(&frame(0), codec.clone(), plain.clone(), None).unwrap_err();
            assert!(matches!(trouble, Trouble::Undecided { .. }));
            let said = Some(Said::Refused { code: Code::Payload, offset: 7 });
            assert_eq!(words(&weigh(&frame(0), codec.clone(), plain.clone(), said).unwrap()), "PAYLOAD at 7");
            let right = weigh(&frame(0), codec, plain.clone(), Some(Said::Accepted));
            assert_eq!(right.ok(), plain.ok().filter(|plain| matches!(plain, Answer::Decoded(_))));
        }
    }

    #[test]
    fn a_body_that_a_reader_may_accept_or_not_needs_somebody_too() {
        let is_clear =
            |codec, answer: Result<Answer, String>| weigh(&frame(codec), answer.clone(), answer, None).is_ok();
        for (answer, hangs_on_it) in [
            (refused("BODY_CRC", 12), false),
            (refused("CODEC_PROFILE", 70), false),
            (refused("DECOMPRESS", 64), true),
            (refused("BODY_WIRE", 3), true),
            (accepted(None), true),
        ] {
            assert_eq!(is_clear(1, answer.clone()), !hangs_on_it, "{answer:?}");
            assert!(is_clear(0, answer.clone()) && is_clear(2, answer));
        }
    }
}
