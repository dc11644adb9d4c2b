//! What is answered for a record, and when.

use super::script::{NOT, PERSISTED, POSSIBLY, Script};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    Script::new().destination("hold").open().offer(10, &[PERSISTED]).wait(200).ends_well().finish(
        suite,
        "producer-beginning-held",
        "Until the beginning of a lane is acknowledged nothing else of it is sent",
        &["SEQ-004", "SEQ-012"],
    );
    Script::new().destination("refuse").open().offer(10, &[PERSISTED]).wait(200).ends_well().finish(
        suite,
        "producer-beginning-refused",
        "The beginning of a lane is refused at first",
        &["SEQ-004", "SEQ-012", "SEQ-017", "WRT-006"],
    );
    Script::new().destination("keep").open().offer(10, &[PERSISTED]).wait(200).ends_well().finish(
        suite,
        "producer-beginning-kept",
        "The beginning of a lane is there, and nobody knows",
        &["SEQ-012", "SEQ-015", "WRT-006"],
    );
    for (does, id, title) in [
        ("refuse", "producer-refused-for-a-while", "Frames are refused, and taken before their deadline"),
        ("lose", "producer-lost-for-a-while", "Frames get lost, and are sent again before their deadline"),
        ("keep", "producer-kept-for-a-while", "Frames are there, and their producer learns it before their deadline"),
    ] {
        Script::new().begun().destination(does).offer(5, &[PERSISTED]).wait(200).ends_well().finish(
            suite,
            id,
            title,
            &["SEQ-014", "SEQ-015", "SEQ-017", "WRT-006"],
        );
    }
    for (does, id, title) in [
        ("keep", "producer-deadline-kept", "Nobody knows of frames that are there until their deadline"),
        ("lose", "producer-deadline-lost", "Nobody knows of frames that are not there until their deadline"),
        ("hold", "producer-deadline-held", "Nothing is heard of frames until their deadline"),
    ] {
        Script::new().begun().destination(does).offer(1, &[POSSIBLY]).wait(3000).ends_well().finish(
            suite,
            id,
            title,
            &["SEQ-009", "SEQ-014", "SEQ-015", "SEQ-017", "WRT-006"],
        );
    }
    // The first record is in the frame that is sent, which may yet come to be there; the others may not have been sealed.
    let outcomes: [(u32, &[&str]); 2] = [(1, &[POSSIBLY]), (2, &[POSSIBLY, NOT])];
    Script::new().begun().destination("refuse").offer_to(0, 3, None, &outcomes).wait(3000).ends_well().finish(
        suite,
        "producer-deadline-refused",
        "Frames are refused until their deadline",
        &["SEQ-013", "SEQ-014", "SEQ-015", "SEQ-017", "WRT-006"],
    );
    Script::new().heartbeat(40).begun().wait(300).offer(2, &[PERSISTED]).wait(200).close().finish(
        suite,
        "producer-heartbeat",
        "A lane that is silent may say that it lives, with numbers of its own",
        &["SEQ-001"],
    );
    Script::new()
        .destination("hold")
        .open()
        .offer(1, &[POSSIBLY, NOT])
        .wait(200)
        .offer(5, &[NOT, POSSIBLY])
        .wait(3000)
        .ends_well()
        .finish(
            suite,
            "producer-deadline-unsent",
            "Records behind a beginning of which nothing is heard until their deadline",
            &["SEQ-002", "SEQ-012", "SEQ-013", "SEQ-014"],
        );
    Script::new()
        .destination("hold")
        .open()
        .offer(1, &[POSSIBLY, NOT])
        .wait(200)
        .offer(5, &[NOT, POSSIBLY])
        .wait(3000)
        .destination("accept")
        .close()
        .finish(
            suite,
            "producer-deadline-unsent-at-the-end",
            "What will not be sent is declared before the end, and nothing behind it",
            &["SEQ-007", "SEQ-013"],
        );
}
