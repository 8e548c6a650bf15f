//! Extracts of a vault's statistics, from the question to the signed folder. Planning shows what would leave; building asks
//! the guard, writes everything beside its place, records the release, and only then signs the folder and gives it its name.

mod build;
mod finish;

pub use self::build::{BuiltExtract, ExtractOutput};

use serde::Serialize;

use super::{Error, GuardAnswer, Session, StatisticsRead};
use crate::access::Access;
use crate::model::Timestamp;
use crate::release::engine::Watch;
use crate::release::output::Coverage;
use crate::release::series::Membership;
use crate::release::spec::{Files, InSeries, ReleasePolicy, Spec};
use crate::release::{ChildColumns, Plan, ReleaseError, Released, Table, plan_of, release};

/// What an extract of a vault is asked to be: a specification that was checked before anybody signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractRequest {
    spec: Spec,
    columns: ChildColumns,
}

/// What the statistics hold of which an extract is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatisticsFound {
    /// Cases.
    pub cases: u64,
    /// Rows, or parts of them, that are sealed to circles which this member does not hold.
    pub closed: u64,
    /// Cases of which something was made by older rules.
    pub older_rules: u64,
    /// Cases of which something is not told yet.
    pub pending: u64,
    /// The stations whose rows are here, each with the month until which it has told everything.
    pub stations: Vec<Coverage>,
}

/// What an extract would be. Nothing of it has left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractPlan {
    /// Loss, risks, and what other suppression limits would give.
    pub plan: Plan,
    /// What there is.
    pub statistics: StatisticsFound,
    /// Whether the guard would let it leave.
    pub guard: GuardAnswer,
}

impl ExtractRequest {
    /// Reads a specification in TOML.
    ///
    /// # Errors
    /// [`ReleaseError`] with the line: no such field, one that never leaves by its class or type, and all errors of
    /// [`Spec::parse`].
    pub fn parse(text: &str) -> Result<Self, ReleaseError> {
        Self::of(Spec::parse(text)?)
    }

    /// Takes a specification.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of(mut spec: Spec) -> Result<Self, ReleaseError> {
        let columns = ChildColumns::of(&spec)?;
        columns.complete(&mut spec);
        Ok(Self { spec, columns })
    }

    fn series(&self) -> Option<&InSeries> {
        self.columns.series()
    }

    /// What the rows are, for who receives them.
    fn source(&self) -> String {
        let children = "children in the statistics of cases";
        match self.series() {
            Some(InSeries { name, only_new: true, .. }) => {
                format!("{children} who were in no earlier release of the series {name}")
            }
            Some(InSeries { name, .. }) => format!("{children}; series {name}"),
            None => children.to_owned(),
        }
    }
}

impl StatisticsFound {
    fn of(read: &StatisticsRead) -> Self {
        let covered = |station: &super::StatisticsStation| {
            let until = i64::try_from(station.until).ok().and_then(|until| Timestamp::from_milliseconds(until).ok());
            let until = until.map_or_else(String::new, |until| until.to_text().chars().take(7).collect());
            Coverage { station: station.name.clone(), until }
        };
        Self {
            cases: read.cases.len() as u64,
            closed: read.closed,
            older_rules: read.older_rules,
            pending: read.pending,
            stations: read.stations.iter().map(covered).collect(),
        }
    }
}

/// The best release of what the statistics say now, and whom it is about.
struct Found {
    read: StatisticsRead,
    table: Table,
    policy: ReleasePolicy,
    released: Released,
    membership: Membership,
}

impl Session {
    /// Shows what an extract would be: loss, risk, what other suppression limits would give, and whether the guard would let
    /// it leave. `files` are those that the specification names. Logged as a query; nothing leaves.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed),
    /// [`AccessError::NoKey`](crate::access::AccessError::NoKey) (logged as denied); every [`ReleaseError`].
    pub fn plan_extract(
        &self,
        request: &ExtractRequest,
        files: &dyn Files,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<ExtractPlan, Error> {
        let found = self.search_extract(request, files, access, watch)?;
        let told = self.compare_release(request.spec.audience, &found.membership, access)?;
        let Found { read, table, policy, released, membership } = found;
        Ok(ExtractPlan {
            plan: plan_of(&released, &request.spec, &table, &policy, files, watch)?,
            statistics: StatisticsFound::of(&read),
            guard: GuardAnswer { release: membership.digest_text(), singles_out: told, narrows: None },
        })
    }

    fn search_extract(
        &self,
        request: &ExtractRequest,
        files: &dyn Files,
        access: &Access,
        watch: &dyn Watch,
    ) -> Result<Found, Error> {
        let mut read = self.statistics(access)?;
        if let Some(series) = request.series().filter(|series| series.only_new) {
            read.leave_out(self.children_of_series(&series.name, access)?);
        }
        let policy = self.release_policy()?;
        let table = read.children(&request.columns)?;
        let released = release(&request.spec, &table, &policy, files, watch)?;
        let membership = released.membership(&read.child_ids())?;
        Ok(Found { read, table, policy, released, membership })
    }
}
