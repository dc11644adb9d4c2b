//! The law of stores, for random changes to a folder. A fuzz target feeds it too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by a panic")]

use dashstream_checkpoint::laws;
use dashstream_codec::laws::Depth;
use fastrand::Rng;

#[test]
fn whatever_lies_in_a_folder_what_is_whole_is_found() {
    let rounds = if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 100_000 } else { 4_000 };
    let mut written = 0;
    for seed in 0..rounds {
        let mut rng = Rng::with_seed(seed);
        let bytes: Vec<u8> = (0..6 * rng.usize(0..6)).map(|_| rng.u8(..)).collect();
        let seen = laws::store(&bytes).unwrap_or_else(|broken| {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            panic!("seed {seed}: {broken}\n{digits}")
        });
        written += u64::from(seen.depth == Depth::Accepted);
    }
    assert!(written > rounds / 2, "{written} of {rounds}");
}

/// What random changes have found, by the digits of the change.
#[test]
fn what_was_found_stays_found() {
    // The marker of the newest checkpoint is damaged, and the frame before it as well.
    for digits in [
        "98a2b769c1bd23178ca17b29101b16ffd7d00f13c658c7cd",
        "ef9a3d5001cddfe3b4374dc67493242885ba38f3779391a40e449e722d04",
    ] {
        let bytes: Vec<u8> =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
        laws::store(&bytes).unwrap();
    }
}
