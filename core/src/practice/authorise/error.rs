//! Why an authorisation does not hold, and what to do.

use crate::error::{Diagnosis, Family};

/// Why an authorisation of a second person does not hold. Nothing was done, and the attempt was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorisationError {
    /// There is none of this id for this child, case or exhibit.
    #[error("there is no authorisation of this id for this record")]
    NotThere,
    /// Whoever acts signed it.
    #[error("an authorisation is signed by somebody other than who acts on it")]
    SignedByActor,
    /// The role of whoever signed does not allow it, or they left.
    #[error("whoever signed the authorisation may not, or may not any more")]
    SignerMayNot,
    /// It allows something else.
    #[error("the authorisation is for another act")]
    AnotherAct,
    /// It does not hold any more.
    #[error("the authorisation has expired")]
    Expired,
    /// It was used.
    #[error("the authorisation was used before")]
    Used,
    /// It is not what was signed.
    #[error("the authorisation is not as it was signed")]
    NotAsSigned,
    /// It would hold too long, or not at all.
    #[error("an authorisation holds from now on, for seven days at most")]
    Time,
    /// The record is none that the act can be about.
    #[error("this act is not about a record of this kind")]
    Subject,
    /// A copy that is none.
    #[error("a copy is a working, disclosure or redacted copy of an exhibit")]
    NoCopy,
}

impl Diagnosis for AuthorisationError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::NotThere => 65,
            Self::SignedByActor => 66,
            Self::SignerMayNot => 67,
            Self::AnotherAct => 68,
            Self::Expired => 69,
            Self::Used => 94,
            Self::NotAsSigned => 95,
            Self::Time => 96,
            Self::Subject => 97,
            Self::NoCopy => 98,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::NotThere => "Ask a supervisor to sign one for this record (`saferoom authorise`), and name its id.",
            Self::SignedByActor => "Ask a second person whose role allows it.",
            Self::SignerMayNot => "Ask somebody whose role allows it today.",
            Self::AnotherAct => {
                "State the act exactly as it was signed: purpose, recipient, fields, ground, reason or class; or ask for a new one."
            }
            Self::Expired | Self::Used => "Ask for a new one. Each is used once.",
            Self::NotAsSigned => "Ask for a new one, and tell the auditor: this record was written by hand or changed.",
            Self::Time => "Choose a time within the next seven days.",
            Self::Subject => {
                "Name the child for a disclosure, the child or case for an interview, the exhibit for a copy."
            }
            Self::NoCopy => "Say which class of copy it is. The master needs no authorisation.",
        }
    }
}
