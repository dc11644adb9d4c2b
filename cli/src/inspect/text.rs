//! A dump for people.

use std::fmt::Write as _;
use std::io::{self, Write};

use dashstream_codec::{Error, OffsetBase};
use serde_json::Value;

use super::item::{FrameDump, Item, Section};
use super::walk::quoted;
use crate::term::{BAD, DIM, DOUBTFUL, GOOD, NAME, TITLE, counted, grouped};

/// Bytes in a row.
const ROW: usize = 12;
/// Rows of one item that are shown.
const ROWS: usize = 2;

/// Writes a frame.
pub(super) fn frame(out: &mut dyn Write, dump: &FrameDump) -> io::Result<()> {
    let len = counted((dump.len as u64, "byte"));
    writeln!(out, "{TITLE}frame at byte {}, {len}{TITLE:#}", dump.start)?;
    let mut errors: Vec<Error> = dump.error.into_iter().collect();
    errors.extend(dump.record_errors.iter().map(|(_, error)| *error));
    for (number, section) in dump.sections.iter().enumerate() {
        let placed = errors.iter().filter_map(|error| {
            let (in_section, item) = dump.place_of(error)?;
            (in_section == number).then_some((item, error))
        });
        self::section(out, section, &placed.collect::<Vec<_>>())?;
    }
    if dump.records_left_out > 0 {
        let more = counted((dump.records_left_out as u64, "more record"));
        writeln!(out, "  {DIM}{more} (--records){DIM:#}")?;
    }
    verdict(out, dump)
}

/// Writes a section; each error stands under the item of its index.
pub(super) fn section(out: &mut dyn Write, section: &Section, errors: &[(usize, &Error)]) -> io::Result<()> {
    let base = match section.base {
        OffsetBase::Raw => ", offsets count from the start of the body",
        _ => "",
    };
    writeln!(out, "{TITLE}{}{TITLE:#}{DIM}{base}{DIM:#}", section.title)?;
    for (index, item) in section.items.iter().enumerate() {
        let here: Vec<&Error> = errors.iter().filter(|(place, _)| *place == index).map(|(_, error)| *error).collect();
        self::item(out, section, item, &here)?;
    }
    Ok(())
}

fn item(out: &mut dyn Write, section: &Section, item: &Item, errors: &[&Error]) -> io::Result<()> {
    let rows = item.len.div_ceil(ROW).max(1);
    let faulty: Vec<usize> = errors.iter().map(|error| row_of(item, error)).collect();
    let mut skipped = false;
    for row in 0..rows {
        if row >= ROWS && !faulty.contains(&row) {
            skipped = true;
            // Rows between are passed over at once: a body may have millions.
            match faulty.iter().filter(|faulty| **faulty > row).min() {
                Some(_) => continue,
                None => break,
            }
        }
        let at = item.at + row * ROW;
        let bytes = section.slice(at, ROW.min(item.len - (row * ROW).min(item.len)));
        let text = if row == 0 { describe(item) } else { String::new() };
        let width = 3 * ROW;
        writeln!(out, "  {DIM}{at:>8}{DIM:#}  {:<width$}  {text}", spaced(bytes))?;
        for error in errors.iter().filter(|error| row_of(item, error) == row) {
            arrow(out, at, error)?;
        }
    }
    if skipped {
        writeln!(out, "  {:>8}  {DIM}... {} bytes{DIM:#}", "", grouped(item.len as u64))?;
    }
    Ok(())
}

/// The row of an item that holds the byte which an error points at; the last one for a byte that is not its.
fn row_of(item: &Item, error: &Error) -> usize {
    let offset = usize::try_from(error.offset).ok().filter(|offset| item.contains(*offset));
    let last = item.len.saturating_sub(1);
    offset.map_or(last, |offset| offset - item.at) / ROW
}

/// An arrow from below to the failing byte, or to the place behind the last one.
fn arrow(out: &mut dyn Write, row_at: usize, error: &Error) -> io::Result<()> {
    let offset = usize::try_from(error.offset).unwrap_or(usize::MAX);
    let column = offset.saturating_sub(row_at).min(ROW);
    let indent = 12 + 3 * column;
    writeln!(out, "{:indent$}{BAD}^^ {error}{BAD:#}", "")
}

fn describe(item: &Item) -> String {
    let mut text = "  ".repeat(item.depth);
    // Writing to a string cannot fail.
    let _ = write!(text, "{NAME}{}{NAME:#}", item.name);
    match &item.value {
        Value::Null => {}
        Value::String(value) if item.note.contains(" string") => {
            let _ = write!(text, " {}", quoted(value));
        }
        Value::String(value) => {
            let _ = write!(text, " {}", printable(value));
        }
        value => {
            let _ = write!(text, " {value}");
        }
    }
    if !item.note.is_empty() {
        let _ = write!(text, "  {DIM}{}{DIM:#}", item.note);
    }
    if let Some(problem) = &item.problem {
        let _ = write!(text, "  {DOUBTFUL}! {problem}{DOUBTFUL:#}");
    }
    text
}

/// A value without quotes, or with them where it holds what does not belong on a terminal.
fn printable(value: &str) -> String {
    let plain = value.len() <= 100 && value.chars().all(|letter| !letter.is_control());
    if plain { value.to_owned() } else { quoted(value) }
}

fn spaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let _ = write!(text, "{byte:02x} ");
    }
    text
}

fn verdict(out: &mut dyn Write, dump: &FrameDump) -> io::Result<()> {
    match dump.error {
        Some(error) => writeln!(out, "{BAD}rejected:{BAD:#} {error}, class {}", error.code.class().name())?,
        None => writeln!(out, "{GOOD}accepted{GOOD:#}")?,
    }
    for (index, error) in &dump.record_errors {
        writeln!(out, "{BAD}record {index} rejected:{BAD:#} {error}, class {}", error.code.class().name())?;
    }
    if !dump.lints.is_empty() {
        writeln!(out, "{DOUBTFUL}lints:{DOUBTFUL:#} {}", dump.lints.join(", "))?;
    }
    Ok(())
}
