//! Files, standard input and standard output.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::exit::Failure;
use crate::random;

/// The first bytes of a gzip member.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// What a command reads: a path, or standard input for `-`.
#[derive(Clone, Debug)]
pub(crate) struct Source(PathBuf);

impl From<OsString> for Source {
    fn from(path: OsString) -> Self {
        Self(path.into())
    }
}

impl Source {
    /// A name for messages.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        if self.is_stdin() { Cow::Borrowed("standard input") } else { self.0.to_string_lossy() }
    }

    /// Whether it is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.0.as_os_str() == "-"
    }

    /// Opens it. Standard input that is a terminal has nothing that any command reads.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Failure> {
        if self.is_stdin() {
            let stdin = io::stdin().lock();
            if stdin.is_terminal() {
                return Err(Failure::Usage("no file is named, and standard input is a terminal".to_owned()));
            }
            return Ok(Box::new(stdin));
        }
        Ok(Box::new(File::open(&self.0).map_err(self.failed())?))
    }

    /// Bytes of it, where that is known beforehand.
    pub(crate) fn len(&self) -> Option<u64> {
        if self.is_stdin() {
            return None;
        }
        fs::metadata(&self.0).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len())
    }

    /// What to do with an error of reading it. Broken gzip is bad data; the rest is the system's.
    pub(crate) fn failed(&self) -> impl Fn(io::Error) -> Failure + use<> {
        let place = self.name().into_owned();
        move |source| match source.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                Failure::Data(format!("{place}: {source}"))
            }
            _ => Failure::Io { place: place.clone(), source },
        }
    }
}

/// Plain bytes, whether `reader` gives them or gzip of them.
fn gunzipped(mut reader: Box<dyn Read>) -> io::Result<Box<dyn BufRead>> {
    let mut head = Vec::new();
    reader.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let is_gzip = head == GZIP;
    let whole = Cursor::new(head).chain(reader);
    if is_gzip { Ok(Box::new(BufReader::new(MultiGzDecoder::new(whole)))) } else { Ok(Box::new(BufReader::new(whole))) }
}

/// The lines of a source, plain or gzip, without their ends, numbered from 1.
pub(crate) struct Lines {
    source: Source,
    reader: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
}

/// Bytes of the longest line: no event that fits a frame needs more.
const MAX_LINE_LEN: u64 = 64 << 20;

impl Lines {
    /// The lines of what `reader` gives, which is that of `source`.
    pub(crate) fn new(source: &Source, reader: Box<dyn Read>) -> Result<Self, Failure> {
        let reader = gunzipped(reader).map_err(source.failed())?;
        Ok(Self { source: source.clone(), reader, line: Vec::new(), number: 0 })
    }

    /// The next line that is not blank, with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>, Failure> {
        loop {
            self.line.clear();
            self.number += 1;
            let read = self.reader.by_ref().take(MAX_LINE_LEN + 1).read_until(b'\n', &mut self.line);
            if read.map_err(self.source.failed())? == 0 {
                return Ok(None);
            }
            if self.line.len() as u64 > MAX_LINE_LEN {
                return Err(self.bad(format!("longer than {MAX_LINE_LEN} bytes")));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let text = std::str::from_utf8(self.line.trim_ascii());
        let text = text.map_err(|error| self.bad(format!("not UTF-8: {error}")))?;
        Ok(Some((self.number, text)))
    }

    /// Says that the line at hand is bad.
    fn bad(&self, why: String) -> Failure {
        Failure::Data(format!("{}: line {}: {why}", self.source.name(), self.number))
    }
}

/// What a command writes: a path, or standard output for `-`.
#[derive(Clone, Debug)]
pub(crate) struct Target(PathBuf);

impl From<OsString> for Target {
    fn from(path: OsString) -> Self {
        Self(path.into())
    }
}

/// An output that is being written. A file appears under its name when [`Output::commit`] says so, and not before:
/// a command that fails leaves what was there.
pub(crate) struct Output {
    writer: Box<dyn Write>,
    /// For messages; `None` for standard output.
    name: Option<String>,
    replacing: Option<Replacing>,
}

struct Replacing {
    temporary: PathBuf,
    path: PathBuf,
}

impl Drop for Replacing {
    fn drop(&mut self) {
        // After a commit the temporary file is gone, and there is nothing to remove.
        let _ = fs::remove_file(&self.temporary);
    }
}

impl Target {
    /// Whether it is standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        self.0.as_os_str() == "-"
    }

    /// Begins to write what is not for people: a terminal does not get it.
    pub(crate) fn create_binary(&self) -> Result<Output, Failure> {
        if self.is_stdout() && io::stdout().is_terminal() {
            return Err(Failure::Usage("frames are not written to a terminal".to_owned()));
        }
        self.create()
    }

    /// Begins to write it.
    pub(crate) fn create(&self) -> Result<Output, Failure> {
        if self.is_stdout() {
            let writer = Box::new(BufWriter::new(io::stdout().lock()));
            return Ok(Output { writer, name: None, replacing: None });
        }
        let name = self.0.to_string_lossy().into_owned();
        // The file that a link points to is replaced, and not the link.
        let path = fs::canonicalize(&self.0).unwrap_or_else(|_| self.0.clone());
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            let file = OpenOptions::new().write(true).open(&path).map_err(Failure::io(&*name))?;
            return Ok(Output { writer: Box::new(BufWriter::new(file)), name: Some(name), replacing: None });
        }
        let temporary = temporary_beside(&path)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary).map_err(Failure::io(&*name))?;
        let replacing = Some(Replacing { temporary, path });
        if let Some(before) = before {
            file.set_permissions(before.permissions()).map_err(Failure::io(&*name))?;
        }
        Ok(Output { writer: Box::new(BufWriter::new(file)), name: Some(name), replacing })
    }
}

fn temporary_beside(path: &Path) -> Result<PathBuf, Failure> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", hex::encode(random::bytes::<6>()?)));
    Ok(path.with_file_name(name))
}

impl Output {
    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.writer.write_all(bytes);
        written.map_err(|error| self.failed(error))
    }

    /// Makes what was written visible under its name.
    pub(crate) fn commit(mut self) -> Result<(), Failure> {
        let flushed = self.writer.flush();
        flushed.map_err(|error| self.failed(error))?;
        if let Some(Replacing { temporary, path }) = &self.replacing {
            fs::rename(temporary, path).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Failure {
        match &self.name {
            None => Failure::Output(error),
            Some(name) => Failure::Io { place: name.clone(), source: error },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_committed_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "old").unwrap();
        let target = Target(path.clone());
        let mut output = target.create().unwrap();
        output.write(b"new").unwrap();
        drop(output);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let mut output = target.create().unwrap();
        output.write(b"new").unwrap();
        output.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_left_out() {
        let source = Source::from(OsString::from("name"));
        let mut lines = Lines::new(&source, Box::new(&b"a\r\n\n  b\nc"[..])).unwrap();
        let mut next = || lines.next().unwrap().map(|(number, text)| (number, text.to_owned()));
        assert_eq!(next(), Some((1, "a".to_owned())));
        assert_eq!(next(), Some((3, "b".to_owned())));
        assert_eq!(next(), Some((4, "c".to_owned())));
        assert_eq!(next(), None);
    }
}
