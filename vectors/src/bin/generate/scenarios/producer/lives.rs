//! What a producer is from one opening of its state to the next.

use super::script::{NONE, NOT, PERSISTED, POSSIBLY, Script};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    ends(suite);
    crashes(suite);
    states(suite);
    lanes(suite);
}

fn ends(suite: &mut Suite) {
    Script::new().open().offer(3, &[PERSISTED]).wait(100).close().finish(
        suite,
        "producer-one-life",
        "Three records, from the opening to the end",
        &["SEQ-001", "SEQ-002", "SEQ-004", "SEQ-005", "SEQ-014"],
    );
    Script::new().begun().offer(10, &[PERSISTED]).wait(100).offer(7, &[PERSISTED]).wait(100).close().finish(
        suite,
        "producer-several-frames",
        "Records of several frames have one number each",
        &["SEQ-001", "SEQ-002", "SEQ-012"],
    );
    Script::new().begun().close().begun().offer(5, &[PERSISTED]).wait(100).close().begun().close().finish(
        suite,
        "producer-three-lives",
        "Each opening is an epoch, with a boot_nonce, that says what was before it",
        &["SEQ-003", "SEQ-004", "SEQ-005", "META-017"],
    );
    Script::new().begun().close().open().wait(100).close().begun().close().finish(
        suite,
        "producer-idle-life",
        "Who was silent for an epoch says in the next what was the last one with records",
        &["SEQ-005"],
    );
}

fn crashes(suite: &mut Suite) {
    Script::new().begun().crash().begun().close().finish(
        suite,
        "producer-crash",
        "The epoch after a crash is another one",
        &["SEQ-003", "SEQ-005", "META-017"],
    );
    for (does, id, title) in [
        ("keep", "producer-crash-kept", "Frames that are there, and nobody knows, are sent again after a crash"),
        ("lose", "producer-crash-lost", "Frames that got lost are sent again after a crash"),
        ("hold", "producer-crash-held", "Frames that were under way are sent again after a crash"),
        ("refuse", "producer-crash-refused", "Frames that were refused are sent again after a crash"),
    ] {
        Script::new()
            .begun()
            .destination(does)
            .offer(6, &[NONE, POSSIBLY])
            .wait(200)
            .crash()
            .destination("accept")
            .open()
            .goes_well()
            .finish(suite, id, title, &["WRT-006", "SEQ-005", "SEQ-006", "SEQ-017"]);
    }
    Script::new()
        .begun()
        .destination("lose")
        .offer(3, &[NONE, POSSIBLY])
        .wait(200)
        .crash()
        .open()
        .wait(200)
        .crash()
        .open()
        .wait(200)
        .ends_well()
        .finish(
            suite,
            "producer-two-crashes",
            "What was left is sent by whoever comes next, and by the one after",
            &["WRT-006", "SEQ-005", "SEQ-006", "SEQ-017"],
        );
    Script::new()
        .begun()
        .destination("refuse")
        .offer(5, &[POSSIBLY, NOT])
        .wait(100)
        .close_within(200)
        .destination("accept")
        .open()
        .goes_well()
        .finish(
            suite,
            "producer-close-refused",
            "Who ends without being able to send leaves its frames to the next",
            &["SEQ-005", "SEQ-006", "SEQ-014", "WRT-006"],
        );
    Script::new()
        .destination("hold")
        .open()
        .offer(6, &[POSSIBLY, NOT])
        .wait(100)
        .close_within(200)
        .destination("accept")
        .open()
        .goes_well()
        .finish(
            suite,
            "producer-close-before-the-beginning",
            "A lane ends before its beginning is acknowledged",
            &["SEQ-005", "SEQ-006", "SEQ-012", "SEQ-014"],
        );
}

fn states(suite: &mut Suite) {
    Script::new().begun().close().state("forget").begun().close().producers(2).finish(
        suite,
        "producer-state-lost",
        "Who finds no state is another producer",
        &["SEQ-016", "META-017"],
    );
    Script::new().begun().close().state("save").begun().close().state("restore").begun().close().forks().finish(
        suite,
        "producer-state-restored",
        "An old copy of the state is found out by the boot_nonce",
        &["META-017"],
    );
}

fn lanes(suite: &mut Suite) {
    let all = |count: u32| [(count, [PERSISTED].as_slice())].to_vec();
    Script::new()
        .lanes(&[("acme", 0), ("umbrella", 1), ("acme", 1)])
        .open()
        .offer_to(0, 3, None, &all(3))
        .offer_to(1, 5, None, &all(5))
        .offer_to(2, 2, None, &all(2))
        .wait(100)
        .offer_to(1, 3, None, &all(3))
        .offer_to(0, 3, None, &all(3))
        .wait(100)
        .close()
        .open()
        .offer_to(2, 3, None, &all(3))
        .offer_to(0, 1, None, &all(1))
        .wait(100)
        .close()
        .finish(
            suite,
            "producer-lanes",
            "Lanes of several tenants and partitions",
            &["SEQ-001", "SEQ-004", "SEQ-005", "SEQ-008", "KAF-002"],
        );
}
