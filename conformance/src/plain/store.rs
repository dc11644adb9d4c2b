//! A reader of a store (spec/checkpoints.md). It looks at the names and the bytes of segments.

use super::Plain;
use super::bytes::{size, wide};
use super::gate::Gate;
use super::store_scan::{Bad, Found, HEADER, Piece, scan};
use crate::protocol::{StoreQuestion, StoreReport};
use dashstream_vectors::{StoreCheckpoint, StoreDamage, StoreRepair, StoreThread};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const MAX_GENERATION: u64 = (1 << 53) - 1;

/// A segment.
#[derive(Clone, Debug)]
struct Segment {
    file: String,
    number: u64,
    generation: u64,
    start: usize,
    end: usize,
    bytes: Vec<u8>,
}

struct Folder {
    plain: Plain,
    name: String,
    segments: Vec<Segment>,
    /// The index, for mutants that look at it.
    index: Vec<u8>,
}

impl Plain {
    /// Looks at a store.
    #[must_use]
    pub fn look(&self, question: &StoreQuestion) -> StoreReport {
        let mut folders: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
        for file in &question.files {
            if let Some((folder, name)) = file.path.split_once('/')
                && is_folder(folder)
            {
                folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), file.bytes.0.clone());
            }
        }
        let threads = folders.into_iter().map(|(name, files)| Folder::new(*self, name, files).thread());
        StoreReport { threads: threads.collect() }
    }
}

fn is_folder(name: &str) -> bool {
    let right = |(i, symbol): (usize, char)| {
        if i == 32 { symbol == '-' } else { symbol.is_ascii_digit() || ('a'..='f').contains(&symbol) }
    };
    name.chars().count() == 65 && name.chars().enumerate().all(right)
}

/// The numbers in a segment's name.
fn numbers(gate: Gate, name: &str) -> Option<[u64; 4]> {
    let parts: Vec<&str> = name.strip_suffix(".seg")?.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.chars().all(|symbol| symbol.is_ascii_digit()));
    if lengths != [8, 16, 12, 12] || !digits {
        return None;
    }
    let read: Vec<u64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let [segment, generation, start, end] = read.try_into().ok()?;
    let right = match generation {
        0 => start == 0 && end >= wide(HEADER),
        1..=MAX_GENERATION => start >= wide(HEADER) && start < end,
        _ => false,
    };
    // CKP-020
    let taken = gate.strict("CKP-020.range") && start <= end && (start == 0) == (generation == 0);
    (right || taken).then_some([segment, generation, start, end])
}

impl Folder {
    fn new(plain: Plain, name: String, mut files: BTreeMap<String, Vec<u8>>) -> Self {
        let gate = plain.gate();
        let index = files.remove("index").unwrap_or_default();
        // CKP-019
        if files.contains_key("DELETED") && !gate.strict("CKP-019") {
            files.clear();
        }
        let mut segments = Vec::new();
        for (file, bytes) in files {
            // CKP-020
            let read_as = match gate.strict("CKP-020") {
                true => file.trim_end_matches(".quarantined").to_owned(),
                false => file.clone(),
            };
            if let Some([number, generation, start, end]) = numbers(gate, &read_as) {
                segments.push(Segment { file, number, generation, start: size(start), end: size(end), bytes });
            } else if gate.strict("CKP-020.temporary") && file.starts_with("tmp-") {
                segments.push(Segment { file, number: u64::MAX, generation: 0, start: 0, end: HEADER, bytes });
            }
        }
        segments.sort_by_key(|one| (one.number, one.generation, one.start, one.end));
        Self { plain, name, segments, index }
    }

    fn scan(&self, segment: &Segment, from: usize, to: usize) -> Found {
        scan(self.plain, &segment.bytes, from, to, &self.name)
    }

    /// Everything in a segment.
    fn all(&self, segment: &Segment) -> Found {
        let mut found = self.scan(segment, HEADER, usize::MAX);
        let told = |piece: &Piece| !piece.pending && piece.generation == segment.generation;
        let looks = !found.whole.iter().any(told) && segment.start > 0 && segment.start < segment.bytes.len();
        // CKP-004
        if looks && !self.plain.gate().strict("CKP-004.named") {
            let more = self.scan(segment, segment.start, usize::MAX);
            // CKP-022
            if self.plain.gate().strict("CKP-022.named") {
                found.bad.extend(more.bad);
            }
            for piece in more.whole {
                if found.whole.iter().all(|other| other.end <= piece.start || piece.end <= other.start) {
                    found.whole.push(piece);
                }
            }
        }
        // CKP-022
        let looked_at = segment.start > 0 || !self.plain.gate().strict("CKP-022.unnamed");
        if segment.bytes.len() < segment.end && looked_at {
            let cut = Bad { start: segment.bytes.len(), end: segment.end, code: "CUT".to_owned(), generation: None };
            found.bad.push(cut);
        }
        found
    }

    fn thread(&self) -> StoreThread {
        let found: Vec<(&Segment, Found)> = self.segments.iter().map(|one| (one, self.all(one))).collect();
        let pieces = || found.iter().flat_map(|(_, found)| &found.whole);
        let mut damage: Vec<StoreDamage> =
            found.iter().flat_map(|(segment, found)| found.bad.iter().map(|bad| of(segment, bad))).collect();
        damage.sort_unstable();
        // CKP-022
        if self.plain.gate().strict("CKP-022.once") {
            damage.dedup();
        }
        // CKP-005
        if self.plain.gate().strict("CKP-005.damage") {
            damage.truncate(1);
        }
        let mut thread = StoreThread { folder: self.name.clone(), damage, ..StoreThread::default() };
        thread.repair = found.iter().filter_map(|(segment, found)| self.repair(segment, found)).collect();
        let Some(any) = pieces().next() else { return thread };
        thread.thread = Some(any.thread.clone());
        thread.namespace = Some(any.namespace.clone()).filter(|text| !text.is_empty());
        let pending = |piece: &&Piece| !piece.pending || self.plain.gate().strict("CKP-018.pending");
        let mut generations: BTreeSet<u64> = pieces().filter(pending).map(|piece| piece.generation).collect();
        // CKP-006
        if self.plain.gate().strict("CKP-006.names") {
            generations.extend(self.segments.iter().map(|one| one.generation).filter(|generation| *generation > 0));
        }
        // CKP-005
        thread.whole = match self.plain.gate().strict("CKP-005") {
            true => generations.first().copied(),
            false => generations.last().copied(),
        };
        thread.checkpoints = self.indexed(&generations).into_iter().rev().collect();
        match self.newest(&found) {
            Ok(newest) => thread.newest = newest,
            Err(error) => thread.error = Some(error),
        }
        thread
    }

    /// CKP-006: what a mutant makes of the index.
    fn indexed(&self, generations: &BTreeSet<u64>) -> BTreeSet<u64> {
        let gate = self.plain.gate();
        let text = String::from_utf8_lossy(&self.index);
        let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let noted: BTreeSet<u64> =
            lines.filter_map(|line| line.get("generation").and_then(serde_json::Value::as_u64)).collect();
        if gate.strict("CKP-006") && !noted.is_empty() { noted } else { generations.clone() }
    }

    /// CKP-004: the newest, or why it is not to be had.
    fn newest(&self, found: &[(&Segment, Found)]) -> Result<Option<StoreCheckpoint>, StoreDamage> {
        let gate = self.plain.gate();
        let last = gate.strict("CKP-004.last");
        let first = gate.strict("CKP-004.first");
        let order = |one: &&Segment| match (last, first) {
            (true, _) => (one.number, 0),
            (_, true) => (one.generation, u64::MAX - one.number),
            _ => (one.generation, one.number),
        };
        let named = self.segments.iter().filter(|one| one.start > 0).max_by_key(order);
        let known = named.map_or(0, |one| one.generation);
        let checkpoint = |piece: &&Piece| !piece.pending || gate.strict("CKP-004.pending");
        let checkpoints = |from: &Found| -> Vec<Piece> { from.whole.iter().filter(checkpoint).cloned().collect() };
        let torn = |one: &&Segment| one.bytes.len() > one.end && !gate.strict("CKP-004.behind");
        let of_all = if gate.strict("CKP-004.any") { self.segments.len() } else { 1 };
        for last in self.segments.iter().rev().take(of_all).filter(torn) {
            let behind = checkpoints(&self.scan(last, last.end, usize::MAX));
            let newest = behind.into_iter().filter(|one| one.generation >= known).max_by_key(|one| one.generation);
            if newest.is_some() {
                return Ok(newest.as_ref().map(shown));
            }
        }
        let Some(named) = named else { return Ok(None) };
        let there = self.scan(named, named.start, named.end);
        let elsewhere = |one: &Piece| one.start != named.start && gate.strict("CKP-004.place");
        let told = |one: &Piece| one.generation == known && !elsewhere(one);
        if let Some(piece) = checkpoints(&there).into_iter().find(told) {
            return Ok(Some(shown(&piece)));
        }
        if gate.strict("CKP-004") {
            let all = found.iter().flat_map(|(_, found)| checkpoints(found)).max_by_key(|one| one.generation);
            return Ok(all.as_ref().map(shown));
        }
        let (start, end) = (named.bytes.len(), named.end);
        let cut = (start < end).then(|| Bad { start, end, code: "CUT".to_owned(), generation: None });
        let mut bad = there.bad;
        // CKP-004
        if gate.strict("CKP-004.reason") {
            let whole_segment = found.iter().filter(|(one, _)| one.file == named.file);
            bad = whole_segment.flat_map(|(_, found)| found.bad.clone()).collect();
        }
        let first = bad.into_iter().find(|bad| bad.end > named.start || gate.strict("CKP-004.reason"));
        let missing = Bad { start: named.start, end, code: "MISSING".to_owned(), generation: None };
        let mut error = of(named, &cut.or(first).unwrap_or(missing));
        error.generation = Some(known);
        Err(error)
    }

    /// CKP-021
    fn repair(&self, segment: &Segment, found: &Found) -> Option<StoreRepair> {
        let gate = self.plain.gate();
        let acknowledged = |bad: &Bad| bad.start < segment.end || gate.strict("CKP-021.torn");
        let told = found.whole.iter().any(|piece| !piece.pending && piece.generation == segment.generation);
        let missing = segment.start > 0 && !told && !gate.strict("CKP-021.missing");
        let damaged = found.bad.iter().any(acknowledged) && !gate.strict("CKP-021");
        let is_kept = |piece: &&Piece| piece.end <= segment.end || !gate.strict("CKP-021.kept");
        let kept = found.whole.iter().filter(is_kept).count();
        (missing || damaged).then(|| StoreRepair { file: segment.file.clone(), kept: wide(kept) })
    }
}

fn shown(piece: &Piece) -> StoreCheckpoint {
    StoreCheckpoint {
        generation: piece.generation,
        id: piece.id.clone(),
        sha256: super::bytes::hex(&Sha256::digest(&piece.state)),
    }
}

fn of(segment: &Segment, bad: &Bad) -> StoreDamage {
    StoreDamage {
        file: segment.file.clone(),
        start: wide(bad.start),
        end: wide(bad.end),
        code: bad.code.clone(),
        generation: bad.generation,
    }
}
