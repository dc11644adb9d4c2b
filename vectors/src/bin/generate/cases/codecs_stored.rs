//! Bodies that real libraries compressed, once: see `stored/README.md`.

use super::codecs::AREA;
use crate::build::Builder;
use crate::frame::Frame;
use crate::pieces::Pieces;
use crate::suite::Suite;

/// A run of an agent, in words that compress like those of real ones.
pub(crate) fn realistic() -> Frame {
    let words = [
        "the", "graph", "answers", "with", "a", "plan", "of", "three", "steps", "and", "asks", "for", "weather", "in",
        "Oslo",
    ];
    let mut builder = Builder::set(|set| {
        set.base_time_us = 1_700_000_000_000_000;
        set.trace_id = vec![0x4b; 16];
    });
    builder.record(1, |record| {
        record.run("run-1").thread("thread-1").payload(|start| start.reference(1, "graph", "weather-agent"));
    });
    for index in 0..22u64 {
        builder.record(11, |record| {
            record.time(1_700_000_000_000_000 + index * 20_000).run("run-1").thread("thread-1").node("writer");
            record.payload(|chunk| {
                chunk.reference(1, "request", "req-7");
                chunk.reference(2, "model", "model-x");
                chunk.u32(3, "index", index as u32);
                let at = |step: u64| words[((index * index + step * (index % 4 + 1) + step * step) % 15) as usize];
                let text: Vec<_> = (0..14).map(at).collect();
                chunk.text(4, format!(" {}", text.join(" ")).as_bytes());
            });
        });
    }
    builder.record(3, |record| {
        record.run("run-1").thread("thread-1").payload(|end| {
            end.u64(1, "duration_us", 440_000);
            end.u32(2, "status", 1);
        });
    });
    builder.frame()
}

fn bytes(hex_text: &str) -> Vec<u8> {
    let digits: String = hex_text.split_whitespace().collect();
    hex::decode(digits).expect("stored files are hexadecimal digits")
}

pub(crate) fn add(suite: &mut Suite) {
    let frame = realistic();
    suite.accept((AREA, "realistic-none", "A run of an agent, not compressed", &["COD-001"]), &frame);
    for (name, codec, text, stored) in [
        ("zstd-level-1", 1, "compressed by libzstd at level 1", include_str!("../../../../stored/zstd-level-1.hex")),
        ("zstd-level-3", 1, "compressed by libzstd at level 3", include_str!("../../../../stored/zstd-level-3.hex")),
        ("zstd-level-22", 1, "compressed by libzstd at level 22", include_str!("../../../../stored/zstd-level-22.hex")),
        (
            "zstd-window-1024",
            1,
            "compressed by libzstd with a window of 1,024 bytes, so in several blocks",
            include_str!("../../../../stored/zstd-window-1024.hex"),
        ),
        ("lz4-fast", 2, "compressed by liblz4", include_str!("../../../../stored/lz4-fast.hex")),
        ("lz4-high", 2, "compressed by liblz4 at its highest level", include_str!("../../../../stored/lz4-high.hex")),
        ("lz4-flex", 2, "compressed by lz4_flex", include_str!("../../../../stored/lz4-flex.hex")),
    ] {
        let stored = Pieces::plain(&format!("the body, {text}"), bytes(stored));
        let of = frame.with(|frame| (frame.codec, frame.stored) = (codec, Some(stored)));
        suite.accept((AREA, &format!("realistic-{name}"), &format!("A run of an agent, {text}"), &["COD-001"]), &of);
    }
}
