//! The thread of a producer: it does what the core says.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dashstream_codec::Prelude;
use dashstream_disk::Disk;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::account::Account;
use super::core::{Action, FrameId, Tried};
use super::error::ProducerError;
use super::shared::Shared;
use crate::identity::Identity;
use crate::observe::ProducerObserver;
use crate::spool::{Lasts, Spool, SpoolError, Ticket};
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
    pub(super) identity: Identity<D>,
    pub(super) spool: Spool<D>,
    pub(super) observer: ProducerObserver,
    pub(super) tickets: HashMap<FrameId, Ticket>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    /// How long a try takes at the most.
    pub(super) patience: Duration,
    /// Segments that an earlier life has left and that are not in the core yet.
    pub(super) left: VecDeque<u64>,
    /// Frames that are to be kept or sent, in their order.
    pub(super) sealed: VecDeque<Sealed>,
}

/// Frames that are made durable together at the most: those that were sealed first are under way while the next are sealed.
const FRAMES_A_SYNC: usize = 8;

/// A frame that is to be kept, sent, or both.
#[derive(Debug)]
pub(super) struct Sealed {
    id: FrameId,
    partition: Option<u32>,
    bytes: Arc<[u8]>,
    fresh: bool,
    send: bool,
}

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
            let wake = next.into_iter().chain(until).chain(held).min();
            tokio::select! {
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
    }

    fn is_idle(&self) -> bool {
        self.left.is_empty() && self.shared.lock().core.is_idle()
    }

    /// Does what there is to do now.
    fn act(&mut self, sends: &mut Sends) -> Result<(), ProducerError> {
        self.take_left()?;
        self.ask_core();
        self.shared.room.notify_waiters();
        let to_send = self.keep()?;
        // What is sent is durable before (SEQ-005).
        self.spool.sync()?;
        for frame in to_send {
            let message = Message { value: Some(frame.bytes.to_vec()), ..Message::default() };
            let partition = frame.partition.unwrap_or(0);
            self.observer.sent(frame.id, partition, &frame.bytes);
            let sending = self.sink.send(partition, message, Instant::now() + self.patience);
            sends.spawn(async move { (frame.id, sending.await) });
        }
        self.reclaim()
    }

    /// Takes what the core says, and does what needs no disk.
    fn ask_core(&mut self) {
        let now_us = self.shared.now_us();
        let mut fresh_frames = 0;
        loop {
            // Frames are sealed under the lock: between two of them, those who offer records get their turn.
            let mut state = self.shared.lock();
            let Some(action) = state.core.poll(now_us) else { return };
            match action {
                Action::Answer(ticket, answer) => state.answer(ticket, answer),
                Action::Forget(frame) => {
                    drop(state);
                    self.observer.forget(frame);
                    if let Some(ticket) = self.tickets.remove(&frame) {
                        self.spool.acknowledge(ticket);
                    }
                }
                Action::Keep { frame, bytes } => {
                    self.sealed.push_back(Sealed { id: frame, partition: None, bytes, fresh: true, send: false });
                }
                Action::Send { frame, partition, bytes, fresh } => {
                    self.sealed.push_back(Sealed { id: frame, partition, bytes, fresh, send: true });
                    fresh_frames += usize::from(fresh);
                }
            }
            if fresh_frames >= FRAMES_A_SYNC {
                // There may be more to do.
                self.shared.work.notify_one();
                return;
            }
        }
    }

    /// Appends to the spool what was never sent; returns what is to be sent. What the spool has no room for waits until it has.
    fn keep(&mut self) -> Result<Vec<Sealed>, ProducerError> {
        // What is in the spool is sent whether there is room for more or not: that is how there comes to be room.
        let (mut to_send, mut fresh): (Vec<_>, VecDeque<_>) = (Vec::new(), VecDeque::new());
        for frame in self.sealed.drain(..) {
            if frame.fresh { fresh.push_back(frame) } else { to_send.push(frame) }
        }
        while let Some(frame) = fresh.pop_front() {
            match self.spool.append(&frame.bytes) {
                Ok(ticket) => drop(self.tickets.insert(frame.id, ticket)),
                Err(SpoolError::Full { .. }) if frame.send => {
                    fresh.push_front(frame);
                    break;
                }
                Err(error) => return Err(error.into()),
            }
            to_send.extend(Some(frame).filter(|frame| frame.send));
        }
        self.sealed = fresh;
        Ok(to_send)
    }

    /// Gives the core the next segment that an earlier life has left, when it is done with the one before.
    fn take_left(&mut self) -> Result<(), ProducerError> {
        while self.shared.lock().core.left() == 0
            && let Some(number) = self.left.pop_front()
        {
            for (ticket, bytes) in self.spool.take_left(number)? {
                let lane = Prelude::read(&bytes).map_err(SpoolError::NoFrame)?.lane;
                let more = !self.left.is_empty();
                let frame = self.shared.lock().core.add_left(lane, bytes, more);
                self.tickets.insert(frame, ticket);
            }
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
        let same = self.identity.lanes().find(|(_, lane)| lane.tenant == tenant && lane.partition == partition);
        if let Some((number, _)) = same {
            return Ok(number);
        }
        let number = self.identity.add_lane(tenant, partition)?;
        self.observer.lane(number, partition);
        let kept = self.identity.lanes().find(|(other, _)| *other == number);
        if let Some((_, lane)) = kept {
            self.shared.lock().core.add_lane(number, lane);
        }
        Ok(number)
    }

    /// Lets go of segments that are done with, once the identity knows where their lanes stood.
    fn reclaim(&mut self) -> Result<(), ProducerError> {
        let Self { spool, identity, .. } = self;
        spool.reclaim(|lasts| keep_lasts(identity, lasts))
    }

    /// What waits is kept for the next life, and what is done with is let go of.
    fn end(&mut self, sends: &mut Sends) -> Result<Account, ProducerError> {
        self.shared.lock().core.abandon();
        self.act(sends)?;
        // What there was no room for is lost with this life, and that is said.
        for frame in self.sealed.drain(..) {
            self.tickets.insert(frame.id, self.spool.append(&frame.bytes)?);
        }
        self.spool.end_segment()?;
        keep_lasts(&mut self.identity, self.spool.lasts())?;
        self.reclaim()?;
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

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}

/// Keeps where lanes stood (SEQ-005), of those that this producer still has.
pub(super) fn keep_lasts<D: Disk>(identity: &mut Identity<D>, lasts: Lasts) -> Result<(), ProducerError> {
    let id = identity.producer_id();
    let known: Vec<u32> = identity.lanes().map(|(number, _)| number).collect();
    let ours = lasts.into_iter().filter(|(key, _)| key.producer_id == id && known.contains(&key.lane));
    Ok(identity.keep_last(ours.map(|(key, last)| (key.lane, last)))?)
}
