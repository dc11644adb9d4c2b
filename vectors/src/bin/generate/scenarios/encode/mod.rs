//! Scenarios for a writer, by `spec/json.md`, `spec/writing.md` and the levels of `spec/codecs.md`.

mod codecs;
mod controls;
mod envelope;
mod events;
mod forms;
mod limits;
mod metadata;
mod metadata_refused;
mod payloads_refused;
mod records_refused;
mod scene;
mod shapes;
mod states;

use crate::suite::Suite;

/// Adds them all.
pub(crate) fn add(suite: &mut Suite) {
    let mut scene = scene::Scene { suite };
    shapes::add(&mut scene);
    envelope::add(&mut scene);
    metadata::add(&mut scene);
    events::add(&mut scene);
    states::add(&mut scene);
    controls::add(&mut scene);
    codecs::add(&mut scene);
    limits::add(&mut scene);
    metadata_refused::add(&mut scene);
    records_refused::add(&mut scene);
    payloads_refused::add(&mut scene);
    forms::add(&mut scene);
}
