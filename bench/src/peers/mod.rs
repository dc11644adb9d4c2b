//! The other formats, each with the library that its users take and tuned as they would: contexts and buffers are kept,
//! one compression a frame, schemas known to both sides.

mod ancestor;
mod arrow;
mod avro;
mod json;
mod kafka;
mod otlp;
mod pack;
mod rkyv;
mod row;
mod rows;

use crate::corpus::Corpus;
use crate::error::Error;
use crate::report::names::{ANCESTOR, ARROW, KAFKA, OTLP};
use crate::subject::{Lane, Subject};

use arrow::SchemaFrom;
use pack::Packing;

/// A peer, not yet made.
struct Entry {
    name: &'static str,
    make: Make,
}

/// Which peer.
#[derive(Clone, Copy)]
enum Make {
    Rows(Packing),
    Otlp(Packing),
    Kafka(i32),
    Avro(Packing),
    Arrow(i32, SchemaFrom),
    Json(Packing),
    Rkyv,
}

const fn entry(name: &'static str, make: Make) -> Entry {
    Entry { name, make }
}

/// The peers, in the order of tables.
const PEERS: [Entry; 17] = [
    entry("prost rows", Make::Rows(Packing::None)),
    entry("prost rows, zstd-1", Make::Rows(Packing::Zstd(1))),
    entry("prost rows, zstd-3", Make::Rows(Packing::Zstd(3))),
    entry("OTLP logs, zstd-1", Make::Otlp(Packing::Zstd(1))),
    entry(OTLP, Make::Otlp(Packing::Zstd(3))),
    entry("OTLP logs, gzip-6", Make::Otlp(Packing::Gzip(6))),
    entry("Kafka batch v2 + prost, zstd-1", Make::Kafka(1)),
    entry(KAFKA, Make::Kafka(3)),
    entry("Avro, zstd-1", Make::Avro(Packing::Zstd(1))),
    entry("Avro, zstd-3", Make::Avro(Packing::Zstd(3))),
    entry("Arrow IPC, zstd-1", Make::Arrow(1, SchemaFrom::Elsewhere)),
    entry(ARROW, Make::Arrow(3, SchemaFrom::Elsewhere)),
    entry("Arrow IPC with schema, zstd-3", Make::Arrow(3, SchemaFrom::Frame)),
    entry("JSON Lines", Make::Json(Packing::None)),
    entry("JSON Lines, zstd-1", Make::Json(Packing::Zstd(1))),
    entry("JSON Lines, zstd-3", Make::Json(Packing::Zstd(3))),
    entry("rkyv, checked", Make::Rkyv),
];

/// The ancestor, with one message a payload: it has no larger frames.
///
/// # Errors
///
/// None so far.
pub fn ancestor<'e>(corpus: &'e Corpus) -> Result<Box<dyn Subject + 'e>, Error> {
    Ok(Box::new(Lane::new(ANCESTOR, corpus, 1, || Ok(ancestor::Ancestor))?))
}

/// Every other peer with frames of `records` records.
///
/// # Errors
///
/// A peer cannot be made.
pub fn subjects<'e>(corpus: &'e Corpus, records: usize) -> Result<Vec<Box<dyn Subject + 'e>>, Error> {
    PEERS.iter().map(|entry| entry.subject(corpus, records)).collect()
}

impl Entry {
    fn subject<'e>(&self, corpus: &'e Corpus, records: usize) -> Result<Box<dyn Subject + 'e>, Error> {
        let name = self.name;
        Ok(match self.make {
            Make::Rows(packing) => Box::new(Lane::new(name, corpus, records, move || rows::Rows::new(packing))?),
            Make::Otlp(packing) => Box::new(Lane::new(name, corpus, records, move || otlp::Otlp::new(packing))?),
            Make::Kafka(level) => Box::new(Lane::new(name, corpus, records, move || kafka::Kafka::new(level))?),
            Make::Avro(packing) => Box::new(Lane::new(name, corpus, records, move || avro::Avro::new(packing))?),
            Make::Arrow(level, schema) => {
                Box::new(Lane::new(name, corpus, records, move || arrow::Arrow::new(level, schema))?)
            }
            Make::Json(packing) => Box::new(Lane::new(name, corpus, records, move || json::Json::new(packing))?),
            Make::Rkyv => Box::new(Lane::new(name, corpus, records, || Ok(rkyv::Rkyv::default()))?),
        })
    }
}
