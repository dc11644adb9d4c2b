//! The ledger of spec/loss.md for one lane of one producer, with what it may forget (its Bounds), written a second time: small, so that
//! it can be part of a state, and compared with that of the codec.

use std::collections::BTreeMap;

use dashstream_codec::ledger::{AcceptedFacts, Bounds, Control, Ledger, Observation, Verdict};

use super::{Entry, Mutant};

/// How much is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Counted ranges of an account.
    pub counted: usize,
    /// Missing ranges of an account.
    pub missing: usize,
    /// Accounts of a lane.
    pub epochs: usize,
}

impl Memory {
    /// The same for the codec.
    pub(super) const fn bounds(self) -> Bounds {
        let Self { counted, missing, epochs } = self;
        Bounds { counted, missing, epochs, ..Bounds::NONE }
    }
}

/// A counted range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Counted {
    last: u8,
    readable: bool,
    content: u8,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Account {
    first: u8,
    last: u8,
    seen: u8,
    unreadable: u8,
    lost: u8,
    closed: bool,
    counted: BTreeMap<u8, Counted>,
    missing: BTreeMap<u8, u8>,
    counted_from: u8,
    missing_from: u8,
}

/// A ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Small {
    current: Option<u8>,
    accounts: BTreeMap<u8, Account>,
    epochs_from: u8,
}

impl Small {
    /// Takes the next frame.
    pub fn observe(&mut self, frame: Entry, memory: Option<Memory>, mutant: Option<Mutant>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let stop = self.steps(frame, mutant, &mut verdicts).err();
        if let Some(memory) = memory {
            self.forget(memory, mutant);
        }
        verdicts.extend(stop);
        verdicts
    }

    fn steps(&mut self, frame: Entry, mutant: Option<Mutant>, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        let epoch = frame.epoch;
        match self.current {
            // Step 3
            None => {
                if frame.first > 1 {
                    verdicts.push(Verdict::Baseline(frame.first.into()));
                }
                self.accounts.insert(epoch, Account::begin(frame.first));
            }
            Some(current) if epoch > current => self.next(frame, current, verdicts)?,
            Some(_) => {}
        }
        let current = self.current.unwrap_or(epoch).max(epoch);
        self.current = Some(current);
        // Step 2
        let none = if epoch < self.epochs_from { Verdict::Forgotten } else { Verdict::StaleEpoch };
        let account = self.accounts.get_mut(&epoch).ok_or(none)?;
        account.place(frame, epoch < current, mutant, verdicts)
    }

    /// Step 4
    fn next(&mut self, frame: Entry, current: u8, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        let Some(account) = self.accounts.get_mut(&current) else { return Ok(()) };
        match frame.start.filter(|_| frame.readable) {
            Some((previous, last)) if previous == current => {
                if last < account.last {
                    return Err(Verdict::Fork);
                }
                let gap = account.lose_up_to(last);
                if gap > 0 {
                    verdicts.push(Verdict::Gap(gap.into()));
                }
                account.closed = true;
            }
            // The model's EPOCH_STARTs name the epoch before them.
            Some(_) => return Err(Verdict::Fork),
            None => {
                if !account.closed {
                    verdicts.push(Verdict::TailUnknown(current.into()));
                }
                if frame.epoch - current > 1 {
                    verdicts.push(Verdict::EpochMissing(u64::from(frame.epoch - current) - 1));
                }
            }
        }
        self.accounts.insert(frame.epoch, Account::begin(1));
        Ok(())
    }

    /// Bounds
    fn forget(&mut self, memory: Memory, mutant: Option<Mutant>) {
        while self.accounts.len() > memory.epochs
            && let Some((epoch, _)) = self.accounts.pop_first()
        {
            self.epochs_from = epoch + 1;
        }
        self.accounts.values_mut().for_each(|account| account.forget(memory, mutant));
    }

    /// LOSS-001
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let adds_up =
            |account: &Account| account.seen + account.unreadable + account.lost + account.first == account.last + 1;
        self.accounts.values().all(adds_up)
    }

    /// Whether it knows what the codec's ledger knows.
    #[must_use]
    pub fn agrees(&self, other: &Ledger) -> bool {
        let ours = self.accounts.iter().map(|(epoch, account)| {
            let missing: Vec<_> =
                account.missing.iter().map(|(first, last)| ((*first).into(), (*last).into())).collect();
            let Account { first, last, seen, unreadable, lost, .. } = account;
            (u32::from(*epoch), [first, last, seen, unreadable, lost].map(|n| u64::from(*n)), missing)
        });
        ours.eq(other.accounts().map(|entry| {
            let account = entry.account;
            let numbers = [account.first(), account.last(), account.seen(), account.unreadable(), account.lost()];
            (entry.epoch, numbers, account.missing_ranges().collect::<Vec<_>>())
        }))
    }
}

impl Account {
    fn begin(first: u8) -> Self {
        Self { first, last: first - 1, ..Self::default() }
    }

    /// Steps 5 to 9. A frame has as many records as numbers.
    fn place(
        &mut self,
        frame: Entry,
        old: bool,
        mutant: Option<Mutant>,
        verdicts: &mut Vec<Verdict>,
    ) -> Result<(), Verdict> {
        let Entry { first, last, readable, content, .. } = frame;
        let span = last - first + 1;
        // Step 5
        if let Some(known) = self.counted.get_mut(&first).filter(|known| known.last == last) {
            if known.content != content {
                return Err(Verdict::Fork);
            }
            if !known.readable && readable && mutant != Some(Mutant::DamagedIsSeen) {
                known.readable = true;
                self.unreadable -= span;
                self.seen += span;
                verdicts.push(Verdict::Late(span.into()));
                return Ok(());
            }
            return Err(Verdict::Duplicate);
        }
        // Step 6
        if last < self.first {
            return Err(Verdict::StaleEpoch);
        }
        if first <= self.last {
            self.inside(first, last, verdicts, mutant)?;
        } else {
            // Step 8
            if old {
                return Err(Verdict::StaleEpoch);
            }
            let gap = self.lose_up_to(first - 1);
            if gap > 0 {
                verdicts.push(Verdict::Gap(gap.into()));
            }
            self.last = last;
        }
        // Step 9
        *if readable { &mut self.seen } else { &mut self.unreadable } += span;
        self.counted.insert(first, Counted { last, readable, content });
        Ok(())
    }

    /// Step 7
    fn inside(
        &mut self,
        first: u8,
        last: u8,
        verdicts: &mut Vec<Verdict>,
        mutant: Option<Mutant>,
    ) -> Result<(), Verdict> {
        // LOSS-021
        if first < self.missing_from {
            return Err(Verdict::Forgotten);
        }
        let inside = self.missing.range(..=first).next_back().map(|(begin, end)| (*begin, *end));
        let Some((begin, end)) = inside.filter(|(_, end)| last <= *end) else {
            let missing = self.missing.iter().any(|(begin, end)| *begin <= last && first <= *end);
            let known = last < self.counted_from && !missing;
            return Err(if known { Verdict::Duplicate } else { Verdict::Overlap });
        };
        self.missing.remove(&begin);
        if begin < first {
            self.missing.insert(begin, first - 1);
        }
        if last < end {
            self.missing.insert(last + 1, end);
        }
        let span = last - first + 1;
        if mutant != Some(Mutant::LateStaysLost) {
            self.lost -= span;
        }
        verdicts.push(Verdict::Late(span.into()));
        Ok(())
    }

    fn lose_up_to(&mut self, last: u8) -> u8 {
        let gap = last.saturating_sub(self.last);
        if gap > 0 {
            self.missing.insert(self.last + 1, last);
            self.lost += gap;
            self.last = last;
        }
        gap
    }

    fn forget(&mut self, memory: Memory, mutant: Option<Mutant>) {
        while let Some((first, counted)) = self.counted.first_key_value().map(|(first, counted)| (*first, *counted))
            && (self.counted.len() > memory.counted || first < self.counted_from)
        {
            self.counted.remove(&first);
            self.counted_from = self.counted_from.max(counted.last + 1);
            // What is unreadable may yet arrive intact.
            if !counted.readable && mutant != Some(Mutant::UnreadableIsForgotten) {
                self.missing_from = self.missing_from.max(counted.last + 1);
            }
        }
        while let Some((first, last)) = self.missing.first_key_value().map(|(first, last)| (*first, *last))
            && (self.missing.len() > memory.missing || last < self.missing_from)
        {
            self.missing.remove(&first);
            if mutant != Some(Mutant::MissingIsForgotten) {
                self.missing_from = self.missing_from.max(last + 1);
            }
        }
    }
}

/// What the codec's ledger is told of a frame.
pub(super) fn observation(frame: Entry) -> Observation<'static> {
    let start = |(epoch, last): (u8, u8)| Control::EpochStart {
        previous_epoch: epoch.into(),
        previous_last_sequence: last.into(),
    };
    let control = frame.start.into_iter().map(start).collect();
    let facts = AcceptedFacts { tenant: "t", boot_nonce: [frame.epoch; 8], redaction: None, control };
    Observation {
        producer_id: [1; 16],
        epoch: frame.epoch.into(),
        lane: 0,
        base_sequence: frame.first.into(),
        record_count: u16::from(frame.last - frame.first) + 1,
        drop_count: 0,
        body_crc: frame.content.into(),
        partition: None,
        accepted: frame.readable.then_some(facts),
    }
}
