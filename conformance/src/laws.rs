//! Laws that need a second implementation: the codec and the plain one say the same of every input. The laws that the
//! codec can be asked alone are in `dashstream_codec::laws`.

mod diff;

use std::collections::BTreeSet;
use std::fmt::Debug;

use dashstream_codec::file::{FileReport, SkippedRange};
use dashstream_codec::json::to_json;
use dashstream_codec::laws::{Broken, Seen, rebuild};
use dashstream_codec::{Batch, Code, Decoder, Error, ReadOptions};

use crate::fuzz::leaves_open;
use crate::plain::body::{Blob, Body, SPAN_REF, TRACE_REF};
use crate::plain::lints::in_order;
use crate::plain::{Decoded, Fault, Limits, Plain};
use crate::runner::compare::differences;

pub use diff::diff;

/// Both implementations give a frame the same code at the same offset, or the same content.
///
/// # Errors
/// They do not.
pub fn agree(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut decoder = Decoder::new();
    let codec = decoder.decode(bytes, &ReadOptions::default());
    let plain = Plain::new().read(Some(bytes), Limits::default(), None);
    let said = (codec.as_ref().err().copied(), plain.as_ref().err().cloned());
    let agreed = both(codec, plain);
    if agreed.is_err() && is_open(bytes, said.0, said.1) {
        return Ok(said.0.map_or_else(Seen::accepted, |error| Seen::rejected(&error)));
    }
    agreed
}

/// ZST-018: a body on which both may be right.
fn is_open(frame: &[u8], codec: Option<Error>, plain: Option<Fault>) -> bool {
    let codec = codec.map(|error| (error.code.name().to_owned(), error.offset));
    leaves_open(frame, codec, plain.map(|fault| (fault.code.to_owned(), fault.offset)))
}

/// An accepted frame without a lint, made once more by the codec, has the same body, and with codec none the same bytes;
/// what the codec makes of any other has no lint.
///
/// # Errors
/// It is not so, or a law of `dashstream_codec::laws::reencode` is broken.
pub fn tidy(bytes: &[u8]) -> Result<Seen, Broken> {
    let seen = dashstream_codec::laws::reencode(bytes)?;
    let mut decoder = Decoder::new();
    let Ok(batch) = decoder.decode(bytes, &ReadOptions::default()) else { return Ok(seen) };
    let Some(made) = rebuild(&batch)? else { return Ok(seen) };
    let decoded = match Plain::new().read(Some(bytes), Limits::default(), None) {
        Ok(decoded) => decoded,
        Err(fault) if is_open(bytes, None, Some(fault.clone())) => return Ok(seen),
        Err(fault) => return Err(broken("both implementations accept a frame", &fault)),
    };
    let lints = in_order(&decoded.lints);
    // The order of the table is kept, and with it a string that nothing refers to. The flags are no part of the body.
    let is_tidy = ids_are_tidy(&decoded) && lints.iter().all(|lint| ["UNUSED_STRING", "ANCILLARY_BIT"].contains(lint));
    if is_tidy {
        let mut decoder = Decoder::new();
        let again = decoder
            .decode(&made, &ReadOptions::default())
            .map_err(|error| broken("what is made is accepted", &error))?;
        hold(again.raw_body() == batch.raw_body(), "a tidy body is made as it is", &lints)?;
        let same = batch.prelude().codec != 0 || lints.contains(&"ANCILLARY_BIT") || made == bytes;
        hold(same, "a tidy frame is made as it is", &lints)?;
    }
    let made = Plain::new().read(Some(&made), Limits::default(), None);
    let made = made.map_err(|fault| broken("what is made is accepted", &fault))?;
    hold(ids_are_tidy(&made), "what is made is tidy", &"ids")?;
    let left = in_order(&made.lints);
    hold(left.iter().all(|lint| *lint == "UNUSED_STRING"), "what is made is tidy", &left)?;
    Ok(seen)
}

/// Whether the ids stand in the order in which the records need them, each once: of that there is no lint.
fn ids_are_tidy(decoded: &Decoded) -> bool {
    let Decoded { body, metadata, .. } = decoded;
    table_is_tidy(body, TRACE_REF, body.trace_ids.as_ref(), 16, &metadata.trace_id())
        && table_is_tidy(body, SPAN_REF, body.span_ids.as_ref(), 8, &[])
}

fn table_is_tidy(body: &Body, refs: u32, table: Option<&Blob>, len: usize, default: &[u8]) -> bool {
    let ids: Vec<&[u8]> = table.map_or(vec![], |table| table.bytes.chunks(len).collect());
    let mut needed = Vec::new();
    for entry in body.columns.get(&refs).map_or(&[][..], |column| &column.values) {
        if entry.bits > 0 && !needed.contains(&entry.bits) {
            needed.push(entry.bits);
        }
    }
    let is_once = ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    is_once && !ids.contains(&default) && needed.into_iter().eq(1..=ids.len() as u64)
}

/// Both implementations find the same in a file, or refuse it alike. A file with a frame that ZST-018 leaves open is left out: what
/// follows from it may differ too.
///
/// # Errors
/// They do not.
pub fn files(bytes: &[u8]) -> Result<Seen, Broken> {
    same_findings(bytes).or_else(|broken| if differ_in_decompress(bytes) { Ok(Seen::default()) } else { Err(broken) })
}

/// Whether one of the two refuses a body that the other takes.
fn differ_in_decompress(bytes: &[u8]) -> bool {
    let codec = FileReport::of(bytes, ReadOptions::default());
    let codec = codec.rejected.iter().filter(|frame| frame.error.code == Code::Decompress).map(|frame| frame.start);
    let Ok(plain) = Plain::new().file(bytes) else { return false };
    let plain = plain.rejected.iter().filter(|frame| frame.fault.code == "DECOMPRESS").map(|frame| frame.start as u64);
    !codec.eq(plain)
}

fn same_findings(bytes: &[u8]) -> Result<Seen, Broken> {
    let law = "both implementations find the same in a file";
    let codec = FileReport::of(bytes, ReadOptions::default());
    let report = match Plain::new().file(bytes) {
        Ok(report) => report,
        Err(fault) => {
            same(law, &codec.refused.as_ref().map(|error| verdict(error)), &Some((fault.code, fault.offset)))?;
            return Ok(codec.refused.as_ref().map(Seen::rejected).unwrap_or_default());
        }
    };
    same(law, &codec.refused, &None)?;
    let accepted: Vec<_> = codec.accepted.iter().map(|entry| (entry.start, entry.end)).collect();
    same(law, &accepted, &report.accepted.iter().map(|entry| (entry.start as u64, entry.end as u64)).collect())?;
    let skipped: Vec<_> =
        codec.skipped.iter().map(|SkippedRange { start, end, code }| (*start, *end, code.name())).collect();
    same(
        law,
        &skipped,
        &report.skipped.iter().map(|range| (range.start as u64, range.end as u64, range.code)).collect(),
    )?;
    let rejected: Vec<_> = codec.rejected.iter().map(|frame| (frame.start, verdict(&frame.error))).collect();
    let by_plain = report.rejected.iter().map(|frame| (frame.start as u64, (frame.fault.code, frame.fault.offset)));
    same(law, &rejected, &by_plain.collect())?;
    same(law, &codec.tail, &report.tail.map(|tail| tail as u64))?;
    let mut seen = Seen::default();
    for error in codec.rejected.iter().map(|frame| &frame.error) {
        let one = Seen::rejected(error);
        seen = Seen { depth: seen.depth.max(one.depth), codes: seen.codes.with(error.code), ..seen };
    }
    seen.codes = codec.skipped.iter().fold(seen.codes, |codes, range| codes.with(range.code));
    seen.codes = codec.tail.map_or(seen.codes, |_| seen.codes.with(Code::TornTail));
    Ok(if codec.accepted.is_empty() { seen } else { Seen { depth: Seen::accepted().depth, ..seen } })
}

/// What both say, where it is the same.
fn both(codec: Result<Batch<'_>, Error>, plain: Result<Decoded, Fault>) -> Result<Seen, Broken> {
    let law = "both implementations give the same verdict";
    match (codec, plain) {
        (Ok(batch), Ok(decoded)) => {
            let found = differences(&decoded.json(), &to_json(&batch));
            same("both implementations read the same content", &found, &Vec::new())?;
            let codes = batch.records().filter_map(|result| result.error);
            let codes = codes.fold(Seen::default().codes, |codes, error| codes.with(error.code));
            Ok(Seen { codes, ..Seen::accepted() })
        }
        (Err(error), Err(fault)) => {
            same(law, &verdict(&error), &(fault.code, fault.offset))?;
            Ok(Seen::rejected(&error))
        }
        (Ok(_), Err(fault)) => Err(broken(law, &("codec: accepted, plain", fault))),
        (Err(error), Ok(_)) => Err(broken(law, &("plain: accepted, codec", error))),
    }
}

fn verdict(error: &Error) -> (&'static str, u64) {
    (error.code.name(), error.offset)
}

fn broken(law: &'static str, what: &impl Debug) -> Broken {
    Broken { law, what: format!("{what:?}") }
}

fn hold(holds: bool, law: &'static str, what: &impl Debug) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(broken(law, what)) }
}

fn same<T: PartialEq + Debug>(law: &'static str, codec: &T, plain: &T) -> Result<(), Broken> {
    if codec == plain { Ok(()) } else { Err(broken(law, &(codec, plain))) }
}
