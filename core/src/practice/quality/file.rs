//! The file of thresholds and texts, and its checks.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::error::{Diagnosis, Family};
use crate::model::{LabelLanguage, code_lists};

/// The format that this release reads.
const VERSION: u64 = 1;

/// Why a file of quality rules was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QualityFileError {
    /// Not TOML, or not in the expected form.
    #[error("the rules of quality cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the rules of quality have format {0}, this release reads format 1")]
    Version(u64),
    /// A flag has no text, has two, or is in no list.
    #[error("flag {0:?}: each code of the list `quality_flag` has one text in both languages, and no other has")]
    Flag(String),
    /// A threshold makes no sense.
    #[error("threshold {0}: ages ascend, a share is at most 100, and nothing is 0")]
    Threshold(&'static str),
}

impl Diagnosis for QualityFileError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::Toml(_) => 70,
            Self::Version(_) => 71,
            Self::Flag(_) => 72,
            Self::Threshold(_) => 73,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the rules that came with this one.",
            _ => "Correct the file of quality rules at the place that is named; nothing was changed.",
        }
    }
}

/// Longest stretch without a break up to an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakRule {
    /// Up to this age in years.
    pub up_to_age: u64,
    /// Minutes.
    pub minutes: u64,
}

/// From where on something is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Longest stretch without a break, by age, ascending.
    pub without_break: Vec<BreakRule>,
    /// Persons in the room, with child and interviewer.
    pub persons_in_room: u64,
    /// Option-posing and suggestive questions out of all, in per cent.
    pub leading_percent: u64,
    /// Below so many questions no share is judged.
    pub leading_least_questions: u64,
    /// Days from the report to the interview.
    pub delay_days: u64,
}

impl Thresholds {
    /// The longest stretch without a break, in minutes; for a child whose age is not known, as for the youngest.
    #[must_use]
    pub fn minutes_without_break(&self, age: Option<u64>) -> u64 {
        let rules = &self.without_break;
        let fits = age.and_then(|age| rules.iter().find(|rule| age <= rule.up_to_age).or(rules.last()));
        fits.or(rules.first()).map_or(u64::MAX, |rule| rule.minutes)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlagText {
    code: String,
    en: String,
    km: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    edition: String,
    km_status: String,
    thresholds: Thresholds,
    flag: Vec<FlagText>,
}

/// Thresholds and texts, checked.
#[derive(Debug)]
pub struct QualityRules(File);

impl QualityRules {
    /// Reads and checks rules.
    ///
    /// # Errors
    /// [`QualityFileError`] that names the flag or the threshold.
    pub fn parse(text: &str) -> Result<Self, QualityFileError> {
        let file: File = toml::from_str(text).map_err(|error| QualityFileError::Toml(error.to_string()))?;
        if file.version != VERSION {
            return Err(QualityFileError::Version(file.version));
        }
        check_flags(&file.flag)?;
        check_thresholds(&file.thresholds)?;
        Ok(Self(file))
    }

    /// Names the thresholds.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.0.edition
    }

    /// How far the Khmer texts have been checked.
    #[must_use]
    pub fn km_status(&self) -> &str {
        &self.0.km_status
    }

    /// The thresholds.
    #[must_use]
    pub const fn thresholds(&self) -> &Thresholds {
        &self.0.thresholds
    }

    pub(super) fn text(&self, code: &str, language: LabelLanguage) -> Option<&str> {
        let flag = self.0.flag.iter().find(|flag| flag.code == code)?;
        Some(if language == LabelLanguage::Khmer { &flag.km } else { &flag.en })
    }
}

fn check_flags(flags: &[FlagText]) -> Result<(), QualityFileError> {
    let list = code_lists().list("quality_flag");
    let known: BTreeSet<&str> = list.iter().flat_map(|list| &list.entries).map(|entry| entry.code.as_str()).collect();
    let mut seen = BTreeSet::new();
    for flag in flags {
        let complete = !flag.en.trim().is_empty() && !flag.km.trim().is_empty();
        if !complete || !known.contains(flag.code.as_str()) || !seen.insert(flag.code.as_str()) {
            return Err(QualityFileError::Flag(flag.code.clone()));
        }
    }
    match super::compute::CODES.iter().find(|code| !seen.contains(*code)) {
        Some(code) => Err(QualityFileError::Flag((*code).to_owned())),
        None => Ok(()),
    }
}

fn check_thresholds(thresholds: &Thresholds) -> Result<(), QualityFileError> {
    let rules = &thresholds.without_break;
    let ascending = rules.is_sorted_by(|one, next| one.up_to_age < next.up_to_age);
    if rules.is_empty() || !ascending || rules.iter().any(|rule| rule.minutes == 0) {
        return Err(QualityFileError::Threshold("without_break"));
    }
    let numbers = [
        ("persons_in_room", thresholds.persons_in_room, u64::MAX),
        ("leading_percent", thresholds.leading_percent, 100),
        ("leading_least_questions", thresholds.leading_least_questions, u64::MAX),
        ("delay_days", thresholds.delay_days, u64::MAX),
    ];
    match numbers.iter().find(|(_, number, most)| *number == 0 || number > most) {
        Some((name, ..)) => Err(QualityFileError::Threshold(name)),
        None => Ok(()),
    }
}
