//! Extracts of a vault's statistics, and the way back from a pseudonym.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::keys::RecoveryScope;
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
    let mut restoring = session.0.begin_restore(RecoveryScope::Reversal(way_back.unit()))?;
    for share in shares {
        restoring.add(saferoom::keys::RecoveryShare::clone(&*share.share()?)).map_err(refused)?;
    }
    let key = restoring.finish().map_err(refused)?;
    Ok(session.0.reverse_pseudonym(pseudonym, &way_back, &key, &access.into())?.to_string())
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
