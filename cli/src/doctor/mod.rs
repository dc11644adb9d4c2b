//! `dashstream doctor`: what is wrong with a topic or with a producer's folder, and what to do about it.

#[cfg(feature = "kafka")]
mod broker;
mod finding;
mod space;
mod state;
mod topic;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::exit::{Failure, Verdict};
use crate::places::{Place, SecurityArgs};
use crate::term::{BAD, DIM, DOUBTFUL, GOOD};
use finding::{Finding, Level};

/// Looks at a topic, or at a producer's state folder, and says what is wrong and what to do about it
///
/// It only looks: nothing is changed, and nobody is in its way. The exit code is 1 where something is wrong, brokers that cannot be
/// reached among it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream doctor file:topics/agents
  dashstream doctor file:topics/agents.producer --json

With Kafka (`--features kafka`), brokers and their topic:
  dashstream doctor kafka://localhost:9092/agents
  dashstream doctor kafka://broker.example:9093/agents --security kafka.toml --group audit --json")]
pub(crate) struct DoctorArgs {
    /// A topic, `file:FOLDER` or `kafka://HOST:PORT[,HOST:PORT]/TOPIC`, or a producer's state folder, `file:FOLDER`
    #[arg(value_name = "PLACE")]
    place: Place,
    #[command(flatten)]
    security: SecurityArgs,
    /// Looks at the state of this group too, which a topic of Kafka has (`NAME-dashstream-state`)
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &DoctorArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    if args.group.is_some() && matches!(args.place, Place::File(_)) {
        return Err(Failure::Usage(
            "--group is about a group of Kafka, and this place is none of its topics".to_owned(),
        ));
    }
    let findings = look(args)?;
    let bad = findings.iter().any(|finding| finding.level == Level::Wrong);
    if args.json {
        let all: Vec<_> = findings.iter().map(Finding::json).collect();
        writeln!(out, "{:#}", json!({"place": args.place.to_string(), "good": !bad, "findings": all}))?;
    } else {
        for finding in &findings {
            let (style, word) = match finding.level {
                Level::Good => (GOOD, "good"),
                Level::Doubtful => (DOUBTFUL, "note"),
                Level::Wrong => (BAD, "wrong"),
            };
            writeln!(out, "{style}{word:<6}{style:#}{}", finding.what)?;
            if let Some(advice) = &finding.advice {
                writeln!(out, "      {DIM}{advice}{DIM:#}")?;
            }
        }
    }
    Ok(if bad { Verdict::Bad } else { Verdict::Good })
}

#[cfg(feature = "kafka")]
fn look(args: &DoctorArgs) -> Result<Vec<Finding>, Failure> {
    match &args.place {
        Place::File(folder) => look_at_files(folder),
        Place::Kafka { brokers, topic } => broker::look(brokers, topic, args.group.as_deref(), &args.security),
    }
}

#[cfg(not(feature = "kafka"))]
fn look(args: &DoctorArgs) -> Result<Vec<Finding>, Failure> {
    match &args.place {
        Place::File(folder) => look_at_files(folder),
        // None is made.
        Place::Kafka { .. } => {
            let _ = (&args.security, &args.group);
            Ok(Vec::new())
        }
    }
}

fn look_at_files(folder: &Path) -> Result<Vec<Finding>, Failure> {
    let has = |name: &str| -> bool { folder.join(PathBuf::from(name)).exists() };
    if !folder.is_dir() {
        let advice = "`dashstream produce --to` makes a topic; is the path right?";
        return Ok(vec![Finding::wrong(format!("{} is no folder", folder.display()), advice)]);
    }
    let is_state = has("state-0") || has("state-1") || has("spool");
    let mut found = if is_state { state::look(folder) } else { topic::look(folder)? };
    found.extend(space::look(folder));
    Ok(found)
}
