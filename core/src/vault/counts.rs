//! Tables of counts out of a vault's statistics: exact ones, recorded as released, and noisy ones, paid from the budget of a
//! series. A specification may name rows of rooms and training instead, which are read with the keys of rooms.

use std::path::Path;

use serde::Serialize;

use super::{Error, GuardAnswer, Session};
use crate::access::Access;
use crate::release::engine::Watch;
use crate::release::series::Membership;
use crate::release::tables::{
    PrivateQuestion, PublishedTable, Rho, ShownTable, TablesError, TablesSpec, UnnamedTables, tabulate,
};
use crate::release::{ChildColumns, RoomsColumns, Table};

/// What a table of a vault is asked to be: a specification that was checked before anybody signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct TablesRequest {
    spec: TablesSpec,
    columns: Columns,
    text: String,
}

/// What the rows are, and which columns of them are asked for.
#[derive(Debug, Clone, PartialEq)]
enum Columns {
    Children(ChildColumns),
    Rooms(RoomsColumns),
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
        let columns = match spec.rows {
            Some(rows) => Columns::Rooms(RoomsColumns::of(&spec, rows)?),
            None => Columns::Children(ChildColumns::of_tables(&spec)?),
        };
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
        let (audience, shown) = (request.spec.audience, ShownTable::of(&request.text, &published)?);
        let (singles_out, narrows) = match &request.columns {
            Columns::Children(_) => (
                self.compare_table(audience, &membership, access)?,
                self.narrowed_by_table(&shown, (audience, &membership), access)?,
            ),
            Columns::Rooms(columns) => self.told_of_rooms(columns.rows(), (&shown, audience, &membership))?,
        };
        Ok(TablesPlan { published, guard: GuardAnswer { release: membership.digest_text(), singles_out, narrows } })
    }

    /// Writes a table of counts into a new folder, recorded as released. Logged as an export.
    ///
    /// # Errors
    /// As [`plan_tables`](Self::plan_tables); [`TablesError::SinglesOut`], [`TablesError::Narrows`] unless custodians signed an
    /// exception for it;
    /// nothing is left then. After [`TablesError::NotNamed`] the folder lies there whole under another name, and counts.
    pub fn build_tables(
        &self,
        request: &TablesRequest,
        place: &Path,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<PublishedTable, Error> {
        let (published, membership) = self.counted(request, access, watch)?;
        let TablesRequest { spec, text, columns } = request;
        let (shown, release) = (ShownTable::of(text, &published)?, (spec.audience, &membership));
        match columns {
            Columns::Children(_) => {
                let audited = self.check_shown_table(&shown, release, access)?;
                let unnamed = UnnamedTables::write(place, &published, text)?;
                self.record_shown_table(&spec.name, release, (&shown, &audited), access)?;
                unnamed.name_counted(place)?;
            }
            Columns::Rooms(columns) => {
                let rows = columns.rows();
                self.check_rooms(rows, (&shown, spec.audience, &membership))?;
                let unnamed = UnnamedTables::write(place, &published, text)?;
                self.record_rooms(rows, (&shown, spec.audience, &membership), access)?;
                unnamed.name_counted(place)?;
            }
        }
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
        match &request.columns {
            Columns::Children(columns) => Ok(self.statistics(access)?.children(columns)?),
            Columns::Rooms(_) => Err(TablesError::Mode { what: "counts with noise are of children" }.into()),
        }
    }

    fn counted(
        &self,
        request: &TablesRequest,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<(PublishedTable, Membership), Error> {
        let (spec, table, of_rows) = match &request.columns {
            Columns::Children(columns) => {
                let read = self.statistics(access)?;
                (request.spec.clone(), read.children(columns)?, read.child_ids())
            }
            Columns::Rooms(columns) => {
                let (table, of_rows) = self.rows_of_rooms(columns, access)?;
                (columns.counting(&request.spec), table, of_rows)
            }
        };
        let published = tabulate(&spec, &table, &self.release_policy()?, watch)?;
        let membership = published.membership(&spec, &table, &of_rows)?;
        Ok((published, membership))
    }
}
