//! Tables of counts.

use std::path::Path;
use std::sync::Arc;

use saferoom::vault::{self, TablesRequest};

use super::watched::Watched;
use crate::error::SaferoomError;
use crate::json::json;
use crate::releases::{NoisyPlan, ReleaseProgress};
use crate::session::Session;
use crate::types::AccessInput;

pub(crate) fn plan_tables(
    session: &Session,
    spec: &str,
    access: AccessInput,
    progress: Option<Arc<dyn ReleaseProgress>>,
) -> Result<String, SaferoomError> {
    let plan = session.0.plan_tables(&asked(spec)?, &access.into(), &Watched::by(progress))?;
    json(&plan)
}

pub(crate) fn build_tables(
    session: &Session,
    spec: &str,
    folder: &str,
    access: AccessInput,
    progress: Option<Arc<dyn ReleaseProgress>>,
) -> Result<String, SaferoomError> {
    let watched = Watched::by(progress);
    let table = session.0.build_tables(&asked(spec)?, Path::new(folder), &access.into(), &watched)?;
    json(&table)
}

pub(crate) fn plan_noisy_tables(
    session: &Session,
    spec: &str,
    series: &str,
    access: AccessInput,
) -> Result<NoisyPlan, SaferoomError> {
    let plan = session.0.plan_noisy_tables(&asked(spec)?, series, &access.into())?;
    let vault::NoisyPlan { series, cost, left, after } = plan;
    Ok(NoisyPlan { series, cost, left, after })
}

pub(crate) fn build_noisy_tables(
    session: &Session,
    spec: &str,
    (series, folder): (&str, &str),
    access: AccessInput,
) -> Result<String, SaferoomError> {
    let table = session.0.build_noisy_tables(&asked(spec)?, series, Path::new(folder), &access.into())?;
    json(&table)
}

fn asked(spec: &str) -> Result<TablesRequest, SaferoomError> {
    TablesRequest::parse(spec).map_err(|error| SaferoomError::of(&error))
}
