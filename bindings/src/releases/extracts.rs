//! Extracts of a vault's statistics.

use std::sync::Arc;

use super::ReleaseProgress;
use crate::desk;
use crate::error::SaferoomError;
use crate::identity::Identity;
use crate::session::Session;
use crate::types::AccessInput;

/// An extract that was made.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BuiltExtract {
    /// The manifest as JSON, as it was signed.
    pub manifest_json: String,
    /// The file with the public key, beside the folder.
    pub public_key: String,
    /// The file with the way back from its pseudonyms; none where no key for reversals is in force.
    pub way_back: Option<String>,
}

#[uniffi::export]
impl Session {
    /// Shows what an extract of the vault's statistics would be, as JSON: `plan` with loss, risks and what other suppression
    /// limits would give, `statistics` with what there is, `guard` with whom it would single out together with earlier
    /// releases. `spec` is the text of a specification, `beside` the folder of the files that it names. Logged as a query.
    ///
    /// # Errors
    /// The specification asks for what never leaves (the text names the line), nothing can be released, `progress` said to
    /// stop, the role does not allow it or has no key (logged).
    pub fn plan_extract(
        &self,
        spec: &str,
        beside: &str,
        access: AccessInput,
        progress: Option<Arc<dyn ReleaseProgress>>,
    ) -> Result<String, SaferoomError> {
        desk::plan_extract(self, (spec, beside), access, progress)
    }

    /// Makes an extract in a new folder, signed by `signer`, with its public key and its way back beside it. Recorded as
    /// released, and logged as an export, before it is signed.
    ///
    /// # Errors
    /// As `plan_extract`; it would single children out (code 1912), the folder exists, or it cannot be written. After code
    /// 1808 the release counts and its folder lies there unsigned: `finish_extract`.
    pub fn build_extract(
        &self,
        spec: &str,
        beside: &str,
        folder: &str,
        signer: &Identity,
        access: AccessInput,
        progress: Option<Arc<dyn ReleaseProgress>>,
    ) -> Result<BuiltExtract, SaferoomError> {
        desk::build_extract(self, (spec, beside), (folder, signer), access, progress)
    }

    /// Signs an extract that was recorded as released and not finished, and gives it its name. `from` is the folder that was
    /// left. Logged as an export.
    ///
    /// # Errors
    /// It is not what was recorded, it was withdrawn, the folder exists; the role does not allow it (logged).
    pub fn finish_extract(
        &self,
        from: &str,
        folder: &str,
        signer: &Identity,
        access: AccessInput,
    ) -> Result<BuiltExtract, SaferoomError> {
        desk::finish_extract(self, from, (folder, signer), access)
    }
}
