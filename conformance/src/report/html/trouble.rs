//! The vectors that did not pass.

use super::dump::dump;
use super::parts::{chip, heads, requirements, vector_link};
use super::{escape, grouped};
use crate::report::coverage::State;
use crate::report::model::{DifferenceRow, Report, TroubleRow, VectorRow};

/// How many are open at first. Who wants more opens them.
const OPEN: usize = 3;

/// What did not pass: first the requirements that it is about, then each vector. Empty where all passed.
pub(super) fn list(report: &Report) -> String {
    let vectors: Vec<(&VectorRow, &TroubleRow)> =
        report.vectors.iter().filter_map(|vector| Some((vector, vector.trouble.as_ref()?))).collect();
    if vectors.is_empty() {
        return String::new();
    }
    let cards = vectors.iter().enumerate().map(|(index, (vector, trouble))| card(vector, trouble, index < OPEN));
    concerned(report, vectors.len()) + &cards.collect::<String>()
}

/// The requirements that vectors which did not pass are about.
fn concerned(report: &Report, vectors: usize) -> String {
    let failed = report.requirements.iter().filter(|one| one.state == State::Failed);
    let mut failed: Vec<(usize, &str)> = failed.map(|one| (one.vectors.len() - one.passed, one.id.as_str())).collect();
    failed.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let items = failed.iter().map(|(count, id)| format!("<li><a href=\"#{0}\">{0}</a> {count}</li>", escape(id)));
    format!(
        "<p class=\"soft\">Vectors: {}. The requirements that they test, and how many did not pass:</p>\n<ul class=\"tags\">{}</ul>\n",
        grouped(vectors),
        items.collect::<String>()
    )
}

fn card(vector: &VectorRow, trouble: &TroubleRow, open: bool) -> String {
    let outcome = vector.outcome.name();
    format!(
        "<details class=\"group\"{}><summary>{}{} <code>{}</code> <span class=\"title\">{}</span></summary>\n{}{}</details>\n",
        if open { " open" } else { "" },
        chip(outcome, outcome),
        if vector.known_failure { " ".to_owned() + &chip("skip", "known failure") } else { String::new() },
        escape(&vector.id),
        escape(&vector.title),
        verdict(vector, trouble),
        evidence(trouble)
    )
}

fn verdict(vector: &VectorRow, trouble: &TroubleRow) -> String {
    format!(
        "<dl class=\"facts\">\n<div><dt>Expected</dt><dd>{}</dd></div>\n<div><dt>Got</dt><dd class=\"got\">{}</dd></div>\n\
         <div><dt>Delivery</dt><dd><code>{}</code> of {}</dd></div>\n<div><dt>Requirements</dt><dd>{}</dd></div>\n</dl>\n",
        escape(&trouble.expected),
        escape(&trouble.got),
        escape(&trouble.delivery),
        vector_link(&vector.id),
        requirements(&vector.requirements),
    )
}

fn evidence(trouble: &TroubleRow) -> String {
    let mut text = differences(&trouble.differences);
    text.push_str(&dump(trouble.hex.as_deref()));
    if !trouble.stderr.trim().is_empty() {
        text.push_str("<p>Its stderr:</p>\n");
        text.push_str(&format!("<pre tabindex=\"0\">{}</pre>\n", escape(trouble.stderr.trim_end())));
    }
    text.push_str(&format!("<p>Replay it:</p>\n<pre tabindex=\"0\">{}</pre>\n", escape(&trouble.replay)));
    text
}

/// A table of the differences. One that says what stands above is left out.
fn differences(differences: &[DifferenceRow]) -> String {
    let differences: Vec<&DifferenceRow> = differences.iter().filter(|one| one.path != "answer").collect();
    if differences.is_empty() {
        return String::new();
    }
    let row = |one: &&DifferenceRow| {
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td data-label=\"expected\">{}</td><td data-label=\"got\" class=\"got\">{}</td></tr>\n",
            escape(&one.path),
            escape(&one.expected),
            escape(&one.got)
        )
    };
    format!(
        "<div class=\"scroll\"><table class=\"stack\"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n",
        heads(&["where", "expected", "got"]),
        differences.iter().map(row).collect::<String>()
    )
}
