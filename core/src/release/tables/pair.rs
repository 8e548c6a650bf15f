//! What two tables about the same children tell together of cells that either hides.
//!
//! An attacker looks for tables of all children that agree with everything shown. Two tables share some dimensions, maybe
//! none. Any two full tables that agree on their sums over the shared dimensions are the sums of one table over all
//! dimensions, with whole numbers from 0 on: within each value of the shared dimensions, rows and columns with one sum can
//! always be filled in (Fréchet 1940; Hundepool et al. 2012, 4.4). So nothing more is known of two tables than: the cells
//! of each, what each shows, and that the sums over shared dimensions are the same. That is what the linear programs here
//! say, without a variable for each combination of all dimensions.
//!
//! Of a combination that no table shows (of a dimension of one and one of the other) the most that is possible is the
//! smaller one of its two cells. A cell that is shown is zero or holds as many children as the floor; a hidden one could
//! hold as many. So nobody is ever sure of a small group there, if the hidden cells pass.
//!
//! Where shared dimensions are cut differently, values that can be about the same child are tied by flows. A flow between
//! values that overlap is a group that neither table shows, such as those of ten years where one table counts up to nine and
//! the other up to ten: what is known of it is looked at like a hidden cell. Children who came or left between the tables are
//! known in number, and may stand anywhere.
//!
//! As in the audit of one table, an answer of the solver counts only if it is a whole table that agrees with everything:
//! an error of the solver can only make a range narrower. Only that tables contradict each other is taken on its word: then
//! some children count as corrected, and in the end as if everything were told.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, Error as SolverError, OptimizationDirection, Problem, Variable};

use self::ties::{groups, shared, ties};
use super::cube::Domain;
use super::error::TablesError;
use super::shown::ShownTable;

mod origin;
mod ties;

/// What two tables would tell together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Narrowed {
    /// Hidden cells of either table, and groups between values that are cut differently, of which too much would be known.
    pub cells: u64,
    /// The narrowest range that one of them would have.
    pub narrowest: u64,
}

/// How many children are in one of the tables only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    /// In the earlier one only.
    pub left: u64,
    /// In the later one only.
    pub came: u64,
}

/// Whether a hidden cell of either table, of which its own table tells less, would be known to within fewer than `k`, or a
/// small group between values that are cut differently. Tables that contradict each other (values were corrected in
/// between) are looked at with as many corrected children as it takes to make them agree: they may stand anywhere, and the
/// rest is known all the same. Tables by columns of which it is not known how they hang together (`origin`), and tables
/// that no number of corrections makes agree, count as if all were told. Two linear programs for each cell at most.
///
/// # Errors
/// [`TablesError::TooManyCells`] if the shared dimensions are too many to be tied.
pub fn audit_pair(
    earlier: &ShownTable,
    later: &ShownTable,
    moved: Moved,
    k: u64,
) -> Result<Option<Narrowed>, TablesError> {
    let alike = earlier.spec.rows == later.spec.rows;
    if !alike || !earlier.counts_children() || !later.counts_children() {
        return Ok(None);
    }
    let Some(pair) = agreeing(earlier, later, moved)? else { return Ok(Some(everything(earlier, later))) };
    let Some(ranges) = pair.ranges(k) else { return Ok(Some(everything(earlier, later))) };
    let (cells, groups) = ranges.split_at(pair.hidden);
    let mut told: Vec<u64> = groups.iter().filter(|range| !range.is_safe_group(k)).map(|range| range.width()).collect();
    if cells.iter().any(|range| !range.is_wide(k)) {
        // What a table tells by itself is not told by the pair.
        let alone = [own_ranges(earlier, k)?, own_ranges(later, k)?].concat();
        let narrowed = cells.iter().zip(&alone).filter(|(range, alone)| !range.is_wide(k) && alone.is_wide(k));
        told.extend(narrowed.map(|(range, _)| range.width()));
    }
    Ok(told.iter().min().map(|narrowest| Narrowed { cells: told.len() as u64, narrowest: *narrowest }))
}

/// The two tables with the fewest corrected children with whom they agree; none if there is no such number, or if it cannot be
/// said how their columns hang together.
fn agreeing(earlier: &ShownTable, later: &ShownTable, moved: Moved) -> Result<Option<Pair>, TablesError> {
    let Some(shared) = shared(earlier, later) else { return Ok(None) };
    let with = |corrected: u64| Pair::new((earlier, later), &shared, moved, corrected);
    let most = earlier.counts.iter().chain(&later.counts).flatten().max().copied().unwrap_or(0);
    let (mut fewer, mut corrected) = (0, 0);
    let mut found = loop {
        let pair = with(corrected)?;
        if !pair.contradicts_itself() {
            break pair;
        }
        if corrected > most {
            return Ok(None);
        }
        (fewer, corrected) = (corrected, (2 * corrected).max(1));
    };
    while corrected > fewer + 1 {
        let half = fewer + (corrected - fewer) / 2;
        let pair = with(half)?;
        if pair.contradicts_itself() {
            fewer = half;
        } else {
            (found, corrected) = (pair, half);
        }
    }
    Ok(Some(found))
}

/// As if every hidden cell were known: what nothing can be said of does not leave.
fn everything(earlier: &ShownTable, later: &ShownTable) -> Narrowed {
    let hidden = earlier.counts.iter().chain(&later.counts).filter(|count| count.is_none()).count();
    Narrowed { cells: hidden.max(1) as u64, narrowest: 0 }
}

/// The ranges of the hidden cells of one table by itself.
fn own_ranges(table: &ShownTable, k: u64) -> Result<Vec<Range>, TablesError> {
    let same: Vec<_> = (0..table.spec.dimensions.len()).map(|place| (place, place)).collect();
    let twice = Pair::new((table, table), &same, Moved::default(), 0)?;
    let mut ranges = twice.ranges(k).unwrap_or_else(|| vec![Range::default(); twice.hidden]);
    ranges.truncate(twice.hidden / 2);
    Ok(ranges)
}

/// The least and the greatest that was found possible; none as long as nothing was.
#[derive(Debug, Clone, Copy, Default)]
struct Range {
    found: Option<(i64, i64)>,
    /// Whether both ends were asked for and answered.
    answered: bool,
}

impl Range {
    fn width(self) -> u64 {
        self.found.map_or(0, |(least, most)| most.abs_diff(least))
    }

    fn is_wide(self, k: u64) -> bool {
        self.width() >= k
    }

    /// Whether a group that no table shows is large or empty for sure, or is not known well.
    fn is_safe_group(self, k: u64) -> bool {
        let large = |(least, most): (i64, i64)| most == 0 || u64::try_from(least).is_ok_and(|least| least >= k);
        self.is_wide(k) || (self.answered && self.found.is_some_and(large))
    }

    fn widen(&mut self, value: i64) {
        let (least, most) = self.found.unwrap_or((value, value));
        self.found = Some((least.min(value), most.max(value)));
    }
}

/// A sum of unknowns.
type Terms = Vec<(usize, i64)>;

/// Everything that is known of two tables, over their unknown cells, the ties, and who came and left.
struct Pair {
    unknowns: usize,
    /// Sums and what they come to.
    sums: Vec<(Terms, i64)>,
    /// What is looked at: the hidden cells of both, then groups. Their unknown parts, and what of them is known.
    asked: Vec<(Terms, i64)>,
    /// How many of those are hidden cells.
    hidden: usize,
    ceiling: i64,
}

enum Found {
    Table(Vec<i64>),
    Contradiction,
    Nothing,
}

/// The inner cells of one table: their places, and what of each is known.
struct Side {
    sizes: Vec<usize>,
    inner: Vec<(Vec<usize>, Part)>,
}

#[derive(Clone, Copy)]
enum Part {
    Known(i64),
    Unknown(usize),
}

impl Pair {
    /// With up to so many children beside those who moved whose data do not agree.
    fn new(
        (earlier, later): (&ShownTable, &ShownTable),
        shared: &[(usize, usize)],
        moved: Moved,
        corrected: u64,
    ) -> Result<Self, TablesError> {
        let greatest = earlier.counts.iter().chain(&later.counts).flatten().max().copied().unwrap_or(0);
        let people = [moved.left, moved.came, corrected].into_iter().fold(greatest, u64::saturating_add);
        let ceiling = signed(people).saturating_mul(2).saturating_add(100);
        let mut pair = Self { unknowns: 0, sums: Vec::new(), asked: Vec::new(), hidden: 0, ceiling };
        let (one, other) = (pair.add(earlier)?, pair.add(later)?);
        let ties = ties(earlier, later, shared)?;
        let first = pair.unknowns;
        pair.unknowns += ties.len();
        let places = |later: bool| shared.iter().map(move |(one, other)| if later { *other } else { *one }).collect();
        pair.tie(&one, places(false), ties.iter().map(|tie| &tie.earlier), first, (moved.left, corrected));
        pair.tie(&other, places(true), ties.iter().map(|tie| &tie.later), first, (moved.came, corrected));
        pair.hidden = pair.asked.len();
        pair.asked.extend(groups(earlier, later, shared, &ties, first));
        Ok(pair)
    }

    fn contradicts_itself(&self) -> bool {
        matches!(self.solve(None, OptimizationDirection::Minimize, false), Found::Contradiction)
    }

    /// The range of everything that is looked at, until it is wide enough; none if the tables contradict each other.
    fn ranges(&self, k: u64) -> Option<Vec<Range>> {
        let mut ranges = vec![Range::default(); self.asked.len()];
        match self.solve(None, OptimizationDirection::Minimize, false) {
            Found::Contradiction => return None,
            Found::Table(values) => self.widen(&mut ranges, &values),
            Found::Nothing => {}
        }
        for cell in 0..self.asked.len() {
            let mut answers = 0;
            for direction in [OptimizationDirection::Minimize, OptimizationDirection::Maximize] {
                if ranges[cell].is_wide(k) {
                    break;
                }
                let found =
                    [false, true].into_iter().find_map(|whole| match self.solve(Some(cell), direction, whole) {
                        Found::Table(values) => Some(values),
                        _ => None,
                    });
                answers += usize::from(found.is_some());
                found.iter().for_each(|values| self.widen(&mut ranges, values));
            }
            ranges[cell].answered = answers == 2;
        }
        Some(ranges)
    }

    /// The cells of a table, and what it shows of their sums.
    fn add(&mut self, table: &ShownTable) -> Result<Side, TablesError> {
        let domain = table.domain()?;
        let mut side = Side { sizes: domain.sizes().to_vec(), inner: Vec::new() };
        for cell in (0..domain.cells()).filter(|cell| !domain.is_total(*cell)) {
            let part =
                table.counts[cell].map_or_else(|| Part::Unknown(self.unknown()), |count| Part::Known(signed(count)));
            side.inner.push((domain.places(cell), part));
        }
        for (cell, count) in table.counts.iter().enumerate() {
            let (terms, known) = side.below(&domain, cell);
            match count {
                None => self.asked.push((terms, known)),
                Some(count) if !terms.is_empty() => self.sums.push((terms, signed(*count) - known)),
                Some(_) => {}
            }
        }
        Ok(side)
    }

    /// The sums of a table over its shared dimensions are those of the ties, and of the children who are in this table only:
    /// of so many, and up to so many more.
    fn tie<'t>(
        &mut self,
        side: &Side,
        shared: Vec<usize>,
        ties: impl Iterator<Item = &'t Vec<usize>>,
        first: usize,
        (alone, corrected): (u64, u64),
    ) {
        let mut sums: BTreeMap<Vec<usize>, (Terms, i64)> = BTreeMap::new();
        for (places, part) in &side.inner {
            let (terms, known) = sums.entry(shared.iter().map(|place| places[*place]).collect()).or_default();
            match part {
                Part::Known(count) => *known += count,
                Part::Unknown(unknown) => terms.push((*unknown, 1)),
            }
        }
        for (number, tie) in ties.enumerate() {
            sums.entry(tie.clone()).or_default().0.push((first + number, -1));
        }
        let mut movers: Terms = Vec::new();
        for (mut terms, known) in sums.into_values() {
            if alone > 0 || corrected > 0 {
                let mover = self.unknown();
                movers.push((mover, 1));
                terms.push((mover, -1));
            }
            self.sums.push((terms, -known));
        }
        if corrected > 0 {
            // How many of those are not: from none to all of them.
            let (not, are) = (self.unknown(), self.unknown());
            self.sums.push((vec![(not, 1), (are, 1)], signed(corrected)));
            movers.push((not, 1));
        }
        if !movers.is_empty() {
            self.sums.push((movers, signed(alone.saturating_add(corrected))));
        }
    }

    fn unknown(&mut self) -> usize {
        self.unknowns += 1;
        self.unknowns - 1
    }

    /// A table that agrees with everything, with as little or as much as possible in one hidden cell.
    fn solve(&self, cell: Option<usize>, direction: OptimizationDirection, whole: bool) -> Found {
        let mut goal = vec![0.0; self.unknowns];
        for (unknown, sign) in cell.iter().flat_map(|cell| &self.asked[*cell].0) {
            goal[*unknown] += *sign as f64;
        }
        let mut problem = Problem::new(direction);
        let variable = |goal: &f64| match (whole, i32::try_from(self.ceiling)) {
            (true, Ok(ceiling)) => problem.add_integer_var(*goal, (0, ceiling)),
            _ => problem.add_var(*goal, (0.0, self.ceiling as f64)),
        };
        let variables: Vec<Variable> = goal.iter().map(variable).collect();
        for (terms, result) in &self.sums {
            let terms: Vec<(Variable, f64)> = terms.iter().map(|(at, sign)| (variables[*at], *sign as f64)).collect();
            problem.add_constraint(&terms, ComparisonOp::Eq, *result as f64);
        }
        let solution = match problem.solve() {
            Err(SolverError::Infeasible) => return Found::Contradiction,
            found => found.ok().and_then(|outcome| outcome.into_solution().ok()),
        };
        let values = solution.map(|solution| {
            variables.iter().map(|variable| solution.var_value(*variable).round() as i64).collect::<Vec<i64>>()
        });
        values.filter(|values| self.is_possible(values)).map_or(Found::Nothing, Found::Table)
    }

    fn is_possible(&self, values: &[i64]) -> bool {
        values.iter().all(|value| (0..=self.ceiling).contains(value))
            && self.sums.iter().all(|(terms, result)| sum(terms, values) == *result)
    }

    /// What a possible table says of everything that is looked at.
    fn widen(&self, ranges: &mut [Range], values: &[i64]) {
        for (range, (terms, known)) in ranges.iter_mut().zip(&self.asked) {
            range.widen(known + sum(terms, values));
        }
    }
}

impl Side {
    /// The unknown inner cells that a cell is the sum of, and what the others come to.
    fn below(&self, domain: &Domain, cell: usize) -> (Terms, i64) {
        let at = domain.places(cell);
        let under = |places: &[usize]| {
            at.iter().zip(places).zip(&self.sizes).all(|((at, place), size)| at == size || at == place)
        };
        let (mut terms, mut known) = (Vec::new(), 0);
        for (_, part) in self.inner.iter().filter(|(places, _)| under(places)) {
            match part {
                Part::Known(count) => known += count,
                Part::Unknown(unknown) => terms.push((*unknown, 1)),
            }
        }
        (terms, known)
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 8)
}

fn sum(terms: &Terms, values: &[i64]) -> i64 {
    terms.iter().map(|(at, sign)| sign * values[*at]).sum()
}

#[cfg(test)]
mod tests;
