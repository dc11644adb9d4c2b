//! Records for which the queue has no room.

use super::script::{NOT, PERSISTED, POSSIBLY, Script};
use crate::suite::Suite;

/// A queue of 4 behind a beginning that is held. Of the record that is offered first nobody can say whether it waits or is in the
/// frame that is held.
fn full() -> Script {
    Script::new().queue(4).destination("hold").open().offer(1, &[PERSISTED]).wait(100)
}

pub(crate) fn add(suite: &mut Suite) {
    let newest: [(u32, &[&str]); 3] = [(3, &[PERSISTED]), (1, &[PERSISTED, NOT]), (2, &[NOT])];
    full().offer_to(0, 6, Some("drop_newest"), &newest).ends_well().finish(
        suite,
        "producer-drop-newest",
        "Records for which there is no room are numbered, dropped and declared",
        &["SEQ-002", "SEQ-013", "SEQ-014"],
    );
    full().offer_to(0, 6, Some("drop_newest"), &newest).destination("accept").close().finish(
        suite,
        "producer-drop-newest-at-the-end",
        "What was dropped is declared before the end",
        &["SEQ-002", "SEQ-007", "SEQ-013"],
    );
    Script::new()
        .queue(4)
        .destination("hold")
        .open()
        .offer_to(0, 1, Some("drop_oldest"), &[(1, &[PERSISTED, NOT])])
        .wait(100)
        .offer_to(0, 6, Some("drop_oldest"), &[(2, &[NOT]), (4, &[PERSISTED])])
        .ends_well()
        .finish(
            suite,
            "producer-drop-oldest",
            "The oldest records make room, and are declared",
            &["SEQ-002", "SEQ-013", "SEQ-014"],
        );
    full().offer_to(0, 6, Some("wait"), &[(6, &[PERSISTED])]).wait(100).ends_well().finish(
        suite,
        "producer-wait-for-room",
        "Records wait for room, and get it",
        &["SEQ-001", "SEQ-014"],
    );
    Script::new()
        .queue(4)
        .destination("hold")
        .open()
        .offer(1, &[POSSIBLY, NOT])
        .wait(100)
        .offer_to(0, 6, Some("wait"), &[(6, &[NOT, POSSIBLY])])
        .wait(3000)
        .ends_well()
        .finish(
            suite,
            "producer-wait-for-room-in-vain",
            "Records wait for room until their deadline",
            &["SEQ-002", "SEQ-013", "SEQ-014"],
        );
    let many: [(u32, &[&str]); 3] = [(3, &[PERSISTED]), (1, &[PERSISTED, NOT]), (69_996, &[NOT])];
    full().offer_to(0, 70_000, Some("drop_newest"), &many).ends_well().finish(
        suite,
        "producer-many-drops",
        "More records are dropped than a frame can declare",
        &["SEQ-007", "SEQ-013"],
    );
}
