//! `dashstream checkpoints show`.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use dashstream_checkpoint::{Checkpoint, PendingWrite};
use serde_json::{Value, json};

use super::args::{Thread, failure, reader};
use super::json;
use crate::exit::{Failure, Verdict};
use crate::io::Target;
use crate::term::{NAME, TITLE, time, visible};

/// Shows a checkpoint, its state and its pending writes: the newest, or the one that is named
///
/// A state that is JSON is shown as such, other bytes in base64. Where the newest that was acknowledged is damaged, that is an
/// error, and no older one is shown in its place; `--whole` shows the newest that is whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream checkpoints show store --thread conversation-7
  dashstream checkpoints show store --thread conversation-7 --generation 1 --json | jq .state
  dashstream checkpoints show store --thread conversation-7 --raw > state.json")]
pub(super) struct ShowArgs {
    /// The store's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    #[command(flatten)]
    thread: Thread,
    /// The checkpoint of this generation
    #[arg(long, value_name = "N", conflicts_with_all = ["id", "whole"])]
    generation: Option<u64>,
    /// The checkpoint of this id
    #[arg(long, value_name = "ID", conflicts_with = "whole")]
    id: Option<String>,
    /// The newest that is whole, whatever is damaged
    #[arg(long)]
    whole: bool,
    /// Prints the bytes of the state and nothing else
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &ShowArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let (reader, key) = (reader(&args.folder)?, args.thread.key()?);
    let found = match (args.generation, &args.id) {
        (Some(generation), _) => reader.get(&key, generation),
        (None, Some(id)) => reader.get_by_id(&key, id),
        (None, None) if args.whole => reader.newest_whole(&key).map(|found| found.checkpoint),
        (None, None) => reader.latest(&key),
    };
    let found = found.map_err(failure)?;
    let checkpoint = found.ok_or_else(|| Failure::Data("there is no such checkpoint".to_owned()))?;
    if args.raw {
        // As they are: `out` is for texts, and takes codes of colours out of them.
        let mut bytes = Target::from(OsString::from("-")).create()?;
        bytes.write(&checkpoint.bytes)?;
        bytes.commit()?;
        return Ok(Verdict::Good);
    }
    let writes = reader.writes(&key, checkpoint.summary.generation);
    let writes = if args.whole { writes.unwrap_or_default() } else { writes.map_err(failure)? };
    if args.json {
        writeln!(out, "{:#}", as_json(&checkpoint, &writes))?;
    } else {
        text(out, &checkpoint, &writes)?;
    }
    Ok(Verdict::Good)
}

/// JSON where it is, and base64 where it is not.
fn content(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| json!({"base64": BASE64_STANDARD.encode(bytes)}))
}

fn as_json(checkpoint: &Checkpoint, writes: &[PendingWrite]) -> Value {
    let mut value = json::summary(&checkpoint.summary);
    let writes = writes.iter().map(|write| {
        let PendingWrite { task, index, channel, content_type, bytes } = write;
        json!({"task": task, "index": index, "channel": channel, "content_type": content_type, "value": content(bytes)})
    });
    if let Value::Object(object) = &mut value {
        object.insert("state".to_owned(), content(&checkpoint.bytes));
        object.insert("writes".to_owned(), writes.collect());
    }
    value
}

fn text(out: &mut dyn Write, checkpoint: &Checkpoint, writes: &[PendingWrite]) -> Result<(), Failure> {
    let Checkpoint { summary, bytes } = checkpoint;
    writeln!(out, "{TITLE}checkpoint {}{TITLE:#}", summary.generation)?;
    let mut row = |name: &str, text: &str| writeln!(out, "  {NAME}{name:<14}{NAME:#}{}", visible(text));
    row("id", &summary.id)?;
    row("time", &time(summary.time_us))?;
    if let Some(parent) = summary.parent {
        row("follows", &parent.to_string())?;
    }
    if let Some(base) = summary.base {
        row("a diff of", &base.to_string())?;
    }
    row("content type", &summary.content_type)?;
    row("bytes", &summary.len.to_string())?;
    row("sha256", &hex::encode(summary.sha256))?;
    for (name, value) in &summary.attributes {
        row("attribute", &format!("{name}={value}"))?;
    }
    for write in writes {
        row("write", &format!("{} {} {}: {}", write.task, write.index, write.channel, content(&write.bytes)))?;
    }
    writeln!(out, "{}", visible(&format!("{:#}", content(bytes))))?;
    Ok(())
}
