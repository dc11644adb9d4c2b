//! Payloads that are empty, and strings that perhaps an unread payload refers to.

use super::base::minimal;
use super::records::AREA;
use super::wire::bad_payload;
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Value, varint};

pub(crate) fn add(suite: &mut Suite) {
    places(suite);
    unread(suite);
    rejected(suite);
}

/// Gives a record another kind.
fn with_kind(frame: &Frame, index: usize, kind: u64) -> Frame {
    frame.with(|frame| {
        let Value::Packed(values) = &mut frame.body.field("kind").value else { panic!("a column is packed") };
        values[index].0 = varint(kind);
        frame.records_json.item_mut(index).set("kind", Tree::Int(kind.into()));
    })
}

/// The offset of PAYLOAD where the payload has no bytes.
fn places(suite: &mut Suite) {
    let mut builder = Builder::new();
    builder.record(5, |record| {
        record.payload(|start| start.u32(1, "attempt", 1));
    });
    builder.plain(6).record(7, |record| {
        record.payload(|end| end.u32(2, "status", 1));
    });
    let frame = builder.frame();
    let name = "payload-empty-between";
    suite.accept((AREA, name, "A record without a payload between two that have one", &["REC-001"]), &frame);
    let manifest = with_kind(&frame, 1, 20).with(|frame| {
        frame.reject_record(1, "PAYLOAD", frame.raw("payload[1]"));
    });
    suite.partly(
        (
            AREA,
            "rec-017-empty-between",
            "A manifest without a payload between two records that have one: the offset is where its payload would be",
            &["REC-017", "REC-025", "REC-001"],
        ),
        &manifest,
        &[],
        name,
    );
    let first = with_kind(&minimal(), 0, 12).with(|frame| {
        frame.body.0.insert(0, Field::bytes("payloads", 15, *b""));
        frame.reject_record(0, "PAYLOAD", frame.raw_end());
    });
    suite.partly(
        (
            AREA,
            "rec-023-empty-payloads-first",
            "A redacted record, no redaction, and payloads that are empty and come first: the offset is raw_len",
            &["REC-023", "REC-025"],
        ),
        &first,
        &["FIELD_ORDER", "EXPLICIT_DEFAULT"],
        "minimal",
    );
}

/// A record of a kind that no reader knows, and a string that no column refers to.
fn unread(suite: &mut Suite) {
    let frame = |kind: u64, bytes: &[u8]| {
        let mut builder = Builder::new();
        builder.record(5, |record| {
            record.thread("t");
        });
        builder.record(kind, |record| {
            record.opaque(bytes);
        });
        builder.frame().with(|frame| frame.body.insert_before("kind", Field::bytes("strings[1]", 1, *b"perhaps")))
    };
    let name = "rec-002-unread-refs";
    suite.accept(
        (AREA, name, "A string that nothing refers to but perhaps a payload that is not read", &["REC-002", "REC-026"]),
        &frame(47, b"\x08\x02"),
    );
    suite.accept(
        (
            AREA,
            "rec-002-unread-empty",
            "The same, where the payload that is not read is empty",
            &["REC-002", "REC-026"],
        ),
        &frame(47, b""),
    );
    let mut critical = frame(46, b"\x08\x02");
    critical.reject_record(1, "UNKNOWN_CRITICAL_KIND", critical.raw("kind[1]"));
    suite.partly(
        (
            AREA,
            "rec-003-unread-refs",
            "A string that nothing refers to but perhaps a record of an unknown even kind",
            &["REC-003", "REC-026", "REC-001"],
        ),
        &critical,
        &[],
        name,
    );
}

/// A payload that is rejected, and a string that only it refers to.
fn rejected(suite: &mut Suite) {
    let mut builder = Builder::new();
    builder.record(9, |record| {
        record.thread("t").payload(|edge| edge.reference(1, "from", "a"));
    });
    let frame = builder.frame();
    let name = "rec-005-one-ref";
    suite.accept((AREA, name, "A string that one payload refers to", &["REC-005"]), &frame);
    let title = "A string that nothing refers to but a payload that ends inside its ref";
    bad_payload(
        suite,
        (AREA, "rec-004-unread-refs", title, &["REC-004", "REC-026", "REC-001"]),
        &frame,
        0,
        name,
        |msg| msg.field("from_ref").value = Value::Varint(vec![0x80]),
    );
}
