//! Counts with noise, paid from the budget of a series.

use super::super::{Error, Session};
use super::past::PastRelease;
use super::record::write;
use crate::access::Access;
use crate::access::releases::ReleaseSeries;
use crate::model::records::Release;
use crate::release::Table;
use crate::release::tables::{PrivateQuestion, PublishedTable, Rho, TablesSpec};
use crate::seal::sha256;

impl Session {
    /// What is left of the budget of a series.
    ///
    /// # Errors
    /// [`AccessError::NoSuchSeries`](crate::access::AccessError::NoSuchSeries), and as [`read_many`](Self::read_many).
    pub fn budget_left(&self, series: &str, access: &Access) -> Result<Rho, Error> {
        let series = self.series(series)?;
        Ok(left(&self.past_releases(access)?, &series))
    }

    /// Counts with noise, paid from the budget of a series. The cost is durable, in the transaction in which the noise is
    /// drawn, before any count is returned; an answer that was lost is paid all the same.
    ///
    /// # Errors
    /// [`TablesError::BudgetExhausted`](crate::release::tables::TablesError::BudgetExhausted) and all others of counting;
    /// [`AccessError::NoSuchSeries`](crate::access::AccessError::NoSuchSeries),
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed). Nothing is paid then.
    pub fn noisy_counts(
        &self,
        series: &str,
        spec: &TablesSpec,
        table: &Table,
        access: &Access,
    ) -> Result<PublishedTable, Error> {
        let series = self.series_for(series, spec.audience)?;
        let policy = self.release_policy()?;
        // All that can be refused is refused before anything is paid.
        let cost = PrivateQuestion::new(spec, table, &policy)?.cost();
        self.after_past_releases(access, |act, past| {
            left(past, &series).spend(cost)?;
            let answer = PrivateQuestion::new(spec, table, &policy)?.answer()?;
            let digest = sha256(&serde_json::to_vec(&answer).unwrap_or_default());
            let record = Release { cost: Some(cost.0), ..self.release_record(&spec.name, &series, &digest)? };
            write(act, &record)?;
            Ok(answer)
        })
    }
}

fn left(past: &[PastRelease], series: &ReleaseSeries) -> Rho {
    let spent = past.iter().filter(|release| release.series == series.name).filter_map(|release| release.cost);
    Rho(series.budget).left_after(spent)
}
