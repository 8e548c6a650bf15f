//! The file of rules about referrals, and its checks.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Mover, ReferralError, ReferralFileError, Stage};
use crate::model::code_lists;

/// The format that this release reads.
const VERSION: u64 = 1;

const SHIPPED: &str = include_str!("../../../data/referrals.toml");

/// Where a referral can stand, and where it goes from there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateRule {
    code: String,
    stage: Stage,
    station: Vec<String>,
    provider: Vec<String>,
}

/// Within how many hours a service has to begin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DueRule {
    code: String,
    hours: u32,
}

/// Rules about referrals, checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralRules {
    version: u64,
    edition: String,
    state: Vec<StateRule>,
    urgency: Vec<DueRule>,
    service: Vec<DueRule>,
}

/// The rules of this release.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn referral_rules() -> &'static ReferralRules {
    static RULES: OnceLock<ReferralRules> = OnceLock::new();
    RULES.get_or_init(|| {
        ReferralRules::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in rules about referrals: {error}"))
    })
}

impl ReferralRules {
    /// Reads and checks rules.
    ///
    /// # Errors
    /// [`ReferralFileError`] that names what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, ReferralFileError> {
        let rules: Self = toml::from_str(text).map_err(|error| ReferralFileError::Toml(error.to_string()))?;
        if rules.version != VERSION {
            return Err(ReferralFileError::Version(rules.version));
        }
        rules.check()?;
        Ok(rules)
    }

    /// Names these rules.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// Where a state belongs. One of a newer list waits: somebody has still to look.
    #[must_use]
    pub fn stage(&self, state: &str) -> Stage {
        self.state(state).map_or(Stage::Waiting, |rule| rule.stage)
    }

    /// Whether somebody may move a referral from the one state to the other.
    ///
    /// # Errors
    /// [`ReferralError::UnknownState`], [`ReferralError::Transition`].
    pub fn transition(&self, from: &str, to: &str, by: Mover) -> Result<(), ReferralError> {
        let rule = self.state(from).ok_or_else(|| ReferralError::UnknownState(from.to_owned()))?;
        self.state(to).ok_or_else(|| ReferralError::UnknownState(to.to_owned()))?;
        let allowed = match by {
            Mover::Station => &rule.station,
            Mover::Provider => &rule.provider,
        };
        if allowed.iter().any(|one| one == to) {
            return Ok(());
        }
        Err(ReferralError::Transition { from: from.to_owned(), to: to.to_owned(), by })
    }

    /// Where somebody may move a referral from a state.
    #[must_use]
    pub fn ways(&self, from: &str, by: Mover) -> &[String] {
        self.state(from).map_or(&[], |rule| match by {
            Mover::Station => &rule.station,
            Mover::Provider => &rule.provider,
        })
    }

    /// Within how many hours a service has to begin: by how soon it is needed, or else by the service.
    #[must_use]
    pub fn hours(&self, urgency: Option<&str>, service: &str) -> u32 {
        let of = |rules: &[DueRule], code: &str| rules.iter().find(|rule| rule.code == code).map(|rule| rule.hours);
        let urgency = urgency.and_then(|urgency| of(&self.urgency, urgency));
        let latest = || self.service.iter().map(|rule| rule.hours).max().unwrap_or(u32::MAX);
        urgency.or_else(|| of(&self.service, service)).unwrap_or_else(latest)
    }

    fn state(&self, code: &str) -> Option<&StateRule> {
        self.state.iter().find(|rule| rule.code == code)
    }

    fn check(&self) -> Result<(), ReferralFileError> {
        check_codes("referral_status", self.state.iter().map(|rule| &rule.code))?;
        check_codes("referral_urgency", self.urgency.iter().map(|rule| &rule.code))?;
        check_codes("service_type", self.service.iter().map(|rule| &rule.code))?;
        let ways = self.state.iter().flat_map(|rule| rule.station.iter().chain(&rule.provider));
        if let Some(code) = ways.into_iter().find(|code| self.state(code).is_none()) {
            return Err(ReferralFileError::Code { list: "referral_status", code: code.clone() });
        }
        let mut dues = self.urgency.iter().chain(&self.service);
        match dues.find(|rule| !(1..=8760).contains(&rule.hours)) {
            Some(rule) => Err(ReferralFileError::Hours(rule.code.clone())),
            None => Ok(()),
        }
    }
}

/// Each code once, and of its list. What a newer list has beside stays without a rule of its own.
fn check_codes<'a>(
    list: &'static str,
    codes: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), ReferralFileError> {
    let refused = |code: &str| ReferralFileError::Code { list, code: code.to_owned() };
    let known = code_lists().list(list).ok_or_else(|| refused(""))?;
    for (at, code) in codes.clone().enumerate() {
        if known.entry(code).is_none() || codes.clone().take(at).any(|earlier| earlier == code) {
            return Err(refused(code));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
