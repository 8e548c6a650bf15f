//! One thread of the search: fixes column after column, depth first.

use super::base::Base;
use super::classes::{Cells, Classes, Frame, NONE};
use super::cost::{Costs, State};
use super::dense::Dense;
use super::judge::{Judge, Verdicts, sizes};
use super::search::Shared;

/// What is known before the search and does not change.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) base: &'a Base,
    pub(super) judge: Judge,
    pub(super) costs: Costs<'a>,
    /// Sensitive columns counted for transformations, and for beginnings.
    pub(super) counted: Vec<usize>,
    pub(super) counted_early: Vec<usize>,
}

/// Everything one depth of the search needs; kept from one visit to the next.
#[derive(Debug, Default)]
struct Step {
    frame: Frame,
    cells: Cells,
    classes: Classes,
    verdicts: Verdicts,
    /// The cell of each combination; only where children have several.
    cell_of: Vec<u32>,
    /// Rows that fail now, per column with a level by code of the level.
    fresh: Vec<Vec<u32>>,
}

/// A worker and its memory.
#[derive(Debug)]
pub(super) struct Worker<'a> {
    ground: &'a Ground<'a>,
    shared: &'a Shared<'a>,
    dense: Dense,
    steps: Vec<Step>,
    levels: Vec<usize>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(ground: &'a Ground<'a>, shared: &'a Shared<'a>) -> Self {
        let mut dense = Dense::default();
        let count = ground.base.columns.len();
        let mut steps: Vec<Step> = (0..count).map(|_| Step::default()).collect();
        steps[0].frame = Frame::root(ground.base, &mut dense);
        Self { ground, shared, dense, steps, levels: Vec::with_capacity(count) }
    }

    /// Searches all transformations that begin with these levels.
    pub(super) fn search(&mut self, beginning: &[usize]) {
        self.levels.clear();
        self.descend(beginning);
    }

    fn descend(&mut self, beginning: &[usize]) {
        let depth = self.levels.len();
        let (first, last) = match beginning.get(depth) {
            Some(level) => (*level, *level),
            None => (0, self.ground.base.columns[depth].coarsest()),
        };
        let mut parted = false;
        for level in (first..=last).rev() {
            if self.shared.stopped() {
                self.leave_open(level, first);
                return;
            }
            self.levels.truncate(depth);
            self.levels.push(level);
            if self.prunes_at_once(depth) {
                self.shared.decide(self.volume(depth));
                continue;
            }
            if !std::mem::replace(&mut parted, true) {
                self.part(depth);
            }
            if !self.enter(depth, level, beginning) {
                let rest = (level - first + 1) as f64;
                self.shared.decide(self.volume(depth) * rest);
                break;
            }
        }
        self.levels.truncate(depth);
    }

    /// One level of one column. Whether finer levels may still be feasible.
    fn enter(&mut self, depth: usize, level: usize, beginning: &[usize]) -> bool {
        self.shared.count_check();
        let complete = depth + 1 == self.ground.base.columns.len();
        self.join(depth, level, complete);
        let judge = &self.ground.judge;
        let step = &mut self.steps[depth];
        judge.beginning(&step.classes.groups, &mut step.verdicts);
        let suppressed = step.frame.dropped_rows + step.verdicts.rows;
        if !judge.allows(suppressed, &step.verdicts) {
            self.shared.missed(suppressed);
            return false;
        }
        if complete {
            self.offer(depth);
            self.shared.decide(1.0);
        } else if self.prunes(depth) {
            self.shared.decide(self.volume(depth));
        } else {
            self.drop_failed(depth);
            self.descend(beginning);
            self.levels.truncate(depth + 1);
        }
        true
    }

    fn part(&mut self, depth: usize) {
        let Ground { base, counted, counted_early, .. } = self.ground;
        let complete = depth + 1 == base.columns.len();
        let counted = if complete { counted } else { counted_early };
        let Step { frame, cells, cell_of, .. } = &mut self.steps[depth];
        cells.part(base, frame, depth, counted, &mut self.dense);
        if !base.scattered.is_empty() {
            cell_of.clear();
            cell_of.resize(base.combinations(), NONE);
            for (tuple, cell) in frame.tuples.iter().zip(&cells.of_entry) {
                cell_of[*tuple as usize] = *cell;
            }
        }
    }

    fn join(&mut self, depth: usize, level: usize, complete: bool) {
        let Ground { base, counted, counted_early, .. } = self.ground;
        let counted = if complete { counted } else { counted_early };
        let Step { cells, classes, cell_of, .. } = &mut self.steps[depth];
        classes.join(base, cells, depth, level, counted, &mut self.dense);
        if !base.scattered.is_empty() {
            classes.count_scattered(base, cell_of, counted);
        }
    }

    /// Judges a transformation by all models, and keeps it if it is the best so far.
    fn offer(&mut self, depth: usize) {
        let judge = &self.ground.judge;
        let step = &mut self.steps[depth];
        judge.complete(&step.classes.groups, &mut step.verdicts);
        let suppressed = step.frame.dropped_rows + step.verdicts.rows;
        if !judge.allows(suppressed, &step.verdicts) {
            self.shared.missed(suppressed);
            return;
        }
        let cost = self.with_state(depth, |costs, state| costs.cost(state));
        self.shared.offer(cost, &self.levels);
    }

    /// Before anything is counted: do the levels alone cost too much?
    fn prunes_at_once(&self, depth: usize) -> bool {
        let frame = &self.steps[depth].frame;
        let state = State {
            levels: &self.levels,
            suppressed: frame.dropped_rows,
            dropped: &frame.dropped,
            fresh: &[],
            fresh_rows: 0,
            kept_classes: 0,
            kept_squares: 0.0,
            suppressed_squares: 0.0,
        };
        self.shared.beaten(&self.ground.costs.bound(&state))
    }

    fn prunes(&mut self, depth: usize) -> bool {
        let bound = self.with_state(depth, |costs, state| costs.bound(state));
        self.shared.beaten(&bound)
    }

    fn with_state<T>(&mut self, depth: usize, with: impl FnOnce(&Costs<'_>, &State<'_>) -> T) -> T {
        let Ground { base, costs, .. } = self.ground;
        let step = &mut self.steps[depth];
        if costs.metric().needs_suppressed_values() {
            step.tally(base, &self.levels);
        }
        let (kept_classes, kept_squares, suppressed_squares) = sizes(base, &step.classes.groups, &step.verdicts);
        let state = State {
            levels: &self.levels,
            suppressed: step.frame.dropped_rows + step.verdicts.rows,
            dropped: &step.frame.dropped,
            fresh: &step.fresh,
            fresh_rows: step.verdicts.rows,
            kept_classes,
            kept_squares,
            suppressed_squares,
        };
        with(costs, &state)
    }

    /// The frame of the next depth: what failed for good is left behind.
    fn drop_failed(&mut self, depth: usize) {
        let base = self.ground.base;
        let keeps_failed = self.ground.costs.metric().needs_suppressed_classes();
        let (before, after) = self.steps.split_at_mut(depth + 1);
        let (step, next) = (&before[depth], &mut after[0].frame);
        next.tuples.clear();
        next.classes.clear();
        next.dropped_rows = step.frame.dropped_rows;
        next.dropped.clone_from(&step.frame.dropped);
        let mut kept = 0;
        let renumbered: Vec<u32> = (0..step.classes.groups.count)
            .map(|class| {
                let failed = step.verdicts.failed[class] && !keeps_failed;
                if failed {
                    return NONE;
                }
                kept += 1;
                kept - 1
            })
            .collect();
        next.class_count = kept as usize;
        for (tuple, cell) in step.frame.tuples.iter().zip(&step.cells.of_entry) {
            let class = renumbered[step.classes.of_cell[*cell as usize] as usize];
            if class == NONE {
                next.drop_tuple(base, *tuple as usize);
            } else {
                next.tuples.push(*tuple);
                next.classes.push(class);
            }
        }
    }

    /// How many transformations begin with the levels up to this depth.
    fn volume(&self, depth: usize) -> f64 {
        self.ground.base.columns[depth + 1..].iter().map(|column| column.levels.len() as f64).product()
    }

    /// The search ends early: what was not looked at may hold something this good.
    fn leave_open(&mut self, level: usize, first: usize) {
        let depth = self.levels.len().min(self.ground.base.columns.len() - 1);
        for level in first..=level {
            let mut levels = self.levels[..depth].to_vec();
            levels.push(level);
            let frame = &self.steps[depth].frame;
            let state = State {
                levels: &levels,
                suppressed: frame.dropped_rows,
                dropped: &frame.dropped,
                fresh: &[],
                fresh_rows: 0,
                kept_classes: 0,
                kept_squares: 0.0,
                suppressed_squares: 0.0,
            };
            self.shared.open(self.ground.costs.bound(&state));
        }
    }
}

impl Frame {
    fn drop_tuple(&mut self, base: &Base, tuple: usize) {
        let rows = base.rows[tuple];
        self.dropped_rows += u64::from(rows);
        for (dropped, codes) in self.dropped.iter_mut().zip(&base.codes) {
            dropped[codes[tuple] as usize] += rows;
        }
    }
}

impl Step {
    /// Counts the rows that fail now by their values in the columns that have a level.
    fn tally(&mut self, base: &Base, levels: &[usize]) {
        self.fresh.truncate(levels.len());
        self.fresh.resize_with(levels.len(), Vec::new);
        for (index, (fresh, level)) in self.fresh.iter_mut().zip(levels).enumerate() {
            let level = &base.columns[index].levels[*level];
            fresh.clear();
            fresh.resize(level.size, 0);
            let groups = &self.classes.groups;
            for class in (0..groups.count).filter(|class| self.verdicts.failed[*class]) {
                let code = base.codes[index][groups.example[class] as usize];
                fresh[level.of_finest[code as usize] as usize] += groups.rows[class];
            }
        }
    }
}
