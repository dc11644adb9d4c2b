//! Where a frame stands in an account: steps 5 to 7, 9 and, for LATE_DROPS, 11.

use super::gate::Gate;
use super::ledger::{Arrival, Content, Verdict};
use super::ledger_account::{Account, Counted};

/// What steps 5 to 7 come to.
pub(super) enum Place {
    /// The frame is not counted.
    Stop(Verdict),
    /// It fills missing numbers: count it.
    Late(Verdict),
    /// It makes an unreadable range readable: nothing to count.
    Readable(Verdict),
    /// It is counted without a word (mutants only).
    Again,
    /// It lies above the account.
    Above,
}

impl Account {
    /// Steps 5 to 7.
    pub(super) fn place(&mut self, gate: &Gate, f: &Arrival) -> Place {
        let range = (f.a, f.z);
        let known = self
            .counted
            .iter_mut()
            .find(|known| known.a == f.a && known.z == f.z && known.record_count == f.record_count);
        if let Some(known) = known {
            let place = same_range(gate, known, f);
            if matches!(place, Place::Readable(_)) {
                self.seen += u128::from(f.record_count);
                self.unreadable = self.unreadable.saturating_sub(u128::from(f.record_count));
            }
            return place;
        }
        // Step 6
        if f.z < self.first {
            return Place::Stop(Verdict::plain("STALE_EPOCH"));
        }
        // Step 7
        if f.a > self.last {
            return Place::Above;
        }
        if !self.missing.iter().any(|(a, z)| *a <= f.a && f.z <= *z) {
            // LOSS-012
            if gate.strict("LOSS-012") {
                return Place::Again;
            }
            return Place::Stop(Verdict::plain("OVERLAP"));
        }
        // LOSS-013
        if !gate.strict("LOSS-013") {
            self.fill(range);
        }
        Place::Late(Verdict::with("LATE", u128::from(f.record_count)))
    }

    /// Step 9.
    pub(super) fn count(&mut self, f: &Arrival) {
        let records = u128::from(f.record_count);
        if f.content.is_some() {
            self.seen += records;
        } else {
            self.unreadable += records;
        }
        self.declared += u128::from(f.drop_count);
        self.counted.push(Counted {
            a: f.a,
            z: f.z,
            readable: f.content.is_some(),
            body_crc: f.body_crc,
            record_count: f.record_count,
            redacted: redaction(f.content.as_ref()),
        });
    }

    /// LATE_DROPS. LOSS-018
    pub(super) fn declare(&mut self, gate: &Gate, first: u128, count: u128) {
        if gate.strict("LOSS-018") || count == 0 {
            return;
        }
        let mut found = 0;
        for (a, z) in self.fill((first, first + count - 1)) {
            found += z - a + 1;
        }
        self.declared += if gate.strict("LOSS-018.counts-all") { count } else { found };
    }
}

fn redaction(content: Option<&Content>) -> Option<u64> {
    content.and_then(|content| content.redaction)
}

/// Step 5, for a range that is counted already.
fn same_range(gate: &Gate, known: &mut Counted, f: &Arrival) -> Place {
    let of_nothing = |crc: &u64| *crc == 0 && gate.strict("LOSS-010.no-original");
    let redacts = redaction(f.content.as_ref()).filter(|crc| !of_nothing(crc));
    let same = known.body_crc == f.body_crc
        || redacts == Some(known.body_crc)
        || known.redacted == Some(f.body_crc)
        || (redacts.is_some() && redacts == known.redacted);
    // LOSS-010
    let trusted = gate.strict("LOSS-010") || (gate.strict("LOSS-010.unreadable") && f.content.is_none());
    if !same && !trusted {
        return Place::Stop(Verdict::plain("FORK"));
    }
    // LOSS-011
    if !known.readable && f.content.is_some() && !gate.strict("LOSS-011") {
        known.readable = true;
        known.body_crc = f.body_crc;
        known.redacted = redacts;
        return Place::Readable(Verdict::with("LATE", u128::from(f.record_count)));
    }
    // LOSS-009
    if gate.strict("LOSS-009") {
        return Place::Again;
    }
    Place::Stop(Verdict::plain("DUPLICATE"))
}
