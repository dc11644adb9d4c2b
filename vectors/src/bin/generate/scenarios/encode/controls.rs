//! Control records and dead letters.

use super::scene::{Scene, head, one};
use crate::build::{Builder, TOP};
use crate::dual::Dual;

type Kind = (&'static str, &'static str, u64, fn(&mut Dual<'_>));

const KINDS: [Kind; 6] = [
    ("epoch-end", "a reason that has no name", 4, |it| it.u32(1, "reason", u32::MAX)),
    ("heartbeat", "the highest interval", 6, |it| it.u64(1, "interval_us", TOP)),
    ("lane-end", "the highest next lane", 8, |it| {
        it.u32(1, "next_lane", 0x7fff_ffff);
        it.boolean(2, "has_next", true);
    }),
    ("lane-end-lane-0", "lane 0 as the next", 8, |it| it.boolean(2, "has_next", true)),
    ("dead-letter", "all fields", 24, |it| {
        it.reference(1, "source_topic", "topic");
        it.u32(2, "source_partition", u32::MAX);
        it.u64(3, "source_offset", TOP);
        it.u64(4, "source_time_us", TOP);
        it.reference(5, "group", "g");
        it.reference(6, "stage", "decode");
        it.u32(7, "error_code", 5);
        it.u64(8, "error_offset", 4);
        it.u32(9, "attempt", 3);
        it.u64(10, "first_failure_us", 1);
        it.u64(11, "last_failure_us", 2);
        it.bytes(12, "frame", b"\xbe\x01\x00\x00 and so on");
        it.u32(13, "record_index", 65_535);
        it.string(14, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        it.u32(15, "replay_count", 1);
    }),
    ("dead-letter-bare", "only the bytes", 24, |it| it.bytes(12, "frame", b"\x00")),
];

pub(crate) fn add(scene: &mut Scene<'_>) {
    let all = &["JSON-001", "WRT-003"];
    for (name, text, kind, build) in KINDS {
        let title = format!("A record of kind {kind} with {text}");
        scene.same(head(&format!("encode-{name}"), &title, all), &one(kind, build));
    }
    let started = |epoch: u32, previous: u32, last: u64| {
        let mut builder = Builder::set(|set| set.epoch = epoch);
        builder.record(2, |record| {
            record.payload(|it| {
                it.u32(1, "previous_epoch", previous);
                it.u64(2, "previous_last_sequence", last);
            });
        });
        builder.frame()
    };
    scene.same(
        head("encode-epoch-start", "EPOCH_START of the highest epoch", all),
        &started(0x7fff_ffff, 0x7fff_fffe, TOP),
    );
    scene.same(head("encode-epoch-start-first", "EPOCH_START of a lane's first epoch", all), &started(1, 0, 0));
    let late = Builder::set(|set| set.base_sequence = TOP)
        .record(10, |record| {
            record.payload(|it| {
                it.u64(1, "first", 1);
                it.u64(2, "count", TOP - 1);
                it.u32(3, "reason", u32::MAX);
            });
        })
        .frame();
    scene.same(head("encode-late-drops", "LATE_DROPS of every number before its own", all), &late);
    let mut builder = Builder::new();
    for kind in [2, 4, 6, 8, 24] {
        builder.plain(kind);
    }
    scene.same(
        head("encode-controls-empty", "Control records and a dead letter with nothing in them", all),
        &builder.frame(),
    );
}
