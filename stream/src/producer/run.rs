//! The thread of a producer: it does what the core says.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dashstream_disk::Disk;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use super::account::Account;
use super::core::Step;
use super::durable::{Durable, ToSend, Told};
use super::error::ProducerError;
use super::shared::{Shared, State};
use super::terms::{FrameId, Tried};
use crate::observe::ProducerObserver;
use crate::transport::{Cause, Message, Outcome, Sink};

/// What a user asks of the thread.
#[derive(Debug)]
pub(super) enum Command {
    /// The lane of a tenant and a partition, a new one where there is none.
    Lane { tenant: String, partition: Option<u32>, reply: oneshot::Sender<Result<u32, ProducerError>> },
    /// Come to an end by then.
    Close { deadline: Instant, reply: oneshot::Sender<Result<Account, ProducerError>> },
}

/// All that the thread has.
#[derive(Debug)]
pub(super) struct Driver<S, D: Disk> {
    pub(super) shared: Arc<Shared>,
    pub(super) sink: S,
    pub(super) durable: Durable<D>,
    pub(super) observer: ProducerObserver,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    /// Frames are being made durable on a thread that waits for the disk, while this one seals others.
    pub(super) syncing: Option<JoinHandle<()>>,
}

/// Frames that are sealed at a time at the most: then they are appended, and what is durable by now is sent.
const FRAMES_AT_A_TIME: usize = 8;

/// A try has no deadline of its own: whoever waits for a record is answered at its deadline by the core, and a frame that was given up
/// while the transport still has it would be there twice, the second time behind others of its lane (SEQ-018).
const PATIENCE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// While something waits or is under way, what has changed is told this often at the least: records that join others wake nobody.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What the sends come back with.
type Sends = JoinSet<(FrameId, Outcome)>;

impl<S: Sink, D: Disk> Driver<S, D> {
    /// Works until it is closed, or until its users are gone, which is the same without a time to come to an end.
    pub(super) async fn run(mut self) {
        let mut sends = Sends::new();
        let mut closing: Option<(Instant, oneshot::Sender<Result<Account, ProducerError>>)> = None;
        loop {
            let acted = self.act(&mut sends);
            self.observe();
            if let Err(error) = acted {
                self.observer.stopped(&error);
                self.shared.stop(error.clone());
                self.refuse(error, closing.map(|(_, reply)| reply)).await;
                return;
            }
            if let Some((deadline, _)) = &closing
                && (self.is_idle() || Instant::now() >= *deadline)
            {
                break;
            }
            let next = self.shared.lock().core.next_us().map(|at| self.shared.instant(at));
            let until = closing.as_ref().map(|(deadline, _)| *deadline);
            let held = self.observer.next().map(tokio::time::Instant::into_std);
            let tell = (!self.is_idle()).then(|| Instant::now() + TELL_EVERY);
            let wake = [next, until, held, tell].into_iter().flatten().min();
            tokio::select! {
                () = ended(&mut self.syncing) => self.syncing = None,
                Some(sent) = sends.join_next() => {
                    self.outcome(sent);
                    // All that is known by now: what can be sealed for it is made durable at once.
                    while let Some(sent) = sends.try_join_next() {
                        self.outcome(sent);
                    }
                }
                command = self.commands.recv(), if closing.is_none() => match command {
                    Some(Command::Lane { tenant, partition, reply }) => drop(reply.send(self.lane(&tenant, partition))),
                    Some(Command::Close { deadline, reply }) => {
                        self.shared.lock().core.end();
                        closing = Some((deadline, reply));
                    }
                    None => {
                        self.shared.lock().core.end();
                        closing = Some((Instant::now(), oneshot::channel().0));
                    }
                },
                () = self.shared.work.notified() => {}
                () = sleep_until(wake) => {}
            }
        }
        let ended = self.end(&mut sends);
        self.observe();
        if let Err(error) = &ended {
            self.observer.stopped(error);
        }
        self.shared.stop(ended.clone().err().unwrap_or(ProducerError::Closed));
        if let Some((_, reply)) = closing {
            drop(reply.send(ended));
        }
    }

    /// Tells what has changed.
    fn observe(&mut self) {
        let account = self.shared.lock().core.account().clone();
        self.observer.account(&account);
        self.observer.look();
    }

    fn is_idle(&self) -> bool {
        self.durable.has_given_left() && self.shared.lock().core.is_idle()
    }

    /// Does what there is to do now.
    fn act(&mut self, sends: &mut Sends) -> Result<(), ProducerError> {
        self.take_left()?;
        self.ask_core();
        self.shared.room.notify_waiters();
        let again = self.durable.append()?;
        self.send(again, sends);
        if self.syncing.is_none() {
            self.durable.end_sync()?;
            let syncing = self.durable.begin_sync()?;
            self.syncing = syncing.map(|syncing| tokio::task::spawn_blocking(move || syncing.run()));
        }
        let durable = self.durable.take_durable();
        self.send(durable, sends);
        self.durable.reclaim()
    }

    fn send(&mut self, frames: Vec<ToSend>, sends: &mut Sends) {
        for to_send in frames {
            let frame = to_send.frame;
            let message = Message { value: Some(to_send.bytes.to_vec()), ..Message::default() };
            let partition = to_send.partition.unwrap_or(0);
            self.observer.sent(frame, partition, &to_send.bytes);
            let sending = self.sink.send(partition, message, Instant::now() + PATIENCE);
            sends.spawn(async move { (frame, sending.await) });
        }
    }

    /// Takes what the core says, and does what needs no disk.
    fn ask_core(&mut self) {
        let now_us = self.shared.now_us();
        let Self { shared, durable, observer, .. } = self;
        let mut fresh_frames = 0;
        while fresh_frames < FRAMES_AT_A_TIME {
            let mut state = shared.lock();
            let State { core, waiting, .. } = &mut *state;
            match core.step(now_us) {
                None => return,
                Some(Step::Seal(sealing)) => {
                    // Those who offer records go on meanwhile.
                    drop(state);
                    shared.room.notify_waiters();
                    let sealed = sealing.seal();
                    shared.lock().core.sealed(sealed, now_us);
                }
                Some(Step::Act(action)) => {
                    let is_fresh = durable.take(action, |told| match told {
                        Told::Answer(ticket, answer) => {
                            if let Some(tell) = waiting.remove(&ticket) {
                                // Who asked may be gone.
                                tell.send(answer).ok();
                            }
                        }
                        Told::Forgotten(frame) => observer.forget(frame),
                    });
                    fresh_frames += usize::from(is_fresh);
                }
            }
        }
        // There may be more to do.
        shared.work.notify_one();
    }

    /// Gives the core the next segment that an earlier life has left, when it is done with the one before.
    fn take_left(&mut self) -> Result<(), ProducerError> {
        while self.shared.lock().core.left() == 0
            && let Some(left) = self.durable.next_left()?
        {
            self.durable.add_left(&mut self.shared.lock().core, left);
        }
        Ok(())
    }

    fn outcome(&mut self, sent: Result<(FrameId, Outcome), tokio::task::JoinError>) {
        // A send that was cut off says nothing: its frame stays under way, and is sent again by the next life.
        let Ok((frame, outcome)) = sent else { return };
        self.observer.outcome(frame, &outcome);
        let tried = match outcome {
            Outcome::Persisted(_) => Tried::Persisted,
            Outcome::PossiblyPersisted(_) => Tried::PossiblyPersisted,
            Outcome::NotPersisted(Cause::Refused(_)) => Tried::Refused,
            Outcome::NotPersisted(_) => Tried::NotPersisted,
        };
        let now_us = self.shared.now_us();
        self.shared.lock().core.outcome(frame, tried, now_us);
    }

    fn lane(&mut self, tenant: &str, partition: Option<u32>) -> Result<u32, ProducerError> {
        if let Some(number) = self.durable.lane(tenant, partition) {
            return Ok(number);
        }
        let number = self.durable.add_lane(tenant, partition)?;
        self.observer.lane(number, partition);
        self.durable.tell_lane(&mut self.shared.lock().core, number);
        Ok(number)
    }

    /// What waits is kept for the next life, and what is done with is let go of.
    fn end(&mut self, sends: &mut Sends) -> Result<Account, ProducerError> {
        self.shared.lock().core.abandon();
        self.act(sends)?;
        self.durable.end()?;
        Ok(self.shared.lock().core.account().clone())
    }

    /// Answers with an error until nobody asks any more.
    async fn refuse(&mut self, error: ProducerError, closing: Option<oneshot::Sender<Result<Account, ProducerError>>>) {
        if let Some(reply) = closing {
            drop(reply.send(Err(error)));
            return;
        }
        while let Some(command) = self.commands.recv().await {
            match command {
                Command::Lane { reply, .. } => drop(reply.send(Err(error.clone()))),
                Command::Close { reply, .. } => return drop(reply.send(Err(error))),
            }
        }
    }
}

/// Waits for what is made durable; for ever where nothing is.
async fn ended(syncing: &mut Option<JoinHandle<()>>) {
    match syncing {
        // A thread that has not done it is an error of the spool.
        Some(syncing) => drop(syncing.await),
        None => std::future::pending().await,
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}
