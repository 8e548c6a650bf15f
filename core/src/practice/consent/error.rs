//! Why something may not be told.

use crate::error::{Diagnosis, Family};

/// Why something may not be told. Fields, purposes and kinds are named; no recipient and no person is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The consent rules have no such purpose.
    #[error("the consent rules have no such purpose")]
    UnknownPurpose,
    /// The consent rules have no such kind of recipient.
    #[error("the consent rules have no such kind of recipient")]
    UnknownRecipient,
    /// There is no such field.
    #[error("a field was named that there is not")]
    UnknownField,
    /// The consent rules have no such ground.
    #[error("the consent rules have no such ground")]
    UnknownGround,
    /// Nothing, or nobody, was named.
    #[error("a disclosure names a recipient and at least one field")]
    Nothing,
    /// This kind of recipient is told nothing for this purpose.
    #[error("a {recipient} is told nothing for the purpose {purpose}")]
    PurposeNotForRecipient {
        /// Kind of recipient.
        recipient: String,
        /// The purpose.
        purpose: String,
    },
    /// This kind of recipient is never told this field.
    #[error("a {recipient} is never told {field}")]
    FieldNotForRecipient {
        /// Kind of recipient.
        recipient: String,
        /// The field.
        field: String,
    },
    /// The child was not asked.
    #[error("the child was not asked")]
    ChildNotAsked,
    /// The child said no.
    #[error("the child said no")]
    ChildRefused,
    /// The child took it back.
    #[error("the child took it back")]
    ChildWithdrew,
    /// The child has not decided.
    #[error("the child has not decided")]
    ChildUndecided,
    /// The child's answer does not hold any more.
    #[error("the answer of the child does not hold any more")]
    ChildExpired,
    /// The child does not want this recipient to know.
    #[error("the child does not want this recipient to know")]
    Withheld,
    /// No guardian was asked who may decide, and no court.
    #[error("no guardian was asked who may decide, and no court")]
    GuardianNotAsked,
    /// A guardian who may decide said no.
    #[error("a guardian said no")]
    GuardianRefused,
    /// A guardian who may decide took it back.
    #[error("a guardian took it back")]
    GuardianWithdrew,
    /// A guardian has not decided.
    #[error("a guardian has not decided")]
    GuardianUndecided,
    /// The guardian's answer does not hold any more.
    #[error("the answer of the guardian does not hold any more")]
    GuardianExpired,
    /// The only guardian who agreed may be involved, or stands by somebody who is.
    #[error("the guardian who agreed may be involved")]
    GuardianInConflict,
    /// Nobody has said whether the guardian who agreed may be involved.
    #[error("nobody has looked whether the guardian who agreed may be involved")]
    GuardianNotChecked,
    /// A court said no.
    #[error("a court said no")]
    CourtRefused,
    /// The agreement does not name this recipient.
    #[error("the agreement does not name this recipient")]
    RecipientNotCovered,
    /// The agreement does not name this field.
    #[error("the agreement does not name {0}")]
    FieldNotCovered(String),
    /// The agreement is for another service, or for none.
    #[error("the agreement is not for this service")]
    ServiceNotCovered,
    /// This ground is none for this kind of recipient.
    #[error("{ground} is no ground to tell a {recipient}")]
    GroundNotForRecipient {
        /// The ground.
        ground: String,
        /// Kind of recipient.
        recipient: String,
    },
}

impl ConsentError {
    /// Whether one of the four grounds can stand against it. What no recipient of a kind is ever told stays untold.
    #[must_use]
    pub const fn can_be_overridden(&self) -> bool {
        !matches!(
            self,
            Self::UnknownPurpose
                | Self::UnknownRecipient
                | Self::UnknownField
                | Self::UnknownGround
                | Self::Nothing
                | Self::PurposeNotForRecipient { .. }
                | Self::FieldNotForRecipient { .. }
                | Self::GroundNotForRecipient { .. }
        )
    }
}

impl Diagnosis for ConsentError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::UnknownPurpose => 40,
            Self::UnknownRecipient => 41,
            Self::UnknownField => 42,
            Self::UnknownGround => 43,
            Self::Nothing => 44,
            Self::PurposeNotForRecipient { .. } => 45,
            Self::FieldNotForRecipient { .. } => 46,
            Self::GroundNotForRecipient { .. } => 47,
            Self::ChildNotAsked => 48,
            Self::ChildRefused => 49,
            Self::ChildWithdrew => 50,
            Self::ChildUndecided => 51,
            Self::ChildExpired => 52,
            Self::Withheld => 53,
            Self::GuardianNotAsked => 54,
            Self::GuardianRefused => 55,
            Self::GuardianWithdrew => 56,
            Self::GuardianUndecided => 57,
            Self::GuardianExpired => 58,
            Self::GuardianInConflict => 59,
            Self::GuardianNotChecked => 60,
            Self::CourtRefused => 61,
            Self::RecipientNotCovered => 62,
            Self::FieldNotCovered(_) => 63,
            Self::ServiceNotCovered => 64,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::UnknownPurpose => "Choose a purpose of the consent rules.",
            Self::UnknownRecipient => "Choose a kind of recipient of the consent rules.",
            Self::UnknownField => "Name fields as `saferoom catalogue` does, such as child.given_name.",
            Self::UnknownGround | Self::GroundNotForRecipient { .. } => {
                "Choose a ground that the consent rules have for this kind of recipient, or ask for consent."
            }
            Self::Nothing => "Name who is told, and each field.",
            Self::PurposeNotForRecipient { .. } | Self::FieldNotForRecipient { .. } => {
                "Leave it out. No ground allows it; the consent rules say what this kind of recipient may be told."
            }
            Self::ChildNotAsked | Self::ChildUndecided | Self::ChildExpired => {
                "Ask the child, in words that it understands, and record the answer."
            }
            Self::ChildRefused | Self::ChildWithdrew | Self::Withheld => {
                "Tell nothing. No guardian can change that; one of the four grounds can, if a second person signs it."
            }
            Self::GuardianNotAsked | Self::GuardianUndecided | Self::GuardianExpired => {
                "Ask a guardian who has no part in it, or the court. Check first whether asking puts the child in danger."
            }
            Self::GuardianRefused | Self::GuardianWithdrew | Self::CourtRefused => {
                "Tell nothing, or ask the court; one of the four grounds needs the signature of a second person."
            }
            Self::GuardianInConflict => "Ask the court, or a guardian who has no part in it.",
            Self::GuardianNotChecked => "Find out whether the guardian may be involved, and record it.",
            Self::RecipientNotCovered | Self::FieldNotCovered(_) | Self::ServiceNotCovered => {
                "Leave it out, or ask again for exactly this and record the new answer."
            }
        }
    }
}

/// Why a file of consent rules was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentFileError {
    /// Not TOML, or not in the expected form.
    #[error("the consent rules cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the consent rules have format {0}, this release reads format 1")]
    Version(u64),
    /// Something is named that does not exist: a code, a field, a compartment, a class.
    #[error("{place}: there is no {name:?}")]
    Unknown {
        /// Where it stands.
        place: String,
        /// What is not there.
        name: String,
    },
    /// A code comes twice.
    #[error("{0:?} comes twice")]
    Duplicate(String),
    /// An answer would hold for no day, or for more than ten years; or a label is empty.
    #[error("{0:?}: valid_days is 1 to 3650, and labels are not empty")]
    Range(String),
}

impl Diagnosis for ConsentFileError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::Toml(_) => 74,
            Self::Version(_) => 75,
            Self::Unknown { .. } => 76,
            Self::Duplicate(_) => 77,
            Self::Range(_) => 78,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the consent rules that came with this one.",
            _ => "Correct the file of consent rules at the place that is named; nothing was changed.",
        }
    }
}
