//! The laws of producers, consumers and their texts, for random histories. Fuzz targets feed them too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dashstream_codec::laws::Broken;
use dashstream_stream::laws;
use fastrand::Rng;

/// Feeds a law so many random histories, each of a length of its own; gives what it says of each.
fn obeyed<T>(law: impl Fn(&[u8]) -> Result<T, Broken>, rounds: u64) -> Vec<T> {
    let long = std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1");
    let round = |seed| {
        let mut rng = Rng::with_seed(seed);
        let most = [64, 512, 4_096][rng.usize(..3)];
        let len = rng.usize(..most);
        let bytes: Vec<u8> = (0..len).map(|_| rng.u8(..)).collect();
        law(&bytes).unwrap_or_else(|broken| {
            let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
                write!(digits, "{byte:02x}").unwrap();
                digits
            });
            panic!("seed {seed}: {broken}\n{digits}")
        })
    };
    (0..if long { 20 * rounds } else { rounds }).map(round).collect()
}

#[test]
fn every_number_is_accounted_for() {
    let all = obeyed(laws::history, 1_500);
    // The law is seen to hold for all that can happen.
    let dropped: BTreeSet<_> = all.iter().flat_map(|one| &one.dropped).map(|reason| reason.name()).collect();
    assert_eq!(dropped, BTreeSet::from(["QUEUE_FULL", "DEADLINE", "TOO_LARGE", "INVALID", "SHUTDOWN", "REFUSED"]));
    let answers: BTreeSet<_> = all.iter().flat_map(|one| &one.answers).collect();
    assert_eq!(answers.len(), 8, "{answers:?}");
    let declared: u64 = all.iter().map(|one| one.declared).sum();
    let whole = all.iter().filter(|one| one.counted && one.epochs == 1 && one.declared > 0).count();
    let continued = all.iter().filter(|one| one.counted && one.epochs > 1).count();
    assert!(declared > 10_000 && whole > 300 && continued > 300, "{declared}, {whole}, {continued}");
}

#[test]
fn a_consumer_gives_each_record_its_effect_once() {
    obeyed(laws::consumer, 1_000);
}

/// A text is what it says: those that are nearly right are in the seeds of the fuzz target.
#[test]
fn texts_are_read_or_refused() {
    obeyed(laws::config, 1_000);
    let id = "0123456789abcdef0123456789abcdef";
    for text in ["1/0", "01/0", "1/00", "+1/0", "1/+0", "0/0", "1/0/", "4294967296/0", "1/4294967295"] {
        laws::config(format!("r{id}/{text}").as_bytes()).unwrap();
    }
}
