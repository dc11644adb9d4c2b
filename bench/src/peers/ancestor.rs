//! The format that came before this one: one byte before each protobuf message, `00` raw or `01` zstd.
//!
//! As it is described: the kind of compression is a field inside the message, so the message is encoded to learn its
//! length, and encoded again when the field is set; zstd at level 3 above 512 bytes, with a new context each time; the
//! reader asks for a buffer of 10 MB for each message that is compressed.

use prost::Message;

use super::row::Row;
use crate::error::Error;
use crate::event::Event;
use crate::peer::Peer;
use crate::visit::Visit;

const RAW: u8 = 0;
const ZSTD: u8 = 1;
const LEVEL: i32 = 3;
const THRESHOLD: usize = 512;
const MAX_DECOMPRESSED: usize = 10 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Ancestor;

impl Peer for Ancestor {
    type Built<'e> = Vec<Row>;

    fn build(&mut self, events: &[Event]) -> Result<Vec<Row>, Error> {
        Ok(events.iter().map(Row::from).collect())
    }

    fn encode(&mut self, rows: &mut Vec<Row>, out: &mut Vec<u8>) -> Result<(), Error> {
        let [row] = rows.as_mut_slice() else { return Err(Error::library("one message a payload")) };
        let compress = row.encode_to_vec().len() > THRESHOLD;
        if let Some(header) = &mut row.header {
            header.compression = u32::from(compress);
        }
        let encoded = row.encode_to_vec();
        if compress {
            out.push(ZSTD);
            out.extend_from_slice(&zstd::encode_all(encoded.as_slice(), LEVEL)?);
        } else {
            out.push(RAW);
            out.extend_from_slice(&encoded);
        }
        Ok(())
    }

    fn decode(&mut self, payload: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let row = match payload.split_first() {
            Some((&RAW, message)) => Row::decode(message),
            Some((&ZSTD, stored)) => {
                let mut message = Vec::with_capacity(MAX_DECOMPRESSED);
                zstd::bulk::Decompressor::new()?.decompress_to_buffer(stored, &mut message)?;
                Row::decode(message.as_slice())
            }
            // "Anything else: assume legacy protobuf."
            _ => Row::decode(payload),
        };
        row.map_err(Error::library)?.show(visit)
    }
}
