//! Letters for tests.

use dashstream_codec::{
    BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, Error, FrameHeader, ReadOptions, RecordInput,
};
use dashstream_proto::v1;
use dashstream_stream::deadletter::{Failure, FrameRange, Letter, Origin, Owner, Spot, Tries};
use dashstream_stream::transport::{Header, Message, Position};

pub(crate) const NOW: u64 = 1_700_000_000_000_000;

/// A frame of some records of two runs.
pub(crate) fn frame(codec: Codec) -> Vec<u8> {
    let header =
        FrameHeader { producer_id: [0xA7; 16], epoch: 3, lane: 5, base_sequence: 100, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".to_owned(), boot_nonce: vec![7; 8], ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    batch.gather_contexts(true);
    for number in 0..12_u8 {
        let (run, node) = if number % 2 == 0 { ("run-1", "plan") } else { ("run-2", "act") };
        let record =
            RecordInput { kind: 5, run: Some(run), thread: Some("thread"), node: Some(node), ..RecordInput::default() };
        batch.push(record).unwrap();
    }
    let mut frame = Vec::new();
    let config = EncoderConfig { codec, threshold: 0, ..EncoderConfig::default() };
    batch.finish(&mut Encoder::new(config).unwrap(), &mut frame).unwrap();
    frame
}

fn spot(run: &str, node: &str) -> Spot {
    Spot { run: run.to_owned(), thread: "thread".to_owned(), node: node.to_owned(), task: String::new() }
}

/// What the letters of the frame say of it.
pub(crate) fn whose() -> (Option<FrameRange>, Option<Owner>) {
    let range = FrameRange { producer_id: [0xA7; 16], epoch: 3, lane: 5, base_sequence: 100, record_count: 12 };
    let contexts = vec![spot("run-1", "plan"), spot("run-2", "act")];
    (Some(range), Some(Owner { tenant: "acme".to_owned(), contexts }))
}

/// What the reader says of a value.
pub(crate) fn judge(value: Option<&[u8]>) -> Error {
    Decoder::new().decode_value(value, &ReadOptions::default()).map(|_| ()).unwrap_err()
}

pub(crate) fn header(name: &str, value: Option<&[u8]>) -> Header {
    Header { name: name.to_owned(), value: value.map(<[u8]>::to_vec) }
}

pub(crate) fn origin(offset: u64) -> Origin<'static> {
    Origin { topic: "events", position: Position { partition: 2, offset }, group: "billing" }
}

/// A letter of a frame that the application rejected.
pub(crate) fn letter(offset: u64) -> Letter {
    let message = Message { value: Some(frame(Codec::None)), ..Message::default() };
    Letter::new(origin(offset), message, Failure::handle(0), Tries::once(NOW + offset))
}
