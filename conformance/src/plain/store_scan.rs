//! What lies in the bytes of a segment (spec/checkpoints.md).

use super::Plain;
use super::bytes::{cut, wide};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// Length of a segment's header.
pub(super) const HEADER: usize = 28;
const MARKER: usize = 16;

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
            for entry in report.accepted {
                events.push((entry.start, entry.end, Event::Frame(entry.frame.json())));
            }
            for range in report.skipped {
                events.push((range.start, range.end, Event::Skip(range.code.to_owned())));
            }
        }
        Err(fault) => events.push((0, bytes.len(), Event::Skip(fault.code.to_owned()))),
    }
    events.sort_by_key(|(start, ..)| *start);
    // FILE-005: an entry whose marker is damaged is its frame alone; it begins where that marker does.
    let mut unmarked = None;
    for (start, end, event) in events {
        match event {
            Event::Skip(code) => {
                unmarked = (code == "FILE_MARKER" && end - start == MARKER).then_some(end);
                scan.close();
                scan.found.bad.push(Bad { start: place(start), end: place(end), code, generation: None });
            }
            Event::Frame(frame) => {
                let begin = if unmarked == Some(start) { start - MARKER } else { start };
                scan.frame(place(begin), place(end), &frame);
            }
        }
    }
    scan.close();
    scan.found
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
        for (i, record) in records.iter().enumerate() {
            if let Some(code) = record.pointer("/error/code").and_then(Json::as_str) {
                self.wrong(start, end, code);
                continue;
            }
            match record.get("kind").and_then(Json::as_u64) {
                Some(20) => {
                    self.close();
                    self.open = Some(self.begin(start, record, i == 0));
                    done = false;
                }
                Some(22) if done => self.wrong(start, end, "CHUNKS"),
                Some(22) => {
                    self.chunk(start, end, record);
                    done = self.open.as_ref().is_some_and(|piece| piece.chunks >= piece.chunk_count);
                }
                _ => {}
            }
        }
        if let Some(piece) = &mut self.open {
            piece.end = end;
        }
        if done {
            self.finish();
        }
    }

    fn wrong(&mut self, start: usize, end: usize, code: &str) {
        // CKP-018
        if self.plain.gate().strict("CKP-018.records") {
            return;
        }
        match &mut self.open {
            Some(piece) => piece.wrong(code),
            None => self.found.bad.push(Bad { start, end, code: code.to_owned(), generation: None }),
        }
    }

    fn begin(&self, start: usize, record: &Json, first: bool) -> Piece {
        let text = |name: &str| record.pointer(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| text(name).parse().unwrap_or(0);
        let noted = |name: &str| {
            let all = record.pointer("/payload/attributes").and_then(Json::as_array);
            let one = all.into_iter().flatten().find(|one| one.get("key").and_then(Json::as_str) == Some(name));
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
        if !first && !gate.strict("CKP-018.place") {
            piece.wrong("CHUNKS");
        }
        let parts = [task.is_some(), index.is_some(), channel.is_some()];
        let half = parts.contains(&true) && parts.contains(&false);
        let no_number = |text: &Option<String>| text.as_ref().is_some_and(|text| text.parse::<i64>().is_err());
        let unread = no_number(&index) || no_number(&noted("ckp.base"));
        if (piece.id.is_empty() || half || unread) && !gate.strict("CKP-018.manifest") {
            piece.wrong("MANIFEST");
        }
        let ours = folder_of(&piece.thread, &piece.namespace) == self.folder && !piece.thread.is_empty();
        let part = self.folder.get(..32).is_some_and(|part| folder_of(&piece.thread, "").starts_with(part));
        if !(ours || gate.strict("CKP-018.folder") || part && gate.strict("CKP-018.namespace")) {
            piece.wrong("THREAD");
        }
        piece
    }

    fn chunk(&mut self, start: usize, end: usize, record: &Json) {
        let gate = self.plain.gate();
        let Some(piece) = &mut self.open else { return self.wrong(start, end, "CHUNKS") };
        let text = |name: &str| record.pointer(name).and_then(Json::as_str).unwrap_or_default();
        if text("/thread") != piece.thread && !gate.strict("CKP-018.thread") {
            piece.wrong("THREAD");
        }
        let index = record.pointer("/payload/index").and_then(Json::as_u64).unwrap_or(0);
        let follows = index == piece.chunks || gate.strict("CKP-018.order");
        let same = text("/payload/generation") == piece.generation.to_string() || gate.strict("CKP-018.generation");
        if !(follows && same) {
            piece.wrong("CHUNKS");
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
        if wide(piece.state.len()) != piece.total_len && !gate.strict("CKP-018.length") {
            piece.wrong("LENGTH");
        }
        if super::bytes::hex(&Sha256::digest(&piece.state)) != piece.sha256 && !gate.strict("CKP-018.hash") {
            piece.wrong("HASH");
        }
        match piece.code.clone() {
            Some(code) => {
                let generation = Some(piece.generation);
                self.found.bad.push(Bad { start: piece.start, end: piece.end, code, generation });
            }
            None => self.found.whole.push(piece),
        }
    }
}

/// The name of a thread's folder.
fn folder_of(thread: &str, namespace: &str) -> String {
    let half = |text: &str| super::bytes::hex(&cut(&Sha256::digest(text.as_bytes()), 0, 16));
    format!("{}-{}", half(thread), half(namespace))
}
