//! Files of other names, such as an index that somebody keeps, which may say what is not so.

use super::scene::{Segment, Store, Thread, alone, folder};
use crate::pieces::Pieces;
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    index(suite);
    files(suite);
}

fn index(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3).spoil(1);
    let line = |(generation, at, end): &(u64, usize, usize)| {
        format!("{{\"generation\":{generation},\"at\":{at},\"end\":{end}}}\n")
    };
    let lines: String = segment.places.iter().map(line).collect();
    let (_, start, end) = segment.places[1];
    let thread = Thread::t().segment(&segment).file("index", Pieces::plain("", lines.as_bytes())).finds([1, 3]);
    let thread = thread.damaged(&segment, (start, end), "BODY_CRC", None).set_aside(&segment, 2);
    alone(thread).add(
        suite,
        "ckp-020-index",
        "A file that tells of what is damaged",
        &["CKP-005", "CKP-006", "CKP-020", "CKP-021", "CKP-022"],
    );
}

fn files(suite: &mut Suite) {
    let (segment, older) = (Segment::with(1, 3..=4), Segment::with(0, 1..=2));
    let thread = Thread::t().segment(&older).segment(&segment).file("DELETED", Pieces::default()).unknown();
    alone(thread).add(suite, "ckp-019-left", "A thread that was deleted, with files that are left", &["CKP-019"]);
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
        "0000002-0000000000000005-000000000028-000000000200.seg",
        "00000002-000000000000005-000000000028-000000000200.seg",
        "00000002-0000000000000005-00000000028-000000000200.seg",
        "00000002-0000000000000005-000000000028-0000000000200.seg",
        "00000002-0000000000000005-000000000028.seg",
        "00000002-0000000000000005-000000000028-000000000200-1.seg",
        "00000002-0000000000000005-000000000300-000000000200.seg",
        "00000002-0000000000000005-000000000200-000000000200.seg",
        "00000002-0000000000000005-000000000027-000000000200.seg",
        "00000002-9007199254740992-000000000028-000000000200.seg",
        "00000002-0000000000000000-000000000000-000000000027.seg",
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
