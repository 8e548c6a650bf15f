//! Which cells are hidden: small ones, dominated ones, and as many others as the audit asks for.

use super::super::engine::Watch;
use super::super::error::ReleaseError;
use super::audit::{Attack, Interval};
use super::cube::{Cube, Domain, Sums};
use super::error::TablesError;
use super::spec::{Magnitude, TablesSpec};

/// With up to so many hidden cells, each that was hidden for the sake of others is tried again at the end.
const MOST_TRIED_AGAIN: usize = 150;

/// What is hidden, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Per cell.
    pub(super) cells: Vec<bool>,
    /// How many are small or dominated themselves.
    pub(super) primary: usize,
    /// The narrowest interval of a hidden count.
    pub(super) narrowest: Option<u64>,
}

/// How unknown a value has to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Need {
    width: u64,
    /// So much more has to be possible.
    above: u64,
    /// So much less has to be possible, down to zero.
    below: u64,
}

/// Values that are published with the same cells hidden, and what each needs when hidden.
struct Layer<'a> {
    values: &'a [u64],
    needs: Vec<Need>,
    ceiling: u64,
}

impl Need {
    fn is_met(self, value: u64, interval: Interval) -> bool {
        interval.width() >= self.width
            && interval.greatest >= value.saturating_add(self.above)
            && interval.least <= value.saturating_sub(self.below)
    }
}

/// Hides what has to be hidden.
pub(super) fn protect(
    cube: &Cube,
    spec: &TablesSpec,
    threshold: u64,
    watch: &dyn Watch,
) -> Result<Hidden, TablesError> {
    let domain = cube.domain();
    let layers = layers(cube, spec, threshold);
    let mut hidden = primary(cube, spec, threshold);
    let first = hidden.clone();
    let primary = first.iter().filter(|hidden| **hidden).count();
    let lines = domain.lines();
    let guard = Guard { domain, layers: &layers, lines: &lines, counts: cube.counts() };
    guard.hide_until_safe(&mut hidden, watch)?;
    guard.show_again(&mut hidden, &first, watch)?;
    let narrowest = guard.narrowest(&hidden);
    Ok(Hidden { cells: hidden, primary, narrowest })
}

fn primary(cube: &Cube, spec: &TablesSpec, threshold: u64) -> Vec<bool> {
    let small = |children: u64| children < threshold && (children > 0 || spec.hide_zeros);
    let mut hidden: Vec<bool> = cube.children().iter().map(|children| small(*children)).collect();
    if let (Some(sums), Some(magnitude)) = (cube.sums(), &spec.magnitude) {
        for (cell, hidden) in hidden.iter_mut().enumerate() {
            *hidden |= magnitude.uncertainty(sums, cell) > 0;
        }
    }
    hidden
}

fn layers<'a>(cube: &'a Cube, spec: &TablesSpec, threshold: u64) -> Vec<Layer<'a>> {
    let width = threshold.saturating_mul(cube.most_rows_of_a_child());
    let cells = cube.domain().cells();
    let layer = |values: &'a [u64], needs: Vec<Need>| {
        let most = values.iter().copied().max().unwrap_or(0);
        let needed = needs.iter().map(|need| need.width.max(need.above)).max().unwrap_or(0);
        Layer { values, needs, ceiling: most.saturating_add(needed).saturating_mul(2).saturating_add(100) }
    };
    let counts = layer(cube.counts(), vec![Need { width, above: 0, below: 0 }; cells]);
    let sums = cube.sums().zip(spec.magnitude.as_ref()).map(|(sums, magnitude)| {
        let need = |cell: usize| {
            let by = magnitude.uncertainty(sums, cell);
            Need { width: u64::from(sums.totals[cell] > 0), above: by, below: by }
        };
        layer(&sums.totals, (0..cells).map(need).collect())
    });
    [counts].into_iter().chain(sums).collect()
}

impl Magnitude {
    /// How much more or less a sum has to be able to be; zero for a cell that no one dominates.
    pub(super) fn uncertainty(&self, sums: &Sums, cell: usize) -> u64 {
        let (total, largest) = (u128::from(sums.totals[cell]), &sums.largest[cell]);
        let at = |index: usize| u128::from(largest.get(index).copied().unwrap_or(0));
        // (n, k): the total would have to be so large that the n greatest are no more than k per cent of it.
        let dominated = self.dominance.map_or(0, |rule| {
            let greatest: u128 = (0..rule.n).map(at).sum();
            (greatest * 100).div_ceil(u128::from(rule.k)).saturating_sub(total)
        });
        // p %: whoever knows the second greatest estimates the greatest from above by total - second.
        let known = self.p_percent.map_or(0, |p| {
            let rest = total.saturating_sub(at(0) + at(1));
            (at(0) * u128::from(p)).div_ceil(100).saturating_sub(rest)
        });
        u64::try_from(dominated.max(known)).unwrap_or(u64::MAX)
    }
}

struct Guard<'a> {
    domain: &'a Domain,
    layers: &'a [Layer<'a>],
    lines: &'a [Vec<usize>],
    counts: &'a [u64],
}

impl Guard<'_> {
    fn hide_until_safe(&self, hidden: &mut [bool], watch: &dyn Watch) -> Result<(), TablesError> {
        let cells = hidden.len() as f64;
        loop {
            watch.progress(hidden.iter().filter(|hidden| **hidden).count() as f64, cells);
            if watch.cancelled() {
                return Err(ReleaseError::Cancelled.into());
            }
            self.hide_a_second_one_in_each_line(hidden)?;
            let Some(known) = self.best_known(hidden) else { return Ok(()) };
            let more = self.cheapest(hidden, |line| line.contains(&known)).or_else(|| self.cheapest(hidden, |_| true));
            hidden[more.ok_or(TablesError::Unprotectable)?] = true;
        }
    }

    /// A line with one hidden cell gives it away at once.
    fn hide_a_second_one_in_each_line(&self, hidden: &mut [bool]) -> Result<(), TablesError> {
        loop {
            let single = |line: &&Vec<usize>| line.iter().filter(|cell| hidden[**cell]).count() == 1;
            let Some(line) = self.lines.iter().find(single) else { return Ok(()) };
            let more = self.cheapest(hidden, |found| found == line);
            hidden[more.ok_or(TablesError::Unprotectable)?] = true;
        }
    }

    /// The cell that is shown, in one of these lines, and is missed least: no total if possible, no zero (others may
    /// know that it cannot be anything else), few children.
    fn cheapest(&self, hidden: &[bool], in_line: impl Fn(&Vec<usize>) -> bool) -> Option<usize> {
        let shown = self.lines.iter().filter(|line| in_line(line)).flatten().filter(|cell| !hidden[**cell]);
        let cost = |cell: &usize| {
            let places = self.domain.places(*cell);
            let totals = places.iter().zip(self.domain.sizes()).filter(|(place, size)| place == size).count();
            (totals, self.counts[*cell] == 0, self.counts[*cell], *cell)
        };
        shown.copied().min_by_key(cost)
    }

    /// The first hidden cell of which too much is known.
    fn best_known(&self, hidden: &[bool]) -> Option<usize> {
        self.layers.iter().find_map(|layer| {
            let mut attack = Attack::new(self.domain, layer.values, hidden, layer.ceiling);
            let met =
                |attack: &Attack, cell: usize| layer.needs[cell].is_met(layer.values[cell], attack.interval(cell));
            (0..hidden.len()).filter(|cell| hidden[*cell]).find(|cell| {
                // What was found for other cells often tells enough of this one.
                !met(&attack, *cell) && {
                    attack.explore(*cell);
                    !met(&attack, *cell)
                }
            })
        })
    }

    /// Cells that were hidden for others, greatest first: what others make needless is shown again.
    fn show_again(&self, hidden: &mut [bool], first: &[bool], watch: &dyn Watch) -> Result<(), TablesError> {
        let mut others: Vec<usize> = (0..hidden.len()).filter(|cell| hidden[*cell] && !first[*cell]).collect();
        if hidden.iter().filter(|hidden| **hidden).count() > MOST_TRIED_AGAIN {
            return Ok(());
        }
        others.sort_by_key(|cell| std::cmp::Reverse((self.domain.is_total(*cell), self.counts[*cell], *cell)));
        for cell in others {
            if watch.cancelled() {
                return Err(ReleaseError::Cancelled.into());
            }
            hidden[cell] = false;
            let single = |line: &Vec<usize>| line.iter().filter(|cell| hidden[**cell]).count() == 1;
            if self.lines.iter().any(single) || self.best_known(hidden).is_some() {
                hidden[cell] = true;
            }
        }
        Ok(())
    }

    fn narrowest(&self, hidden: &[bool]) -> Option<u64> {
        let layer = &self.layers[0];
        let intervals = super::audit(self.domain, layer.values, hidden, layer.ceiling);
        intervals.into_iter().flatten().map(Interval::width).min()
    }
}
