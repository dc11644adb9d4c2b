//! The account, printed.

use std::io::{self, Write};
use std::path::Path;

use dashstream_stream::producer::DropReason;
use serde_json::json;

use super::report::Report;
use crate::term::{BAD, DIM, GOOD, NAME, TITLE, grouped};

/// The name of a reason of drops, as the registry has it.
fn reason(number: u32) -> &'static str {
    DropReason::of_number(number).map_or("another reason", DropReason::name)
}

/// For people.
pub(super) fn text(report: &Report, kept: Option<&Path>, out: &mut dyn Write) -> io::Result<()> {
    let Report { found, total, .. } = report;
    writeln!(out, "{TITLE}The consumer's account{TITLE:#}\n")?;
    writeln!(out, "  {DIM}lane  epoch   numbers  =    seen  +  declared  +  unreadable  +  lost{DIM:#}")?;
    for one in found.epochs.iter().chain([total]) {
        let (lane, epoch) = if one.epoch == 0 {
            ("all".to_owned(), "all".to_owned())
        } else {
            (one.lane.to_string(), one.epoch.to_string())
        };
        let numbers = [one.numbers, one.seen, one.declared, one.unreadable, one.lost].map(grouped);
        let [numbers, seen, declared, unreadable, lost] = numbers;
        writeln!(out, "  {lane:>4}  {epoch:>5}  {numbers:>8}  {seen:>9}  {declared:>12}  {unreadable:>13}  {lost:>7}")?;
    }
    writeln!(out)?;
    let acknowledged = format!(
        "{} records were said to be there: {} are, {} {} in the damaged frame",
        grouped(report.said),
        grouped(report.said_and_seen),
        grouped(report.said_and_damaged),
        if report.said_and_damaged == 1 { "lies" } else { "lie" },
    );
    line(out, "acknowledged", &acknowledged)?;
    for (number, count) in &found.dropped {
        line(out, "dropped", &format!("{} records, declared in the stream: {}", grouped(*count), reason(*number)))?;
    }
    line(
        out,
        "sent again",
        &format!("{} frames that were there already, suppressed", grouped(found.account.duplicates)),
    )?;
    for (id, code) in &found.letters {
        line(
            out,
            "dead letter",
            &format!("{code}: {} records, every byte kept as {id}", grouped(report.damaged.records)),
        )?;
    }
    writeln!(out)?;
    if report.problems.is_empty() {
        writeln!(out, "  {GOOD}It adds up: every number that was given is accounted for.{GOOD:#}")?;
    } else {
        writeln!(out, "  {BAD}It does not add up.{BAD:#}")?;
    }
    if let Some(folder) = kept {
        writeln!(out, "\n  {DIM}dashstream dlq ls --from file:{}/letters{DIM:#}", folder.display())?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, name: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {NAME}{name:<12}{NAME:#}  {text}")
}

/// For programs.
pub(super) fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Report { found, total, last, damaged, .. } = report;
    let dropped: serde_json::Map<String, serde_json::Value> =
        found.dropped.iter().map(|(number, count)| (reason(*number).to_owned(), json!(count))).collect();
    let epoch = |one: &super::consume::Epoch| {
        json!({
            "lane": one.lane, "epoch": one.epoch, "numbers": one.numbers, "seen": one.seen, "declared": one.declared,
            "unreadable": one.unreadable, "lost": one.lost,
        })
    };
    let letters = found.letters.iter().map(|(id, code)| json!({"id": id, "code": code}));
    let value = json!({
        "adds_up": report.problems.is_empty(),
        "problems": report.problems,
        "kills": report.kills,
        "acknowledged": {"said": report.said, "seen": report.said_and_seen, "damaged": report.said_and_damaged},
        "last_life": {"epoch": last.epoch, "offered": last.offered, "acknowledged": last.acknowledged, "dropped": last.dropped},
        "damaged": {"epoch": damaged.epoch, "lane": damaged.lane, "first": damaged.first, "last": damaged.last, "records": damaged.records},
        "epochs": found.epochs.iter().map(epoch).collect::<Vec<_>>(),
        "total": {"numbers": total.numbers, "seen": total.seen, "declared": total.declared, "unreadable": total.unreadable, "lost": total.lost},
        "dropped": dropped,
        "duplicates": found.account.duplicates,
        "letters": letters.collect::<Vec<_>>(),
    });
    writeln!(out, "{value}")
}
