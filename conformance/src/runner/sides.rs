//! What was expected and what was answered, side by side: JSON for a person to read. The places that [`Difference`] names are
//! places in it.
//!
//! [`Difference`]: super::compare::Difference

use dashstream_vectors::Content;
use serde_json::{Value, json};

use super::expect::{Expectation, ledger_report};
use super::judge::{content_value, file_value, forget_free, summarize, value};
use super::oracle::Oracle;
use crate::protocol::Answer;
use crate::session::shorten;

/// Elements of a list that are kept, and members of an object.
const MOST: usize = 64;

/// Both sides of an answer that is not the expected one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sides {
    /// What was expected.
    pub expected: Value,
    /// What was answered.
    pub got: Value,
}

impl Sides {
    /// Both sides in the form in which they are compared. Long lists and texts are cut.
    pub(super) fn new(oracle: &dyn Oracle, expectation: &Expectation<'_>, answer: &Answer) -> Self {
        let mut got = got(oracle, expectation, answer);
        let mut expected = expected(expectation, answer);
        shrink(&mut got);
        shrink(&mut expected);
        Self { expected, got }
    }
}

fn expected(expectation: &Expectation<'_>, answer: &Answer) -> Value {
    match expectation {
        Expectation::Accepted { content, lints } => {
            let judged = matches!(answer, Answer::Decoded(decoded) if decoded.lints.is_some());
            with_lints(content_value(content), (judged || !lints.is_empty()).then_some(*lints))
        }
        Expectation::Rejected { code, offset, released } => {
            json!({ "error": { "code": code, "offset": offset, "released": released } })
        }
        Expectation::Written { content, codec } => json!({ "frame": written(content_value(content), Some(*codec)) }),
        Expectation::Refused { codes } => json!({ "error": { "code": codes.join(" or ") } }),
        Expectation::File(expected) => expected.to_value(),
        Expectation::FileRefused { code, offset } => json!({ "error": { "code": code, "offset": offset } }),
        Expectation::Ledger(expect) => value(&ledger_report(expect)),
        Expectation::Producer(_) => Value::from(expectation.to_string()),
        Expectation::Consumer(steps) => json!({ "steps": steps }),
        Expectation::States(states) => json!({ "states": states }),
        Expectation::Store(threads) => json!({ "threads": threads }),
    }
}

fn got(oracle: &dyn Oracle, expectation: &Expectation<'_>, answer: &Answer) -> Value {
    match answer {
        Answer::Decoded(decoded) => {
            let in_short = matches!(expectation, Expectation::Accepted { content: Content::Summary(_), .. });
            let frame = if in_short { summarize(&decoded.frame) } else { decoded.frame.clone() };
            with_lints(frame, decoded.lints.as_deref())
        }
        Answer::Encoded(frame) => json!({ "frame": encoded(oracle, expectation, frame) }),
        Answer::Refused(refusal) => json!({ "error": refusal }),
        Answer::Unsupported(why) => json!({ "unsupported": why }),
        Answer::File(report) => file_value(report),
        Answer::Hello(hello) => value(hello),
        Answer::Ledger(report) => value(report),
        Answer::Producer(report) => value(report),
        Answer::Consumer(report) => value(report),
        Answer::States(report) => value(report),
        Answer::Store(report) => value(report),
    }
}

fn with_lints(mut frame: Value, lints: Option<&[String]>) -> Value {
    if let (Value::Object(frame), Some(lints)) = (&mut frame, lints) {
        frame.insert("lints".to_owned(), json!(lints));
    }
    frame
}

/// What a frame decodes to, as the judge sees it.
fn encoded(oracle: &dyn Oracle, expectation: &Expectation<'_>, frame: &[u8]) -> Value {
    match oracle.decode(frame) {
        Err(refusal) => json!({ "bytes": frame.len(), "error": refusal }),
        Ok(reading) => {
            let codec = reading.frame.pointer("/header/codec").and_then(Value::as_u64);
            let in_short = matches!(expectation, Expectation::Written { content: Content::Summary(_), .. });
            let frame = if in_short { summarize(&reading.frame) } else { reading.frame };
            written(frame, codec.and_then(|codec| codec.try_into().ok()))
        }
    }
}

/// A frame without what a writer is free in, but with its codec, which is judged.
fn written(mut frame: Value, codec: Option<u32>) -> Value {
    forget_free(&mut frame);
    if let (Some(Value::Object(header)), Some(codec)) = (frame.get_mut("header"), codec) {
        header.insert("codec".to_owned(), Value::from(codec));
    }
    frame
}

/// Cuts what is long, so that a report of many failures stays small.
fn shrink(value: &mut Value) {
    match value {
        Value::String(text) => *text = shorten(text),
        Value::Array(items) => {
            let more = items.len().saturating_sub(MOST);
            items.truncate(MOST);
            items.iter_mut().for_each(shrink);
            if more > 0 {
                items.push(Value::from(format!("... and {more} more")));
            }
        }
        Value::Object(members) => {
            if members.len() > MOST {
                let kept = std::mem::take(members).into_iter().take(MOST);
                members.extend(kept);
                members.insert("...".to_owned(), Value::from("more members"));
            }
            members.values_mut().for_each(shrink);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_oracle::PlainOracle;
    use crate::protocol::{Decoded, Refusal};

    #[test]
    fn a_rejection_that_was_accepted() {
        let expectation = Expectation::Rejected { code: "BODY_CRC", offset: 12, released: 0 };
        let answer = Answer::Decoded(Decoded { frame: json!({ "header": {} }), lints: Some(vec!["X".into()]) });
        let sides = Sides::new(&PlainOracle, &expectation, &answer);
        assert_eq!(sides.expected, json!({ "error": { "code": "BODY_CRC", "offset": 12, "released": 0 } }));
        assert_eq!(sides.got, json!({ "header": {}, "lints": ["X"] }));
    }

    #[test]
    fn lints_stand_on_both_sides_where_they_are_judged() {
        let content = Content::Frame(json!({ "header": {} }));
        let expectation = Expectation::Accepted { content: &content, lints: &[] };
        let told = Answer::Decoded(Decoded { frame: json!({}), lints: Some(vec![]) });
        assert_eq!(
            Sides::new(&PlainOracle, &expectation, &told).expected,
            json!({ "header": {}, "lints": Vec::<String>::new() })
        );
        let refused = Answer::Refused(Refusal { code: "EMPTY".into(), ..Refusal::default() });
        let sides = Sides::new(&PlainOracle, &expectation, &refused);
        assert_eq!((sides.expected, sides.got), (json!({ "header": {} }), json!({ "error": { "code": "EMPTY" } })));
    }

    #[test]
    fn a_frame_that_cannot_be_read_says_why() {
        let content = Content::Frame(json!({ "header": { "codec": 9, "lane": 1 } }));
        let expectation = Expectation::Written { content: &content, codec: 1 };
        let sides = Sides::new(&PlainOracle, &expectation, &Answer::Encoded(vec![1, 2]));
        assert_eq!(sides.expected, json!({ "frame": { "header": { "lane": 1, "codec": 1 } } }));
        assert_eq!(sides.got.pointer("/frame/error/code"), Some(&json!("BAD_MAGIC")));
    }

    #[test]
    fn what_is_long_is_cut() {
        let mut value = json!({ "list": (0..1000).collect::<Vec<_>>(), "text": "x".repeat(1000) });
        shrink(&mut value);
        assert_eq!(value["list"].as_array().map(Vec::len), Some(MOST + 1));
        assert_eq!(value["list"][MOST], "... and 936 more");
        assert!(value["text"].as_str().unwrap().len() < 400);
    }
}
