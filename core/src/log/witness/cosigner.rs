//! A witness as the device of the log sees it: somebody who is asked, wherever they are and however the answer comes.

use super::WitnessRequest;
use crate::error::{Diagnosis, Family};

/// Whoever cosigns checkpoints for this device: another station, an auditor's laptop, a service in the network. How they are
/// reached is the host's; what they sign is verified here.
pub trait Cosigner: Send + Sync {
    /// Answers a request with the lines of the cosignatures, each as in a signed note.
    ///
    /// # Errors
    /// [`CosignerError`]. One who has cosigned another size than the request begins from answers
    /// [`CosignerError::OtherSize`] (the status 409 of C2SP tlog-witness), and is asked again from there.
    fn cosign(&self, request: &WitnessRequest) -> Result<String, CosignerError>;
}

/// Why somebody did not cosign. Carries no text of the host: it might hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignerError {
    /// They cannot be reached now.
    #[error("the witness cannot be reached now")]
    Unreachable,
    /// They do not cosign this log: they do not know it, or hold something against it.
    #[error("the witness does not cosign this log")]
    Refused,
    /// They have cosigned this log at another size than the request begins from.
    #[error("the witness has cosigned size {cosigned} of this log: the proof has to begin there")]
    OtherSize {
        /// That size.
        cosigned: u64,
    },
    /// They have cosigned more entries than this log has.
    #[error("the witness has cosigned {cosigned} entries of this log, which has {held}")]
    AheadOfLog {
        /// What the witness has cosigned.
        cosigned: u64,
        /// What the log has.
        held: u64,
    },
    /// Anything else, such as an exception in the code that asks.
    #[error("asking the witness failed")]
    Failed,
}

impl Diagnosis for CosignerError {
    fn code(&self) -> u16 {
        Family::Witness.code(match self {
            Self::Unreachable => 6,
            Self::Refused => 7,
            Self::OtherSize { .. } => 8,
            Self::AheadOfLog { .. } => 9,
            Self::Failed => 10,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Unreachable => "Ask again later, or another witness; the log grows meanwhile as it should.",
            Self::Refused => {
                "Ask the people of the witness why. If they say that the log was forked or rolled back, report it, and keep \
                 this device as it is."
            }
            Self::OtherSize { .. } => {
                "Ask again: the witness was given a proof from the size that it named, and names another one now."
            }
            Self::AheadOfLog { .. } => {
                "Report it, and keep this device as it is: entries that the witness has seen are gone. Either this file was \
                 rolled back, or the witness speaks of another log."
            }
            Self::Failed => "Look at the code of the app that asks the witness; nothing was changed here.",
        }
    }
}
