//! Bodies that real libraries compressed, once: see `stored/README.md`.

use super::codecs::AREA;
use crate::build::Builder;
use crate::frame::Frame;
use crate::pieces::{Edit as _, Pieces};
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
                let at = |step: u64| words[((index * index + step * (index % 4 + 1) + step * step) % 15) as usize];
                let text: Vec<_> = (0..14).map(at).collect();
                chunk.text(3, format!(" {}", text.join(" ")).as_bytes());
                chunk.u32(4, "index", index as u32);
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

/// Name, codec, how it was made, and the hexadecimal digits.
const STORED: [(&str, u8, &str, &str); 7] = [
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
];

/// Bits, counted from the lowest of the first byte, and what libzstd makes of the body with one of them turned
/// where there is no checksum: it takes it.
const FLIPS: [(&str, usize, &str); 11] = [
    ("zstd-level-1", 138, "the Huffman table's description: a byte of the last record's duration is another"),
    ("zstd-level-1", 552, "the length of the third of four Huffman streams: from there on literals are others"),
    ("zstd-level-1", 580, "the first of four Huffman streams: the first node_ref is 1 and not 0"),
    ("zstd-level-1", 1_067, "the second of four Huffman streams: `weather of` becomes `weather oi`"),
    ("zstd-level-1", 2_751, "the sequences: `the asks` becomes `the tsks`"),
    ("zstd-level-3", 1_413, "the third of four Huffman streams: a text has 55 bytes and not 56"),
    ("zstd-level-3", 2_436, "the sequences: `the three` becomes `threthree`"),
    ("zstd-level-22", 472, "the one Huffman stream: the last record's status is 2 and not 1"),
    ("zstd-level-22", 3_147, "the sequences: `asks a the` becomes `asks aithe`"),
    ("zstd-window-1024", 464, "the first block's one Huffman stream: a request_ref is 2 and not 5"),
    ("zstd-window-1024", 2_525, "the first block's sequences: `in three` becomes `in grree`"),
];

fn stored(name: &str) -> (u8, Pieces) {
    let found = STORED.iter().find(|(other, ..)| *other == name);
    let (_, codec, text, digits) = found.expect("a stored body");
    (*codec, Pieces::plain(&format!("the body, {text}"), bytes(digits)))
}

fn turned(name: &str, bit: usize) -> Pieces {
    let (_, pieces) = stored(name);
    let byte = pieces.to_vec()[bit / 8] ^ 1 << (bit % 8);
    pieces.patch(bit / 8, &[byte], &format!("bit {} turned", bit % 8))
}

pub(crate) fn add(suite: &mut Suite) {
    let frame = realistic();
    suite.accept((AREA, "realistic-none", "A run of an agent, not compressed", &["COD-001"]), &frame);
    for (name, _, text, _) in STORED {
        let (codec, pieces) = stored(name);
        let of = frame.with(|frame| (frame.codec, frame.stored) = (codec, Some(pieces)));
        suite.accept((AREA, &format!("realistic-{name}"), &format!("A run of an agent, {text}"), &["COD-001"]), &of);
    }
    for (name, bit, text) in FLIPS {
        let of = frame.with(|frame| (frame.codec, frame.stored) = (1, Some(turned(name, bit))));
        suite.reject(
            (AREA, &format!("zst-017-{name}-bit-{bit}"), &format!("A bit turned in {text}"), &["ZST-017"]),
            &of,
            ("DECOMPRESS", of.body_at()),
            &format!("realistic-{name}"),
        );
    }
    // Bit 2 of the descriptor is the checksum flag.
    let without = turned("zstd-level-3", 4 * 8 + 2);
    let without = without.cut(without.len() - 4);
    let of = frame.with(|frame| (frame.codec, frame.stored) = (1, Some(without)));
    suite.reject(
        (AREA, "zst-004-realistic", "What libzstd writes unless it is asked for a checksum", &["ZST-004"]),
        &of,
        ("CODEC_PROFILE", of.body_at() + 4),
        "realistic-zstd-level-3",
    );
}
