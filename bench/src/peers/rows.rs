//! Rows in protobuf, each after its length, in one buffer.

use prost::Message;

use super::pack::{Packer, Packing};
use super::row::Row;
use crate::error::Error;
use crate::event::Event;
use crate::peer::Peer;
use crate::visit::Visit;

pub(super) struct Rows(Packer);

impl Rows {
    pub(super) fn new(packing: Packing) -> Result<Self, Error> {
        Ok(Self(Packer::new(packing)?))
    }
}

impl Peer for Rows {
    type Built<'e> = Vec<Row>;

    fn build(&mut self, events: &[Event]) -> Result<Vec<Row>, Error> {
        Ok(events.iter().map(Row::from).collect())
    }

    fn encode(&mut self, rows: &mut Vec<Row>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.0.pack(out, |raw| rows.iter().try_for_each(|row| row.encode_length_delimited(raw).map_err(Error::library)))
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let mut rows = self.0.unpack(frame)?;
        while !rows.is_empty() {
            Row::decode_length_delimited(&mut rows).map_err(Error::library)?.show(visit)?;
        }
        Ok(())
    }
}
