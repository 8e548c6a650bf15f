//! The purpose of use: why a record is read or written, in the words of HL7 and of child protection.

use std::fmt;

use zeroize::Zeroizing;

use super::AccessError;
use crate::model::code_lists;

/// Longest reason in words, in bytes.
const MAX_REASON: usize = 1000;

/// Purposes that nobody may state without a reason in words.
const NEEDS_REASON: [&str; 1] = ["BTG"];

/// A purpose of use: an HL7 ActReason code, and under it a local child-protection code where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose {
    hl7: &'static str,
    local: Option<&'static str>,
}

impl Purpose {
    /// The purpose of this code, local (`forensic-interview`) or HL7 (`HQUALIMP`).
    ///
    /// # Errors
    /// [`AccessError::PurposeMissing`] if the code is empty, [`AccessError::PurposeUnknown`] if no list has it.
    pub fn parse(code: &str) -> Result<Self, AccessError> {
        if code.trim().is_empty() {
            return Err(AccessError::PurposeMissing);
        }
        let entry = |list: &str, code: &str| code_lists().list(list).and_then(|list| list.entry(code));
        if let Some(local) = entry("cp_purpose", code) {
            let parent = local.parent.as_deref().and_then(|parent| entry("hl7_purpose", parent));
            let parent = parent.ok_or(AccessError::PurposeUnknown)?;
            return Ok(Self { hl7: &parent.code, local: Some(&local.code) });
        }
        let hl7 = entry("hl7_purpose", code).ok_or(AccessError::PurposeUnknown)?;
        Ok(Self { hl7: &hl7.code, local: None })
    }

    /// The HL7 ActReason code.
    #[must_use]
    pub fn hl7(&self) -> &'static str {
        self.hl7
    }

    /// The local code, if one was stated.
    #[must_use]
    pub fn local(&self) -> Option<&'static str> {
        self.local
    }
}

/// What accompanies every read and write: the purpose, and the reason in words where there is one.
#[derive(Clone)]
pub struct Access {
    purpose: String,
    reason: Option<Zeroizing<String>>,
}

impl Access {
    /// For this purpose code. Whether it is one shows when it is used: a wrong code is refused, and the attempt logged.
    #[must_use]
    pub fn for_purpose(code: impl Into<String>) -> Self {
        Self { purpose: code.into(), reason: None }
    }

    /// Adds the reason in words. Sealed in the vault; the log holds a salted commitment to it.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(Zeroizing::new(reason.into()));
        self
    }

    /// The purpose alone.
    pub(crate) fn without_reason(&self) -> Self {
        Self { purpose: self.purpose.clone(), reason: None }
    }

    /// The reason in words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_ref().map(|reason| reason.as_str()).filter(|reason| !reason.trim().is_empty())
    }

    /// The purpose, if the code is one and has the reason that it needs.
    ///
    /// # Errors
    /// [`AccessError::PurposeMissing`], [`AccessError::PurposeUnknown`], [`AccessError::ReasonMissing`] or
    /// [`AccessError::ReasonTooLong`].
    pub fn decide(&self) -> Result<Purpose, AccessError> {
        if self.reason().is_some_and(|reason| reason.len() > MAX_REASON) {
            return Err(AccessError::ReasonTooLong);
        }
        let purpose = Purpose::parse(&self.purpose)?;
        if NEEDS_REASON.contains(&purpose.hl7) && self.reason().is_none() {
            return Err(AccessError::ReasonMissing);
        }
        Ok(purpose)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_codes_bring_their_hl7_parent() {
        let purpose = Access::for_purpose("forensic-interview").decide().unwrap();
        assert_eq!((purpose.hl7(), purpose.local()), ("HLEGAL", Some("forensic-interview")));
        let purpose = Access::for_purpose("HQUALIMP").decide().unwrap();
        assert_eq!((purpose.hl7(), purpose.local()), ("HQUALIMP", None));
    }

    #[test]
    fn what_is_no_purpose_is_refused() {
        assert_eq!(Access::for_purpose(" ").decide(), Err(AccessError::PurposeMissing));
        assert_eq!(Access::for_purpose("curiosity").decide(), Err(AccessError::PurposeUnknown));
        assert_eq!(Access::for_purpose("BTG").decide(), Err(AccessError::ReasonMissing));
        assert!(Access::for_purpose("BTG").because("the child is in danger now").decide().is_ok());
    }

    #[test]
    fn reasons_are_bounded_and_never_printed() {
        let access = Access::for_purpose("BTG").because("ក".repeat(400));
        assert_eq!(access.decide(), Err(AccessError::ReasonTooLong));
        assert_eq!(format!("{access:?}"), "Access(redacted)");
    }
}
