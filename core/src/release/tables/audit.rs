//! What an attacker can compute of hidden cells: the least and the greatest value of each that agree with everything
//! that is published. (The attacker problem: Hundepool et al. 2012, section 4.4.)
//!
//! The bounds are linear programs, one for each end, in parts that have no sum in common. The solver works with
//! floating point and could err. So its answer is read as a whole table of hidden values, rounded, and checked in whole
//! numbers against every sum: only such a table widens an interval. An interval here is therefore never wider than what
//! is really possible; an error of the solver makes it narrower, and more is hidden.

use std::collections::HashMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::cube::Domain;

/// What is possible for a hidden cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The least possible value.
    pub least: u64,
    /// The greatest.
    pub greatest: u64,
}

impl Interval {
    /// From the least to the greatest.
    #[must_use]
    pub fn width(self) -> u64 {
        self.greatest - self.least
    }
}

/// The interval of every hidden cell, in the order of the cells; `None` for those that are shown.
///
/// Two linear programs per hidden cell. A cell that nothing bounds from above ends at `ceiling`.
#[must_use]
pub fn audit(domain: &Domain, values: &[u64], hidden: &[bool], ceiling: u64) -> Vec<Option<Interval>> {
    let mut attack = Attack::new(domain, values, hidden, ceiling);
    let all: Vec<usize> = (0..domain.cells()).filter(|cell| hidden[*cell]).collect();
    for cell in &all {
        attack.explore(*cell);
    }
    let mut intervals = vec![None; domain.cells()];
    for cell in all {
        intervals[cell] = Some(attack.interval(cell));
    }
    intervals
}

/// The knowledge of an attacker about one table.
pub(super) struct Attack {
    parts: Vec<Part>,
    part_of: HashMap<usize, usize>,
    ceiling: i64,
}

/// Hidden cells that have sums in common, directly or by others.
#[derive(Default)]
struct Part {
    cells: Vec<usize>,
    least: Vec<i64>,
    greatest: Vec<i64>,
    sums: Vec<Sum>,
}

/// Hidden cells of one line with their signs, and what they come to.
struct Sum {
    terms: Vec<(usize, i64)>,
    result: i64,
}

impl Attack {
    pub(super) fn new(domain: &Domain, values: &[u64], hidden: &[bool], ceiling: u64) -> Self {
        let ceiling = i64::try_from(ceiling).unwrap_or(i64::MAX / 4);
        let value = |cell: usize| i64::try_from(values[cell]).unwrap_or(i64::MAX / 4);
        let lines: Vec<Vec<usize>> =
            domain.lines().into_iter().filter(|line| line.iter().any(|cell| hidden[*cell])).collect();
        let (part_of, count) = parts(&lines, hidden);
        let mut parts: Vec<Part> = (0..count).map(|_| Part::default()).collect();
        let mut place_of: HashMap<usize, usize> = HashMap::new();
        for cell in (0..domain.cells()).filter(|cell| hidden[*cell]) {
            let part = &mut parts[part_of[&cell]];
            place_of.insert(cell, part.cells.len());
            part.cells.push(cell);
            // What is true is possible.
            part.least.push(value(cell));
            part.greatest.push(value(cell));
        }
        for line in lines {
            let total = *line.last().unwrap_or(&0);
            let sign = |cell: usize| if cell == total { -1 } else { 1 };
            let known = line.iter().filter(|cell| !hidden[**cell]).map(|cell| sign(*cell) * value(*cell)).sum::<i64>();
            let unknown: Vec<usize> = line.iter().copied().filter(|cell| hidden[*cell]).collect();
            let terms = unknown.iter().map(|cell| (place_of[cell], sign(*cell))).collect();
            parts[part_of[&unknown[0]]].sums.push(Sum { terms, result: -known });
        }
        Self { parts, part_of, ceiling }
    }

    pub(super) fn interval(&self, cell: usize) -> Interval {
        let part = &self.parts[self.part_of[&cell]];
        let place = part.cells.iter().position(|found| *found == cell).unwrap_or(0);
        let end = |ends: &[i64]| u64::try_from(ends[place]).unwrap_or(0);
        Interval { least: end(&part.least), greatest: end(&part.greatest) }
    }

    /// Finds both ends for a cell.
    pub(super) fn explore(&mut self, cell: usize) {
        let ceiling = self.ceiling;
        let part = &mut self.parts[self.part_of[&cell]];
        let Some(place) = part.cells.iter().position(|found| *found == cell) else { return };
        for direction in [OptimizationDirection::Minimize, OptimizationDirection::Maximize] {
            part.push(place, direction, ceiling);
        }
    }
}

impl Part {
    /// Moves one cell as far as it goes, and notes what that says of all of them.
    fn push(&mut self, place: usize, direction: OptimizationDirection, ceiling: i64) {
        let table = [false, true].into_iter().find_map(|whole| {
            self.solve(place, direction, ceiling, whole).filter(|table| self.is_possible(table, ceiling))
        });
        for (place, value) in table.into_iter().flatten().enumerate() {
            self.least[place] = self.least[place].min(value);
            self.greatest[place] = self.greatest[place].max(value);
        }
    }

    fn solve(&self, place: usize, direction: OptimizationDirection, ceiling: i64, whole: bool) -> Option<Vec<i64>> {
        let mut problem = Problem::new(direction);
        let variable = |cell: usize| {
            let goal = if cell == place { 1.0 } else { 0.0 };
            match (whole, i32::try_from(ceiling)) {
                (true, Ok(ceiling)) => problem.add_integer_var(goal, (0, ceiling)),
                _ => problem.add_var(goal, (0.0, ceiling as f64)),
            }
        };
        let variables: Vec<Variable> = (0..self.cells.len()).map(variable).collect();
        for sum in &self.sums {
            let terms: Vec<(Variable, f64)> =
                sum.terms.iter().map(|(place, sign)| (variables[*place], *sign as f64)).collect();
            problem.add_constraint(&terms, ComparisonOp::Eq, sum.result as f64);
        }
        let solution = problem.solve().ok()?.into_solution().ok()?;
        Some(variables.iter().map(|variable| solution.var_value(*variable).round() as i64).collect())
    }

    /// Whether a table of hidden values agrees with everything that is known, in whole numbers.
    fn is_possible(&self, table: &[i64], ceiling: i64) -> bool {
        let within = table.iter().all(|value| (0..=ceiling).contains(value));
        let total = |sum: &Sum| {
            sum.terms.iter().try_fold(0_i64, |total, (place, sign)| total.checked_add(sign * table[*place]))
        };
        within && self.sums.iter().all(|sum| total(sum) == Some(sum.result))
    }
}

/// Numbers the parts of hidden cells that share lines.
fn parts(lines: &[Vec<usize>], hidden: &[bool]) -> (HashMap<usize, usize>, usize) {
    let mut leader: Vec<usize> = (0..hidden.len()).collect();
    fn find(leader: &mut [usize], mut cell: usize) -> usize {
        while leader[cell] != cell {
            leader[cell] = leader[leader[cell]];
            cell = leader[cell];
        }
        cell
    }
    for line in lines {
        let mut unknown = line.iter().copied().filter(|cell| hidden[*cell]);
        let Some(first) = unknown.next() else { continue };
        for cell in unknown {
            let (one, other) = (find(&mut leader, first), find(&mut leader, cell));
            leader[other] = one;
        }
    }
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut part_of = HashMap::new();
    for cell in (0..hidden.len()).filter(|cell| hidden[*cell]) {
        let leader = find(&mut leader, cell);
        let next = numbers.len();
        part_of.insert(cell, *numbers.entry(leader).or_insert(next));
    }
    (part_of, numbers.len())
}
