//! `dashstream demo`: an agent's telemetry through everything that can go wrong, and the account of it.
//!
//! A process of its own plays the agent and is killed twice; one frame is damaged; a burst overflows the queue. Then a consumer reads
//! what is there, and every number that was given is accounted for.

mod agent;
mod consume;
mod damage;
mod report;
mod said;
mod show;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use dashstream_stream::transport::file::FileConfig;

pub(crate) use agent::AgentArgs;

use crate::exit::{Failure, Verdict};
use crate::term::{DIM, TITLE};

const EXAMPLES: &str = "Examples:
  dashstream demo
  dashstream demo --dir my-demo
  dashstream demo --json

What is left in the folder:
  topic/     the frames, as any reader sees them: dashstream verify my-demo/topic/0/*.dsf
  producer/  who the producer is, and what it has not got acknowledged
  letters/   what could not be read: dashstream dlq ls --from file:my-demo/letters
  state      what the consumer has done";

/// Sends an agent's run through files, kills the sender twice, damages a frame, overflows the queue, and accounts for every record
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// The folder to work in, which has to be new or empty; without it, one that is deleted afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Print the account as JSON
    #[arg(long)]
    json: bool,
}

/// The topic of the demo.
const TOPIC: FileConfig = FileConfig { partitions: 1, segment_len: 1 << 20, poll_ms: 10 };

/// Runs the command.
pub(crate) fn run(args: &DemoArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let (folder, _guard) = folder(args.dir.as_deref())?;
    if !args.json {
        writeln!(out, "{TITLE}An agent's telemetry, and what may happen to it{TITLE:#}")?;
        writeln!(out, "{DIM}in {}{DIM:#}\n", folder.display())?;
        out.flush()?;
    }
    let mut story = Story { out, quiet: args.json };
    let lives = said::live(&folder, &mut story)?;
    let damaged = damage::damage_one(&folder, &mut story)?;
    let found = runtime()?.block_on(consume::consume(&folder)).map_err(Failure::Data)?;
    let report = report::Report::of(&lives, &damaged, found);
    if args.json {
        show::json(&report, out)?;
    } else {
        show::text(&report, args.dir.as_deref(), out)?;
    }
    if report.problems.is_empty() {
        return Ok(Verdict::Good);
    }
    for problem in &report.problems {
        writeln!(err, "{problem}")?;
    }
    Ok(Verdict::Bad)
}

/// The part of the agent, in a process that is killed.
pub(crate) fn play(args: &AgentArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    runtime()?.block_on(agent::play(args, out))?;
    Ok(Verdict::Good)
}

/// Says what happens, as it happens.
struct Story<'o> {
    out: &'o mut dyn Write,
    quiet: bool,
}

impl Story<'_> {
    fn tell(&mut self, what: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        writeln!(self.out, "  {what}")?;
        self.out.flush()
    }
}

fn folder(asked: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    let Some(path) = asked else {
        let folder = tempfile::tempdir().map_err(Failure::io("a folder for the demo"))?;
        return Ok((folder.path().to_owned(), Some(folder)));
    };
    let place = path.display().to_string();
    std::fs::create_dir_all(path).map_err(Failure::io(place.clone()))?;
    if std::fs::read_dir(path).map_err(Failure::io(place.clone()))?.next().is_some() {
        return Err(Failure::Usage(format!("{place}: is not empty; the demo needs a folder of its own")));
    }
    Ok((path.to_owned(), None))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Failure::io("the runtime"))
}
