//! Letters for programs. Numbers of 64 bits are texts, as in the JSON form of frames.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dashstream_stream::deadletter::{Letter, LetterName};
use dashstream_stream::transport::Message;
use serde_json::{Map, Value, json};

use super::content::Content;

/// What is known of a letter.
pub(super) fn letter(name: LetterName, letter: &Letter) -> Value {
    let failure = &letter.failure;
    let frame = letter.frame.map(|frame| {
        json!({
            "producer": hex::encode(frame.producer_id),
            "epoch": frame.epoch,
            "lane": frame.lane,
            "base": frame.base_sequence.to_string(),
            "count": frame.record_count,
        })
    });
    json!({
        "id": name.to_string(),
        "topic": letter.topic,
        "partition": letter.position.partition,
        "offset": letter.position.offset.to_string(),
        "record": failure.record,
        "group": letter.group,
        "stage": failure.stage.name(),
        "code": failure.reason.name(),
        "code_offset": failure.offset.map(|offset| offset.to_string()),
        "attempt": letter.tries.count,
        "first_failure_us": letter.tries.first_us.to_string(),
        "last_failure_us": letter.tries.last_us.to_string(),
        "replays": letter.replays,
        "range": frame,
        "tenant": letter.owner.as_ref().map(|owner| &owner.tenant),
        "contexts": letter.owner.as_ref().map(|owner| &owner.contexts),
        "traceparent": letter.traceparent.map(|trace| trace.to_string()),
        "sha256": letter.sha256().map(hex::encode),
        "len": letter.message.value.as_ref().map(Vec::len),
    })
}

/// The message beside its value.
pub(super) fn message(message: &Message) -> Map<String, Value> {
    let headers = message.headers.iter().map(|header| json!([header.name, base64(header.value.as_deref())]));
    let parts = [
        ("timestamp_ms", message.timestamp_ms.map(|ms| ms.to_string()).into()),
        ("key", base64(message.key.as_deref())),
        ("headers", headers.collect()),
    ];
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What it holds.
pub(super) fn content(content: &Content) -> Map<String, Value> {
    let parts = match content {
        Content::Frame(frame) => vec![("frame", frame.clone())],
        Content::Other { error, window } => {
            let error = error.map(|error| {
                json!({"code": error.code.name(), "offset": error.offset.to_string(), "requirement": error.requirement})
            });
            let bytes = json!({"of": window.base, "at": window.start, "hex": hex::encode(&window.bytes)});
            vec![("error", error.into()), ("bytes", bytes)]
        }
    };
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn base64(bytes: Option<&[u8]>) -> Value {
    bytes.map(|bytes| STANDARD.encode(bytes)).into()
}
