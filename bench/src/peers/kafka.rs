//! A Kafka record batch (version 2) with one protobuf message a value, compressed with zstd by contexts that are kept,
//! not by the library's own code, which makes a context and a stream for each batch. No keys, which only adds to what
//! the peer saves.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};
use kafka_protocol::records::{
    Compression, NO_PARTITION_LEADER_EPOCH, Record, RecordBatchDecoder, RecordBatchEncoder, RecordEncodeOptions,
    TimestampType,
};
use prost::Message;
use zstd::zstd_safe::{CCtx, CParameter, DCtx};

use super::pack::{compress, decompress};
use super::row::Row;
use crate::error::Error;
use crate::event::Event;
use crate::peer::Peer;
use crate::visit::Visit;

pub(super) struct Kafka {
    compressor: RefCell<CCtx<'static>>,
    decompressor: RefCell<DCtx<'static>>,
    /// The values of a batch, one after another.
    values: BytesMut,
    records: Vec<Record>,
}

impl Kafka {
    pub(super) fn new(level: i32) -> Result<Self, Error> {
        let mut compressor = CCtx::create();
        let set = compressor.set_parameter(CParameter::CompressionLevel(level));
        set.map_err(|code| Error::library(zstd::zstd_safe::get_error_name(code)))?;
        Ok(Self {
            compressor: RefCell::new(compressor),
            decompressor: RefCell::new(DCtx::create()),
            values: BytesMut::new(),
            records: Vec::new(),
        })
    }
}

/// The record of the nth message of the batch.
fn record(place: i64, timestamp: i64, value: Bytes) -> Record {
    Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
        producer_id: 7,
        producer_epoch: 1,
        timestamp_type: TimestampType::Creation,
        offset: place,
        sequence: i32::try_from(place).unwrap_or_default(),
        timestamp,
        key: None,
        value: Some(value),
        headers: Default::default(),
    }
}

impl Peer for Kafka {
    type Built<'e> = Vec<Row>;

    fn build(&mut self, events: &[Event]) -> Result<Vec<Row>, Error> {
        Ok(events.iter().map(Row::from).collect())
    }

    fn encode(&mut self, rows: &mut Vec<Row>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.records.clear();
        for (place, row) in (0..).zip(rows) {
            row.encode(&mut self.values).map_err(Error::library)?;
            let time_ms = row.header.as_ref().map_or(0, |header| header.timestamp_us / 1_000);
            self.records.push(record(place, time_ms.cast_signed(), self.values.split().freeze()));
        }
        let options = RecordEncodeOptions { version: 2, compression: Compression::Zstd };
        let pack = |raw: &mut BytesMut, out: &mut Vec<u8>, _: Compression| {
            Ok(compress(&mut self.compressor.borrow_mut(), raw, out)?)
        };
        let encoded = RecordBatchEncoder::encode_with_custom_compression(out, &self.records, &options, Some(pack));
        encoded.map_err(Error::library)
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let unpack = |stored: &mut Bytes, _: Compression| {
            let mut raw = Vec::new();
            decompress(&mut self.decompressor.borrow_mut(), stored, &mut raw)?;
            Ok(Bytes::from(raw))
        };
        let mut frame = Bytes::copy_from_slice(frame);
        let set = RecordBatchDecoder::decode_with_custom_compression(&mut frame, Some(unpack));
        for record in set.map_err(Error::library)?.records {
            let value = record.value.unwrap_or_default();
            Row::decode(value).map_err(Error::library)?.show(visit)?;
        }
        Ok(())
    }
}
