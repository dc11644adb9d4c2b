//! What has to hold.

use stateright::Property;

use super::{Consumer, Dedup, Doing, Known, State};

/// CON-007
pub const AT_LEAST_ONCE: &str = "CON-003: what is committed has its effect";
/// CON-007
pub const AT_MOST_ONCE: &str = "CON-007: no effect is there twice";
/// CON-008
pub const MARKED: &str = "CON-008: what is handed over again is marked";
/// CON-008, of a consumer that knows what it has.
pub const MARKED_BY_OWNER: &str = "CON-008: what is handed over again by who has the partition is marked";
/// CON-008, whoever hands over.
pub const ONE_MARKED: &str = "CON-008: of two that are handed over, one is marked";
/// CON-003, CON-011
pub const DUPLICATE: &str = "CON-003: what is suppressed was intact in the log before";
/// LOSS-001
pub const ADDS_UP: &str = "LOSS-001: every account adds up";
/// The codec's ledger.
pub const SAME_LEDGER: &str = "the codec's ledger says and knows the same";

pub(super) fn of(model: &Dedup) -> Vec<Property<Dedup>> {
    let mut all = vec![
        Property::always(AT_LEAST_ONCE, at_least_once),
        Property::always(DUPLICATE, duplicate),
        Property::always(MARKED_BY_OWNER, |_, state: &State| !state.unmarked_by_owner),
        Property::always(ONE_MARKED, |_, state: &State| !state.clean_twice),
        Property::always(ADDS_UP, |_, state: &State| known(state).all(|known| known.small.adds_up())),
        Property::sometimes("something is suppressed", |_, state: &State| {
            reads(state).any(|read| read == Doing::Suppressed)
        }),
        Property::sometimes("something is unknown", |_, state: &State| {
            reads(state).any(|read| read == Doing::Handed { unknown: true })
        }),
        Property::sometimes("something is late", |_, state: &State| state.seen.late),
        Property::sometimes("all is committed after an end", |model: &Dedup, state: &State| {
            state.ends > 0 && state.offset == model.log
        }),
    ];
    if model.atomic {
        all.push(Property::always(AT_MOST_ONCE, |_, state: &State| state.effects.iter().all(|count| *count < 2)));
    } else {
        let twice = |_: &Dedup, state: &State| state.effects.contains(&2);
        all.push(Property::sometimes("an effect is there twice", twice));
    }
    let same = |_: &Dedup, state: &State| known(state).all(|known| !known.differs);
    all.push(Property::always(SAME_LEDGER, same));
    if model.memory.is_some() {
        all.push(Property::sometimes("something is forgotten", |_, state: &State| state.seen.forgotten));
    }
    if model.ousted == 0 {
        all.push(Property::always(MARKED, |_, state: &State| !state.unmarked));
    } else {
        let unmarked = |_: &Dedup, state: &State| state.unmarked;
        all.push(Property::sometimes("who has lost the partition hands over again without a mark", unmarked));
    }
    all
}

fn at_least_once(model: &Dedup, state: &State) -> bool {
    state.log.iter().take(state.offset).all(|frame| {
        let damaged = model.frames.get(*frame).is_some_and(|entry| !entry.readable);
        damaged || state.effects.get(*frame).is_some_and(|count| *count > 0)
    })
}

fn duplicate(_: &Dedup, state: &State) -> bool {
    let right = |consumer: &Consumer| {
        (consumer.begin..).zip(&consumer.reads).all(|(offset, read)| {
            read.state != Doing::Suppressed || state.log.iter().take(offset).any(|before| *before == read.frame)
        })
    };
    state.consumers.iter().all(right)
}

fn known(state: &State) -> impl Iterator<Item = &Known> {
    state.consumers.iter().map(|consumer| &consumer.known).chain([&state.known])
}

fn reads(state: &State) -> impl Iterator<Item = Doing> {
    state.consumers.iter().flat_map(|consumer| &consumer.reads).map(|read| read.state)
}
