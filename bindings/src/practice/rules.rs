//! Rules of the field as data, what they say about a text, and where referrals stand.

use saferoom::model::LabelLanguage;
use saferoom::practice::consent::consent_rules;
use saferoom::practice::referrals::ReferralGlance;
use saferoom::practice::{overlay_protocols as overlay, protocols, terms};

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// A point that a review should look at.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QualityNote {
    /// Its code, of the list `quality_flag`.
    pub code: String,
    /// What was found, if it is a number.
    pub found: Option<u64>,
    /// What it should not exceed.
    pub limit: Option<u64>,
    /// What it says to a person.
    pub text: String,
}

/// A word that harms or blames. Names the place, never the text around it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TermWarning {
    /// Its code.
    pub term: String,
    /// What to write instead.
    pub instead: String,
    /// Where it begins, in bytes of the text in UTF-8.
    pub start: u64,
    /// Where it ends.
    pub end: u64,
}

/// A referral at a glance.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReferralStanding {
    /// The record.
    pub id: String,
    /// The service, of the list `service_type`.
    pub service: String,
    /// Where it stands: `proposed`, `waiting`, `in_service`, `completed` or `ended`.
    pub stage: String,
    /// Why somebody should look at it: `not_begun`, `appointment`, `no_show` or `no_service`; none: nobody has to.
    pub overdue: Option<String>,
}

/// The interview protocols in use, as a JSON object: how far they have been checked, and each version of each protocol with
/// its phases and what has to come before what.
#[uniffi::export]
#[must_use]
pub fn protocols_json() -> String {
    // Plain words and numbers: there is nothing in them that JSON could refuse.
    let all = serde_json::json!({ "status": protocols().status(), "protocols": protocols().all() });
    all.to_string()
}

/// Puts newer protocols (TOML, as docs/formats.md has it) over those in use, for the whole process. Call it once, before the
/// first interview.
///
/// # Errors
/// The protocol and what is wrong with it; those in use stay as they were.
#[uniffi::export]
pub fn overlay_protocols(text: &str) -> Result<(), SaferoomError> {
    overlay(text).map(drop).map_err(|error| SaferoomError::of(&error))
}

/// The consent rules of this release, as a JSON object: edition, kinds of recipient with what they may be told at most, and
/// to whom a ground allows to tell something without consent.
#[uniffi::export]
#[must_use]
pub fn consent_rules_json() -> String {
    let rules = consent_rules();
    let recipients = rules.recipients().iter().map(|one| {
        serde_json::json!({
            "code": one.code, "en": one.en, "km": one.km, "purposes": one.purposes,
            "compartments": one.compartments, "fields": one.fields, "never": one.never,
        })
    });
    let grounds =
        rules.grounds().iter().map(|one| serde_json::json!({ "code": one.code, "recipients": one.recipients }));
    let all = serde_json::json!({
        "edition": rules.edition(), "km_status": rules.km_status(),
        "recipients": recipients.collect::<Vec<_>>(), "grounds": grounds.collect::<Vec<_>>(),
    });
    all.to_string()
}

/// Every word of a text that harms or blames, and what to write instead, in `en` or `km`. Rewrites nothing.
#[uniffi::export]
#[must_use]
pub fn lint_terms(text: &str, language: &str) -> Vec<TermWarning> {
    let language = LabelLanguage::from_code(language).unwrap_or_default();
    terms::lint(text).iter().map(|found| TermWarning::of(found, language)).collect()
}

impl TermWarning {
    pub(super) fn of(found: &terms::TermWarning, language: LabelLanguage) -> Self {
        Self {
            term: found.term.code.clone(),
            instead: found.term.instead(language).to_owned(),
            start: found.place.start as u64,
            end: found.place.end as u64,
        }
    }
}

#[uniffi::export]
impl Session {
    /// The referrals of a child: where each stands, and which are overdue, these first. Each is logged as read.
    ///
    /// # Errors
    /// As `read`; it is no child.
    pub fn referrals_of_child(
        &self,
        child: String,
        access: AccessInput,
    ) -> Result<Vec<ReferralStanding>, SaferoomError> {
        let referrals = self.0.referrals_of_child(child.parse()?, &access.into())?;
        Ok(referrals.into_iter().map(ReferralStanding::from).collect())
    }
}

impl From<ReferralGlance> for ReferralStanding {
    fn from(glance: ReferralGlance) -> Self {
        Self {
            id: glance.id.to_string(),
            service: glance.service,
            stage: glance.stage.name().to_owned(),
            overdue: glance.overdue.map(|overdue| overdue.name().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_cross_as_data() {
        assert!(protocols_json().contains("\"code\":\"nichd_revised\""));
        assert!(consent_rules_json().contains("\"service_provider\""));
        let SaferoomError::Failure { kind, .. } = overlay_protocols("nothing = ").unwrap_err();
        assert_eq!(kind, crate::error::ErrorKind::Practice);
    }

    #[test]
    fn a_warning_names_the_place_and_what_to_write_instead() {
        let text = "The alleged victim came.";
        let found = lint_terms(text, "en");
        assert_eq!(found.len(), 1);
        let place = usize::try_from(found[0].start).unwrap()..usize::try_from(found[0].end).unwrap();
        assert_eq!(&text[place], "alleged victim");
        assert_ne!(found[0].instead, lint_terms(text, "km")[0].instead);
    }
}
