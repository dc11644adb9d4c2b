//! Every kind of record, with all fields and with none.

use super::records::AREA;
use crate::build::Builder;
use crate::dual::Dual;
use crate::suite::Suite;

const HASH: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

/// Whole doubles above 2^53. The first is 253288337875074912, and 253288337875074900 or 2.532883378750749e17 where as few digits
/// are written as will do.
pub(crate) const LARGE: [f64; 6] =
    [253_288_337_875_074_912.0, 18_446_744_073_709_551_616.0, -9_007_199_254_740_994.0, 1e20, -1e21, 1e22];

type Fill = fn(&mut Dual<'_>);

/// Kinds, what they are called in an id, and how all of their fields are filled.
const KINDS: [(u64, &str, Fill); 35] = [
    (1, "graph-start", |p| {
        p.reference(1, "graph", "agent");
        p.message(2, "parent", |id| {
            id.bytes(1, "producer_id", &[0x51; 16]);
            id.u32(2, "epoch", 3);
            id.u32(3, "lane", 4);
            id.u64(4, "sequence", 5);
        });
        p.attributes(3, &[("colour", "red"), ("size", "")]);
    }),
    (2, "epoch-start", |p| {
        p.u32(1, "previous_epoch", 6);
        p.u64(2, "previous_last_sequence", 900);
    }),
    (3, "graph-end", |p| {
        p.u64(1, "duration_us", 12_345);
        p.u32(2, "status", 2);
        p.attributes(3, &[("colour", "blue")]);
    }),
    (4, "epoch-end", |p| p.u32(1, "reason", 2)),
    (5, "node-start", |p| {
        p.u32(1, "attempt", 2);
        p.u32(2, "step", 3);
        p.attributes(3, &[("colour", "blue")]);
    }),
    (6, "heartbeat", |p| p.u64(1, "interval_us", 5_000_000)),
    (7, "node-end", |p| {
        p.u64(1, "duration_us", 1);
        p.u32(2, "status", 5);
        p.attributes(3, &[("colour", "blue")]);
    }),
    (8, "lane-end", |p| {
        p.u32(1, "next_lane", 9);
        p.boolean(2, "has_next", true);
    }),
    (9, "edge", |p| {
        p.reference(1, "from", "planner");
        p.references(2, "to", &["writer", "", "critic"]);
        p.reference(3, "condition", "needs_review");
    }),
    (10, "late-drops", |p| {
        p.u64(1, "first", 2);
        p.u64(2, "count", 3);
        p.u32(3, "reason", 7);
    }),
    (11, "token-chunk", |p| {
        p.reference(1, "request", "req-1");
        p.reference(2, "model", "model-x");
        p.text(3, "größe".as_bytes());
        p.u32(4, "index", 4);
        p.boolean(5, "final", true);
    }),
    (13, "llm-start", |p| {
        p.reference(1, "request", "req-1");
        p.reference(2, "model", "model-x");
        p.reference(3, "provider", "house");
        p.string(4, "input", "{\"prompt\":\"hi\"}");
        p.attributes(5, &[("temperature", "0.7")]);
    }),
    (15, "llm-end", |p| {
        p.reference(1, "request", "req-1");
        p.reference(2, "model", "model-x");
        p.u64(3, "duration_us", 800_000);
        p.u32(4, "status", 1);
        p.reference(5, "finish_reason", "stop");
        p.u64(6, "input_tokens", 12);
        p.u64(7, "output_tokens", 9_007_199_254_740_991);
        p.attributes(8, &[("region", "eu")]);
    }),
    (16, "state-diff", |p| {
        p.bytes(1, "base_hash", &HASH);
        p.bytes(2, "result_hash", &HASH);
        for (op, path, from, value) in [
            (1, "/a", "", "1"),
            (2, "/b", "", ""),
            (3, "", "", "{}"),
            (4, "/c", "/d", ""),
            (5, "/c", "", ""),
            (6, "/a", "", "\"x\""),
        ] {
            p.element(3, "ops", |patch| {
                patch.u32(1, "op", op);
                patch.reference(2, "path", path);
                patch.reference(3, "from", from);
                patch.string(4, "value", value);
            });
        }
    }),
    (17, "tool-call", |p| {
        p.reference(1, "call", "call-1");
        p.reference(2, "tool", "search");
        p.string(3, "arguments", "[1,2]");
        p.attributes(4, &[("cached", "no")]);
    }),
    (18, "state-snapshot", |p| {
        p.bytes(1, "hash", &HASH);
        p.text(2, b"{\"a\":1}");
        p.u32(3, "chunk_index", 1);
        p.u32(4, "chunk_count", 2);
    }),
    (19, "tool-result", |p| {
        p.reference(1, "call", "call-1");
        p.reference(2, "tool", "search");
        p.string(3, "result", "none");
        p.u64(4, "duration_us", 77);
        p.u32(5, "status", 4);
        p.attributes(6, &[("cached", "no")]);
    }),
    (20, "checkpoint-manifest", |p| {
        p.u64(1, "generation", 3);
        p.u64(2, "parent_generation", 2);
        p.u32(3, "chunk_count", 1);
        p.u64(4, "total_len", 1_000);
        p.bytes(5, "sha256", &HASH);
        p.reference(6, "content_type", "application/json");
        p.attributes(7, &[("by", "timer")]);
    }),
    (21, "metrics", |p| {
        p.references(1, "int_name", &["tokens", "errors", "low", "high"]);
        p.signed(2, "int_value", &[300, 0, -9_007_199_254_740_991, 9_007_199_254_740_991]);
        p.references(3, "float_name", &["cost", "nan", "inf", "minus_inf", "zero", "minus_zero", "tiny", "huge"]);
        p.doubles(4, "float_value", &[0.25, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 5e-324, f64::MAX]);
    }),
    (22, "checkpoint-chunk", |p| {
        p.u64(1, "generation", 3);
        p.u32(2, "index", 1);
        p.bytes(3, "data", &[0, 1, 0xff]);
    }),
    (23, "error-report", |p| {
        p.reference(1, "type", "Timeout");
        p.string(2, "message", "took too long");
        p.string(3, "stack", "a\nb");
        p.boolean(4, "retryable", true);
        p.u32(5, "attempt", 2);
        p.attributes(6, &[("host", "h1")]);
    }),
    (24, "dead-letter", |p| {
        p.reference(1, "source_topic", "events");
        p.u32(2, "source_partition", 3);
        p.u64(3, "source_offset", 1_234_567);
        p.u64(4, "source_time_us", 1_700_000_000_000_000);
        p.reference(5, "group", "billing");
        p.reference(6, "stage", "decode");
        p.u32(7, "error_code", 23);
        p.u64(8, "error_offset", 12);
        p.u32(9, "attempt", 4);
        p.u64(10, "first_failure_us", 1_700_000_000_000_001);
        p.u64(11, "last_failure_us", 1_700_000_000_000_002);
        p.bytes(12, "frame", &[0xbe, 1, 0, 0]);
        p.u32(13, "record_index", 1);
        p.string(14, "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        p.u32(15, "replay_count", 1);
    }),
    (25, "execution-trace", |p| {
        p.element(1, "steps", |step| {
            step.reference(1, "node", "planner");
            step.u64(2, "start_us", 10);
            step.u64(3, "duration_us", 20);
            step.u32(4, "status", 1);
        });
        p.element(1, "steps", |_| {});
        p.u64(2, "duration_us", 40);
        p.u32(3, "status", 3);
    }),
    (27, "checkpoint-event", |p| {
        p.u32(1, "action", 2);
        p.u64(2, "generation", 3);
        p.u64(3, "size", 4_096);
        p.u64(4, "duration_us", 5);
    }),
    (29, "memory", |p| {
        p.u32(1, "operation", 4);
        p.reference(2, "store", "notes");
        p.string(3, "key", "who");
        p.u64(4, "count", 2);
    }),
    (31, "human-request", |p| {
        p.reference(1, "request", "ask-1");
        p.string(2, "prompt", "Go on?");
        p.strings(3, "choices", &["yes", "", "no"]);
    }),
    (33, "human-response", |p| {
        p.reference(1, "request", "ask-1");
        p.string(2, "response", "yes");
        p.u64(3, "duration_us", 60_000_000);
    }),
    (35, "progress", |p| {
        p.u64(1, "done", 3);
        p.u64(2, "total", 9);
        p.string(3, "message", "reading");
    }),
    (37, "thinking", |p| {
        p.reference(1, "request", "req-1");
        p.reference(2, "model", "model-x");
        p.text(3, b"hm");
        p.u32(4, "index", 1);
        p.boolean(5, "final", true);
    }),
    (39, "sub-step", |p| {
        p.reference(1, "name", "parse");
        p.u32(2, "index", 1);
        p.u64(3, "duration_us", 2);
        p.u32(4, "status", 1);
    }),
    (41, "warning", |p| {
        p.reference(1, "code", "W1");
        p.string(2, "message", "low on budget");
        p.attributes(3, &[("left", "3")]);
    }),
    (43, "optimization", |p| {
        p.reference(1, "name", "batch");
        p.double(2, "before", -0.0);
        p.double(3, "after", f64::NAN);
        p.string(4, "detail", "grid");
    }),
    (45, "legacy-payload", |p| {
        p.bytes(1, "frame", &[0, 0x0a, 1, 0x61]);
        p.string(2, "source", "topic/3/99");
    }),
    (12, "redacted", |p| p.u32(1, "original_kind", 11)),
    (21, "metrics-floats-only", |p| {
        p.references(3, "float_name", &["a", "a"]);
        p.doubles(4, "float_value", &[-1.5, 1e300]);
    }),
];

/// Kinds whose payload may not be empty, with the least that they may hold.
const LEAST: [(u64, &str, Fill); 3] = [
    (10, "late-drops", |p| {
        p.u64(1, "first", 1);
        p.u64(2, "count", 1);
        p.u32(3, "reason", 1);
    }),
    (20, "checkpoint-manifest", |p| {
        p.u64(1, "generation", 1);
        p.u32(3, "chunk_count", 1);
        p.bytes(5, "sha256", &[0; 32]);
    }),
    (22, "checkpoint-chunk", |p| p.u64(1, "generation", 1)),
];

/// Whole numbers above 2^53, which JavaScript writes without an exponent below 10^21.
fn large_doubles(suite: &mut Suite) {
    let mut builder = Builder::new();
    builder.record(21, |record| {
        record.payload(|metrics| {
            metrics.references(3, "float_name", &["a", "b", "c", "d", "e", "f"]);
            metrics.doubles(4, "float_value", &LARGE);
        });
    });
    let id = "kind-21-metrics-floats-large";
    suite.accept((AREA, id, "Kind 21 with large doubles", &["REC-004"]), &builder.frame());
}

pub(crate) fn add(suite: &mut Suite) {
    large_doubles(suite);
    for (kind, name, fill) in KINDS {
        let mut builder = Builder::set(|set| {
            if kind == 12 {
                set.redaction = Some((7, "erased".to_owned()));
            }
            // EPOCH_START stands at 1, in an epoch after 6; the others where LATE_DROPS may point back.
            (set.base_sequence, set.epoch) = (if kind == 2 { 1 } else { 50 }, 8);
        });
        builder.record(kind, |record| {
            record.payload(fill);
        });
        suite.accept(
            (
                AREA,
                &format!("kind-{kind}-{name}-all"),
                &format!("Kind {kind} with all fields"),
                &["REC-004", "REC-005"],
            ),
            &builder.frame(),
        );
        if name == "metrics-floats-only" {
            continue;
        }
        let least = LEAST.iter().find(|(other, _, _)| *other == kind);
        let mut builder = Builder::set(|set| {
            if kind == 12 {
                set.redaction = Some((0, "erased".to_owned()));
            }
            set.base_sequence = if kind == 2 { 1 } else { 50 };
        });
        builder.record(kind, |record| {
            record.payload(least.map_or((|_| {}) as Fill, |(_, _, fill)| *fill));
        });
        let text = if least.is_some() { "with the least that it may hold" } else { "with no fields" };
        suite.accept(
            (AREA, &format!("kind-{kind}-{name}-least"), &format!("Kind {kind} {text}"), &["REC-004"]),
            &builder.frame(),
        );
    }
}
