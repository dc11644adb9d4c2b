//! Envelopes that no frame may have.

use super::scene::{PLAIN, Scene, beats, content, head, one, record};
use crate::build::{Builder, TOP};
use crate::tree::{Edit as _, Tree};

pub(crate) fn add(scene: &mut Scene<'_>) {
    sequences(scene);
    ranges(scene);
    kinds(scene);
    times_and_parents(scene);
    traces(scene);
    texts(scene);
}

/// A frame of heartbeats from 10 on, with these numbers in the input.
fn numbered(numbers: &[u64]) -> Tree {
    let mut builder = Builder::set(|set| set.base_sequence = 10);
    for _ in numbers {
        builder.plain(6);
    }
    let mut content = content(&builder.frame());
    for (index, number) in numbers.iter().enumerate() {
        content.get_mut("records").item_mut(index).set("sequence", Tree::digits(*number));
    }
    content
}

/// Id, title, numbers, requirements, codes.
type Sequences<'a> = (&'a str, &'a str, &'a [u64], &'a [&'static str], &'a [&'a str]);

fn sequences(scene: &mut Scene<'_>) {
    let cases: [Sequences<'_>; 6] = [
        ("twice", "The same sequence number twice", &[10, 10], &["JSON-004"], &["INPUT"]),
        ("descending", "Sequence numbers that descend", &[11, 10], &["JSON-004"], &["INPUT"]),
        ("descending-later", "The third sequence number is below the second", &[10, 11, 10], &["JSON-004"], &["INPUT"]),
        (
            "past-range",
            "A sequence number past the range of the frame, which has no drops",
            &[10, 12],
            &["JSON-002"],
            &["SEQUENCE_DELTA"],
        ),
        (
            "first-past-range",
            "The only sequence number is past the range of the frame",
            &[11],
            &["JSON-002"],
            &["SEQUENCE_DELTA"],
        ),
        ("before-range", "The first sequence number is below base_sequence", &[4, 10], &["JSON-002"], &["INPUT"]),
    ];
    for (name, title, numbers, requirements, codes) in cases {
        let id = format!("encode-refuse-sequence-{name}");
        scene.refuse_input(head(&id, title, requirements), numbered(numbers), PLAIN, None, codes);
    }
    let mut drops = Builder::set(|set| {
        set.drops = vec![(1, 2)];
        set.dropped_total = 2;
    });
    drops.plain(6).plain(6);
    scene.refuse(
        "encode-refuse-sequence-past-drops",
        "A sequence number one past the range of the frame, which has two drops",
        &drops.frame(),
        &["SEQUENCE_DELTA"],
        |content| {
            content.get_mut("records").item_mut(1).set("sequence", Tree::digits(5));
        },
    );
}

fn ranges(scene: &mut Scene<'_>) {
    let base = |value: &'static str| {
        move |content: &mut Tree| {
            record(content).unset("sequence");
            content.get_mut("header").set("base_sequence", Tree::text(value));
        }
    };
    let frame = beats(1);
    scene.refuse("encode-refuse-base-0", "base_sequence is 0", &frame, &["SEQUENCE_RANGE"], base("0"));
    scene.refuse(
        "encode-refuse-base-above",
        "base_sequence is 2^53",
        &frame,
        &["SEQUENCE_RANGE"],
        base("9007199254740992"),
    );
    scene.refuse(
        "encode-refuse-base-64-bits",
        "base_sequence is 2^64 - 1",
        &frame,
        &["SEQUENCE_RANGE"],
        base("18446744073709551615"),
    );
    scene.refuse(
        "encode-refuse-base-65-bits",
        "base_sequence is 2^64, for which the field has no place",
        &frame,
        &["INPUT"],
        base("18446744073709551616"),
    );
    scene.refuse("encode-refuse-base-negative", "base_sequence is -1", &frame, &["INPUT"], base("-1"));
    let top = Builder::set(|set| {
        set.base_sequence = TOP;
        set.drops = vec![(1, 1)];
        set.dropped_total = 1;
    })
    .plain(6)
    .frame();
    scene.refuse(
        "encode-refuse-drop-past-top",
        "The range passes the highest sequence number by a drop",
        &top,
        &["SEQUENCE_RANGE"],
        |_| {},
    );
}

fn kinds(scene: &mut Scene<'_>) {
    let unknown = |kind: u64| {
        let mut builder = Builder::new();
        builder.plain(6).record(kind, |record| {
            record.opaque(b"bytes");
        });
        builder.frame()
    };
    for kind in [14, 26, 46, 4094, 4_294_967_294] {
        let title = format!("Kind {kind}, which is even and not in the registry");
        scene.refuse(&format!("encode-refuse-kind-{kind}"), &title, &unknown(kind), &["UNKNOWN_CRITICAL_KIND"], |_| {});
    }
    scene.refuse("encode-refuse-kind-0", "Kind 0", &unknown(0), &["KIND_ZERO"], |_| {});
    for (kind, code) in [(0, "KIND_ZERO"), (14, "UNKNOWN_CRITICAL_KIND")] {
        let (id, title) = (format!("encode-refuse-kind-{kind}-alone"), format!("Kind {kind}, and no payload"));
        scene.refuse(&id, &title, &unknown(kind), &[code], |content| {
            content.get_mut("records").item_mut(1).unset("opaque");
        });
    }
    scene.refuse("encode-refuse-kind-33-bits", "Kind 2^32 + 1", &unknown((1 << 32) + 1), &["BODY_WIRE"], |_| {});
    scene.refuse("encode-refuse-kind-text", "A kind that is a text", &beats(1), &["INPUT"], |content| {
        record(content).set("kind", Tree::text("HEARTBEAT"))
    });
    scene.refuse("encode-refuse-kind-negative", "A kind below 0", &beats(1), &["INPUT"], |content| {
        record(content).set("kind", Tree::Int(-1))
    });
    scene.refuse(
        "encode-refuse-opaque-beside-payload",
        "A payload of a kind of the registry, and an opaque one beside it",
        &beats(1),
        &["INPUT"],
        |content| record(content).set("opaque", Tree::text("")),
    );
    scene.refuse(
        "encode-refuse-payload-beside-opaque",
        "An opaque payload of an odd kind that is not in the registry, and a payload beside it",
        &unknown(4095),
        &["INPUT"],
        |content| content.get_mut("records").item_mut(1).set("payload", Tree::map([])),
    );
    scene.refuse(
        "encode-refuse-opaque-no-hex",
        "An opaque payload that is no hexadecimal digits",
        &unknown(4095),
        &["INPUT"],
        |content| {
            content.get_mut("records").item_mut(1).set("opaque", Tree::text("xyz"));
        },
    );
}

fn times_and_parents(scene: &mut Scene<'_>) {
    let mut builder = Builder::set(|set| set.base_sequence = 10);
    builder.plain(6).plain(6);
    let frame = builder.frame();
    let cases = [
        ("time-above", "A time of 2^53", "time_us", "9007199254740992", &["TIME_RANGE"][..]),
        ("time-64-bits", "A time of 2^64 - 1", "time_us", "18446744073709551615", &["TIME_RANGE"]),
        ("time-65-bits", "A time of 2^64", "time_us", "18446744073709551616", &["INPUT"]),
        ("time-negative", "A time of -1", "time_us", "-1", &["INPUT"]),
        ("time-minus-zero", "A time of -0", "time_us", "-0", &["INPUT"]),
        ("time-no-digits", "A time that is no number", "time_us", "12:00", &["INPUT"]),
        ("parent-0", "Parent 0", "parent", "0", &["PARENT_RANGE"]),
        ("parent-negative", "Parent -1", "parent", "-1", &["INPUT"]),
        ("parent-itself", "A record that is its own parent", "parent", "11", &["INPUT"]),
        ("parent-after", "A parent that comes after the record", "parent", "12", &["INPUT"]),
        ("sequence-64-bits", "Sequence number 2^64 - 1", "sequence", "18446744073709551615", &["SEQUENCE_DELTA"]),
        ("sequence-65-bits", "Sequence number 2^64", "sequence", "18446744073709551616", &["INPUT"]),
        ("sequence-no-digits", "A sequence number that is no number", "sequence", "eleven", &["INPUT"]),
    ];
    for (name, title, key, value, codes) in cases {
        scene.refuse(&format!("encode-refuse-{name}"), title, &frame, codes, |content| {
            content.get_mut("records").item_mut(1).set(key, Tree::text(value));
        });
    }
    let far = Builder::set(|set| set.base_sequence = (1 << 32) + 2).plain(6).frame();
    scene.refuse(
        "encode-refuse-parent-too-far",
        "A parent 2^32 numbers back, which no parent_delta can say",
        &far,
        &["INPUT"],
        |content| {
            record(content).set("parent", Tree::text("2"));
        },
    );
}

fn traces(scene: &mut Scene<'_>) {
    let mut builder = Builder::set(|set| set.trace_id = vec![0x11; 16]);
    builder.plain(6).plain(6);
    let frame = builder.frame();
    for (name, title, index) in [
        ("first", "The first record has no trace, the metadata has one", 0),
        ("second", "The second record has no trace, the metadata has one", 1),
    ] {
        let mut content = content(&frame);
        content.get_mut("records").item_mut(index).unset("trace_id");
        let id = format!("encode-refuse-no-trace-{name}");
        scene.refuse_input(head(&id, title, &["JSON-003"]), content, PLAIN, None, &["INPUT"]);
    }
    let cases = [
        ("trace-zero", "A trace of zeros", "trace_id", vec![0; 16], &["ID_TABLE"][..]),
        ("trace-15", "A trace of 15 bytes", "trace_id", vec![1; 15], &["INPUT"]),
        ("trace-32", "A trace of 32 bytes", "trace_id", vec![1; 32], &["INPUT"]),
        ("span-zero", "A span of zeros", "span_id", vec![0; 8], &["ID_TABLE"]),
        ("span-7", "A span of 7 bytes", "span_id", vec![1; 7], &["INPUT"]),
        ("span-16", "A span of 16 bytes", "span_id", vec![1; 16], &["INPUT"]),
    ];
    for (name, title, key, bytes, codes) in cases {
        scene.refuse(&format!("encode-refuse-{name}"), title, &beats(1), codes, |content| {
            record(content).set(key, Tree::hex(&bytes))
        });
    }
    scene.refuse(
        "encode-refuse-span-no-hex",
        "A span that is no hexadecimal digits",
        &beats(1),
        &["INPUT"],
        |content| record(content).set("span_id", Tree::text("span 0123456789a")),
    );
}

fn texts(scene: &mut Scene<'_>) {
    let long = "\u{e9}".repeat(512) + "x";
    for key in ["thread", "node", "run", "task"] {
        scene.refuse(
            &format!("encode-refuse-{key}-1025"),
            &format!("A {key} of 1,025 bytes"),
            &beats(1),
            &["STRING_TABLE"],
            |content| {
                record(content).set(key, Tree::text(&long));
            },
        );
    }
    scene.refuse("encode-refuse-thread-empty", "An empty thread", &beats(1), &["STRING_TABLE"], |content| {
        record(content).set("thread", Tree::text(""))
    });
    scene.refuse("encode-refuse-thread-number", "A thread that is a number", &beats(1), &["INPUT"], |content| {
        record(content).set("thread", Tree::Int(1))
    });
    let edge = one(9, |_| {});
    scene.refuse(
        "encode-refuse-payload-text-1025",
        "A text of 1,025 bytes that a payload refers to",
        &edge,
        &["STRING_TABLE"],
        |content| {
            super::scene::payload(content).set("from", Tree::text(&long));
        },
    );
}
