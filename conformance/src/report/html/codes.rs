//! The outcomes by expected error code.

use super::escape;
use super::parts::{body, chip, class, row_head, table};
use crate::report::model::{CodeRow, Report};

/// A table of the codes: first those with vectors that did not pass, then the rest in the order of the checks.
pub(super) fn codes(report: &Report) -> String {
    let mut codes: Vec<&CodeRow> = report.codes.iter().collect();
    codes.sort_by_key(|code| class(&code.counts) != "fail");
    let rows: String = codes.into_iter().map(row).collect();
    let columns = ["code", "+scope", "meaning", "#vectors passed"];
    format!(
        "<p class=\"soft\">The vectors that expect a code: of the frame, of a record, or of a range in a file.</p>\n{}",
        table("stack", "Outcomes by error code", &columns, &body(&rows))
    )
}

fn row(code: &CodeRow) -> String {
    let counts = &code.counts;
    let passed = match counts.total {
        0 => "not in this run".to_owned(),
        total => format!("{} of {total}", counts.pass),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"short more\">{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
        row_head("code", &code.code, counts),
        escape(&code.scope),
        escape(&code.text),
        chip(class(counts), &passed)
    )
}
