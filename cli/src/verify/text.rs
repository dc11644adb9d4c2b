//! The report for people.

use std::io::{self, Write};

use dashstream_codec::ledger::{AccountEntry, Verdict};

use super::report::{Report, in_words};
use crate::term::{BAD, DIM, DOUBTFUL, GOOD, TITLE, counted};

/// Writes the report.
pub(super) fn report(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let counts = [(report.len, "byte"), (report.frames, "frame"), (report.records, "record")];
    writeln!(out, "{}", counts.map(counted).join(", "))?;
    damage(out, report)?;
    verdicts(out, report)?;
    accounts(out, report)?;
    if report.is_clean() {
        writeln!(out, "{GOOD}clean{GOOD:#}: nothing is damaged, nothing is lost")
    } else {
        writeln!(out, "{BAD}not clean{BAD:#}")
    }
}

fn damage(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if let Some(error) = report.refused {
        writeln!(out, "{BAD}refused:{BAD:#} {error}: not a file of frames; `inspect` shows what else it may be")?;
    }
    for rejected in &report.rejected {
        write!(out, "{BAD}rejected:{BAD:#} frame at byte {}: {}, ", rejected.start, rejected.error)?;
        match rejected.numbers {
            Some((first, last)) => writeln!(out, "numbers {first}..{last} counted as unreadable")?,
            None => writeln!(out, "cannot be counted")?,
        }
    }
    for (start, end, code) in &report.skipped {
        writeln!(out, "{BAD}skipped:{BAD:#} bytes {start}..{end} ({}), {code}", counted((end - start, "byte")))?;
    }
    if let Some(tail) = report.tail {
        writeln!(out, "{BAD}TORN_TAIL{BAD:#} at byte {tail}: no accepted frame follows (FILE-009)")?;
    }
    for (at, sequence, error) in &report.bad_records {
        writeln!(out, "{BAD}rejected:{BAD:#} record {sequence} of the frame at byte {at}: {error}")?;
    }
    Ok(())
}

fn verdicts(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for (at, verdict) in &report.verdicts {
        writeln!(out, "{DOUBTFUL}{verdict}{DOUBTFUL:#} at the frame at byte {at}: {}", in_words(*verdict))?;
    }
    for tail in report.ledger.finish() {
        let verdict: Verdict = tail.verdict();
        let producer = hex::encode(tail.producer_id);
        writeln!(out, "{DOUBTFUL}{verdict}{DOUBTFUL:#} in lane {} of {producer}: {}", tail.lane, in_words(verdict))?;
    }
    Ok(())
}

fn accounts(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut producer = None;
    for entry in report.ledger.accounts() {
        if producer != Some(entry.producer_id) {
            producer = Some(entry.producer_id);
            writeln!(out, "{TITLE}producer {}{TITLE:#}", hex::encode(entry.producer_id))?;
            let names = ["lane", "epoch", "first", "last", "seen", "declared", "unreadable", "lost"];
            write!(out, "{DIM}")?;
            for name in names {
                write!(out, " {name:>11}")?;
            }
            writeln!(out, "  tail{DIM:#}")?;
        }
        account(out, &entry)?;
    }
    Ok(())
}

fn account(out: &mut dyn Write, entry: &AccountEntry<'_>) -> io::Result<()> {
    let AccountEntry { lane, epoch, account, .. } = entry;
    let (first, last) = (account.first(), account.last());
    let (seen, declared, unreadable, lost) = (account.seen(), account.declared(), account.unreadable(), account.lost());
    for number in [u64::from(*lane), u64::from(*epoch), first, last, seen, declared, unreadable, lost] {
        write!(out, " {number:>11}")?;
    }
    writeln!(out, "  {}", account.tail().name())?;
    let (style, holds) = if account.identity_holds() { (DIM, "") } else { (BAD, ", which does NOT hold") };
    let range = (last + 1).saturating_sub(first);
    let sum = format!("{seen} + {declared} + {unreadable} + {lost} = {last} - {first} + 1 = {range}");
    writeln!(out, "{:>12}{style}{sum}{holds}{style:#}", "")?;
    for (start, end) in account.missing_ranges() {
        writeln!(out, "{:>12}{BAD}lost:{BAD:#} numbers {start}..{end}", "")?;
    }
    Ok(())
}
