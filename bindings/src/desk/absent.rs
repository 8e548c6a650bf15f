//! The desk of a build without extracts: every call says that it is not here, and looks at nothing.

use std::sync::Arc;

use saferoom::access::RosterChange;

use crate::error::SaferoomError;
use crate::extract::VerifiedExtract;
use crate::identity::Identity;
use crate::not_in_this_build::NotInThisBuild;
use crate::recovery::RecoveryShare;
use crate::releases::{BuiltExtract, NoisyPlan, PastRelease, ReleaseFloors, ReleaseProgress, ReleaseSeries};
use crate::session::Session;
use crate::types::AccessInput;

type Answer<T> = Result<T, SaferoomError>;
type Progress = Option<Arc<dyn ReleaseProgress>>;

fn not_here<T>() -> Answer<T> {
    Err(SaferoomError::of(&NotInThisBuild::Extracts))
}

pub(crate) fn verify_extract(_: &str, _: Option<String>) -> Answer<VerifiedExtract> {
    not_here()
}

pub(crate) fn anonymise_table(_: &[u8], _: &str, _: (&str, &str), _: Option<Arc<Identity>>) -> Answer<String> {
    not_here()
}

pub(crate) fn extract_signing_key(_: &Identity) -> Answer<String> {
    not_here()
}

pub(crate) fn table_risk(_: &[u8], _: (&[String], &[String]), _: Option<&str>) -> Answer<String> {
    not_here()
}

pub(crate) fn plan_extract(_: &Session, _: (&str, &str), _: AccessInput, _: Progress) -> Answer<String> {
    not_here()
}

pub(crate) fn build_extract(
    _: &Session,
    _: (&str, &str),
    _: (&str, &Identity),
    _: AccessInput,
    _: Progress,
) -> Answer<BuiltExtract> {
    not_here()
}

pub(crate) fn finish_extract(_: &Session, _: &str, _: (&str, &Identity), _: AccessInput) -> Answer<BuiltExtract> {
    not_here()
}

pub(crate) fn reverse_pseudonym(
    _: &Session,
    _: (&str, &[u8]),
    _: &[Arc<RecoveryShare>],
    _: AccessInput,
) -> Answer<String> {
    not_here()
}

pub(crate) fn plan_tables(_: &Session, _: &str, _: AccessInput, _: Progress) -> Answer<String> {
    not_here()
}

pub(crate) fn build_tables(_: &Session, _: &str, _: &str, _: AccessInput, _: Progress) -> Answer<String> {
    not_here()
}

pub(crate) fn plan_noisy_tables(_: &Session, _: &str, _: &str, _: AccessInput) -> Answer<NoisyPlan> {
    not_here()
}

pub(crate) fn build_noisy_tables(_: &Session, _: &str, _: (&str, &str), _: AccessInput) -> Answer<String> {
    not_here()
}

pub(crate) fn release_policy(_: &Session) -> Answer<ReleaseFloors> {
    not_here()
}

pub(crate) fn release_series(_: &Session) -> Answer<Vec<ReleaseSeries>> {
    not_here()
}

pub(crate) fn past_releases(_: &Session, _: AccessInput) -> Answer<Vec<PastRelease>> {
    not_here()
}

pub(crate) fn budget_left(_: &Session, _: &str, _: AccessInput) -> Answer<f64> {
    not_here()
}

pub(crate) fn series(_: String, _: &str, _: Option<&str>, _: bool) -> Answer<RosterChange> {
    not_here()
}

pub(crate) fn exception(_: String, _: &str) -> Answer<RosterChange> {
    not_here()
}
