//! A thread's folder that is being put together, and what has to be found in it.

use sha2::{Digest, Sha256};

use crate::build::Builder;
use crate::crc32c::crc32c;
use crate::pieces::{Edit as _, Pieces};
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};

const SIGNATURE: [u8; 8] = [0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/// Bytes of a chunk here.
const CHUNK: usize = 8;

/// The name of a thread's folder.
pub(crate) fn folder(thread: &str, namespace: &str) -> String {
    let half = |text: &str| hex::encode(&Sha256::digest(text.as_bytes())[..16]);
    format!("{}-{}", half(thread), half(namespace))
}

/// A checkpoint or a pending write, as it is written.
#[derive(Clone)]
pub(crate) struct Put {
    pub(crate) generation: u64,
    pub(crate) thread: String,
    pub(crate) state: Vec<u8>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) total_len: u64,
    pub(crate) sha256: Vec<u8>,
    /// Of each chunk the thread, the generation and the index that it says.
    pub(crate) chunks: Vec<(String, u64, u32, Vec<u8>)>,
    pub(crate) chunk_count: u32,
    /// Whether there is a manifest.
    pub(crate) manifest: bool,
    /// What stands before the manifest, or the first chunk, in its frame.
    pub(crate) before: Vec<Extra>,
    /// What stands behind a chunk, in its frame.
    pub(crate) behind: Vec<(usize, Extra)>,
    /// Chunks before whose frame there is an entry with another record.
    pub(crate) apart: Vec<usize>,
    /// The kind of the records in those entries.
    pub(crate) other: u64,
    /// Numbers that are left out between two frames.
    pub(crate) gap: u64,
    /// Frames of another producer, of another epoch, in another lane.
    pub(crate) strange: [Option<usize>; 3],
    /// The key of the second attribute becomes that of the first.
    pub(crate) twice: bool,
}

/// What stands in a frame beside a checkpoint.
#[derive(Clone)]
pub(crate) enum Extra {
    /// A record of another kind.
    Other,
    /// A record that no reader accepts (REC-018).
    Rejected,
    /// A manifest of that generation that no reader accepts.
    RejectedManifest(u64),
    /// A chunk: its thread, generation and index.
    Chunk(&'static str, u64, u32),
    /// Another checkpoint, to its first chunk.
    Checkpoint(Box<Put>),
}

impl Put {
    /// A checkpoint of the thread `t` with a state that fits a chunk.
    pub(crate) fn new(generation: u64) -> Self {
        Self::of(generation, format!("s{generation}").as_bytes())
    }

    /// A checkpoint with this state.
    pub(crate) fn of(generation: u64, state: &[u8]) -> Self {
        let mut parts: Vec<&[u8]> = state.chunks(CHUNK).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        let chunk = |(index, part): (u32, &&[u8])| ("t".to_owned(), generation, index, part.to_vec());
        Self {
            generation,
            thread: "t".to_owned(),
            state: state.to_vec(),
            attributes: vec![("ckp.id".to_owned(), format!("id-{generation}"))],
            total_len: state.len() as u64,
            sha256: Sha256::digest(state).to_vec(),
            chunks: (0..).zip(&parts).map(chunk).collect(),
            chunk_count: parts.len() as u32,
            manifest: true,
            before: Vec::new(),
            behind: Vec::new(),
            apart: Vec::new(),
            other: 6,
            gap: 0,
            strange: [None; 3],
            twice: false,
        }
    }

    /// Records of no checkpoint: chunks that nothing begins.
    pub(crate) fn nothing(chunks: &[(&str, u64, u32, &[u8])]) -> Self {
        let chunk = |(thread, generation, index, data): &(&str, u64, u32, &[u8])| {
            ((*thread).to_owned(), *generation, *index, data.to_vec())
        };
        let chunks = chunks.iter().map(chunk).collect();
        Self { generation: 0, manifest: false, chunks, ..Self::new(1) }
    }

    /// The same in a namespace.
    pub(crate) fn within(self, namespace: &str) -> Self {
        self.noted("namespace", namespace)
    }

    /// A pending write of the checkpoint.
    pub(crate) fn pending(generation: u64) -> Self {
        Self::of(generation, b"value").noted("task", "a").noted("index", "-1").noted("channel", "c")
    }

    pub(crate) fn noted(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((format!("ckp.{name}"), value.to_owned()));
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The same of another thread.
    pub(crate) fn of_thread(mut self, thread: &str) -> Self {
        self.thread = thread.to_owned();
        self.chunks.iter_mut().for_each(|chunk| chunk.0 = thread.to_owned());
        self
    }

    fn id(&self) -> String {
        self.attributes.first().map(|(_, id)| id.clone()).unwrap_or_default()
    }

    /// What the comment calls it.
    fn what(&self) -> String {
        let pending =
            self.attributes.iter().any(|(name, _)| ["ckp.task", "ckp.index", "ckp.channel"].contains(&name.as_str()));
        match (self.manifest, self.chunks.first()) {
            (true, _) if pending => format!("pending write of {}", self.generation),
            (true, _) => format!("checkpoint {}", self.generation),
            (false, Some((_, generation, ..))) if !self.before.is_empty() => {
                format!("rejected manifest and chunk of {generation}")
            }
            (false, Some((_, generation, ..))) if !self.behind.is_empty() => {
                format!("chunks of {generation} without a manifest")
            }
            (false, Some((_, generation, ..))) => format!("chunk of {generation} without a manifest"),
            (false, None) => "rejected record".to_owned(),
        }
    }

    /// Its frames, with what they are; the first begins with the manifest.
    fn frames(&self, base: &mut u64) -> Vec<(String, Vec<u8>)> {
        let mut frames = Vec::new();
        let mut add = |note: String, build: &dyn Fn(&mut Builder)| {
            let mut builder = Builder::set(|set| set.base_sequence = *base);
            build(&mut builder);
            let is_at = |strange: &Option<usize>| *strange == Some(frames.len());
            let [producer, epoch, lane] = self.strange.each_ref().map(is_at);
            builder.producer_id[0] += u8::from(producer);
            builder.epoch += u32::from(epoch);
            builder.lane += u32::from(lane);
            let mut frame = builder.frame();
            if self.twice && frames.is_empty() {
                // The strings are the thread, the first key and the second.
                let first = frame.body.field("strings[1]").value.clone();
                frame.body.field("strings[2]").value = first;
            }
            *base += u64::from(frame.record_count) + self.gap;
            frames.push((note, frame.bytes()));
        };
        for place in 0..self.chunks.len().max(1) {
            if self.apart.contains(&place) {
                add("another record".to_owned(), &|builder| {
                    builder.plain(self.other);
                });
            }
            add(format!("{}, frame {place}", self.what()), &|builder| self.fill(builder, place));
        }
        if self.apart.contains(&self.chunks.len()) {
            add("another record".to_owned(), &|builder| {
                builder.plain(self.other);
            });
        }
        frames
    }

    /// What is in a frame.
    fn fill(&self, builder: &mut Builder, place: usize) {
        for extra in self.before.iter().filter(|_| place == 0) {
            self.extra(builder, extra);
        }
        if place == 0 && self.manifest {
            self.begin(builder);
        }
        if let Some(chunk) = self.chunks.get(place) {
            add_chunk(builder, chunk);
        }
        for (_, extra) in self.behind.iter().filter(|(at, _)| *at == place) {
            self.extra(builder, extra);
        }
    }

    fn extra(&self, builder: &mut Builder, extra: &Extra) {
        match extra {
            Extra::Other => {
                builder.plain(6);
            }
            Extra::Rejected => {
                builder.record(22, |record| {
                    record.thread(&self.thread);
                });
            }
            Extra::RejectedManifest(generation) => {
                builder.record(20, |record| {
                    record.thread(&self.thread).payload(|manifest| manifest.u64(1, "generation", *generation));
                });
            }
            Extra::Chunk(thread, generation, index) => {
                add_chunk(builder, &((*thread).to_owned(), *generation, *index, b"more".to_vec()));
            }
            Extra::Checkpoint(put) => put.fill(builder, 0),
        }
    }

    fn begin(&self, builder: &mut Builder) {
        let attributes: Vec<(&str, &str)> =
            self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        builder.record(20, |record| {
            if !self.thread.is_empty() {
                record.thread(&self.thread);
            }
            record.payload(|manifest| {
                manifest.u64(1, "generation", self.generation);
                manifest.u64(2, "parent_generation", self.generation - 1);
                manifest.u32(3, "chunk_count", self.chunk_count);
                manifest.u64(4, "total_len", self.total_len);
                manifest.bytes(5, "sha256", &self.sha256);
                manifest.attributes(7, &attributes);
            });
        });
    }
}

fn add_chunk(builder: &mut Builder, (thread, generation, index, data): &(String, u64, u32, Vec<u8>)) {
    builder.record(22, |record| {
        if !thread.is_empty() {
            record.thread(thread);
        }
        record.payload(|chunk| {
            chunk.u64(1, "generation", *generation);
            chunk.u32(2, "index", *index);
            chunk.bytes(3, "data", data);
        });
    });
}

/// A segment.
#[derive(Clone)]
pub(crate) struct Segment {
    number: u32,
    marker: [u8; 16],
    pieces: Pieces,
    /// Each thing in it: its generation, and its first byte and the one behind it.
    pub(crate) places: Vec<(u64, usize, usize)>,
    /// Each entry: its first byte and the one behind it.
    pub(crate) entries: Vec<(usize, usize)>,
    acknowledged: Option<usize>,
    named: Option<(u64, usize)>,
    base: u64,
}

impl Segment {
    pub(crate) fn new(number: u32) -> Self {
        let mut marker = *b"\x4d\x61\x72\x6b\xe1\x07\x9c\x52\xf8\x33\x0d\xb6\x81\xca\x2e\x00";
        marker[15] = number as u8 + 1;
        let mut pieces = Pieces::plain("signature", SIGNATURE);
        pieces.push("", "sync marker", marker);
        pieces.push("", "CRC32C of the sync marker", crc32c(&marker).to_le_bytes());
        Self {
            number,
            marker,
            pieces,
            places: Vec::new(),
            entries: Vec::new(),
            acknowledged: None,
            named: None,
            base: 1,
        }
    }

    /// A segment with these checkpoints.
    pub(crate) fn with(number: u32, generations: impl IntoIterator<Item = u64>) -> Self {
        generations.into_iter().fold(Self::new(number), |segment, generation| segment.put(&Put::new(generation)))
    }

    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// The last bytes of the first so many things are acknowledged, and what is behind them is not.
    pub(crate) fn acknowledged(mut self) -> Self {
        self.acknowledged = Some(self.len());
        self
    }

    pub(crate) fn put(mut self, put: &Put) -> Self {
        let start = self.len();
        for (note, frame) in put.frames(&mut self.base) {
            let from = self.len();
            self.pieces.push("", "marker", self.marker);
            self.pieces.push("", note, frame);
            self.entries.push((from, self.len()));
        }
        self.places.push((put.generation, start, self.len()));
        let pending = put.attributes.iter().any(|(name, _)| name == "ckp.task");
        let newer = self.named.is_none_or(|(generation, _)| generation < put.generation);
        if self.acknowledged.is_none() && put.manifest && !pending && newer {
            self.named = Some((put.generation, start));
        }
        self
    }

    /// Adds bytes that are nothing.
    pub(crate) fn raw(mut self, note: &str, bytes: &[u8]) -> Self {
        self.pieces.push("", note, bytes);
        self
    }

    /// Names another place, or generation, as the newest.
    pub(crate) fn named(mut self, generation: u64, start: usize) -> Self {
        self.named = Some((generation, start));
        self
    }

    /// The name, which says what is acknowledged.
    pub(crate) fn name(&self) -> String {
        let (generation, start) = self.named.unwrap_or_default();
        let end = self.acknowledged.unwrap_or_else(|| self.len());
        format!("{:08}-{generation:016}-{start:012}-{end:012}.seg", self.number)
    }

    /// Turns a bit of a byte.
    pub(crate) fn turn(mut self, at: usize) -> Self {
        let name = self.name();
        let byte = self.pieces.to_vec()[at] ^ 0x01;
        self.pieces = self.pieces.patch(at, &[byte], "damaged");
        assert_eq!(self.name(), name);
        self
    }

    /// Turns a bit of the last byte of a thing, which is in the body of its last frame.
    pub(crate) fn spoil(self, place: usize) -> Self {
        let at = self.places[place].2 - 1;
        self.turn(at)
    }

    /// Cuts the file; its name stays what it was.
    pub(crate) fn cut(mut self, len: usize) -> Self {
        self.acknowledged.get_or_insert(self.pieces.len());
        self.pieces = self.pieces.cut(len);
        self
    }
}

/// What is found in a folder.
#[derive(Clone, Default)]
pub(crate) struct Thread {
    folder: String,
    key: Option<(String, String)>,
    files: Vec<(String, Pieces)>,
    newest: Option<(u64, String, Vec<u8>)>,
    error: Option<Tree>,
    whole: Option<u64>,
    checkpoints: Vec<u64>,
    damage: Vec<Tree>,
    repair: Vec<Tree>,
}

fn damage_tree(file: &str, (start, end): (usize, usize), code: &str, generation: Option<u64>) -> Tree {
    let number = |value: usize| Tree::Int(value as i128);
    let mut out = Tree::map([
        ("file", Tree::text(file)),
        ("start", number(start)),
        ("end", number(end)),
        ("code", Tree::text(code)),
    ]);
    if let Some(generation) = generation {
        out.set("generation", Tree::Int(generation.into()));
    }
    out
}

impl Thread {
    pub(crate) fn new(thread: &str, namespace: &str) -> Self {
        let key = Some((thread.to_owned(), namespace.to_owned()));
        Self { folder: folder(thread, namespace), key, ..Self::default() }
    }

    /// The thread `t`.
    pub(crate) fn t() -> Self {
        Self::new("t", "")
    }

    pub(crate) fn file(mut self, name: &str, pieces: Pieces) -> Self {
        self.files.push((name.to_owned(), pieces));
        self
    }

    pub(crate) fn segment(self, segment: &Segment) -> Self {
        self.file(&segment.name(), segment.pieces.clone())
    }

    /// The same bytes under another name.
    pub(crate) fn segment_as(self, segment: &Segment, name: &str) -> Self {
        self.file(name, segment.pieces.clone())
    }

    /// These checkpoints can be read, and the last is the newest.
    pub(crate) fn finds(mut self, generations: impl IntoIterator<Item = u64>) -> Self {
        self.checkpoints = generations.into_iter().collect();
        self.whole = self.checkpoints.last().copied();
        match self.whole {
            Some(newest) => self.newest(&Put::new(newest)),
            None => self,
        }
    }

    pub(crate) fn newest(mut self, put: &Put) -> Self {
        self.newest = Some((put.generation, put.id(), put.state.clone()));
        self
    }

    /// Who asks for the newest gets this error.
    pub(crate) fn fails(mut self, segment: &Segment, range: (usize, usize), code: &str, generation: u64) -> Self {
        self.newest = None;
        self.error = Some(damage_tree(&segment.name(), range, code, Some(generation)));
        self
    }

    pub(crate) fn damaged(mut self, segment: &Segment, range: (usize, usize), code: &str, of: Option<u64>) -> Self {
        self.damage.push(damage_tree(&segment.name(), range, code, of));
        self
    }

    /// A repair sets the segment aside and keeps so many things of it.
    pub(crate) fn set_aside(mut self, segment: &Segment, kept: u64) -> Self {
        let entry = [("file", Tree::text(segment.name())), ("kept", Tree::Int(kept.into()))];
        self.repair.push(Tree::map(entry));
        self
    }

    /// Nothing in the folder tells which thread it is.
    pub(crate) fn unknown(mut self) -> Self {
        self.key = None;
        self
    }

    fn expect(&self) -> Tree {
        let mut out = Tree::map([("folder", Tree::text(&self.folder))]);
        if let Some((thread, namespace)) = &self.key {
            out.set("thread", Tree::text(thread));
            if !namespace.is_empty() {
                out.set("namespace", Tree::text(namespace));
            }
        }
        if let Some((generation, id, state)) = &self.newest {
            let sum = hex::encode(Sha256::digest(state));
            let newest =
                [("generation", Tree::Int((*generation).into())), ("id", Tree::text(id)), ("sha256", Tree::text(sum))];
            out.set("newest", Tree::map(newest));
        }
        if let Some(error) = &self.error {
            out.set("error", error.clone());
        }
        if let Some(whole) = self.whole {
            out.set("whole", Tree::Int(whole.into()));
        }
        if !self.checkpoints.is_empty() {
            out.set(
                "checkpoints",
                Tree::List(self.checkpoints.iter().rev().map(|one| Tree::Int((*one).into())).collect()),
            );
        }
        for (key, list) in [("damage", &self.damage), ("repair", &self.repair)] {
            if !list.is_empty() {
                out.set(key, Tree::List(list.clone()));
            }
        }
        out
    }
}

/// A store: its threads, and files of other folders and of none.
#[derive(Default)]
pub(crate) struct Store {
    threads: Vec<Thread>,
    files: Vec<(String, Pieces)>,
}

impl Store {
    pub(crate) fn file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.files.push((path.to_owned(), Pieces::plain("", bytes)));
        self
    }

    pub(crate) fn thread(mut self, thread: Thread) -> Self {
        self.threads.push(thread);
        self
    }

    pub(crate) fn add(mut self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str]) {
        self.threads.sort_by(|one, other| one.folder.cmp(&other.folder));
        let mut files = self.files;
        for thread in &self.threads {
            files.extend(thread.files.iter().map(|(name, bytes)| (format!("{}/{name}", thread.folder), bytes.clone())));
        }
        let file = |(path, bytes)| Tree::map([("path", Tree::text(path)), ("bytes", Tree::Bytes(bytes))]);
        let input = Tree::map([("files", Tree::List(files.into_iter().map(file).collect()))]);
        let expect = Tree::map([("threads", Tree::List(self.threads.iter().map(Thread::expect).collect()))]);
        suite.other(("store", id, title, requirements), "store", "valid", input, expect, &[]);
    }
}

/// One thread alone.
pub(crate) fn alone(thread: Thread) -> Store {
    Store::default().thread(thread)
}
