//! One line from the testee to the runner. Every answer is checked: an unknown key, a missing one or a
//! value of the wrong type is a protocol error, which costs the vector.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::script::{ConsumerReport, ProducerReport, StateReport, StoreReport};
use super::{CAPABILITIES, Question};

/// What a testee answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To `hello`.
    Hello(Hello),
    /// To `decode`: the frame is accepted.
    Decoded(Decoded),
    /// To `encode`: the frame.
    Encoded(Vec<u8>),
    /// To `file`: the report.
    File(FileReport),
    /// To `ledger`: verdicts and accounts.
    Ledger(LedgerReport),
    /// To `producer`: what it did.
    Producer(ProducerReport),
    /// To `consumer`: what it did.
    Consumer(ConsumerReport),
    /// To `diff`: the states.
    States(StateReport),
    /// To `store`: what was found.
    Store(StoreReport),
    /// The input is rejected.
    Refused(Refusal),
    /// The testee cannot do this, and says why.
    Unsupported(String),
}

/// Who the testee is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Version of the protocol; 1.
    pub protocol: u32,
    /// Name of the implementation under test.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// The language it is written in.
    pub language: String,
    /// What it can do, from [`CAPABILITIES`].
    pub capabilities: Vec<String>,
}

/// An accepted frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decoded {
    /// The JSON form of `spec/json.md`.
    pub frame: Value,
    /// Deviations from the tidy form; only with the capability `lint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lints: Option<Vec<String>>,
}

/// A rejection, of a frame, a file or a writer's input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Name in `spec/registry/errors.toml`.
    pub code: String,
    /// Where; not for a writer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// How many records were released before the error; only for `decode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<u64>,
    /// For people; not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Report on a file of frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReport {
    /// Accepted entries, in order.
    pub accepted: Vec<Accepted>,
    /// Skipped ranges, in order.
    pub skipped: Vec<Skipped>,
    /// Rejected frames, in order.
    pub rejected: Vec<Rejected>,
    /// Where the tail is torn.
    #[serde(deserialize_with = "Option::deserialize")]
    pub tail: Option<u64>,
}

/// An accepted entry of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// First byte of the marker, or of the frame where the marker was damaged.
    pub start: u64,
    /// First byte after the frame.
    pub end: u64,
    /// The JSON form of the frame.
    pub frame: Value,
}

/// A skipped range of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// Its first byte.
    pub start: u64,
    /// First byte after it.
    pub end: u64,
    /// Why.
    pub code: String,
}

/// A rejected frame of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// Place of its prelude in the file.
    pub start: u64,
    /// Why.
    pub code: String,
    /// Where, as reported for the frame alone.
    pub offset: u64,
}

/// What a ledger says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerReport {
    /// One list for each frame.
    pub verdicts: Vec<Vec<VerdictLine>>,
    /// Verdicts at the end of the input.
    pub end: Vec<EndLine>,
    /// The accounts, by producer, lane and epoch.
    pub accounts: Vec<AccountLine>,
}

/// One verdict on a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictLine {
    /// Name in `spec/registry/verdicts.toml`.
    pub verdict: String,
    /// Its argument as a string of digits, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg: Option<String>,
}

/// One verdict at the end of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndLine {
    /// 32 hexadecimal digits.
    pub producer_id: String,
    /// Lane of the producer.
    pub lane: u32,
    /// Name in `spec/registry/verdicts.toml`.
    pub verdict: String,
    /// Its argument as a string of digits.
    pub arg: String,
}

/// The account of one epoch of a lane; numbers are strings of digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    /// 32 hexadecimal digits.
    pub producer_id: String,
    /// Lane of the producer.
    pub lane: u32,
    /// Epoch of the lane.
    pub epoch: u32,
    /// First number.
    pub first: String,
    /// Last number.
    pub last: String,
    /// Records of accepted frames.
    pub seen: String,
    /// Declared drops.
    pub declared: String,
    /// Records of rejected frames.
    pub unreadable: String,
    /// What is missing.
    pub lost: String,
    /// `open`, `ended` or `closed`.
    pub tail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: u64,
    ok: Option<Value>,
    error: Option<Refusal>,
    unsupported: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EncodedLine {
    frame: String,
}

impl Answer {
    /// Reads the answer to `question`, which was asked under `id`.
    ///
    /// # Errors
    /// The line is no answer to it; the text says why.
    pub fn from_line(line: &str, id: u64, question: &Question) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| format!("not an answer: {error}"))?;
        if line.id != id {
            return Err(format!("the answer's id is {}, the question's {id}", line.id));
        }
        match (line.ok, line.error, line.unsupported) {
            (Some(ok), None, None) => Self::from_ok(ok, question),
            (None, Some(refusal), None) => refusal.check(question).map(Self::Refused),
            (None, None, Some(why)) => Ok(Self::Unsupported(why)),
            _ => Err("an answer has exactly one of `ok`, `error` and `unsupported`".to_owned()),
        }
    }

    fn from_ok(ok: Value, question: &Question) -> Result<Self, String> {
        let wrong = |error: serde_json::Error| format!("`ok` of {}: {error}", question.op());
        match question {
            Question::Hello => serde_json::from_value(ok).map_err(wrong).and_then(Hello::check).map(Self::Hello),
            Question::Decode(_) => {
                let decoded: Decoded = serde_json::from_value(ok).map_err(wrong)?;
                object(&decoded.frame)?;
                Ok(Self::Decoded(decoded))
            }
            Question::Encode { .. } => {
                let encoded: EncodedLine = serde_json::from_value(ok).map_err(wrong)?;
                let frame = STANDARD.decode(encoded.frame).map_err(|error| format!("`frame`: {error}"))?;
                Ok(Self::Encoded(frame))
            }
            Question::File { .. } => {
                let report: FileReport = serde_json::from_value(ok).map_err(wrong)?;
                report.accepted.iter().try_for_each(|entry| object(&entry.frame))?;
                Ok(Self::File(report))
            }
            Question::Ledger { .. } => serde_json::from_value(ok).map_err(wrong).map(Self::Ledger),
            Question::Producer(_) => serde_json::from_value(ok).map_err(wrong).map(Self::Producer),
            Question::Consumer(_) => serde_json::from_value(ok).map_err(wrong).map(Self::Consumer),
            Question::Diff(_) => serde_json::from_value(ok).map_err(wrong).map(Self::States),
            Question::Store(_) => serde_json::from_value(ok).map_err(wrong).map(Self::Store),
            Question::Unknown(op) => Err(format!("`ok` to `{op}`, an operation that does not exist")),
        }
    }

    /// The line of this answer, without its line break.
    #[must_use]
    pub fn to_line(&self, id: u64) -> String {
        let (key, value) = match self {
            Self::Hello(hello) => ("ok", to_value(hello)),
            Self::Decoded(decoded) => ("ok", to_value(decoded)),
            Self::Encoded(frame) => ("ok", json!({ "frame": STANDARD.encode(frame) })),
            Self::File(report) => ("ok", to_value(report)),
            Self::Ledger(report) => ("ok", to_value(report)),
            Self::Producer(report) => ("ok", to_value(report)),
            Self::Consumer(report) => ("ok", to_value(report)),
            Self::States(report) => ("ok", to_value(report)),
            Self::Store(report) => ("ok", to_value(report)),
            Self::Refused(refusal) => ("error", to_value(refusal)),
            Self::Unsupported(why) => ("unsupported", Value::from(why.as_str())),
        };
        let mut line = Map::new();
        line.insert("id".to_owned(), Value::from(id));
        line.insert(key.to_owned(), value);
        Value::Object(line).to_string()
    }
}

impl Hello {
    fn check(self) -> Result<Self, String> {
        if self.protocol != super::PROTOCOL {
            return Err(format!("protocol {}, and this runner speaks {}", self.protocol, super::PROTOCOL));
        }
        match self.capabilities.iter().find(|name| !CAPABILITIES.contains(&name.as_str())) {
            Some(name) => Err(format!("`{name}` is not a capability; there are: {}", CAPABILITIES.join(", "))),
            None => Ok(self),
        }
    }

    /// Whether the testee declared this capability.
    #[must_use]
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|name| name == capability)
    }
}

impl Refusal {
    fn check(self, question: &Question) -> Result<Self, String> {
        // What is not needed is not judged: a writer may say an offset too.
        let (offset, released) = match question {
            Question::Decode(_) => (true, true),
            Question::File { .. } => (true, false),
            Question::Encode { .. } => (false, false),
            _ => return Err(format!("{} has no errors", question.op())),
        };
        if offset && self.offset.is_none() {
            return Err(format!("an error of {} needs an `offset`", question.op()));
        }
        if released && self.released.is_none() {
            return Err(format!("an error of {} needs `released`", question.op()));
        }
        Ok(self)
    }
}

fn object(frame: &Value) -> Result<(), String> {
    if frame.is_object() { Ok(()) } else { Err("`frame` is not an object".to_owned()) }
}

/// These types have string keys and no maps of their own, so this never fails.
fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::DecodeQuestion;

    fn decode() -> Question {
        Question::Decode(DecodeQuestion::default())
    }

    #[test]
    fn answers_survive_the_line() {
        let refused = Refusal { code: "EMPTY".into(), offset: Some(0), released: Some(0), message: None };
        let file = FileReport {
            accepted: vec![Accepted { start: 28, end: 90, frame: json!({}) }],
            skipped: vec![Skipped { start: 1, end: 2, code: "FILE_MARKER".into() }],
            rejected: vec![Rejected { start: 4, code: "BODY_CRC".into(), offset: 12 }],
            tail: None,
        };
        let hello = Hello {
            protocol: 1,
            implementation: "x".into(),
            version: "1".into(),
            language: "y".into(),
            capabilities: vec!["decode".into()],
        };
        let pairs = [
            (Question::Hello, Answer::Hello(hello)),
            (decode(), Answer::Refused(refused)),
            (decode(), Answer::Decoded(Decoded { frame: json!({"a": 1}), lints: Some(vec![]) })),
            (decode(), Answer::Unsupported("no".into())),
            (Question::Encode { content: json!({}), options: Default::default() }, Answer::Encoded(vec![1, 2])),
            (Question::File { file: vec![], pieces: None }, Answer::File(file)),
        ];
        for (question, answer) in pairs {
            assert_eq!(Answer::from_line(&answer.to_line(5), 5, &question), Ok(answer));
        }
    }

    #[test]
    fn what_is_no_answer_is_a_protocol_error() {
        let lines = [
            "",
            "{}",
            r#"{"id":5}"#,
            r#"{"id":4,"unsupported":"stale"}"#,
            r#"{"id":"5","unsupported":"text"}"#,
            r#"{"id":5,"unsupported":"a","ok":{"frame":{}}}"#,
            r#"{"id":5,"ok":{"frame":[]}}"#,
            r#"{"id":5,"ok":{"frame":{},"extra":1}}"#,
            r#"{"id":5,"ok":{"frame":{}},"extra":1}"#,
            r#"{"id":5,"error":{"code":"EMPTY"}}"#,
            r#"{"id":5,"error":{"code":"EMPTY","offset":0}}"#,
            r#"{"id":5,"error":{"code":"EMPTY","offset":-1,"released":0}}"#,
            r#"{"id":5,"error":{"code":"EMPTY","offset":0,"released":0,"where":1}}"#,
        ];
        for line in lines {
            assert!(Answer::from_line(line, 5, &decode()).is_err(), "{line}");
        }
        let unknown = Question::Unknown("teapot".into());
        assert!(Answer::from_line(r#"{"id":5,"ok":{}}"#, 5, &unknown).is_err());
        let file = Question::File { file: vec![], pieces: None };
        let tailless = r#"{"id":5,"ok":{"accepted":[],"skipped":[],"rejected":[]}}"#;
        assert!(Answer::from_line(tailless, 5, &file).is_err(), "`tail` has to be there");
    }

    #[test]
    fn a_hello_of_another_protocol_or_with_an_unknown_capability_is_refused() {
        let line = |protocol: u32, capability: &str| {
            format!(
                r#"{{"id":0,"ok":{{"protocol":{protocol},"implementation":"x","version":"1","language":"y","capabilities":["{capability}"]}}}}"#
            )
        };
        assert!(Answer::from_line(&line(1, "decode"), 0, &Question::Hello).is_ok());
        assert!(Answer::from_line(&line(2, "decode"), 0, &Question::Hello).is_err());
        assert!(Answer::from_line(&line(1, "decoed"), 0, &Question::Hello).is_err());
    }
}
