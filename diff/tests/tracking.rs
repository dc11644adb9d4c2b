//! What a producer sends, and what becomes of values that cannot be sent.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

use std::collections::BTreeMap;

use dashstream_codec::owned;
use dashstream_diff::{
    Error, Follower, SerializeError, Step, TextFault, Tracker, TrackerConfig, Update, canonical, to_state,
};
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// A value whose `Serialize` fails when it is told to.
struct Moody(bool);

impl Serialize for Moody {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0 { Err(S::Error::custom("not today")) } else { json!({"text": "x".repeat(200)}).serialize(to) }
    }
}

/// An object with one name twice.
struct Twice;

impl Serialize for Twice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("a", &1)?;
        map.serialize_entry("a", &2)?;
        map.end()
    }
}

/// A list in a list in a list, without an end.
struct Endless;

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq([Endless])
    }
}

fn state(n: usize) -> Value {
    json!({"n": n, "text": "something that is longer than a diff, for otherwise it is not worth while to make one; ".repeat(4)})
}

fn diff_of(update: Update) -> owned::StateDiff {
    match update {
        Update::Diff(diff) => diff,
        Update::Snapshot(pieces) => panic!("{pieces:?}"),
    }
}

fn pieces_of(update: Update) -> Vec<owned::StateSnapshot> {
    match update {
        Update::Snapshot(pieces) => pieces,
        Update::Diff(diff) => panic!("{diff:?}"),
    }
}

#[test]
fn what_cannot_be_serialized_is_an_error() {
    let mut tracker = Tracker::default();
    assert_eq!(tracker.update(&Moody(true)), Err(SerializeError::Custom("not today".to_owned())));
    pieces_of(tracker.update(&Moody(false)).unwrap());
    let untouched = format!("{tracker:?}");
    let wrong: [(Result<Update, SerializeError>, SerializeError); 6] = [
        (tracker.clone().update(&Moody(true)), SerializeError::Custom("not today".to_owned())),
        (tracker.update(&Twice), Error::Text(TextFault::DuplicateName).into()),
        (tracker.update(&Endless), Error::Text(TextFault::Depth).into()),
        (tracker.update(&u64::MAX), Error::Text(TextFault::Integer).into()),
        (tracker.update(&BTreeMap::from([((1, 2), 3)])), SerializeError::Key),
        (tracker.update(&"x".repeat(67_108_863)), Error::TooLarge.into()),
    ];
    for (got, expected) in wrong {
        assert_eq!(got, Err(expected));
    }
    // Nothing was sent, so the next is a diff from what was sent before.
    assert_eq!(format!("{tracker:?}"), untouched);
    assert_eq!(diff_of(tracker.update(&Moody(false)).unwrap()).ops, []);
}

#[test]
fn a_number_that_json_does_not_have_is_an_error() {
    let mut tracker = Tracker::default();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(tracker.update(&json!({"a": 1}).as_object().map(|_| number)), Err(SerializeError::NotFinite));
        assert_eq!(tracker.update(&BTreeMap::from([("a", vec![number])])), Err(SerializeError::NotFinite));
    }
    #[allow(clippy::cast_possible_truncation, reason = "an infinity is one in any size")]
    let small = f64::INFINITY as f32;
    assert_eq!(tracker.update(&small), Err(SerializeError::NotFinite));
}

#[test]
fn values_become_what_serde_json_makes_of_them() {
    #[derive(Serialize)]
    enum Kind {
        Unit,
        New(u8),
        Tuple(u8, i64),
        Struct { a: Option<char>, b: Option<()> },
    }
    #[derive(Serialize)]
    struct All {
        kinds: Vec<Kind>,
        map: BTreeMap<i32, bool>,
        bools: BTreeMap<bool, ()>,
        tuple: (f32, f64, u128),
        unit: (),
        text: &'static str,
    }
    let all = All {
        kinds: vec![Kind::Unit, Kind::New(1), Kind::Tuple(2, -3), Kind::Struct { a: Some('x'), b: None }],
        map: BTreeMap::from([(-1, true)]),
        bools: BTreeMap::from([(false, ())]),
        tuple: (0.1, 1e300, 1 << 53),
        unit: (),
        text: "\u{1f600}",
    };
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(to_state(&all).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
}

#[test]
fn an_empty_diff_is_for_equal_states() {
    let mut tracker = Tracker::default();
    pieces_of(tracker.update(&json!({"a": 0, "b": [1]})).unwrap());
    for same in [json!({"b": [1.0], "a": 0}), json!({"a": -0.0, "b": [1]}), json!({"a": 0, "b": [1]})] {
        let diff = diff_of(tracker.update(&same).unwrap());
        assert_eq!(diff.ops, []);
        assert_eq!(diff.base_hash, diff.result_hash);
    }
    for other in [json!({"a": 0, "b": [2]}), json!({"a": 0, "b": ["2"]}), json!({"a": 0}), json!({}), json!(null)] {
        let before = canonical(&other).unwrap();
        match tracker.update(&other).unwrap() {
            Update::Diff(diff) => assert_ne!(diff.ops, []),
            Update::Snapshot(pieces) => assert_eq!(pieces[0].text, before.as_bytes()),
        }
    }
}

#[test]
fn a_lost_record_makes_the_next_a_snapshot() {
    let mut tracker = Tracker::default();
    pieces_of(tracker.update(&state(1)).unwrap());
    let diff = diff_of(tracker.update(&state(2)).unwrap());
    assert_eq!((diff.base_hash.len(), diff.result_hash.len(), diff.ops.len()), (32, 32, 1));
    tracker.lost();
    pieces_of(tracker.update(&state(2)).unwrap());
    diff_of(tracker.update(&state(3)).unwrap());
}

#[test]
fn the_smaller_of_diff_and_snapshot_is_sent() {
    let mut tracker = Tracker::default();
    let large = state(0);
    for (base, target, diffed) in [
        (json!({}), large.clone(), false),
        (large.clone(), json!({}), false),
        (large.clone(), state(1), true),
        (json!({"a": 1}), json!({"a": 2}), false),
    ] {
        tracker.lost();
        pieces_of(tracker.update(&base).unwrap());
        assert_eq!(matches!(tracker.update(&target).unwrap(), Update::Diff(_)), diffed, "{base} to {target}");
    }
}

#[test]
fn a_path_or_a_patch_that_no_frame_takes_makes_a_snapshot() {
    let mut tracker = Tracker::default();
    let of = |name: &str, n: usize| json!({ name: n, "text": "x".repeat(5000) });
    for (len, diffed) in [(1023, true), (1024, false)] {
        tracker.lost();
        tracker.update(&of(&"n".repeat(len), 1)).unwrap();
        assert_eq!(matches!(tracker.update(&of(&"n".repeat(len), 2)).unwrap(), Update::Diff(_)), diffed, "{len}");
    }
    let many = |n: u64| -> Value { (0..4097).map(|index| json!({"n": n, "text": format!("{index:0>60}")})).collect() };
    tracker.lost();
    tracker.update(&many(1)).unwrap();
    pieces_of(tracker.update(&many(2)).unwrap());
}

#[test]
fn a_large_state_is_cut_into_pieces() {
    let mut config = TrackerConfig::default();
    config.max_text_len = 7;
    let mut tracker = Tracker::new(config);
    let mut follower = Follower::new();
    let state = json!({"a": "ä€😀".repeat(5)});
    let text = canonical(&state).unwrap();
    let pieces = pieces_of(tracker.update(&state).unwrap());
    assert_eq!(pieces.len(), text.len().div_ceil(7));
    for (index, piece) in pieces.iter().enumerate() {
        assert_eq!((piece.chunk_index as usize, piece.chunk_count as usize), (index, pieces.len()));
        let step = follower.snapshot(&piece.as_view()).unwrap();
        assert_eq!(step, if index + 1 == pieces.len() { Step::State } else { Step::Piece });
    }
    assert_eq!(follower.state(), Some(&state));
    // A state of the length of one piece is one.
    assert_eq!(pieces_of(Tracker::new(config).update(&json!("12345")).unwrap())[0].chunk_count, 0);
    assert_eq!(pieces_of(Tracker::new(config).update(&json!("123456")).unwrap())[0].chunk_count, 2);
}

#[test]
fn a_snapshot_comes_after_so_many_diffs() {
    let mut config = TrackerConfig::default();
    config.max_diffs = Some(2);
    let mut tracker = Tracker::new(config);
    let diffed: Vec<bool> = (0..7).map(|n| matches!(tracker.update(&state(n)).unwrap(), Update::Diff(_))).collect();
    assert_eq!(diffed, [false, true, true, false, true, true, false]);
}

/// What a tracker sends passes the rules of a frame and comes out of it as it went in.
#[test]
fn records_survive_a_frame() {
    use dashstream_codec::view::Payload;
    use dashstream_codec::{
        BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput, view,
    };
    let mut tracker = Tracker::default();
    let updates = [state(1), state(2), json!({"a/b": {"~": [1]}, "n": 2})].map(|state| tracker.update(&state).unwrap());
    let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
    let metadata =
        dashstream_proto::v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    for update in &updates {
        match update {
            Update::Diff(diff) => {
                batch.push_payload(RecordInput::default(), &view::Payload::from(diff.as_view())).unwrap()
            }
            Update::Snapshot(pieces) => {
                batch.push_payload(RecordInput::default(), &view::Payload::from(pieces[0].as_view())).unwrap();
            }
        }
    }
    let mut frame = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut frame).unwrap();
    let mut decoder = Decoder::new();
    let mut follower = Follower::new();
    for result in decoder.decode(&frame, &ReadOptions::default()).unwrap().records() {
        match result.accepted().unwrap().view {
            Payload::StateSnapshot(snapshot) => drop(follower.snapshot(&snapshot).unwrap()),
            Payload::StateDiff(diff) => follower.diff(&diff).unwrap(),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(follower.state(), Some(&json!({"a/b": {"~": [1]}, "n": 2})));
}
