//! `dashstream encode`: the way back from the lines of `decode`.

use std::io::Write;

use clap::Args;
use dashstream_codec::constants::MAX_FRAME_LEN;
use dashstream_codec::json::{JsonError, JsonForm, begin_batch, preset_strings, push_record};
use dashstream_codec::{BatchBuilder, Encoder};
use serde_json::{Map, Value};

use crate::exit::{Failure, Verdict};
use crate::io::{Lines, Output, Source, Target, gunzipped};
use crate::writing::{FrameFile, StorageArgs};

/// Turns the JSON Lines of `decode` into a file of frames, or into one frame
///
/// Lengths, counts and CRCs are made anew; `name` and what follows from other keys is not read.
#[derive(Debug, Args)]
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
    let reader = gunzipped(args.path.open()?).map_err(args.path.failed())?;
    let mut lines = Lines::new(reader);
    let output = match args.frame {
        true => Frames::One(args.output.create()?, 0),
        false => Frames::File(Box::new(FrameFile::create(&args.output)?)),
    };
    let encoder = args.storage.encoder(usize::try_from(MAX_FRAME_LEN).unwrap_or(usize::MAX))?;
    let mut encode = Encode { encoder, output, batch: None, begun: 0, bytes: Vec::new() };
    while let Some((number, line)) = lines.next(args.path.failed())? {
        let place = format!("{}: line {number}", args.path.name());
        encode.line(number, line).map_err(|problem| match problem {
            Problem::Line(text) => Failure::Data(format!("{place}: {text}")),
            Problem::Other(failure) => failure.within(&args.path.name()),
        })?;
    }
    let frames = encode.finish().map_err(|failure| failure.within(&args.path.name()))?;
    writeln!(err, "{frames} frames")?;
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

struct Encode {
    encoder: Encoder,
    output: Frames,
    batch: Option<BatchBuilder>,
    /// Line of the batch's frame.
    begun: u64,
    bytes: Vec<u8>,
}

impl Encode {
    fn line(&mut self, number: u64, line: &str) -> Result<(), Problem> {
        let wrong = || Problem::Line("not an object with one key, `frame` or `record`".to_owned());
        let value: Map<String, Value> = serde_json::from_str(line).map_err(|error| Problem::Line(error.to_string()))?;
        let mut keys = value.into_iter();
        match (keys.next(), keys.next()) {
            (Some((key, value)), None) if key == "frame" => {
                self.seal().map_err(Problem::Other)?;
                self.begun = number;
                self.batch = Some(begin(value)?);
                Ok(())
            }
            (Some((key, value)), None) if key == "record" => self.record(value),
            _ => Err(wrong()),
        }
    }

    fn record(&mut self, mut record: Value) -> Result<(), Problem> {
        let batch = self.batch.as_mut().ok_or_else(|| Problem::Line("a record before the first frame".to_owned()))?;
        if let Some(object) = record.as_object_mut() {
            object.remove("name");
        }
        Ok(push_record(batch, &record, JsonForm::Lossless)?)
    }

    /// Writes the frame whose records are complete.
    fn seal(&mut self) -> Result<(), Failure> {
        let Some(batch) = self.batch.take() else { return Ok(()) };
        self.bytes.clear();
        let sealed = batch.finish(&mut self.encoder, &mut self.bytes);
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

fn begin(value: Value) -> Result<BatchBuilder, Problem> {
    let Value::Object(mut frame) = value else { return Err(Problem::Line("`frame` is not an object".to_owned())) };
    let mut part = |key: &str| frame.remove(key);
    let (header, metadata, strings) = (part("header"), part("metadata"), part("strings"));
    let missing = |key: &str| Problem::Line(format!("key `frame.{key}` is missing"));
    let header = header.ok_or_else(|| missing("header"))?;
    let metadata = metadata.ok_or_else(|| missing("metadata"))?;
    let refused =
        |key: &str| Problem::Line(format!("INPUT (JSON-002): key `{key}` has no place in a frame that is written"));
    if let Some(key) = frame.keys().next() {
        return Err(refused(&format!("frame.{key}")));
    }
    // WRT-003: a writer emits no fields that the schema does not have.
    if metadata.get("unknown").is_some() {
        return Err(refused("frame.metadata.unknown"));
    }
    let mut batch = begin_batch(&header, &metadata)?;
    if let Some(strings) = strings {
        preset_strings(&mut batch, &strings)?;
    }
    Ok(batch)
}
