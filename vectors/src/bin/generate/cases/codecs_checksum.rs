//! The checksum of a zstd frame: ZST-017.

use super::codecs::{AREA, text};
use crate::build::Builder;
use crate::crc32c::crc32c;
use crate::suite::Suite;
use crate::xxh64::xxh64;
use crate::zstd::simple;

pub(crate) fn add(suite: &mut Suite) {
    right(suite);
    wrong(suite);
}

fn right(suite: &mut Suite) {
    // XXH64 takes 32, 8, 4 and 1 bytes at a time.
    for len in [28, 31, 32, 33, 36, 40, 63, 64, 96, 109] {
        let frame = text(len - 10);
        assert_eq!(frame.body.len(), len);
        let id = format!("zst-017-body-{len}");
        suite.accept(
            (AREA, &id, &format!("The checksum of a body of {len} bytes"), &["ZST-017"]),
            &simple(&frame).of(&frame),
        );
    }
    let mut builder = Builder::new();
    builder.record(11, |record| {
        record.payload(|chunk| chunk.text(3, format!("10b2c61d97{}", "a".repeat(64)).as_bytes()));
    });
    let frame = builder.frame();
    let zstd = simple(&frame);
    assert_eq!(zstd.checksum, [0; 4]);
    suite.accept((AREA, "zst-017-zero", "A checksum that is right and 0", &["ZST-017"]), &zstd.of(&frame));
}

fn wrong(suite: &mut Suite) {
    let frame = text(64);
    let zstd = simple(&frame);
    let body = frame.body.pieces().to_vec();
    let sum = xxh64(0, &body);
    let turned = |bit: u32| (sum as u32 ^ 1 << bit).to_le_bytes();
    let low = |hash: u64| (hash as u32).to_le_bytes();
    let stored = zstd.with(|zstd| zstd.checksum.clear()).pieces().to_vec();
    for (name, title, wrong) in [
        ("lowest-bit", "with its lowest bit turned", turned(0)),
        ("highest-bit", "with its highest bit turned", turned(31)),
        ("zeros", "of zeros", [0; 4]),
        ("ones", "of ones", [0xff; 4]),
        ("complement", "with all its bits turned", low(!sum)),
        ("swapped", "with its most significant byte first", (sum as u32).to_be_bytes()),
        ("high-half", "that is the high half of XXH64", low(sum >> 32)),
        ("seed-1", "that is XXH64 with seed 1", low(xxh64(1, &body))),
        ("crc32c", "that is CRC32C", crc32c(&body).to_le_bytes()),
        ("of-nothing", "of no bytes", low(xxh64(0, &[]))),
        ("of-stored", "of the frame before it, as stored", low(xxh64(0, &stored))),
        ("of-one-less", "of the body without its last byte", low(xxh64(0, &body[..body.len() - 1]))),
        ("of-last-block", "of what the last block stands for", low(xxh64(0, &body[body.len() - 64..]))),
    ] {
        suite.reject(
            (AREA, &format!("zst-017-{name}"), &format!("A checksum {title}"), &["ZST-017"]),
            &zstd.with(|zstd| zstd.checksum = wrong.to_vec()).of(&frame),
            ("DECOMPRESS", frame.body_at()),
            "zst-single-segment",
        );
    }
    // The same length, and the checksum of the body that it is not.
    let other = zstd.with(|zstd| zstd.blocks[1].bytes = vec![b'b']);
    suite.reject(
        (AREA, "zst-017-other-text", "Other text of the same length, with the checksum as it was", &["ZST-017"]),
        &other.of(&frame),
        ("DECOMPRESS", frame.body_at()),
        "zst-single-segment",
    );
}
