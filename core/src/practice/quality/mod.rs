//! Quality flags: what of an interview a review should look at, computed from its records, each with its reason.
//!
//! They are for learning, not for blame, and they say nothing about the child: there is no score here, and nothing that
//! could be read as one. Thresholds and texts are data with an edition (`data/quality.toml`).

mod compute;
mod file;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::model::LabelLanguage;
use crate::model::PartialDate;
use crate::model::records::GuardianRelation;

pub use compute::quality_flags;
pub use file::{BreakRule, QualityFileError, QualityRules, Thresholds};

const SHIPPED: &str = include_str!("../../../data/quality.toml");

/// A point that a review should look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Flag {
    /// Its code, of the list `quality_flag`.
    pub code: &'static str,
    /// What was found, if it is a number.
    pub found: Option<u64>,
    /// What it should not exceed.
    pub limit: Option<u64>,
}

impl Flag {
    /// What it says to a person.
    #[must_use]
    pub fn explain(&self, rules: &QualityRules, language: LabelLanguage) -> String {
        let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        let text = rules.text(self.code, language).unwrap_or(self.code);
        text.replace("{found}", &number(self.found)).replace("{limit}", &number(self.limit))
    }
}

/// What the flags need to know beside the interview's own records.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// Age of the child in years when the interview started.
    pub age: Option<u64>,
    /// Until when the interviewer was certified; none if that is not recorded.
    pub certified_until: Option<PartialDate>,
    /// How guardians who may be involved are related to the child.
    pub suspect_relations: Vec<GuardianRelation>,
}

/// The rules of this release.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn quality_rules() -> &'static QualityRules {
    static RULES: OnceLock<QualityRules> = OnceLock::new();
    RULES.get_or_init(|| {
        QualityRules::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in rules of quality: {error}"))
    })
}

/// The age in years at a moment of a child who was born on a day that is perhaps half known: the lowest that it can be.
#[must_use]
pub fn age_at(birth: PartialDate, at: crate::model::Timestamp) -> Option<u64> {
    let text = at.to_text();
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let years = year.checked_sub(u32::from(birth.in_year()))?;
    // What is not known of the birthday lies as late as it can.
    let birthday = (birth.in_month().map_or(12, u32::from), birth.on_day().map_or(31, u32::from));
    Some(u64::from(years.saturating_sub(u32::from((month, day) < birthday))))
}
