//! One line from the runner to the testee.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dashstream_vectors::StoreFile;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::INLINE_LIMIT;
use super::script::{Base64, ConsumerQuestion, ProducerQuestion, StateQuestion, StoreQuestion};

/// What the runner asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Who are you, and what can you do?
    Hello,
    /// Decode one frame.
    Decode(DecodeQuestion),
    /// Make a frame.
    Encode {
        /// The JSON form, as `spec/writer-input.md` takes it.
        content: Value,
        /// How to store the body.
        options: WriteOptions,
    },
    /// Read a file of frames.
    File {
        /// The file.
        file: Vec<u8>,
        /// Lengths of the pieces in which it arrives; the rest is the last piece.
        pieces: Option<Vec<u64>>,
    },
    /// Keep the account of lanes.
    Ledger {
        /// The frames in the order of their arrival.
        input: Vec<Arrival>,
    },
    /// Follow a script as a producer.
    Producer(ProducerQuestion),
    /// Follow a script as a consumer.
    Consumer(ConsumerQuestion),
    /// Keep the state of a thread.
    Diff(StateQuestion),
    /// Look at a store.
    Store(StoreQuestion),
    /// An operation that nobody knows: the answer has to be `unsupported`.
    Unknown(String),
}

/// One frame to decode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeQuestion {
    /// The input; `None` is a null value.
    pub frame: Option<Vec<u8>>,
    /// Limits that the caller of the reader gives.
    pub limits: Limits,
    /// Tenant that the caller of the reader expects.
    pub tenant: Option<String>,
    /// Lengths of the pieces in which it arrives; the rest is the last piece.
    pub pieces: Option<Vec<u64>>,
}

/// Limits of a reader, inclusive; `None`: those of the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a whole frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_frame_len: Option<u64>,
    /// Bytes of the decompressed body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_raw_len: Option<u64>,
    /// Records in a frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_records: Option<u64>,
}

/// How a writer is to store the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOptions {
    /// Number of the codec.
    pub codec: u32,
    /// Level of the codec; `None`: the writer's choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
    /// Bodies of fewer bytes are stored with codec 0; `None`: no threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u64>,
}

/// One frame that arrives at a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The frame, possibly a damaged one.
    pub frame: Vec<u8>,
    /// Partition that it came from.
    pub partition: Option<u32>,
}

/// Where input goes that is too large for a line.
#[derive(Clone, Copy, Debug)]
pub struct InlineLimit<'a> {
    /// Bytes up to which input stands in the line.
    pub bytes: usize,
    /// Folder for the files.
    pub folder: &'a Path,
}

impl<'a> InlineLimit<'a> {
    /// The protocol's own limit, with files in `folder`.
    #[must_use]
    pub const fn standard(folder: &'a Path) -> Self {
        Self { bytes: INLINE_LIMIT, folder }
    }

    fn put(&self, object: &mut Map<String, Value>, name: &str, id: u64, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() <= self.bytes {
            object.insert(name.to_owned(), Value::from(STANDARD.encode(bytes)));
            return Ok(());
        }
        self.put_path(object, name, id, bytes)
    }

    fn put_path(&self, object: &mut Map<String, Value>, name: &str, id: u64, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(format!("{name}-{id}"));
        std::fs::write(&path, bytes)?;
        let text = path.to_str().ok_or_else(|| io::Error::other("the temporary folder's name is not UTF-8"))?;
        object.insert(format!("{name}_path"), Value::from(text));
        Ok(())
    }
}

impl Question {
    /// The name of the operation, as in the line.
    #[must_use]
    pub fn op(&self) -> &str {
        match self {
            Self::Hello => "hello",
            Self::Decode(_) => "decode",
            Self::Encode { .. } => "encode",
            Self::File { .. } => "file",
            Self::Ledger { .. } => "ledger",
            Self::Producer(_) => "producer",
            Self::Consumer(_) => "consumer",
            Self::Diff(_) => "diff",
            Self::Store(_) => "store",
            Self::Unknown(op) => op,
        }
    }

    /// The line that asks this, without its line break. Input above the limit is written to a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn to_line(&self, id: u64, limit: InlineLimit<'_>) -> io::Result<String> {
        let mut object = Map::new();
        object.insert("id".to_owned(), Value::from(id));
        object.insert("op".to_owned(), Value::from(self.op()));
        match self {
            Self::Hello | Self::Unknown(_) => {}
            Self::Decode(question) => question.put(&mut object, id, limit)?,
            Self::Encode { content, options } => {
                let text = content.to_string();
                if text.len() <= limit.bytes {
                    object.insert("content".to_owned(), content.clone());
                } else {
                    limit.put_path(&mut object, "content", id, text.as_bytes())?;
                }
                object.insert("options".to_owned(), serde_json::to_value(options)?);
            }
            Self::File { file, pieces } => {
                limit.put(&mut object, "file", id, file)?;
                put_pieces(&mut object, pieces.as_deref());
            }
            Self::Ledger { input } => {
                object.insert("input".to_owned(), input.iter().map(Arrival::to_value).collect());
            }
            Self::Producer(ProducerQuestion { settings, steps }) => put_script(&mut object, settings, steps)?,
            Self::Consumer(ConsumerQuestion { settings, steps }) => put_script(&mut object, settings, steps)?,
            Self::Diff(StateQuestion { steps }) => {
                object.insert("steps".to_owned(), serde_json::to_value(steps)?);
            }
            Self::Store(StoreQuestion { files }) => {
                object.insert("files".to_owned(), serde_json::to_value(files)?);
            }
        }
        Ok(Value::Object(object).to_string())
    }

    /// Reads a line, and the file that it may name.
    ///
    /// # Errors
    /// The line is not a question of this protocol; the text says why.
    pub fn from_line(line: &str) -> Result<(u64, Self), String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let id = line.id;
        let question = match line.op.as_str() {
            "hello" => Self::Hello,
            "decode" => Self::Decode(DecodeQuestion {
                frame: match (&line.frame, &line.frame_path) {
                    (Some(Value::Null), None) => None,
                    (frame, path) => Some(bytes(frame.as_ref(), path.as_deref(), "frame")?),
                },
                limits: line.limits.unwrap_or_default(),
                tenant: line.tenant,
                pieces: line.pieces,
            }),
            "encode" => Self::Encode {
                content: match (line.content, line.content_path) {
                    (Some(content), None) => content,
                    (None, Some(path)) => {
                        let text = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
                        serde_json::from_slice(&text).map_err(|error| error.to_string())?
                    }
                    _ => return Err("`content` or `content_path`, and not both".to_owned()),
                },
                options: line.options.unwrap_or_default(),
            },
            "file" => {
                Self::File { file: bytes(line.file.as_ref(), line.file_path.as_deref(), "file")?, pieces: line.pieces }
            }
            "ledger" => {
                let input = line.input.ok_or("`input` is missing")?;
                Self::Ledger { input: input.into_iter().map(ArrivalLine::read).collect::<Result<_, _>>()? }
            }
            "producer" => {
                let (settings, steps) = script(line.settings, line.steps)?;
                Self::Producer(ProducerQuestion { settings, steps })
            }
            "consumer" => {
                let (settings, steps) = script(line.settings, line.steps)?;
                Self::Consumer(ConsumerQuestion { settings, steps })
            }
            "diff" => {
                let steps = serde_json::from_value(line.steps.ok_or("`steps` is missing")?);
                Self::Diff(StateQuestion { steps: steps.map_err(|error| format!("`steps`: {error}"))? })
            }
            "store" => Self::Store(StoreQuestion { files: line.files.ok_or("`files` is missing")? }),
            _ => Self::Unknown(line.op),
        };
        Ok((id, question))
    }
}

impl DecodeQuestion {
    fn put(&self, object: &mut Map<String, Value>, id: u64, limit: InlineLimit<'_>) -> io::Result<()> {
        match &self.frame {
            None => drop(object.insert("frame".to_owned(), Value::Null)),
            Some(frame) => limit.put(object, "frame", id, frame)?,
        }
        if self.limits != Limits::default() {
            object.insert("limits".to_owned(), serde_json::to_value(self.limits)?);
        }
        if let Some(tenant) = &self.tenant {
            object.insert("tenant".to_owned(), Value::from(tenant.as_str()));
        }
        put_pieces(object, self.pieces.as_deref());
        Ok(())
    }
}

impl Arrival {
    fn to_value(&self) -> Value {
        let frame = STANDARD.encode(&self.frame);
        match self.partition {
            None => json!({ "frame": frame }),
            Some(partition) => json!({ "frame": frame, "partition": partition }),
        }
    }
}

fn put_script(object: &mut Map<String, Value>, settings: &impl Serialize, steps: &impl Serialize) -> io::Result<()> {
    object.insert("settings".to_owned(), serde_json::to_value(settings)?);
    object.insert("steps".to_owned(), serde_json::to_value(steps)?);
    Ok(())
}

fn script<S: DeserializeOwned, T: DeserializeOwned>(
    settings: Option<Value>,
    steps: Option<Value>,
) -> Result<(S, Vec<T>), String> {
    let settings = serde_json::from_value(settings.ok_or("`settings` is missing")?);
    let steps = serde_json::from_value(steps.ok_or("`steps` is missing")?);
    let wrong = |name: &'static str| move |error: serde_json::Error| format!("`{name}`: {error}");
    Ok((settings.map_err(wrong("settings"))?, steps.map_err(wrong("steps"))?))
}

fn put_pieces(object: &mut Map<String, Value>, pieces: Option<&[u64]>) {
    if let Some(pieces) = pieces {
        object.insert("pieces".to_owned(), pieces.iter().copied().collect());
    }
}

fn bytes(text: Option<&Value>, path: Option<&str>, name: &str) -> Result<Vec<u8>, String> {
    match (text, path) {
        (Some(Value::String(text)), None) => STANDARD.decode(text).map_err(|error| format!("`{name}`: {error}")),
        (None, Some(path)) => std::fs::read(path).map_err(|error| format!("{path}: {error}")),
        _ => Err(format!("`{name}` or `{name}_path`, and not both")),
    }
}

#[derive(Deserialize)]
struct Line {
    id: u64,
    op: String,
    #[serde(default, deserialize_with = "present")]
    frame: Option<Value>,
    frame_path: Option<String>,
    limits: Option<Limits>,
    tenant: Option<String>,
    pieces: Option<Vec<u64>>,
    content: Option<Value>,
    content_path: Option<String>,
    options: Option<WriteOptions>,
    file: Option<Value>,
    file_path: Option<String>,
    input: Option<Vec<ArrivalLine>>,
    settings: Option<Value>,
    steps: Option<Value>,
    files: Option<Vec<StoreFile<Base64>>>,
}

#[derive(Deserialize)]
struct ArrivalLine {
    frame: String,
    partition: Option<u32>,
}

impl ArrivalLine {
    fn read(self) -> Result<Arrival, String> {
        let frame = STANDARD.decode(&self.frame).map_err(|error| format!("`frame`: {error}"))?;
        Ok(Arrival { frame, partition: self.partition })
    }
}

/// Keeps a `null` that is there apart from a key that is not.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(question: &Question, bytes: usize) -> Question {
        let folder = tempfile::tempdir().unwrap();
        let line = question.to_line(7, InlineLimit { bytes, folder: folder.path() }).unwrap();
        assert!(!line.contains('\n'));
        let (id, read) = Question::from_line(&line).unwrap();
        assert_eq!(id, 7);
        read
    }

    #[test]
    fn questions_survive_the_line_and_the_file() {
        let decode = |frame: Option<Vec<u8>>| {
            Question::Decode(DecodeQuestion {
                frame,
                limits: Limits { max_records: Some(3), ..Limits::default() },
                tenant: Some("acme".into()),
                pieces: Some(vec![1, 2]),
            })
        };
        let questions = [
            Question::Hello,
            decode(None),
            decode(Some(vec![])),
            decode(Some(vec![0xBE; 300])),
            Question::Encode {
                content: json!({"records": [1]}),
                options: WriteOptions { codec: 1, level: Some(-3), threshold: None },
            },
            Question::File { file: vec![1; 300], pieces: None },
            Question::Ledger {
                input: vec![Arrival { frame: vec![9], partition: Some(4) }, Arrival { frame: vec![], partition: None }],
            },
            Question::Unknown("teapot".into()),
        ];
        for question in &questions {
            assert_eq!(&round(question, INLINE_LIMIT), question);
            assert_eq!(&round(question, 0), question);
        }
    }

    #[test]
    fn what_is_no_question_is_refused() {
        for line in [
            "",
            "{}",
            "[]",
            r#"{"id":1,"op":"decode"}"#,
            r#"{"id":-1,"op":"hello"}"#,
            r#"{"id":1,"op":"file","file":"?"}"#,
        ] {
            assert!(Question::from_line(line).is_err(), "{line}");
        }
    }
}
