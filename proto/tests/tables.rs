//! The generated tables and kinds.

use dashstream_proto::kinds;
use dashstream_proto::schema::{self, FieldType};

#[test]
fn fields_ascend_and_are_found_by_number() {
    assert!(!schema::ALL.is_empty());
    for message in schema::ALL {
        assert!(message.fields.is_sorted_by(|a, b| a.number < b.number), "{}", message.name);
        for field in message.fields {
            assert_eq!(message.field(field.number), Some(field));
        }
        assert_eq!(message.field(0), None);
    }
}

#[test]
fn a_field_says_how_it_is_written() {
    let kind = schema::BODY.field(2).unwrap();
    assert_eq!((kind.name, kind.ty, kind.repeated, kind.packed), ("kind", FieldType::Uint32, true, true));
    assert_eq!((kind.wire_type(), kind.is_ref()), (2, false));
    let contexts = schema::METADATA.field(8).unwrap();
    assert_eq!((contexts.ty, contexts.packed), (FieldType::Message(&schema::CONTEXT), false));
    assert!(schema::TOKEN_CHUNK.field(1).unwrap().is_ref());
    assert_eq!(schema::REDACTION.field(1).unwrap().wire_type(), 5);
    assert_eq!(schema::OPTIMIZATION.field(2).unwrap().wire_type(), 1);
}

#[test]
fn each_kind_has_a_name_and_a_payload() {
    assert_eq!(kinds::message_of(kinds::TOKEN_CHUNK), Some(&schema::TOKEN_CHUNK));
    assert_eq!(kinds::name_of(kinds::MEMORY), Some("MEMORY"));
    assert_eq!((kinds::message_of(0), kinds::name_of(4096)), (None, None));
    for kind in kinds::ALL {
        assert!(kinds::message_of(*kind).is_some() && kinds::name_of(*kind).is_some(), "{kind}");
    }
}
