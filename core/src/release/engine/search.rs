//! Branch and bound over the lattice of transformations, on two threads, with the same answer each time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::error::ReleaseError;
use super::Watch;
use super::base::Base;
use super::classes::NONE;
use super::cost::{Cost, Costs, Metric};
use super::greedy;
use super::judge::Judge;
use super::problem::Problem;
use super::worker::{Ground, Worker};

/// How long a search may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many beginnings and transformations may be checked. With fewer than there are, the best found is the answer,
    /// with a proven bound of how much better another could be.
    pub most_checks: u64,
    /// How many threads work. A search that may end early uses one, so that its answer is the same each time.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { most_checks: 4_000_000, threads: 2 }
    }
}

/// A transformation, and what it does to the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Per quasi-identifying column the level of its hierarchy.
    pub levels: Vec<usize>,
    /// What it costs.
    pub cost: Cost,
    /// What each column costs by itself, for metrics by column.
    pub cost_by_column: Vec<f64>,
    /// No transformation costs less than this; equal to `cost` if the search was complete.
    pub bound: Cost,
    /// Rows that are suppressed.
    pub suppressed: u64,
    /// Per row its class, or `None` if it is suppressed.
    pub class_of_row: Vec<Option<u32>>,
    /// How many classes are kept.
    pub classes: usize,
    /// How many beginnings and transformations were checked.
    pub checks: u64,
    /// How many transformations there are.
    pub lattice: f64,
}

impl Solution {
    /// Whether no transformation is better.
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        self.bound == self.cost
    }
}

/// The largest lattice that is searched by several threads.
const LARGE: f64 = 1_000_000.0;

/// Finds the transformation of least cost; of several, the one with the lower levels in the order of the search.
///
/// # Errors
/// Those of [`Problem::check`]; [`ReleaseError::NoSolution`]; [`ReleaseError::Cancelled`]; [`ReleaseError::TooWide`].
pub fn solve(problem: &Problem, limits: Limits, watch: &dyn Watch) -> Result<Solution, ReleaseError> {
    problem.check()?;
    let base = Base::new(problem)?;
    let ground = ground(problem, &base);
    let shared = Shared::new(watch, problem.lattice(), limits.most_checks);
    if let Some((cost, levels)) = greedy::descend(&ground, &shared) {
        shared.offer(cost, &levels);
    }
    run(&ground, &shared, if problem.lattice() > LARGE { 1 } else { limits.threads.max(1) });
    if watch.cancelled() {
        return Err(ReleaseError::Cancelled);
    }
    let checks = shared.checks.load(Ordering::Relaxed);
    let missed = shared.fewest_suppressed.load(Ordering::Relaxed);
    let Some((cost, levels)) = shared.best.into_inner().unwrap_or_else(|poison| poison.into_inner()) else {
        return Err(no_solution(problem, missed));
    };
    let open = shared.open.into_inner().unwrap_or_else(|poison| poison.into_inner());
    let mut solution = describe(problem, &ground, &levels)?;
    solution.bound = open.filter(|open| open.compare(&cost).is_lt()).unwrap_or(cost);
    solution.checks = checks;
    Ok(solution)
}

/// What a given transformation costs and suppresses. It may suppress more rows than the problem allows.
///
/// # Errors
/// Those of [`Problem::check`]; [`ReleaseError::SpecConflict`] for levels that the problem does not have.
pub fn evaluate(problem: &Problem, levels: &[usize]) -> Result<Solution, ReleaseError> {
    problem.check()?;
    let base = Base::new(problem)?;
    let chosen = chosen(problem, &base, levels)?;
    let ground = ground(problem, &base);
    describe(problem, &ground, &chosen)
}

/// What a transformation costs by other metrics. The levels have to be among those allowed.
///
/// # Errors
/// As [`evaluate`].
pub fn cost_of(problem: &Problem, levels: &[usize], metrics: &[Metric]) -> Result<Vec<f64>, ReleaseError> {
    let base = Base::new(problem)?;
    let chosen = chosen(problem, &base, levels)?;
    let of_metric = |metric: &Metric| {
        let judge = Judge::new(problem);
        let costs = Costs::new(&base, *metric, metric.usual_aggregate(), &judge);
        let (counted, counted_early) = (judge.counted(false), judge.counted(true));
        let ground = Ground { base: &base, judge, costs, counted, counted_early };
        greedy::evaluate(&ground, &chosen).cost.values()[0]
    };
    Ok(metrics.iter().map(of_metric).collect())
}

/// Levels of the problem, in the order and numbering of the search.
fn chosen(problem: &Problem, base: &Base, levels: &[usize]) -> Result<Vec<usize>, ReleaseError> {
    let valid = levels.len() == problem.quasi.len()
        && problem.quasi.iter().zip(levels).all(|(quasi, level)| (quasi.finest..=quasi.coarsest).contains(level));
    if !valid {
        return Err(ReleaseError::SpecConflict { line: 0, what: "the levels are not among those allowed".to_owned() });
    }
    Ok(base.columns.iter().map(|column| levels[column.place] - problem.quasi[column.place].finest).collect())
}

fn ground<'a>(problem: &Problem, base: &'a Base) -> Ground<'a> {
    let judge = Judge::new(problem);
    let costs = Costs::new(base, problem.metric, problem.aggregate, &judge);
    let (counted, counted_early) = (judge.counted(false), judge.counted(true));
    Ground { base, judge, costs, counted, counted_early }
}

fn run(ground: &Ground<'_>, shared: &Shared<'_>, threads: usize) {
    let tasks = tasks(ground.base);
    let next = AtomicU64::new(0);
    let work = || {
        let mut worker = Worker::new(ground, shared);
        while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            worker.search(task);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
}

/// The beginnings that are shared out, the coarsest first: enough of them for threads to finish together.
fn tasks(base: &Base) -> Vec<Vec<usize>> {
    let mut tasks = vec![Vec::new()];
    for column in &base.columns[..base.columns.len() - 1] {
        if tasks.len() >= 12 {
            break;
        }
        let longer = |task: &Vec<usize>| {
            let task = task.clone();
            (0..column.levels.len()).rev().map(move |level| [task.clone(), vec![level]].concat())
        };
        tasks = tasks.iter().flat_map(longer).collect();
    }
    tasks
}

fn describe(problem: &Problem, ground: &Ground<'_>, chosen: &[usize]) -> Result<Solution, ReleaseError> {
    let found = greedy::evaluate(ground, chosen);
    let mut levels = vec![0; problem.quasi.len()];
    let mut cost_by_column = vec![0.0; problem.quasi.len()];
    for ((column, level), cost) in ground.base.columns.iter().zip(chosen).zip(&found.by_column) {
        levels[column.place] = column.levels[*level].number;
        cost_by_column[column.place] = *cost;
    }
    let class_of_row = ground.base.of_row.iter().map(|tuple| found.class_of_tuple[*tuple as usize]);
    let class_of_row = class_of_row.map(|class| (class != NONE).then_some(class)).collect();
    Ok(Solution {
        levels,
        bound: found.cost.clone(),
        cost: found.cost,
        cost_by_column,
        suppressed: found.suppressed,
        class_of_row,
        classes: found.classes,
        checks: 1,
        lattice: problem.lattice(),
    })
}

/// How near it got, and which column stands most in the way.
fn no_solution(problem: &Problem, missed: u64) -> ReleaseError {
    let without = |place: usize| {
        let mut smaller = problem.clone();
        smaller.quasi.remove(place);
        if let Some(population) = &mut smaller.population {
            population.remove(place);
        }
        let coarsest: Vec<usize> = smaller.quasi.iter().map(|quasi| quasi.coarsest).collect();
        evaluate(&smaller, &coarsest).map(|solution| solution.suppressed).ok()
    };
    let suppressed = missed.min(problem.rows as u64);
    let places = (0..problem.quasi.len()).filter(|_| problem.quasi.len() > 1);
    let best = places.filter_map(|place| Some((without(place)?, place))).min().filter(|(rows, _)| *rows < suppressed);
    ReleaseError::NoSolution {
        suppressed,
        allowed: problem.most_suppressed(),
        costliest: best.map(|(_, place)| problem.quasi[place].name.clone()),
    }
}

/// What the threads share.
pub(super) struct Shared<'a> {
    watch: &'a dyn Watch,
    whole: f64,
    most_checks: u64,
    checks: AtomicU64,
    stop: AtomicBool,
    fewest_suppressed: AtomicU64,
    decided: Mutex<f64>,
    best: Mutex<Option<(Cost, Vec<usize>)>>,
    open: Mutex<Option<Cost>>,
}

impl std::fmt::Debug for Shared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("checks", &self.checks).finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

impl<'a> Shared<'a> {
    fn new(watch: &'a dyn Watch, whole: f64, most_checks: u64) -> Self {
        Self {
            watch,
            whole,
            most_checks,
            checks: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            fewest_suppressed: AtomicU64::new(u64::MAX),
            decided: Mutex::new(0.0),
            best: Mutex::new(None),
            open: Mutex::new(None),
        }
    }

    pub(super) fn count_check(&self) {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed) + 1;
        if checks >= self.most_checks || (checks.is_multiple_of(16) && self.watch.cancelled()) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// A transformation that suppresses too many rows.
    pub(super) fn missed(&self, suppressed: u64) {
        self.fewest_suppressed.fetch_min(suppressed, Ordering::Relaxed);
    }

    pub(super) fn decide(&self, transformations: f64) {
        let mut decided = locked(&self.decided);
        *decided += transformations;
        self.watch.progress(*decided, self.whole);
    }

    /// Whether nothing above this bound can be the best.
    pub(super) fn beaten(&self, bound: &Cost) -> bool {
        locked(&self.best).as_ref().is_some_and(|(cost, _)| bound.exceeds(cost))
    }

    /// Keeps a transformation if it is the best so far; of equal ones, the one with the lower levels.
    pub(super) fn offer(&self, cost: Cost, levels: &[usize]) {
        let mut best = locked(&self.best);
        let better = best.as_ref().is_none_or(|(known, at)| cost.compare(known).then_with(|| levels.cmp(at)).is_lt());
        if better {
            *best = Some((cost, levels.to_vec()));
        }
    }

    /// Something with this bound was not looked at.
    pub(super) fn open(&self, bound: Cost) {
        let mut open = locked(&self.open);
        if open.as_ref().is_none_or(|known| bound.compare(known).is_lt()) {
            *open = Some(bound);
        }
    }
}
