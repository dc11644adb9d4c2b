//! What the right answer is: that of the codec and of the plain implementation, where they agree.

use dashstream_codec::Decoder;

use super::cases::Case;
use super::verdict::{compare, is_open};
use crate::plain::ledger::Input;
use crate::plain::{Limits, Plain, lints};
use crate::plain_oracle::refusal;
use crate::protocol::{Answer, Decoded, Hello, Question};
use crate::reference;
use crate::runner::compare::Difference;

/// Both implementations of this repository.
pub struct References {
    decoder: Decoder,
    plain: Plain,
    codec_says: Hello,
}

/// What they say.
#[derive(Clone, Debug)]
pub enum Said {
    /// The same.
    Agree(Answer),
    /// One refuses what the other accepts, and both may (ZST-018).
    Open([Answer; 2]),
    /// Not the same: one of them is wrong, and nobody else can be judged.
    Differ {
        /// What the codec says.
        codec: Answer,
        /// What the plain implementation says.
        plain: Answer,
        /// Where the two part; the plain implementation's is what is expected.
        differences: Vec<Difference>,
    },
}

impl std::fmt::Debug for References {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("References").finish_non_exhaustive()
    }
}

impl Default for References {
    fn default() -> Self {
        Self::new()
    }
}

impl References {
    /// Both, with nothing asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Plain::new())
    }

    /// With this in the place of the plain implementation.
    pub(super) fn with(plain: Plain) -> Self {
        let mut decoder = Decoder::new();
        let codec_says = match reference::answer(&mut decoder, &Question::Hello) {
            Answer::Hello(hello) => hello,
            _ => Hello::default(),
        };
        Self { decoder, plain, codec_says }
    }

    /// Asks both.
    pub fn ask(&mut self, case: &Case) -> Said {
        let codec = reference::answer(&mut self.decoder, &case.question);
        let plain = plain_answer(self.plain, &case.question);
        let differences = compare(&self.codec_says, &case.question, &plain, &codec);
        if differences.is_empty() {
            // The plain one has lints.
            Said::Agree(plain)
        } else if is_open(case, &plain, &codec) {
            Said::Open([plain, codec])
        } else {
            Said::Differ { codec, plain, differences }
        }
    }
}

/// The answer of the plain implementation, which takes all pieces together.
#[must_use]
pub fn plain_answer(plain: Plain, question: &Question) -> Answer {
    let unreadable = |what: &dyn std::fmt::Display| Answer::Unsupported(what.to_string());
    match question {
        Question::Decode(question) => {
            let limits = Limits {
                max_frame_len: question.limits.max_frame_len,
                max_raw_len: question.limits.max_raw_len,
                max_records: question.limits.max_records,
            };
            match plain.read(question.frame.as_deref(), limits, question.tenant.as_deref()) {
                Ok(decoded) => {
                    let lints = lints::in_order(&decoded.lints).into_iter().map(str::to_owned).collect();
                    Answer::Decoded(Decoded { frame: decoded.json(), lints: Some(lints) })
                }
                Err(fault) => Answer::Refused(refusal(&fault)),
            }
        }
        Question::File { file, .. } => match plain.file(file) {
            Ok(report) => serde_json::from_value(report.json()).map_or_else(|error| unreadable(&error), Answer::File),
            Err(fault) => Answer::Refused(refusal(&fault)),
        },
        Question::Ledger { input } => {
            let input = input
                .iter()
                .map(|arrival| Input { frame: arrival.frame.clone(), partition: arrival.partition.map(u64::from) });
            let report = plain.ledger(&input.collect::<Vec<_>>());
            serde_json::from_value(report).map_or_else(|error| unreadable(&error), Answer::Ledger)
        }
        other => unreadable(&other.op()),
    }
}
