//! What a thief finds in the stolen bytes: looks for every name, in every spelling that a program would leave behind.

use std::collections::{HashMap, HashSet};

/// The least length of what is looked for: anything shorter turns up in random bytes by chance.
pub(super) const SHORTEST: usize = 6;

/// How a text can lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spelling {
    /// UTF-8, as most programs write.
    Utf8,
    /// UTF-16, as Java and Windows keep texts in memory.
    Utf16,
    /// Hexadecimal digits of UTF-8.
    Hex,
}

impl Spelling {
    /// All spellings.
    pub(super) const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Hex];

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16LE",
            Self::Hex => "hexadecimal",
        }
    }

    /// The text in this spelling.
    pub(super) fn spell(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Hex => text.bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect(),
        }
    }
}

/// Texts in one spelling, ready to be looked for all at once.
pub(super) struct Needles {
    /// By their first four bytes.
    by_start: HashMap<[u8; 4], Vec<Vec<u8>>>,
    /// Whether any needle starts with these two bytes: skips nearly every place at once.
    starts: Vec<bool>,
}

impl Needles {
    /// These texts in this spelling, in lower case for hexadecimal; texts that are too short are left out.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>, spelling: Spelling) -> Self {
        let spelled: HashSet<Vec<u8>> =
            texts.filter(|text| text.len() >= SHORTEST).map(|text| spelling.spell(text)).collect();
        let mut needles = Self { by_start: HashMap::new(), starts: vec![false; 1 << 16] };
        for needle in spelled {
            needles.starts[usize::from(u16::from_be_bytes([needle[0], needle[1]]))] = true;
            let start = [needle[0], needle[1], needle[2], needle[3]];
            needles.by_start.entry(start).or_default().push(needle);
        }
        needles
    }

    /// How many different texts there are.
    pub(super) fn count(&self) -> usize {
        self.by_start.values().map(Vec::len).sum()
    }

    /// How many of the texts occur in these bytes.
    pub(super) fn found_in(&self, bytes: &[u8]) -> usize {
        let mut found = HashSet::new();
        for (at, window) in bytes.windows(4).enumerate() {
            if !self.starts[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                continue;
            }
            let Some(candidates) = self.by_start.get(&[window[0], window[1], window[2], window[3]]) else { continue };
            found.extend(candidates.iter().filter(|needle| bytes[at..].starts_with(needle)));
        }
        found.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_and_nothing_else() {
        let texts = ["Sokhara", "សុខារ៉ា", "short", "Sokhany"];
        for spelling in Spelling::ALL {
            let needles = Needles::new(texts.into_iter(), spelling);
            assert_eq!(needles.count(), 3, "what is too short is not looked for");
            let mut bytes = vec![0xA5; 100];
            bytes.extend(spelling.spell("Sokhara"));
            bytes.extend([0; 9]);
            bytes.extend(spelling.spell("សុខារ៉ា"));
            assert_eq!(needles.found_in(&bytes), 2, "{}", spelling.name());
            assert_eq!(needles.found_in(&[0xA5; 1000]), 0);
        }
    }
}
