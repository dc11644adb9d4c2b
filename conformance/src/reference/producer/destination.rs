//! Where frames go.

use std::collections::{BTreeSet, VecDeque};

use dashstream_stream::producer::{FrameId, ToSend, Tried};
use dashstream_vectors::Does;

/// Does with frames what it is told, and knows which of them it has not taken for good.
#[derive(Debug, Default)]
pub(super) struct Destination {
    does: Does,
    /// Frames of which nothing was said.
    held: VecDeque<FrameId>,
    /// Frames that will be tried again.
    failed: BTreeSet<FrameId>,
    /// Those of them that were not tried since it does what it does now.
    untried: BTreeSet<FrameId>,
}

impl Destination {
    pub(super) fn new(does: Does) -> Self {
        Self { does, ..Self::default() }
    }

    /// What it says of a frame that it is sent; `None` where it says nothing.
    pub(super) fn take(&mut self, sent: &ToSend) -> Option<Tried> {
        self.untried.remove(&sent.frame);
        let tried = self.tried();
        match tried {
            None => self.held.push_back(sent.frame),
            Some(_) => self.note(sent.frame),
        }
        tried
    }

    /// Does something else. Says which frames it has held, and what becomes of them.
    pub(super) fn change(&mut self, does: Does) -> Vec<(FrameId, Tried)> {
        self.does = does;
        self.untried = self.failed.clone();
        let Some(tried) = self.tried() else { return Vec::new() };
        let held = std::mem::take(&mut self.held);
        for frame in &held {
            self.note(*frame);
        }
        held.into_iter().map(|frame| (frame, tried)).collect()
    }

    fn note(&mut self, frame: FrameId) {
        if self.does == Does::Accept {
            self.failed.remove(&frame);
        } else {
            self.failed.insert(frame);
        }
    }

    const fn tried(&self) -> Option<Tried> {
        match self.does {
            Does::Accept => Some(Tried::Persisted),
            Does::Refuse => Some(Tried::NotPersisted),
            Does::Keep | Does::Lose => Some(Tried::PossiblyPersisted),
            Does::Hold => None,
        }
    }

    /// Whether frames are to be tried again that it has not seen since it does what it does now.
    pub(super) fn is_awaited(&self) -> bool {
        !self.untried.is_empty()
    }
}
