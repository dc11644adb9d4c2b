//! What the destination has at the end of a script, put to a ledger.

use std::collections::BTreeSet;

use dashstream_vectors::ProducerExpect;
use serde_json::json;

use super::Findings;
use super::lives::Lives;
use super::offers::Offers;
use super::sent::{Frame, Frames};
use crate::protocol::{Arrival, LedgerReport};
use crate::runner::compare::compare_at;
use crate::runner::oracle::Oracle;

/// Compares it with the vector, and with what was answered for offers.
pub(super) fn compare(
    oracle: &dyn Oracle,
    expect: &ProducerExpect,
    frames: &Frames,
    lives: &Lives,
    offers: &Offers,
    found: &mut Findings,
) {
    let arrival = |frame: &Frame| Arrival { frame: frame.bytes.clone(), partition: Some(frame.partition) };
    let arrivals: Vec<Arrival> = frames.stored().map(arrival).collect();
    let report = oracle.ledger(&arrivals);
    let producers: BTreeSet<&str> = frames.iter().map(|(_, frame)| frame.facts.place.producer.as_str()).collect();
    compare_at("producers", &json!(expect.producers), &json!(producers.len()), &mut found.differences);
    let names: BTreeSet<&str> = report.verdicts.iter().flatten().map(|line| line.verdict.as_str()).collect();
    compare_at("forks", &json!(expect.forks), &json!(names.contains("FORK")), &mut found.differences);
    if !expect.forks {
        whole(&report, &names, found);
        declared(&report, lives, offers, found);
    }
}

/// SEQ-006, SEQ-013: where there is one producer at a time, nothing is lost, and nothing is strange.
fn whole(report: &LedgerReport, names: &BTreeSet<&str>, found: &mut Findings) {
    for account in report.accounts.iter().filter(|account| account.lost != "0") {
        let path = format!("account of lane {}, epoch {}", account.lane, account.epoch);
        found.breaks("SEQ-013", &path, "no number lost", format!("{} lost", account.lost));
    }
    for name in ["OVERLAP", "STALE_EPOCH", "AFTER_END", "LANE_MOVED", "EPOCH_MISSING", "BASELINE"] {
        if names.contains(name) {
            found.breaks("SEQ-006", "ledger", "a stream that is whole and in order", name);
        }
    }
}

/// SEQ-002, SEQ-013: what is not persisted had a number, and is declared. What died with a crash need not be.
fn declared(report: &LedgerReport, lives: &Lives, offers: &Offers, found: &mut Findings) {
    for (life, (own, closed)) in lives.all().enumerate() {
        let Some((producer, epoch)) = own else { continue };
        let accounts = report
            .accounts
            .iter()
            .filter(|account| account.producer_id == producer && u64::from(account.epoch) == epoch);
        let declared: u64 = accounts.filter_map(|account| account.declared.parse::<u64>().ok()).sum();
        let dropped = offers.not_persisted(life);
        if declared > dropped || (closed && declared < dropped) {
            let expected = format!("{dropped} numbers, those of the offers that are not persisted");
            found.breaks("SEQ-013", &format!("declared in epoch {epoch}"), &expected, declared.to_string());
        }
    }
}
