//! `dashstream dlq show`.

use std::io::Write;

use clap::Args;
use dashstream_stream::deadletter::LetterName;
use serde_json::Value;

use super::content::Content;
use super::place::Letters;
use super::{json, text};
use crate::exit::{Failure, Verdict};
use crate::places::SecurityArgs;

/// Shows all that is known of a dead letter, and what its message holds
///
/// A frame that can be read is shown in the JSON form of the specification. Of one that cannot, the bytes around the
/// offset of the error are shown; `inspect` takes it apart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream dlq show 16c317d9ed15d4cb1fdd361210cdee1e --from file:letters
  dashstream dlq show 16c317d9ed15d4cb1fdd361210cdee1e --from file:letters --json | jq .frame.metadata")]
pub(super) struct ShowArgs {
    /// The letter, as `ls` has it
    #[arg(value_name = "ID")]
    name: LetterName,
    /// Where the letters are: `file:FOLDER`, or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`
    #[arg(long, value_name = "PLACE")]
    from: Letters,
    #[command(flatten)]
    security: SecurityArgs,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &ShowArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let listing = args.from.read(&args.security)?;
    let found = listing.letters.iter().find(|(name, _)| *name == args.name);
    let Some((name, letter)) = found else {
        let file = |path: &std::path::Path| path.file_stem().is_some_and(|stem| *stem == *args.name.to_string());
        let damaged = listing.damaged.iter().find(|damaged| file(&damaged.path));
        let why = damaged.map_or_else(|| "there is no such letter".to_owned(), |damaged| damaged.error.to_string());
        return Err(Failure::Data(format!("{}: {why}", args.name)));
    };
    let content = Content::of(letter);
    if !args.json {
        text::letter(out, *name, letter)?;
        text::message(out, &letter.message)?;
        text::content(out, &content)?;
        return Ok(Verdict::Good);
    }
    let mut value = json::letter(*name, letter);
    if let Value::Object(object) = &mut value {
        object.extend(json::message(&letter.message));
        object.extend(json::content(&content));
    }
    writeln!(out, "{value:#}")?;
    Ok(Verdict::Good)
}
