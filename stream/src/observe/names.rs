//! The table of all names (OBS-001). `spec/observability.md` shows the same, and a test compares the two.

use metrics::{Counter, Gauge, Histogram, Label, Unit};

/// The system that carries messages: `kafka`, or a name of ours.
pub const SYSTEM: &str = "messaging.system";
/// The topic.
pub const DESTINATION: &str = "messaging.destination.name";
/// The partition, in decimal.
pub const PARTITION: &str = "messaging.destination.partition.id";
/// The group that reads.
pub const GROUP: &str = "messaging.consumer.group.name";
/// What was done: `send`, `process`.
pub const OPERATION: &str = "messaging.operation.name";
/// Why it failed: a code of `spec/registry/errors.toml`, `APPLICATION`, or a name of [`Cause`](crate::transport::Cause) or
/// [`WriteError`](crate::writer::WriteError).
pub const ERROR: &str = "error.type";
/// Why a record was dropped, by its name in `spec/registry/drop_reasons.toml`.
pub const REASON: &str = "dashstream.drop.reason";
/// What a record was when its producer ended: `queued`, `in_flight`, `possibly_persisted`.
pub const STATE: &str = "dashstream.record.state";
/// A verdict of `spec/registry/verdicts.toml`, or `none`.
pub const VERDICT: &str = "dashstream.verdict";
/// What a code is a verdict on: `frame`, `record`, `file`.
pub const SCOPE: &str = "dashstream.scope";
/// Where a message failed: a name of [`Stage`](crate::consumer::Stage).
pub const STAGE: &str = "dashstream.stage";

/// How a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// It only rises.
    Counter,
    /// It rises and falls by differences, so that several producers of a process add up.
    Gauge,
    /// A distribution.
    Histogram,
}

impl Instrument {
    /// As in the table of the text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it counts.
    pub instrument: Instrument,
    /// Its unit, as in UCUM: `s`, or what is counted, in braces.
    pub unit: &'static str,
    /// What it says.
    pub text: &'static str,
    /// The attributes that it may have.
    pub attributes: &'static [&'static str],
}

impl Metric {
    pub(super) fn counter(&self, labels: Vec<Label>) -> Counter {
        metrics::counter!(self.name, labels)
    }

    pub(super) fn gauge(&self, labels: Vec<Label>) -> Gauge {
        metrics::gauge!(self.name, labels)
    }

    pub(super) fn histogram(&self, labels: Vec<Label>) -> Histogram {
        metrics::histogram!(self.name, labels)
    }

    fn describe(&self) {
        let unit = if self.unit == "s" { Unit::Seconds } else { Unit::Count };
        match self.instrument {
            Instrument::Counter => metrics::describe_counter!(self.name, unit, self.text),
            Instrument::Gauge => metrics::describe_gauge!(self.name, unit, self.text),
            Instrument::Histogram => metrics::describe_histogram!(self.name, unit, self.text),
        }
    }
}

/// Registers what every metric means with the recorder of this process. Call it once, when the recorder is installed.
pub fn describe() {
    ALL.iter().for_each(Metric::describe);
}

macro_rules! metrics {
    ($($constant:ident = $name:literal, $instrument:ident, $unit:literal, [$($attribute:ident),*], $text:literal;)*) => {
        $(
            #[doc = $text]
            pub const $constant: Metric = Metric {
                name: $name,
                instrument: Instrument::$instrument,
                unit: $unit,
                text: $text,
                attributes: &[$($attribute),*],
            };
        )*

        /// Every metric, in the order of the table.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    SENT = "messaging.client.sent.messages", Counter, "{message}", [SYSTEM, DESTINATION, PARTITION, OPERATION, ERROR],
        "Tries to send a message. A message is a frame.";
    OPERATION_DURATION = "messaging.client.operation.duration", Histogram, "s",
        [SYSTEM, DESTINATION, PARTITION, OPERATION, ERROR],
        "How long a try to send a message took until its outcome was known.";
    CONSUMED = "messaging.client.consumed.messages", Counter, "{message}", [SYSTEM, DESTINATION, PARTITION, GROUP, OPERATION],
        "Messages that were given to the application.";
    PROCESS_DURATION = "messaging.process.duration", Histogram, "s",
        [SYSTEM, DESTINATION, PARTITION, GROUP, OPERATION, ERROR],
        "How long the application took with a message.";
    OFFERED = "dashstream.producer.offered", Counter, "{record}", [SYSTEM, DESTINATION],
        "Records that have got a number, control records left out.";
    ACKNOWLEDGED = "dashstream.producer.acknowledged", Counter, "{record}", [SYSTEM, DESTINATION],
        "Records of frames that are where they have to be.";
    DROPPED = "dashstream.producer.dropped", Counter, "{record}", [SYSTEM, DESTINATION, REASON],
        "Records that were dropped and are declared.";
    QUEUED = "dashstream.producer.queued", Gauge, "{record}", [SYSTEM, DESTINATION],
        "Records that wait to be sealed.";
    IN_FLIGHT = "dashstream.producer.in_flight", Gauge, "{record}", [SYSTEM, DESTINATION],
        "Records of sealed frames of which it is not known that they are or may be there.";
    POSSIBLY_PERSISTED = "dashstream.producer.possibly_persisted", Gauge, "{record}", [SYSTEM, DESTINATION],
        "Records of frames that may be there.";
    LEFT = "dashstream.producer.left", Counter, "{record}", [SYSTEM, DESTINATION, STATE],
        "Records whose producer ended before it was known what became of them.";
    LATE_DROPS = "dashstream.producer.late_drops", Counter, "{record}", [SYSTEM, DESTINATION],
        "Numbers that LATE_DROPS records have declared.";
    RETRIES = "dashstream.producer.retries", Counter, "{message}", [SYSTEM, DESTINATION],
        "Tries to send a message after the first.";
    WRITE_ERRORS = "dashstream.writer.errors", Counter, "{record}", [ERROR],
        "Records that a stream writer has refused: outside of any scope, after the end of the run, or of another run.";
    FRAMES = "dashstream.consumer.frames", Counter, "{message}", [SYSTEM, DESTINATION, GROUP, VERDICT],
        "Frames that were accepted, by verdict; one with several verdicts counts for each, one without any as none.";
    REJECTED = "dashstream.consumer.rejected", Counter, "{item}", [SYSTEM, DESTINATION, GROUP, SCOPE, ERROR],
        "Frames and records that were rejected, by code.";
    DUPLICATES = "dashstream.consumer.duplicates", Counter, "{record}", [SYSTEM, DESTINATION, GROUP],
        "Records that were there before and were not given to the application again.";
    LOST = "dashstream.consumer.lost", Gauge, "{record}", [SYSTEM, DESTINATION, GROUP],
        "Numbers that no frame covers and nothing declares. It falls when some arrive late.";
    DEAD_LETTERS = "dashstream.consumer.dead_letters", Counter, "{message}", [SYSTEM, DESTINATION, GROUP, STAGE, ERROR],
        "Messages that were put into the dead-letter queue.";
    DEDUP_UNKNOWN = "dashstream.consumer.dedup_unknown", Counter, "{record}", [SYSTEM, DESTINATION, GROUP],
        "Records given to the application of which it was not known whether they were there before.";
    LAG = "dashstream.consumer.lag", Gauge, "{message}", [SYSTEM, DESTINATION, GROUP, PARTITION],
        "Messages of a partition that are there and were not read.";
}
