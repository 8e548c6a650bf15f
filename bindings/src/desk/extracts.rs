//! Extracts of a vault's statistics, and the way back from a pseudonym.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::id::ScopeId;
use saferoom::keys::{RecoveryError, RecoveryKey};
use saferoom::model::statistics::StatisticsError;
use saferoom::release::Pseudonym;
use saferoom::release::output::OutputError;
use saferoom::vault::{self, Error, ExtractOutput, ExtractRequest, WayBack};

use super::tables::{Beside, REPORT};
use super::watched::Watched;
use crate::error::SaferoomError;
use crate::identity::Identity;
use crate::json::{json, text};
use crate::recovery::{RecoveryShare, refused};
use crate::releases::{BuiltExtract, ReleaseProgress};
use crate::session::Session;
use crate::types::AccessInput;

pub(crate) fn plan_extract(
    session: &Session,
    (spec, beside): (&str, &str),
    access: AccessInput,
    progress: Option<Arc<dyn ReleaseProgress>>,
) -> Result<String, SaferoomError> {
    let (request, files) = asked(spec, beside)?;
    let plan = session.0.plan_extract(&request, &files, &access.into(), &Watched::by(progress))?;
    json(&plan)
}

pub(crate) fn build_extract(
    session: &Session,
    (spec, beside): (&str, &str),
    (folder, signer): (&str, &Identity),
    access: AccessInput,
    progress: Option<Arc<dyn ReleaseProgress>>,
) -> Result<BuiltExtract, SaferoomError> {
    let (request, files) = asked(spec, beside)?;
    let output = ExtractOutput { place: Path::new(folder), signer: &*signer.keys()?, pages: &REPORT };
    told(session.0.build_extract(&request, &files, &output, &access.into(), &Watched::by(progress))?)
}

pub(crate) fn finish_extract(
    session: &Session,
    from: &str,
    (folder, signer): (&str, &Identity),
    access: AccessInput,
) -> Result<BuiltExtract, SaferoomError> {
    told(session.0.finish_extract(Path::new(from), Path::new(folder), &*signer.keys()?, &access.into())?)
}

pub(crate) fn reverse_pseudonym(
    session: &Session,
    (pseudonym, way_back): (&str, &[u8]),
    shares: &[Arc<RecoveryShare>],
    access: AccessInput,
) -> Result<String, SaferoomError> {
    let pseudonym = Pseudonym::parse(pseudonym).map_err(Error::from)?;
    let way_back = WayBack::from_bytes(way_back).map_err(Error::from)?;
    let (unit, access) = (way_back.unit(), access.into());
    let key = put_together(session, unit, way_back.key(), shares)?;
    let lead = |keys: &[&RecoveryKey]| session.0.reverse_pseudonym(pseudonym, &way_back, keys, &access);
    match lead(&[&key]) {
        // The row was told again since a later ceremony.
        Err(Error::Statistics(StatisticsError::AlsoReversal { key: other, ceremony })) => {
            let other = put_together(session, unit, &other, shares)
                .map_err(|_| Error::from(StatisticsError::AlsoReversal { key: other, ceremony }))?;
            Ok(lead(&[&key, &other])?.to_string())
        }
        found => Ok(found?.to_string()),
    }
}

/// The key with this id, of those shares that are of its ceremony.
fn put_together(
    session: &Session,
    unit: ScopeId,
    key: &[u8; 16],
    shares: &[Arc<RecoveryShare>],
) -> Result<RecoveryKey, SaferoomError> {
    let mut restoring = session.0.begin_reversal(unit, key)?;
    let mut of_another = None;
    for share in shares {
        match restoring.add(saferoom::keys::RecoveryShare::clone(&*share.share()?)) {
            Ok(_) => {}
            Err(error @ (RecoveryError::OtherCeremony { .. } | RecoveryError::OlderCeremony { .. })) => {
                of_another.get_or_insert(error);
            }
            Err(error) => return Err(refused(error)),
        }
    }
    match (restoring.missing(), of_another) {
        (1.., Some(error)) => Err(refused(error)),
        _ => restoring.finish().map_err(refused),
    }
}

fn asked(spec: &str, beside: &str) -> Result<(ExtractRequest, Beside), SaferoomError> {
    let request = ExtractRequest::parse(spec).map_err(|error| SaferoomError::of(&error))?;
    Ok((request, Beside(PathBuf::from(beside))))
}

fn told(built: vault::BuiltExtract) -> Result<BuiltExtract, SaferoomError> {
    let failed = |error: OutputError| SaferoomError::of(&error);
    let manifest = built.manifest.to_bytes().map_err(failed)?;
    let path = |path: PathBuf| path.to_string_lossy().into_owned();
    Ok(BuiltExtract {
        manifest_json: text(manifest)?,
        public_key: path(built.public_key),
        way_back: built.way_back.map(path),
    })
}
