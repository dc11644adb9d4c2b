//! The same range again: duplicates, forks, repairs, redactions.

use super::scene::{Fate, Item, Scene, Shape, beats, items, start};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    duplicates(suite);
    repairs(suite);
    redactions(suite);
}

fn duplicates(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(3, 2), &[("DUPLICATE", 0)])
        .see(&start(0, 0, 2), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-duplicate", "Two frames again", &["LOSS-009"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(3, 2).with(|shape| shape.interval = 5), &[("FORK", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-fork-by-content", "The same range with other content", &["LOSS-010"]);
    let other = |base: u64| beats(base, 2).with(|shape| shape.interval = 5).fate(Fate::BodyDamaged);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(5, 2).fate(Fate::BodyDamaged), &[])
        .see(&other(3), &[("FORK", 0)])
        .see(&other(5), &[("FORK", 0)])
        .account((0, 0, 1), [1, 6, 4, 0, 2, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-fork-unreadable",
            "Ranges that were counted come with another body_crc, and cannot be read",
            &["LOSS-010", "LOSS-015"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(3, 1).drops(1), &[("OVERLAP", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-same-range-other-counts",
            "The same range with a drop in place of a record",
            &["LOSS-012"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2).fate(Fate::BodyDamaged), &[])
        .see(&beats(3, 2).fate(Fate::BodyDamaged), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 2, 0, 2, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-unreadable-twice", "A frame that cannot be read, twice", &["LOSS-009", "LOSS-015"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(3, 2).fate(Fate::BodyDamaged), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-seen-then-unreadable", "A counted frame comes again and cannot be read", &["LOSS-009"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::Beat, Item::End]), &[])
        .see(&items(3, &[Item::Beat, Item::End]), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "ended")
        .finish(
            suite,
            "ledger-duplicate-of-the-end",
            "The end of an epoch again is a duplicate",
            &["LOSS-009", "LOSS-019"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2), &[])
        .see(&beats(3, 2).with(|shape| shape.tenant = "umbrella"), &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-duplicate-moves-nothing",
            "A duplicate is not looked at further",
            &["LOSS-009", "LOSS-017"],
        );
}

fn repairs(suite: &mut Suite) {
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2).drops(1).fate(Fate::BodyDamaged), &[])
        .see(&beats(3, 2).drops(1), &[("LATE", 2)])
        .account((0, 0, 1), [1, 5, 4, 1, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-repaired", "A frame that could not be read arrives intact", &["LOSS-011"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&items(3, &[Item::Beat, Item::End]).fate(Fate::BodyDamaged), &[])
        .see(&items(3, &[Item::Beat, Item::End]), &[("LATE", 2)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "ended")
        .finish(suite, "ledger-repaired-end", "The repaired frame ends the epoch", &["LOSS-011", "LOSS-019"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&beats(3, 2).fate(Fate::BodyDamaged), &[])
        .see(&beats(3, 2).with(|shape| shape.interval = 5), &[("FORK", 0)])
        .account((0, 0, 1), [1, 4, 2, 0, 2, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-repaired-by-another",
            "In place of a frame that could not be read comes another",
            &["LOSS-010", "LOSS-011"],
        );
}

fn redactions(suite: &mut Suite) {
    let original = beats(3, 2);
    let crc = original.body_crc();
    let redacted = items(3, &[Item::Redacted, Item::Redacted]).with(|shape| shape.redacts = Some(crc));
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&original, &[])
        .see(&redacted, &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-redacted-after", "A redaction of a counted frame", &["LOSS-010"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&redacted, &[])
        .see(&original, &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-redacted-before", "The original of a redaction that was counted", &["LOSS-010"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&original.fate(Fate::BodyDamaged), &[])
        .see(&redacted, &[("LATE", 2)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-redacted-unreadable",
            "A redaction of a frame that could not be read",
            &["LOSS-010", "LOSS-011"],
        );
    // Content of its own, so that its body_crc is another.
    let other = items(3, &[Item::Redacted, Item::Beat]).with(|shape| (shape.redacts, shape.interval) = (Some(crc), 7));
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&redacted, &[])
        .see(&other, &[("DUPLICATE", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-redacted-twice", "Two redactions of one original", &["LOSS-010"]);
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&original.fate(Fate::BodyDamaged), &[])
        .see(&redacted, &[("LATE", 2)])
        .see(&other, &[("DUPLICATE", 0)])
        .see(&original, &[("DUPLICATE", 0)])
        .see(&beats(3, 2).with(|shape| shape.interval = 5), &[("FORK", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-redacted-unreadable-then-more",
            "A redaction of an unreadable frame, another one, the original, and a stranger",
            &["LOSS-009", "LOSS-010", "LOSS-011"],
        );
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&original, &[])
        .see(&redacted.with(|shape| shape.redacts = Some(crc ^ 1)), &[("FORK", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(suite, "ledger-redacts-another", "A redaction that names another original", &["LOSS-010"]);
    let nameless = |shape: &Shape| shape.with(|shape| shape.redacts = Some(0));
    Scene::default()
        .see(&start(0, 0, 2), &[])
        .see(&nameless(&redacted), &[])
        .see(&nameless(&other), &[("DUPLICATE", 0)])
        .see(&original, &[("FORK", 0)])
        .account((0, 0, 1), [1, 4, 4, 0, 0, 0], "open")
        .unknown_tail(0, 0, 1)
        .finish(
            suite,
            "ledger-redacted-no-original",
            "Two redactions that name no original, which is body_crc 0, and a stranger",
            &["LOSS-009", "LOSS-010"],
        );
}
