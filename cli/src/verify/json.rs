//! The report for programs. Sequence numbers and counts of them are strings, as in spec/json.md.

use dashstream_codec::ledger::{AccountEntry, Verdict};
use serde_json::{Value, json};

use super::report::Report;
use crate::inspect::json::error;

/// The report.
pub(super) fn report(report: &Report) -> Value {
    let (signature, marker) = report.header;
    let rejected = report.rejected.iter().map(|rejected| {
        let numbers = rejected.numbers.map(|(first, last)| [first, last].map(|number| number.to_string()));
        json!({"start": rejected.start, "error": error(&rejected.error), "unreadable": numbers})
    });
    let skipped =
        report.skipped.iter().map(|(start, end, code)| json!({"start": start, "end": end, "code": code.name()}));
    let bad_records = report
        .bad_records
        .iter()
        .map(|(at, sequence, why)| json!({"frame": at, "sequence": sequence.to_string(), "error": error(why)}));
    let verdicts = report.verdicts.iter().map(|(at, verdict)| with_verdict(json!({"frame": at}), *verdict));
    let end = report.ledger.finish().into_iter().map(|tail| {
        with_verdict(json!({"producer_id": hex::encode(tail.producer_id), "lane": tail.lane}), tail.verdict())
    });
    json!({
        "clean": report.is_clean(),
        "len": report.len,
        "frames": report.frames,
        "records": report.records,
        "header": {"signature": signature, "marker": marker},
        "refused": report.refused.as_ref().map(error),
        "rejected": rejected.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "tail": report.tail,
        "rejected_records": bad_records.collect::<Vec<_>>(),
        "verdicts": verdicts.collect::<Vec<_>>(),
        "end": end.collect::<Vec<_>>(),
        "accounts": report.ledger.accounts().map(|entry| account(&entry)).collect::<Vec<_>>(),
    })
}

fn with_verdict(mut value: Value, verdict: Verdict) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("verdict".to_owned(), json!(verdict.name()));
        if let Some(arg) = verdict.arg() {
            object.insert("arg".to_owned(), json!(arg.to_string()));
        }
    }
    value
}

fn account(entry: &AccountEntry<'_>) -> Value {
    let AccountEntry { producer_id, lane, epoch, account } = entry;
    let lost: Vec<_> = account.missing_ranges().map(|(start, end)| [start.to_string(), end.to_string()]).collect();
    json!({
        "producer_id": hex::encode(producer_id),
        "lane": lane,
        "epoch": epoch,
        "first": account.first().to_string(),
        "last": account.last().to_string(),
        "seen": account.seen().to_string(),
        "declared": account.declared().to_string(),
        "unreadable": account.unreadable().to_string(),
        "lost": account.lost().to_string(),
        "tail": account.tail().name(),
        "lost_ranges": lost,
        "identity_holds": account.identity_holds(),
    })
}
