//! Why a file of protocols was refused.

use crate::error::{Diagnosis, Family};

/// Why a file of protocols was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolFileError {
    /// Not TOML, or not in the expected form.
    #[error("the protocols cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the protocols have format {0}, this release reads format 1")]
    Version(u64),
    /// A code is not in the code list that it should be in.
    #[error("protocol {protocol:?}: the list {list} has no code {code:?}")]
    NoSuchCode {
        /// The protocol.
        protocol: String,
        /// The list.
        list: &'static str,
        /// The code.
        code: String,
    },
    /// The same version of a protocol, or the same phase within one, came twice.
    #[error("protocol {protocol:?}: {what:?} comes twice")]
    Duplicate {
        /// The protocol.
        protocol: String,
        /// The version, or the phase.
        what: String,
    },
    /// A phase refers to one that the protocol lacks.
    #[error("protocol {protocol:?}: {phase:?} is referred to, and is no phase of it")]
    NoSuchPhase {
        /// The protocol.
        protocol: String,
        /// The phase that is lacking.
        phase: String,
    },
    /// Phases that wait for each other: none of them could ever begin.
    #[error("protocol {protocol:?}: {phase:?} waits for itself")]
    Circular {
        /// The protocol.
        protocol: String,
        /// One of the phases.
        phase: String,
    },
    /// A substantive phase could begin before the child was told who asks and what the rules are.
    #[error("protocol {protocol:?}: {phase:?} does not need both introduction and ground_rules")]
    Unprotected {
        /// The protocol.
        protocol: String,
        /// The phase.
        phase: String,
    },
    /// A version, or a source, is empty or too long.
    #[error("protocol {protocol:?}: version and source are texts of 1 to 200 characters")]
    Empty {
        /// The protocol.
        protocol: String,
    },
    /// A version that is there already says something else now.
    #[error("protocol {code:?}: version {version:?} is there already, and says something else")]
    Changed {
        /// The protocol.
        code: String,
        /// The version.
        version: String,
    },
}

impl Diagnosis for ProtocolFileError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::Toml(_) => 80,
            Self::Version(_) => 81,
            Self::NoSuchCode { .. } => 82,
            Self::Duplicate { .. } => 83,
            Self::NoSuchPhase { .. } => 84,
            Self::Circular { .. } => 85,
            Self::Unprotected { .. } => 86,
            Self::Empty { .. } => 87,
            Self::Changed { .. } => 88,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the protocols that came with this one.",
            Self::Changed { .. } => "Give the changed protocol a version of its own: interviews refer to the old one.",
            Self::NoSuchCode { .. } => "Correct the code, or overlay the code lists with the new one first.",
            Self::Unprotected { .. } => {
                "Let every substantive phase need introduction and ground_rules; no child is asked before."
            }
            _ => "Correct the file of protocols at the place that is named; nothing was changed.",
        }
    }
}
