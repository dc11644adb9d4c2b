//! Repeated fields are the same whether they are given, made or read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use core::fmt::Debug;

use common::{builder, decode, encoder, metadata, with_body};
use dashstream_codec::view::{Attribute, List, Metrics, NodeStart, Packed, Payload, Refs};
use dashstream_codec::{Code, Codec, Decoder, EncodeError, RecordInput};
use dashstream_proto::{kinds, v1};

const NAMES: [Option<&str>; 3] = [Some("a"), Some("b"), Some("a")];
const INTS: [i64; 3] = [-70, 0, 9_007_199_254_740_991];
const FLOATS: [f64; 3] = [0.5, -0.0, f64::INFINITY];
const ATTRIBUTES: [Attribute<'_>; 2] =
    [Attribute { key: Some("k"), value: "v" }, Attribute { key: Some("l"), value: "" }];

/// Length, whether it is empty, the values by both iterators, and how it is shown.
macro_rules! facts {
    ($list:expr) => {{
        let list = $list;
        let values: Vec<_> = list.iter().collect();
        assert_eq!(values, list.into_iter().collect::<Vec<_>>());
        let mut iter = list.iter();
        iter.by_ref().for_each(drop);
        assert!(iter.next().is_none(), "it stays at its end");
        (list.len(), list.is_empty(), values, format!("{list:?}"))
    }};
}

/// What the facts of a list of these values are.
fn expected<T: Clone + Debug>(values: &[T]) -> (usize, bool, Vec<T>, String) {
    (values.len(), values.is_empty(), values.to_vec(), format!("{values:?}"))
}

fn assert_equal_to_itself<T: PartialEq + Debug + Copy>(one: T) {
    let other = one;
    assert_eq!(one, other);
}

/// Shows what is read of these payloads.
fn read(metrics: Metrics<'_>, start: NodeStart<'_>, show: impl FnOnce(Metrics<'_>, NodeStart<'_>)) {
    let mut batch = builder();
    let record = RecordInput { time_us: metadata().base_time_us, ..RecordInput::default() };
    batch.push_view(record, &metrics).unwrap();
    batch.push_view(record, &start).unwrap();
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    let mut decoder = Decoder::new();
    let batch = decode(&mut decoder, &frame).unwrap();
    let views: Vec<Payload<'_>> = batch.records().map(|result| result.accepted().unwrap().view).collect();
    let [Payload::Metrics(metrics), Payload::NodeStart(start)] = views[..] else { panic!("{views:?}") };
    show(metrics, start);
}

#[test]
fn a_list_is_the_same_however_it_came() {
    let (name, int) = (|index: usize| NAMES[index], |index: usize| INTS[index]);
    let (float, attribute) = (|index: usize| FLOATS[index], |index: usize| ATTRIBUTES[index]);
    let given = Metrics {
        int_name: Refs::from(&NAMES),
        int_value: Packed::from(&INTS),
        float_name: Refs::from(&NAMES[..]),
        float_value: Packed::from(&FLOATS[..]),
    };
    let made = Metrics {
        int_name: Refs::by(3, &name),
        int_value: Packed::by(3, &int),
        float_name: Refs::by(3, &name),
        float_value: Packed::by(3, &float),
    };
    let attributes = [List::from(&ATTRIBUTES), List::from(&ATTRIBUTES[..]), List::by(2, &attribute)];
    fn check(metrics: &Metrics<'_>) {
        for names in [metrics.int_name, metrics.float_name] {
            assert_eq!(facts!(names), expected(&NAMES));
        }
        assert_eq!(facts!(metrics.int_value), expected(&INTS));
        assert_eq!(facts!(metrics.float_value), expected(&FLOATS));
        assert_equal_to_itself(*metrics);
    }
    for metrics in [given, made] {
        check(&metrics);
        for list in attributes {
            assert_eq!(facts!(list), expected(&ATTRIBUTES));
            assert_equal_to_itself(list);
            read(metrics, NodeStart { attributes: list, ..NodeStart::default() }, |metrics, start| {
                check(&metrics);
                assert_eq!(facts!(start.attributes), expected(&ATTRIBUTES));
                assert_equal_to_itself(start);
            });
        }
    }
}

#[test]
fn an_absent_list_is_empty() {
    let check = |metrics: Metrics<'_>, start: NodeStart<'_>| {
        assert_eq!(facts!(metrics.int_name), expected(&[]));
        assert_eq!(facts!(metrics.int_value), expected(&[]));
        assert_eq!(facts!(metrics.float_value), expected(&[]));
        assert_eq!(facts!(start.attributes), expected(&[]));
    };
    check(Metrics::default(), NodeStart::default());
    read(Metrics::default(), NodeStart::default(), check);
}

#[test]
fn lists_differ_by_length_and_by_value() {
    let refs = |texts| Refs::from(texts);
    assert_ne!(refs(&NAMES[..]), refs(&NAMES[..2]));
    assert_ne!(refs(&NAMES[..2]), refs(&NAMES[1..]));
    assert_ne!(Packed::from(&INTS[..]), Packed::from(&INTS[..2]));
    assert_ne!(Packed::from(&INTS[..2]), Packed::from(&INTS[1..]));
    assert_ne!(List::from(&ATTRIBUTES[..]), List::from(&ATTRIBUTES[..1]));
    assert_ne!(List::from(&ATTRIBUTES[..1]), List::from(&ATTRIBUTES[1..]));
}

/// How far it is, and of how many; not what is to come.
#[test]
fn an_iterator_is_shown_by_its_place() {
    let mut iter = Packed::from(&INTS).iter();
    iter.next();
    let shown = format!("{iter:?}");
    assert!(shown.contains("next: 1, len: 3"), "{shown}");
}

/// Whether a record may have attributes of these keys, given and encoded.
fn may_have(keys: &[Option<&str>]) -> bool {
    let mut batch = builder();
    let record = RecordInput { time_us: metadata().base_time_us, ..RecordInput::default() };
    let given: Vec<_> = keys.iter().map(|key| Attribute { key: *key, value: "v" }).collect();
    let view = NodeStart { attributes: List::from(&given[..]), ..NodeStart::default() };
    let code = |result: Result<(), EncodeError>| result.map_err(|error| error.code());
    let by_view = code(batch.push_view(record, &view));
    let mut attribute = |key: &Option<&str>| {
        let key_ref = key.map_or(0, |key| batch.intern(key).unwrap());
        v1::Attribute { key_ref, value: "v".into() }
    };
    let message = v1::NodeStart { attributes: keys.iter().map(&mut attribute).collect(), ..Default::default() };
    let record = RecordInput { kind: kinds::NODE_START, ..record };
    assert_eq!(code(batch.push_message(record, &message)), by_view, "{keys:?}");
    assert!(matches!(by_view, Ok(()) | Err(Code::Payload)), "{by_view:?}");
    by_view.is_ok()
}

/// REC-010, of short lists and of long ones.
#[test]
fn every_attribute_has_a_key_and_none_has_that_of_another() {
    let names: Vec<String> = (0..150).map(|index| format!("key {}", index * 7 % 150)).collect();
    let names: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
    for len in [0, 1, 2, 7, 8, 9, 10, 64, 65, 66, 150] {
        assert!(may_have(&names[..len]), "{len}");
        for at in [0, 1, 6, 7, 8, 9, 63, 64, 149].into_iter().filter(|at| *at < len) {
            let mut keys = names[..len].to_vec();
            keys[at] = None;
            assert!(!may_have(&keys), "no key at {at} of {len}");
            for other in [0, len / 2, len - 1].into_iter().filter(|other| *other != at) {
                keys[at] = names[other];
                assert!(!may_have(&keys), "the key of {other} at {at} of {len}");
            }
        }
    }
}

#[test]
fn the_last_string_of_a_full_table_may_be_a_key() {
    let mut batch = builder();
    let last = (0..16_384).map(|index: u32| batch.intern(&index.to_string()).unwrap()).last().unwrap();
    let mut push = |refs: &[u32]| {
        let attributes = refs.iter().map(|key_ref| v1::Attribute { key_ref: *key_ref, value: "v".into() });
        let message = v1::NodeStart { attributes: attributes.collect(), ..Default::default() };
        batch.push_message(RecordInput { kind: kinds::NODE_START, ..RecordInput::default() }, &message)
    };
    let refs: Vec<u32> = (last - 9..=last).collect();
    push(&refs).unwrap();
    assert_eq!(push(&[&refs[..], &[last]].concat()).unwrap_err().code(), Code::Payload);
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    let mut decoder = Decoder::new();
    let read = decode(&mut decoder, &frame).unwrap();
    assert_eq!(read.records().map(|result| result.error).collect::<Vec<_>>(), [None]);
}

/// The requirement that a record breaks which was read with attributes of these refs, out of 100 strings.
fn broken_as_read(refs: &[u8]) -> Option<&'static str> {
    let strings = (0..100).flat_map(|index| [0x0A, 2, b'a' + index / 10, b'0' + index % 10]);
    let payload: Vec<u8> = refs.iter().flat_map(|key| [0x1A, 5, 0x08, *key, 0x12, 1, b'v']).collect();
    let mut len = Vec::new();
    prost::encode_length_delimiter(payload.len(), &mut len).unwrap();
    let columns =
        [&[0x12, 1, u8::try_from(kinds::NODE_START).unwrap(), 0x72, len.len() as u8], &len[..], &[0x7A], &len];
    let raw = [strings.collect(), columns.concat(), payload].concat();
    let frame = with_body(&raw, 1);
    let mut decoder = Decoder::new();
    let batch = decode(&mut decoder, &frame).unwrap();
    batch.records().next().unwrap().error.map(|error| error.requirement)
}

/// REC-010
#[test]
fn refs_of_keys_that_are_read_are_distinct_and_not_0() {
    for len in [1, 2, 7, 8, 9, 10, 63, 64, 65, 100] {
        let refs: Vec<u8> = (1..=len).rev().collect();
        assert_eq!(broken_as_read(&refs), None, "{len}");
        for at in 0..refs.len() {
            for other in [0, refs[0], refs[refs.len() / 2], refs[refs.len() - 1]] {
                let mut refs = refs.clone();
                let is_same = refs[at] == other;
                refs[at] = other;
                assert_eq!(broken_as_read(&refs).is_none(), is_same, "{other} at {at} of {len}");
            }
        }
    }
}
