//! `dashstream checkpoints diff`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use dashstream_checkpoint::Reader;
use dashstream_diff::{Hash, Op, diff, parse};
use dashstream_disk::RealDisk;
use serde_json::{Value, json};

use super::args::{Thread, failure, reader};
use crate::exit::{Failure, Verdict};
use crate::term::{NAME, visible};

/// Shows what makes the state of one checkpoint that of another, as a JSON Patch
///
/// Both states have to be JSON. States that are equal have no operations.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream checkpoints diff store --thread conversation-7 1 3
  dashstream checkpoints diff store --thread conversation-7 1 3 --json | jq .ops")]
pub(super) struct DiffArgs {
    /// The store's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The generation to begin with
    #[arg(value_name = "A")]
    from: u64,
    /// The generation to end with
    #[arg(value_name = "B")]
    to: u64,
    #[command(flatten)]
    thread: Thread,
    /// Prints JSON: the operations, and the hashes of both states (`spec/diffs.md`)
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let reader = reader(&args.folder)?;
    let (from, to) = (state(&reader, args, args.from)?, state(&reader, args, args.to)?);
    let ops = diff(&from, &to).map_err(data)?;
    if args.json {
        let hash = |state| Hash::of(state).map(|hash| hex::encode(hash.as_bytes())).map_err(data);
        let (base, result) = (hash(&from)?, hash(&to)?);
        let whole = json!({"from": args.from, "to": args.to, "base_hash": base, "result_hash": result, "ops": ops});
        writeln!(out, "{whole:#}")?;
        return Ok(Verdict::Good);
    }
    for op in &ops {
        print(out, op)?;
    }
    Ok(Verdict::Good)
}

/// The state of a checkpoint, read as `spec/diffs.md` says.
fn state(reader: &Reader<RealDisk>, args: &DiffArgs, generation: u64) -> Result<Value, Failure> {
    let found = reader.get(&args.thread.key()?, generation).map_err(failure)?;
    let checkpoint = found.ok_or_else(|| Failure::Data(format!("there is no checkpoint {generation}")))?;
    parse(&checkpoint.bytes).map_err(|error| Failure::Data(format!("the state of checkpoint {generation}: {error}")))
}

fn data(error: dashstream_diff::Error) -> Failure {
    Failure::Data(error.to_string())
}

/// An operation in a line.
fn print(out: &mut dyn Write, op: &Op) -> Result<(), Failure> {
    let name = match op {
        Op::Add { .. } => "add",
        Op::Remove { .. } => "remove",
        Op::Replace { .. } => "replace",
        Op::Move { .. } => "move",
        Op::Copy { .. } => "copy",
        Op::Test { .. } => "test",
    };
    let more = op.value().map(Value::to_string).or_else(|| op.from().map(|from| format!("from {from}")));
    let path = if op.path().is_empty() { "(all)" } else { op.path() };
    let rest = format!("{path} {}", more.unwrap_or_default());
    writeln!(out, "{NAME}{name:<8}{NAME:#}{}", visible(rest.trim_end()))?;
    Ok(())
}
