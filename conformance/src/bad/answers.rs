//! What bad testees say. Right answers come from the plain implementation.

use serde_json::{Map, Value, json};

use crate::plain::Plain;
use crate::protocol::{CAPABILITIES, PROTOCOL};

fn read(line: &str) -> (Value, String) {
    let question: Value = serde_json::from_str(line).unwrap_or(Value::Null);
    let id = question.get("id").cloned().unwrap_or(Value::Null);
    let op = question.get("op").and_then(Value::as_str).unwrap_or_default().to_owned();
    (id, op)
}

fn change(answer: &str, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    match serde_json::from_str(answer) {
        Ok(Value::Object(mut object)) => {
            change(&mut object);
            Value::Object(object).to_string()
        }
        _ => answer.to_owned(),
    }
}

/// The right answer.
pub(super) fn good(line: &str) -> String {
    crate::plain::testee::answer(Plain::new(), line).to_string()
}

/// An answer to hello, of any protocol, with every capability or none.
pub(super) fn who(line: &str, protocol: u32, everything: bool) -> String {
    let capabilities: &[&str] = if everything { CAPABILITIES } else { &[] };
    let ok = json!({
        "protocol": if everything { protocol } else { PROTOCOL },
        "implementation": "bad",
        "version": "0",
        "language": "Rust",
        "capabilities": capabilities,
    });
    json!({ "id": read(line).0, "ok": ok }).to_string()
}

/// An acceptance of anything.
pub(super) fn accepting(line: &str) -> String {
    let (id, op) = read(line);
    let ok = match op.as_str() {
        "encode" => json!({ "frame": "vgEAAA==" }),
        "file" => json!({ "accepted": [], "skipped": [], "rejected": [], "tail": null }),
        "ledger" => json!({ "verdicts": [], "end": [], "accounts": [] }),
        "producer" | "consumer" => json!({ "steps": [] }),
        "diff" => json!({ "states": [] }),
        "store" => json!({ "threads": [] }),
        _ => json!({ "frame": { "header": {}, "metadata": {}, "records": [] }, "lints": [] }),
    };
    json!({ "id": id, "ok": ok }).to_string()
}

/// A rejection of anything.
pub(super) fn rejecting(line: &str) -> String {
    let (id, op) = read(line);
    let error = match op.as_str() {
        "encode" => json!({ "code": "INPUT" }),
        "file" => json!({ "code": "FILE_SIGNATURE", "offset": 0 }),
        "ledger" | "producer" | "consumer" | "diff" | "store" => return accepting(line),
        _ => json!({ "code": "PRELUDE_CRC", "offset": 4, "released": 0 }),
    };
    json!({ "id": id, "error": error }).to_string()
}

/// No answer to anything.
pub(super) fn unsupported(line: &str) -> String {
    json!({ "id": read(line).0, "unsupported": "not today" }).to_string()
}

/// The answer under the next id.
pub(super) fn with_other_id(answer: &str) -> String {
    change(answer, |object| {
        let id = object.get("id").and_then(Value::as_u64).unwrap_or_default();
        object.insert("id".to_owned(), Value::from(id + 1));
    })
}

/// The answer with a key that the protocol does not have.
pub(super) fn with_another_key(answer: &str) -> String {
    change(answer, |object| {
        object.insert("elapsed".to_owned(), Value::from(1));
    })
}

/// The right answer, or an acceptance where that would be `unsupported`.
pub(super) fn never_unsupported(line: &str) -> String {
    let answer = good(line);
    if answer.contains("\"unsupported\"") { accepting(line) } else { answer }
}
