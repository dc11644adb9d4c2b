//! One lane of a file: its entries are collected, and sealed batch by batch.

use std::collections::HashSet;

use dashstream_codec::constants::{MAX_CONTEXT_LEN, MAX_CONTEXTS, MAX_STRINGS};
use dashstream_codec::{BatchBuilder, EncodeError, Encoder, FrameHeader};
use dashstream_proto::v1;

use super::{Content, Entry, FrameFile, Place, refused};
use crate::exit::Failure;

/// Bytes of prelude and metadata at most, with a tenant of 255 bytes and 16 contexts of two texts.
const HEAD_LEN: usize = 10_000;

/// What all lanes of a file have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LaneOptions {
    /// Who writes.
    pub(crate) producer_id: [u8; 16],
    /// Which opening of the producer's state.
    pub(crate) epoch: u32,
    /// Drawn for this file.
    pub(crate) boot_nonce: [u8; 8],
    /// Records of a frame at most.
    pub(crate) records: usize,
    /// Bytes of a frame at most, uncompressed.
    pub(crate) max_frame_len: usize,
}

/// One lane: first an EPOCH_START, then entries, last an EPOCH_END.
#[derive(Debug)]
pub(crate) struct Lane {
    options: LaneOptions,
    tenant: String,
    lane: u32,
    next_sequence: u64,
    entries: Vec<Entry>,
    /// Texts of the entries, each once.
    texts: HashSet<String>,
    /// Bytes of the batch at most.
    size: usize,
    last_time_us: u64,
    /// Reused for each frame.
    frame: Vec<u8>,
}

impl Lane {
    /// A lane without entries.
    pub(crate) fn new(options: LaneOptions, tenant: &str, lane: u32) -> Self {
        Self {
            options,
            tenant: tenant.to_owned(),
            lane,
            next_sequence: 1,
            entries: Vec::new(),
            texts: HashSet::new(),
            size: HEAD_LEN,
            last_time_us: 0,
            frame: Vec::new(),
        }
    }

    /// Adds an entry; before it, EPOCH_START where it is the first (SEQ-004).
    pub(crate) fn add(&mut self, entry: Entry, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if self.next_sequence == 1 && self.entries.is_empty() {
            let start = Entry { place: entry.place.clone(), time_us: entry.time_us, content: Content::EpochStart };
            self.collect(start, encoder, file)?;
        }
        self.collect(entry, encoder, file)
    }

    /// Ends the lane (SEQ-011). One that has had no entries stays without any.
    pub(crate) fn end(mut self, place: Place, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if self.next_sequence == 1 && self.entries.is_empty() {
            return Ok(());
        }
        let end = Entry { place, time_us: self.last_time_us, content: Content::EpochEnd };
        self.collect(end, encoder, file)?;
        self.seal(encoder, file)
    }

    fn collect(&mut self, entry: Entry, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if !self.entries.is_empty() && !self.has_room_for(&entry) {
            self.seal(encoder, file)?;
        }
        let (texts, rest) = entry.size();
        self.size += rest;
        for text in texts {
            if !self.texts.contains(text) {
                self.size += string_len(text);
                self.texts.insert(text.to_owned());
            }
        }
        self.last_time_us = entry.time_us;
        self.entries.push(entry);
        Ok(())
    }

    fn has_room_for(&self, entry: &Entry) -> bool {
        let (texts, rest) = entry.size();
        let new: HashSet<&str> = texts.into_iter().filter(|text| !self.texts.contains(*text)).collect();
        let added: usize = new.iter().copied().map(string_len).sum();
        self.entries.len() < self.options.records
            && self.texts.len() + new.len() <= MAX_STRINGS
            && self.size + rest + added <= self.options.max_frame_len
    }

    /// Writes what has been collected as one frame.
    fn seal(&mut self, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        let Some(first) = self.entries.first() else { return Ok(()) };
        let place = first.place.to_string();
        let mut batch = self.batch().map_err(|error| refused(&place, &error))?;
        for entry in &self.entries {
            entry.push(&mut batch).map_err(|error| refused(&entry.place.to_string(), &error))?;
        }
        // A batch that is too long has one entry: any other was split before.
        self.frame.clear();
        batch.finish(encoder, &mut self.frame).map_err(|error| refused(&place, &error))?;
        file.append(&self.frame)?;
        self.next_sequence += self.entries.len() as u64;
        self.entries.clear();
        self.texts.clear();
        self.size = HEAD_LEN;
        Ok(())
    }

    fn batch(&self) -> Result<BatchBuilder, EncodeError> {
        let header = FrameHeader {
            producer_id: self.options.producer_id,
            epoch: self.options.epoch,
            lane: self.lane,
            base_sequence: self.next_sequence,
            ancillary_flags: None,
        };
        let metadata = v1::Metadata {
            tenant: self.tenant.clone(),
            boot_nonce: self.options.boot_nonce.to_vec(),
            base_time_us: self.entries.first().map_or(0, |entry| entry.time_us),
            contexts: self.contexts(),
            ..Default::default()
        };
        BatchBuilder::new(header, &metadata)
    }

    /// The threads and nodes of the batch, by first sight, as far as 16 reach (META-016).
    fn contexts(&self) -> Vec<v1::Context> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (thread, node) in self.entries.iter().filter_map(Entry::context) {
            let fits = thread.len() <= MAX_CONTEXT_LEN && node.len() <= MAX_CONTEXT_LEN;
            if seen.len() < MAX_CONTEXTS && fits && !seen.contains(&(thread, node)) {
                seen.push((thread, node));
            }
        }
        let context = |(thread, node): (&str, &str)| v1::Context {
            thread: thread.to_owned(),
            node: node.to_owned(),
            ..Default::default()
        };
        seen.into_iter().map(context).collect()
    }
}

/// Bytes of a string in the table: tag, length of up to two bytes, text.
const fn string_len(text: &str) -> usize {
    3 + text.len()
}
