//! The records of a frame that has passed: each is judged alone (spec/records.md).

use super::body::{self, Body};
use super::bytes::{cut, size, wide};
use super::gate::{Fault, Gate};
use super::lints::Lints;
use super::metadata::Metadata;
use super::prelude::Prelude;
use super::rules;
use super::schema::{CONTROL_KINDS, Schema, Type, message_of};
use super::wire::{Scan, Tree, Value};

/// What became of a record.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its kind is known and its payload in order.
    Known,
    /// Its kind is odd and not known: the payload, unread.
    Opaque(Vec<u8>),
    /// It was rejected.
    Rejected(Fault),
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Sequence number.
    pub sequence: i128,
    /// Kind.
    pub kind: u64,
    /// Time in microseconds.
    pub time_us: i128,
    /// thread, node, run and task, in this order, where the record names them.
    pub places: Vec<(&'static str, String)>,
    /// Sequence number of the parent.
    pub parent: Option<i128>,
    /// The record's own trace, or the metadata's.
    pub trace_id: Option<Vec<u8>>,
    /// Span.
    pub span_id: Option<Vec<u8>>,
    /// What became of it.
    pub outcome: Outcome,
    /// The payload, as far as it can be made out, where the kind is known.
    pub message: Option<(&'static Schema, Tree)>,
}

/// A payload, and the record that it belongs to.
struct Payload {
    kind: u64,
    /// Offset of the record's value in the kind column.
    kind_at: u64,
    sequence: i128,
    bytes: Vec<u8>,
    /// Offset that PAYLOAD reports.
    at: u64,
}

/// What a payload is judged by, apart from its bytes.
pub struct Frame<'a> {
    /// Asked about every rule.
    pub gate: Gate,
    /// The prelude.
    pub prelude: &'a Prelude,
    /// The metadata.
    pub metadata: &'a Metadata,
    /// The body.
    pub body: &'a Body,
}

impl Frame<'_> {
    /// Every record, in order.
    pub fn records(&self, lints: &mut Lints) -> Vec<Record> {
        let count = size(self.prelude.record_count);
        let mut records = Vec::new();
        let mut time_us = self.metadata.base_time();
        let mut offset = 0;
        for (i, sequence) in (0..).zip(self.body.sequences(&self.gate, self.prelude, count)) {
            let delta = self.body.value(body::TIME_DELTA, i).unwrap_or(0);
            time_us += i128::from(body::signed(delta));
            let length = size(self.body.value(body::PAYLOAD_LEN, i).unwrap_or(0));
            records.push(self.record(i, sequence, time_us, (offset, length), lints));
            offset = offset.saturating_add(length);
        }
        records
    }

    fn record(
        &self,
        i: usize,
        sequence: i128,
        time_us: i128,
        (offset, length): (usize, usize),
        lints: &mut Lints,
    ) -> Record {
        let column = |number| self.body.value(number, i).unwrap_or(0);
        let kind = column(body::KIND);
        let (bytes, at) = self.payload_at(offset, length);
        let parent = column(body::PARENT_DELTA);
        let trace = body::id(self.body.trace_ids.as_ref(), 16, column(body::TRACE_REF));
        let default_trace = Some(self.metadata.trace_id()).filter(|trace| !trace.is_empty());
        let kind_at = self.body.value_at(body::KIND, i);
        let payload = Payload { kind, kind_at, sequence, bytes, at };
        let (outcome, message) = self.judge(&payload, lints);
        Record {
            sequence,
            kind,
            time_us,
            places: self.places(i),
            parent: (parent != 0).then(|| sequence - i128::from(parent)),
            trace_id: trace.or(default_trace),
            span_id: body::id(self.body.span_ids.as_ref(), 8, column(body::SPAN_REF)),
            outcome,
            message,
        }
    }

    /// The bytes of a payload, and the offset that PAYLOAD reports for it.
    fn payload_at(&self, offset: usize, length: usize) -> (Vec<u8>, u64) {
        let empty = self.gate.strict("REC-025.empty-payloads");
        match &self.body.payloads {
            // REC-025
            Some(_) if length == 0 && self.gate.strict("REC-025.empty") => (Vec::new(), self.body.raw_len),
            // REC-025
            Some(all) if !all.bytes.is_empty() || empty => {
                let to = offset.saturating_add(length);
                (cut(&all.bytes, offset, to), all.at.saturating_add(wide(offset)))
            }
            _ => (Vec::new(), self.body.raw_len),
        }
    }

    fn places(&self, i: usize) -> Vec<(&'static str, String)> {
        let columns = [("thread", body::THREAD), ("node", body::NODE), ("run", body::RUN), ("task", body::TASK)];
        let mut places = Vec::new();
        for (name, number) in columns {
            let reference = self.body.value(number, i).unwrap_or(0);
            if reference != 0 {
                places.push((name, self.string(reference)));
            }
        }
        places
    }

    /// The string that a ref of 1 or more stands for.
    #[must_use]
    pub fn string(&self, reference: u64) -> String {
        let index = size(reference).saturating_sub(1);
        self.body.strings.get(index).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// REC-001: what becomes of one record, whatever becomes of the others.
    fn judge(&self, p: &Payload, lints: &mut Lints) -> (Outcome, Option<(&'static Schema, Tree)>) {
        let message = message_of(p.kind).map(|schema| {
            let mut ignored = Lints::new();
            let mut scan = Scan { gate: self.gate.lenient(), lints: &mut ignored };
            (schema, scan.message(&p.bytes, 0, schema).unwrap_or_default())
        });
        let outcome = match (self.known(p), &message) {
            (Err(fault), _) => Outcome::Rejected(fault),
            (Ok(()), None) => Outcome::Opaque(p.bytes.clone()),
            (Ok(()), Some((schema, tree))) => {
                let mut found = Lints::new();
                match self.payload(p, schema, tree, &mut found) {
                    Ok(()) => {
                        lints.extend(found);
                        Outcome::Known
                    }
                    Err(fault) => Outcome::Rejected(fault),
                }
            }
        };
        (outcome, message)
    }

    /// REC-024, REC-003, REC-002
    fn known(&self, p: &Payload) -> Result<(), Fault> {
        let gate = &self.gate;
        let stays = CONTROL_KINDS.contains(&p.kind);
        let foreign = !stays && self.metadata.redaction().is_some();
        let known = message_of(p.kind).is_some();
        let critical = !known && p.kind.is_multiple_of(2);
        // ERR-001
        if gate.swapped() != Some("UNKNOWN_CRITICAL_KIND<PAYLOAD") {
            gate.check("REC-024", foreign, "PAYLOAD", p.at)?;
        }
        gate.check("REC-003", critical, "UNKNOWN_CRITICAL_KIND", p.kind_at)?;
        gate.check("REC-024", foreign, "PAYLOAD", p.at)?;
        let odd = !known && p.kind % 2 == 1;
        gate.accept("REC-002", odd, "UNKNOWN_CRITICAL_KIND", p.kind_at)
    }

    /// REC-004, REC-005, REC-010 to REC-023
    fn payload(&self, p: &Payload, schema: &Schema, tree: &Tree, lints: &mut Lints) -> Result<(), Fault> {
        let mut scan = Scan { gate: self.gate, lints };
        let failed = scan.message(&p.bytes, 0, schema).is_err();
        self.gate.check("REC-004", failed, "PAYLOAD", p.at)?;
        let bad_ref = has_bad_ref(schema, tree, wide(self.body.strings.len()));
        self.gate.check("REC-005", bad_ref, "PAYLOAD", p.at)?;
        let place = rules::Place {
            kind: p.kind,
            sequence: p.sequence,
            epoch: self.prelude.epoch,
            redaction: self.metadata.redaction().is_some(),
            attributes: if self.gate.strict("REC-010.few") { 8 } else { usize::MAX },
        };
        for (requirement, broken) in rules::broken(&place, schema, tree) {
            self.gate.check(requirement, broken, "PAYLOAD", p.at)?;
        }
        let twins = rules::has_keys_of_one_string(schema, tree, &self.body.strings);
        self.gate.accept("REC-010.strings", twins, "PAYLOAD", p.at)
    }
}

/// Whether a field whose name ends in `_ref`, at any depth, is above the number of strings.
fn has_bad_ref(schema: &Schema, tree: &Tree, strings: u64) -> bool {
    tree.fields.iter().any(|field| {
        let def = schema.field(field.number);
        let is_ref = def.is_some_and(super::schema::FieldDef::is_ref);
        match (&field.value, def.map(|def| def.kind)) {
            (Value::Message(inner), Some(Type::Message(schema))) => has_bad_ref(schema, inner, strings),
            (Value::Number(number), _) => is_ref && *number > strings,
            (Value::Packed(entries), _) => is_ref && entries.iter().any(|e| e.bits > strings),
            _ => false,
        }
    })
}
