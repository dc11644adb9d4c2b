//! Every kind that carries state, with all its fields and with as few as may be.

use super::scene::{Scene, head, one};
use crate::build::{Builder, TOP};
use crate::dual::Dual;

type Kind = (&'static str, &'static str, u64, fn(&mut Dual<'_>));

const KINDS: [Kind; 7] = [
    ("state-diff", "every operation", 16, |it| {
        it.bytes(1, "base_hash", &[0x0b; 32]);
        it.bytes(2, "result_hash", &[0; 32]);
        for op in 1..=6 {
            it.element(3, "ops", |patch| {
                patch.u32(1, "op", op);
                patch.reference(2, "path", if op == 3 { "" } else { "/a/b~1c" });
                patch.reference(3, "from", if op == 4 || op == 5 { "/x" } else { "" });
                patch.string(4, "value", if op % 2 == 1 { "{\"v\": null}" } else { "" });
            });
        }
    }),
    ("state-snapshot", "the last piece of three", 18, |it| snapshot(it, b"{\"a\": 1}", 2, 3)),
    ("state-snapshot-hex", "a piece that splits a code point", 18, |it| snapshot(it, b"\"\xe2\x82", 0, 2)),
    ("state-snapshot-one", "a chunk_count of 1", 18, |it| snapshot(it, b"null", 0, 1)),
    ("state-snapshot-top", "the highest chunk_index", 18, |it| snapshot(it, b"x", u32::MAX - 1, u32::MAX)),
    ("checkpoint-manifest", "all fields", 20, |it| {
        it.u64(1, "generation", TOP);
        it.u64(2, "parent_generation", TOP - 1);
        it.u32(3, "chunk_count", u32::MAX);
        it.u64(4, "total_len", TOP);
        it.bytes(5, "sha256", &[0x5a; 32]);
        it.reference(6, "content_type", "application/json");
        it.attributes(7, &[("k", "v")]);
    }),
    ("checkpoint-chunk", "all fields", 22, |it| {
        it.u64(1, "generation", TOP);
        it.u32(2, "index", u32::MAX);
        it.bytes(3, "data", &[0, 0xff, 0x80]);
    }),
];

fn snapshot(it: &mut Dual<'_>, text: &[u8], index: u32, count: u32) {
    it.bytes(1, "hash", &[0x77; 32]);
    it.text(2, text);
    it.u32(3, "chunk_index", index);
    it.u32(4, "chunk_count", count);
}

pub(crate) fn add(scene: &mut Scene<'_>) {
    for (name, text, kind, build) in KINDS {
        let title = format!("A record of kind {kind} with {text}");
        scene.same(head(&format!("encode-{name}"), &title, &["JSON-001", "WRT-003"]), &one(kind, build));
    }
    let mut builder = Builder::new();
    builder.plain(16).plain(18);
    builder.record(20, |record| {
        record.payload(|it| {
            it.u64(1, "generation", 1);
            it.u32(3, "chunk_count", 1);
            it.bytes(5, "sha256", &[0; 32]);
        });
    });
    builder.record(22, |record| {
        record.payload(|it| it.u64(1, "generation", 1));
    });
    builder.record(16, |record| {
        record.payload(|it| {
            it.element(3, "ops", |patch| patch.u32(1, "op", 2));
        });
    });
    scene.same(
        head(
            "encode-states-smallest",
            "Records that carry state, with as few fields as may be",
            &["JSON-001", "WRT-003"],
        ),
        &builder.frame(),
    );
}
