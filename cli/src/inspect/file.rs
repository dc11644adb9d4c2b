//! A file of frames, part by part.

use std::io::Read;
use std::ops::ControlFlow;

use dashstream_codec::constants::MAX_FRAME_LEN;
use dashstream_codec::file::{FILE_HEADER_LEN, FileEvent, MARKER_LEN};
use dashstream_codec::{Decoder, OffsetBase};
use serde_json::{Value, json};

use super::item::{Item, Section};
use super::{Printer, frame, json as for_programs, text};
use crate::exit::{Failure, Verdict};
use crate::io::Source;
use crate::reading::{Window, read_file_keeping};
use crate::term::{BAD, DIM, DOUBTFUL, GOOD, TITLE};

/// Bytes that a dump may still want to look at: a frame, and what a reader holds beside it.
#[expect(clippy::cast_possible_truncation, reason = "a constant of a few megabytes")]
const KEEP: usize = MAX_FRAME_LEN as usize + 1024;

/// Shows the first `frames` frames of a file.
pub(super) fn dump(
    printer: &mut Printer<'_>,
    source: &Source,
    reader: &mut dyn Read,
    frames: usize,
    records: usize,
) -> Result<(), Failure> {
    let mut dump = Dump { printer, decoder: Decoder::new(), frames, records };
    read_file_keeping(source, reader, KEEP, &mut |event, window| dump.event(event, window))
}

struct Dump<'a, 'b> {
    printer: &'a mut Printer<'b>,
    decoder: Decoder,
    /// Frames that may still be shown.
    frames: usize,
    records: usize,
}

impl Dump<'_, '_> {
    fn event(&mut self, event: FileEvent<'_>, window: &Window) -> Result<ControlFlow<()>, Failure> {
        match event {
            FileEvent::Header { signature, marker } => self.header(signature, marker.is_some(), window)?,
            FileEvent::Refused(error) => {
                self.printer.verdict = Verdict::Bad;
                self.say(&json!({"refused": for_programs::error(&error)}), &format!("{BAD}refused:{BAD:#} {error}"))?;
            }
            FileEvent::Accepted { start, end, frame, .. } => {
                if self.frames == 0 {
                    return self.enough();
                }
                self.frames -= 1;
                let at = end.saturating_sub(frame.len() as u64);
                if at > start {
                    self.section(&marker_section(window.slice(start, at), start))?;
                }
                let dump = frame::dump(&mut self.decoder, at, frame, self.records);
                self.printer.frame(&dump)?;
            }
            FileEvent::Rejected { start, error, prelude } => {
                if self.frames == 0 {
                    return self.enough();
                }
                self.frames -= 1;
                let bytes = window.slice(start, start.saturating_add(prelude.frame_len()));
                // What the file's reader said counts: here there may be fewer bytes to judge by.
                let dump = frame::dump(&mut self.decoder, start, bytes, self.records);
                let dump = super::FrameDump { error: Some(error), record_errors: Vec::new(), ..dump };
                self.printer.frame(&dump)?;
            }
            FileEvent::Skipped { start, end, code } => {
                self.printer.verdict = Verdict::Bad;
                let text = format!("{BAD}skipped:{BAD:#} bytes {start}..{end}, {code}");
                self.say(&json!({"skipped": {"start": start, "end": end, "code": code.name()}}), &text)?;
            }
            FileEvent::End { len, tail } => {
                let torn = tail.map(|tail| format!(", {BAD}TORN_TAIL{BAD:#} at byte {tail} (FILE-009)"));
                let text = format!("{TITLE}end of the file at byte {len}{TITLE:#}{}", torn.unwrap_or_default());
                self.say(&json!({"end": {"len": len, "tail": tail}}), &text)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn enough(&mut self) -> Result<ControlFlow<()>, Failure> {
        self.say(&json!({"more": true}), &format!("{DIM}more frames follow (--frames){DIM:#}"))?;
        Ok(ControlFlow::Break(()))
    }

    fn header(&mut self, signature: bool, marker: bool, window: &Window) -> Result<(), Failure> {
        let bytes = window.slice(0, FILE_HEADER_LEN as u64);
        let part =
            |at: usize, len: usize| bytes.get(at..).map(|rest| rest.get(..len).unwrap_or(rest)).unwrap_or_default();
        let item = |at, len, name| Item::new(at, part(at, len).len(), 0, name, Value::Null);
        let judged = |item: Item, intact| if intact { item.note("intact") } else { item.problem("damaged") };
        let items = vec![
            judged(item(0, 8, "signature"), signature),
            judged(item(8, MARKER_LEN, "sync marker"), marker),
            item(24, 4, "CRC32C of the marker"),
        ];
        let title = "file of frames".to_owned();
        self.section(&Section { title, base: OffsetBase::File, start: 0, bytes: bytes.to_vec(), items })?;
        let text = match (signature, marker) {
            (true, true) => format!("{GOOD}signature and marker are intact{GOOD:#}"),
            (false, true) => format!("{DOUBTFUL}the signature is damaged{DOUBTFUL:#}"),
            (true, false) => format!("{DOUBTFUL}the marker is damaged{DOUBTFUL:#}"),
            (false, false) => format!("{BAD}signature and marker are damaged{BAD:#}"),
        };
        self.say(&json!({"header": {"signature": signature, "marker": marker}}), &text)
    }

    fn section(&mut self, section: &Section) -> Result<(), Failure> {
        if self.printer.json {
            return self.printer.line(&json!({"section": for_programs::section(section)}));
        }
        Ok(text::section(self.printer.out, section, &[])?)
    }

    fn say(&mut self, value: &Value, text: &str) -> Result<(), Failure> {
        if self.printer.json { self.printer.line(value) } else { Ok(writeln!(self.printer.out, "{text}")?) }
    }
}

fn marker_section(bytes: &[u8], start: u64) -> Section {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let item = Item::new(start, bytes.len(), 0, "sync marker", Value::Null);
    Section { title: "entry".to_owned(), base: OffsetBase::File, start, bytes: bytes.to_vec(), items: vec![item] }
}
