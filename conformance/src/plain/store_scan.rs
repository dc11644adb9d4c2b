//! What lies in the bytes of a segment (spec/checkpoints.md).

use super::Plain;
use super::bytes::{cut, size, wide};
use super::file::{Accepted, Report};
use super::gate::Gate;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// Length of a segment's header.
pub(super) const HEADER: usize = 28;
const MARKER: usize = 16;
const MAX_ID_LEN: usize = 1024;
/// What a store notes in a manifest.
const STORES: [&str; 6] = ["ckp.id", "ckp.namespace", "ckp.base", "ckp.task", "ckp.index", "ckp.channel"];

/// A checkpoint or a pending write, whole or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) generation: u64,
    pub(super) id: String,
    pub(super) thread: String,
    pub(super) namespace: String,
    pub(super) pending: bool,
    /// The chunks, joined.
    pub(super) state: Vec<u8>,
    /// The number that the next frame begins with, where there is no gap: for a mutant.
    number: u64,
    /// Producer, epoch and lane of its first frame: for a mutant.
    sender: Vec<Option<Json>>,
    chunks: u64,
    chunk_count: u64,
    total_len: u64,
    sha256: String,
    code: Option<String>,
}

/// Bytes that are nothing whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) code: String,
    pub(super) generation: Option<u64>,
}

/// What was found, each list in the order of the bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) whole: Vec<Piece>,
    pub(super) bad: Vec<Bad>,
}

impl Piece {
    fn wrong(&mut self, code: &str) {
        if self.code.is_none() {
            self.code = Some(code.to_owned());
        }
    }

    /// Compares the chunks with total_len and sha256.
    fn sums(&mut self, gate: Gate) {
        let length = wide(self.state.len()) != self.total_len && !gate.strict("CKP-018.length");
        if length && !gate.strict("CKP-022.length") {
            self.wrong("LENGTH");
        }
        if super::bytes::hex(&Sha256::digest(&self.state)) != self.sha256 && !gate.strict("CKP-018.hash") {
            self.wrong("HASH");
        }
        // CKP-022
        if length {
            self.wrong("LENGTH");
        }
    }
}

/// One thing after another in a file of frames.
enum Event {
    Frame(Json),
    Skip(String),
}

/// The bytes of a file from `from` on, read as if they stood behind its header.
pub(super) fn scan(plain: Plain, file: &[u8], from: usize, to: usize, folder: &str) -> Found {
    let bytes = [cut(file, 0, HEADER), cut(file, from, to)].concat();
    let place = |at: usize| if at < HEADER { at } else { at - HEADER + from };
    let mut scan = Scan { plain, folder, open: None, found: Found::default() };
    let mut events: Vec<(usize, usize, Event)> = Vec::new();
    match plain.file(&bytes) {
        Ok(report) => {
            for range in &report.skipped {
                events.push((range.start, range.end, Event::Skip(range.code.to_owned())));
            }
            for entry in &report.accepted {
                let begin = begin_of(plain.gate(), &report, entry);
                events.push((begin, entry.end, Event::Frame(entry.frame.json())));
            }
        }
        // A file without a byte has no range that could be skipped: what is missing is CUT.
        Err(_) if bytes.is_empty() => {}
        Err(fault) => events.push((0, bytes.len(), Event::Skip(fault.code.to_owned()))),
    }
    events.sort_by_key(|(start, ..)| *start);
    for (start, end, event) in events {
        match event {
            Event::Skip(code) => {
                if !plain.gate().strict("CKP-022.over") {
                    scan.close();
                }
                scan.found.bad.push(Bad { start: place(start), end: place(end), code, generation: None });
            }
            Event::Frame(frame) => scan.frame(place(start), place(end), &frame),
        }
    }
    scan.close();
    scan.found
}

/// Where an entry begins. One that is as long as its frame has a damaged marker, and begins where that does (FILE-005).
fn begin_of(gate: Gate, report: &Report, entry: &Accepted) -> usize {
    let mut unmarked = entry.end - entry.start == size(entry.frame.prelude.frame_len());
    // CKP-022
    if gate.strict("CKP-022.no-marker") {
        let range = report.skipped.iter().find(|range| range.end == entry.start);
        unmarked = range.is_some_and(|range| range.code == "FILE_MARKER" && range.end - range.start == MARKER);
    }
    if unmarked && !gate.strict("CKP-022.marker") { entry.start.saturating_sub(MARKER) } else { entry.start }
}

struct Scan<'a> {
    plain: Plain,
    folder: &'a str,
    open: Option<Piece>,
    found: Found,
}

impl Scan<'_> {
    fn frame(&mut self, start: usize, end: usize, frame: &Json) {
        let records = frame.get("records").and_then(Json::as_array).cloned().unwrap_or_default();
        let mut done = false;
        self.follows(frame, records.len());
        for (i, record) in records.iter().enumerate() {
            if let Some(code) = record.pointer("/error/code").and_then(Json::as_str) {
                self.rejected(start, end, record, code);
                continue;
            }
            match record.get("kind").and_then(Json::as_u64) {
                Some(20) => {
                    // CKP-022
                    if self.plain.gate().strict("CKP-022.cut") {
                        self.open = None;
                    }
                    self.close();
                    self.open = Some(Piece { end, ..self.begin(start, record, i == 0) });
                    done = false;
                    self.follows(frame, records.len());
                }
                Some(22) if done => self.wrong(start, end, "CHUNKS"),
                Some(22) => {
                    self.chunk(start, end, record);
                    done = self.is_last(record);
                }
                _ => self.other(end, done),
            }
        }
        if done {
            self.finish();
        }
    }

    fn rejected(&mut self, start: usize, end: usize, record: &Json, code: &str) {
        // CKP-018
        if code == "UNKNOWN_CRITICAL_KIND" && self.plain.gate().strict("CKP-018.critical") {
            return;
        }
        // CKP-022
        if record.get("kind").and_then(Json::as_u64) == Some(20) && self.plain.gate().strict("CKP-022.rejected") {
            self.close();
        }
        self.wrong(start, end, code);
    }

    /// Whether that chunk is the last one of what is open.
    fn is_last(&mut self, record: &Json) -> bool {
        let gate = self.plain.gate();
        let Some(piece) = &mut self.open else { return false };
        // CKP-022
        let index = record.pointer("/payload/index").and_then(Json::as_u64).unwrap_or(0);
        let said = gate.strict("CKP-022.last") && index + 1 == piece.chunk_count;
        let done = said || piece.chunks >= piece.chunk_count;
        if done && gate.strict("CKP-022.behind") {
            piece.sums(gate);
        }
        done
    }

    /// CKP-018: a record of another kind is ignored, but by mutants.
    fn other(&mut self, end: usize, done: bool) {
        let gate = self.plain.gate();
        let Some(piece) = &mut self.open else { return };
        if gate.strict(if done { "CKP-018.last" } else { "CKP-018.others" }) {
            piece.wrong("CHUNKS");
        }
        // CKP-022
        if gate.strict("CKP-022.range") {
            piece.end = end;
        }
    }

    /// CKP-018: numbers and senders of frames are ignored, but by mutants.
    fn follows(&mut self, frame: &Json, records: usize) {
        let base = frame.pointer("/header/base_sequence").and_then(Json::as_str).and_then(|text| text.parse().ok());
        let Some(piece) = &mut self.open else { return };
        let base: u64 = base.unwrap_or(0);
        let gap = ![0, base, base + wide(records)].contains(&piece.number);
        if gap && self.plain.gate().strict("CKP-018.numbers") {
            piece.wrong("CHUNKS");
        }
        piece.number = base + wide(records);
        let sender = ["producer_id", "epoch", "lane"].map(|name| frame.pointer(&format!("/header/{name}")).cloned());
        let other = !piece.sender.is_empty() && piece.sender != sender;
        if other && self.plain.gate().strict("CKP-018.senders") {
            piece.wrong("CHUNKS");
        }
        piece.sender = sender.to_vec();
    }

    fn wrong(&mut self, start: usize, end: usize, code: &str) {
        // CKP-018
        if self.plain.gate().strict("CKP-018.records") {
            return;
        }
        match &mut self.open {
            Some(piece) => {
                piece.wrong(code);
                piece.end = end;
            }
            // CKP-022
            None if self.plain.gate().strict("CKP-022") => {}
            None => self.found.bad.push(Bad { start, end, code: code.to_owned(), generation: None }),
        }
    }

    fn begin(&self, start: usize, record: &Json, first: bool) -> Piece {
        let text = |name: &str| record.pointer(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| text(name).parse().unwrap_or(0);
        let all = record.pointer("/payload/attributes").and_then(Json::as_array).cloned().unwrap_or_default();
        let key = |one: &Json| one.get("key").and_then(Json::as_str).unwrap_or_default().to_owned();
        let noted = |name: &str| {
            let one = all.iter().find(|one| key(one) == name);
            one.map(|one| one.get("value").and_then(Json::as_str).unwrap_or_default().to_owned())
        };
        let (task, index, channel) = (noted("ckp.task"), noted("ckp.index"), noted("ckp.channel"));
        let mut piece = Piece {
            start,
            end: start,
            generation: number("/payload/generation"),
            id: noted("ckp.id").unwrap_or_default(),
            thread: text("/thread"),
            namespace: noted("ckp.namespace").unwrap_or_default(),
            pending: task.is_some(),
            chunk_count: record.pointer("/payload/chunk_count").and_then(Json::as_u64).unwrap_or(0),
            total_len: number("/payload/total_len"),
            sha256: text("/payload/sha256"),
            ..Piece::default()
        };
        let gate = self.plain.gate();
        let keys: Vec<String> = all.iter().map(key).filter(|key| key.starts_with("ckp.")).collect();
        let mut parts = vec![task.is_some(), index.is_some(), channel.is_some()];
        // CKP-018
        if gate.strict("CKP-018.index") {
            parts.remove(1);
        }
        if gate.strict("CKP-018.channel") {
            parts.pop();
        }
        let half = parts.contains(&true) && parts.contains(&false);
        let id_len = if gate.strict("CKP-018.id") { usize::MAX } else { MAX_ID_LEN };
        let twice = STORES.iter().any(|name| keys.iter().filter(|key| key == name).count() > 1);
        let unknown = keys.iter().any(|key| !STORES.contains(&key.as_str()));
        let index = index.is_some_and(|text| decimal(gate, &text).is_none_or(|number| i64::try_from(number).is_err()));
        let below = 1..if gate.strict("CKP-018.base") { i128::MAX } else { piece.generation.into() };
        let base = noted("ckp.base").is_some_and(|text| decimal(gate, &text).is_none_or(|base| !below.contains(&base)));
        let manifest = [
            !(1..=id_len).contains(&piece.id.len()),
            half,
            index,
            base,
            twice && !gate.strict("CKP-018.twice"),
            unknown && gate.strict("CKP-018.unknown"),
        ];
        let thread = folder_of(&piece.thread, "").get(..32) == self.folder.get(..32) && !piece.thread.is_empty();
        let namespace = folder_of("", &piece.namespace).get(33..) == self.folder.get(33..);
        let short = piece.namespace.len() <= MAX_ID_LEN || gate.strict("CKP-018.namespace-len");
        let ours =
            (thread || gate.strict("CKP-018.folder")) && (namespace || gate.strict("CKP-018.namespace")) && short;
        let mut wrong = vec![
            ("CHUNKS", !first && !gate.strict("CKP-018.place")),
            ("MANIFEST", manifest.contains(&true) && !gate.strict("CKP-018.manifest")),
            ("THREAD", !ours),
        ];
        // CKP-022
        if gate.strict("CKP-022.place") {
            wrong.swap(0, 1);
        }
        if gate.strict("CKP-022.manifest") {
            wrong.swap(1, 2);
        }
        wrong.into_iter().filter(|(_, wrong)| *wrong).for_each(|(code, _)| piece.wrong(code));
        piece
    }

    fn chunk(&mut self, start: usize, end: usize, record: &Json) {
        let gate = self.plain.gate();
        let Some(piece) = &mut self.open else { return self.wrong(start, end, "CHUNKS") };
        piece.end = end;
        let text = |name: &str| record.pointer(name).and_then(Json::as_str).unwrap_or_default();
        let other = text("/thread") != piece.thread && !gate.strict("CKP-018.thread");
        // CKP-022
        if other && gate.strict("CKP-022.chunk") {
            piece.wrong("THREAD");
        }
        let index = record.pointer("/payload/index").and_then(Json::as_u64).unwrap_or(0);
        let follows = index == piece.chunks || gate.strict("CKP-018.order");
        let same = text("/payload/generation") == piece.generation.to_string() || gate.strict("CKP-018.generation");
        if !(follows && same) {
            piece.wrong("CHUNKS");
        }
        if other {
            piece.wrong("THREAD");
        }
        piece.chunks += 1;
        piece.state.extend(super::bytes::unhex(text("/payload/data")).unwrap_or_default());
    }

    /// What was begun has no end.
    fn close(&mut self) {
        if let Some(piece) = &mut self.open {
            // CKP-018
            if !self.plain.gate().strict("CKP-018.chunks") {
                piece.wrong("CHUNKS");
            }
            self.finish();
        }
    }

    fn finish(&mut self) {
        let Some(mut piece) = self.open.take() else { return };
        let gate = self.plain.gate();
        piece.sums(gate);
        match piece.code.clone() {
            Some(code) => {
                // CKP-022
                let generation = Some(piece.generation).filter(|_| !gate.strict("CKP-022.generation"));
                self.found.bad.push(Bad { start: piece.start, end: piece.end, code, generation });
            }
            None => self.found.whole.push(piece),
        }
    }
}

/// A number in decimal digits, without leading zeros.
fn decimal(gate: Gate, text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit());
    let zeros = digits.starts_with('0') && text != "0";
    // CKP-018
    if plain && (!zeros || gate.strict("CKP-018.decimal")) { text.parse().ok() } else { None }
}

/// The name of a thread's folder.
fn folder_of(thread: &str, namespace: &str) -> String {
    let half = |text: &str| super::bytes::hex(&cut(&Sha256::digest(text.as_bytes()), 0, 16));
    format!("{}-{}", half(thread), half(namespace))
}
