//! Histories: bytes that were drawn, of all lengths.

use fastrand::Rng;

use super::{MAX_LEN, Seed};

const SEEDS: u64 = 96;

pub(super) fn seeds() -> Vec<Seed> {
    (0..SEEDS).map(seed).collect()
}

fn seed(number: u64) -> Seed {
    let mut rng = Rng::with_seed(number);
    // Short ones first: where the bytes are at their end, so is the history.
    let len = (32_u64 << (number % 8)).min(MAX_LEN);
    Seed { id: format!("history-{number}"), bytes: (0..len).map(|_| rng.u8(..)).collect() }
}
