//! Encodes every content once by every encoder, gives the distinct frames to every decoder, and counts the pairs.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::Content;
use super::model::{Disagreement, Pair, SideRow, State};
use super::run::{Task, Work, ask_all};
use super::sides::{DECODES, ENCODES, Side};
use crate::progress::Progress;
use crate::protocol::{Answer, DecodeQuestion, Question, WriteOptions};
use crate::report::hex;
use crate::runner::compare::differences;
use crate::runner::judge::{describe, forget_free};
use crate::session::{Broken, Session, shorten};

/// The codecs, by number.
const CODECS: [&str; 3] = ["none", "zstd", "lz4"];
/// How many disagreements of a pair are kept.
const KEPT: usize = 5;
/// Place of the codec in a prelude.
const CODEC_AT: usize = 26;

/// What is put together.
pub(super) struct Plan<'p> {
    pub(super) sides: &'p [Side],
    pub(super) contents: &'p [Content],
    /// Pairs that are excluded by name.
    pub(super) excluded: &'p BTreeSet<(String, String)>,
    pub(super) jobs: usize,
    pub(super) live: bool,
}

/// A frame, and who made it.
struct Frame {
    content: usize,
    bytes: Vec<u8>,
    by: BTreeSet<usize>,
}

/// What an encoder made of a case: the number of a frame, or why there is none.
type Encoded = Result<usize, String>;
/// By encoder and case.
type AllEncoded = BTreeMap<(usize, usize), Encoded>;
/// By decoder and frame: what is wrong, if anything is.
type AllDecoded = BTreeMap<(usize, usize), Option<String>>;

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub(super) sides: Vec<SideRow>,
    pub(super) pairs: Vec<Pair>,
    pub(super) complaints: Vec<String>,
}

impl Plan<'_> {
    pub(super) fn run(&self) -> Ran {
        let (encoded, frames, mut complaints) = self.encode();
        let (decoded, more) = self.decode(&frames);
        complaints.extend(more);
        let mut ran = Ran { complaints, ..Ran::default() };
        for (number, side) in self.sides.iter().enumerate() {
            ran.sides.push(row(side, number, &encoded, &frames));
            for decoder in 0..self.sides.len() {
                ran.pairs.extend(self.pair(number, decoder, &encoded, &frames, &decoded));
            }
        }
        ran
    }

    fn cases(&self) -> usize {
        self.contents.len() * CODECS.len()
    }

    /// Whether the pair is excluded, or why it is not run; nothing: it is run.
    fn idle(&self, encoder: usize, decoder: usize) -> Option<(State, Option<String>)> {
        let (e, d) = (self.sides.get(encoder)?, self.sides.get(decoder)?);
        if self.excluded.contains(&(e.name.clone(), d.name.clone())) {
            return Some((State::Excluded, None));
        }
        let why = e.missing(&ENCODES).or_else(|| d.missing(&DECODES))?;
        Some((State::NotRun, Some(why)))
    }

    /// Every case by every encoder that is in a pair; the distinct frames.
    fn encode(&self) -> (AllEncoded, Vec<Frame>, Vec<String>) {
        let all = 0..self.sides.len();
        let encoders: Vec<usize> = all.clone().filter(|e| all.clone().any(|d| self.idle(*e, d).is_none())).collect();
        let task = |question: usize| encoders.iter().map(move |side| Task { side: *side, question });
        let tasks: Vec<Task> = (0..self.cases()).flat_map(task).collect();
        let question = |case: usize| {
            let content =
                self.contents.get(case / CODECS.len()).map(|content| content.asked.clone()).unwrap_or_default();
            let codec = u32::try_from(case % CODECS.len()).unwrap_or_default();
            Question::Encode { content, options: WriteOptions { codec, ..WriteOptions::default() } }
        };
        let judge = |_: Task, answer: Result<Answer, Broken>| match answer {
            Ok(Answer::Encoded(bytes)) => Ok(bytes),
            other => Err(format!("the encoder: {}", said(other))),
        };
        let (answers, complaints) =
            self.ask("to encode", &Work { tasks: &tasks, question: &question, judge: &judge, watch: &|_| () });
        let mut frames: Vec<Frame> = Vec::new();
        let mut numbers: BTreeMap<(usize, Vec<u8>), usize> = BTreeMap::new();
        let mut encoded = BTreeMap::new();
        for (task, answer) in tasks.iter().zip(answers) {
            let content = task.question / CODECS.len();
            let number = answer.map(|bytes| {
                let number = *numbers.entry((content, bytes.clone())).or_insert(frames.len());
                if number == frames.len() {
                    frames.push(Frame { content, bytes, by: BTreeSet::new() });
                }
                if let Some(frame) = frames.get_mut(number) {
                    frame.by.insert(task.side);
                }
                number
            });
            encoded.insert((task.side, task.question), number);
        }
        (encoded, frames, complaints)
    }

    /// Every frame by every decoder that is in a pair with one who made it: what is wrong, if anything is.
    fn decode(&self, frames: &[Frame]) -> (AllDecoded, Vec<String>) {
        let task = |(question, frame): (usize, &Frame)| {
            let decoders = (0..self.sides.len()).filter(|d| frame.by.iter().any(|e| self.idle(*e, *d).is_none()));
            decoders.map(|side| Task { side, question }).collect::<Vec<_>>()
        };
        let tasks: Vec<Task> = frames.iter().enumerate().flat_map(task).collect();
        let question = |number: usize| {
            let frame = frames.get(number).map(|frame| frame.bytes.clone());
            Question::Decode(DecodeQuestion { frame, ..DecodeQuestion::default() })
        };
        let judge = |task: Task, answer: Result<Answer, Broken>| {
            let content = frames.get(task.question).and_then(|frame| self.contents.get(frame.content));
            content.map_or_else(|| Some("no such content".to_owned()), |content| wrong(content, answer))
        };
        let (answers, complaints) =
            self.ask("to decode", &Work { tasks: &tasks, question: &question, judge: &judge, watch: &|_| () });
        (tasks.iter().map(|task| (task.side, task.question)).zip(answers).collect(), complaints)
    }

    fn ask<T: Send>(&self, things: &str, work: &Work<'_, T>) -> (Vec<T>, Vec<String>) {
        let progress = Progress::of(things, Some(work.tasks.len() as u64), self.live);
        let sessions = || -> Vec<Option<Session>> {
            self.sides.iter().map(|side| side.started.as_ref().ok().map(|(_, session)| session.sibling())).collect()
        };
        let watch = |count: usize| progress.at(count as u64, 0);
        let asked = ask_all(&Work { watch: &watch, ..*work }, &sessions, self.jobs);
        progress.end();
        asked
    }

    fn pair(
        &self,
        encoder: usize,
        decoder: usize,
        encoded: &AllEncoded,
        frames: &[Frame],
        decoded: &AllDecoded,
    ) -> Option<Pair> {
        let (e, d) = (self.sides.get(encoder)?, self.sides.get(decoder)?);
        let mut pair = Pair {
            encoder: e.name.clone(),
            decoder: d.name.clone(),
            state: State::Equal,
            why: None,
            cases: 0,
            equal: 0,
            first: Vec::new(),
        };
        if let Some((state, why)) = self.idle(encoder, decoder) {
            return Some(Pair { state, why, ..pair });
        }
        pair.cases = self.cases();
        for case in 0..pair.cases {
            let (what, frame) = match encoded.get(&(encoder, case)) {
                Some(Ok(number)) => match decoded.get(&(decoder, *number)) {
                    Some(None) => {
                        pair.equal += 1;
                        continue;
                    }
                    Some(Some(what)) => (what.clone(), frames.get(*number)),
                    None => ("not decoded".to_owned(), frames.get(*number)),
                },
                Some(Err(what)) => (what.clone(), None),
                None => ("not encoded".to_owned(), None),
            };
            pair.state = State::Differs;
            if pair.first.len() < KEPT {
                pair.first.push(Disagreement {
                    content: self.contents.get(case / CODECS.len()).map(|one| one.name.clone()).unwrap_or_default(),
                    codec: CODECS.get(case % CODECS.len()).copied().unwrap_or_default().to_owned(),
                    what,
                    hex: frame.map(|frame| hex::frame(&frame.bytes, None)),
                });
            }
        }
        Some(pair)
    }
}

/// Where what was decoded means something else than what was asked for; nothing: it does not.
fn wrong(content: &Content, answer: Result<Answer, Broken>) -> Option<String> {
    match answer {
        Ok(Answer::Decoded(mut decoded)) => {
            forget_free(&mut decoded.frame);
            let first = differences(&content.means, &decoded.frame).into_iter().next()?;
            Some(format!("{}: asked for {}, got {}", first.path, first.expected, first.got))
        }
        other => Some(format!("the decoder: {}", said(other))),
    }
}

/// An answer that is none of what was wanted, or none at all.
fn said(answer: Result<Answer, Broken>) -> String {
    match answer {
        Ok(answer) => describe(&answer),
        Err(Broken { failure, stderr }) if stderr.trim().is_empty() => failure.text().to_owned(),
        Err(Broken { failure, stderr }) => {
            format!(
                "{}; its stderr ends: {}",
                failure.text(),
                shorten(stderr.trim().lines().last().unwrap_or_default())
            )
        }
    }
}

fn row(side: &Side, number: usize, encoded: &AllEncoded, frames: &[Frame]) -> SideRow {
    let who = side
        .started
        .as_ref()
        .ok()
        .map(|(hello, _)| format!("{} {} ({})", hello.implementation, hello.version, hello.language));
    let mut row = SideRow {
        name: side.name.clone(),
        command: side.command.clone(),
        who,
        bytes: 0,
        stored: BTreeMap::new(),
        not_encoded: 0,
    };
    for (_, made) in encoded.range((number, 0)..(number + 1, 0)) {
        let Some(frame) = made.as_ref().ok().and_then(|made| frames.get(*made)) else {
            row.not_encoded += 1;
            continue;
        };
        let codec = frame.bytes.get(CODEC_AT).and_then(|codec| CODECS.get(usize::from(*codec)));
        *row.stored.entry(codec.copied().unwrap_or("unknown").to_owned()).or_default() += 1;
        row.bytes += frame.bytes.len() as u64;
    }
    row
}
