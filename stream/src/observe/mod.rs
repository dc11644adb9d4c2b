//! What operators see: metrics and events (`spec/observability.md`).
//!
//! Metrics go through the facade of the crate `metrics`, and events through `tracing`; where they end up is for the program to say,
//! which installs a recorder and a subscriber before it opens anything. [`names`] has all the names. No record's payload, no key, no
//! header and no credential is in any of them (OBS-005).

mod consumer;
mod limit;
pub mod names;
mod producer;
mod writer;

use metrics::Label;

pub use consumer::{ConsumerMetrics, Place};
pub use limit::Limiter;
pub use names::describe;
pub(crate) use producer::ProducerObserver;
pub(crate) use writer::refused;

use crate::transport::Destination;

/// An attribute.
fn label(name: &'static str, value: impl Into<metrics::SharedString>) -> Label {
    Label::new(name, value)
}

/// The attributes of a topic.
fn labels(destination: &Destination) -> Vec<Label> {
    let mut labels = vec![label(names::SYSTEM, destination.system)];
    if !destination.name.is_empty() {
        labels.push(label(names::DESTINATION, destination.name.clone()));
    }
    labels
}

/// Some attributes and others.
fn and(labels: &[Label], others: impl IntoIterator<Item = Label>) -> Vec<Label> {
    labels.iter().cloned().chain(others).collect()
}
