//! One lane of a file: its entries are put into a batch, which is sealed when it is full.

use dashstream_codec::{BatchBuilder, EncodeError, Encoder, FrameHeader};
use dashstream_proto::v1;

use super::{Content, Entry, FrameFile, Place, refused};
use crate::exit::Failure;

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
    lane: u32,
    /// Of the batch.
    metadata: v1::Metadata,
    next_sequence: u64,
    batch: Option<BatchBuilder>,
    /// Where the first entry of the batch comes from.
    begin: Option<Place>,
    last_time_us: u64,
    /// Reused for each frame.
    frame: Vec<u8>,
}

impl Lane {
    /// A lane without entries.
    pub(crate) fn new(options: LaneOptions, tenant: &str, lane: u32) -> Self {
        Self {
            options,
            lane,
            metadata: v1::Metadata {
                tenant: tenant.to_owned(),
                boot_nonce: options.boot_nonce.to_vec(),
                ..v1::Metadata::default()
            },
            next_sequence: 1,
            batch: None,
            begin: None,
            last_time_us: 0,
            frame: Vec::new(),
        }
    }

    /// Adds an entry; before it, EPOCH_START where it is the first (SEQ-004).
    pub(crate) fn add(&mut self, entry: Entry, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if self.next_sequence == 1 && self.begin.is_none() {
            let start = Entry { place: entry.place.clone(), time_us: entry.time_us, content: Content::EpochStart };
            self.collect(&start, encoder, file)?;
        }
        self.collect(&entry, encoder, file)
    }

    /// Ends the lane (SEQ-011). One that has had no entries stays without any.
    pub(crate) fn end(mut self, place: Place, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if self.next_sequence == 1 && self.begin.is_none() {
            return Ok(());
        }
        let end = Entry { place, time_us: self.last_time_us, content: Content::EpochEnd };
        self.collect(&end, encoder, file)?;
        self.seal(encoder, file)
    }

    fn collect(&mut self, entry: &Entry, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        if !self.has_room_for(entry) {
            self.seal(encoder, file)?;
        }
        self.push(entry).map_err(|error| refused(&entry.place.to_string(), &error))?;
        self.begin.get_or_insert_with(|| entry.place.clone());
        self.last_time_us = entry.time_us;
        Ok(())
    }

    /// WRT-007, WRT-008
    fn has_room_for(&self, entry: &Entry) -> bool {
        let Some(batch) = self.batch.as_ref().filter(|_| self.begin.is_some()) else { return true };
        let max = self.options.max_frame_len;
        batch.len() < self.options.records && entry.with_record(|record, payload| batch.has_room(&record, payload, max))
    }

    /// Adds an entry to the batch, or to a new one in its memory where nothing has been collected.
    fn push(&mut self, entry: &Entry) -> Result<(), EncodeError> {
        let header = FrameHeader {
            producer_id: self.options.producer_id,
            epoch: self.options.epoch,
            lane: self.lane,
            base_sequence: self.next_sequence,
            ancillary_flags: None,
        };
        if self.begin.is_none() {
            self.metadata.base_time_us = entry.time_us;
        }
        let batch = match &mut self.batch {
            Some(batch) if self.begin.is_some() => batch,
            Some(batch) => {
                batch.restart(header, &self.metadata)?;
                batch
            }
            none => {
                let batch = none.insert(BatchBuilder::new(header, &self.metadata)?);
                // META-016
                batch.gather_contexts(true);
                batch
            }
        };
        entry.with_record(|record, payload| batch.push_payload(record, payload))
    }

    /// Writes what has been collected as one frame.
    fn seal(&mut self, encoder: &mut Encoder, file: &mut FrameFile) -> Result<(), Failure> {
        let (Some(begin), Some(batch)) = (self.begin.take(), &self.batch) else { return Ok(()) };
        // A batch that is too long has one entry: any other was split before.
        self.frame.clear();
        batch.finish(encoder, &mut self.frame).map_err(|error| refused(&begin.to_string(), &error))?;
        file.append(&self.frame)?;
        self.next_sequence += batch.len() as u64;
        Ok(())
    }
}
