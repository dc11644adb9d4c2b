//! What is expected of an answer.

use std::fmt;

use dashstream_vectors::{
    AcceptedEntry, Account, ConsumerEvent, Content, EndVerdict, LedgerExpect, ProducerExpect, RejectedFrame,
    SkippedRange, StateOutcome, StoreThread, Verdict,
};
use serde_json::{Value, json};

use crate::protocol::{AccountLine, EndLine, FileReport, LedgerReport, VerdictLine};

/// What the answer to one delivery has to be.
#[derive(Clone, Debug)]
pub enum Expectation<'v> {
    /// `decode`: accepted.
    Accepted {
        /// What the frame holds.
        content: &'v Content,
        /// Its deviations from the tidy form.
        lints: &'v [String],
    },
    /// `decode`: rejected.
    Rejected {
        /// The code.
        code: &'v str,
        /// Where.
        offset: u64,
        /// Records released before the error.
        released: u64,
    },
    /// `encode`: a frame.
    Written {
        /// What it holds.
        content: &'v Content,
        /// The codec that the body is stored with.
        codec: u32,
    },
    /// `encode`: refused with one of these codes.
    Refused {
        /// The codes.
        codes: &'v [String],
    },
    /// `file`: a report.
    File(FileExpectation),
    /// `file`: refused.
    FileRefused {
        /// The code.
        code: &'v str,
        /// Where.
        offset: u64,
    },
    /// `ledger`.
    Ledger(&'v LedgerExpect),
    /// `producer`: what the rules leave open.
    Producer(&'v ProducerExpect),
    /// `consumer`: the events of each step.
    Consumer(&'v [Vec<ConsumerEvent>]),
    /// `diff`: what comes of each step.
    States(&'v [StateOutcome]),
    /// `store`: what is found in each folder.
    Store(&'v [StoreThread]),
}

/// The report on a file, of each accepted entry only the place and the base sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileExpectation {
    accepted: Vec<AcceptedEntry>,
    skipped: Vec<SkippedRange>,
    rejected: Vec<RejectedFrame>,
    tail: Option<u64>,
}

impl FileExpectation {
    pub(crate) fn new(
        accepted: &[AcceptedEntry],
        skipped: &[SkippedRange],
        rejected: &[RejectedFrame],
        tail: Option<u64>,
    ) -> Self {
        Self { accepted: accepted.to_vec(), skipped: skipped.to_vec(), rejected: rejected.to_vec(), tail }
    }

    /// The last entry stands once more at the end of the file, which is now `end` bytes long.
    pub(super) fn follow(&mut self, end: u64) {
        if let Some(last) = self.accepted.last().cloned() {
            let start = end - (last.end - last.start);
            self.accepted.push(AcceptedEntry { start, end, ..last });
        }
    }

    /// The first place of the file of which the report says something else.
    pub(super) fn parts_from(&self, report: &FileReport) -> Option<u64> {
        let accepted = first_difference(
            self.accepted.iter().map(|entry| (entry.start, entry.end)),
            report.accepted.iter().map(|entry| (entry.start, entry.end)),
        );
        let skipped = first_difference(
            self.skipped.iter().map(|range| (range.start, (range.end, &range.code))),
            report.skipped.iter().map(|range| (range.start, (range.end, &range.code))),
        );
        let rejected = first_difference(
            self.rejected.iter().map(|frame| (frame.start, (&frame.code, frame.offset))),
            report.rejected.iter().map(|frame| (frame.start, (&frame.code, frame.offset))),
        );
        let tail = if self.tail == report.tail { None } else { self.tail.or(report.tail) };
        [accepted, skipped, rejected, tail].into_iter().flatten().min()
    }

    pub(super) fn to_value(&self) -> Value {
        let accepted: Vec<Value> = self
            .accepted
            .iter()
            .map(|entry| {
                let base = entry.base_sequence.to_string();
                json!({ "start": entry.start, "end": entry.end, "base_sequence": base })
            })
            .collect();
        let skipped: Vec<Value> = self
            .skipped
            .iter()
            .map(|range| json!({ "start": range.start, "end": range.end, "code": range.code }))
            .collect();
        let rejected: Vec<Value> = self
            .rejected
            .iter()
            .map(|frame| json!({ "start": frame.start, "code": frame.code, "offset": frame.offset }))
            .collect();
        json!({ "accepted": accepted, "skipped": skipped, "rejected": rejected, "tail": self.tail })
    }
}

/// Where the first of two elements lies that are not the same; each begins with its place.
fn first_difference<T: PartialEq>(
    expected: impl Iterator<Item = (u64, T)>,
    mut got: impl Iterator<Item = (u64, T)>,
) -> Option<u64> {
    for one in expected {
        let other = got.next();
        if other.as_ref() != Some(&one) {
            return Some(other.map_or(one.0, |other| other.0.min(one.0)));
        }
    }
    got.next().map(|(at, _)| at)
}

/// The expected report of a ledger, in the form of the protocol.
pub(super) fn ledger_report(expect: &LedgerExpect) -> LedgerReport {
    LedgerReport {
        verdicts: expect.verdicts.iter().map(|list| list.iter().map(verdict).collect()).collect(),
        end: expect.end.iter().map(end).collect(),
        accounts: expect.accounts.iter().map(account).collect(),
    }
}

fn verdict(verdict: &Verdict) -> VerdictLine {
    VerdictLine { verdict: verdict.verdict.clone(), arg: verdict.arg.map(|arg| arg.to_string()) }
}

fn end(end: &EndVerdict) -> EndLine {
    EndLine {
        producer_id: end.producer_id.clone(),
        lane: end.lane,
        verdict: end.verdict.clone(),
        arg: end.arg.to_string(),
    }
}

fn account(account: &Account) -> AccountLine {
    AccountLine {
        producer_id: account.producer_id.clone(),
        lane: account.lane,
        epoch: account.epoch,
        first: account.first.to_string(),
        last: account.last.to_string(),
        seen: account.seen.to_string(),
        declared: account.declared.to_string(),
        unreadable: account.unreadable.to_string(),
        lost: account.lost.to_string(),
        tail: account.tail.name().to_owned(),
    }
}

impl fmt::Display for Expectation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { lints: [], .. } => out.write_str("accepted"),
            Self::Accepted { lints, .. } => write!(out, "accepted, with the lints {}", lints.join(", ")),
            Self::Rejected { code, offset, released } => {
                write!(out, "{code} at {offset}, {released} records released")
            }
            Self::Written { codec, .. } => write!(out, "a frame with that content, stored with codec {codec}"),
            Self::Refused { codes } => write!(out, "refused with {}", codes.join(" or ")),
            Self::File(expected) => write!(
                out,
                "{} accepted, {} skipped, {} rejected, {}",
                expected.accepted.len(),
                expected.skipped.len(),
                expected.rejected.len(),
                expected.tail.map_or_else(|| "no torn tail".to_owned(), |at| format!("tail torn at {at}")),
            ),
            Self::FileRefused { code, offset } => write!(out, "{code} at {offset}"),
            Self::Ledger(expect) => {
                write!(out, "verdicts on {} frames, {} accounts", expect.verdicts.len(), expect.accounts.len())
            }
            Self::Producer(expect) => {
                let offers: u64 = expect.outcomes.iter().map(|range| range.count).sum();
                write!(out, "the rules kept, {offers} offers answered for as written")
            }
            Self::Consumer(steps) => {
                write!(out, "{} events in {} steps", steps.iter().map(Vec::len).sum::<usize>(), steps.len())
            }
            Self::States(outcomes) => {
                let refused = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
                write!(out, "{refused} of {} records refused", outcomes.len())
            }
            Self::Store(threads) => out.write_str(&super::judge::found(threads)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn two_lists_part_where_the_first_element_differs() {
        let first =
            |expected: &[(u64, u8)], got: &[(u64, u8)]| first_difference(expected.iter().copied(), got.iter().copied());
        assert_eq!(first(&[(1, 1), (5, 2)], &[(1, 1), (5, 2)]), None);
        assert_eq!(first(&[(1, 1), (5, 2)], &[(1, 1), (5, 3)]), Some(5));
        assert_eq!(first(&[(1, 1), (5, 2)], &[(1, 1), (3, 2)]), Some(3));
        assert_eq!(first(&[(1, 1), (5, 2)], &[(1, 1)]), Some(5));
        assert_eq!(first(&[(1, 1)], &[(1, 1), (7, 2)]), Some(7));
    }
}
