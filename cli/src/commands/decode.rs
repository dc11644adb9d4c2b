//! `dashstream decode`: frames into JSON Lines, with nothing lost.

use std::io::Write;

use clap::Args;
use dashstream_codec::Batch;
use serde_json::{Value, json};

use crate::batches::each_batch;
use crate::exit::{Failure, Verdict};
use crate::io::{Output, Source, Target};
use crate::lines::{self, Rebuilder};

/// Turns a frame, or a file of frames, into JSON Lines: one line for each frame, then one for each of its records
///
/// README.md describes the lines; `encode` is the way back. Of a damaged file the intact frames are written, what is
/// wrong is said on standard error, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream decode events.dsf | jq -c 'select(.record.name == \"TOOL_CALL\").record.payload'
  dashstream decode events.dsf | dashstream encode -o again.dsf --codec lz4")]
pub(crate) struct DecodeArgs {
    /// A frame or a file of frames, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// File to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: Target,
}

/// Runs the command.
pub(crate) fn run(args: &DecodeArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut output = args.output.create()?;
    let mut rebuilder = Rebuilder::new()?;
    let verdict = each_batch(&args.path, err, &mut |at, batch, err| {
        line(&mut output, &json!({"frame": lines::frame(batch, &mut rebuilder)}))?;
        records(&args.path, at, batch, &mut output, err)
    })?;
    output.commit()?;
    Ok(verdict)
}

fn records(
    source: &Source,
    at: u64,
    batch: &Batch<'_>,
    output: &mut Output,
    err: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Good;
    for result in batch.records() {
        if let Some(error) = result.error {
            writeln!(err, "{}: frame at byte {at}, record {}: {error}", source.name(), result.record.sequence)?;
            verdict = Verdict::Bad;
        }
        line(output, &json!({"record": lines::record(batch, &result)}))?;
    }
    Ok(verdict)
}

fn line(output: &mut Output, value: &Value) -> Result<(), Failure> {
    output.write(format!("{value}\n").as_bytes())
}
