//! What is in the bytes of a segment (CKP-018, CKP-022).

use std::str::FromStr;

use dashstream_codec::file::{FILE_HEADER_LEN, FileEvent, FileReader, MARKER_LEN};
use dashstream_codec::view::{CheckpointChunk, CheckpointManifest, Payload};
use dashstream_codec::{Batch, ReadOptions, Record};
use sha2::{Digest as _, Sha256};

use crate::error::Flaw;
use crate::key::{ThreadKey, check_id};
use crate::model::{Checkpoint, Summary};
use crate::name::SegmentName;

/// What a pending write says beside its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WriteOf {
    pub(crate) task: String,
    pub(crate) index: i64,
    pub(crate) channel: String,
}

/// A whole checkpoint or pending write.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// First byte.
    pub(crate) at: u64,
    /// First byte after it.
    pub(crate) end: u64,
    /// Its frames, without their markers: first byte and first byte after each.
    pub(crate) frames: Vec<(u64, u64)>,
    pub(crate) key: ThreadKey,
    pub(crate) summary: Summary,
    pub(crate) write: Option<WriteOf>,
    /// The state or value, where it was to be kept.
    pub(crate) bytes: Vec<u8>,
}

impl Found {
    /// Whether it is the checkpoint of this generation.
    pub(crate) fn is(&self, generation: u64) -> bool {
        self.write.is_none() && self.summary.generation == generation
    }

    /// Whether it says the same as another.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.summary == other.summary && self.write == other.write
    }

    /// The name of a segment to which it is copied.
    pub(crate) fn grown(&self, name: SegmentName) -> SegmentName {
        let frames = self.frames.iter().map(|(from, to)| to.saturating_sub(*from).saturating_add(MARKER_LEN as u64));
        name.grown(self.write.is_none().then_some(self.summary.generation), frames.sum())
    }

    pub(crate) fn into_checkpoint(self) -> Checkpoint {
        Checkpoint { summary: self.summary, bytes: self.bytes }
    }
}

/// Bytes that are nothing whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) flaw: Flaw,
    pub(crate) generation: Option<u64>,
}

impl Bad {
    /// What is missing of a file of `len` bytes up to `end`, where something is.
    pub(crate) fn cut(len: u64, end: u64) -> Option<Self> {
        (len < end).then_some(Self { start: len, end, flaw: Flaw::Cut, generation: None })
    }
}

/// All that was found, in the order of the bytes.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) found: Vec<Found>,
    pub(crate) bad: Vec<Bad>,
}

/// A checkpoint of which some was read.
struct Group {
    found: Found,
    chunk_count: u32,
    next: u32,
    len: u64,
    hash: Sha256,
    /// The first thing that is wrong with it.
    flaw: Option<Flaw>,
}

/// Reads the header of a segment, or what of it is there, and some of the bytes behind it, which stand at `base` in the file.
pub(crate) fn scan(header: &[u8], base: u64, bytes: &[u8], folder: &str, keep: bool) -> Scanned {
    let mut scanner = Scanner { folder, keep, group: None, out: Scanned::default() };
    let place = |at: u64| match at.checked_sub(FILE_HEADER_LEN as u64) {
        Some(behind) => base.saturating_add(behind),
        None => at,
    };
    read_file(header, bytes, |event| match event {
        FileEvent::Accepted { start, end, frame, batch } => {
            let frame = place(end.saturating_sub(frame.len() as u64));
            // A frame whose marker is damaged is found again from that marker on (FILE-005).
            let unmarked = if place(*start) == frame { MARKER_LEN as u64 } else { 0 };
            scanner.frame(place(*start).saturating_sub(unmarked), frame, place(*end), batch);
        }
        FileEvent::Skipped { start, end, code } => scanner.skipped(place(*start), place(*end), Flaw::Code(*code)),
        _ => {}
    });
    scanner.give_up();
    scanner.out
}

/// Reads bytes of a segment from `base` to its end. What lies where the name says is looked for there too: where a frame is damaged
/// and the marker of the next one as well, a reader of the file passes over that next one.
pub(crate) fn scan_named(header: &[u8], base: u64, bytes: &[u8], folder: &str, name: SegmentName) -> Scanned {
    let mut scanned = scan(header, base, bytes, folder, false);
    if scanned.found.iter().any(|found| found.is(name.generation)) || name.start < base || name.start == 0 {
        return scanned;
    }
    let from = usize::try_from(name.start - base).unwrap_or(usize::MAX);
    let Some(rest) = bytes.get(from..) else { return scanned };
    let more = scan(header, name.start, rest, folder, false).found;
    for found in more {
        if scanned.found.iter().all(|other| other.end <= found.at || found.end <= other.at) {
            scanned.found.push(found);
        }
    }
    scanned.found.sort_by_key(|found| found.at);
    scanned
}

fn read_file(mut header: &[u8], mut bytes: &[u8], mut see: impl FnMut(&FileEvent<'_>)) {
    let mut reader = FileReader::new(ReadOptions::default());
    while let Some(event) = reader.next_event(&mut header) {
        see(&event);
    }
    while let Some(event) = reader.next_event(&mut bytes) {
        see(&event);
    }
    reader.finish();
    while let Some(event) = reader.next_event(&mut bytes) {
        see(&event);
    }
}

struct Scanner<'a> {
    folder: &'a str,
    keep: bool,
    group: Option<Group>,
    out: Scanned,
}

impl Scanner<'_> {
    fn frame(&mut self, start: u64, frame: u64, end: u64, batch: &Batch<'_>) {
        let mut ended = false;
        for (place, result) in batch.records().enumerate() {
            let Ok(record) = result.accepted() else {
                let code = result.error.map_or(Flaw::Chunks, |error| Flaw::Code(error.code));
                self.wrong(start, end, code);
                continue;
            };
            match &record.view {
                Payload::CheckpointManifest(manifest) => {
                    self.give_up();
                    let flaw = (place != 0).then_some(Flaw::Chunks);
                    self.group = Some(begin((start, end), record, manifest, self.folder, flaw));
                    ended = false;
                }
                Payload::CheckpointChunk(_) if ended => self.wrong(start, end, Flaw::Chunks),
                Payload::CheckpointChunk(chunk) => match &mut self.group {
                    Some(group) => {
                        group.chunk(record, chunk, self.keep);
                        group.found.end = end;
                        ended = group.next >= group.chunk_count;
                    }
                    None => self.wrong(start, end, Flaw::Chunks),
                },
                _ => {}
            }
        }
        if let Some(group) = &mut self.group {
            group.found.frames.push((frame, end));
        }
        if ended {
            self.finish();
        }
    }

    /// Something is wrong with the frame at these bytes.
    fn wrong(&mut self, start: u64, end: u64, flaw: Flaw) {
        match &mut self.group {
            Some(group) => {
                group.flaw.get_or_insert(flaw);
                group.found.end = end;
            }
            None => self.out.bad.push(Bad { start, end, flaw, generation: None }),
        }
    }

    fn skipped(&mut self, start: u64, end: u64, flaw: Flaw) {
        self.give_up();
        self.out.bad.push(Bad { start, end, flaw, generation: None });
    }

    /// What has begun has no end.
    fn give_up(&mut self) {
        if let Some(group) = &mut self.group {
            group.flaw.get_or_insert(Flaw::Chunks);
            self.finish();
        }
    }

    fn finish(&mut self) {
        let Some(group) = self.group.take() else { return };
        let Found { at, end, summary, .. } = &group.found;
        let flaw = group.flaw.or_else(|| {
            if group.len != summary.len {
                Some(Flaw::Length)
            } else {
                (*group.hash.finalize() != summary.sha256).then_some(Flaw::Hash)
            }
        });
        match flaw {
            Some(flaw) => {
                self.out.bad.push(Bad { start: *at, end: *end, flaw, generation: Some(summary.generation) });
            }
            None => self.out.found.push(group.found),
        }
    }
}

/// What a manifest begins, in the entry at these bytes.
fn begin(
    (at, end): (u64, u64),
    record: &Record<'_>,
    manifest: &CheckpointManifest<'_>,
    folder: &str,
    flaw: Option<Flaw>,
) -> Group {
    let mut summary = Summary {
        generation: manifest.generation,
        parent: Some(manifest.parent_generation).filter(|parent| *parent > 0),
        time_us: record.time_us,
        content_type: manifest.content_type.unwrap_or_default().to_owned(),
        len: manifest.total_len,
        ..Summary::default()
    };
    summary.sha256.iter_mut().zip(manifest.sha256).for_each(|(to, byte)| *to = *byte);
    let mut noted = Noted::default();
    let readable = manifest.attributes.iter().all(|one| {
        let name = one.key.unwrap_or_default();
        name.strip_prefix("ckp.").map_or_else(
            || {
                summary.attributes.insert(name.to_owned(), one.value.to_owned());
                true
            },
            |own| noted.take(own, one.value),
        )
    });
    let write = noted.write();
    let based = noted.base.is_none_or(|base| (1..manifest.generation).contains(&base));
    let right = readable && based && noted.id.is_some() && write.is_ok();
    let flaw = flaw.or_else(|| (!right).then_some(Flaw::Manifest));
    summary.id = noted.id.unwrap_or_default();
    summary.base = noted.base;
    let key = ThreadKey::new(record.thread.unwrap_or_default(), &noted.namespace.unwrap_or_default()).ok();
    let ours = key.as_ref().is_some_and(|key| key.folder() == folder);
    let flaw = flaw.or_else(|| (!ours).then_some(Flaw::Thread));
    let key = key.unwrap_or_else(ThreadKey::nobody);
    let found =
        Found { at, end, frames: Vec::new(), key, summary, write: write.unwrap_or_default(), bytes: Vec::new() };
    Group { found, chunk_count: manifest.chunk_count, next: 0, len: 0, hash: Sha256::new(), flaw }
}

/// What the store has noted in a manifest.
#[derive(Default)]
struct Noted {
    id: Option<String>,
    namespace: Option<String>,
    base: Option<u64>,
    task: Option<String>,
    index: Option<i64>,
    channel: Option<String>,
}

impl Noted {
    /// Takes an attribute without its `ckp.`; false where it cannot be read, or stands there twice.
    fn take(&mut self, name: &str, value: &str) -> bool {
        let text = || Some(value.to_owned());
        match name {
            "id" => set(&mut self.id, text().filter(|id| check_id(id).is_ok())),
            "namespace" => set(&mut self.namespace, text()),
            "base" => set(&mut self.base, decimal(value)),
            "task" => set(&mut self.task, text()),
            "channel" => set(&mut self.channel, text()),
            "index" => set(&mut self.index, decimal(value)),
            _ => true,
        }
    }

    /// The write, where it is one; an error where it is half of one.
    fn write(&mut self) -> Result<Option<WriteOf>, ()> {
        match (self.task.take(), self.index, self.channel.take()) {
            (Some(task), Some(index), Some(channel)) => Ok(Some(WriteOf { task, index, channel })),
            (None, None, None) => Ok(None),
            _ => Err(()),
        }
    }
}

/// Whether there is a value, and was none before.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let first = place.is_none();
    *place = value;
    first && place.is_some()
}

/// A number as the store writes it.
fn decimal<T: FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

impl Group {
    fn chunk(&mut self, record: &Record<'_>, chunk: &CheckpointChunk<'_>, keep: bool) {
        // The code that is the upper one in the table comes first.
        if (chunk.generation, chunk.index) != (self.found.summary.generation, self.next) {
            self.flaw.get_or_insert(Flaw::Chunks);
        }
        if record.thread != Some(self.found.key.thread()) {
            self.flaw.get_or_insert(Flaw::Thread);
        }
        self.next = self.next.saturating_add(1);
        self.len = self.len.saturating_add(chunk.data.len() as u64);
        if self.flaw.is_none() && self.len <= self.found.summary.len {
            self.hash.update(chunk.data);
            if keep {
                self.found.bytes.extend_from_slice(chunk.data);
            }
        }
    }
}
