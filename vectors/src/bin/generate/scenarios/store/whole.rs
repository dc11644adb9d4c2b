//! What is whole, and what looks like it.

use sha2::{Digest, Sha256};

use super::scene::{Put, Segment, Store, Thread, alone};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    whole(suite);
    not_whole(suite);
}

fn whole(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3);
    let other = Segment::new(0).put(&Put::new(1).within("n"));
    let store = Store::default()
        .thread(Thread::t().segment(&segment).finds(1..=3))
        .thread(Thread::new("t", "n").segment(&other).finds([1]));
    store.add(suite, "ckp-whole", "Two threads", &["CKP-004"]);
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

/// A checkpoint behind one that is whole, of which something does not agree.
fn not_whole(suite: &mut Suite) {
    let large = || Put::of(2, b"a state of several chunks");
    for (name, title, code, put) in [
        ("length", "Another total_len", "LENGTH", Put::new(2).with(|put| put.total_len = 3)),
        ("hash", "Another sha256", "HASH", Put::new(2).with(|put| put.sha256 = Sha256::digest(b"other").to_vec())),
        ("thread", "A checkpoint of another thread", "THREAD", Put::new(2).with(|put| put.thread = "u".to_owned())),
        ("namespace", "A checkpoint of another namespace", "THREAD", Put::new(2).within("n")),
        ("no-thread", "A checkpoint of no thread", "THREAD", Put::new(2).with(|put| put.thread = String::new())),
        ("chunk-thread", "A chunk of another thread", "THREAD", large().with(|put| put.chunks[1].0 = "u".to_owned())),
        ("chunk-generation", "A chunk of another generation", "CHUNKS", large().with(|put| put.chunks[1].1 = 1)),
        (
            "chunk-order",
            "Chunks in another order",
            "CHUNKS",
            large().with(|put| (put.chunks[1].2, put.chunks[2].2) = (2, 1)),
        ),
        ("chunks-missing", "The last chunk is missing", "CHUNKS", large().with(|put| put.chunk_count += 1)),
        ("no-id", "Without an id", "MANIFEST", Put::new(2).with(|put| put.attributes.clear())),
        ("half-a-write", "Half of a pending write", "MANIFEST", Put::new(2).noted("task", "a")),
        (
            "index",
            "The index of a pending write is no number",
            "MANIFEST",
            Put::new(2).noted("task", "a").noted("index", "one").noted("channel", "c"),
        ),
        ("base", "A base that is no number", "MANIFEST", Put::new(2).noted("base", "one")),
        ("place", "A manifest behind another record", "CHUNKS", Put::new(2).with(|put| put.before = true)),
        ("record", "A record that is rejected", "PAYLOAD", large().with(|put| put.rejected = true)),
    ] {
        let segment = Segment::with(0, [1]).put(&put);
        let (_, start, end) = segment.places[1];
        let mut thread = Thread::t().segment(&segment).finds([1]).damaged(&segment, (start, end), code, Some(2));
        // What looks like a pending write is named by nobody as the newest.
        if !["half-a-write", "index"].contains(&name) {
            thread = thread.fails(&segment, (start, end), code, 2);
        }
        let thread = thread.set_aside(&segment, 1);
        alone(thread).add(suite, &format!("ckp-018-{name}"), title, &["CKP-018", "CKP-004"]);
    }
    let stray = Put::new(2).with(|put| put.chunks.push(("t".to_owned(), 2, 1, b"x".to_vec())));
    let segment = Segment::with(0, [1]).put(&stray);
    let end = segment.len();
    let one = Segment::with(0, [1]).put(&Put::new(2));
    let from = one.len();
    let thread = Thread::t().segment(&segment).finds([1, 2]).damaged(&segment, (from, end), "CHUNKS", None);
    alone(thread.set_aside(&segment, 2)).add(suite, "ckp-018-stray", "A chunk behind the last one", &["CKP-018"]);
}
