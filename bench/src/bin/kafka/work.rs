//! What is sent: the same records to both sides.

use std::time::Duration;

use dashstream_bench::corpus::{self, Options};
use dashstream_bench::error::Error;
use dashstream_bench::ours::{self, DashStream};
use dashstream_bench::peer::Peer as _;
use dashstream_codec::owned::Record;
use dashstream_codec::{BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions};
use dashstream_proto::{kinds, v1};

/// Records a frame.
pub(crate) const RECORDS: usize = 1_000;
/// Frames that are sent at a pace.
pub(crate) const PACED: usize = 200;
/// Events that are sent alone.
pub(crate) const SINGLES: usize = 300_000;
/// The time between two of them.
pub(crate) const PACE: Duration = Duration::from_millis(10);

/// How records are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Frames of 1,000 records, as many as possible.
    Frames,
    /// Frames of 1,000 records, one every [`PACE`].
    Paced,
    /// Single events, as many as possible, of which each waits 20 ms for company.
    Events,
}

impl Shape {
    pub(crate) const ALL: [Self; 3] = [Self::Frames, Self::Paced, Self::Events];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Frames => "frames of 1,000",
            Self::Paced => "a frame of 1,000 every 10 ms",
            Self::Events => "single events, 20 ms of linger",
        }
    }

    /// How long the library waits for more messages: as [`dashstream_stream::transport::kafka::KafkaSink`] sets it, or as the events do.
    pub(crate) const fn linger_ms(self) -> u32 {
        match self {
            Self::Frames | Self::Paced => 1,
            Self::Events => 20,
        }
    }
}

/// Records, and frames of them.
pub(crate) struct Work {
    /// As many as are in all frames.
    pub(crate) records: Vec<Record>,
    /// Sealed as our producer does it, 1,000 records each.
    pub(crate) frames: Vec<Vec<u8>>,
    /// Sealed alone.
    pub(crate) singles: Vec<Vec<u8>>,
}

/// How both sides encode.
pub(crate) fn encoder() -> EncoderConfig {
    EncoderConfig { codec: Codec::Zstd, level: Some(1), ..EncoderConfig::default() }
}

impl Work {
    pub(crate) fn new(frames: u32) -> Result<Self, Error> {
        let count = usize::try_from(frames).map_err(Error::library)? * RECORDS;
        let corpus = corpus::generate(&Options { events: count.min(100_000), ..Options::default() });
        let mut records = Vec::with_capacity(count);
        let (mut writer, mut reader) = (DashStream::new(ours::Options::new(Codec::None, None))?, Decoder::new());
        for mut piece in corpus.pieces(RECORDS) {
            let mut frame = Vec::new();
            writer.encode(&mut piece, &mut frame)?;
            for result in reader.decode(&frame, &ReadOptions::default())?.records() {
                records.push(result.accepted()?.to_owned());
            }
        }
        records = records.iter().cycle().take(count).cloned().collect();
        // Whoever ends a batch waits for it, and tokens are not waited for.
        for last in records.iter_mut().skip(RECORDS - 1).step_by(RECORDS) {
            *last = Record { kind: kinds::NODE_START, time_us: last.time_us, ..Record::default() };
        }
        let mut sealer = Sealer::new()?;
        let frames = records.chunks(RECORDS).map(|records| sealer.seal(records)).collect::<Result<_, _>>()?;
        let singles = records.iter().take(SINGLES).map(|record| sealer.seal(std::slice::from_ref(record)));
        let singles = singles.collect::<Result<_, _>>()?;
        Ok(Self { records, frames, singles })
    }

    /// Records that our producer sends.
    pub(crate) fn records(&self, shape: Shape) -> &[Record] {
        let most = match shape {
            Shape::Frames => usize::MAX,
            Shape::Paced => PACED * RECORDS,
            Shape::Events => SINGLES,
        };
        self.records.get(..most).unwrap_or(&self.records)
    }

    /// Messages that the library alone sends.
    pub(crate) fn messages(&self, shape: Shape) -> &[Vec<u8>] {
        match shape {
            Shape::Frames => &self.frames,
            Shape::Paced => self.frames.get(..PACED).unwrap_or(&self.frames),
            Shape::Events => &self.singles,
        }
    }
}

/// Frames as our producer makes them, by the codec alone.
pub(crate) struct Sealer {
    batch: BatchBuilder,
    encoder: Encoder,
    next: u64,
}

impl Sealer {
    pub(crate) fn new() -> Result<Self, Error> {
        let (header, metadata) = beginning(1);
        let mut batch = BatchBuilder::new(header, &metadata)?;
        batch.gather_contexts(true);
        Ok(Self { batch, encoder: Encoder::new(encoder())?, next: 1 })
    }

    pub(crate) fn seal(&mut self, records: &[Record]) -> Result<Vec<u8>, Error> {
        let (header, mut metadata) = beginning(self.next);
        metadata.base_time_us = records.first().map_or(0, |record| record.time_us);
        self.batch.restart(header, &metadata)?;
        for record in records {
            let mut input = record.as_input();
            (input.sequence, input.parent) = (None, None);
            self.batch.push_payload(input, &record.payload.as_view())?;
        }
        self.next += records.len() as u64;
        let mut out = Vec::new();
        self.batch.finish(&mut self.encoder, &mut out)?;
        Ok(out)
    }
}

fn beginning(base_sequence: u64) -> (FrameHeader, v1::Metadata) {
    let producer_id = *b"a bench producer";
    let header = FrameHeader { producer_id, epoch: 1, lane: 0, base_sequence, ancillary_flags: None };
    (header, v1::Metadata { tenant: "acme".to_owned(), boot_nonce: vec![7; 8], ..v1::Metadata::default() })
}
