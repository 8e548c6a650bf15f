//! What is wrong with a referral, with what is sent of it, or with an answer to it.

use crate::error::{Diagnosis, Family};

/// Why a referral was not sent, or not moved. Nothing was changed then. States are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferralError {
    /// The state is in no list.
    #[error("there is no state {0:?} of a referral")]
    UnknownState(String),
    /// A referral does not go from the one state to the other.
    #[error("a referral that is {from:?} does not become {to:?} {by}")]
    Transition {
        /// Where it stands.
        from: String,
        /// Where it was to go.
        to: String,
        /// By whom.
        by: Mover,
    },
    /// The outcome, or the reason for declining, is in no list.
    #[error("there is no {0:?} in the list of outcomes or of reasons")]
    UnknownCode(String),
    /// The referral does not stand below a child.
    #[error("the referral does not stand below a child")]
    NoChild,
    /// The referral does not say which service, or which organisation.
    #[error("the referral does not say which {0} it is for")]
    Missing(&'static str),
    /// The field names another record of the vault, and means nothing outside.
    #[error("{0} names another record, and cannot be told")]
    Reference(String),
    /// None of the fields that were asked for has a value.
    #[error("none of the fields that were asked for has a value")]
    NothingToTell,
    /// The answer belongs to a referral of another vault, or its ticket was changed.
    #[error("the answer belongs to no referral of this vault")]
    NotOurs,
    /// The answer is not from the service that the referral was sent to.
    #[error("the answer is not from the service that the referral was sent to")]
    OtherProvider,
    /// The answer says that it answers another packet than the one that brought the referral.
    #[error("the answer does not answer the packet that brought the referral")]
    OtherPacket,
    /// A later answer of this service to this referral was taken in before.
    #[error("a later answer of the service was taken in before this one")]
    OlderAnswer,
    /// A time that cannot be one.
    #[error("the answer has a time that cannot be")]
    Time,
    /// A text that a record cannot hold.
    #[error("the answer has a text that cannot be kept")]
    Text,
}

/// Who moves a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mover {
    /// The station that made it.
    Station,
    /// The service, by an answer.
    Provider,
}

impl std::fmt::Display for Mover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Station => "by the station",
            Self::Provider => "by an answer",
        })
    }
}

impl Diagnosis for ReferralError {
    fn code(&self) -> u16 {
        Family::Referral.code(match self {
            Self::UnknownState(_) => 1,
            Self::Transition { by: Mover::Station, .. } => 2,
            Self::Transition { by: Mover::Provider, .. } => 3,
            Self::UnknownCode(_) => 4,
            Self::NoChild => 10,
            Self::Missing(_) => 11,
            Self::Reference(_) => 12,
            Self::NothingToTell => 13,
            Self::NotOurs => 20,
            Self::OtherProvider => 21,
            Self::OtherPacket => 22,
            Self::Time => 23,
            Self::Text => 24,
            Self::OlderAnswer => 25,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::UnknownState(_) | Self::UnknownCode(_) => {
                "Use a code of the list; if a service uses a newer list, install the newest saferoom."
            }
            Self::Transition { by: Mover::Station, .. } => {
                "Look where the referral stands. If it has ended, make a new one for the same service."
            }
            Self::Transition { by: Mover::Provider, .. } => {
                "If a later answer came first, nothing needs to be done. Otherwise ask the service by telephone."
            }
            Self::NoChild => "Record the referral below the child whom it is for.",
            Self::Missing(_) => "Say it in the referral, then send it.",
            Self::Reference(_) => "Leave the field out; tell what stands in the other record, if the service needs it.",
            Self::NothingToTell => "Choose fields that are filled in, or fill them in first.",
            Self::NotOurs => "Take it in at the station that sent the referral.",
            Self::OtherProvider => {
                "Do not use it. Ask the service that got the referral whether it has passed it on; send a referral of its own to the other."
            }
            Self::OtherPacket => "Ask the service to answer the packet that brought the referral.",
            Self::OlderAnswer => "Nothing needs to be done: what the service said later stands already.",
            Self::Time => "Ask the service to check the clock of its device and to answer again.",
            Self::Text => "Ask the service to answer again, in fewer words.",
        }
    }
}

/// Why a file of rules about referrals was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferralFileError {
    /// Not TOML, or not in the expected form.
    #[error("the rules about referrals cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the rules about referrals have format {0}, this release reads format 1")]
    Version(u64),
    /// A code is in no list, or comes twice.
    #[error("{list}: {code:?} is no code of the list, or comes twice")]
    Code {
        /// The list.
        list: &'static str,
        /// The code.
        code: String,
    },
    /// A service would have to begin at once, or within more than a year.
    #[error("{0:?}: hours are 1 to 8760")]
    Hours(String),
}

impl Diagnosis for ReferralFileError {
    fn code(&self) -> u16 {
        Family::Referral.code(match self {
            Self::Toml(_) => 70,
            Self::Version(_) => 71,
            Self::Code { .. } => 72,
            Self::Hours(_) => 73,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the rules that came with this one.",
            _ => "Correct the file of rules about referrals at the place that is named; nothing was changed.",
        }
    }
}
