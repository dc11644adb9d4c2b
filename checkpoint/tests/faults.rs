//! What was acknowledged is there, whatever fails and whenever the power goes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dashstream_checkpoint::{
    Draft, PendingWrite, Query, Reader, SegmentName, Store, StoreConfig, StoreError, ThreadKey,
};
use dashstream_disk::{Disk, DiskFile as _, Fault, Mode, SimDisk, Survival};

const STORE: &str = "/store";
/// Operations of whoever goes on with a thread: the names in its folder, and its own, are made durable.
const OPENING: usize = 2;

fn config() -> StoreConfig {
    StoreConfig { segment_len: 1_500, chunk_len: 300, ..StoreConfig::default() }
}

fn open(disk: &SimDisk) -> Result<Store<SimDisk>, StoreError> {
    Store::open(disk.clone(), Path::new(STORE), config())
}

fn key() -> ThreadKey {
    ThreadKey::new("thread-1", "").unwrap()
}

fn folder() -> PathBuf {
    Path::new(STORE).join(key().folder())
}

fn state(number: u64) -> Vec<u8> {
    // Some fit a chunk and some do not.
    let len = if number.is_multiple_of(3) { 700 } else { 40 };
    format!("state {number} ").into_bytes().into_iter().cycle().take(len).collect()
}

fn segments(disk: &SimDisk) -> Vec<SegmentName> {
    disk.list(&folder()).unwrap().iter().filter_map(|name| SegmentName::parse(name)).collect()
}

/// Both ends, some in between, and some where nothing keeps the changes to a folder in order.
fn survivals(seeds: u64) -> impl Iterator<Item = Survival> {
    Survival::all(seeds).chain((0..seeds).map(Survival::Reordered))
}

/// What somebody knows of the store.
#[derive(Clone, Debug, Default)]
struct Told {
    /// By generation, what was acknowledged.
    acknowledged: BTreeMap<u64, Vec<u8>>,
    /// What was given and not acknowledged: it may be there.
    tried: Vec<Vec<u8>>,
    /// Acknowledged pending writes, by generation.
    writes: Vec<(u64, Vec<u8>)>,
    number: u64,
}

impl Told {
    fn put(&mut self, store: &mut Store<SimDisk>) -> Result<u64, StoreError> {
        self.number += 1;
        let bytes = state(self.number);
        self.tried.push(bytes.clone());
        let summary = store.put(&key(), Draft::default(), &bytes)?;
        assert!(self.acknowledged.last_key_value().is_none_or(|(last, _)| summary.generation > *last));
        self.acknowledged.insert(summary.generation, bytes);
        Ok(summary.generation)
    }

    fn write(&mut self, store: &mut Store<SimDisk>, generation: u64) -> Result<(), StoreError> {
        self.number += 1;
        let (bytes, index) = (format!("write {}", self.number).into_bytes(), i64::try_from(self.number).unwrap());
        let write = PendingWrite {
            task: "t".into(),
            index,
            channel: "c".into(),
            bytes: bytes.clone(),
            ..PendingWrite::default()
        };
        store.put_writes(&key(), generation, &[write])?;
        self.writes.push((generation, bytes));
        Ok(())
    }

    /// The newest that was acknowledged is there, or one behind it that was tried. What retention may have removed is not asked for.
    fn see(&mut self, store: &mut Store<SimDisk>, case: &str) {
        let newest = store.latest(&key()).unwrap_or_else(|error| panic!("{case}: {error}"));
        let known = self.acknowledged.last_key_value();
        match (&newest, known) {
            (None, None) => {}
            (Some(found), Some((generation, bytes))) if found.summary.generation == *generation => {
                assert_eq!(&found.bytes, bytes, "{case}");
            }
            (Some(found), known) => {
                assert!(
                    known.is_none_or(|(generation, _)| found.summary.generation > *generation),
                    "{case}: an older one"
                );
                assert!(self.tried.contains(&found.bytes), "{case}: it was never put");
            }
            (None, Some(_)) => panic!("{case}: it is lost"),
        }
        if let Some(found) = newest {
            self.acknowledged.insert(found.summary.generation, found.bytes);
        }
    }

    /// All that was acknowledged is there.
    fn see_all(&self, store: &mut Store<SimDisk>, case: &str) {
        for (generation, bytes) in &self.acknowledged {
            let found = store.get(&key(), *generation).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(&found.unwrap_or_else(|| panic!("{case}: {generation} is lost")).bytes, bytes, "{case}");
        }
        for (generation, bytes) in &self.writes {
            let writes = store.writes(&key(), *generation).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert!(writes.iter().any(|write| &write.bytes == bytes), "{case}: a write is lost");
        }
        assert_eq!(store.list(&key(), &Query::default()).unwrap().len(), self.acknowledged.len(), "{case}");
    }
}

/// Two lives: puts and pending writes, over several segments.
fn live(disk: &SimDisk, told: &mut Told) -> Result<(), StoreError> {
    for _ in 0..2 {
        let mut store = open(disk)?;
        for number in 0..5 {
            let generation = told.put(&mut store)?;
            if number % 2 == 0 {
                told.write(&mut store, generation)?;
            }
        }
    }
    Ok(())
}

#[test]
fn what_was_acknowledged_is_there_whatever_fails() {
    let whole = SimDisk::new();
    live(&whole, &mut Told::default()).unwrap();
    let (mut cases, mut failed) = (0, 0);
    for (disk, _, case) in whole.faulty(&[0, 60, 250]) {
        let mut told = Told::default();
        let ended = live(&disk, &mut told);
        failed += usize::from(ended.is_err());
        // Nobody waits for the new name.
        assert!(ended.is_err() || case.contains("rename"), "{case} was not noticed");
        for survival in survivals(16) {
            let case = format!("{case}, {survival:?}");
            let after = disk.copied().after_power_loss(survival);
            let mut told = told.clone();
            let reader = Reader::new(after.clone(), STORE.into());
            if after.list(&folder()).is_ok() {
                let seen = reader.latest(&key()).unwrap_or_else(|error| panic!("{case}: {error}"));
                assert!(seen.is_some() || told.acknowledged.is_empty(), "{case}: a reader sees nothing");
            }
            let mut store = open(&after).unwrap_or_else(|error| panic!("{case}: {error}"));
            told.see(&mut store, &case);
            // What somebody was given stays, when the power goes again at once.
            drop(store);
            let after = after.after_power_loss(Survival::Nothing);
            let mut store = open(&after).unwrap();
            told.see(&mut store, &case);
            told.put(&mut store).unwrap_or_else(|error| panic!("{case}: {error}"));
            // Nothing that was acknowledged is damaged: the power tears what is being written alone.
            let damage: Vec<_> = store.verify().unwrap().into_iter().flat_map(|report| report.damage).collect();
            assert!(damage.iter().all(|damage| !damage.acknowledged), "{case}: {damage:?}");
            for (generation, bytes) in &told.acknowledged {
                let found = store.get(&key(), *generation).unwrap().unwrap_or_else(|| panic!("{case}: {generation}"));
                assert_eq!(&found.bytes, bytes, "{case}");
            }
            for (generation, bytes) in &told.writes {
                let writes = store.writes(&key(), *generation).unwrap();
                assert!(writes.iter().any(|write| &write.bytes == bytes), "{case}: a write is lost");
            }
            cases += 1;
        }
        // A process that is killed loses nothing that it has written. Whoever goes on builds on it, and loses nothing of that when the
        // power goes then.
        for survival in survivals(4) {
            let case = format!("{case}, killed, {survival:?}");
            let (killed, mut told) = (disk.copied(), told.clone());
            let mut store = open(&killed).unwrap_or_else(|error| panic!("{case}: {error}"));
            told.see(&mut store, &case);
            told.put(&mut store).unwrap();
            drop(store);
            let mut store = open(&killed.after_power_loss(survival)).unwrap();
            told.see(&mut store, &case);
            told.put(&mut store).unwrap_or_else(|error| panic!("{case}: {error}"));
            for (generation, bytes) in &told.acknowledged {
                let found = store.get(&key(), *generation).unwrap().unwrap_or_else(|| panic!("{case}: {generation}"));
                assert_eq!(&found.bytes, bytes, "{case}");
            }
        }
    }
    assert!(cases > 3_000 && failed > 200, "only {cases} cases, {failed} failed");
}

#[test]
fn generations_rise() {
    let disk = SimDisk::new();
    let mut told = Told::default();
    live(&disk, &mut told).unwrap();
    let mut store = open(&disk).unwrap();
    assert_eq!(told.acknowledged.keys().copied().collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    told.see_all(&mut store, "whole");
    let newest = store.latest(&key()).unwrap().unwrap().summary;
    assert_eq!((newest.parent, newest.len), (Some(9), told.acknowledged[&10].len() as u64));
    assert!(segments(&disk).len() > 2, "several segments");
    // One that is set aside is not forgotten.
    let last = segments(&disk).into_iter().find(|name| name.generation == 10).unwrap();
    drop(store);
    disk.rename(&folder().join(last.to_string()), &folder().join(format!("{last}.quarantined"))).unwrap();
    let mut store = open(&disk).unwrap();
    assert!(store.latest(&key()).unwrap().unwrap().summary.generation < 10);
    assert_eq!(store.put(&key(), Draft::default(), b"").unwrap().generation, 11);
}

/// A store with three checkpoints in one segment, and the segment.
fn three(disk: &SimDisk) -> (PathBuf, SegmentName) {
    let mut store = open(disk).unwrap();
    for text in ["one", "two", "three"] {
        store.put(&key(), Draft::default(), text.as_bytes()).unwrap();
    }
    let [name] = segments(disk)[..] else { panic!("several segments") };
    (folder().join(name.to_string()), name)
}

#[test]
fn every_flip_and_truncation_is_the_newest_or_an_error() {
    let whole = SimDisk::new();
    let (path, name) = three(&whole);
    let len = whole.read(&path).unwrap().len();
    assert_eq!(len as u64, name.end);
    let (mut there, mut refused) = (0, 0);
    let mut check = |case: &str, damage: &dyn Fn(&mut Vec<u8>)| {
        let disk = whole.copied();
        disk.damage(&path, damage).unwrap();
        for written in [false, true] {
            let latest = if written {
                open(&disk).unwrap().latest(&key())
            } else {
                Reader::new(disk.clone(), STORE.into()).latest(&key())
            };
            match latest {
                Ok(found) => {
                    assert_eq!(found.unwrap().bytes, b"three", "{case}");
                    there += 1;
                }
                Err(StoreError::Damaged(damage)) => {
                    assert!(damage.path.file_name() == path.file_name() && damage.acknowledged, "{case}: {damage}");
                    assert_eq!(damage.generation, Some(3), "{case}");
                    refused += 1;
                }
                Err(error) => panic!("{case}: {error}"),
            }
        }
        let whole = Reader::new(disk.clone(), STORE.into()).newest_whole(&key()).unwrap();
        assert!(!whole.damage.is_empty(), "{case}: nobody says it");
        // Whatever is set aside, the newest is then the newest whole one.
        let mut store = open(&disk).unwrap();
        assert_eq!(store.repair().unwrap().len(), 1, "{case}");
        let latest = store.latest(&key()).unwrap();
        assert_eq!(latest, whole.checkpoint, "{case}");
        assert_eq!(store.put(&key(), Draft::default(), b"four").unwrap().generation, 4, "{case}");
    };
    for bit in 0..len * 8 {
        check(&format!("bit {bit}"), &move |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
    }
    for cut in 0..len {
        check(&format!("cut to {cut}"), &move |bytes| bytes.truncate(cut));
    }
    assert!(there > 1_000 && refused > 1_000, "{there} there, {refused} refused");
}

#[test]
fn every_torn_prefix_costs_what_was_torn() {
    let whole = SimDisk::new();
    let (path, name) = three(&whole);
    let before = whole.copied();
    open(&whole).unwrap().put(&key(), Draft::default(), &state(3)).unwrap();
    let [after] = segments(&whole)[..] else { panic!("several segments") };
    let bytes = whole.read(&folder().join(after.to_string())).unwrap();
    for kept in name.end..after.end {
        for zeros in [false, true] {
            let disk = before.copied();
            let kept = usize::try_from(kept).unwrap();
            disk.damage(&path, |file| {
                *file = bytes[..kept].to_vec();
                if zeros {
                    file.resize(bytes.len(), 0);
                }
            })
            .unwrap();
            let reader = Reader::new(disk.clone(), STORE.into());
            assert_eq!(reader.latest(&key()).unwrap().unwrap().bytes, b"three", "{kept} bytes");
            let mut store = open(&disk).unwrap();
            assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"three", "{kept} bytes");
            assert_eq!(store.put(&key(), Draft::default(), b"four").unwrap().generation, 4);
            assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"four", "{kept} bytes");
            assert_eq!(store.repair().unwrap(), [], "what was not acknowledged is no damage");
        }
    }
}

#[test]
fn what_was_not_acknowledged_is_written_again() {
    let disk = SimDisk::new();
    three(&disk);
    // The sync of the next put fails: it can be read, and is not on the disk.
    let sync = disk.operations() + OPENING + 1;
    let faulty = SimDisk::new().with_fault(sync, Fault::Fails(ErrorKind::Other));
    three(&faulty);
    let mut store = open(&faulty).unwrap();
    assert!(matches!(store.put(&key(), Draft::default(), b"four"), Err(StoreError::Io(_))), "{:?}", faulty.journal());
    drop(store);
    let mut store = open(&faulty).unwrap();
    assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"four");
    drop(store);
    let after = faulty.after_power_loss(Survival::Nothing);
    assert_eq!(open(&after).unwrap().latest(&key()).unwrap().unwrap().bytes, b"four", "who saw it sees it again");
}

#[test]
fn an_error_of_a_sync_ends_the_store() {
    let whole = SimDisk::new();
    three(&whole);
    let syncs: Vec<usize> = (0..whole.operations()).filter(|at| whole.journal()[*at].starts_with("sync")).collect();
    assert!(syncs.len() > 3);
    for at in syncs {
        let disk = SimDisk::new().with_fault(at, Fault::Fails(ErrorKind::Other));
        let mut store = open(&disk).unwrap();
        let failed = (0..3).any(|_| store.put(&key(), Draft::default(), b"state").is_err());
        assert!(failed, "operation {at}");
        let operations = disk.operations();
        assert!(matches!(store.put(&key(), Draft::default(), b"state"), Err(StoreError::Poisoned)));
        assert!(matches!(store.put_writes(&key(), 1, &[PendingWrite::default()]), Err(StoreError::Poisoned)));
        assert!(matches!(store.delete_thread("thread-1"), Err(StoreError::Poisoned)));
        assert!(matches!(store.repair(), Err(StoreError::Poisoned)));
        assert!(matches!(store.retain(&key(), 1), Err(StoreError::Poisoned)));
        assert_eq!(disk.operations(), operations, "nothing is tried");
        drop(store);
        open(&disk).unwrap().put(&key(), Draft::default(), b"state").unwrap();
    }
}

#[test]
fn a_full_disk_costs_its_checkpoint_alone() {
    let whole = SimDisk::new();
    three(&whole);
    let at = whole.operations() + OPENING;
    for kept in [0, 1, 100, 250] {
        for taken_back in [true, false] {
            let mut disk = SimDisk::new().with_fault(at, Fault::Full { kept });
            if !taken_back {
                disk = disk.with_fault(at + 1, Fault::Fails(ErrorKind::Other));
            }
            three(&disk);
            let mut store = open(&disk).unwrap();
            let error = store.put(&key(), Draft::default(), &state(3)).unwrap_err();
            assert!(
                matches!(&error, StoreError::Io(error) if error.source.kind() == ErrorKind::StorageFull),
                "{error}"
            );
            if taken_back {
                assert_eq!(store.put(&key(), Draft::default(), b"four").unwrap().generation, 4);
                assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"four");
                assert!(store.verify().unwrap()[0].damage.is_empty());
            } else {
                assert!(matches!(store.put(&key(), Draft::default(), b"four"), Err(StoreError::Poisoned)));
                drop(store);
                assert_eq!(open(&disk).unwrap().latest(&key()).unwrap().unwrap().bytes, b"three");
            }
        }
    }
}

#[test]
fn a_file_beside_the_segments_is_never_believed() {
    // What another program, or another version of this one, may keep as its index.
    let line = |generation: u64| format!("{{\"generation\":{generation},\"at\":28,\"end\":300}}\n");
    let indexes = [
        ("missing", None),
        ("empty", Some(String::new())),
        ("stale", Some(line(1) + &line(2))),
        ("foreign", Some((7..12).map(line).collect())),
    ];
    type Damage = fn(&mut Vec<u8>);
    let newest: [(&str, Damage); 6] = [
        ("whole", |_| {}),
        ("flipped", |bytes| *bytes.last_mut().unwrap() ^= 1),
        ("cut", |bytes| bytes.truncate(bytes.len() - 9)),
        ("empty", Vec::clear),
        ("zeros", |bytes| bytes.fill(0)),
        ("foreign", |bytes| *bytes = b"no file of frames".repeat(99)),
    ];
    for (index_is, text) in indexes {
        for (newest_is, damage) in newest {
            let case = format!("{index_is} index, {newest_is} newest");
            let disk = SimDisk::new();
            three(&disk);
            drop(open(&disk).unwrap().put(&key(), Draft::default(), b"four").unwrap());
            if let Some(text) = &text {
                disk.open(&folder().join("index"), Mode::Write).unwrap().write_at(0, text.as_bytes()).unwrap();
            }
            let name = segments(&disk)[0];
            disk.damage(&folder().join(name.to_string()), damage).unwrap();
            let mut store = open(&disk).unwrap();
            let latest = store.latest(&key());
            if newest_is == "whole" {
                assert_eq!(latest.unwrap().unwrap().bytes, b"four", "{case}");
                let list = store.list(&key(), &Query::default()).unwrap();
                assert_eq!(list.iter().map(|one| one.generation).collect::<Vec<_>>(), [4, 3, 2, 1], "{case}");
                assert_eq!(store.get(&key(), 2).unwrap().unwrap().bytes, b"two", "{case}");
            } else {
                let StoreError::Damaged(damage) = latest.unwrap_err() else { panic!("{case}") };
                assert!(damage.path.ends_with(name.to_string()) && damage.generation == Some(4), "{case}");
                assert!(matches!(store.get(&key(), 4), Err(StoreError::Damaged(_))), "{case}");
            }
        }
    }
}

#[test]
fn a_reader_need_not_read_every_segment() {
    let disk = SimDisk::new();
    let mut store = Store::open(disk.clone(), Path::new(STORE), StoreConfig { segment_len: 600, ..config() }).unwrap();
    for number in 0..12 {
        store.put(&key(), Draft::default(), &state(number)).unwrap();
    }
    drop(store);
    let names = segments(&disk);
    assert!(names.len() > 3);
    // The order of the numbers is not that of the generations: an old segment lies between the last ones, and tells of a newer one.
    let SegmentName { segment, generation, .. } = names[names.len() - 2];
    let between = SegmentName { segment, generation, ..names[0] };
    disk.rename(&folder().join(names[0].to_string()), &folder().join(between.to_string())).unwrap();
    let mut store = open(&disk).unwrap();
    let reader = Reader::new(disk.clone(), STORE.into());
    for before in (0..14).map(Some).chain([None]) {
        for limit in (0..14).map(Some).chain([None]) {
            let query = Query { before, limit, ..Query::default() };
            let listed = reader.list(&key(), &query).unwrap();
            assert_eq!(listed, store.list(&key(), &query).unwrap(), "{query:?}");
            let generations: Vec<u64> = listed.iter().map(|one| one.generation).collect();
            let all = (1..=12).rev().filter(|one| before.is_none_or(|before| *one < before));
            assert_eq!(generations, all.take(limit.unwrap_or(99)).collect::<Vec<_>>(), "{query:?}");
        }
    }
    for generation in 0..14 {
        assert_eq!(reader.get(&key(), generation).unwrap(), store.get(&key(), generation).unwrap());
        assert_eq!(reader.get(&key(), generation).unwrap().is_some(), (1..=12).contains(&generation));
    }
    // What cannot be in a damaged segment is not said to be damaged.
    disk.damage(&folder().join(between.to_string()), |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
    assert!(matches!(reader.get(&key(), names[0].generation), Err(StoreError::Damaged(_))));
    assert_eq!(reader.get(&key(), 12).unwrap().unwrap().summary.generation, 12);
    assert!(reader.get(&key(), 99).unwrap().is_none());
}

#[test]
fn a_segment_that_is_taken_away_ends_the_store() {
    let disk = SimDisk::new();
    three(&disk);
    let mut store = open(&disk).unwrap();
    assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"three");
    disk.remove(&folder().join(segments(&disk)[0].to_string())).unwrap();
    let error = store.put(&key(), Draft::default(), b"four").unwrap_err();
    assert!(matches!(&error, StoreError::Io(error) if error.source.kind() == ErrorKind::NotFound), "{error}");
    assert!(matches!(store.put(&key(), Draft::default(), b"five"), Err(StoreError::Poisoned)));
}

#[test]
fn a_repair_writes_over_nothing() {
    let (disk, other) = (SimDisk::new(), SimDisk::new());
    let copy = |from: &SimDisk, name: &str, to: &str| {
        let bytes = from.read(&folder().join(name)).unwrap();
        disk.open(&folder().join(to), Mode::Write).unwrap().write_at(0, &bytes).unwrap();
    };
    three(&disk);
    // Another segment has the name that what is kept of the damaged one would get, and holds something else.
    let mut store = open(&other).unwrap();
    for state in [b"one", b"two"] {
        store.put(&key(), Draft::default(), state).unwrap();
    }
    let in_the_way = segments(&other)[0];
    store.put(&key(), Draft::default(), b"other").unwrap();
    let longer = segments(&other)[0].to_string();
    copy(&other, &longer, &in_the_way.to_string());
    let spoil = |at: usize| {
        let name = segments(&disk)[at];
        disk.damage(&folder().join(name.to_string()), |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
        name
    };
    let damaged = spoil(1);
    assert_eq!((damaged.generation, in_the_way.segment), (3, damaged.segment));
    let before = disk.read(&folder().join(damaged.to_string())).unwrap();
    assert_eq!(open(&disk).unwrap().repair().unwrap().len(), 1);
    let reader = Reader::new(disk.clone(), STORE.into());
    assert_eq!(reader.newest_whole(&key()).unwrap().checkpoint.unwrap().bytes, b"other", "it is still there");
    // What is damaged once more under the same name is set aside beside the first one.
    copy(&other, &longer, &damaged.to_string());
    assert_eq!(spoil(segments(&disk).iter().position(|name| *name == damaged).unwrap()), damaged);
    assert_eq!(open(&disk).unwrap().repair().unwrap()[0].segment, damaged);
    let aside = |behind: &str| disk.read(&folder().join(format!("{damaged}.quarantined{behind}"))).unwrap();
    assert!(aside("") == before && aside(".2") != before);
    assert!(disk.read(&folder().join(format!("{damaged}.reason.2"))).is_ok());
}

#[test]
fn who_asks_for_it_gets_the_newest_that_is_whole() {
    let disk = SimDisk::new();
    let (path, _) = three(&disk);
    disk.damage(&path, |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
    let mut store = open(&disk).unwrap();
    assert!(store.latest(&key()).is_err());
    let found = store.newest_whole(&key()).unwrap();
    assert_eq!(found.checkpoint.unwrap().bytes, b"two");
    let [damage] = &found.damage[..] else { panic!("{:?}", found.damage) };
    assert!(damage.acknowledged && damage.path == path, "{damage}");
    // And a new one is the newest, whatever is damaged below it.
    store.put(&key(), Draft::default(), b"four").unwrap();
    assert_eq!(store.latest(&key()).unwrap().unwrap().bytes, b"four");
}

/// A store of several segments of which the second and the last are damaged.
fn damaged(disk: &SimDisk) -> Result<(), StoreError> {
    let mut told = Told::default();
    let whole = SimDisk::new();
    live(&whole, &mut told)?;
    disk.create_folder(&folder()).unwrap();
    for name in whole.list(&folder()).unwrap() {
        let bytes = whole.read(&folder().join(&name)).unwrap();
        let mut file = disk.open(&folder().join(&name), Mode::New).unwrap();
        file.write_at(0, &bytes).unwrap();
        file.sync().unwrap();
    }
    disk.sync_folder(&folder()).unwrap();
    let names = segments(disk);
    for name in [names[1], names[names.len() - 1]] {
        disk.damage(&folder().join(name.to_string()), |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
    }
    Ok(())
}

#[test]
fn repair_sets_aside_and_loses_nothing() {
    let whole = SimDisk::new();
    damaged(&whole).unwrap();
    let reader = Reader::new(whole.clone(), STORE.into());
    let before = reader.verify().unwrap().remove(0);
    let broken: Vec<_> = reader.plan_repair().unwrap();
    assert_eq!(broken.len(), 2);
    let start = whole.operations();
    let done = open(&whole).unwrap().repair().unwrap();
    assert_eq!(done, broken, "what was said is what was done");
    let operations = start..whole.operations();
    let mut cases = 0;
    for at in operations {
        for fault in [Fault::PowerLoss, Fault::PowerLossAfter, Fault::Fails(ErrorKind::Other), Fault::Full { kept: 30 }]
        {
            let disk = SimDisk::new().with_fault(at, fault);
            damaged(&disk).unwrap();
            let old = broken.iter().map(|repair| disk.read(&folder().join(repair.segment.to_string())).unwrap());
            let old: Vec<Vec<u8>> = old.collect();
            let failed = open(&disk).and_then(|mut store| store.repair());
            let case = format!("operation {at}, {fault:?}");
            assert!(failed.is_err(), "{case}");
            for survival in survivals(12) {
                let disk = disk.copied().after_power_loss(survival);
                let mut store = open(&disk).unwrap();
                store.repair().unwrap_or_else(|error| panic!("{case}, {survival:?}: {error}"));
                let after = store.verify().unwrap().remove(0);
                assert_eq!(
                    (after.checkpoints, after.writes),
                    (before.checkpoints, before.writes),
                    "{case}, {survival:?}"
                );
                assert!(after.damage.iter().all(|damage| !damage.acknowledged), "{case}: {:?}", after.damage);
                assert_eq!(store.latest(&key()).unwrap().map(|one| one.summary.generation), before.newest, "{case}");
                for (repair, bytes) in broken.iter().zip(&old) {
                    let aside = folder().join(repair.segment.to_string());
                    let quarantined = PathBuf::from(format!("{}.quarantined", aside.display()));
                    let reason = PathBuf::from(format!("{}.reason", aside.display()));
                    assert!(disk.read(&quarantined).unwrap() == *bytes, "{case}");
                    assert!(!disk.read(&reason).unwrap().is_empty(), "{case}");
                }
                cases += 1;
            }
        }
    }
    assert!(cases > 500, "only {cases} cases");
}

/// Puts, of which each removes what is not needed.
fn put_and_remove(disk: &SimDisk, told: &mut Told) -> Result<(), StoreError> {
    let config = StoreConfig { keep_last: Some(2), segment_len: 600, ..config() };
    let mut store = Store::open(disk.clone(), Path::new(STORE), config)?;
    for _ in 0..12 {
        told.put(&mut store)?;
    }
    Ok(())
}

#[test]
fn retention_keeps_what_is_needed() {
    let whole = SimDisk::new();
    let mut told = Told::default();
    put_and_remove(&whole, &mut told).unwrap();
    assert!(whole.journal().iter().any(|what| what.starts_with("remove")));
    let mut store = open(&whole).unwrap();
    let left: Vec<u64> = store.list(&key(), &Query::default()).unwrap().iter().map(|one| one.generation).collect();
    assert!(left.starts_with(&[12, 11]) && left.len() < 6, "{left:?}");
    drop(store);
    for (disk, _, case) in whole.faulty(&[40]) {
        let mut told = Told::default();
        drop(put_and_remove(&disk, &mut told));
        for survival in survivals(8) {
            let case = format!("{case}, {survival:?}");
            let after = disk.copied().after_power_loss(survival);
            let mut told = told.clone();
            let mut store = open(&after).unwrap();
            told.see(&mut store, &case);
            let newest = told.acknowledged.keys().rev().take(2).copied().collect::<Vec<_>>();
            for generation in newest {
                assert!(store.get(&key(), generation).unwrap().is_some(), "{case}: {generation} was removed");
            }
        }
    }
}

#[test]
fn the_base_of_a_diff_and_the_last_whole_one_stay() {
    let disk = SimDisk::new();
    let config = StoreConfig { segment_len: 1, ..config() };
    let mut store = Store::open(disk.clone(), Path::new(STORE), config).unwrap();
    // A segment each.
    for base in [None, None, Some(1), None, Some(3), None, None] {
        store.put(&key(), Draft { base, ..Draft::default() }, b"state").unwrap();
    }
    assert_eq!(segments(&disk).len(), 7);
    // The two newest are damaged: the newest whole one is the fifth, a diff of the third, of the first.
    // And an old one, which is not removed until it was set aside.
    for number in [1, 5, 6] {
        let path = folder().join(segments(&disk)[number].to_string());
        disk.damage(&path, |bytes| *bytes.last_mut().unwrap() ^= 1).unwrap();
    }
    drop(store);
    let mut store = open(&disk).unwrap();
    assert_eq!(store.retain(&key(), 1).unwrap(), 1);
    let left: Vec<u64> = segments(&disk).iter().map(|name| name.generation).collect();
    assert_eq!(left, [1, 2, 3, 5, 6, 7]);
    assert_eq!(store.retain(&key(), 0).unwrap(), 0, "one is always kept");
}

#[test]
fn what_is_deleted_does_not_come_back() {
    let build = |disk: &SimDisk| -> Result<(), StoreError> {
        let mut store = open(disk)?;
        for _ in 0..4 {
            store.put(&key(), Draft::default(), &state(3))?;
        }
        store.delete_thread("thread-1")
    };
    let whole = SimDisk::new();
    build(&whole).unwrap();
    assert!(whole.list(&folder()).unwrap().is_empty());
    let mut gone = 0;
    for (disk, _, case) in whole.faulty(&[0]) {
        let deleted = build(&disk).is_ok();
        for survival in survivals(12) {
            let after = disk.copied().after_power_loss(survival);
            let reader = Reader::new(after.clone(), STORE.into());
            let seen = reader.latest(&key()).unwrap_or_else(|error| panic!("{case}: {error}"));
            let seen = seen.map(|found| found.summary.generation);
            let found = open(&after).unwrap().latest(&key()).unwrap().map(|found| found.summary.generation);
            assert_eq!(seen, found, "{case}, {survival:?}");
            assert!(!deleted || found.is_none(), "{case}, {survival:?}: it came back");
            let started = case.contains("DELETED") || case.contains("remove");
            assert!(!started || matches!(found, None | Some(4)), "{case}, {survival:?}: an older one, {found:?}");
            gone += usize::from(found.is_none());
        }
    }
    assert!(gone > 100);
    let mut store = open(&whole).unwrap();
    assert_eq!(store.put(&key(), Draft::default(), b"").unwrap().generation, 1, "it begins again");
}
