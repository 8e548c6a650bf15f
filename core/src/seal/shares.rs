//! A secret in shares: Shamir's scheme (1979) over GF(2^8), byte by byte, by `vsss-rs` in constant time.
//!
//! The field is that of AES, `x^8 + x^4 + x^3 + x + 1`. Share i is the polynomial at i; the secret is it at 0. All other
//! coefficients are drawn uniformly, zero included, so fewer shares than the threshold tell nothing about the secret.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use vsss_rs::Gf256;
use zeroize::{Zeroize, Zeroizing};

use super::{SealError, Secret};
use crate::id::{fill_random, random_bytes};

/// Splits a secret into `count` shares, numbered from 1, any `threshold` of which give it back.
///
/// # Errors
/// [`SealError::Shares`] unless 2 <= threshold <= count.
pub fn split_secret(secret: &Secret, threshold: u8, count: u8) -> Result<Vec<Secret>, SealError> {
    let (threshold, count) = (usize::from(threshold), usize::from(count));
    let mut shares =
        Gf256::split_bytes(threshold, count, secret.expose(), OperatingSystem).map_err(|_| SealError::Shares)?;
    let split = shares.iter().enumerate().map(|(at, share)| match share.split_first() {
        Some((number, value)) if usize::from(*number) == at + 1 => Secret::from_slice(value),
        _ => None,
    });
    let split = split.collect::<Option<Vec<_>>>().ok_or(SealError::Shares);
    shares.zeroize();
    split
}

/// The secret that these numbered shares give. Whether it is the right one, the caller has to check: other shares give
/// another secret, not an error.
///
/// # Errors
/// [`SealError::Shares`] for fewer than two shares, a number that comes twice, and number 0.
pub fn combine_shares(shares: &[(u8, &Secret)]) -> Result<Secret, SealError> {
    let numbered = |(number, value): &(u8, &Secret)| {
        let mut bytes = Vec::with_capacity(33);
        bytes.push(*number);
        bytes.extend_from_slice(value.expose());
        bytes
    };
    let bytes: Zeroizing<Vec<Vec<u8>>> = Zeroizing::new(shares.iter().map(numbered).collect());
    let combined = Zeroizing::new(Gf256::combine_bytes(&bytes[..]).map_err(|_| SealError::Shares)?);
    Secret::from_slice(&combined).ok_or(SealError::Shares)
}

/// The operating system's random source, as the library asks for one.
struct OperatingSystem;

impl TryRng for OperatingSystem {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(random_bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(random_bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_random(bytes);
        Ok(())
    }
}

impl TryCryptoRng for OperatingSystem {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbered(shares: &[Secret]) -> Vec<(u8, &Secret)> {
        (1..).zip(shares).collect()
    }

    #[test]
    fn what_is_no_sharing_is_refused() {
        let secret = Secret::generate();
        for (threshold, count) in [(0, 3), (1, 3), (4, 3), (2, 0)] {
            assert_eq!(
                split_secret(&secret, threshold, count).err(),
                Some(SealError::Shares),
                "{threshold} of {count}"
            );
        }
        let shares = split_secret(&secret, 2, 3).unwrap();
        for shares in
            [&[][..], &[(1, &shares[0])], &[(1, &shares[0]), (1, &shares[1])], &[(0, &shares[0]), (2, &shares[1])]]
        {
            assert_eq!(combine_shares(shares).err(), Some(SealError::Shares));
        }
    }

    /// The values from the definition, by hand: 0x53 * 0xCA = 1 in this field, so at 0x53 the line 7 + 0xCA x is 6.
    #[test]
    fn the_field_is_that_of_aes() {
        let share = |byte: u8| Secret::copy_of(&[byte; 32]);
        let combined = combine_shares(&[(1, &share(0xCA ^ 7)), (0x53, &share(6))]).unwrap();
        assert_eq!(combined, share(7));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_threshold_of_shares_gives_the_secret(
            secret in any::<[u8; 32]>(),
            (threshold, count) in (2_u8..8).prop_flat_map(|threshold| (Just(threshold), threshold..12)),
            order in any::<prop::sample::Index>(),
        ) {
            let secret = Secret::copy_of(&secret);
            let shares = split_secret(&secret, threshold, count).unwrap();
            let mut chosen = numbered(&shares);
            chosen.rotate_left(order.index(usize::from(count)));
            chosen.truncate(usize::from(threshold));
            prop_assert_eq!(combine_shares(&chosen).unwrap(), secret.clone());
            // One fewer gives another secret (by chance the same once in 2^256).
            if chosen.len() > 2 {
                prop_assert_ne!(combine_shares(&chosen[1..]).unwrap(), secret);
            }
        }

        /// Whoever holds all shares but one, up to the threshold, can still not exclude any secret: as the missing
        /// share goes through its 256 values, so does each byte of the secret, each exactly once.
        #[test]
        fn one_share_fewer_excludes_no_secret(secret in any::<[u8; 32]>(), threshold in 2_u8..6, missing in 6_u8..) {
            let shares = split_secret(&Secret::copy_of(&secret), threshold, threshold).unwrap();
            let held = &numbered(&shares)[1..];
            let mut possible = vec![[false; 256]; 32];
            for value in 0..=255 {
                let guess = Secret::copy_of(&[value; 32]);
                let candidate = combine_shares(&[held, &[(missing, &guess)]].concat()).unwrap();
                for (seen, byte) in possible.iter_mut().zip(candidate.expose()) {
                    prop_assert!(!std::mem::replace(&mut seen[usize::from(*byte)], true));
                }
            }
            prop_assert!(possible.iter().flatten().all(|seen| *seen));
        }
    }

    /// What the test above says holds only if the coefficients are uniform: a generator that drew odd numbers only, or
    /// never zero, would betray secrets. For one fixed secret, shares and pairs of them spread evenly.
    #[test]
    fn shares_of_one_secret_are_uniform() {
        let secret = Secret::copy_of(&[0xA7; 32]);
        for threshold in [2, 3] {
            let mut single = [[0_u32; 256]; 3];
            let mut pairs = [0_u32; 256];
            for _ in 0..400 {
                let shares = split_secret(&secret, threshold, 3).unwrap();
                for at in 0..32 {
                    for (counts, share) in single.iter_mut().zip(&shares) {
                        counts[usize::from(share.expose()[at])] += 1;
                    }
                    let [low, high] = [0, 1].map(|share: usize| shares[share].expose()[at] & 15);
                    pairs[usize::from(high << 4 | low)] += 1;
                }
            }
            single.iter().for_each(assert_uniform);
            // With a threshold of 2 one share determines the other, whatever the secret; with 3 it does not.
            if threshold == 3 {
                assert_uniform(&pairs);
            }
        }
    }

    /// The chi-squared statistic of 256 equally likely values: 255 on average; 450 is exceeded once in 10^12 runs.
    fn assert_uniform(counts: &[u32; 256]) {
        let expected = f64::from(counts.iter().sum::<u32>()) / 256.0;
        let statistic: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        assert!(statistic < 450.0, "{statistic}");
    }
}
