//! A recorder and a subscriber for this process, that can be asked what they were told.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use dashstream_stream::observe::names::Metric;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A metric with its attributes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
}

/// What is known of one.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub(crate) instrument: &'static str,
    /// Of a histogram, how many values there were.
    pub(crate) value: f64,
    /// The least value of a histogram.
    pub(crate) least: f64,
    pub(crate) unit: String,
    pub(crate) text: String,
}

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) level: Level,
    pub(crate) target: String,
    pub(crate) fields: BTreeMap<String, String>,
}

impl Line {
    pub(crate) fn says(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
}

static RECORDER: OnceLock<Snapshotter> = OnceLock::new();
/// A snapshot empties the recorder, so what it had is kept here.
static SUMS: Mutex<BTreeMap<Series, Sum>> = Mutex::new(BTreeMap::new());
static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs both, once.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let recorder = DebuggingRecorder::new();
        assert!(RECORDER.set(recorder.snapshotter()).is_ok());
        recorder.install().unwrap();
        dashstream_stream::observe::describe();
        tracing::subscriber::set_global_default(Capture).unwrap();
    });
}

/// All metrics so far.
pub(crate) fn sums() -> BTreeMap<Series, Sum> {
    let mut sums = lock(&SUMS);
    for (key, unit, text, value) in RECORDER.get().unwrap().snapshot().into_vec() {
        let key = key.key();
        let labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        let (instrument, value, least) = match value {
            DebugValue::Counter(count) => ("counter", count as f64, 0.0),
            DebugValue::Gauge(value) => ("gauge", value.0, 0.0),
            DebugValue::Histogram(values) => {
                ("histogram", values.len() as f64, values.iter().map(|value| value.0).fold(f64::MAX, f64::min))
            }
        };
        let unit = unit.map(|unit| unit.as_str().to_owned()).unwrap_or_default();
        let text = text.map(|text| text.to_string()).unwrap_or_default();
        let sum = sums.entry(Series { name: key.name().to_owned(), labels });
        let sum = sum.or_insert(Sum { instrument, value: 0.0, least: f64::MAX, unit, text });
        sum.value += value;
        sum.least = sum.least.min(least);
    }
    sums.clone()
}

/// The sum of a metric over all series that have these attributes.
pub(crate) fn sum(metric: &Metric, having: &[(&str, &str)]) -> f64 {
    let has = |series: &Series, (name, value): &(&str, &str)| series.labels.get(*name).is_some_and(|had| had == value);
    let sums = sums();
    let all = sums.iter().filter(|(series, _)| series.name == metric.name);
    all.filter(|(series, _)| having.iter().all(|one| has(series, one))).map(|(_, sum)| sum.value).sum()
}

/// All events so far.
pub(crate) fn lines() -> Vec<Line> {
    lock(&LINES).clone()
}

/// The events about a topic, in their order.
pub(crate) fn lines_of(topic: &str) -> Vec<Line> {
    lines().into_iter().filter(|line| line.says("topic") == topic).collect()
}

struct Capture;

struct Fields<'l>(&'l mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("dashstream")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
        lock(&LINES).push(Line { level, target, fields });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
