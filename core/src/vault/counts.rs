//! Tables of counts out of a vault's statistics: exact ones, recorded as released, and noisy ones, paid from the budget of a
//! series.

use std::path::Path;

use serde::Serialize;

use super::{Error, GuardAnswer, Session};
use crate::access::Access;
use crate::release::engine::Watch;
use crate::release::series::Membership;
use crate::release::tables::{PrivateQuestion, PublishedTable, Rho, TablesError, TablesSpec, UnnamedTables, tabulate};
use crate::release::{ChildColumns, Table};

/// What a table of a vault is asked to be: a specification that was checked before anybody signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct TablesRequest {
    spec: TablesSpec,
    columns: ChildColumns,
    text: String,
}

/// What a table would be. Nothing of it has left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TablesPlan {
    /// The table as it would be published.
    pub published: PublishedTable,
    /// Whether the guard would let it leave.
    pub guard: GuardAnswer,
}

/// What counts with noise would cost, in rho. Nothing was drawn, and nothing was paid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoisyPlan {
    /// The series that would pay.
    pub series: String,
    /// The price.
    pub cost: f64,
    /// What is left of the budget.
    pub left: f64,
    /// What would be left afterwards; none if it would be refused.
    pub after: Option<f64>,
}

impl TablesRequest {
    /// Reads a specification in TOML.
    ///
    /// # Errors
    /// [`TablesError`] with the line; what never leaves cannot be counted either.
    pub fn parse(text: &str) -> Result<Self, TablesError> {
        let spec = TablesSpec::parse(text)?;
        let columns = ChildColumns::of_tables(&spec)?;
        Ok(Self { spec, columns, text: text.to_owned() })
    }

    /// Whether it asks for counts with noise.
    #[must_use]
    pub fn is_noisy(&self) -> bool {
        self.spec.private.is_some()
    }
}

impl Session {
    /// Shows a table of counts as it would be, and whether the guard would let it leave. Logged as a query.
    ///
    /// # Errors
    /// Those of [`statistics`](Self::statistics) and of [`tabulate`].
    pub fn plan_tables(
        &self,
        request: &TablesRequest,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<TablesPlan, Error> {
        let (published, membership) = self.counted(request, access, watch)?;
        let told = self.compare_table(request.spec.audience, &membership, access)?;
        Ok(TablesPlan { published, guard: GuardAnswer { release: membership.digest_text(), singles_out: told } })
    }

    /// Writes a table of counts into a new folder, recorded as released. Logged as an export.
    ///
    /// # Errors
    /// As [`plan_tables`](Self::plan_tables); [`TablesError::SinglesOut`] unless custodians signed an exception for it;
    /// nothing is left then. After [`TablesError::NotNamed`] the folder lies there whole under another name, and counts.
    pub fn build_tables(
        &self,
        request: &TablesRequest,
        place: &Path,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<PublishedTable, Error> {
        let (published, membership) = self.counted(request, access, watch)?;
        let TablesRequest { spec, text, .. } = request;
        self.check_table(spec.audience, &membership, access)?;
        let unnamed = UnnamedTables::write(place, &published, text)?;
        self.record_table(&spec.name, spec.audience, &membership, access)?;
        unnamed.name_counted(place)?;
        Ok(published)
    }

    /// Shows what counts with noise would cost the series. Logged as a query.
    ///
    /// # Errors
    /// As [`noisy_counts`](Self::noisy_counts).
    pub fn plan_noisy_tables(
        &self,
        request: &TablesRequest,
        series: &str,
        access: &Access,
    ) -> Result<NoisyPlan, Error> {
        let table = self.rows_for(request, access)?;
        let left = self.budget_left(series, access)?;
        let cost = PrivateQuestion::new(&request.spec, &table, &self.release_policy()?)?.cost();
        let after = left.spend(cost).map(Rho::as_f64).ok();
        Ok(NoisyPlan { series: series.to_owned(), cost: cost.as_f64(), left: left.as_f64(), after })
    }

    /// Writes counts with noise into a new folder, paid from the budget of a series. Whatever becomes of the folder, the
    /// answer counts as given once it is paid.
    ///
    /// # Errors
    /// As [`noisy_counts`](Self::noisy_counts); [`TablesError::Exists`], [`TablesError::Write`].
    pub fn build_noisy_tables(
        &self,
        request: &TablesRequest,
        series: &str,
        place: &Path,
        access: &Access,
    ) -> Result<PublishedTable, Error> {
        UnnamedTables::may_begin(place)?;
        let table = self.rows_for(request, access)?;
        let published = self.noisy_counts(series, &request.spec, &table, access)?;
        UnnamedTables::write(place, &published, &request.text)?.name_counted(place)?;
        Ok(published)
    }

    fn rows_for(&self, request: &TablesRequest, access: &Access) -> Result<Table, Error> {
        Ok(self.statistics(access)?.children(&request.columns)?)
    }

    fn counted(
        &self,
        request: &TablesRequest,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<(PublishedTable, Membership), Error> {
        let read = self.statistics(access)?;
        let (table, policy) = (read.children(&request.columns)?, self.release_policy()?);
        let published = tabulate(&request.spec, &table, &policy, watch)?;
        let membership = published.membership(&request.spec, &table, &read.child_ids())?;
        Ok((published, membership))
    }
}
