//! What stands in the partitions: frames as producers leave them that send again what they do not know of, and what others have put
//! between them.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use dashstream_codec::laws::Broken;
use dashstream_codec::view::{EpochStart, TokenChunk};
use dashstream_codec::{BatchBuilder, EncodeError, Encoder, EncoderConfig, FrameHeader, Prelude, RecordInput, crc32c};
use dashstream_proto::v1;

use crate::deadletter::{LetterId, REPLAY_HEADER, ReplayKey};
use crate::laws::possible;
use crate::transport::{Header, Message, Position};

/// Partitions. Each has producers of its own.
pub(super) const PARTITIONS: u32 = 2;
/// The tenant of the consumer.
pub(super) const TENANT: &str = "acme";
const MESSAGES: usize = 40;

/// A record, by its lane, epoch and number, in its partition.
pub(super) type Key = (u32, u32, u32, u64);

/// What a reader has to make of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A frame with these records, of which one may be bad.
    Frame { records: Vec<Key>, bad: Option<u32> },
    /// A replay of it, or of one of its records.
    Replay { records: Vec<Key>, replay: ReplayKey },
    /// It is rejected.
    Rejected,
    /// A newer reader may accept it.
    Unsupported,
}

/// A message, and what it is.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) message: Message,
    pub(super) kind: Kind,
}

/// A lane of a producer on its way.
#[derive(Clone, Copy, Debug)]
struct Lane {
    epoch: u32,
    base: u64,
    previous: (u32, u64),
}

/// A frame that is about to be made.
#[derive(Clone, Copy, Debug)]
struct Frame {
    partition: u32,
    lane: u32,
    at: Lane,
    records: u16,
    tenant: &'static str,
    text: u8,
}

/// All partitions, as many messages as there are bytes for.
pub(super) fn log(u: &mut Unstructured<'_>) -> std::result::Result<Vec<Vec<Entry>>, Broken> {
    let mut log = Log::default();
    let wanted = u.int_in_range(1..=MESSAGES).unwrap_or(1);
    while log.len < wanted && !u.is_empty() {
        match log.next(u) {
            Ok(made) => possible("a frame can be made", made)?,
            Err(_) => break,
        }
    }
    Ok(log.parts)
}

#[derive(Debug)]
struct Log {
    parts: Vec<Vec<Entry>>,
    lanes: BTreeMap<(u32, u32), Lane>,
    /// Frames that are under way and have not come yet.
    held: Vec<(u32, Entry)>,
    len: usize,
}

impl Default for Log {
    fn default() -> Self {
        let parts = (0..PARTITIONS).map(|_| Vec::new()).collect();
        Self { parts, lanes: BTreeMap::new(), held: Vec::new(), len: 0 }
    }
}

impl Log {
    fn next(&mut self, u: &mut Unstructured<'_>) -> Result<std::result::Result<(), EncodeError>> {
        let partition = u32::from(u.ratio(1, 3)?);
        match u.int_in_range(0..=19_u8)? {
            // It was under way.
            0..=2 if !self.held.is_empty() => {
                let (partition, entry) = self.held.swap_remove(u.choose_index(self.held.len())?);
                self.put(partition, entry);
            }
            // It comes again.
            3..=5 => {
                if let Some(entry) = self.any(u, partition)? {
                    self.put(partition, entry);
                }
            }
            6 => self.put(partition, entry(u.choose(&[None, Some(vec![]), Some(vec![0xD5; 70])])?.clone())),
            7 => {
                if let Some(entry) = self.replay(u, partition)? {
                    self.put(partition, entry);
                }
            }
            8 => self.next_epoch(u, partition)?,
            choice => return self.frame(u, partition, choice),
        }
        Ok(Ok(()))
    }

    fn put(&mut self, partition: u32, entry: Entry) {
        if let Some(part) = usize::try_from(partition).ok().and_then(|index| self.parts.get_mut(index)) {
            part.push(entry);
            self.len += 1;
        }
    }

    fn any(&self, u: &mut Unstructured<'_>, partition: u32) -> Result<Option<Entry>> {
        let part = usize::try_from(partition).ok().and_then(|index| self.parts.get(index));
        let Some(part) = part.filter(|part| !part.is_empty()) else { return Ok(None) };
        Ok(part.get(u.choose_index(part.len())?).cloned())
    }

    /// A letter of a frame, or of one of its records, is sent again.
    fn replay(&self, u: &mut Unstructured<'_>, partition: u32) -> Result<Option<Entry>> {
        let Some(Entry { message, kind: Kind::Frame { records, bad: None } }) = self.any(u, partition)? else {
            return Ok(None);
        };
        let record = if u.ratio(1, 2)? { 1 } else { 0 };
        let id = LetterId::of("events", Position { partition, offset: u.int_in_range(0..=3)? }, record);
        let replay = ReplayKey { id, attempt: u.int_in_range(1..=2)?, record };
        let header = Header { name: REPLAY_HEADER.to_owned(), value: Some(replay.to_string().into_bytes()) };
        let records = if record == 1 { records.into_iter().take(1).collect() } else { records };
        let kind = Kind::Replay { records, replay };
        Ok(Some(Entry { message: Message { headers: vec![header], ..message }, kind }))
    }

    /// The producer was opened again.
    fn next_epoch(&mut self, u: &mut Unstructured<'_>, partition: u32) -> Result<()> {
        if let Some(lane) = self.lanes.get_mut(&(partition, u.int_in_range(0..=2)?)).filter(|lane| lane.base > 1) {
            *lane = Lane { epoch: lane.epoch + 1, base: 1, previous: (lane.epoch, lane.base - 1) };
        }
        Ok(())
    }

    fn frame(
        &mut self,
        u: &mut Unstructured<'_>,
        partition: u32,
        choice: u8,
    ) -> Result<std::result::Result<(), EncodeError>> {
        let number = u.int_in_range(0..=2)?;
        let lane = self.lanes.entry((partition, number)).or_insert(Lane { epoch: 1, base: 1, previous: (0, 0) });
        // Now and then something is never sent, or the same number is used once more.
        if lane.base > 1 && u.ratio(1, 12)? {
            lane.base += 1;
        } else if lane.base > 2 && u.ratio(1, 24)? {
            lane.base -= 1;
        }
        let frame = Frame {
            partition,
            lane: number,
            at: *lane,
            records: u.int_in_range(1..=3)?,
            tenant: if choice == 9 { "other" } else { TENANT },
            text: b'x',
        };
        lane.base += u64::from(frame.records);
        let bytes = match frame.bytes() {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error)),
        };
        let (damage, kind): (fn(&mut [u8]), _) = match choice {
            9 => (|_| {}, Kind::Rejected),
            10 => (damaged, Kind::Rejected),
            11 => (unsupported, Kind::Unsupported),
            12 if frame.at.base > 1 => (with_bad_record, frame.kind(Some(1))),
            _ => (|_| {}, frame.kind(None)),
        };
        let mut changed = bytes.clone();
        damage(&mut changed);
        let entry = Entry { message: Message { value: Some(changed), ..Message::default() }, kind };
        // What was damaged on the way may come whole later; what was not may come late. SEQ-012: the first one may not.
        if matches!(choice, 10 | 11) && u.ratio(1, 2)? {
            let whole = Entry { message: Message { value: Some(bytes), ..Message::default() }, kind: frame.kind(None) };
            self.held.push((partition, whole));
            self.put(partition, entry);
        } else if choice >= 17 && frame.at.base > 1 {
            self.held.push((partition, entry));
        } else {
            self.put(partition, entry);
        }
        Ok(Ok(()))
    }
}

/// What is no frame at all.
fn entry(value: Option<Vec<u8>>) -> Entry {
    Entry { message: Message { value, ..Message::default() }, kind: Kind::Rejected }
}

impl Frame {
    fn kind(&self, bad: Option<u32>) -> Kind {
        let numbers = self.at.base..self.at.base + u64::from(self.records);
        let keep = |(index, _): &(u32, u64)| Some(*index) != bad;
        let key = |(_, number)| (self.partition, self.lane, self.at.epoch, number);
        Kind::Frame { records: (1..).zip(numbers).filter(keep).map(key).collect(), bad }
    }

    fn bytes(&self) -> std::result::Result<Vec<u8>, EncodeError> {
        let Lane { epoch, base, previous } = self.at;
        let producer_id = [u8::try_from(self.partition + 1).unwrap_or(1); 16];
        let header = FrameHeader { producer_id, epoch, lane: self.lane, base_sequence: base, ancillary_flags: None };
        let boot_nonce = vec![u8::try_from(epoch).unwrap_or(1); 8];
        let metadata = v1::Metadata { tenant: self.tenant.to_owned(), boot_nonce, ..Default::default() };
        let mut batch = BatchBuilder::new(header, &metadata)?;
        for number in base..base + u64::from(self.records) {
            if number == 1 {
                let (previous_epoch, previous_last_sequence) = previous;
                batch.push_view(RecordInput::default(), &EpochStart { previous_epoch, previous_last_sequence })?;
            } else {
                batch.push_view(RecordInput::default(), &TokenChunk { text: &[self.text; 6], ..Default::default() })?;
            }
        }
        let mut bytes = Vec::new();
        batch.finish(&mut Encoder::new(EncoderConfig::default())?, &mut bytes)?;
        Ok(bytes)
    }
}

/// A bit of the body is another.
fn damaged(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

fn unsupported(bytes: &mut [u8]) {
    change(bytes, |prelude| prelude.version = 9);
}

/// The first payload's first tag becomes one of a wire type that there is not.
fn with_bad_record(bytes: &mut [u8]) {
    let at = bytes.windows(6).position(|six| six == b"xxxxxx").and_then(|at| at.checked_sub(2));
    if let Some(tag) = at.and_then(|at| bytes.get_mut(at)) {
        *tag = 0x1F;
    }
    let whole = bytes.to_vec();
    change(bytes, |prelude| {
        let begin = usize::try_from(prelude.body_offset()).unwrap_or(usize::MAX);
        prelude.body_crc = crc32c(whole.get(begin..).unwrap_or_default());
    });
}

fn change(bytes: &mut [u8], change: impl FnOnce(&mut Prelude)) {
    let Ok(mut prelude) = Prelude::read(bytes) else { return };
    change(&mut prelude);
    if let Some(place) = bytes.get_mut(..64) {
        place.copy_from_slice(&prelude.to_bytes());
    }
}
