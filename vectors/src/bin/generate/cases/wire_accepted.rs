//! What the scan of protobuf bytes accepts: WIRE-014 to WIRE-017.

use super::base::{minimal, three};
use super::wire::{AREA, SCOPES, Scope, bend, odd, payloads};
use super::wire_fields::all_metadata;
use crate::build::{Builder, TOP};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Msg, Value, long_varint, tag, varint};

pub(crate) fn add(suite: &mut Suite) {
    order(suite);
    defaults(suite);
    long_forms(suite);
    length_like_text(suite);
    unknown(suite);
    limits(suite);
}

fn change(scope: Scope, change: impl Fn(&mut Msg)) -> Frame {
    let mut frame = match scope {
        Scope::Metadata => all_metadata(),
        Scope::Body => three(),
        Scope::Payload => payloads(),
    };
    match scope {
        Scope::Metadata => change(&mut frame.metadata),
        Scope::Body => change(&mut frame.body),
        Scope::Payload => (0..5).for_each(|index| bend(&mut frame, index, &change)),
    }
    frame
}

fn order(suite: &mut Suite) {
    for scope in SCOPES {
        let name = scope.name();
        let reversed = change(scope, |msg| {
            msg.0.reverse();
            // Elements of a repeated field keep their order among themselves.
            for prefix in ["strings[", "contexts["] {
                let places: Vec<_> = (0..msg.0.len()).filter(|index| msg.0[*index].name.starts_with(prefix)).collect();
                let mut fields: Vec<_> = places.iter().map(|index| msg.0[*index].clone()).collect();
                fields.reverse();
                places.into_iter().zip(fields).for_each(|(index, field)| msg.0[index] = field);
            }
        });
        suite.lint(
            (AREA, &format!("wire-014-reversed-{name}"), &format!("Fields in descending order, {name}"), &["WIRE-014"]),
            &reversed,
            &["FIELD_ORDER"],
        );
    }
    let nested = all_metadata().with(|frame| frame.metadata.nested("contexts[0]").0.reverse());
    suite.lint(
        (AREA, "wire-014-reversed-context", "Fields of a context in descending order", &["WIRE-014"]),
        &nested,
        &["FIELD_ORDER"],
    );
    let apart = three().with(|frame| {
        let last = frame.body.take("strings[5]");
        frame.body.push(last);
    });
    suite.lint(
        (AREA, "wire-014-strings-apart", "A string of the table after the payloads", &["WIRE-014"]),
        &apart,
        &["FIELD_ORDER"],
    );
}

fn defaults(suite: &mut Suite) {
    let lint = &["EXPLICIT_DEFAULT"];
    let frame = minimal().with(|frame| {
        for field in [
            Field::varint("base_time_us", 3, 0),
            Field::bytes("trace_id", 4, *b""),
            Field::packed("drop_reason", 5, &[]),
            Field::packed("drop_reason_count", 6, &[]),
            Field::varint("dropped_total", 7, 0),
        ] {
            frame.metadata.push(field);
        }
    });
    suite.lint(
        (AREA, "wire-015-metadata", "Fields of the metadata that carry their defaults", &["WIRE-015", "META-004"]),
        &frame,
        lint,
    );
    let frame =
        all_metadata().with(|frame| frame.metadata.nested("contexts[1]").0.insert(0, Field::bytes("run", 1, *b"")));
    suite.lint((AREA, "wire-015-context", "An empty text of a context", &["WIRE-015"]), &frame, lint);
    let frame = all_metadata().with(|frame| {
        frame.metadata.nested("redaction").field("original_body_crc").value = Value::Fixed32([0; 4]);
        frame.metadata_json.get_mut("redaction").unset("original_body_crc");
    });
    suite.lint((AREA, "wire-015-redaction", "An original_body_crc of 0", &["WIRE-015", "PRE-026"]), &frame, lint);
    let columns = [
        (3, "time_delta_us"),
        (5, "thread_ref"),
        (6, "node_ref"),
        (7, "parent_delta"),
        (8, "run_ref"),
        (9, "task_ref"),
        (10, "trace_ref"),
        (12, "span_ref"),
        (14, "payload_len"),
    ];
    let full = minimal().with(|frame| {
        for (number, name) in columns {
            frame.body.push(Field::packed(name, number, &[0]));
        }
        frame.body.place(Field::packed("sequence_delta", 4, &[1]));
    });
    suite.lint(
        (AREA, "wire-015-columns", "Every column of one record, all defaults", &["WIRE-015", "BODY-015"]),
        &full,
        lint,
    );
    let tables = minimal().with(|frame| {
        for (number, name) in [(11, "trace_ids"), (13, "span_ids"), (15, "payloads")] {
            frame.body.push(Field::bytes(name, number, *b""));
        }
    });
    suite.lint(
        (
            AREA,
            "wire-015-empty-tables",
            "trace_ids, span_ids and payloads present and empty",
            &["WIRE-015", "BODY-007", "BODY-008"],
        ),
        &tables,
        lint,
    );
    let empty = change(Scope::Payload, |msg| {
        if msg.0.iter().any(|field| field.name == "float_value") {
            msg.take("float_name_ref");
            msg.take("float_value");
            msg.push(Field::packed("float_name_ref", 3, &[]));
            msg.push(Field::packed("float_value", 4, &[]));
        }
    })
    .with(|frame| {
        let payload = frame.records_json.item_mut(1).get_mut("payload");
        payload.unset("float_name");
        payload.unset("float_value");
    });
    suite.lint(
        (AREA, "wire-015-empty-packed", "Packed fields of a payload with no values", &["WIRE-015", "REC-012"]),
        &empty,
        lint,
    );
    let zero = change(Scope::Payload, |msg| {
        for field in &mut msg.0 {
            match field.name.as_str() {
                "status" | "final" => field.value = Value::Varint(vec![0]),
                "input" | "text" => field.value = Value::Bytes(vec![], 1),
                "before" => field.value = Value::Fixed64([0; 8]),
                _ => {}
            }
        }
    })
    .with(|frame| {
        for (index, name) in [(0, "status"), (2, "final"), (2, "text"), (3, "input"), (4, "before")] {
            frame.records_json.item_mut(index).get_mut("payload").unset(name);
        }
    });
    suite.lint((AREA, "wire-015-payloads", "Fields of payloads that carry their defaults", &["WIRE-015"]), &zero, lint);
    let mut builder = Builder::new();
    builder.record(9, |record| {
        record.payload(|edge| edge.references(2, "to", &[""]));
    });
    builder.record(21, |record| {
        record.payload(|metrics| {
            metrics.references(1, "int_name", &["none"]);
            metrics.signed(2, "int_value", &[0]);
            metrics.references(3, "float_name", &["none"]);
            metrics.doubles(4, "float_value", &[0.0]);
        });
    });
    suite.accept(
        (
            AREA,
            "wire-015-packed-zeros",
            "Packed fields of payloads with nothing but zeros, which are no defaults",
            &["WIRE-015"],
        ),
        &builder.frame(),
    );
}

fn long_forms(suite: &mut Suite) {
    let lint = &["NON_MINIMAL_VARINT"];
    for scope in SCOPES {
        let name = scope.name();
        let tags = change(scope, |msg| {
            msg.0.iter_mut().for_each(|field| {
                let wire = tag_wire(field);
                field.tag = Some(long_varint(u64::from(field.number) << 3 | u64::from(wire), 5));
            })
        });
        suite.lint(
            (AREA, &format!("wire-016-tags-{name}"), &format!("Every tag in 5 bytes, {name}"), &["WIRE-016"]),
            &tags,
            lint,
        );
        let mut lengths = change(scope, |_| {});
        let messages: Vec<&mut Msg> = match scope {
            Scope::Metadata => vec![&mut lengths.metadata],
            Scope::Body | Scope::Payload => vec![&mut lengths.body],
        };
        for msg in messages {
            let all = msg.clone();
            for (field, old) in msg.0.iter_mut().zip(&all.0) {
                if tag_wire(old) == 2 && scope != Scope::Payload {
                    field.len = Some(long_varint(content_len(old), 10));
                }
            }
        }
        if scope == Scope::Payload {
            bend(&mut lengths, 3, |msg| msg.field("input").len = Some(long_varint(2, 10)));
            bend(&mut lengths, 2, |msg| msg.field("text").len = Some(long_varint(2, 2)));
        }
        suite.lint(
            (
                AREA,
                &format!("wire-016-lengths-{name}"),
                &format!("Lengths in more bytes than they need, {name}"),
                &["WIRE-016"],
            ),
            &lengths,
            lint,
        );
        let values = change(scope, |msg| msg.0.iter_mut().for_each(lengthen));
        suite.lint(
            (
                AREA,
                &format!("wire-016-values-{name}"),
                &format!("Values in more bytes than they need, {name}"),
                &["WIRE-016"],
            ),
            &values,
            lint,
        );
    }
}

/// A length of 200 in three bytes, `C8 81 00`: the first two are the one character U+0201.
fn length_like_text(suite: &mut Suite) {
    let mut builder = Builder::new();
    builder.record(6, |record| {
        record.thread(&"a".repeat(200)).node("b");
    });
    let frame = builder.frame().with(|frame| frame.body.field("strings[0]").len = Some(long_varint(200, 3)));
    let title = "The length of the first string is in three bytes, of which two would be a character";
    suite.lint((AREA, "wire-016-length-like-text", title, &["WIRE-016"]), &frame, &["NON_MINIMAL_VARINT"]);
}

/// Wire type of a field of a message of the schema.
fn tag_wire(field: &Field) -> u8 {
    match field.value {
        Value::Varint(_) => 0,
        Value::Fixed64(_) => 1,
        Value::Fixed32(_) => 5,
        _ => 2,
    }
}

fn content_len(field: &Field) -> u64 {
    let mut bare = field.clone();
    bare.len = Some(vec![]);
    (Msg(vec![bare]).len() - varint(u64::from(field.number) << 3).len()) as u64
}

/// Ten bytes for every varint of a field; doubles stay as they are.
fn lengthen(field: &mut Field) {
    let ten = |bytes: &[u8]| {
        let value = bytes.iter().rev().fold(0u64, |value, byte| value << 7 | u64::from(byte & 0x7f));
        long_varint(value, 10)
    };
    match &mut field.value {
        Value::Varint(bytes) => *bytes = ten(bytes),
        Value::Packed(values) if field.name != "float_value" => {
            values.iter_mut().for_each(|(bytes, _)| *bytes = ten(bytes))
        }
        _ => {}
    }
}

fn unknown(suite: &mut Suite) {
    let lint = &["UNKNOWN_FIELD"];
    for (name, title, field) in [
        ("varint", "A varint of 2^64 - 1", Field::varint("unknown", 1000, u64::MAX)),
        ("fixed64", "A fixed64", Field::new("unknown", 1000, Value::Fixed64([0xff; 8]))),
        ("fixed32", "A fixed32", Field::new("unknown", 1000, Value::Fixed32([0xff; 4]))),
        ("bytes", "Bytes that are neither UTF-8 nor a message", Field::bytes("unknown", 1000, *b"\xff\x00\x07")),
        ("empty", "No bytes", Field::bytes("unknown", 1000, *b"")),
        (
            "highest",
            "A varint in the field of the highest number, 2^29 - 1",
            Field::varint("unknown", (1 << 29) - 1, 1),
        ),
        ("sixteen", "A varint in the field 16", Field::varint("unknown", 16, 1)),
    ] {
        for scope in SCOPES {
            let id = format!("wire-017-{name}-{}", scope.name());
            let title = format!("{title} in a field that the schema does not have, {}", scope.name());
            suite.lint((AREA, &id, &title, &["WIRE-017"]), &change(scope, |msg| msg.push(field.clone())), lint);
        }
    }
    for number in [10, 11] {
        let frame = minimal().with(|frame| frame.metadata.push(Field::bytes("reserved", number, *b"key")));
        suite.lint(
            (
                AREA,
                &format!("wire-017-reserved-{number}"),
                "A field of a number that the metadata reserve",
                &["WIRE-017"],
            ),
            &frame,
            lint,
        );
    }
    let twice = minimal().with(|frame| {
        frame.metadata.push(Field::varint("unknown", 1000, 1));
        frame.metadata.push(Field::new("unknown", 1000, Value::Fixed32([0; 4])));
    });
    suite.lint((AREA, "wire-017-twice", "An unknown field twice, with two wire types", &["WIRE-017"]), &twice, lint);
    let nested =
        all_metadata().with(|frame| frame.metadata.nested("contexts[0]").push(Field::bytes("unknown", 9, *b"\xff")));
    suite.lint((AREA, "wire-017-context", "An unknown field in a context", &["WIRE-017"]), &nested, lint);
    let redaction = all_metadata().with(|frame| {
        let redaction = frame.metadata.nested("redaction");
        redaction.insert_before("reason", Field::new("unknown", 3, Value::Fixed32([9; 4])));
        redaction.push(Field::bytes("unknown", 4, *b"no"));
    });
    suite.lint(
        (AREA, "wire-017-redaction", "Unknown fields in a redaction, before the reason and behind it", &["WIRE-017"]),
        &redaction,
        &["FIELD_ORDER", "UNKNOWN_FIELD"],
    );
    let mut attribute = payloads();
    bend(&mut attribute, 3, |msg| msg.nested("attributes[0]").push(Field::varint("unknown", 3, 1)));
    suite.lint((AREA, "wire-017-attribute", "An unknown field in an attribute", &["WIRE-017"]), &attribute, lint);
    let long = minimal().with(|frame| frame.metadata.push(odd(long_varint(u64::from(1000u32 << 3), 5), vec![1])));
    suite.lint(
        (AREA, "wire-016-tag-unknown", "An unknown field whose tag has 5 bytes", &["WIRE-016", "WIRE-017"]),
        &long,
        &["NON_MINIMAL_VARINT", "UNKNOWN_FIELD"],
    );
    let first = minimal().with(|frame| frame.metadata.0.insert(0, odd(tag(12, 0), vec![1])));
    suite.lint(
        (AREA, "wire-017-first", "An unknown field before the others", &["WIRE-017", "WIRE-014"]),
        &first,
        &["FIELD_ORDER", "UNKNOWN_FIELD"],
    );
}

fn limits(suite: &mut Suite) {
    let top = TOP as i64;
    let mut builder = Builder::set(|set| {
        set.base_time_us = TOP;
        set.dropped_total = TOP;
    });
    builder.record(7, |record| {
        record.payload(|end| {
            end.u64(1, "duration_us", TOP);
            end.u32(2, "status", u32::MAX);
        });
    });
    builder.record(21, |record| {
        record.payload(|metrics| {
            metrics.references(1, "int_name", &["a", "b"]);
            metrics.signed(2, "int_value", &[top, -top]);
        });
    });
    suite.accept(
        (AREA, "wire-limits-at", "Numbers at the ends of their ranges", &["WIRE-009", "WIRE-011", "WIRE-012"]),
        &builder.frame(),
    );
    let mut builder = Builder::new();
    builder.record(6, |record| {
        record.time(TOP);
    });
    builder.record(6, |record| {
        record.time(0);
    });
    suite.accept(
        (AREA, "wire-012-time-limits", "Steps of time of 2^53 - 1 up and down", &["WIRE-012", "BODY-012"]),
        &builder.frame(),
    );
    let text = "\u{10ffff}\u{fffe}\u{0}\u{d7ff}\u{e000}é\u{1f600}";
    let mut builder = Builder::set(|set| set.tenant = text.to_owned());
    builder.record(13, |record| {
        record.node(text).payload(|start| start.string(4, "input", text));
    });
    let frame = builder.frame();
    assert_eq!(frame.json().get_mut("metadata").get_mut("tenant"), &Tree::text(text));
    suite.accept(
        (
            AREA,
            "wire-013-all-planes",
            "Strings with U+10FFFF, U+FFFE, U+0000 and the neighbours of the surrogates",
            &["WIRE-013"],
        ),
        &frame,
    );
}
