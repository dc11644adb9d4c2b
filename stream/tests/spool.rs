//! A frame that was durable comes back until it is acknowledged, whatever fails and whenever the power goes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod common;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use dashstream_codec::file::FileReport;
use dashstream_codec::{Code, Prelude, ReadOptions};
use dashstream_disk::{Disk, DiskError, Fault, RealDisk, SimDisk, Survival};
use dashstream_stream::identity::Previous;
use dashstream_stream::spool::{LaneKey, Lasts, Spool, SpoolConfig, SpoolError, Ticket};

const FOLDER: &str = "/producer/spool";
const PRODUCER: [u8; 16] = [9; 16];
const NONCE: [u8; 8] = [7; 8];

fn open(disk: &SimDisk) -> Result<Spool<SimDisk>, SpoolError> {
    Spool::open(disk.clone(), Path::new(FOLDER), SpoolConfig { segment_len: 500, max_len: 1 << 20 })
}

fn key(lane: u32) -> LaneKey {
    LaneKey { producer_id: PRODUCER, lane }
}

/// What a producer knows of its spool.
#[derive(Clone, Debug, Default)]
struct Told {
    epoch: u32,
    /// All frames, in the order in which they were appended.
    appended: Vec<Vec<u8>>,
    /// How many of them were durable.
    durable: usize,
    acknowledged: Vec<Vec<u8>>,
    /// What `keep` was given.
    kept: Lasts,
}

impl Told {
    fn durable(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.appended.iter().take(self.durable)
    }

    /// What is left must be what it ought to be.
    fn see(&mut self, spool: &mut Spool<SimDisk>) -> Vec<(Ticket, Vec<u8>)> {
        let mut known: BTreeMap<LaneKey, Previous> = self.kept.clone();
        for (key, last) in spool.lasts() {
            let one = known.entry(key).or_default();
            *one = last.max(*one);
        }
        for frame in self.durable() {
            let prelude = Prelude::read(frame).unwrap();
            let last = Previous { epoch: prelude.epoch, last_sequence: prelude.last_sequence() };
            assert!(known.get(&key(prelude.lane)) >= Some(&last), "a number that may have been sent is forgotten");
        }
        let left: Vec<_> = spool.left().into_iter().flat_map(|number| spool.take_left(number).unwrap()).collect();
        let bytes: Vec<_> = left.iter().map(|(_, bytes)| bytes.clone()).collect();
        let mut rest = self.appended.iter();
        for frame in &bytes {
            assert!(rest.any(|one| one == frame), "a frame comes back that was not appended, or in another order");
        }
        let waits = |frame: &&Vec<u8>| !self.acknowledged.contains(frame);
        for frame in self.durable().filter(waits) {
            assert!(bytes.contains(frame), "a durable frame is lost");
        }
        // What failed was done or not: now it is known.
        (self.kept, self.durable, self.appended) = (known, bytes.len(), bytes);
        left
    }
}

/// Two lives: frames of two lanes over several segments, of which some are acknowledged. In the first one more is appended while a sync
/// is under way.
fn live(disk: &SimDisk, told: &mut Told) -> Result<(), SpoolError> {
    for _ in 0..2 {
        told.epoch += 1;
        let epoch = told.epoch;
        let mut spool = open(disk)?;
        for (ticket, bytes) in told.see(&mut spool) {
            spool.acknowledge(ticket);
            told.acknowledged.push(bytes);
        }
        reclaim(&mut spool, told)?;
        let (mut tickets, mut begun) = (Vec::new(), None);
        for number in 0..9_u32 {
            let base = u64::from(number) * 3 + 1;
            let bytes = common::frame(PRODUCER, epoch, number % 2, NONCE, base, 2);
            // Appended or not where it fails: nobody may rely on it.
            told.appended.push(bytes.clone());
            tickets.push((spool.append(&bytes)?, bytes));
            if let Some(durable) = begun.take() {
                spool.end_sync()?;
                told.durable = durable;
            }
            if number % 3 == 2 && epoch.is_multiple_of(2) {
                spool.sync()?;
                told.durable = told.appended.len();
            } else if number % 3 == 2 {
                if let Some(syncing) = spool.begin_sync()? {
                    syncing.run();
                }
                begun = Some(told.appended.len());
            }
        }
        spool.end_sync()?;
        for (ticket, bytes) in tickets.into_iter().take(6) {
            spool.acknowledge(ticket);
            told.acknowledged.push(bytes);
        }
        reclaim(&mut spool, told)?;
    }
    Ok(())
}

fn reclaim(spool: &mut Spool<SimDisk>, told: &mut Told) -> Result<(), SpoolError> {
    spool.reclaim(|lasts| {
        told.kept.extend(lasts);
        Ok(())
    })
}

#[test]
fn a_durable_frame_comes_back_byte_for_byte() {
    let whole = SimDisk::new();
    live(&whole, &mut Told::default()).unwrap();
    let mut cases = 0;
    for (disk, _, case) in whole.faulty(&[0, 90]) {
        let mut told = Told::default();
        let ended = live(&disk, &mut told);
        assert!(ended.is_err(), "{case} was not noticed");
        for survival in Survival::all(24) {
            let case = format!("{case}, {survival:?}");
            let after = disk.copied().after_power_loss(survival);
            let mut told = told.clone();
            let mut spool = open(&after).unwrap_or_else(|error| panic!("{case}: {error}"));
            let whole = !matches!(survival, Survival::Some(_));
            assert!(!whole || spool.damage().iter().all(|damage| damage.at_end), "{case}: {:?}", spool.damage());
            drop(told.see(&mut spool));
            drop(spool);
            live(&after, &mut told).unwrap_or_else(|error| panic!("{case}: {error}"));
            cases += 1;
        }
        // A process that is killed loses nothing that it has appended.
        let mut spool = open(&disk.after_kill()).unwrap();
        told.durable = told.durable.max(told.appended.len().saturating_sub(1));
        drop(told.see(&mut spool));
    }
    assert!(cases > 3_000, "only {cases} cases");
}

#[test]
fn a_failed_write_costs_its_frame_alone() {
    let whole = SimDisk::new();
    let mut spool = open(&whole).unwrap();
    let frames: Vec<_> = (0..3).map(|number| common::frame(PRODUCER, 1, 0, NONCE, number * 2 + 1, 1)).collect();
    drop(spool.append(&frames[0]).unwrap());
    let at = whole.operations();
    let disk = SimDisk::new().with_fault(at, Fault::Full { kept: 50 });
    let mut spool = open(&disk).unwrap();
    drop(spool.append(&frames[0]).unwrap());
    let error = spool.append(&frames[1]).unwrap_err();
    assert!(
        matches!(&error, SpoolError::Io(DiskError { doing: "write", source, .. }) if source.kind() == ErrorKind::StorageFull)
    );
    drop(spool.append(&frames[2]).unwrap());
    spool.sync().unwrap();
    let mut again = open(&disk.after_power_loss(Survival::Nothing)).unwrap();
    assert!(again.damage().is_empty());
    let left: Vec<_> = again.take_left(0).unwrap().into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(left, [frames[0].clone(), frames[2].clone()]);
}

#[test]
fn a_write_that_cannot_be_taken_back_ends_the_spool() {
    let (short, long) = (common::frame(PRODUCER, 1, 0, NONCE, 1, 1), common::frame(PRODUCER, 1, 0, NONCE, 2, 200));
    for taken_back in [true, false] {
        let whole = SimDisk::new();
        drop(open(&whole).unwrap().append(&short).unwrap());
        let at = whole.operations();
        let mut disk = SimDisk::new().with_fault(at, Fault::Full { kept: 250 });
        if !taken_back {
            disk = disk.with_fault(at + 1, Fault::Fails(ErrorKind::Other));
        }
        let mut spool = open(&disk).unwrap();
        drop(spool.append(&short).unwrap());
        assert!(matches!(spool.append(&long), Err(SpoolError::Io(DiskError { doing: "write", .. }))));
        assert_eq!(matches!(spool.sync(), Err(SpoolError::Poisoned)), !taken_back);
        assert_eq!(open(&disk.after_kill()).unwrap().damage().is_empty(), taken_back);
    }
}

#[test]
fn an_error_of_a_sync_ends_the_spool() {
    let disk = SimDisk::new();
    let mut spool = open(&disk).unwrap();
    drop(spool.append(&common::frame(PRODUCER, 1, 0, NONCE, 1, 1)).unwrap());
    for later in 0..2 {
        let disk = SimDisk::new().with_fault(disk.operations() + later, Fault::Fails(ErrorKind::Other));
        let mut spool = open(&disk).unwrap();
        let frame = common::frame(PRODUCER, 1, 0, NONCE, 1, 1);
        drop(spool.append(&frame).unwrap());
        assert!(matches!(spool.sync(), Err(SpoolError::Io(DiskError { doing: "sync", .. }))));
        assert!(matches!(spool.sync(), Err(SpoolError::Poisoned)));
        assert!(matches!(spool.append(&frame), Err(SpoolError::Poisoned)));
        assert!(matches!(spool.reclaim(|_| Ok(())), Err(SpoolError::Poisoned)));
    }
}

#[test]
fn a_sync_beside_makes_durable_what_was_appended_before_it() {
    let disk = SimDisk::new();
    let mut spool = Spool::open(disk.clone(), Path::new(FOLDER), SpoolConfig::default()).unwrap();
    let frames: Vec<_> = (0..4).map(|number| common::frame(PRODUCER, 1, 0, NONCE, number * 2 + 1, 1)).collect();
    let durable = |disk: &SimDisk| {
        let mut spool = open(&disk.copied().after_power_loss(Survival::Nothing)).unwrap();
        spool.left().into_iter().flat_map(|number| spool.take_left(number).unwrap()).count()
    };
    // The name of a segment is durable with its first frame.
    let first = spool.append(&frames[0]).unwrap();
    assert!(!spool.is_durable(&first));
    assert!(spool.begin_sync().unwrap().is_none());
    assert!(spool.is_durable(&first));
    assert_eq!(durable(&disk), 1);
    assert!(spool.begin_sync().unwrap().is_none(), "there is nothing to be made durable");
    let second = spool.append(&frames[1]).unwrap();
    let syncing = spool.begin_sync().unwrap().unwrap();
    let third = spool.append(&frames[2]).unwrap();
    assert!(spool.begin_sync().unwrap().is_none(), "there is one at a time");
    assert_eq!(durable(&disk), 1);
    std::thread::spawn(move || syncing.run()).join().unwrap();
    assert!(!spool.is_durable(&second), "nobody has said so");
    spool.end_sync().unwrap();
    assert_eq!((spool.is_durable(&second), spool.is_durable(&third)), (true, false));
    // Who asks for everything waits for what is under way.
    let syncing = spool.begin_sync().unwrap().unwrap();
    let fourth = spool.append(&frames[3]).unwrap();
    let beside = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        syncing.run();
    });
    spool.sync().unwrap();
    assert!(beside.is_finished() || beside.join().is_ok());
    assert!(spool.is_durable(&third) && spool.is_durable(&fourth));
    assert_eq!(durable(&disk), 4);
    drop((first, second, third, fourth));
}

#[test]
fn an_error_of_a_sync_beside_ends_the_spool() {
    let frames = [1, 2].map(|number| common::frame(PRODUCER, 1, 0, NONCE, number, 1));
    let begin = |disk: &SimDisk| {
        let mut spool = open(disk).unwrap();
        drop(spool.append(&frames[0]).unwrap());
        spool.sync().unwrap();
        drop(spool.append(&frames[1]).unwrap());
        let syncing = spool.begin_sync().unwrap().unwrap();
        (spool, syncing)
    };
    let whole = SimDisk::new();
    drop(begin(&whole));
    let failing = || SimDisk::new().with_fault(whole.operations(), Fault::Fails(ErrorKind::Other));
    // It is told once, whoever asks for it.
    for ask in [Spool::end_sync, Spool::sync, Spool::end_segment] {
        let (mut spool, syncing) = begin(&failing());
        syncing.run();
        let error = ask(&mut spool).unwrap_err();
        assert!(matches!(error, SpoolError::Io(DiskError { doing: "sync", .. })), "{error}");
        assert!(matches!(spool.sync(), Err(SpoolError::Poisoned)));
        assert!(matches!(spool.begin_sync(), Err(SpoolError::Poisoned)));
        assert!(matches!(spool.end_sync(), Err(SpoolError::Poisoned)));
    }
    // What has not run has made nothing durable.
    let (mut spool, syncing) = begin(&SimDisk::new());
    drop(syncing);
    let error = spool.end_sync().unwrap_err();
    assert!(error.to_string().contains("given up"), "{error}");
    assert!(matches!(spool.sync(), Err(SpoolError::Poisoned)));
}

#[test]
fn damage_is_shown_and_set_aside() {
    let disk = SimDisk::new();
    let mut spool = open(&disk).unwrap();
    let frames: Vec<_> = (0..4).map(|number| common::frame(PRODUCER, 1, 3, NONCE, number * 2 + 1, 2)).collect();
    for frame in &frames {
        drop(spool.append(frame).unwrap());
    }
    spool.sync().unwrap();
    assert!(!spool.is_empty());
    drop(spool);
    let path = Path::new(FOLDER).join("0000000000000000.dsf");
    let entry = frames[0].len() + 16;
    disk.damage(&path, |bytes| bytes[28 + 2 * entry - 1] ^= 1).unwrap();
    let mut spool = open(&disk).unwrap();
    let [damage] = spool.damage() else { panic!("{:?}", spool.damage()) };
    assert_eq!(
        (damage.start, damage.end, damage.code, damage.at_end),
        (28 + entry as u64, 28 + 2 * entry as u64, Code::BodyCrc, false)
    );
    let left = spool.take_left(0).unwrap();
    assert_eq!(left.iter().map(|(_, bytes)| bytes).collect::<Vec<_>>(), [&frames[0], &frames[2], &frames[3]]);
    assert!(spool.take_left(0).unwrap().is_empty(), "a segment is taken once");
    assert_eq!(spool.lasts(), Lasts::from([(key(3), Previous { epoch: 1, last_sequence: 8 })]));
    left.into_iter().for_each(|(ticket, _)| spool.acknowledge(ticket));
    assert!(spool.is_empty());
    spool.reclaim::<SpoolError>(|_| Ok(())).unwrap();
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap(), ["0000000000000000.dsf.damaged"]);
    assert_eq!(open(&disk).unwrap().len(), 0);
    // What the last frame was still counts, when it is the one that is damaged.
    disk.damage(&path.with_extension("dsf.damaged"), |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
    disk.rename(&path.with_extension("dsf.damaged"), &path).unwrap();
    let spool = open(&disk).unwrap();
    assert_eq!(spool.lasts(), Lasts::from([(key(3), Previous { epoch: 1, last_sequence: 8 })]));
    assert!(spool.damage()[1].at_end);
}

#[test]
fn what_is_not_kept_is_not_removed() {
    let disk = SimDisk::new();
    let mut spool = open(&disk).unwrap();
    let ticket = spool.append(&common::frame(PRODUCER, 4, 1, NONCE, 7, 5)).unwrap();
    let other = spool.append(&common::frame(PRODUCER, 4, 1, NONCE, 3, 2)).unwrap();
    spool.end_segment().unwrap();
    spool.acknowledge(ticket);
    spool.reclaim::<SpoolError>(|_| panic!("a frame waits")).unwrap();
    spool.acknowledge(other);
    let ticket = spool.append(&common::frame(PRODUCER, 4, 1, NONCE, 12, 1)).unwrap();
    let durable = |lasts: Lasts| {
        let after = open(&disk.copied().after_power_loss(Survival::Nothing)).unwrap();
        assert_eq!(lasts, after.lasts(), "what is kept is durable, although nobody has asked for it");
        Ok(())
    };
    spool.reclaim::<SpoolError>(durable).unwrap();
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap(), ["0000000000000001.dsf"]);
    spool.acknowledge(ticket);
    // The segment that is being written stays until it is ended.
    spool.reclaim::<SpoolError>(|_| panic!("nothing is done")).unwrap();
    spool.end_segment().unwrap();
    assert!(spool.reclaim(|_| Err(SpoolError::Poisoned)).is_err());
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap().len(), 1);
    let mut kept = Lasts::new();
    spool
        .reclaim::<SpoolError>(|lasts| {
            kept = lasts;
            Ok(())
        })
        .unwrap();
    assert_eq!(kept, Lasts::from([(key(1), Previous { epoch: 4, last_sequence: 12 })]));
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap().len(), 0);
    // A number is not used for another segment in one life.
    drop(spool.append(&common::frame(PRODUCER, 4, 1, NONCE, 13, 1)).unwrap());
    assert_eq!(disk.list(Path::new(FOLDER)).unwrap(), ["0000000000000002.dsf"]);
}

#[test]
fn a_spool_is_bounded_and_its_segments_are_files_of_frames() {
    let folder = tempfile::tempdir().unwrap();
    let frame = common::frame(PRODUCER, 1, 0, NONCE, 1, 1);
    let entry = frame.len() as u64 + 16;
    let config = SpoolConfig { segment_len: 200, max_len: 2 * 28 + 3 * entry };
    let mut spool = Spool::open(RealDisk, folder.path(), config).unwrap();
    let mut tickets = Vec::new();
    let error = loop {
        match spool.append(&frame) {
            Ok(ticket) => tickets.push(ticket),
            Err(error) => break error,
        }
    };
    let len = spool.len();
    assert!(
        matches!(error, SpoolError::Full { len: held, frame_len, .. } if held == len && frame_len == frame.len()),
        "{error}"
    );
    assert_eq!(tickets.len(), 3);
    assert!(matches!(spool.append(b"no frame at all"), Err(SpoolError::NoFrame(_))));
    spool.sync().unwrap();
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let reports: Vec<_> =
        names.iter().map(|path| FileReport::of(&std::fs::read(path).unwrap(), ReadOptions::default())).collect();
    assert_eq!(reports.iter().map(|report| report.accepted.len()).collect::<Vec<_>>(), [2, 1]);
    assert!(reports.iter().all(|report| report.skipped.is_empty() && report.tail.is_none()));
    assert_ne!(reports[0].marker, reports[1].marker);
    // Room comes back.
    tickets.into_iter().for_each(|ticket| spool.acknowledge(ticket));
    spool.end_segment().unwrap();
    spool.reclaim::<SpoolError>(|_| Ok(())).unwrap();
    assert_eq!(spool.len(), 0);
    drop(spool.append(&frame).unwrap());
}

#[test]
fn other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    std::fs::write(folder.path().join("0000000000000004.dsf"), "no file of frames").unwrap();
    let mut spool = Spool::open(RealDisk, folder.path(), SpoolConfig::default()).unwrap();
    assert_eq!(spool.damage()[0].code, Code::FileSignature);
    assert!(spool.left().is_empty());
    drop(spool.append(&common::frame(PRODUCER, 1, 0, NONCE, 1, 1)).unwrap());
    assert!(folder.path().join("0000000000000005.dsf").exists());
    assert_eq!(std::fs::read(folder.path().join("notes.txt")).unwrap(), b"mine");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(Spool::open(RealDisk, &file, SpoolConfig::default()), Err(SpoolError::Io(_))));
}
