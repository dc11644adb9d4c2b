//! A topic of files.

use std::fs;
use std::path::Path;

use dashstream_codec::ReadOptions;
use dashstream_codec::file::{FileEvent, FileReader};
use dashstream_codec::ledger::Ledger;

use super::finding::{Finding, is_locked};
use crate::exit::Failure;
use crate::places::{partitions_of, segments_of};
use crate::term::counted;

/// Looks at it.
pub(super) fn look(topic: &Path) -> Result<Vec<Finding>, Failure> {
    let partitions = partitions_of(topic);
    if partitions == 0 {
        let what = format!("{} has no partition 0", topic.display());
        return Ok(vec![Finding::wrong(what, "it is no topic; `dashstream dlq ls` looks at letters")]);
    }
    let mut found = vec![Finding::good(counted((partitions.into(), "partition")))];
    for partition in 0..partitions {
        look_at(topic, partition, &mut found)?;
    }
    Ok(found)
}

fn look_at(topic: &Path, partition: u32, found: &mut Vec<Finding>) -> Result<(), Failure> {
    let name = format!("partition {partition}");
    if is_locked(&topic.join(partition.to_string()).join("LOCK")) == Some(true) {
        found.push(Finding::doubtful(
            format!("{name}: somebody writes to it"),
            "what is being written may look torn off",
        ));
    }
    let segments = segments_of(topic, partition)?;
    let (mut frames, mut last_us, mut ledger) = (0_u64, 0, Ledger::new());
    for (_, path) in &segments {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                found.push(Finding::wrong(format!("{}: {error}", path.display()), "may this user read it?"));
                continue;
            }
        };
        let mut skipped = Vec::new();
        let mut reader = FileReader::new(ReadOptions::default());
        let mut rest = bytes.as_slice();
        let mut finished = false;
        loop {
            while let Some(event) = reader.next_event(&mut rest) {
                if let Some(seen) = event.observation() {
                    ledger.observe(&seen);
                }
                match &event {
                    FileEvent::Accepted { batch, .. } => {
                        frames += 1;
                        last_us = batch.records().map(|result| result.record.time_us).max().unwrap_or(0).max(last_us);
                    }
                    FileEvent::Skipped { start, end, code } => skipped.push(format!("bytes {start}..{end}: {code}")),
                    FileEvent::Refused(error) => skipped.push(error.to_string()),
                    _ => {}
                }
            }
            if finished {
                break;
            }
            reader.finish();
            finished = true;
        }
        for what in skipped {
            let advice = "`dashstream inspect` shows it; a consumer saves it as a dead letter and goes on";
            found.push(Finding::wrong(format!("{}: {what}", path.display()), advice));
        }
    }
    let [segments, frames] = [(segments.len() as u64, "segment"), (frames, "frame")].map(counted);
    let last = if last_us == 0 { String::new() } else { format!(", last record of {}", crate::term::time(last_us)) };
    found.push(Finding::good(format!("{name}: {segments}, {frames}{last}")));
    let sum = |of: fn(&dashstream_codec::ledger::Account) -> u64| {
        ledger.accounts().map(|entry| of(entry.account)).sum::<u64>()
    };
    let [seen, declared, unreadable, lost] =
        [sum(|one| one.seen()), sum(|one| one.declared()), sum(|one| one.unreadable()), sum(|one| one.lost())];
    let account =
        format!("{name}: {seen} numbers seen, {declared} declared dropped, {unreadable} unreadable, {lost} lost");
    found.push(if unreadable + lost > 0 {
        Finding::wrong(
            account,
            "`dashstream verify` of a segment says which; what the producer has kept comes when it is opened again",
        )
    } else {
        Finding::good(account)
    });
    let open = ledger.finish().len() as u64;
    if open > 0 {
        let what = format!("{name}: {} without an end", counted((open, "lane")));
        found.push(Finding::doubtful(what, "their producers are at work, or have been killed: the next opening tells"));
    }
    Ok(())
}
