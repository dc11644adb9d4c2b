//! A script, played by the consumer of the product (`vectors/pipeline.md`).

mod around;
mod script;
mod source;
#[cfg(test)]
mod tests;
mod world;

use dashstream_stream::consumer::ConsumerError;
use dashstream_vectors::ConsumerStep;

use self::script::Script;
use crate::protocol::{ConsumerQuestion, ConsumerReport};

/// Why a script could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConsumerTrouble {
    /// The system gave no runtime.
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
    /// There is no such partition.
    #[error("there is no partition {0}")]
    NoPartition(u32),
    /// More partitions than a script of sense has.
    #[error("{0} partitions are too many")]
    Partitions(u32),
    /// A step that needs a consumer.
    #[error("there is no consumer that could do this")]
    NoConsumer,
    /// It has ended by itself.
    #[error("the consumer has ended: {0}")]
    Ended(#[from] ConsumerError),
    /// It has ended by itself, and says that all is well.
    #[error("the consumer has ended")]
    EndedWell,
    /// It does not come to rest.
    #[error("the consumer has still something to do after a long time")]
    Restless,
}

/// What the consumer does.
///
/// # Errors
/// [`ConsumerTrouble`].
pub(super) fn play(question: &ConsumerQuestion) -> Result<ConsumerReport, ConsumerTrouble> {
    let mut script = Script::new(&question.settings)?;
    let mut report = ConsumerReport::default();
    for step in &question.steps {
        match step {
            ConsumerStep::Start { pass, uncommitted } => script.start(pass, *uncommitted)?,
            ConsumerStep::Message(message) => script.message(message)?,
            ConsumerStep::Commit {} => script.commit()?,
            ConsumerStep::Crash {} => script.crash(),
            ConsumerStep::Stop {} => script.stop()?,
            ConsumerStep::Revoke { partition } => script.revoke(*partition)?,
            ConsumerStep::Lose { partition } => script.lose(*partition)?,
            ConsumerStep::Assign { partition } => script.assign(*partition)?,
            ConsumerStep::Letters { fail } => script.letters(*fail)?,
        }
        report.steps.push(script.events());
    }
    Ok(report)
}
