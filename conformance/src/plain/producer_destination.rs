//! Where frames go: it does what the script says, and remembers what it was sent.

use super::producer_state::Frame;
use crate::protocol::{Base64, SentFrame};
use dashstream_vectors::Does;
use std::collections::VecDeque;

/// What the producer learns of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The frame is there.
    Stored,
    /// It is not, and another try may help.
    NotStored,
    /// Nobody knows.
    Unknown,
}

/// A frame that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Try {
    /// The place of its lane in the settings.
    pub lane: usize,
    /// Its id.
    pub frame: u64,
}

/// The destination.
#[derive(Clone, Debug, Default)]
pub(super) struct Destination {
    does: Does,
    held: VecDeque<Try>,
    sent: Vec<(usize, SentFrame)>,
}

impl Destination {
    /// Takes a frame. `None`: it says nothing yet.
    pub(super) fn take(&mut self, attempt: Try, frame: &Frame) -> Option<Reply> {
        let sent = SentFrame { partition: frame.partition, frame: Base64(frame.bytes.clone()) };
        // A frame that a lane tries several times in a row stands once.
        let before = self.sent.iter().rfind(|(lane, _)| *lane == attempt.lane);
        if before.is_none_or(|(_, before)| *before != sent) {
            self.sent.push((attempt.lane, sent));
        }
        let reply = reply(self.does);
        if reply.is_none() {
            self.held.push_back(attempt);
        }
        reply
    }

    /// Does something else from now on, and deals so with what it holds.
    pub(super) fn becomes(&mut self, does: Does) -> Vec<(Try, Reply)> {
        self.does = does;
        let Some(reply) = reply(does) else {
            return Vec::new();
        };
        self.held.drain(..).map(|attempt| (attempt, reply)).collect()
    }

    /// The producer is gone: what is held will not be stored.
    pub(super) fn let_go(&mut self) {
        self.held.clear();
    }

    /// What it was sent since the last report.
    pub(super) fn report(&mut self) -> Vec<SentFrame> {
        self.sent.drain(..).map(|(_, sent)| sent).collect()
    }
}

fn reply(does: Does) -> Option<Reply> {
    match does {
        Does::Accept => Some(Reply::Stored),
        Does::Refuse => Some(Reply::NotStored),
        Does::Keep | Does::Lose => Some(Reply::Unknown),
        Does::Hold => None,
    }
}
