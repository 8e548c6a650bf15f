//! What a second person signs: one act, by somebody else, once.

use saferoom::model::{ModelError, Narrative, Timestamp};
use saferoom::practice::authorise::Authorised;
use saferoom::vault;

use super::consent::DisclosureRequest;
use super::step::coded;
use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::AccessInput;

/// What was signed, with the signature checked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignedAuthorisation {
    /// Its record.
    pub id: String,
    /// The child, the case or the exhibit.
    pub subject: String,
    /// What it allows, of the list `authorised_act`.
    pub act: String,
    /// Who signed it.
    pub signed_by: String,
    /// Until when: milliseconds since 1970, UTC.
    pub valid_until_ms: i64,
    /// When it was used.
    pub used_at_ms: Option<i64>,
    /// For what: the child, the interview or the copy.
    pub used_for: Option<String>,
    /// Who used it.
    pub used_by: Option<String>,
}

#[uniffi::export]
impl Session {
    /// Signs, as the second person, that somebody else tells exactly this without consent, once.
    ///
    /// # Errors
    /// The role does not allow it, or the time is more than seven days away.
    pub fn authorise_disclosure(
        &self,
        child: String,
        request: DisclosureRequest,
        ground: String,
        reason: String,
        valid_until_ms: i64,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let act = Authorised::Override { disclosure: request.into(), ground: coded(&ground)? };
        self.sign(&child, &act, reason, valid_until_ms, access)
    }

    /// Signs, as the second person, that a child is interviewed again below `subject`, a child or a case.
    ///
    /// # Errors
    /// As `authorise_disclosure`.
    pub fn authorise_repeat(
        &self,
        subject: String,
        repeat_reason: String,
        reason: String,
        valid_until_ms: i64,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let act = Authorised::Repeat { reason: coded(&repeat_reason)? };
        self.sign(&subject, &act, reason, valid_until_ms, access)
    }

    /// Signs, as the second person, that somebody else makes a copy of this class of an exhibit.
    ///
    /// # Errors
    /// As `authorise_disclosure`.
    pub fn authorise_copy(
        &self,
        exhibit: String,
        copy_class: String,
        reason: String,
        valid_until_ms: i64,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let act = Authorised::Copy { class: coded(&copy_class)? };
        self.sign(&exhibit, &act, reason, valid_until_ms, access)
    }

    /// What was signed, with the signature checked. Logged as read.
    ///
    /// # Errors
    /// There is none of this id, or it is not as it was signed.
    pub fn authorisation(&self, id: String, access: AccessInput) -> Result<SignedAuthorisation, SaferoomError> {
        let signed = self.0.authorisation(id.parse()?, &access.into())?;
        let vault::SignedAuthorisation { id, subject, signed_by, act, valid_until, used_at, used_for, used_by } =
            signed;
        Ok(SignedAuthorisation {
            id: id.to_string(),
            subject: subject.to_string(),
            act: act.name().to_owned(),
            signed_by: signed_by.to_string(),
            valid_until_ms: valid_until.milliseconds(),
            used_at_ms: used_at.map(Timestamp::milliseconds),
            used_for: used_for.map(|id| id.to_string()),
            used_by: used_by.map(|id| id.to_string()),
        })
    }
}

impl Session {
    fn sign(
        &self,
        subject: &str,
        act: &Authorised,
        reason: String,
        valid_until_ms: i64,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        let reason = Narrative::new(reason).map_err(ModelError::from)?;
        let until = Timestamp::from_milliseconds(valid_until_ms).map_err(ModelError::from)?;
        Ok(self.0.authorise(subject.parse()?, act, reason, until, &access.into())?.to_string())
    }
}
