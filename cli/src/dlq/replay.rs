//! `dashstream dlq replay`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use dashstream_stream::deadletter::{Listing, MAX_REPLAYS, Planned, Replayed, Step, plan, replay};
use dashstream_stream::transport::{Outcome, Position};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::args::Which;
use super::place::{self, Topic};
use crate::exit::{Failure, Verdict};
use crate::term::{BAD, DIM, DOUBTFUL, GOOD, counted};

/// How long the outcome of a message is waited for.
const WAIT: Duration = Duration::from_secs(30);

/// Sends dead letters again, to the partitions that they were read from; without `--yes` it only says what it would do
///
/// A message is sent as it was, with one header more by which a consumer knows it. A letter stays where it is, and counts how
/// often it was sent, before it is; letters of a topic are counted in the folder that `--counts` names, which has to be kept. Letters
/// from topics of other names are left out unless `--topic` names them. Who saves letters in a folder, and who writes to a topic of
/// files, has to be stopped.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream dlq replay --from file:letters --to file:topics/events
  dashstream dlq replay --from file:letters --to file:topics/events --stage handle --yes
  dashstream dlq replay --from file:letters --to file:topics/events --max-replays 5 --json

With Kafka (`--features kafka`):
  dashstream dlq replay --from kafka://localhost:9092/events-dead --counts replays --to kafka://localhost:9092/events --yes")]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    which: Which,
    /// The topic to send to: `file:TOPIC`, or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`
    #[arg(long, value_name = "TOPIC")]
    to: Topic,
    /// Where it is counted how often letters of a topic of Kafka were sent: a folder of their copies
    #[arg(long, value_name = "FOLDER")]
    counts: Option<PathBuf>,
    /// How often a letter may be sent again, in all
    #[arg(long, value_name = "N", default_value_t = MAX_REPLAYS)]
    max_replays: u32,
    /// Does it
    #[arg(long)]
    yes: bool,
    /// Prints JSON, one line for each letter
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &ReplayArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    if let Some(wrong) = args.which.from.usage(args.counts.as_deref(), args.yes) {
        return Err(wrong);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::io("runtime"))?;
    let security = &args.which.security;
    let listing = args.which.from.counted(args.counts.as_deref(), security)?;
    let mut filter = args.which.filter();
    if filter.topics.is_empty() {
        filter.topics.push(args.to.name());
    }
    let partitions = runtime.block_on(args.to.partitions(security))?;
    writeln!(err, "{DIM}{}{DIM:#}", args.to.caution())?;
    let steps = plan(&listing.letters, &filter, partitions, args.max_replays);
    if args.yes {
        return act(args, &runtime, &listing, steps, out, err);
    }
    for step in &steps {
        if args.json {
            writeln!(out, "{}", planned_json(step))?;
        } else {
            planned_text(out, step)?;
        }
    }
    let to_send = steps.iter().filter(|step| matches!(step.planned, Planned::Send { .. })).count();
    if !args.json {
        writeln!(out, "{} to be sent; nothing is done without --yes", counted((to_send as u64, "letter")))?;
    }
    place::complain(&listing.damaged, err)
}

/// Does what was planned.
fn act(
    args: &ReplayArgs,
    runtime: &Runtime,
    listing: &Listing,
    mut steps: Vec<Step>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let sink = runtime.block_on(args.to.open(&args.which.security))?;
    let mut folder = match &args.counts {
        Some(counts) => place::copies(counts, listing, &mut steps)?,
        None => args.which.from.open()?,
    };
    let mut verdict = place::complain(folder.damaged(), err)?;
    if args.counts.is_some() {
        // What in the topic is no letter.
        if place::complain(&listing.damaged, err)? == Verdict::Bad {
            verdict = Verdict::Bad;
        }
    }
    let mut sent = 0;
    for step in &steps {
        let done = runtime.block_on(replay(&mut folder, &sink, step.name, args.max_replays, WAIT));
        let is_good = match &done {
            Replayed::Sent { outcome, .. } => outcome.is_persisted(),
            Replayed::Skipped(_) => true,
            Replayed::NotCounted(_) => false,
        };
        if !is_good {
            verdict = Verdict::Bad;
        }
        sent += u64::from(matches!(&done, Replayed::Sent { outcome, .. } if outcome.is_persisted()));
        if args.json {
            writeln!(out, "{}", done_json(step, &done))?;
        } else {
            done_text(out, step, &done)?;
        }
        // What is said of a letter is worth more than a quick pipe.
        out.flush()?;
    }
    if !args.json {
        writeln!(out, "{} sent", counted((sent, "letter")))?;
    }
    Ok(verdict)
}

fn planned_json(step: &Step) -> Value {
    let id = step.name.to_string();
    match step.planned {
        Planned::Send { partition, attempt } => json!({"id": id, "partition": partition, "attempt": attempt}),
        Planned::Skip(skip) => json!({"id": id, "skipped": skip.to_string()}),
    }
}

fn planned_text(out: &mut dyn Write, step: &Step) -> io::Result<()> {
    match step.planned {
        Planned::Send { partition, attempt } => {
            writeln!(out, "{}  {GOOD}would be sent{GOOD:#} to partition {partition}, attempt {attempt}", step.name)
        }
        Planned::Skip(skip) => writeln!(out, "{}  {DOUBTFUL}skipped:{DOUBTFUL:#} {skip}", step.name),
    }
}

fn done_json(step: &Step, done: &Replayed) -> Value {
    let id = step.name.to_string();
    match done {
        Replayed::Sent { attempt, outcome } => match outcome {
            Outcome::Persisted(Position { partition, offset }) => {
                json!({"id": id, "attempt": attempt, "outcome": "persisted", "partition": partition, "offset": offset.to_string()})
            }
            Outcome::NotPersisted(cause) => {
                json!({"id": id, "attempt": attempt, "outcome": "not_persisted", "why": cause.to_string()})
            }
            Outcome::PossiblyPersisted(cause) => {
                json!({"id": id, "attempt": attempt, "outcome": "possibly_persisted", "why": cause.to_string()})
            }
        },
        Replayed::Skipped(skip) => json!({"id": id, "skipped": skip.to_string()}),
        Replayed::NotCounted(error) => json!({"id": id, "not_counted": error.to_string()}),
    }
}

fn done_text(out: &mut dyn Write, step: &Step, done: &Replayed) -> io::Result<()> {
    let name = step.name;
    match done {
        Replayed::Sent { attempt, outcome } => match outcome {
            Outcome::Persisted(Position { partition, offset }) => {
                let at = format!("{DIM}partition {partition} at {offset}, attempt {attempt}{DIM:#}");
                writeln!(out, "{name}  {GOOD}sent{GOOD:#} {at}")
            }
            Outcome::NotPersisted(cause) => writeln!(out, "{name}  {BAD}not sent:{BAD:#} {cause}, attempt {attempt}"),
            Outcome::PossiblyPersisted(cause) => {
                writeln!(out, "{name}  {BAD}possibly sent:{BAD:#} {cause}, attempt {attempt}")
            }
        },
        Replayed::Skipped(skip) => writeln!(out, "{name}  {DOUBTFUL}skipped:{DOUBTFUL:#} {skip}"),
        Replayed::NotCounted(error) => writeln!(out, "{name}  {BAD}not sent:{BAD:#} {error}"),
    }
}
