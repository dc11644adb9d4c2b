//! Testees that are wrong in ways that have nothing to do with frames. The runner has to find each of
//! them out; it is run against them by the kill matrix and by its own tests.

mod answers;

use std::io::{self, BufRead, Write};
use std::thread::sleep;
use std::time::Duration;

use self::answers::{accepting, good, rejecting, unsupported, who};
use crate::runner::account::Outcome;

/// A bad testee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// The outcome that its vectors get; `None`: it is found out apart from any vector.
    pub outcome: Option<Outcome>,
    behaviour: Behaviour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behaviour {
    AcceptAll,
    RejectAll,
    SkipAll,
    ClaimNothing,
    Echo,
    Crash,
    Hang,
    Late,
    Garbage,
    WrongId,
    OneBehind,
    Twice,
    HalfALine,
    Oversize,
    Greedy,
    UnknownKey,
    KnowsEverything,
    BadEnd,
    NeverEnds,
    OtherProtocol,
}

const fn bad(name: &'static str, what: &'static str, outcome: Option<Outcome>, behaviour: Behaviour) -> Bad {
    Bad { name, what, outcome, behaviour }
}

/// Every bad testee.
pub const BAD: &[Bad] = &[
    bad("accept-all", "accepts every frame, with the same content", Some(Outcome::Fail), Behaviour::AcceptAll),
    bad("reject-all", "rejects every frame, with the same code", Some(Outcome::Fail), Behaviour::RejectAll),
    bad("skip-all", "declares every capability and then says unsupported", Some(Outcome::Fail), Behaviour::SkipAll),
    bad("claim-nothing", "declares no capability", Some(Outcome::Skip), Behaviour::ClaimNothing),
    bad("echo", "answers hello, and then with the question", Some(Outcome::Protocol), Behaviour::Echo),
    bad("crash", "ends at the first question", Some(Outcome::Crash), Behaviour::Crash),
    bad("hang", "never answers", Some(Outcome::Timeout), Behaviour::Hang),
    bad("late", "answers rightly, and too late", Some(Outcome::Timeout), Behaviour::Late),
    bad("garbage", "answers with a line that is no JSON", Some(Outcome::Protocol), Behaviour::Garbage),
    bad("wrong-id", "answers rightly, under another id", Some(Outcome::Protocol), Behaviour::WrongId),
    bad("one-behind", "answers the question before", Some(Outcome::Protocol), Behaviour::OneBehind),
    bad("twice", "answers everything twice", Some(Outcome::Protocol), Behaviour::Twice),
    bad("half-a-line", "ends in the middle of an answer", Some(Outcome::Crash), Behaviour::HalfALine),
    bad("oversize", "answers with a line without end", Some(Outcome::Protocol), Behaviour::Oversize),
    bad("greedy", "takes memory without end", Some(Outcome::Crash), Behaviour::Greedy),
    bad("unknown-key", "adds a key of its own to right answers", Some(Outcome::Protocol), Behaviour::UnknownKey),
    bad(
        "knows-everything",
        "answers rightly, and accepts operations that do not exist",
        None,
        Behaviour::KnowsEverything,
    ),
    bad("bad-end", "answers rightly, and ends with a failure", None, Behaviour::BadEnd),
    bad("never-ends", "answers rightly, and does not end with its input", None, Behaviour::NeverEnds),
    bad("other-protocol", "speaks version 2 of the protocol", None, Behaviour::OtherProtocol),
];

/// How long the late testee waits for each answer.
pub const LATE: Duration = Duration::from_millis(4000);

/// The bad testee of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Bad> {
    BAD.iter().find(|bad| bad.name == name)
}

/// Serves until the input ends, or the testee's fault ends it. Gives the exit code.
///
/// # Errors
/// The input cannot be read or the output not be written.
pub fn serve(bad: &Bad, input: impl BufRead, mut output: impl Write) -> io::Result<u8> {
    let mut before: Option<String> = None;
    for line in input.lines() {
        let line = line?;
        let hello = line.contains("\"op\":\"hello\"");
        let answer = match bad.behaviour {
            Behaviour::OtherProtocol if hello => who(&line, 2, true),
            Behaviour::ClaimNothing if hello => who(&line, 1, false),
            _ if hello => who(&line, 1, true),
            Behaviour::AcceptAll => accepting(&line),
            Behaviour::RejectAll => rejecting(&line),
            Behaviour::SkipAll | Behaviour::ClaimNothing => unsupported(&line),
            Behaviour::Echo => line.clone(),
            Behaviour::Crash => {
                return Ok(3);
            }
            Behaviour::Hang => loop {
                sleep(Duration::from_secs(3600));
            },
            Behaviour::Late => {
                sleep(LATE);
                good(&line)
            }
            Behaviour::Garbage => "Traceback (most recent call last):".to_owned(),
            Behaviour::WrongId => answers::with_other_id(&good(&line)),
            Behaviour::OneBehind => {
                let now = good(&line);
                before.replace(now.clone()).unwrap_or(now)
            }
            Behaviour::Twice => format!("{0}\n{0}", good(&line)),
            Behaviour::HalfALine => {
                let answer = good(&line);
                output.write_all(&answer.as_bytes().iter().copied().take(answer.len() / 2).collect::<Vec<_>>())?;
                output.flush()?;
                return Ok(0);
            }
            Behaviour::Oversize => loop {
                output.write_all(&[b' '; 64 * 1024])?;
            },
            Behaviour::Greedy => return Ok(take_everything()),
            Behaviour::UnknownKey => answers::with_another_key(&good(&line)),
            Behaviour::KnowsEverything => answers::never_unsupported(&line),
            Behaviour::BadEnd | Behaviour::NeverEnds | Behaviour::OtherProtocol => good(&line),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    match bad.behaviour {
        Behaviour::BadEnd => Ok(9),
        Behaviour::NeverEnds => loop {
            sleep(Duration::from_secs(3600));
        },
        _ => Ok(0),
    }
}

/// Takes memory until there is no more, which the runner's budget brings about.
fn take_everything() -> u8 {
    const PIECE: usize = 16 * 1024 * 1024;
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        // Address space is enough: that is what is limited, and it costs the machine nothing.
        let mut piece = Vec::new();
        if piece.try_reserve_exact(PIECE).is_err() {
            // As a program that does not look whether it got its memory.
            std::process::abort();
        }
        kept.push(piece);
    }
}
