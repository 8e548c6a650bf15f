//! Floor 5: who may. Members, circles and the roster that lists them; the access policy of roles; the purpose that every
//! read states.
//!
//! Whether a member *can* read is decided by keys (floor 1): who is not in a circle has nothing to open its fields
//! with. What is decided here is whether they *should*, which the log records either way.
//! What crosses to other vaults, and whether it is accepted from there, is [`packet`].

mod case_circle;
mod cbor;
mod compartments;
mod device;
pub mod erasure;
mod finding;
pub mod packet;
pub mod policy;
mod purpose;
pub mod releases;
mod roster;
mod tally;
#[cfg(test)]
mod vectors;

pub use case_circle::{Authorship, CaseChange, CaseCircle, CaseEntry, CaseGrant, assignable, sharable};
pub use compartments::Compartments;
pub use device::{DeviceChange, LogEnd, LogLine};
pub use finding::{FindingEntry, FindingKind, MAX_NOTE, OpenedFinding, OverdueWhy, Review, ReviewOutcome, Settled};
pub use policy::{
    AccessPolicy, Action, CUSTODIAN, Change, ChangeKind, Effect, EmergencyRule, FOUNDER, HOST_ADMINISTRATOR, Limit,
    Limits, MAX_POLICY_LENGTH, MAX_ROLES, Measure, Night, PolicyError, Reach, RecoveryRule, Retention, RetentionCase,
    RetentionRule, RetentionStart, Role, RoleName, SecondPerson, Sensitivity, SensitivityRule, SignInRule, WordLabel,
    access_km_status, access_words, founder, is_of_cases,
};
pub use purpose::{Access, Purpose};
pub use roster::{
    CircleListing, Founding, ListedCircle, ListedErasure, ListedIdentity, ListedRecovery, Member, Proposal, Roster,
    RosterChange, RosterEntry, Stage, Standing,
};
pub use tally::{Reached, SearchToken, Tally};

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
    /// Nobody of this id is a member.
    #[error("there is no such member")]
    NoSuchMember,
    /// These keys are a member's already.
    #[error("this person, or these keys, are in the roster already")]
    AlreadyAMember,
    /// The access-policy has no such role, or it cannot be given.
    #[error("the access-policy has no such role")]
    NoSuchRole,
    /// The unit does not work in this vault.
    #[error("there is no such unit in this vault")]
    NoSuchUnit,
    /// Custodians have still to sign.
    #[error("{have} of {needed} custodians have signed")]
    ApprovalsMissing {
        /// How many have.
        have: usize,
        /// How many have to.
        needed: usize,
    },
    /// The bytes are no proposal, or were damaged.
    #[error("this is no proposal of a change, or it was damaged")]
    Proposal,
    /// The roster has grown since the change was proposed.
    #[error("the roster has changed since this was proposed")]
    ProposalOutdated,
    /// Without this member the vault would have no custodian.
    #[error("this is the last custodian")]
    LastCustodian,
    /// The member was suspended or has left, or is not in the standing that the change starts from.
    #[error("this member, or this device, is not active")]
    NotActive,
    /// Whoever is signed in, or their device, is not active any more.
    #[error("this member, or this device, may not work in the vault any more")]
    Suspended,
    /// The new access-policy is not newer than the one in force.
    #[error("the version of this access-policy is not higher than that in force")]
    PolicyOutdated,
    /// The role does not allow this.
    #[error("the role of this member does not allow it")]
    NotAllowed,
    /// The role does not allow this purpose.
    #[error("the role of this member does not allow this purpose of use")]
    PurposeNotAllowed,
    /// The member may not write this compartment of this record.
    #[error("this member may not write compartment {compartment} of this record")]
    MayNotWrite {
        /// Name of the compartment.
        compartment: &'static str,
    },
    /// Only a custodian may do this.
    #[error("only a custodian of this vault may do this")]
    NotACustodian,
    /// A circle lost a holder and was not moved on yet.
    #[error("the circle of compartment {compartment} has to move on before anything is sealed for it")]
    CircleClosed {
        /// Name of the compartment.
        compartment: &'static str,
    },
    /// The case is held closely, and nobody is assigned who could open this compartment.
    #[error("nobody is assigned to this case who could open compartment {compartment}")]
    NobodyAssigned {
        /// Name of the compartment.
        compartment: &'static str,
    },
    /// The purpose is not that of an emergency.
    #[error("an emergency has to be stated as such, with the purpose `BTG`")]
    NotAnEmergency,
    /// The second secret is not the one that the roster lists for this member.
    #[error("this is not the second secret that the roster lists for this member")]
    SecondSecret,
    /// The case, or this record, cannot be opened in an emergency by this member.
    #[error("this is not open in an emergency")]
    NotOpenInEmergency,
    /// Nobody who holds the circles has signed in since the second secret was listed.
    #[error("nothing is wrapped yet for this member's emergencies that would open this case")]
    EmergencyNotPrepared,
    /// The time for which an emergency opens a case is over.
    #[error("the time of this emergency is over")]
    EmergencyEnded,
    /// There is no finding of this id, or it is not for this member.
    #[error("there is no such finding")]
    NoSuchFinding,
    /// The finding was reviewed already.
    #[error("this finding was reviewed already")]
    AlreadyReviewed,
    /// More than is usual for the role: it takes a reason in words.
    #[error("{count} {measure}: so much takes a reason in words")]
    ReasonAsked {
        /// Of what.
        measure: Measure,
        /// How much there would have been.
        count: u64,
    },
    /// More than the role allows within the time.
    #[error("{count} {measure}: more than the access-policy allows to this role")]
    LimitReached {
        /// Of what.
        measure: Measure,
        /// How much there would have been.
        count: u64,
    },
    /// The counts of this member were changed from outside.
    #[error("what was counted of this member is not what was signed")]
    Tally,
    /// A finding was changed from outside.
    #[error("a finding is not what was signed")]
    Finding,
    /// The case is on legal hold: it is not erased.
    #[error("the case is on legal hold")]
    OnHold,
    /// An act of two: somebody else has to sign, too.
    #[error("nobody does this alone: somebody else has to sign, too")]
    SecondPersonMissing,
    /// An erasure is not put in force like other changes: its keys have to be destroyed with it.
    #[error("an erasure is put in force by erasing")]
    ErasedOtherwise,
    /// The case was erased before.
    #[error("the case was erased before")]
    ErasedBefore,
    /// The list of those who work on a case was changed from outside.
    #[error("the circle of this case is not the one that was signed")]
    CaseCircle,
    /// The recovery set is of another vault or unit, or does not follow the one in force.
    #[error("the recovery set does not follow the one that is in force")]
    RecoverySet,
    /// There is no recovery key in force for this unit, or for oversight.
    #[error("there is no recovery key in force")]
    NoRecovery,
    /// Fewer shares would restore a recovery key than the access-policy asks for.
    #[error("the access-policy asks for {needed} shares at least to restore a recovery key")]
    TooFewShares {
        /// How many.
        needed: u32,
    },
    /// Custodians have declared no such series of releases.
    #[error("there is no such series of releases")]
    NoSuchSeries,
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
            Self::NoSuchMember => 12,
            Self::AlreadyAMember => 13,
            Self::NoSuchRole => 14,
            Self::NotACustodian => 15,
            Self::ApprovalsMissing { .. } => 16,
            Self::ProposalOutdated => 17,
            Self::Proposal => 39,
            Self::NoSuchSeries => 26,
            Self::LastCustodian => 18,
            Self::NotActive => 19,
            Self::Roster => 20,
            Self::NoSuchUnit => 21,
            Self::PolicyOutdated => 22,
            Self::NotAllowed => 23,
            Self::PurposeNotAllowed => 24,
            Self::MayNotWrite { .. } => 25,
            Self::CaseCircle => 28,
            Self::CircleClosed { .. } => 29,
            Self::Suspended => 30,
            Self::NobodyAssigned { .. } => 31,
            Self::RecoverySet => 34,
            Self::TooFewShares { .. } => 32,
            Self::NoRecovery => 33,
            Self::NotAnEmergency => 70,
            Self::SecondSecret => 71,
            Self::NotOpenInEmergency => 72,
            Self::EmergencyEnded => 73,
            Self::EmergencyNotPrepared => 27,
            Self::NoSuchFinding => 74,
            Self::AlreadyReviewed => 75,
            Self::Finding => 76,
            Self::ReasonAsked { .. } => 77,
            Self::LimitReached { .. } => 78,
            Self::Tally => 79,
            Self::OnHold => 35,
            Self::SecondPersonMissing => 36,
            Self::ErasedBefore => 37,
            Self::ErasedOtherwise => 38,
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
            Self::NoSuchMember => "List the members with `saferoom member list`, and name one of them.",
            Self::AlreadyAMember => {
                "List the members with `saferoom member list`; a second device needs keys of its own."
            }
            Self::NoSuchRole => "Choose a role that `saferoom access-policy show` lists.",
            Self::NoSuchSeries => {
                "Check the name, or let custodians sign the series first (a roster entry of the kind release-series)."
            }
            Self::NoSuchUnit => "Add the unit first, or name one that `saferoom member list` shows.",
            Self::ApprovalsMissing { .. } => "Pass the proposal on to another custodian, who signs it, and try again.",
            Self::Proposal => "Ask for the proposal again, as `saferoom member` wrote it with --proposal.",
            Self::ProposalOutdated => "Propose the change again: what was signed was for an earlier roster.",
            Self::LastCustodian => "Make somebody else a custodian first.",
            Self::NotActive => "Look at the member's standing with `saferoom member list`.",
            Self::PolicyOutdated => "Give the new access-policy a higher version.",
            Self::NotAllowed => {
                "Ask somebody whose role allows it; `saferoom access-policy show` says which. The attempt was logged."
            }
            Self::PurposeNotAllowed => {
                "State the purpose for which you need it; `saferoom access-policy show` says which your role has. The attempt was logged."
            }
            Self::MayNotWrite { .. } => "Leave these fields as they are, or ask somebody whose role has them.",
            Self::NotACustodian => "Ask a custodian to do it. The attempt was logged.",
            Self::Suspended => {
                "Ask a custodian: the roster says that you, or this device, were suspended or have left."
            }
            Self::OnHold => {
                "Ask who placed the hold whether it can be lifted (`saferoom case hold --lift`). The attempt was logged."
            }
            Self::SecondPersonMissing => "Ask a custodian to sign it as well. The attempt was logged.",
            Self::ErasedOtherwise => "Use `saferoom case erase --signed FILE`, by somebody whose role may erase.",
            Self::ErasedBefore => "List the erasures with `saferoom erasure list`.",
            Self::CircleClosed { .. } => "Ask a custodian to sign in: the circles move on then.",
            Self::NobodyAssigned { .. } => "Assign the case to somebody first: what is written now could not be read.",
            Self::NotAnEmergency => "State the purpose `BTG`, and say in a sentence what the emergency is.",
            Self::SecondSecret => {
                "Ask the duty officer for the envelope, or use the device that was set up for emergencies. The attempt was logged."
            }
            Self::NotOpenInEmergency => {
                "Ask somebody who works on the case, or the supervisor of its unit. The attempt was logged."
            }
            Self::EmergencyNotPrepared => {
                "A supervisor of the unit has to sign in once: from then on the second secret opens its cases. Now, ask somebody who works on the case. The attempt was logged."
            }
            Self::EmergencyEnded => "Open the case again if the emergency goes on; each time is reviewed.",
            Self::NoSuchFinding => "List the findings with `saferoom findings`.",
            Self::AlreadyReviewed => "Nothing more is to be done; `saferoom findings --all` shows the review.",
            Self::ReasonAsked { .. } => {
                "Say in a sentence why you need so much, and try again. The attempt was logged, and a second person will look at it."
            }
            Self::LimitReached { .. } => {
                "Wait until the time of the limit has passed (`saferoom access-policy show`), or ask your supervisor. The attempt was logged, and a second person will look at it."
            }
            Self::Tally => {
                "Stop using this vault and run `saferoom vault check`: what was counted was changed from outside."
            }
            Self::Finding => {
                "Stop using this vault and run `saferoom vault check`: a finding was changed from outside."
            }
            Self::CaseCircle => {
                "Stop using this vault and run `saferoom vault check`: who works on a case was changed from outside."
            }
            Self::RecoverySet => {
                "Hold the ceremony again, on the vault as it is now, and destroy the shares of this one."
            }
            Self::NoRecovery => {
                "Hold a ceremony with `saferoom recovery set-up` as long as somebody holds the circles."
            }
            Self::TooFewShares { .. } => {
                "Hold the ceremony with as many shares as the access-policy says, or put another one in force first."
            }
            Self::Roster => "Stop using this vault and tell the custodian: who is a member was changed from outside.",
        }
    }
}
