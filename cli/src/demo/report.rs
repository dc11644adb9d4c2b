//! What was said against what was found.

use super::consume::{Epoch, Found};
use super::damage::Damaged;
use super::said::{Last, Lives};

/// The account of the demo.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) kills: u32,
    pub(super) last: Last,
    pub(super) damaged: Damaged,
    pub(super) found: Found,
    /// Records that the agent said are there.
    pub(super) said: u64,
    /// Those of them that were handed over.
    pub(super) said_and_seen: u64,
    /// Those of them that lie in the damaged frame, which is a dead letter.
    pub(super) said_and_damaged: u64,
    /// All epochs together.
    pub(super) total: Epoch,
    /// What does not add up.
    pub(super) problems: Vec<String>,
}

impl Report {
    pub(super) fn of(lives: &Lives, damaged: &Damaged, found: Found) -> Self {
        let within = |(epoch, lane, number): &(u32, u32, u64)| {
            (*epoch, *lane) == (damaged.epoch, damaged.lane) && (damaged.first..=damaged.last).contains(number)
        };
        let said_and_seen = lives.there.iter().filter(|record| found.seen.contains(record)).count() as u64;
        let said_and_damaged =
            lives.there.iter().filter(|record| !found.seen.contains(record) && within(record)).count() as u64;
        let mut total = Epoch { lane: 0, epoch: 0, numbers: 0, seen: 0, declared: 0, unreadable: 0, lost: 0 };
        for epoch in &found.epochs {
            total.numbers += epoch.numbers;
            total.seen += epoch.seen;
            total.declared += epoch.declared;
            total.unreadable += epoch.unreadable;
            total.lost += epoch.lost;
        }
        let said = lives.there.len() as u64;
        let mut report = Self {
            kills: lives.kills,
            last: lives.last,
            damaged: *damaged,
            found,
            said,
            said_and_seen,
            said_and_damaged,
            total,
            problems: Vec::new(),
        };
        report.problems = report.find();
        report
    }

    /// Everything that has to hold.
    fn find(&self) -> Vec<String> {
        let Self { total, last, damaged, found, .. } = self;
        let missing = self.said - self.said_and_seen - self.said_and_damaged;
        let dropped: u64 = found.dropped.values().sum();
        let checks = [
            (missing == 0, format!("{missing} records that were acknowledged are nowhere")),
            (found.twice == 0, format!("{} records were handed over twice", found.twice)),
            (total.lost == 0, format!("{} numbers are lost", total.lost)),
            (
                total.numbers == total.seen + total.declared + total.unreadable + total.lost,
                "the ledger does not add up".to_owned(),
            ),
            (found.account.adds_up(), "the consumer's account does not add up".to_owned()),
            (
                total.unreadable == damaged.records,
                format!("{} records are unreadable, where {} were damaged", total.unreadable, damaged.records),
            ),
            (
                last.dropped > 0 && last.offered == last.acknowledged + last.dropped,
                "the agent's own account is odd".to_owned(),
            ),
            (
                dropped == total.declared && total.declared == last.dropped,
                format!("{} records were dropped, and {dropped} declared", last.dropped),
            ),
            (
                found.letters.len() == 1,
                format!("there are {} dead letters, where there has to be one", found.letters.len()),
            ),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
    }
}
