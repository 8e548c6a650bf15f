//! Anonymised tables and extracts, without a vault.

use std::sync::Arc;

use crate::desk;
use crate::error::SaferoomError;
use crate::identity::Identity;

/// An extract that is what its manifest says.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VerifiedExtract {
    /// The manifest as JSON.
    pub manifest_json: String,
    /// The key that signed it, as a line of OpenSSH; none where no signature was asked for.
    pub signer: Option<String>,
}

/// Checks the extract in a folder: its signature, every file, and every claim that the rows bear out. `trusted_keys` are lines
/// of OpenSSH public keys, one of which has to have signed; without them no signature is asked for, and what is found says
/// nothing about who made it.
///
/// # Errors
/// What does not hold.
#[uniffi::export]
pub fn verify_extract(folder: &str, trusted_keys: Option<String>) -> Result<VerifiedExtract, SaferoomError> {
    desk::verify_extract(folder, trusted_keys)
}

/// Anonymises a table, and writes the extract into a new folder, signed by an identity if one is given; answers the report
/// as JSON. `table` is CSV or Parquet; files that the specification names lie in `beside`.
///
/// # Errors
/// What is wrong with the table or the specification; nothing is left behind then.
#[uniffi::export(default(signer = None))]
pub fn anonymise_table(
    table: &[u8],
    spec: &str,
    beside: &str,
    folder: &str,
    signer: Option<Arc<Identity>>,
) -> Result<String, SaferoomError> {
    desk::anonymise_table(table, spec, (beside, folder), signer)
}

/// The public key with which an identity signs extracts, as a line of OpenSSH: what whoever receives them trusts.
///
/// # Errors
/// None that is expected.
#[uniffi::export]
pub fn extract_signing_key(identity: &Identity) -> Result<String, SaferoomError> {
    desk::extract_signing_key(identity)
}

/// The risks of a table (CSV or Parquet) as JSON: how likely somebody is found who is known by the quasi-identifying
/// columns, and what would be learnt of the sensitive ones. `unit` names the column that tells which child a row is about.
///
/// # Errors
/// What is wrong with the table or a column.
#[uniffi::export(default(unit = None))]
pub fn table_risk_json(
    table: &[u8],
    quasi: Vec<String>,
    sensitive: Vec<String>,
    unit: Option<String>,
) -> Result<String, SaferoomError> {
    desk::table_risk(table, (&quasi, &sensitive), unit.as_deref())
}
