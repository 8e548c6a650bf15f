//! Witnesses outside the device, implemented in the host's language: who cosigns the log, so that a rollback of the whole file
//! is seen.

use std::sync::Arc;

use saferoom::log::{Cosigner, CosignerError, TrustPolicy, WitnessRequest};

use crate::error::SaferoomError;
use crate::session::Session;

/// Who cosigns checkpoints: another station, an auditor's laptop, a service in the network. How it is reached is the host's;
/// what it signs is verified here.
///
/// Called with no lock held; may wait, and may call saferoom.
#[uniffi::export(rust, foreign)]
pub trait Witness: Send + Sync {
    /// Answers a request (C2SP tlog-witness) with the lines of its cosignatures.
    ///
    /// # Errors
    /// [`WitnessError`]. A witness that has cosigned the log at another size than the request begins from answers
    /// [`WitnessError::OtherSize`], and is asked again from there. A 409 (C2SP tlog-witness) without a size is
    /// [`WitnessError::Refused`].
    fn cosign(&self, request: String) -> Result<String, WitnessError>;
}

/// Why a witness did not cosign. Carries no text of the host: it might hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum WitnessError {
    /// It cannot be reached now.
    #[error("the witness cannot be reached now")]
    Unreachable,
    /// It does not cosign this log: it does not know it, or holds something against it.
    #[error("the witness does not cosign this log")]
    Refused,
    /// It has cosigned this log at another size (the status 409 of C2SP tlog-witness).
    #[error("the witness has cosigned size {cosigned} of this log")]
    OtherSize {
        /// That size.
        cosigned: u64,
    },
    /// Anything else, such as any other exception of the host.
    #[error("it failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for WitnessError {
    fn from(_dropped: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// A witness of the host, as the core wants it.
struct Hosted(Arc<dyn Witness>);

impl Cosigner for Hosted {
    fn cosign(&self, request: &WitnessRequest) -> Result<String, CosignerError> {
        self.0.cosign(request.to_string()).map_err(|error| match error {
            WitnessError::Unreachable => CosignerError::Unreachable,
            WitnessError::Refused => CosignerError::Refused,
            WitnessError::OtherSize { cosigned } => CosignerError::OtherSize { cosigned },
            WitnessError::Failed => CosignerError::Failed,
        })
    }
}

#[uniffi::export]
impl Session {
    /// Asks a witness that has cosigned the log with `old` entries to cosign it as it is now; 0 if the size is not known.
    /// Answers the checkpoint with the cosignatures that the trust policy believes, each verified: to be kept outside the device.
    ///
    /// # Errors
    /// The witness cannot be reached or does not cosign (codes 2006 and 2007); it is said to have seen more than this log has, as
    /// after a rollback (2009); nobody whom the policy believes has cosigned (2011); a line is none, or one of a believed witness
    /// is false; otherwise as `witness_request`.
    #[uniffi::method(default(old = 0))]
    pub fn ask_witness(
        &self,
        witness: Arc<dyn Witness>,
        trust_policy: &[u8],
        old: u64,
    ) -> Result<String, SaferoomError> {
        let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
        Ok(self.0.ask_witness(&Hosted(witness), &policy, old)?.note.to_string())
    }
}
