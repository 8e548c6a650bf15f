//! Consent and assent as enforced rules: may this recipient be told these fields, for this purpose, now?
//!
//! [`decide`] answers from the consent records of a case. What it refuses it names; what is told nevertheless is told on
//! one of four grounds, and the answer says which refusals it goes against. Rules are data (`data/consent-rules.toml`).
//!
//! - The child's own answer counts by itself. A guardian's, or a court's, never replaces it.
//! - A guardian who may be involved decides nothing: their yes is no consent, and their no is no veto.
//! - An answer reaches as far as it says: these recipients, these fields, until that day. Silence is a no.
//! - A no counts at once, also without a date or dated ahead, until whoever said it says otherwise.

mod answers;
mod decide;
mod error;
mod file;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::id::RecordId;
use crate::model::Narrative;
use crate::model::records::{Consent, OverrideGround};

pub use decide::{Basis, decide};
pub use error::{ConsentError, ConsentFileError};
pub use file::{Asks, ConsentRules, Door, Ground, Need, PurposeRule, RecipientRule};

const SHIPPED: &str = include_str!("../../../data/consent-rules.toml");

/// What somebody wants to tell to whom. Never prints whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// What for, of the list `consent_purpose`.
    pub purpose: String,
    /// Kind of recipient, of the consent rules.
    pub recipient_kind: String,
    /// Who it is, as the consents name them.
    pub recipient: String,
    /// The service, of the list `service_type`, for a referral.
    pub service: Option<String>,
    /// The fields, such as `child.given_name`.
    pub fields: Vec<String>,
}

impl std::fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Disclosure({:?} to a {:?}, redacted)", self.purpose, self.recipient_kind)
    }
}

/// What is known of the answers that were given.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    /// The consent records about the child, in any order.
    pub consents: &'a [(RecordId, Consent)],
    /// Guardians who may be involved, by their records.
    pub suspects: &'a [RecordId],
    /// Of these records nobody knows which of several children they are about: a no counts for each, a yes for none.
    pub of_several: &'a [RecordId],
}

/// Telling without consent: on which ground, why, and the authorisation of a second person.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The ground.
    pub ground: OverrideGround,
    /// Why, in words.
    pub reason: Narrative,
    /// The record that a second person signed, by `Session::authorise`.
    pub authorisation: RecordId,
}

/// The rules of this release.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn consent_rules() -> &'static ConsentRules {
    static RULES: OnceLock<ConsentRules> = OnceLock::new();
    RULES.get_or_init(|| {
        ConsentRules::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in consent rules: {error}"))
    })
}
