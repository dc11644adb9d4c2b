//! Each step by an example.

use dashstream_codec::ledger::{Account, Control, Ledger, Observation, Tail, Verdict};

use crate::frames::{control, frame, in_epoch, rejected, start, with};

/// The verdicts on each frame, and the ledger afterwards.
fn observe(frames: &[Observation<'_>]) -> (Vec<Vec<Verdict>>, Ledger) {
    let mut ledger = Ledger::new();
    let verdicts = frames.iter().map(|frame| ledger.observe(frame)).collect();
    (verdicts, ledger)
}

/// The verdicts on the last frame.
fn last(frames: &[Observation<'_>]) -> Vec<Verdict> {
    observe(frames).0.pop().unwrap()
}

fn account(ledger: &Ledger, epoch: u32) -> Account {
    ledger.accounts().find(|entry| entry.epoch == epoch).unwrap().account.clone()
}

/// first, last, seen, declared, unreadable, lost.
fn numbers(ledger: &Ledger, epoch: u32) -> [u64; 6] {
    let account = account(ledger, epoch);
    [account.first(), account.last(), account.seen(), account.declared(), account.unreadable(), account.lost()]
}

#[test]
fn step_1_two_nonces_are_a_fork_at_any_sequence() {
    let stranger = with(frame(9, 1), |frame| frame.accepted.as_mut().unwrap().boot_nonce = [9; 8]);
    assert_eq!(last(&[frame(1, 2), stranger.clone()]), [Verdict::Fork]);
    // In another lane as well, which stays unknown.
    let elsewhere = with(stranger, |frame| frame.lane = 1);
    let (verdicts, ledger) = observe(&[frame(1, 2), elsewhere]);
    assert_eq!(verdicts[1], [Verdict::Fork]);
    assert_eq!(ledger.accounts().count(), 1);
}

#[test]
fn step_1_a_rejected_frame_has_no_nonce() {
    let stranger = with(frame(3, 1), |frame| frame.accepted.as_mut().unwrap().boot_nonce = [9; 8]);
    assert_eq!(last(&[frame(1, 2), rejected(stranger)]), []);
}

#[test]
fn step_2_an_old_epoch_without_account_is_stale() {
    assert_eq!(last(&[in_epoch(frame(1, 2), 3), in_epoch(frame(1, 2), 2)]), [Verdict::StaleEpoch]);
}

#[test]
fn step_2_an_old_epoch_takes_what_is_missing_and_no_more() {
    let new = control(in_epoch(frame(1, 1), 2), &[start(1, 6)]);
    let (verdicts, ledger) = observe(&[frame(1, 2), new, frame(3, 2), frame(7, 1), frame(5, 3), frame(1, 2)]);
    assert_eq!(verdicts[1], [Verdict::Gap(4)]);
    assert_eq!(verdicts[2], [Verdict::Late(2)]);
    assert_eq!(verdicts[3], [Verdict::StaleEpoch]);
    assert_eq!(verdicts[4], [Verdict::Overlap]);
    assert_eq!(verdicts[5], [Verdict::Duplicate]);
    assert_eq!(numbers(&ledger, 1), [1, 6, 4, 0, 0, 2]);
    assert_eq!(account(&ledger, 1).tail(), Tail::Closed);
}

#[test]
fn step_3_first_sight_above_1_is_a_baseline() {
    let (verdicts, ledger) = observe(&[frame(5, 2)]);
    assert_eq!(verdicts[0], [Verdict::Baseline(5)]);
    assert_eq!(numbers(&ledger, 1), [5, 6, 2, 0, 0, 0]);
    assert_eq!(last(&[frame(1, 2)]), []);
}

#[test]
fn step_4_epoch_start_tells_the_tail() {
    for (sequence, verdicts) in [(2, vec![]), (5, vec![Verdict::Gap(3)]), (1, vec![Verdict::Fork])] {
        assert_eq!(last(&[frame(1, 2), control(in_epoch(frame(1, 1), 2), &[start(1, sequence)])]), verdicts);
    }
}

#[test]
fn step_4_nothing_follows_an_end() {
    let ended = control(frame(1, 2), &[Control::EpochEnd]);
    let next = |sequence| control(in_epoch(frame(1, 1), 2), &[start(1, sequence)]);
    assert_eq!(last(&[ended.clone(), next(2)]), []);
    assert_eq!(last(&[ended, next(3)]), [Verdict::Fork]);
    let finished = control(frame(1, 2), &[Control::LaneEnd]);
    assert_eq!(last(&[finished, next(2)]), [Verdict::AfterEnd]);
}

#[test]
fn step_4_epoch_start_that_does_not_know_the_epoch_is_a_fork() {
    for previous in [start(0, 0), start(1, 9)] {
        let next = control(in_epoch(frame(1, 1), 3), &[previous]);
        assert_eq!(last(&[in_epoch(frame(1, 2), 2), next]), [Verdict::Fork]);
    }
}

#[test]
fn step_4_an_epoch_never_seen_is_lost_as_a_whole() {
    let next = control(in_epoch(frame(1, 1), 5), &[start(4, 30)]);
    let (verdicts, ledger) = observe(&[frame(1, 2), next]);
    assert_eq!(verdicts[1], [Verdict::TailUnknown(1), Verdict::EpochMissing(3)]);
    assert_eq!(numbers(&ledger, 4), [1, 30, 0, 0, 0, 30]);
    assert_eq!(account(&ledger, 1).tail(), Tail::Open);
    assert_eq!(account(&ledger, 4).tail(), Tail::Closed);
}

#[test]
fn step_4_without_epoch_start_the_tail_is_unknown() {
    let tail = Verdict::TailUnknown(1);
    assert_eq!(last(&[frame(1, 2), in_epoch(frame(1, 1), 2)]), [tail]);
    assert_eq!(last(&[frame(1, 2), in_epoch(frame(4, 1), 3)]), [tail, Verdict::EpochMissing(1), Verdict::Gap(3)]);
    let ended = control(frame(1, 2), &[Control::EpochEnd]);
    assert_eq!(last(&[ended, in_epoch(frame(1, 1), 2)]), []);
    // A rejected EPOCH_START has no effect.
    let unread = rejected(control(in_epoch(frame(1, 1), 2), &[start(1, 2)]));
    assert_eq!(last(&[frame(1, 2), unread]), [tail]);
}

#[test]
fn step_4_an_epoch_start_that_no_reader_accepts_has_no_effect() {
    let without = [Verdict::TailUnknown(1), Verdict::EpochMissing(1)];
    for wrong in [start(1, 0), start(0, 5), start(3, 5), start(1, 1 << 53)] {
        assert_eq!(last(&[frame(1, 2), control(in_epoch(frame(1, 1), 3), &[wrong])]), without);
    }
    let late = control(in_epoch(frame(2, 1), 2), &[start(1, 2)]);
    assert_eq!(last(&[frame(1, 2), late]), [Verdict::TailUnknown(1), Verdict::Gap(1)]);
}

#[test]
fn step_5_the_same_frame_is_a_duplicate() {
    assert_eq!(last(&[frame(1, 2), frame(3, 2), frame(1, 2)]), [Verdict::Duplicate]);
    assert_eq!(last(&[frame(1, 2), rejected(frame(1, 2))]), [Verdict::Duplicate]);
    assert_eq!(last(&[rejected(frame(1, 2)), rejected(frame(1, 2))]), [Verdict::Duplicate]);
    let other = with(frame(1, 2), |frame| frame.body_crc = 8);
    assert_eq!(last(&[frame(1, 2), other]), [Verdict::Fork]);
}

#[test]
fn step_5_an_unreadable_frame_that_arrives_is_late() {
    let (verdicts, ledger) = observe(&[rejected(frame(1, 2)), frame(1, 2), frame(1, 2)]);
    assert_eq!(verdicts[1], [Verdict::Late(2)]);
    assert_eq!(verdicts[2], [Verdict::Duplicate]);
    assert_eq!(numbers(&ledger, 1), [1, 2, 2, 0, 0, 0]);
}

#[test]
fn step_5_a_redaction_explains_another_crc() {
    let redaction = with(frame(1, 2), |frame| {
        frame.body_crc = 8;
        frame.accepted.as_mut().unwrap().redaction = Some(7);
    });
    assert_eq!(last(&[frame(1, 2), redaction.clone()]), [Verdict::Duplicate]);
    assert_eq!(last(&[redaction.clone(), frame(1, 2)]), [Verdict::Duplicate]);
    assert_eq!(last(&[redaction.clone(), rejected(frame(1, 2))]), [Verdict::Duplicate]);
    assert_eq!(last(&[rejected(frame(1, 2)), redaction.clone()]), [Verdict::Late(2)]);
    let other = with(redaction.clone(), |frame| frame.body_crc = 9);
    assert_eq!(last(&[redaction.clone(), other]), [Verdict::Duplicate]);
    let third = with(frame(1, 2), |frame| frame.body_crc = 9);
    assert_eq!(last(&[redaction.clone(), third.clone()]), [Verdict::Fork]);
    // A frame that arrives late takes the place of the one that was unreadable.
    let both = [rejected(frame(1, 2)), redaction.clone()];
    let after = |next| last(&[both[0].clone(), both[1].clone(), next]);
    assert_eq!(after(rejected(redaction)), [Verdict::Duplicate]);
    assert_eq!(after(frame(1, 2)), [Verdict::Duplicate]);
    assert_eq!(after(third), [Verdict::Fork]);
}

#[test]
fn step_6_before_the_baseline_is_stale() {
    assert_eq!(last(&[frame(5, 2), frame(3, 2)]), [Verdict::StaleEpoch]);
    assert_eq!(last(&[frame(5, 2), frame(4, 2)]), [Verdict::Overlap]);
}

#[test]
fn step_7_known_and_unknown_numbers_overlap() {
    for other in [frame(2, 2), frame(1, 3), frame(1, 1), frame(2, 1)] {
        assert_eq!(last(&[frame(1, 2), other]), [Verdict::Overlap]);
    }
    // The same numbers, counted in another way.
    let dropped = with(frame(1, 1), |frame| frame.drop_count = 1);
    assert_eq!(last(&[frame(1, 2), dropped]), [Verdict::Overlap]);
}

#[test]
fn step_7_a_missing_range_is_split_by_what_arrives() {
    let (verdicts, ledger) = observe(&[frame(1, 1), frame(9, 1), frame(4, 2), frame(2, 2), frame(6, 3)]);
    assert_eq!(verdicts[1], [Verdict::Gap(7)]);
    assert_eq!(verdicts[2..], [[Verdict::Late(2)], [Verdict::Late(2)], [Verdict::Late(3)]]);
    assert_eq!(numbers(&ledger, 1), [1, 9, 9, 0, 0, 0]);
}

#[test]
fn step_8_nothing_follows_an_end() {
    for end in [Control::EpochEnd, Control::LaneEnd] {
        let (verdicts, ledger) = observe(&[control(frame(1, 2), &[end]), frame(3, 1)]);
        assert_eq!(verdicts[1], [Verdict::AfterEnd]);
        assert_eq!(numbers(&ledger, 1), [1, 2, 2, 0, 0, 0]);
    }
}

#[test]
fn step_8_a_missing_range_may_be_filled_after_the_end() {
    let end = control(frame(5, 1), &[Control::LaneEnd]);
    assert_eq!(last(&[frame(1, 2), end, frame(3, 2)]), [Verdict::Late(2)]);
}

#[test]
fn step_9_drops_are_declared_whether_readable_or_not() {
    let dropping = with(frame(1, 2), |frame| frame.drop_count = 3);
    let (_, ledger) = observe(std::slice::from_ref(&dropping));
    assert_eq!(numbers(&ledger, 1), [1, 5, 2, 3, 0, 0]);
    let (_, ledger) = observe(&[rejected(dropping)]);
    assert_eq!(numbers(&ledger, 1), [1, 5, 0, 3, 2, 0]);
}

#[test]
fn step_10_a_lane_keeps_tenant_and_partition() {
    let from = |base, partition| with(frame(base, 1), |frame| frame.partition = partition);
    assert_eq!(last(&[from(1, Some(0)), from(2, None), from(3, Some(0))]), []);
    assert_eq!(last(&[from(1, Some(0)), from(2, Some(1))]), [Verdict::LaneMoved]);
    assert_eq!(last(&[from(1, Some(0)), rejected(from(2, Some(1)))]), []);
    // A rejected frame does not tell where the lane belongs, and one move is one verdict.
    assert_eq!(last(&[rejected(from(1, Some(0))), from(2, Some(1))]), []);
    let stranger = with(from(2, Some(1)), |frame| frame.accepted.as_mut().unwrap().tenant = "other");
    assert_eq!(last(&[from(1, Some(0)), stranger]), [Verdict::LaneMoved]);
    let other = with(frame(2, 1), |frame| frame.accepted.as_mut().unwrap().tenant = "other");
    let (verdicts, ledger) = observe(&[frame(1, 1), other]);
    assert_eq!(verdicts[1], [Verdict::LaneMoved]);
    assert_eq!(numbers(&ledger, 1), [1, 2, 2, 0, 0, 0]);
}

#[test]
fn step_11_late_drops_declare_what_is_missing_and_only_that() {
    let declare = control(frame(10, 1), &[Control::LateDrops { first: 2, count: 4 }]);
    let (verdicts, ledger) = observe(&[frame(1, 2), declare, frame(4, 1), frame(6, 1)]);
    assert_eq!(verdicts[1], [Verdict::Gap(7)]);
    assert_eq!(verdicts[2], [Verdict::Overlap]);
    assert_eq!(verdicts[3], [Verdict::Late(1)]);
    assert_eq!(numbers(&ledger, 1), [1, 10, 4, 3, 0, 3]);
    assert_eq!(account(&ledger, 1).missing_ranges().collect::<Vec<_>>(), [(7, 9)]);
}

#[test]
fn step_11_an_end_is_one_only_at_the_end() {
    for end in [Control::EpochEnd, Control::LaneEnd] {
        // It arrives after what follows it.
        let (verdicts, ledger) = observe(&[frame(1, 1), frame(3, 1), control(frame(2, 1), &[end]), frame(4, 1)]);
        assert_eq!(verdicts[2..], [vec![Verdict::Late(1)], vec![]]);
        assert_eq!(account(&ledger, 1).tail(), Tail::Open);
    }
}

#[test]
fn step_11_the_end_of_a_lane_in_an_old_epoch_ends_that_epoch() {
    let next = control(in_epoch(frame(1, 1), 2), &[start(1, 2)]);
    let late = control(frame(2, 1), &[Control::LaneEnd]);
    let (verdicts, ledger) = observe(&[frame(1, 1), next, late, in_epoch(frame(2, 1), 2)]);
    assert_eq!(verdicts[2..], [vec![Verdict::Late(1)], vec![]]);
    assert_eq!(account(&ledger, 1).tail(), Tail::Ended);
    assert_eq!(account(&ledger, 2).tail(), Tail::Open);
}

#[test]
fn the_end_of_the_input_tells_open_tails() {
    let other = with(frame(1, 1), |frame| frame.lane = 1);
    let (_, ledger) = observe(&[control(frame(1, 1), &[Control::EpochEnd]), other]);
    let tails = ledger.finish();
    assert_eq!(tails.len(), 1);
    assert_eq!((tails[0].lane, tails[0].verdict()), (1, Verdict::TailUnknown(1)));
}

// LOSS-016
#[test]
fn what_is_not_countable_changes_nothing() {
    let bad: [fn(&mut Observation<'static>); 6] = [
        |frame| frame.producer_id = [0; 16],
        |frame| frame.epoch = 0,
        |frame| frame.lane = 1 << 31,
        |frame| frame.base_sequence = 0,
        |frame| frame.record_count = 0,
        |frame| frame.base_sequence = (1 << 53) - 1,
    ];
    for change in bad {
        let (verdicts, ledger) = observe(&[with(frame(1, 2), change)]);
        assert_eq!(verdicts, [vec![]]);
        assert_eq!(ledger.accounts().count(), 0);
    }
}
