//! Frames that arrive at a ledger: a few lanes that go on as they should, and what befalls them.

use super::build::{Plan, payload};
use super::{Damage, Maker};
use crate::fuzz::numbers::{below, near, once_in};
use crate::fuzz::seal::{PRELUDE, field, put, reseal};
use crate::protocol::{Arrival, Question};

const EPOCH_START: u64 = 2;
const EPOCH_END: u64 = 4;
const HEARTBEAT: u64 = 6;
const LANE_END: u64 = 8;
const LATE_DROPS: u64 = 10;
const REDACTED: u64 = 12;

/// Where a lane stands.
#[derive(Clone, Debug)]
struct Lane {
    producer: u8,
    lane: u32,
    epoch: u32,
    next: u64,
    nonce: u8,
    partition: Option<u32>,
}

impl Maker<'_> {
    pub(super) fn ledger(&mut self) -> Question {
        let seed = below(&mut self.rng, self.seeds.arrivals.len());
        let mut input = match self.seeds.arrivals.get(seed) {
            Some(seed) if once_in(&mut self.rng, 4) => seed.clone(),
            _ => self.lanes(),
        };
        let times = below(&mut self.rng, 4);
        (0..times).for_each(|_| self.befall(&mut input));
        Question::Ledger { input }
    }

    /// What a few lanes of one or two producers send.
    fn lanes(&mut self) -> Vec<Arrival> {
        let mut lanes: Vec<Lane> = (0..self.rng.u8(1..4)).map(|number| self.new_lane(number)).collect();
        let mut sent: Vec<(Plan, Arrival)> = Vec::new();
        for _ in 0..self.rng.usize(1..12) {
            let at = below(&mut self.rng, lanes.len());
            let Some(lane) = lanes.get_mut(at) else { break };
            let plan = self.next_frame(lane, &sent);
            let partition = if once_in(&mut self.rng, 12) { Some(self.rng.u32(..2)) } else { lane.partition };
            let arrival = Arrival { frame: plan.build(), partition };
            sent.push((plan, arrival));
        }
        sent.into_iter().map(|(_, arrival)| arrival).collect()
    }

    fn new_lane(&mut self, number: u8) -> Lane {
        let rng = &mut self.rng;
        Lane {
            producer: if once_in(rng, 3) { number } else { 0 },
            lane: u32::from(number),
            epoch: rng.u32(1..4),
            next: if once_in(rng, 4) { rng.u64(2..30) } else { 1 },
            nonce: 0,
            partition: once_in(rng, 3).then(|| rng.u32(..2)),
        }
    }

    fn next_frame(&mut self, lane: &mut Lane, sent: &[(Plan, Arrival)]) -> Plan {
        let before = sent.get(below(&mut self.rng, sent.len()));
        match self.rng.u8(..16) {
            0 | 1 => lane.next += self.rng.u64(1..8),
            2 | 3 => return self.next_epoch(lane),
            4 => {
                if let Some((plan, arrival)) = before {
                    return self.redaction(plan, &arrival.frame);
                }
            }
            // Once more over numbers that have gone by, perhaps of an older epoch.
            5 => {
                if let Some((plan, _)) = before {
                    let mut again = plan.clone();
                    again.base = near(&mut self.rng, again.base).max(1);
                    let records = self.records();
                    again.records = records;
                    return again;
                }
            }
            _ => {}
        }
        let mut plan = self.frame_at(lane);
        match self.rng.u8(..16) {
            0 => self.place(&mut plan, EPOCH_END, Vec::new()),
            1 => self.place(&mut plan, LANE_END, Vec::new()),
            2..=4 => {
                let first = self.rng.u64(1..lane.next.max(2));
                let count = self.rng.u64(1..8);
                self.place(&mut plan, LATE_DROPS, payload(&[first, count, 1]));
            }
            5 => plan.nonce += 1,
            6 => plan.tenant = "other",
            _ => {}
        }
        lane.next = plan.last() + 1;
        plan
    }

    fn frame_at(&mut self, lane: &Lane) -> Plan {
        Plan {
            producer: lane.producer,
            lane: lane.lane,
            epoch: lane.epoch,
            base: lane.next,
            records: self.records(),
            drops: if once_in(&mut self.rng, 4) { self.rng.u16(1..4) } else { 0 },
            nonce: lane.nonce,
            tenant: "acme",
            redacts: None,
        }
    }

    fn records(&mut self) -> Vec<(u64, Vec<u8>)> {
        let count = self.rng.usize(1..5);
        (0..count).map(|_| (if once_in(&mut self.rng, 3) { HEARTBEAT } else { 11 }, Vec::new())).collect()
    }

    /// Puts a record last, or anywhere.
    fn place(&mut self, plan: &mut Plan, kind: u64, payload: Vec<u8>) {
        let len = plan.records.len();
        let at = if once_in(&mut self.rng, 3) { below(&mut self.rng, len + 1) } else { len };
        plan.records.insert(at, (kind, payload));
    }

    /// The first frame of an epoch, with an EPOCH_START that is true, nearly true, or not there.
    fn next_epoch(&mut self, lane: &mut Lane) -> Plan {
        let (before, last) = (lane.epoch, lane.next - 1);
        lane.epoch += if once_in(&mut self.rng, 4) { 2 } else { 1 };
        lane.next = 1;
        lane.nonce = if once_in(&mut self.rng, 4) { lane.nonce } else { lane.nonce + 1 };
        let mut plan = self.frame_at(lane);
        let previous = if once_in(&mut self.rng, 4) { self.rng.u64(..6) } else { u64::from(before) };
        let last = match self.rng.u8(..4) {
            0 => near(&mut self.rng, last.max(1)),
            1 => last + self.rng.u64(..5),
            _ => last,
        };
        let last = if previous == 0 { 0 } else { last };
        if !once_in(&mut self.rng, 4) {
            plan.records.insert(0, (EPOCH_START, payload(&[previous, last])));
        }
        lane.next = plan.last() + 1;
        plan
    }

    /// A frame that takes the place of one that was sent.
    fn redaction(&mut self, plan: &Plan, frame: &[u8]) -> Plan {
        let body_crc = frame.first_chunk::<PRELUDE>().map_or(0, |prelude| u32::from_le_bytes(field(prelude, 12)));
        let original = plan.redacts.unwrap_or(body_crc);
        let other = if once_in(&mut self.rng, 4) { self.rng.u32(..) } else { original };
        let reason = self.rng.u64(1..4);
        let records = plan.records.iter().map(|(kind, _)| (REDACTED, payload(&[*kind * reason]))).collect();
        Plan { records, redacts: Some(other), ..plan.clone() }
    }

    /// Something that happens on the way.
    fn befall(&mut self, input: &mut Vec<Arrival>) {
        let (at, to) = (below(&mut self.rng, input.len()), below(&mut self.rng, input.len()));
        let Some(one) = input.get(at).cloned() else { return };
        match self.rng.u8(..8) {
            0 => drop(input.remove(at)),
            1 => input.insert(to, one),
            2 => input.swap(at, to),
            3 => self.rng.shuffle(input),
            4 => {
                let frame = self.some_frame(Damage::Outside, 4096);
                input.insert(to, Arrival { frame, partition: None });
            }
            _ => {
                let (damaged, replaces) = (self.damaged_arrival(one), once_in(&mut self.rng, 2));
                input.splice(at..at + usize::from(replaces), [damaged]);
            }
        }
    }

    /// The frame rejected somehow: countable or not.
    fn damaged_arrival(&mut self, mut arrival: Arrival) -> Arrival {
        let rng = &mut self.rng;
        let last = arrival.frame.len().saturating_sub(1);
        match rng.u8(..6) {
            0 => arrival.frame.truncate(last),
            1 => {
                let at = below(rng, arrival.frame.len());
                if let Some(byte) = arrival.frame.get_mut(at) {
                    *byte ^= 0x04;
                }
            }
            2 => change_identity(rng, &mut arrival.frame),
            3 => {
                // A version that nobody knows is rejected, and counted all the same.
                if let Some(prelude) = arrival.frame.first_chunk_mut::<PRELUDE>() {
                    put(prelude, 1, &[9]);
                }
                reseal(&mut arrival.frame);
            }
            4 => {
                if let Some(byte) = arrival.frame.get_mut(last) {
                    *byte ^= 0x80;
                }
                reseal(&mut arrival.frame);
            }
            _ => {
                if let Some(byte) = arrival.frame.get_mut(last) {
                    *byte ^= 0x01;
                }
            }
        }
        arrival
    }
}

/// Another place in the sequence, epoch, lane or count of records, or a count that cannot be.
fn change_identity(rng: &mut fastrand::Rng, frame: &mut [u8]) {
    let Some(prelude) = frame.first_chunk_mut::<PRELUDE>() else { return };
    let at = [48, 56, 60, 28, 30, 32].get(below(rng, 6)).copied().unwrap_or(48);
    let [byte] = field(prelude, at);
    let byte: u8 = byte;
    let changed = if once_in(rng, 4) { 0 } else { byte.wrapping_add(rng.u8(..5)).wrapping_sub(2) };
    put(prelude, at, &[changed]);
    reseal(frame);
}
