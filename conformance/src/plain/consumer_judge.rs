//! The first steps with a message: it is judged, and the ledger observes it.

use super::consumer_part::Around;
use super::consumer_replay::Replay;
use super::gate::Gate;
use super::ledger::{Arrival, Input, Ledger, Verdict};
use super::prelude::Limits;
use super::{Decoded, Fault};
use crate::protocol::Base64;
use dashstream_vectors::{HandStanding, LogMessage};

/// Codes of class unsupported that a frame can have.
const UNSUPPORTED: [&str; 4] = ["VERSION", "CRITICAL_FLAG", "SCHEMA", "CODEC"];

/// Verdicts that say that the ledger has not counted a frame, and that it is no duplicate.
const NOT_COUNTED: [&str; 5] = ["OVERLAP", "STALE_EPOCH", "FORK", "AFTER_END", "FORGOTTEN"];

/// What the reader says of a message.
pub(super) enum Judged {
    /// Its records, each judged alone.
    Accepted(Box<Decoded>),
    /// A code.
    Rejected(&'static str),
    /// A code with which the partition stops.
    Unsupported(&'static str),
}

/// Whether a frame was there before. `None`: it was.
pub(super) type Standing = Option<HandStanding>;

/// CON-001, CON-005, CON-012
pub(super) fn judge(around: &Around<'_>, message: &LogMessage<Base64>) -> Judged {
    let gate = around.plain.gate();
    let bytes = message.bytes.as_ref().map(|bytes| bytes.0.as_slice());
    let mut tenant = around.settings.tenant.as_deref().filter(|_| !gate.strict("CON-012"));
    // KAF-006
    let said = header(message, "ds-tenant").filter(|_| gate.strict("KAF-006"));
    if let (Some(expected), Some(said)) = (tenant, said) {
        if expected != said {
            return Judged::Rejected("TENANT_MISMATCH");
        }
        tenant = None;
    }
    match around.plain.read(bytes, Limits::default(), tenant) {
        Ok(decoded) => Judged::Accepted(Box::new(decoded)),
        Err(Fault { code, .. }) if UNSUPPORTED.contains(&code) && !mistaken(gate, code) => Judged::Unsupported(code),
        Err(Fault { code, .. }) => Judged::Rejected(code),
    }
}

/// CON-005: mutants that know only some codes of class unsupported.
fn mistaken(gate: Gate, code: &str) -> bool {
    (code == "CRITICAL_FLAG" && gate.strict("CON-005.flag")) || (code == "SCHEMA" && gate.strict("CON-005.schema"))
}

/// CON-002: the ledger observes a frame. `code`: it was rejected.
pub(super) fn observe(
    around: &Around<'_>,
    ledger: &mut Ledger,
    message: &LogMessage<Base64>,
    code: Option<&str>,
) -> Vec<Verdict> {
    let gate = around.plain.gate();
    // The frames of another tenant are nobody's business here. CON-012
    let foreign = code == Some("TENANT_MISMATCH") && !gate.strict("CON-012.ledger");
    // CON-002
    let left_out = foreign || (code.is_some() && gate.strict("CON-002"));
    let Some(bytes) = message.bytes.as_ref().filter(|_| !left_out) else {
        return Vec::new();
    };
    let input = Input { frame: bytes.0.clone(), partition: Some(u64::from(around.partition)) };
    let Some(mut arrival) = around.plain.arrival(&input) else {
        return Vec::new();
    };
    // KAF-006
    if gate.strict("KAF-006.range") {
        believe(message, &mut arrival);
    }
    ledger.arrive(&arrival)
}

/// CON-003, CON-004, CON-013
pub(super) fn choose(around: &Around<'_>, verdicts: &[Verdict], offset: u64) -> Standing {
    let gate = around.plain.gate();
    let is = |names: &[&str]| verdicts.iter().any(|verdict| names.contains(&verdict.name));
    // CON-004
    if is(&NOT_COUNTED) && gate.strict("CON-004.suppressed") {
        return None;
    }
    if is(&NOT_COUNTED) && !gate.strict("CON-004") {
        return Some(HandStanding::Unknown);
    }
    // CON-003, KAF-010
    let kept = gate.strict("CON-003") || (gate.strict("KAF-010") && !around.is_as_before(offset));
    if is(&["DUPLICATE"]) && !kept { None } else { Some(HandStanding::New) }
}

/// CON-013
pub(super) fn is_known_replay(
    around: &Around<'_>,
    known: &mut std::collections::BTreeSet<Replay>,
    replay: &Replay,
) -> bool {
    let gate = around.plain.gate();
    let mut replay = replay.clone();
    if gate.strict("CON-013.attempt") {
        replay.attempt = 0;
    }
    !known.insert(replay) && !gate.strict("CON-013.twice")
}

fn header<'a>(message: &'a LogMessage<Base64>, name: &str) -> Option<&'a str> {
    message.headers.iter().find(|header| header.name == name).map(|header| header.value.as_str())
}

/// KAF-006.range: takes the place of a frame from the headers.
fn believe(message: &LogMessage<Base64>, arrival: &mut Arrival) {
    let number = |name| header(message, name).and_then(|value| value.parse::<u64>().ok());
    if let Some(producer) = header(message, "ds-producer") {
        arrival.producer = producer.to_owned();
    }
    arrival.epoch = number("ds-epoch").unwrap_or(arrival.epoch);
    arrival.lane = number("ds-lane").unwrap_or(arrival.lane);
    if let Some(base) = number("ds-base").map(u128::from) {
        arrival.z = base + arrival.z.saturating_sub(arrival.a);
        arrival.a = base;
    }
}
