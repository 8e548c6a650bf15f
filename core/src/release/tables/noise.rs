//! Exact samplers of the discrete Laplace and Gaussian distributions, after Canonne, Kamath and Steinke (2020),
//! algorithms 1 to 3.
//!
//! Only whole numbers and fractions of them: floating-point noise can be told apart from the value under it (Mironov
//! 2012). The randomness is the operating system's; nobody can choose it.

use ring::rand::{SecureRandom, SystemRandom};

use super::error::TablesError;

/// A positive fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    over: u128,
    under: u128,
}

impl Fraction {
    /// So many out of so many, in lowest terms; both from 1 to 2^40.
    ///
    /// # Errors
    /// [`TablesError::Parameter`].
    pub fn new(over: u64, under: u64) -> Result<Self, TablesError> {
        let allowed = "a fraction of numbers from 1 to 2^40";
        let divisor = greatest_common_divisor(over, under).max(1);
        let (over, under) = (over / divisor, under / divisor);
        let fits = |number: u64| (1..=1 << 40).contains(&number);
        match fits(over) && fits(under) {
            true => Ok(Self { over: over.into(), under: under.into() }),
            false => Err(TablesError::Parameter { key: "scale", allowed }),
        }
    }

    /// As a number.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.over as f64 / self.under as f64
    }
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// Draws noise. It takes randomness in blocks, which are wiped with it.
pub struct Noise {
    system: SystemRandom,
    block: zeroize::Zeroizing<[u8; 4096]>,
    used: usize,
}

impl Default for Noise {
    fn default() -> Self {
        Self { system: SystemRandom::new(), block: zeroize::Zeroizing::new([0; 4096]), used: 4096 }
    }
}

impl Noise {
    /// A sample of the discrete Laplace distribution: x with a probability in proportion to exp(-|x|/scale).
    ///
    /// # Errors
    /// [`TablesError::NoRandomness`].
    pub fn laplace(&mut self, scale: Fraction) -> Result<i64, TablesError> {
        let (over, under) = (scale.over, scale.under);
        loop {
            let magnitude = self.geometric(over)? / under;
            let negative = self.below(2)? == 1;
            // Zero has one sign, or it would come twice as often.
            if !(negative && magnitude == 0) {
                let magnitude = i64::try_from(magnitude).unwrap_or(i64::MAX);
                return Ok(if negative { -magnitude } else { magnitude });
            }
        }
    }

    /// A sample of the discrete Gaussian distribution: x with a probability in proportion to exp(-x²/(2·variance)).
    ///
    /// # Errors
    /// [`TablesError::NoRandomness`], [`TablesError::Parameter`] for a variance over 2^30.
    pub fn gaussian(&mut self, variance: Fraction) -> Result<i64, TablesError> {
        let (over, under) = (variance.over, variance.under);
        if over / under >= 1 << 30 || under > 1 << 24 {
            return Err(TablesError::Parameter { key: "variance", allowed: "below 2^30, with few decimals" });
        }
        let scale = u64::try_from((over / under).isqrt() + 1).unwrap_or(u64::MAX);
        let wide = u128::from(scale);
        loop {
            let candidate = self.laplace(Fraction::new(scale, 1)?)?;
            // exp(-(|y| - variance/scale)² / (2·variance)), as one fraction.
            let distance = (u128::from(candidate.unsigned_abs()) * wide * under).abs_diff(over);
            let square = distance.checked_mul(distance);
            let below = (2 * over).checked_mul(under).and_then(|below| below.checked_mul(wide * wide));
            // What does not fit is further out than anything that is ever drawn.
            let (Some(square), Some(below)) = (square, below) else { continue };
            if self.bernoulli_exp(square, below)? {
                return Ok(candidate);
            }
        }
    }

    /// A number x from 0 on with a probability in proportion to exp(-x/scale).
    fn geometric(&mut self, scale: u128) -> Result<u128, TablesError> {
        let rest = loop {
            let rest = self.below(scale)?;
            if self.bernoulli_exp(rest, scale)? {
                break rest;
            }
        };
        let mut whole = 0;
        while self.bernoulli_exp(1, 1)? {
            whole += 1;
        }
        Ok(rest + scale * whole)
    }

    /// True with the probability exp(-over/under).
    fn bernoulli_exp(&mut self, over: u128, under: u128) -> Result<bool, TablesError> {
        for _ in 0..over / under {
            if !self.bernoulli_exp_to_one(1, 1)? {
                return Ok(false);
            }
        }
        self.bernoulli_exp_to_one(over % under, under)
    }

    /// True with the probability exp(-over/under), for a fraction up to 1.
    fn bernoulli_exp_to_one(&mut self, over: u128, under: u128) -> Result<bool, TablesError> {
        let mut tries: u128 = 1;
        while self.bernoulli(over, under, tries)? {
            tries += 1;
        }
        Ok(tries % 2 == 1)
    }

    /// True with the probability over/(under·tries): both halves are drawn apart, so that nothing overflows.
    fn bernoulli(&mut self, over: u128, under: u128, tries: u128) -> Result<bool, TablesError> {
        Ok(self.below(tries)? == 0 && self.below(under)? < over)
    }

    /// A number from 0 to below `end`, all equally likely.
    fn below(&mut self, end: u128) -> Result<u128, TablesError> {
        let bits = 128 - (end - 1).leading_zeros();
        let bytes = bits.div_ceil(8) as usize;
        loop {
            let mut number = [0; 16];
            self.fill(&mut number[..bytes])?;
            let number = u128::from_le_bytes(number) & (u128::MAX.checked_shr(128 - bits).unwrap_or(0));
            if number < end {
                return Ok(number);
            }
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), TablesError> {
        if self.used + bytes.len() > self.block.len() {
            self.system.fill(&mut *self.block).map_err(|_| TablesError::NoRandomness)?;
            self.used = 0;
        }
        bytes.copy_from_slice(&self.block[self.used..self.used + bytes.len()]);
        self.block[self.used..self.used + bytes.len()].fill(0);
        self.used += bytes.len();
        Ok(())
    }
}

/// The least t with P(|x| > t) of at most 5 %, for the discrete Laplace distribution.
#[must_use]
pub fn laplace_error(scale: Fraction) -> u64 {
    let decay = (-1.0 / scale.as_f64()).exp();
    let beyond = |t: f64| 2.0 * decay.powf(t + 1.0) / (1.0 + decay);
    let mut t = ((0.05 * (1.0 + decay) / 2.0).ln() / decay.ln() - 1.0).ceil().max(0.0);
    while t > 0.0 && beyond(t - 1.0) <= 0.05 {
        t -= 1.0;
    }
    t as u64
}

/// The same for the discrete Gaussian distribution.
#[must_use]
pub fn gaussian_error(variance: Fraction) -> u64 {
    let weight = |x: f64| (-x * x / (2.0 * variance.as_f64())).exp();
    let far = (variance.as_f64().sqrt() * 12.0).ceil() as u64 + 2;
    let whole: f64 = weight(0.0) + 2.0 * (1..=far).map(|x| weight(x as f64)).sum::<f64>();
    let mut within = weight(0.0);
    let mut t = 0;
    while within < 0.95 * whole && t < far {
        t += 1;
        within += 2.0 * weight(t as f64);
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 60_000;

    /// Chi-square of draws against a probability that is known; -10 to 10 and both tails.
    fn chi_square(mut draw: impl FnMut() -> i64, probability: impl Fn(i64) -> f64) -> f64 {
        let place = |x: i64| (x.clamp(-11, 11) + 11) as usize;
        let mut seen = [0_f64; 23];
        (0..DRAWS).for_each(|_| seen[place(draw())] += 1.0);
        let mut expected = [0_f64; 23];
        (-2_000..=2_000).for_each(|x| expected[place(x)] += probability(x) * DRAWS as f64);
        seen.iter().zip(expected).map(|(seen, expected)| (seen - expected).powi(2) / expected.max(1e-9)).sum()
    }

    /// 22 degrees of freedom: exceeded by chance once in 10^9 runs.
    const NEVER: f64 = 96.0;

    #[test]
    fn laplace_noise_has_the_distribution_that_is_claimed() {
        for (over, under) in [(1, 1), (5, 2), (10, 1), (3, 4)] {
            let scale = Fraction::new(over, under).unwrap();
            let decay = (-1.0 / scale.as_f64()).exp();
            let probability = |x: i64| (1.0 - decay) / (1.0 + decay) * decay.powi(x.unsigned_abs() as i32);
            let mut noise = Noise::default();
            let chi = chi_square(|| noise.laplace(scale).unwrap(), probability);
            assert!(chi < NEVER, "scale {over}/{under}: {chi}");
        }
    }

    #[test]
    fn gaussian_noise_has_the_distribution_that_is_claimed() {
        for (over, under) in [(1, 1), (25, 2), (1, 2), (100, 1)] {
            let variance = Fraction::new(over, under).unwrap();
            let weight = |x: i64| (-((x * x) as f64) / (2.0 * variance.as_f64())).exp();
            let whole: f64 = (-2_000..=2_000).map(weight).sum();
            let mut noise = Noise::default();
            let chi = chi_square(|| noise.gaussian(variance).unwrap(), |x| weight(x) / whole);
            assert!(chi < NEVER, "variance {over}/{under}: {chi}");
        }
    }

    #[test]
    fn errors_are_those_of_the_distribution() {
        // 2·e^-3/(1+e^-1) is 7.3 %, 2·e^-4/(1+e^-1) is 2.7 %.
        assert_eq!(laplace_error(Fraction::new(1, 1).unwrap()), 3);
        assert_eq!(gaussian_error(Fraction::new(100, 1).unwrap()), 20, "1.96 standard deviations, rounded up");
    }

    #[test]
    fn parameters_that_could_overflow_are_refused() {
        assert!(Fraction::new(0, 1).is_err() && Fraction::new(1, 0).is_err());
        assert!(Fraction::new((1 << 40) + 1, 1).is_err());
        let wide = Fraction::new(1 << 31, 1).unwrap();
        assert!(matches!(Noise::default().gaussian(wide), Err(TablesError::Parameter { .. })));
    }
}
