//! Scripts for producers and consumers, and what has to come out of them (`pipeline.md`).

use serde::{Deserialize, Serialize};

use crate::HexBytes;
use crate::model::Verdict;

/// A script for a consumer.
#[derive(Debug, Clone)]
pub struct ConsumerCase {
    /// How the consumer works.
    pub settings: ConsumerSettings,
    /// What happens.
    pub steps: Vec<ConsumerStep>,
    /// What the consumer has to do, step by step.
    pub expect: Vec<Vec<ConsumerEvent>>,
}

/// How a consumer works.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerSettings {
    /// Partitions of the log, numbered from 0.
    pub partitions: u32,
    /// Frames of a partition that are handed over between two commits, at the most; 1 or more.
    pub uncommitted: u32,
    /// How often the application is asked about a frame before it is given up; 1 or more.
    pub attempts: u32,
    /// The tenant that frames have to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// A step of a consumer's script. `B` is how bytes are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase", deny_unknown_fields)]
pub enum ConsumerStep<B = HexBytes> {
    /// A consumer begins with the state that is there.
    Start {
        /// The unsupported frames that its operator lets pass.
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        pass: Vec<Place>,
        /// Another number of frames between two commits than the settings say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uncommitted: Option<u32>,
    },
    /// A message is put into the log.
    Message(LogMessage<B>),
    /// The consumer commits what is confirmed.
    Commit {},
    /// The consumer is gone.
    Crash {},
    /// The consumer ends as it should.
    Stop {},
    /// The partition is to be another's.
    Revoke {
        /// Which.
        partition: u32,
    },
    /// The partition is another's already.
    Lose {
        /// Which.
        partition: u32,
    },
    /// The partition is the consumer's again.
    Assign {
        /// Which.
        partition: u32,
    },
    /// Dead letters cannot be saved from now on, or can again.
    Letters {
        /// Whether saving them fails.
        fail: bool,
    },
}

impl<B> ConsumerStep<B> {
    /// The same with bytes written in another way.
    pub fn map<C>(self, bytes: impl FnOnce(B) -> C) -> ConsumerStep<C> {
        match self {
            Self::Start { pass, uncommitted } => ConsumerStep::Start { pass, uncommitted },
            Self::Message(LogMessage { partition, bytes: value, headers, answers }) => {
                ConsumerStep::Message(LogMessage { partition, bytes: value.map(bytes), headers, answers })
            }
            Self::Commit {} => ConsumerStep::Commit {},
            Self::Crash {} => ConsumerStep::Crash {},
            Self::Stop {} => ConsumerStep::Stop {},
            Self::Revoke { partition } => ConsumerStep::Revoke { partition },
            Self::Lose { partition } => ConsumerStep::Lose { partition },
            Self::Assign { partition } => ConsumerStep::Assign { partition },
            Self::Letters { fail } => ConsumerStep::Letters { fail },
        }
    }
}

/// A place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The partition.
    pub partition: u32,
    /// Messages before it in its partition.
    pub offset: u64,
}

/// A message that is put into the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogMessage<B = HexBytes> {
    /// Where to.
    pub partition: u32,
    /// The value; `None` is a null value.
    #[serde(deserialize_with = "Option::deserialize", bound(deserialize = "B: Deserialize<'de>"))]
    pub bytes: Option<B>,
    /// Its headers.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<LogHeader>,
    /// What the application answers, one after another, when it is given the frame; `take` behind them.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AppAnswer>,
}

/// A header of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What the application says when it is given a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppAnswer {
    /// It is done, and has its effect.
    Take,
    /// Try again.
    Again,
    /// Never.
    Reject,
}

/// Something that a consumer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase", deny_unknown_fields)]
pub enum ConsumerEvent {
    /// A frame is handed over.
    Hand {
        /// Its partition.
        partition: u32,
        /// Its offset.
        offset: u64,
        /// Whether it was there before.
        standing: HandStanding,
        /// Whether it is marked as one that may have been handed over before. In an expectation: `None` where it is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repeat: Option<bool>,
        /// What the ledger says of it.
        verdicts: Vec<Verdict>,
        /// 1-based indices of the records that are handed over.
        records: Vec<u32>,
    },
    /// A frame, or a replay, is suppressed.
    Duplicate {
        /// Its partition.
        partition: u32,
        /// Its offset.
        offset: u64,
    },
    /// A dead letter was saved.
    Letter {
        /// The partition of its message.
        partition: u32,
        /// The offset of its message.
        offset: u64,
        /// 1-based index of its record; 0: all of it.
        record: u32,
        /// Why.
        code: String,
    },
    /// A partition stands at a frame.
    Stopped {
        /// The partition.
        partition: u32,
        /// The offset of the frame.
        offset: u64,
        /// Why.
        code: String,
    },
    /// What is durable of a partition.
    Committed {
        /// The partition.
        partition: u32,
        /// Where to go on.
        next: u64,
        /// Offsets whose effects are there, each as often as it is.
        effects: Vec<u64>,
    },
}

impl ConsumerEvent {
    /// The partition that it is about.
    #[must_use]
    pub const fn partition(&self) -> u32 {
        match self {
            Self::Hand { partition, .. }
            | Self::Duplicate { partition, .. }
            | Self::Letter { partition, .. }
            | Self::Stopped { partition, .. }
            | Self::Committed { partition, .. } => *partition,
        }
    }
}

/// Whether a frame that is handed over was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HandStanding {
    /// It was not.
    New,
    /// Nobody knows.
    Unknown,
    /// It is the replay of a dead letter.
    Replay,
}

/// A script for a producer.
#[derive(Debug, Clone)]
pub struct ProducerCase {
    /// How the producer works.
    pub settings: ProducerSettings,
    /// What happens.
    pub steps: Vec<ProducerStep>,
    /// What the rules leave open.
    pub expect: ProducerExpect,
}

/// How a producer works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerSettings {
    /// The lanes.
    pub lanes: Vec<LaneSettings>,
    /// Records of a frame, at the most.
    pub max_records: u32,
    /// Milliseconds that a record waits for others.
    pub linger_ms: u64,
    /// Milliseconds after which a record is answered for.
    pub deadline_ms: u64,
    /// Milliseconds of silence after which a lane says that it lives; 0: never.
    pub heartbeat_ms: u64,
    /// Records that may wait to be sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<u32>,
}

/// A lane of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneSettings {
    /// Whose it is.
    pub tenant: String,
    /// Where its frames go.
    pub partition: u32,
}

/// A step of a producer's script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase", deny_unknown_fields)]
pub enum ProducerStep {
    /// A producer opens the state that is there.
    Open {},
    /// Records are offered.
    Offer {
        /// To which lane of the settings, from 0.
        lane: u32,
        /// How many.
        count: u32,
        /// What happens where the queue is full.
        #[serde(default)]
        full: WhenFull,
    },
    /// The destination does something else from now on.
    Destination {
        /// What.
        does: Does,
    },
    /// Time passes.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
    /// The producer is gone.
    Crash {},
    /// The producer ends as it should.
    Close {
        /// Milliseconds that it takes for it at the most.
        ms: u64,
    },
    /// The state is deleted.
    Forget {},
    /// The state is copied.
    Save {},
    /// The state is replaced by its copy.
    Restore {},
}

/// What happens to a record for which the queue has no room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// It waits for room until its deadline.
    #[default]
    Wait,
    /// The oldest that may be dropped makes room.
    DropOldest,
    /// It is dropped.
    DropNewest,
}

/// What the destination does with the frames that it is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Does {
    /// It stores them and says so.
    #[default]
    Accept,
    /// It does not store them, and says so.
    Refuse,
    /// It stores them, and says that nobody knows.
    Keep,
    /// It does not store them, and says that nobody knows.
    Lose,
    /// It says nothing until it does something else.
    Hold,
}

/// What the rules for producers leave open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerExpect {
    /// What is answered for offers, in their order, all of them.
    pub outcomes: Vec<OutcomeRange>,
    /// How many producer_ids there are.
    pub producers: u32,
    /// Whether a ledger finds two producers with one identity.
    pub forks: bool,
}

/// What is answered for some offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRange {
    /// The first of them.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// One of these.
    pub outcomes: Vec<OfferOutcome>,
}

/// What is answered for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// It is there.
    Persisted,
    /// It is not, and will not be.
    NotPersisted,
    /// It may be there, or come to be.
    PossiblyPersisted,
    /// No answer comes: its producer is gone before.
    None,
}

impl OfferOutcome {
    /// Its name in the files and in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Persisted => "persisted",
            Self::NotPersisted => "not_persisted",
            Self::PossiblyPersisted => "possibly_persisted",
            Self::None => "none",
        }
    }
}
