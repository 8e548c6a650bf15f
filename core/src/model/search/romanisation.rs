//! How Latin spellings of one name are folded, out of `data/romanisation.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use zeroize::Zeroizing;

const SHIPPED: &str = include_str!("../../../data/romanisation.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    rules: Vec<RuleLine>,
    common: Vec<String>,
    look_alikes: Vec<(char, char)>,
    letters: Vec<(char, String)>,
    telephone: Telephone,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleLine {
    from: String,
    to: String,
    at: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    Start,
    End,
}

/// Where telephone numbers without a country belong.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Telephone {
    /// Country code without plus sign.
    pub(super) country: String,
    /// What stands before a national number inside the country.
    pub(super) trunk: String,
}

#[derive(Debug)]
struct Rule {
    from: Vec<u8>,
    to: String,
    at: Option<Place>,
}

/// The folding of this release.
#[derive(Debug)]
pub(super) struct Folding {
    pub(super) version: u32,
    pub(super) telephone: Telephone,
    /// By first letter, longest first.
    rules: [Vec<Rule>; 26],
    common: BTreeSet<String>,
    look_alikes: BTreeMap<char, char>,
    letters: BTreeMap<char, String>,
}

impl Folding {
    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut rules: [Vec<Rule>; 26] = Default::default();
        for RuleLine { from, to, at } in file.rules {
            let letters = from.bytes().chain(to.bytes()).all(|byte| byte.is_ascii_lowercase());
            let first = from.bytes().next().filter(|_| letters).ok_or_else(|| format!("no rule: {from:?}"))?;
            rules[usize::from(first - b'a')].push(Rule { from: from.into_bytes(), to, at });
        }
        for list in &mut rules {
            // A rule for one end of the word counts before one of the same length for anywhere.
            list.sort_by_key(|rule| (usize::MAX - rule.from.len(), rule.at.is_none()));
        }
        let mut folding = Self {
            version: file.version,
            telephone: file.telephone,
            rules,
            common: BTreeSet::new(),
            look_alikes: file.look_alikes.into_iter().collect(),
            letters: file.letters.into_iter().collect(),
        };
        let common = file.common.iter().flat_map(|name| super::words::words_with(&folding, name));
        folding.common = common.map(|word| word.key(&folding).as_str().to_owned()).collect();
        Ok(folding)
    }

    /// The folded spelling of a word of small ASCII letters; other characters stay.
    pub(super) fn skeleton(&self, word: &str) -> Zeroizing<String> {
        let word = without_doubles(word);
        let bytes = word.as_bytes();
        let mut folded = Zeroizing::new(String::with_capacity(bytes.len() + 4));
        let mut at = 0;
        while let Some(character) = word[at..].chars().next() {
            match self.rule_at(bytes, at) {
                Some(rule) => {
                    folded.push_str(&rule.to);
                    at += rule.from.len();
                }
                None => {
                    folded.push(character);
                    at += character.len_utf8();
                }
            }
        }
        // A word of nothing but letters that are left out, such as H, is itself.
        if folded.is_empty() { word } else { without_doubles(&folded) }
    }

    fn rule_at(&self, word: &[u8], at: usize) -> Option<&Rule> {
        let first = word[at].checked_sub(b'a').filter(|index| *index < 26)?;
        self.rules[usize::from(first)].iter().find(|rule| {
            word[at..].starts_with(&rule.from)
                && match rule.at {
                    None => true,
                    Some(Place::Start) => at == 0,
                    Some(Place::End) => at > 0 && at + rule.from.len() == word.len(),
                }
        })
    }

    /// Whether so many people bear the name that it finds too many by itself.
    pub(super) fn is_common(&self, key: &str) -> bool {
        self.common.contains(key)
    }

    /// The Latin letter that looks like this one.
    pub(super) fn latin_look_alike(&self, character: char) -> Option<char> {
        if character.is_ascii_alphanumeric() { Some(character) } else { self.look_alikes.get(&character).copied() }
    }

    /// The ASCII letters for a Latin letter that does not fall into letter and accent.
    pub(super) fn ascii_letters(&self, character: char) -> Option<&str> {
        self.letters.get(&character).map(String::as_str)
    }
}

/// The word with doubled consonants single.
fn without_doubles(word: &str) -> Zeroizing<String> {
    let mut single = Zeroizing::new(String::with_capacity(word.len()));
    let mut last = None;
    for character in word.chars() {
        let vowel = matches!(character, 'a' | 'e' | 'i' | 'o' | 'u');
        if last != Some(character) || vowel || !character.is_ascii_lowercase() {
            single.push(character);
        }
        last = Some(character);
    }
    single
}

/// The folding that ships with this release.
pub(super) fn folding() -> &'static Folding {
    static FOLDING: OnceLock<Folding> = OnceLock::new();
    FOLDING.get_or_init(|| Folding::parse(SHIPPED).expect("the compiled-in romanisation is well formed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        let folding = folding();
        for spellings in [
            &["sok", "sokh", "sokk"][..],
            &["chan", "chann", "chhan", "jan"],
            &["vireak", "virak", "viriek", "vyreak", "wireak"],
            &["sophea", "sophia", "sofea", "sopheah", "sophear", "sopea"],
            &["thoeun", "thoun", "toeurn", "theun"],
            &["heng", "heang", "haing", "hieng"],
            &["sreymom", "sraymom", "sreimom", "sraimom"],
            &["vuthy", "vutthy", "wuthi", "vuthey"],
            &["leakhena", "leakena", "lakena"],
            &["piseth", "piset", "pised"],
            &["chhay", "chai", "chay"],
            &["kim", "gim", "khim"],
        ] {
            let first = folding.skeleton(spellings[0]);
            for other in spellings {
                assert_eq!(*folding.skeleton(other), *first, "{other} {}", spellings[0]);
            }
        }
    }

    #[test]
    fn different_names_stay_different() {
        let folding = folding();
        let names =
            ["sok", "som", "san", "chan", "chang", "dara", "bopha", "vanna", "kosal", "rith", "phalla", "h", "r"];
        let keys: BTreeSet<_> = names.iter().map(|name| folding.skeleton(name).as_str().to_owned()).collect();
        assert_eq!(keys.len(), names.len());
    }

    #[test]
    fn common_names_are_known_in_every_spelling() {
        let folding = folding();
        for name in ["sok", "sokh", "sophia", "virak"] {
            assert!(folding.is_common(&folding.skeleton(name)), "{name}");
        }
        assert!(!folding.is_common(&folding.skeleton("kunvathana")));
    }

    #[test]
    fn malformed_data_is_refused() {
        for (from, to) in
            [("version = 1", "version = -1"), ("from = \"chh\"", "from = \"\""), ("rules = [", "rule = [")]
        {
            assert!(Folding::parse(&SHIPPED.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
