//! From a specification and a table to a table that may leave, with what was done and what it is worth.

use std::collections::HashMap;

use self::said::Said;
use super::account::{Account, Plan, ReleasedColumn, SearchAccount, TradeOff, Utility};
use super::beside::beside;
use super::engine::{Limits, Metric, Model, Recoding, Solution, Watch, cost_of, recode_rest, solve};
use super::error::ReleaseError;
use super::marginals;
use super::origin::Origin;
use super::risk::{RiskQuestion, RiskReport};
use super::series::{ChildId, Membership};
use super::spec::{Bound, Files, ReleasePolicy, Role, Spec};
use super::table::{Column, Table};
use super::verify::Finished;

mod said;

/// A table that may leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Released {
    /// Its rows, sorted by what they say now: the order of the table they came from is gone.
    pub table: Table,
    /// What was done.
    pub account: Account,
    /// What is needed to write it down and to check what was written.
    pub(super) origin: Origin,
}

impl Released {
    /// Which child stands in which class of the quasi-identifying columns: what the guard of a series remembers. `children`
    /// are the ids of the children of the original table's rows, in their order.
    ///
    /// # Errors
    /// [`ReleaseError::Broken`] if a row has no child.
    pub fn membership(&self, children: &[ChildId]) -> Result<Membership, ReleaseError> {
        let named = self.account.columns.iter().filter(|column| column.role == Role::QuasiIdentifying);
        let quasi = named.map(|column| self.table.column(&column.name)).collect::<Result<Vec<_>, _>>()?;
        let mut classes: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut rows = Vec::with_capacity(self.origin.rows.len());
        for (row, original) in self.origin.rows.iter().enumerate() {
            let next = classes.len() as u32;
            let says = quasi.iter().map(|column| column.codes()[row]).collect();
            let class = *classes.entry(says).or_insert(next);
            let child =
                children.get(*original).ok_or(ReleaseError::Broken { what: "each released row has a child" })?;
            rows.push((*child, class));
        }
        Ok(Membership::new(rows))
    }
}

/// Anonymises a table.
///
/// # Errors
/// Any [`ReleaseError`]. Nothing is answered that does not keep every promise: they are computed again from the
/// finished table.
pub fn release(
    spec: &Spec,
    table: &Table,
    policy: &ReleasePolicy,
    files: &dyn Files,
    watch: &dyn Watch,
) -> Result<Released, ReleaseError> {
    let bound = spec.bind(table, policy, files)?;
    let limits = Limits { most_checks: spec.most_checks, ..Limits::default() };
    let solution = solve(&bound.problem, limits, watch)?;
    let mut recoding = Recoding::of(&solution);
    if spec.local_recoding {
        let more = recode_rest(&bound.problem, &solution, limits, watch)?;
        // Where children have rows in several parts, the parts together might not hold what each does.
        if kept(&build(table, &bound, &more)?, &bound, (table, &more)).is_ok() {
            recoding = more;
        }
    }
    let built = build(table, &bound, &recoding)?;
    kept(&built, &bound, (table, &recoding))?;
    let account = account(spec, table, &bound, &solution, &recoding, &built)?;
    let origin = Origin::of(spec, &bound, &built.sources, &built.table);
    Ok(Released { table: built.table, account, origin })
}

/// Shows loss, risk and the trade-off, before anything leaves.
///
/// # Errors
/// As [`release`].
pub fn plan(
    spec: &Spec,
    table: &Table,
    policy: &ReleasePolicy,
    files: &dyn Files,
    watch: &dyn Watch,
) -> Result<Plan, ReleaseError> {
    plan_of(&release(spec, table, policy, files, watch)?, spec, table, policy, files, watch)
}

/// The plan of what [`release`] made of the same specification and table, without searching for it again.
///
/// # Errors
/// As [`release`].
pub fn plan_of(
    released: &Released,
    spec: &Spec,
    table: &Table,
    policy: &ReleasePolicy,
    files: &dyn Files,
    watch: &dyn Watch,
) -> Result<Plan, ReleaseError> {
    let mut problem = spec.bind(table, policy, files)?.problem;
    let mut shares = vec![0.0, 0.05, 0.1, 0.2, spec.suppression];
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    let mut trade_off = Vec::new();
    for suppression in shares {
        problem.suppression = suppression;
        let limits = Limits { most_checks: spec.most_checks, ..Limits::default() };
        let found = match solve(&problem, limits, watch) {
            Err(ReleaseError::NoSolution { .. }) => None,
            other => Some(other?),
        };
        trade_off.push(TradeOff {
            suppression,
            suppressed: found.as_ref().map(|found| found.suppressed),
            cost: found.as_ref().map(|found| found.cost.values().to_vec()),
            levels: found.map(|found| found.levels),
        });
    }
    Ok(Plan { account: released.account.clone(), trade_off })
}

/// The finished table, and which row of the original each row is.
struct Built {
    table: Table,
    sources: Vec<usize>,
}

fn build(table: &Table, bound: &Bound, recoding: &Recoding) -> Result<Built, ReleaseError> {
    let sources: Vec<usize> = (0..table.rows()).filter(|row| recoding.round_of_row[*row].is_some()).collect();
    let leaving: Vec<usize> = (0..bound.roles.len()).filter(|place| bound.roles[*place].leaves()).collect();
    let said: Vec<Said<'_>> = leaving.iter().map(|place| Said::of(table, bound, recoding, *place, &sources)).collect();
    let order = said::sorted(&said, sources.len());
    let columns =
        leaving.iter().zip(&said).map(|(place, said)| said.column(table.columns()[*place].name(), &order)).collect();
    Ok(Built { table: Table::new(columns)?, sources: order.iter().map(|row| sources[*row]).collect() })
}

/// Computes every promise again from the finished table, with code that shares nothing with the search.
fn kept(built: &Built, bound: &Bound, (original, recoding): (&Table, &Recoding)) -> Result<(), ReleaseError> {
    if built.sources.is_empty() {
        return Ok(());
    }
    let finished = Finished { original, bound, recoding, table: &built.table, sources: &built.sources };
    let risk = risk_of(&built.table, bound, Some(&built.sources), None, 0)?;
    let of = |column: usize| &risk.sensitive[column];
    let (k, l, share) = ("k", "l", "average risk");
    for model in &bound.problem.models {
        let (holds, what) = match *model {
            Model::KAnonymity { k: least } => (risk.k >= least, k),
            Model::DistinctL { column, l: least } => (of(column).distinct_l >= least, l),
            Model::EntropyL { column, l: least } => (of(column).entropy_l >= least * (1.0 - 1e-9), l),
            Model::AverageRisk { risk: most } => (risk.marketer <= most * (1.0 + 1e-9), share),
            _ => (finished.keeps(model)? == Some(true), model.name()),
        };
        if !holds {
            return Err(ReleaseError::Broken { what });
        }
    }
    Ok(())
}

/// The risk of a table in the columns that leave. With `sources`, the rows that it came from, it is one that leaves; of the
/// table as it was nothing is said of sensitive columns: the difference would tell of the children who were left out.
fn risk_of(
    table: &Table,
    bound: &Bound,
    sources: Option<&[usize]>,
    population: Option<&Table>,
    set_size: usize,
) -> Result<RiskReport, ReleaseError> {
    let quasi: Vec<&str> = bound.problem.quasi.iter().map(|quasi| quasi.name.as_str()).collect();
    let leaves = bound.problem.sensitive.iter().filter(|_| sources.is_some());
    let sensitive: Vec<&str> = leaves.map(|sensitive| sensitive.name.as_str()).collect();
    let units: Option<Vec<u32>> = match (&bound.problem.units, sources) {
        (Some(units), Some(sources)) => Some(sources.iter().map(|row| units[*row]).collect()),
        (units, _) => units.clone(),
    };
    let question = RiskQuestion { quasi: &quasi, sensitive: &sensitive, units: units.as_deref(), population, set_size };
    RiskReport::of(table, &question)
}

/// The population, if there is one, as it would stand in a table released at these levels; without levels, as it is.
fn people(bound: &Bound, levels: Option<&[usize]>) -> Result<Option<Table>, ReleaseError> {
    let Some(population) = &bound.problem.population else { return Ok(None) };
    let columns = bound.problem.quasi.iter().zip(population).enumerate().map(|(index, (quasi, leaves))| {
        let level = &quasi.hierarchy.levels()[levels.map_or(0, |levels| levels[index])];
        let says = levels.is_none() || level.labels().len() > 1;
        let label = |leaf: &u32| level.labels()[level.of_leaf()[*leaf as usize] as usize].as_deref();
        Column::new(quasi.name.clone(), leaves.iter().map(|leaf| label(leaf).filter(|_| says)))
    });
    Table::new(columns.collect()).map(Some)
}

fn account(
    spec: &Spec,
    table: &Table,
    bound: &Bound,
    solution: &Solution,
    recoding: &Recoding,
    built: &Built,
) -> Result<Account, ReleaseError> {
    if built.sources.is_empty() {
        return Err(ReleaseError::NothingLeft { rows: table.rows() as u64 });
    }
    let metrics = [
        Metric::Loss { gs: 0.5 },
        Metric::Precision { monotonic: false },
        Metric::Entropy { monotonic: false },
        Metric::Discernibility { monotonic: false },
        Metric::AverageClassSize,
    ];
    let suppressed = recoding.suppressed() as u64;
    let sets = if bound.quasi.len() <= 12 { 2 } else { 1 };
    // Recoded in several rounds, a person's class cannot be told: then the journalist has the table alone, which is careful.
    let after = match &recoding.rounds[..] {
        [levels] => people(bound, Some(levels))?,
        _ => None,
    };
    let before = || risk_of(table, bound, None, people(bound, None)?.as_ref(), sets);
    let after = || {
        let costs = cost_of(&bound.problem, &solution.levels, &metrics)?;
        let risk = risk_of(&built.table, bound, Some(&built.sources), after.as_ref(), sets)?;
        Ok::<_, ReleaseError>((costs, risk, marginals(spec, bound, built)))
    };
    let (before, after) = beside(before, after);
    let (before, (costs, after, marginals)) = (before?, after?);
    Ok(Account {
        name: spec.name.clone(),
        audience: spec.audience.name(),
        rows: table.rows() as u64,
        suppressed,
        columns: columns(table, bound, solution, recoding),
        models: bound.problem.models.iter().map(|model| model.in_words(&bound.problem)).collect(),
        suppression_limit: spec.suppression,
        utility: Utility {
            cost: solution.cost.values().to_vec(),
            loss: costs[0],
            precision: costs[1],
            entropy: costs[2],
            discernibility: costs[3],
            average_class: costs[4],
            brought_back: solution.suppressed - suppressed,
        },
        search: SearchAccount {
            transformations: solution.lattice,
            checks: solution.checks,
            optimal: solution.is_optimal(),
            bound: solution.bound.values().to_vec(),
        },
        before,
        after,
        marginals,
    })
}

/// In steps of the smallest class that was asked for.
fn marginals(spec: &Spec, bound: &Bound, built: &Built) -> Vec<marginals::Marginal> {
    let smallest = |model: &Model| match model {
        Model::KAnonymity { k } | Model::KMap { k } => Some(*k),
        _ => None,
    };
    let step = bound.problem.models.iter().filter_map(smallest).max().unwrap_or(1);
    let finest = |name: &str| spec.columns.iter().find(|column| column.name == name).map_or(0, |column| column.finest);
    let finest: Vec<usize> = bound.problem.quasi.iter().map(|quasi| finest(&quasi.name)).collect();
    marginals::of(bound, &finest, &built.table, step)
}

fn columns(table: &Table, bound: &Bound, solution: &Solution, recoding: &Recoding) -> Vec<ReleasedColumn> {
    let places = (0..bound.roles.len()).filter(|place| bound.roles[*place].leaves());
    let column = |place: usize| {
        let quasi = bound.quasi.iter().position(|quasi| *quasi == place);
        ReleasedColumn {
            name: table.columns()[place].name().to_owned(),
            role: bound.roles[place],
            levels: quasi.map_or(Vec::new(), |index| recoding.rounds.iter().map(|levels| levels[index]).collect()),
            height: quasi.map_or(0, |index| bound.problem.quasi[index].hierarchy.height()),
            loss: quasi.map_or(0.0, |index| solution.cost_by_column[index]),
        }
    };
    places.map(column).collect()
}

#[cfg(test)]
mod tests;
