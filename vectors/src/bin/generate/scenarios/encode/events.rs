//! Every kind of event, with all its fields.

use super::scene::{Scene, head, one};
use crate::build::TOP;
use crate::cases::records_kinds::LARGE;
use crate::dual::Dual;

/// Name, what its payload holds, kind, and the payload.
type Kind = (&'static str, &'static str, u64, fn(&mut Dual<'_>));

const NASTY: &str = "text \u{e9}\u{1f600} with \"quotes\", \\, \n and \u{0}";
const PAIRS: [(&str, &str); 3] = [("key", "value"), ("no value", ""), ("key ", NASTY)];

const KINDS: [Kind; 33] = [
    ("graph-start", "all fields", 1, |it| {
        it.reference(1, "graph", "g");
        it.message(2, "parent", |id| {
            id.bytes(1, "producer_id", &[0xab; 16]);
            id.u32(2, "epoch", 0x7fff_ffff);
            id.u32(3, "lane", 0x7fff_ffff);
            id.u64(4, "sequence", TOP);
        });
        it.attributes(3, &PAIRS);
    }),
    ("graph-start-parent", "a parent in lane 0", 1, |it| {
        it.message(2, "parent", |id| {
            id.bytes(1, "producer_id", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
            id.u32(2, "epoch", 1);
            id.u64(4, "sequence", 1);
        });
    }),
    ("graph-end", "all fields", 3, |it| ended(it, TOP, u32::MAX)),
    ("node-start", "all fields", 5, |it| {
        it.u32(1, "attempt", u32::MAX);
        it.u32(2, "step", 7);
        it.attributes(3, &PAIRS);
    }),
    ("node-end", "all fields", 7, |it| ended(it, 1, 5)),
    ("edge", "all fields", 9, |it| {
        it.reference(1, "from", "a");
        it.references(2, "to", &["b", "a", "b"]);
        it.reference(3, "condition", "c");
    }),
    ("edge-null", "refs of 0 in a list", 9, |it| it.references(2, "to", &["", "b", ""])),
    ("token-chunk", "all fields", 11, |it| token(it, NASTY.as_bytes())),
    ("token-chunk-hex", "bytes that are no UTF-8", 11, |it| token(it, b"\xf0\x9f\x98")),
    ("llm-start", "all fields", 13, |it| {
        it.reference(1, "request", "q");
        it.reference(2, "model", "m");
        it.reference(3, "provider", "p");
        it.string(4, "input", NASTY);
        it.attributes(5, &PAIRS);
    }),
    ("llm-end", "all fields", 15, |it| {
        it.reference(1, "request", "q");
        it.reference(2, "model", "m");
        it.u64(3, "duration_us", TOP);
        it.u32(4, "status", 4);
        it.reference(5, "finish_reason", "stop");
        it.u64(6, "input_tokens", TOP);
        it.u64(7, "output_tokens", 1);
        it.attributes(8, &PAIRS);
    }),
    ("tool-call", "all fields", 17, |it| {
        it.reference(1, "call", "c");
        it.reference(2, "tool", "t");
        it.string(3, "arguments", "{\"a\": [1, 2]}");
        it.attributes(4, &PAIRS);
    }),
    ("tool-result", "all fields", 19, |it| {
        it.reference(1, "call", "c");
        it.reference(2, "tool", "t");
        it.string(3, "result", NASTY);
        it.u64(4, "duration_us", 128);
        it.u32(5, "status", 2);
        it.attributes(6, &PAIRS);
    }),
    ("metrics", "whole numbers at their limits", 21, |it| {
        it.references(1, "int_name", &["a", "b", "c", "d", "a"]);
        it.signed(2, "int_value", &[TOP as i64, -(TOP as i64), 0, -1, 1]);
    }),
    ("metrics-doubles", "doubles of all sorts", 21, |it| {
        it.references(3, "float_name", &["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0, f64::MAX, 5e-324, 0.1, -1.0];
        it.doubles(4, "float_value", &values);
    }),
    ("metrics-both", "both lists", 21, |it| {
        it.references(1, "int_name", &["n"]);
        it.signed(2, "int_value", &[-64]);
        it.references(3, "float_name", &["n"]);
        it.doubles(4, "float_value", &[2.5]);
    }),
    ("metrics-doubles-large", "whole doubles above 2^53", 21, |it| {
        it.references(3, "float_name", &["a", "b", "c", "d", "e", "f"]);
        it.doubles(4, "float_value", &LARGE);
    }),
    ("attributes-forty", "forty attributes", 5, |it| {
        let names: Vec<String> = (1..=40).map(|number| format!("key-{number}")).collect();
        it.attributes(3, &names.iter().map(|name| (name.as_str(), "a")).collect::<Vec<_>>());
    }),
    ("error-report", "all fields", 23, |it| {
        it.reference(1, "type", "TimeoutError");
        it.string(2, "message", NASTY);
        it.string(3, "stack", "at a\nat b\n");
        it.boolean(4, "retryable", true);
        it.u32(5, "attempt", 3);
        it.attributes(6, &PAIRS);
    }),
    ("execution-trace", "all fields", 25, |it| {
        it.element(1, "steps", |step| {
            step.reference(1, "node", "n");
            step.u64(2, "start_us", TOP);
            step.u64(3, "duration_us", TOP);
            step.u32(4, "status", 1);
        });
        it.element(1, "steps", |_| {});
        it.element(1, "steps", |step| step.reference(1, "node", "n"));
        it.u64(2, "duration_us", 300);
        it.u32(3, "status", 3);
    }),
    ("checkpoint-event", "all fields", 27, |it| {
        it.u32(1, "action", 3);
        it.u64(2, "generation", TOP);
        it.u64(3, "size", 1);
        it.u64(4, "duration_us", 2);
    }),
    ("memory", "all fields", 29, |it| {
        it.u32(1, "operation", 4);
        it.reference(2, "store", "s");
        it.string(3, "key", NASTY);
        it.u64(4, "count", TOP);
    }),
    ("human-request", "all fields", 31, |it| {
        it.reference(1, "request", "q");
        it.string(2, "prompt", "sure?");
        it.strings(3, "choices", &["yes", "no", "", "yes"]);
    }),
    ("human-response", "all fields", 33, |it| {
        it.reference(1, "request", "q");
        it.string(2, "response", NASTY);
        it.u64(3, "duration_us", TOP);
    }),
    ("progress", "all fields", 35, |it| {
        it.u64(1, "done", TOP);
        it.u64(2, "total", 1);
        it.string(3, "message", NASTY);
    }),
    ("thinking", "all fields", 37, |it| token(it, b"hm")),
    ("thinking-hex", "bytes that are no UTF-8", 37, |it| token(it, b"\xc0\x80")),
    ("sub-step", "all fields", 39, |it| {
        it.reference(1, "name", "s");
        it.u32(2, "index", u32::MAX);
        it.u64(3, "duration_us", 5);
        it.u32(4, "status", 1);
    }),
    ("warning", "all fields", 41, |it| {
        it.reference(1, "code", "W1");
        it.string(2, "message", NASTY);
        it.attributes(3, &PAIRS);
    }),
    ("optimization", "all fields", 43, |it| tuned(it, 0.25, -1e300)),
    ("optimization-nan", "NaN, and -0.0, which is not a default", 43, |it| tuned(it, f64::NAN, -0.0)),
    ("optimization-infinities", "both infinities", 43, |it| tuned(it, f64::INFINITY, f64::NEG_INFINITY)),
    ("legacy-payload", "all fields", 45, |it| {
        it.bytes(1, "frame", b"\x00\x0a\xff");
        it.string(2, "source", "topic-3/7");
    }),
];

fn ended(it: &mut Dual<'_>, duration: u64, status: u32) {
    it.u64(1, "duration_us", duration);
    it.u32(2, "status", status);
    it.attributes(3, &PAIRS);
}

fn token(it: &mut Dual<'_>, text: &[u8]) {
    it.reference(1, "request", "q");
    it.reference(2, "model", "m");
    it.text(3, text);
    it.u32(4, "index", u32::MAX);
    it.boolean(5, "final", true);
}

fn tuned(it: &mut Dual<'_>, before: f64, after: f64) {
    it.reference(1, "name", "n");
    it.double(2, "before", before);
    it.double(3, "after", after);
    it.string(4, "detail", "d");
}

pub(crate) fn add(scene: &mut Scene<'_>) {
    for (name, text, kind, build) in KINDS {
        let title = format!("A record of kind {kind} with {text}");
        scene.same(head(&format!("encode-{name}"), &title, &["JSON-001", "WRT-003"]), &one(kind, build));
    }
    let mut builder = crate::build::Builder::new();
    for kind in (1..=45).step_by(2) {
        builder.plain(kind);
    }
    scene.same(
        head("encode-events-empty", "A record of every odd kind with nothing in it", &["JSON-001", "WRT-003"]),
        &builder.frame(),
    );
}
