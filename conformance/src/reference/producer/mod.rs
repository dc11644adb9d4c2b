//! A script, played by the producer of the product (`vectors/pipeline.md`): its core, its identity and its spool, with a clock that is
//! set and a destination that does what it is told.

mod destination;
mod folder;
mod life;
mod script;
#[cfg(test)]
mod tests;
mod waiting;

use dashstream_stream::producer::ProducerError;
use dashstream_vectors::ProducerStep;

use self::script::Script;
use crate::protocol::{ProducerQuestion, ProducerReport};

/// Why a script could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProducerTrouble {
    /// The file system has failed.
    #[error("the folder of the state: {0}")]
    Folder(#[from] std::io::Error),
    /// The producer has failed.
    #[error("the producer: {0}")]
    Producer(#[from] ProducerError),
    /// There is no such lane in the settings.
    #[error("there is no lane {0}")]
    NoLane(u32),
    /// A step that needs a producer.
    #[error("there is no producer that could do this")]
    NoProducer,
    /// A step that needs that there is none.
    #[error("a producer has the state")]
    InUse,
}

/// What the producer does.
///
/// # Errors
/// [`ProducerTrouble`].
pub(super) fn play(question: &ProducerQuestion) -> Result<ProducerReport, ProducerTrouble> {
    let mut script = Script::new(&question.settings)?;
    let mut report = ProducerReport::default();
    for step in &question.steps {
        match *step {
            ProducerStep::Open {} => script.open()?,
            ProducerStep::Offer { lane, count, full } => script.offer(lane, count, full)?,
            ProducerStep::Destination { does } => script.destination(does)?,
            ProducerStep::Wait { ms } => script.wait(ms)?,
            ProducerStep::Crash {} => script.crash(),
            ProducerStep::Close { ms } => script.close(ms)?,
            ProducerStep::Forget {} => script.forget()?,
            ProducerStep::Save {} => script.save()?,
            ProducerStep::Restore {} => script.restore()?,
        }
        report.steps.push(script.report());
    }
    Ok(report)
}
