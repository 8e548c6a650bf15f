//! Names of nobody: put together from syllables, in Latin and in Khmer script.

use super::random::Random;

/// Syllables in both scripts.
const SYLLABLES: [(&str, &str); 24] = [
    ("so", "សុ"),
    ("kha", "ខា"),
    ("bo", "បូ"),
    ("pha", "ផា"),
    ("vi", "វិ"),
    ("ra", "រ៉ា"),
    ("ny", "នី"),
    ("da", "ដា"),
    ("mo", "មុ"),
    ("chan", "ចាន់"),
    ("thy", "ធី"),
    ("ly", "លី"),
    ("na", "ណា"),
    ("ro", "រ៉ូ"),
    ("tha", "ថា"),
    ("sam", "សំ"),
    ("vann", "វណ្ណ"),
    ("pi", "ពិ"),
    ("kun", "គុន"),
    ("the", "ថេ"),
    ("yu", "យូ"),
    ("meas", "មាស"),
    ("ka", "កា"),
    ("sre", "ស្រី"),
];

/// A name in both scripts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    /// In Latin script, at least six letters: short ones would turn up in ciphertext by chance.
    pub(super) latin: String,
    /// In Khmer script.
    pub(super) khmer: String,
}

impl Name {
    /// A name of three syllables or more.
    pub(super) fn draw(random: &mut Random) -> Self {
        let (mut latin, mut khmer) = (String::new(), String::new());
        let mut syllables = 0;
        while syllables < 3 || latin.len() < 6 {
            let (in_latin, in_khmer) = random.pick(&SYLLABLES);
            if latin.ends_with(in_latin) {
                continue; // no stutter
            }
            latin.push_str(in_latin);
            khmer.push_str(in_khmer);
            syllables += 1;
        }
        latin[..1].make_ascii_uppercase();
        Self { latin, khmer }
    }
}

/// A passphrase of five invented words, 75 bits out of `entropy`.
pub(super) fn passphrase(entropy: &[u8; 16]) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 2] = b"ao";
    let mut text = String::with_capacity(35);
    for (index, byte) in entropy[..15].iter().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push('-');
        }
        text.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        text.push(char::from(VOWELS[usize::from(byte >> 4 & 1)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_long_enough_and_in_both_scripts() {
        let mut random = Random::new(7);
        for _ in 0..500 {
            let name = Name::draw(&mut random);
            assert!(name.latin.len() >= 6 && name.latin.is_ascii(), "{}", name.latin);
            assert!(name.khmer.chars().all(|c| ('\u{1780}'..='\u{17FF}').contains(&c)), "{}", name.khmer);
        }
    }

    #[test]
    fn a_passphrase_has_five_words() {
        assert_eq!(passphrase(&[0; 16]), "bababa-bababa-bababa-bababa-bababa");
        assert_ne!(passphrase(&[0x17; 16]), passphrase(&[0x07; 16]));
    }
}
