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
    /// [`CosignerError::OtherSize`] (the status 409 of C2SP tlog-witness, with the size as its text), and is asked again from
    /// there. One who names the same size holds something else against the log, and so does a 409 without a size:
    /// [`CosignerError::Refused`].
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
    /// They were said to have cosigned more entries than this log has: by themselves, or by who asks them.
    #[error("the witness is said to have cosigned {cosigned} entries of this log, which has {held}")]
    AheadOfLog {
        /// What the witness is said to have cosigned.
        cosigned: u64,
        /// What the log has.
        held: u64,
    },
    /// They answered, and no line of the answer is by a witness that the trust policy believes.
    #[error("no line that the witness answered is by a witness that the trust policy believes")]
    NotBelieved,
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
            Self::NotBelieved => 11,
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
                "Ask the people of the witness for the checkpoint that it has cosigned. If this log has signed it, entries are \
                 gone and the file was rolled back: report it, and keep a copy of the file as it is. A size alone proves nothing."
            }
            Self::NotBelieved => {
                "The log was not cosigned. Put the key of the witness into the trust policy, after comparing it with its people, \
                 or ask a witness that stands there."
            }
            Self::Failed => "Look at the code of the app that asks the witness; nothing was changed here.",
        }
    }
}
