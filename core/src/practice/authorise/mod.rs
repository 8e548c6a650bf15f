//! What a second person signs: one act, by somebody else, until a moment, once.
//!
//! Three acts take it: telling without consent, another interview of a child, a copy of an exhibit. The second person writes
//! an authorisation in a session of their own, so the signature of its revision is theirs. Its digest binds vault, record,
//! person, subject, act and time; whoever presents it states the same act again, and the two are compared.

mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::consent::Disclosure;
use crate::access::policy::Action;
use crate::id::{MemberId, RecordId, VaultId};
use crate::model::records::{Authorisation, AuthorisedAct, CopyClass, OverrideGround, RepeatReason};
use crate::model::{Coded, ModelError, Narrative, RecordKind, Text, Timestamp};
use crate::seal::{LabelledInput, sha256};

pub use error::AuthorisationError;

/// The longest that an authorisation holds, in days.
pub const MOST_DAYS: u64 = 7;

const DAY: i64 = 86_400_000;

/// An act that takes a second person. Never prints whom it is about.
#[derive(Clone, PartialEq, Eq)]
pub enum Authorised {
    /// Telling these fields to this recipient without consent, on this ground.
    Override {
        /// What is told, to whom.
        disclosure: Disclosure,
        /// The ground.
        ground: OverrideGround,
    },
    /// Another interview of a child, for this reason.
    Repeat {
        /// The reason.
        reason: RepeatReason,
    },
    /// A copy of this class of an exhibit.
    Copy {
        /// The class.
        class: CopyClass,
    },
}

impl std::fmt::Debug for Authorised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authorised({}, redacted)", self.name())
    }
}

/// Who signs what, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The vault.
    pub vault: VaultId,
    /// The record of the authorisation.
    pub id: RecordId,
    /// Who signs.
    pub member: MemberId,
    /// The child, the case or the exhibit.
    pub subject: RecordId,
    /// Until when it holds.
    pub valid_until: Timestamp,
}

impl Authorised {
    /// The code of the list `authorised_act`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Override { .. } => "override_consent",
            Self::Repeat { .. } => "repeat_interview",
            Self::Copy { .. } => "copy",
        }
    }

    /// What the role of whoever signs it has to allow.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Override { .. } => Action::OverrideConsent,
            Self::Repeat { .. } => Action::AuthoriseRepeat,
            Self::Copy { .. } => Action::AuthoriseCopy,
        }
    }

    /// Whether a record of this kind can be what the act is about.
    #[must_use]
    pub fn is_about(&self, kind: RecordKind) -> bool {
        match self {
            Self::Override { .. } => kind == RecordKind::CHILD,
            Self::Repeat { .. } => kind == RecordKind::CHILD || kind == RecordKind::CASE,
            Self::Copy { .. } => kind == RecordKind::EVIDENCE_ITEM,
        }
    }

    /// The canonical bytes that are signed: docs/formats.md 22b.
    #[must_use]
    pub fn signed_bytes(&self, signed: &Signed) -> Vec<u8> {
        let input = LabelledInput::new("saferoom/authorisation")
            .part(signed.vault.as_bytes())
            .part(signed.id.as_bytes())
            .part(signed.member.as_bytes())
            .part(signed.subject.as_bytes())
            .number(signed.valid_until.milliseconds().unsigned_abs())
            .part(self.name().as_bytes());
        let input = match self {
            Self::Override { disclosure, ground } => {
                let fields = sorted(&disclosure.fields);
                let input = input
                    .part(ground.code().as_str().as_bytes())
                    .part(disclosure.purpose.as_bytes())
                    .part(disclosure.recipient_kind.as_bytes())
                    .part(disclosure.recipient.trim().as_bytes())
                    .part(disclosure.service.as_deref().unwrap_or_default().as_bytes())
                    .number(fields.len() as u64);
                fields.iter().fold(input, |input, field| input.part(field.as_bytes()))
            }
            Self::Repeat { reason } => input.part(reason.code().as_str().as_bytes()),
            Self::Copy { class } => input.part(class.code().as_str().as_bytes()),
        };
        input.as_bytes().to_vec()
    }

    /// The record that the second person writes.
    ///
    /// # Errors
    /// [`AuthorisationError::Time`]; [`ModelError`] if a code or a text does not fit.
    pub fn record(
        &self,
        signed: &Signed,
        reason: Narrative,
        now: Timestamp,
    ) -> Result<Authorisation, AuthorisationRefused> {
        let left = signed.valid_until.milliseconds() - now.milliseconds();
        if left <= 0 || left > DAY * MOST_DAYS as i64 {
            return Err(AuthorisationError::Time.into());
        }
        let text = |text: &str| Text::new(text).map_err(ModelError::Value);
        let mut record = Authorisation {
            act: Some(AuthorisedAct::new(self.name()).map_err(ModelError::Value)?),
            reason: Some(reason),
            valid_until: Some(signed.valid_until),
            digest: Some(text(&written(&sha256(&self.signed_bytes(signed))))?),
            ..Authorisation::default()
        };
        match self {
            Self::Override { disclosure, ground } => {
                record.ground = Some(ground.clone());
                record.purpose = Some(Coded::new(&disclosure.purpose).map_err(ModelError::Value)?);
                record.recipient_kind = Some(text(&disclosure.recipient_kind)?);
                record.recipient = Some(text(disclosure.recipient.trim())?);
                let service = disclosure.service.as_deref().map(Coded::new).transpose();
                record.service = service.map_err(ModelError::Value)?;
                record.fields = sorted(&disclosure.fields).into_iter().map(text).collect::<Result<_, _>>()?;
            }
            Self::Repeat { reason } => record.repeat_reason = Some(reason.clone()),
            Self::Copy { class } => record.copy_class = Some(class.clone()),
        }
        Ok(record)
    }

    /// What a record allows; none if it is not complete.
    #[must_use]
    pub fn of(record: &Authorisation) -> Option<Self> {
        Some(match record.act.as_ref()?.code().as_str() {
            "override_consent" => Self::Override {
                disclosure: Disclosure {
                    purpose: record.purpose.as_ref()?.code().as_str().to_owned(),
                    recipient_kind: record.recipient_kind.as_ref()?.as_str().to_owned(),
                    recipient: record.recipient.as_ref()?.as_str().to_owned(),
                    service: record.service.as_ref().map(|service| service.code().as_str().to_owned()),
                    fields: record.fields.iter().map(|field| field.as_str().to_owned()).collect(),
                },
                ground: record.ground.clone()?,
            },
            "repeat_interview" => Self::Repeat { reason: record.repeat_reason.clone()? },
            "copy" => Self::Copy { class: record.copy_class.clone()? },
            _ => return None,
        })
    }

    /// Whether both are the same act: fields in any order.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Override { disclosure: one, ground }, Self::Override { disclosure: two, ground: other }) => {
                ground == other
                    && (&one.purpose, &one.recipient_kind, &one.service)
                        == (&two.purpose, &two.recipient_kind, &two.service)
                    && one.recipient.trim() == two.recipient.trim()
                    && sorted(&one.fields) == sorted(&two.fields)
            }
            _ => self == other,
        }
    }
}

/// Whether a record allows exactly this act, is as it was signed, and still holds.
///
/// # Errors
/// [`AuthorisationError`]: the first thing that stands in the way.
pub fn check(
    record: &Authorisation,
    asked: &Authorised,
    signed: &Signed,
    now: Timestamp,
) -> Result<(), AuthorisationError> {
    let allowed = Authorised::of(record).ok_or(AuthorisationError::NotAsSigned)?;
    let digest = written(&sha256(&allowed.signed_bytes(signed)));
    if record.digest.as_ref().map(Text::as_str) != Some(&digest) || record.valid_until != Some(signed.valid_until) {
        return Err(AuthorisationError::NotAsSigned);
    }
    if record.used_at.is_some() {
        return Err(AuthorisationError::Used);
    }
    if !allowed.is_same(asked) {
        return Err(AuthorisationError::AnotherAct);
    }
    if now > signed.valid_until {
        return Err(AuthorisationError::Expired);
    }
    Ok(())
}

/// Why an authorisation could not be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AuthorisationRefused {
    /// It may not.
    #[error(transparent)]
    Authorisation(#[from] AuthorisationError),
    /// A value does not fit.
    #[error(transparent)]
    Model(#[from] ModelError),
}

fn sorted(fields: &[String]) -> BTreeSet<&str> {
    fields.iter().map(String::as_str).collect()
}

fn written(digest: &[u8; 32]) -> String {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
