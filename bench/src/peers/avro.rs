//! Avro: datums of a schema that both sides know, one after another, through serde and not through the library's tree of
//! values, which takes more time and memory.

use std::fmt;
use std::sync::LazyLock;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::pack::{Packer, Packing};
use crate::error::Error;
use crate::event::{Event, What};
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

static SCHEMA: LazyLock<Result<Schema, String>> =
    LazyLock::new(|| Schema::parse_str(include_str!("avro.json")).map_err(|error| error.to_string()));

pub(super) struct Avro {
    packer: Packer,
    writer: GenericDatumWriter<'static>,
    reader: GenericDatumReader<'static>,
}

impl Avro {
    pub(super) fn new(packing: Packing) -> Result<Self, Error> {
        let schema = SCHEMA.as_ref().map_err(Error::library)?;
        let writer = GenericDatumWriter::builder(schema).human_readable(false).build().map_err(Error::library)?;
        let reader = GenericDatumReader::builder(schema).human_readable(false).build().map_err(Error::library)?;
        Ok(Self { packer: Packer::new(packing)?, writer, reader })
    }
}

/// An event; written with borrowed texts, and read with its own, for the library reads from a stream.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Event")]
pub(super) struct Datum<T> {
    id: Id,
    sequence: i64,
    t_us: i64,
    tenant: T,
    thread: T,
    node: T,
    payload: Payload<T>,
}

struct Id([u8; 16]);

#[derive(Serialize, Deserialize)]
enum Payload<T> {
    GraphStart,
    GraphEnd,
    NodeStart,
    NodeEnd { duration_us: i64 },
    Token { request: T, model: T, index: u32, text: T, last: bool },
    ToolCall { call: T, tool: T, arguments: T },
    ToolResult { call: T, tool: T, result: T, duration_us: i64 },
    Metrics { ints: Vec<Int<T>>, floats: Vec<Float<T>> },
    StateDiff { ops: Vec<Operation<T>> },
}

#[derive(Serialize, Deserialize)]
struct Int<T> {
    name: T,
    value: i64,
}

#[derive(Serialize, Deserialize)]
struct Float<T> {
    name: T,
    value: f64,
}

#[derive(Serialize, Deserialize)]
struct Operation<T> {
    op: i32,
    path: T,
    from: T,
    value: T,
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("16 bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Id, E> {
                bytes.try_into().map(Id).map_err(E::custom)
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

impl<'e> From<&'e Event> for Datum<&'e str> {
    fn from(event: &'e Event) -> Self {
        Self {
            id: Id(event.id),
            sequence: event.sequence.cast_signed(),
            t_us: event.t_us.cast_signed(),
            tenant: &event.tenant,
            thread: &event.thread,
            node: &event.node,
            payload: Payload::from(&event.what),
        }
    }
}

impl<'e> From<&'e What> for Payload<&'e str> {
    fn from(what: &'e What) -> Self {
        match what {
            What::GraphStart => Self::GraphStart,
            What::GraphEnd => Self::GraphEnd,
            What::NodeStart => Self::NodeStart,
            What::NodeEnd { duration_us } => Self::NodeEnd { duration_us: duration_us.cast_signed() },
            What::Token { request, model, index, text, last } => {
                Self::Token { request, model, index: *index, text, last: *last }
            }
            What::ToolCall { call, tool, arguments } => Self::ToolCall { call, tool, arguments },
            What::ToolResult { call, tool, result, duration_us } => {
                Self::ToolResult { call, tool, result, duration_us: duration_us.cast_signed() }
            }
            What::Metrics { ints, floats } => Self::Metrics {
                ints: ints.iter().map(|(name, value)| Int { name: name.as_str(), value: *value }).collect(),
                floats: floats.iter().map(|(name, value)| Float { name: name.as_str(), value: *value }).collect(),
            },
            What::StateDiff { ops } => {
                let operation = |op: &'e crate::event::Op| Operation {
                    op: op.op.cast_signed(),
                    path: op.path.as_str(),
                    from: op.from.as_str(),
                    value: op.value.as_str(),
                };
                Self::StateDiff { ops: ops.iter().map(operation).collect() }
            }
        }
    }
}

impl Peer for Avro {
    type Built<'e> = Vec<Datum<&'e str>>;

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<Vec<Datum<&'e str>>, Error> {
        Ok(events.iter().map(Datum::from).collect())
    }

    fn encode(&mut self, datums: &mut Vec<Datum<&str>>, out: &mut Vec<u8>) -> Result<(), Error> {
        let Self { packer, writer, .. } = self;
        packer.pack(out, |raw| {
            for datum in datums.iter() {
                writer.write_ser(raw, datum).map_err(Error::library)?;
            }
            Ok(())
        })
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let Self { packer, reader, .. } = self;
        let mut datums = packer.unpack(frame)?;
        while !datums.is_empty() {
            let datum: Datum<String> = reader.read_deser(&mut datums).map_err(Error::library)?;
            show(&datum, visit);
        }
        Ok(())
    }
}

fn show(datum: &Datum<String>, visit: &mut impl Visit) {
    visit.id(&datum.id.0);
    let head = Head {
        sequence: datum.sequence.cast_unsigned(),
        t_us: datum.t_us.cast_unsigned(),
        tenant: &datum.tenant,
        thread: &datum.thread,
        node: &datum.node,
    };
    match &datum.payload {
        Payload::GraphStart => visit.event(head, View::GraphStart),
        Payload::GraphEnd => visit.event(head, View::GraphEnd),
        Payload::NodeStart => visit.event(head, View::NodeStart),
        Payload::NodeEnd { duration_us } => {
            visit.event(head, View::NodeEnd { duration_us: duration_us.cast_unsigned() });
        }
        Payload::Token { request, model, index, text, last } => {
            visit.event(head, View::Token { request, model, index: *index, text, last: *last });
        }
        Payload::ToolCall { call, tool, arguments } => visit.event(head, View::ToolCall { call, tool, arguments }),
        Payload::ToolResult { call, tool, result, duration_us } => {
            visit.event(head, View::ToolResult { call, tool, result, duration_us: duration_us.cast_unsigned() });
        }
        Payload::Metrics { ints, floats } => {
            visit.event(head, View::Metrics);
            ints.iter().for_each(|Int { name, value }| visit.int(name, *value));
            floats.iter().for_each(|Float { name, value }| visit.float(name, *value));
        }
        Payload::StateDiff { ops } => {
            visit.event(head, View::StateDiff);
            ops.iter().for_each(|op| visit.op(op.op.cast_unsigned(), &op.path, &op.from, &op.value));
        }
    }
}
