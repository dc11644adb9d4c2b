//! First sight, gaps, late frames, rejected frames, places.

use super::scene::{Fate, Item, Scene, beats, items, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    clean(suite);
    first_sight(suite);
    gaps(suite);
    late(suite);
    rejected(suite);
    places(suite);
}

fn clean(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&items(4, &[Item::Beat, Item::End]), &[])
        .account((0, 0, 1), [1, 5, 5, 0, 0, 0], "ended")
        .finish(suite, "ledger-clean", "A lane from its start to its end", &["LOSS-001"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-open-tail", "Nothing tells how the lane ended", &["LOSS-001", "LOSS-008"]);
    Scene::default()
        .see(&beats(1, 2), &[])
        .account((0, 0, 1), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-without-start", "A lane at 1 without EPOCH_START", &["LOSS-004", "LOSS-008"]);
    Scene::default()
        .see(&start(0, 0, 2).drops(3), &[])
        .see(&items(6, &[Item::End]), &[])
        .account((0, 0, 1), [1, 6, 3, 3, 0, 0], "ended")
        .finish(suite, "ledger-declared-drops", "A frame that declares three drops", &["LOSS-001"]);
    Scene::default()
        .see(&start(0, 0, 1).drops(65_535), &[])
        .see(&beats(65_537, 1), &[])
        .account((0, 0, 1), [1, 65_537, 2, 65_535, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-many-drops", "A frame that declares as many drops as it can", &["LOSS-001"]);
}

fn first_sight(suite: &mut Suite) {
    Scene::default()
        .see(&beats(100, 2), &[("BASELINE", 100)])
        .see(&beats(102, 1), &[])
        .account((0, 0, 1), [100, 102, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-baseline", "First sight above 1", &["LOSS-004"]);
    Scene::default()
        .see(&beats(100, 2), &[("BASELINE", 100)])
        .see(&beats(50, 2), &[("STALE_EPOCH", 0)])
        .account((0, 0, 1), [100, 101, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-before-baseline", "A frame from before the first sight", &["LOSS-004"]);
    Scene::default()
        .see(&beats(100, 2), &[("BASELINE", 100)])
        .see(&beats(99, 2), &[("OVERLAP", 0)])
        .account((0, 0, 1), [100, 101, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-across-baseline", "A frame on both sides of the first number", &["LOSS-012"]);
    Scene::default()
        .see(&beats(2, 1).fate(Fate::BodyDamaged), &[("BASELINE", 2)])
        .see(&beats(3, 1), &[])
        .account((0, 0, 1), [2, 3, 1, 0, 1, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-baseline-unreadable",
            "First sight is of a frame that cannot be read",
            &["LOSS-004", "LOSS-015"],
        );
}

fn gaps(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(4, 1), &[("GAP", 1)])
        .account((0, 0, 1), [1, 4, 3, 0, 0, 1], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-gap-of-one", "One number is missing", &["LOSS-014", "LOSS-001"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(1_000_003, 1), &[("GAP", 1_000_000)])
        .see(&beats(1_000_010, 1), &[("GAP", 6)])
        .account((0, 0, 1), [1, 1_000_010, 4, 0, 0, 1_000_006], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-two-gaps", "A large gap and a small one", &["LOSS-014"]);
    Scene::default()
        .see(&start(0, 0, 1), &[])
        .see(&beats((1 << 53) - 1, 1), &[("GAP", (1 << 53) - 3)])
        .account((0, 0, 1), [1, (1 << 53) - 1, 2, 0, 0, (1 << 53) - 3], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-largest-gap", "All numbers but the first and the last are missing", &["LOSS-014"]);
    Scene::default()
        .see(&start(0, 0, 2).drops(2), &[])
        .see(&beats(7, 1).drops(1), &[("GAP", 2)])
        .see(&beats(9, 1), &[])
        .account((0, 0, 1), [1, 9, 4, 3, 0, 2], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-drops-and-loss", "Declared drops and real loss in one lane", &["LOSS-001", "LOSS-014"]);
}

fn late(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(5, 1), &[("GAP", 2)])
        .see(&beats(3, 2), &[("LATE", 2)])
        .account((0, 0, 1), [1, 5, 5, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-fills-the-gap", "A late frame that fills a gap", &["LOSS-013"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(13, 1), &[("GAP", 10)])
        .see(&beats(6, 2), &[("LATE", 2)])
        .see(&beats(3, 3), &[("LATE", 3)])
        .see(&beats(7, 2), &[("OVERLAP", 0)])
        .see(&beats(8, 5), &[("LATE", 5)])
        .account((0, 0, 1), [1, 13, 13, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-late-splits-the-gap",
            "Late frames that split a gap, and fill it",
            &["LOSS-013", "LOSS-012"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(6, 1), &[("GAP", 3)])
        .see(&beats(3, 1).drops(2), &[("LATE", 1)])
        .account((0, 0, 1), [1, 6, 4, 2, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-with-drops", "A late frame that declares drops", &["LOSS-013", "LOSS-001"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(5, 1), &[("GAP", 2)])
        .see(&beats(3, 2).fate(Fate::BodyDamaged), &[("LATE", 2)])
        .account((0, 0, 1), [1, 5, 3, 0, 2, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-late-unreadable", "A late frame that cannot be read", &["LOSS-013", "LOSS-015"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(5, 1), &[("GAP", 2)])
        .see(&beats(4, 3), &[("OVERLAP", 0)])
        .see(&beats(2, 2), &[("OVERLAP", 0)])
        .see(&beats(5, 2), &[("OVERLAP", 0)])
        .account((0, 0, 1), [1, 5, 3, 0, 0, 2], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-overlap", "Frames that cover counted and other numbers", &["LOSS-012"]);
}

fn rejected(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 4).drops(2).fate(Fate::BodyDamaged), &[])
        .see(&beats(9, 1), &[])
        .account((0, 0, 1), [1, 9, 3, 2, 4, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-body-damaged", "A frame with a damaged body", &["LOSS-015"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 4).fate(Fate::Newer), &[])
        .see(&beats(7, 2).fate(Fate::OtherCodec), &[])
        .see(&beats(9, 1), &[])
        .account((0, 0, 1), [1, 9, 3, 0, 6, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-unsupported", "Frames of another version and of another codec", &["LOSS-015"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 4).fate(Fate::PreludeDamaged), &[])
        .see(&beats(7, 1), &[("GAP", 4)])
        .account((0, 0, 1), [1, 7, 3, 0, 0, 4], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-prelude-damaged", "A frame with a damaged prelude is lost", &["LOSS-016"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 4).fate(Fate::NoCount), &[])
        .see(&beats(7, 1), &[("GAP", 4)])
        .account((0, 0, 1), [1, 7, 3, 0, 0, 4], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-not-countable", "A frame with a valid prelude CRC and no records", &["LOSS-016"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 4).fate(Fate::NoMetadata), &[])
        .see(&beats(7, 1), &[("GAP", 4)])
        .account((0, 0, 1), [1, 7, 3, 0, 0, 4], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-not-countable-length",
            "A frame with a valid prelude CRC and metadata_len 0",
            &["LOSS-016"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::Beat, Item::End]).fate(Fate::BodyDamaged), &[])
        .account((0, 0, 1), [1, 4, 2, 0, 2, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-unreadable-end",
            "The end of the epoch is in a frame that cannot be read",
            &["LOSS-008", "LOSS-015"],
        );
}

fn places(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2).with(|shape| shape.partition = Some(3)), &[])
        .see(&beats(3, 1).with(|shape| shape.partition = Some(4)), &[("LANE_MOVED", 0)])
        .see(&beats(4, 1).with(|shape| shape.partition = Some(3)), &[])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-other-partition", "A lane comes from another partition", &["LOSS-017"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 1).with(|shape| shape.partition = Some(3)), &[])
        .see(&beats(4, 1), &[])
        .see(&beats(5, 1).with(|shape| shape.partition = Some(4)), &[("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 5, 5, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-partition-not-given",
            "Frames with and without a partition, which is taken and compared where it is given",
            &["LOSS-017"],
        );
    Scene::default()
        .see(&start(0, 0, 2).fate(Fate::BodyDamaged).with(|shape| shape.partition = Some(4)), &[])
        .see(&beats(3, 1).with(|shape| shape.partition = Some(3)), &[])
        .see(&beats(4, 1).fate(Fate::Newer).with(|shape| shape.partition = Some(4)), &[])
        .see(&beats(5, 1).with(|shape| shape.partition = Some(4)), &[("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 5, 2, 0, 3, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-partition-of-rejected-frames",
            "Rejected frames from another partition, which is neither taken nor compared",
            &["LOSS-017", "LOSS-015"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 1).with(|shape| shape.tenant = "umbrella"), &[("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-other-tenant", "A lane changes its tenant", &["LOSS-017"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(4, 1).with(|shape| shape.tenant = "umbrella"), &[("GAP", 1), ("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 4, 3, 0, 0, 1], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-moved-after-a-gap", "A lane changes its tenant behind a gap", &["LOSS-017"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 1).with(|shape| shape.tenant = "umbrella"), &[("LANE_MOVED", 0)])
        .see(&beats(4, 1).with(|shape| shape.tenant = "umbrella"), &[("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-other-tenant-again", "Two frames of a lane that changed its tenant", &["LOSS-017"]);
    Scene::default()
        .see(&start(0, 0, 2).with(|shape| shape.partition = Some(3)), &[])
        .see(&beats(3, 1).with(|shape| (shape.tenant, shape.partition) = ("umbrella", Some(4))), &[("LANE_MOVED", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-other-tenant-and-partition",
            "A lane changes its tenant and its partition in one frame: one verdict",
            &["LOSS-017"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&start(0, 0, 3).with(|shape| shape.lane = 1), &[])
        .see(&start(0, 0, 1).with(|shape| shape.producer = 1), &[])
        .see(&beats(4, 1), &[("GAP", 1)])
        .see(&items(4, &[Item::End]).with(|shape| shape.lane = 1), &[])
        .see(&beats(2, 1).with(|shape| shape.producer = 1), &[])
        .account((0, 0, 1), [1, 4, 3, 0, 0, 1], "open")
        .account((0, 1, 1), [1, 4, 4, 0, 0, 0], "ended")
        .account((1, 0, 1), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .unknown_tail(1, 0, 1)
        .finish(suite, "ledger-apart", "Two producers and two lanes, one after the other", &["LOSS-020"]);
}
