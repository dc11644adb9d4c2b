//! Whatever a text says, it is read or refused, and what was read can be written and read again.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use dashstream_codec::crc32c;
use dashstream_codec::laws::{Broken, Depth, Seen};
use sha2::{Digest, Sha256};

use super::hold;
use crate::deadletter::{Letter, LetterId, LetterName, ReplayKey, TraceParent, stored};
use crate::security;
use crate::transport::{Header, Message, Position};

const SAME: &str = "what is read and written is read again as the same";
/// What stands for a text that follows from others: an id, or a hash.
const RIGHT: &str = "!";

/// Every text that somebody configures a program with, or that a letter is kept in, is read or refused, and what was read and is
/// written is read again as the same. The first byte says whose text the others are:
///
/// | byte | text |
/// |---|---|
/// | `r` | a replay's key, for consumers and for letters: both say the same of it |
/// | `n` | the name of a letter |
/// | `i` | the id of a letter |
/// | `t` | a traceparent |
/// | `h` | headers of a letter, `NAME=VALUE` a line, and behind an empty line its value |
/// | `s` | the configuration of security: TOML and JSON say the same |
/// | `f` | the line of a letter's file, without what stands around it, and its value |
///
/// # Errors
/// It is not so.
pub fn config(bytes: &[u8]) -> Result<Seen, Broken> {
    let Some((of, rest)) = bytes.split_first() else { return Ok(Seen::default()) };
    let text = std::str::from_utf8(rest);
    let read = match (of, text) {
        (b'r', Ok(text)) => same_again::<ReplayKey>(text, true)?,
        (b'n', Ok(text)) => same_again::<LetterName>(text, true)?,
        (b'i', Ok(text)) => same_again::<LetterId>(text, true)?,
        (b't', Ok(text)) => same_again::<TraceParent>(text, false)?,
        (b's', Ok(text)) => security(text)?,
        (b'h', _) => headers(rest)?,
        (b'f', _) => file(rest)?,
        _ => false,
    };
    Ok(if read { Seen::accepted() } else { Seen { depth: Depth::Behind, ..Seen::default() } })
}

/// A text that is read, written and read. `one_form`: it is written as it was read.
fn same_again<T>(text: &str, one_form: bool) -> Result<bool, Broken>
where
    T: FromStr + Display + PartialEq + Debug,
    T::Err: Display,
{
    let Ok(read) = text.parse::<T>() else { return Ok(false) };
    let written = read.to_string();
    let again = written.parse::<T>().ok();
    hold(again.as_ref() == Some(&read), SAME, || format!("{read:?}, and then {again:?}"))?;
    hold(!one_form || written == text, "a text has one form", || format!("{text} and {written}"))?;
    Ok(true)
}

/// What is read is written as JSON and read again; where it is refused, the place lies in the text.
fn security(text: &str) -> Result<bool, Broken> {
    let read = match security::Config::parse(text) {
        Ok(read) => read,
        Err(error) => {
            let lines = text.matches('\n').count() + 1;
            hold(error.line <= lines, "a refusal has its place", || format!("{error:?}"))?;
            return Ok(false);
        }
    };
    // What it says is right or not, and nothing is opened for it.
    let _ = read.check();
    let value: Option<serde_json::Value> = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(text).ok(),
        false => toml::from_str(text).ok(),
    };
    let Some(value) = value else { return hold(false, SAME, || text.to_owned()).map(|()| true) };
    let again = security::Config::parse(&value.to_string()).ok();
    hold(again.as_ref() == Some(&read), SAME, || format!("{read:?}, and then {again:?}"))?;
    Ok(true)
}

fn headers(bytes: &[u8]) -> Result<bool, Broken> {
    let (head, value) = split(bytes, b"\n\n");
    let text = String::from_utf8_lossy(head);
    let mut headers: Vec<Header> = text.lines().map(header).collect();
    put_right(&mut headers, value);
    let message = Message { value: value.map(<[u8]>::to_vec), headers, ..Message::default() };
    let Ok(letter) = Letter::from_message(&message) else { return Ok(false) };
    let again = Letter::from_message(&letter.to_message());
    hold(again.as_ref() == Ok(&letter), SAME, || format!("{letter:?}, and then {again:?}"))?;
    let again = stored::read(&stored::write(&letter));
    hold(again.as_ref() == Ok(&letter), SAME, || format!("{letter:?}, and then in a file {again:?}"))?;
    Ok(true)
}

fn header(line: &str) -> Header {
    let (name, value) = line.split_once('=').map_or((line, None), |(name, value)| (name, Some(value)));
    Header { name: name.to_owned(), value: value.map(|value| value.as_bytes().to_vec()) }
}

/// Id and hash follow from the rest: nobody would find them.
fn put_right(headers: &mut [Header], value: Option<&[u8]>) {
    let text = |name: &str| {
        let header = headers.iter().rev().find(|header| header.name == name)?;
        String::from_utf8(header.value.clone()?).ok()
    };
    let partition = text("ds-dl-partition").and_then(|text| text.parse().ok()).unwrap_or(0);
    let offset = text("ds-dl-offset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let record = text("ds-dl-record").and_then(|text| text.parse().ok()).unwrap_or(0);
    let topic = text("ds-dl-topic").unwrap_or_default();
    let id = LetterId::of(&topic, Position { partition, offset }, record).to_string();
    let hash = hex::encode(Sha256::digest(value.unwrap_or_default()));
    for header in headers.iter_mut().filter(|header| header.value.as_deref() == Some(RIGHT.as_bytes())) {
        match header.name.as_str() {
            "ds-dl-id" => header.value = Some(id.clone().into_bytes()),
            "ds-dl-sha256" => header.value = Some(hash.clone().into_bytes()),
            _ => {}
        }
    }
}

/// With the right CRC, or as it is where it has one itself.
fn file(bytes: &[u8]) -> Result<bool, Broken> {
    let (line, value) = split(bytes, b"\n");
    let crc = format!("{{\"crc32c\":\"{:08x}\",\"letter\":", crc32c(line));
    let whole = [crc.as_bytes(), line, b"}\n", value.unwrap_or_default()].concat();
    // As it is, it is read or refused too.
    let _ = stored::read(bytes);
    let Ok(letter) = stored::read(&whole) else { return Ok(false) };
    let written = stored::write(&letter);
    let again = stored::read(&written);
    hold(again.as_ref() == Ok(&letter), SAME, || format!("{letter:?}, and then {again:?}"))?;
    let again = Letter::from_message(&letter.to_message());
    hold(again.as_ref() == Ok(&letter), SAME, || format!("{letter:?}, and then as a message {again:?}"))?;
    Ok(true)
}

/// What stands before a mark and behind it.
fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> (&'b [u8], Option<&'b [u8]>) {
    let at = bytes.windows(mark.len()).position(|window| window == mark);
    match at.and_then(|at| bytes.split_at_checked(at)) {
        Some((before, rest)) => (before, rest.get(mark.len()..)),
        None => (bytes, None),
    }
}
