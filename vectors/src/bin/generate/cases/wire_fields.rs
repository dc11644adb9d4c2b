//! The scan of protobuf bytes, rules about the fields of a schema: WIRE-004, 005, 007 to 013.

use super::base::{minimal, two};
use super::records_rules::{PARENT, parent};
use super::wire::{AREA, PAYLOADS, bad_payload, payloads};
use crate::build::{Builder, TOP};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::wire::{Field, Msg, Value, long_varint, tag, varint, zigzag};

/// Every field of the metadata at once.
pub(crate) fn all_metadata() -> Frame {
    let mut builder = Builder::set(|set| {
        set.base_sequence = 100;
        set.base_time_us = 1_000;
        set.trace_id = (1..=16).collect();
        set.drops = vec![(1, 2), (5, 1)];
        set.dropped_total = 7;
        set.contexts = vec![
            ["run-1".into(), "thread-1".into(), "node-1".into(), "task-1".into()],
            [String::new(), String::new(), "node-2".into(), String::new()],
        ];
        set.redaction = Some((0xc0ff_ee00, "erasure request".into()));
    });
    builder.plain(6).frame()
}

pub(crate) const ALL: &str = "metadata-all-fields";

pub(crate) fn add(suite: &mut Suite) {
    suite.accept(("metadata", ALL, "Every field of the metadata", &["META-015", "REC-024"]), &all_metadata());
    other_types(suite);
    twice(suite);
    values(suite);
    utf8(suite);
    nested(suite);
}

/// A change to the metadata with every field; the field that fails is named.
fn metadata(
    suite: &mut Suite,
    id: &str,
    title: &str,
    requirement: &'static str,
    label: &str,
    change: impl FnOnce(&mut Msg),
) {
    let frame = all_metadata().with(|frame| change(&mut frame.metadata));
    let offset = frame.at(&format!("metadata.{label}"));
    suite.reject((AREA, id, title, &[requirement]), &frame, ("METADATA_WIRE", offset), ALL);
}

/// A change to the body of two records.
fn body(
    suite: &mut Suite,
    id: &str,
    title: &str,
    requirement: &'static str,
    label: &str,
    change: impl FnOnce(&mut Msg),
) {
    let frame = two().with(|frame| change(&mut frame.body));
    suite.reject((AREA, id, title, &[requirement]), &frame, ("BODY_WIRE", frame.raw(label)), "two-records");
}

/// A change to a payload.
fn payload(
    suite: &mut Suite,
    id: &str,
    title: &str,
    requirement: &'static str,
    index: usize,
    change: impl FnOnce(&mut Msg),
) {
    bad_payload(suite, (AREA, id, title, &[requirement, "REC-004"]), &payloads(), index, PAYLOADS, change);
}

fn set(name: &'static str, value: Value) -> impl FnOnce(&mut Msg) {
    move |msg| msg.field(name).value = value
}

fn other_types(suite: &mut Suite) {
    let id = "WIRE-004";
    let fixed64 = |value: u64| Value::Fixed64(value.to_le_bytes());
    metadata(
        suite,
        "wire-004-string-as-varint",
        "tenant as a varint",
        id,
        "tenant",
        set("tenant", Value::Varint(vec![1])),
    );
    metadata(
        suite,
        "wire-004-bytes-as-fixed64",
        "boot_nonce as a fixed64",
        id,
        "boot_nonce",
        set("boot_nonce", fixed64(1)),
    );
    metadata(
        suite,
        "wire-004-uint64-as-fixed64",
        "base_time_us as a fixed64",
        id,
        "base_time_us",
        set("base_time_us", fixed64(1_000)),
    );
    metadata(
        suite,
        "wire-004-uint64-as-bytes",
        "base_time_us as a packed field of one value",
        id,
        "base_time_us",
        set("base_time_us", Value::Packed(vec![(varint(1_000), 1)])),
    );
    metadata(suite, "wire-004-packed-as-varint", "dropped reasons unpacked", id, "drop_reason", |msg| {
        msg.field("drop_reason").value = Value::Varint(vec![1]);
        msg.insert_before("drop_reason_count", Field::varint("drop_reason#2", 5, 5));
    });
    metadata(
        suite,
        "wire-004-message-as-varint",
        "A context as a varint",
        id,
        "contexts[1]",
        set("contexts[1]", Value::Varint(vec![1])),
    );
    metadata(
        suite,
        "wire-004-message-as-fixed32",
        "The redaction as a fixed32",
        id,
        "redaction",
        set("redaction", Value::Fixed32([0; 4])),
    );
    metadata(
        suite,
        "wire-004-fixed32-as-varint",
        "original_body_crc as a varint",
        id,
        "redaction.original_body_crc",
        |msg| {
            msg.nested("redaction").field("original_body_crc").value = Value::Varint(varint(0xc0ff_ee00));
        },
    );
    body(suite, "wire-004-kind-unpacked", "The kind column unpacked", id, "kind", |msg| {
        msg.field("kind").value = Value::Varint(vec![5]);
        msg.insert_before("time_delta_us", Field::varint("kind#2", 2, 7));
    });
    let one = minimal().with(|frame| frame.body.field("kind").value = Value::Varint(vec![6]));
    // raw_len 2 would fail COUNT: an unknown field makes up for the missing byte.
    let one = one.with(|frame| frame.body.push(Field::new("padding", 1000, Value::Varint(vec![0]))));
    suite.reject(
        (AREA, "wire-004-kind-unpacked-one", "The kind column of one record, unpacked", &[id]),
        &one,
        ("BODY_WIRE", 0),
        "minimal",
    );
    body(suite, "wire-004-time-unpacked", "The time column unpacked", id, "time_delta_us", |msg| {
        msg.field("time_delta_us").value = Value::Varint(vec![14]);
        msg.insert_before("payload_len", Field::varint("time_delta_us#2", 3, 4));
    });
    body(
        suite,
        "wire-004-payloads-as-varint",
        "payloads as a varint",
        id,
        "payloads",
        set("payloads", Value::Varint(vec![0])),
    );
    body(suite, "wire-004-string-as-fixed32", "A string as a fixed32", id, "strings[0]", |msg| {
        msg.insert_before("kind", Field::new("strings[0]", 1, Value::Fixed32([1; 4])));
    });
    payload(
        suite,
        "wire-004-uint32-as-fixed32",
        "A uint32 of a payload as a fixed32",
        id,
        0,
        set("status", Value::Fixed32([1, 0, 0, 0])),
    );
    payload(
        suite,
        "wire-004-double-as-fixed32",
        "A double of a payload as a fixed32",
        id,
        4,
        set("before", Value::Fixed32([0; 4])),
    );
    payload(
        suite,
        "wire-004-double-as-varint",
        "A double of a payload as a varint",
        id,
        4,
        set("before", Value::Varint(vec![1])),
    );
    payload(
        suite,
        "wire-004-bool-as-bytes",
        "A bool of a payload with a length",
        id,
        2,
        set("final", Value::Bytes(vec![1], 1)),
    );
    payload(
        suite,
        "wire-004-text-as-varint",
        "A text of a payload as a varint",
        id,
        2,
        set("text", Value::Varint(vec![1])),
    );
    payload(
        suite,
        "wire-004-doubles-unpacked",
        "Doubles of a payload unpacked",
        id,
        1,
        set("float_value", Value::Fixed64(0.25f64.to_le_bytes())),
    );
    payload(suite, "wire-004-refs-unpacked", "Refs of a payload unpacked", id, 1, |msg| {
        msg.field("int_name_ref").value = Value::Varint(vec![1]);
        msg.insert_before("int_value", Field::varint("int_name_ref#2", 1, 2));
    });
    payload(
        suite,
        "wire-004-attribute-as-varint",
        "An attribute of a payload as a varint",
        id,
        3,
        set("attributes[0]", Value::Varint(vec![1])),
    );
}

fn twice(suite: &mut Suite) {
    let id = "WIRE-005";
    let again = |name: &'static str| {
        move |msg: &mut Msg| {
            let mut field = msg.field(name).clone();
            field.name = "again".to_owned();
            msg.push(field);
        }
    };
    for name in [
        "tenant",
        "boot_nonce",
        "base_time_us",
        "trace_id",
        "drop_reason",
        "drop_reason_count",
        "dropped_total",
        "redaction",
    ] {
        let slug = name.replace('_', "-");
        metadata(
            suite,
            &format!("wire-005-{slug}-twice"),
            &format!("{name} twice, the same both times"),
            id,
            "again",
            again(name),
        );
    }
    metadata(suite, "wire-005-tenant-empty-again", "tenant, and again empty", id, "again", |msg| {
        msg.push(Field::bytes("again", 1, *b""))
    });
    metadata(suite, "wire-005-in-context", "The run of a context twice", id, "contexts[1].again", |msg| {
        msg.nested("contexts[1]").push(Field::bytes("again", 3, *b"x"))
    });
    metadata(
        suite,
        "wire-005-redaction-faulty-again",
        "redaction, and again with a reason that is not UTF-8: what fails is the second redaction",
        id,
        "again",
        |msg| {
            let mut again = msg.nested("redaction").clone();
            again.field("reason").value = Value::Bytes(b"\xff".to_vec(), 1);
            msg.push(Field::new("again", 9, Value::Message(again)));
        },
    );
    metadata(suite, "wire-005-packed-empty-again", "drop_reason, and again with no values", id, "again", |msg| {
        msg.push(Field::new("again", 5, Value::Packed(vec![])))
    });
    body(suite, "wire-005-kind-in-two-chunks", "The kind column in two packed chunks", id, "again", |msg| {
        msg.field("kind").value = Value::Packed(vec![(vec![5], 1)]);
        msg.insert_before("time_delta_us", Field::packed("again", 2, &[7]));
    });
    body(suite, "wire-005-time-twice", "The time column twice", id, "again", again("time_delta_us"));
    body(suite, "wire-005-payloads-in-two-chunks", "payloads twice, the second time empty", id, "again", |msg| {
        msg.push(Field::bytes("again", 15, *b""))
    });
    body(suite, "wire-005-ids-twice", "trace_ids twice, both times empty", id, "again", |msg| {
        msg.insert_before("payload_len", Field::bytes("trace_ids", 11, *b""));
        msg.insert_before("payload_len", Field::bytes("again", 11, *b""));
    });
    payload(suite, "wire-005-payload-uint32", "A uint32 of a payload twice", id, 0, again("status"));
    payload(suite, "wire-005-payload-packed", "Values of a payload in two packed chunks", id, 1, |msg| {
        msg.field("int_value").value = Value::Packed(vec![(varint(zigzag(300)), 1)]);
        msg.insert_before("float_name_ref", Field::packed("again", 2, &[zigzag(-4)]));
    });
    payload(suite, "wire-005-payload-text", "A text of a payload twice", id, 2, again("text"));
    payload(suite, "wire-005-in-attribute", "The value of an attribute twice", id, 3, |msg| {
        msg.nested("attributes[0]").push(Field::bytes("again", 2, *b"red"))
    });
    payload(suite, "wire-005-payload-double", "A double of a payload twice", id, 4, again("after"));
    bad_payload(
        suite,
        (
            AREA,
            "wire-005-payload-message-faulty-again",
            "The parent of a run, and again with a sequence number that is cut short",
            &[id, "REC-004"],
        ),
        &parent(3, 4, 5),
        1,
        PARENT,
        |msg| {
            let mut again = msg.nested("parent").clone();
            again.field("sequence").value = Value::Varint(vec![0x80]);
            msg.push(Field::new("again", 2, Value::Message(again)));
        },
    );
}

fn values(suite: &mut Suite) {
    let wrapped = |value: u64| (1u64 << 32) + value;
    metadata(
        suite,
        "wire-009-drop-reason",
        "A drop reason of 2^32 + 1, in 32 bits 1",
        "WIRE-009",
        "drop_reason",
        set("drop_reason", Value::Packed(vec![(varint(wrapped(1)), 1), (vec![5], 1)])),
    );
    metadata(
        suite,
        "wire-009-drop-reason-count",
        "A count of 2^32 + 2, in 32 bits 2",
        "WIRE-009",
        "drop_reason_count",
        set("drop_reason_count", Value::Packed(vec![(varint(wrapped(2)), 1), (vec![1], 1)])),
    );
    body(
        suite,
        "wire-009-kind",
        "A kind of 2^32 + 5 (85 80 80 80 10), which libraries read as 5",
        "WIRE-009",
        "kind",
        set("kind", Value::Packed(vec![(varint(wrapped(5)), 1), (vec![7], 1)])),
    );
    body(
        suite,
        "wire-009-payload-len",
        "A payload length of 2^32 + 2",
        "WIRE-009",
        "payload_len",
        set("payload_len", Value::Packed(vec![(vec![0], 1), (varint(wrapped(2)), 1)])),
    );
    body(
        suite,
        "wire-009-kind-minus-one",
        "A kind of 2^64 - 1",
        "WIRE-009",
        "kind",
        set("kind", Value::Packed(vec![(vec![5], 1), (varint(u64::MAX), 1)])),
    );
    payload(
        suite,
        "wire-009-payload",
        "A status of 2^32 + 1, in 32 bits 1",
        "WIRE-009",
        0,
        set("status", Value::Varint(varint(wrapped(1)))),
    );
    payload(
        suite,
        "wire-009-payload-2-32",
        "A status of 2^32",
        "WIRE-009",
        0,
        set("status", Value::Varint(varint(1 << 32))),
    );
    payload(
        suite,
        "wire-009-payload-ref",
        "A name ref of 2^32 + 1",
        "WIRE-009",
        1,
        set("int_name_ref", Value::Packed(vec![(varint(wrapped(1)), 1), (vec![2], 1)])),
    );
    payload(suite, "wire-010-bool-two", "A bool of 2", "WIRE-010", 2, set("final", Value::Varint(vec![2])));
    payload(
        suite,
        "wire-010-bool-all-ones",
        "A bool of 2^64 - 1",
        "WIRE-010",
        2,
        set("final", Value::Varint(varint(u64::MAX))),
    );
    payload(
        suite,
        "wire-010-bool-2-32",
        "A bool of 2^32, in 32 bits 0",
        "WIRE-010",
        2,
        set("final", Value::Varint(varint(1 << 32))),
    );
    for (name, value, text) in [("2-53", TOP + 1, "2^53"), ("2-64", u64::MAX, "2^64 - 1"), ("2-63", 1 << 63, "2^63")] {
        let of = Value::Varint(varint(value));
        metadata(
            suite,
            &format!("wire-011-dropped-total-{name}"),
            &format!("dropped_total of {text}"),
            "WIRE-011",
            "dropped_total",
            set("dropped_total", of.clone()),
        );
        metadata(
            suite,
            &format!("wire-011-base-time-{name}"),
            &format!("base_time_us of {text}"),
            "WIRE-011",
            "base_time_us",
            set("base_time_us", of.clone()),
        );
        payload(
            suite,
            &format!("wire-011-duration-{name}"),
            &format!("A duration of {text}"),
            "WIRE-011",
            0,
            set("duration_us", of),
        );
    }
    let top = TOP as i64;
    for (name, value, text) in [
        ("above", zigzag(top + 1), "2^53"),
        ("below", zigzag(-top - 1), "-2^53"),
        ("lowest", u64::MAX, "-2^63"),
        ("highest", u64::MAX - 1, "2^63 - 1"),
    ] {
        let column = Value::Packed(vec![(varint(value), 1), (vec![4], 1)]);
        body(
            suite,
            &format!("wire-012-time-{name}"),
            &format!("A time_delta_us of {text}"),
            "WIRE-012",
            "time_delta_us",
            set("time_delta_us", column),
        );
        let numbers = Value::Packed(vec![(varint(value), 1), (varint(zigzag(-4)), 1)]);
        payload(
            suite,
            &format!("wire-012-metric-{name}"),
            &format!("A whole number of {text}"),
            "WIRE-012",
            1,
            set("int_value", numbers),
        );
    }
    body(
        suite,
        "wire-006-kind-tenth-02",
        "A kind of 10 bytes whose tenth is 02, in 64 bits 5",
        "WIRE-006",
        "kind",
        set("kind", Value::Packed(vec![([&[0x85][..], &[0x80; 8], &[0x02]].concat(), 1), (vec![7], 1)])),
    );
    body(
        suite,
        "wire-006-kind-eleven",
        "A kind of 11 bytes",
        "WIRE-006",
        "kind",
        set("kind", Value::Packed(vec![(long_varint(5, 11), 1), (vec![7], 1)])),
    );
    metadata(suite, "wire-006-tenant-length", "A length of tenant of 11 bytes", "WIRE-006", "tenant", |msg| {
        msg.field("tenant").len = Some(long_varint(4, 11))
    });
    metadata(
        suite,
        "wire-006-base-time",
        "base_time_us of 10 bytes whose tenth is 02",
        "WIRE-006",
        "base_time_us",
        set("base_time_us", Value::Varint([&[0x81][..], &[0x80; 8], &[0x02]].concat())),
    );
    payload(
        suite,
        "wire-006-payload-packed",
        "A packed value of a payload of 11 bytes",
        "WIRE-006",
        1,
        set("int_value", Value::Packed(vec![(long_varint(600, 11), 1), (varint(7), 1)])),
    );
    packed_refs(suite);
    body(
        suite,
        "wire-007-kind-cut",
        "The kind column ends inside a value",
        "WIRE-007",
        "kind",
        set("kind", Value::Packed(vec![(vec![5], 1), (vec![0x87], 1)])),
    );
    let four = || (vec![0x80; 4], 1);
    body(
        suite,
        "wire-007-kind-four",
        "The kind column ends inside a value, four bytes of which are there",
        "WIRE-007",
        "kind",
        set("kind", Value::Packed(vec![(vec![5], 1), four()])),
    );
    payload(
        suite,
        "wire-007-metric-four",
        "A packed field of a payload ends inside a value, four bytes of which are there",
        "WIRE-007",
        1,
        set("int_value", Value::Packed(vec![(varint(600), 1), four()])),
    );
    metadata(
        suite,
        "wire-007-drop-reason-cut",
        "drop_reason ends inside a value",
        "WIRE-007",
        "drop_reason",
        set("drop_reason", Value::Packed(vec![(vec![1], 1), (vec![0x85], 1)])),
    );
    for len in [7, 9] {
        payload(
            suite,
            &format!("wire-007-doubles-{len}"),
            &format!("A packed field of doubles of {len} bytes"),
            "WIRE-007",
            1,
            set("float_value", Value::Bytes(vec![0; len], 1)),
        );
    }
}

/// Bytes that are not UTF-8, by what is wrong with them.
const BAD_UTF8: [(&str, &str, &[u8]); 10] = [
    ("ff", "the byte ff", b"ac\xffe"),
    ("continuation", "a continuation byte alone", b"ac\x80e"),
    ("overlong-2", "an overlong form of 2 bytes", b"a\xc0\x80e"),
    ("overlong-3", "an overlong form of 3 bytes", b"\xe0\x9f\xbfe"),
    ("overlong-4", "an overlong form of 4 bytes", b"\xf0\x8f\xbf\xbf"),
    ("surrogate", "a high surrogate", b"\xed\xa0\x80e"),
    ("surrogate-pair", "a pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80"),
    ("above", "U+110000", b"\xf4\x90\x80\x80"),
    ("f5", "a lead byte f5", b"\xf5\x80\x80\x80"),
    ("cut", "a form that is cut short", b"ab\xe2\x82"),
];

/// A reader may have a way of its own to read packed refs.
fn packed_refs(suite: &mut Suite) {
    let refs = |values: &[&[u8]]| Value::Packed(values.iter().map(|value| (value.to_vec(), 1)).collect());
    let tenth = [&[0x81][..], &[0x80; 8], &[0x02]].concat();
    for (id, title, rule, value) in [
        (
            "wire-006-payload-refs-eleven",
            "A packed ref of 11 bytes in a payload",
            "WIRE-006",
            refs(&[&long_varint(1, 11), &[2]]),
        ),
        ("wire-006-payload-refs-tenth", "A packed ref whose tenth byte is 02", "WIRE-006", refs(&[&[1], &tenth])),
        ("wire-007-payload-refs", "Packed refs that end inside a value", "WIRE-007", refs(&[&[1], &[0x82]])),
        (
            "wire-007-payload-refs-four",
            "Packed refs that end after four bytes of a value",
            "WIRE-007",
            refs(&[&[1], &[0x80; 4]]),
        ),
    ] {
        payload(suite, id, title, rule, 1, set("int_name_ref", value));
    }
}

fn utf8(suite: &mut Suite) {
    for (name, text, bytes) in BAD_UTF8 {
        let id = format!("wire-013-tenant-{name}");
        metadata(
            suite,
            &id,
            &format!("A tenant with {text}"),
            "WIRE-013",
            "tenant",
            set("tenant", Value::Bytes(bytes.to_vec(), 1)),
        );
    }
    metadata(
        suite,
        "wire-013-context",
        "A node of a context that is not UTF-8",
        "WIRE-013",
        "contexts[0].node",
        |msg| {
            msg.nested("contexts[0]").field("node").value = Value::Bytes(b"n\xff".to_vec(), 1);
        },
    );
    metadata(
        suite,
        "wire-013-redaction",
        "A reason of a redaction that is not UTF-8",
        "WIRE-013",
        "redaction.reason",
        |msg| {
            msg.nested("redaction").field("reason").value = Value::Bytes(b"\xc3".to_vec(), 1);
        },
    );
    let three = super::base::three();
    for (name, bytes) in [("ff", b"t\xff"), ("cut", b"t\xc3")] {
        let frame = three.with(|frame| frame.body.field("strings[5]").value = Value::Bytes(bytes.to_vec(), 1));
        suite.reject(
            (AREA, &format!("wire-013-string-{name}"), "A string of the table that is not UTF-8", &["WIRE-013"]),
            &frame,
            ("BODY_WIRE", frame.raw("strings[5]")),
            "three-records",
        );
    }
    for (name, text, bytes) in [BAD_UTF8[0], BAD_UTF8[5], BAD_UTF8[9]] {
        payload(
            suite,
            &format!("wire-013-payload-{name}"),
            &format!("A string of a payload with {text}"),
            "WIRE-013",
            3,
            set("input", Value::Bytes(bytes.to_vec(), 1)),
        );
    }
    payload(suite, "wire-013-attribute", "A value of an attribute that is not UTF-8", "WIRE-013", 3, |msg| {
        msg.nested("attributes[0]").field("value").value = Value::Bytes(b"re\xff".to_vec(), 1);
    });
}

/// Failures inside nested messages: the tag is the inner field's.
fn nested(suite: &mut Suite) {
    metadata(
        suite,
        "wire-008-in-context",
        "A length inside a context that runs past the context, and not past the metadata",
        "WIRE-008",
        "contexts[0].task",
        |msg| {
            msg.nested("contexts[0]").field("task").len = Some(vec![7]);
        },
    );
    metadata(suite, "wire-001-in-context", "A context that ends inside a tag", "WIRE-001", "contexts[0].odd", |msg| {
        msg.nested("contexts[0]").push(super::wire::odd([0x80], []));
    });
    metadata(suite, "wire-003-in-context", "A group inside a context", "WIRE-003", "contexts[1].odd", |msg| {
        msg.nested("contexts[1]").push(super::wire::odd(tag(9, 3), tag(9, 4)));
    });
    metadata(
        suite,
        "wire-007-in-redaction",
        "A fixed32 that is cut short by the end of its message",
        "WIRE-007",
        "redaction.original_body_crc",
        |msg| {
            let redaction = msg.nested("redaction");
            let reason = redaction.take("reason");
            redaction.0.insert(0, reason);
            redaction.field("original_body_crc").value = Value::Raw(5, vec![0, 0xee, 0xff]);
            msg.push(Field::varint("padding", 1000, 1));
        },
    );
    payload(
        suite,
        "wire-008-in-attribute",
        "A length inside an attribute that runs past the attribute",
        "WIRE-008",
        3,
        |msg| {
            let attributes = msg.nested("attributes[0]");
            attributes.field("value").len = Some(vec![4]);
            msg.push(Field::new("padding", 1000, Value::Varint(vec![1])));
        },
    );
    payload(suite, "wire-009-in-attribute", "A key of an attribute of 2^32 + 4", "WIRE-009", 3, |msg| {
        msg.nested("attributes[0]").field("key_ref").value = Value::Varint(varint((1 << 32) + 4));
    });
    payload(
        suite,
        "wire-008-payload-reaches-sibling",
        "A length that runs past its payload into the next",
        "WIRE-008",
        3,
        |msg| {
            msg.field("input").len = Some(vec![10]);
            msg.take("attributes[0]");
        },
    );
}
