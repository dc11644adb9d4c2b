//! New epochs and old ones.

use super::scene::{Fate, Item, Scene, beats, items, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    new_epoch(suite);
    skipped(suite);
    forks(suite);
    old_epoch(suite);
}

fn new_epoch(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 3, 2).epoch(2), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-next-epoch", "A new epoch that follows on", &["LOSS-006", "LOSS-020"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 10, 2).epoch(2), &[("GAP", 7)])
        .account((0, 0, 1), [1, 10, 3, 0, 0, 7], "closed")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-tail-lost",
            "EPOCH_START reveals that the tail of the epoch before was lost",
            &["LOSS-006"],
        );
    Scene::default()
        .see(&items(1, &[Item::Start(0, 0), Item::Beat, Item::End]), &[])
        .see(&start(1, 3, 2).epoch(2), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "ended")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-ended-epoch", "An epoch that ended, and the next", &["LOSS-006", "LOSS-008"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&beats(1, 2).epoch(2), &[("TAIL_UNKNOWN", 1)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-epoch-without-start", "A new epoch without EPOCH_START", &["LOSS-008"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&beats(4, 2).epoch(2), &[("TAIL_UNKNOWN", 1), ("GAP", 3)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 2), [1, 5, 2, 0, 0, 3], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-epoch-begins-late",
            "The first numbers of a known lane's new epoch are missing",
            &["LOSS-004", "LOSS-008", "LOSS-014"],
        );
    Scene::default()
        .see(&items(1, &[Item::Start(0, 0), Item::End]), &[])
        .see(&beats(1, 2).epoch(2), &[])
        .account((0, 0, 1), [1, 2, 2, 0, 0, 0], "ended")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-ended-then-no-start",
            "An ended epoch, and a new one without EPOCH_START",
            &["LOSS-008"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 3, 2).epoch(2).fate(Fate::BodyDamaged), &[("TAIL_UNKNOWN", 1)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 2), [1, 2, 0, 0, 2, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-unreadable-start",
            "EPOCH_START is in a frame that cannot be read",
            &["LOSS-008", "LOSS-015"],
        );
}

fn skipped(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&beats(1, 2).epoch(4), &[("TAIL_UNKNOWN", 1), ("EPOCH_MISSING", 2)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 4), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 4)
        .finish(suite, "ledger-epochs-skipped", "Two epochs were never seen", &["LOSS-007"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 3, 2).epoch(7), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 7), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 7)
        .finish(
            suite,
            "ledger-epochs-unused",
            "Epochs in which the lane carried nothing are not missing",
            &["LOSS-007"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(4, 100, 2).epoch(5), &[("TAIL_UNKNOWN", 1), ("EPOCH_MISSING", 3)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 4), [1, 100, 0, 0, 0, 100], "closed")
        .account((0, 0, 5), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 5)
        .finish(
            suite,
            "ledger-epoch-lost-whole",
            "EPOCH_START names an epoch that was never seen: all of it is lost",
            &["LOSS-007", "LOSS-006"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(2, 5, 1).epoch(3), &[("TAIL_UNKNOWN", 1), ("EPOCH_MISSING", 1)])
        .see(&beats(2, 2).epoch(2), &[("LATE", 2)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .account((0, 0, 2), [1, 5, 2, 0, 0, 3], "closed")
        .account((0, 0, 3), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 3)
        .finish(
            suite,
            "ledger-late-into-a-lost-epoch",
            "A late frame of an epoch that was taken for lost",
            &["LOSS-003", "LOSS-013"],
        );
}

fn forks(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&beats(4, 1).with(|shape| shape.nonce = 9), &[("FORK", 0)])
        .see(&beats(4, 1), &[])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-fork-by-nonce", "A second boot nonce in one epoch", &["LOSS-002"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(0, 0, 1).with(|shape| (shape.nonce, shape.lane) = (9, 1)), &[("FORK", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-fork-in-another-lane", "A second boot nonce, in another lane", &["LOSS-002"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 3, 1).epoch(2).with(|shape| shape.nonce = 9), &[])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-nonce-of-the-next-epoch",
            "Each epoch has a boot nonce of its own",
            &["LOSS-002", "LOSS-020"],
        );
    Scene::default()
        .see(&start(0, 0, 3).epoch(5), &[])
        .see(&beats(1, 2).epoch(3).with(|shape| shape.nonce = 9), &[("STALE_EPOCH", 0)])
        .see(&start(0, 0, 1).epoch(3).with(|shape| shape.lane = 1), &[("FORK", 0)])
        .account((0, 0, 5), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 5)
        .finish(
            suite,
            "ledger-nonce-of-a-stale-frame",
            "The boot nonce of a frame that is not counted is the one of its epoch all the same",
            &["LOSS-002", "LOSS-003"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(0, 0, 2).epoch(2).with(|shape| shape.nonce = 9), &[("FORK", 0)])
        .see(&start(1, 3, 2).epoch(2), &[("FORK", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-nonce-of-a-fork",
            "The boot nonce of a new epoch's first frame stays, though its EPOCH_START makes it a FORK",
            &["LOSS-002", "LOSS-005"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 3, 2).epoch(2), &[])
        .see(&start(1, 3, 2).epoch(3), &[("FORK", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 2), [1, 2, 2, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-fork-unknown-epoch",
            "EPOCH_START does not know of an epoch that was seen",
            &["LOSS-005"],
        );
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(1, 2, 2).epoch(2), &[("FORK", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-fork-short-tail", "EPOCH_START names fewer numbers than were seen", &["LOSS-005"]);
    Scene::default()
        .see(&items(1, &[Item::Start(0, 0), Item::End]), &[])
        .see(&start(1, 3, 2).epoch(2), &[("FORK", 0)])
        .account((0, 0, 1), [1, 2, 2, 0, 0, 0], "ended")
        .finish(suite, "ledger-fork-after-end", "EPOCH_START names numbers behind EPOCH_END", &["LOSS-005"]);
    Scene::default()
        .see(&start(0, 0, 3), &[])
        .see(&start(0, 0, 2).epoch(2), &[("FORK", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-fork-no-previous", "EPOCH_START says that there was no epoch before", &["LOSS-005"]);
}

fn old_epoch(suite: &mut Suite) {
    let two = |extra: u64| {
        Scene::default()
            .see(&start(0, 0, 3), &[])
            .see(&start(1, 3 + extra, 1).epoch(2), if extra > 0 { &[("GAP", 4)] } else { &[] })
    };
    two(4)
        .see(&beats(4, 2), &[("LATE", 2)])
        .account((0, 0, 1), [1, 7, 5, 0, 0, 2], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-old-epoch-late", "A late frame of the epoch before", &["LOSS-003", "LOSS-013"]);
    two(0)
        .see(&start(0, 0, 3), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-old-epoch-duplicate", "A duplicate of the epoch before", &["LOSS-003", "LOSS-009"]);
    two(0)
        .see(&beats(4, 2), &[("STALE_EPOCH", 0)])
        .account((0, 0, 1), [1, 3, 3, 0, 0, 0], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(suite, "ledger-old-epoch-goes-on", "An epoch that was left behind goes on", &["LOSS-003"]);
    Scene::default()
        .see(&start(0, 0, 3).epoch(5), &[])
        .see(&beats(1, 2).epoch(3), &[("STALE_EPOCH", 0)])
        .account((0, 0, 5), [1, 3, 3, 0, 0, 0], "open")
        .unknown_tail(0, 0, 5)
        .finish(suite, "ledger-epoch-never-seen", "A frame of an old epoch that was never seen", &["LOSS-003"]);
    two(4)
        .see(&beats(4, 5), &[("OVERLAP", 0)])
        .account((0, 0, 1), [1, 7, 3, 0, 0, 4], "closed")
        .account((0, 0, 2), [1, 1, 1, 0, 0, 0], "open")
        .unknown_tail(0, 0, 2)
        .finish(
            suite,
            "ledger-old-epoch-past-its-end",
            "A late frame that goes past the end of its epoch",
            &["LOSS-003", "LOSS-012"],
        );
}
