//! A writer as a handle.

use std::fmt;
use std::sync::Arc;

use dashstream_codec::owned::Record;

use super::context::RunContext;
use super::counts::Counts;
use super::error::WriteError;
use super::life::Life;

/// Writes into one run. Clones and children write into the same run, wherever they are; when it has ended, each write is an error.
#[derive(Clone)]
pub struct RunWriter {
    pub(super) life: Arc<Life>,
    context: Arc<RunContext>,
}

impl RunWriter {
    pub(super) fn new(life: Life, context: RunContext) -> Self {
        Self { life: Arc::new(life), context: Arc::new(context) }
    }

    fn with(&self, change: impl FnOnce(&mut RunContext)) -> Self {
        let mut context = RunContext::clone(&self.context);
        change(&mut context);
        Self { life: Arc::clone(&self.life), context: Arc::new(context) }
    }

    /// What its records have in common.
    #[must_use]
    pub fn context(&self) -> &RunContext {
        &self.context
    }

    /// A writer of the same run, whose records are about a node, and about no task of it until [`Self::with_task`] says which.
    #[must_use]
    pub fn with_node(&self, node: impl Into<String>) -> Self {
        self.with(|context| (context.node, context.task) = (Some(node.into()), None))
    }

    /// A writer of the same run and node, whose records are about a task.
    #[must_use]
    pub fn with_task(&self, task: impl Into<String>) -> Self {
        self.with(|context| context.task = Some(task.into()))
    }

    /// A writer of the same run, whose records belong to a span.
    #[must_use]
    pub fn with_span(&self, span_id: [u8; 8]) -> Self {
        self.with(|context| context.span_id = Some(span_id))
    }

    /// Writes a record: it is given what it does not say itself of [`Self::context`], and the time where its `time_us` is 0. Returns
    /// its number; waits for room where the policy of its kind is to wait. Where the future is dropped before it has ended, the record
    /// was not taken.
    ///
    /// # Errors
    /// [`WriteError`], each of which is counted in [`Self::counts`].
    pub async fn emit(&self, record: Record) -> Result<u64, WriteError> {
        let write = self.life.counter.begin();
        let result = self.offer(record).await;
        write.end(&result);
        if let Err(error @ (WriteError::Ended | WriteError::Foreign { .. })) = &result {
            crate::observe::refused(error.name(), Some(&self.context.run));
        }
        result
    }

    async fn offer(&self, mut record: Record) -> Result<u64, WriteError> {
        // What has ended says so, whatever the record is.
        if !self.life.has_ended() {
            self.context.complete(&mut record)?;
        }
        self.life.offer(record).await
    }

    /// Ends the run, for all its writers. When this returns, none of its records is taken any more; those that wait for room are
    /// refused.
    pub fn end(&self) {
        self.life.end();
    }

    /// Whether the run has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.life.has_ended()
    }

    /// What became of the writes of the run, by all its writers.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.life.counter.counts()
    }
}

impl fmt::Debug for RunWriter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = self.has_ended();
        out.debug_struct("RunWriter").field("context", &self.context).field("ended", &ended).finish_non_exhaustive()
    }
}
