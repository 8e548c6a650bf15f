//! A good transformation to begin with, and the evaluation of any single one.

use super::classes::{Cells, Classes, Frame, NONE};
use super::cost::{Cost, State};
use super::dense::Dense;
use super::judge::{Verdicts, sizes};
use super::search::Shared;
use super::worker::Ground;

/// What one transformation does.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) cost: Cost,
    pub(super) by_column: Vec<f64>,
    pub(super) suppressed: u64,
    /// Whether it is within the limits.
    pub(super) feasible: bool,
    /// Per combination its class, numbered anew without those that fail, or [`NONE`].
    pub(super) class_of_tuple: Vec<u32>,
    pub(super) classes: usize,
}

/// From the coarsest transformation downwards, each time by the step of one column that costs least afterwards.
/// `None` if the coarsest is not feasible.
pub(super) fn descend(ground: &Ground<'_>, shared: &Shared<'_>) -> Option<(Cost, Vec<usize>)> {
    let base = ground.base;
    let mut walk = Walk::new(ground);
    let mut levels: Vec<usize> = base.columns.iter().map(|column| column.coarsest()).collect();
    let start = evaluate(ground, &levels);
    if !start.feasible {
        shared.missed(start.suppressed);
        return None;
    }
    let mut best = (start.cost, levels.clone());
    let mut open: Vec<bool> = vec![true; levels.len()];
    loop {
        let mut step: Option<(Cost, usize)> = None;
        for column in 0..levels.len() {
            if levels[column] == 0 || !open[column] || shared.stopped() {
                continue;
            }
            shared.count_check();
            levels[column] -= 1;
            let found = walk.judge(ground, column, &levels);
            levels[column] += 1;
            match found {
                Some(cost) if step.as_ref().is_none_or(|(least, _)| cost.compare(least).is_lt()) => {
                    step = Some((cost, column));
                }
                Some(_) => {}
                None => open[column] = false,
            }
        }
        let Some((cost, column)) = step else { return Some(best) };
        levels[column] -= 1;
        walk.advance(ground, column, levels[column]);
        if cost.compare(&best.0).is_lt() {
            best = (cost, levels.clone());
        }
    }
}

/// The classes of the transformation reached so far.
#[derive(Debug)]
struct Walk {
    dense: Dense,
    frame: Frame,
    cells: Cells,
    classes: Classes,
    verdicts: Verdicts,
    cell_of: Vec<u32>,
}

impl Walk {
    fn new(ground: &Ground<'_>) -> Self {
        let mut dense = Dense::default();
        let frame = Frame::root(ground.base, &mut dense);
        Self {
            dense,
            frame,
            cells: Cells::default(),
            classes: Classes::default(),
            verdicts: Verdicts::default(),
            cell_of: Vec::new(),
        }
    }

    /// Parts the classes by one column at a level.
    fn part(&mut self, ground: &Ground<'_>, column: usize, level: usize, counted: &[usize]) {
        let base = ground.base;
        self.cells.part(base, &self.frame, column, counted, &mut self.dense);
        self.classes.join(base, &self.cells, column, level, counted, &mut self.dense);
        if !base.scattered.is_empty() {
            self.cell_of.clear();
            self.cell_of.resize(base.combinations(), NONE);
            for (tuple, cell) in self.frame.tuples.iter().zip(&self.cells.of_entry) {
                self.cell_of[*tuple as usize] = *cell;
            }
            self.classes.count_scattered(base, &self.cell_of, counted);
        }
    }

    fn advance(&mut self, ground: &Ground<'_>, column: usize, level: usize) {
        self.part(ground, column, level, &[]);
        for (class, cell) in self.frame.classes.iter_mut().zip(&self.cells.of_entry) {
            *class = self.classes.of_cell[*cell as usize];
        }
        self.frame.class_count = self.classes.groups.count;
    }

    /// The cost after a step, if it is feasible.
    fn judge(&mut self, ground: &Ground<'_>, column: usize, levels: &[usize]) -> Option<Cost> {
        self.part(ground, column, levels[column], &ground.counted);
        ground.judge.complete(&self.classes.groups, &mut self.verdicts);
        let feasible = ground.judge.allows(self.verdicts.rows, &self.verdicts);
        feasible.then(|| self.with_state(ground, levels, |state| ground.costs.cost(state)))
    }

    fn with_state<T>(&self, ground: &Ground<'_>, levels: &[usize], with: impl FnOnce(&State<'_>) -> T) -> T {
        let base = ground.base;
        let groups = &self.classes.groups;
        let mut fresh: Vec<Vec<u32>> = Vec::new();
        for (index, level) in levels.iter().enumerate() {
            let level = &base.columns[index].levels[*level];
            let mut rows = vec![0; level.size];
            for class in (0..groups.count).filter(|class| self.verdicts.failed[*class]) {
                let code = base.codes[index][groups.example[class] as usize];
                rows[level.of_finest[code as usize] as usize] += groups.rows[class];
            }
            fresh.push(rows);
        }
        let (kept_classes, kept_squares, suppressed_squares) = sizes(base, groups, &self.verdicts);
        with(&State {
            levels,
            suppressed: self.verdicts.rows,
            dropped: &[],
            fresh: &fresh,
            fresh_rows: self.verdicts.rows,
            kept_classes,
            kept_squares,
            suppressed_squares,
        })
    }
}

/// Evaluates one transformation from nothing.
pub(super) fn evaluate(ground: &Ground<'_>, levels: &[usize]) -> Found {
    let mut walk = Walk::new(ground);
    let last = levels.len() - 1;
    for (column, level) in levels.iter().enumerate().take(last) {
        walk.advance(ground, column, *level);
    }
    walk.part(ground, last, levels[last], &ground.counted);
    ground.judge.complete(&walk.classes.groups, &mut walk.verdicts);
    let feasible = ground.judge.allows(walk.verdicts.rows, &walk.verdicts);
    let (cost, by_column) =
        walk.with_state(ground, levels, |state| (ground.costs.cost(state), ground.costs.by_column(state)));
    let mut classes = 0;
    let numbers: Vec<u32> = (0..walk.classes.groups.count)
        .map(|class| {
            if walk.verdicts.failed[class] || walk.classes.groups.rows[class] == 0 {
                return NONE;
            }
            classes += 1;
            classes - 1
        })
        .collect();
    let class_of = |cell: &u32| numbers[walk.classes.of_cell[*cell as usize] as usize];
    Found {
        cost,
        by_column,
        suppressed: walk.verdicts.rows,
        feasible,
        class_of_tuple: walk.cells.of_entry.iter().map(class_of).collect(),
        classes: classes as usize,
    }
}
