//! What was found, as files: the bytes, a dump with names, and the question as a line.

use std::io;
use std::path::Path;

use super::run::Finding;
use crate::protocol::{InlineLimit, Question};
use crate::report::hex;

/// Writes the files of a finding, all of them named after its case, and gives the name that they share.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(folder: &Path, finding: &Finding, replay: &str) -> io::Result<String> {
    std::fs::create_dir_all(folder)?;
    let name = format!("case-{}", finding.number);
    let put = |ending: &str, bytes: &[u8]| std::fs::write(folder.join(format!("{name}{ending}")), bytes);
    for Input { ending, bytes, .. } in inputs(&finding.small.case.question) {
        put(&format!("{ending}.bin"), bytes)?;
    }
    put(".txt", text(finding, replay).as_bytes())?;
    // The whole question in one line, however long: it can be piped into a testee.
    let line = finding.small.case.question.to_line(1, InlineLimit { bytes: usize::MAX, folder })?;
    put(".jsonl", format!("{line}\n").as_bytes())?;
    Ok(name)
}

/// An input in a question.
struct Input<'q> {
    /// What its name has behind the case's.
    ending: String,
    bytes: &'q [u8],
    dump: fn(&[u8]) -> String,
}

fn inputs(question: &Question) -> Vec<Input<'_>> {
    match question {
        Question::Decode(question) => {
            let input = |frame| Input { ending: String::new(), bytes: frame, dump: hex::whole_frame };
            question.frame.as_deref().map(input).into_iter().collect()
        }
        Question::File { file, .. } => vec![Input { ending: String::new(), bytes: file, dump: hex::whole_file }],
        Question::Ledger { input } => {
            let numbered = input.iter().enumerate();
            numbered
                .map(|(at, one)| Input { ending: format!("-{at}"), bytes: &one.frame, dump: hex::whole_frame })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What a person reads about a finding.
#[must_use]
pub(super) fn text(finding: &Finding, replay: &str) -> String {
    let found = &finding.small;
    let mut lines = vec![replay.to_owned(), String::new()];
    lines.push(format!("operation  {}", found.case.question.op()));
    lines.extend(beside(&found.case.question));
    lines.push(format!("expected   {}", found.expected));
    lines.push(format!("got        {}", found.got));
    for one in &found.differences {
        lines.push(format!("{}: expected {}, got {}", one.path, one.expected, one.got));
    }
    for Input { ending, bytes, dump } in inputs(&found.case.question) {
        lines.push(format!("\ncase-{}{ending}.bin\n{}", finding.number, dump(bytes).trim_end()));
    }
    if !found.stderr.trim().is_empty() {
        lines.push(format!("\nthe testee's stderr:\n{}", found.stderr.trim_end()));
    }
    lines.join("\n") + "\n"
}

/// What is said beside the bytes.
fn beside(question: &Question) -> Vec<String> {
    let mut lines = Vec::new();
    let (Question::Decode(crate::protocol::DecodeQuestion { pieces, .. }) | Question::File { pieces, .. }) = question
    else {
        return lines;
    };
    if let Question::Decode(question) = question {
        let limits = serde_json::to_string(&question.limits).unwrap_or_default();
        if limits != "{}" {
            lines.push(format!("limits     {limits}"));
        }
        lines.extend(question.tenant.as_ref().map(|tenant| format!("tenant     {tenant:?}")));
    }
    lines.extend(pieces.as_ref().map(|pieces| format!("pieces     {pieces:?}")));
    lines
}
