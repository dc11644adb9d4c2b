//! What waits to be sent to a partition, and what is under way.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use super::super::outcome::{Cause, Outcome, Reply};
use super::super::{Message, Position};

/// A message that was given and is not with the library yet.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) message: Message,
    pub(super) deadline: Instant,
    pub(super) reply: Reply,
}

/// A message that the library has.
#[derive(Debug)]
struct Handed {
    deadline: Instant,
    len: usize,
    /// `None`: its outcome was told when its deadline passed.
    reply: Option<Reply>,
}

/// Messages of a partition that the library has under way one after the other. It counts messages where it means requests (librdkafka 2.12,
/// pull request 4989): with so many under way it sends nothing, those of one request are answered together, and what it has to send by then
/// keeps a whole processor busy.
const SENT_SINGLY: usize = 5;

/// One partition. The library is given what it sends at once: a few messages, or, when it has none, as many as fit in one request. Those that
/// still wait here when their deadline passes were never sent.
#[derive(Debug, Default)]
pub(super) struct Lane {
    waiting: VecDeque<Job>,
    waiting_len: usize,
    handed: HashMap<u64, Handed>,
    handed_len: usize,
    next: u64,
}

/// How much a lane holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) queue_len: usize,
    pub(super) queue_count: usize,
    pub(super) flight_len: usize,
    pub(super) flight_count: usize,
}

impl Lane {
    /// Puts a message behind those that wait, or says what becomes of it.
    pub(super) fn push(&mut self, job: Job, bounds: &Bounds) {
        let len = len(&job.message);
        if self.waiting.len() >= bounds.queue_count || self.waiting_len.saturating_add(len) > bounds.queue_len {
            return job.reply.tell(Outcome::NotPersisted(Cause::Full));
        }
        self.waiting_len += len;
        self.waiting.push_back(job);
    }

    /// Whether the library sends what it is given now.
    pub(super) fn is_open(&self) -> bool {
        self.handed.is_empty() || self.handed.len() + self.waiting.len() <= SENT_SINGLY
    }

    /// The next message for the library, where it may have one more.
    pub(super) fn take(&mut self, bounds: &Bounds) -> Option<Job> {
        let len = len(&self.waiting.front()?.message);
        let full = self.handed.len() >= bounds.flight_count || self.handed_len.saturating_add(len) > bounds.flight_len;
        // One that is larger than all that may be under way goes alone.
        if full && !self.handed.is_empty() {
            return None;
        }
        self.waiting_len = self.waiting_len.saturating_sub(len);
        self.waiting.pop_front()
    }

    /// The library had no room for it after all.
    pub(super) fn put_back(&mut self, job: Job) {
        self.waiting_len += len(&job.message);
        self.waiting.push_front(job);
    }

    /// The number by which the library is to know the next message.
    pub(super) fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn hand(&mut self, id: u64, len: usize, deadline: Instant, reply: Reply) {
        self.handed_len += len;
        self.handed.insert(id, Handed { deadline, len, reply: Some(reply) });
    }

    /// The library is done with a message.
    pub(super) fn finish(&mut self, id: u64, outcome: Outcome) {
        let Some(handed) = self.handed.remove(&id) else { return };
        self.handed_len = self.handed_len.saturating_sub(handed.len);
        if let Some(reply) = handed.reply {
            reply.tell(outcome);
        }
    }

    /// Tells of every message whose deadline has passed. What waits here was never sent.
    pub(super) fn expire(&mut self, now: Instant) {
        for handed in self.handed.values_mut().filter(|handed| handed.deadline <= now) {
            if let Some(reply) = handed.reply.take() {
                reply.tell(Outcome::PossiblyPersisted(Cause::Deadline));
            }
        }
        if self.waiting.iter().all(|job| job.deadline > now) {
            return;
        }
        let (late, waiting): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|job| job.deadline <= now);
        self.waiting = waiting;
        self.waiting_len = self.waiting.iter().map(|job| len(&job.message)).sum();
        for job in late {
            job.reply.tell(Outcome::NotPersisted(Cause::Deadline));
        }
    }

    /// Nothing more can be sent.
    pub(super) fn refuse_waiting(&mut self, why: impl Fn() -> Cause) {
        self.waiting_len = 0;
        for job in self.waiting.drain(..) {
            job.reply.tell(Outcome::NotPersisted(why()));
        }
    }

    /// Whether somebody still waits for an outcome.
    pub(super) fn is_awaited(&self) -> bool {
        let handed = self.handed.values().filter_map(|handed| handed.reply.as_ref());
        self.waiting.iter().map(|job| &job.reply).chain(handed).any(Reply::is_awaited)
    }
}

/// What a message takes of the bounds.
pub(super) fn len(message: &Message) -> usize {
    let of = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
    let headers = message.headers.iter().map(|header| header.name.len() + of(&header.value) + 16).sum::<usize>();
    of(&message.key) + of(&message.value) + headers + 64
}

/// Where a message is that the library has delivered.
pub(super) fn position(partition: i32, offset: i64) -> Option<Position> {
    Some(Position { partition: u32::try_from(partition).ok()?, offset: u64::try_from(offset).ok()? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use std::time::Duration;

    use super::super::super::Sending;
    use super::*;

    const BOUNDS: Bounds = Bounds { queue_len: 100_000, queue_count: 100, flight_len: 100_000, flight_count: 100 };

    /// Gives the library what it may have, as the sink does. Returns how many messages that was.
    fn hand(lane: &mut Lane) -> u64 {
        let before = lane.next;
        if !lane.is_open() {
            return 0;
        }
        while let Some(Job { message, deadline, reply }) = lane.take(&BOUNDS) {
            let id = lane.next();
            lane.hand(id, len(&message), deadline, reply);
        }
        lane.next - before
    }

    fn push(lane: &mut Lane, messages: usize) {
        for _ in 0..messages {
            let (reply, _) = Sending::pending();
            let deadline = Instant::now() + Duration::from_secs(60);
            lane.push(Job { message: Message::default(), deadline, reply }, &BOUNDS);
        }
    }

    #[test]
    fn the_library_gets_what_it_sends_at_once() {
        let mut lane = Lane::default();
        let done = |lane: &mut Lane, id| lane.finish(id, Outcome::PossiblyPersisted(Cause::Broken));
        // A few go beside others, one after the other.
        for _ in 0..SENT_SINGLY {
            push(&mut lane, 1);
            assert_eq!(hand(&mut lane), 1);
        }
        // What comes then waits until all are answered, and goes together.
        push(&mut lane, 20);
        for id in 1..5 {
            assert_eq!(hand(&mut lane), 0);
            done(&mut lane, id);
        }
        assert_eq!(hand(&mut lane), 0);
        done(&mut lane, 5);
        assert_eq!(hand(&mut lane), 20);
    }

    #[test]
    fn what_nobody_waits_for_holds_up_no_end() {
        let bounds = Bounds { queue_len: 1_000, queue_count: 10, flight_len: 1_000, flight_count: 1 };
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut lane = Lane::default();
        let push = |lane: &mut Lane| {
            let (reply, sending) = Sending::pending();
            lane.push(Job { message: Message::default(), deadline, reply }, &bounds);
            sending
        };
        let (handed, waiting) = (push(&mut lane), push(&mut lane));
        let Job { message, deadline, reply } = lane.take(&bounds).unwrap();
        lane.hand(1, len(&message), deadline, reply);
        assert!(lane.take(&bounds).is_none() && lane.is_awaited());
        drop(waiting);
        assert!(lane.is_awaited(), "one is under way");
        let waiting = push(&mut lane);
        drop(handed);
        assert!(lane.is_awaited(), "one waits");
        drop(waiting);
        assert!(!lane.is_awaited());
    }
}
