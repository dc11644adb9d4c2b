//! `dashstream export`: a file of frames into agent events.

use std::io::Write;

use clap::Args;
use dashstream_codec::Batch;

use crate::batches::each_batch;
use crate::events;
use crate::exit::{Failure, Verdict};
use crate::io::{Output, Source, Target};

/// Turns a file of frames into JSON Lines of agent events: the reverse of `import`
///
/// Control records are left out. A record that an event has no place for is an error. Of a damaged file the intact
/// frames are written, what is wrong is said on standard error, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream export events.dsf | gzip > events.jsonl.gz
  dashstream export events.dsf -o events.jsonl")]
pub(crate) struct ExportArgs {
    /// A file of frames or a frame, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// File to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: Target,
}

/// Runs the command.
pub(crate) fn run(args: &ExportArgs, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut output = args.output.create()?;
    let verdict = each_batch(&args.path, err, &mut |at, batch, err| export(&args.path, at, batch, &mut output, err))?;
    output.commit()?;
    Ok(verdict)
}

fn export(
    source: &Source,
    at: u64,
    batch: &Batch<'_>,
    output: &mut Output,
    err: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Good;
    let (tenant, strings) = (batch.metadata().tenant(), batch.strings());
    for result in batch.records() {
        let sequence = result.record.sequence;
        let place = || format!("{}: frame at byte {at}, record {sequence}", source.name());
        let record = match result.accepted() {
            Ok(record) => record,
            Err(error) => {
                writeln!(err, "{}: {error}", place())?;
                verdict = Verdict::Bad;
                continue;
            }
        };
        if events::is_control(record.kind) {
            continue;
        }
        let event = events::from_record(tenant, strings, record);
        let line = event.and_then(|event| events::print(&event));
        let mut line = line.map_err(|error| Failure::Data(format!("{}: {error}", place())))?;
        line.push('\n');
        output.write(line.as_bytes())?;
    }
    Ok(verdict)
}
