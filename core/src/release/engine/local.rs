//! Local recoding: rows that the full-domain optimum suppresses are tried again among themselves, with coarser values.
//!
//! Every model but the two that need a population survives joining classes that fulfil it, so the parts keep the
//! guarantee together. Where children have rows in several parts that is checked on the finished table as well.

use super::super::error::ReleaseError;
use super::cost::{Aggregate, Metric};
use super::problem::{Problem, Quasi, Sensitive};
use super::search::{Limits, Solution, solve};
use super::{Model, Watch};

/// The most rounds.
const MOST_ROUNDS: usize = 16;

/// Levels for parts of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Recoding {
    /// Per round the level of each quasi-identifying column; the first is the full-domain optimum.
    pub rounds: Vec<Vec<usize>>,
    /// Per row its round, or `None` if it stays suppressed.
    pub round_of_row: Vec<Option<u32>>,
}

impl Recoding {
    /// The full-domain optimum alone.
    #[must_use]
    pub fn of(solution: &Solution) -> Self {
        let round_of_row = solution.class_of_row.iter().map(|class| class.map(|_| 0)).collect();
        Self { rounds: vec![solution.levels.clone()], round_of_row }
    }

    /// How many rows stay suppressed.
    #[must_use]
    pub fn suppressed(&self) -> usize {
        self.round_of_row.iter().filter(|round| round.is_none()).count()
    }
}

/// Searches the suppressed rows of a solution again and again, until none can be brought back.
///
/// # Errors
/// [`ReleaseError::Cancelled`].
pub fn recode_rest(
    problem: &Problem,
    solution: &Solution,
    limits: Limits,
    watch: &dyn Watch,
) -> Result<Recoding, ReleaseError> {
    let mut recoding = Recoding::of(solution);
    if problem.models.iter().any(Model::needs_population) {
        return Ok(recoding);
    }
    while recoding.rounds.len() < MOST_ROUNDS {
        let rest: Vec<usize> = (0..problem.rows).filter(|row| recoding.round_of_row[*row].is_none()).collect();
        if rest.is_empty() {
            break;
        }
        let found = match solve(&part(problem, &rest), limits, watch) {
            Ok(found) => found,
            Err(ReleaseError::Cancelled) => return Err(ReleaseError::Cancelled),
            Err(_) => break,
        };
        if found.classes == 0 {
            break;
        }
        let round = recoding.rounds.len() as u32;
        for (row, class) in rest.iter().zip(&found.class_of_row) {
            recoding.round_of_row[*row] = class.map(|_| round);
        }
        recoding.rounds.push(found.levels);
    }
    Ok(recoding)
}

/// Some rows of the problem, all of which may be suppressed; distributions are those of the whole table.
fn part(problem: &Problem, rows: &[usize]) -> Problem {
    let pick = |codes: &[u32]| rows.iter().map(|row| codes[*row]).collect::<Vec<u32>>();
    let quasi = |quasi: &Quasi| Quasi { leaves: pick(&quasi.leaves), ..quasi.clone() };
    let sensitive = |sensitive: &Sensitive| {
        let whole = sensitive.whole.clone().unwrap_or_else(|| sensitive.frequencies(problem.units.as_deref()));
        Sensitive { codes: pick(&sensitive.codes), whole: Some(whole), ..sensitive.clone() }
    };
    // A metric that does not see suppression would suppress everything.
    let blind = matches!(
        problem.metric,
        Metric::Entropy { monotonic: true }
            | Metric::Precision { monotonic: true }
            | Metric::Discernibility { monotonic: true }
            | Metric::AverageClassSize
            | Metric::Height
    );
    let (metric, aggregate) =
        if blind { (Metric::Loss { gs: 0.5 }, Aggregate::Geometric) } else { (problem.metric, problem.aggregate) };
    Problem {
        rows: rows.len(),
        quasi: problem.quasi.iter().map(quasi).collect(),
        sensitive: problem.sensitive.iter().map(sensitive).collect(),
        units: problem.units.as_deref().map(pick),
        population: None,
        models: problem.models.clone(),
        suppression: 1.0,
        metric,
        aggregate,
    }
}
