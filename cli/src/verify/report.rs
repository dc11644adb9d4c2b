//! What a file reader and a ledger found.

use dashstream_codec::file::FileEvent;
use dashstream_codec::ledger::{Account, Ledger, Verdict};
use dashstream_codec::{Code, Error};

/// A frame that was rejected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rejected {
    /// Offset in the file of its first byte.
    pub(super) start: u64,
    /// Why.
    pub(super) error: Error,
    /// First and last of its numbers, where they are believed: its records are unreadable then, and not lost.
    pub(super) numbers: Option<(u64, u64)>,
}

/// What was found in a file.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Bytes of the file.
    pub(super) len: u64,
    /// Accepted frames.
    pub(super) frames: u64,
    /// Their records.
    pub(super) records: u64,
    /// Why the file was refused.
    pub(super) refused: Option<Error>,
    /// Whether signature and marker are intact.
    pub(super) header: (bool, bool),
    /// Frames that were rejected.
    pub(super) rejected: Vec<Rejected>,
    /// Bytes that belong to no accepted entry: start, end, code.
    pub(super) skipped: Vec<(u64, u64, Code)>,
    /// Where a torn tail begins.
    pub(super) tail: Option<u64>,
    /// Records that were rejected in accepted frames: the frame's offset, the sequence number, why.
    pub(super) bad_records: Vec<(u64, u64, Error)>,
    /// Verdicts of the ledger, with the offsets of the frames.
    pub(super) verdicts: Vec<(u64, Verdict)>,
    /// The accounts.
    pub(super) ledger: Ledger,
}

impl Report {
    /// Takes a finding of the reader.
    pub(super) fn see(&mut self, event: &FileEvent<'_>) {
        match event {
            FileEvent::Header { signature, marker } => self.header = (*signature, marker.is_some()),
            FileEvent::Refused(error) => self.refused = Some(*error),
            FileEvent::Accepted { end, frame, batch, .. } => {
                let at = end.saturating_sub(frame.len() as u64);
                self.frames += 1;
                self.records += batch.len() as u64;
                let bad = batch.records().filter_map(|result| Some((at, result.record.sequence, result.error?)));
                self.bad_records.extend(bad);
                self.observe(at, event);
            }
            FileEvent::Rejected { start, error, prelude } => {
                let numbers = prelude.is_countable().then(|| (prelude.base_sequence, prelude.last_sequence()));
                self.rejected.push(Rejected { start: *start, error: *error, numbers });
                self.observe(*start, event);
            }
            FileEvent::Skipped { start, end, code } => self.skipped.push((*start, *end, *code)),
            FileEvent::End { len, tail } => (self.len, self.tail) = (*len, *tail),
        }
    }

    fn observe(&mut self, at: u64, event: &FileEvent<'_>) {
        if let Some(observation) = event.observation() {
            let verdicts = self.ledger.observe(&observation);
            self.verdicts.extend(verdicts.into_iter().map(|verdict| (at, verdict)));
        }
    }

    /// Whether nothing is damaged, lost, out of order or unknown.
    pub(super) fn is_clean(&self) -> bool {
        let whole =
            self.refused.is_none() && self.skipped.is_empty() && self.rejected.is_empty() && self.tail.is_none();
        let complete = |account: &Account| account.lost() == 0 && account.unreadable() == 0 && account.identity_holds();
        whole
            && self.bad_records.is_empty()
            && self.verdicts.iter().all(|(_, verdict)| is_harmless(*verdict))
            && self.ledger.finish().is_empty()
            && self.ledger.accounts().all(|entry| complete(entry.account))
    }
}

/// Whether a verdict tells of nothing that is wrong at the end. (What a gap leaves lost is in the accounts.)
pub(crate) fn is_harmless(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Baseline(_) | Verdict::Gap(_) | Verdict::Late(_) | Verdict::Duplicate)
}

/// A verdict in words.
pub(crate) fn in_words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Baseline(n) => format!("the lane is first seen at number {n}: the account starts there"),
        Verdict::Gap(n) => format!("{n} numbers before this frame are missing"),
        Verdict::EpochMissing(n) => format!("{n} epochs in which the lane may have carried records were never seen"),
        Verdict::TailUnknown(n) => {
            format!("how epoch {n} ended is not known: records may be missing after its last number")
        }
        Verdict::Late(n) => format!("{n} records that were missing or unreadable arrived after all"),
        Verdict::Duplicate => "the frame was counted before".to_owned(),
        Verdict::Overlap => "the frame covers numbers that were counted, and others: it is not counted".to_owned(),
        Verdict::StaleEpoch => {
            "the frame belongs to what was left behind, and fills nothing: it is not counted".to_owned()
        }
        Verdict::Fork => "two producers use one identity: the frame is not counted".to_owned(),
        Verdict::LaneMoved => "the lane changed its tenant or its partition".to_owned(),
        Verdict::AfterEnd => "the frame follows the end of its epoch or lane: it is not counted".to_owned(),
        Verdict::Forgotten => "what would tell whether the frame was counted is forgotten".to_owned(),
    }
}
