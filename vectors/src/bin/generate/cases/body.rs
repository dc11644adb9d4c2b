//! Columns and payloads: body.md.

use super::base::{minimal, three};
use crate::build::{Builder, TOP, column};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::Tree;
use crate::wire::{Field, Msg, Value, varint, zigzag};

const AREA: &str = "body";
const TWIN: &str = "three-records";

pub(crate) fn add(suite: &mut Suite) {
    strings(suite);
    columns(suite);
    kinds(suite);
    refs(suite);
    tables(suite);
    sequences(suite);
    times(suite);
    parents(suite);
    payloads(suite);
}

fn bent(change: impl FnOnce(&mut Msg)) -> Frame {
    three().with(|frame| change(&mut frame.body))
}

fn bad(
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

fn packed(values: &[u64]) -> Value {
    Value::Packed(values.iter().map(|value| (varint(*value), 1)).collect())
}

/// Changes one value of a column.
fn value(name: &'static str, index: usize, value: u64) -> impl FnOnce(&mut Msg) {
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

fn tables(suite: &mut Suite) {
    let table = |name: &'static str, bytes: Vec<u8>| bent(|msg| msg.field(name).value = Value::Bytes(bytes, 1));
    for (name, requirement, size, count) in [("trace_ids", "BODY-007", 16usize, 2usize), ("span_ids", "BODY-008", 8, 3)]
    {
        let low = requirement.to_lowercase();
        let slug = name.replace('_', "-");
        let ids = vec![0x31; size * count];
        for (tag, len) in
            [("one-less", size * count - 1), ("one-more", size * count + 1), ("half", size * count - size / 2)]
        {
            let frame = table(name, ids.repeat(2)[..len].to_vec());
            bad(
                suite,
                &format!("{low}-{slug}-{tag}"),
                &format!("{name} of {len} bytes"),
                requirement,
                &frame,
                "ID_TABLE",
                name,
                TWIN,
            );
        }
        for zero in 0..count {
            let mut zeroed = ids.clone();
            zeroed[zero * size..(zero + 1) * size].fill(0);
            bad(
                suite,
                &format!("{low}-{slug}-zero-{zero}"),
                &format!("The id {zero} of {name} is all zero"),
                requirement,
                &table(name, zeroed),
                "ID_TABLE",
                name,
                TWIN,
            );
        }
        let mut almost = vec![0; size * count];
        (0..count).for_each(|index| almost[index * size + (index % 2) * (size - 1)] = 1);
        let frame = table(name, almost.clone()).with(|frame| {
            for record in 0..3 {
                let index = if name == "trace_ids" { record.min(1) } else { record };
                let key = if name == "trace_ids" { "trace_id" } else { "span_id" };
                frame.records_json.item_mut(record).set(key, Tree::hex(&almost[index * size..(index + 1) * size]));
            }
        });
        suite.accept(
            (
                AREA,
                &format!("{low}-{slug}-one-byte"),
                &format!("Ids of {name} with one byte that is not 0"),
                &[requirement],
            ),
            &frame,
        );
        let (number, over) = if name == "trace_ids" {
            (11, [&[0x77; 15][..], &[1]].concat())
        } else {
            (13, [&[0x77; 7][..], &[1]].concat())
        };
        let many = |count: usize| {
            minimal().with(|frame| frame.body.push(Field::new(name, number, Value::Bytes(over.clone(), count))))
        };
        let id = format!("{low}-{slug}-65535");
        suite.accept((AREA, &id, &format!("65,535 ids in {name}"), &[requirement]), &many(65_535));
        bad(
            suite,
            &format!("{low}-{slug}-65536"),
            &format!("65,536 ids in {name}"),
            requirement,
            &many(65_536),
            "ID_TABLE",
            name,
            &id,
        );
    }
    let both = bent(|msg| {
        msg.field("span_ids").value = Value::Bytes(vec![1; 23], 1);
        msg.field("trace_ids").value = Value::Bytes(vec![1; 31], 1);
        let spans = msg.take("span_ids");
        msg.insert_before("kind", spans);
    });
    bad(
        suite,
        "body-007-before-body-008",
        "Both tables have a wrong length, and span_ids comes first in the bytes",
        "BODY-007",
        &both,
        "ID_TABLE",
        "trace_ids",
        TWIN,
    );
    for (name, requirement, past) in [("trace_ref", "BODY-009", 3), ("span_ref", "BODY-010", 4)] {
        let low = requirement.to_lowercase();
        for index in [0, 2] {
            let frame = bent(value(name, index, past));
            bad(
                suite,
                &format!("{low}-record-{index}"),
                &format!("{name} {past} is one past its table, record {index}"),
                requirement,
                &frame,
                "ID_REF",
                &format!("{name}[{index}]"),
                TWIN,
            );
        }
        let frame = bent(value(name, 1, u64::from(u32::MAX)));
        bad(
            suite,
            &format!("{low}-all-ones"),
            &format!("{name} 2^32 - 1"),
            requirement,
            &frame,
            "ID_REF",
            &format!("{name}[1]"),
            TWIN,
        );
        let number = if name == "trace_ref" { 10 } else { 12 };
        let none = minimal().with(|frame| frame.body.push(Field::packed(name, number, &[1])));
        bad(
            suite,
            &format!("{low}-no-table"),
            &format!("{name} 1 without a table"),
            requirement,
            &none,
            "ID_REF",
            &format!("{name}[0]"),
            "minimal",
        );
    }
    let both = bent(|msg| {
        msg.field("span_ref").value = packed(&[9, 2, 3]);
        msg.field("trace_ref").value = packed(&[1, 2, 9]);
        let spans = msg.take("span_ref");
        msg.insert_before("trace_ref", spans);
    });
    bad(
        suite,
        "body-009-before-body-010",
        "Refs past both tables, and span_ref comes first in the bytes",
        "BODY-009",
        &both,
        "ID_REF",
        "trace_ref[2]",
        TWIN,
    );
}

fn sequences(suite: &mut Suite) {
    for index in 0..3 {
        let frame = bent(value("sequence_delta", index, 0));
        bad(
            suite,
            &format!("body-011-delta-zero-{index}"),
            &format!("sequence_delta 0, record {index}"),
            "BODY-011",
            &frame,
            "SEQUENCE_DELTA",
            &format!("sequence_delta[{index}]"),
            TWIN,
        );
    }
    let frame = bent(value("sequence_delta", 2, 3));
    bad(
        suite,
        "body-011-past-range",
        "The last record is one past the range",
        "BODY-011",
        &frame,
        "SEQUENCE_DELTA",
        "sequence_delta[2]",
        TWIN,
    );
    let frame = bent(value("sequence_delta", 0, 6));
    bad(
        suite,
        "body-011-first-past-range",
        "The first record is past the range",
        "BODY-011",
        &frame,
        "SEQUENCE_DELTA",
        "sequence_delta[0]",
        TWIN,
    );
    let plain = Builder::new().plain(6).plain(6).plain(6).frame();
    let deltas = |values: &[u64]| plain.with(|frame| frame.body.push(Field::packed("sequence_delta", 4, values)));
    suite.lint(
        (AREA, "body-011-all-one", "sequence_delta [1, 1, 1]", &["BODY-011", "BODY-015"]),
        &deltas(&[1, 1, 1]),
        &["EXPLICIT_DEFAULT"],
    );
    bad(
        suite,
        "body-011-wraps-32",
        "sequence_delta [1, 2^32 - 1, 2], whose sum is 2 in 32 bits",
        "BODY-011",
        &deltas(&[1, 0xffff_ffff, 2]),
        "SEQUENCE_DELTA",
        "sequence_delta[1]",
        "body-011-all-one",
    );
    bad(
        suite,
        "body-011-no-drops",
        "A hole of one number in a frame without drops",
        "BODY-011",
        &deltas(&[1, 1, 2]),
        "SEQUENCE_DELTA",
        "sequence_delta[2]",
        "body-011-all-one",
    );
    for (name, first, last, text) in [
        ("before", 3u64, 5u64, "before the first record"),
        ("after", 1, 3, "after the last record"),
        ("between", 1, 5, "between the records"),
    ] {
        let mut builder = Builder::set(|set| {
            set.drops = vec![(3, 2)];
            set.dropped_total = 2;
        });
        let step = if name == "between" { 2 } else { 1 };
        for index in 0..3u64 {
            builder.record(6, |record| {
                record.sequence(first + index * step);
            });
        }
        assert_eq!(first + 2 * step, last);
        suite.accept(
            (AREA, &format!("body-011-drops-{name}"), &format!("Two drops {text}"), &["BODY-011"]),
            &builder.frame(),
        );
    }
    // Deltas that add up to the span with an absent column are all 1: base + i.
    let mut high = Builder::set(|set| set.base_sequence = TOP - 65_536 - 1);
    high.drops = vec![(1, 65_535)];
    high.dropped_total = 65_535;
    high.plain(6);
    high.record(6, |record| {
        record.sequence(TOP);
    });
    let frame = high.frame().with(|frame| frame.base_sequence = TOP - 65_536);
    let first = TOP - 65_536;
    let frame = frame.with(|frame| {
        frame.records_json.item_mut(0).set("sequence", Tree::digits(first));
        frame.body.field("sequence_delta").value = packed(&[1, 65_536]);
    });
    suite.accept(
        (
            AREA,
            "body-011-span-largest-drops",
            "65,535 drops between two records, up to 2^53 - 1",
            &["BODY-011", "PRE-020"],
        ),
        &frame,
    );
}

fn times(suite: &mut Suite) {
    let with = |base: u64, deltas: &[i64]| {
        let mut builder = Builder::set(|set| set.base_time_us = base);
        let mut time = base as i64;
        for delta in deltas {
            time += delta;
            builder.record(6, |record| {
                record.time(time.max(0) as u64);
            });
        }
        builder.frame()
    };
    let force = |frame: &Frame, deltas: &[i64]| {
        let coded: Vec<u64> = deltas.iter().map(|delta| zigzag(*delta)).collect();
        frame.with(|frame| frame.body.field("time_delta_us").value = packed(&coded))
    };
    let down = with(5, &[-5, 3]);
    suite.accept((AREA, "body-012-time-zero", "A running time that reaches 0", &["BODY-012"]), &down);
    bad(
        suite,
        "body-012-time-below-zero",
        "A running time of -1",
        "BODY-012",
        &force(&down, &[-6, 3]),
        "TIME_RANGE",
        "time_delta_us[0]",
        "body-012-time-zero",
    );
    bad(
        suite,
        "body-012-second-below-zero",
        "A running time of -1 at the second record",
        "BODY-012",
        &force(&down, &[-5, -1]),
        "TIME_RANGE",
        "time_delta_us[1]",
        "body-012-time-zero",
    );
    let up = with(TOP - 1, &[0, 1]);
    suite.accept((AREA, "body-012-time-top", "A running time that reaches 2^53 - 1", &["BODY-012"]), &up);
    bad(
        suite,
        "body-012-time-above",
        "A running time of 2^53",
        "BODY-012",
        &force(&up, &[0, 2]),
        "TIME_RANGE",
        "time_delta_us[1]",
        "body-012-time-top",
    );
    bad(
        suite,
        "body-012-passing-through",
        "A running time that leaves its range and comes back",
        "BODY-012",
        &force(&up, &[2, -2]),
        "TIME_RANGE",
        "time_delta_us[0]",
        "body-012-time-top",
    );
    let top = TOP as i64;
    bad(
        suite,
        "body-012-steps-largest",
        "Two steps of 2^53 - 1",
        "BODY-012",
        &force(&up, &[top, top]),
        "TIME_RANGE",
        "time_delta_us[0]",
        "body-012-time-top",
    );
    // In 64 bits 1,025 steps of 2^53 - 1 pass 2^63.
    let many: Vec<i64> = [&[1][..], &vec![top; 1_030]].concat();
    let frame = {
        let mut builder = Builder::new();
        (0..many.len()).for_each(|_| {
            builder.plain(6);
        });
        let coded: Vec<u64> = many.iter().map(|delta| zigzag(*delta)).collect();
        builder.frame().with(|frame| frame.body.push(column("time_delta_us", 3, &coded)))
    };
    let valid = frame.with(|frame| {
        frame.body.field("time_delta_us").value =
            column("time_delta_us", 3, &[&[2][..], &vec![0; 1_030]].concat()).value;
        for index in 0..1_031 {
            frame.records_json.item_mut(index).set("time_us", Tree::digits(1));
        }
    });
    suite.accept((AREA, "body-012-many-steps", "1,031 records at one time", &["BODY-012"]), &valid);
    let second = frame.raw("time_delta_us[1]");
    suite.reject(
        (AREA, "body-012-sum-wraps-64", "A running time that wraps in 64 bits", &["BODY-012"]),
        &frame,
        ("TIME_RANGE", second),
        "body-012-many-steps",
    );
}

fn parents(suite: &mut Suite) {
    let frame =
        bent(value("parent_delta", 1, 11)).with(|frame| frame.records_json.item_mut(1).set("parent", Tree::digits(1)));
    suite.accept(
        (AREA, "body-013-parent-first", "A parent at sequence number 1, before the frame", &["BODY-013"]),
        &frame,
    );
    let frame = bent(value("parent_delta", 1, 12));
    bad(
        suite,
        "body-013-parent-zero",
        "A parent at sequence number 0",
        "BODY-013",
        &frame,
        "PARENT_RANGE",
        "parent_delta[1]",
        TWIN,
    );
    let frame = bent(value("parent_delta", 1, 13));
    bad(
        suite,
        "body-013-parent-below",
        "A parent at sequence number -1",
        "BODY-013",
        &frame,
        "PARENT_RANGE",
        "parent_delta[1]",
        TWIN,
    );
    let frame = bent(value("parent_delta", 2, u64::from(u32::MAX)));
    bad(
        suite,
        "body-013-parent-all-ones",
        "parent_delta 2^32 - 1",
        "BODY-013",
        &frame,
        "PARENT_RANGE",
        "parent_delta[2]",
        TWIN,
    );
    let one = minimal().with(|frame| frame.body.push(Field::packed("parent_delta", 7, &[1])));
    bad(
        suite,
        "body-013-first-record",
        "A parent of the record at sequence number 1",
        "BODY-013",
        &one,
        "PARENT_RANGE",
        "parent_delta[0]",
        "minimal",
    );
    let mut builder = Builder::set(|set| set.base_sequence = TOP);
    builder.record(6, |record| {
        record.parent(TOP - u64::from(u32::MAX));
    });
    suite.accept(
        (AREA, "body-013-parent-far", "parent_delta 2^32 - 1 at sequence number 2^53 - 1", &["BODY-013"]),
        &builder.frame(),
    );
    let dropped = bent(value("parent_delta", 0, 1)).with(|frame| {
        let record = frame.records_json.item_mut(0);
        let payload = record.get_mut("payload").clone();
        record.unset("payload");
        record.set("parent", Tree::digits(10));
        record.set("payload", payload);
    });
    suite.accept((AREA, "body-013-parent-dropped", "A parent that was dropped", &["BODY-013"]), &dropped);
}

fn payloads(suite: &mut Suite) {
    for (name, lens, text) in [
        ("one-less", [2, 9, 4], "one less than"),
        ("one-more", [2, 9, 6], "one more than"),
        ("zero", [0, 0, 0], "0, not"),
    ] {
        let frame = bent(|msg| msg.field("payload_len").value = packed(&lens));
        bad(
            suite,
            &format!("body-014-sum-{name}"),
            &format!("Payload lengths that add up to {text} the length of payloads"),
            "BODY-014",
            &frame,
            "PAYLOAD_LEN",
            "payload_len",
            TWIN,
        );
    }
    let wraps = bent(|msg| msg.field("payload_len").value = packed(&[2, 0xffff_ffff, 15]));
    bad(
        suite,
        "body-014-sum-wraps",
        "Payload lengths that add up to the length of payloads in 32 bits",
        "BODY-014",
        &wraps,
        "PAYLOAD_LEN",
        "payload_len",
        TWIN,
    );
    let no_lens = bent(|msg| drop(msg.take("payload_len")));
    bad(
        suite,
        "body-014-len-absent",
        "payloads without payload_len",
        "BODY-014",
        &no_lens,
        "PAYLOAD_LEN",
        "payloads",
        TWIN,
    );
    let no_payloads = bent(|msg| drop(msg.take("payloads")));
    bad(
        suite,
        "body-014-payloads-absent",
        "payload_len without payloads",
        "BODY-014",
        &no_payloads,
        "PAYLOAD_LEN",
        "payload_len",
        TWIN,
    );
    let empty = bent(|msg| msg.field("payloads").value = Value::Bytes(vec![], 1));
    bad(
        suite,
        "body-014-payloads-empty",
        "payload_len, and empty payloads",
        "BODY-014",
        &empty,
        "PAYLOAD_LEN",
        "payload_len",
        TWIN,
    );
}
