//! The ledger (spec/loss.md): what arrives, and what it says of it.

use super::bytes::hex;
use super::gate::Gate;
use super::ledger_account::{Account, Tail};
use super::prelude::{self, Limits};
use super::records::Outcome;
use super::schema::{KIND_EPOCH_END, KIND_EPOCH_START, KIND_LANE_END, KIND_LATE_DROPS};
use super::{Decoded, Plain};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// One frame, and the partition that it came from.
#[derive(Clone, Debug)]
pub struct Input {
    /// The bytes of the frame.
    pub frame: Vec<u8>,
    /// The partition, where it is known.
    pub partition: Option<u64>,
}

/// What the ledger says of a frame or of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Name in the registry of verdicts.
    pub name: &'static str,
    /// The number beside it.
    pub arg: Option<u128>,
}

/// What a control record says to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// LATE_DROPS: first number and count.
    LateDrops(u128, u128),
    /// EPOCH_END.
    EpochEnd,
    /// LANE_END.
    LaneEnd,
}

/// What is known of an accepted frame alone.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its tenant.
    pub tenant: String,
    /// Its boot nonce.
    pub boot_nonce: Vec<u8>,
    /// The body_crc of the frame that it takes the place of.
    pub redaction: Option<u64>,
    /// The EPOCH_START that it begins with: previous epoch and its last number.
    pub start: Option<(u64, u128)>,
    /// Its other control records, in order.
    pub controls: Vec<Control>,
}

/// A frame as the ledger takes it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The producer.
    pub producer: String,
    /// The lane.
    pub lane: u64,
    /// The epoch.
    pub epoch: u64,
    /// First number of its range.
    pub a: u128,
    /// Last number of its range.
    pub z: u128,
    /// Records.
    pub record_count: u64,
    /// Declared drops.
    pub drop_count: u64,
    /// CRC of the stored body.
    pub body_crc: u64,
    /// Partition, where known.
    pub partition: Option<u64>,
    /// `None`: the frame was rejected.
    pub content: Option<Content>,
}

/// What is known of a lane.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Tenant first seen.
    pub tenant: Option<String>,
    /// Partition first seen.
    pub partition: Option<u64>,
    /// Whether LANE_END was seen.
    pub ended: bool,
    /// Whether LANE_MOVED was said.
    pub moved: bool,
    /// The current epoch.
    pub epoch: u64,
    /// The accounts, by epoch.
    pub accounts: BTreeMap<u64, Account>,
}

/// The ledger.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Asked about every rule.
    pub gate: Gate,
    /// The first boot nonce of each producer and epoch.
    pub nonces: BTreeMap<(String, u64), Vec<u8>>,
    /// The lanes, by producer and lane.
    pub lanes: BTreeMap<(String, u64), Lane>,
}

impl Plain {
    /// Runs the ledger over what a reader found. Gives `verdicts`, `end` and `accounts` as the testee
    /// protocol has them.
    #[must_use]
    pub fn ledger(&self, inputs: &[Input]) -> Json {
        let mut ledger = Ledger { gate: self.gate(), ..Ledger::default() };
        let mut verdicts = Vec::new();
        for input in inputs {
            let found = match self.arrival(input) {
                Some(arrival) => ledger.arrive(&arrival),
                None => Vec::new(),
            };
            verdicts.push(Json::Array(found.iter().map(Verdict::json).collect()));
        }
        json!({"verdicts": verdicts, "end": ledger.end(), "accounts": ledger.accounts()})
    }

    /// The frame as the ledger takes it; `None` where it changes nothing.
    #[must_use]
    pub fn arrival(&self, input: &Input) -> Option<Arrival> {
        let gate = self.gate();
        let decoded = self.read(Some(&input.frame), Limits::default(), None).ok();
        let countable = prelude::countable(&gate, &input.frame);
        // LOSS-016
        let valid = prelude::valid(&gate, &input.frame).is_ok();
        let countable = if gate.strict("LOSS-016") { valid } else { countable };
        // LOSS-015
        let ignored = gate.strict("LOSS-015") && decoded.is_none();
        if ignored || (decoded.is_none() && !countable) {
            return None;
        }
        let p = prelude::read(&input.frame);
        let a = u128::from(p.base_sequence);
        Some(Arrival {
            producer: hex(&p.producer_id),
            lane: p.lane,
            epoch: p.epoch,
            a,
            z: (a + u128::from(p.span())).saturating_sub(1),
            record_count: p.record_count,
            drop_count: p.drop_count,
            body_crc: u64::from(p.body_crc),
            partition: input.partition,
            content: decoded.as_ref().map(|decoded| content(&gate, decoded)),
        })
    }
}

fn content(gate: &Gate, decoded: &Decoded) -> Content {
    let last = i128::from(decoded.prelude.base_sequence) + i128::from(decoded.prelude.span()) - 1;
    let mut controls = Vec::new();
    let mut start = None;
    for (i, record) in decoded.records.iter().enumerate() {
        let (Outcome::Known, Some((_, tree))) = (&record.outcome, &record.message) else {
            continue;
        };
        let number = |field| u128::from(tree.number(field));
        // LOSS-019
        let hidden = (gate.strict("LOSS-019.last-record") && i + 1 < decoded.records.len())
            || (gate.strict("LOSS-019.last-number") && record.sequence < last);
        match record.kind {
            KIND_EPOCH_START if i == 0 && decoded.prelude.base_sequence == 1 => {
                start = Some((tree.number(1), number(2)));
            }
            KIND_LATE_DROPS => controls.push(Control::LateDrops(number(1), number(2))),
            KIND_EPOCH_END | KIND_LANE_END if hidden => {}
            KIND_EPOCH_END => controls.push(Control::EpochEnd),
            KIND_LANE_END => controls.push(Control::LaneEnd),
            _ => {}
        }
    }
    Content {
        tenant: decoded.metadata.tenant(),
        boot_nonce: decoded.metadata.boot_nonce(),
        redaction: decoded.metadata.redaction(),
        start,
        controls,
    }
}

impl Verdict {
    /// A verdict without a number.
    #[must_use]
    pub fn plain(name: &'static str) -> Self {
        Self { name, arg: None }
    }

    /// A verdict with one.
    #[must_use]
    pub fn with(name: &'static str, arg: u128) -> Self {
        Self { name, arg: Some(arg) }
    }

    fn json(&self) -> Json {
        match self.arg {
            Some(arg) => json!({"verdict": self.name, "arg": arg.to_string()}),
            None => json!({"verdict": self.name}),
        }
    }
}

impl Ledger {
    /// What is said at the end of the input.
    fn end(&self) -> Json {
        let mut end = Vec::new();
        for ((producer, number), lane) in &self.lanes {
            let open = lane.accounts.get(&lane.epoch).is_some_and(|one| one.tail == Tail::Open);
            // LOSS-008
            if open && !self.gate.strict("LOSS-008") {
                end.push(json!({
                    "producer_id": producer,
                    "lane": number,
                    "verdict": "TAIL_UNKNOWN",
                    "arg": lane.epoch.to_string(),
                }));
            }
        }
        Json::Array(end)
    }

    fn accounts(&self) -> Json {
        let mut accounts = Vec::new();
        for ((producer, number), lane) in &self.lanes {
            for (epoch, account) in &lane.accounts {
                accounts.push(json!({
                    "producer_id": producer,
                    "lane": number,
                    "epoch": epoch,
                    "first": account.first.to_string(),
                    "last": account.last.to_string(),
                    "seen": account.seen.to_string(),
                    "declared": account.declared.to_string(),
                    "unreadable": account.unreadable.to_string(),
                    "lost": account.lost(&self.gate).to_string(),
                    "tail": account.tail.name(),
                }));
            }
        }
        Json::Array(accounts)
    }
}
