//! A testee that is asked questions: it is started again after every failure, so that one question costs
//! no other.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::Path;

use crate::process::{Budgets, Failure, Process, Program};
use crate::protocol::{Answer, Hello, InlineLimit, Question};

/// Whoever answers questions: a child process, or an implementation in this one.
pub trait Testee {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// There is no answer that could be judged.
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken>;
}

/// A question that got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Why.
    pub failure: Failure,
    /// The last of what the testee wrote to stderr; shown and never judged.
    pub stderr: String,
}

/// A testee in a child process.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    process: Option<Process>,
    hello: Option<Hello>,
    next_id: u64,
    starts: u64,
    failed_to_start: bool,
}

/// How a session runs its testee.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The testee.
    pub program: Program,
    /// What it may use.
    pub budgets: Budgets,
    /// One process for each question.
    pub oneshot: bool,
    /// Folder for input that is too large for a line.
    pub folder: std::path::PathBuf,
}

/// The testee cannot be started, or speaks another protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError(pub Broken);

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.failure.text())?;
        match self.0.stderr.trim_end() {
            "" => Ok(()),
            text => write!(out, "\nits stderr:\n{text}"),
        }
    }
}

impl std::error::Error for StartError {}

impl Session {
    /// Starts the testee and asks who it is.
    ///
    /// # Errors
    /// It cannot be started, or does not answer `hello` as this protocol wants it.
    pub fn start(settings: Settings) -> Result<(Self, Hello), StartError> {
        let mut session = Self { settings, process: None, hello: None, next_id: 0, starts: 0, failed_to_start: false };
        let hello = session.open().map_err(StartError)?;
        session.hello = Some(hello.clone());
        if session.settings.oneshot {
            session.close().map_err(StartError)?;
        }
        Ok((session, hello))
    }

    /// How often a process was started.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.starts
    }

    /// Another process of the same testee, not yet started.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            process: None,
            hello: self.hello.clone(),
            next_id: 0,
            starts: 0,
            failed_to_start: false,
        }
    }

    /// Whether the last question failed because the testee could not be started again.
    #[must_use]
    pub const fn failed_to_start(&self) -> bool {
        self.failed_to_start
    }

    /// Ends the input; the process has to end with 0.
    ///
    /// # Errors
    /// It does not.
    pub fn close(&mut self) -> Result<(), Broken> {
        let Some(process) = self.process.take() else { return Ok(()) };
        let stderr = process.stderr();
        process.finish(self.settings.budgets.start).map_err(|failure| Broken { failure, stderr })
    }

    fn open(&mut self) -> Result<Hello, Broken> {
        self.spawn()?;
        let answer = self.exchange(&Question::Hello, self.settings.budgets.start)?;
        match answer {
            Answer::Hello(hello) => Ok(hello),
            other => Err(self.broken(Failure::Protocol(format!("no `ok` to hello but {}", other.to_line(0))))),
        }
    }

    fn spawn(&mut self) -> Result<(), Broken> {
        let crash = |error: std::io::Error| {
            let text = format!("{}: {error}", self.settings.program.text());
            Broken { failure: Failure::Crash(text), stderr: String::new() }
        };
        self.process = Some(Process::spawn(&self.settings.program, &self.settings.budgets).map_err(crash)?);
        self.starts += 1;
        self.next_id = first_id();
        Ok(())
    }

    /// A process that is ready for a question.
    fn ready(&mut self) -> Result<(), Broken> {
        if self.process.is_some() {
            return Ok(());
        }
        if self.settings.oneshot {
            return self.spawn();
        }
        let again = self.open()?;
        match &self.hello {
            Some(first) if *first != again => {
                Err(self.broken(Failure::Protocol("started again, the testee says it is another".to_owned())))
            }
            _ => Ok(()),
        }
    }

    fn exchange(&mut self, question: &Question, within: std::time::Duration) -> Result<Answer, Broken> {
        let id = self.next_id;
        self.next_id += 1;
        let line = match question.to_line(id, InlineLimit::standard(&self.settings.folder)) {
            Ok(line) => line,
            Err(error) => {
                return Err(self.broken(Failure::Protocol(format!("the runner cannot write its input: {error}"))));
            }
        };
        let Some(process) = &mut self.process else {
            return Err(self.broken(Failure::Crash("there is no process".to_owned())));
        };
        let answer = process.ask(&line, within).and_then(|text| {
            Answer::from_line(&text, id, question)
                .map_err(|why| Failure::Protocol(format!("{why}: {}", shorten(&text))))
        });
        remove_files(&self.settings.folder, question, id);
        answer.map_err(|failure| self.broken(failure))
    }

    /// Gives the process up.
    fn broken(&mut self, failure: Failure) -> Broken {
        let process = self.process.take();
        // What a dying process wrote is still on its way.
        if matches!(failure, Failure::Crash(_)) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let stderr = process.as_ref().map(Process::stderr).unwrap_or_default();
        Broken { failure, stderr }
    }
}

impl Testee for Session {
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken> {
        let ready = self.ready();
        self.failed_to_start = ready.is_err();
        ready?;
        let answer = self.exchange(question, self.settings.budgets.answer)?;
        if self.settings.oneshot {
            self.close()?;
        }
        Ok(answer)
    }
}

/// Ids begin somewhere else in every process, so an answer to a process that was given up fits no
/// question. Below 2^53, so exact in every language.
fn first_id() -> u64 {
    (RandomState::new().build_hasher().finish() >> 24) << 12
}

fn remove_files(folder: &Path, question: &Question, id: u64) {
    let name = match question {
        Question::Decode(_) => "frame",
        Question::Encode { .. } => "content",
        Question::File { .. } => "file",
        _ => return,
    };
    let _was_in_the_line = std::fs::remove_file(folder.join(format!("{name}-{id}")));
}

/// The beginning of a text that may be very long.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{} ... ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
    }
}
