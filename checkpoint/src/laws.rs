//! The law of stores, for tests and fuzz targets: whatever lies in a folder, what is whole is found, and nothing is given for what it is not.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use dashstream_codec::laws::{Broken, Depth, Seen};
use dashstream_disk::{Disk as _, DiskFile as _, Mode, SimDisk};

use crate::segment::HEADER;
use crate::{
    Checkpoint, Draft, PendingWrite, Reader, SegmentName, Store, StoreConfig, StoreError, ThreadKey, ThreadReport,
};

const STORE: &str = "/store";
/// Bytes of a change.
const CHANGE: usize = 6;

fn key() -> Result<ThreadKey, Broken> {
    ThreadKey::new("thread", "").map_err(|error| broken("a key is a key", error))
}

fn config() -> StoreConfig {
    StoreConfig { segment_len: 900, chunk_len: 64, ..StoreConfig::default() }
}

/// A store with some checkpoints and pending writes over several segments, of which the bytes say changes, 6 bytes each: what is
/// done (bits are flipped, a file is cut, lengthened, overwritten, copied, renamed, removed, or gets the bytes themselves), with which
/// file, where, and by what. Then:
///
/// - a reader gives a checkpoint that was put, or says what is damaged, and so does a writer, and both the same;
/// - the newest whole one is not below the newest;
/// - a put is found again, and costs nothing that was whole;
/// - after a repair nothing that was acknowledged is damaged, and all that was whole still is.
///
/// # Errors
/// It is not so.
pub fn store(bytes: &[u8]) -> Result<Seen, Broken> {
    let disk = SimDisk::new();
    build(&disk).map_err(|error| broken("a store is made", error))?;
    let folder = Path::new(STORE).join(key()?.folder());
    for change in bytes.chunks_exact(CHANGE) {
        apply(&disk, &folder, change, bytes).map_err(|error| broken("a folder is changed", error))?;
    }
    let read = look(&disk)?;
    let written = write(&disk, &read)?;
    Ok(if written { Seen::accepted() } else { Seen { depth: Depth::Behind, ..Seen::default() } })
}

fn state(number: u8) -> Vec<u8> {
    vec![number; 20 + usize::from(number % 3) * 70]
}

fn build(disk: &SimDisk) -> Result<(), StoreError> {
    let key = ThreadKey::new("thread", "")?;
    let mut store = Store::open(disk.clone(), Path::new(STORE), config())?;
    for number in 1..8 {
        let draft = Draft { id: Some(format!("{number}")), ..Draft::default() };
        let generation = store.put(&key, draft, &state(number))?.generation;
        if number % 3 == 1 {
            let write =
                PendingWrite { task: "t".into(), channel: "c".into(), bytes: vec![number], ..PendingWrite::default() };
            store.put_writes(&key, generation, &[write])?;
        }
    }
    Ok(())
}

fn apply(disk: &SimDisk, folder: &Path, change: &[u8], all: &[u8]) -> io::Result<()> {
    let [what, which, high, low, by, to] = change else { return Ok(()) };
    let names = disk.list(folder)?;
    let pick = |number: u8| names.get(usize::from(number) % names.len().max(1)).map(|name| folder.join(name));
    let Some(path) = pick(*which) else { return Ok(()) };
    let at = usize::from(u16::from_be_bytes([*high, *low]));
    match what % 8 {
        0 => disk.damage(&path, |bytes| {
            let len = bytes.len().max(1);
            bytes.iter_mut().skip(at % len).take(1).for_each(|byte| *byte ^= by.max(&1));
        }),
        1 => disk.damage(&path, |bytes| bytes.truncate(at % bytes.len().max(1))),
        2 => disk.damage(&path, |bytes| bytes.resize(bytes.len() + at % 512, *by)),
        3 => disk.damage(&path, |bytes| *bytes = all.to_vec()),
        4 => copy(disk, &path, &named(folder, &path, at, *by)),
        5 => disk.rename(&path, &named(folder, &path, at, *by)),
        6 => disk.remove(&path),
        _ => pick(*to).map_or(Ok(()), |to| copy(disk, &path, &to)),
    }
}

/// Another name for a segment.
fn named(folder: &Path, path: &Path, at: usize, by: u8) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(name) = SegmentName::parse(name) else { return folder.join("index") };
    let number = at as u64;
    let new = match by % 5 {
        0 => SegmentName { segment: u32::from(by) << 19, ..name },
        1 => SegmentName { generation: number + 1, start: name.start.max(HEADER), ..name },
        2 => SegmentName { generation: name.generation.max(1), start: number.min(name.end).max(HEADER), ..name },
        3 => SegmentName { end: name.start.max(number), ..name },
        _ => SegmentName { generation: 0, start: 0, ..name },
    };
    folder.join(new.to_string())
}

fn copy(disk: &SimDisk, from: &Path, to: &Path) -> io::Result<()> {
    let bytes = disk.read(from)?;
    let mut file = disk.open(to, Mode::Write)?;
    file.set_len(0)?;
    file.write_at(0, &bytes)
}

/// What a reader finds.
struct Read {
    newest: Option<u64>,
    report: ThreadReport,
}

fn look(disk: &SimDisk) -> Result<Read, Broken> {
    let reader = Reader::new(disk.clone(), STORE.into());
    let newest = given(reader.latest(&key()?))?;
    let whole = reader.newest_whole(&key()?).map_err(|error| broken("damage is no error of the file system", error))?;
    let highest = whole.checkpoint.as_ref().map(|one| one.summary.generation);
    hold(newest <= highest, "the newest whole one is not below the newest", || format!("{newest:?}, {highest:?}"))?;
    let reports = reader.verify().map_err(|error| broken("damage is no error of the file system", error))?;
    let report = reports.into_iter().next().unwrap_or_default();
    hold(report.newest == highest, "what is whole is counted", || format!("{:?}, {highest:?}", report.newest))?;
    Ok(Read { newest, report })
}

/// The generation of what was given, which has to have been put.
fn given(latest: Result<Option<Checkpoint>, StoreError>) -> Result<Option<u64>, Broken> {
    match latest {
        Ok(None) | Err(StoreError::Damaged(_)) => Ok(None),
        Ok(Some(found)) => {
            let number = u8::try_from(found.summary.generation).unwrap_or(0);
            hold(found.bytes == state(number), "what is given was put", || format!("{:?}", found.summary))?;
            Ok(Some(found.summary.generation))
        }
        Err(error) => Err(broken("damage is no error of the file system", error)),
    }
}

/// What a writer does; whether it could put something.
fn write(disk: &SimDisk, read: &Read) -> Result<bool, Broken> {
    let key = key()?;
    let open = || Store::open(disk.clone(), Path::new(STORE), config()).map_err(|error| broken("a store opens", error));
    let mut store = open()?;
    let newest = given(store.latest(&key))?;
    hold(newest == read.newest, "who writes finds what who reads does", || format!("{newest:?}, {:?}", read.newest))?;
    let put = match store.put(&key, Draft::default(), b"new") {
        Ok(summary) => summary.generation,
        // A name has used up all numbers.
        Err(StoreError::Exhausted) => return Ok(false),
        Err(error) => return Err(broken("a checkpoint is put", error)),
    };
    let highest = read.report.segments.iter().map(|name| name.generation).max().unwrap_or(0);
    hold(put > highest, "generations rise", || format!("{put}, {highest}"))?;
    found(&mut store, &key, put)?;
    store.repair().map_err(|error| broken("a store is repaired", error))?;
    // A segment of which somebody has made the name say less than it holds: a repair finds what it holds.
    if read.report.newest < Some(put) {
        found(&mut store, &key, put)?;
    }
    let reports = store.verify().map_err(|error| broken("a store is verified", error))?;
    let after = reports.into_iter().next().unwrap_or_default();
    let left = after.damage.iter().find(|damage| damage.acknowledged);
    hold(left.is_none(), "after a repair nothing is damaged", || format!("{left:?}"))?;
    hold(after.checkpoints >= read.report.checkpoints, "what was whole is kept", || {
        format!("{} checkpoints, and then {}", read.report.checkpoints, after.checkpoints)
    })?;
    drop(store);
    if read.report.newest < Some(put) {
        found(&mut open()?, &key, put)?;
    }
    Ok(true)
}

fn found(store: &mut Store<SimDisk>, key: &ThreadKey, put: u64) -> Result<(), Broken> {
    match store.latest(key) {
        Ok(Some(found)) if found.summary.generation == put && found.bytes == b"new" => Ok(()),
        Ok(other) => {
            Err(broken("what is put is the newest", format!("{:?} instead of {put}", other.map(|one| one.summary))))
        }
        Err(error) => Err(broken("what is put is the newest", error)),
    }
}

fn hold(holds: bool, law: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { law, what: what() }) }
}

fn broken(law: &'static str, what: impl Display) -> Broken {
    Broken { law, what: what.to_string() }
}
