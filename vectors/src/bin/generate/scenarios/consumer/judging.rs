//! What is rejected, not supported, or of another tenant.

use super::script::{Message, Script, committed, duplicate, hand, letter, stopped};
use crate::scenarios::ledger::scene::{Fate, Item, Shape, beats, items, start};
use crate::suite::Suite;
use crate::tree::Tree;

pub(crate) fn add(suite: &mut Suite) {
    rejected(suite);
    unsupported(suite);
    tenant(suite);
    headers(suite);
}

fn rejected(suite: &mut Suite) {
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::BodyDamaged), &[letter(1, "BODY_CRC")])
        .message(beats(5, 2), &[hand(2, 2)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-rejected-frame",
            "A damaged frame is a dead letter, and its numbers are not missing",
            &["CON-001", "CON-002", "CON-006", "KAF-008"],
        );
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::PreludeDamaged), &[letter(1, "PRELUDE_CRC")])
        .message(beats(5, 2), &[hand(2, 2).verdict_of("GAP", 2)])
        .commit(&[committed(3, &[0, 2])])
        .finish(
            suite,
            "consumer-rejected-prelude",
            "A frame whose prelude is damaged is not counted",
            &["CON-002", "CON-006"],
        );
    Script::new(100)
        .start(&[])
        .message(Message::null(), &[letter(0, "NULL_VALUE")])
        .message(start(0, 0, 2), &[hand(1, 2)])
        .commit(&[committed(2, &[1])])
        .finish(suite, "consumer-null-value", "A null value is a dead letter", &["CON-006", "KAF-008"]);
    let partly = items(3, &[Item::Node, Item::Critical, Item::Node]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(partly, &[letter(1, "UNKNOWN_CRITICAL_KIND").record(2), hand(1, 3).records(&[1, 3])])
        .message(beats(6, 1), &[hand(2, 1)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-rejected-record",
            "A record that is rejected is a dead letter, and its siblings are handed over",
            &["CON-001", "CON-006"],
        );
    let partly = items(3, &[Item::Critical, Item::Node]);
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(&partly, &[letter(1, "UNKNOWN_CRITICAL_KIND").record(1), hand(1, 2).records(&[2])])
        .message(&partly, &[duplicate(2)])
        .commit(&[committed(3, &[0, 1])])
        .finish(
            suite,
            "consumer-rejected-record-again",
            "A duplicate with a record that is rejected is a duplicate, and its dead letter is there",
            &["CON-003", "CON-006", "KAF-010"],
        );
    let none = items(3, &[Item::Critical, Item::Critical]);
    let letters = [1, 2].map(|record| letter(1, "UNKNOWN_CRITICAL_KIND").record(record));
    Script::new(100)
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(none, &letters.into_iter().chain([hand(1, 0)]).collect::<Vec<_>>())
        .message(beats(5, 1), &[hand(2, 1)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(
            suite,
            "consumer-rejected-records-all",
            "A frame whose records are all rejected is handed over without any",
            &["CON-001", "CON-003", "CON-006"],
        );
}

fn unsupported(suite: &mut Suite) {
    let elsewhere = || Message::from(start(0, 0, 1).with(|shape| shape.lane = 1)).in_partition(1);
    Script::new(100)
        .with("partitions", Tree::Int(2))
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::LastVersion), &[stopped(1, "VERSION")])
        .message(beats(5, 2), &[])
        .message(elsewhere(), &[hand(0, 1).in_partition(1)])
        .commit(&[committed(1, &[0]), committed(1, &[0]).in_partition(1)])
        .crash()
        .start(&[stopped(1, "VERSION")])
        .commit(&[committed(1, &[0]), committed(1, &[0]).in_partition(1)])
        .finish(
            suite,
            "consumer-unsupported",
            "A partition stands at a frame of a newer version, and another goes on",
            &["CON-005", "KAF-007"],
        );
    let pass = |offset: u32| {
        let place = Tree::map([("partition", Tree::Int(0)), ("offset", Tree::Int(offset.into()))]);
        Tree::map([("step", Tree::text("start")), ("pass", Tree::List(vec![place]))])
    };
    let script = |fate: Fate, code: &str| {
        let newer: Shape = beats(3, 2).fate(fate);
        Script::new(100)
            .start(&[])
            .message(start(0, 0, 2), &[hand(0, 2)])
            .message(&newer, &[stopped(1, code)])
            .message(newer.with(|shape| shape.base = 5), &[])
            .commit(&[committed(1, &[0])])
            .stop(&[committed(1, &[0])])
            .step(pass(2), &[stopped(1, code)])
            .stop(&[committed(1, &[0])])
            .step(pass(1), &[letter(1, code), stopped(2, code)])
            .commit(&[committed(2, &[0])])
            .stop(&[committed(2, &[0])])
            .step(pass(2), &[letter(2, code)])
    };
    let next = beats(7, 1);
    script(Fate::LastVersion, "VERSION").message(&next, &[hand(3, 1)]).finish(
        suite,
        "consumer-unsupported-passed",
        "An operator lets one unsupported frame pass, and no other",
        &["CON-005", "KAF-007"],
    );
    script(Fate::OtherCodec, "CODEC").message(&next, &[hand(3, 1)]).finish(
        suite,
        "consumer-unsupported-codec",
        "A frame with an unknown codec, which an operator lets pass",
        &["CON-005", "KAF-007"],
    );
    script(Fate::CriticalFlag, "CRITICAL_FLAG").message(&next, &[hand(3, 1)]).finish(
        suite,
        "consumer-unsupported-flag",
        "A frame with an unknown critical flag, which an operator lets pass",
        &["CON-005", "KAF-007"],
    );
    script(Fate::LastSchema, "SCHEMA").message(&next, &[hand(3, 1)]).finish(
        suite,
        "consumer-unsupported-schema",
        "A frame with an unknown schema, which an operator lets pass",
        &["CON-005", "KAF-007"],
    );
    let other = Tree::map([("partition", Tree::Int(1)), ("offset", Tree::Int(1))]);
    let elsewhere = Tree::map([("step", Tree::text("start")), ("pass", Tree::List(vec![other]))]);
    Script::new(100)
        .with("partitions", Tree::Int(2))
        .step(elsewhere, &[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(beats(3, 2).fate(Fate::LastVersion), &[stopped(1, "VERSION")])
        .commit(&[committed(1, &[0]), committed(0, &[]).in_partition(1)])
        .finish(
            suite,
            "consumer-unsupported-passed-elsewhere",
            "An operator lets the frame of another partition pass",
            &["CON-005", "KAF-007"],
        );
}

fn tenant(suite: &mut Suite) {
    let other = |shape: Shape| shape.with(|shape| shape.tenant = "umbrella");
    Script::new(100)
        .with("tenant", Tree::text("acme"))
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(other(beats(3, 2)), &[letter(1, "TENANT_MISMATCH")])
        .message(beats(3, 2), &[hand(2, 2)])
        .message(other(beats(9, 1)), &[letter(3, "TENANT_MISMATCH")])
        .commit(&[committed(4, &[0, 2])])
        .finish(
            suite,
            "consumer-other-tenant",
            "A frame of another tenant is a dead letter, and the ledger does not see it",
            &["CON-012"],
        );
}

fn headers(suite: &mut Suite) {
    let lying = [
        ("ds-tenant", "umbrella"),
        ("ds-producer", "ffffffffffffffffffffffffffffffff"),
        ("ds-epoch", "9"),
        ("ds-lane", "7"),
        ("ds-base", "100"),
        ("ds-count", "1"),
    ];
    Script::new(100)
        .with("tenant", Tree::text("acme"))
        .start(&[])
        .message(start(0, 0, 2), &[hand(0, 2)])
        .message(Message::from(beats(3, 2)).headers(&lying), &[hand(1, 2)])
        .message(Message::from(beats(5, 2)).headers(&[("ds-base", "3"), ("ds-count", "2")]), &[hand(2, 2)])
        .commit(&[committed(3, &[0, 1, 2])])
        .finish(suite, "consumer-headers", "Headers that say what is not so", &["KAF-006"]);
}
