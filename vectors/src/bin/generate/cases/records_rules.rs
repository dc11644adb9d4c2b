//! Rules of single messages: REC-010 to REC-022.

use super::records::{AREA, bad};
use super::wire::bend;
use crate::build::Builder;
use crate::dual::Dual;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Msg, Value, varint, zigzag};

pub(crate) fn add(suite: &mut Suite) {
    attributes(suite);
    record_ids(suite);
    metrics(suite);
    hashes(suite);
    patches(suite);
    chunks(suite);
    checkpoints(suite);
    epochs(suite);
    late_drops(suite);
    lane_ends(suite);
}

/// A record at number 50 of epoch 8, between two others.
fn between(kind: u64, fill: impl FnOnce(&mut Dual<'_>)) -> Frame {
    let mut builder = Builder::set(|set| (set.base_sequence, set.epoch) = (49, 8));
    builder.record(6, |record| {
        record.thread("key").node("other").run("third");
    });
    builder.record(kind, |record| {
        record.payload(fill);
    });
    builder.plain(6);
    builder.frame()
}

fn twin(suite: &mut Suite, id: &str, title: &str, requirement: &'static str, frame: &Frame) {
    suite.accept((AREA, id, title, &[requirement]), frame);
}

fn to(value: u64) -> Value {
    Value::Varint(varint(value))
}

fn set(name: &'static str, value: Value) -> impl FnOnce(&mut Msg) {
    move |msg| msg.field(name).value = value
}

fn without(name: &'static str) -> impl FnOnce(&mut Msg) {
    move |msg| drop(msg.take(name))
}

fn attributes(suite: &mut Suite) {
    let id = "REC-010";
    // Kinds that have attributes, and the number of their field.
    for (kind, number) in
        [(1u64, 3u32), (3, 3), (5, 3), (7, 3), (13, 5), (15, 8), (17, 4), (19, 6), (20, 7), (23, 6), (41, 3)]
    {
        let frame = between(kind, |p| {
            if kind == 20 {
                p.u64(1, "generation", 1);
                p.u32(3, "chunk_count", 1);
                p.bytes(5, "sha256", &[1; 32]);
            }
            p.attributes(number, &[("key", "a"), ("other", "b")]);
        });
        let name = format!("rec-010-kind-{kind}");
        twin(suite, &name, &format!("Two attributes of kind {kind}"), id, &frame);
        bad(
            suite,
            &format!("{name}-key-twice"),
            &format!("An attribute's key twice in kind {kind}"),
            id,
            &frame,
            1,
            &name,
            |msg| {
                msg.nested("attributes[1]").field("key_ref").value = to(1);
            },
        );
        bad(
            suite,
            &format!("{name}-key-zero"),
            &format!("An attribute of kind {kind} with key_ref 0"),
            id,
            &frame,
            1,
            &name,
            |msg| {
                msg.nested("attributes[1]").field("key_ref").value = to(0);
            },
        );
    }
    let frame = between(5, |p| p.attributes(3, &[("key", "a"), ("other", "b"), ("third", "c")]));
    twin(suite, "rec-010-three", "Three attributes", id, &frame);
    bad(suite, "rec-010-key-absent", "An attribute without a key", id, &frame, 1, "rec-010-three", |msg| {
        drop(msg.nested("attributes[0]").take("key_ref"))
    });
    bad(suite, "rec-010-empty", "An attribute without anything", id, &frame, 1, "rec-010-three", |msg| {
        msg.nested("attributes[1]").0.clear()
    });
    bad(
        suite,
        "rec-010-first-and-third",
        "The keys of the first and third attribute are one",
        id,
        &frame,
        1,
        "rec-010-three",
        |msg| {
            msg.nested("attributes[2]").field("key_ref").value = to(1);
        },
    );
    two_keys_of_one_string(suite, id);
    many_attributes(suite, id);
}

/// Few keys are easily compared with each other; nine are more than a reader may hold in one word of bytes, and the last
/// string of a table is the last bit of a set.
fn many_attributes(suite: &mut Suite, id: &'static str) {
    let names: Vec<String> = (1..=9).map(|number| format!("key-{number}")).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "a")).collect();
    let frame = between(5, |p| p.attributes(3, &pairs));
    let nine = "rec-010-nine";
    twin(suite, nine, "Nine attributes", id, &frame);
    let twice = "The key of the ninth attribute is that of the first";
    bad(suite, "rec-010-ninth-key-twice", twice, id, &frame, 1, nine, |msg| {
        let first = msg.nested("attributes[0]").field("key_ref").value.clone();
        msg.nested("attributes[8]").field("key_ref").value = first;
    });
    bad(suite, "rec-010-ninth-key-zero", "The ninth attribute has key_ref 0", id, &frame, 1, nine, |msg| {
        msg.nested("attributes[8]").field("key_ref").value = to(0);
    });
    forty_attributes(suite, id);
    let far = frame.with(|frame| {
        let strings = frame.body.0.iter().filter(|field| field.number == 1).count();
        let fill = Field { times: 16_383 - strings, ..Field::bytes("strings", 1, *b"s") };
        frame.body.insert_before("kind", fill);
        frame.body.insert_before("kind", Field::bytes("strings", 1, *b"last"));
        bend(frame, 1, |msg| msg.nested("attributes[8]").field("key_ref").value = to(16_384));
        let attributes = frame.records_json.item_mut(1).get_mut("payload").get_mut("attributes");
        attributes.item_mut(8).set("key", Tree::text("last"));
    });
    let title = "Nine attributes, and the key of the last is the last string that a table can have";
    suite.lint(
        (AREA, "rec-010-nine-last-string", title, &[id, "BODY-016", "REC-026"]),
        &far,
        &["DUPLICATE_STRING", "UNUSED_STRING"],
    );
}

/// More than a list that is made in pieces may have in its first, or in a word of bits.
fn forty_attributes(suite: &mut Suite, id: &'static str) {
    let names: Vec<String> = (1..=40).map(|number| format!("key-{number}")).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "a")).collect();
    let frame = between(5, |p| p.attributes(3, &pairs));
    let forty = "rec-010-forty";
    twin(suite, forty, "Forty attributes", id, &frame);
    let twice = "The key of the fortieth attribute is that of the first";
    bad(suite, "rec-010-fortieth-key-twice", twice, id, &frame, 1, forty, |msg| {
        let first = msg.nested("attributes[0]").field("key_ref").value.clone();
        msg.nested("attributes[39]").field("key_ref").value = first;
    });
}

/// It is refs that must not occur twice. What they refer to may be one string, in a table that has it twice (BODY-016).
fn two_keys_of_one_string(suite: &mut Suite, id: &'static str) {
    let frame = between(41, |p| p.attributes(3, &[("key", "a"), ("other", "b")])).with(|frame| {
        frame.body.field("strings[1]").value = Value::Bytes(b"key".to_vec(), 1);
        frame.records_json.item_mut(0).set("node", Tree::text("key"));
        let attributes = frame.records_json.item_mut(1).get_mut("payload").get_mut("attributes");
        attributes.item_mut(1).set("key", Tree::text("key"));
    });
    let title = "Two attributes whose keys are one string, twice in the table";
    suite.lint((AREA, "rec-010-keys-of-one-string", title, &[id, "BODY-016"]), &frame, &["DUPLICATE_STRING"]);
}

/// The second of three records is a run with a parent.
pub(crate) fn parent(epoch: u32, lane: u32, sequence: u64) -> Frame {
    between(1, |p| {
        p.message(2, "parent", |id| {
            id.bytes(1, "producer_id", &[0x51; 16]);
            id.u32(2, "epoch", epoch);
            id.u32(3, "lane", lane);
            id.u64(4, "sequence", sequence);
        });
    })
}

/// The vector of `parent(3, 4, 5)`.
pub(crate) const PARENT: &str = "rec-011-parent";

fn record_ids(suite: &mut Suite) {
    let id = "REC-011";
    let frame = parent(3, 4, 5);
    twin(suite, PARENT, "A parent in another producer", id, &frame);
    twin(
        suite,
        "rec-011-parent-limits",
        "A parent with the largest epoch, lane and sequence number",
        id,
        &parent(0x7fff_ffff, 0x7fff_ffff, crate::build::TOP),
    );
    twin(suite, "rec-011-parent-lane-zero", "A parent in lane 0", id, &parent(1, 0, 1));
    let mut one = |tag: &str, title: &str, change: &dyn Fn(&mut Msg)| {
        bad(suite, &format!("rec-011-{tag}"), title, id, &frame, 1, PARENT, |msg| change(msg.nested("parent")))
    };
    one("empty", "A RecordId with nothing in it", &|msg| msg.0.clear());
    one("producer-absent", "A RecordId without producer_id", &|msg| drop(msg.take("producer_id")));
    one("producer-15", "A RecordId with a producer_id of 15 bytes", &|msg| {
        msg.field("producer_id").value = Value::Bytes(vec![0x51; 15], 1)
    });
    one("producer-17", "A RecordId with a producer_id of 17 bytes", &|msg| {
        msg.field("producer_id").value = Value::Bytes(vec![0x51; 17], 1)
    });
    one("producer-zero", "A RecordId with a producer_id that is all zero", &|msg| {
        msg.field("producer_id").value = Value::Bytes(vec![0; 16], 1)
    });
    one("epoch-absent", "A RecordId without epoch", &|msg| drop(msg.take("epoch")));
    one("epoch-above", "A RecordId with epoch 2^31", &|msg| msg.field("epoch").value = to(1 << 31));
    one("lane-above", "A RecordId with lane 2^31", &|msg| msg.field("lane").value = to(1 << 31));
    one("sequence-absent", "A RecordId without sequence", &|msg| drop(msg.take("sequence")));
    one("sequence-zero", "A RecordId with sequence 0", &|msg| msg.field("sequence").value = to(0));
}

fn packed(values: &[u64]) -> Value {
    Value::Packed(values.iter().map(|value| (varint(*value), 1)).collect())
}

fn metrics(suite: &mut Suite) {
    let frame = between(21, |p| {
        p.references(1, "int_name", &["key", "other"]);
        p.signed(2, "int_value", &[1, 2]);
        p.references(3, "float_name", &["key", "other"]);
        p.doubles(4, "float_value", &[1.0, 2.0]);
    });
    let name = "rec-012-metrics";
    twin(suite, name, "Two whole numbers and two others, of the same names", "REC-012", &frame);
    let mut one = |tag: &str, title: &str, requirement: &'static str, change: &dyn Fn(&mut Msg)| {
        bad(suite, tag, title, requirement, &frame, 1, name, change)
    };
    one("rec-012-int-names-short", "One name for two whole numbers", "REC-012", &|msg| {
        msg.field("int_name_ref").value = packed(&[1])
    });
    one("rec-012-int-values-short", "Two names for one whole number", "REC-012", &|msg| {
        msg.field("int_value").value = packed(&[zigzag(1)])
    });
    one("rec-012-int-values-absent", "Two names for no whole number", "REC-012", &|msg| drop(msg.take("int_value")));
    one("rec-012-int-names-absent", "Two whole numbers without names", "REC-012", &|msg| {
        drop(msg.take("int_name_ref"))
    });
    one("rec-012-float-names-short", "One name for two numbers", "REC-012", &|msg| {
        msg.field("float_name_ref").value = packed(&[1])
    });
    one("rec-012-float-values-short", "Two names for one number", "REC-012", &|msg| {
        msg.field("float_value").value = Value::Bytes(1.0f64.to_le_bytes().to_vec(), 1)
    });
    one("rec-012-float-values-absent", "Two names for no number", "REC-012", &|msg| drop(msg.take("float_value")));
    one("rec-012-crossed", "Three names and one value of one sort, one and three of the other", "REC-012", &|msg| {
        msg.field("int_name_ref").value = packed(&[1, 2, 3]);
        msg.field("float_name_ref").value = packed(&[1]);
    });
    one("rec-013-int-name-zero", "A name ref of 0 for a whole number", "REC-013", &|msg| {
        msg.field("int_name_ref").value = packed(&[1, 0])
    });
    one("rec-013-float-name-zero", "A name ref of 0 for a number", "REC-013", &|msg| {
        msg.field("float_name_ref").value = packed(&[0, 2])
    });
}

fn hashes(suite: &mut Suite) {
    let diff = between(16, |p| {
        p.bytes(1, "base_hash", &[7; 32]);
        p.bytes(2, "result_hash", &[8; 32]);
    });
    twin(suite, "rec-014-diff", "A diff with both hashes", "REC-014", &diff);
    let snapshot = between(18, |p| {
        p.bytes(1, "hash", &[7; 32]);
        p.text(2, b"{}");
    });
    twin(suite, "rec-014-snapshot", "A snapshot with a hash", "REC-014", &snapshot);
    let zero = between(18, |p| p.bytes(1, "hash", &[0; 32]));
    twin(suite, "rec-014-hash-zero", "A hash that is all zero", "REC-014", &zero);
    for len in [1usize, 31, 33] {
        for (name, frame, twin) in [
            ("base_hash", &diff, "rec-014-diff"),
            ("result_hash", &diff, "rec-014-diff"),
            ("hash", &snapshot, "rec-014-snapshot"),
        ] {
            let id = format!("rec-014-{}-{len}", name.replace('_', "-"));
            bad(
                suite,
                &id,
                &format!("A {name} of {len} bytes"),
                "REC-014",
                frame,
                1,
                twin,
                set(name, Value::Bytes(vec![7; len], 1)),
            );
        }
    }
}

fn patches(suite: &mut Suite) {
    let frame = between(16, |p| {
        for op in [1, 6] {
            p.element(3, "ops", |patch| {
                patch.u32(1, "op", op);
                patch.reference(2, "path", "key");
            });
        }
    });
    let name = "rec-015-patch";
    twin(suite, name, "A patch of an add and a test", "REC-015", &frame);
    for (tag, op) in [("zero", 0), ("seven", 7), ("all-ones", u64::from(u32::MAX))] {
        bad(suite, &format!("rec-015-op-{tag}"), &format!("A patch with op {op}"), "REC-015", &frame, 1, name, |msg| {
            msg.nested("ops[1]").field("op").value = to(op);
        });
    }
    bad(suite, "rec-015-op-absent", "A patch without op", "REC-015", &frame, 1, name, |msg| {
        drop(msg.nested("ops[0]").take("op"))
    });
}

fn chunks(suite: &mut Suite) {
    let with = |index: u32, count: u32| {
        between(18, |p| {
            p.text(2, b"{}");
            p.u32(3, "chunk_index", index);
            p.u32(4, "chunk_count", count);
        })
    };
    let last = with(2, 3);
    twin(suite, "rec-016-last-chunk", "chunk_index 2 of 3", "REC-016", &last);
    twin(suite, "rec-016-only-chunk", "chunk_index 0 of 1", "REC-016", &with(0, 1));
    bad(
        suite,
        "rec-016-index-at-count",
        "chunk_index 3 of 3",
        "REC-016",
        &last,
        1,
        "rec-016-last-chunk",
        set("chunk_index", to(3)),
    );
    bad(
        suite,
        "rec-016-count-absent",
        "chunk_index 2 without a count",
        "REC-016",
        &last,
        1,
        "rec-016-last-chunk",
        without("chunk_count"),
    );
    bad(
        suite,
        "rec-016-count-one",
        "chunk_index 2 of 1",
        "REC-016",
        &last,
        1,
        "rec-016-last-chunk",
        set("chunk_count", to(1)),
    );
    let only = with(0, 1);
    bad(suite, "rec-016-index-one-of-one", "chunk_index 1 of 1", "REC-016", &only, 1, "rec-016-only-chunk", |msg| {
        msg.insert_before("chunk_count", Field::varint("chunk_index", 3, 1))
    });
    bad(suite, "rec-016-index-one-of-none", "chunk_index 1 of 0", "REC-016", &only, 1, "rec-016-only-chunk", |msg| {
        msg.take("chunk_count");
        msg.push(Field::varint("chunk_index", 3, 1));
    });
}

fn checkpoints(suite: &mut Suite) {
    let frame = between(20, |p| {
        p.u64(1, "generation", 4);
        p.u64(2, "parent_generation", 3);
        p.u32(3, "chunk_count", 2);
        p.bytes(5, "sha256", &[9; 32]);
    });
    let name = "rec-017-manifest";
    twin(suite, name, "A manifest", "REC-017", &frame);
    let mut one = |tag: &str, title: &str, change: &dyn Fn(&mut Msg)| {
        bad(suite, &format!("rec-017-{tag}"), title, "REC-017", &frame, 1, name, change)
    };
    one("generation-absent", "A manifest with a parent_generation and no generation", &|msg| {
        drop(msg.take("generation"))
    });
    one("generation-zero", "A manifest of generation 0 without a parent", &|msg| {
        msg.field("generation").value = to(0);
        msg.take("parent_generation");
    });
    one("chunk-count-absent", "A manifest without chunk_count", &|msg| drop(msg.take("chunk_count")));
    one("chunk-count-zero", "A manifest with chunk_count 0", &|msg| msg.field("chunk_count").value = to(0));
    one("parent-equal", "A manifest that is its own parent", &|msg| msg.field("parent_generation").value = to(4));
    one("parent-above", "A manifest whose parent is newer", &|msg| msg.field("parent_generation").value = to(5));
    one("sha256-absent", "A manifest without sha256", &|msg| drop(msg.take("sha256")));
    one("sha256-31", "A manifest with a sha256 of 31 bytes", &|msg| {
        msg.field("sha256").value = Value::Bytes(vec![9; 31], 1)
    });
    one("sha256-33", "A manifest with a sha256 of 33 bytes", &|msg| {
        msg.field("sha256").value = Value::Bytes(vec![9; 33], 1)
    });
    let chunk = between(22, |p| {
        p.u64(1, "generation", 1);
        p.bytes(3, "data", b"x");
    });
    twin(suite, "rec-018-chunk", "A piece of a checkpoint", "REC-018", &chunk);
    bad(
        suite,
        "rec-018-generation-zero",
        "A piece of generation 0",
        "REC-018",
        &chunk,
        1,
        "rec-018-chunk",
        set("generation", to(0)),
    );
    bad(
        suite,
        "rec-018-generation-absent",
        "A piece without a generation",
        "REC-018",
        &chunk,
        1,
        "rec-018-chunk",
        without("generation"),
    );
}

fn epochs(suite: &mut Suite) {
    let start = |base: u64, epoch: u32, fill: &dyn Fn(&mut Dual<'_>)| {
        let mut builder = Builder::set(|set| (set.base_sequence, set.epoch) = (base, epoch));
        builder.record(2, |record| {
            record.payload(|p| fill(p));
        });
        builder.plain(6);
        builder.frame()
    };
    let after = |p: &mut Dual<'_>| {
        p.u32(1, "previous_epoch", 7);
        p.u64(2, "previous_last_sequence", 3);
    };
    let frame = start(1, 8, &after);
    let name = "rec-020-start";
    twin(suite, name, "EPOCH_START of epoch 8 after 7", "REC-020", &frame);
    let first = start(1, 1, &|_| {});
    twin(suite, "rec-019-first", "EPOCH_START at sequence number 1", "REC-019", &first);
    let mut late = start(2, 1, &|_| {});
    late.reject_record(0, "PAYLOAD", late.raw_end());
    suite.partly(
        (AREA, "rec-019-at-two", "EPOCH_START at sequence number 2", &["REC-019", "REC-001"]),
        &late,
        &[],
        "rec-019-first",
    );
    let mut second = Builder::new().plain(6).plain(4).frame();
    suite.accept((AREA, "rec-019-end-second", "EPOCH_END as the second record", &["REC-019"]), &second);
    let Value::Packed(kinds) = &mut second.body.field("kind").value else { panic!("a column is packed") };
    kinds[1].0 = vec![2];
    second.records_json.item_mut(1).set("kind", crate::tree::Tree::Int(2));
    second.reject_record(1, "PAYLOAD", second.raw_end());
    suite.partly(
        (AREA, "rec-019-second-record", "EPOCH_START as the second record", &["REC-019", "REC-001"]),
        &second,
        &[],
        "rec-019-end-second",
    );
    let mut one = |tag: &str, title: &str, change: &dyn Fn(&mut Msg)| {
        bad(suite, &format!("rec-020-{tag}"), title, "REC-020", &frame, 0, name, change)
    };
    one("previous-equal", "previous_epoch is the frame's epoch", &|msg| msg.field("previous_epoch").value = to(8));
    one("previous-above", "previous_epoch is above the frame's epoch", &|msg| {
        msg.field("previous_epoch").value = to(9)
    });
    one("last-absent", "previous_epoch without previous_last_sequence", &|msg| {
        drop(msg.take("previous_last_sequence"))
    });
    one("previous-absent", "previous_last_sequence without previous_epoch", &|msg| drop(msg.take("previous_epoch")));
}

fn late_drops(suite: &mut Suite) {
    // The record stands at number 50.
    let with = |first: u64, count: u64| {
        between(10, |p| {
            p.u64(1, "first", first);
            p.u64(2, "count", count);
            p.u32(3, "reason", 7);
        })
    };
    let frame = with(20, 30);
    let name = "rec-021-up-to-itself";
    twin(suite, name, "LATE_DROPS of 20..49 at number 50", "REC-021", &frame);
    twin(suite, "rec-021-just-before", "LATE_DROPS of 49 at number 50", "REC-021", &with(49, 1));
    let mut one = |tag: &str, title: &str, change: &dyn Fn(&mut Msg)| {
        bad(suite, &format!("rec-021-{tag}"), title, "REC-021", &frame, 1, name, change)
    };
    one("one-past", "LATE_DROPS of 20..50 at number 50", &|msg| msg.field("count").value = to(31));
    one("first-past", "LATE_DROPS of 21..50 at number 50", &|msg| msg.field("first").value = to(21));
    one("largest", "LATE_DROPS of 2^53 - 1 numbers from 2^53 - 1", &|msg| {
        msg.field("first").value = to(crate::build::TOP);
        msg.field("count").value = to(crate::build::TOP);
    });
    one("first-zero", "LATE_DROPS with first 0", &|msg| msg.field("first").value = to(0));
    one("first-absent", "LATE_DROPS without first", &|msg| drop(msg.take("first")));
    one("count-zero", "LATE_DROPS with count 0", &|msg| msg.field("count").value = to(0));
    one("count-absent", "LATE_DROPS without count", &|msg| drop(msg.take("count")));
    one("reason-zero", "LATE_DROPS with reason 0", &|msg| msg.field("reason").value = to(0));
    one("reason-absent", "LATE_DROPS without reason", &|msg| drop(msg.take("reason")));
}

fn lane_ends(suite: &mut Suite) {
    let with = |next: u32, has: bool| {
        between(8, |p| {
            p.u32(1, "next_lane", next);
            p.boolean(2, "has_next", has);
        })
    };
    let frame = with(9, true);
    let name = "rec-022-next";
    twin(suite, name, "LANE_END with lane 9 after it", "REC-022", &frame);
    twin(suite, "rec-022-next-largest", "LANE_END with lane 2^31 - 1 after it", "REC-022", &with(0x7fff_ffff, true));
    twin(suite, "rec-022-next-zero", "LANE_END with lane 0 after it", "REC-022", &with(0, true));
    bad(
        suite,
        "rec-022-next-above",
        "LANE_END with lane 2^31 after it",
        "REC-022",
        &frame,
        1,
        name,
        set("next_lane", to(1 << 31)),
    );
    bad(
        suite,
        "rec-022-has-no-next",
        "LANE_END with next_lane 9, and has_next is absent",
        "REC-022",
        &frame,
        1,
        name,
        without("has_next"),
    );
    bad(
        suite,
        "rec-022-has-next-false",
        "LANE_END with next_lane 9, and has_next is false",
        "REC-022",
        &frame,
        1,
        name,
        set("has_next", to(0)),
    );
}
