//! `dashstream inspect`: every byte of a frame, explained.

mod body;
mod cursor;
mod file;
mod frame;
mod item;
pub(crate) mod json;
mod prelude;
mod text;
pub(crate) mod unpack;
mod walk;

use std::io::Write;

use clap::Args;
use dashstream_codec::Decoder;
use serde_json::Value;

use crate::exit::{Failure, Verdict};
use crate::io::Source;
use crate::reading::Input;
use item::FrameDump;

/// Shows every byte of a frame, or of a file of frames, with its meaning
///
/// Takes damaged frames apart as far as it can, and points at the byte that the verdict is about. For a file, skipped
/// ranges are shown where they lie.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream inspect events.dsf --frames 1 --records 3
  dashstream inspect --hex \"$(xxd -p frame.bin)\"
  kcat -b localhost -C -t events -o 17 -c 1 -e -f %s | dashstream inspect")]
pub(crate) struct InspectArgs {
    /// A frame or a file of frames, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// The bytes themselves, as hexadecimal digits
    #[arg(long, value_name = "STRING", conflicts_with = "path")]
    hex: Option<String>,
    /// Records of each frame whose payloads are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    records: usize,
    /// Frames of a file that are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    frames: usize,
    /// Prints JSON, one line for the frame or for each part of the file
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &InspectArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let input = match &args.hex {
        Some(text) => Input::of(digits(text)?)?,
        None => Input::open(&args.path)?,
    };
    let mut printer = Printer { out, json: args.json, verdict: Verdict::Good };
    match input {
        Input::Frame(bytes) => printer.frame(&frame::dump(&mut Decoder::new(), 0, &bytes, args.records))?,
        Input::File(mut reader) => file::dump(&mut printer, &args.path, &mut *reader, args.frames, args.records)?,
    }
    Ok(printer.verdict)
}

/// Bytes from digits, between which blanks, colons and commas may stand.
fn digits(text: &str) -> Result<Vec<u8>, Failure> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace() && !":,".contains(*letter)).collect();
    hex::decode(digits).map_err(|error| Failure::Usage(format!("--hex: {error}")))
}

/// Where a dump goes, and what it says of the data.
struct Printer<'a> {
    out: &'a mut dyn Write,
    json: bool,
    verdict: Verdict,
}

impl Printer<'_> {
    fn frame(&mut self, dump: &FrameDump) -> Result<(), Failure> {
        if dump.error.is_some() || !dump.record_errors.is_empty() {
            self.verdict = Verdict::Bad;
        }
        if self.json {
            self.line(&serde_json::json!({"frame": json::frame(dump)}))
        } else {
            Ok(text::frame(self.out, dump)?)
        }
    }

    fn line(&mut self, value: &Value) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{value}")?)
    }
}
