//! What a step does.

use super::{File, Kind, Letter, Letters, Life, Message, Mutant, Outcome, Sending, Stage, State, Step};

/// A write, a sync, a rename, and a sync of the folder.
const WRITTEN: u8 = 4;

impl Letters {
    /// `None` where nothing changes.
    pub(super) fn take(&self, state: &mut State, step: Step) -> Option<()> {
        match step {
            Step::Begin => {
                let done = if self.is(Mutant::ReplaysNotCommitted) { Default::default() } else { state.done.clone() };
                state.life = Some(Life { stage: Stage::Ready, done });
            }
            Step::Look => self.look(state)?,
            Step::Send => {
                let stage = &mut state.life.as_mut()?.stage;
                let Stage::Failed(letter, tries) = *stage else { return None };
                *stage = Stage::Sending(letter, tries);
                state.network.push(Sending { letter, from_folder: false, awaited: true, appended: false });
            }
            Step::Write => self.write(state)?,
            Step::Fail => {
                state.failures += 1;
                let stage = &mut state.life.as_mut()?.stage;
                let Stage::Writing(letter, _) = *stage else { return None };
                // It begins again, with another file.
                *stage = Stage::Failed(letter, 1);
                state.folder.retain(|file| file.letter != letter || file.named);
            }
            Step::Commit => self.commit(state)?,
            Step::Append(index) => {
                let sending = state.network.get_mut(index)?;
                sending.appended = true;
                let Sending { letter, awaited, .. } = *sending;
                if !awaited {
                    state.network.remove(index);
                }
                state.topic_twice |= !state.topic.insert(letter);
            }
            Step::Acknowledge(index) => acknowledge(state, index)?,
            Step::Refuse(index) => {
                let sending = state.network.remove(index);
                failed(state, sending)?;
            }
            Step::GiveUp(index) => {
                state.faults += 1;
                let sending = state.network.get_mut(index)?;
                sending.awaited = false;
                let sending = *sending;
                if sending.appended {
                    state.network.remove(index);
                }
                failed(state, sending)?;
            }
            Step::Lose(index) => drop(state.network.remove(index)),
            Step::Drain(index) => {
                let file = state.folder.get_mut(index)?;
                file.sent |= self.is(Mutant::DeletedWhenSent);
                let letter = file.letter;
                state.network.push(Sending { letter, from_folder: true, awaited: true, appended: false });
            }
            Step::Delete(index) => state.folder.get_mut(index)?.deleted = true,
            Step::SyncFolder => state.folder.retain(|file| !file.deleted),
            Step::Crash(letters, deletions) => {
                state.crashes += 1;
                crash(state, letters, deletions);
            }
            Step::Name => drop(state.named.insert(state.outcomes.len())),
            Step::Mend => state.mended = true,
            Step::Replay(letter) => {
                let attempt = state.replayed.get(&letter.id).copied().unwrap_or(letter.replays) + 1;
                state.replayed.insert(letter.id, attempt);
                replay(state, letter, attempt)?;
            }
            Step::Repeat(letter) => {
                state.repeats += 1;
                let attempt = *state.replayed.get(&letter.id)?;
                replay(state, letter, attempt)?;
            }
        }
        Some(())
    }

    fn look(&self, state: &mut State) -> Option<()> {
        let place = u8::try_from(state.outcomes.len()).ok()?;
        let message = *state.log.get(state.outcomes.len())?;
        let life = state.life.as_mut()?;
        // CON-013
        let suppressed = message.replay.is_some_and(|(id, attempt)| match self.mutant {
            Some(Mutant::ReplayBySequence) => true,
            Some(Mutant::ReplayById) => life.done.iter().any(|(other, _)| *other == id),
            Some(Mutant::ReplayAgain) => false,
            _ => life.done.contains(&(id, attempt)),
        });
        let fails = match message.kind {
            Kind::Good => false,
            Kind::Bad | Kind::Large => !state.mended,
            Kind::Unsupported => true,
        };
        life.stage = if suppressed {
            Stage::Done(Outcome::Suppressed)
        } else if fails {
            let replays = message.replay.map_or(0, |(_, attempt)| attempt);
            let replays = if self.is(Mutant::ReplaysAreForgotten) { 0 } else { replays };
            let id = if self.is(Mutant::IdIsDrawn) { 100 + state.drawn } else { place };
            state.drawn += u8::from(self.is(Mutant::IdIsDrawn));
            Stage::Failed(Letter { id, place, replays }, 0)
        } else {
            Stage::Done(Outcome::Effect)
        };
        Some(())
    }

    /// The next step of writing: under another name, synced, renamed, and the folder synced.
    fn write(&self, state: &mut State) -> Option<()> {
        let life = state.life.as_mut()?;
        let (letter, step) = match life.stage {
            Stage::Failed(letter, _) => (letter, 0),
            Stage::Writing(letter, step) => (letter, step),
            _ => return None,
        };
        if step == 0 {
            // One of this name is replaced when this is renamed.
            let new = File { letter, synced: false, renamed: false, named: false, sent: false, deleted: false };
            state.folder.push(new);
        }
        let file = state.folder.iter_mut().find(|file| file.letter == letter && !file.named)?;
        match step {
            1 => file.synced = !self.is(Mutant::RenamedBeforeSync),
            2 => file.renamed = true,
            3 => {
                file.named = !self.is(Mutant::NoFolderSync);
                let file = *file;
                state.folder.retain(|other| other.letter != letter || *other == file);
            }
            _ => {}
        }
        life.stage = if step + 1 == WRITTEN { Stage::Done(Outcome::Letter) } else { Stage::Writing(letter, step + 1) };
        Some(())
    }

    /// CON-006, CON-007, KAF-008
    fn commit(&self, state: &mut State) -> Option<()> {
        let life = state.life.as_mut()?;
        let outcome = if let Stage::Done(outcome) = life.stage { outcome } else { Outcome::Letter };
        life.stage = Stage::Ready;
        let offset = state.outcomes.len();
        let message = state.log.get(offset)?;
        life.done.extend(message.replay);
        state.done.extend(message.replay);
        if outcome == Outcome::Effect {
            let place = message.replay.unwrap_or((u8::try_from(offset).ok()?, 0));
            *state.effects.entry(place).or_default() += 1;
        }
        state.outcomes.push(outcome);
        Some(())
    }
}

/// DLQ-007
fn replay(state: &mut State, letter: Letter, attempt: u8) -> Option<()> {
    let message = *state.log.get(usize::from(letter.place))?;
    state.log.push(Message { replay: Some((letter.id, attempt)), depth: message.depth + 1, ..message });
    Some(())
}

fn acknowledge(state: &mut State, index: usize) -> Option<()> {
    let Sending { letter, from_folder, appended, .. } = *state.network.get(index)?;
    if appended {
        state.network.remove(index);
    } else {
        state.network.get_mut(index)?.awaited = false;
    }
    if from_folder {
        // DLQ-004
        state.folder.iter_mut().filter(|file| file.letter == letter).for_each(|file| file.sent = true);
    } else {
        state.life.as_mut()?.stage = Stage::Done(Outcome::Letter);
    }
    Some(())
}

fn failed(state: &mut State, sending: Sending) -> Option<()> {
    if !sending.from_folder {
        let life = state.life.as_mut()?;
        if let Stage::Sending(letter, _) = life.stage {
            life.stage = Stage::Failed(letter, 1);
        }
    }
    Some(())
}

fn crash(state: &mut State, letters: bool, deletions: bool) {
    state.life = None;
    state.folder.retain(|file| {
        let whole = file.synced && file.named;
        file.renamed && (whole || letters) && !(file.deleted && deletions)
    });
    for file in &mut state.folder {
        (file.synced, file.named, file.sent, file.deleted) = (true, true, false, false);
    }
    state.folder.dedup();
    state.network.iter_mut().for_each(|sending| sending.awaited = false);
    state.network.retain(|sending| !sending.appended);
}
