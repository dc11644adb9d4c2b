//! An identity is never used twice, whatever fails and whenever the power goes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dashstream_codec::ledger::{Ledger, Observation, Verdict};
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_disk::{Disk, DiskError, Fault, RealDisk, SimDisk, Survival};
use dashstream_stream::identity::{Identity, IdentityError, Opened, Previous};

const FOLDER: &str = "/producer";

fn slots() -> [PathBuf; 2] {
    ["state-0", "state-1"].map(|name| Path::new(FOLDER).join(name))
}

/// Opens with bytes that follow from a seed, so that a failure can be run again.
fn open(disk: &SimDisk, seed: u8) -> Result<Identity<SimDisk>, IdentityError> {
    let mut next = seed;
    Identity::open_with(disk.clone(), Path::new(FOLDER), &mut |bytes| {
        bytes.iter_mut().for_each(|byte| {
            next = next.wrapping_mul(5).wrapping_add(17);
            *byte = next;
        });
        Ok(())
    })
}

/// What a producer was told, and may have used since.
#[derive(Clone, Debug, Default)]
struct Told {
    producer_id: Option<[u8; 16]>,
    epoch: u32,
    lanes: BTreeMap<u32, (String, Option<u32>)>,
    numbers: BTreeSet<u32>,
    lasts: BTreeMap<u32, Previous>,
    /// The call that failed, if one did, may have been done or not.
    unsure: bool,
}

/// Two lives of a producer: every call that writes, in an order of its own.
fn live(disk: &SimDisk, told: &mut Told) -> Result<(), IdentityError> {
    for life in 0..2_u8 {
        let mut identity = open(disk, life)?;
        told.see(&identity);
        for tenant in ["acme", "umbrella"] {
            told.unsure = true;
            let lane = identity.add_lane(tenant, Some(u32::from(life)))?;
            assert!(told.numbers.insert(lane), "lane {lane} was given out twice");
            told.lanes.insert(lane, (tenant.to_owned(), Some(u32::from(life))));
            told.unsure = false;
        }
        let ended = *told.lanes.keys().next().unwrap();
        told.unsure = true;
        identity.end_lane(ended)?;
        told.lanes.remove(&ended);
        told.lasts.remove(&ended);
        let last = Previous { epoch: identity.epoch(), last_sequence: 100 + u64::from(life) };
        let lasts: Vec<_> = told.lanes.keys().map(|lane| (*lane, last)).collect();
        identity.keep_last(lasts.clone())?;
        told.lasts.extend(lasts);
        told.unsure = false;
    }
    Ok(())
}

impl Told {
    /// A new opening must not contradict what was told.
    fn see(&mut self, identity: &Identity<SimDisk>) {
        if self.producer_id == Some(identity.producer_id()) {
            assert!(identity.epoch() > self.epoch, "epoch {} was used before", identity.epoch());
        } else {
            assert_eq!(self.producer_id, None, "the id was lost: {:?}", identity.opened());
        }
        let lanes: BTreeMap<_, _> =
            identity.lanes().map(|(number, lane)| (number, (lane.tenant.clone(), lane.partition))).collect();
        let lasts: BTreeMap<_, _> = identity.lanes().map(|(number, lane)| (number, lane.previous)).collect();
        if self.unsure {
            // The last call added a lane, ended one or kept numbers, or it did not.
            let known: Vec<_> = self.lanes.iter().filter(|(number, _)| lanes.contains_key(number)).collect();
            assert!(known.len() + 1 >= self.lanes.len());
            assert!(known.iter().all(|(number, lane)| lanes.get(number) == Some(lane)));
        } else {
            assert_eq!(lanes, self.lanes);
            assert!(self.lasts.iter().all(|(number, last)| lasts.get(number) == Some(last)));
        }
        (self.producer_id, self.epoch) = (Some(identity.producer_id()), identity.epoch());
        (self.lanes, self.lasts, self.unsure) = (lanes, lasts, false);
    }
}

#[test]
fn an_epoch_is_durable_before_it_is_used() {
    let whole = SimDisk::new();
    live(&whole, &mut Told::default()).unwrap();
    let mut cases = 0;
    for (disk, _, case) in whole.faulty(&[0, 30, 100]) {
        let mut told = Told::default();
        assert!(live(&disk, &mut told).is_err(), "{case} was not noticed");
        for survival in Survival::all(24) {
            // The power goes after the fault, if it did not go by it.
            let disk = disk.copied().after_power_loss(survival);
            let mut told = told.clone();
            let case = format!("{case}, {survival:?}");
            let identity = open(&disk, 9).unwrap_or_else(|error| panic!("{case}: {error}"));
            let before = told.producer_id;
            told.see(&identity);
            assert!(before.is_none() || identity.opened() != Opened::Unreadable, "{case}");
            drop(identity);
            // And once more, now that nothing fails.
            live(&disk, &mut told).unwrap_or_else(|error| panic!("{case}: {error}"));
            cases += 1;
        }
    }
    assert!(cases > 5_000, "only {cases} cases");
}

#[test]
fn a_repair_that_is_cut_short_costs_nothing() {
    let disk = SimDisk::new();
    let id = open(&disk, 1).unwrap().producer_id();
    let repair = disk.copied();
    drop(open(&repair, 2).unwrap());
    for slot in slots() {
        for operation in 0..repair.operations() {
            for survival in Survival::all(24) {
                let hurt = disk.copied().with_fault(operation, Fault::PowerLoss);
                hurt.damage(&slot, |bytes| bytes[40] ^= 1).unwrap();
                assert!(open(&hurt, 2).is_err());
                let identity = open(&hurt.after_power_loss(survival), 3).unwrap();
                assert_eq!(
                    identity.producer_id(),
                    id,
                    "{} damaged, operation {operation}, {survival:?}",
                    slot.display()
                );
            }
        }
    }
}

#[test]
fn an_error_is_not_tried_away() {
    let whole = SimDisk::new();
    drop(open(&whole, 1).unwrap());
    let opened = whole.operations();
    for operation in 0..8 {
        let disk = SimDisk::new().with_fault(opened + operation, Fault::Fails(ErrorKind::Other));
        let mut identity = open(&disk, 1).unwrap();
        assert!(matches!(identity.add_lane("acme", None), Err(IdentityError::Io(_))), "operation {operation}");
        assert!(matches!(identity.add_lane("acme", None), Err(IdentityError::Poisoned)));
        assert!(matches!(identity.keep_last([]), Err(IdentityError::Poisoned)));
        assert_eq!(identity.lanes().count(), 0);
        drop(identity);
        let mut again = open(&disk, 2).unwrap();
        again.add_lane("acme", None).unwrap();
    }
}

#[test]
fn damage_to_one_state_costs_nothing_and_to_both_the_id() {
    let disk = SimDisk::new();
    live(&disk, &mut Told::default()).unwrap();
    let whole = open(&disk.copied(), 3).unwrap();
    assert_eq!(whole.opened(), Opened::Continued);
    let len = disk.read(&slots()[0]).unwrap().len();
    for slot in slots() {
        for byte in 0..len {
            let hurt = disk.copied();
            hurt.damage(&slot, |bytes| bytes[byte] ^= 0x10).unwrap();
            let identity = open(&hurt, 3).unwrap();
            assert_eq!(identity.opened(), Opened::Repaired, "byte {byte} of {}", slot.display());
            assert_eq!(identity.producer_id(), whole.producer_id());
            assert_eq!(identity.epoch(), whole.epoch());
            assert!(identity.lanes().eq(whole.lanes()));
        }
        let cut = disk.copied();
        cut.damage(&slot, Vec::clear).unwrap();
        assert_eq!(open(&cut, 3).unwrap().opened(), Opened::Repaired);
        let gone = disk.copied();
        gone.remove(&slot).unwrap();
        assert_eq!(open(&gone, 3).unwrap().opened(), Opened::Repaired);
    }
    let hurt = disk.copied();
    slots().iter().for_each(|slot| hurt.damage(slot, |bytes| bytes[60] ^= 1).unwrap());
    let other = open(&hurt, 77).unwrap();
    assert_eq!((other.opened(), other.epoch(), other.lanes().count()), (Opened::Unreadable, 1, 0));
    assert_ne!(other.producer_id(), whole.producer_id());
    drop(other);
    assert_eq!(open(&hurt, 3).unwrap().opened(), Opened::Continued);
}

#[test]
fn what_cannot_be_read_is_not_taken_for_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state-0");
    // A folder cannot be read as a file, whoever asks.
    std::fs::create_dir(&path).unwrap();
    let error = Identity::open(RealDisk, folder.path()).unwrap_err();
    assert!(matches!(error, IdentityError::Io(DiskError { doing: "read", .. })), "{error}");
    assert!(error.to_string().contains("state-0"), "{error}");
}

#[test]
fn a_later_version_is_left_alone() {
    let disk = SimDisk::new();
    drop(open(&disk, 1).unwrap());
    let line = "{}\n";
    let crc = dashstream_codec::crc32c(format!("dashstream-state 2 {line}").as_bytes());
    let newer = format!("dashstream-state 2 {crc:08x}\n{line}");
    disk.damage(&slots()[1], |bytes| *bytes = newer.clone().into_bytes()).unwrap();
    let before = disk.operations();
    assert!(matches!(open(&disk, 1), Err(IdentityError::Newer { version: 2, .. })));
    assert_eq!(disk.operations(), before);
}

#[test]
fn one_producer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Identity::open(RealDisk, folder.path()).unwrap();
    assert!(matches!(Identity::open(RealDisk, folder.path()), Err(IdentityError::InUse { .. })));
    let (id, epoch) = (first.producer_id(), first.epoch());
    assert_eq!((first.opened(), epoch), (Opened::New, 1));
    drop(first);
    let second = Identity::open(RealDisk, folder.path()).unwrap();
    assert_eq!((second.producer_id(), second.epoch(), second.opened()), (id, 2, Opened::Continued));
    let shown = format!("{second:?}");
    assert!(shown.contains("epoch: 2"), "{shown}");
}

#[test]
fn every_opening_draws_a_boot_nonce() {
    let folder = tempfile::tempdir().unwrap();
    let nonces: BTreeSet<_> = (0..50).map(|_| Identity::open(RealDisk, folder.path()).unwrap().boot_nonce()).collect();
    assert_eq!(nonces.len(), 50);
}

#[test]
fn the_last_epoch_makes_another_producer() {
    let disk = SimDisk::new();
    let id = open(&disk, 1).unwrap().producer_id();
    for slot in slots() {
        let text = String::from_utf8(disk.read(&slot).unwrap()).unwrap();
        let line = text.split_once('\n').unwrap().1.replace(r#""epoch":1"#, r#""epoch":2147483646"#);
        let crc = dashstream_codec::crc32c(format!("dashstream-state 1 {line}").as_bytes());
        disk.damage(&slot, |bytes| *bytes = format!("dashstream-state 1 {crc:08x}\n{line}").into_bytes()).unwrap();
    }
    let last = open(&disk, 2).unwrap();
    assert_eq!((last.producer_id(), last.epoch(), last.opened()), (id, i32::MAX as u32, Opened::Continued));
    drop(last);
    let other = open(&disk, 3).unwrap();
    assert_eq!((other.epoch(), other.opened()), (1, Opened::Exhausted));
    assert_ne!(other.producer_id(), id);
    drop(other);
    assert_eq!(open(&disk, 4).unwrap().opened(), Opened::Continued);
}

#[test]
fn what_was_not_said_is_refused() {
    let disk = SimDisk::new();
    let mut identity = open(&disk, 1).unwrap();
    assert!(matches!(identity.add_lane("", None), Err(IdentityError::Tenant { len: 0 })));
    assert!(matches!(identity.add_lane(&"t".repeat(256), None), Err(IdentityError::Tenant { len: 256 })));
    assert_eq!(identity.add_lane(&"t".repeat(255), None).unwrap(), 0);
    assert!(matches!(identity.end_lane(1), Err(IdentityError::NoLane { lane: 1 })));
    let last = |epoch, last_sequence| Previous { epoch, last_sequence };
    assert!(matches!(identity.keep_last([(1, last(1, 1))]), Err(IdentityError::NoLane { lane: 1 })));
    for bad in [last(2, 1), last(1, 0), last(0, 1), last(1, 1 << 53)] {
        assert!(matches!(identity.keep_last([(0, bad)]), Err(IdentityError::Backwards { lane: 0, .. })), "{bad:?}");
    }
    identity.keep_last([(0, last(1, 5))]).unwrap();
    let error = identity.keep_last([(0, last(1, 4))]).unwrap_err();
    assert_eq!(error.to_string(), "lane 0 was at number 5 of epoch 1, and cannot have ended at number 4 of epoch 1");
    identity.end_lane(0).unwrap();
    assert_eq!(identity.add_lane("t", Some(7)).unwrap(), 1);
    // Random bytes that are not to be had, and an id of zeros.
    let error = Identity::open_with(SimDisk::new(), Path::new(FOLDER), &mut |_| Err("none".to_owned())).unwrap_err();
    assert!(matches!(&error, IdentityError::Random { why } if why == "none"));
    let mut draws = 0;
    let opened = Identity::open_with(SimDisk::new(), Path::new(FOLDER), &mut |bytes| {
        draws += 1;
        bytes.fill(u8::from(draws > 2));
        Ok(())
    });
    assert_eq!((opened.unwrap().producer_id(), draws), ([1; 16], 4));
}

/// A frame of lane 0 with one record.
fn frame(identity: &Identity<SimDisk>) -> Vec<u8> {
    common::frame(identity.producer_id(), identity.epoch(), 0, identity.boot_nonce(), 1, 1)
}

#[test]
fn two_producers_with_a_copied_state_are_detected() {
    let disk = SimDisk::new();
    drop(open(&disk, 1).unwrap());
    let copy = disk.copied();
    let producers = [open(&disk, 2).unwrap(), open(&copy, 3).unwrap()];
    assert_eq!(producers[0].producer_id(), producers[1].producer_id());
    assert_eq!(producers[0].epoch(), producers[1].epoch());
    let mut ledger = Ledger::new();
    let verdicts = producers.each_ref().map(|producer| {
        let bytes = frame(producer);
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&bytes, &ReadOptions::default()).unwrap();
        ledger.observe(&Observation::of_batch(&batch))
    });
    assert_eq!(verdicts, [vec![], vec![Verdict::Fork]]);
}
