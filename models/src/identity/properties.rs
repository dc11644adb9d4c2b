//! What has to hold.

use dashstream_codec::ledger::Verdict;
use stateright::Property;

use super::{Bounds, Content, Frame, Identity, Previous, Spooled, State, What};

/// SEQ-001
pub const NUMBERED_ONCE: &str = "SEQ-001: no number is used for two records";
/// WRT-006, SEQ-006
pub const ONE_NUMBER: &str = "SEQ-006: no record is sent under two numbers";
/// SEQ-003
pub const EPOCH_DURABLE: &str = "SEQ-003: an epoch that a frame was sent in is durable";
/// SEQ-004, SEQ-005, SEQ-006
pub const START_IS_TRUE: &str = "SEQ-005: EPOCH_START names the last frame of the epochs before";
/// What was sent is somewhere.
pub const NOTHING_FORGOTTEN: &str = "what was sent is in the log, or in the spool to be sent again";
/// Power alone makes no other producer.
pub const IDENTITY_SURVIVES: &str = "a loss of power makes no other producer of one that has sent";
/// SEQ-012, and that nobody is accused wrongly.
pub const ONLY_DUPLICATES: &str = "SEQ-012: of one producer alone, a ledger stops nothing but duplicates";
/// LOSS-001
pub const ADDS_UP: &str = "LOSS-001: the ledger's accounts add up";
/// At the end.
pub const NOTHING_LOST: &str = "where all is acknowledged, nothing is lost";
/// META-017, LOSS-002
pub const FORK_AT_ONCE: &str = "META-017: the second life in an epoch is a FORK from its first frame";
/// A copy is never silent.
pub const COPY_IS_TOLD: &str = "a copy that goes on beside its original is told by FORK or STALE_EPOCH";
/// Nothing of a copy is mistaken.
pub const DUPLICATE_IS_SAME: &str = "LOSS-010: what is called a duplicate has the content of a frame before";

pub(super) fn of(bounds: Bounds) -> Vec<Property<Identity>> {
    let mut all = vec![
        Property::always(EPOCH_DURABLE, epoch_durable),
        Property::always(NOTHING_FORGOTTEN, nothing_forgotten),
        Property::always(ADDS_UP, |_, state: &State| state.reader.adds_up()),
        Property::always(DUPLICATE_IS_SAME, duplicate_is_same),
    ];
    if bounds.copied {
        all.extend([
            Property::always(FORK_AT_ONCE, fork_at_once),
            Property::always(COPY_IS_TOLD, |_, state: &State| !both_went_on(state) || told(state)),
            Property::sometimes("two lives use one epoch", |_, state: &State| second_lives(state).next().is_some()),
            Property::sometimes("a copy is told by EPOCH_START alone", |_, state: &State| {
                second_lives(state).next().is_none() && says(state, Verdict::Fork)
            }),
            Property::sometimes("a copy is told by STALE_EPOCH alone", |_, state: &State| {
                both_went_on(state) && says(state, Verdict::StaleEpoch) && !says(state, Verdict::Fork)
            }),
        ]);
    } else {
        all.extend([
            Property::always(NUMBERED_ONCE, numbered_once),
            Property::always(ONE_NUMBER, one_number),
            Property::always(START_IS_TRUE, start_is_true),
            Property::always(IDENTITY_SURVIVES, |_, state: &State| {
                let mut producers = state.sent.iter().map(|frame| frame.producer);
                let first = producers.next();
                state.damages > 0 || producers.all(|producer| Some(producer) == first)
            }),
            Property::always(ONLY_DUPLICATES, only_duplicates),
            Property::always(NOTHING_LOST, |_, state: &State| !is_quiet(state) || state.reader.lost() == 0),
            Property::sometimes("a frame is in the log twice", |_, state: &State| says(state, Verdict::Duplicate)),
            Property::sometimes("EPOCH_START tells what only the spool knew", |_, state: &State| {
                state.crashes > 0 && starts(state).any(|(_, frame, previous)| previous.epoch + 1 == frame.epoch)
            }),
            Property::sometimes("an epoch was begun and nothing was sent in it", |_, state: &State| {
                starts(state).any(|(_, frame, previous)| previous.epoch > 0 && previous.epoch + 1 < frame.epoch)
            }),
            Property::sometimes("a frame overtakes another", |_, state: &State| {
                state.reader.verdicts.iter().flatten().any(|verdict| matches!(verdict, Verdict::Late(_)))
            }),
            Property::sometimes("all is acknowledged in a second epoch", |_, state: &State| {
                is_quiet(state) && state.log.iter().any(|frame| frame.epoch > 1 && frame.sequence > 1)
            }),
        ]);
        if bounds.damages > 0 {
            all.push(Property::sometimes("a damaged producer becomes another", |_, state: &State| {
                state.log.iter().any(|frame| frame.producer == 2)
            }));
        }
    }
    all
}

fn numbered_once(_: &Identity, state: &State) -> bool {
    let number = |frame: &Frame| (frame.producer, frame.epoch, frame.sequence);
    // They are sorted by their numbers first.
    state.sent.iter().zip(state.sent.iter().skip(1)).all(|(one, other)| number(one) != number(other))
}

fn one_number(_: &Identity, state: &State) -> bool {
    let record = |frame: &&Frame| matches!(frame.what, What::Record(_));
    let records: Vec<_> = state.sent.iter().filter(record).map(|frame| frame.what).collect();
    records.iter().enumerate().all(|(index, what)| !records.iter().skip(index + 1).any(|other| other == what))
}

fn epoch_durable(_: &Identity, state: &State) -> bool {
    state.damages > 0
        || state.sent.iter().all(|frame| {
            let mut slots = state.hosts.get(usize::from(frame.host)).into_iter().flat_map(|host| host.slots);
            slots.any(|slot| {
                let knows = |kept: super::Kept| kept.producer == frame.producer && kept.epoch >= frame.epoch;
                slot.named && matches!(slot.durable, Content::Good { kept, .. } if knows(kept))
            })
        })
}

/// Every EPOCH_START in the log, with its place there.
fn starts(state: &State) -> impl Iterator<Item = (usize, Frame, Previous)> {
    state.log.iter().enumerate().filter_map(|(index, frame)| match frame.what {
        What::Start(previous) => Some((index, *frame, previous)),
        What::Record(_) => None,
    })
}

fn start_is_true(_: &Identity, state: &State) -> bool {
    starts(state).all(|(index, start, said)| {
        let before = |frame: &&Frame| frame.producer == start.producer && frame.epoch < start.epoch;
        let last = |frames: &[Frame]| frames.iter().filter(before).map(Frame::place).max().unwrap_or_default();
        last(state.log.get(..index).unwrap_or_default()) == said && last(&state.log) == said
    })
}

fn nothing_forgotten(_: &Identity, state: &State) -> bool {
    let waits = |spooled: &Spooled| spooled.synced && !spooled.acknowledged && !spooled.removed;
    state.sent.iter().all(|frame| {
        let mut spools = state.hosts.iter().flat_map(|host| &host.spool);
        state.log.contains(frame) || spools.any(|spooled| spooled.frame == *frame && waits(spooled))
    })
}

fn only_duplicates(_: &Identity, state: &State) -> bool {
    let fine = |verdict: &Verdict| matches!(verdict, Verdict::Duplicate | Verdict::Gap(_) | Verdict::Late(_));
    state.reader.verdicts.iter().flatten().all(fine)
}

/// Nothing is under way, and nothing waits.
fn is_quiet(state: &State) -> bool {
    state.network.is_empty() && state.hosts.iter().all(|host| host.spool.iter().all(|spooled| spooled.acknowledged))
}

fn says(state: &State, said: Verdict) -> bool {
    state.reader.verdicts.iter().flatten().any(|verdict| *verdict == said)
}

fn told(state: &State) -> bool {
    says(state, Verdict::Fork) || says(state, Verdict::StaleEpoch)
}

/// Frames, with what was said to them, of lives that are not the first ones seen in their epochs.
fn second_lives(state: &State) -> impl Iterator<Item = (Frame, &[Verdict])> {
    let first = |frame: &Frame| {
        let same = |other: &&Frame| (other.producer, other.epoch) == (frame.producer, frame.epoch);
        state.log.iter().find(same).map(|other| other.boot)
    };
    let said = state.log.iter().zip(&state.reader.verdicts);
    said.filter(move |(frame, _)| first(frame) != Some(frame.boot))
        .map(|(frame, verdicts)| (*frame, verdicts.as_slice()))
}

fn fork_at_once(_: &Identity, state: &State) -> bool {
    second_lives(state).all(|(_, verdicts)| verdicts == [Verdict::Fork])
}

/// Records that were offered after the copy, of both, are in the log.
fn both_went_on(state: &State) -> bool {
    let copied = state.copied.unwrap_or(u8::MAX);
    let new =
        |frame: &Frame, host| frame.host == host && matches!(frame.what, What::Record(record) if record >= copied);
    [0, 1].into_iter().all(|host| state.log.iter().any(|frame| new(frame, host)))
}

fn duplicate_is_same(_: &Identity, state: &State) -> bool {
    let content = |frame: &Frame| (frame.producer, frame.epoch, frame.sequence, frame.what);
    state.reader.verdicts.iter().enumerate().all(|(index, verdicts)| {
        let frame = state.log.get(index).map(content);
        let before = state.log.get(..index).unwrap_or_default();
        !verdicts.contains(&Verdict::Duplicate) || before.iter().any(|other| Some(content(other)) == frame)
    })
}
