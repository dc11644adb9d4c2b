//! The ledger never loses count.

use std::collections::BTreeMap;

use arbitrary::Unstructured;

use super::observations::observations;
use super::{Broken, Depth, Seen, hold, same};
use crate::ledger::{Account, Ledger, Observation, Verdict};

/// Every number of an account is one thing: seen, declared, unreadable or lost; verdicts say what changes; a frame that
/// comes again is not counted again; and producers have nothing to do with each other. The bytes are the makings of
/// a stream of frames.
///
/// # Errors
///
/// What does not hold.
pub fn ledger(bytes: &[u8]) -> Result<Seen, Broken> {
    let frames = observations(&mut Unstructured::new(bytes));
    let mut ledger = Ledger::new();
    let mut before = Totals::default();
    for frame in &frames {
        let verdicts = ledger.observe(frame);
        let after = totals(&ledger)?;
        step(frame, &verdicts, before, after)?;
        before = after;
    }
    // Any frame may be the last one.
    if let Some(last) = frames.last() {
        twice(&ledger, last)?;
    }
    apart(&frames, &ledger)?;
    Ok(Seen { depth: Depth::Accepted, ..Seen::default() })
}

/// Sums over all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    seen: u128,
    declared: u128,
    unreadable: u128,
    lost: u128,
}

impl Totals {
    /// Numbers that a frame was counted for.
    const fn counted(&self) -> u128 {
        self.seen + self.unreadable
    }
}

/// LOSS-001, and that the ranges that are lost are as many numbers as are said to be.
fn totals(ledger: &Ledger) -> Result<Totals, Broken> {
    let mut totals = Totals::default();
    for entry in ledger.accounts() {
        let account = entry.account;
        hold(account.identity_holds(), "every number is one thing", || format!("{entry:?}"))?;
        missing(account)?;
        totals.seen += u128::from(account.seen());
        totals.declared += u128::from(account.declared());
        totals.unreadable += u128::from(account.unreadable());
        totals.lost += u128::from(account.lost());
    }
    Ok(totals)
}

fn missing(account: &Account) -> Result<(), Broken> {
    let mut lost = 0;
    let mut next = account.first();
    for (first, last) in account.missing_ranges() {
        let fits = next <= first && first <= last && last <= account.last();
        hold(fits, "missing ranges ascend within the account", || format!("{first}..={last} in {account:?}"))?;
        lost += last - first + 1;
        // Two ranges that touch are one.
        next = last.saturating_add(2);
    }
    same("what is lost is what is missing", &account.lost(), &lost)
}

/// What a frame and its verdicts say is what changes.
fn step(frame: &Observation<'_>, verdicts: &[Verdict], before: Totals, after: Totals) -> Result<(), Broken> {
    let law = "verdicts say what changes";
    let wrong = || format!("{frame:?} {verdicts:?}: {before:?} to {after:?}");
    let stopped = verdicts.iter().any(|verdict| verdict.stops());
    if stopped || !frame.is_countable() {
        // What is not counted may still tell where an epoch before ended (step 4 comes before others).
        return hold(after.counted() == before.counted(), law, wrong);
    }
    let late = verdicts.iter().find_map(|verdict| match verdict {
        Verdict::Late(records) => Some(u128::from(*records)),
        _ => None,
    });
    let records = u128::from(frame.record_count);
    // LOSS-011, LOSS-013: what is late was unreadable before, or missing.
    let was_unreadable = late.is_some() && after.unreadable < before.unreadable;
    hold(after.counted() == before.counted() + if was_unreadable { 0 } else { records }, law, wrong)?;
    hold(late.is_none_or(|late| late == records), law, wrong)
}

/// LOSS-009: a frame that comes again is not counted again.
fn twice(ledger: &Ledger, frame: &Observation<'_>) -> Result<(), Broken> {
    let mut again = ledger.clone();
    let verdicts = again.observe(frame);
    let (before, after) = (totals(ledger)?, totals(&again)?);
    hold(before.counted() == after.counted(), "a frame is counted once", || {
        format!("{frame:?} {verdicts:?}: {before:?} to {after:?}")
    })?;
    let gap =
        verdicts.iter().any(|verdict| matches!(verdict, Verdict::Gap(_) | Verdict::Late(_) | Verdict::Baseline(_)));
    hold(!gap, "a frame is counted once", || format!("{frame:?} {verdicts:?}"))
}

/// The frames of one producer, fed alone, give the accounts that they have among all others.
fn apart(frames: &[Observation<'_>], all: &Ledger) -> Result<(), Broken> {
    let mut ledgers: BTreeMap<[u8; 16], Ledger> = BTreeMap::new();
    for frame in frames {
        let _ = ledgers.entry(frame.producer_id).or_default().observe(frame);
    }
    let accounts = |ledger: &Ledger| -> Vec<_> {
        ledger.accounts().map(|entry| ((entry.producer_id, entry.lane, entry.epoch), entry.account.clone())).collect()
    };
    let alone: Vec<_> = ledgers.values().flat_map(accounts).collect();
    same("producers are apart", &alone, &accounts(all))?;
    let tails: Vec<_> = ledgers.values().flat_map(Ledger::finish).collect();
    same("producers are apart", &tails, &all.finish())
}
