//! Payloads that a reader would reject.

use super::scene::{Scene, one, payload};
use crate::build::{Builder, TOP};
use crate::frame::Frame;
use crate::tree::{Edit as _, Tree};

const PAYLOAD: &[&str] = &["PAYLOAD"];

pub(crate) fn add(scene: &mut Scene<'_>) {
    attributes(scene);
    record_ids(scene);
    metrics(scene);
    states(scene);
    controls(scene);
    redactions(scene);
    types(scene);
}

/// A payload, as JSON, that is refused in a frame of its own.
fn refuse(scene: &mut Scene<'_>, (id, title): (&str, &str), kind: u64, codes: &[&str], json: Tree) {
    scene.refuse(&format!("encode-refuse-{id}"), title, &one(kind, |_| {}), codes, |content| *payload(content) = json);
}

fn texts(list: &[&str]) -> Tree {
    Tree::List(list.iter().map(|text| Tree::text(*text)).collect())
}

fn attributes(scene: &mut Scene<'_>) {
    let attribute = |key: &str| Tree::map([("key", Tree::text(key)), ("value", Tree::text("v"))]);
    let list = |items: Vec<Tree>| Tree::map([("attributes", Tree::List(items))]);
    let no_key = Tree::map([("value", Tree::text("v"))]);
    refuse(scene, ("attribute-no-key", "An attribute without a key"), 5, PAYLOAD, list(vec![attribute("k"), no_key]));
    refuse(
        scene,
        ("attribute-twice", "Two attributes with one key"),
        5,
        PAYLOAD,
        list(vec![attribute("k"), attribute("l"), attribute("k")]),
    );
    refuse(scene, ("attribute-empty", "An attribute with nothing in it"), 23, PAYLOAD, list(vec![Tree::map([])]));
}

fn record_ids(scene: &mut Scene<'_>) {
    let id = |key: &'static str, value: Option<Tree>| {
        let mut id = Tree::map([
            ("producer_id", Tree::hex(&[7; 16])),
            ("epoch", Tree::Int(1)),
            ("lane", Tree::Int(2)),
            ("sequence", Tree::text("3")),
        ]);
        match value {
            Some(value) => id.set(key, value),
            None => id.unset(key),
        }
        Tree::map([("parent", id)])
    };
    let cases = [
        ("no-producer", "no producer_id", "producer_id", None),
        ("producer-15", "a producer_id of 15 bytes", "producer_id", Some(Tree::hex(&[7; 15]))),
        ("producer-zero", "a producer_id of zeros", "producer_id", Some(Tree::hex(&[0; 16]))),
        ("no-epoch", "no epoch", "epoch", None),
        ("epoch-above", "an epoch of 2^31", "epoch", Some(Tree::Int(1 << 31))),
        ("lane-above", "a lane of 2^31", "lane", Some(Tree::Int(1 << 31))),
        ("no-sequence", "no sequence", "sequence", None),
    ];
    for (name, text, key, value) in cases {
        let title = format!("The parent of a run has {text}");
        refuse(scene, (&format!("parent-id-{name}"), &title), 1, PAYLOAD, id(key, value));
    }
    refuse(
        scene,
        ("parent-id-empty", "The parent of a run has nothing in it"),
        1,
        PAYLOAD,
        Tree::map([("parent", Tree::map([]))]),
    );
}

fn metrics(scene: &mut Scene<'_>) {
    let ints = |names: Tree, values: &[&str]| Tree::map([("int_name", names), ("int_value", texts(values))]);
    refuse(scene, ("metrics-names", "Two names and one whole number"), 21, PAYLOAD, ints(texts(&["a", "b"]), &["1"]));
    refuse(scene, ("metrics-values", "One name and two whole numbers"), 21, PAYLOAD, ints(texts(&["a"]), &["1", "2"]));
    refuse(
        scene,
        ("metrics-no-name", "A whole number without a name"),
        21,
        PAYLOAD,
        ints(Tree::List(vec![Tree::Null]), &["1"]),
    );
    let floats = |names: Tree, count: usize| {
        Tree::map([("float_name", names), ("float_value", Tree::List(vec![Tree::Double(0.5); count]))])
    };
    refuse(scene, ("metrics-float-values", "One name and two doubles"), 21, PAYLOAD, floats(texts(&["a"]), 2));
    refuse(
        scene,
        ("metrics-float-no-name", "A double without a name"),
        21,
        PAYLOAD,
        floats(Tree::List(vec![Tree::text("a"), Tree::Null]), 2),
    );
    let above = ints(texts(&["a"]), &["9007199254740992"]);
    refuse(scene, ("metrics-above", "A whole number of 2^53"), 21, &["PAYLOAD"], above);
    let below = ints(texts(&["a"]), &["-9007199254740992"]);
    refuse(scene, ("metrics-below", "A whole number of -2^53"), 21, &["PAYLOAD"], below);
}

fn states(scene: &mut Scene<'_>) {
    for (kind, key) in [(16, "base_hash"), (16, "result_hash"), (18, "hash")] {
        let id = format!("{}-31", key.replace('_', "-"));
        refuse(scene, (&id, &format!("A {key} of 31 bytes")), kind, PAYLOAD, Tree::map([(key, Tree::hex(&[1; 31]))]));
    }
    for op in [0, 7] {
        let patch = Tree::map([("op", Tree::Int(op)), ("value", Tree::text("1"))]);
        refuse(
            scene,
            (&format!("patch-op-{op}"), &format!("A patch with op {op}")),
            16,
            PAYLOAD,
            Tree::map([("ops", Tree::List(vec![patch]))]),
        );
    }
    let chunk = |index: i128, count: i128| {
        Tree::map([("text", Tree::text("x")), ("chunk_index", Tree::Int(index)), ("chunk_count", Tree::Int(count))])
    };
    refuse(scene, ("chunk-index-equal", "A chunk_index that is the chunk_count"), 18, PAYLOAD, chunk(3, 3));
    refuse(scene, ("chunk-index-no-count", "A chunk_index of 1 and a chunk_count of 0"), 18, PAYLOAD, chunk(1, 0));
    let manifest = |key: &'static str, value: Tree| {
        let mut json = Tree::map([
            ("generation", Tree::text("5")),
            ("parent_generation", Tree::text("4")),
            ("chunk_count", Tree::Int(1)),
            ("sha256", Tree::hex(&[1; 32])),
        ]);
        json.set(key, value);
        json
    };
    let cases = [
        ("generation-0", "a generation of 0", "generation", Tree::text("0")),
        ("chunks-0", "a chunk_count of 0", "chunk_count", Tree::Int(0)),
        ("parent-equal", "a parent_generation that is its generation", "parent_generation", Tree::text("5")),
        ("sha256-31", "a sha256 of 31 bytes", "sha256", Tree::hex(&[1; 31])),
        ("sha256-empty", "an empty sha256", "sha256", Tree::text("")),
    ];
    for (name, text, key, value) in cases {
        refuse(
            scene,
            (&format!("manifest-{name}"), &format!("A manifest with {text}")),
            20,
            PAYLOAD,
            manifest(key, value),
        );
    }
    refuse(scene, ("manifest-empty", "A manifest with nothing in it"), 20, PAYLOAD, Tree::map([]));
    refuse(
        scene,
        ("checkpoint-chunk-no-generation", "A chunk of a checkpoint without a generation"),
        22,
        PAYLOAD,
        Tree::map([("data", Tree::text("00"))]),
    );
}

fn controls(scene: &mut Scene<'_>) {
    let mut builder = Builder::set(|set| set.epoch = 3);
    builder.plain(2);
    let third = builder.frame();
    let start = |previous: i128, last: u64| {
        Tree::map([("previous_epoch", Tree::Int(previous)), ("previous_last_sequence", Tree::digits(last))])
    };
    let cases = [
        ("same-epoch", "EPOCH_START names its own epoch as the previous one", start(3, 9)),
        ("no-last", "EPOCH_START names a previous epoch and no last number", start(2, 0)),
        ("no-epoch", "EPOCH_START names a last number and no previous epoch", start(0, 9)),
    ];
    for (name, title, json) in cases {
        scene.refuse(&format!("encode-refuse-epoch-start-{name}"), title, &third, PAYLOAD, |content| {
            *payload(content) = json
        });
    }
    let mut late_start = Builder::new();
    late_start.plain(6).plain(2);
    scene.refuse(
        "encode-refuse-epoch-start-second",
        "EPOCH_START at sequence number 2",
        &late_start.frame(),
        PAYLOAD,
        |_| {},
    );
    let mut builder = Builder::set(|set| set.base_sequence = 10);
    builder.plain(10);
    let tenth = builder.frame();
    let late = |first: u64, count: u64, reason: i128| {
        Tree::map([("first", Tree::digits(first)), ("count", Tree::digits(count)), ("reason", Tree::Int(reason))])
    };
    let cases = [
        ("first-0", "LATE_DROPS from 0 on", late(0, 1, 1)),
        ("count-0", "LATE_DROPS of no numbers", late(1, 0, 1)),
        ("reason-0", "LATE_DROPS without a reason", late(1, 1, 0)),
        ("itself", "LATE_DROPS that reaches its own number", late(8, 3, 1)),
        ("far", "LATE_DROPS that reaches past every number", late(TOP, TOP, 1)),
    ];
    for (name, title, json) in cases {
        scene.refuse(&format!("encode-refuse-late-drops-{name}"), title, &tenth, PAYLOAD, |content| {
            *payload(content) = json
        });
    }
    let next = |lane: i128, has: bool| Tree::map([("next_lane", Tree::Int(lane)), ("has_next", Tree::Bool(has))]);
    refuse(scene, ("lane-end-above", "LANE_END with a next lane of 2^31"), 8, PAYLOAD, next(1 << 31, true));
    refuse(scene, ("lane-end-no-next", "LANE_END with a next lane, and has_next is false"), 8, PAYLOAD, next(4, false));
}

fn redactions(scene: &mut Scene<'_>) {
    let whole = |_: &mut Tree| {};
    scene.refuse(
        "encode-refuse-redacted",
        "REDACTED in a frame that is no redaction",
        &one(12, |_| {}),
        PAYLOAD,
        whole,
    );
    let redacting = |kind: u64| -> Frame {
        let mut builder = Builder::set(|set| set.redaction = Some((1, "asked to".to_owned())));
        builder.plain(12).record(kind, |record| {
            if kind == 47 {
                record.opaque(b"");
            }
        });
        builder.frame()
    };
    for (kind, name) in [(11, "event"), (18, "state"), (24, "dead-letter"), (47, "unknown")] {
        let title = format!("A record of kind {kind} in a redaction");
        scene.refuse(&format!("encode-refuse-{name}-in-redaction"), &title, &redacting(kind), PAYLOAD, whole);
    }
}

fn types(scene: &mut Scene<'_>) {
    let input = &["INPUT"][..];
    let payload = &["PAYLOAD"][..];
    refuse(scene, ("payload-text", "A payload that is a text"), 6, input, Tree::text("beat"));
    refuse(
        scene,
        ("interval-no-digits", "An interval that is no number"),
        6,
        input,
        Tree::map([("interval_us", Tree::text("1 s"))]),
    );
    refuse(
        scene,
        ("interval-above", "An interval of 2^53"),
        6,
        payload,
        Tree::map([("interval_us", Tree::digits(TOP + 1))]),
    );
    refuse(scene, ("interval-negative", "An interval of -1"), 6, input, Tree::map([("interval_us", Tree::text("-1"))]));
    refuse(scene, ("attempt-33-bits", "An attempt of 2^32"), 5, payload, Tree::map([("attempt", Tree::Int(1 << 32))]));
    refuse(scene, ("attempt-fraction", "An attempt of 1.5"), 5, input, Tree::map([("attempt", Tree::Double(1.5))]));
    refuse(scene, ("final-text", "A bool that is a text"), 11, input, Tree::map([("final", Tree::text("yes"))]));
    refuse(scene, ("before-text", "A double that is a text"), 43, input, Tree::map([("before", Tree::text("much"))]));
    refuse(
        scene,
        ("data-no-hex", "Bytes that are no hexadecimal digits"),
        45,
        input,
        Tree::map([("frame", Tree::text("0g"))]),
    );
    refuse(scene, ("choices-text", "A list that is a text"), 31, input, Tree::map([("choices", Tree::text("yes"))]));
    refuse(scene, ("parent-list", "A message that is a list"), 1, input, Tree::map([("parent", Tree::List(vec![]))]));
    refuse(
        scene,
        ("ref-number", "A ref that is a number, where its text belongs"),
        9,
        input,
        Tree::map([("from", Tree::Int(1))]),
    );
    let both = Tree::map([("text", Tree::text("a")), ("text_hex", Tree::text("ff"))]);
    refuse(scene, ("text-and-hex", "A text and its hexadecimal digits"), 11, input, both);
}
