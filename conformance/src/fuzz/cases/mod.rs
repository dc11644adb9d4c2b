//! Case K of a seed: one question, which follows from the seed, K and the vectors alone.

mod build;
mod decode;
mod file;
mod ledger;
mod seeds;

pub use seeds::Seeds;

use fastrand::Rng;

use super::Mutator;
use super::numbers::below;
use crate::protocol::{Hello, Question};

/// One question to ask the testee and the references.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its number.
    pub number: u64,
    /// What is asked.
    pub question: Question,
    /// Frames in it, in order or not.
    pub frames: u64,
    /// A stored body was damaged under right CRCs, so that ZST-018 leaves a choice.
    pub damaged: bool,
}

/// Makes the cases of a seed.
#[derive(Debug)]
pub struct Cases<'s> {
    seeds: &'s Seeds,
    seed: u64,
    mutator: Mutator,
}

/// What the makers of cases make them with.
struct Maker<'m> {
    rng: Rng,
    seeds: &'m Seeds,
    mutator: &'m mut Mutator,
    damaged: bool,
    /// Frames that were taken or made so far.
    frames: u64,
}

impl<'s> Cases<'s> {
    /// The cases of this seed.
    #[must_use]
    pub fn new(seeds: &'s Seeds, seed: u64) -> Self {
        Self { seeds, seed, mutator: Mutator::new(seed) }
    }

    /// Case `number`, whatever was made before it.
    #[must_use]
    pub fn make(&mut self, number: u64) -> Case {
        let mut rng = Rng::with_seed(mix(self.seed ^ mix(number)));
        self.mutator.reseed(rng.u64(..));
        let mut maker = Maker { rng, seeds: self.seeds, mutator: &mut self.mutator, damaged: false, frames: 0 };
        let question = match maker.rng.u8(..16) {
            0 | 1 => maker.file(),
            2..=4 => maker.ledger(),
            _ => maker.decode(),
        };
        let frames = match &question {
            Question::File { .. } => maker.frames,
            Question::Ledger { input } => input.len() as u64,
            _ => 1,
        };
        Case { number, question, frames, damaged: maker.damaged }
    }
}

impl Maker<'_> {
    fn seed_frame(&mut self) -> Vec<u8> {
        let at = below(&mut self.rng, self.seeds.frames.len());
        self.seeds.frames.get(at).cloned().unwrap_or_default()
    }

    /// A seed, or a frame made from one.
    fn some_frame(&mut self, damage: Damage, most: usize) -> Vec<u8> {
        self.frames += 1;
        let frame = self.seed_frame();
        if self.rng.u8(..8) == 0 {
            return frame;
        }
        let other = self.seed_frame();
        let made = self.mutator.mutate(&frame, Some(&other), most);
        let damaged = self.mutator.damaged_the_stored_body();
        if damaged && damage == Damage::Outside {
            return frame;
        }
        self.damaged |= damaged;
        made
    }

    /// Lengths of pieces; now and then single bytes.
    fn pieces(&mut self, len: usize) -> Vec<u64> {
        let most = if self.rng.u8(..3) == 0 { 2 } else { len.max(1) };
        let count = below(&mut self.rng, 12);
        (0..count).map(|_| below(&mut self.rng, most + 1) as u64).collect()
    }
}

/// Where frames of a case may be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    /// Anywhere.
    Anywhere,
    /// Not inside a stored body: among many frames it is not seen which one ZST-018 leaves open.
    Outside,
}

/// What the testee would have to declare for this question and has not; nothing: it can be asked.
#[must_use]
pub fn missing(question: &Question, hello: &Hello) -> Option<&'static str> {
    let op = match question {
        Question::Decode(_) => "decode",
        Question::File { .. } => "file",
        Question::Ledger { .. } => "ledger",
        _ => return None,
    };
    if !hello.can(op) {
        return Some(op);
    }
    let codecs = [(1, "zstd"), (2, "lz4")];
    let undeclared = codecs.into_iter().filter(|(_, name)| !hello.can(name));
    undeclared.into_iter().find(|(codec, _)| uses(question, *codec)).map(|(_, name)| name)
}

/// Whether a frame of this codec is in the question, in order or not.
fn uses(question: &Question, codec: u8) -> bool {
    match question {
        Question::Decode(question) => question.frame.as_ref().is_some_and(|frame| frame.get(26) == Some(&codec)),
        Question::Ledger { input } => input.iter().any(|arrival| arrival.frame.get(26) == Some(&codec)),
        // A frame of a file may begin anywhere.
        Question::File { file, .. } => {
            file.windows(27).any(|bytes| bytes.starts_with(&[0xbe]) && bytes.last() == Some(&codec))
        }
        _ => false,
    }
}

/// The finalizer of SplitMix64: neighbours become strangers.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn seeds() -> Seeds {
        Seeds::of(&dashstream_vectors::load(&dashstream_vectors::default_root().unwrap()).unwrap())
    }

    #[test]
    fn a_case_is_the_same_whatever_was_made_before() {
        let seeds = seeds();
        let mut one = Cases::new(&seeds, 7);
        let in_a_row: Vec<Case> = (0..300).map(|number| one.make(number)).collect();
        let mut other = Cases::new(&seeds, 7);
        for case in in_a_row.iter().rev() {
            assert_eq!(other.make(case.number), *case);
        }
        let texts: BTreeSet<String> = in_a_row.iter().map(|case| format!("{:?}", case.question)).collect();
        assert!(texts.len() > 290, "only {} are different", texts.len());
        assert_ne!(Cases::new(&seeds, 8).make(1).question, in_a_row[1].question);
    }

    #[test]
    fn what_is_not_declared_is_not_asked() {
        let seeds = seeds();
        let can = |names: &[&str]| Hello {
            capabilities: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Hello::default()
        };
        let all = can(&["decode", "file", "ledger", "zstd", "lz4"]);
        let mut cases = Cases::new(&seeds, 3);
        let mut found = BTreeSet::new();
        for number in 0..2000 {
            let question = cases.make(number).question;
            assert_eq!(missing(&question, &all), None);
            assert!(missing(&question, &can(&[])).is_some_and(|op| op == question.op()));
            found.extend(missing(&question, &can(&["decode", "file", "ledger"])));
        }
        assert_eq!(found, BTreeSet::from(["lz4", "zstd"]));
    }
}
