//! The laws of producers, consumers and their texts, for random histories. Fuzz targets feed them too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::fmt::Write as _;

use dashstream_codec::laws::Law;
use dashstream_stream::laws;
use fastrand::Rng;

/// Feeds a law so many random histories, each of a length of its own.
fn obeyed(law: Law, rounds: u64) {
    let long = std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1");
    for seed in 0..if long { 20 * rounds } else { rounds } {
        let mut rng = Rng::with_seed(seed);
        let most = [64, 512, 4_096][rng.usize(..3)];
        let len = rng.usize(..most);
        let bytes: Vec<u8> = (0..len).map(|_| rng.u8(..)).collect();
        if let Err(broken) = law(&bytes) {
            let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
                write!(digits, "{byte:02x}").unwrap();
                digits
            });
            panic!("seed {seed}: {broken}\n{digits}");
        }
    }
}

#[test]
fn a_producer_loses_no_count() {
    obeyed(laws::producer, 1_000);
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
