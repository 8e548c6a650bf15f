//! Asking a witness outside the device to cosign the log as it is now, so that a rollback of the whole file shows.

use super::{Error, Session};
use crate::log::{Cosigner, CosignerError, Judgement, TrustPolicy, WitnessRequest, collect_cosignatures};

impl Session {
    /// Asks a witness that has cosigned the log with `old` entries to cosign it as it is now. Gives the checkpoint with the
    /// cosignatures that the trust policy believes, each verified: to be kept outside the device.
    ///
    /// The witness is asked with nothing locked, and may take its time. If it has cosigned another size it is asked once more,
    /// with the proof from there; `old` may be 0 if the size is not known. Lines of others are left out. Whether enough witnesses
    /// have cosigned is [`Judgement::quorum`].
    ///
    /// # Errors
    /// [`CosignerError`]; of those, [`CosignerError::AheadOfLog`] is what a file that was rolled back looks like, and
    /// [`CosignerError::NotBelieved`] says that nobody whom the policy believes has cosigned.
    /// [`LogError`](crate::log::LogError) as [`collect_cosignatures`]; as [`witness_request`](Self::witness_request);
    /// [`Error::WithinCall`] from inside a batch.
    pub fn ask_witness(&self, witness: &dyn Cosigner, policy: &TrustPolicy, old: u64) -> Result<Judgement, Error> {
        let mut request = self.request_from(old)?;
        let lines = match witness.cosign(&request) {
            Err(CosignerError::OtherSize { cosigned }) if cosigned != old => {
                request = self.request_from(cosigned)?;
                witness.cosign(&request)
            }
            answer => answer,
        };
        let lines = lines.map_err(|error| match error {
            // The proof began there: it is not the size that it holds against the log.
            CosignerError::OtherSize { cosigned } if cosigned == request.old() => CosignerError::Refused,
            other => other,
        })?;
        let judged = collect_cosignatures(request.checkpoint().to_string().as_bytes(), &lines, policy)?;
        if judged.cosignatures.is_empty() { Err(CosignerError::NotBelieved.into()) } else { Ok(judged) }
    }

    fn request_from(&self, cosigned: u64) -> Result<WitnessRequest, Error> {
        let held = self.log_size()?;
        if cosigned > held {
            return Err(CosignerError::AheadOfLog { cosigned, held }.into());
        }
        self.witness_request(cosigned)
    }
}
