//! A message is taken, judged and chosen what to do with; one that had to wait is taken again.

use dashstream_codec::ReadOptions;

use super::advance::{now_us, see_frame};
use super::error::ConsumerError;
use super::failure::Letters;
use super::handler::{Handler, Stopped};
use super::judge::{Judge, Judged, lane_of};
use super::run::Consumer;
use super::state::{LaneKey, State};
use super::work::{Count, Progress, Step, Work};
use crate::deadletter::ReplayKey;
use crate::transport::{Content, Message, Position, Received, Source};

impl<S: Source, T: State, L: Letters, H: Handler> Consumer<S, T, L, H> {
    pub(super) async fn take(&mut self, received: Received) -> Result<(), ConsumerError> {
        let Received { position, next, content } = received;
        let partition = position.partition;
        self.account.messages += 1;
        // A message of a partition that was revoked, or that stands, is given again.
        if self.parts.get(&partition).is_none_or(|part| part.stopped || part.waiting.is_some()) {
            return self.abandon();
        }
        match content {
            Content::Message(message) => self.message(message, position, next).await,
            Content::Damage { bytes, code, rejected, .. } => {
                for frame in &rejected {
                    let lane = LaneKey::of(&frame.prelude);
                    if frame.prelude.is_countable() && !self.load(partition, lane).await? {
                        return self.abandon();
                    }
                }
                let Some(mut judge) = self.judge(partition) else { return Ok(()) };
                let mut progress = judge.damage(bytes, code, &rejected, position, next);
                let step = self.advance(&Message::default(), &mut progress, None).await;
                self.ended(Work { message: Message::default(), progress }, step).await
            }
        }
    }

    fn judge(&mut self, partition: u32) -> Option<Judge<'_>> {
        let Self { config, account, parts, .. } = self;
        Some(Judge { config, account, part: parts.get_mut(&partition)?, now_us: now_us() })
    }

    async fn message(&mut self, message: Message, position: Position, next: u64) -> Result<(), ConsumerError> {
        let partition = position.partition;
        let replay = ReplayKey::of(&message);
        if let Some(lane) = lane_of(&message).filter(|_| replay.is_none())
            && !self.load(partition, lane).await?
        {
            return self.abandon();
        }
        let repeated = match &replay {
            Some(replay) => match self.has_replayed(partition, replay).await? {
                Some(repeated) => repeated,
                None => return self.abandon(),
            },
            None => false,
        };
        let mut decoder = std::mem::take(&mut self.decoder);
        let Some(mut judge) = self.judge(partition) else { return Ok(()) };
        let judged = judge.message(&mut decoder, &message, position, next);
        let (step, progress) = match judged {
            Judged::Unsupported(error) => {
                self.decoder = decoder;
                return self.stop_at(Stopped { position, error }).await;
            }
            // CON-013
            Judged::Frame(_, progress) | Judged::Rejected(progress) if repeated => (
                Step::Done,
                Progress { hand: None, letters: [].into(), count: Count::RepeatedReplay, replay: None, ..progress },
            ),
            Judged::Frame(batch, mut progress) => {
                if let Some(metrics) = &self.metrics {
                    see_frame(metrics, &batch, &progress);
                }
                (self.advance(&message, &mut progress, Some(&batch)).await, progress)
            }
            Judged::Rejected(mut progress) => (self.advance(&message, &mut progress, None).await, progress),
        };
        self.decoder = decoder;
        self.ended(Work { message, progress }, step).await
    }

    /// The message will be given again.
    fn abandon(&mut self) -> Result<(), ConsumerError> {
        self.account.abandoned += 1;
        Ok(())
    }

    // CON-005
    async fn stop_at(&mut self, stopped: Stopped) -> Result<(), ConsumerError> {
        let partition = stopped.position.partition;
        if let Some(part) = self.parts.get_mut(&partition) {
            part.stopped = true;
            self.account.stopped += 1;
        }
        self.source.pause(partition);
        self.handler.stopped(stopped);
        self.commit(partition).await?;
        Ok(())
    }

    /// Tries a message again that had to wait.
    pub(super) async fn again(&mut self, work: Work) -> Result<(), ConsumerError> {
        let Work { message, mut progress } = work;
        progress.try_at = None;
        let mut decoder = std::mem::take(&mut self.decoder);
        let options = ReadOptions { limits: self.config.limits, tenant: None };
        let batch = match &progress.hand {
            Some(_) => decoder.decode_value(message.value.as_deref(), &options).ok(),
            None => None,
        };
        let step = self.advance(&message, &mut progress, batch.as_ref()).await;
        drop(batch);
        self.decoder = decoder;
        self.ended(Work { message, progress }, step).await
    }
}
