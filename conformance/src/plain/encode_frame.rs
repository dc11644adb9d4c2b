//! The parts of a frame that is being written, from the JSON form.

use super::body;
use super::bytes::wide;
use super::encode_input::{Strings, array, bytes, digits, input, long, number, object, refuse};
use super::encode_input::{string, varint, zigzag};
use super::gate::{Fault, Gate};
use super::schema::{METADATA, message_of};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

const MAX_SEQUENCE: i128 = 9_007_199_254_740_991;

/// A frame that is being written, before its body is compressed.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// The producer, 16 bytes.
    pub producer_id: Vec<u8>,
    /// First number.
    pub base_sequence: u64,
    /// Epoch.
    pub epoch: u64,
    /// Lane.
    pub lane: u64,
    /// Ancillary flags that the caller asked for.
    pub ancillary_flags: u64,
    /// Records.
    pub record_count: u64,
    /// Sum of the drop counts.
    pub drop_count: u64,
    /// The metadata.
    pub metadata: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

/// Reads the input of a writer.
///
/// # Errors
/// The code of spec/writer-input.md.
pub(super) fn parts(gate: &Gate, content: &Json) -> Result<Parts, Fault> {
    let content = object(content)?;
    known_keys(gate, &content, &["header", "metadata", "records"])?;
    // JSON-002
    let sizes = !gate.strict("JSON-002.sizes");
    let skips = gate.strict("JSON-002.skips");
    let content = if skips { readable(gate, &content) } else { content };
    let mut parts = Parts::default();
    header(gate, &mut parts, &object(content.get("header").ok_or_else(input)?)?)?;
    let metadata = content.get("metadata").ok_or_else(input)?;
    parts.metadata = Strings::new(*gate).message(&METADATA, metadata)?;
    if sizes && parts.metadata.len() > 16_384 {
        return Err(refuse("METADATA_LEN", "JSON-002"));
    }
    let metadata = object(metadata)?;
    parts.drop_count = drop_count(gate, &metadata, sizes)?;
    let mut records = array(content.get("records").ok_or_else(input)?)?;
    // JSON-004
    if gate.strict("JSON-004.sorts") {
        records.sort_by_key(|record| record.get("sequence").and_then(|json| digits(*gate, json).ok()));
    }
    parts.record_count = wide(records.len());
    if sizes && (records.is_empty() || records.len() > 65_535) {
        return Err(refuse("COUNT", "JSON-002"));
    }
    let mut writer = Columns::new(*gate, &parts, &metadata)?;
    for record in &records {
        if !skips {
            writer.record(&object(record)?)?;
            continue;
        }
        let mut trial = writer.clone();
        if object(record).and_then(|record| trial.record(&record)).is_ok() {
            writer = trial;
        }
    }
    parts.body = writer.body();
    if sizes && parts.body.len() > 8_388_608 {
        return Err(refuse("RAW_LEN", "JSON-002"));
    }
    Ok(parts)
}

/// JSON-002.skips: the content without the fields of header and metadata that are refused.
fn readable(gate: &Gate, content: &Map<String, Json>) -> Map<String, Json> {
    let good = json!({"producer_id": "01".repeat(16), "base_sequence": "1", "epoch": 1});
    let good = good.as_object().cloned().unwrap_or_default();
    let mut whole = content.clone();
    let mut readable_header = good.clone();
    for (key, value) in content.get("header").and_then(Json::as_object).into_iter().flatten() {
        let mut trial = good.clone();
        trial.insert(key.clone(), value.clone());
        if header(gate, &mut Parts::default(), &trial).is_ok() {
            readable_header.insert(key.clone(), value.clone());
        }
    }
    whole.insert("header".to_owned(), Json::Object(readable_header));
    let mut metadata = Map::new();
    metadata.insert("tenant".to_owned(), "someone".into());
    metadata.insert("boot_nonce".to_owned(), "00".repeat(8).into());
    for (key, value) in content.get("metadata").and_then(Json::as_object).into_iter().flatten() {
        let alone = Json::Object(Map::from_iter([(key.clone(), value.clone())]));
        if Strings::new(*gate).message(&METADATA, &alone).is_ok() {
            metadata.insert(key.clone(), value.clone());
        }
    }
    whole.insert("metadata".to_owned(), Json::Object(metadata));
    if !content.get("records").is_some_and(Json::is_array) {
        whole.insert("records".to_owned(), json!([]));
    }
    whole
}

/// Keys of `header` that a writer derives.
const DERIVED: [&str; 9] = [
    "version",
    "critical_flags",
    "body_len",
    "raw_len",
    "metadata_len",
    "codec",
    "schema",
    "record_count",
    "drop_count",
];

/// Refuses an object with a key that its form does not have.
fn known_keys(gate: &Gate, object: &Map<String, Json>, known: &[&str]) -> Result<(), Fault> {
    let foreign = object.keys().any(|key| !known.contains(&key.as_str()));
    // JSON-002
    if foreign && !gate.strict("JSON-002.keys") { Err(input()) } else { Ok(()) }
}

fn header(gate: &Gate, parts: &mut Parts, header: &Map<String, Json>) -> Result<(), Fault> {
    let read = ["producer_id", "base_sequence", "epoch", "lane", "ancillary_flags"];
    known_keys(gate, header, &[&read[..], &DERIVED[..]].concat())?;
    // JSON-001
    if gate.strict("JSON-001.derived") {
        DERIVED.iter().filter_map(|key| header.get(*key)).try_for_each(|json| number(*gate, json).map(drop))?;
    }
    let field = |name: &str| header.get(name).ok_or_else(input);
    let small =
        |json: &Json| number(*gate, json).and_then(|n| if n > u64::from(u32::MAX) { Err(input()) } else { Ok(n) });
    parts.producer_id = bytes(field("producer_id")?)?;
    if parts.producer_id.len() != 16 {
        return Err(input());
    }
    parts.base_sequence = u64::try_from(digits(*gate, field("base_sequence")?)?).map_err(|_| input())?;
    parts.epoch = small(field("epoch")?)?;
    parts.lane = header.get("lane").map_or(Ok(0), small)?;
    parts.ancillary_flags = header.get("ancillary_flags").map_or(Ok(0), small)?;
    if parts.ancillary_flags > 255 {
        return Err(input());
    }
    Ok(())
}

fn drop_count(gate: &Gate, metadata: &Map<String, Json>, sizes: bool) -> Result<u64, Fault> {
    let mut sum = 0_u128;
    if let Some(counts) = metadata.get("drop_reason_count") {
        for count in array(counts)? {
            sum += u128::from(number(*gate, &count)?);
        }
    }
    if sizes && sum > 65_535 {
        return Err(refuse("METADATA_FIELD", "JSON-002"));
    }
    u64::try_from(sum).map_err(|_| input())
}

/// Ids of one length, each once.
#[derive(Clone, Debug, Default)]
struct Ids {
    all: Vec<u8>,
    numbers: BTreeMap<Vec<u8>, u64>,
}

impl Ids {
    fn of(&mut self, id: &[u8], id_len: usize) -> Result<u64, Fault> {
        if id.len() != id_len {
            return Err(input());
        }
        let next = wide(self.numbers.len()) + 1;
        let known = self.numbers.get(id).copied();
        if known.is_none() {
            self.all.extend(id);
            self.numbers.insert(id.to_vec(), next);
        }
        Ok(known.unwrap_or(next))
    }
}

/// The columns of a body that is being written.
#[derive(Clone)]
struct Columns {
    gate: Gate,
    strings: Strings,
    columns: BTreeMap<u32, Vec<u64>>,
    trace_ids: Ids,
    span_ids: Ids,
    payloads: Vec<u8>,
    sequence: i128,
    time_us: i128,
    last_number: i128,
    default_trace: Vec<u8>,
}

impl Columns {
    fn new(gate: Gate, parts: &Parts, metadata: &Map<String, Json>) -> Result<Self, Fault> {
        let base = i128::from(parts.base_sequence);
        let time_us = metadata.get("base_time_us").map_or(Ok(0), |json| digits(gate, json))?;
        if time_us > MAX_SEQUENCE && !gate.strict("JSON-002") {
            return Err(refuse("METADATA_WIRE", "JSON-002"));
        }
        Ok(Self {
            gate,
            strings: Strings::new(gate),
            columns: BTreeMap::new(),
            trace_ids: Ids::default(),
            span_ids: Ids::default(),
            payloads: Vec::new(),
            sequence: base - 1,
            time_us,
            last_number: base - 1 + i128::from(parts.record_count + parts.drop_count),
            default_trace: metadata.get("trace_id").map_or(Ok(Vec::new()), bytes)?,
        })
    }

    fn put(&mut self, column: u32, value: u64) {
        self.columns.entry(column).or_default().push(value);
    }

    fn record(&mut self, record: &Map<String, Json>) -> Result<(), Fault> {
        let known = [
            "sequence", "kind", "time_us", "thread", "node", "run", "task", "parent", "trace_id", "span_id", "payload",
            "opaque",
        ];
        known_keys(&self.gate, record, &known)?;
        let kind = number(self.gate, record.get("kind").ok_or_else(input)?)?;
        self.put(body::KIND, kind);
        self.sequence(record)?;
        self.time(record)?;
        self.parent(record)?;
        let places = [("thread", body::THREAD), ("node", body::NODE), ("run", body::RUN), ("task", body::TASK)];
        for (name, column) in places {
            let reference = match record.get(name) {
                // JSON-002
                Some(text) if text == "" && self.gate.strict("JSON-002.empty-text") => 0,
                Some(text) => self.strings.of(&string(text)?),
                None => 0,
            };
            self.put(column, reference);
        }
        self.ids(record)?;
        self.payload(kind, record)
    }

    fn sequence(&mut self, record: &Map<String, Json>) -> Result<(), Fault> {
        let mut sequence = match record.get("sequence") {
            Some(json) => digits(self.gate, json)?,
            None => self.sequence + 1,
        };
        if sequence <= self.sequence {
            // JSON-004
            if !self.gate.strict("JSON-004") {
                return Err(refuse("INPUT", "JSON-004"));
            }
            sequence = self.sequence + 1;
        }
        if sequence > self.last_number && !self.gate.strict("JSON-002") {
            return Err(refuse("SEQUENCE_DELTA", "JSON-002"));
        }
        let delta = u64::try_from(sequence - self.sequence).map_err(|_| input())?;
        self.put(body::SEQUENCE_DELTA, delta);
        self.sequence = sequence;
        Ok(())
    }

    fn time(&mut self, record: &Map<String, Json>) -> Result<(), Fault> {
        let mut time_us = digits(self.gate, record.get("time_us").ok_or_else(input)?)?;
        // JSON-001
        if self.gate.strict("JSON-001") {
            time_us = self.time_us;
        }
        if time_us < 0 {
            return Err(input());
        }
        if time_us > MAX_SEQUENCE {
            return Err(refuse("TIME_RANGE", "JSON-002"));
        }
        let delta = i64::try_from(time_us - self.time_us).map_err(|_| input())?;
        self.put(body::TIME_DELTA, zigzag(delta));
        self.time_us = time_us;
        Ok(())
    }

    fn parent(&mut self, record: &Map<String, Json>) -> Result<(), Fault> {
        let delta = match record.get("parent") {
            Some(json) => self.sequence - digits(self.gate, json)?,
            None => 0,
        };
        if record.contains_key("parent") && (delta <= 0 || delta > self.sequence) {
            return Err(input());
        }
        let delta = u32::try_from(delta).map_err(|_| input())?;
        self.put(body::PARENT_DELTA, u64::from(delta));
        Ok(())
    }

    fn ids(&mut self, record: &Map<String, Json>) -> Result<(), Fault> {
        let trace = match record.get("trace_id") {
            Some(json) => bytes(json)?,
            // JSON-003
            None if self.default_trace.is_empty() || self.gate.strict("JSON-003") => self.default_trace.clone(),
            None => return Err(refuse("INPUT", "JSON-003")),
        };
        let own = trace != self.default_trace || (record.contains_key("trace_id") && trace.is_empty());
        // WRT-003
        let own = own || (!trace.is_empty() && self.gate.strict("WRT-003.trace"));
        let number = if own { self.trace_ids.of(&trace, 16)? } else { 0 };
        self.put(body::TRACE_REF, number);
        let number = match record.get("span_id") {
            Some(json) => self.span_ids.of(&bytes(json)?, 8)?,
            None => 0,
        };
        self.put(body::SPAN_REF, number);
        Ok(())
    }

    fn payload(&mut self, kind: u64, record: &Map<String, Json>) -> Result<(), Fault> {
        let (mut typed, mut opaque) = (record.get("payload"), record.get("opaque"));
        // JSON-002
        if self.gate.strict("JSON-002.both") && typed.is_some() && opaque.is_some() {
            typed = typed.filter(|_| message_of(kind).is_some());
            opaque = opaque.filter(|_| message_of(kind).is_none());
        }
        let payload = match (message_of(kind), typed, opaque) {
            (Some(schema), Some(json), None) => self.strings.message(schema, json)?,
            (None, None, Some(json)) => bytes(json)?,
            // An even kind that is not known is refused for that.
            (None, None, None) if kind.is_multiple_of(2) => Vec::new(),
            _ => return Err(input()),
        };
        self.put(body::PAYLOAD_LEN, wide(payload.len()));
        self.payloads.extend(payload);
        Ok(())
    }

    /// The message, fields in ascending order, nothing that may be left out.
    fn body(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for text in &self.strings.all {
            long(&mut out, 1, text.as_bytes());
        }
        for number in 2..=15 {
            match number {
                11 if !self.trace_ids.all.is_empty() => long(&mut out, 11, &self.trace_ids.all),
                13 if !self.span_ids.all.is_empty() => long(&mut out, 13, &self.span_ids.all),
                15 if !self.payloads.is_empty() => long(&mut out, 15, &self.payloads),
                _ => self.column(&mut out, number),
            }
        }
        out
    }

    fn column(&self, out: &mut Vec<u8>, number: u32) {
        let Some(values) = self.columns.get(&number) else {
            return;
        };
        let default = u64::from(number == body::SEQUENCE_DELTA);
        // WRT-003
        let untidy = self.gate.strict("WRT-003");
        if values.iter().all(|value| *value == default) && !untidy {
            return;
        }
        let mut packed = Vec::new();
        for value in values {
            varint(&mut packed, *value);
        }
        long(out, number, &packed);
    }
}
