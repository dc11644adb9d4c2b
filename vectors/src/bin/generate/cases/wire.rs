//! The scan of protobuf bytes, rules that are the same in every message: wire.md.

use super::base::minimal;
use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::wire::{Field, Msg, Value, long_varint, tag, varint};

pub(crate) const AREA: &str = "wire";

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scope {
    Metadata,
    Body,
    Payload,
}

pub(crate) const SCOPES: [Scope; 3] = [Scope::Metadata, Scope::Body, Scope::Payload];

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Body => "body",
            Self::Payload => "payload",
        }
    }
}

/// Records whose payloads have every type: the twin of what is wrong in a payload.
pub(crate) fn payloads() -> Frame {
    let mut builder = Builder::new();
    builder.record(7, |record| {
        record.payload(|end| {
            end.u64(1, "duration_us", 5);
            end.u32(2, "status", 1);
        });
    });
    builder.record(21, |record| {
        record.payload(|metrics| {
            metrics.references(1, "int_name", &["tokens", "calls"]);
            metrics.signed(2, "int_value", &[300, -4]);
            metrics.references(3, "float_name", &["cost"]);
            metrics.doubles(4, "float_value", &[0.25]);
        });
    });
    builder.record(11, |record| {
        record.payload(|chunk| {
            chunk.text(3, b"hi");
            chunk.boolean(5, "final", true);
        });
    });
    builder.record(13, |record| {
        record.payload(|start| {
            start.string(4, "input", "{}");
            start.attributes(5, &[("colour", "red")]);
        });
    });
    builder.record(43, |record| {
        record.payload(|tuned| {
            tuned.reference(1, "name", "batch");
            tuned.double(2, "before", 1.5);
            tuned.double(3, "after", -2.0);
        });
    });
    // Columns that need the strings of the payloads too, so that none is unused where a payload is bent.
    builder.record(6, |record| {
        record.thread("tokens").node("calls").run("cost").task("colour");
    });
    builder.record(6, |record| {
        record.thread("batch");
    });
    builder.frame()
}

pub(crate) const PAYLOADS: &str = "wire-payloads";

/// Changes the payload of a record, and the column of lengths with it.
pub(crate) fn bend(frame: &mut Frame, index: usize, change: impl FnOnce(&mut Msg)) {
    let Value::Parts(parts) = &mut frame.body.field("payloads").value else { panic!("payloads are parts") };
    change(&mut parts[index].1);
    let len = parts[index].1.len() as u64;
    let Value::Packed(lens) = &mut frame.body.field("payload_len").value else { panic!("a column is packed") };
    lens[index].0 = varint(len);
}

/// A payload that is rejected, its siblings not.
pub(crate) fn bad_payload(
    suite: &mut Suite,
    head: crate::suite::Head<'_>,
    frame: &Frame,
    index: usize,
    twin: &str,
    change: impl FnOnce(&mut Msg),
) {
    let mut frame = frame.clone();
    bend(&mut frame, index, change);
    let offset = frame.raw(&format!("payload[{index}]"));
    frame.reject_record(index, "PAYLOAD", offset);
    suite.partly(head, &frame, &[], twin);
}

/// Bytes of a field as they are to be.
pub(crate) fn odd(tag: impl Into<Vec<u8>>, rest: impl Into<Vec<u8>>) -> Field {
    Field { tag: Some(tag.into()), ..Field::new("odd", 1, Value::Raw(2, rest.into())) }
}

/// Adds a field to the end of a message of each kind, which rejects it.
fn everywhere(suite: &mut Suite, requirement: &'static str, name: &str, title: &str, field: &Field) {
    for scope in SCOPES {
        let low = requirement.to_lowercase();
        let id = format!("{low}-{name}-{}", scope.name());
        let title = format!("{title}, in {}", if scope == Scope::Payload { "a payload" } else { scope.name() });
        let head = (AREA, id.as_str(), title.as_str(), &[requirement][..]);
        match scope {
            Scope::Metadata => {
                let frame = minimal().with(|frame| frame.metadata.push(field.clone()));
                suite.reject(head, &frame, ("METADATA_WIRE", frame.at("metadata.odd")), "minimal");
            }
            Scope::Body => {
                let frame = minimal().with(|frame| frame.body.push(field.clone()));
                suite.reject(head, &frame, ("BODY_WIRE", frame.raw("odd")), "minimal");
            }
            Scope::Payload => bad_payload(
                suite,
                (AREA, &id, &title, &[requirement, "REC-004", "REC-001"]),
                &payloads(),
                0,
                PAYLOADS,
                |msg| msg.push(field.clone()),
            ),
        }
    }
}

pub(crate) fn add(suite: &mut Suite) {
    suite.accept((AREA, PAYLOADS, "Records whose payloads have fields of every type", &["REC-001"]), &payloads());
    tags(suite);
    types(suite);
    varints(suite);
    ends(suite);
    super::wire_fields::add(suite);
    super::wire_accepted::add(suite);
}

fn tags(suite: &mut Suite) {
    let unknown = u64::from(1000u32 << 3);
    for (name, title, tag, rest) in [
        ("six-bytes", "An unknown field whose tag has 6 bytes", long_varint(unknown, 6), vec![1]),
        ("ten-bytes", "An unknown field whose tag has 10 bytes", long_varint(unknown, 10), vec![1]),
        ("above", "A tag of 2^32, which would be field 2^29", varint(1 << 32), vec![1]),
        ("above-known", "A tag of 2^32 + 24, in 32 bits field 3 as a varint", varint((1 << 32) + (3 << 3)), vec![1]),
        (
            "above-known-3",
            "A tag of 2^32 + 26, in 32 bits field 3 with a length",
            varint((1 << 32) + (3 << 3 | 2)),
            vec![1, 0],
        ),
        ("all-ones", "A tag of 5 bytes with every bit set", vec![0xff, 0xff, 0xff, 0xff, 0x7f], vec![1]),
        ("cut", "The message ends inside a tag", vec![0x80], vec![]),
        ("cut-after-four", "The message ends after four bytes of a tag", vec![0x80, 0x80, 0x80, 0x80], vec![]),
    ] {
        everywhere(suite, "WIRE-001", name, title, &odd(tag, rest));
    }
    for (name, title, tag, rest) in [
        ("varint", "Field 0 with a varint", vec![0x00], vec![1]),
        ("length", "Field 0 with a length", vec![0x02], vec![1, 7]),
        ("long", "Field 0 with a tag of 2 bytes", vec![0x80, 0x00], vec![1]),
    ] {
        everywhere(suite, "WIRE-002", name, title, &odd(tag, rest));
    }
}

fn types(suite: &mut Suite) {
    for (name, title, wire, rest) in [
        ("group", "An empty group of an unknown field", 3u8, tag(1000, 4)),
        ("end-group", "The end of a group that never began", 4, vec![]),
        ("six", "Wire type 6", 6, vec![1]),
        ("seven", "Wire type 7", 7, vec![1]),
    ] {
        everywhere(suite, "WIRE-003", name, title, &odd(tag(1000, wire), rest));
    }
}

fn varints(suite: &mut Suite) {
    let value = tag(1000, 0);
    let length = tag(1000, 2);
    for (name, title, tag, rest) in [
        ("value-eleven", "A value of 11 bytes", value.clone(), long_varint(1, 11)),
        ("value-tenth-02", "A value whose tenth byte is 02", value.clone(), [&[0x80; 9][..], &[0x02]].concat()),
        ("value-tenth-7f", "A value whose tenth byte is 7f", value, [&[0xff; 9][..], &[0x7f]].concat()),
        ("length-eleven", "A length of 11 bytes", length.clone(), [long_varint(1, 11), vec![0]].concat()),
        (
            "length-tenth-02",
            "A length whose tenth byte is 02",
            length,
            [&[0x81; 1][..], &[0x80; 8], &[0x02, 0]].concat(),
        ),
    ] {
        everywhere(suite, "WIRE-006", name, title, &odd(tag, rest));
    }
}

fn ends(suite: &mut Suite) {
    for (name, title, wire, rest) in [
        ("varint-cut", "The message ends inside a varint", 0u8, vec![0x80]),
        ("varint-missing", "The message ends before a varint", 0, vec![]),
        ("length-missing", "The message ends before a length", 2, vec![]),
        ("fixed64-cut", "The message ends inside a fixed64", 1, vec![0; 7]),
        ("fixed32-cut", "The message ends inside a fixed32", 5, vec![0; 3]),
    ] {
        everywhere(suite, "WIRE-007", name, title, &odd(tag(1000, wire), rest));
    }
    for (name, title, rest) in [
        ("one-past", "A length that is one more than what is left", vec![3, 0, 0]),
        ("all-past", "A length of 1 with nothing left", vec![1]),
        ("2-31", "A length of 2^31", [varint(1 << 31), vec![0]].concat()),
        ("2-32", "A length of 2^32 + 1, which is 1 in 32 bits", [varint((1 << 32) + 1), vec![0]].concat()),
        ("2-63", "A length of 2^63", [varint(1 << 63), vec![0]].concat()),
        ("2-64", "A length of 2^64 - 1", [varint(u64::MAX), vec![0]].concat()),
    ] {
        everywhere(suite, "WIRE-008", name, title, &odd(tag(1000, 2), rest));
    }
}
