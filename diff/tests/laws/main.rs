//! What holds for every two states. Where one does not, proptest prints the smallest that it found.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

mod values;

use dashstream_diff::{
    Error, Follower, Hash, Op, Tracker, TrackerConfig, Update, apply, canonical, diff, equal, parse,
};
use proptest::prelude::*;
use serde_json::Value;

use values::{changed, value};

/// Bytes of a patch as JSON, about as many as it has in a record.
fn size(ops: &[Op]) -> usize {
    let value = |op: &Op| op.value().map_or(0, |value| canonical(value).unwrap().len());
    ops.iter().map(|op| 12 + op.path().len() + op.from().map_or(0, str::len) + value(op)).sum()
}

fn holds(base: &Value, target: &Value) {
    let ops = diff(base, target).unwrap();
    let result = apply(base, &ops).unwrap();
    assert!(equal(&result, target), "{base} to {target} by {ops:?} gave {result}");
    assert_eq!(Hash::of(&result), Hash::of(target));
    // DIF-041
    assert_eq!(ops.is_empty(), equal(base, target));
    assert_eq!(ops.is_empty(), canonical(base) == canonical(target));
    // Never more than to replace it all.
    assert!(size(&ops) <= 12 + canonical(target).unwrap().len(), "{base} to {target} by {ops:?}");
    // Another implementation does the same with it.
    let patch: json_patch::Patch = serde_json::from_value(serde_json::to_value(&ops).unwrap()).unwrap();
    let mut theirs = base.clone();
    json_patch::patch(&mut theirs, &patch).unwrap();
    assert!(equal(&theirs, target), "{base} to {target} by {ops:?} gave json-patch {theirs}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_diff_of_any_two_values_leads_from_one_to_the_other(base in value(), target in value()) {
        holds(&base, &target);
    }

    #[test]
    fn a_diff_of_a_changed_value_leads_to_it((base, target) in changed()) {
        holds(&base, &target);
        holds(&target, &base);
    }

    #[test]
    fn the_canonical_form_is_that_of_others_and_is_read_as_what_it_was(value in value()) {
        let text = canonical(&value).unwrap();
        prop_assert_eq!(&text, &serde_json_canonicalizer::to_string(&value).unwrap());
        let read = parse(text.as_bytes()).unwrap();
        prop_assert!(equal(&read, &value));
        prop_assert_eq!(canonical(&read).unwrap(), text);
        // Another way to write it is read as the same.
        let loose = serde_json::to_string_pretty(&value).unwrap();
        prop_assert!(equal(&parse(loose.as_bytes()).unwrap(), &value));
    }

    #[test]
    fn doubles_are_written_as_others_write_them(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        prop_assume!(double.is_finite());
        let text = canonical(&serde_json::json!(double)).unwrap();
        prop_assert_eq!(&text, &serde_json_canonicalizer::to_string(&double).unwrap());
        prop_assert!(parse(text.as_bytes()).unwrap().as_f64() == Some(double), "{}", text);
    }

    #[test]
    fn bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let ours = parse(&bytes);
        let theirs: Result<Value, _> = serde_json::from_slice(&bytes);
        // serde_json takes more: names given twice, integers of any size.
        prop_assert!(theirs.is_ok() || ours.is_err());
    }

    /// Of a chain of states, some refused and some lost, the follower has the last one that reached it, or none.
    #[test]
    fn what_a_tracker_sends_a_follower_has(steps in proptest::collection::vec((value(), 0..6u8), 1..12), most in 1..200usize) {
        let mut config = TrackerConfig::default();
        config.max_text_len = most;
        config.max_diffs = (most % 3 == 0).then_some(2);
        let mut tracker = Tracker::new(config);
        let mut follower = Follower::new();
        let mut expected: Option<Value> = None;
        let mut state = Value::Null;
        for (value, what) in steps {
            // Half of the states are little changes of the one before.
            state = if what % 2 == 0 { value } else { serde_json::json!({"before": state, "now": value}) };
            if canonical(&state).is_err() { state = Value::Null; }
            let update = tracker.update(&state).unwrap();
            if what >= 4 {
                // DIF-044
                tracker.lost();
                follower.lost();
                continue;
            }
            match &update {
                Update::Snapshot(pieces) => for piece in pieces {
                    prop_assert!(piece.text.len() <= most);
                    follower.snapshot(&piece.as_view()).unwrap();
                },
                Update::Diff(diff) => follower.diff(&diff.as_view()).unwrap(),
            }
            expected = Some(state.clone());
            prop_assert!(matches!((follower.state(), &expected), (Some(a), Some(b)) if equal(a, b)));
        }
        prop_assert_eq!(follower.state().is_some(), expected.is_some());
    }

    #[test]
    fn a_patch_that_fails_changes_nothing(base in value(), ops in values::ops()) {
        let before = canonical(&base).unwrap();
        let mut follower = Follower::new();
        let mut tracker = Tracker::new(TrackerConfig::default());
        let Update::Snapshot(pieces) = tracker.update(&base).unwrap() else { panic!("the first is a snapshot") };
        follower.snapshot(&pieces[0].as_view()).unwrap();
        let record = dashstream_codec::owned::StateDiff {
            ops: dashstream_diff::ops_to_record(&ops).unwrap(),
            ..Default::default()
        };
        let (applied, followed) = (apply(&base, &ops), follower.diff(&record.as_view()));
        match (&applied, followed) {
            (Ok(value), Ok(())) => prop_assert!(follower.state().is_some_and(|state| equal(state, value))),
            (Err(ours), Err(theirs)) => {
                prop_assert_eq!(*ours, theirs);
                prop_assert_eq!(canonical(follower.state().unwrap()).unwrap(), before);
                prop_assert_eq!(follower.diff(&Default::default()), Err(Error::UnknownBase));
            }
            (applied, followed) => prop_assert!(false, "{:?} and {:?}", applied, followed),
        }
    }
}
