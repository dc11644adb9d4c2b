//! Whose the frame is: metadata.md.

use super::base::minimal;
use super::wire_fields::{ALL, all_metadata};
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::{Given, Suite};
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Msg, Value, varint};

const AREA: &str = "metadata";
const CODE: &str = "METADATA_FIELD";

pub(crate) fn add(suite: &mut Suite) {
    tenant(suite);
    identity(suite);
    drops(suite);
    totals(suite);
    contexts(suite);
    redaction(suite);
    expected_tenant(suite);
}

/// A change to the metadata of a frame; the field that fails is named, or it is absent.
fn bad(suite: &mut Suite, id: &str, title: &str, requirement: &'static str, frame: &Frame, label: &str, twin: &str) {
    let offset = if label.is_empty() { frame.body_at() } else { frame.at(&format!("metadata.{label}")) };
    suite.reject((AREA, id, title, &[requirement]), frame, (CODE, offset), twin);
}

fn small(change: impl FnOnce(&mut Msg)) -> Frame {
    minimal().with(|frame| change(&mut frame.metadata))
}

fn full(change: impl FnOnce(&mut Msg)) -> Frame {
    all_metadata().with(|frame| change(&mut frame.metadata))
}

fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.to_vec(), 1)
}

fn tenant(suite: &mut Suite) {
    bad(
        suite,
        "meta-001-tenant-absent",
        "No tenant",
        "META-001",
        &small(|msg| drop(msg.take("tenant"))),
        "",
        "minimal",
    );
    bad(
        suite,
        "meta-001-tenant-empty",
        "An empty tenant",
        "META-001",
        &small(|msg| msg.field("tenant").value = bytes(b"")),
        "tenant",
        "minimal",
    );
    for len in [1, 254, 255] {
        let frame = Builder::set(|set| set.tenant = "t".repeat(len)).plain(6).frame();
        suite.accept(
            (AREA, &format!("meta-002-tenant-{len}"), &format!("A tenant of {len} bytes"), &["META-002"]),
            &frame,
        );
    }
    let frame = Builder::set(|set| set.tenant = "t".repeat(256)).plain(6).frame();
    bad(suite, "meta-002-tenant-256", "A tenant of 256 bytes", "META-002", &frame, "tenant", "meta-002-tenant-255");
    let frame = Builder::set(|set| set.tenant = format!("{}t", "é".repeat(127))).plain(6).frame();
    suite.accept((AREA, "meta-002-tenant-255-wide", "A tenant of 128 letters in 255 bytes", &["META-002"]), &frame);
    let frame = Builder::set(|set| set.tenant = "é".repeat(128)).plain(6).frame();
    bad(
        suite,
        "meta-002-tenant-256-wide",
        "A tenant of 128 letters in 256 bytes",
        "META-002",
        &frame,
        "tenant",
        "meta-002-tenant-255-wide",
    );
}

fn identity(suite: &mut Suite) {
    bad(
        suite,
        "meta-003-nonce-absent",
        "No boot_nonce",
        "META-003",
        &small(|msg| drop(msg.take("boot_nonce"))),
        "",
        "minimal",
    );
    for len in [0usize, 7, 9, 16] {
        let frame = small(|msg| msg.field("boot_nonce").value = bytes(&crate::build::NONCE.repeat(2)[..len]));
        bad(
            suite,
            &format!("meta-003-nonce-{len}"),
            &format!("A boot_nonce of {len} bytes"),
            "META-003",
            &frame,
            "boot_nonce",
            "minimal",
        );
    }
    let zero = Builder::set(|set| set.boot_nonce = vec![0; 8]).plain(6).frame();
    suite.accept((AREA, "meta-003-nonce-zero", "A boot_nonce that is all zero", &["META-003"]), &zero);
    for len in [1usize, 8, 15, 17, 32] {
        let frame = full(|msg| msg.field("trace_id").value = bytes(&vec![0x33; len]));
        bad(
            suite,
            &format!("meta-004-trace-{len}"),
            &format!("A trace_id of {len} bytes"),
            "META-004",
            &frame,
            "trace_id",
            ALL,
        );
    }
    bad(
        suite,
        "meta-004-trace-zero",
        "A trace_id that is all zero",
        "META-004",
        &full(|msg| msg.field("trace_id").value = bytes(&[0; 16])),
        "trace_id",
        ALL,
    );
    for (name, at) in [("first", 0), ("last", 15)] {
        let mut trace = vec![0; 16];
        trace[at] = 1;
        let frame = Builder::set(|set| set.trace_id = trace).plain(6).frame();
        suite.accept(
            (
                AREA,
                &format!("meta-004-trace-{name}-byte"),
                &format!("A trace_id that is zero but for its {name} byte"),
                &["META-004"],
            ),
            &frame,
        );
    }
}

/// A frame with these drops.
fn dropped(drops: &[(u32, u32)]) -> Frame {
    let mut builder = Builder::set(|set| {
        set.drops = drops.to_vec();
        set.dropped_total = drops.iter().map(|(_, count)| u64::from(*count)).sum();
    });
    builder.plain(6).frame()
}

fn packed(values: &[u64]) -> Value {
    Value::Packed(values.iter().map(|value| (varint(*value), 1)).collect())
}

fn drops(suite: &mut Suite) {
    bad(
        suite,
        "meta-005-reasons-missing",
        "Counts of drops without reasons",
        "META-005",
        &full(|msg| drop(msg.take("drop_reason"))),
        "",
        ALL,
    );
    bad(
        suite,
        "meta-005-counts-missing",
        "Reasons of drops without counts",
        "META-005",
        &full(|msg| drop(msg.take("drop_reason_count"))),
        "drop_reason",
        ALL,
    );
    bad(
        suite,
        "meta-005-one-count-less",
        "Two reasons and one count, with the right sum",
        "META-005",
        &full(|msg| msg.field("drop_reason_count").value = packed(&[3])),
        "drop_reason",
        ALL,
    );
    bad(
        suite,
        "meta-005-one-count-more",
        "Two reasons and three counts, with the right sum",
        "META-005",
        &full(|msg| msg.field("drop_reason_count").value = packed(&[1, 1, 1])),
        "drop_reason",
        ALL,
    );
    let many = |count: u32| dropped(&(1..=count).map(|reason| (reason, 1)).collect::<Vec<_>>());
    suite.accept(
        (AREA, "meta-006-reasons-32", "32 drop reasons, most of them not in the registry", &["META-006", "META-015"]),
        &many(32),
    );
    suite.accept((AREA, "meta-006-reasons-31", "31 drop reasons", &["META-006", "META-015"]), &many(31));
    // One more reason, and the counts keep their sum: the last of 32 was 2.
    let mut two_last: Vec<_> = (1..=32).map(|reason| (reason, 1)).collect();
    two_last[31].1 = 2;
    suite.accept(
        (AREA, "meta-006-reasons-32-of-33", "32 drop reasons of 33 drops", &["META-006", "META-015"]),
        &dropped(&two_last),
    );
    bad(
        suite,
        "meta-006-reasons-33",
        "33 drop reasons",
        "META-006",
        &many(33),
        "drop_reason",
        "meta-006-reasons-32-of-33",
    );
    let reasons = |values: &[u64]| full(|msg| msg.field("drop_reason").value = packed(values));
    bad(suite, "meta-007-reason-zero", "A drop reason of 0", "META-007", &reasons(&[1, 0]), "drop_reason", ALL);
    bad(suite, "meta-007-reason-twice", "A drop reason twice", "META-007", &reasons(&[5, 5]), "drop_reason", ALL);
    bad(
        suite,
        "meta-007-reason-twice-long",
        "A drop reason twice, in different lengths",
        "META-007",
        &full(|msg| msg.field("drop_reason").value = Value::Packed(vec![(vec![5], 1), (vec![0x85, 0], 1)])),
        "drop_reason",
        ALL,
    );
    suite.accept(
        (AREA, "meta-015-reason-unknown", "A drop reason that is not in the registry", &["META-015"]),
        &dropped(&[(4_000_000_000, 1)]),
    );
    suite.accept(
        (AREA, "meta-007-reasons-descending", "Drop reasons that do not ascend", &["META-007", "META-015"]),
        &dropped(&[(8, 1), (2, 1), (9, 1)]),
    );
    let counts = |values: &[u64]| full(|msg| msg.field("drop_reason_count").value = packed(values));
    bad(
        suite,
        "meta-008-count-zero",
        "A count of 0, with the right sum",
        "META-008",
        &counts(&[3, 0]),
        "drop_reason_count",
        ALL,
    );
    bad(
        suite,
        "meta-009-sum-one-less",
        "Counts that add up to one less than drop_count",
        "META-009",
        &counts(&[1, 1]),
        "drop_reason_count",
        ALL,
    );
    bad(
        suite,
        "meta-009-sum-one-more",
        "Counts that add up to one more than drop_count",
        "META-009",
        &counts(&[2, 2]),
        "drop_reason_count",
        ALL,
    );
    bad(
        suite,
        "meta-009-sum-wraps-32",
        "Counts that add up to drop_count in 32 bits",
        "META-009",
        &counts(&[0xffff_ffff, 4]),
        "drop_reason_count",
        ALL,
    );
    bad(
        suite,
        "meta-009-sum-wraps-16",
        "Counts that add up to drop_count in 16 bits",
        "META-009",
        &counts(&[65_536, 3]),
        "drop_reason_count",
        ALL,
    );
    let none = full(|msg| {
        msg.take("drop_reason");
        msg.take("drop_reason_count");
    });
    bad(suite, "meta-009-no-counts", "drop_count is 3, and there are no reasons", "META-009", &none, "", ALL);
    let unsaid = all_metadata().with(|frame| frame.drop_count = 0);
    bad(
        suite,
        "meta-009-drop-count-zero",
        "drop_count is 0, and reasons are given",
        "META-009",
        &unsaid,
        "drop_reason_count",
        ALL,
    );
    suite.accept(
        (AREA, "meta-drop-count-65535", "65,535 drops of one record", &["META-009"]),
        &dropped(&[(1, 65_534), (2, 1)]),
    );
}

fn totals(suite: &mut Suite) {
    let with = |total: u64| full(|msg| msg.field("dropped_total").value = Value::Varint(varint(total)));
    let equal = with(3).with(|frame| frame.metadata_json.set("dropped_total", Tree::digits(3)));
    suite.accept((AREA, "meta-010-total-equal", "dropped_total equals drop_count", &["META-010"]), &equal);
    bad(
        suite,
        "meta-010-total-below",
        "dropped_total is one below drop_count",
        "META-010",
        &with(2),
        "dropped_total",
        "meta-010-total-equal",
    );
    bad(
        suite,
        "meta-010-total-absent",
        "No dropped_total, and there are drops",
        "META-010",
        &full(|msg| drop(msg.take("dropped_total"))),
        "",
        ALL,
    );
}

fn contexts(suite: &mut Suite) {
    let many = |count: usize| {
        let builder = &mut Builder::set(|set| {
            set.contexts = (0..count).map(|n| [String::new(), format!("t{n}"), String::new(), String::new()]).collect()
        });
        builder.plain(6).frame()
    };
    suite.accept((AREA, "meta-011-contexts-15", "15 contexts", &["META-011"]), &many(15));
    suite.accept((AREA, "meta-011-contexts-16", "16 contexts", &["META-011"]), &many(16));
    bad(suite, "meta-011-contexts-17", "17 contexts", "META-011", &many(17), "contexts[16]", "meta-011-contexts-16");
    let eighteen = many(18).with(|frame| frame.metadata.nested("contexts[2]").0.clear());
    bad(
        suite,
        "meta-011-before-meta-012",
        "18 contexts, of which the third is empty",
        "META-011",
        &eighteen,
        "contexts[16]",
        "meta-011-contexts-16",
    );
    let empty = full(|msg| msg.nested("contexts[1]").0.clear());
    bad(suite, "meta-012-context-empty", "A context without texts", "META-012", &empty, "contexts[1]", ALL);
    let blank = full(|msg| msg.nested("contexts[1]").field("node").value = bytes(b""));
    bad(
        suite,
        "meta-012-context-blank",
        "A context whose only text is there and empty",
        "META-012",
        &blank,
        "contexts[1]",
        ALL,
    );
    let unknown = full(|msg| msg.nested("contexts[1]").0 = vec![Field::varint("unknown", 9, 1)]);
    bad(
        suite,
        "meta-012-context-unknown",
        "A context with nothing but an unknown field",
        "META-012",
        &unknown,
        "contexts[1]",
        ALL,
    );
    for (index, name) in ["run", "thread", "node", "task"].into_iter().enumerate() {
        let one = |len: usize| {
            let mut texts = [const { String::new() }; 4];
            texts[index] = "c".repeat(len);
            Builder::set(|set| set.contexts = vec![["r".into(), String::new(), String::new(), String::new()], texts])
                .plain(6)
                .frame()
        };
        let id = format!("meta-012-{name}-256");
        suite.accept((AREA, &id, &format!("A {name} of 256 bytes in a context"), &["META-012"]), &one(256));
        bad(
            suite,
            &format!("meta-012-{name}-257"),
            &format!("A {name} of 257 bytes in a context"),
            "META-012",
            &one(257),
            "contexts[1]",
            &id,
        );
    }
    let two = full(|msg| {
        msg.nested("contexts[0]").0.clear();
        msg.nested("contexts[1]").0.clear();
    });
    bad(suite, "meta-012-first-of-two", "Two contexts without texts", "META-012", &two, "contexts[0]", ALL);
}

fn redaction(suite: &mut Suite) {
    let with = |len: usize| {
        let builder = &mut Builder::set(|set| set.redaction = Some((1, "r".repeat(len))));
        builder.record(12, |record| {
            record.payload(|redacted| redacted.u32(1, "original_kind", 11));
        });
        builder.frame()
    };
    for len in [1, 256] {
        suite.accept(
            (
                AREA,
                &format!("meta-013-reason-{len}"),
                &format!("A redaction with a reason of {len} bytes"),
                &["META-013", "REC-023"],
            ),
            &with(len),
        );
    }
    bad(
        suite,
        "meta-013-reason-257",
        "A redaction with a reason of 257 bytes",
        "META-013",
        &with(257),
        "redaction",
        "meta-013-reason-256",
    );
    bad(
        suite,
        "meta-013-reason-absent",
        "A redaction without a reason",
        "META-013",
        &with(0),
        "redaction",
        "meta-013-reason-1",
    );
    let empty = with(1).with(|frame| frame.metadata.nested("redaction").field("reason").value = bytes(b""));
    bad(
        suite,
        "meta-013-reason-empty",
        "A redaction with an empty reason",
        "META-013",
        &empty,
        "redaction",
        "meta-013-reason-1",
    );
    let none = with(1).with(|frame| frame.metadata.nested("redaction").0.clear());
    bad(
        suite,
        "meta-013-redaction-empty",
        "A redaction with nothing in it",
        "META-013",
        &none,
        "redaction",
        "meta-013-reason-1",
    );
}

fn expected_tenant(suite: &mut Suite) {
    let given = |tenant: &'static str| Given { limits: Vec::new(), tenant: Some(tenant) };
    let frame = minimal();
    suite.accept_given(
        (AREA, "meta-014-tenant-expected", "The tenant that is expected", &["META-014"]),
        &frame,
        given("acme"),
    );
    let offset = frame.at("metadata.tenant");
    for (name, tenant, text) in [
        ("other", "beta", "another"),
        ("case", "Acme", "the same but for the case of a letter"),
        ("prefix", "acm", "a prefix of the frame's"),
        ("longer", "acmeacme", "longer than the frame's"),
        ("space", "acme ", "the frame's and a space"),
        ("empty", "", "empty"),
    ] {
        let id = format!("meta-014-tenant-{name}");
        suite.reject_given(
            (AREA, &id, &format!("The tenant that is expected is {text}"), &["META-014"]),
            &frame,
            given(tenant),
            ("TENANT_MISMATCH", offset),
            "minimal",
        );
    }
    let composed = Builder::set(|set| set.tenant = "caf\u{e9}".to_owned()).plain(6).frame();
    suite.accept_given(
        (AREA, "meta-014-tenant-composed", "A tenant with a composed letter", &["META-014"]),
        &composed,
        given("caf\u{e9}"),
    );
    suite.reject_given(
        (
            AREA,
            "meta-014-tenant-decomposed",
            "The tenant that is expected differs in Unicode normalization only",
            &["META-014"],
        ),
        &composed,
        given("cafe\u{301}"),
        ("TENANT_MISMATCH", offset),
        "meta-014-tenant-composed",
    );
    let moved = minimal().with(|frame| frame.metadata.0.reverse());
    suite.lint(
        (AREA, "meta-tenant-last", "The tenant comes after the boot_nonce", &["WIRE-014"]),
        &moved,
        &["FIELD_ORDER"],
    );
    suite.reject_given(
        (AREA, "meta-014-tenant-last", "The tenant, which comes last, is not the one that is expected", &["META-014"]),
        &moved,
        given("beta"),
        ("TENANT_MISMATCH", moved.at("metadata.tenant")),
        "meta-tenant-last",
    );
}
