//! What is whole, and what looks like it.

use sha2::{Digest, Sha256};

use super::scene::{Extra, Put, Segment, Store, Thread, alone};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    whole(suite);
    also_whole(suite);
    not_whole(suite);
    writes(suite);
    namespace(suite);
    around(suite);
    two_faults(suite);
}

fn whole(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3);
    let other = Segment::new(0).put(&Put::new(1).within("n"));
    let store = Store::default()
        .thread(Thread::t().segment(&segment).finds(1..=3))
        .thread(Thread::new("t", "n").segment(&other).finds([1]));
    store.add(suite, "ckp-two-threads", "Two threads", &["CKP-004"]);
    let (first, second) = (Segment::with(0, 1..=2), Segment::with(1, 3..=4));
    let thread = Thread::t().segment(&first).segment(&second).finds(1..=4);
    alone(thread).add(suite, "ckp-segments", "Two segments", &["CKP-004"]);
    let large = Put::of(2, b"a state of several chunks");
    let segment = Segment::with(0, [1]).put(&large);
    let thread = Thread::t().segment(&segment).finds(1..=2).newest(&large);
    alone(thread).add(suite, "ckp-chunks", "A state in chunks", &["CKP-018"]);
    let empty = Put::of(1, b"");
    let thread = Thread::t().segment(&Segment::new(0).put(&empty)).finds([1]).newest(&empty);
    alone(thread).add(suite, "ckp-empty-state", "A state without a byte", &["CKP-018"]);
    let segment = Segment::with(0, [1]).put(&Put::pending(1)).put(&Put::new(2)).put(&Put::pending(2));
    alone(Thread::t().segment(&segment).finds(1..=2)).add(
        suite,
        "ckp-pending",
        "Pending writes are no checkpoints",
        &["CKP-018"],
    );
    let segment = Segment::new(0).put(&Put::pending(1));
    alone(Thread::t().segment(&segment)).add(
        suite,
        "ckp-pending-alone",
        "A pending write without a checkpoint",
        &["CKP-018"],
    );
    alone(Thread::t().unknown().segment(&Segment::new(0))).add(
        suite,
        "ckp-no-checkpoint",
        "A segment without a checkpoint",
        &["CKP-004"],
    );
}

fn large() -> Put {
    Put::of(2, b"a state of several chunks")
}

/// What a checkpoint may have beside what it needs.
fn also_whole(suite: &mut Suite) {
    for (name, title, put) in [
        ("diff", "A diff of the checkpoint before it", Put::new(2).noted("base", "1")),
        ("id-longest", "An id of 1,024 bytes", Put::new(2).with(|put| put.attributes[0].1 = "i".repeat(1024))),
        ("unknown-attribute", "An attribute of the store that is not known", Put::new(2).noted("later", "1")),
        ("namespace-empty", "An empty namespace is none", Put::new(2).noted("namespace", "")),
        (
            "other-between",
            "Records of other kinds between chunks, in their frames and in others",
            large().with(|put| (put.behind, put.apart) = (vec![(0, Extra::Other), (1, Extra::Other)], vec![1, 3])),
        ),
        (
            "other-behind",
            "A record of another kind behind the last chunk, in its frame",
            large().with(|put| put.behind = vec![(3, Extra::Other)]),
        ),
        (
            "other-kind",
            "A record of an odd kind that is not known, between chunks",
            large().with(|put| (put.apart, put.other) = (vec![1], 4097)),
        ),
        ("frame-numbers", "Numbers are missing between the frames of a checkpoint", large().with(|put| put.gap = 5)),
        (
            "frame-senders",
            "Frames of a checkpoint by another producer, in another epoch and in another lane",
            large().with(|put| put.strange = [Some(1), Some(2), Some(3)]),
        ),
    ] {
        let segment = Segment::with(0, [1]).put(&put);
        alone(Thread::t().segment(&segment).finds(1..=2).newest(&put)).add(
            suite,
            &format!("ckp-018-{name}"),
            title,
            &["CKP-004", "CKP-018", "CKP-022"],
        );
    }
}

/// A checkpoint behind one that is whole, of which something does not agree.
fn not_whole(suite: &mut Suite) {
    let without_thread = |put: &mut Put| put.thread = String::new();
    for (name, title, code, put) in [
        ("length", "Another total_len", "LENGTH", Put::new(2).with(|put| put.total_len = 3)),
        ("hash", "Another sha256", "HASH", Put::new(2).with(|put| put.sha256 = Sha256::digest(b"other").to_vec())),
        ("thread", "A checkpoint of another thread", "THREAD", Put::new(2).of_thread("u")),
        (
            "manifest-thread",
            "A manifest of another thread",
            "THREAD",
            Put::new(2).with(|put| put.thread = "u".to_owned()),
        ),
        ("namespace", "A checkpoint of another namespace", "THREAD", Put::new(2).within("n")),
        ("no-thread", "A checkpoint of no thread", "THREAD", Put::new(2).of_thread("")),
        ("manifest-no-thread", "A manifest of no thread", "THREAD", Put::new(2).with(without_thread)),
        ("chunk-thread", "A chunk of another thread", "THREAD", large().with(|put| put.chunks[1].0 = "u".to_owned())),
        ("chunk-generation", "A chunk of another generation", "CHUNKS", large().with(|put| put.chunks[1].1 = 1)),
        (
            "chunk-order",
            "Chunks in another order",
            "CHUNKS",
            large().with(|put| (put.chunks[1].2, put.chunks[2].2) = (2, 1)),
        ),
        ("chunk-missing", "The last chunk is missing", "CHUNKS", large().with(|put| put.chunk_count += 1)),
        ("no-id", "Without an id", "MANIFEST", Put::new(2).with(|put| put.attributes.clear())),
        ("id-empty", "An id without a byte", "MANIFEST", Put::new(2).with(|put| put.attributes[0].1.clear())),
        ("id-long", "An id of 1,025 bytes", "MANIFEST", Put::new(2).with(|put| put.attributes[0].1 = "i".repeat(1025))),
        ("id-twice", "Two ids", "MANIFEST", Put::new(2).noted("twice", "id-2").with(|put| put.twice = true)),
        ("base", "A base that is no number", "MANIFEST", Put::new(2).noted("base", "one")),
        ("base-zero", "A base of 0", "MANIFEST", Put::new(2).noted("base", "0")),
        ("base-own", "A base that is the checkpoint itself", "MANIFEST", Put::new(2).noted("base", "2")),
        ("base-leading-zero", "A base with a zero before it", "MANIFEST", Put::new(2).noted("base", "01")),
        ("base-plus", "A base with a plus", "MANIFEST", Put::new(2).noted("base", "+1")),
        ("base-large", "A base of more than 64 bits", "MANIFEST", Put::new(2).noted("base", "18446744073709551617")),
        (
            "place",
            "A manifest behind another record",
            "CHUNKS",
            Put::new(2).with(|put| put.before = vec![Extra::Other]),
        ),
        (
            "critical-kind",
            "A record of an even kind that is not known, between chunks",
            "UNKNOWN_CRITICAL_KIND",
            large().with(|put| (put.apart, put.other) = (vec![1], 4096)),
        ),
        ("record", "A record that is rejected", "PAYLOAD", large().with(|put| put.behind = vec![(0, Extra::Rejected)])),
        (
            "record-behind",
            "A record that is rejected, behind the last chunk in its frame",
            "PAYLOAD",
            large().with(|put| put.behind = vec![(3, Extra::Rejected)]),
        ),
    ] {
        wrong(suite, &format!("ckp-018-{name}"), title, code, &put, &["CKP-018"]);
    }
    let stray = Put::new(2).with(|put| put.chunks.push(("t".to_owned(), 2, 1, b"x".to_vec())));
    let segment = Segment::with(0, [1]).put(&stray);
    let thread = Thread::t().segment(&segment).finds([1, 2]).damaged(&segment, segment.entries[2], "CHUNKS", None);
    let requirements = ["CKP-004", "CKP-005", "CKP-018", "CKP-021", "CKP-022"];
    alone(thread.set_aside(&segment, 2)).add(suite, "ckp-018-stray", "A chunk behind the last one", &requirements);
}

/// Behind a whole checkpoint the newest, which is not.
fn wrong(suite: &mut Suite, id: &str, title: &str, code: &str, put: &Put, shows: &[&'static str]) {
    let segment = Segment::with(0, [1]).put(put);
    let (_, start, end) = segment.places[1];
    let thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, (start, end), code, Some(2));
    let thread = thread.fails(&segment, (start, end), code, 2).set_aside(&segment, 1);
    alone(thread).add(suite, id, title, &[&["CKP-004", "CKP-005", "CKP-021", "CKP-022"], shows].concat());
}

/// Pending writes in which something is wrong. Nobody names them as the newest.
fn writes(suite: &mut Suite) {
    let write = |index: &str| Put::pending(1).with(|put| put.attributes[2].1 = index.to_owned());
    for (name, title, put) in [
        ("attributes", "A pending write without index and channel", Put::of(1, b"value").noted("task", "a")),
        ("no-task", "A pending write without a task", Put::pending(1).with(|put| drop(put.attributes.remove(1)))),
        ("no-index", "A pending write without an index", Put::pending(1).with(|put| drop(put.attributes.remove(2)))),
        ("no-channel", "A pending write without a channel", Put::pending(1).with(|put| drop(put.attributes.remove(3)))),
        ("index", "The index of a pending write is no number", write("one")),
        ("index-minus-zero", "An index of -0", write("-0")),
        ("index-leading-zero", "An index with a zero before it", write("-01")),
        ("index-large", "An index of 2^63", write("9223372036854775808")),
        ("base", "A pending write with a base that is no number", Put::pending(1).noted("base", "x")),
    ] {
        let segment = Segment::with(0, [1]).put(&put);
        let (_, start, end) = segment.places[1];
        let thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, (start, end), "MANIFEST", Some(1));
        alone(thread.set_aside(&segment, 1)).add(
            suite,
            &format!("ckp-018-write-{name}"),
            title,
            &["CKP-005", "CKP-018", "CKP-021", "CKP-022"],
        );
    }
    let segment = Segment::with(0, [1]).put(&write("-9223372036854775808")).put(&write("9223372036854775807"));
    alone(Thread::t().segment(&segment).finds([1])).add(
        suite,
        "ckp-018-write-index-extremes",
        "The indexes -2^63 and 2^63 - 1",
        &["CKP-018"],
    );
}

/// The longest namespace, and one that is longer; its folder is the right one.
fn namespace(suite: &mut Suite) {
    let (longest, longer) = ("n".repeat(1024), "n".repeat(1025));
    let segment = Segment::new(0).put(&Put::new(1).within(&longest));
    let thread = Thread::new("t", &longest).segment(&segment).finds([1]);
    alone(thread).add(suite, "ckp-018-namespace-longest", "A namespace of 1,024 bytes", &["CKP-018"]);
    let segment = Segment::new(0).put(&Put::new(1).within(&longer));
    let (_, start, end) = segment.places[0];
    let thread = Thread::new("t", &longer).unknown().segment(&segment);
    let thread = thread.damaged(&segment, (start, end), "THREAD", Some(1)).set_aside(&segment, 0);
    alone(thread).add(
        suite,
        "ckp-018-namespace-long",
        "A namespace of 1,025 bytes",
        &["CKP-005", "CKP-018", "CKP-021", "CKP-022"],
    );
}

/// What damage is where a checkpoint does not begin, or end.
fn around(suite: &mut Suite) {
    let requirements = ["CKP-005", "CKP-018", "CKP-021", "CKP-022"];
    let rejected = Put::nothing(&[]).with(|put| put.behind = vec![(0, Extra::Rejected)]);
    let segment = Segment::with(0, [1]).put(&rejected).put(&Put::new(2));
    let thread = Thread::t().segment(&segment).finds(1..=2).damaged(&segment, segment.entries[1], "PAYLOAD", None);
    alone(thread.set_aside(&segment, 2)).add(
        suite,
        "ckp-022-rejected",
        "A record that is rejected where no checkpoint has begun",
        &requirements,
    );
    let segment = Segment::with(0, [1]).put(&Put::nothing(&[("t", 2, 0, b"s2")])).put(&Put::new(2));
    let thread = Thread::t().segment(&segment).finds(1..=2).damaged(&segment, segment.entries[1], "CHUNKS", None);
    alone(thread.set_aside(&segment, 2)).add(
        suite,
        "ckp-022-chunk",
        "A chunk where no checkpoint has begun",
        &requirements,
    );
    let chunks = Put::nothing(&[("t", 2, 0, b"s2")]).with(|put| put.behind = vec![(0, Extra::Chunk("t", 2, 1))]);
    let segment = Segment::with(0, [1]).put(&chunks).put(&Put::new(2));
    let entry = segment.entries[1];
    let thread = Thread::t().segment(&segment).finds(1..=2).damaged(&segment, entry, "CHUNKS", None);
    alone(thread.damaged(&segment, entry, "CHUNKS", None).set_aside(&segment, 2)).add(
        suite,
        "ckp-022-two-chunks",
        "Two chunks of one frame where no checkpoint has begun",
        &requirements,
    );
    let cut = large().with(|put| drop(put.chunks.pop()));
    let segment = Segment::with(0, [1]).put(&cut).put(&Put::new(3));
    let (_, start, end) = segment.places[1];
    let thread = Thread::t().segment(&segment).finds([1, 3]).damaged(&segment, (start, end), "CHUNKS", Some(2));
    alone(thread.set_aside(&segment, 2)).add(
        suite,
        "ckp-022-manifest",
        "Another manifest comes before the last chunk",
        &requirements,
    );
    let two = Put::new(2).with(|put| put.behind = vec![(0, Extra::Checkpoint(Box::new(Put::new(3))))]);
    let segment = Segment::with(0, [1]).put(&two).put(&Put::new(4));
    let entry = segment.entries[1];
    let thread = Thread::t().segment(&segment).finds([1, 4]).damaged(&segment, entry, "CHUNKS", Some(2));
    alone(thread.damaged(&segment, entry, "CHUNKS", Some(3)).set_aside(&segment, 2)).add(
        suite,
        "ckp-022-manifest-in-the-frame",
        "Another manifest behind the last chunk, in its frame",
        &requirements,
    );
    counted(suite);
    beginnings(suite);
    // The last entry has nothing of the checkpoint.
    let longer = large().with(|put| {
        put.chunk_count += 1;
        put.apart = vec![2, 4];
    });
    let segment = Segment::with(0, [1]).put(&longer).put(&Put::new(3));
    let (start, end) = (segment.entries[1].0, segment.entries[5].1);
    let thread = Thread::t().segment(&segment).finds([1, 3]).damaged(&segment, (start, end), "CHUNKS", Some(2));
    alone(thread.set_aside(&segment, 2)).add(
        suite,
        "ckp-022-last-entry",
        "The last entry of a checkpoint whose last chunk is missing",
        &requirements,
    );
    let segment = Segment::with(0, [1]).put(&large());
    let [manifest, second, third, fourth] = [1, 2, 3, 4].map(|at| segment.entries[at]);
    let segment = segment.turn(second.1 - 1);
    let thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, manifest, "CHUNKS", Some(2));
    let thread = thread.damaged(&segment, second, "BODY_CRC", None).damaged(&segment, third, "CHUNKS", None);
    let thread = thread.damaged(&segment, fourth, "CHUNKS", None).fails(&segment, manifest, "CHUNKS", 2);
    alone(thread.set_aside(&segment, 1)).add(
        suite,
        "ckp-022-frame-inside",
        "A damaged frame among those of a checkpoint",
        &["CKP-004", "CKP-005", "CKP-018", "CKP-021", "CKP-022"],
    );
}

/// A checkpoint has as many chunks as its manifest says, whatever they say.
fn counted(suite: &mut Suite) {
    let requirements = ["CKP-005", "CKP-018", "CKP-021", "CKP-022"];
    let begun = |chunk_count: u32| {
        large().with(|put| {
            put.chunks.truncate(1);
            put.chunk_count = chunk_count;
        })
    };
    let rejected = Put::nothing(&[("t", 3, 0, b"s3")]).with(|put| put.before = vec![Extra::RejectedManifest(3)]);
    for (name, title, chunk_count) in [
        ("", "A manifest that is rejected, and its chunk, which is the last one of the checkpoint before it", 2),
        ("-midst", "A manifest that is rejected, and its chunk, in a checkpoint whose last chunk is missing", 3),
    ] {
        let segment = Segment::with(0, [1]).put(&begun(chunk_count)).put(&rejected).put(&Put::new(4));
        let range = (segment.entries[1].0, segment.entries[2].1);
        let thread = Thread::t().segment(&segment).finds([1, 4]).damaged(&segment, range, "PAYLOAD", Some(2));
        let id = format!("ckp-022-rejected-manifest{name}");
        alone(thread.set_aside(&segment, 2)).add(suite, &id, title, &requirements);
    }
    let early = large().with(|put| (put.chunks[1].2, put.chunks[2].2, put.chunks[3].2) = (3, 1, 2));
    wrong(
        suite,
        "ckp-022-last-index",
        "The chunk of the last index comes before others",
        "CHUNKS",
        &early,
        &["CKP-018"],
    );
    let behind = Put::new(2).with(|put| (put.total_len, put.behind) = (3, vec![(0, Extra::Chunk("t", 2, 1))]));
    let title = "Another total_len, and a chunk behind the last one in its frame";
    wrong(suite, "ckp-022-first-behind", title, "CHUNKS", &behind, &["CKP-018"]);
}

/// Where a checkpoint that is not whole begins.
fn beginnings(suite: &mut Suite) {
    let requirements = ["CKP-004", "CKP-005", "CKP-018", "CKP-021", "CKP-022"];
    let longer = Put::new(2).with(|put| put.total_len = 3);
    let segment = Segment::with(0, [1]).put(&longer);
    let (_, start, end) = segment.places[1];
    let segment = segment.turn(start + 3);
    let marker = (start, start + 16);
    let thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, marker, "FILE_MARKER", None);
    let thread = thread.damaged(&segment, (start, end), "LENGTH", Some(2)).fails(&segment, marker, "FILE_MARKER", 2);
    alone(thread.set_aside(&segment, 1)).add(
        suite,
        "ckp-022-marker",
        "A damaged marker in front of a checkpoint that is not whole, which begins there",
        &requirements,
    );
    let segment = Segment::with(0, [1]).raw("bytes of nothing", &[1; 16]).put(&longer);
    let (_, start, end) = segment.places[1];
    let nothing = (start - 16, start);
    let thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, nothing, "FILE_MARKER", None);
    let thread = thread.damaged(&segment, (start, end), "LENGTH", Some(2)).fails(&segment, (start, end), "LENGTH", 2);
    alone(thread.set_aside(&segment, 1)).add(
        suite,
        "ckp-022-no-marker",
        "As many bytes as a marker has, which are none, in front of a checkpoint that is not whole",
        &requirements,
    );
}

/// Of two faults of one record the upper one in the table is told, otherwise that of the first record.
fn two_faults(suite: &mut Suite) {
    let other = |put: &mut Put| put.sha256 = Sha256::digest(b"other").to_vec();
    for (name, title, code, put) in [
        (
            "place",
            "A manifest behind another record, and without an id",
            "CHUNKS",
            Put::new(2).with(|put| {
                put.before = vec![Extra::Other];
                put.attributes.clear();
            }),
        ),
        (
            "no-id",
            "A manifest without an id, and of another thread",
            "MANIFEST",
            Put::new(2).of_thread("u").with(|put| put.attributes.clear()),
        ),
        (
            "order",
            "A chunk that is not in order, and of another thread",
            "CHUNKS",
            large().with(|put| (put.chunks[1].0, put.chunks[1].2) = ("u".to_owned(), 2)),
        ),
        (
            "length",
            "Another total_len and another sha256",
            "LENGTH",
            Put::new(2).with(|put| put.total_len = 3).with(other),
        ),
        (
            "record",
            "A manifest of another thread, and a chunk that is not in order",
            "THREAD",
            large().with(|put| (put.thread, put.chunks[1].2) = ("u".to_owned(), 2)),
        ),
    ] {
        wrong(suite, &format!("ckp-022-first-{name}"), title, code, &put, &["CKP-018"]);
    }
}
