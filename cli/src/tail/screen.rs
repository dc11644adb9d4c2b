//! What is shown, and what was wrong.

use std::collections::VecDeque;
use std::io::{self, BufWriter, Stderr, Stdout, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstream::AutoStream;
use dashstream_codec::Record;
use dashstream_codec::ledger::Verdict as Said;
use dashstream_stream::consumer::{ConsumerAccount, Delivery};

use super::{TailArgs, line};
use crate::events;
use crate::exit::{Failure, Verdict};
use crate::term::{BAD, DIM, DOUBTFUL, counted};
use crate::verify::report::{in_words, is_harmless};

/// The screen, for those who have something to say.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Screen>>);

impl Shared {
    pub(super) fn new(screen: Screen) -> Self {
        Self(Arc::new(Mutex::new(screen)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Screen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether records are held back, because only the last ones are wanted.
    pub(super) fn is_held(&self) -> bool {
        self.lock().ring.is_some()
    }
}

/// Which records are shown.
#[derive(Debug)]
struct Wanted {
    tenant: Option<String>,
    thread: Option<String>,
    run: Option<String>,
    kinds: Vec<u32>,
}

/// Standard output and standard error, and what was said there.
pub(super) struct Screen {
    out: BufWriter<AutoStream<Stdout>>,
    err: AutoStream<Stderr>,
    wanted: Wanted,
    json: bool,
    /// Whether lanes are read from their beginnings, so that it is news where one is not.
    from_start: bool,
    /// The last records, until all that was there has been read.
    ring: Option<VecDeque<String>>,
    last: usize,
    shown: u64,
    bad: bool,
    /// Numbers that are missing, and those that came after all.
    missing: u64,
    late: u64,
    broken: Option<io::Error>,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").field("wanted", &self.wanted).field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Screen {
    pub(super) fn new(args: &TailArgs) -> Self {
        let (tenant, thread, run) = (args.tenant.clone(), args.thread.clone(), args.run.clone());
        Self {
            out: BufWriter::new(AutoStream::auto(io::stdout())),
            err: AutoStream::auto(io::stderr()),
            wanted: Wanted { tenant, thread, run, kinds: args.kind.clone() },
            json: args.json,
            from_start: args.from_start,
            ring: args.last.map(|_| VecDeque::new()),
            last: args.last.map_or(0, |last| usize::try_from(last).unwrap_or(usize::MAX)),
            shown: 0,
            bad: false,
            missing: 0,
            late: 0,
            broken: None,
        }
    }

    /// Shows a frame.
    pub(super) fn show(&mut self, delivery: &Delivery<'_>) -> io::Result<()> {
        self.verdicts(delivery);
        let tenant = delivery.batch.metadata().tenant();
        for (_, result) in delivery.records() {
            let record = &result.record;
            if !self.wanted.has(tenant, record) {
                continue;
            }
            if self.json {
                let event = events::from_record(tenant, delivery.batch.strings(), record);
                match event.and_then(|event| events::print(&event)) {
                    Ok(line) => self.line(line)?,
                    Err(error) => self.wrong(&format!("record {}: {error}", record.sequence)),
                }
            } else {
                self.line(line::line(tenant, record))?;
            }
        }
        let flushed = self.out.flush();
        self.keep(flushed)
    }

    fn line(&mut self, line: String) -> io::Result<()> {
        self.shown += 1;
        if let Some(ring) = &mut self.ring {
            ring.push_back(line);
            if ring.len() > self.last {
                ring.pop_front();
                self.shown -= 1;
            }
            return Ok(());
        }
        let written = writeln!(self.out, "{line}");
        self.keep(written)
    }

    /// An error of standard output is what ends the program.
    fn keep(&mut self, done: io::Result<()>) -> io::Result<()> {
        let again = |error: &io::Error| io::Error::new(error.kind(), error.to_string());
        done.inspect_err(|error| {
            self.broken.get_or_insert_with(|| again(error));
        })
    }

    /// Shows what is held back, and everything from now on.
    pub(super) fn flush_ring(&mut self) {
        let Some(ring) = self.ring.take() else { return };
        let written = ring.iter().try_for_each(|line| writeln!(self.out, "{line}")).and_then(|()| self.out.flush());
        // It is told when the next frame comes, or at the end.
        drop(self.keep(written));
    }

    fn verdicts(&mut self, delivery: &Delivery<'_>) {
        let (position, prelude) = (delivery.position, delivery.batch.prelude());
        for verdict in delivery.verdicts {
            match verdict {
                // Who begins in the midst knows that.
                Said::Baseline(_) if !self.from_start => continue,
                Said::Gap(count) => self.missing += count,
                Said::Late(count) => self.late += count,
                other => self.bad |= !is_harmless(*other),
            }
            let place = format!("partition {} at {}, lane {}", position.partition, position.offset, prelude.lane);
            // Where it cannot be said, the exit code is left.
            let _ = writeln!(self.err, "{DOUBTFUL}{verdict}{DOUBTFUL:#} {place}: {}", in_words(*verdict));
        }
    }

    /// Says what is wrong.
    pub(super) fn wrong(&mut self, what: &str) {
        self.bad = true;
        let _ = writeln!(self.err, "{BAD}rejected:{BAD:#} {what}");
    }

    /// Says how much it was, where anything was not as it should be.
    pub(super) fn finish(&mut self, account: &ConsumerAccount, err: &mut dyn Write) -> Result<(), Failure> {
        if let Some(error) = self.broken.take() {
            return Err(Failure::Output(error));
        }
        if self.verdict(account) == Verdict::Bad || account.duplicates > 0 {
            let rejected: u64 = account.rejected.values().sum();
            let counts = [(self.shown, "record"), (account.messages, "message"), (account.duplicates, "duplicate")];
            let [shown, messages, duplicates] = counts.map(counted);
            let wrong = rejected + account.damaged + account.records_rejected;
            writeln!(err, "{DIM}{shown} shown of {messages}; {duplicates}, {wrong} rejected{DIM:#}")?;
        }
        Ok(())
    }

    /// What the exit code says.
    pub(super) fn verdict(&self, account: &ConsumerAccount) -> Verdict {
        let wrong = self.bad || account.stopped > 0 || account.waiting > 0 || self.missing > self.late;
        if wrong { Verdict::Bad } else { Verdict::Good }
    }
}

impl Wanted {
    fn has(&self, tenant: &str, record: &Record<'_>) -> bool {
        let fits = |wanted: &Option<String>, text: Option<&str>| wanted.is_none() || wanted.as_deref() == text;
        let kind =
            if self.kinds.is_empty() { !events::is_control(record.kind) } else { self.kinds.contains(&record.kind) };
        kind && fits(&self.tenant, Some(tenant)) && fits(&self.thread, record.thread) && fits(&self.run, record.run)
    }
}
