//! Which classes fulfil the privacy models.

use super::base::Base;
use super::classes::Groups;
use super::model::{Distance, Model};
use super::problem::Problem;
use super::says::Says;

/// What the models say of each class.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// Per class whether it fails.
    pub(super) failed: Vec<bool>,
    /// Rows of classes that fail.
    pub(super) rows: u64,
    /// Whether any class fails.
    any: bool,
    /// Whether a class fails that no suppression can help: people of the population, none of them in the table, where
    /// a share of them has to be.
    hopeless: bool,
    order: Vec<u32>,
}

/// Half a unit in the last places: what is equal on paper must not fail by rounding.
const SLACK: f64 = 1e-12;

/// The models, with what they need of the whole table.
#[derive(Debug)]
pub(super) struct Judge {
    prepared: Vec<Prepared>,
    most_suppressed: u64,
    /// Whether a class may not be empty of rows of the table, while the population has it.
    no_class_empty: bool,
}

#[derive(Debug)]
struct Prepared {
    model: Model,
    /// The frequency of each value in the whole table.
    whole: Vec<f64>,
    /// The groups of the hierarchical distance.
    groups: Vec<Vec<u32>>,
    says: Says,
}

impl Judge {
    pub(super) fn new(problem: &Problem) -> Self {
        let prepared = problem.models.iter().map(|model| Prepared::new(*model, problem)).collect();
        let mut judge = Self { prepared, most_suppressed: problem.most_suppressed(), no_class_empty: false };
        // With a smallest class, an empty one counts as suppressed; it does not fail the presence.
        let demands = |model: &Model| matches!(model, Model::DeltaPresence { least, .. } if *least > 0.0);
        judge.no_class_empty = judge.smallest() <= 1 && problem.models.iter().any(demands);
        judge
    }

    /// Whether so much may be suppressed.
    pub(super) fn allows(&self, suppressed: u64, verdicts: &Verdicts) -> bool {
        suppressed <= self.most_suppressed && !verdicts.hopeless && !(self.most_suppressed == 0 && verdicts.any)
    }

    /// No class that is kept has fewer children.
    pub(super) fn smallest(&self) -> u64 {
        let k = |prepared: &Prepared| match prepared.model {
            Model::KAnonymity { k } => u64::from(k),
            Model::DistinctL { l, .. } | Model::RecursiveL { l, .. } => u64::from(l),
            _ => 1,
        };
        self.prepared.iter().map(k).max().unwrap_or(1)
    }

    pub(super) fn most_suppressed(&self) -> u64 {
        self.most_suppressed
    }

    /// The sensitive columns that have to be counted, for all models or for those that judge a beginning.
    pub(super) fn counted(&self, beginning: bool) -> Vec<usize> {
        let used = self.prepared.iter().filter(|prepared| !beginning || self.judges_beginnings(&prepared.model));
        let mut columns: Vec<usize> = used.filter_map(|prepared| prepared.model.column()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether a failure in a transformation shows that all finer ones fail as well. Joining classes that fulfil a model
    /// gives one that does: so if nothing may be suppressed, one failure is enough.
    fn judges_beginnings(&self, model: &Model) -> bool {
        model.fails_for_good() || self.most_suppressed == 0
    }

    /// Judges classes that finer transformations only part: what fails here fails there.
    pub(super) fn beginning(&self, groups: &Groups, verdicts: &mut Verdicts) {
        verdicts.begin(groups);
        for prepared in self.prepared.iter().filter(|prepared| self.judges_beginnings(&prepared.model)) {
            prepared.apply(groups, verdicts);
        }
        verdicts.sum(groups);
        verdicts.hopeless = self.no_class_empty && groups.rows.contains(&0);
    }

    /// Judges the classes of a transformation by all models.
    pub(super) fn complete(&self, groups: &Groups, verdicts: &mut Verdicts) {
        verdicts.begin(groups);
        let (of_table, of_class): (Vec<_>, Vec<_>) =
            self.prepared.iter().partition(|prepared| matches!(prepared.model, Model::AverageRisk { .. }));
        of_class.iter().for_each(|prepared| prepared.apply(groups, verdicts));
        of_table.iter().for_each(|prepared| prepared.apply(groups, verdicts));
        verdicts.sum(groups);
        verdicts.hopeless = self.no_class_empty && groups.rows.contains(&0);
    }
}

impl Verdicts {
    fn begin(&mut self, groups: &Groups) {
        self.failed.clear();
        self.failed.resize(groups.count, false);
    }

    fn sum(&mut self, groups: &Groups) {
        let failed = self.failed.iter().zip(&groups.rows).filter(|(failed, _)| **failed);
        self.rows = failed.map(|(_, rows)| u64::from(*rows)).sum();
        self.any = self.failed.contains(&true);
    }
}

impl Prepared {
    fn new(model: Model, problem: &Problem) -> Self {
        let none = || Self { model, whole: Vec::new(), groups: Vec::new(), says: Says::one_each(0) };
        let Some(column) = model.column() else { return none() };
        let sensitive = &problem.sensitive[column];
        let whole = sensitive.whole.clone().unwrap_or_else(|| sensitive.frequencies(problem.units.as_deref()));
        Self { model, whole, groups: sensitive.groups.clone(), says: sensitive.says.clone() }
    }

    fn apply(&self, groups: &Groups, verdicts: &mut Verdicts) {
        match self.model {
            Model::KAnonymity { k } => fail_where(verdicts, groups, |class| groups.sizes()[class] >= k),
            Model::KMap { k } => fail_where(verdicts, groups, |class| groups.population[class] >= k),
            Model::DeltaPresence { least, most } => {
                let share = |class| f64::from(groups.rows[class]) / f64::from(groups.population[class]);
                fail_where(verdicts, groups, |class| (least - SLACK..=most + SLACK).contains(&share(class)));
            }
            Model::AverageRisk { risk } => average_risk(groups, risk, verdicts),
            _ => {
                let size = self.whole.len();
                let values = &groups.values[self.model.column().unwrap_or_default()];
                let mut scratch = Vec::new();
                fail_where(verdicts, groups, |class| self.holds(&values[class * size..][..size], &mut scratch));
            }
        }
    }

    /// Whether a class with these counts of values fulfils the model.
    fn holds(&self, counts: &[u32], scratch: &mut Vec<f64>) -> bool {
        let sum: u32 = counts.iter().sum();
        match self.model {
            Model::DistinctL { l, .. } => self.says.is_distinct(counts, l),
            Model::EntropyL { l, .. } => self.says.entropy(counts) >= l.ln() - SLACK,
            Model::RecursiveL { c, l, .. } => recursive(self.says.said(counts).collect(), c, l as usize),
            Model::TCloseness { t, distance, .. } => self.distance(counts, sum, distance, scratch) <= t + SLACK,
            Model::BetaLikeness { beta, enhanced, .. } => self.alike(counts, sum, beta, enhanced),
            _ => true,
        }
    }

    fn distance(&self, counts: &[u32], sum: u32, distance: Distance, scratch: &mut Vec<f64>) -> f64 {
        let sum = f64::from(sum);
        let differences = counts.iter().zip(&self.whole).map(|(count, whole)| f64::from(*count) / sum - whole);
        match distance {
            Distance::Equal => differences.map(f64::abs).sum::<f64>() / 2.0,
            Distance::Ordered => {
                let mut carried = 0.0;
                let moved = differences.map(|difference| {
                    carried += difference;
                    f64::abs(carried)
                });
                let moved: f64 = moved.sum();
                if counts.len() > 1 { moved / (counts.len() - 1) as f64 } else { 0.0 }
            }
            Distance::Hierarchical => {
                scratch.clear();
                scratch.extend(differences);
                hierarchical(scratch, &self.groups)
            }
        }
    }

    fn alike(&self, counts: &[u32], sum: u32, beta: f64, enhanced: bool) -> bool {
        counts.iter().zip(&self.whole).filter(|(count, _)| **count > 0).all(|(count, whole)| {
            let gain = (f64::from(*count) / f64::from(sum) - whole) / whole;
            let most = if enhanced { beta.min(-whole.ln()) } else { beta };
            gain <= most + SLACK
        })
    }
}

/// Classes without rows are not released, and fail nothing.
fn fail_where(verdicts: &mut Verdicts, groups: &Groups, mut holds: impl FnMut(usize) -> bool) {
    for class in 0..groups.count {
        if !verdicts.failed[class] && groups.rows[class] > 0 {
            verdicts.failed[class] = !holds(class);
        }
    }
}

/// Fails the smallest classes until the average risk of the rest is low enough.
fn average_risk(groups: &Groups, risk: f64, verdicts: &mut Verdicts) {
    let sizes = groups.sizes();
    let order = &mut verdicts.order;
    order.clear();
    order.extend((0..groups.count as u32).filter(|class| {
        let class = *class as usize;
        !verdicts.failed[class] && groups.rows[class] > 0
    }));
    order.sort_unstable_by_key(|class| (sizes[*class as usize], groups.example[*class as usize]));
    let mut people: u64 = order.iter().map(|class| u64::from(sizes[*class as usize])).sum();
    let mut next = 0;
    while next < order.len() && (order.len() - next) as f64 > risk * people as f64 * (1.0 + SLACK) {
        verdicts.failed[order[next] as usize] = true;
        people -= u64::from(sizes[order[next] as usize]);
        next += 1;
    }
}

fn recursive(mut present: Vec<u32>, c: f64, l: usize) -> bool {
    if present.len() < l {
        return false;
    }
    present.sort_unstable_by(|a, b| b.cmp(a));
    let rare: u64 = present[l - 1..].iter().map(|count| u64::from(*count)).sum();
    f64::from(present[0]) < c * rare as f64
}

/// The earth mover's distance over a hierarchy: what cannot be settled below moves up, at the cost of the height.
fn hierarchical(surplus: &mut Vec<f64>, groups: &[Vec<u32>]) -> f64 {
    let top = groups.len() as f64;
    let mut cost = 0.0;
    let mut current: Vec<f64> = std::mem::take(surplus);
    let mut below: Option<&Vec<u32>> = None;
    for (index, level) in groups.iter().enumerate() {
        let size = level.iter().max().map_or(0, |most| *most as usize + 1);
        let (mut plus, mut minus) = (vec![0.0; size], vec![0.0; size]);
        let mut seen = vec![false; current.len()];
        for (value, group) in level.iter().enumerate() {
            let node = below.map_or(value, |below| below[value] as usize);
            if !std::mem::replace(&mut seen[node], true) {
                let target = if current[node] > 0.0 { &mut plus } else { &mut minus };
                target[*group as usize] += current[node].abs();
            }
        }
        let moved: f64 = plus.iter().zip(&minus).map(|(plus, minus)| plus.min(*minus)).sum();
        cost += moved * (index + 1) as f64 / top;
        current = plus.iter().zip(&minus).map(|(plus, minus)| plus - minus).collect();
        below = Some(level);
    }
    *surplus = current;
    cost
}

/// The sizes of the classes that are kept, for metrics.
pub(super) fn sizes(base: &Base, groups: &Groups, verdicts: &Verdicts) -> (u64, f64, f64) {
    debug_assert!(groups.rows.len() <= base.combinations());
    let (mut kept, mut kept_squares, mut other_squares) = (0, 0.0, 0.0);
    for (rows, failed) in groups.rows.iter().zip(&verdicts.failed).filter(|(rows, _)| **rows > 0) {
        let square = f64::from(*rows) * f64::from(*rows);
        if *failed {
            other_squares += square;
        } else {
            kept += 1;
            kept_squares += square;
        }
    }
    (kept, kept_squares, other_squares)
}
