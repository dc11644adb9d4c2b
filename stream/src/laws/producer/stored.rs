//! What is found in frames: by those who watch a producer, and by a consumer of all that was stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dashstream_codec::constants::PRELUDE_LEN;
use dashstream_codec::laws::Broken;
use dashstream_codec::ledger::{Account, Ledger, Observation};
use dashstream_codec::owned::Record;
use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, Prelude, ReadOptions, view};
use dashstream_proto::{kinds, v1};
use prost::Message as _;

use crate::laws::{hold, possible};

/// A frame that a producer has sealed.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub(super) prelude: Prelude,
    pub(super) dropped_total: u64,
    /// Kind and number of each record.
    pub(super) records: Vec<(u32, u64)>,
    /// What each says.
    pub(super) contents: Vec<Record>,
    /// Ranges that its LATE_DROPS declare: the first number, and how many.
    pub(super) late: Vec<(u64, u64)>,
}

/// What EPOCH_START of a frame says was before: epoch and last number.
pub(super) type Before = Option<(u32, u64)>;

/// Reads a frame: a producer seals nothing that a reader refuses.
pub(super) fn read(bytes: &[u8]) -> Result<(Sealed, Before), Broken> {
    let law = "what is sealed is accepted";
    let mut decoder = Decoder::new();
    let batch = possible(law, decoder.decode(bytes, &ReadOptions::default()))?;
    let mut sealed = Sealed {
        prelude: *batch.prelude(),
        dropped_total: batch.metadata().dropped_total(),
        records: Vec::new(),
        contents: Vec::new(),
        late: Vec::new(),
    };
    let mut before = None;
    for result in batch.records() {
        let record = possible(law, result.accepted())?;
        sealed.records.push((record.kind, record.sequence));
        sealed.contents.push(record.to_owned());
        match record.view {
            view::Payload::LateDrops(drops) => sealed.late.push((drops.first, drops.count)),
            view::Payload::EpochStart(start) => before = Some((start.previous_epoch, start.previous_last_sequence)),
            _ => {}
        }
    }
    Ok((sealed, before))
}

/// A frame is what its records and its metadata alone make: nothing stands in it of those that were dropped (WRT-003, META-016).
pub(super) fn alone(bytes: &[u8]) -> Result<(), Broken> {
    let law = "nothing is left of what was dropped";
    let mut decoder = Decoder::new();
    let batch = possible(law, decoder.decode(bytes, &ReadOptions::default()))?;
    let Prelude { producer_id, epoch, lane, base_sequence, ancillary_flags, .. } = *batch.prelude();
    let header = FrameHeader { producer_id, epoch, lane, base_sequence, ancillary_flags: Some(ancillary_flags) };
    let end = PRELUDE_LEN + usize::from(batch.prelude().metadata_len);
    let metadata = possible(law, v1::Metadata::decode(bytes.get(PRELUDE_LEN..end).unwrap_or_default()))?;
    let metadata = v1::Metadata { contexts: Vec::new(), ..metadata };
    let mut builder = possible(law, BatchBuilder::new(header, &metadata))?;
    builder.gather_contexts(true);
    for result in batch.records() {
        possible(law, builder.push_payload(result.record.as_input(), &result.record.view))?;
    }
    let (mut encoder, mut frame) = (possible(law, Encoder::new(EncoderConfig::default()))?, Vec::new());
    possible(law, builder.finish(&mut encoder, &mut frame))?;
    hold(frame == bytes, law, || format!("{bytes:02X?} and not {frame:02X?}"))
}

pub(super) const fn is_control(kind: u32) -> bool {
    matches!(kind, kinds::EPOCH_START | kinds::EPOCH_END | kinds::HEARTBEAT | kinds::LATE_DROPS)
}

/// What a consumer finds.
#[derive(Default)]
pub(super) struct Found {
    pub(super) ledger: Ledger,
    pub(super) verdicts: BTreeSet<&'static str>,
    /// Numbers of records that were offered, and of the producer's own, of each epoch and lane.
    pub(super) records: BTreeMap<(u32, u32), BTreeSet<u64>>,
    pub(super) controls: BTreeMap<(u32, u32), BTreeSet<u64>>,
}

/// Reads all that was stored.
pub(super) fn consume(stored: &[Arc<[u8]>]) -> Result<Found, Broken> {
    let mut found = Found { ledger: Ledger::new(), ..Found::default() };
    let mut late: BTreeMap<(u32, u32), Vec<(u64, u64)>> = BTreeMap::new();
    let mut decoder = Decoder::new();
    for bytes in stored {
        let batch = possible("what is sealed is accepted", decoder.decode(bytes, &ReadOptions::default()))?;
        let verdicts = found.ledger.observe(&Observation::of_batch(&batch));
        found.verdicts.extend(verdicts.iter().map(|verdict| verdict.name()));
        let (sealed, _) = read(bytes)?;
        let place = (sealed.prelude.epoch, sealed.prelude.lane);
        for (kind, number) in sealed.records {
            let to = if is_control(kind) { &mut found.controls } else { &mut found.records };
            to.entry(place).or_default().insert(number);
        }
        late.entry(place).or_default().extend(sealed.late);
    }
    // SEQ-009
    for (place, ranges) in late {
        let all = found.records.get(&place).into_iter().chain(found.controls.get(&place));
        let numbers: Vec<&BTreeSet<u64>> = all.collect();
        for (first, count) in ranges {
            let both = numbers.iter().find_map(|numbers| numbers.range(first..first.saturating_add(count)).next());
            hold(both.is_none(), "what is there is not declared dropped", || format!("{both:?} of {place:?}"))?;
        }
    }
    Ok(found)
}

impl Found {
    pub(super) fn sum(&self, count: fn(&Account) -> u64) -> u64 {
        self.ledger.accounts().map(|entry| count(entry.account)).sum()
    }

    /// How many records there are that were offered.
    pub(super) fn offered(&self) -> u64 {
        self.records.values().map(|numbers| numbers.len() as u64).sum()
    }
}
