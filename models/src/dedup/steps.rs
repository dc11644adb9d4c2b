//! What a step does.

use std::sync::Arc;

use dashstream_codec::ledger::Verdict;

use super::ledger::observation;
use super::{Consumer, Dedup, Doing, Entry, Known, Mutant, Read, State, Step, is_unknown};

impl Dedup {
    /// `None` where nothing changes.
    pub(super) fn take(&self, state: &mut State, step: Step) -> Option<()> {
        match step {
            Step::Begin => {
                for consumer in &mut state.consumers {
                    consumer.ousted = true;
                    state.ousted += 1;
                }
                // CON-008
                let marks = match self.mutant {
                    Some(Mutant::NoMark) => 0,
                    Some(Mutant::OneMarkLess) => self.ahead - 1,
                    _ => self.ahead,
                };
                let known =
                    if self.is(Mutant::LedgerNotCommitted) { self.nothing_known() } else { state.known.clone() };
                state.consumers.push(Consumer { begin: state.offset, reads: Vec::new(), known, marks, ousted: false });
                Some(())
            }
            Step::Read(number, frame) => self.read(state, number, frame),
            Step::Do(number, index) => {
                let read = state.consumers.get_mut(number)?.reads.get_mut(index)?;
                let Doing::Handed { unknown } = read.state else { return None };
                read.state = Doing::Confirmed { unknown };
                if !self.atomic {
                    add(&mut state.effects, read.frame)?;
                }
                Some(())
            }
            Step::Commit(number) => {
                if !self.commit(state, number)? {
                    state.consumers.remove(number);
                }
                Some(())
            }
            Step::CommitEffects(number) => {
                let consumer = state.consumers.get_mut(number)?;
                let count = self.confirmed(consumer);
                let reads = consumer.reads.get_mut(..count)?;
                apply(&mut state.effects, reads)?;
                // Not a second time by this one.
                reads.iter_mut().for_each(|read| read.state = Doing::SetAside);
                Some(())
            }
            // CON-010
            Step::Revoke(number) => {
                state.ends += 1;
                if self.is(Mutant::RevokedCommitsAll) {
                    for read in &mut state.consumers.get_mut(number)?.reads {
                        if let Doing::Handed { .. } = read.state {
                            // As if there was nothing to do.
                            read.state = Doing::Suppressed;
                        }
                    }
                }
                self.commit(state, number)?;
                state.consumers.remove(number);
                Some(())
            }
            Step::Die(number) => {
                state.ends += 1;
                state.consumers.remove(number);
                Some(())
            }
        }
    }

    /// Judge, account, choose, and hand over (CON-002 to CON-004).
    fn read(&self, state: &mut State, number: usize, frame: usize) -> Option<()> {
        let consumer = state.consumers.get_mut(number)?;
        if consumer.begin + consumer.reads.len() == state.log.len() {
            state.log.push(frame);
        }
        let entry = *self.frames.get(frame)?;
        let said = consumer.known.observe(entry, self);
        let forgotten = said.contains(&Verdict::Forgotten);
        state.seen.forgotten |= forgotten;
        state.seen.late |= said.iter().any(|verdict| matches!(verdict, Verdict::Late(_)));
        let suppressed = said.contains(&Verdict::Duplicate) || (forgotten && self.is(Mutant::ForgottenIsSuppressed));
        let doing = if !entry.readable {
            Doing::SetAside
        } else if suppressed {
            Doing::Suppressed
        } else {
            let unknown = said.iter().any(is_unknown);
            let marked = consumer.marks > 0;
            consumer.marks = consumer.marks.saturating_sub(1);
            let clean = !marked && !unknown;
            let before = std::mem::replace(state.handed.get_mut(frame)?, true);
            state.unmarked |= before && clean;
            state.unmarked_by_owner |= before && clean && !consumer.ousted;
            let clean_before = state.clean.get_mut(frame)?;
            state.clean_twice |= *clean_before && clean;
            *clean_before |= clean;
            Doing::Handed { unknown }
        };
        consumer.reads.push(Read { frame, state: doing, known: consumer.known.clone() });
        Some(())
    }

    /// Offset, ledger and effects in one step; whether it was allowed to.
    fn commit(&self, state: &mut State, number: usize) -> Option<bool> {
        let consumer = state.consumers.get_mut(number)?;
        if consumer.ousted && !self.is(Mutant::NoFence) {
            return Some(false);
        }
        let count = self.confirmed(consumer);
        let reads: Vec<Read> = consumer.reads.drain(..count).collect();
        consumer.begin += count;
        state.offset = consumer.begin;
        if let Some(last) = reads.last() {
            state.known = if self.is(Mutant::LedgerAhead) { consumer.known.clone() } else { last.known.clone() };
        }
        if self.atomic {
            apply(&mut state.effects, &reads)?;
        }
        Some(true)
    }
}

/// Effects that are part of a commit. Of an unknown frame the application looks whether it has its effect (CON-004).
fn apply(effects: &mut [u8], reads: &[Read]) -> Option<()> {
    for read in reads {
        if let Doing::Confirmed { unknown } = read.state
            && !(unknown && effects.get(read.frame).is_some_and(|count| *count > 0))
        {
            add(effects, read.frame)?;
        }
    }
    Some(())
}

/// More than two is as wrong as two.
fn add(effects: &mut [u8], frame: usize) -> Option<()> {
    let count = effects.get_mut(frame)?;
    *count = (*count + 1).min(2);
    Some(())
}

impl Known {
    fn observe(&mut self, entry: Entry, model: &Dedup) -> Vec<Verdict> {
        let said = Arc::make_mut(&mut self.small).observe(entry, model.memory, model.mutant);
        let verdicts = self.real.observe(&observation(entry));
        self.differs |= verdicts != said || !self.small.agrees(&self.real);
        said
    }
}
