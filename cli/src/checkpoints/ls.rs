//! `dashstream checkpoints ls`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use dashstream_checkpoint::{Query, Summary};
use serde_json::json;

use super::args::{failure, key, reader};
use super::json;
use crate::exit::{Failure, Verdict};
use crate::term::{BAD, DIM, NAME, counted, printable, time};

/// Lists the threads of a store, or the checkpoints of one, the newest first
///
/// Nothing is changed, and who writes to the store is not in the way. It is not looked whether states are whole: `verify` does.
/// Where the newest checkpoint of a thread is damaged, that is said on standard error, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream checkpoints ls store
  dashstream checkpoints ls store --thread conversation-7 --limit 10
  dashstream checkpoints ls store --thread conversation-7 --json | jq -r .id")]
pub(super) struct LsArgs {
    /// The store's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Lists the checkpoints of this thread
    #[arg(long, value_name = "ID")]
    thread: Option<String>,
    /// The namespace in the thread
    #[arg(long, value_name = "NAME", default_value = "", requires = "thread")]
    namespace: String,
    /// At most so many checkpoints
    #[arg(long, value_name = "N", requires = "thread")]
    limit: Option<usize>,
    /// Prints JSON, one line for each
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &LsArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    match &args.thread {
        Some(thread) => checkpoints(args, thread, out),
        None => threads(args, out, err),
    }
}

fn threads(args: &LsArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let reader = reader(&args.folder)?;
    let mut verdict = Verdict::Good;
    let threads = reader.threads().map_err(failure)?;
    for key in &threads {
        let count = reader.list(key, &Query::default()).map_err(failure)?.len();
        let newest = match reader.latest(key) {
            Ok(newest) => newest.map(|checkpoint| checkpoint.summary),
            Err(error) => {
                writeln!(err, "{BAD}{}{BAD:#} {error}", printable(key.thread()))?;
                verdict = Verdict::Bad;
                None
            }
        };
        if args.json {
            let newest = newest.as_ref().map(json::summary);
            let line =
                json!({"thread": key.thread(), "namespace": key.namespace(), "checkpoints": count, "newest": newest});
            writeln!(out, "{line}")?;
            continue;
        }
        write!(out, "{NAME}{}{NAME:#}", printable(key.thread()))?;
        if !key.namespace().is_empty() {
            write!(out, " / {}", printable(key.namespace()))?;
        }
        write!(out, "  {}", counted((count as u64, "checkpoint")))?;
        if let Some(newest) = newest {
            write!(out, ", the newest {} of {DIM}{}{DIM:#}", newest.generation, time(newest.time_us))?;
        }
        writeln!(out)?;
    }
    if !args.json {
        writeln!(out, "{}", counted((threads.len() as u64, "thread")))?;
    }
    Ok(verdict)
}

fn checkpoints(args: &LsArgs, thread: &str, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let key = key(thread, &args.namespace)?;
    let query = Query { limit: args.limit, ..Query::default() };
    for summary in reader(&args.folder)?.list(&key, &query).map_err(failure)? {
        if args.json {
            writeln!(out, "{}", json::summary(&summary))?;
        } else {
            line(out, &summary)?;
        }
    }
    Ok(Verdict::Good)
}

fn line(out: &mut dyn Write, summary: &Summary) -> Result<(), Failure> {
    let Summary { generation, time_us, id, len, .. } = summary;
    write!(out, "{NAME}{generation}{NAME:#}  {DIM}{}{DIM:#}  {}", time(*time_us), printable(id))?;
    write!(out, "  {}", counted((*len, "byte")))?;
    if let Some(parent) = summary.parent {
        write!(out, ", follows {parent}")?;
    }
    if let Some(base) = summary.base {
        write!(out, ", a diff of {base}")?;
    }
    for (name, value) in &summary.attributes {
        write!(out, "  {}={}", printable(name), printable(value))?;
    }
    writeln!(out)?;
    Ok(())
}
