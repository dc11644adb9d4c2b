//! Control records: LATE_DROPS, EPOCH_END, LANE_END.

use super::scene::{Item, Scene, beats, items, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    late_drops(suite);
    ends(suite);
}

fn late_drops(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(6, &[Item::Late(3, 3)]), &[("GAP", 3)])
        .account((0, 0, 1), [1, 6, 3, 3, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-drops", "A missing range is declared dropped", &["LOSS-018"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(8, &[Item::Late(1, 5)]), &[("GAP", 5)])
        .account((0, 0, 1), [1, 8, 3, 3, 0, 2], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-drops-partly", "A declared range of which some numbers were seen", &["LOSS-018"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(5, 1), &[("GAP", 2)])
        .see(&beats(8, 1), &[("GAP", 2)])
        .see(&items(9, &[Item::Late(3, 5)]), &[])
        .see(&items(10, &[Item::Late(3, 5)]), &[])
        .account((0, 0, 1), [1, 10, 6, 4, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-drops-twice", "One declaration over two gaps, and the same again", &["LOSS-018"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(6, &[Item::Late(3, 3)]), &[("GAP", 3)])
        .see(&beats(3, 3), &[("OVERLAP", 0)])
        .account((0, 0, 1), [1, 6, 3, 3, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-after-late-drops",
            "A frame arrives that was declared dropped",
            &["LOSS-012", "LOSS-018"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(9, &[Item::Late(5, 2)]), &[("GAP", 6)])
        .see(&beats(3, 2), &[("LATE", 2)])
        .see(&beats(4, 4), &[("OVERLAP", 0)])
        .see(&beats(7, 2), &[("LATE", 2)])
        .account((0, 0, 1), [1, 9, 7, 2, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-around-late-drops",
            "Late frames on both sides of a declared range",
            &["LOSS-018", "LOSS-013"],
        );
    Scene::default()
        .see(&beats(50, 2), &[("BASELINE", 50)])
        .see(&items(54, &[Item::Late(1, 53)]), &[("GAP", 2)])
        .account((0, 0, 1), [50, 54, 3, 2, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-late-drops-before-baseline",
            "A declared range that begins before the account",
            &["LOSS-018"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(6, &[Item::Late(3, 4)]), &[("GAP", 3)])
        .account((0, 0, 1), [1, 6, 3, 0, 0, 3], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-rejected-late-drops",
            "LATE_DROPS that names its own number is rejected, counts as seen, and has no effect",
            &["LOSS-018"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 7, 1).epoch(2), &[("GAP", 4)])
        .see(&items(7, &[Item::Late(4, 3)]), &[("LATE", 1)])
        .account((0, 0, 1), [1, 7, 4, 3, 0, 0], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-late-drops-of-an-old-epoch",
            "LATE_DROPS in a late frame of the epoch before is about the numbers of that epoch",
            &["LOSS-018", "LOSS-003"],
        );
}

fn ends(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::End, Item::Beat]), &[])
        .see(&beats(5, 1), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "ended")
        .finish(
            suite,
            "ledger-end-before-a-record",
            "EPOCH_END ends the epoch wherever it stands in the last frame",
            &["LOSS-019"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::End]).drops(2), &[])
        .see(&beats(6, 1), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 5, 3, 2, 0, 0], "ended")
        .finish(
            suite,
            "ledger-end-before-drops",
            "EPOCH_END ends the epoch where its frame declares drops behind it",
            &["LOSS-019"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::End]), &[])
        .see(&start(1, 3, 1).epoch(2), &[])
        .see(&items(2, &[Item::LaneEnd]).epoch(2), &[])
        .see(&start(2, 2, 1).epoch(3), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "ended")
        .finish(suite, "ledger-lane-ends-in-its-second-epoch", "LANE_END in a later epoch", &["LOSS-019"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(6, 1), &[("GAP", 3)])
        .see(&items(5, &[Item::End]), &[("LATE", 1)])
        .see(&beats(7, 1), &[])
        .account((0, 0, 1), [1, 7, 5, 0, 0, 2], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-end-that-is-not-last",
            "A late EPOCH_END in front of numbers that were seen has no effect",
            &["LOSS-019", "LOSS-013"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&start(1, 3, 1).epoch(2), &[("GAP", 1)])
        .see(&items(3, &[Item::LaneEnd]), &[("LATE", 1)])
        .see(&beats(2, 1).epoch(2), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-lane-end-of-an-old-epoch",
            "A late LANE_END of the epoch before ends that epoch and not the lane",
            &["LOSS-003", "LOSS-019"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::End]), &[])
        .see(&beats(4, 1), &[("AFTER_END", 0)])
        .see(&beats(9, 1), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .finish(suite, "ledger-after-epoch-end", "Frames behind EPOCH_END", &["LOSS-019"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(5, &[Item::End]), &[("GAP", 2)])
        .see(&beats(3, 2), &[("LATE", 2)])
        .account((0, 0, 1), [1, 5, 5, 0, 0, 0], "ended")
        .finish(suite, "ledger-late-before-the-end", "A late frame from before EPOCH_END", &["LOSS-019", "LOSS-013"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::LaneEnd]), &[])
        .see(&start(1, 3, 1).epoch(2), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .finish(suite, "ledger-after-lane-end", "A new epoch in a lane that has ended", &["LOSS-019"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::LaneEnd]), &[])
        .see(&beats(4, 1), &[("AFTER_END", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .finish(suite, "ledger-numbers-after-lane-end", "A frame of the same epoch behind LANE_END", &["LOSS-019"]);
    Scene::default()
        .see(&start(0, 0, 1), &[])
        .see(&items(2, &[Item::Beat]), &[])
        .see(&items(4, &[Item::Beat]), &[("GAP", 1)])
        .account((0, 0, 1), [1, 4, 3, 0, 0, 1], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-heartbeat-shows-loss", "A heartbeat shows what was lost before it", &["LOSS-014"]);
}
