//! What a step does.

use super::{
    Content, Fate, Frame, Host, Identity, Kept, Live, Mutant, Previous, Saving, Sending, Spooled, State, Step, What,
};

impl Identity {
    /// `None` where nothing changes.
    pub(super) fn take(&self, state: &mut State, step: Step) -> Option<()> {
        match step {
            Step::Open(number) => self.open(state, number),
            Step::Save(number) => {
                let host = host(state, number)?;
                self.save(host)?;
                // Where no power is lost, nobody sees what happens between.
                while !self.bounds.power && host.live.as_ref()?.saving.is_some() {
                    self.save(host)?;
                }
                Some(())
            }
            Step::Offer(number) => {
                let record = What::Record(state.records);
                state.records += 1;
                offer(host(state, number)?.live.as_mut()?, record);
                Some(())
            }
            Step::Seal(number) => seal(host(state, number)?, number, !self.bounds.power),
            Step::Sync(number) => {
                host(state, number)?.spool.iter_mut().for_each(|spooled| spooled.synced = true);
                Some(())
            }
            Step::Send(number, index) => {
                let frame = host(state, number)?.spool.get(index)?.frame;
                state.sends += 1;
                state.sent.insert(frame);
                state.network.push(Sending { frame, host: number, awaited: true, appended: false });
                Some(())
            }
            Step::Append(index) => self.append(state, index),
            Step::Acknowledge(index) => acknowledge(state, index),
            Step::GiveUp(index) => {
                let sending = state.network.get_mut(index)?;
                sending.awaited = false;
                state.give_ups += 1;
                if sending.appended {
                    state.network.remove(index);
                }
                Some(())
            }
            Step::Lose(index) => {
                state.network.remove(index);
                Some(())
            }
            Step::Reclaim(number) => self.reclaim(host(state, number)?),
            Step::Purge(number) => {
                host(state, number)?.spool.retain(|spooled| !spooled.removed);
                Some(())
            }
            Step::Crash(number, fates, frames, removals) => {
                state.crashes += 1;
                crash(state, number, fates, frames, removals)
            }
            Step::Damage(number, slot) => {
                state.damages += 1;
                host(state, number)?.slots.get_mut(slot)?.durable = Content::Bad;
                Some(())
            }
            Step::Copy => copy(state),
        }
    }

    /// The better of the two states, with the next epoch; another producer where there is none.
    fn open(&self, state: &mut State, number: u8) -> Option<()> {
        let boot = state.boots;
        state.boots += 1;
        let drawn = state.producers + 1;
        let host = host(state, number)?;
        let read = host.slots.map(|slot| slot.read());
        let [left, right] = read;
        let mut order = if left.revision() <= right.revision() { [0, 1] } else { [1, 0] };
        if self.is(Mutant::NewerSlotFirst) {
            order.reverse();
        }
        let best =
            read.into_iter().filter(|content| content.revision().is_some()).max_by_key(|content| content.revision());
        let (revision, kept) = match best {
            Some(Content::Good { revision, kept }) => (revision, Kept { epoch: kept.epoch + 1, ..kept }),
            _ => {
                let there = read.into_iter().any(|content| content == Content::Bad);
                let same = there && self.is(Mutant::UnreadableIsTheSame);
                (0, Kept { producer: if same { drawn - 1 } else { drawn }, epoch: 1, previous: Previous::default() })
            }
        };
        host.live = Some(Live {
            kept,
            revision,
            order,
            boot,
            previous: Previous::default(),
            next: 1,
            queue: Vec::new(),
            started: false,
            saving: Some(Saving { kept, step: 0, opening: true }),
        });
        state.producers = state.producers.max(kept.producer);
        Some(())
    }

    /// A write or a sync: of the first file, then of the second.
    fn save(&self, host: &mut Host) -> Option<()> {
        let live = host.live.as_mut()?;
        let saving = live.saving.as_mut()?;
        let unsynced = saving.opening && self.is(Mutant::EpochBeforeSync);
        let [first, second] = live.order;
        let slot = host.slots.get_mut(usize::from(if saving.step < 2 { first } else { second }))?;
        if saving.step % 2 == 0 {
            slot.cached = Some(Content::Good { revision: live.revision + 1, kept: saving.kept });
        } else if !unsynced {
            slot.durable = slot.cached.take()?;
            slot.named |= !self.is(Mutant::NoFolderSync);
        }
        saving.step += 1;
        if saving.step < if self.is(Mutant::OneSlot) { 2 } else { 4 } {
            return Some(());
        }
        let Saving { kept, opening, .. } = *saving;
        live.saving = None;
        live.kept = kept;
        live.revision += 1;
        if opening {
            self.begin(host)
        } else {
            remove(&mut host.spool);
            if !self.bounds.power {
                host.spool.retain(|spooled| !spooled.removed);
            }
            Some(())
        }
    }

    /// The state is durable: what EPOCH_START has to say is what the state or the spool knows, whichever is later (SEQ-005).
    fn begin(&self, host: &mut Host) -> Option<()> {
        let live = host.live.as_mut()?;
        if self.is(Mutant::LeftIsSealedAgain) {
            for spooled in host.spool.drain(..) {
                offer(live, spooled.frame.what);
            }
        }
        live.previous = live.kept.previous.max(last(&host.spool, live.kept.producer));
        Some(())
    }

    /// SEQ-005: the state is to know where the lane stood, before the spool forgets it.
    fn reclaim(&self, host: &mut Host) -> Option<()> {
        if self.is(Mutant::ForgottenBeforeKept) {
            remove(&mut host.spool);
            return Some(());
        }
        let live = host.live.as_mut()?;
        let mut previous = live.kept.previous.max(last(&host.spool, live.kept.producer));
        if self.is(Mutant::UnsealedIsCounted) && live.next > 1 {
            previous = Previous { epoch: live.kept.epoch, last: live.next - 1 };
        }
        live.saving = Some(Saving { kept: Kept { previous, ..live.kept }, step: 0, opening: false });
        Some(())
    }

    fn append(&self, state: &mut State, index: usize) -> Option<()> {
        let sending = state.network.get_mut(index)?;
        sending.appended = true;
        let Sending { frame, awaited, .. } = *sending;
        if !awaited {
            state.network.remove(index);
        }
        state.log.push(frame);
        let nonce = if self.is(Mutant::NonceOfTheFolder) { 0 } else { frame.boot };
        state.reader.read(frame, nonce, !self.is(Mutant::NoStart));
        Some(())
    }
}

fn host(state: &mut State, number: u8) -> Option<&mut Host> {
    state.hosts.get_mut(usize::from(number))
}

/// SEQ-001, SEQ-002, SEQ-004
fn offer(live: &mut Live, what: What) {
    let epoch_start = matches!(what, What::Start(_));
    if live.next == 1 {
        live.queue.push((1, What::Start(live.previous)));
        live.next = 2;
    }
    if !epoch_start {
        live.queue.push((live.next, what));
        live.next += 1;
    }
}

fn seal(host: &mut Host, number: u8, synced: bool) -> Option<()> {
    let live = host.live.as_mut()?;
    let (sequence, what) = live.queue.remove(0);
    let Kept { producer, epoch, .. } = live.kept;
    let frame = Frame { producer, epoch, sequence, what, boot: live.boot, host: number };
    host.spool.push(Spooled { frame, synced, acknowledged: false, removed: false });
    Some(())
}

/// Where the lane of a producer stands by the spool.
fn last(spool: &[Spooled], producer: u8) -> Previous {
    let ours = spool.iter().filter(|spooled| spooled.frame.producer == producer && !spooled.removed);
    ours.map(|spooled| spooled.frame.place()).max().unwrap_or_default()
}

fn remove(spool: &mut [Spooled]) {
    spool.iter_mut().for_each(|spooled| spooled.removed |= spooled.acknowledged);
}

fn acknowledge(state: &mut State, index: usize) -> Option<()> {
    let sending = *state.network.get(index)?;
    let host = state.hosts.get_mut(usize::from(sending.host))?;
    let live = host.live.as_mut()?;
    // A thread that writes hears it when it is done.
    if live.saving.is_some() {
        return None;
    }
    live.started |= sending.frame.boot == live.boot && sending.frame.sequence == 1;
    let acknowledged = host.spool.iter_mut().filter(|spooled| spooled.frame == sending.frame);
    acknowledged.for_each(|spooled| spooled.acknowledged = true);
    if sending.appended {
        state.network.remove(index);
    } else {
        state.network.get_mut(index)?.awaited = false;
    }
    Some(())
}

fn crash(state: &mut State, number: u8, fates: [Fate; 2], frames: bool, removals: bool) -> Option<()> {
    let host = host(state, number)?;
    host.live = None;
    for (slot, fate) in host.slots.iter_mut().zip(fates) {
        *slot = slot.after(fate);
    }
    host.spool.retain(|spooled| (spooled.synced || frames) && !(spooled.removed && removals));
    for spooled in &mut host.spool {
        (spooled.synced, spooled.acknowledged, spooled.removed) = (true, false, false);
    }
    let ours = state.network.iter_mut().filter(|sending| sending.host == number);
    ours.for_each(|sending| sending.awaited = false);
    // A send that is in the log and that nobody waits for is over.
    state.network.retain(|sending| sending.awaited || !sending.appended);
    Some(())
}

fn copy(state: &mut State) -> Option<()> {
    let from = state.hosts.first()?;
    let mut spool = from.spool.clone();
    spool.retain(|spooled| !spooled.removed);
    for spooled in &mut spool {
        (spooled.synced, spooled.acknowledged) = (true, false);
    }
    state.copied = Some(state.records);
    state.hosts.push(Host { slots: from.slots, spool, live: None });
    Some(())
}
