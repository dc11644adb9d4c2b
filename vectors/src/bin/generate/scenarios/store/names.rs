//! Files of other names, such as an index that somebody keeps, which may say what is not so.

use super::scene::{Segment, Store, Thread, alone, folder};
use crate::pieces::Pieces;
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    indexes(suite);
    files(suite);
}

fn indexes(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3);
    let places: Vec<(usize, usize)> = segment.places.iter().map(|(_, start, end)| (*start, *end)).collect();
    let line = |generation: usize, (at, end)| format!("{{\"generation\":{generation},\"at\":{at},\"end\":{end}}}\n");
    let lines =
        |first: usize| -> String { (first..).zip(&places).map(|(number, place)| line(number, *place)).collect() };
    for (name, title, text) in [
        ("right", "An index that is right", lines(1)),
        ("stale", "An index that ends early", line(1, places[0])),
        ("empty", "An index without a byte", String::new()),
        ("foreign", "The index of another thread", lines(7)),
        ("changed", "A line of the index is changed", lines(1).replacen("\"generation\":2", "\"generation\":8", 1)),
        (
            "beyond",
            "An index that tells of what is not there",
            lines(1) + &line(4, (segment.len(), segment.len() + 90)),
        ),
    ] {
        let index = Pieces::plain("", text.as_bytes());
        alone(Thread::t().segment(&segment).file("index", index).finds(1..=3)).add(
            suite,
            &format!("ckp-006-{name}"),
            title,
            &["CKP-006"],
        );
    }
    let spoiled = segment.spoil(1);
    let thread = Thread::t().segment(&spoiled).file("index", Pieces::plain("", lines(1).as_bytes())).finds([1, 3]);
    let thread = thread.damaged(&spoiled, places[1], "BODY_CRC", None).set_aside(&spoiled, 2);
    alone(thread).add(suite, "ckp-006-damaged", "An index tells of what is damaged", &["CKP-006"]);
    let thread = Thread::t().segment(&Segment::with(0, 1..=2)).finds(1..=2);
    alone(thread).add(suite, "ckp-006-missing", "No index", &["CKP-006"]);
}

fn files(suite: &mut Suite) {
    let (segment, older) = (Segment::with(1, 3..=4), Segment::with(0, 1..=2));
    let thread = Thread::t().segment(&older).segment(&segment).file("DELETED", Pieces::default()).unknown();
    alone(thread).add(suite, "ckp-019", "A thread that was deleted, with files that are left", &["CKP-019"]);
    alone(Thread::t().file("DELETED", Pieces::default()).unknown()).add(
        suite,
        "ckp-019-alone",
        "A thread that was deleted",
        &["CKP-019"],
    );
    let name = older.name();
    let thread = Thread::t()
        .segment(&segment)
        .segment_as(&older, &format!("{name}.quarantined"))
        .file(&format!("{name}.reason"), Pieces::plain("", *b"BODY_CRC\n"))
        .finds(3..=4);
    alone(thread).add(suite, "ckp-020-quarantine", "A segment that was set aside", &["CKP-020"]);
    let newer = Segment::with(2, [5]);
    let thread = Thread::t().segment(&segment).segment_as(&newer, "tmp-00000002").finds(3..=4);
    alone(thread).add(suite, "ckp-020-temporary", "A segment that has no name yet", &["CKP-020"]);
    let mut thread = Thread::t().segment(&segment).file("notes.txt", Pieces::plain("", *b"hello")).finds(3..=4);
    for name in [
        "2-5-28-200.seg",
        "00000002-0000000000000005-000000000028.seg",
        "00000002-0000000000000005-000000000028-000000000200-1.seg",
        "00000002-0000000000000005-000000000300-000000000200.seg",
        "00000002-0000000000000000-000000000028-000000000200.seg",
        "00000002-0000000000000005-000000000000-000000000200.seg",
        "+0000002-0000000000000005-000000000028-000000000200.seg",
        "00000002-0000000000000005-000000000028-000000000200.segment",
    ] {
        thread = thread.segment_as(&newer, name);
    }
    alone(thread).add(suite, "ckp-020-names", "Names that are none of a segment", &["CKP-020"]);
    let path = format!("{}/{}", folder("t", "").to_uppercase(), newer.name());
    let store = Store::default().file("LOCK", b"").file("notes.txt", b"hello").file(&path, b"hello");
    let store = store.file("other/index", b"").thread(Thread::t().segment(&segment).finds(3..=4));
    store.add(suite, "ckp-020-folders", "Files and folders that are none of a thread", &["CKP-020"]);
}
