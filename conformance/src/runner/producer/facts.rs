//! What the judge wants to know of a frame.

use serde_json::Value;

/// `time_us` of the first offer of a script (`vectors/pipeline.md`).
const FIRST_OFFER_US: u64 = 1_700_000_000_000_000;
/// EPOCH_START.
const EPOCH_START: u64 = 2;
/// NODE_START: what is offered.
const OFFERED: u64 = 5;
/// LATE_DROPS.
const LATE_DROPS: u64 = 10;
/// EPOCH_END and LANE_END.
const ENDS: [u64; 2] = [4, 8];
/// What a producer adds of its own.
const CONTROL: [u64; 5] = [2, 4, 6, 8, 10];

/// Where numbers are counted: one opening of a producer's state, and a lane of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) producer: String,
    pub(super) epoch: u64,
    pub(super) nonce: String,
    pub(super) lane: u64,
}

/// A frame.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) place: Place,
    pub(super) tenant: String,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) records: Vec<Record>,
}

/// A record of it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) number: u64,
    kind: u64,
    time_us: u64,
    payload: Value,
}

impl Facts {
    /// Out of the JSON form of an accepted frame.
    pub(super) fn read(frame: &Value) -> Option<Self> {
        let text = |path: &str| frame.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let number = |path: &str| frame.pointer(path).and_then(Value::as_u64);
        let first = digits(frame.pointer("/header/base_sequence"))?;
        let span = number("/header/record_count")?.checked_add(number("/header/drop_count")?)?;
        let records: &Vec<Value> = frame.get("records")?.as_array()?;
        Some(Self {
            place: Place {
                producer: text("/header/producer_id")?,
                epoch: number("/header/epoch")?,
                nonce: text("/metadata/boot_nonce")?,
                lane: number("/header/lane")?,
            },
            tenant: text("/metadata/tenant")?,
            first,
            last: first.checked_add(span)?.checked_sub(1)?,
            records: records.iter().map(Record::read).collect::<Option<_>>()?,
        })
    }

    /// `previous_epoch` and `previous_last_sequence`, where the frame begins with EPOCH_START at number 1.
    pub(super) fn start(&self) -> Option<(u64, u64)> {
        let record = self.records.first().filter(|record| record.kind == EPOCH_START && record.number == 1)?;
        let epoch = record.payload.get("previous_epoch").and_then(Value::as_u64).unwrap_or_default();
        Some((epoch, digits(record.payload.get("previous_last_sequence")).unwrap_or_default()))
    }

    /// The number of a record that ends the epoch or the lane.
    pub(super) fn end(&self) -> Option<u64> {
        self.records.iter().find(|record| ENDS.contains(&record.kind)).map(|record| record.number)
    }

    /// Ranges that it declares dropped, by first number and count.
    pub(super) fn late(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let late = self.records.iter().filter(|record| record.kind == LATE_DROPS);
        late.filter_map(|record| Some((digits(record.payload.get("first"))?, digits(record.payload.get("count"))?)))
    }

    /// Whether a record of it has one of so many numbers.
    pub(super) fn has_one_of(&self, first: u64, count: u64) -> Option<u64> {
        let within = |number: &u64| *number >= first && *number - first < count;
        self.records.iter().map(|record| record.number).find(within)
    }
}

impl Record {
    fn read(record: &Value) -> Option<Self> {
        Some(Self {
            number: digits(record.get("sequence"))?,
            kind: record.get("kind")?.as_u64()?,
            time_us: digits(record.get("time_us"))?,
            payload: record.get("payload").cloned().unwrap_or_default(),
        })
    }

    /// Whether it is one of the producer's own.
    pub(super) fn is_control(&self) -> bool {
        CONTROL.contains(&self.kind)
    }

    /// The offer that it is.
    pub(super) fn offer(&self) -> Option<u64> {
        self.time_us.checked_sub(FIRST_OFFER_US).filter(|_| self.kind == OFFERED)
    }
}

fn digits(value: Option<&Value>) -> Option<u64> {
    value?.as_str()?.parse().ok()
}
