//! Arrow IPC: a record batch a frame, its repeated texts in dictionaries, its buffers compressed with zstd by the
//! library. The dictionaries go with every frame, for frames have to stand alone.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::CompressionType;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteContext, IpcWriteOptions, write_message};

use crate::error::Error;
use crate::event::Event;
use crate::peer::Peer;
use crate::visit::Visit;

mod columns;
mod scan;

use columns::{Columns, DICTIONARIES, SCHEMA};

/// Where a reader has the schema from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemaFrom {
    /// It knows it, as readers of the other formats do.
    Elsewhere,
    /// From the frame, which is then a stream as any reader of Arrow takes it.
    Frame,
}

/// The end of a stream.
const END: [u8; 8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

pub(super) struct Arrow {
    schema_from: SchemaFrom,
    /// The message with the schema.
    schema: Vec<u8>,
    options: IpcWriteOptions,
    generator: IpcDataGenerator,
    context: IpcWriteContext,
    dictionaries: DictionaryTracker,
    columns: Columns,
    /// Has read the schema.
    decoder: StreamDecoder,
}

impl Arrow {
    pub(super) fn new(level: i32, schema_from: SchemaFrom) -> Result<Self, Error> {
        let options = IpcWriteOptions::default()
            .try_with_compression(Some(CompressionType::ZSTD))
            .and_then(|options| options.try_with_compression_level(Some(level)))
            .map_err(Error::library)?;
        let generator = IpcDataGenerator::default();
        let mut dictionaries = DictionaryTracker::new(false);
        let message = generator.schema_to_bytes_with_dictionary_tracker(&SCHEMA, &mut dictionaries, &options);
        let mut schema = Vec::new();
        write_message(&mut schema, message, &options).map_err(Error::library)?;
        let mut decoder = StreamDecoder::new();
        decoder.decode(&mut Buffer::from(schema.as_slice())).map_err(Error::library)?;
        let (context, columns) = (IpcWriteContext::default(), Columns::default());
        Ok(Self { schema_from, schema, options, generator, context, dictionaries, columns, decoder })
    }

    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let Self { options, generator, context, dictionaries, .. } = self;
        // A frame before this one may not have reached the reader.
        dictionaries.clear();
        for _ in 0..DICTIONARIES {
            dictionaries.next_dict_id();
        }
        let (encoded, batch) = generator.encode(batch, dictionaries, options, context).map_err(Error::library)?;
        for message in encoded.into_iter().chain([batch]) {
            write_message(&mut *out, message, options).map_err(Error::library)?;
        }
        Ok(())
    }
}

impl Peer for Arrow {
    type Built<'e> = &'e [Event];

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<&'e [Event], Error> {
        Ok(events)
    }

    fn encode(&mut self, events: &mut &[Event], out: &mut Vec<u8>) -> Result<(), Error> {
        for event in *events {
            self.columns.push(event)?;
        }
        let batch = self.columns.finish()?;
        if self.schema_from == SchemaFrom::Elsewhere {
            return self.write(&batch, out);
        }
        out.extend_from_slice(&self.schema);
        self.write(&batch, out)?;
        out.extend_from_slice(&END);
        Ok(())
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let mut frame = Buffer::from(frame);
        if self.schema_from == SchemaFrom::Frame {
            self.decoder = StreamDecoder::new();
        }
        while !frame.is_empty() {
            if let Some(batch) = self.decoder.decode(&mut frame).map_err(Error::library)? {
                scan::scan(&batch, visit)?;
            }
        }
        Ok(())
    }
}
