//! How long to wait before something is tried again.

use fastrand::Rng;

/// Full jitter: between 0 and a bound that doubles with each try up to the most, so that those who failed together do not come
/// back together. `tries` is how often it was tried, 1 or more.
pub(crate) fn backoff_us(first_us: u64, most_us: u64, tries: u32, rng: &mut Rng) -> u64 {
    let doubled = first_us.saturating_mul(1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX));
    rng.u64(..=doubled.min(most_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_cap() {
        let mut rng = Rng::with_seed(1);
        for (tries, bound) in
            [(1, 100_000), (2, 200_000), (3, 400_000), (8, 10_000_000), (64, 10_000_000), (u32::MAX, 10_000_000)]
        {
            let drawn: Vec<u64> = (0..2_000).map(|_| backoff_us(100_000, 10_000_000, tries, &mut rng)).collect();
            assert!(drawn.iter().all(|us| *us <= bound), "try {tries}");
            // It is spread over all of it.
            assert!(
                drawn.iter().any(|us| *us < bound / 20) && drawn.iter().any(|us| *us > bound - bound / 20),
                "try {tries}"
            );
        }
    }
}
