//! Metadata that a writer takes.

use super::scene::{Scene, head};
use crate::build::{Builder, TOP};

const ALL: [&str; 1] = ["JSON-001"];

pub(crate) fn add(scene: &mut Scene<'_>) {
    plain(scene);
    drops(scene);
    contexts(scene);
    redaction(scene);
}

fn of(change: impl FnOnce(&mut Builder)) -> crate::frame::Frame {
    Builder::set(change).plain(6).frame()
}

fn plain(scene: &mut Scene<'_>) {
    let frame = of(|set| set.tenant = "\u{e9}".repeat(127) + "x");
    scene.same(head("encode-tenant-255", "A tenant of 255 bytes", &ALL), &frame);
    let frame = of(|set| (set.tenant, set.boot_nonce) = ("t".to_owned(), vec![0; 8]));
    scene.same(head("encode-nonce-zero", "A tenant of one byte and a boot_nonce of zeros", &ALL), &frame);
}

fn drops(scene: &mut Scene<'_>) {
    let frame = of(|set| (set.drops, set.dropped_total) = (vec![(1, 3), (2, 1), (8, 2)], 6));
    scene.same(head("encode-drops", "Three reasons for six drops", &ALL), &frame);
    let frame = of(|set| (set.drops, set.dropped_total) = (vec![(4_294_967_295, 1), (1000, 2)], TOP));
    scene.same(
        head("encode-drops-unlisted", "Reasons that are not in the registry, and the highest dropped_total", &ALL),
        &frame,
    );
    let frame = of(|set| (set.drops, set.dropped_total) = ((1..=32).map(|reason| (reason, reason)).collect(), 528));
    scene.same(head("encode-drops-32", "32 reasons", &ALL), &frame);
    let frame = of(|set| (set.drops, set.dropped_total) = (vec![(1, 65_534), (2, 1)], 65_535));
    scene.same(head("encode-drops-65535", "Drops that add up to 65,535", &ALL), &frame);
    let frame = of(|set| set.dropped_total = 12);
    scene.same(head("encode-dropped-total-only", "A dropped_total from frames before", &ALL), &frame);
}

fn contexts(scene: &mut Scene<'_>) {
    let text = |text: &str| text.to_owned();
    let frame = of(|set| {
        set.contexts = vec![
            [text("r"), text("t"), text("n"), text("k")],
            [text("r"), text(""), text(""), text("")],
            [text(""), text(""), text(""), "k".repeat(256)],
        ];
    });
    scene.same(head("encode-contexts", "Contexts with some of their texts", &ALL), &frame);
    let frame =
        of(|set| set.contexts = (0..16).map(|index| [text(""), format!("t{index}"), text(""), text("")]).collect());
    scene.same(head("encode-contexts-16", "16 contexts", &ALL), &frame);
}

fn redaction(scene: &mut Scene<'_>) {
    let set = |crc: u32, reason: &str| Builder::set(|set| set.redaction = Some((crc, reason.to_owned())));
    let mut builder = set(0xdead_beef, "asked to");
    builder.record(12, |record| {
        record.payload(|redacted| redacted.u32(1, "original_kind", 11));
    });
    builder.plain(12).plain(6);
    scene.same(
        head("encode-redaction", "A redaction: erased records, and a control record that stays", &ALL),
        &builder.frame(),
    );
    let frame = set(0, &"r".repeat(256)).plain(12).frame();
    scene.same(
        head("encode-redaction-crc-0", "A redaction of a body with a CRC of 0, with a reason of 256 bytes", &ALL),
        &frame,
    );
}
