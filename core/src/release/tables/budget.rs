//! What noisy answers give away together, in zero-concentrated differential privacy: costs of answers about the same
//! children add up (Bun and Steinke 2016, lemma 1.7).

use super::error::TablesError;

/// An amount of rho, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rho(pub u64);

/// A decimal of at most six places as millionths; `None` if it has more, or is no such number.
pub(super) fn millionths(number: f64) -> Option<u64> {
    let scaled = number * 1e6;
    let rounded = scaled.round();
    let exact = (scaled - rounded).abs() <= 1e-4 && (0.0..=1e15).contains(&rounded);
    exact.then_some(rounded as u64)
}

impl Rho {
    /// What epsilon-differential privacy costs: epsilon²/2 (proposition 1.4), rounded up.
    #[must_use]
    pub fn of_epsilon(millionths: u64) -> Self {
        let square = u128::from(millionths) * u128::from(millionths);
        Self(u64::try_from(square.div_ceil(2_000_000)).unwrap_or(u64::MAX))
    }

    /// A decimal of at most six places.
    ///
    /// # Errors
    /// [`TablesError::Parameter`].
    pub fn parse(text: &str) -> Result<Self, TablesError> {
        let allowed = "a number from 0.000001 to 100, with at most six decimals";
        let number = text.trim().parse().ok().and_then(millionths);
        let rho = number.filter(|rho| (1..=100_000_000).contains(rho));
        rho.map(Self).ok_or(TablesError::Parameter { key: "budget", allowed })
    }

    /// What is left of a budget after these answers.
    #[must_use]
    pub fn left_after(self, spent: impl Iterator<Item = Self>) -> Self {
        Self(spent.fold(self.0, |left, cost| left.saturating_sub(cost.0)))
    }

    /// What is left after one more answer.
    ///
    /// # Errors
    /// [`TablesError::BudgetExhausted`].
    pub fn spend(self, cost: Self) -> Result<Self, TablesError> {
        let left = self.0.checked_sub(cost.0);
        left.map(Self).ok_or(TablesError::BudgetExhausted { cost: cost.0, left: self.0 })
    }

    /// The epsilon of (epsilon, delta)-differential privacy that it implies: rho + 2·sqrt(rho·ln(1/delta))
    /// (proposition 1.3).
    #[must_use]
    pub fn epsilon(self, delta: f64) -> f64 {
        let rho = self.as_f64();
        rho + 2.0 * (rho * (1.0 / delta).ln()).sqrt()
    }

    /// As a number.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_rounded_up_and_add_up() {
        assert_eq!(Rho::of_epsilon(1_000_000), Rho(500_000), "epsilon 1 is rho 0.5");
        assert_eq!(Rho::of_epsilon(1_001), Rho(1), "never free");
        assert_eq!(Rho::of_epsilon(u64::MAX), Rho(u64::MAX));
        let left = Rho(1_000).left_after([Rho(300), Rho(200)].into_iter());
        assert_eq!(left.spend(Rho(500)), Ok(Rho(0)));
        assert_eq!(left.spend(Rho(501)), Err(TablesError::BudgetExhausted { cost: 501, left: 500 }));
        assert_eq!(Rho(5).left_after([Rho(9)].into_iter()), Rho(0));
    }

    #[test]
    fn only_decimals_of_six_places_are_taken() {
        assert_eq!(millionths(0.1), Some(100_000));
        assert_eq!(millionths(0.000_001), Some(1));
        for wrong in [-1.0, f64::NAN, f64::INFINITY, 0.000_000_5, 0.123_456_7] {
            assert_eq!(millionths(wrong), None);
        }
        assert_eq!(Rho::parse("0.5").unwrap(), Rho(500_000));
        assert!(Rho::parse("").is_err() && Rho::parse("0").is_err() && Rho::parse("1e9").is_err());
    }

    #[test]
    fn epsilon_follows_from_rho() {
        let epsilon = Rho(500_000).epsilon(1e-6);
        assert!((epsilon - 5.756_564).abs() < 1e-4, "{epsilon}");
    }
}
