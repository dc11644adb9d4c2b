//! The keeper as a consumer needs it.

use std::sync::Arc;

use dashstream_disk::{Disk, RealDisk};

use super::failure::{Failure, Tries};
use super::keeper::Keeper;
use super::letter::{Letter, Origin};
use crate::consumer;
use crate::transport::Sink;

/// Saves what a consumer sets aside by a [`Keeper`], which others may use too.
#[derive(Debug)]
pub struct ConsumerLetters<S, D: Disk = RealDisk> {
    /// Saves them.
    pub keeper: Arc<Keeper<S, D>>,
    /// The topic that the consumer reads; for files, its name without its folders.
    pub topic: String,
    /// Who reads it.
    pub group: String,
}

impl<S: Sink, D: Disk> ConsumerLetters<S, D> {
    /// The letter of what a consumer sets aside.
    #[must_use]
    pub fn letter(&self, failed: &consumer::Failure) -> Letter {
        let origin = Origin { topic: &self.topic, position: failed.position, group: &self.group };
        let tries = Tries { count: failed.attempt, first_us: failed.first_failure_us, last_us: failed.last_failure_us };
        let message = failed.message.clone();
        let failure = match (&failed.why, failed.stage) {
            (consumer::Why::Skipped(code), _) => {
                let bytes = message.value.unwrap_or_default();
                return Letter::of_damage(origin, bytes, *code, &failed.rejected, tries);
            }
            (consumer::Why::Application(_), _) => Failure::handle(failed.record),
            (consumer::Why::Reader(error), consumer::Stage::Record) => Failure::record(failed.record, error),
            (consumer::Why::Reader(error), consumer::Stage::Passed) => Failure::passed(error),
            (consumer::Why::Reader(error), _) => Failure::judged(error),
        };
        Letter::new(origin, message, failure, tries)
    }
}

impl<S: Sink, D: Disk> consumer::Letters for ConsumerLetters<S, D>
where
    D::Lock: Send,
{
    // CON-006
    async fn save(&mut self, failed: &consumer::Failure) -> Result<(), String> {
        let letter = self.letter(failed);
        self.keeper.save(&letter).await.map(|_| ()).map_err(|error| error.to_string())
    }
}
