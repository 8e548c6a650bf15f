//! Floor 5: who may. Members, circles and the roster that lists them; the access policy of roles; the purpose that every
//! read states.
//!
//! Whether a member *can* read is decided by keys (floor 1): who is not in a circle has nothing to open its fields
//! with. What is decided here is whether they *should*, which the log records either way.
//! What crosses to other vaults, and whether it is accepted from there, is [`packet`].

mod device;
mod form;
pub mod packet;
mod policy;
mod purpose;
mod roster;
#[cfg(test)]
mod vectors;

pub use device::{DeviceEntry, LogEnd, LogLine};
pub use form::FormEntry;
pub use policy::{
    AccessPolicy, Action, CUSTODIAN, Change, ChangeKind, Effect, EmergencyRule, FOUNDER, HOST_ADMINISTRATOR, Limit,
    Limits, MAX_POLICY_LENGTH, MAX_ROLES, Measure, Night, PolicyError, Reach, RecoveryRule, Retention, RetentionCase,
    RetentionRule, RetentionStart, Role, RoleName, SecondPerson, Sensitivity, SensitivityRule, SignInRule,
    access_km_status, founder, is_of_cases,
};
pub use purpose::{Access, Purpose};
pub use roster::{CircleListing, FoundingEntry, Roster, RosterEntry};

use crate::error::{Diagnosis, Family};

/// Why an act was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// No purpose was stated.
    #[error("no purpose of use was stated")]
    PurposeMissing,
    /// The purpose is not in the code list.
    #[error("the purpose of use is not in the code list")]
    PurposeUnknown,
    /// This purpose needs a reason in words.
    #[error("this purpose needs a reason in words")]
    ReasonMissing,
    /// The reason is longer than 1000 bytes.
    #[error("the reason is longer than 1000 bytes")]
    ReasonTooLong,
    /// The identity is not a member of this vault.
    #[error("this identity is not a member of this vault")]
    NotAMember,
    /// The member is in no circle that opens this.
    #[error("this member holds no key for compartment {compartment} of this record")]
    NoKey {
        /// Name of the compartment.
        compartment: &'static str,
    },
    /// Only a custodian may do this.
    #[error("only a custodian of this vault may do this")]
    NotACustodian,
    /// The roster does not say what it was pinned to say.
    #[error("the roster of this vault is not the one that was signed")]
    Roster,
}

impl Diagnosis for AccessError {
    fn code(&self) -> u16 {
        Family::Access.code(match self {
            Self::PurposeMissing => 1,
            Self::PurposeUnknown => 2,
            Self::ReasonMissing => 3,
            Self::ReasonTooLong => 4,
            Self::NotAMember => 10,
            Self::NoKey { .. } => 11,
            Self::NotACustodian => 15,
            Self::Roster => 20,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::PurposeMissing => {
                "State why you need this, such as `forensic-interview` or `investigation`. The attempt was logged."
            }
            Self::PurposeUnknown => {
                "Choose a purpose from the list that `saferoom catalogue --purposes` prints. The attempt was logged."
            }
            Self::ReasonMissing => "Say in a sentence why. It is sealed; only its commitment stands in the log.",
            Self::ReasonTooLong => "Say it in fewer words: 1000 bytes at most.",
            Self::NotAMember => "Check which vault and which identity file you use, or ask a custodian to enrol you.",
            Self::NoKey { .. } => "Ask the unit supervisor to assign or share the case. The attempt was logged.",
            Self::NotACustodian => "Ask a custodian to do it. The attempt was logged.",
            Self::Roster => "Stop using this vault and tell the custodian: who is a member was changed from outside.",
        }
    }
}
