//! The outcomes by profile.

use super::escape;
use super::parts::{body, chip, class, grouped, row_head, table};
use crate::report::model::{ProfileRow, Report};
use crate::runner::account::Outcome;

/// A table of the profiles, with a column for each outcome that occurs.
pub(super) fn profiles(report: &Report) -> String {
    let occurs = |outcome: &Outcome| *outcome == Outcome::Pass || report.counts.get(*outcome) > 0;
    let outcomes: Vec<Outcome> = Outcome::ALL.into_iter().filter(occurs).collect();
    let rows: String = report.profiles.iter().map(|profile| row(profile, &outcomes)).collect();
    let names: Vec<String> = outcomes.iter().map(|outcome| format!("#{}", outcome.name())).collect();
    let mut columns = vec!["profile", "+what it says", "verdict", "#vectors"];
    columns.extend(names.iter().map(String::as_str));
    table("", "Outcomes by profile", &columns, &body(&rows))
}

fn row(profile: &ProfileRow, outcomes: &[Outcome]) -> String {
    let counts = &profile.counts;
    let class = class(counts);
    let cells: String = outcomes.iter().map(|outcome| number(counts.get(*outcome))).collect();
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"more\">{}</td><td class=\"short\">{}</td>{}{cells}</tr>\n",
        row_head("profile", &profile.name, counts),
        escape(&profile.text),
        chip(class, verdict(profile)),
        number(counts.total)
    )
}

/// What the outcomes of a profile say of it.
pub(crate) fn verdict(profile: &ProfileRow) -> &'static str {
    match class(&profile.counts) {
        "none" => "not selected",
        "pass" => "all pass",
        "skip" if profile.counts.pass == 0 => "skipped",
        "skip" => "passes, with skips",
        _ => "does not pass",
    }
}

fn number(count: usize) -> String {
    let class = if count == 0 { "n zero" } else { "n" };
    format!("<td class=\"{class}\">{}</td>", grouped(count))
}
