//! `dashstream encode`: the way back from the lines of `decode`.

use std::io::Write;

use clap::Args;
use dashstream_codec::constants::MAX_FRAME_LEN;
use dashstream_codec::json::{JsonError, push_record};
use dashstream_codec::{BatchBuilder, EncodeError, Encoder};
use serde_json::{Map, Value};

use crate::exit::{Failure, Verdict};
use crate::io::{Lines, Output, Source, Target};
use crate::lines::{self, Carried};
use crate::term::counted;
use crate::writing::{FrameFile, StorageArgs};

/// Turns the JSON Lines of `decode` into a file of frames, or into one frame
///
/// Lengths, counts and CRCs are made anew; `name` and what follows from other keys is not read. A frame whose line has
/// its `bytes` is passed on byte for byte; README.md says when that is.
#[derive(Debug, Args)]
#[command(mut_arg("max_frame_len", |arg| arg.help("Bytes of the longest frame [default: what the format allows]")))]
#[command(after_help = "Examples:
  dashstream decode events.dsf | dashstream encode -o again.dsf --codec zstd --level 19
  dashstream encode one.jsonl -o frame.bin --frame --codec none")]
pub(crate) struct EncodeArgs {
    /// JSON Lines, plain or gzip, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// What to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: Target,
    /// Writes the one frame of the input without a file around it
    #[arg(long)]
    frame: bool,
    #[command(flatten)]
    storage: StorageArgs,
}

/// Runs the command.
pub(crate) fn run(args: &EncodeArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut lines = Lines::new(&args.path, args.path.open()?)?;
    let output = match args.frame {
        true => Frames::One(args.output.create_binary()?, 0),
        false => Frames::File(Box::new(FrameFile::create(&args.output)?)),
    };
    let encoder = args.storage.encoder(usize::try_from(MAX_FRAME_LEN).unwrap_or(usize::MAX))?;
    let mut encode = Encode { encoder, output, open: None, begun: 0, bytes: Vec::new() };
    while let Some((number, line)) = lines.next()? {
        let place = format!("{}: line {number}", args.path.name());
        encode.line(number, line).map_err(|problem| match problem {
            Problem::Line(text) => Failure::Data(format!("{place}: {text}")),
            Problem::Other(failure) => failure.within(&args.path.name()),
        })?;
    }
    let frames = encode.finish().map_err(|failure| failure.within(&args.path.name()))?;
    writeln!(err, "{}", counted((frames, "frame")))?;
    Ok(Verdict::Good)
}

/// Where the frames go.
enum Frames {
    /// One frame, bare, and how many were written.
    One(Output, u64),
    File(Box<FrameFile>),
}

/// What is wrong: with the line at hand, or with something else.
enum Problem {
    Line(String),
    Other(Failure),
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        Self::Line(error.to_string())
    }
}

/// A frame whose records are coming.
enum Open {
    /// It is made of the lines.
    Made(Box<BatchBuilder>),
    /// Its bytes are passed on.
    Carried(Carried),
}

struct Encode {
    encoder: Encoder,
    output: Frames,
    open: Option<Open>,
    /// Line of that frame.
    begun: u64,
    bytes: Vec<u8>,
}

impl Encode {
    fn line(&mut self, number: u64, line: &str) -> Result<(), Problem> {
        let wrong = || Problem::Line("not an object with one key, `frame` or `record`".to_owned());
        let value: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| Problem::Line(format!("not a JSON object: {error}")))?;
        let mut keys = value.into_iter();
        match (keys.next(), keys.next()) {
            (Some((key, value)), None) if key == "frame" => {
                self.seal().map_err(Problem::Other)?;
                self.begun = number;
                self.open = Some(begin(value)?);
                Ok(())
            }
            (Some((key, value)), None) if key == "record" => self.record(value),
            _ => Err(wrong()),
        }
    }

    fn record(&mut self, mut record: Value) -> Result<(), Problem> {
        match &mut self.open {
            None => Err(Problem::Line("a record before the first frame".to_owned())),
            Some(Open::Carried(frame)) => frame.record(record).map_err(Problem::Line),
            Some(Open::Made(batch)) => {
                if let Some(object) = record.as_object_mut() {
                    object.remove(lines::NAME);
                }
                Ok(push_record(batch, &record)?)
            }
        }
    }

    /// Writes the frame whose records are complete.
    fn seal(&mut self) -> Result<(), Failure> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.bytes.clear();
        let sealed = match open {
            Open::Made(batch) => {
                batch.finish(&mut self.encoder, &mut self.bytes).map(drop).map_err(|error| error.to_string())
            }
            Open::Carried(frame) => frame.finish().and_then(|bytes| self.pass_on(bytes)),
        };
        sealed.map_err(|error| Failure::Data(format!("frame of line {}: {error}", self.begun)))?;
        match &mut self.output {
            Frames::File(file) => file.append(&self.bytes),
            Frames::One(_, 1) => {
                Err(Failure::Data(format!("line {}: a second frame, where --frame wants one", self.begun)))
            }
            Frames::One(output, count) => {
                *count += 1;
                output.write(&self.bytes)
            }
        }
    }

    /// A frame that is not made here stays within the limit, too.
    fn pass_on(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let (len, max) = (bytes.len() as u64, self.encoder.config().max_frame_len as u64);
        if len > max {
            return Err(EncodeError::FrameLen { len, max }.to_string());
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Writes the last frame, and says how many there are.
    fn finish(mut self) -> Result<u64, Failure> {
        self.seal()?;
        match self.output {
            Frames::One(_, 0) => Err(Failure::Data("no frame, where --frame wants one".to_owned())),
            Frames::One(output, count) => output.commit().map(|()| count),
            Frames::File(file) => {
                let count = file.frames();
                file.commit().map(|()| count)
            }
        }
    }
}

fn begin(value: Value) -> Result<Open, Problem> {
    let Value::Object(mut frame) = value else { return Err(Problem::Line("`frame` is not an object".to_owned())) };
    if let Some(bytes) = frame.remove("bytes") {
        return Carried::begin(&bytes, &frame).map(Open::Carried).map_err(Problem::Line);
    }
    let mut part = |key: &str| frame.remove(key);
    let (header, metadata, strings) = (part("header"), part("metadata"), part("strings"));
    let missing = |key: &str| Problem::Line(format!("INPUT (JSON-002): key `frame.{key}` is missing"));
    let header = header.ok_or_else(|| missing("header"))?;
    let metadata = metadata.ok_or_else(|| missing("metadata"))?;
    if let Some(key) = frame.keys().next() {
        return Err(Problem::Line(format!("INPUT (JSON-002): key `frame.{key}` is unknown")));
    }
    Ok(Open::Made(Box::new(lines::begin(&header, &metadata, strings.as_ref())?)))
}
