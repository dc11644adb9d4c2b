//! What a consumer does with one partition, message after message.

use super::Plain;
use super::bytes::size;
use super::consumer_judge::{Judged, Standing, choose, is_known_replay, judge, observe};
use super::consumer_replay::Replay;
use super::consumer_state::State;
use super::gate::Gate;
use super::ledger::{Ledger, Verdict};
use super::records::{Outcome, Record};
use crate::protocol::Base64;
use dashstream_vectors::{AppAnswer, ConsumerEvent, ConsumerSettings, HandStanding, LogMessage, Place};

/// The code of a dead letter that the application did not take.
const APPLICATION: &str = "APPLICATION";

/// What is around the consumer of a partition.
pub(super) struct Around<'a> {
    pub plain: Plain,
    pub settings: &'a ConsumerSettings,
    pub partition: u32,
    pub log: &'a [LogMessage<Base64>],
    pub asked: &'a mut [usize],
    pub letters_fail: bool,
    pub pass: &'a [Place],
    pub saved: &'a mut State,
    pub events: &'a mut Vec<ConsumerEvent>,
}

/// A dead letter that is to be saved.
#[derive(Clone, Copy, Debug)]
struct Letter {
    record: u32,
    code: &'static str,
}

/// A message that is done with but for its dead letters.
#[derive(Clone, Debug)]
struct Waiting {
    /// The state when they are saved.
    after: State,
    letters: Vec<Letter>,
    /// What is handed over when they are saved.
    hand: Option<Hand>,
    /// Whether it was handed over.
    handed: bool,
}

/// What the consumer of a partition knows.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What is confirmed, or set aside.
    state: State,
    /// The message behind it, where its dead letters are not saved.
    waiting: Option<Waiting>,
    /// Frames that are still to be marked.
    marks: u64,
    /// Frames that were handed over since the last commit.
    handed: u64,
    /// So many at the most.
    uncommitted: u64,
    /// Whether the partition stands at an unsupported frame.
    pub stopped: bool,
    /// Whether the partition was taken away (of a mutant that remembers it).
    pub away: bool,
}

impl Around<'_> {
    /// Whether the message before has the same bytes.
    pub(super) fn is_as_before(&self, offset: u64) -> bool {
        let bytes = |offset: u64| self.log.get(size(offset)).map(|message| &message.bytes);
        offset.checked_sub(1).and_then(bytes) == bytes(offset)
    }

    /// Gives a frame to the application.
    fn ask(&mut self, offset: u64) -> AppAnswer {
        let Some(asked) = self.asked.get_mut(size(offset)) else {
            return AppAnswer::Take;
        };
        let answers = self.log.get(size(offset)).map(|message| message.answers.as_slice()).unwrap_or_default();
        let answer = answers.get(*asked).copied().unwrap_or(AppAnswer::Take);
        *asked += 1;
        answer
    }

    fn tell(&mut self, event: ConsumerEvent) {
        self.events.push(event);
    }
}

impl Part {
    /// Begins with a partition where the state says. Before anything is handed over it is durable how much may be (CON-008).
    pub(super) fn begin(gate: Gate, saved: &mut State, uncommitted: u64) -> Self {
        let mut marks = saved.marks;
        saved.marks = marks.max(uncommitted);
        // CON-008
        if gate.strict("CON-008") {
            marks = 0;
        }
        if gate.strict("CON-008.first") {
            marks = marks.min(1);
        }
        // CON-016
        if gate.strict("CON-016") {
            marks = u64::MAX;
        }
        if gate.strict("CON-016.more") && marks > 0 {
            marks += 1;
        }
        Self { state: saved.clone(), waiting: None, marks, handed: 0, uncommitted, stopped: false, away: false }
    }

    /// Works until the log ends, or something is in the way.
    pub(super) fn work(&mut self, around: &mut Around<'_>) {
        while !self.stopped && self.set_aside(around) {
            let offset = self.state.next;
            let Some(message) = around.log.get(size(offset)).cloned() else {
                return;
            };
            self.message(around, offset, &message);
        }
    }

    /// What happens to a message.
    fn message(&mut self, around: &mut Around<'_>, offset: u64, message: &LogMessage<Base64>) {
        let gate = around.plain.gate();
        let replay = Replay::of(&message.headers, gate);
        let mut after = self.state.clone();
        after.next = offset + 1;
        match judge(around, message) {
            Judged::Accepted(decoded) => {
                self.accepted(around, offset, message, &decoded.records, replay, after);
            }
            // CON-005, KAF-007
            Judged::Unsupported(code) if !gate.strict("CON-005") && !may_pass(around, offset) => {
                around.tell(ConsumerEvent::Stopped { partition: around.partition, offset, code: code.to_owned() });
                self.stopped = true;
            }
            Judged::Unsupported(code) | Judged::Rejected(code) => {
                let mut verdicts = Vec::new();
                if replay.is_none() {
                    verdicts = observe(around, &mut after.ledger, message, Some(code));
                }
                // CON-006
                if verdicts.iter().any(|verdict| verdict.name == "DUPLICATE") && gate.strict("CON-006.again") {
                    self.state = after;
                    return;
                }
                // CON-013
                after.replays.extend(replay.clone().filter(|_| gate.strict("CON-013.rejected")));
                // DLQ-010
                let replay = replay.filter(|_| !gate.strict("DLQ-010"));
                let record = replay.map_or(0, |replay| replay.record);
                self.waiting =
                    Some(Waiting { after, letters: vec![Letter { record, code }], hand: None, handed: false });
            }
        }
    }

    /// A frame that the reader accepts.
    fn accepted(
        &mut self,
        around: &mut Around<'_>,
        offset: u64,
        message: &LogMessage<Base64>,
        records: &[Record],
        replay: Option<Replay>,
        mut after: State,
    ) {
        let gate = around.plain.gate();
        let before = after.ledger.clone();
        // CON-013
        let replay = replay.filter(|_| !gate.strict("CON-013"));
        let (standing, verdicts) = standing(around, offset, message, replay.as_ref(), &mut after);
        // CON-003, KAF-010
        let Some(standing) = standing else {
            around.tell(ConsumerEvent::Duplicate { partition: around.partition, offset });
            self.state = after;
            return;
        };
        let about = replay.map_or(0, |replay| replay.record);
        let letters = rejected(gate, records, about);
        let (verdicts, records) = (said(gate, &verdicts), whole(gate, records, about));
        let hand = Some(Hand { offset, standing, verdicts, records, about, before });
        self.waiting = Some(Waiting { after, letters, hand, handed: false });
    }

    /// A frame whose dead letters are saved is handed over. What is left is a dead letter of the application's.
    fn hand(&mut self, around: &mut Around<'_>, mut after: State, hand: &Hand) {
        let gate = around.plain.gate();
        let mut letters = Vec::new();
        if self.hand_over(around, hand) {
            after.effects.push(hand.offset);
            self.early(gate, around.saved, &after);
        } else {
            // CON-013
            if gate.strict("CON-013.not-taken") {
                after.replays.clone_from(&self.state.replays);
            }
            // CON-002
            if gate.strict("CON-002.taken") {
                after.ledger.clone_from(&hand.before);
            }
            // CON-015
            letters.extend((!gate.strict("CON-015")).then_some(Letter { record: hand.about, code: APPLICATION }));
        }
        self.waiting = Some(Waiting { after, letters, hand: None, handed: true });
    }

    /// Hands a frame over until the application takes it, or it is given up. Whether it is taken.
    fn hand_over(&mut self, around: &mut Around<'_>, hand: &Hand) -> bool {
        let gate = around.plain.gate();
        // CON-008: no more than so many are handed over between two commits.
        if self.handed >= self.uncommitted {
            self.commit(gate, around.saved);
        }
        self.handed += 1;
        let marked = self.marks > 0;
        self.marks = self.marks.saturating_sub(1);
        let mut attempts = around.settings.attempts.max(1);
        // CON-009
        if gate.strict("CON-009") {
            attempts = 1;
        }
        // CON-015
        if gate.strict("CON-015.often") {
            attempts += 1;
        }
        for attempt in 1..=attempts {
            // CON-008
            let again = attempt > 1 && !gate.strict("CON-008.again");
            around.tell(hand.event(around.partition, marked || again));
            match around.ask(hand.offset) {
                AppAnswer::Take => return true,
                AppAnswer::Reject => return false,
                // CON-009
                AppAnswer::Again => {}
            }
        }
        false
    }

    /// CON-006, CON-015, KAF-008: saves the dead letters of the message that waits for them, hands it over where that is left to do, and
    /// passes it. Whether nothing waits now.
    fn set_aside(&mut self, around: &mut Around<'_>) -> bool {
        let gate = around.plain.gate();
        let Some(mut waiting) = self.waiting.take() else {
            return true;
        };
        // KAF-008, CON-006
        let passes = gate.strict(if waiting.hand.is_some() { "CON-006.unsaved" } else { "KAF-008" });
        if around.letters_fail && !waiting.letters.is_empty() && !passes {
            // CON-018
            if gate.strict("CON-018")
                && let Some(hand) = waiting.hand.take()
                && self.hand_over(around, &hand)
            {
                waiting.after.effects.push(hand.offset);
            }
            self.waiting = Some(waiting);
            return false;
        }
        let (partition, offset) = (around.partition, self.state.next);
        for Letter { record, code } in waiting.letters.iter().filter(|_| !around.letters_fail) {
            let (record, code) = (*record, (*code).to_owned());
            around.events.push(ConsumerEvent::Letter { partition, offset, record, code });
        }
        if let Some(hand) = waiting.hand.take() {
            self.hand(around, waiting.after, &hand);
            return self.set_aside(around);
        }
        self.state = waiting.after;
        true
    }

    /// CON-007, KAF-009: ledger, offset and effects of what is confirmed become durable together.
    pub(super) fn commit(&mut self, gate: Gate, saved: &mut State) {
        // The frame that waits will be handed over again by whoever comes next.
        let waits = u64::from(self.waiting.as_ref().is_some_and(|waiting| waiting.handed));
        self.state.marks = self.uncommitted.max(self.marks.saturating_add(waits));
        self.handed = waits;
        let before = std::mem::replace(saved, self.state.clone());
        // KAF-007
        if gate.strict("KAF-007") && self.stopped {
            saved.next += 1;
        }
        // KAF-009
        if gate.strict("KAF-009") {
            saved.ledger = before.ledger;
        }
        if gate.strict("KAF-009.waiting") {
            self.commit_what_waits(saved);
        }
        // CON-007
        if gate.strict("CON-007.early") {
            saved.effects = before.effects;
        }
        if gate.strict("CON-007.offset") {
            saved.next = before.next;
        }
    }

    /// What mutants do that take what waits for confirmed.
    pub(super) fn commit_what_waits(&self, saved: &mut State) {
        if let Some(waiting) = &self.waiting {
            *saved = State { marks: saved.marks, ..waiting.after.clone() };
        }
    }

    /// CON-007: mutants that save one part of the state before the others.
    fn early(&self, gate: Gate, saved: &mut State, after: &State) {
        if gate.strict("CON-007.early") {
            saved.effects.extend(after.effects.last());
        }
        if gate.strict("CON-007") {
            saved.next = after.next;
            saved.ledger = after.ledger.clone();
        }
    }
}

/// Whether an accepted frame was there before, and what the ledger says of it, which a replay does not concern (CON-013).
fn standing(
    around: &Around<'_>,
    offset: u64,
    message: &LogMessage<Base64>,
    replay: Option<&Replay>,
    after: &mut State,
) -> (Standing, Vec<Verdict>) {
    let Some(replay) = replay else {
        let verdicts = observe(around, &mut after.ledger, message, None);
        return (choose(around, &verdicts, offset), verdicts);
    };
    // CON-013
    if around.plain.gate().strict("CON-013.ledger") {
        observe(around, &mut after.ledger, message, None);
    }
    let known = is_known_replay(around, &mut after.replays, replay);
    ((!known).then_some(HandStanding::Replay), Vec::new())
}

/// A frame that is handed over.
#[derive(Clone, Debug)]
struct Hand {
    offset: u64,
    standing: HandStanding,
    verdicts: Vec<dashstream_vectors::Verdict>,
    records: Vec<u32>,
    /// The record that a replay is about; 0: all of them.
    about: u32,
    /// The ledger before it.
    before: Ledger,
}

impl Hand {
    fn event(&self, partition: u32, repeat: bool) -> ConsumerEvent {
        ConsumerEvent::Hand {
            partition,
            offset: self.offset,
            standing: self.standing,
            repeat: Some(repeat),
            verdicts: self.verdicts.clone(),
            records: self.records.clone(),
        }
    }
}

/// CON-005: whether the operator has named the frame.
fn may_pass(around: &Around<'_>, offset: u64) -> bool {
    let gate = around.plain.gate();
    let is_named = |place: &Place| {
        place.offset == offset && (place.partition == around.partition || gate.strict("CON-005.elsewhere"))
    };
    around.pass.iter().any(is_named) && !gate.strict("CON-005.operator")
}

/// The numbers of the records, from 1, of which `about` is one, or all of them where it is 0.
fn numbered(records: &[Record], about: u32) -> impl Iterator<Item = (u32, &Record)> {
    (1..).zip(records).filter(move |(number, _)| about == 0 || about == *number)
}

/// CON-001: the records that are handed over.
fn whole(gate: Gate, records: &[Record], about: u32) -> Vec<u32> {
    // CON-013
    let about = if gate.strict("CON-013.whole") { 0 } else { about };
    let good = |record: &Record| !matches!(record.outcome, Outcome::Rejected(_)) || gate.strict("CON-001");
    numbered(records, about).filter(|(_, record)| good(record)).map(|(number, _)| number).collect()
}

/// CON-006: the dead letters of the records that are not.
fn rejected(gate: Gate, records: &[Record], about: u32) -> Vec<Letter> {
    let letter = |(number, record): (u32, &Record)| match &record.outcome {
        Outcome::Rejected(fault) if !gate.strict("CON-006") => Some(Letter { record: number, code: fault.code }),
        _ => None,
    };
    numbered(records, about).filter_map(letter).collect()
}

/// CON-003: the verdicts, as the application gets them.
fn said(gate: Gate, verdicts: &[Verdict]) -> Vec<dashstream_vectors::Verdict> {
    let verdict = |verdict: &Verdict| dashstream_vectors::Verdict {
        verdict: verdict.name.to_owned(),
        arg: verdict.arg.and_then(|arg| u64::try_from(arg).ok()),
    };
    let told = if gate.strict("CON-003.verdicts") { &[] } else { verdicts };
    told.iter().map(verdict).collect()
}
