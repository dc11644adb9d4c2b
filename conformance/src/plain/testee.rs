//! The plain implementation as a testee: JSON Lines in, JSON Lines out.

use super::Plain;
use super::bytes::{base64, cut, size, unbase64};
use super::encode::Options;
use super::gate::Fault;
use super::ledger::Input;
use super::lints;
use super::prelude::Limits;
use crate::codes::OF_THE_BODY;
use crate::protocol::CAPABILITIES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};
use std::io::{BufRead, Result, Write};

/// What stops a request before it is looked at.
type Refusal = Json;

/// Answers requests until the input ends.
///
/// # Errors
/// Where the input cannot be read or the output not be written.
pub fn serve<R: BufRead, W: Write>(plain: Plain, input: R, mut output: W) -> Result<()> {
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer(plain, &line);
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// The answer to one line.
#[must_use]
pub fn answer(plain: Plain, line: &str) -> Json {
    let Ok(request) = serde_json::from_str::<Json>(line) else {
        return json!({"id": null, "unsupported": "not a JSON object"});
    };
    let result = match request.get("op").and_then(Json::as_str) {
        Some("hello") => Ok(json!({"ok": hello(plain)})),
        Some("decode") => decode(plain, &request),
        Some("encode") => encode(plain, &request),
        Some("file") => file(plain, &request),
        Some("ledger") => ledger(plain, &request),
        Some("producer") => script(&request, |question| plain.producer(question)),
        Some("consumer") => script(&request, |question| plain.consumer(question)),
        Some("diff") => script(&request, |question| plain.follow(question)),
        Some("store") => script(&request, |question| plain.look(question)),
        _ => Ok(unsupported("unknown operation")),
    };
    let mut answer = Map::new();
    answer.insert("id".to_owned(), request.get("id").cloned().unwrap_or(Json::Null));
    if let Json::Object(rest) = result.unwrap_or_else(|refusal| refusal) {
        answer.extend(rest);
    }
    Json::Object(answer)
}

fn unsupported(why: &str) -> Json {
    json!({"unsupported": why})
}

fn hello(plain: Plain) -> Json {
    let mutant = plain.mutant_id();
    json!({
        "protocol": 1,
        "implementation": mutant.map_or("plain".to_owned(), |id| format!("plain, mutant {id}")),
        "version": env!("CARGO_PKG_VERSION"),
        "language": "Rust",
        "capabilities": CAPABILITIES,
    })
}

fn failed(fault: &Fault, released: u64) -> Json {
    let message = format!("{} at {}: {}", fault.code, fault.offset, fault.requirement);
    json!({"error": {
        "code": fault.code, "offset": fault.offset, "released": released, "message": message,
    }})
}

/// Bytes in the request, by value or by path. `None`: there is no value.
fn bytes(request: &Json, name: &str) -> std::result::Result<Option<Vec<u8>>, Refusal> {
    if let Some(path) = request.get(format!("{name}_path")).and_then(Json::as_str) {
        return match std::fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => Err(unsupported(&format!("cannot read {path}: {error}"))),
        };
    }
    match request.get(name) {
        Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => match unbase64(text) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(unsupported("not Base64")),
        },
        _ => Err(unsupported(&format!("no {name}"))),
    }
}

/// The input as it comes in pieces: cut up, and put together again.
fn pieces(plain: Plain, whole: &[u8], request: &Json) -> Vec<u8> {
    let lengths = request.get("pieces").and_then(Json::as_array).cloned().unwrap_or_default();
    let mut all = Vec::new();
    let mut at = 0;
    for length in lengths {
        let end = at + size(length.as_u64().unwrap_or(0)).min(whole.len() - at);
        all.push(cut(whole, at, end));
        at = end;
    }
    all.push(cut(whole, at, whole.len()));
    // FILE-010
    if plain.gate().strict("FILE-010") && all.len() > 1 {
        all.retain(|piece| piece.len() > 1);
    }
    all.concat()
}

fn limits(request: &Json) -> Limits {
    let limit = |name: &str| request.get("limits").and_then(|l| l.get(name)).and_then(Json::as_u64);
    Limits {
        max_frame_len: limit("max_frame_len"),
        max_raw_len: limit("max_raw_len"),
        max_records: limit("max_records"),
    }
}

fn decode(plain: Plain, request: &Json) -> std::result::Result<Json, Refusal> {
    let value = bytes(request, "frame")?.map(|whole| pieces_of_frame(&whole, request));
    let tenant = request.get("tenant").and_then(Json::as_str);
    Ok(match plain.read(value.as_deref(), limits(request), tenant) {
        Ok(decoded) => {
            let lints = lints::in_order(&decoded.lints);
            json!({"ok": {"frame": decoded.json(), "lints": lints}})
        }
        // FRM-008
        Err(fault) if plain.gate().strict("FRM-008") && late(&fault) => failed(&fault, 1),
        Err(fault) => failed(&fault, 0),
    })
}

/// A message is put together the same way by every mutant.
fn pieces_of_frame(whole: &[u8], request: &Json) -> Vec<u8> {
    pieces(Plain::new(), whole, request)
}

/// Faults before which a hasty reader has released something: those of a body that it has in hand.
fn late(fault: &Fault) -> bool {
    ["BODY_CRC", "CODEC_PROFILE", "DECOMPRESS"].contains(&fault.code) || OF_THE_BODY.contains(&fault.code)
}

fn encode(plain: Plain, request: &Json) -> std::result::Result<Json, Refusal> {
    let content = match request.get("content_path").and_then(Json::as_str) {
        Some(path) => std::fs::read(path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .ok_or_else(|| unsupported(&format!("cannot read {path}")))?,
        None => request.get("content").cloned().unwrap_or(Json::Null),
    };
    let options = Options::from_json(request.get("options").unwrap_or(&Json::Null));
    Ok(match options.and_then(|options| plain.encode(&content, options)) {
        Ok(frame) => json!({"ok": {"frame": base64(&frame)}}),
        Err(fault) => failed(&fault, 0),
    })
}

fn file(plain: Plain, request: &Json) -> std::result::Result<Json, Refusal> {
    let whole = bytes(request, "file")?.unwrap_or_default();
    Ok(match plain.file(&pieces(plain, &whole, request)) {
        Ok(report) => json!({"ok": report.json()}),
        Err(fault) => failed(&fault, 0),
    })
}

fn ledger(plain: Plain, request: &Json) -> std::result::Result<Json, Refusal> {
    let mut inputs = Vec::new();
    for one in request.get("input").and_then(Json::as_array).cloned().unwrap_or_default() {
        let frame = bytes(&one, "frame")?.unwrap_or_default();
        inputs.push(Input { frame, partition: one.get("partition").and_then(Json::as_u64) });
    }
    Ok(json!({"ok": plain.ledger(&inputs)}))
}

/// Follows a script.
fn script<Q: DeserializeOwned, A: Serialize>(
    request: &Json,
    follow: impl FnOnce(&Q) -> A,
) -> std::result::Result<Json, Refusal> {
    let question = Q::deserialize(request).map_err(|error| unsupported(&format!("no script: {error}")))?;
    let report = serde_json::to_value(follow(&question)).map_err(|error| unsupported(&error.to_string()))?;
    Ok(json!({"ok": report}))
}
