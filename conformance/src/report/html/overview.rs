//! The first page: the verdict, the profiles, the matrix, what did not pass, and the run.

use super::page::Page;
use super::parts::{facts, grouped, sections, verdict};
use super::{account, clauses, codes, escape, matrix, profiles, title, trouble};
use crate::matrix::model::Matrix;
use crate::report::model::Report;
use crate::report::site::Found;

/// The page of a run.
pub(crate) fn render(report: &Report, of_matrix: &Found<Matrix>) -> String {
    let testee = &report.testee;
    let header = format!(
        "<p class=\"eyebrow\">DashStream conformance report</p>\n<h1>{} <small>{}</small></h1>\n{}{}\
         <p class=\"soft\">A <a href=\"vectors.html\">vector</a> is a scenario of the specification with one right answer, and is \
         given to the program whole and in pieces: {} deliveries in this run. It passes when every answer is right.</p>\n",
        escape(&testee.implementation),
        escape(&testee.version),
        verdict(report.conformant, &report.verdict),
        account::account(&report.counts),
        grouped(report.deliveries),
    );
    let main = sections(&[
        ("testee", "The testee itself", complaints(&report.complaints)),
        ("trouble", "What did not pass", trouble::list(report)),
        ("profiles", "Profiles", profiles::profiles(report)),
        ("clauses", "Clauses", clauses::totals(report) + ALL_CLAUSES),
        ("matrix", "Every encoder to every decoder", matrix::in_short(of_matrix, Some(&report.suite.manifest_digest))),
        ("codes", "Errors by code", codes::codes(report)),
        ("run", "The run", run(report)),
    ]);
    let foot = super::foot(report, "");
    page(&title(report), true, header, main, foot)
}

const ALL_CLAUSES: &str =
    "<p><a href=\"clauses.html\">All clauses with their text</a>, by file of the specification.</p>\n";

/// The page of a folder in which only the matrix was run, or `conform` by another version.
pub(crate) fn without_run(of_matrix: &Found<Matrix>, why: &str) -> String {
    let header = format!(
        "<p class=\"eyebrow\">DashStream conformance report</p>\n<h1>Vectors not run</h1>\n<p class=\"soft\">{} \
         <code>dashstream conform --testee \"COMMAND\" --report FOLDER</code> puts an implementation through all vectors, and writes \
         into the same folder.</p>\n",
        escape(why)
    );
    let main = sections(&[("matrix", "Every encoder to every decoder", matrix::in_short(of_matrix, None))]);
    page("DashStream conformance", false, header, main, String::new())
}

fn page(title: &str, run: bool, header: String, main: String, foot: String) -> String {
    Page { title, here: "report.html", up: "", run, filters: false, header, main, foot }.render()
}

/// What is wrong with testees apart from any vector.
pub(super) fn complaints(complaints: &[String]) -> String {
    let items: String = complaints.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}

/// Who was tested with what, and when.
fn run(report: &Report) -> String {
    let testee = &report.testee;
    let capabilities: String = testee.capabilities.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    facts(&[
        ("Language", escape(&testee.language)),
        ("Started as", format!("<code>{}</code>", escape(&testee.command))),
        (
            "Capabilities",
            if capabilities.is_empty() { "none".to_owned() } else { format!("<ul class=\"tags\">{capabilities}</ul>") },
        ),
        (
            "Vectors",
            format!(
                "{} of the {} in the set, manifest <code>{}</code>",
                grouped(report.counts.total),
                grouped(report.suite.vectors),
                escape(&report.suite.manifest_digest)
            ),
        ),
        (
            "Time",
            format!(
                "{}.{} s, ended {}",
                report.milliseconds / 1000,
                report.milliseconds % 1000 / 100,
                escape(&report.finished)
            ),
        ),
    ])
}
