//! The schemas against the frozen ones, and the comparison against changes that it has to find.

mod common;
mod compat;

use compat::{Break, Change, breaks, successor};
use pretty_assertions::assert_eq;
use prost::Message as _;

const FROZEN: &[u8] = include_bytes!("../frozen/v1.binpb");

#[test]
fn schema_is_compatible_with_the_frozen_one() {
    if let Err(why) = successor(FROZEN, dashstream_proto::DESCRIPTORS) {
        panic!("proto/frozen/v1.binpb is final, and the schemas break it. Undo this:\n{why}");
    }
}

#[test]
#[allow(clippy::unwrap_used, reason = "a test that does not compile its schema has failed")]
fn only_an_addition_is_frozen() {
    let encoded = |source: &str| common::compile(source).unwrap().encode_to_vec();
    let old = encoded(OLD);
    let longer = encoded(&format!("{OLD} message O {{ bytes d = 1; }}"));
    assert_eq!(successor(&old, &old), Ok(&old[..]));
    assert_eq!(successor(&old, &longer), Ok(&longer[..]));
    let gone = "test.O: the message is gone";
    assert_eq!(successor(&longer, &old), Err(gone.to_owned()));
    let other = encoded("message M { uint64 a = 2; reserved 8; reserved \"gone\"; } message N { string d = 1; }");
    let why = [
        "test.M: field 1 has another number",
        "test.M: field 2 has another name",
        "test.M: field 2 is repeated and was not, or the reverse",
        "test.M: field 3 is gone and its number is not reserved",
        "test.M: field `c` is gone and its name is not reserved",
        "test.M: number 9 is no longer reserved",
        "test.N: field 1 has another type",
    ];
    assert_eq!(successor(&old, &other), Err(why.join("\n")));
}

/// Metadata's numbers 10 and 11 wait for a key id and the hash of a dictionary (proto/README.md).
#[test]
#[allow(clippy::unwrap_used, reason = "a test that does not compile its schema has failed")]
fn a_number_that_is_held_may_be_given_out_and_no_other() {
    let schema = |package: &str, body: &str| {
        let mut set = common::compile(&format!("message Metadata {{ {body} }}")).unwrap();
        package.clone_into(set.file[0].package.as_mut().unwrap());
        set
    };
    let found = |package: &str| breaks(&schema(package, "reserved 9, 10, 11;"), &schema(package, "bytes key = 10;"));
    let freed = |package: &str, number: i32| Break::In(format!("{package}.Metadata"), Change::NumberFreed(number));
    assert_eq!(found("dashstream.v1"), [freed("dashstream.v1", 9)]);
    assert_eq!(found("other"), [9, 10, 11].map(|number| freed("other", number)));
}

#[test]
fn a_frozen_file_without_messages_is_no_measure() {
    assert_eq!(successor(b"", dashstream_proto::DESCRIPTORS), Err("the frozen file holds no message".to_owned()));
    assert!(successor(b"\xff", dashstream_proto::DESCRIPTORS).is_err());
}

const OLD: &str = "message M { reserved 8, 9; reserved \"gone\"; uint32 a = 1; repeated uint64 b = 2; N c = 3; }
    message N { bytes d = 1; }";

/// The changes that the comparison finds in `M` when it becomes `new`.
#[allow(clippy::unwrap_used, reason = "a test that does not compile its schema has failed")]
fn found(new: &str) -> Vec<Change> {
    let new = format!("{new} message N {{ bytes d = 1; }} message O {{ bytes d = 1; }}");
    let all = breaks(&common::compile(OLD).unwrap(), &common::compile(&new).unwrap());
    all.into_iter().filter_map(|found| if let Break::In(_, change) = found { Some(change) } else { None }).collect()
}

/// `M` with these reservations and fields.
fn m(reserved: &str, fields: &str) -> String {
    format!("message M {{ {reserved} {fields} }}")
}

const RESERVED: &str = "reserved 8, 9; reserved \"gone\";";
const FIELDS: &str = "uint32 a = 1; repeated uint64 b = 2; N c = 3;";

#[test]
fn additions_and_reorderings_are_compatible() {
    assert_eq!(found(&m(RESERVED, FIELDS)), []);
    assert_eq!(found(&m(RESERVED, "N c = 3; repeated uint64 b = 2; uint32 a = 1; string new = 4;")), []);
    assert_eq!(found(&m("reserved 7 to 12; reserved \"gone\", \"more\";", FIELDS)), []);
}

#[test]
fn a_message_that_is_removed_is_found() {
    let new = common::compile("message N { bytes d = 1; }").unwrap();
    let found = breaks(&common::compile(OLD).unwrap(), &new);
    assert_eq!(found, [Break::MessageRemoved("test.M".to_owned())]);
}

#[test]
fn a_field_goes_only_with_its_number_and_its_name_reserved() {
    let without_a = "repeated uint64 b = 2; N c = 3;";
    let number = || Change::NumberNotReserved(1);
    let name = || Change::NameNotReserved("a".to_owned());
    assert_eq!(found(&m("reserved 1, 8, 9; reserved \"a\", \"gone\";", without_a)), []);
    assert_eq!(found(&m("reserved 8, 9; reserved \"a\", \"gone\";", without_a)), [number()]);
    assert_eq!(found(&m("reserved 1, 8, 9; reserved \"gone\";", without_a)), [name()]);
    assert_eq!(found(&m(RESERVED, without_a)), [number(), name()]);
}

#[test]
fn a_field_that_changes_is_found() {
    let cases = [
        ("uint32 a = 4; repeated uint64 b = 2; N c = 3;", Change::Renumbered(1)),
        ("uint32 x = 1; repeated uint64 b = 2; N c = 3;", Change::Renamed(1)),
        ("uint64 a = 1; repeated uint64 b = 2; N c = 3;", Change::Retyped(1)),
        ("uint32 a = 1; repeated uint64 b = 2; O c = 3;", Change::Retyped(3)),
        ("repeated uint32 a = 1; repeated uint64 b = 2; N c = 3;", Change::Relabelled(1)),
        ("uint32 a = 1; uint64 b = 2; N c = 3;", Change::Relabelled(2)),
        ("uint32 a = 1; repeated uint64 b = 2 [packed = false]; N c = 3;", Change::Repacked(2)),
    ];
    for (fields, change) in cases {
        assert_eq!(found(&m(RESERVED, fields)), [change], "{fields}");
    }
}

#[test]
fn two_fields_that_swap_their_numbers_are_found() {
    let swapped = "uint32 a = 3; repeated uint64 b = 2; N c = 1;";
    assert!(found(&m(RESERVED, swapped)).contains(&Change::Renamed(1)));
}

#[test]
fn a_reserved_number_or_name_that_is_used_again_is_found() {
    let number = m("reserved 9; reserved \"gone\";", &format!("{FIELDS} bytes new = 8;"));
    let name = m("reserved 8, 9;", &format!("{FIELDS} bytes gone = 4;"));
    assert_eq!(found(&number), [Change::NumberFreed(8)]);
    assert_eq!(found(&name), [Change::NameFreed("gone".to_owned())]);
}

#[test]
fn a_reservation_that_is_dropped_is_found() {
    assert_eq!(found(&m("reserved \"gone\";", FIELDS)), [Change::NumberFreed(8), Change::NumberFreed(9)]);
    assert_eq!(found(&m("reserved 8, 9;", FIELDS)), [Change::NameFreed("gone".to_owned())]);
}
