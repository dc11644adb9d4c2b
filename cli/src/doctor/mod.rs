//! `dashstream doctor`: what is wrong with a topic of files or with a producer's folder, and what to do about it.

mod finding;
mod state;
mod topic;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::exit::{Failure, Verdict};
use crate::places::Place;
use crate::term::{BAD, DIM, DOUBTFUL, GOOD};
use finding::{Finding, Level};

/// Looks at a topic of files or at a producer's state folder, and says what is wrong and what to do about it
///
/// It only looks: nothing is changed, and nobody is in its way. The exit code is 1 where something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream doctor file:topics/agents
  dashstream doctor file:topics/agents.producer --json")]
pub(crate) struct DoctorArgs {
    /// A topic or a producer's state folder: `file:FOLDER`
    #[arg(value_name = "PLACE")]
    place: Place,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &DoctorArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let findings = look(&args.place)?;
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

fn look(place: &Place) -> Result<Vec<Finding>, Failure> {
    let Place::File(folder) = place else {
        return Err(Failure::Usage("only topics of files and folders of producers are looked at".to_owned()));
    };
    let has = |name: &str| -> bool { folder.join(PathBuf::from(name)).exists() };
    if !folder.is_dir() {
        let advice = "`dashstream produce --to` makes a topic; is the path right?";
        return Ok(vec![Finding::wrong(format!("{} is no folder", folder.display()), advice)]);
    }
    if has("state-0") || has("state-1") || has("spool") { Ok(state::look(folder)) } else { topic::look(folder) }
}
