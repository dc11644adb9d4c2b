//! What a consumer forgets, and what it may not forget.

use dashstream_codec::ledger::Bounds;
use dashstream_stream::consumer::{LaneKey, Standing};

use crate::frames::frame;
use crate::rig::Rig;

// CON-011, LOSS-021
#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_unknown_and_never_suppressed() {
    let mut rig = Rig::new(1);
    // Below what has to be remembered: then it is that.
    rig.config.bounds = Bounds { counted: 0, missing: 0, epochs: 0, nonces: 0 };
    // 80 holes of one number each: the first 16 are forgotten.
    rig.put(0, (0..81).map(|hole| frame(2 * hole + 1, 1).message()));
    rig.put(0, [2, 32, 34, 160, 2, 1, 161].map(|number| frame(number, 1).message()));
    let account = rig.run_well().await;
    let told: Vec<_> = rig.script().seen.iter().skip(81).map(|one| (one.sequence, one.standing)).collect();
    let (new, unknown) = (Standing::New, Standing::Unknown);
    // Of a number among the forgotten holes nobody knows whether it is one of them.
    assert_eq!(told, [(2, unknown), (32, unknown), (34, new), (160, new), (2, unknown), (1, unknown)]);
    assert_eq!((account.unknown, account.duplicates), (4, 1));
}

/// Lanes beyond those in memory are put away, and come back as they were.
#[tokio::test(start_paused = true)]
async fn lanes_that_are_put_away_come_back() {
    let mut rig = Rig::new(1);
    rig.config.max_lanes = 3;
    rig.config.commit_frames = 4;
    for number in 1..4 {
        rig.put(0, (0..20).map(|lane| frame(number, 1).lane(lane).message()));
    }
    rig.put(0, (0..20).map(|lane| frame(2, 1).lane(lane).message()));
    let account = rig.run_well().await;
    assert_eq!((account.new, account.unknown, account.duplicates), (60, 0, 20));
    assert!(account.evicted >= 70, "{}", account.evicted);
    assert_eq!(account.verdicts.into_iter().collect::<Vec<_>>(), [("DUPLICATE", 20)]);
}

/// A lane whose kept state is of no use: nothing of it is called new, and nothing is suppressed that was not seen since.
#[tokio::test(start_paused = true)]
async fn what_was_lost_of_a_lane_is_unknown_for_good() {
    let mut rig = Rig::new(1);
    let next = |sequence| crate::frames::Frame { previous: (1, 3), ..frame(sequence, 1).epoch(2) };
    rig.put(0, [frame(1, 1).message(), frame(2, 1).message(), frame(3, 1).message(), next(1).message()]);
    rig.run_well().await;
    rig.state.set_lane(0, LaneKey { producer_id: [7; 16], lane: 0 }, vec![1, 2, 3]);
    // What was counted comes again, the older epoch first, as a producer sends what its predecessor has left.
    rig.put(0, [frame(2, 1).message(), frame(3, 1).message(), next(1).message(), next(1).message()]);
    let told = |rig: &Rig, skip: usize| -> Vec<_> {
        rig.script().seen.iter().skip(skip).map(|one| (one.epoch, one.sequence, one.standing)).collect()
    };
    let account = rig.run_well().await;
    let unknown = Standing::Unknown;
    assert_eq!(told(&rig, 4), [(1, 2, unknown), (1, 3, unknown), (2, 1, unknown)]);
    assert_eq!((account.lanes_lost, account.duplicates), (1, 1));
    // It is known to whoever goes on there, and where the lane was put away in between.
    rig.put(0, [next(2).message(), frame(1, 1).lane(1).message(), next(3).message()]);
    (rig.config.max_lanes, rig.config.commit_frames) = (1, 1);
    let account = rig.run_well().await;
    assert_eq!(told(&rig, 7), [(2, 2, unknown), (1, 1, Standing::New), (2, 3, unknown)]);
    assert_eq!((account.lanes_lost, account.evicted), (0, 2));
}
