//! The fields of the envelope, sequence numbers and times.

use super::scene::{Scene, head};
use crate::build::{Builder, TOP};

pub(crate) fn add(scene: &mut Scene<'_>) {
    texts(scene);
    numbers(scene);
    parents(scene);
    ids(scene);
    opaque(scene);
}

fn texts(scene: &mut Scene<'_>) {
    let mut builder = Builder::new();
    builder.record(5, |record| {
        record.thread("same").node("same").run("same").task("same");
    });
    builder.record(7, |record| {
        record.thread("same").node("another");
    });
    builder.plain(6).record(5, |record| {
        record.task("k").run("another");
    });
    scene.same(
        head(
            "encode-texts-shared",
            "Texts that several columns share, and records without them",
            &["JSON-001", "WRT-003"],
        ),
        &builder.frame(),
    );
    let mut builder = Builder::new();
    let long = "\u{e9}".repeat(512);
    builder.record(5, |record| {
        record.thread(&long).node("x").run("line\nfeed \"quoted\" \\").task("\u{1f600}\u{0}\u{202e}");
    });
    scene.same(
        head(
            "encode-texts-unusual",
            "A text of 1,024 bytes, one of one byte, and unusual characters",
            &["JSON-001", "WRT-001"],
        ),
        &builder.frame(),
    );
    let mut builder = Builder::new();
    for index in 0..40_u32 {
        builder.record(5, |record| {
            record.node(&format!("n{}", index % 13)).run(if index < 20 { "r1" } else { "r2" });
        });
    }
    scene.same(
        head("encode-forty-records", "40 records of 13 nodes and two runs", &["JSON-001", "WRT-003"]),
        &builder.frame(),
    );
}

fn numbers(scene: &mut Scene<'_>) {
    let holes = |base: u64, drops: u32, numbers: &[u64]| {
        let mut builder = Builder::set(|set| {
            set.base_sequence = base;
            set.drops = vec![(1, drops)];
            set.dropped_total = drops.into();
        });
        for number in numbers {
            builder.record(6, |record| {
                record.sequence(*number);
            });
        }
        builder.frame()
    };
    let cases = [
        ("first", "before the first record", holes(1, 3, &[4, 5])),
        ("between", "between two records", holes(5, 2, &[5, 8])),
        ("last", "after the last record", holes(5, 2, &[5, 6])),
        ("everywhere", "before, between and after the records", holes(100, 9, &[102, 103, 107, 110])),
        ("65535", "of 65,535 numbers", holes(1, 65_535, &[65_536])),
    ];
    for (name, text, frame) in cases {
        let title = format!("A hole {text}");
        scene.same(head(&format!("encode-hole-{name}"), &title, &["JSON-001", "WRT-001"]), &frame);
    }
    let timed = |base: u64, times: &[u64]| {
        let mut builder = Builder::set(|set| set.base_time_us = base);
        for time in times {
            builder.record(6, |record| {
                record.time(*time);
            });
        }
        builder.frame()
    };
    let cases = [
        ("equal", "Times that are all that of the metadata", timed(1_700_000_000_000_000, &[1_700_000_000_000_000; 3])),
        ("back", "Times that go back and forth", timed(1000, &[1001, 999, 0, 5000, 5000])),
        ("range", "Times from one end of the range to the other", timed(0, &[0, TOP, 0, TOP])),
        ("down", "The metadata's time is the last one there is, and the record's the first", timed(TOP, &[0])),
    ];
    for (name, title, frame) in cases {
        scene.same(head(&format!("encode-times-{name}"), title, &["JSON-001", "WRT-001"]), &frame);
    }
}

fn parents(scene: &mut Scene<'_>) {
    let mut builder = Builder::set(|set| set.base_sequence = 500);
    builder.plain(6);
    for parent in [500, 1, 499, 502] {
        builder.record(6, |record| {
            record.parent(parent);
        });
    }
    scene.same(head("encode-parents", "Parents in the frame and before it", &["JSON-001"]), &builder.frame());
    let far = Builder::set(|set| set.base_sequence = 1 << 32)
        .record(6, |record| {
            record.parent(1);
        })
        .frame();
    scene.same(head("encode-parent-farthest", "A parent 2^32 - 1 numbers back", &["JSON-001", "WRT-001"]), &far);
}

fn ids(scene: &mut Scene<'_>) {
    let (one, two) = ([0x11; 16], [0x22; 16]);
    let traces = |default: Option<[u8; 16]>, list: &[Option<[u8; 16]>]| {
        let mut builder = Builder::set(|set| set.trace_id = default.map(Vec::from).unwrap_or_default());
        for trace in list {
            builder.record(6, |record| {
                if let Some(trace) = trace {
                    record.trace(*trace);
                }
            });
        }
        builder.frame()
    };
    let cases = [
        (
            "own",
            "Traces of records, one of them twice, and a record without one",
            traces(None, &[Some(one), Some(two), None, Some(one)]),
        ),
        ("default", "Every record has the metadata's trace", traces(Some(one), &[None, None])),
        (
            "default-and-own",
            "The metadata's trace, and a record with one of its own",
            traces(Some(one), &[Some(one), Some(two), Some(one)]),
        ),
        ("unused-default", "A trace of the metadata that no record has", traces(Some(one), &[Some(two), Some(two)])),
    ];
    for (name, title, frame) in cases {
        scene.same(head(&format!("encode-traces-{name}"), title, &["JSON-001", "WRT-003"]), &frame);
    }
    let mut builder = Builder::new();
    for span in [Some([1; 8]), None, Some([2; 8]), Some([1; 8])] {
        builder.record(6, |record| {
            if let Some(span) = span {
                record.span(span);
            }
        });
    }
    scene.same(
        head("encode-spans", "Spans, one of them twice, and a record without one", &["JSON-001", "WRT-003"]),
        &builder.frame(),
    );
    let mut builder = Builder::new();
    builder.record(6, |record| {
        record.trace([0x33; 16]).span([0x33; 8]);
    });
    scene.same(head("encode-trace-and-span", "A trace and a span", &["JSON-001"]), &builder.frame());
}

fn opaque(scene: &mut Scene<'_>) {
    let mut builder = Builder::new();
    for (kind, bytes) in
        [(47, &b""[..]), (4095, b"\x00"), (65_535, b"\xff\xff\xff not a message"), (4_294_967_295, b"\x08\x01")]
    {
        builder.record(kind, |record| {
            record.thread("t").opaque(bytes);
        });
    }
    scene.same(
        head("encode-opaque", "Odd kinds that no reader knows, with payloads of all sorts", &["JSON-001", "WRT-001"]),
        &builder.frame(),
    );
}
