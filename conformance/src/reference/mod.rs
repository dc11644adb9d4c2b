//! The reference as a testee: JSON Lines in, JSON Lines out. It is an adapter like any other, of the codec and, for scripts, of the
//! producer and the consumer of the product, of its follower of states and of its
//! store of checkpoints.

mod consumer;
mod diff;
mod files;
mod frames;
mod ledger;
mod producer;
mod store;

use std::io::{self, BufRead, Write};

use dashstream_codec::Decoder;

pub(crate) use self::diff::follow;
use self::files::read_file;
use self::frames::{decode, encode};
use self::ledger::keep_ledger;
use crate::protocol::{Answer, Hello, PROTOCOL, Question};

/// Everything but `lint`: the codec has no lints.
const CAPABILITIES: [&str; 13] = [
    "decode",
    "encode",
    "file",
    "ledger",
    "producer",
    "consumer",
    "policies",
    "diff",
    "store",
    "zstd",
    "lz4",
    "incremental",
    "payloads",
];

/// Answers questions until the input ends.
///
/// # Errors
/// The input cannot be read, or the output not be written.
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut decoder = Decoder::new();
    for line in input.lines() {
        let (id, answer) = match Question::from_line(&line?) {
            Ok((id, question)) => (id, answer(&mut decoder, &question)),
            // Without an id there is nobody to answer; the runner takes the line for what it is.
            Err(why) => (0, Answer::Unsupported(why)),
        };
        writeln!(output, "{}", answer.to_line(id))?;
        output.flush()?;
    }
    Ok(())
}

/// The answer to one question.
#[must_use]
pub fn answer(decoder: &mut Decoder, question: &Question) -> Answer {
    match question {
        Question::Hello => Answer::Hello(Hello {
            protocol: PROTOCOL,
            implementation: "dashstream-codec".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
        }),
        Question::Decode(question) => decode(decoder, question),
        Question::Encode { content, options } => encode(content, *options),
        Question::File { file, pieces } => read_file(file, pieces.as_deref()),
        Question::Ledger { input } => keep_ledger(decoder, input),
        Question::Producer(question) => {
            producer::play(question).map_or_else(|why| Answer::Unsupported(why.to_string()), Answer::Producer)
        }
        Question::Consumer(question) => {
            consumer::play(question).map_or_else(|why| Answer::Unsupported(why.to_string()), Answer::Consumer)
        }
        Question::Diff(question) => Answer::States(follow(question)),
        Question::Store(question) => {
            store::look(question).map_or_else(|why| Answer::Unsupported(why.to_string()), Answer::Store)
        }
        Question::Unknown(op) => Answer::Unsupported(format!("there is no operation {op}")),
    }
}
