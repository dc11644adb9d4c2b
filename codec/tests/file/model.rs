//! spec/files.md once more, over a file that is all there, in the words of its text.

use dashstream_codec::file::{AcceptedEntry, FILE_SIGNATURE, FileReport, RejectedFrame, SkippedRange, SyncMarker};
use dashstream_codec::{Code, Decoder, Error, Prelude, ReadOptions, crc32c};

struct Model<'a> {
    file: &'a [u8],
    marker: Option<&'a [u8]>,
    report: FileReport,
}

pub(crate) fn read(file: &[u8]) -> FileReport {
    let n = file.len();
    let signature = file.get(..8) == Some(&FILE_SIGNATURE);
    let marker = file.get(8..24).filter(|marker| file.get(24..28) == Some(&crc32c(marker).to_le_bytes()));
    let report = FileReport {
        len: n as u64,
        marker: marker.map(|marker| SyncMarker::from_random(marker.try_into().unwrap())),
        ..FileReport::default()
    };
    let mut model = Model { file, marker, report };
    if !signature && marker.is_none() {
        model.report.refused = Some(Error { code: Code::FileSignature, offset: 0, requirement: "FILE-001" });
        model.skip(0, n, Code::FileSignature);
        return model.report;
    }
    if !signature {
        model.skip(0, 8, Code::FileSignature);
    }
    if marker.is_none() {
        model.skip(8, n.min(28), Code::FileMarker);
    }
    model.entries(n.min(28));
    let t = model.report.accepted.last().map_or(if n < 28 { 8 } else { 28 }, |entry| entry.end);
    model.report.tail = (t < n as u64).then_some(t);
    model.report
}

impl Model<'_> {
    fn entries(&mut self, mut p: usize) {
        let n = self.file.len();
        // 1
        while p < n {
            // 3
            if !self.candidate(p) {
                if let Some(len) = self.accepted_at(p + 16) {
                    assert!(self.marker.is_some(), "without markers, what is no candidate has no prelude in order");
                    self.skip(p, p + 16, Code::FileMarker);
                    p = self.accept(p + 16, p + 16, len);
                    continue;
                }
                p = self.resync(p, p + 1, self.fault(p));
                continue;
            }
            // 4
            let prelude = Prelude::read(&self.file[p + 16..]).unwrap();
            let lengths = (1..=16_384).contains(&prelude.metadata_len) && (1..=8_388_608).contains(&prelude.body_len);
            let e = p + 80 + usize::from(prelude.metadata_len) + prelude.body_len as usize;
            let end = if lengths { e.min(n) } else { p + 80 };
            let Err(error) = decode(&self.file[p + 16..end]) else {
                p = self.accept(p, p + 16, e - p - 16);
                continue;
            };
            self.report.rejected.push(RejectedFrame { start: p as u64 + 16, error, prelude });
            if lengths && (e == n || (e < n && self.candidate(e))) {
                self.skip(p, e, error.code);
                p = e;
            } else {
                p = self.resync(p, p + 80, error.code);
            }
        }
    }

    fn candidate(&self, q: usize) -> bool {
        let Some(bytes) = self.file.get(q..q + 80) else { return false };
        self.marker.is_none_or(|marker| bytes[..16] == *marker) && Prelude::read(&bytes[16..]).is_ok()
    }

    fn resync(&mut self, p: usize, q: usize, code: Code) -> usize {
        let r = (q..self.file.len()).find(|&r| self.candidate(r)).unwrap_or(self.file.len());
        self.skip(p, r, code);
        r
    }

    fn fault(&self, p: usize) -> Code {
        let marker = self.file.get(p..p + 16);
        if self.marker.is_some() && marker != self.marker {
            return Code::FileMarker;
        }
        match self.file.get(p + 16..) {
            None => Code::Empty,
            Some(rest) => Prelude::read(&rest[..rest.len().min(64)]).unwrap_err().code,
        }
    }

    /// The length of the frame that begins there and passes every check.
    fn accepted_at(&self, at: usize) -> Option<usize> {
        let bytes = self.file.get(at..)?;
        let len = Prelude::read(bytes).ok()?.frame_len() as usize;
        decode(bytes.get(..len)?).ok().map(|()| len)
    }

    fn accept(&mut self, start: usize, frame: usize, len: usize) -> usize {
        let (start, frame, end) = (start as u64, frame as u64, (frame + len) as u64);
        self.report.accepted.push(AcceptedEntry { start, frame, end });
        end as usize
    }

    fn skip(&mut self, start: usize, end: usize, code: Code) {
        if start < end {
            self.report.skipped.push(SkippedRange { start: start as u64, end: end as u64, code });
        }
    }
}

fn decode(frame: &[u8]) -> Result<(), Error> {
    Decoder::new().decode(frame, &ReadOptions::default()).map(|_| ())
}
