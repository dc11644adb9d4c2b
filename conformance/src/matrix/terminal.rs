//! The matrix on a terminal, or in a log.

use std::io;
use std::path::Path;

use super::model::{Matrix, Pair, SideRow, State};
use crate::report::terminal::{BAD, Console, DOUBTFUL, GOOD};

/// Everything, with the verdict as the last line.
pub(super) fn render(matrix: &Matrix, page: Option<&Path>, console: &mut Console<'_>) -> io::Result<()> {
    for pair in &matrix.pairs {
        trouble(pair, &matrix.replay, console)?;
    }
    for complaint in &matrix.complaints {
        let word = console.paint(BAD, "TESTEE");
        console.line(&format!("{word} {complaint}"))?;
    }
    let wide = width(matrix);
    for side in &matrix.sides {
        console.line(&format!("{:<wide$}  {}", side.name, about(side)))?;
    }
    for line in contents(matrix) {
        console.line(&line)?;
    }
    table(matrix, wide, console)?;
    if let Some(page) = page {
        console.line(&format!("report    {}", page.display()))?;
    }
    let style = match matrix.exit {
        0 if matrix.count(State::Excluded) == 0 && matrix.without.is_empty() => GOOD,
        0 => DOUBTFUL,
        _ => BAD,
    };
    let last = console.paint(style, &matrix.verdict);
    console.line(&last)?;
    console.out.flush()
}

/// Who it is, and what it encoded, in one line.
pub(crate) fn about(side: &SideRow) -> String {
    let Some(who) = &side.who else { return format!("does not start: {}", side.command) };
    let mut stored: Vec<String> = side.stored.iter().map(|(codec, count)| format!("{count} {codec}")).collect();
    if side.not_encoded > 0 {
        stored.push(format!("{} not encoded", side.not_encoded));
    }
    let frames = side.stored.values().sum::<usize>();
    format!("{who}: {frames} frames of {} bytes, stored as {}", side.bytes, stored.join(", "))
}

/// What was encoded, a line for each kind.
pub(crate) fn contents(matrix: &Matrix) -> Vec<String> {
    let contents = &matrix.contents;
    let mut lines = vec![format!(
        "contents  {} in 3 codecs: {} of vectors (manifest {}), {} of files ({})",
        contents.total(),
        contents.of_vectors,
        matrix.manifest_digest.get(..16).unwrap_or(&matrix.manifest_digest),
        contents.of_files,
        if contents.files.is_empty() { "none".to_owned() } else { contents.files.join(", ") },
    )];
    lines.extend(contents.left_out.iter().map(|(why, names)| format!("left out  {}: {why}", names.len())));
    lines
}

fn trouble(pair: &Pair, replay: &str, console: &mut Console<'_>) -> io::Result<()> {
    let word = match pair.state {
        State::Equal | State::Excluded => return Ok(()),
        State::Differs => "DIFFERS",
        State::NotRun => "NOT RUN",
    };
    let word = console.paint(BAD, word);
    let why = pair.why.clone().unwrap_or_else(|| pair.cell());
    console.line(&format!("{word} {} to {}: {}", pair.encoder, pair.decoder, why.replace('\n', "; ")))?;
    for one in &pair.first {
        console.line(&format!("  {} as {}: {}", one.content, one.codec, one.what))?;
    }
    if let Some(one) = pair.first.first() {
        console.line(&format!("  {replay} --filter {}", crate::conform::quoted(&one.content)))?;
    }
    Ok(())
}

fn width(matrix: &Matrix) -> usize {
    matrix.sides.iter().map(|side| side.name.len()).max().unwrap_or_default().max(8)
}

/// A row for each encoder.
fn table(matrix: &Matrix, wide: usize, console: &mut Console<'_>) -> io::Result<()> {
    let cells = matrix.pairs.iter().map(|pair| pair.cell().len());
    let each = cells.max().unwrap_or_default().max(wide);
    let names: String = matrix.sides.iter().map(|side| format!("  {:<each$}", side.name)).collect();
    console.line(format!("{:<wide$}{names}", "from, to").trim_end())?;
    for encoder in &matrix.sides {
        let mut line = format!("{:<wide$}", encoder.name);
        for pair in matrix.pairs.iter().filter(|pair| pair.encoder == encoder.name) {
            let style = match pair.state {
                State::Equal => GOOD,
                State::Excluded => DOUBTFUL,
                State::Differs | State::NotRun => BAD,
            };
            line.push_str(&format!("  {}", console.paint(style, &format!("{:<each$}", pair.cell()))));
        }
        console.line(line.trim_end())?;
    }
    Ok(())
}
