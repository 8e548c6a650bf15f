//! A share as text, for paper: base32 with a checksum, in groups of four.
//!
//! The alphabet and form are those of BIP-173 (`sfr1…`), the 13 check characters those of codex32 (BIP-93), a BCH code
//! made for shares that lie on paper for decades: any eight wrong characters are noticed, and one or two are located, so
//! that a person is told which group to look at again. Nothing is ever corrected silently.

use std::collections::HashMap;

use bech32::primitives::checksum::Engine;
use bech32::primitives::decode::{CheckedHrpstring, CheckedHrpstringError};
use bech32::primitives::gf32_ext::Fe32Ext;
use bech32::primitives::iter::Fe32IterExt;
use bech32::{ByteIterExt, Checksum, Fe32, Fe1024, Hrp};
use zeroize::Zeroizing;

use super::{RecoveryError, RecoveryShare};

const PREFIX: &str = "sfr1";
const GROUP: usize = 4;
/// Prefix, 43 bytes of 5 bits a character, check characters.
const CHARACTERS: usize = 4 + 69 + 13;
/// Longer input is not looked at.
const MOST_CHARACTERS: usize = 400;

/// The checksum of codex32, with the constants of BIP-93.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codex32 {}

impl Checksum for Codex32 {
    type MidstateRepr = u128;
    type CorrectionField = Fe32Ext<2>;
    const ROOT_GENERATOR: Self::CorrectionField = Fe1024::new([Fe32::_9, Fe32::_9]);
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = 9..=16;
    const CHECKSUM_LENGTH: usize = 13;
    const CODE_LENGTH: usize = 93;
    const GENERATOR_SH: [u128; 5] =
        [0x19dc500ce73fde210, 0x1bfae00def77fe529, 0x1fbd920fffe7bee52, 0x1739640bdeee3fdad, 0x07729a039cfc75f5a];
    const TARGET_RESIDUE: u128 = 0x10ce0795c2fd1e62a;
}

impl RecoveryShare {
    /// The share as text for paper: 86 characters in groups of four, in capitals. Who reads it has the share.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
        let bytes = self.to_bytes();
        let hrp = Hrp::parse_unchecked("sfr");
        let characters = bytes.iter().copied().bytes_to_fes().with_checksum::<Codex32>(&hrp).chars();
        for (at, character) in characters.enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push(' ');
            }
            text.push(character.to_ascii_uppercase());
        }
        text
    }

    /// Reads what was typed from paper. Case, spaces, line ends and hyphens do not matter; `o` is read as the digit 0,
    /// `1` and `i` as the letter l, since shares have none of these.
    ///
    /// # Errors
    /// [`RecoveryError::NotAShare`], `TextLength`, `Character`, `Mistyped` (with the groups to look at), `TooNew`.
    pub fn from_text(text: &str) -> Result<Self, RecoveryError> {
        let plain = plain(text)?;
        match CheckedHrpstring::new::<Codex32>(&plain) {
            Ok(checked) => {
                let mut bytes = Zeroizing::new(Vec::with_capacity(plain.len()));
                bytes.extend(checked.byte_iter());
                let share = Self::from_bytes(&bytes)?;
                // One spelling for one share: no other length, no bits left over.
                let same = plain_of(&share)? == plain;
                if same { Ok(share) } else { Err(RecoveryError::NotAShare) }
            }
            Err(_) if plain.len() != CHARACTERS => {
                Err(RecoveryError::TextLength { found: plain.len(), expected: CHARACTERS })
            }
            Err(CheckedHrpstringError::Checksum(_)) => Err(RecoveryError::Mistyped { groups: wrong_groups(&plain) }),
            Err(_) => Err(RecoveryError::NotAShare),
        }
    }
}

fn plain_of(share: &RecoveryShare) -> Result<Zeroizing<String>, RecoveryError> {
    plain(&share.to_text())
}

/// The text in its one spelling: small letters without spaces.
fn plain(text: &str) -> Result<Zeroizing<String>, RecoveryError> {
    let mut plain = Zeroizing::new(String::with_capacity(MOST_CHARACTERS));
    for character in text.chars().filter(|character| !character.is_whitespace() && *character != '-') {
        if plain.len() == MOST_CHARACTERS {
            return Err(RecoveryError::NotAShare);
        }
        let at = plain.len();
        let character = character.to_ascii_lowercase();
        let meant = match character {
            _ if at < PREFIX.len() => Some(character).filter(|given| PREFIX[at..].starts_with(*given)),
            'o' => Some('0'),
            'i' | '1' => Some('l'),
            _ => Some(character).filter(|given| Fe32::from_char(*given).is_ok()),
        };
        match meant {
            Some(meant) => plain.push(meant),
            None if at < PREFIX.len() => return Err(RecoveryError::NotAShare),
            None => return Err(RecoveryError::Character { group: group(at) }),
        }
    }
    if plain.len() <= PREFIX.len() { Err(RecoveryError::NotAShare) } else { Ok(plain) }
}

/// The groups in which the text differs from a share that is one or two characters away; there is one such share at
/// most. Empty if there is none.
fn wrong_groups(plain: &str) -> Vec<u8> {
    let characters = plain[PREFIX.len()..].chars().filter_map(|character| Fe32::from_char(character).ok());
    let difference = residue(characters) ^ Codex32::TARGET_RESIDUE;
    // The checksum is linear: each wrong character adds what it would add to a text of zeros.
    let length = CHARACTERS - PREFIX.len();
    let nothing = residue((0..length).map(|_| Fe32::Q));
    let one = |at: usize, by: Fe32| residue((0..length).map(|place| if place == at { by } else { Fe32::Q })) ^ nothing;
    let changes = (0..length).flat_map(|at| (1..32).map(move |by| (at, Fe32::try_from(by).unwrap_or(Fe32::Q))));
    let added: HashMap<u128, usize> = changes.map(|(at, by)| (one(at, by), at)).collect();
    if let Some(at) = added.get(&difference) {
        return vec![group(PREFIX.len() + at)];
    }
    let pair = added.iter().find_map(|(first, at)| Some((*at, *added.get(&(difference ^ first))?)));
    let mut groups: Vec<_> = pair.map_or(Vec::new(), |(first, second)| vec![first, second]);
    groups.sort_unstable();
    let mut groups: Vec<_> = groups.into_iter().map(|at| group(PREFIX.len() + at)).collect();
    groups.dedup();
    groups
}

fn residue(characters: impl Iterator<Item = Fe32>) -> u128 {
    let mut engine = Engine::<Codex32>::new();
    engine.input_hrp(Hrp::parse_unchecked("sfr"));
    characters.for_each(|character| engine.input_fe(character));
    *engine.residue()
}

fn group(at: usize) -> u8 {
    u8::try_from(at / GROUP + 1).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::Secret;

    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    fn share(value: [u8; 32]) -> RecoveryShare {
        RecoveryShare { mark: [7; 8], threshold: 2, number: 3, value: Secret::copy_of(&value) }
    }

    #[test]
    fn what_was_typed_differently_is_the_same_share() {
        let share = share([0xA5; 32]);
        let text = share.to_text();
        assert_eq!(text.split(' ').map(str::len).collect::<Vec<_>>(), [vec![4; 21], vec![2]].concat());
        let spellings = [
            text.to_lowercase(),
            text.replace(' ', ""),
            text.replace(' ', "-"),
            text.replace(' ', "\n  "),
            text.replace('0', "O"),
            format!("{}{}", &text[..4], text[4..].replace('L', "1")),
            format!("\t{}\r\n", text.replace('L', "I")),
        ];
        for spelling in spellings {
            assert_eq!(RecoveryShare::from_text(&spelling).as_ref(), Ok(&share), "{spelling}");
        }
    }

    /// Test vector 1 of BIP-93.
    #[test]
    fn the_checksum_is_that_of_codex32() {
        let text = "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw";
        assert!(CheckedHrpstring::new::<Codex32>(text).is_ok());
        assert!(CheckedHrpstring::new::<Codex32>(&text.replace("cmc", "cnc")).is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let text = share([0x5A; 32]).to_text();
        let error = |text: &str| RecoveryShare::from_text(text).unwrap_err();
        for other in ["", " ", "sfr1", "hello", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "ស្ងាត់"] {
            assert_eq!(error(other), RecoveryError::NotAShare, "{other}");
        }
        assert_eq!(error(&"sfr1".repeat(200)), RecoveryError::NotAShare);
        assert_eq!(error(&text[..text.len() - 3]), RecoveryError::TextLength { found: 84, expected: 86 });
        assert_eq!(error(&format!("{} QQQQ", *text)), RecoveryError::TextLength { found: 90, expected: 86 });
        let with = |group: usize, word: &str| {
            text.split(' ').enumerate().map(|(at, old)| if at + 1 == group { word } else { old }).collect::<String>()
        };
        assert_eq!(error(&with(9, "QQBQ")), RecoveryError::Character { group: 9 });
        assert_eq!(error(&with(9, "QQ?Q")), RecoveryError::Character { group: 9 });
        assert_eq!(error(&with(22, "សស")), RecoveryError::Character { group: 22 });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn two_wrong_characters_are_located_and_eight_are_noticed(
            value in any::<[u8; 32]>(),
            wrong in prop::collection::btree_map(4_usize..CHARACTERS, 1_usize..32, 1..=8),
        ) {
            let right = share(value);
            let mut typed = plain_of(&right).unwrap().as_bytes().to_vec();
            for (at, by) in &wrong {
                let was = ALPHABET.iter().position(|character| *character == typed[*at]).unwrap();
                typed[*at] = ALPHABET[(was + by) % 32];
            }
            let found = RecoveryShare::from_text(std::str::from_utf8(&typed).unwrap()).unwrap_err();
            let mut expected: Vec<_> = wrong.keys().map(|at| group(*at)).collect();
            expected.dedup();
            if wrong.len() <= 2 {
                prop_assert_eq!(found, RecoveryError::Mistyped { groups: expected });
            } else {
                let mistyped = matches!(found, RecoveryError::Mistyped { .. });
                prop_assert!(mistyped);
            }
        }

        #[test]
        fn no_text_is_read_in_two_ways(text in "sfr1[a-z0-9 ]{0,100}") {
            if let Ok(share) = RecoveryShare::from_text(&text) {
                prop_assert_eq!(RecoveryShare::from_text(&share.to_text()), Ok(share));
            }
        }
    }
}
