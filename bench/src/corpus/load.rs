//! A corpus from a file of JSON Lines, plain or gzip.

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::Corpus;
use super::line::Line;
use crate::error::Error;

/// The first bytes of a gzip member.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// The events of a file.
///
/// # Errors
///
/// The file cannot be read, or one of its lines is not an event.
pub fn load(path: &Path) -> Result<Corpus, Error> {
    let file = |source| Error::File { path: path.to_owned(), source };
    let mut bytes = fs::read(path).map_err(file)?;
    if bytes.starts_with(&GZIP) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).map_err(file)?;
        bytes = plain;
    }
    let mut events = Vec::new();
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if text.trim_ascii().is_empty() {
            continue;
        }
        let read = serde_json::from_slice::<Line<'_>>(text).map_err(|error| error.to_string());
        let event = read.and_then(|line| line.to_event());
        events.push(event.map_err(|problem| Error::Corpus { path: path.to_owned(), line, problem })?);
    }
    if events.is_empty() {
        return Err(Error::Empty);
    }
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Corpus::new(format!("{name}, {} events", events.len()), events))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::corpus::{Options, generate};

    #[test]
    fn what_is_written_as_lines_is_read_again() {
        let corpus = generate(&Options { events: 2_000, ..Options::default() });
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        for event in &corpus.events {
            serde_json::to_writer(&mut gzip, event).unwrap();
            gzip.write_all(b"\n").unwrap();
        }
        let path = std::env::temp_dir().join(format!("dashstream-bench-{}.jsonl.gz", std::process::id()));
        fs::write(&path, gzip.finish().unwrap()).unwrap();
        let read = load(&path);
        fs::remove_file(&path).unwrap();
        assert_eq!(read.unwrap().events, corpus.events);
    }
}
