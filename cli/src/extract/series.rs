//! `saferoom extract series`: what was released, and what is left of the budgets of series.

use saferoom::access::releases::ReleaseSeries;
use saferoom::model::Timestamp;
use saferoom::release::tables::Rho;
use saferoom::vault::PastRelease;
use serde_json::{Value as Json, json};

use super::vault_args::SeriesArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(super) fn run(args: &SeriesArgs, out: &Console) -> Result<(), Failure> {
    let session = args.sign_in.sign_in(out)?;
    let access = args.access.access();
    let (series, policy) = (session.release_series()?, session.release_policy()?);
    let past = session.past_releases(&access)?;
    if args.json {
        let series: Vec<Json> = series.iter().map(|series| series_json(series, &past)).collect();
        let releases: Vec<Json> = past.iter().map(release_json).collect();
        return out.json(&json!({ "policy": policy, "series": series, "releases": releases }));
    }
    out.pairs([
        ("Children alike at least, inside", policy.inside_k.to_string()),
        ("Children alike at least, outside", policy.outside_k.to_string()),
    ]);
    if series.is_empty() {
        out.line("Custodians have declared no series.");
    } else {
        let header = ["series", "audience", "budget (rho)", "left", "lasting pseudonyms"];
        out.table(&header, series.iter().map(|series| series_row(series, &past)));
    }
    if past.is_empty() {
        out.line("Nothing was released yet.");
        return Ok(());
    }
    let header = ["made", "release", "series", "audience", "rows", "cost (rho)", "record", ""];
    out.table(&header, past.iter().map(release_row));
    Ok(())
}

fn left(series: &ReleaseSeries, past: &[PastRelease]) -> Rho {
    let spent = past.iter().filter(|release| release.series == series.name).filter_map(|release| release.cost);
    Rho(series.budget).left_after(spent)
}

fn series_row(series: &ReleaseSeries, past: &[PastRelease]) -> Vec<String> {
    vec![
        series.name.clone(),
        series.audience.name().to_owned(),
        Rho(series.budget).as_f64().to_string(),
        left(series, past).as_f64().to_string(),
        if series.lasting_pseudonyms { "yes" } else { "no" }.to_owned(),
    ]
}

fn series_json(series: &ReleaseSeries, past: &[PastRelease]) -> Json {
    json!({
        "name": series.name,
        "audience": series.audience.name(),
        "budget": Rho(series.budget).as_f64(),
        "left": left(series, past).as_f64(),
        "lasting_pseudonyms": series.lasting_pseudonyms,
    })
}

fn release_row(release: &PastRelease) -> Vec<String> {
    vec![
        made_at(release),
        release.name.clone(),
        release.series.clone(),
        release.audience.name().to_owned(),
        release.rows.map_or_else(String::new, |rows| rows.to_string()),
        release.cost.map_or_else(String::new, |cost| cost.as_f64().to_string()),
        release.id.to_string(),
        if release.withdrawn { "withdrawn" } else { "" }.to_owned(),
    ]
}

fn release_json(release: &PastRelease) -> Json {
    json!({
        "record": release.id.to_string(),
        "made_at": made_at(release),
        "name": release.name,
        "series": release.series,
        "audience": release.audience.name(),
        "rows": release.rows,
        "cost": release.cost.map(Rho::as_f64),
        "manifest": release.manifest,
        "withdrawn": release.withdrawn,
    })
}

fn made_at(release: &PastRelease) -> String {
    let at = i64::try_from(release.made_at).ok().and_then(|at| Timestamp::from_milliseconds(at).ok());
    at.map_or_else(String::new, |at| at.to_text())
}
