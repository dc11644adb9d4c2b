//! What has to hold.

use stateright::{Model as _, Property};

use super::{Kind, Letters, Message, Outcome, Stage, State};

/// CON-006, KAF-008
pub const SAVED: &str = "CON-006: the letter of what was passed is in the topic or durable in the folder";
/// DLQ-004, DLQ-005
pub const ARRIVES: &str = "DLQ-004: in the end every letter is in the topic, and only what is too large in the folder";
/// The identity of letters.
pub const ONE_ID: &str = "one place has one id";
/// CON-005, KAF-007
pub const STOPS: &str = "KAF-007: what is unsupported is passed only where its operator says so";
/// DLQ-008
pub const SO_OFTEN: &str = "DLQ-008: no message is replayed more often than was said";
/// CON-013
pub const ONE_EFFECT: &str = "CON-013: a replay has its effect once";
/// CON-013
pub const REPLAY_DONE: &str = "CON-013: a replay that is suppressed was done before";

pub(super) fn of(model: &Letters) -> Vec<Property<Letters>> {
    let has = |kind| model.messages.iter().any(|message| message.kind == kind);
    let mut all = vec![
        Property::always(SAVED, saved),
        Property::always(ARRIVES, arrives),
        Property::always(ONE_ID, one_id),
        Property::always(STOPS, stops),
        Property::always(SO_OFTEN, |model: &Letters, state: &State| {
            state.log.iter().all(|message| message.depth <= model.replays)
        }),
        Property::always(ONE_EFFECT, |_, state: &State| state.effects.values().all(|count| *count == 1)),
        Property::always(REPLAY_DONE, replay_done),
        Property::sometimes("all is passed after a death", |model: &Letters, state: &State| {
            state.crashes > 0 && state.outcomes.len() >= model.messages.len()
        }),
    ];
    if model.faults > 0 && has(Kind::Bad) {
        all.extend([
            Property::sometimes("a letter is in the topic twice", |_, state: &State| state.topic_twice),
            Property::sometimes("a letter is in the topic and in the folder", |_, state: &State| {
                state.folder.iter().any(|file| file.named && state.topic.contains(&file.letter))
            }),
            Property::sometimes("a letter is in the folder alone, and passed", |_, state: &State| {
                state.topic.is_empty() && state.outcomes.contains(&Outcome::Letter)
            }),
        ]);
    }
    if model.failures > 0 {
        all.push(Property::sometimes("a partition waits for topic and folder", |_, state: &State| {
            state.failures > 0 && matches!(state.life.as_ref().map(|life| life.stage), Some(Stage::Failed(..)))
        }));
    }
    if model.replays > 0 {
        all.extend([
            Property::sometimes("a replay has its effect", |_, state: &State| replayed(state, Outcome::Effect)),
            Property::sometimes("a replay fails", |_, state: &State| replayed(state, Outcome::Letter)),
            Property::sometimes("a replay is suppressed", |_, state: &State| replayed(state, Outcome::Suppressed)),
            Property::sometimes(
                "of one message, its letters are replayed more often than one letter may be",
                |model: &Letters, state: &State| state.log.len() - model.messages.len() > usize::from(model.replays),
            ),
            Property::sometimes("a message is replayed as often as was said", |model: &Letters, state: &State| {
                state.log.iter().any(|message| message.depth == model.replays)
            }),
        ]);
    }
    all
}

fn replayed(state: &State, outcome: Outcome) -> bool {
    let mut passed = state.log.iter().zip(&state.outcomes);
    passed.any(|(message, other)| message.replay.is_some() && *other == outcome)
}

fn saved(_: &Letters, state: &State) -> bool {
    (0..).zip(&state.outcomes).all(|(place, outcome)| *outcome != Outcome::Letter || is_saved(state, place))
}

fn is_saved(state: &State, place: u8) -> bool {
    let in_topic = state.topic.iter().any(|letter| letter.place == place);
    let mut files = state.folder.iter().filter(|file| file.letter.place == place);
    in_topic || files.any(|file| file.synced && file.renamed && file.named && !file.deleted)
}

/// Where nothing is left to do. Faults are bounded and no step is taken back, so it comes to that.
fn arrives(model: &Letters, state: &State) -> bool {
    let mut steps = Vec::new();
    model.actions(state, &mut steps);
    if !steps.is_empty() {
        return true;
    }
    let kind = |place: u8| state.log.get(usize::from(place)).map(|message| message.kind);
    let letters = (0..).zip(&state.outcomes).filter(|(_, outcome)| **outcome == Outcome::Letter);
    let sent = |place| state.topic.iter().any(|letter| letter.place == place);
    let kept = |place| state.folder.iter().any(|file| file.letter.place == place);
    state.outcomes.len() == state.log.len()
        && letters.map(|(place, _)| place).all(|place| {
            let large = kind(place) == Some(Kind::Large);
            sent(place) != large && kept(place) == large
        })
}

fn one_id(_: &Letters, state: &State) -> bool {
    let all = || state.topic.iter().copied().chain(state.folder.iter().map(|file| file.letter));
    all().all(|one| all().all(|other| (one.place == other.place) == (one.id == other.id)))
}

fn stops(_: &Letters, state: &State) -> bool {
    let passed = state.log.iter().take(state.outcomes.len()).enumerate();
    let mut stopping = passed.filter(|(_, message)| message.kind == Kind::Unsupported);
    stopping.all(|(offset, _)| state.named.contains(&offset))
}

fn replay_done(_: &Letters, state: &State) -> bool {
    let done = |(message, outcome): (&Message, &Outcome), before: usize| {
        let mut earlier = state.log.iter().zip(&state.outcomes).take(before);
        *outcome != Outcome::Suppressed
            || earlier.any(|(other, outcome)| other.replay == message.replay && *outcome != Outcome::Suppressed)
    };
    state.log.iter().zip(&state.outcomes).enumerate().all(|(offset, passed)| done(passed, offset))
}
