//! Metadata that no frame may have.

use super::scene::{Scene, beats};
use crate::build::{Builder, TOP};
use crate::tree::{Edit as _, Tree};

const FIELD: &[&str] = &["METADATA_FIELD"];

pub(crate) fn add(scene: &mut Scene<'_>) {
    plain(scene);
    drops(scene);
    contexts(scene);
    redaction(scene);
    types(scene);
}

/// Refuses a heartbeat whose metadata have one field changed.
fn refuse(scene: &mut Scene<'_>, id: &str, title: &str, codes: &[&str], key: &str, value: Tree) {
    scene.refuse(&format!("encode-refuse-{id}"), title, &beats(1), codes, |content| {
        content.get_mut("metadata").set(key, value)
    });
}

fn plain(scene: &mut Scene<'_>) {
    scene.refuse("encode-refuse-no-tenant", "No tenant", &beats(1), FIELD, |content| {
        content.get_mut("metadata").unset("tenant")
    });
    refuse(scene, "tenant-empty", "An empty tenant", FIELD, "tenant", Tree::text(""));
    refuse(scene, "tenant-256", "A tenant of 256 bytes", FIELD, "tenant", Tree::text("\u{e9}".repeat(128)));
    scene.refuse("encode-refuse-no-nonce", "No boot_nonce", &beats(1), FIELD, |content| {
        content.get_mut("metadata").unset("boot_nonce")
    });
    scene.refuse(
        "encode-refuse-metadata-empty",
        "Metadata that are there, with nothing in them",
        &beats(1),
        &["METADATA_LEN", "METADATA_FIELD"],
        |content| content.set("metadata", Tree::map([])),
    );
    scene.refuse("encode-refuse-metadata-absent", "No metadata", &beats(1), &["INPUT"], |content| {
        content.unset("metadata")
    });
    for len in [7, 9] {
        refuse(
            scene,
            &format!("nonce-{len}"),
            &format!("A boot_nonce of {len} bytes"),
            FIELD,
            "boot_nonce",
            Tree::hex(&vec![1; len]),
        );
    }
    let own = Builder::new()
        .record(6, |record| {
            record.trace([9; 16]);
        })
        .frame();
    for (name, title, bytes) in [
        ("zero", "A trace_id of zeros", vec![0; 16]),
        ("15", "A trace_id of 15 bytes", vec![1; 15]),
        ("17", "A trace_id of 17 bytes", vec![1; 17]),
    ] {
        scene.refuse(&format!("encode-refuse-trace-id-{name}"), title, &own, FIELD, |content| {
            content.get_mut("metadata").set("trace_id", Tree::hex(&bytes))
        });
    }
}

/// Id, title, reasons, counts, total.
type Drops<'a> = (&'a str, &'a str, &'a [u32], &'a [u32], u64);

fn drops(scene: &mut Scene<'_>) {
    let list = |values: &[u32]| Tree::List(values.iter().map(|value| Tree::Int((*value).into())).collect());
    let more: Vec<u32> = (1..=33).collect();
    let cases: [Drops<'_>; 8] = [
        ("reasons-longer", "Two drop reasons and one count", &[1, 2], &[1], 9),
        ("counts-longer", "One drop reason and two counts", &[1], &[1, 1], 9),
        ("reasons-33", "33 drop reasons", &more, &[1; 33], 99),
        ("reason-0", "A drop reason of 0", &[1, 0], &[1, 1], 9),
        ("reason-twice", "The same drop reason twice", &[1, 2, 1], &[1, 1, 1], 9),
        ("count-0", "A drop count of 0", &[1, 2], &[1, 0], 9),
        ("total-below", "A dropped_total below the drops of the frame", &[1, 2], &[2, 2], 3),
        ("drops-65536", "Drops that add up to 65,536", &[1, 2], &[65_535, 1], 65_536),
    ];
    for (name, title, reasons, counts, total) in cases {
        scene.refuse(&format!("encode-refuse-{name}"), title, &beats(1), FIELD, |content| {
            let metadata = content.get_mut("metadata");
            metadata.set("drop_reason", list(reasons));
            metadata.set("drop_reason_count", list(counts));
            metadata.set("dropped_total", Tree::digits(total));
        });
    }
    scene.refuse("encode-refuse-drops-overflow", "Drop counts whose sum passes 32 bits", &beats(1), FIELD, |content| {
        let metadata = content.get_mut("metadata");
        metadata.set("drop_reason", list(&[1, 2]));
        metadata.set("drop_reason_count", list(&[u32::MAX, 2]));
        metadata.set("dropped_total", Tree::digits(TOP));
    });
    scene.refuse(
        "encode-refuse-drops-33-bits",
        "A drop count of 2^32: no uint32, and more drops than a frame can declare",
        &beats(1),
        &["METADATA_WIRE", "METADATA_FIELD"],
        |content| {
            let metadata = content.get_mut("metadata");
            metadata.set("drop_reason", list(&[1]));
            metadata.set("drop_reason_count", Tree::List(vec![Tree::Int(1 << 32)]));
            metadata.set("dropped_total", Tree::digits(TOP));
        },
    );
}

fn contexts(scene: &mut Scene<'_>) {
    let context = |text: &str| Tree::map([("node", Tree::text(text))]);
    let cases = [
        ("contexts-17", "17 contexts", (0..17).map(|index| context(&index.to_string())).collect::<Vec<_>>()),
        ("context-empty", "A context without a text", vec![context("n"), Tree::map([])]),
        ("context-257", "A context with a text of 257 bytes", vec![context(&"n".repeat(257))]),
    ];
    for (name, title, list) in cases {
        refuse(scene, name, title, FIELD, "contexts", Tree::List(list));
    }
}

fn redaction(scene: &mut Scene<'_>) {
    let crc = ("original_body_crc", Tree::Int(7));
    refuse(scene, "redaction-no-reason", "A redaction without a reason", FIELD, "redaction", Tree::map([crc.clone()]));
    refuse(scene, "redaction-empty", "A redaction with nothing in it", FIELD, "redaction", Tree::map([]));
    let reason = ("reason", Tree::text("r".repeat(257)));
    refuse(
        scene,
        "redaction-reason-257",
        "A redaction with a reason of 257 bytes",
        FIELD,
        "redaction",
        Tree::map([crc, reason]),
    );
}

/// Values of another type, and those past what the wire rules let a field hold.
fn types(scene: &mut Scene<'_>) {
    refuse(scene, "tenant-number", "A tenant that is a number", &["INPUT"], "tenant", Tree::Int(5));
    refuse(
        scene,
        "nonce-odd-digits",
        "A boot_nonce of 15 hexadecimal digits",
        &["INPUT"],
        "boot_nonce",
        Tree::text("0123456789abcde"),
    );
    refuse(
        scene,
        "base-time-no-digits",
        "A base_time_us that is no number",
        &["INPUT"],
        "base_time_us",
        Tree::text("now"),
    );
    refuse(
        scene,
        "metadata-unknown-field",
        "Metadata with a field that the message does not have",
        &["INPUT"],
        "customer",
        Tree::text("acme"),
    );
    let wire = &["METADATA_WIRE"];
    refuse(
        scene,
        "base-time-above",
        "A base_time_us of 2^53",
        &["METADATA_WIRE"],
        "base_time_us",
        Tree::digits(TOP + 1),
    );
    refuse(
        scene,
        "base-time-64-bits",
        "A base_time_us of 2^64 - 1",
        wire,
        "base_time_us",
        Tree::text("18446744073709551615"),
    );
    refuse(scene, "dropped-total-above", "A dropped_total of 2^53", wire, "dropped_total", Tree::digits(TOP + 1));
}
