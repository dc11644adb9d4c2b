//! Who reads the log: the ledger of the codec.

use dashstream_codec::ledger::{AcceptedFacts, Control, Ledger, Observation, Verdict};

use super::frame::{Frame, What};

/// A ledger, and what it said to each frame of the log.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    ledger: Ledger,
    /// For each frame, what was said.
    pub verdicts: Vec<Vec<Verdict>>,
}

impl Reader {
    pub(super) fn read(&mut self, frame: Frame, nonce: u8, starts: bool) {
        let (crc, control) = match frame.what {
            // Two that say the same are the same, to the last bit: the worst that can be.
            What::Start(previous) => {
                let start = Control::EpochStart {
                    previous_epoch: previous.epoch.into(),
                    previous_last_sequence: previous.last.into(),
                };
                (
                    1000 + u32::from(previous.epoch) * 100 + u32::from(previous.last),
                    if starts { vec![start] } else { Vec::new() },
                )
            }
            What::Record(record) => (record.into(), Vec::new()),
        };
        let accepted = AcceptedFacts { tenant: "t", boot_nonce: [nonce; 8], redaction: None, control };
        self.verdicts.push(self.ledger.observe(&Observation {
            producer_id: [frame.producer; 16],
            epoch: frame.epoch.into(),
            lane: 0,
            base_sequence: frame.sequence.into(),
            record_count: 1,
            drop_count: 0,
            body_crc: crc,
            partition: None,
            accepted: Some(accepted),
        }));
    }

    /// How many numbers are missing.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.ledger.accounts().map(|entry| entry.account.lost()).sum()
    }

    /// Whether every account adds up (LOSS-001).
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.ledger.accounts().all(|entry| entry.account.identity_holds())
    }
}
