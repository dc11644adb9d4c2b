//! Tables of ids, and the values of columns that add up: BODY-007 to BODY-014.

use super::base::minimal;
use super::body::{AREA, TWIN, bad, bent, packed, value};
use crate::build::{Builder, TOP, column};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Value, zigzag};

pub(crate) fn add(suite: &mut Suite) {
    tables(suite);
    sequences(suite);
    times(suite);
    parents(suite);
    payloads(suite);
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
