//! What a run's records have in common.

use std::time::{SystemTime, UNIX_EPOCH};

use dashstream_codec::owned::Record;

use super::error::{Field, WriteError};

/// Whose the records of a writer are. Each text has 1 to 1,024 bytes; with others the producer drops the record as INVALID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunContext {
    /// Run (one execution of a graph).
    pub run: String,
    /// Thread (conversation, session).
    pub thread: Option<String>,
    /// Graph node that the records are about.
    pub node: Option<String>,
    /// Task (one scheduled execution of a node).
    pub task: Option<String>,
    /// W3C trace id.
    pub trace_id: Option<[u8; 16]>,
    /// W3C span id.
    pub span_id: Option<[u8; 8]>,
}

impl RunContext {
    /// A run of which nothing else is known.
    #[must_use]
    pub fn of(run: impl Into<String>) -> Self {
        Self { run: run.into(), ..Self::default() }
    }

    /// Gives a record what it does not say itself, and the time where it has none.
    pub(super) fn complete(&self, record: &mut Record) -> Result<(), WriteError> {
        // WRS-005
        same(Field::Run, record.run.as_deref(), Some(&self.run))?;
        same(Field::Thread, record.thread.as_deref(), self.thread.as_deref())?;
        // WRS-004
        record.run.get_or_insert_with(|| self.run.clone());
        fill(&mut record.thread, self.thread.as_ref());
        fill(&mut record.node, self.node.as_ref());
        fill(&mut record.task, self.task.as_ref());
        fill(&mut record.trace_id, self.trace_id.as_ref());
        fill(&mut record.span_id, self.span_id.as_ref());
        if record.time_us == 0 {
            record.time_us = now_us();
        }
        Ok(())
    }
}

fn fill<T: Clone>(said: &mut Option<T>, known: Option<&T>) {
    if said.is_none() {
        *said = known.cloned();
    }
}

/// A record may say nothing, or what the context says.
fn same(field: Field, said: Option<&str>, known: Option<&str>) -> Result<(), WriteError> {
    if said.is_some() && said != known { Err(WriteError::Foreign { field }) } else { Ok(()) }
}

fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    u64::try_from(since).unwrap_or(u64::MAX)
}
