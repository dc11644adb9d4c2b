//! Kinds, and what each payload has to satisfy: records.md.

use super::base::minimal;
use super::wire::{bad_payload, bend};
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::Edit as _;
use crate::wire::Msg;

pub(crate) const AREA: &str = "records";

pub(crate) fn add(suite: &mut Suite) {
    siblings(suite);
    unknown_kinds(suite);
    texts(suite);
    refs(suite);
    redaction(suite);
    super::records_kinds::add(suite);
    super::records_rules::add(suite);
    super::records_unread::add(suite);
}

/// A payload that is rejected: its record, and what is changed in it.
#[allow(clippy::too_many_arguments, reason = "a call is a row of a table")]
pub(crate) fn bad(
    suite: &mut Suite,
    id: &str,
    title: &str,
    requirement: &'static str,
    frame: &Frame,
    index: usize,
    twin: &str,
    change: impl FnOnce(&mut Msg),
) {
    bad_payload(suite, (AREA, id, title, &[requirement, "REC-001"]), frame, index, twin, change);
}

/// Four records with a status each.
fn four() -> Frame {
    let mut builder = Builder::new();
    for kind in [3, 7, 3, 7] {
        builder.record(kind, |record| {
            record.payload(|end| end.u32(2, "status", 1));
        });
    }
    builder.frame()
}

fn siblings(suite: &mut Suite) {
    let frame = four();
    suite.accept((AREA, "four-records", "Four records with a payload each", &["REC-001"]), &frame);
    for index in 0..4 {
        let id = format!("rec-001-bad-record-{index}");
        let title = format!("Record {index} of four has a payload that ends inside a value");
        bad_payload(
            suite,
            (AREA, &id, &title, &["REC-004", "REC-001", "REC-025"]),
            &frame,
            index,
            "four-records",
            |msg| {
                msg.field("status").value = crate::wire::Value::Varint(vec![0x80]);
            },
        );
    }
    let mut all = frame.clone();
    for index in 0..4 {
        bend(&mut all, index, |msg| msg.field("status").value = crate::wire::Value::Varint(vec![0x80]));
    }
    for index in 0..4 {
        all.reject_record(index, "PAYLOAD", all.raw(&format!("payload[{index}]")));
    }
    suite.partly(
        (
            AREA,
            "rec-001-all-bad",
            "Every record of four has a bad payload, and the frame is accepted",
            &["REC-001", "REC-004"],
        ),
        &all,
        &[],
        "four-records",
    );
}

fn unknown_kinds(suite: &mut Suite) {
    let odd = |kind: u64, bytes: &[u8]| {
        let mut builder = Builder::new();
        builder.record(5, |record| {
            record.payload(|start| start.u32(1, "attempt", 1));
        });
        builder.record(kind, |record| {
            record.opaque(bytes);
        });
        builder.plain(6);
        builder.frame()
    };
    for (name, kind, text) in [
        ("47", 47, "the first that is not assigned"),
        ("4095", 4_095, "the last that the registry may assign"),
        ("4097", 4_097, "for private use"),
        ("65535", 65_535, "the last for private use"),
        ("65537", 65_537, "held"),
        ("261", 261, "5 in 8 bits"),
        ("4294967295", 4_294_967_295, "the largest"),
    ] {
        let frame = odd(kind, b"\xff\xff\x00not a message");
        suite.accept(
            (
                AREA,
                &format!("rec-002-kind-{name}"),
                &format!("A record of kind {kind}: odd, not known, {text}"),
                &["REC-002"],
            ),
            &frame,
        );
    }
    suite.accept(
        (AREA, "rec-002-empty", "A record of an unknown odd kind without a payload", &["REC-002"]),
        &odd(4_097, b""),
    );
    for (name, kind, text) in [
        ("14", 14, "between kinds that are assigned"),
        ("26", 26, "between kinds that are assigned"),
        ("46", 46, "the first above those that are assigned"),
        ("4096", 4_096, "for private use"),
        ("65534", 65_534, "for private use"),
        ("65536", 65_536, "held"),
        ("262", 262, "6 in 8 bits"),
        ("4294967294", 4_294_967_294, "the largest even one"),
    ] {
        let mut frame = odd(kind, b"\x08\x01");
        frame.reject_record(1, "UNKNOWN_CRITICAL_KIND", frame.raw("kind[1]"));
        let id = format!("rec-003-kind-{name}");
        suite.partly(
            (AREA, &id, &format!("A record of kind {kind}: even, not known, {text}"), &["REC-003", "REC-001"]),
            &frame,
            &[],
            "rec-002-kind-14-twin",
        );
    }
    suite.accept(
        (AREA, "rec-002-kind-14-twin", "A record of an unknown odd kind with two bytes", &["REC-002"]),
        &odd(47, b"\x08\x01"),
    );
    let mut two = odd(46, b"\x08\x01");
    bend(&mut two, 0, |msg| msg.field("attempt").value = crate::wire::Value::Varint(vec![0x80]));
    two.reject_record(0, "PAYLOAD", two.raw("payload[0]"));
    two.reject_record(1, "UNKNOWN_CRITICAL_KIND", two.raw("kind[1]"));
    suite.partly(
        (
            AREA,
            "rec-003-after-bad-payload",
            "A bad payload and an unknown even kind in two records",
            &["REC-001", "REC-003", "REC-004"],
        ),
        &two,
        &[],
        "rec-002-kind-14-twin",
    );
}

fn texts(suite: &mut Suite) {
    let with = |bytes: &[u8]| {
        let mut builder = Builder::new();
        for kind in [11, 37] {
            builder.record(kind, |record| {
                record.payload(|chunk| chunk.text(3, bytes));
            });
        }
        builder.record(18, |record| {
            record.payload(|snapshot| snapshot.text(2, bytes));
        });
        builder.frame()
    };
    for (name, text, bytes) in [
        ("half-letter", "half of a letter of two bytes", &b"caf\xc3"[..]),
        ("continuation", "a continuation byte", b"\xa9"),
        ("binary", "every bit", b"\xff\xfe\x00\x80"),
        ("surrogate", "a surrogate", b"\xed\xa0\x80"),
        ("overlong", "an overlong form", b"\xc0\x80"),
    ] {
        suite
            .accept((AREA, &format!("rec-006-text-{name}"), &format!("Texts with {text}"), &["REC-006"]), &with(bytes));
    }
    suite.accept(
        (AREA, "rec-006-text-nul", "Texts with U+0000 and line ends", &["REC-006"]),
        &with(b"a\x00b\r\n\xef\xbb\xbf"),
    );
}

fn refs(suite: &mut Suite) {
    let mut builder = Builder::new();
    builder.record(1, |record| {
        record.payload(|start| {
            start.reference(1, "graph", "g");
            start.attributes(3, &[("k1", "v1"), ("k2", "")]);
        });
    });
    builder.record(9, |record| {
        record.payload(|edge| {
            edge.reference(1, "from", "a");
            edge.references(2, "to", &["b", "", "c"]);
            edge.reference(3, "condition", "yes");
        });
    });
    builder.record(25, |record| {
        record.payload(|trace| {
            trace.element(1, "steps", |step| step.reference(1, "node", "a"));
            trace.element(1, "steps", |step| step.reference(1, "node", "b"));
        });
    });
    builder.record(16, |record| {
        record.payload(|diff| {
            diff.element(3, "ops", |op| {
                op.u32(1, "op", 4);
                op.reference(2, "path", "/x");
                op.reference(3, "from", "/y");
            });
        });
    });
    // Columns that need the strings too.
    for names in [["g", "k1", "k2", "a"], ["b", "c", "yes", "/x"], ["/y", "g", "g", "g"]] {
        builder.record(6, |record| {
            record.thread(names[0]).node(names[1]).run(names[2]).task(names[3]);
        });
    }
    let frame = builder.frame();
    let past = 10;
    let twin = "rec-005-refs";
    suite
        .accept((AREA, twin, "Refs in payloads, at every depth, and one of 0 in a packed field", &["REC-005"]), &frame);
    let mut one = |id: &str, title: &str, index: usize, change: &dyn Fn(&mut Msg)| {
        bad(suite, id, title, "REC-005", &frame, index, twin, change)
    };
    let to = |value: u64| crate::wire::Value::Varint(crate::wire::varint(value));
    one("rec-005-singular", "A ref one past the table", 0, &|msg| msg.field("graph_ref").value = to(past));
    one("rec-005-all-ones", "A ref of 2^32 - 1", 1, &|msg| msg.field("condition_ref").value = to(u64::from(u32::MAX)));
    one("rec-005-packed-last", "The last value of packed refs is one past the table", 1, &|msg| {
        let crate::wire::Value::Packed(values) = &mut msg.field("to_ref").value else { panic!("packed") };
        values[2].0 = vec![10];
    });
    one("rec-005-attribute", "The key of an attribute is one past the table", 0, &|msg| {
        msg.nested("attributes[1]").field("key_ref").value = to(past)
    });
    one("rec-005-step", "The node of the second step is one past the table", 2, &|msg| {
        msg.nested("steps[1]").field("node_ref").value = to(past)
    });
    one("rec-005-patch-path", "The path of a patch is one past the table", 3, &|msg| {
        msg.nested("ops[0]").field("path_ref").value = to(past)
    });
    one("rec-005-patch-from", "The source of a patch is one past the table", 3, &|msg| {
        msg.nested("ops[0]").field("from_ref").value = to(past)
    });
}

fn redaction(suite: &mut Suite) {
    let redacted = |marked: bool| {
        let mut builder = Builder::set(|set| {
            if marked {
                set.redaction = Some((0x1234_5678, "erased".to_owned()));
            }
        });
        builder.record(2, |record| {
            record.payload(|start| {
                start.u32(1, "previous_epoch", 0);
            });
        });
        builder.record(12, |record| {
            record.payload(|redacted| redacted.u32(1, "original_kind", 11));
        });
        builder.record(4, |record| {
            record.payload(|end| end.u32(1, "reason", 1));
        });
        builder.frame()
    };
    suite.accept(
        (
            AREA,
            "rec-023-redacted",
            "A redacted record between control records, in a frame with a redaction",
            &["REC-023", "REC-024"],
        ),
        &redacted(true),
    );
    let mut unmarked = redacted(false);
    unmarked.reject_record(1, "PAYLOAD", unmarked.raw("payload[1]"));
    suite.partly(
        (AREA, "rec-023-no-redaction", "A redacted record in a frame without a redaction", &["REC-023", "REC-001"]),
        &unmarked,
        &[],
        "rec-023-redacted",
    );
    let kind_of = |kind: u64| {
        redacted(true).with(|frame| {
            let crate::wire::Value::Packed(values) = &mut frame.body.field("kind").value else { panic!("packed") };
            values[1].0 = crate::wire::varint(kind);
            frame.records_json.item_mut(1).set("kind", crate::tree::Tree::Int(kind.into()));
            frame.reject_record(1, "PAYLOAD", frame.raw("payload[1]"));
        })
    };
    for (name, kind, text) in [
        ("event", 5, "an event"),
        ("state", 18, "a snapshot, and its payload is bad too"),
        ("dead-letter", 24, "a dead letter"),
        ("odd-unknown", 4_097, "of an unknown odd kind"),
        ("even-unknown", 4_096, "of an unknown even kind"),
    ] {
        let id = format!("rec-024-{name}");
        suite.partly(
            (AREA, &id, &format!("A record in a frame with a redaction is {text}"), &["REC-024", "REC-001", "ERR-001"]),
            &kind_of(kind),
            &[],
            "rec-023-redacted",
        );
    }
    let mut builder = Builder::set(|set| set.redaction = Some((0, "erased".to_owned())));
    for kind in [2, 6, 8, 12] {
        builder.plain(kind);
    }
    builder.record(10, |record| {
        record.sequence(5).payload(|drops| {
            drops.u64(1, "first", 1);
            drops.u64(2, "count", 1);
            drops.u32(3, "reason", 1);
        });
    });
    builder.plain(4);
    suite.accept(
        (AREA, "rec-024-control-kinds", "Every control kind in a frame with a redaction", &["REC-024"]),
        &builder.frame(),
    );
    let no_payloads = minimal().with(|frame| {
        frame.body.field("kind").value = crate::wire::Value::Packed(vec![(vec![12], 1)]);
        frame.records_json.item_mut(0).set("kind", crate::tree::Tree::Int(12));
        frame.reject_record(0, "PAYLOAD", frame.raw_end());
    });
    suite.partly(
        (
            AREA,
            "rec-023-no-payloads",
            "A redacted record, no redaction, and no payloads: the offset is raw_len",
            &["REC-023"],
        ),
        &no_payloads,
        &[],
        "minimal",
    );
}
