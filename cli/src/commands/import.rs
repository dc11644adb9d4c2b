//! `dashstream import`: agent events into a file of frames.

use std::collections::HashMap;
use std::io::Write;

use clap::Args;
use dashstream_codec::Encoder;
use dashstream_codec::constants::{DEFAULT_FLUSH_RECORDS, DEFAULT_MAX_FRAME_LEN, MAX_RECORDS};
use serde_json::json;

use crate::events;
use crate::exit::{Failure, Verdict};
use crate::io::{Lines, Source, Target};
use crate::random;
use crate::term::{self, counted};
use crate::writing::{Content, Entry, FrameFile, Lane, LaneOptions, Place, StorageArgs};

/// Turns JSON Lines of agent events, plain or gzip, into a file of frames
///
/// README.md describes the lines. Each tenant gets a lane, which begins with EPOCH_START and ends with EPOCH_END. A
/// line that cannot be kept whole is an error that names line and field; then no file is written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream import events.jsonl.gz -o events.dsf
  producer | dashstream import -o events.dsf --codec lz4 --records 200")]
pub(crate) struct ImportArgs {
    /// JSON Lines, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// File of frames to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Target,
    #[command(flatten)]
    storage: StorageArgs,
    /// Records of a frame at most
    #[arg(
        long,
        value_name = "N",
        default_value_t = u32::try_from(DEFAULT_FLUSH_RECORDS).unwrap_or(MAX_RECORDS),
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_RECORDS)),
    )]
    records: u32,
    /// Who writes: 32 hexadecimal digits [default: drawn at random]
    #[arg(long, value_name = "HEX", value_parser = producer_id)]
    producer: Option<[u8; 16]>,
    /// Which opening of the producer's state it is
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=0x7FFF_FFFF))]
    epoch: u32,
    /// Prints the summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

fn producer_id(text: &str) -> Result<[u8; 16], String> {
    let mut id = [0; 16];
    hex::decode_to_slice(text, &mut id).map_err(|_| "not 32 hexadecimal digits".to_owned())?;
    if id == [0; 16] { Err("all zero".to_owned()) } else { Ok(id) }
}

/// Runs the command.
pub(crate) fn run(args: &ImportArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    if args.json && args.output.is_stdout() {
        return Err(Failure::Usage("--json and the frames cannot both go to standard output".to_owned()));
    }
    let (reader, bar) = term::with_progress(args.path.open()?, args.path.len());
    let mut lines = Lines::new(&args.path, reader)?;
    let mut import = Import::new(args)?;
    while let Some((number, line)) = lines.next()? {
        import.line(number, line).map_err(|failure| failure.within(&args.path.name()))?;
    }
    let summary = import.finish().map_err(|failure| failure.within(&args.path.name()))?;
    bar.finish_and_clear();
    if args.json {
        let Summary { events, frames, bytes } = summary;
        writeln!(
            out,
            "{}",
            json!({"events": events, "frames": frames, "bytes": bytes, "bytes_per_event": summary.per_event()})
        )?;
    } else {
        writeln!(err, "{summary}")?;
    }
    Ok(Verdict::Good)
}

struct Import {
    encoder: Encoder,
    file: FrameFile,
    options: LaneOptions,
    lanes: Vec<Lane>,
    lane_of: HashMap<String, usize>,
    events: u64,
    last_line: u64,
}

impl Import {
    fn new(args: &ImportArgs) -> Result<Self, Failure> {
        let producer_id = match args.producer {
            Some(id) => id,
            None => random::bytes()?,
        };
        let encoder = args.storage.encoder(DEFAULT_MAX_FRAME_LEN)?;
        let options = LaneOptions {
            producer_id,
            epoch: args.epoch,
            boot_nonce: random::bytes()?,
            records: args.records as usize,
            max_frame_len: encoder.config().max_frame_len,
        };
        let file = FrameFile::create(&args.output)?;
        Ok(Self { encoder, file, options, lanes: Vec::new(), lane_of: HashMap::new(), events: 0, last_line: 0 })
    }

    fn line(&mut self, number: u64, line: &str) -> Result<(), Failure> {
        let event = events::parse(line).map_err(|error| Failure::Data(format!("line {number}: {error}")))?;
        let lane = self.lane(&event.tenant);
        let entry = Entry { place: Place::Line(number), time_us: event.t_us, content: Content::Event(Box::new(event)) };
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.add(entry, &mut self.encoder, &mut self.file)?;
        }
        self.events += 1;
        self.last_line = number;
        Ok(())
    }

    /// Index of a tenant's lane, which is also its number: lanes are numbered by first sight.
    fn lane(&mut self, tenant: &str) -> usize {
        if let Some(index) = self.lane_of.get(tenant) {
            return *index;
        }
        let index = self.lanes.len();
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        self.lanes.push(Lane::new(self.options, tenant, number));
        self.lane_of.insert(tenant.to_owned(), index);
        index
    }

    fn finish(mut self) -> Result<Summary, Failure> {
        for lane in self.lanes {
            lane.end(Place::Line(self.last_line), &mut self.encoder, &mut self.file)?;
        }
        let (frames, bytes) = (self.file.frames(), self.file.bytes());
        self.file.commit()?;
        Ok(Summary { events: self.events, frames, bytes })
    }
}

struct Summary {
    events: u64,
    frames: u64,
    bytes: u64,
}

impl Summary {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    fn per_event(&self) -> f64 {
        if self.events == 0 { 0.0 } else { (self.bytes as f64 / self.events as f64 * 100.0).round() / 100.0 }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { events, frames, bytes } = *self;
        let [events, frames, bytes] = [(events, "event"), (frames, "frame"), (bytes, "byte")].map(counted);
        write!(f, "{events}, {frames}, {bytes}, {} bytes per event", self.per_event())
    }
}
