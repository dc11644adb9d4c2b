//! How long to wait before something is tried again.

use fastrand::Rng;

/// Full jitter: between 0 and a bound that doubles with each try, so that those who failed together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    /// The bound of the first try, in microseconds.
    pub(crate) first_us: u64,
    /// The most that it comes to, in microseconds.
    pub(crate) most_us: u64,
}

impl Backoff {
    /// Microseconds to wait after so many failures, from 1.
    pub(crate) fn draw_us(self, tries: u32, rng: &mut Rng) -> u64 {
        let doubled = self.first_us.saturating_mul(1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX));
        rng.u64(..=doubled.min(self.most_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_cap() {
        let backoff = Backoff { first_us: 100_000, most_us: 10_000_000 };
        let mut rng = Rng::with_seed(1);
        for (tries, bound) in
            [(1, 100_000), (2, 200_000), (3, 400_000), (8, 10_000_000), (64, 10_000_000), (u32::MAX, 10_000_000)]
        {
            let drawn: Vec<u64> = (0..2_000).map(|_| backoff.draw_us(tries, &mut rng)).collect();
            assert!(drawn.iter().all(|us| *us <= bound), "try {tries}");
            // It is spread over all of it.
            assert!(
                drawn.iter().any(|us| *us < bound / 20) && drawn.iter().any(|us| *us > bound - bound / 20),
                "try {tries}"
            );
        }
    }
}
