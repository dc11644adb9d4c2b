//! The outer shape of the input: what a writer reads and what it derives.

use super::scene::{PLAIN, Scene, beats, content, head, one, without_sequences};
use crate::build::Builder;
use crate::frame::Frame;
use crate::tree::{Edit as _, Tree};

/// Three records with every column, holes in their numbers, and a trace of their own each.
fn three() -> Frame {
    let mut builder = Builder::set(|set| {
        set.base_sequence = 10;
        set.base_time_us = 1_000_000;
        set.drops = vec![(1, 2)];
        set.dropped_total = 2;
    });
    for (kind, number, time, mark) in [(5, 11, 1_000_010, 1), (11, 12, 1_000_005, 2), (7, 14, 1_000_500, 2)] {
        builder.record(kind, |record| {
            record.sequence(number).time(time).parent(number - 1).thread("t1").node("n1").run("r1").task("k1");
            record.trace([mark; 16]).span([mark; 8]).payload(|it| match kind {
                11 => it.text(3, b"hello"),
                _ => it.attributes(3, &[("k", "v")]),
            });
        });
    }
    builder.frame()
}

pub(crate) fn add(scene: &mut Scene<'_>) {
    frames(scene);
    headers(scene);
    flags(scene);
    refused(scene);
}

fn frames(scene: &mut Scene<'_>) {
    let all = &["JSON-001", "WRT-001", "WRT-002", "WRT-003"];
    scene.same(head("encode-minimal", "One record without content", all), &beats(1));
    scene.same(head("encode-three-records", "Three records that use every column", all), &three());
    let frame = three();
    let mut full = frame.json();
    full.get_mut("header").set("ancillary_flags", Tree::Int(0));
    scene.accept(
        head("encode-decoded-form", "The whole JSON form as a reader gives it, derived keys and all", all),
        full,
        &frame,
        PLAIN,
        0,
    );
    let mut builder = Builder::new();
    for kind in [5, 11, 7, 6, 4095, 3] {
        builder.record(kind, |record| {
            if kind == 4095 {
                record.opaque(&[]);
            }
        });
    }
    scene.same(
        head(
            "encode-six-empty-payloads",
            "Records with empty payloads of six kinds, one of them unknown",
            &["JSON-001", "WRT-003"],
        ),
        &builder.frame(),
    );
}

fn headers(scene: &mut Scene<'_>) {
    let frame = beats(2);
    let mut without = content(&frame);
    without.get_mut("header").unset("lane");
    scene.accept(
        head("encode-no-lane", "A header without lane is one of lane 0", &["JSON-001"]),
        without,
        &frame,
        PLAIN,
        0,
    );
    let mut other = content(&frame);
    for (key, value) in
        [("body_len", 1), ("raw_len", 2), ("metadata_len", 3), ("codec", 2), ("record_count", 77), ("drop_count", 5)]
    {
        other.get_mut("header").set(key, Tree::Int(value));
    }
    scene.accept(
        head(
            "encode-derived-keys-ignored",
            "Lengths and counts in the header that are not right: a writer derives its own",
            &["JSON-001"],
        ),
        other,
        &frame,
        PLAIN,
        0,
    );
    let mut other = content(&frame);
    for (key, value) in [
        ("version", Tree::text("one")),
        ("critical_flags", Tree::Bool(true)),
        ("body_len", Tree::Null),
        ("raw_len", Tree::Double(0.5)),
        ("metadata_len", Tree::Int(-1)),
        ("codec", Tree::text("zstd")),
        ("schema", Tree::List(vec![])),
        ("record_count", Tree::text("2")),
        ("drop_count", Tree::map([])),
    ] {
        other.get_mut("header").set(key, value);
    }
    scene.accept(
        head(
            "encode-derived-keys-of-other-types",
            "What a writer derives, in the header as values of other types: it is not looked at",
            &["JSON-001"],
        ),
        other,
        &frame,
        PLAIN,
        0,
    );
    let top = Builder::set(|set| {
        set.producer_id = [0xff; 16];
        set.base_sequence = (1 << 53) - 1;
        set.epoch = 0x7fff_ffff;
        set.lane = 0x7fff_ffff;
    })
    .plain(6)
    .frame();
    scene.same(
        head("encode-identity-top", "Sequence number, epoch and lane at their highest", &["JSON-001", "WRT-001"]),
        &top,
    );
    let mut set = Builder::set(|set| set.base_sequence = 41);
    set.plain(6).plain(6).plain(6);
    let frame = set.frame();
    scene.accept(
        head("encode-no-sequences", "Records without sequence numbers take the next ones", &["JSON-001"]),
        without_sequences(&frame),
        &frame,
        PLAIN,
        0,
    );
    let mut builder = Builder::set(|set| {
        set.base_sequence = 10;
        set.drops = vec![(1, 5)];
        set.dropped_total = 5;
    });
    builder.plain(6).record(6, |record| {
        record.sequence(14);
    });
    builder.plain(6);
    let frame = builder.frame();
    let mut some = content(&frame);
    some.get_mut("records").item_mut(0).unset("sequence");
    some.get_mut("records").item_mut(2).unset("sequence");
    scene.accept(
        head(
            "encode-some-sequences",
            "A record without a sequence number takes the one after that of the record before it",
            &["JSON-001"],
        ),
        some,
        &frame,
        PLAIN,
        0,
    );
}

fn flags(scene: &mut Scene<'_>) {
    let frame = beats(1);
    let cases = [
        (0, "0", "0", &["JSON-001", "PRE-027"][..]),
        (128, "grease", "GREASE", &["JSON-001", "PRE-027"]),
        (1, "unassigned", "a bit that is not assigned", &["JSON-001", "PRE-027"]),
        (255, "all", "all bits", &["JSON-001", "PRE-027"]),
    ];
    for (value, name, text, requirements) in cases {
        let mut given = content(&frame);
        given.get_mut("header").set("ancillary_flags", Tree::Int(value));
        let title = format!("ancillary_flags given as {text}");
        scene.accept(head(&format!("encode-ancillary-{name}"), &title, requirements), given, &frame, PLAIN, 0);
    }
}

fn refused(scene: &mut Scene<'_>) {
    let frame = beats(1);
    scene.refuse("encode-refuse-no-records", "No records", &frame, &["COUNT"], |content| {
        content.set("records", Tree::List(vec![]))
    });
    let repeated = without_sequences(&frame);
    scene.refuse_input(
        head("encode-refuse-65536-records", "65,536 records", &["JSON-002"]),
        repeated,
        PLAIN,
        Some(65_536),
        &["COUNT"],
    );
    scene.refuse("encode-refuse-records-no-list", "records is a message", &frame, &["INPUT"], |content| {
        content.set("records", Tree::map([]))
    });
    scene.refuse("encode-refuse-record-no-message", "A record is a text", &frame, &["INPUT"], |content| {
        content.set("records", Tree::List(vec![Tree::text("HEARTBEAT")]));
    });
    scene.refuse(
        "encode-refuse-unknown-field",
        "A payload with a field that its message does not have",
        &one(35, |_| {}),
        &["INPUT"],
        |content| {
            super::scene::payload(content).set("percent", Tree::Int(5));
        },
    );
    let header = |key: &'static str, value: Tree| move |content: &mut Tree| content.get_mut("header").set(key, value);
    scene.refuse(
        "encode-refuse-producer-zero",
        "producer_id is all zero",
        &frame,
        &["IDENTITY"],
        header("producer_id", Tree::hex(&[0; 16])),
    );
    scene.refuse(
        "encode-refuse-producer-15",
        "producer_id has 15 bytes",
        &frame,
        &["INPUT"],
        header("producer_id", Tree::hex(&[7; 15])),
    );
    scene.refuse(
        "encode-refuse-producer-17",
        "producer_id has 17 bytes",
        &frame,
        &["INPUT"],
        header("producer_id", Tree::hex(&[7; 17])),
    );
    scene.refuse(
        "encode-refuse-producer-no-hex",
        "producer_id is no hexadecimal digits",
        &frame,
        &["INPUT"],
        header("producer_id", Tree::text("the third producer of that name.")),
    );
    scene.refuse("encode-refuse-epoch-0", "epoch is 0", &frame, &["IDENTITY"], header("epoch", Tree::Int(0)));
    scene.refuse(
        "encode-refuse-epoch-above",
        "epoch is 2^31",
        &frame,
        &["IDENTITY"],
        header("epoch", Tree::Int(1 << 31)),
    );
    scene.refuse(
        "encode-refuse-epoch-33-bits",
        "epoch is 2^32 + 1, for which the field has no place",
        &frame,
        &["INPUT"],
        header("epoch", Tree::Int((1 << 32) + 1)),
    );
    scene.refuse("encode-refuse-lane-above", "lane is 2^31", &frame, &["IDENTITY"], header("lane", Tree::Int(1 << 31)));
    scene.refuse("encode-refuse-lane-negative", "lane is -1", &frame, &["INPUT"], header("lane", Tree::Int(-1)));
    scene.refuse("encode-refuse-lane-text", "lane is a text", &frame, &["INPUT"], header("lane", Tree::text("left")));
}
