//! Why a document about erasures is refused.

use crate::error::{Diagnosis, Family};

/// What is wrong with a certificate, a list, or an erasure in the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// The bytes are not the one encoding of such a document.
    #[error("this is no {what}, or it was altered")]
    Malformed {
        /// What was expected.
        what: &'static str,
    },
    /// A newer release wrote it.
    #[error("this document was written by a newer release of saferoom")]
    TooNew,
    /// The name of a retention rule is missing or is none.
    #[error("a retention ground names a rule of the access-policy, and no other ground does")]
    Rule,
    /// A signature of a known custodian does not hold.
    #[error("a signature on the {what} is not by the custodian whose key stands beside it")]
    Signature {
        /// What was signed.
        what: &'static str,
    },
    /// Not enough custodians that are known here have signed.
    #[error("{have} of {needed} custodians have signed the {what}")]
    NotSigned {
        /// What was to be signed.
        what: &'static str,
        /// How many have.
        have: usize,
        /// How many have to.
        needed: usize,
    },
    /// The document is about another vault.
    #[error("this document is about another vault")]
    OtherVault,
    /// What the certificate says is not what the entry of the roster says that it carries.
    #[error("the certificate does not say what the roster says")]
    Entry,
    /// The vault lists no erasure at this position.
    #[error("the roster of this vault lists no such erasure")]
    NoSuchErasure,
}

impl Diagnosis for ErasureError {
    fn code(&self) -> u16 {
        Family::Access.code(match self {
            Self::Malformed { .. } => 80,
            Self::TooNew => 81,
            Self::Rule => 82,
            Self::Signature { .. } => 83,
            Self::NotSigned { .. } => 84,
            Self::OtherVault => 85,
            Self::Entry => 86,
            Self::NoSuchErasure => 87,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "Ask whoever sent it for the file again; name the file that saferoom wrote.",
            Self::TooNew => "Install the newest saferoom and try again.",
            Self::Rule => {
                "Name a rule that `saferoom access-policy show` lists, for the ground `retention-ended` alone."
            }
            Self::Signature { .. } => "Do not rely on it: somebody changed it after it was signed. Tell the custodian.",
            Self::NotSigned { .. } => "Let custodians sign it whose keys are known here, and try again.",
            Self::OtherVault => "Look for the document of this vault.",
            Self::Entry => "Do not rely on it, and ask a custodian for a new certificate.",
            Self::NoSuchErasure => "List the erasures with `saferoom erasure list`, and name the position of one.",
        }
    }
}
