//! Asking a witness outside the device to cosign the log as it is now, so that a rollback of the whole file shows.

use super::{Error, Session};
use crate::log::{Cosigner, CosignerError, Judgement, TrustPolicy, WitnessRequest, collect_cosignatures};

impl Session {
    /// Asks a witness that has cosigned the log with `old` entries to cosign it as it is now. Gives the checkpoint with the
    /// cosignatures that the trust policy believes, each verified: to be kept outside the device.
    ///
    /// The witness is asked with nothing locked, and may take its time. If it has cosigned another size it is asked once more,
    /// with the proof from there; `old` may be 0 if the size is not known. What others have signed is left out.
    ///
    /// # Errors
    /// [`CosignerError`]; of those, [`CosignerError::AheadOfLog`] says that the log was rolled back.
    /// [`LogError`](crate::log::LogError) as [`collect_cosignatures`]; as [`witness_request`](Self::witness_request);
    /// [`Error::WithinCall`] from inside a batch.
    pub fn ask_witness(&self, witness: &dyn Cosigner, policy: &TrustPolicy, old: u64) -> Result<Judgement, Error> {
        let request = self.witness_request(old)?;
        let (request, lines) = match witness.cosign(&request) {
            Err(CosignerError::OtherSize { cosigned }) if cosigned != old => {
                let request = self.request_from(cosigned)?;
                let lines = witness.cosign(&request)?;
                (request, lines)
            }
            answer => (request, answer?),
        };
        Ok(collect_cosignatures(request.checkpoint().to_string().as_bytes(), &lines, policy)?)
    }

    fn request_from(&self, cosigned: u64) -> Result<WitnessRequest, Error> {
        let held = self.log_size()?;
        if cosigned > held {
            return Err(CosignerError::AheadOfLog { cosigned, held }.into());
        }
        self.witness_request(cosigned)
    }
}
