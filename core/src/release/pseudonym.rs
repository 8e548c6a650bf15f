//! Pseudonyms: what tells children of one release apart, and leads from one release to no other.
//!
//! HMAC-SHA-256 under a key that follows from the release's key and the kind of thing that is named, over the random id of
//! its row in the statistics and its slot in there, which lasts; never over anything that is known of a child. 32 bits of it,
//! then 48 bits of the row's own tag under a mask that follows from the 32: whoever has the key finds the row, without
//! knowing the slots in it, and for anybody else siblings have as little in common as strangers. The 80 bits are
//! written in Crockford's base 32, in groups of four, with his check character (mod 37) at the end:
//! `8ZQX-0K4M-VV1T-9N2C-J`. Reading takes small letters, `O` for 0, `I` and `L` for 1, with or without hyphens.

use std::fmt;

use ring::hmac;

use crate::model::statistics::StatisticsError;
use crate::seal::{LabelledInput, Secret, derive_secret, hmac_key};

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits that stand for the remainders 32 to 36.
const CHECKS: &[u8; 5] = b"*~$=U";
const LENGTH: usize = 16;
const GROUP: usize = 4;
/// Bytes that follow from row and slot.
const OWN: usize = 4;
/// Bytes that lead to the row.
const ROW: usize = 6;
/// What a tag is for.
const NAME: u8 = 1;
const MASK: u8 = 2;
const TAG: u8 = 3;

/// A pseudonym: 80 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 10]);

/// Makes the pseudonyms of one release for things of one kind.
pub struct Pseudonyms(hmac::Key);

impl Pseudonyms {
    /// For things of a kind, such as `child`, by the secret of a release's key.
    #[must_use]
    pub fn of(key: &Secret, kind: &str) -> Self {
        let input = LabelledInput::new("saferoom/release/pseudonym").part(kind.as_bytes());
        Self(hmac_key(&derive_secret(key, &input)))
    }

    /// The pseudonym of what stands in this slot of a row of the statistics.
    #[must_use]
    pub fn name(&self, row: &[u8; 16], slot: u64) -> Pseudonym {
        let own: [u8; OWN] = self.tag(NAME, &[row, &slot.to_be_bytes()]);
        let mut name = [0; OWN + ROW];
        name[..OWN].copy_from_slice(&own);
        name[OWN..].copy_from_slice(&masked(self.tag(MASK, &[&own]), self.tag(TAG, &[row])));
        Pseudonym(name)
    }

    /// The row behind a pseudonym, among these; none if two would do, which chance brings about once in 2^48 pairs of rows.
    #[must_use]
    pub fn find(&self, pseudonym: Pseudonym, rows: &[[u8; 16]]) -> Option<[u8; 16]> {
        let (own, behind) = pseudonym.0.split_first_chunk::<OWN>()?;
        let tag = masked(self.tag(MASK, &[own]), *behind.first_chunk()?);
        let mut found = rows.iter().filter(|row| self.tag::<ROW>(TAG, &[*row]) == tag);
        let row = found.next()?;
        found.next().is_none().then_some(*row)
    }

    /// The beginning of a tag, for one of three purposes.
    fn tag<const N: usize>(&self, purpose: u8, parts: &[&[u8]]) -> [u8; N] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[purpose]);
        parts.iter().for_each(|part| context.update(part));
        context.sign().as_ref().first_chunk().copied().unwrap_or([0; N])
    }
}

fn masked(mask: [u8; ROW], tag: [u8; ROW]) -> [u8; ROW] {
    std::array::from_fn(|place| mask[place] ^ tag[place])
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms(redacted)")
    }
}

impl Pseudonym {
    /// The pseudonym that somebody typed.
    ///
    /// # Errors
    /// [`StatisticsError::Pseudonym`] if it is none, or its check character does not fit.
    pub fn parse(text: &str) -> Result<Self, StatisticsError> {
        let mut letters =
            text.trim().bytes().filter(|letter| *letter != b'-').map(|letter| letter.to_ascii_uppercase());
        let mut bits: u128 = 0;
        for _ in 0..LENGTH {
            let digit = letters.next().and_then(digit_of).ok_or(StatisticsError::Pseudonym)?;
            bits = bits << 5 | u128::from(digit);
        }
        let check = letters.next().ok_or(StatisticsError::Pseudonym)?;
        let expected = check_of(bits);
        // 0 and 1 have other spellings, as a check character too.
        let same = check == expected || digit_of(check).is_some_and(|digit| DIGITS[usize::from(digit)] == expected);
        if letters.next().is_some() || !same {
            return Err(StatisticsError::Pseudonym);
        }
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&bits.to_be_bytes()[6..]);
        Ok(Self(bytes))
    }

    fn bits(self) -> u128 {
        self.0.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte))
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits();
        let mut text = String::with_capacity(LENGTH + LENGTH / GROUP + 1);
        for place in 0..LENGTH {
            text.push(char::from(DIGITS[(bits >> (5 * (LENGTH - 1 - place)) & 31) as usize]));
            if place % GROUP == GROUP - 1 {
                text.push('-');
            }
        }
        text.push(char::from(check_of(bits)));
        f.write_str(&text)
    }
}

fn check_of(bits: u128) -> u8 {
    let rest = (bits % 37) as usize;
    DIGITS.get(rest).or_else(|| CHECKS.get(rest - DIGITS.len())).copied().unwrap_or(b'0')
}

fn digit_of(letter: u8) -> Option<u8> {
    let plain = match letter {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    DIGITS.iter().position(|digit| *digit == plain).and_then(|place| u8::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> Secret {
        Secret::copy_of(&[byte; 32])
    }

    #[test]
    fn a_pseudonym_leads_to_its_row_with_the_key_of_its_release_only() {
        let rows: Vec<[u8; 16]> = (0..200).map(|row| [row; 16]).collect();
        let (one, two) = (Pseudonyms::of(&key(1), "child"), Pseudonyms::of(&key(2), "child"));
        let name = one.name(&rows[70], 2);
        assert_eq!(one.find(name, &rows), Some(rows[70]));
        assert_eq!(two.find(name, &rows), None, "of another release");
        assert_eq!(one.find(name, &rows[..70]), None);
        assert_eq!(one.find(name, &[rows[70], rows[70]]), None, "two rows that would do are no answer");
        assert_eq!(Pseudonyms::of(&key(1), "case").find(name, &rows), None, "of another kind");
        assert_eq!(format!("{one:?}"), "Pseudonyms(redacted)");
    }

    /// Two releases about the same children have not one pseudonym in common, and nothing of one helps with the other: where
    /// the bits of one are set says nothing of the other's.
    #[test]
    fn two_releases_cannot_be_joined() {
        let rows: Vec<[u8; 16]> =
            (0..=255).flat_map(|a| (0..16).map(move |b| [a, b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])).collect();
        let (one, two) = (Pseudonyms::of(&key(3), "child"), Pseudonyms::of(&key(4), "child"));
        let first: std::collections::BTreeSet<_> = rows.iter().map(|row| one.name(row, 0)).collect();
        assert_eq!(first.len(), rows.len());
        assert!(rows.iter().all(|row| !first.contains(&two.name(row, 0))));
        let agreeing: u32 =
            rows.iter().map(|row| (one.name(row, 0).bits() ^ two.name(row, 0).bits()).count_zeros() - 48).sum();
        let expected = rows.len() as f64 * 40.0;
        // 80 bits each, half of them alike: five standard deviations.
        assert!((f64::from(agreeing) - expected).abs() < 5.0 * (rows.len() as f64 * 20.0).sqrt(), "{agreeing}");
    }

    /// Whoever has no key cannot tell siblings from strangers: no part of their pseudonyms is alike.
    #[test]
    fn siblings_have_nothing_in_common() {
        let names = Pseudonyms::of(&key(5), "child");
        let pairs = (0..2_000_u64).map(|slot| (names.name(&[6; 16], slot), names.name(&[6; 16], slot + 10_000)));
        let agreeing: u32 = pairs.map(|(one, other)| (one.bits() ^ other.bits()).count_zeros() - 48).sum();
        assert!((f64::from(agreeing) - 80_000.0).abs() < 5.0 * 40_000_f64.sqrt(), "{agreeing}");
        let all: std::collections::BTreeSet<_> =
            (0..2_000).map(|slot| names.name(&[6; 16], slot).0[OWN..].to_vec()).collect();
        assert_eq!(all.len(), 2_000);
    }

    /// As docs/formats.md says, written out once more.
    #[test]
    fn a_pseudonym_has_these_bits() {
        let key = hmac_key(&derive_secret(&key(1), &LabelledInput::new("saferoom/release/pseudonym").part(b"child")));
        let tag = |bytes: &[u8]| hmac::sign(&key, bytes).as_ref().to_vec();
        let own = tag(&[&[1][..], &[9; 16], &77_u64.to_be_bytes()].concat())[..4].to_vec();
        let (mask, row) = (tag(&[&[2][..], &own].concat()), tag(&[&[3][..], &[9; 16]].concat()));
        let expected: Vec<u8> = own.iter().copied().chain((0..6).map(|place| mask[place] ^ row[place])).collect();
        let name = Pseudonyms::of(&Secret::copy_of(&[1; 32]), "child").name(&[9; 16], 77);
        assert_eq!(name.0.to_vec(), expected);
    }

    #[test]
    fn what_is_mistyped_is_noticed() {
        let text = Pseudonyms::of(&key(1), "child").name(&[9; 16], 0).to_string();
        assert_eq!(text.len(), 21);
        let read = Pseudonym::parse(&text).unwrap();
        assert_eq!(Pseudonym::parse(&text.to_lowercase().replace('-', "").replace('0', "o")), Ok(read));
        for place in (0..text.len()).filter(|place| text.as_bytes()[*place] != b'-') {
            for digit in DIGITS.iter().filter(|digit| **digit != text.as_bytes()[place]) {
                let mut other = text.clone().into_bytes();
                other[place] = *digit;
                let other = String::from_utf8(other).unwrap();
                assert_eq!(Pseudonym::parse(&other), Err(StatisticsError::Pseudonym), "{other}");
            }
        }
        for text in ["", "0000", "0000-0000-0000-0000", "0000-0000-0000-0000-00", "Sokha"] {
            assert_eq!(Pseudonym::parse(text), Err(StatisticsError::Pseudonym), "{text}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back(bytes in any::<[u8; 10]>()) {
            let name = Pseudonym(bytes);
            prop_assert_eq!(Pseudonym::parse(&name.to_string()), Ok(name));
        }
    }
}
