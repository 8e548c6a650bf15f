//! Changes about releases that custodians sign.

use saferoom::access::RosterChange;
use saferoom::access::releases::ReleasePolicy;

use crate::error::SaferoomError;

/// Another release-policy.
pub(crate) fn policy(text: &str) -> Result<RosterChange, SaferoomError> {
    Ok(RosterChange::ReleasePolicy(ReleasePolicy::parse(text).map_err(|error| SaferoomError::of(&error))?))
}

/// What one of these says, for whoever is asked to sign it.
pub(crate) fn in_words(change: &RosterChange) -> String {
    match change {
        RosterChange::ReleaseSeries(series) => format!(
            "series {}, for people {} the organisation, with a budget of {} (rho){}",
            series.name,
            series.audience.name(),
            series.budget_in_rho(),
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
