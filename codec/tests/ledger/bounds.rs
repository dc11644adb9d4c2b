//! A ledger that forgets, and one that is put back out of what was kept of it.

use std::collections::{BTreeMap, BTreeSet};

use dashstream_codec::ledger::{Bounds, Control, EpochState, LaneState, Ledger, Observation, StateError, Verdict};
use proptest::prelude::*;
use prost::Message as _;

use crate::cases::cases;
use crate::frames::{control, frame, in_epoch, rejected, start, streams, with};

const SMALL: Bounds = Bounds { counted: 2, missing: 1, epochs: 2, nonces: 2 };

/// The verdicts on each frame, by a ledger with small bounds.
fn observe(frames: &[Observation<'_>]) -> Vec<Vec<Verdict>> {
    let mut ledger = Ledger::with_bounds(SMALL);
    frames.iter().map(|frame| ledger.observe(frame)).collect()
}

// LOSS-021
#[test]
fn a_ledger_with_bounds_says_what_it_has_forgotten() {
    // Counted ranges: what is forgotten is known by its numbers, whatever frame has them.
    let frames: Vec<_> = (1..6).map(|number| frame(number, 1)).collect();
    let again = [frames.clone(), vec![frame(1, 1), frame(2, 2), frame(1, 3), frame(3, 2), frame(5, 1)]].concat();
    let verdicts = observe(&again);
    assert_eq!(verdicts[5..8], [[Verdict::Duplicate], [Verdict::Duplicate], [Verdict::Duplicate]]);
    // 4 and 5 are remembered: a frame that begins below and ends among them is not one of them.
    assert_eq!(verdicts[8..], [[Verdict::Overlap], [Verdict::Duplicate]]);

    // Missing ranges: whether a frame fills one of those that were forgotten is not known.
    let gaps = [frame(1, 1), frame(4, 1), frame(7, 1), frame(2, 1), frame(1, 1), frame(5, 1), frame(5, 1), frame(6, 1)];
    let verdicts = observe(&gaps);
    assert_eq!(verdicts[3..5], [[Verdict::Forgotten], [Verdict::Forgotten]]);
    assert_eq!(verdicts[5..], [[Verdict::Late(1)], [Verdict::Duplicate], [Verdict::Late(1)]]);

    // Ranges that could not be read: their frames may still come intact.
    let unread = [rejected(frame(1, 2)), frame(3, 1), frame(4, 1), frame(5, 1), frame(1, 2), frame(3, 1)];
    assert_eq!(observe(&unread)[4..], [[Verdict::Forgotten], [Verdict::Duplicate]]);

    // Epochs.
    let epochs = [frame(1, 1), in_epoch(frame(1, 1), 2), in_epoch(frame(1, 1), 3), in_epoch(frame(2, 1), 1)];
    assert_eq!(observe(&epochs)[3], [Verdict::Forgotten]);
    assert_eq!(observe(&[epochs[1].clone(), epochs[2].clone(), epochs[0].clone()])[2], [Verdict::StaleEpoch]);
    // One that had no account lies just above what was forgotten.
    let skipped = [1, 3, 4, 2].map(|epoch| in_epoch(frame(1, 1), epoch));
    assert_eq!(observe(&skipped)[3], [Verdict::StaleEpoch]);

    // Before the account nothing was counted, however much is forgotten.
    let low: Vec<_> = (5..9).map(|number| frame(number, 1)).chain([frame(4, 1), frame(4, 2)]).collect();
    assert_eq!(observe(&low)[4..], [[Verdict::StaleEpoch], [Verdict::Overlap]]);

    // A frame partly of forgotten and partly of missing numbers.
    let mixed = [frame(1, 1), frame(2, 1), frame(3, 1), frame(4, 1), frame(7, 1), frame(4, 2), frame(2, 2)];
    assert_eq!(observe(&mixed)[5..], [[Verdict::Overlap], [Verdict::Duplicate]]);
}

#[test]
fn what_is_lost_stays_lost_when_where_is_forgotten() {
    let mut ledger = Ledger::with_bounds(SMALL);
    for number in [1, 4, 7, 10] {
        let _ = ledger.observe(&frame(number, 1));
    }
    let late = control(frame(11, 1), &[Control::LateDrops { first: 1, count: 10 }]);
    let _ = ledger.observe(&late);
    let account = ledger.accounts().next().unwrap().account.clone();
    assert_eq!((account.lost(), account.declared(), account.seen()), (4, 2, 5));
    assert!(account.identity_holds());
}

#[test]
fn the_nonces_of_old_epochs_are_forgotten() {
    let stranger =
        |epoch| with(in_epoch(frame(9, 1), epoch), |frame| frame.accepted.as_mut().unwrap().boot_nonce = [9; 8]);
    let epochs = [frame(1, 1), in_epoch(frame(1, 1), 2), in_epoch(frame(1, 1), 3)];
    let verdicts = observe(&[&epochs[..], &[stranger(1), stranger(2), stranger(3)]].concat());
    assert_eq!(verdicts[3..], [[Verdict::Forgotten], [Verdict::Fork], [Verdict::Fork]]);
}

/// Which numbers were counted, told by the verdicts alone.
#[derive(Default)]
struct Naive(BTreeMap<([u8; 16], u32, u32), Told>);

#[derive(Default)]
struct Told {
    counted: BTreeSet<u64>,
    declared: BTreeSet<u64>,
    /// Counted, and never read.
    unread: BTreeSet<u64>,
}

impl Naive {
    fn observe(&mut self, frame: &Observation<'_>, verdicts: &[Verdict]) -> Result<(), TestCaseError> {
        let told = self.0.entry((frame.producer_id, frame.lane, frame.epoch)).or_default();
        let numbers = frame.base_sequence..=frame.last();
        if verdicts.contains(&Verdict::Duplicate) {
            let known = |number: &u64| told.counted.contains(number) || told.declared.contains(number);
            prop_assert!(numbers.clone().all(|number| known(&number)), "suppressed unseen: {:?}", frame);
            // LOSS-011: what was counted and never read is no duplicate when it comes intact.
            let unread = |number: &u64| told.unread.contains(number);
            prop_assert!(
                frame.accepted.is_none() || !numbers.clone().any(|number| unread(&number)),
                "never read: {:?}",
                frame
            );
        }
        if verdicts.iter().any(|verdict| verdict.stops()) {
            return Ok(());
        }
        let late_read = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Late(_)));
        for number in numbers {
            // LOSS-011 counts a range again that was unreadable.
            prop_assert!(told.counted.insert(number) || late_read, "counted twice: {:?}", frame);
            if frame.accepted.is_some() {
                told.unread.remove(&number);
            } else {
                told.unread.insert(number);
            }
        }
        let control = frame.accepted.iter().flat_map(|facts| &facts.control);
        for control in control {
            if let Control::LateDrops { first, count } = *control {
                told.declared.extend(first..first + count);
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    // LOSS-021: nothing is suppressed that was not counted, and nothing is counted twice, however much is forgotten.
    #[test]
    fn what_is_forgotten_is_neither_suppressed_nor_counted_twice(
        frames in streams(), counted in 0..4_usize, missing in 0..3_usize, epochs in 1..3_usize,
    ) {
        let mut ledger = Ledger::with_bounds(Bounds { counted, missing, epochs, nonces: 3 });
        let mut naive = Naive::default();
        for frame in frames.iter().filter(|frame| frame.is_countable()) {
            naive.observe(frame, &ledger.observe(frame))?;
            for entry in ledger.accounts() {
                prop_assert!(entry.account.identity_holds(), "{entry:?}");
            }
        }
    }

    /// Where nothing is forgotten, bounds change nothing.
    #[test]
    fn bounds_that_are_not_reached_change_nothing(frames in streams()) {
        let bounds = Bounds { counted: 1_000, missing: 1_000, epochs: 1_000, nonces: 1_000 };
        let (mut with, mut without) = (Ledger::with_bounds(bounds), Ledger::new());
        for frame in &frames {
            prop_assert_eq!(with.observe(frame), without.observe(frame));
        }
    }

    /// A ledger whose lanes are kept as bytes and put back after each frame says what one says that is never put away.
    #[test]
    fn a_lane_that_is_put_back_goes_on(frames in streams(), small in any::<bool>()) {
        let bounds = if small { Bounds { nonces: usize::MAX, ..SMALL } } else { Bounds::NONE };
        let mut whole = Ledger::with_bounds(bounds);
        let mut pieces = Ledger::with_bounds(bounds);
        for frame in &frames {
            prop_assert_eq!(pieces.observe(frame), whole.observe(frame));
            prop_assert_eq!(without_nonces(&pieces), without_nonces(&whole));
            // The nonce of an epoch without an account is not kept: where it tells something, nothing is put back.
            if has_strangers(&frames) {
                continue;
            }
            let mut fresh = Ledger::with_bounds(bounds);
            for state in lanes(&pieces) {
                fresh.restore(&LaneState::decode(state.encode_to_vec().as_slice()).unwrap()).unwrap();
            }
            pieces = fresh;
        }
    }
}

/// Whether a frame has a nonce that is not its epoch's.
fn has_strangers(frames: &[Observation<'_>]) -> bool {
    frames.iter().filter_map(|frame| frame.accepted.as_ref()).any(|facts| facts.boot_nonce != [0; 8])
}

fn without_nonces(ledger: &Ledger) -> Vec<LaneState> {
    let mut states: Vec<_> = lanes(ledger).collect();
    states.iter_mut().flat_map(|state| &mut state.epochs).for_each(|epoch| epoch.boot_nonce.clear());
    states
}

fn lanes(ledger: &Ledger) -> impl Iterator<Item = LaneState> + '_ {
    let keys: BTreeSet<_> = ledger.accounts().map(|entry| (entry.producer_id, entry.lane)).collect();
    keys.into_iter().map(|(producer_id, lane)| ledger.lane_state(producer_id, lane).unwrap())
}

#[test]
fn a_lane_that_was_taken_out_is_new() {
    let mut ledger = Ledger::new();
    let _ = ledger.observe(&frame(1, 2));
    assert!(ledger.knows([1; 16], 0));
    let kept = ledger.lane_state([1; 16], 0).unwrap();
    ledger.remove([1; 16], 0);
    assert!(!ledger.knows([1; 16], 0));
    assert_eq!(ledger.lane_state([1; 16], 0), None);
    // Its nonce is gone with it.
    assert_eq!(
        ledger.observe(&with(frame(9, 1), |frame| frame.accepted.as_mut().unwrap().boot_nonce = [9; 8])),
        [Verdict::Baseline(9)]
    );
    ledger.remove([1; 16], 0);
    ledger.restore(&kept).unwrap();
    assert_eq!(ledger.observe(&frame(1, 2)), [Verdict::Duplicate]);
    // Another lane of the producer keeps its nonces.
    let _ = ledger.observe(&with(frame(1, 1), |frame| frame.lane = 5));
    ledger.remove([1; 16], 0);
    assert_eq!(
        ledger.observe(&with(frame(9, 1), |frame| frame.accepted.as_mut().unwrap().boot_nonce = [9; 8])),
        [Verdict::Fork]
    );
}

/// What is done to a state.
type Change = fn(&mut LaneState);

/// A state with a gap and two epochs.
fn state() -> LaneState {
    let mut ledger = Ledger::new();
    for frame in [frame(1, 2), frame(5, 1), control(in_epoch(frame(1, 1), 2), &[start(1, 5)])] {
        let _ = ledger.observe(&frame);
    }
    ledger.lane_state([1; 16], 0).unwrap()
}

#[test]
fn a_state_that_no_ledger_gave_is_refused() {
    fn first(state: &mut LaneState) -> &mut EpochState {
        &mut state.epochs[0]
    }
    let changes: [(Change, StateError); 19] = [
        (|state| state.producer_id.truncate(15), StateError::Length),
        (|state| first(state).boot_nonce.push(1), StateError::Length),
        (|state| state.epochs.clear(), StateError::Epochs),
        (|state| state.epochs.reverse(), StateError::Epochs),
        (|state| state.current = 3, StateError::Epochs),
        (|state| state.current = 1, StateError::Epochs),
        (|state| state.epochs[1].epoch = 1, StateError::Epochs),
        (|state| first(state).tail = 3, StateError::Tail),
        (|state| first(state).seen += 1, StateError::Account),
        (|state| first(state).lost = u64::MAX, StateError::Account),
        (|state| *first(state) = EpochState { epoch: 1, ..EpochState::default() }, StateError::Account),
        (|state| first(state).missing = vec![4, 3], StateError::Account),
        (|state| first(state).missing = vec![3], StateError::Account),
        (|state| first(state).missing = vec![3, 6], StateError::Account),
        (|state| first(state).missing = vec![3, 4, 4, 5], StateError::Account),
        (|state| first(state).counted[0].first = 0, StateError::Account),
        (|state| first(state).counted[1].last = 6, StateError::Account),
        (|state| first(state).counted[1].record_count = 65_536, StateError::Account),
        (|state| first(state).counted.reverse(), StateError::Account),
    ];
    let mut ledger = Ledger::new();
    ledger.restore(&state()).unwrap();
    let good = state();
    for (number, (change, error)) in changes.into_iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(ledger.restore(&bad), Err(error), "change {number}: {bad:?}");
        assert!(!error.to_string().is_empty());
        assert_eq!(ledger.lane_state([1; 16], 0).unwrap(), good);
    }
}
