//! Damage, and where the names say that something is.

use super::scene::{Put, Segment, Thread, alone};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    torn(suite);
    newest(suite);
    older(suite);
    headers(suite);
    segments(suite);
    pending(suite);
    reasons(suite);
    named_twice(suite);
}

fn torn(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=2).acknowledged().put(&Put::new(3));
    alone(Thread::t().segment(&segment).finds(1..=3)).add(
        suite,
        "ckp-behind",
        "A whole checkpoint behind what was acknowledged",
        &["CKP-004"],
    );
    let (_, start, end) = segment.places[2];
    let torn = segment.clone().cut(end - 1);
    let thread = Thread::t().segment(&torn).finds(1..=2).damaged(&torn, (start, end - 1), "TRUNCATED", None);
    alone(thread).add(suite, "ckp-torn", "The last write is torn", &["CKP-004", "CKP-005", "CKP-021", "CKP-022"]);
    let segment = Segment::new(0).acknowledged().put(&Put::new(1));
    alone(Thread::t().segment(&segment).finds([1])).add(
        suite,
        "ckp-behind-the-header",
        "A whole checkpoint behind a header that alone was acknowledged",
        &["CKP-004"],
    );
    let zeros = Segment::with(0, 1..=2).acknowledged().raw("zeros", &[0; 40]);
    let end = zeros.len();
    let thread = Thread::t().segment(&zeros).finds(1..=2).damaged(&zeros, (end - 40, end), "FILE_MARKER", None);
    alone(thread).add(
        suite,
        "ckp-torn-zeros",
        "Zeros behind what was acknowledged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
}

fn newest(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3);
    let (_, start, end) = segment.places[2];
    let spoiled = segment.clone().spoil(2);
    let thread = Thread::t().segment(&spoiled).finds(1..=2).damaged(&spoiled, (start, end), "BODY_CRC", None);
    let thread = thread.fails(&spoiled, (start, end), "BODY_CRC", 3).set_aside(&spoiled, 2);
    alone(thread).add(suite, "ckp-newest", "The newest is damaged", &["CKP-004", "CKP-005", "CKP-021", "CKP-022"]);
    let cut = segment.clone().cut(end - 1);
    let thread = Thread::t().segment(&cut).finds(1..=2);
    let thread = thread.damaged(&cut, (start, end - 1), "TRUNCATED", None).damaged(&cut, (end - 1, end), "CUT", None);
    let thread = thread.fails(&cut, (end - 1, end), "CUT", 3).set_aside(&cut, 2);
    alone(thread).add(
        suite,
        "ckp-newest-cut",
        "The newest is cut short",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let gone = segment.clone().cut(start);
    let thread = Thread::t().segment(&gone).finds(1..=2).damaged(&gone, (start, end), "CUT", None);
    let thread = thread.fails(&gone, (start, end), "CUT", 3).set_aside(&gone, 2);
    alone(thread).add(suite, "ckp-newest-gone", "The newest is cut off", &["CKP-004", "CKP-005", "CKP-021", "CKP-022"]);
    let renamed = segment.clone().named(9, start);
    let thread = Thread::t().segment(&renamed).finds(1..=3).fails(&renamed, (start, end), "MISSING", 9);
    alone(thread.set_aside(&renamed, 3)).add(
        suite,
        "ckp-renamed",
        "A name that tells of a checkpoint that is not there",
        &["CKP-004", "CKP-005", "CKP-006", "CKP-021"],
    );
    let (first, second) = (Segment::with(0, 1..=2), Segment::with(1, 3..=4));
    let spoiled = second.spoil(1);
    let (_, start, end) = spoiled.places[1];
    let thread = Thread::t().segment(&first).segment(&spoiled).finds(1..=3);
    let thread = thread.damaged(&spoiled, (start, end), "BODY_CRC", None).set_aside(&spoiled, 1);
    let thread = thread.fails(&spoiled, (start, end), "BODY_CRC", 4);
    alone(thread).add(
        suite,
        "ckp-newest-segments",
        "The newest is damaged, in the last of two segments",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
}

/// The newest is damaged, and something else is too.
fn reasons(suite: &mut Suite) {
    let requirements = ["CKP-004", "CKP-005", "CKP-021", "CKP-022"];
    let both = Segment::with(0, 1..=3).spoil(0).spoil(2);
    let ((_, first, behind), (_, start, end)) = (both.places[0], both.places[2]);
    let thread = Thread::t().segment(&both).finds([2]).fails(&both, (start, end), "BODY_CRC", 3);
    let thread =
        thread.damaged(&both, (first, behind), "BODY_CRC", None).damaged(&both, (start, end), "BODY_CRC", None);
    alone(thread.set_aside(&both, 1)).add(
        suite,
        "ckp-newest-and-another",
        "Of two damaged checkpoints the newest is the reason",
        &requirements,
    );
    let unsigned = Segment::with(0, 1..=2).turn(3).spoil(1);
    let (_, start, end) = unsigned.places[1];
    let thread = Thread::t().segment(&unsigned).finds([1]).fails(&unsigned, (start, end), "BODY_CRC", 2);
    let thread = thread.damaged(&unsigned, (0, 8), "FILE_SIGNATURE", None);
    alone(thread.damaged(&unsigned, (start, end), "BODY_CRC", None).set_aside(&unsigned, 1)).add(
        suite,
        "ckp-newest-and-signature",
        "The signature and the newest are damaged: the newest is the reason",
        &requirements,
    );
    let torn = Segment::with(0, 1..=2).spoil(1).acknowledged().raw("zeros", &[0; 40]);
    let thread = Thread::t().segment(&torn).finds([1]).fails(&torn, (start, end), "BODY_CRC", 2);
    alone(thread.damaged(&torn, (start, torn.len()), "BODY_CRC", None).set_aside(&torn, 1)).add(
        suite,
        "ckp-newest-and-torn",
        "Damage that begins in what was acknowledged and ends behind it",
        &requirements,
    );
    let write = Segment::with(0, 1..=2).put(&Put::pending(2)).spoil(1).spoil(2);
    let ((_, start, end), (_, _, last)) = (write.places[1], write.places[2]);
    let thread = Thread::t().segment(&write).finds([1]).fails(&write, (start, end), "BODY_CRC", 2);
    let thread = thread.damaged(&write, (start, end), "BODY_CRC", None).damaged(&write, (end, last), "BODY_CRC", None);
    alone(thread.set_aside(&write, 1)).add(
        suite,
        "ckp-newest-and-write",
        "Of the newest and a pending write behind it, both damaged, the newest is the reason",
        &requirements,
    );
}

/// Two names tell of one generation.
fn named_twice(suite: &mut Suite) {
    let requirements = ["CKP-004", "CKP-005", "CKP-021", "CKP-022"];
    let (first, second) = (Segment::with(0, 1..=2), Segment::with(1, [2]));
    let spoiled = first.clone().spoil(1);
    let (_, start, end) = spoiled.places[1];
    let thread = Thread::t().segment(&spoiled).segment(&second).finds(1..=2);
    alone(thread.damaged(&spoiled, (start, end), "BODY_CRC", None).set_aside(&spoiled, 1)).add(
        suite,
        "ckp-named-twice",
        "Two segments are named for the newest, and it is damaged in the first",
        &requirements,
    );
    let spoiled = second.spoil(0);
    let (_, start, end) = spoiled.places[0];
    let thread = Thread::t().segment(&first).segment(&spoiled).finds(1..=2);
    let thread = thread.fails(&spoiled, (start, end), "BODY_CRC", 2);
    alone(thread.damaged(&spoiled, (start, end), "BODY_CRC", None).set_aside(&spoiled, 0)).add(
        suite,
        "ckp-named-twice-damaged",
        "Two segments are named for the newest, and it is damaged in the last",
        &requirements,
    );
}

fn older(suite: &mut Suite) {
    let segment = Segment::with(0, 1..=3);
    let (_, start, end) = segment.places[1];
    let spoiled = segment.clone().spoil(1);
    let thread = Thread::t().segment(&spoiled).finds([1, 3]).damaged(&spoiled, (start, end), "BODY_CRC", None);
    alone(thread.set_aside(&spoiled, 2)).add(
        suite,
        "ckp-midst",
        "One in the midst is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let third = segment.places[2].1;
    let twice = segment.clone().spoil(1).turn(third + 3);
    let end = twice.len();
    let thread = Thread::t().segment(&twice).finds([1, 3]).damaged(&twice, (start, end), "BODY_CRC", None);
    alone(thread.set_aside(&twice, 2)).add(
        suite,
        "ckp-frame-and-marker",
        "A damaged frame, and the marker of the newest behind it",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let unmarked = segment.clone().turn(third + 3);
    let thread = Thread::t().segment(&unmarked).finds(1..=3);
    let thread = thread.damaged(&unmarked, (third, third + 16), "FILE_MARKER", None).set_aside(&unmarked, 3);
    alone(thread).add(
        suite,
        "ckp-marker",
        "The marker of the newest is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let both = segment.spoil(0).spoil(1);
    let (first, second) = (both.places[0], both.places[1]);
    let thread = Thread::t().segment(&both).finds([3]).damaged(&both, (first.1, first.2), "BODY_CRC", None);
    let thread = thread.damaged(&both, (second.1, second.2), "BODY_CRC", None).set_aside(&both, 1);
    alone(thread).add(suite, "ckp-two-damaged", "Two in a row are damaged", &["CKP-005", "CKP-021", "CKP-022"]);
    let behind = Segment::with(0, 1..=2).spoil(0).acknowledged().put(&Put::new(3));
    let (_, start, end) = behind.places[0];
    let thread = Thread::t().segment(&behind).finds(2..=3).damaged(&behind, (start, end), "BODY_CRC", None);
    alone(thread.set_aside(&behind, 2)).add(
        suite,
        "ckp-midst-and-behind",
        "One in the midst is damaged, and one behind what was acknowledged is whole",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
}

fn headers(suite: &mut Suite) {
    let first = Segment::with(0, 1..=2);
    let gone = Segment::with(1, 3..=4).turn(3).turn(10);
    let (_, _, end) = gone.places[1];
    let thread = Thread::t().segment(&first).segment(&gone).finds(1..=2);
    let thread = thread.damaged(&gone, (0, end), "FILE_SIGNATURE", None).set_aside(&gone, 0);
    alone(thread.fails(&gone, (0, end), "FILE_SIGNATURE", 4)).add(
        suite,
        "ckp-header",
        "The whole header of a segment is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let empty = Segment::with(1, 3..=4).cut(0);
    let thread = Thread::t().segment(&first).segment(&empty).finds(1..=2);
    let thread = thread.damaged(&empty, (0, end), "CUT", None).set_aside(&empty, 0);
    alone(thread.fails(&empty, (0, end), "CUT", 4)).add(
        suite,
        "ckp-empty-file",
        "A segment without a byte",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let signature = Segment::with(0, 1..=2).turn(3);
    let thread = Thread::t().segment(&signature).finds(1..=2).damaged(&signature, (0, 8), "FILE_SIGNATURE", None);
    alone(thread.set_aside(&signature, 2)).add(
        suite,
        "ckp-signature",
        "The signature of a segment is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let marker = Segment::with(0, 1..=2).turn(10);
    let thread = Thread::t().segment(&marker).finds(1..=2).damaged(&marker, (8, 28), "FILE_MARKER", None);
    alone(thread.set_aside(&marker, 2)).add(
        suite,
        "ckp-sync-marker",
        "The sync marker of a segment is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
}

/// What the names of several segments say.
fn segments(suite: &mut Suite) {
    let (first, second) = (Segment::with(0, [1, 2, 5]), Segment::with(1, 3..=4));
    let thread = Thread::t().segment(&first).segment(&second).finds(1..=5);
    alone(thread).add(suite, "ckp-earlier-segment", "The newest is in the first of two segments", &["CKP-004"]);
    let (first, second) = (Segment::with(0, [5]), Segment::with(1, [4]).acknowledged().put(&Put::new(6)));
    alone(Thread::t().segment(&first).segment(&second).finds(4..=6)).add(
        suite,
        "ckp-behind-lower",
        "The newest is behind what was acknowledged of the last segment, and another segment's name tells of the one before it",
        &["CKP-004"],
    );
    let segment = Segment::with(0, 1..=2);
    let start = segment.places[0].1;
    let named = segment.named(2, start);
    alone(Thread::t().segment(&named).finds(1..=2)).add(
        suite,
        "ckp-named-elsewhere",
        "The checkpoint of which the name tells is not the first one at its place",
        &["CKP-004", "CKP-021"],
    );
    let first = Segment::with(0, [1]).acknowledged().put(&Put::new(9));
    let second = Segment::with(1, 2..=3);
    let thread = Thread::t().segment(&first).segment(&second).finds([1, 2, 3, 9]).newest(&Put::new(3));
    alone(thread).add(
        suite,
        "ckp-behind-another",
        "A checkpoint behind what was acknowledged of a segment that is not the last",
        &["CKP-004", "CKP-005", "CKP-006"],
    );
    let first = Segment::with(0, 1..=2).acknowledged().put(&Put::new(3));
    let spoiled = Segment::with(1, [3]).spoil(0);
    let (_, start, end) = spoiled.places[0];
    let thread = Thread::t().segment(&first).segment(&spoiled).finds(1..=3);
    let thread = thread.damaged(&spoiled, (start, end), "BODY_CRC", None).set_aside(&spoiled, 0);
    alone(thread.fails(&spoiled, (start, end), "BODY_CRC", 3)).add(
        suite,
        "ckp-written-again",
        "A checkpoint that was written again and is damaged there; where it was first it is whole",
        &["CKP-004", "CKP-005", "CKP-006", "CKP-021", "CKP-022"],
    );
}

/// Pending writes where the newest checkpoint may be.
fn pending(suite: &mut Suite) {
    let spoiled = Segment::with(0, [1]).put(&Put::pending(1)).spoil(0);
    let (_, start, end) = spoiled.places[0];
    let thread = Thread::t().segment(&spoiled).damaged(&spoiled, (start, end), "BODY_CRC", None);
    alone(thread.fails(&spoiled, (start, end), "BODY_CRC", 1).set_aside(&spoiled, 1)).add(
        suite,
        "ckp-newest-alone",
        "The only checkpoint is damaged",
        &["CKP-004", "CKP-005", "CKP-021", "CKP-022"],
    );
    let segment = Segment::with(0, [1]).put(&Put::pending(2));
    let (_, start, end) = segment.places[1];
    let named = segment.named(2, start);
    let thread = Thread::t().segment(&named).finds([1]).fails(&named, (start, end), "MISSING", 2);
    alone(thread.set_aside(&named, 2)).add(
        suite,
        "ckp-pending-named",
        "A pending write where the name tells of a checkpoint",
        &["CKP-004", "CKP-005", "CKP-018", "CKP-021"],
    );
    let segment = Segment::with(0, 1..=2).acknowledged().put(&Put::pending(3));
    alone(Thread::t().segment(&segment).finds(1..=2)).add(
        suite,
        "ckp-pending-behind",
        "A pending write behind what was acknowledged",
        &["CKP-004", "CKP-018"],
    );
    let cut = Segment::new(0).put(&Put::pending(1));
    let (_, start, end) = cut.places[0];
    let cut = cut.cut(start);
    let thread = Thread::t().unknown().segment(&cut).damaged(&cut, (start, end), "CUT", None).set_aside(&cut, 0);
    alone(thread).add(
        suite,
        "ckp-pending-cut",
        "A segment whose name tells of no checkpoint is cut short",
        &["CKP-021", "CKP-022"],
    );
}
