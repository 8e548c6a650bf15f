//! The texts of a report: data, in English and Khmer.

use std::collections::BTreeMap;
use std::fmt::Display;

use saferoom::model::LabelLanguage;
use serde::Deserialize;

/// What every report says.
const COMMON: &str = include_str!("../../data/words-page.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    km_status: String,
    words: BTreeMap<String, Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    en: String,
    km: String,
}

/// Texts by key, in one language. Places for values are written `{name}`.
#[derive(Debug)]
pub(crate) struct Words {
    language: LabelLanguage,
    /// Whether the Khmer texts have yet to be checked.
    draft: bool,
    words: BTreeMap<String, String>,
}

impl Words {
    /// The texts of a report, and those that all reports share.
    pub(crate) fn read(report: &str, language: LabelLanguage) -> Self {
        let mut words = BTreeMap::new();
        let mut draft = false;
        for text in [COMMON, report] {
            let file: File = toml::from_str(text).expect("the compiled-in texts are well formed");
            assert_eq!(file.version, 1, "the compiled-in texts are of this release");
            draft |= file.km_status.contains("draft");
            words.extend(
                file.words
                    .into_iter()
                    .map(|(key, word)| (key, if language == LabelLanguage::Khmer { word.km } else { word.en })),
            );
        }
        Self { language, draft, words }
    }

    /// Which language it is.
    pub(crate) fn language(&self) -> LabelLanguage {
        self.language
    }

    /// Whether it is in Khmer that a native speaker has yet to check.
    pub(crate) fn is_draft(&self) -> bool {
        self.draft && self.language == LabelLanguage::Khmer
    }

    /// The text of this key; the key itself if there is none, which tests do not let pass.
    pub(crate) fn get<'w>(&'w self, key: &'w str) -> &'w str {
        debug_assert!(self.words.contains_key(key), "no text for {key}");
        self.find(key).unwrap_or(key)
    }

    /// The text of this key, if there is one.
    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The text of this key with values in its places. A value is never looked through for places itself.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut rest = self.get(key);
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else { break };
            let value = values.iter().find(|(known, _)| *known == name);
            debug_assert!(value.is_some(), "no value for {name} in {key}");
            if let Some((_, value)) = value {
                filled.push_str(&value.to_string());
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

/// Checks a file of texts: both languages say something, with the same places, and Khmer is in Khmer.
#[cfg(test)]
pub(crate) fn check(report: &str) {
    let places = |text: &str| {
        let mut found: Vec<_> =
            text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
        found.sort();
        found
    };
    let file: File = toml::from_str(report).unwrap();
    assert!(file.km_status.contains("draft"));
    for (key, word) in file.words {
        assert!(!word.en.is_empty() && word.en.is_ascii(), "{key}");
        assert_eq!(places(&word.en), places(&word.km), "{key}");
        assert!(word.km.chars().any(|letter| ('\u{1780}'..='\u{17FF}').contains(&letter)), "{key}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_reports_say_is_said_in_both_languages() {
        check(COMMON);
    }

    #[test]
    fn values_are_put_in_once() {
        let report = "version = 1\nkm_status = \"draft\"\n[words]\na = { en = \"{x} of {y}\", km = \"{y} នៃ {x}\" }\n";
        let words = Words::read(report, LabelLanguage::English);
        assert_eq!(words.fill("a", &[("x", &"{y}"), ("y", &2)]), "{y} of 2");
        let words = Words::read(report, LabelLanguage::Khmer);
        assert_eq!(words.fill("a", &[("x", &1), ("y", &2)]), "2 នៃ 1");
        assert_eq!(words.find("b"), None);
    }
}
