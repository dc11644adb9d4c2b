//! Views against the schema: field by field, and on bytes that are nearly right.

use dashstream_proto::kinds;
use dashstream_proto::schema::{FieldType, MessageSchema};
use proptest::prelude::*;

use super::{
    Attribute, Message, Metrics, Packed, PatchOp, Payload, RecordId, Refs, Sink, Source, TokenChunk, TraceStep,
};
use crate::encode::{StringTable, put};
use crate::payload;
use crate::strings::{Strings, Table};
use crate::wire;

/// How a field is called here.
fn name(field: &str) -> &str {
    match field.strip_suffix("_ref").unwrap_or(field) {
        "final" => "is_final",
        "type" => "error_type",
        other => other,
    }
}

#[test]
fn views_have_the_fields_of_the_schema() {
    let mut all = Payload::fields();
    all.push((Attribute::SCHEMA, Attribute::FIELDS));
    all.push((RecordId::SCHEMA, RecordId::FIELDS));
    all.push((PatchOp::SCHEMA, PatchOp::FIELDS));
    all.push((TraceStep::SCHEMA, TraceStep::FIELDS));
    for (schema, fields) in all {
        assert_eq!(schema.fields.len(), fields.len(), "{}", schema.name);
        for (known, (number, field, fits)) in schema.fields.iter().zip(fields) {
            assert_eq!((known.number, name(known.name)), (*number, *field), "{}", schema.name);
            assert!(fits(known), "{}.{} is of another type", schema.name, known.name);
        }
    }
}

#[test]
fn every_kind_has_its_message() {
    let table = Table::default();
    let source = Source { message: &[], strings: Strings::new(&table) };
    for kind in 0..10_000 {
        let view = read(kind, &source).unwrap();
        assert_eq!(view.schema(), kinds::message_of(kind), "kind {kind}");
        assert_eq!(view.kind(), kinds::message_of(kind).map(|_| kind));
    }
}

/// The payload of a kind, read to where another one was.
fn read<'a>(kind: u32, source: &Source<'a>) -> Option<Payload<'a>> {
    let mut view = Payload::from(TokenChunk { index: 7, text: b"before", ..TokenChunk::default() });
    view.fill(kind, source).map(|()| view)
}

/// A field of the schema, mostly right: in its value, its wire type, or its place something may be wrong.
fn field(schema: &'static MessageSchema, depth: u32) -> BoxedStrategy<Vec<u8>> {
    let numbers: Vec<u32> = schema.fields.iter().map(|field| field.number).collect();
    let number = prop_oneof![8 => prop::sample::select(numbers), 1 => 0_u32..20];
    let small =
        prop_oneof![4 => 0_u64..6, 1 => prop::sample::select(vec![1 << 31, 1 << 32, 1 << 53, (1 << 53) - 1, u64::MAX])];
    let bytes =
        prop_oneof![4 => "[a-c]{0,4}".prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..9)];
    (
        number,
        prop_oneof![12 => Just(None), 1 => (0_u8..8).prop_map(Some)],
        small,
        bytes,
        prop::collection::vec(0_u64..5, 0..4),
    )
        .prop_flat_map(move |(number, wire_type, small, bytes, list)| {
            let known = schema.field(number);
            let wire_type = wire_type.unwrap_or_else(|| known.map_or(0, |known| known.wire_type()));
            let inner: BoxedStrategy<Vec<u8>> = match known.map(|known| (known.ty, known.packed)) {
                Some((FieldType::Message(inner), _)) if depth > 0 => {
                    prop::collection::vec(field(inner, depth - 1), 0..4).prop_map(|fields| fields.concat()).boxed()
                }
                Some((FieldType::Double, true)) => Just(vec![0; 8 * list.len()]).boxed(),
                Some((_, true)) => {
                    let mut packed = Vec::new();
                    list.iter().for_each(|value| put::varint(&mut packed, *value));
                    Just(packed).boxed()
                }
                _ => Just(bytes).boxed(),
            };
            inner.prop_map(move |inner| {
                let mut out = Vec::new();
                put::tag(&mut out, number, wire_type);
                match wire_type {
                    0 => put::varint(&mut out, small),
                    1 => out.extend_from_slice(&small.to_le_bytes()),
                    5 => out.extend_from_slice(&[1; 4]),
                    _ => {
                        put::varint(&mut out, inner.len() as u64);
                        out.extend_from_slice(&inner);
                    }
                }
                out
            })
        })
        .boxed()
}

fn messages() -> impl Strategy<Value = (u32, Vec<u8>)> {
    let known: Vec<u32> = (1..100).filter(|kind| kinds::message_of(*kind).is_some()).collect();
    prop::sample::select(known).prop_flat_map(|kind| {
        let schema = kinds::message_of(kind).unwrap();
        let fields = prop::collection::vec(field(schema, 2), 0..6).prop_map(|fields| fields.concat());
        (
            Just(kind),
            (fields, prop::option::weighted(0.2, 0_usize..40)).prop_map(|(mut bytes, cut)| {
                bytes.truncate(cut.unwrap_or(bytes.len()));
                bytes
            }),
        )
    })
}

#[test]
fn the_widest_numbers_take_no_more_than_they_need() {
    let (ints, floats) = ([-9_007_199_254_740_991_i64; 100], [f64::MAX; 100]);
    let refs = [None; 100];
    let widest = [
        Metrics { int_value: Packed::from(&ints), ..Metrics::default() },
        Metrics { float_value: Packed::from(&floats), ..Metrics::default() },
        Metrics { int_name: Refs::from(&refs), ..Metrics::default() },
    ];
    for view in widest.map(Payload::from) {
        assert!(written(&view).0.len() <= view.need().payload, "{view:?}");
    }
}

/// The message and its strings, as they are written.
fn written(view: &Payload<'_>) -> (Vec<u8>, Vec<u8>) {
    let (mut out, mut strings) = (Vec::new(), StringTable::default());
    view.write(&mut Sink { out: &mut out, strings: &mut strings }).unwrap();
    (out, strings.encoded().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A view passes exactly what the scan of the schema and the check of the refs pass.
    #[test]
    fn views_pass_what_the_schema_passes((kind, message) in messages()) {
        let table = Table { texts: vec!["a", "b", "c"], ..Table::default() };
        let strings = Strings::new(&table);
        let schema = kinds::message_of(kind).unwrap();
        let passes = wire::scan(schema, &message).is_ok() && payload::refs(schema, &message, 3).is_ok();
        let view = read(kind, &Source { message: &message, strings });
        prop_assert_eq!(view.is_some(), passes);
    }

    /// What is written is read again, and written in the same way.
    #[test]
    fn what_is_written_is_read((kind, message) in messages()) {
        let table = Table { texts: vec!["a", "b", "c"], ..Table::default() };
        let strings = Strings::new(&table);
        if let Some(view) = read(kind, &Source { message: &message, strings }) {
            let (mut first, mut again) = (Vec::new(), Vec::new());
            let mut written = StringTable::default();
            view.write(&mut Sink { out: &mut first, strings: &mut written }).unwrap();
            let mut second = StringTable::default();
            let known = written.table();
            let read = read(kind, &Source { message: &first, strings: Strings::new(&known) });
            // A double may be NaN, which is not even itself.
            read.unwrap().write(&mut Sink { out: &mut again, strings: &mut second }).unwrap();
            prop_assert_eq!(&first, &again);
            prop_assert_eq!(written.encoded(), second.encoded());
            prop_assert!(first.len() <= message.len());
        }
    }

    /// What a message needs is no less than what it takes.
    #[test]
    fn a_message_takes_no_more_than_it_needs((kind, message) in messages()) {
        let table = Table { texts: vec!["a", "b", "c"], ..Table::default() };
        if let Some(view) = read(kind, &Source { message: &message, strings: Strings::new(&table) }) {
            let (out, strings) = written(&view);
            let need = view.need();
            prop_assert!(out.len() <= need.payload, "{} of {}", out.len(), need.payload);
            prop_assert!(strings.len() <= need.table, "{} of {}", strings.len(), need.table);
            // Each of these strings takes three bytes.
            prop_assert!(strings.len() / 3 <= need.strings);
        }
    }

    /// What has been kept is written as what was read.
    #[test]
    fn what_is_kept_is_written_the_same((kind, message) in messages()) {
        let table = Table { texts: vec!["a", "b", "c"], ..Table::default() };
        if let Some(view) = read(kind, &Source { message: &message, strings: Strings::new(&table) }) {
            let kept = view.to_owned();
            prop_assert_eq!(kept.as_view().kind(), view.kind());
            prop_assert_eq!(written(&kept.as_view()), written(&view));
            prop_assert_eq!(written(&kept.as_view().to_owned().as_view()), written(&view));
        }
    }
}
