//! What is wrong with an input, and the smallest input with the same wrong.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dashstream_conformance::fuzz::cases::Case;
use dashstream_conformance::fuzz::shrink;
use dashstream_conformance::protocol::{DecodeQuestion, Question};

use crate::target::{Input, Target};

/// Tries to make an input smaller; each runs the law once.
const TRIES: usize = 100_000;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// What is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// A law is broken.
    Broken {
        /// The sentence that is not true.
        law: &'static str,
        /// How it fails.
        what: String,
    },
    /// Something panicked, with this message.
    Panicked(String),
}

impl Symptom {
    /// What is wrong with an input of a target; `None`: nothing.
    #[must_use]
    pub fn of(target: &Target, bytes: &[u8]) -> Option<Self> {
        match caught(|| (target.law)(bytes)) {
            Ok(Ok(_)) => None,
            Ok(Err(broken)) => Some(Self::Broken { law: broken.law, what: broken.what }),
            Err(message) => Some(Self::Panicked(message)),
        }
    }

    /// Whether another input has the same: the same law, whatever is wrong in it, or the same message but for its
    /// numbers.
    #[must_use]
    pub fn is_that_of(&self, other: &Self) -> bool {
        let words = |message: &str| message.replace(|letter: char| letter.is_ascii_digit(), "");
        match (self, other) {
            (Self::Broken { law, .. }, Self::Broken { law: of_other, .. }) => law == of_other,
            (Self::Panicked(message), Self::Panicked(of_other)) => words(message) == words(of_other),
            _ => false,
        }
    }
}

impl std::fmt::Display for Symptom {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken { law, what } => write!(out, "broken: {law}: {what}"),
            Self::Panicked(message) => write!(out, "panic: {message}"),
        }
    }
}

/// What there is to ask about an input.
#[must_use]
pub(super) fn question(input: Input, bytes: &[u8]) -> Question {
    match input {
        Input::Frame => Question::Decode(DecodeQuestion { frame: Some(bytes.to_vec()), ..DecodeQuestion::default() }),
        Input::File | Input::Makings | Input::History | Input::Text => {
            Question::File { file: bytes.to_vec(), pieces: None }
        }
    }
}

/// The smallest input that was found with the same symptom: by structure first, then by bytes.
#[must_use]
pub fn minimise(target: &Target, bytes: &[u8], symptom: &Symptom) -> Vec<u8> {
    let mut left = TRIES;
    let mut still = |case: &Case| {
        left = left.saturating_sub(1);
        left > 0 && Symptom::of(target, bytes_of(&case.question)).is_some_and(|now| now.is_that_of(symptom))
    };
    let case = Case { number: 0, question: question(target.input, bytes), frames: 0, damaged: false };
    bytes_of(&shrink(case, &mut still).question).to_vec()
}

fn bytes_of(question: &Question) -> &[u8] {
    match question {
        Question::Decode(question) => question.frame.as_deref().unwrap_or_default(),
        Question::File { file, .. } => file,
        _ => &[],
    }
}

/// What a function gives, or the message of its panic.
pub(super) fn caught<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    CATCHING.set(true);
    let result = catch_unwind(AssertUnwindSafe(function));
    CATCHING.set(false);
    result.map_err(|payload| message(&*payload))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "of no text".to_owned())
}

/// Lets panics that are caught here say nothing: making an input small brings about thousands. For a program, which has
/// one such hook.
pub fn quieten() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !CATCHING.get() {
            usual(info);
        }
    }));
}
