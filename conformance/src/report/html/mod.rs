//! The report as pages that need no network: light and dark, readable without scripts.

mod account;
pub(crate) mod clauses;
mod codes;
mod dump;
mod filters;
pub(crate) mod matrix;
pub(crate) mod overview;
pub(crate) mod page;
mod parts;
pub(crate) mod profiles;
mod prose;
mod trouble;
pub(crate) mod vector;
pub(crate) mod vectors;

use super::escape;
use super::model::Report;

/// What the report is about, as text.
fn title(report: &Report) -> String {
    format!("DashStream conformance of {} {}", report.testee.implementation, report.testee.version)
}

/// Who was tested, above the heading of a page.
fn testee_line(report: &Report) -> String {
    format!("{} {}", escape(&report.testee.implementation), escape(&report.testee.version))
}

fn foot(report: &Report, up: &str) -> String {
    format!(
        "<p>dashstream-conformance {}, testee protocol {}; ended {}. The same data: <a href=\"{up}report.json\">report.json</a>, \
         <a href=\"{up}report.md\">report.md</a>, <a href=\"{up}junit.xml\">junit.xml</a>.</p>\n",
        escape(&report.suite.version),
        report.suite.protocol,
        escape(&report.finished)
    )
}
