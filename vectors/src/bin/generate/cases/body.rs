//! Columns and payloads: body.md.

use super::base::{minimal, three};
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Msg, Value, varint};

pub(crate) const AREA: &str = "body";
pub(crate) const TWIN: &str = "three-records";

pub(crate) fn add(suite: &mut Suite) {
    strings(suite);
    columns(suite);
    kinds(suite);
    refs(suite);
    super::body_values::add(suite);
}

pub(crate) fn bent(change: impl FnOnce(&mut Msg)) -> Frame {
    three().with(|frame| change(&mut frame.body))
}

#[allow(clippy::too_many_arguments, reason = "a call is a row of a table")]
pub(crate) fn bad(
    suite: &mut Suite,
    id: &str,
    title: &str,
    requirement: &'static str,
    frame: &Frame,
    code: &'static str,
    label: &str,
    twin: &str,
) {
    suite.reject((AREA, id, title, &[requirement]), frame, (code, frame.raw(label)), twin);
}

pub(crate) fn packed(values: &[u64]) -> Value {
    Value::Packed(values.iter().map(|value| (varint(*value), 1)).collect())
}

/// Changes one value of a column.
pub(crate) fn value(name: &'static str, index: usize, value: u64) -> impl FnOnce(&mut Msg) {
    move |msg| {
        let Value::Packed(values) = &mut msg.field(name).value else { panic!("a column is packed") };
        values[index].0 = varint(value);
    }
}

fn strings(suite: &mut Suite) {
    let many = |count: usize| {
        minimal().with(|frame| {
            let one = Field { times: count, ..Field::bytes("strings", 1, *b"s") };
            frame.body.0.insert(0, one);
        })
    };
    let lints = &["DUPLICATE_STRING", "UNUSED_STRING"];
    for count in [16_383, 16_384] {
        suite.lint(
            (AREA, &format!("body-001-strings-{count}"), &format!("{count} strings"), &["BODY-001", "BODY-016"]),
            &many(count),
            lints,
        );
    }
    let over = many(16_385);
    suite.reject(
        (AREA, "body-001-strings-16385", "16,385 strings", &["BODY-001"]),
        &over,
        ("STRING_TABLE", 16_384 * 3),
        "body-001-strings-16384",
    );
    let empty = over.with(|frame| frame.body.0.insert(0, Field::bytes("empty", 1, *b"")));
    suite.reject(
        (AREA, "body-001-before-body-002", "16,386 strings, of which the first is empty", &["BODY-001", "BODY-002"]),
        &empty,
        ("STRING_TABLE", 2 + 16_383 * 3),
        "body-001-strings-16384",
    );
    let all_empty =
        minimal().with(|frame| frame.body.0.insert(0, Field { times: 100_000, ..Field::bytes("strings", 1, *b"") }));
    suite.reject(
        (AREA, "body-001-empty-100000", "100,000 empty strings", &["BODY-001"]),
        &all_empty,
        ("STRING_TABLE", 16_384 * 2),
        "minimal",
    );
    let last = |bytes: Vec<u8>| bent(|msg| msg.field("strings[5]").value = Value::Bytes(bytes, 1));
    bad(
        suite,
        "body-002-string-empty",
        "An empty string",
        "BODY-002",
        &last(vec![]),
        "STRING_TABLE",
        "strings[5]",
        TWIN,
    );
    let long = |len: usize| {
        let mut builder = Builder::new();
        builder.record(6, |record| {
            record.thread("t");
        });
        builder.record(6, |record| {
            record.thread(&"x".repeat(len));
        });
        builder.frame()
    };
    for len in [1_023, 1_024] {
        suite.accept(
            (AREA, &format!("body-002-string-{len}"), &format!("A string of {len} bytes"), &["BODY-002"]),
            &long(len),
        );
    }
    bad(
        suite,
        "body-002-string-1025",
        "A string of 1,025 bytes",
        "BODY-002",
        &long(1_025),
        "STRING_TABLE",
        "strings[1]",
        "body-002-string-1024",
    );
    let two = bent(|msg| {
        msg.field("strings[2]").value = Value::Bytes(vec![], 1);
        msg.field("strings[4]").value = Value::Bytes(vec![], 1);
    });
    bad(suite, "body-002-first-of-two", "Two empty strings", "BODY-002", &two, "STRING_TABLE", "strings[2]", TWIN);
    let twice = bent(|msg| msg.field("strings[5]").value = Value::Bytes(b"t1".to_vec(), 1)).with(|frame| {
        frame.records_json.item_mut(2).set("thread", Tree::text("t1"));
    });
    suite.lint(
        (AREA, "body-016-string-twice", "A string twice in the table, both in use", &["BODY-016"]),
        &twice,
        &["DUPLICATE_STRING"],
    );
    let unused = bent(|msg| msg.insert_before("kind", Field::bytes("strings[6]", 1, *b"nobody")));
    suite.lint(
        (AREA, "body-string-unused", "A string that nothing refers to", &["BODY-002"]),
        &unused,
        &["UNUSED_STRING"],
    );
}

fn columns(suite: &mut Suite) {
    let absent = minimal()
        .with(|frame| frame.body.0 = vec![Field::packed("time_delta_us", 3, &[0]), Field::varint("padding", 1000, 0)]);
    suite.reject(
        (AREA, "body-003-kind-absent", "No kind column", &["BODY-003"]),
        &absent,
        ("COLUMN_LEN", absent.raw_end()),
        "minimal",
    );
    let only_unknown = minimal().with(|frame| frame.body.0 = vec![Field::varint("padding", 1000, 0)]);
    suite.reject(
        (AREA, "body-003-only-unknown", "A body of nothing but an unknown field", &["BODY-003"]),
        &only_unknown,
        ("COLUMN_LEN", only_unknown.raw_end()),
        "minimal",
    );
    let order = three().with(|frame| {
        frame.body.take("kind");
        frame.body.field("thread_ref").value = packed(&[1, 1]);
    });
    suite.reject(
        (AREA, "body-003-before-body-004", "No kind column, and a column of 2 values for 3 records", &["BODY-003"]),
        &order,
        ("COLUMN_LEN", order.raw_end()),
        TWIN,
    );
    let lists: [(&str, &[u64]); 11] = [
        ("kind", &[5, 11, 7]),
        ("time_delta_us", &[20, 9, 990]),
        ("sequence_delta", &[2, 1, 2]),
        ("thread_ref", &[1, 1, 6]),
        ("node_ref", &[2, 2, 2]),
        ("parent_delta", &[0, 1, 3]),
        ("run_ref", &[3, 3, 3]),
        ("task_ref", &[4, 4, 4]),
        ("trace_ref", &[1, 2, 2]),
        ("span_ref", &[1, 2, 3]),
        ("payload_len", &[2, 9, 5]),
    ];
    for (name, values) in lists {
        let slug = name.replace('_', "-");
        // payload_len keeps its sum, the others would do with what is there.
        let short: Vec<u64> = if name == "payload_len" { vec![2, 14] } else { values[..2].to_vec() };
        let frame = bent(|msg| msg.field(name).value = packed(&short));
        bad(
            suite,
            &format!("body-004-{slug}-short"),
            &format!("2 values in {name} for 3 records"),
            "BODY-004",
            &frame,
            "COLUMN_LEN",
            name,
            TWIN,
        );
        let more = if matches!(name, "kind" | "sequence_delta") { 1 } else { 0 };
        let frame = bent(|msg| msg.field(name).value = packed(&[values, &[more]].concat()));
        bad(
            suite,
            &format!("body-004-{slug}-long"),
            &format!("4 values in {name} for 3 records"),
            "BODY-004",
            &frame,
            "COLUMN_LEN",
            name,
            TWIN,
        );
    }
    for name in ["thread_ref", "trace_ref", "payload_len"] {
        let frame = bent(|msg| msg.field(name).value = packed(&[]));
        bad(
            suite,
            &format!("body-004-{}-empty", name.replace('_', "-")),
            &format!("{name} is there with no values"),
            "BODY-004",
            &frame,
            "COLUMN_LEN",
            name,
            TWIN,
        );
    }
    let kind = bent(|msg| msg.field("kind").value = packed(&[]));
    bad(suite, "body-004-kind-empty", "kind is there with no values", "BODY-004", &kind, "COLUMN_LEN", "kind", TWIN);
    let two = bent(|msg| {
        let node = msg.take("node_ref");
        msg.insert_before("thread_ref", node);
        msg.field("thread_ref").value = packed(&[1, 1]);
        msg.field("node_ref").value = packed(&[2, 2]);
    });
    bad(
        suite,
        "body-004-field-order",
        "node_ref and thread_ref are short, and node_ref comes first in the bytes",
        "BODY-004",
        &two,
        "COLUMN_LEN",
        "thread_ref",
        TWIN,
    );
    for name in [
        "time_delta_us",
        "sequence_delta",
        "thread_ref",
        "node_ref",
        "parent_delta",
        "run_ref",
        "task_ref",
        "trace_ref",
        "span_ref",
    ] {
        let mut frame = bent(|msg| drop(msg.take(name)));
        absent_column(&mut frame, name);
        let lints: &[&str] = match name {
            "thread_ref" => &["UNUSED_STRING"],
            "node_ref" | "run_ref" | "task_ref" => &["UNUSED_STRING"],
            _ => &[],
        };
        suite.lint(
            (AREA, &format!("body-015-{}-absent", name.replace('_', "-")), &format!("No {name}"), &["BODY-015"]),
            &frame,
            lints,
        );
    }
    let payloads = bent(|msg| {
        msg.take("payload_len");
        msg.take("payloads");
    })
    .with(|frame| {
        (0..3).for_each(|index| frame.records_json.item_mut(index).set("payload", Tree::map([])));
    });
    suite.lint(
        (AREA, "body-015-payload-len-absent", "No payload_len and no payloads", &["BODY-015"]),
        &payloads,
        &["UNUSED_STRING"],
    );
}

/// What the records look like without a column.
fn absent_column(frame: &mut Frame, name: &str) {
    for index in 0..3 {
        let record = frame.records_json.item_mut(index);
        match name {
            "time_delta_us" => record.set("time_us", Tree::digits(1_000_000)),
            "sequence_delta" => {
                record.set("sequence", Tree::digits(10 + index as u64));
                // parent_delta stays 0, 1, 3.
                if index > 0 {
                    record.set("parent", Tree::digits([0, 10, 9][index]));
                }
            }
            "parent_delta" => record.unset("parent"),
            "trace_ref" => record.unset("trace_id"),
            "span_ref" => record.unset("span_id"),
            other => record.unset(other.trim_end_matches("_ref")),
        }
    }
}

fn kinds(suite: &mut Suite) {
    for index in 0..3 {
        let frame = bent(value("kind", index, 0));
        bad(
            suite,
            &format!("body-005-kind-zero-{index}"),
            &format!("Record {index} has kind 0"),
            "BODY-005",
            &frame,
            "KIND_ZERO",
            &format!("kind[{index}]"),
            TWIN,
        );
    }
    let both = bent(|msg| msg.field("kind").value = packed(&[5, 0, 0]));
    bad(suite, "body-005-first-of-two", "Two records have kind 0", "BODY-005", &both, "KIND_ZERO", "kind[1]", TWIN);
    let long =
        bent(|msg| msg.field("kind").value = Value::Packed(vec![(vec![5], 1), (vec![0x8b, 0], 1), (vec![0x80, 0], 1)]));
    bad(
        suite,
        "body-005-kind-zero-long",
        "A kind of 0 in two bytes, after one in two bytes",
        "BODY-005",
        &long,
        "KIND_ZERO",
        "kind[2]",
        TWIN,
    );
}

fn refs(suite: &mut Suite) {
    for name in ["thread_ref", "node_ref", "run_ref", "task_ref"] {
        let slug = name.replace('_', "-");
        for (index, past) in [(0, 7), (2, 7), (1, u64::from(u32::MAX))] {
            let frame = bent(value(name, index, past));
            bad(
                suite,
                &format!("body-006-{slug}-{index}"),
                &format!("{name} {past} with 6 strings, record {index}"),
                "BODY-006",
                &frame,
                "STRING_REF",
                &format!("{name}[{index}]"),
                TWIN,
            );
        }
    }
    let none = minimal().with(|frame| frame.body.push(Field::packed("thread_ref", 5, &[1])));
    bad(
        suite,
        "body-006-no-strings",
        "thread_ref 1 without strings",
        "BODY-006",
        &none,
        "STRING_REF",
        "thread_ref[0]",
        "minimal",
    );
    let order = bent(|msg| {
        let task = msg.take("task_ref");
        msg.insert_before("thread_ref", task);
        msg.field("task_ref").value = packed(&[9, 4, 4]);
        msg.field("node_ref").value = packed(&[2, 2, 9]);
    });
    bad(
        suite,
        "body-006-column-by-column",
        "Refs past the table in task_ref, which comes first in the bytes, and in node_ref",
        "BODY-006",
        &order,
        "STRING_REF",
        "node_ref[2]",
        TWIN,
    );
    let last = bent(|msg| {
        // The largest ref that there is, in every column.
        for name in ["thread_ref", "node_ref", "run_ref", "task_ref"] {
            msg.field(name).value = packed(&[6, 6, 6]);
        }
    })
    .with(|frame| {
        for index in 0..3 {
            for name in ["thread", "node", "run", "task"] {
                frame.records_json.item_mut(index).set(name, Tree::text("t2"));
            }
        }
    });
    suite.lint((AREA, "body-006-ref-at", "Refs to the last string", &["BODY-006"]), &last, &["UNUSED_STRING"]);
}
