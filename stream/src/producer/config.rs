//! How a producer works.

use dashstream_codec::FlushPolicy;
use dashstream_proto::kinds;

/// How a producer works. The defaults suit telemetry of agents: nothing of weight is dropped while it can be sent within
/// half a minute, and tokens give way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerConfig {
    /// When a frame is sealed (WRT-007). Its age is the linger.
    pub flush: FlushPolicy,
    /// Records that may wait to be sealed, in all lanes together; each lane has an equal part. The default is 100,000.
    pub max_queued: usize,
    /// Bytes of them, by [`Record::len_at_most`](dashstream_codec::owned::Record::len_at_most). What is kept of them, encoded, is seldom half
    /// of that, and never more than twice, with what is gone and not cleared away yet. Besides, a record has a hundred bytes of its own, and
    /// a lane in which some wait has tables of 40 KiB and room for one frame more, which is sealed. The default is 64 MiB.
    pub max_queued_len: usize,
    /// Frames of a lane that are sent and whose outcome is not known, 1 or more. The default is 64: a request of Kafka takes many
    /// frames, so that this is not the five requests that an idempotent producer keeps in order, and each frame waits for a disk and a
    /// broker.
    pub in_flight: usize,
    /// Microseconds from a record's offer until nobody waits for it any more: in the queue, with the linger, and under way.
    /// The default is 30 s.
    pub deadline_us: u64,
    /// Microseconds of silence after which a lane says that it lives (SEQ-010); 0: it does not. The default is 30 s.
    pub heartbeat_us: u64,
    /// Microseconds before a frame is tried again, at the most, the first time; twice as many each time. The default is
    /// 100 ms. How many it is, is drawn between 0 and that.
    pub backoff_us: u64,
    /// The most that it comes to. The default is 10 s.
    pub max_backoff_us: u64,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        Self {
            flush: FlushPolicy::default(),
            max_queued: 100_000,
            max_queued_len: 64 << 20,
            in_flight: 64,
            deadline_us: 30_000_000,
            heartbeat_us: 30_000_000,
            backoff_us: 100_000,
            max_backoff_us: 10_000_000,
        }
    }
}

/// What happens to a record for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Records of [`Policy::DropOldest`] that wait give way. Where there are none, whoever offers it has to wait.
    Block,
    /// The oldest record of this policy that waits in the lane gives way; where there is none, it is this one.
    DropOldest,
    /// It is dropped.
    DropNewest,
}

impl Policy {
    /// What suits a kind: tokens and progress give way, all else waits.
    #[must_use]
    pub const fn of_kind(kind: u32) -> Self {
        match kind {
            kinds::TOKEN_CHUNK | kinds::THINKING | kinds::PROGRESS => Self::DropOldest,
            _ => Self::Block,
        }
    }
}

/// Why a record was dropped: the numbers of `spec/registry/drop_reasons.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum DropReason {
    /// The queue was full.
    QueueFull = 1,
    /// The deadline passed before the record was sealed.
    Deadline = 2,
    /// No frame can hold it.
    TooLarge = 3,
    /// It cannot be encoded.
    Invalid = 4,
    /// The producer stopped before it was sent.
    Shutdown = 6,
    /// The transport refused its frame for good.
    Refused = 8,
}

impl DropReason {
    pub(super) const ALL: [Self; 6] =
        [Self::QueueFull, Self::Deadline, Self::TooLarge, Self::Invalid, Self::Shutdown, Self::Refused];

    /// Its number in the registry.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The reason of a number, where it is one that producers of this crate give.
    #[must_use]
    pub fn of_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.number() == number)
    }

    /// Its name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "QUEUE_FULL",
            Self::Deadline => "DEADLINE",
            Self::TooLarge => "TOO_LARGE",
            Self::Invalid => "INVALID",
            Self::Shutdown => "SHUTDOWN",
            Self::Refused => "REFUSED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DropReason;

    #[test]
    fn reasons_are_those_of_the_registry() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/drop_reasons.toml");
        let registry: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let mut not_ours = Vec::new();
        for entry in registry["drop_reason"].as_array().unwrap() {
            let (number, name) = (entry["number"].as_integer().unwrap(), entry["name"].as_str().unwrap());
            match DropReason::of_number(number.try_into().unwrap()) {
                Some(reason) => assert_eq!((reason.name(), i64::from(reason.number())), (name, number)),
                None => not_ours.push(name),
            }
        }
        assert_eq!(not_ours, ["SAMPLED", "CRASH"]);
    }
}
