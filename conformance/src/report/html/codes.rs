//! The outcomes by expected error code.

use super::escape;
use super::parts::{chip, class, heads};
use crate::report::model::{CodeRow, Report};

/// A table of the codes: first those with vectors that did not pass, then the rest in the order of the checks.
pub(super) fn codes(report: &Report) -> String {
    let mut codes: Vec<&CodeRow> = report.codes.iter().collect();
    codes.sort_by_key(|code| class(&code.counts) != "fail");
    let rows: String = codes.into_iter().map(row).collect();
    format!(
        "<p class=\"soft\">The vectors that expect a code: of the frame, of a record, or of a range in a file.</p>\n\
         <div class=\"scroll\"><table class=\"stack\"><thead><tr>{}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n",
        heads(&["code", "+scope", "meaning", "#vectors passed"])
    )
}

fn row(code: &CodeRow) -> String {
    let counts = &code.counts;
    let passed = match counts.total {
        0 => "not in this run".to_owned(),
        total => format!("{} of {total}", counts.pass),
    };
    format!(
        "<tr><th scope=\"row\"><code>{}</code></th><td class=\"short more\">{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
        escape(&code.code),
        escape(&code.scope),
        escape(&code.text),
        chip(class(counts), &passed)
    )
}
