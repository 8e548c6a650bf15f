//! The file of terms, and its checks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::find::plain;
use crate::error::{Diagnosis, Family};
use crate::model::LabelLanguage;

/// The format that this release reads.
const VERSION: u64 = 1;

/// Why a file of terms was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermFileError {
    /// Not TOML, or not in the expected form.
    #[error("the terms cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the terms have format {0}, this release reads format 1")]
    Version(u64),
    /// A code or a spelling comes twice.
    #[error("{0:?} comes twice")]
    Duplicate(String),
    /// An entry has no spelling, an empty one, or does not say what to write instead.
    #[error("term {0:?}: it needs spellings that are not empty, and what to write instead in both languages")]
    Incomplete(String),
}

impl Diagnosis for TermFileError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::Toml(_) => 90,
            Self::Version(_) => 91,
            Self::Duplicate(_) => 92,
            Self::Incomplete(_) => 93,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the terms that came with this one.",
            _ => "Correct the file of terms at the place that is named; nothing was changed.",
        }
    }
}

/// One entry: spellings of a term, and what to write instead.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Its code.
    pub code: String,
    /// English spellings.
    pub en: Vec<String>,
    /// Khmer spellings.
    pub km: Vec<String>,
    /// What to write instead, in English.
    pub instead_en: String,
    /// What to write instead, in Khmer.
    pub instead_km: String,
}

impl Term {
    /// What to write instead.
    #[must_use]
    pub fn instead(&self, language: LabelLanguage) -> &str {
        match language {
            LabelLanguage::English => &self.instead_en,
            LabelLanguage::Khmer => &self.instead_km,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    edition: String,
    km_status: String,
    term: Vec<Term>,
}

/// A list of terms, checked.
#[derive(Debug)]
pub struct Terms {
    edition: String,
    km_status: String,
    all: Vec<Term>,
    /// Spellings as they are compared: characters, whether whole words, place of the term.
    pub(super) spellings: Vec<(Vec<char>, bool, usize)>,
}

impl Terms {
    /// Reads and checks terms.
    ///
    /// # Errors
    /// [`TermFileError`] that names the entry.
    pub fn parse(text: &str) -> Result<Self, TermFileError> {
        let file: File = toml::from_str(text).map_err(|error| TermFileError::Toml(error.to_string()))?;
        if file.version != VERSION {
            return Err(TermFileError::Version(file.version));
        }
        let (mut codes, mut seen, mut spellings) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for (place, term) in file.term.iter().enumerate() {
            let instead = [&term.instead_en, &term.instead_km];
            if term.en.len() + term.km.len() == 0 || instead.iter().any(|text| text.trim().is_empty()) {
                return Err(TermFileError::Incomplete(term.code.clone()));
            }
            if !codes.insert(&term.code) {
                return Err(TermFileError::Duplicate(term.code.clone()));
            }
            let english = term.en.iter().map(|spelling| (spelling, true));
            for (spelling, whole) in english.chain(term.km.iter().map(|spelling| (spelling, false))) {
                let letters: Vec<char> = plain(spelling.trim()).map(|(_, letter)| letter).collect();
                if letters.is_empty() {
                    return Err(TermFileError::Incomplete(term.code.clone()));
                }
                if !seen.insert(letters.clone()) {
                    return Err(TermFileError::Duplicate(spelling.clone()));
                }
                spellings.push((letters, whole, place));
            }
        }
        // The longest first: of two that begin at one place, the longer one is meant.
        spellings.sort_by_key(|(letters, ..)| std::cmp::Reverse(letters.len()));
        Ok(Self { edition: file.edition, km_status: file.km_status, all: file.term, spellings })
    }

    /// Names this list.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// How far the Khmer spellings have been checked.
    #[must_use]
    pub fn km_status(&self) -> &str {
        &self.km_status
    }

    /// All entries.
    #[must_use]
    pub fn all(&self) -> &[Term] {
        &self.all
    }
}
