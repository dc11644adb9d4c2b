//! A dead letter.

use dashstream_codec::{Code, Metadata, Prelude};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::failure::{Failure, Tries};
use super::id::LetterId;
use super::replay_key::{REPLAY_HEADER, ReplayKey};
use super::trace::TraceParent;
use crate::transport::{Header, Message, Position, RejectedFrame};

/// Bytes of a marker in a file of frames.
const MARKER_LEN: usize = 16;

/// Where a message was read, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'o> {
    /// The topic; for a file, its name without its folders.
    pub topic: &'o str,
    /// The place in it.
    pub position: Position,
    /// Who gave up.
    pub group: &'o str,
}

/// A message that could not be processed, and what is known of the failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The topic that it was read from.
    pub topic: String,
    /// Where in the topic.
    pub position: Position,
    /// Who gave up.
    pub group: String,
    /// The message, unchanged (DLQ-001).
    pub message: Message,
    /// How it failed.
    pub failure: Failure,
    /// How often it was tried.
    pub tries: Tries,
    /// Which numbers of which lane the frame has, where its prelude is whole.
    pub frame: Option<FrameRange>,
    /// Whose it is, where its metadata is whole.
    pub owner: Option<Owner>,
    /// A span of the failure, in the trace of the message.
    pub traceparent: Option<TraceParent>,
    /// How often it was sent again. A letter of a message that is a replay itself goes on with that one's count.
    pub replays: u32,
}

/// What a prelude says of its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRange {
    /// Who made it.
    pub producer_id: [u8; 16],
    /// The epoch.
    pub epoch: u32,
    /// The lane.
    pub lane: u32,
    /// The first number.
    pub base_sequence: u64,
    /// How many records it has.
    pub record_count: u16,
}

/// What the metadata say of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Whose the frame is.
    pub tenant: String,
    /// Runs, threads, nodes and tasks that have records in it.
    pub contexts: Vec<Spot>,
}

/// A place in an agent graph; what is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spot {
    /// Run.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// Thread.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub thread: String,
    /// Graph node.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub node: String,
    /// Task.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub task: String,
}

impl Letter {
    /// A letter of a message, with what can still be read of it.
    ///
    /// ```
    /// use dashstream_codec::{Decoder, ReadOptions};
    /// use dashstream_stream::deadletter::{Failure, Letter, Origin, Tries};
    /// use dashstream_stream::transport::{Message, Position};
    ///
    /// let message = Message { value: Some(b"no frame".to_vec()), ..Message::default() };
    /// let error = Decoder::new().decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap_err();
    /// let origin = Origin { topic: "events", position: Position { partition: 3, offset: 17 }, group: "billing" };
    /// let letter = Letter::new(origin, message, Failure::judged(&error), Tries::once(1_700_000_000_000_000));
    /// assert_eq!((letter.failure.reason.name(), letter.frame), ("BAD_MAGIC", None));
    /// ```
    #[must_use]
    pub fn new(origin: Origin<'_>, message: Message, failure: Failure, tries: Tries) -> Self {
        let frame = message.value.as_deref().unwrap_or_default();
        let (frame, owner) = (FrameRange::of(frame), Owner::of(frame));
        Self::with(origin, message, failure, tries, (frame, owner))
    }

    /// A letter of a range of a file, or of a piece of it, as a source gives it. It says whose the first frame in it is that has a
    /// whole prelude, which the reader of the file has told in `rejected`; where it told none, the frame of an entry that the bytes begin
    /// with.
    #[must_use]
    pub fn of_damage(origin: Origin<'_>, bytes: Vec<u8>, code: Code, rejected: &[RejectedFrame], tries: Tries) -> Self {
        let (frame, owner) = match rejected.first() {
            Some(first) => {
                let at = first.offset.checked_sub(origin.position.offset).and_then(|at| usize::try_from(at).ok());
                let owner = at.and_then(|at| Owner::of(bytes.get(at..)?));
                (Some(FrameRange::from(&first.prelude)), owner)
            }
            None => {
                // An entry has a marker in front of its frame. Nothing is searched for: what lies further on may be content.
                let frame = bytes.get(MARKER_LEN..).unwrap_or_default();
                (FrameRange::of(frame), Owner::of(frame))
            }
        };
        let message = Message { value: Some(bytes), ..Message::default() };
        Self::with(origin, message, Failure::damage(code), tries, (frame, owner))
    }

    fn with(
        origin: Origin<'_>,
        message: Message,
        failure: Failure,
        tries: Tries,
        (frame, owner): (Option<FrameRange>, Option<Owner>),
    ) -> Self {
        Self {
            topic: origin.topic.to_owned(),
            position: origin.position,
            group: origin.group.to_owned(),
            failure,
            tries,
            frame,
            owner,
            // DLQ-009
            traceparent: TraceParent::of(&message).and_then(|parent| parent.child()),
            // DLQ-008
            replays: ReplayKey::of(&message).map_or(0, |replay| replay.attempt),
            message,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> LetterId {
        LetterId::of(&self.topic, self.position, self.failure.record)
    }

    /// The SHA-256 of its value, where that is not null.
    #[must_use]
    pub fn sha256(&self) -> Option<[u8; 32]> {
        self.message.value.as_deref().map(|value| Sha256::digest(value).into())
    }

    /// The message that is sent again, for this time.
    // DLQ-007
    #[must_use]
    pub fn replayed(&self, attempt: u32) -> Message {
        let key = ReplayKey { id: self.id(), attempt, record: self.failure.record };
        let mut message = self.message.clone();
        message.headers.retain(|header| header.name != REPLAY_HEADER);
        message.headers.push(Header { name: REPLAY_HEADER.to_owned(), value: Some(key.to_string().into_bytes()) });
        message
    }

    /// The letter of a later failure of the same message, with what an earlier one knows.
    pub(super) fn after(&self, earlier: &Self) -> Self {
        let tries = Tries {
            count: self.tries.count.max(earlier.tries.count),
            first_us: self.tries.first_us.min(earlier.tries.first_us),
            last_us: self.tries.last_us.max(earlier.tries.last_us),
        };
        Self { tries, replays: self.replays.max(earlier.replays), ..self.clone() }
    }
}

impl FrameRange {
    fn of(frame: &[u8]) -> Option<Self> {
        Prelude::read(frame).ok().as_ref().map(Self::from)
    }
}

impl From<&Prelude> for FrameRange {
    fn from(prelude: &Prelude) -> Self {
        Self {
            producer_id: prelude.producer_id,
            epoch: prelude.epoch,
            lane: prelude.lane,
            base_sequence: prelude.base_sequence,
            record_count: prelude.record_count,
        }
    }
}

impl Owner {
    // DLQ-002
    fn of(frame: &[u8]) -> Option<Self> {
        let metadata = Metadata::of_rejected(frame)?;
        let spot = |context: dashstream_codec::Context<'_>| Spot {
            run: context.run.to_owned(),
            thread: context.thread.to_owned(),
            node: context.node.to_owned(),
            task: context.task.to_owned(),
        };
        Some(Self { tenant: metadata.tenant().to_owned(), contexts: metadata.contexts().map(spot).collect() })
    }
}
