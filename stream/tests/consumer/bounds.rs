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

/// A lane whose kept state is of no use: nothing of its epoch is called new, and nothing is suppressed.
#[tokio::test(start_paused = true)]
async fn a_lane_whose_state_is_lost_is_unknown_until_its_next_epoch() {
    let rig = Rig::new(1);
    rig.put(0, [frame(1, 1).message(), frame(2, 1).message()]);
    rig.run_well().await;
    rig.state.set_lane(0, LaneKey { producer_id: [7; 16], lane: 0 }, vec![1, 2, 3]);
    let next = crate::frames::Frame { previous: (1, 3), ..frame(1, 1).epoch(2) };
    rig.put(0, [frame(2, 1).message(), frame(3, 1).message(), next.message()]);
    let account = rig.run_well().await;
    let told: Vec<_> = rig.script().seen.iter().skip(2).map(|one| (one.sequence, one.standing)).collect();
    assert_eq!(told, [(2, Standing::Unknown), (3, Standing::Unknown), (1, Standing::New)]);
    assert_eq!(account.lanes_lost, 1);
}
