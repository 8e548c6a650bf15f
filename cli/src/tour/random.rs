//! A small generator of repeatable numbers (SplitMix64): the same seed gives the same caseload. Never used for keys.

/// SplitMix64 by Steele, Lea and Flood: one addition and three mixing steps per number.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// A generator that starts here.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included. The bias of at most 1 in 2^50 does not matter here.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// True so many times in a hundred.
    pub(super) const fn percent(&mut self, share: u64) -> bool {
        self.next() % 100 < share
    }

    /// One of these, each as likely.
    pub(super) const fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[(self.next() % of.len() as u64) as usize]
    }

    /// One of these, by weight.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(T, u64)]) -> T {
        let total: u64 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.next() % total;
        for (value, weight) in of {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        of[of.len() - 1].0
    }

    /// Low numbers often, high ones seldom: the least of three.
    pub(super) fn mostly_low(&mut self, low: u64, high: u64) -> u64 {
        let numbers = [self.between(low, high), self.between(low, high), self.between(low, high)];
        numbers.into_iter().fold(high, u64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_splitmix64() {
        let mut random = Random::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn what_it_draws_lies_within_bounds() {
        let mut random = Random::new(7);
        for _ in 0..1000 {
            assert!((3..=17).contains(&random.between(3, 17)));
            assert!((2..=40).contains(&random.mostly_low(2, 40)));
            assert_ne!(random.weighted(&[("never", 0), ("always", 5)]), "never");
        }
    }
}
