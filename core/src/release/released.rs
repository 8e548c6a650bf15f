//! From a specification and a table to a table that may leave, with what was done and what it is worth.

use serde::Serialize;

use super::engine::{Limits, Metric, Model, Recoding, Solution, Watch, cost_of, recode_rest, solve};
use super::error::ReleaseError;
use super::risk::{RiskQuestion, RiskReport};
use super::spec::{Bound, Files, ReleasePolicy, Role, Spec};
use super::table::{Column, Table};
use super::verify::Finished;

/// What a plan says before anything leaves, and a receipt afterwards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Account {
    /// What the release is called.
    pub name: String,
    /// Who will hold it.
    pub audience: &'static str,
    /// Rows of the table.
    pub rows: u64,
    /// Rows that are left out.
    pub suppressed: u64,
    /// The columns that leave, with the levels of those that are generalised.
    pub columns: Vec<ReleasedColumn>,
    /// The privacy models, in words.
    pub models: Vec<String>,
    /// The share of rows that might have been left out.
    pub suppression_limit: f64,
    /// What is lost.
    pub utility: Utility,
    /// How the optimum was found.
    pub search: SearchAccount,
    /// The risks of the table as it was, in the columns that leave.
    pub before: RiskReport,
    /// The risks of what leaves.
    pub after: RiskReport,
}

/// A column of the released table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleasedColumn {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Per round of recoding the level of its hierarchy; empty if it leaves as it is.
    pub levels: Vec<usize>,
    /// The topmost level of its hierarchy.
    pub height: usize,
    /// What is lost in it, by the metric that was asked for.
    pub loss: f64,
}

/// What the full-domain optimum costs, by all metrics. Local recoding only makes it better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Utility {
    /// By the metric that was asked for; several numbers where losses are ranked.
    pub cost: Vec<f64>,
    /// The normalised certainty penalty, 0 to 1.
    pub loss: f64,
    /// Level by height, averaged.
    pub precision: f64,
    /// Bits lost.
    pub entropy: f64,
    /// The sum of squares of class sizes.
    pub discernibility: f64,
    /// Rows per class.
    pub average_class: f64,
    /// Rows that local recoding brought back.
    pub brought_back: u64,
}

/// How the search went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchAccount {
    /// How many transformations there are.
    pub transformations: f64,
    /// How many beginnings and transformations were checked.
    pub checks: u64,
    /// Whether no transformation is better.
    pub optimal: bool,
    /// No transformation costs less than this.
    pub bound: Vec<f64>,
}

/// A table that may leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Released {
    /// Its rows, sorted by what they say now: the order of the table they came from is gone.
    pub table: Table,
    /// What was done.
    pub account: Account,
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
    Ok(Released { table: built.table, account })
}

/// What a release would be, and what other suppression limits would give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The release under the specification.
    pub account: Account,
    /// The same search with other suppression limits, ascending.
    pub trade_off: Vec<TradeOff>,
}

/// A suppression limit, and what it gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TradeOff {
    /// The share of rows that may be suppressed.
    pub suppression: f64,
    /// Rows that are; `None` if the models cannot be met.
    pub suppressed: Option<u64>,
    /// What the optimum costs.
    pub cost: Option<Vec<f64>>,
    /// Its levels, in the order of the quasi-identifying columns.
    pub levels: Option<Vec<usize>>,
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
    let account = release(spec, table, policy, files, watch)?.account;
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
    Ok(Plan { account, trade_off })
}

/// The finished table, and which row of the original each row is.
struct Built {
    table: Table,
    sources: Vec<usize>,
}

fn build(table: &Table, bound: &Bound, recoding: &Recoding) -> Result<Built, ReleaseError> {
    let mut sources: Vec<usize> = (0..table.rows()).filter(|row| recoding.round_of_row[*row].is_some()).collect();
    let leaving: Vec<usize> = (0..bound.roles.len()).filter(|place| bound.roles[*place].leaves()).collect();
    let texts: Vec<Vec<Option<&str>>> =
        leaving.iter().map(|place| texts(table, bound, recoding, *place, &sources)).collect();
    let mut order: Vec<usize> = (0..sources.len()).collect();
    let key = |row: &usize| texts.iter().map(|column| column[*row]).collect::<Vec<_>>();
    order.sort_by_cached_key(key);
    sources = order.iter().map(|row| sources[*row]).collect();
    let columns = leaving
        .iter()
        .zip(&texts)
        .map(|(place, texts)| Column::new(table.columns()[*place].name(), order.iter().map(|row| texts[*row])));
    Ok(Built { table: Table::new(columns.collect())?, sources })
}

/// What a column says in the rows that leave.
fn texts<'a>(
    table: &'a Table,
    bound: &'a Bound,
    recoding: &Recoding,
    place: usize,
    sources: &[usize],
) -> Vec<Option<&'a str>> {
    let Some(index) = bound.quasi.iter().position(|quasi| *quasi == place) else {
        return sources.iter().map(|row| table.columns()[place].value(*row)).collect();
    };
    let quasi = &bound.problem.quasi[index];
    let text = |row: &usize| {
        let round = recoding.round_of_row[*row]? as usize;
        let level = &quasi.hierarchy.levels()[recoding.rounds[round][index]];
        // What stands for every value says nothing: a missing value, not a sign that could be taken for one.
        let says = level.labels().len() > 1;
        level.labels()[level.of_leaf()[quasi.leaves[*row] as usize] as usize].as_deref().filter(|_| says)
    };
    sources.iter().map(text).collect()
}

/// Computes every promise again from the finished table, with code that shares nothing with the search.
fn kept(built: &Built, bound: &Bound, (original, recoding): (&Table, &Recoding)) -> Result<(), ReleaseError> {
    if built.sources.is_empty() {
        return Ok(());
    }
    let finished = Finished { original, bound, recoding, table: &built.table, sources: &built.sources };
    let risk = risk_of(&built.table, bound, Some(&built.sources), 0)?;
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

/// The risk of a table in the columns that leave; with the children of the rows it came from.
fn risk_of(
    table: &Table,
    bound: &Bound,
    sources: Option<&[usize]>,
    set_size: usize,
) -> Result<RiskReport, ReleaseError> {
    let quasi: Vec<&str> = bound.problem.quasi.iter().map(|quasi| quasi.name.as_str()).collect();
    let sensitive: Vec<&str> = bound.problem.sensitive.iter().map(|sensitive| sensitive.name.as_str()).collect();
    let units: Option<Vec<u32>> = match (&bound.problem.units, sources) {
        (Some(units), Some(sources)) => Some(sources.iter().map(|row| units[*row]).collect()),
        (units, _) => units.clone(),
    };
    let question =
        RiskQuestion { quasi: &quasi, sensitive: &sensitive, units: units.as_deref(), population: None, set_size };
    RiskReport::of(table, &question)
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
        return Err(ReleaseError::NoSolution {
            suppressed: table.rows() as u64,
            allowed: bound.problem.most_suppressed(),
            costliest: None,
        });
    }
    let metrics = [
        Metric::Loss { gs: 0.5 },
        Metric::Precision { monotonic: false },
        Metric::Entropy { monotonic: false },
        Metric::Discernibility { monotonic: false },
        Metric::AverageClassSize,
    ];
    let costs = cost_of(&bound.problem, &solution.levels, &metrics)?;
    let suppressed = recoding.suppressed() as u64;
    let sets = if bound.quasi.len() <= 12 { 2 } else { 1 };
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
        before: risk_of(table, bound, None, sets)?,
        after: risk_of(&built.table, bound, Some(&built.sources), sets)?,
    })
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
