//! The same as JSON.

use serde_json::{Value, json};

use super::goals::Asked;
use super::{Goal, Run, goals};
use crate::measure::{Measured, Part, Spread};
use crate::{clock, heap};

/// The whole report.
#[must_use]
pub fn json(run: &Run) -> Value {
    let bodies = run.bodies.iter().map(
        |bodies| json!({ "records": bodies.records, "bytes_an_event": bodies.an_event, "largest": bodies.largest }),
    );
    json!({
        "corpus": run.corpus,
        "rounds": run.rounds,
        "time": clock::NAME,
        "allocator": heap::NAME,
        "bodies": bodies.collect::<Vec<_>>(),
        "measured": run.measured.iter().map(measured).collect::<Vec<_>>(),
        "goals": goals(run).iter().map(goal).collect::<Vec<_>>(),
    })
}

fn spread(spread: Spread) -> Value {
    json!({ "median": spread.median, "min": spread.min, "max": spread.max })
}

fn measured(measured: &Measured) -> Value {
    let Measured { name, records, events, account, .. } = measured;
    json!({
        "name": name,
        "records_a_frame": records,
        "events": events,
        "bytes_an_event": measured.bytes(),
        "build_ns": spread(measured.ns(Part::Build)),
        "encode_ns": spread(measured.ns(Part::Encode)),
        "decode_ns": spread(measured.ns(Part::Decode)),
        "build_allocations": measured.an_event(account.build_allocations),
        "encode_allocations": measured.an_event(account.encode_allocations),
        "decode_allocations": measured.an_event(account.decode_allocations),
        "decode_peak": account.decode_peak,
        "largest_frame": account.largest,
        "carries_ids": account.ids,
    })
}

fn goal(goal: &Goal) -> Value {
    let (least, stretch, most) = match goal.asked {
        Asked::Least { goal, stretch } => (Some(goal), stretch, None),
        Asked::Most(most) => (None, None, Some(most)),
    };
    json!({
        "against": goal.against,
        "what": goal.what,
        "at_least": least,
        "stretch": stretch,
        "at_most": most,
        "measured": spread(goal.measured),
        "reached": goal.is_reached(),
    })
}
