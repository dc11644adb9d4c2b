//! What a run tells: lines for a person, or one object for a program.

use std::io;

use serde_json::{Value, json};

use super::args::FuzzArgs;
use super::cases::Seeds;
use super::command::Exit;
use super::findings;
use super::run::{Finding, Ran};
use crate::protocol::Hello;
use crate::report::terminal::{BAD, Console, DIM, DOUBTFUL, GOOD};

/// What is known before the first case.
pub(super) struct Told<'a> {
    pub(super) args: &'a FuzzArgs,
    pub(super) seed: u64,
    pub(super) seeds: &'a Seeds,
    pub(super) hello: &'a Hello,
    /// Of the vectors that the cases are made from.
    pub(super) digest: &'a str,
    /// What replays a case, without its number.
    pub(super) replay: &'a str,
}

/// Who is asked, and what the cases follow from.
pub(super) fn head(told: &Told<'_>, console: &mut Console<'_>) -> io::Result<()> {
    if told.args.json {
        return Ok(());
    }
    let Hello { implementation, version, language, capabilities, .. } = told.hello;
    console.line(&format!("testee    {implementation} {version} ({language}): {}", capabilities.join(", ")))?;
    let digest: String = told.digest.chars().take(16).collect();
    console.line(&format!("seed      {}, {} seeds of the vectors {digest}", told.seed, told.seeds.len()))
}

/// All findings, into files too where asked, the account, and the last line.
pub(super) fn findings(told: &Told<'_>, ran: &Ran, exit: Exit, console: &mut Console<'_>) -> io::Result<()> {
    let mut names = Vec::new();
    for finding in ran.disagreements.iter().chain(&ran.ours) {
        let replay = format!("{} {}", told.replay, finding.number);
        let name = match &told.args.out {
            Some(folder) => Some(findings::write(folder, finding, &replay).map_err(|error| {
                io::Error::other(format!("what was found cannot be written to {}: {error}", folder.display()))
            })?),
            None => None,
        };
        names.push(name);
    }
    if told.args.json {
        console.line(&object(told, ran, exit, &names).to_string())?;
        return console.out.flush();
    }
    for (finding, is_ours) in
        ran.disagreements.iter().map(|one| (one, false)).chain(ran.ours.iter().map(|one| (one, true)))
    {
        one(told, finding, is_ours, console)?;
    }
    for complaint in &ran.complaints {
        let word = console.paint(BAD, "TESTEE");
        console.line(&format!("{word} {complaint}"))?;
    }
    account(told, ran, console)?;
    let style = match exit {
        Exit::Ok => GOOD,
        Exit::NothingAsked | Exit::Ours => DOUBTFUL,
        _ => BAD,
    };
    let last = console.paint(style, &last(ran, exit));
    console.line(&last)?;
    console.out.flush()
}

fn one(told: &Told<'_>, finding: &Finding, is_ours: bool, console: &mut Console<'_>) -> io::Result<()> {
    let word = if is_ours { "THE REFERENCES DIFFER" } else { "DISAGREES" };
    let head = console.paint(BAD, word);
    console.line(&format!(
        "{head} case {} {}: {}",
        finding.number,
        finding.small.case.question.op(),
        what(finding, is_ours)
    ))?;
    console.line(&format!("  {} {}", told.replay, finding.number))?;
    let note = format!("  {} bytes, made small from {}", super::size(&finding.small.case), finding.size_before);
    let note = console.paint(DIM, &note);
    console.line(&note)?;
    // Who has no folder with it gets the bytes here.
    if told.args.out.is_none() || is_ours {
        findings::text(finding, "").trim().lines().try_for_each(|line| console.line(&format!("    {line}")))?;
    }
    Ok(())
}

/// What differs, in one line.
fn what(finding: &Finding, is_ours: bool) -> String {
    let found = &finding.small;
    let (right, other) = if is_ours { ("plain", "codec") } else { ("expected", "got") };
    match found.differences.first() {
        Some(first) if !matches!(first.path.as_str(), "answer" | "error.code" | "error.offset") => {
            format!("{}: {right} {}, {other} {}", first.path, first.expected, first.got)
        }
        _ => format!("{right} {}, {other} {}", found.expected, found.got),
    }
}

fn account(told: &Told<'_>, ran: &Ran, console: &mut Console<'_>) -> io::Result<()> {
    let by_op: Vec<String> = ran.asked.iter().map(|(op, count)| format!("{count} {op}")).collect();
    let seconds = ran.took.as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = ran.total() as f64 / seconds.max(0.001);
    console.line(&format!(
        "asked     {}: {} frames; {seconds:.1} s, {rate:.0} cases a second",
        by_op.join(", "),
        ran.frames
    ))?;
    for (capability, count) in &ran.skipped {
        let why = if told.args.ops.is_empty() { "not declared" } else { "not declared, or not among --ops" };
        console.line(&format!("skipped   {count} cases that need {capability}: {why}"))?;
    }
    if ran.open > 0 {
        console.line(&format!("open      {} answers that ZST-018 leaves to the reader", ran.open))?;
    }
    if let Some(folder) = told.args.out.as_ref().filter(|_| !ran.disagreements.is_empty() || !ran.ours.is_empty()) {
        console.line(&format!("findings  {}", folder.display()))?;
    }
    Ok(())
}

fn last(ran: &Ran, exit: Exit) -> String {
    let total = ran.total();
    match exit {
        Exit::Ok => format!("agrees in {total} of {total} cases"),
        Exit::NothingAsked => "nothing was asked: the testee declares none of what there is to ask".to_owned(),
        Exit::NoTestee => format!("the testee could not be started again, after {total} cases"),
        Exit::Ours => {
            format!("the references differ in {} of {total} cases: a fault of ours, please report it", ran.ours.len())
        }
        _ if ran.disagreements.is_empty() => format!("the testee misbehaved; agrees in {total} cases"),
        _ => format!("disagrees in {} of {total} cases", ran.disagreements.len()),
    }
}

fn object(told: &Told<'_>, ran: &Ran, exit: Exit, names: &[Option<String>]) -> Value {
    let rows = ran.disagreements.iter().map(|one| (one, false)).chain(ran.ours.iter().map(|one| (one, true)));
    let rows: Vec<(Value, bool)> = rows
        .zip(names)
        .map(|((finding, is_ours), name)| {
            let found = &finding.small;
            let differences: Vec<Value> = found
                .differences
                .iter()
                .map(|one| json!({ "path": one.path, "expected": one.expected, "got": one.got }))
                .collect();
            let limit = crate::protocol::InlineLimit { bytes: usize::MAX, folder: std::path::Path::new("") };
            // Everything fits the line, so nothing is written to a folder.
            let line = found.case.question.to_line(1, limit).unwrap_or_default();
            let question: Value = serde_json::from_str(&line).unwrap_or_default();
            let row = json!({
                "case": finding.number,
                "operation": found.case.question.op(),
                "what": what(finding, is_ours),
                "expected": found.expected,
                "got": found.got,
                "differences": differences,
                "question": question,
                "stderr": found.stderr,
                "replay": format!("{} {}", told.replay, finding.number),
                "files": name,
            });
            (row, is_ours)
        })
        .collect();
    let of = |ours: bool| rows.iter().filter(|(_, is)| *is == ours).map(|(row, _)| row.clone()).collect::<Vec<_>>();
    json!({
        "exit": exit as u8,
        "verdict": last(ran, exit),
        "seed": told.seed,
        "manifest_digest": told.digest,
        "testee": told.hello,
        "asked": ran.asked,
        "frames": ran.frames,
        "skipped": ran.skipped,
        "open": ran.open,
        "seconds": ran.took.as_secs_f64(),
        "complaints": ran.complaints,
        "disagreements": of(false),
        "references_differ": of(true),
    })
}
