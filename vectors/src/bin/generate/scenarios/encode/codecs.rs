//! How a body is stored: codec, level, threshold.

use super::scene::{Options, Scene, beats, content, head, noise, one};
use crate::build::Builder;
use crate::frame::Frame;

/// Codecs that compress, with a level of each.
const CODECS: [(u32, &str, i64); 2] = [(1, "zstd", 3), (2, "lz4", 1)];

/// A body that compresses well.
fn repeating() -> Frame {
    one(11, |chunk| chunk.text(3, "all work and no play ".repeat(40).as_bytes()))
}

/// A body in which nothing repeats.
fn incompressible() -> Frame {
    one(22, |chunk| {
        chunk.u64(1, "generation", 1);
        chunk.bytes(3, "data", &noise(600));
    })
}

pub(crate) fn add(scene: &mut Scene<'_>) {
    stored(scene);
    thresholds(scene);
    levels(scene);
}

fn stored(scene: &mut Scene<'_>) {
    let frame = repeating();
    for (codec, name, level) in CODECS {
        let options = Options::codec(codec);
        let title = format!("A body that {name} makes smaller");
        scene.stored(head(&format!("encode-{name}"), &title, &["JSON-001", "WRT-001"]), &frame, options, codec);
        let title = format!("A body that {name} makes smaller, at level {level}");
        scene.stored(
            head(&format!("encode-{name}-level"), &title, &["JSON-001", "COD-006"]),
            &frame,
            options.level(level),
            codec,
        );
        let title = format!("A body in which nothing repeats, for {name}");
        scene.stored(
            head(&format!("encode-{name}-incompressible"), &title, &["COD-004", "WRT-001"]),
            &incompressible(),
            options,
            0,
        );
        let short = one(11, |chunk| chunk.text(3, "all work and no play ".repeat(8).as_bytes()));
        let title = format!("A body of less than 256 bytes that {name} makes smaller");
        let requirements = &["JSON-001", "WRT-001", "COD-004"];
        scene.stored(head(&format!("encode-{name}-short"), &title, requirements), &short, options, codec);
        let title = format!("A body of 3 bytes, for {name}");
        scene.stored(head(&format!("encode-{name}-tiny"), &title, &["COD-004", "WRT-001"]), &beats(1), options, 0);
        let mut builder = Builder::new();
        for index in 0..60_u64 {
            builder.record(5, |record| {
                record.time(index * 1000).node(&format!("node {}", index % 7)).run("run").payload(|start| {
                    start.u32(1, "attempt", 1);
                    start.attributes(3, &[("model", "large"), ("region", "eu")]);
                });
            });
        }
        let title = format!("60 records that look alike, for {name}");
        scene.stored(
            head(&format!("encode-{name}-many"), &title, &["JSON-001", "WRT-001"]),
            &builder.frame(),
            options,
            codec,
        );
    }
}

fn thresholds(scene: &mut Scene<'_>) {
    let frame = repeating();
    let len = frame.raw_end();
    for (codec, name, level) in CODECS {
        let cases = [
            ("0", 0, codec),
            ("one-below", len - 1, codec),
            ("equal", len, codec),
            ("one-above", len + 1, 0),
            ("far-above", 1_000_000, 0),
        ];
        for (tag, threshold, stored) in cases {
            let id = format!("encode-{name}-threshold-{tag}");
            let title = format!("A tidy body of {len} bytes, for {name}, with a threshold of {threshold}");
            scene.stored(
                head(&id, &title, &["COD-005", "WRT-003"]),
                &frame,
                Options::codec(codec).level(level).threshold(threshold),
                stored,
            );
        }
    }
    // The text makes compression pay, so that a body with the trace in it would be compressed.
    let mut builder = Builder::set(|set| set.trace_id = vec![0x11; 16]);
    builder.record(11, |record| {
        record.trace([0x11; 16]).payload(|chunk| chunk.text(3, "all work and no play ".repeat(40).as_bytes()));
    });
    let traced = builder.frame();
    let len = traced.raw_end();
    for (codec, name, level) in CODECS {
        let id = format!("encode-{name}-threshold-trace");
        let title = format!(
            "A trace that is the metadata's: the tidy body, without it, has {len} bytes, for {name}, with a threshold of {}",
            len + 1
        );
        scene.stored(
            head(&id, &title, &["COD-005", "WRT-003"]),
            &traced,
            Options::codec(codec).level(level).threshold(len + 1),
            0,
        );
    }
    let options = Options::codec(0).threshold(1);
    scene.stored(
        head("encode-none-threshold", "A threshold where nothing is to be compressed", &["JSON-001"]),
        &frame,
        options,
        0,
    );
}

fn levels(scene: &mut Scene<'_>) {
    let frame = repeating();
    for level in [1, 22] {
        let id = format!("encode-zstd-level-{level}");
        let title = format!("zstd at level {level}, an end of its range");
        scene.stored(head(&id, &title, &["COD-006"]), &frame, Options::codec(1).level(level), 1);
    }
    let refused = [
        (1, "zstd", 0, "0"),
        (1, "zstd", 23, "23"),
        (1, "zstd", -1, "minus-1"),
        (1, "zstd", -131_072, "minus-131072"),
        (1, "zstd", (1 << 32) + 3, "2-to-the-32-and-3"),
        (2, "lz4", 0, "0"),
        (2, "lz4", 2, "2"),
        (2, "lz4", 12, "12"),
        (2, "lz4", -1, "minus-1"),
        (0, "none", 0, "0"),
        (0, "none", 1, "1"),
    ];
    for (codec, name, level, tag) in refused {
        let id = format!("encode-refuse-{name}-level-{tag}");
        let title = format!("Level {level} of {name}");
        scene.refuse_input(
            head(&id, &title, &["COD-006"]),
            content(&frame),
            Options::codec(codec).level(level),
            None,
            &["LEVEL"],
        );
    }
    for (codec, name, _) in CODECS {
        let options = Options::codec(codec).level(99);
        let id = format!("encode-refuse-{name}-level-below-threshold");
        let title = format!("Level 99 of {name} for a body below the threshold");
        scene.refuse_input(
            head(&id, &title, &["COD-006"]),
            content(&frame),
            options.threshold(1_000_000),
            None,
            &["LEVEL"],
        );
    }
}
