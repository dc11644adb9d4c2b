//! Letters for people. Texts of letters are of any characters: what does not belong on a terminal is escaped.

use std::io::{self, Write};

use dashstream_stream::deadletter::{Letter, LetterName, Spot};
use dashstream_stream::transport::Message;

use super::content::{Content, Window};
use crate::term::{BAD, DIM, NAME, TITLE, counted, printable, time};

/// Bytes in a row.
const ROW: usize = 16;

/// A letter in a line.
pub(super) fn line(out: &mut dyn Write, name: LetterName, letter: &Letter) -> io::Result<()> {
    let (stage, reason) = (letter.failure.stage.name(), &letter.failure.reason);
    write!(out, "{DIM}{}{DIM:#}  {name}  {BAD}{stage} {reason}{BAD:#}", time(letter.tries.first_us))?;
    write!(out, "  {}", place(letter))?;
    if let Some(owner) = &letter.owner {
        write!(out, "  {NAME}tenant{NAME:#} {}", printable(&owner.tenant))?;
    }
    if letter.replays > 0 {
        write!(out, "  {NAME}replays{NAME:#} {}", letter.replays)?;
    }
    writeln!(out)
}

/// What is known of a letter.
pub(super) fn letter(out: &mut dyn Write, name: LetterName, letter: &Letter) -> io::Result<()> {
    let failure = &letter.failure;
    writeln!(out, "{TITLE}letter {name}{TITLE:#}")?;
    let mut row = |name: &str, text: String| writeln!(out, "  {NAME}{name:<14}{NAME:#}{text}");
    row("from", place(letter))?;
    row("group", printable(&letter.group))?;
    let at = failure.offset.map_or_else(String::new, |offset| format!(" at byte {offset}"));
    row("failed", format!("{BAD}{} {}{BAD:#}{at}", failure.stage.name(), failure.reason))?;
    row("first failure", time(letter.tries.first_us))?;
    row("last failure", time(letter.tries.last_us))?;
    row("tried", counted((letter.tries.count.into(), "time")))?;
    row("replayed", counted((letter.replays.into(), "time")))?;
    if let Some(frame) = letter.frame {
        row("producer", hex::encode(frame.producer_id))?;
        row("epoch, lane", format!("{}, {}", frame.epoch, frame.lane))?;
        row("records", format!("{} from number {}", frame.record_count, frame.base_sequence))?;
    }
    if let Some(owner) = &letter.owner {
        row("tenant", printable(&owner.tenant))?;
        for context in &owner.contexts {
            row("context", spot(context))?;
        }
    }
    if let Some(trace) = letter.traceparent {
        row("traceparent", trace.to_string())?;
    }
    if let Some(hash) = letter.sha256() {
        row("sha256", hex::encode(hash))?;
    }
    Ok(())
}

/// The message beside its value.
pub(super) fn message(out: &mut dyn Write, message: &Message) -> io::Result<()> {
    let len = message.value.as_ref().map_or_else(|| "null".to_owned(), |value| counted((value.len() as u64, "byte")));
    writeln!(out, "{TITLE}message, {len}{TITLE:#}")?;
    if let Some(ms) = message.timestamp_ms {
        writeln!(out, "  {NAME}timestamp{NAME:#} {ms} ms")?;
    }
    if let Some(key) = &message.key {
        writeln!(out, "  {NAME}key{NAME:#} {}", text_of(Some(key)))?;
    }
    for header in &message.headers {
        writeln!(out, "  {NAME}header{NAME:#} {}: {}", printable(&header.name), text_of(header.value.as_deref()))?;
    }
    Ok(())
}

/// What it holds.
pub(super) fn content(out: &mut dyn Write, content: &Content) -> io::Result<()> {
    match content {
        Content::Frame(frame) => writeln!(out, "{TITLE}frame{TITLE:#}\n{frame:#}"),
        Content::Other { error, window } => {
            if let Some(error) = error {
                writeln!(out, "{BAD}rejected:{BAD:#} {error}")?;
            }
            self::window(out, window, error.map(|error| error.offset))
        }
    }
}

fn window(out: &mut dyn Write, window: &Window, offset: Option<u64>) -> io::Result<()> {
    let end = window.start + window.bytes.len();
    writeln!(out, "{TITLE}{} {}..{end} of {}{TITLE:#}", window.base, window.start, window.len)?;
    for (row, bytes) in window.bytes.chunks(ROW).enumerate() {
        let at = window.start + row * ROW;
        write!(out, "  {DIM}{at:>8}{DIM:#} ")?;
        for (place, byte) in (at as u64..).zip(bytes) {
            if Some(place) == offset {
                write!(out, " {BAD}{byte:02x}{BAD:#}")?;
            } else {
                write!(out, " {byte:02x}")?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `topic/partition at offset`, and the record.
fn place(letter: &Letter) -> String {
    let position = letter.position;
    let record = match letter.failure.record {
        0 => String::new(),
        record => format!(", record {record}"),
    };
    format!("{}/{} at {}{record}", printable(&letter.topic), position.partition, position.offset)
}

fn spot(context: &Spot) -> String {
    let parts = [("run", &context.run), ("thread", &context.thread), ("node", &context.node), ("task", &context.task)];
    let said = parts.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| format!("{name} {}", printable(text))).collect::<Vec<_>>().join(", ")
}

fn text_of(bytes: Option<&[u8]>) -> String {
    match bytes.map(std::str::from_utf8) {
        None => "null".to_owned(),
        Some(Ok(text)) => printable(text),
        Some(Err(_)) => format!("hex {}", hex::encode(bytes.unwrap_or_default())),
    }
}
