//! The vectors that did not pass, in short: each has a page of its own.

use super::escape;
use super::parts::{body, filter_link, grouped, not_passed, outcome, requirements, table, vector_link};
use super::vectors::NOT_PASSED;
use crate::report::coverage::State;
use crate::report::model::{Report, VectorRow};

/// How many are listed. All of them are on the page of vectors.
const LISTED: usize = 100;

/// What did not pass: first the requirements that it is about, then each vector. Empty where all passed.
pub(super) fn list(report: &Report) -> String {
    let vectors: Vec<&VectorRow> = report.vectors.iter().filter(|vector| not_passed(vector)).collect();
    if vectors.is_empty() {
        return String::new();
    }
    let rows: String = vectors.iter().take(LISTED).map(|vector| row(vector)).collect();
    let columns = ["vector", "outcome", "expected", "got", "+requirements"];
    let more = match vectors.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("<p>{}</p>\n", filter_link("outcome", NOT_PASSED, &format!("and {} more", grouped(more)))),
    };
    concerned(report, vectors.len()) + &table("stack", "Vectors that did not pass", &columns, &body(&rows)) + &more
}

/// The requirements that vectors which did not pass are about.
fn concerned(report: &Report, vectors: usize) -> String {
    let failed = report.requirements.iter().filter(|one| one.state == State::Failed);
    let wrong = |id: &String| report.vectors.iter().any(|vector| vector.id == *id && not_passed(vector));
    let mut failed: Vec<(usize, &str)> =
        failed.map(|one| (one.vectors.iter().filter(|id| wrong(id)).count(), one.id.as_str())).collect();
    failed.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let items =
        failed.iter().map(|(count, id)| format!("<li><a href=\"clauses.html#{0}\">{0}</a> {count}</li>", escape(id)));
    format!(
        "<p class=\"soft\">Vectors: {}. The requirements that they test, and how many did not pass:</p>\n<ul class=\"tags\">{}</ul>\n",
        filter_link("outcome", NOT_PASSED, &grouped(vectors)),
        items.collect::<String>()
    )
}

fn row(vector: &VectorRow) -> String {
    let trouble = vector.trouble.as_ref();
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"short\">{}</td><td data-label=\"expected\">{}</td>\
         <td data-label=\"got\" class=\"got\">{}</td><td class=\"more\">{}</td></tr>\n",
        vector_link(&vector.id),
        outcome(vector),
        escape(trouble.map_or(&vector.expected, |trouble| &trouble.expected)),
        escape(trouble.map_or("", |trouble| &trouble.got)),
        requirements("", &vector.requirements)
    )
}
