//! Changes about releases that custodians sign.

use saferoom::access::RosterChange;
use saferoom::access::releases::{Audience, ReleaseException, ReleasePolicy, ReleaseSeries};
use saferoom::release::tables::{Rho, TablesError};

use crate::error::SaferoomError;

/// Another release-policy.
pub(crate) fn policy(text: &str) -> Result<RosterChange, SaferoomError> {
    Ok(RosterChange::ReleasePolicy(ReleasePolicy::parse(text).map_err(|error| SaferoomError::of(&error))?))
}

/// A series.
pub(crate) fn series(
    name: String,
    audience: &str,
    budget: Option<&str>,
    lasting_pseudonyms: bool,
) -> Result<RosterChange, SaferoomError> {
    let audience = match audience {
        "inside" => Audience::Inside,
        "outside" => Audience::Outside,
        _ => return Err(wrong("audience", "inside or outside")),
    };
    let budget = budget.map(Rho::parse).transpose().map_err(|error| SaferoomError::of(&error))?;
    let series = ReleaseSeries { name, audience, budget: budget.unwrap_or_default().0, lasting_pseudonyms };
    series.check().map_err(|error| SaferoomError::of(&error))?;
    Ok(RosterChange::ReleaseSeries(series))
}

/// A release that may leave in spite of the guard.
pub(crate) fn exception(series: String, release: &str) -> Result<RosterChange, SaferoomError> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = release.as_bytes().chunks(2).map(byte).collect();
    let membership = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let membership = membership.ok_or_else(|| wrong("release", "a digest of 64 hexadecimal digits"))?;
    Ok(RosterChange::ReleaseException(ReleaseException { series, membership }))
}

/// What one of these says, for whoever is asked to sign it.
pub(crate) fn in_words(change: &RosterChange) -> String {
    match change {
        RosterChange::ReleaseSeries(series) => format!(
            "series {}, for people {} the organisation, with a budget of {} (rho){}",
            series.name,
            series.audience.name(),
            Rho(series.budget).as_f64(),
            if series.lasting_pseudonyms { ", with lasting pseudonyms" } else { "" }
        ),
        RosterChange::ReleaseException(exception) => {
            let digest: String = exception.membership.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("release {digest} of {} may leave although it singles children out", exception.series)
        }
        RosterChange::ReleaseWithdrawal(release) => {
            format!("release {release} never left: nothing is compared with it any more")
        }
        other => other.name().to_owned(),
    }
}

fn wrong(key: &'static str, allowed: &'static str) -> SaferoomError {
    SaferoomError::of(&TablesError::Parameter { key, allowed })
}
