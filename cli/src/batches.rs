//! Every accepted frame of an input; what is wrong with the rest is said on standard error.

use std::io::Write;
use std::ops::ControlFlow;

use dashstream_codec::file::FileEvent;
use dashstream_codec::{Batch, Decoder, ReadOptions};

use crate::exit::{Failure, Verdict};
use crate::io::Source;
use crate::reading::{Input, read_file};

/// What a command does with a frame at an offset; it may complain, too.
type SeeBatch<'a> = dyn FnMut(u64, &Batch<'_>, &mut dyn Write) -> Result<Verdict, Failure> + 'a;

/// Gives each accepted frame, with the offset of its first byte, to `see`, and complains about everything else. The
/// verdict is that of `see` and of the complaints.
pub(crate) fn each_batch(source: &Source, err: &mut dyn Write, see: &mut SeeBatch<'_>) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Good;
    let mut note = |found: Verdict| {
        if found == Verdict::Bad {
            verdict = Verdict::Bad;
        }
    };
    match Input::open(source)? {
        Input::Frame(bytes) => {
            let mut decoder = Decoder::new();
            let batch = decoder.decode(&bytes, &ReadOptions::default());
            let batch = batch.map_err(|error| Failure::Data(format!("{}: {error}", source.name())))?;
            note(see(0, &batch, err)?);
        }
        Input::File(mut reader) => read_file(source, &mut *reader, &mut |event| {
            match event {
                FileEvent::Accepted { end, frame, ref batch, .. } => note(see(end - frame.len() as u64, batch, err)?),
                other => note(complain(source, &other, err)?),
            }
            Ok(ControlFlow::Continue(()))
        })?,
    }
    Ok(verdict)
}

/// Says what is wrong with a part of a file, where something is.
fn complain(source: &Source, event: &FileEvent<'_>, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let name = source.name();
    match event {
        FileEvent::Refused(error) => writeln!(err, "{name}: refused: {error}")?,
        FileEvent::Rejected { start, error, .. } => writeln!(err, "{name}: frame at byte {start}: {error}")?,
        FileEvent::Skipped { start, end, code } => writeln!(err, "{name}: skipped bytes {start}..{end}: {code}")?,
        FileEvent::End { tail: Some(tail), .. } => {
            writeln!(err, "{name}: TORN_TAIL at byte {tail} of the file (FILE-009)")?
        }
        FileEvent::Accepted { .. } | FileEvent::Header { .. } | FileEvent::End { tail: None, .. } => {
            return Ok(Verdict::Good);
        }
    }
    Ok(Verdict::Bad)
}
