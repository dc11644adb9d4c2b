//! The codec's ledger.

use dashstream_codec::ledger::{Ledger, Observation, Verdict};
use dashstream_codec::{Decoder, Prelude, ReadOptions};

use crate::protocol::{AccountLine, Answer, Arrival, EndLine, LedgerReport, VerdictLine};

pub(super) fn keep_ledger(decoder: &mut Decoder, input: &[Arrival]) -> Answer {
    let mut ledger = Ledger::new();
    let verdicts = input.iter().map(|arrival| arrive(decoder, &mut ledger, arrival)).collect();
    let end = ledger.finish().into_iter().map(|unknown| {
        let VerdictLine { verdict, arg } = verdict_line(unknown.verdict());
        EndLine { producer_id: hex(&unknown.producer_id), lane: unknown.lane, verdict, arg: arg.unwrap_or_default() }
    });
    let accounts = ledger.accounts().map(|entry| AccountLine {
        producer_id: hex(&entry.producer_id),
        lane: entry.lane,
        epoch: entry.epoch,
        first: entry.account.first().to_string(),
        last: entry.account.last().to_string(),
        seen: entry.account.seen().to_string(),
        declared: entry.account.declared().to_string(),
        unreadable: entry.account.unreadable().to_string(),
        lost: entry.account.lost().to_string(),
        tail: entry.account.tail().name().to_owned(),
    });
    Answer::Ledger(LedgerReport { verdicts, end: end.collect(), accounts: accounts.collect() })
}

fn arrive(decoder: &mut Decoder, ledger: &mut Ledger, arrival: &Arrival) -> Vec<VerdictLine> {
    let observation = match decoder.decode(&arrival.frame, &ReadOptions::default()) {
        Ok(batch) => Some(Observation::of_batch(&batch)),
        Err(error) => match Prelude::read(&arrival.frame) {
            Ok(prelude) => Observation::of_rejected(&prelude, error.code),
            Err(_) => None,
        },
    };
    let Some(observation) = observation else { return Vec::new() };
    let observation = Observation { partition: arrival.partition, ..observation };
    ledger.observe(&observation).into_iter().map(verdict_line).collect()
}

fn verdict_line(verdict: Verdict) -> VerdictLine {
    VerdictLine { verdict: verdict.name().to_owned(), arg: verdict.arg().map(|arg| arg.to_string()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
