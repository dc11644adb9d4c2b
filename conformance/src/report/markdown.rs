//! The report as Markdown: for the summary of a job, a pull request, a wiki.

use super::coverage::State;
use super::html::profiles;
use super::model::{Report, VectorRow};
use crate::runner::account::Outcome;

/// How many vectors that did not pass are listed.
const LISTED: usize = 50;

/// The report as Markdown.
#[must_use]
pub fn render(report: &Report) -> String {
    let testee = &report.testee;
    let mut text = format!(
        "# DashStream conformance: {} {}\n\n**{}**\n\n",
        safe(&testee.implementation),
        safe(&testee.version),
        safe(&report.verdict)
    );
    text.push_str(&of_profiles(report));
    text.push_str(&clauses(report));
    text.push_str(&trouble(report));
    text.push_str(&format!(
        "\n{} ({}), of {} vectors; manifest `{}`; ended {}, after {} ms.\n",
        safe(&testee.implementation),
        safe(&testee.language),
        report.suite.vectors,
        report.suite.manifest_digest,
        report.finished,
        report.milliseconds
    ));
    text
}

fn of_profiles(report: &Report) -> String {
    let mut text = String::from("| profile | verdict | vectors | passed | others |\n|---|---|---:|---:|---|\n");
    for profile in &report.profiles {
        let counts = &profile.counts;
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            safe(&profile.name),
            profiles::verdict(profile),
            counts.total,
            counts.pass,
            counts.others()
        ));
    }
    text
}

/// How many clauses are in which state, and the names of those that failed.
fn clauses(report: &Report) -> String {
    let with = |state: State| report.requirements.iter().filter(move |row| row.state == state);
    let counts = State::ALL.into_iter().map(|state| (state, with(state).count())).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(state, count)| format!("{count} {}", state.text())).collect();
    let mut text = format!("\n{} clauses: {}.\n", report.requirements.len(), counts.join(", "));
    let failed: Vec<&str> = with(State::Failed).map(|row| row.id.as_str()).collect();
    if !failed.is_empty() {
        text.push_str(&format!("\nFailed clauses: {}.\n", failed.join(", ")));
    }
    text
}

fn trouble(report: &Report) -> String {
    let wrong = |vector: &&VectorRow| vector.outcome.executed() && vector.outcome != Outcome::Pass;
    let vectors: Vec<&VectorRow> = report.vectors.iter().filter(wrong).collect();
    let mut text = String::new();
    if !vectors.is_empty() {
        text.push_str("\n## What did not pass\n\n");
    }
    for vector in vectors.iter().take(LISTED) {
        let (expected, got) = vector
            .trouble
            .as_ref()
            .map_or((vector.expected.as_str(), ""), |one| (one.expected.as_str(), one.got.as_str()));
        let known = if vector.known_failure { ", a known failure" } else { "" };
        text.push_str(&format!(
            "- {}{known}: `{}` ({}): expected {}, got {}\n",
            vector.outcome.name(),
            vector.id,
            vector.requirements.join(", "),
            safe(expected),
            safe(got)
        ));
    }
    if vectors.len() > LISTED {
        text.push_str(&format!("- and {} more\n", vectors.len() - LISTED));
    }
    if !report.complaints.is_empty() {
        text.push_str("\n## The testee itself\n\n");
        text.extend(report.complaints.iter().map(|complaint| format!("- {}\n", safe(complaint))));
    }
    text
}

/// Text that is text, whatever is in it.
pub(crate) fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => safe.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' => safe.extend(['\\', c]),
            _ => safe.push(c),
        }
    }
    safe
}
