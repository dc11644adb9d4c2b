//! Whatever the bytes are, there is one verdict on them.

use dashstream_proto::kinds;

use super::{Broken, Codes, Depth, Seen, hold, same};
use crate::batch::Batch;
use crate::columns::Columns;
use crate::crc::crc32c;
use crate::decode::Decoder;
use crate::error::{Code, Error, OffsetBase};
use crate::frame::Frame;
use crate::limits::{Limits, ReadOptions};
use crate::message::MessageReader;
use crate::prelude::Prelude;
use crate::record::RecordResult;

/// Reads a frame once, all its records too, with a reader that is new: what a caller does who measures memory and time.
///
/// # Errors
///
/// None. It has the type of a [`Law`](super::Law).
pub fn read_once(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut decoder = Decoder::new();
    let seen = match decoder.decode(bytes, &ReadOptions::default()) {
        Ok(batch) => Seen { codes: codes_of_records(&batch), ..Seen::accepted() },
        Err(error) => Seen::rejected(&error),
    };
    // FRM-009
    let lens = Prelude::read(bytes).map_or(0, |prelude| u64::from(prelude.raw_len) + u64::from(prelude.body_len));
    Ok(Seen { may_allocate: lens + 65_536, ..seen })
}

fn codes_of_records(batch: &Batch<'_>) -> Codes {
    let mut records = batch.records();
    let mut codes = Codes::default();
    while let Some(result) = records.advance() {
        codes = result.error.map_or(codes, |error| codes.with(error.code));
    }
    codes
}

/// One verdict: again and again, by a reader that is new or not, whole or in pieces; by the limits and the tenant that a
/// caller gives exactly where the text says so; with offsets inside of what they count in; and with records that all
/// ways of reading them agree about.
///
/// # Errors
///
/// What does not hold.
pub fn decode(bytes: &[u8]) -> Result<Seen, Broken> {
    let (mut new, mut used) = (Decoder::new(), Decoder::new());
    let all = ReadOptions::default();
    let verdict = new.decode(bytes, &all);
    // What a reader has seen before must not matter; least of all a frame like this one.
    let _ = used.decode(bytes.get(..bytes.len() / 2).unwrap_or_default(), &all);
    let _ = used.decode(bytes, &all);
    let again = used.decode(bytes, &all);
    let outcome = match (&verdict, &again) {
        (Ok(batch), Ok(other)) => records(batch, other)?,
        (Err(error), Err(other)) => {
            same("the verdict is stable", error, other)?;
            offset(bytes, error)?;
            Seen::rejected(error)
        }
        (verdict, again) => return Err(unstable(verdict.as_ref().err(), again.as_ref().err())),
    };
    let verdict = verdict.map(|_| ());
    pieces(bytes, &verdict)?;
    limits(bytes, &verdict, &mut used)?;
    tenant(bytes, &verdict, &mut used)?;
    Ok(outcome)
}

fn unstable(first: Option<&Error>, second: Option<&Error>) -> Broken {
    Broken { law: "the verdict is stable", what: format!("{first:?}, then {second:?}") }
}

/// An offset lies in what it counts in, or at its end.
fn offset(bytes: &[u8], error: &Error) -> Result<(), Broken> {
    let len = match error.code.offset_base() {
        OffsetBase::Raw => Prelude::read(bytes).map_or(0, |prelude| u64::from(prelude.raw_len)),
        // A prelude that is cut off has places all the same.
        _ => (bytes.len() as u64).max(64),
    };
    hold(error.offset <= len, "an offset lies in the input", || format!("{error:?} of {len}"))
}

/// FRM-004, FRM-005: the pieces in which a message arrives do not matter.
fn pieces(bytes: &[u8], verdict: &Result<(), Error>) -> Result<(), Broken> {
    let seed = crc32c(bytes) as usize;
    for size in [1 + seed % 61, 1 + seed % 1_021] {
        collected(bytes, size, Limits::default(), verdict)?;
    }
    Ok(())
}

/// A message that is collected from pieces of `size` is judged as `verdict` says.
fn collected(bytes: &[u8], size: usize, limits: Limits, verdict: &Result<(), Error>) -> Result<(), Broken> {
    let mut reader = MessageReader::new(limits);
    let early = bytes.chunks(size).find_map(|piece| reader.push(piece).err());
    let law = "pieces do not matter";
    match (early, reader.finish()) {
        (Some(error), finished) => {
            same(law, &finished.err(), &Some(error))?;
            same(law, &Err(error), verdict)
        }
        (None, Err(error)) => same(law, &Err(error), verdict),
        (None, Ok(collected)) => {
            hold(collected == bytes, law, || "the bytes that were collected are others".to_owned())?;
            let late = verdict.map_err(|error| error.code > Code::Trailing);
            hold(late != Err(false), law, || format!("the whole is {verdict:?}"))
        }
    }
}

/// FRM-001 to FRM-003: a limit counts exactly where it is below what a frame has, and in the order of the checks.
fn limits(bytes: &[u8], verdict: &Result<(), Error>, decoder: &mut Decoder) -> Result<(), Broken> {
    let Ok(prelude) = Prelude::read(bytes) else { return Ok(()) };
    let exact = Limits {
        max_frame_len: prelude.frame_len(),
        max_raw_len: prelude.raw_len,
        max_records: prelude.record_count.into(),
    };
    limited(bytes, exact, *verdict, decoder)?;
    let reached = verdict.map_err(|error| error.code > Code::LocalLimit) != Err(false);
    let less = [
        (Limits { max_frame_len: exact.max_frame_len - 1, ..exact }, 16, "FRM-001"),
        (Limits { max_raw_len: exact.max_raw_len.saturating_sub(1), ..exact }, 20, "FRM-002"),
        (Limits { max_records: exact.max_records.saturating_sub(1), ..exact }, 28, "FRM-003"),
    ];
    for (limits, at, requirement) in less {
        let expected = if reached { Err(Code::LocalLimit.at(at, requirement)) } else { *verdict };
        limited(bytes, limits, expected, decoder)?;
    }
    Ok(())
}

fn limited(bytes: &[u8], limits: Limits, expected: Result<(), Error>, decoder: &mut Decoder) -> Result<(), Broken> {
    let found = decoder.decode(bytes, &ReadOptions { limits, tenant: None }).map(|_| ());
    same("a limit counts where it is below what the frame has", &found, &expected)?;
    collected(bytes, 1 + bytes.len() / 2, limits, &expected)
}

/// META-014: another tenant than the expected one is told before the body is touched.
fn tenant(bytes: &[u8], verdict: &Result<(), Error>, decoder: &mut Decoder) -> Result<(), Broken> {
    let Ok(frame) = Frame::parse(bytes, &ReadOptions::default()) else { return Ok(()) };
    let tenant = frame.metadata().tenant();
    let mut ask = |tenant| {
        let options = ReadOptions { tenant: Some(tenant), ..ReadOptions::default() };
        decoder.decode(bytes, &options).map(|_| ())
    };
    same("the tenant is the expected one", &ask(tenant), verdict)?;
    for other in [&format!("{tenant}x"), ""] {
        let code = ask(other).map_err(|error| error.code);
        same("the tenant is another one", &code, &Err(Code::TenantMismatch))?;
    }
    Ok(())
}

/// Two batches of the same bytes hold the same, in whichever way they are read.
fn records(batch: &Batch<'_>, other: &Batch<'_>) -> Result<Seen, Broken> {
    let law = "the verdict is stable";
    same(law, batch.prelude(), other.prelude())?;
    same(law, &batch.raw_body(), &other.raw_body())?;
    same("there are record_count records", &batch.records().count(), &batch.len())?;
    let mut codes = Codes::default();
    let mut sequence = batch.prelude().base_sequence - 1;
    let mut advanced = other.records();
    for result in batch.records() {
        let lent = advanced.advance().copied();
        hold(lent.is_some_and(|lent| alike(&result, &lent)), "next and advance agree", || {
            format!("{result:?} and {lent:?}")
        })?;
        envelope(batch, &result, sequence)?;
        sequence = result.record.sequence;
        codes = result.error.map_or(codes, |error| codes.with(error.code));
    }
    hold(advanced.advance().is_none(), "next and advance agree", || "there is one more".to_owned())?;
    columns(batch)?;
    Ok(Seen { codes, depth: Depth::Accepted, ..Seen::default() })
}

/// Equal but for doubles that are no numbers, which equal nothing.
fn alike<'a>(left: &RecordResult<'a>, right: &RecordResult<'a>) -> bool {
    left == right || format!("{left:?}") == format!("{right:?}")
}

/// BODY-011 to BODY-013, REC-002, REC-003: what holds of every record of an accepted frame.
fn envelope(batch: &Batch<'_>, result: &RecordResult<'_>, before: u64) -> Result<(), Broken> {
    let (record, law) = (&result.record, "an envelope can be relied on");
    let wrong = || format!("{record:?} after {before}");
    hold(before < record.sequence && record.sequence <= batch.prelude().last_sequence(), law, wrong)?;
    hold(record.kind != 0 && record.time_us < 1 << 53, law, wrong)?;
    hold(record.parent.is_none_or(|parent| (1..record.sequence).contains(&parent)), law, wrong)?;
    let known = kinds::message_of(record.kind).is_some();
    let code = result.error.map(|error| error.code);
    // REC-024 comes before REC-003.
    if batch.metadata().redaction().is_none() {
        let critical = !known && record.kind.is_multiple_of(2);
        same("an unknown critical kind is rejected", &(code == Some(Code::UnknownCriticalKind)), &critical)?;
    }
    hold(matches!(code, None | Some(Code::Payload | Code::UnknownCriticalKind)), law, || format!("{code:?}"))?;
    let shown = record.view.kind() == (known && code.is_none()).then_some(record.kind);
    hold(shown, "a view has the kind of its record", wrong)?;
    let raw_len = u64::from(batch.prelude().raw_len);
    hold(result.error.is_none_or(|error| error.offset <= raw_len), "an offset lies in the body", wrong)
}

/// Columns say what records say.
fn columns(batch: &Batch<'_>) -> Result<(), Broken> {
    let columns = Columns::of(batch);
    let law = "columns agree with records";
    let (mut wide, mut narrow) = (Vec::new(), Vec::new());
    let numbers = |of: fn(&RecordResult<'_>) -> u64| batch.records().map(move |result| of(&result));
    hold(numbers(|r| r.record.kind.into()).eq(columns.kinds(&mut narrow).iter().map(|n| u64::from(*n))), law, || {
        "kinds".to_owned()
    })?;
    hold(numbers(|r| r.record.sequence).eq(columns.sequences(&mut wide).iter().copied()), law, || {
        "sequences".to_owned()
    })?;
    hold(numbers(|r| r.record.time_us).eq(columns.times_us(&mut wide).iter().copied()), law, || "times".to_owned())?;
    let lens = columns.payload_lens(&mut narrow).iter().map(|n| u64::from(*n));
    hold(numbers(|r| r.record.payload.len() as u64).eq(lens), law, || "payload lengths".to_owned())?;
    let strings = batch.strings();
    let mut refs = |of: usize| -> Vec<Option<&str>> {
        let refs = match of {
            0 => columns.thread_refs(&mut narrow),
            1 => columns.node_refs(&mut narrow),
            2 => columns.run_refs(&mut narrow),
            _ => columns.task_refs(&mut narrow),
        };
        refs.iter().map(|string_ref| strings.get(*string_ref)).collect()
    };
    let [threads, nodes, runs, tasks] = [0, 1, 2, 3].map(&mut refs);
    let texts = threads.into_iter().zip(nodes).zip(runs.into_iter().zip(tasks));
    let of_records = batch.records().map(|result| {
        let record = result.record;
        ((record.thread, record.node), (record.run, record.task))
    });
    hold(texts.eq(of_records), law, || "refs".to_owned())
}
