//! A run, as its owner has it.

use super::context::RunContext;
use super::counts::Counts;
use super::handle::RunWriter;
use super::life::Life;
use super::outlet::Outlet;
use crate::producer::{Producer, ProducerError};

/// One execution of a graph. It has one owner, and ends when that lets go of it (WRS-003).
#[derive(Debug)]
#[must_use = "a run ends when it is dropped"]
pub struct Run {
    writer: RunWriter,
}

impl Run {
    /// A run whose records go to the lane of a tenant and a partition.
    ///
    /// # Errors
    /// [`ProducerError`] where there is no such lane and none could be made.
    pub async fn open(
        producer: &Producer,
        tenant: &str,
        partition: Option<u32>,
        context: RunContext,
    ) -> Result<Self, ProducerError> {
        let lane = producer.lane(tenant, partition).await?;
        Ok(Self::new(context, producer.handle(lane)))
    }

    /// A run whose records go to an outlet.
    pub fn new(context: RunContext, outlet: impl Outlet) -> Self {
        Self { writer: RunWriter::new(Life::new(outlet), context) }
    }

    /// A writer of it.
    #[must_use]
    pub fn writer(&self) -> RunWriter {
        self.writer.clone()
    }

    /// Ends it. Says what became of the writes so far; those that come later are counted too, as errors
    /// ([`RunWriter::counts`]).
    pub fn end(self) -> Counts {
        self.writer.end();
        self.writer.counts()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.writer.end();
    }
}
