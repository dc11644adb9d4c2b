//! Snapshots, their hashes, and snapshots in pieces.

use super::script::{Script, add as add_op};
use crate::suite::Suite;

const STATE: &str = "{\"a\":\"é€😀\"}";
const OTHER: &str = "[1,2]";

/// The parts of a text that is cut at these places.
fn cut(text: &str, places: &[usize]) -> Vec<Vec<u8>> {
    let ends: Vec<usize> = places.iter().copied().chain([text.len()]).collect();
    let starts = [0].into_iter().chain(places.iter().copied());
    starts.zip(ends).map(|(start, end)| text.as_bytes()[start..end].to_vec()).collect()
}

/// All pieces of a text.
fn all(mut script: Script, text: &str, places: &[usize]) -> Script {
    let parts = cut(text, places);
    let count = parts.len() as u32;
    for (index, part) in parts.iter().enumerate() {
        script = script.piece(index as u32, count, part, text);
        if index + 1 < parts.len() {
            script = script.waits();
        }
    }
    script.is(text)
}

pub(crate) fn add(suite: &mut Suite) {
    snapshots(suite);
    whole(suite);
    broken(suite);
    given_up(suite);
    without_hash(suite);
}

fn snapshots(suite: &mut Suite) {
    Script::new()
        .text(OTHER)
        .is(OTHER)
        .hashed("{\"b\":1, \"a\":2}", "{\"a\":2,\"b\":1}")
        .is("{\"a\":2,\"b\":1}")
        .text("3")
        .is("3")
        .add(suite, "dif-snapshot", "A snapshot is the state, whatever the state was", &["DIF-010"]);
    Script::new()
        .hashed(OTHER, "[1,3]")
        .refused("STATE_HASH")
        .hashed("[1, 2]", "[1, 2]")
        .refused("STATE_HASH")
        .hashed("[1, 2]", OTHER)
        .is(OTHER)
        .add(suite, "dif-snapshot-hash", "The hash is that of the canonical form, not of the text", &["DIF-011"]);
    Script::new().text("1").is("1").hashed(OTHER, "[1,3]").refused("STATE_HASH").diff_of("1", "", &[]).is("1").add(
        suite,
        "dif-snapshot-hash-keeps",
        "A snapshot with another hash leaves the state as it was",
        &["DIF-011", "DIF-033"],
    );
}

fn whole(suite: &mut Suite) {
    let cut_inside = [5, 7, 8, 9, 10, 12, 13, 15];
    all(Script::new(), STATE, &cut_inside).add(suite, "dif-pieces", "Pieces that split characters", &["DIF-012"]);
    all(Script::new().text("1").is("1"), OTHER, &[2]).add(
        suite,
        "dif-pieces-two",
        "Two pieces with a hash",
        &["DIF-010", "DIF-012"],
    );
    all(Script::new(), OTHER, &[0, 0, 5]).add(suite, "dif-pieces-empty", "Pieces without a byte", &["DIF-012"]);
    let script = Script::new().piece(0, 2, b"[1", OTHER).waits().piece(1, 2, b",3]", OTHER).refused("STATE_HASH");
    script.add(suite, "dif-pieces-hash", "The hash is compared with what the pieces make", &["DIF-011"]);
    let script = Script::new().piece(0, 2, b"[1", OTHER).waits().piece(1, 2, b",2", OTHER).refused("STATE_TEXT");
    script.add(suite, "dif-pieces-text", "What the pieces make is no JSON", &["DIF-001", "DIF-012", "DIF-035"]);
    let script = Script::new().piece(0, 1, b"[1,2]", OTHER).is(OTHER);
    script.add(suite, "dif-pieces-of-one", "A chunk_count of 1 is a whole snapshot", &["DIF-010"]);
}

fn broken(suite: &mut Suite) {
    let start = || Script::new().piece(0, 3, b"[1", OTHER).waits();
    // What would have followed, had the pieces been kept.
    let next = |script: Script| script.refused("STATE_PIECES").piece(1, 3, b",2", OTHER);
    let last = |script: Script| script.refused("STATE_PIECES").piece(2, 3, b"]", OTHER);
    for (name, title, script) in [
        ("repeated", "A piece comes twice", last(start().piece(1, 3, b",2", OTHER).waits().piece(1, 3, b",2", OTHER))),
        ("other-count", "A piece of another number of pieces", next(start().piece(1, 4, b",2", OTHER))),
        ("other-hash", "A piece of another state", next(start().piece(1, 3, b",2", STATE))),
        ("hash-left-out", "A piece without the hash of those before it", next(start().piece(1, 3, b",2", ""))),
        (
            "hash-added",
            "A piece with a hash behind one without",
            last(Script::new().piece(0, 3, b"[1", "").waits().piece(1, 3, b",2", OTHER)),
        ),
        ("no-first", "The first piece is missing", last(Script::new().piece(1, 3, b",2", OTHER))),
    ] {
        script.refused("STATE_PIECES").add(suite, &format!("dif-pieces-{name}"), title, &["DIF-013", "DIF-014"]);
    }
    let script =
        start().piece(2, 3, b"]", OTHER).refused("STATE_PIECES").piece(1, 3, b",2", OTHER).refused("STATE_PIECES");
    script.add(suite, "dif-pieces-given-up", "Pieces that were given up are not gone on with", &["DIF-013", "DIF-014"]);
    let script = all(Script::new(), OTHER, &[2]).piece(1, 2, b",2]", OTHER).refused("STATE_PIECES");
    script.add(suite, "dif-pieces-last-again", "The last piece comes again", &["DIF-013"]);
    all(start().piece(2, 3, b"]", OTHER).refused("STATE_PIECES"), OTHER, &[2]).add(
        suite,
        "dif-pieces-again",
        "After pieces that were given up others are taken",
        &["DIF-013"],
    );
}

fn given_up(suite: &mut Suite) {
    let start = || Script::new().text("1").is("1").piece(0, 2, b"[1", OTHER).waits();
    let gone = |script: Script| script.piece(1, 2, b",2]", OTHER).refused("STATE_PIECES");
    gone(start().text("2").is("2")).add(suite, "dif-pieces-whole", "A whole snapshot between pieces", &["DIF-014"]);
    gone(start().diff(&[add_op("", "2")]).is("2")).add(suite, "dif-pieces-diff", "A diff between pieces", &["DIF-014"]);
    gone(start().diff(&[add_op("/a", "2")]).refused("STATE_PATH")).add(
        suite,
        "dif-pieces-refused-diff",
        "A diff between pieces that is refused",
        &["DIF-014"],
    );
    gone(start().text("[").refused("STATE_TEXT")).add(
        suite,
        "dif-pieces-refused-whole",
        "A whole snapshot between pieces that is refused",
        &["DIF-014"],
    );
    gone(start().piece(1, 2, b",3]", OTHER).refused("STATE_HASH")).add(
        suite,
        "dif-pieces-refused-last",
        "The last piece is refused, and comes again",
        &["DIF-011", "DIF-013", "DIF-014"],
    );
    all(start(), OTHER, &[3]).add(suite, "dif-pieces-begun-again", "A first piece begins again", &["DIF-014"]);
    let script = start().lost().piece(1, 2, b",2]", OTHER).is(OTHER);
    script.add(suite, "dif-pieces-lost", "A record was lost between pieces with a hash", &["DIF-012", "DIF-016"]);
}

fn without_hash(suite: &mut Suite) {
    let start = || Script::new().text("1").is("1").piece(0, 2, b"[1", "").waits();
    let script = start().piece(1, 2, b",2]", "").is(OTHER);
    script.add(suite, "dif-pieces-no-hash", "Pieces without a hash", &["DIF-011", "DIF-012"]);
    let script = Script::new().piece(0, 3, b"[1", "").waits().piece(1, 4, b",2", "").refused("STATE_PIECES");
    script.piece(1, 3, b",2", "").refused("STATE_PIECES").add(
        suite,
        "dif-pieces-no-hash-other-count",
        "Pieces without a hash, of another number of pieces",
        &["DIF-013", "DIF-014"],
    );
    // The piece may be of another state, and nothing tells.
    let script = start().lost().piece(1, 2, b",3]", "").refused("STATE_PIECES").diff(&[]).refused("STATE_BASE");
    let script = script.diff_of("1", "1", &[]).is("1").lost().piece(0, 2, b"[1", "").waits();
    script.piece(1, 2, b",2]", "").is(OTHER).add(
        suite,
        "dif-016-lost",
        "A record was lost between pieces without a hash",
        &["DIF-013", "DIF-016", "DIF-022"],
    );
}
