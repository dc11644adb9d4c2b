//! The page of vectors: one line for each, by area, with filters.

use super::filters::{Choice, filters};
use super::page::Page;
use super::parts::{chip, class, grouped, not_passed, outcome, requirements, table, vector_link};
use super::{escape, testee_line};
use crate::report::model::{Report, VectorRow};
use crate::runner::account::{Counts, Outcome};

/// What stands in an address for all that was asked and did not pass.
pub(super) const NOT_PASSED: &str = "not-passed";

/// The whole page.
pub(crate) fn render(report: &Report) -> String {
    let columns = ["vector", "outcome", "what it is about", "+requirements", "expected"];
    let list = table("stack list", "All vectors of this run, by area", &columns, &areas(report));
    Page {
        title: &format!("Vectors: {}", super::title(report)),
        here: "vectors.html",
        up: "",
        run: true,
        filters: true,
        header: format!(
            "<p class=\"eyebrow\">{}</p>\n<h1>{} vectors</h1>\n<p class=\"soft\">A vector is a scenario with one right answer. Each has \
             a page with its bytes, what they mean, and what was answered.</p>\n",
            testee_line(report),
            grouped(report.vectors.len())
        ),
        main: controls(report) + &list,
        foot: super::foot(report, ""),
    }
    .render()
}

fn controls(report: &Report) -> String {
    let vectors = || report.vectors.iter();
    let count = |outcome: Outcome| vectors().filter(|vector| vector.outcome == outcome).count();
    let occurs =
        Outcome::ALL.into_iter().map(|outcome| (outcome.name().to_owned(), outcome.name().to_owned(), count(outcome)));
    let mut outcomes =
        vec![(NOT_PASSED.to_owned(), "not passed".to_owned(), vectors().filter(|one| not_passed(one)).count())];
    outcomes.extend(occurs.filter(|(_, _, count)| *count > 0));
    let all = [
        Choice { name: "outcome", label: "Outcome", values: outcomes },
        Choice::of("operation", "Operation", vectors().map(|vector| vector.operation.as_str())),
        Choice::of("profile", "Profile", vectors().flat_map(|vector| &vector.profiles).map(String::as_str)),
        Choice::of("requirement", "Requirement", vectors().flat_map(|vector| &vector.requirements).map(String::as_str)),
        Choice::of("code", "Error code", vectors().flat_map(|vector| &vector.codes).map(String::as_str)),
    ];
    filters("vectors", &all, report.vectors.len())
}

/// The areas, each a body of the table.
fn areas(report: &Report) -> String {
    let mut areas: Vec<&str> = report.vectors.iter().map(|vector| vector.area.as_str()).collect();
    areas.sort_unstable();
    areas.dedup();
    let area = |name: &str| {
        let of_area: Vec<&VectorRow> = report.vectors.iter().filter(|vector| vector.area == name).collect();
        let counts = Counts::all(of_area.iter().map(|vector| vector.outcome));
        format!(
            "<tbody data-group=\"\">\n<tr class=\"area\"><th scope=\"rowgroup\" colspan=\"5\">{} {}</th></tr>\n{}</tbody>\n",
            escape(name),
            chip(class(&counts), &format!("{} of {} pass", counts.pass, counts.total)),
            of_area.into_iter().map(row).collect::<String>()
        )
    };
    areas.into_iter().map(area).collect()
}

fn row(vector: &VectorRow) -> String {
    let name = vector.outcome.name();
    let outcomes = if not_passed(vector) { format!("{name} {NOT_PASSED}") } else { name.to_owned() };
    let why =
        vector.reason.as_deref().map(|why| format!("<span class=\"under\">{}</span>", escape(why))).unwrap_or_default();
    let got = vector
        .trouble
        .as_ref()
        .map(|trouble| format!("<span class=\"under got\">got: {}</span>", escape(&trouble.got)));
    format!(
        "<tr data-row=\"\" data-outcome=\"{outcomes}\" data-operation=\"{}\" data-profile=\"{}\" data-requirement=\"{}\" data-code=\"{}\">\
         <th scope=\"row\">{}</th><td class=\"short\">{}</td><td>{}{why}</td><td class=\"more\">{}</td><td>{}{}</td></tr>\n",
        escape(&vector.operation),
        escape(&vector.profiles.join(" ")),
        escape(&vector.requirements.join(" ")),
        escape(&vector.codes.join(" ")),
        vector_link(&vector.id),
        outcome(vector),
        escape(&vector.title),
        requirements("", &vector.requirements),
        escape(&vector.expected),
        got.unwrap_or_default()
    )
}
