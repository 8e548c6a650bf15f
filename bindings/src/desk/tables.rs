//! Anonymised tables and extracts, without a vault.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::release::engine::Unwatched;
use saferoom::release::output::{
    ExtractParts, OutputError, Provenance, Signer, Trust, is_parquet, open_extract, public_key_line, public_keys,
    read_parquet, write_extract,
};
use saferoom::release::risk::{RiskQuestion, RiskReport};
use saferoom::release::spec::{Files, ReleasePolicy, Spec};
use saferoom::release::{ReleaseKey, Table, release};

use crate::error::SaferoomError;
use crate::extract::VerifiedExtract;
use crate::identity::Identity;
use crate::json::{json, text};

/// Who draws the report of an extract for people: the command line, where it is built in; else there is the report for
/// programs alone.
#[cfg(feature = "cli")]
pub(super) const REPORT: saferoom_cli::anonymise::ReportPages = saferoom_cli::anonymise::ReportPages;
#[cfg(not(feature = "cli"))]
pub(super) const REPORT: saferoom::release::output::NoPages = saferoom::release::output::NoPages;

pub(crate) fn verify_extract(folder: &str, trusted_keys: Option<String>) -> Result<VerifiedExtract, SaferoomError> {
    let trusted = trusted_keys.map(|text| public_keys(&text)).transpose().map_err(failed)?;
    let trust = trusted.as_deref().map_or(Trust::Unsigned, Trust::Keys);
    let extract = open_extract(Path::new(folder), trust).map_err(failed)?;
    let manifest = extract.manifest.to_bytes().map_err(failed)?;
    Ok(VerifiedExtract {
        manifest_json: text(manifest)?,
        signer: extract.signer.map(|key| public_key_line(&key)).transpose().map_err(failed)?,
    })
}

pub(crate) fn anonymise_table(
    table: &[u8],
    spec: &str,
    (beside, folder): (&str, &str),
    signer: Option<Arc<Identity>>,
) -> Result<String, SaferoomError> {
    let spec = Spec::parse(spec).map_err(|error| SaferoomError::of(&error))?;
    let (table, files) = (read_table(table)?, Beside(PathBuf::from(beside)));
    let released = release(&spec, &table, &ReleasePolicy::default(), &files, &Unwatched);
    let released = released.map_err(|error| SaferoomError::of(&error))?;
    let signer = signer.map(|identity| identity.keys()).transpose()?;
    let parts = ExtractParts {
        provenance: &Provenance::default(),
        key: &ReleaseKey::generate(),
        signer: signer.as_deref().map(|identity| identity as &dyn Signer),
        pages: &REPORT,
    };
    write_extract(Path::new(folder), &released, &parts).map_err(failed)?;
    json(&released.account)
}

pub(crate) fn extract_signing_key(identity: &Identity) -> Result<String, SaferoomError> {
    public_key_line(&Signer::verifying_key(&*identity.keys()?)).map_err(failed)
}

pub(crate) fn table_risk(
    table: &[u8],
    (quasi, sensitive): (&[String], &[String]),
    unit: Option<&str>,
) -> Result<String, SaferoomError> {
    let table = read_table(table)?;
    let quasi: Vec<&str> = quasi.iter().map(String::as_str).collect();
    let sensitive: Vec<&str> = sensitive.iter().map(String::as_str).collect();
    let units = unit.map(|name| table.column(name).map(|column| column.codes().to_vec())).transpose();
    let units = units.map_err(|error| SaferoomError::of(&error))?;
    let question =
        RiskQuestion { quasi: &quasi, sensitive: &sensitive, units: units.as_deref(), population: None, set_size: 2 };
    let report = RiskReport::of(&table, &question).map_err(|error| SaferoomError::of(&error))?;
    json(&report)
}

fn read_table(bytes: &[u8]) -> Result<Table, SaferoomError> {
    match is_parquet(bytes) {
        true => read_parquet(bytes.to_vec()).map_err(failed),
        false => Table::from_csv(bytes).map_err(|error| SaferoomError::of(&error)),
    }
}

fn failed(error: OutputError) -> SaferoomError {
    SaferoomError::of(&error)
}

/// The files that a specification names. Names with folders in them are refused.
pub(super) struct Beside(pub(super) PathBuf);

impl Files for Beside {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        if Path::new(name).file_name().is_none_or(|file| file != name) {
            return Err(format!("the file {name} has to lie beside the specification"));
        }
        std::fs::read(self.0.join(name)).map_err(|error| format!("the file {name} cannot be read: {}", error.kind()))
    }
}
