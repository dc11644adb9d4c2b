//! Files of frames, read by the codec.

use dashstream_codec::file::{FileEvent, FileReader};
use dashstream_codec::json::to_json;
use dashstream_codec::{Error, ReadOptions};

use super::frames::{cut, refused};
use crate::protocol::{Accepted, Answer, FileReport, Rejected, Skipped};

pub(super) fn read_file(file: &[u8], pieces: Option<&[u64]>) -> Answer {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut report = FileReport { accepted: Vec::new(), skipped: Vec::new(), rejected: Vec::new(), tail: None };
    let mut refusal = None;
    for mut piece in cut(file, pieces.unwrap_or_default()) {
        while let Some(event) = reader.next_event(&mut piece) {
            note(&event, &mut report, &mut refusal);
        }
    }
    reader.finish();
    while let Some(event) = reader.next_event(&mut &[][..]) {
        note(&event, &mut report, &mut refusal);
    }
    refusal.map_or(Answer::File(report), |error| refused(&error))
}

fn note(event: &FileEvent<'_>, report: &mut FileReport, refusal: &mut Option<Error>) {
    match event {
        FileEvent::Header { .. } => {}
        FileEvent::Refused(error) => *refusal = Some(*error),
        FileEvent::Accepted { start, end, batch, .. } => {
            report.accepted.push(Accepted { start: *start, end: *end, frame: to_json(batch) });
        }
        FileEvent::Rejected { start, error, .. } => {
            let code = error.code.name().to_owned();
            report.rejected.push(Rejected { start: *start, code, offset: error.offset });
        }
        FileEvent::Skipped { start, end, code } => {
            report.skipped.push(Skipped { start: *start, end: *end, code: code.name().to_owned() });
        }
        FileEvent::End { tail, .. } => report.tail = *tail,
    }
}
