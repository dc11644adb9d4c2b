//! The matrix as Markdown.

use super::model::{Matrix, State};
use super::terminal::{about, contents};
use crate::report::markdown::safe;

/// The report as Markdown.
pub(crate) fn render(matrix: &Matrix) -> String {
    let mut text = format!("# DashStream matrix\n\n**{}**\n\n", safe(&matrix.verdict));
    text.push_str("A row is an encoder, a column a decoder; a case is one content in one codec.\n\n");
    text.push_str(&table(matrix));
    text.push_str("\n## Who took part\n\n");
    for side in &matrix.sides {
        text.push_str(&format!("- **{}**: {} (`{}`)\n", side.name, safe(&about(side)), side.command));
    }
    for name in &matrix.without {
        text.push_str(&format!("- **{}** is left out by name\n", safe(name)));
    }
    text.push_str("\n## What was encoded\n\n");
    text.extend(contents(matrix).iter().map(|line| format!("- {}\n", safe(line))));
    text.push_str(&trouble(matrix));
    text.push_str(&format!("\nEnded {}, after {} ms.\n", matrix.finished, matrix.milliseconds));
    text
}

fn table(matrix: &Matrix) -> String {
    let names: Vec<&str> = matrix.sides.iter().map(|side| side.name.as_str()).collect();
    let mut text = format!("| from, to | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for encoder in &names {
        let cells = matrix.pairs.iter().filter(|pair| pair.encoder == **encoder).map(|pair| pair.cell());
        text.push_str(&format!("| **{encoder}** | {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    text
}

/// What is not equal, and what is excluded.
fn trouble(matrix: &Matrix) -> String {
    let mut text = String::new();
    for pair in matrix.pairs.iter().filter(|pair| pair.state != State::Equal) {
        text.push_str(&format!("\n## {} to {}: {}\n\n", pair.encoder, pair.decoder, pair.cell()));
        text.extend(pair.why.iter().map(|why| format!("{}\n", safe(why))));
        text.extend(
            pair.first.iter().map(|one| format!("- `{}` as {}: {}\n", one.content, one.codec, safe(&one.what))),
        );
    }
    if !matrix.complaints.is_empty() {
        text.push_str("\n## The testees themselves\n\n");
        text.extend(matrix.complaints.iter().map(|complaint| format!("- {}\n", safe(complaint))));
    }
    text
}
