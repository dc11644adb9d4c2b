//! A testee as a child process: lines in, lines out, within budgets.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of a testee's stderr that are kept, the last ones.
const STDERR_KEPT: usize = 16 * 1024;

/// How to start a testee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// One command as a person types it, for the system's shell.
    Shell(String),
    /// A program and its arguments.
    Words(Vec<OsString>),
}

impl Program {
    /// The command for a person to read and type.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Shell(text) => text.clone(),
            Self::Words(words) => words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "),
        }
    }
}

/// What a testee may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Time for one answer.
    pub answer: Duration,
    /// Time to start and say who it is, and to end.
    pub start: Duration,
    /// Address space in MiB, on Unix; 0: no limit.
    pub memory_mib: u64,
    /// Bytes of one answer.
    pub output: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(10),
            start: Duration::from_secs(30),
            memory_mib: 4096,
            output: 64 * 1024 * 1024,
        }
    }
}

/// Why there is no answer that could be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The process ended.
    Crash(String),
    /// The answer did not come in time.
    Timeout(String),
    /// What came is not an answer.
    Protocol(String),
}

impl Failure {
    /// What happened, for a person.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Crash(text) | Self::Timeout(text) | Self::Protocol(text) => text,
        }
    }
}

enum Event {
    Line(Vec<u8>),
    TooLong,
    End,
}

/// A running testee. Dropping it kills it, with what it started.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Event>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    output_budget: usize,
}

impl Process {
    /// Starts the program.
    ///
    /// # Errors
    /// It cannot be started. A shell that does not find it ends with status 127 instead.
    pub fn spawn(program: &Program, budgets: &Budgets) -> io::Result<Self> {
        let mut child = command(program, budgets.memory_mib)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("the child has no pipes"));
        };
        let (input, requests) = channel();
        let (events, output) = channel();
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let keep = Arc::clone(&kept);
        let output_budget = budgets.output;
        thread::spawn(move || write_requests(stdin, &requests));
        thread::spawn(move || read_lines(stdout, output_budget, &events));
        thread::spawn(move || keep_stderr(stderr, &keep));
        Ok(Self { child, input: Some(input), output, stderr: kept, output_budget })
    }

    /// Sends a line and waits for one.
    ///
    /// # Errors
    /// No line came, or none that can be read. The process is of no further use then.
    pub fn ask(&mut self, line: &str, within: Duration) -> Result<String, Failure> {
        // What is there before anything was asked belongs to no question: a second answer, or a late one.
        match self.output.try_recv() {
            Ok(Event::Line(stray)) => return Err(Failure::Protocol(unasked(&stray))),
            Ok(Event::TooLong) => return Err(self.too_long()),
            Ok(Event::End) | Err(TryRecvError::Disconnected) => return Err(self.ended()),
            Err(TryRecvError::Empty) => {}
        }
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        // A process that has gone shows at the other pipe.
        if let Some(input) = &self.input {
            let _gone = input.send(bytes);
        }
        match self.output.recv_timeout(within) {
            Ok(Event::Line(line)) => {
                String::from_utf8(line).map_err(|_| Failure::Protocol("the answer is not UTF-8".to_owned()))
            }
            Ok(Event::TooLong) => Err(self.too_long()),
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
            Err(RecvTimeoutError::Timeout) => Err(Failure::Timeout(format!("no answer within {within:?}"))),
        }
    }

    /// Ends the input and waits for the process to end with 0 and to say no more.
    ///
    /// # Errors
    /// It does not.
    pub fn finish(mut self, within: Duration) -> Result<(), Failure> {
        self.input = None;
        match self.output.recv_timeout(within) {
            Ok(Event::Line(stray)) => return Err(Failure::Protocol(unasked(&stray))),
            Ok(Event::TooLong) => return Err(self.too_long()),
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => {}
            Err(RecvTimeoutError::Timeout) => {
                return Err(Failure::Timeout(format!("still running {within:?} after the end of its input")));
            }
        }
        match self.wait(within) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(Failure::Crash(format!("{} at the end of its input", describe(status)))),
            None => Err(Failure::Timeout(format!("still running {within:?} after the end of its output"))),
        }
    }

    /// The last of what it wrote to stderr.
    #[must_use]
    pub fn stderr(&self) -> String {
        let kept = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = kept.iter().copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn too_long(&self) -> Failure {
        Failure::Protocol(format!("the answer is longer than {} bytes", self.output_budget))
    }

    fn ended(&mut self) -> Failure {
        Failure::Crash(match self.wait(Duration::from_secs(2)) {
            Some(status) => describe(status),
            None => "closed its output and ran on".to_owned(),
        })
    }

    fn wait(&mut self, within: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + within;
        let mut pause = Duration::from_micros(100);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < end => thread::sleep(pause),
                _ => return None,
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            kill_all(&self.child);
            let _already_gone = self.child.kill();
            let _reaped = self.child.wait();
        }
    }
}

#[cfg(unix)]
fn kill_all(child: &Child) {
    let _already_gone =
        rustix::process::kill_process_group(rustix::process::Pid::from_child(child), rustix::process::Signal::KILL);
}

#[cfg(not(unix))]
fn kill_all(_child: &Child) {}

#[cfg(unix)]
fn command(program: &Program, memory_mib: u64) -> Command {
    use std::os::unix::process::CommandExt as _;

    let limit = match memory_mib {
        0 => String::new(),
        // The limit is in KiB; a shell that cannot set it goes on without.
        mib => format!("ulimit -v {} 2>/dev/null; ", mib.saturating_mul(1024)),
    };
    let mut command = Command::new("sh");
    match program {
        Program::Shell(text) => command.args([OsStr::new("-c"), OsStr::new(&format!("{limit}exec {text}"))]),
        Program::Words(words) => {
            command.arg("-c").arg(format!("{limit}exec \"$@\"")).arg("sh").args(words.iter().map(OsString::as_os_str))
        }
    };
    // A group of its own, so that it can be ended with what it started.
    command.process_group(0);
    command
}

#[cfg(not(unix))]
fn command(program: &Program, _memory_mib: u64) -> Command {
    let words: Vec<OsString> = match program {
        Program::Shell(text) => text.split_whitespace().map(OsString::from).collect(),
        Program::Words(words) => words.clone(),
    };
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

fn write_requests(mut stdin: ChildStdin, requests: &Receiver<Vec<u8>>) {
    while let Ok(line) = requests.recv() {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, budget: usize, events: &Sender<Event>) {
    let mut reader = BufReader::with_capacity(64 * 1024, stdout);
    loop {
        let mut line = Vec::new();
        let most = u64::try_from(budget).unwrap_or(u64::MAX).saturating_add(1);
        let read = reader.by_ref().take(most).read_until(b'\n', &mut line);
        let event = match read {
            Ok(_) if line.last() == Some(&b'\n') => {
                line.pop();
                Event::Line(line)
            }
            Ok(_) if line.len() > budget => Event::TooLong,
            // A line that was begun and not ended is a crash in the middle of an answer.
            _ => Event::End,
        };
        let go_on = matches!(event, Event::Line(_));
        if events.send(event).is_err() || !go_on {
            return;
        }
    }
}

fn keep_stderr(mut stderr: ChildStderr, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = stderr.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(buffer.iter().take(n));
        let surplus = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..surplus);
    }
}

fn unasked(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    format!("a line that nothing asked for: {}", text.chars().take(200).collect::<String>())
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => format!("ended by {status}"),
    }
}
