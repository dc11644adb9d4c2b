//! Laws that hold for every input.

use std::collections::BTreeSet;

use dashstream_codec::ledger::Ledger;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::cases::cases;
use crate::frames::streams;
use crate::model::Model;

proptest! {
    #![proptest_config(cases(2_000))]

    // LOSS-001
    #[test]
    fn the_identity_holds_after_every_frame(frames in streams()) {
        let mut ledger = Ledger::new();
        for frame in &frames {
            let _ = ledger.observe(frame);
            for entry in ledger.accounts() {
                prop_assert!(entry.account.identity_holds(), "{entry:?}");
            }
        }
    }

    #[test]
    fn the_ledger_agrees_with_a_naive_one(frames in streams()) {
        let (mut ledger, mut model) = (Ledger::new(), Model::default());
        for frame in &frames {
            prop_assert_eq!(ledger.observe(frame), model.observe(frame), "{:?}", frame);
            model.assert_same(&ledger);
        }
    }

    // LOSS-009
    #[test]
    fn a_frame_is_counted_once(frames in streams()) {
        let mut ledger = Ledger::new();
        for frame in &frames {
            let _ = ledger.observe(frame);
            let before: Vec<_> = ledger.accounts().map(|entry| entry.account.clone()).collect();
            let _ = ledger.observe(frame);
            let after: Vec<_> = ledger.accounts().map(|entry| entry.account.clone()).collect();
            // A second frame counts nothing: control records alone may end or declare once more.
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(before.seen() + before.unreadable(), after.seen() + after.unreadable());
            }
        }
    }
}

/// The streams are worth nothing as tests unless they bring about every verdict.
#[test]
fn the_streams_reach_every_verdict() {
    let mut runner = TestRunner::deterministic();
    let mut names = BTreeSet::new();
    for _ in 0..2_000 {
        let frames = streams().new_tree(&mut runner).unwrap().current();
        let mut ledger = Ledger::new();
        names.extend(frames.iter().flat_map(|frame| ledger.observe(frame)).map(|verdict| verdict.name()));
    }
    assert_eq!(names.len(), 11, "{names:?}");
}
