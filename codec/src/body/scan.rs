//! The wire scan of a body, which finds its columns and its strings on the way.

use dashstream_proto::schema::BODY;

use crate::constants::{MAX_STRING_LEN, MAX_STRINGS};
use crate::error::{Code, Error};
use crate::reader::Reader;
use crate::strings::Table;
use crate::wire::{self, Fields, WireFault};

use super::{Column, Columns, number};

/// Strings that are kept as they are: their index takes no more than 48 KiB, also while it grows (FRM-009).
const FEW: usize = 2_048;

/// What the scan has found.
#[derive(Debug, Default)]
pub(super) struct Scanned<'a> {
    pub(super) columns: Columns<'a>,
    pub(super) strings: Found<'a>,
}

/// The strings that have been found, as far as they are few.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    texts: Vec<&'a str>,
    count: usize,
    /// What the body begins with, and is nothing but strings.
    run: &'a str,
    /// Tag of the first string that is one too many.
    extra: Option<usize>,
    /// Tag of the first string that is empty or too long.
    bad: Option<usize>,
}

/// Scans a body in which so many strings are expected.
pub(super) fn scan(raw: &[u8], expected: usize) -> Result<Scanned<'_>, WireFault> {
    let mut found = Scanned::default();
    found.strings.texts.reserve(expected.min(FEW));
    let mut reader = Reader::new(raw);
    found.strings.run(&mut reader);
    let mut seen = 0_u64;
    while !reader.is_empty() {
        let offset = reader.position();
        field(&mut reader, &mut seen, &mut found).map_err(|requirement| WireFault { offset, requirement })?;
    }
    Ok(found)
}

/// One field. The body has no nested messages, so what fails is the field itself.
fn field<'a>(reader: &mut Reader<'a>, seen: &mut u64, found: &mut Scanned<'a>) -> Result<(), wire::Rule> {
    let tag = reader.position();
    let (number, wire_type) = wire::tag(reader)?;
    let Some(known) = BODY.field(number) else {
        // WIRE-017
        return wire::skip(reader, wire_type);
    };
    // WIRE-004
    if wire_type != known.wire_type() {
        return Err("WIRE-004");
    }
    wire::check_single(known, seen)?;
    // Every field of the body has a length.
    let bytes = wire::delimited(reader)?;
    if number == number::STRINGS {
        // WIRE-013
        let text = wire::text(bytes).ok_or("WIRE-013")?;
        found.strings.note(tag, text);
    } else if known.packed {
        wire::packed(bytes, &known.ty)?;
    }
    if let Some(place) = found.columns.place(number) {
        let place_of = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        *place = Some(Column { bytes, tag: place_of(tag), start: place_of(reader.position() - bytes.len()) });
    }
    Ok(())
}

/// Tag of a string.
const TAG: u8 = 0x0A;

/// The next string, where it has less than 128 bytes, with its tag and length.
#[inline]
fn short_string<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    match *reader.rest() {
        [TAG, len, ..] if len < 0x80 => reader.take(usize::from(len) + 2),
        _ => None,
    }
}

impl<'a> Found<'a> {
    /// Takes the strings that a tidy body begins with. Nothing of it has been read yet.
    ///
    /// Their tags and lengths are ASCII, so that what separates them cannot be part of a character: the run is UTF-8
    /// where each string is, and one check is quicker than hundreds. Where it is not, nothing is taken.
    fn run(&mut self, reader: &mut Reader<'a>) {
        let begin = reader.clone();
        while short_string(reader).is_some() {}
        // WIRE-013
        let run = begin.rest().get(..reader.position()).and_then(wire::text);
        let Some(run) = run else {
            *reader = begin;
            return;
        };
        self.run = run;
        let mut strings = Reader::new(run.as_bytes());
        loop {
            let tag = strings.position();
            if short_string(&mut strings).is_none() {
                return;
            }
            self.note(tag, run.get(tag + 2..strings.position()).unwrap_or_default());
        }
    }

    #[inline]
    fn note(&mut self, tag: usize, text: &'a str) {
        self.count += 1;
        if self.count > MAX_STRINGS {
            self.extra.get_or_insert(tag);
        }
        if text.is_empty() || text.len() > MAX_STRING_LEN {
            self.bad.get_or_insert(tag);
        }
        if self.count <= FEW {
            self.texts.push(text);
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        // BODY-001
        if let Some(tag) = self.extra {
            return Err(Code::StringTable.at(tag as u64, "BODY-001"));
        }
        // BODY-002, BODY-016
        match self.bad {
            Some(tag) => Err(Code::StringTable.at(tag as u64, "BODY-002")),
            None => Ok(()),
        }
    }

    /// The table of a body that has passed the scan.
    pub(super) fn table(self, body: &'a [u8], starts: &'a mut Vec<u32>) -> Table<'a> {
        starts.clear();
        if self.count <= FEW {
            return Table { texts: self.texts, ..Table::default() };
        }
        // In no more room than it takes (FRM-009).
        drop(self.texts);
        if starts.capacity() < self.count {
            *starts = Vec::with_capacity(self.count);
        }
        let strings = Fields::new(body).filter(|field| field.number == number::STRINGS);
        starts.extend(strings.filter_map(|field| u32::try_from(field.len_at).ok()));
        Table { texts: Vec::new(), body, starts, run: self.run }
    }
}
