//! Frames that are as their producer made them, and wrong.

use super::scene::{Scene, beat, chunk, entry_bytes, letter};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    by_the_prelude(suite);
    behind_the_checksums(suite);
    single_records(suite);
}

fn by_the_prelude(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let cases = [
        (frame.with(|frame| frame.raw_len = Some(8)), "raw-len", "RAW_LEN", 20),
        (frame.with(|frame| frame.record_count = 0), "no-records", "COUNT", 28),
        (frame.with(|frame| frame.base_sequence = 0), "base-sequence-0", "SEQUENCE_RANGE", 48),
        (frame.with(|frame| frame.producer_id = [0; 16]), "producer-id-zero", "IDENTITY", 32),
        (frame.with(|frame| frame.epoch = 0), "epoch-0", "IDENTITY", 56),
    ];
    for (frame, name, code, offset) in cases {
        let mut scene = Scene::new();
        scene.beats(1..=1).lose_whole(&frame, code, offset).beats(3..=3);
        let title =
            format!("The second of three frames fails with {code}; its lengths are in order, so it is skipped exactly");
        scene.finish(suite, &format!("file-bug-{name}"), &title, &["FILE-008"], false);
    }
    let carrying = letter(2, &entry_bytes(&beat(90)), true).with(|frame| frame.raw_len = Some(8));
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_whole(&carrying, "RAW_LEN", 20).beats(3..=3);
    scene.finish(
        suite,
        "file-bug-raw-len-carrying",
        "A frame with a wrong raw_len carries an entry: raw_len is no length of the file, so it is skipped exactly",
        &["FILE-008"],
        false,
    );
}

fn behind_the_checksums(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let no_tenant = frame.with(|frame| {
        frame.metadata.take("tenant");
    });
    let end = no_tenant.body_at();
    let mut scene = Scene::new();
    scene
        .bug(&no_tenant, "METADATA_FIELD", end)
        .beats(1..=1)
        .lose_whole(&no_tenant, "METADATA_FIELD", end)
        .beats(3..=3);
    scene.finish(suite, "file-bug-no-tenant", "The second of three frames has no tenant", &["FILE-008"], false);
    let no_kind = frame.with(|frame| {
        frame.body.take("kind");
    });
    let end = no_kind.raw_end();
    let mut scene = Scene::new();
    scene.bug(&no_kind, "COLUMN_LEN", end).beats(1..=1).lose_whole(&no_kind, "COLUMN_LEN", end).beats(3..=3);
    scene.finish(suite, "file-bug-no-kind", "The second of three frames has no kinds", &["FILE-008"], false);
    let mut scene = Scene::new();
    scene.bug(&no_kind, "COLUMN_LEN", end).beats(1..=1).lose_whole(&no_kind, "COLUMN_LEN", end);
    scene.finish(suite, "file-bug-last", "The last frame has no kinds", &["FILE-008", "FILE-009"], true);
    let mut scene = Scene::new();
    scene.bug(&no_kind, "COLUMN_LEN", end).beats(1..=1);
    let start = scene.here();
    scene.bad_marker().frame(&no_kind).skip(start, "FILE_MARKER").beats(3..=3);
    scene.finish(
        suite,
        "file-bug-marker-damaged",
        "A frame without kinds, whose marker is damaged: it does not pass every check",
        &["FILE-005", "FILE-006"],
        false,
    );
}

/// A rejected record does not reject its frame.
fn single_records(suite: &mut Suite) {
    let mut builder = crate::build::Builder::set(|set| set.base_sequence = 2);
    builder.plain(6).record(4094, |record| {
        record.opaque(b"unknown");
    });
    let mut scene = Scene::new();
    scene.beats(1..=1).accept(&builder.frame()).beats(4..=4);
    scene.finish(
        suite,
        "file-rejected-record",
        "A frame of which a record is rejected is accepted",
        &["FILE-004"],
        false,
    );
}
