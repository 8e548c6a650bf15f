//! Classes in the making: combinations grouped by the columns that have a level, the others at their coarsest.

use super::base::Base;
use super::dense::Dense;

/// No class: the combination was dropped.
pub(super) const NONE: u32 = u32::MAX;

/// Groups of combinations, and what they hold.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) count: usize,
    pub(super) rows: Vec<u32>,
    /// Children; empty if each row is a child of its own.
    pub(super) units: Vec<u32>,
    /// People of the population; empty if there is none.
    pub(super) population: Vec<u32>,
    /// One combination of each group.
    pub(super) example: Vec<u32>,
    /// Per sensitive column that is counted, children by group and value.
    pub(super) values: Vec<Vec<u32>>,
}

impl Groups {
    fn begin(&mut self, base: &Base) {
        self.count = 0;
        self.rows.clear();
        self.units.clear();
        self.population.clear();
        self.example.clear();
        self.values.resize_with(base.sensitive.len(), Vec::new);
        self.values.iter_mut().for_each(Vec::clear);
    }

    /// The children of each group.
    pub(super) fn sizes(&self) -> &[u32] {
        if self.units.is_empty() { &self.rows } else { &self.units }
    }
}

/// The active combinations, each in a class.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) tuples: Vec<u32>,
    pub(super) classes: Vec<u32>,
    pub(super) class_count: usize,
    /// Rows of combinations that were dropped.
    pub(super) dropped_rows: u64,
    /// Their values, per column by code of the finest level.
    pub(super) dropped: Vec<Vec<u32>>,
}

impl Frame {
    /// All combinations; every column at its coarsest level.
    pub(super) fn root(base: &Base, dense: &mut Dense) -> Self {
        let count = base.combinations();
        let mut frame = Self {
            tuples: (0..count as u32).collect(),
            classes: vec![0; count],
            class_count: 1,
            dropped_rows: 0,
            dropped: base.columns.iter().map(|column| vec![0; column.finest_size()]).collect(),
        };
        for (index, column) in base.columns.iter().enumerate() {
            let level = &column.levels[column.coarsest()];
            if level.size == 1 {
                continue;
            }
            dense.begin(frame.class_count, level.size, count);
            let codes = &base.codes[index];
            let mut most = 0;
            for (class, code) in frame.classes.iter_mut().zip(codes) {
                *class = dense.number(*class, level.of_finest[*code as usize]).0;
                most = most.max(*class);
            }
            frame.class_count = most as usize + 1;
        }
        frame
    }
}

/// The classes of a frame parted by one column at its finest level.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// The cell of each active combination.
    pub(super) of_entry: Vec<u32>,
    class: Vec<u32>,
    code: Vec<u32>,
    classes_before: usize,
    pub(super) groups: Groups,
}

impl Cells {
    pub(super) fn part(&mut self, base: &Base, frame: &Frame, column: usize, counted: &[usize], dense: &mut Dense) {
        let codes = &base.codes[column];
        let groups = &mut self.groups;
        groups.begin(base);
        self.of_entry.clear();
        self.class.clear();
        self.code.clear();
        self.classes_before = frame.class_count;
        dense.begin(frame.class_count, base.columns[column].finest_size(), frame.tuples.len());
        for (tuple, class) in frame.tuples.iter().zip(&frame.classes) {
            let code = codes[*tuple as usize];
            let (cell, new) = dense.number(*class, code);
            if new {
                self.class.push(*class);
                self.code.push(code);
                groups.rows.push(0);
                groups.example.push(*tuple);
            }
            groups.rows[cell as usize] += base.rows[*tuple as usize];
            self.of_entry.push(cell);
        }
        groups.count = groups.rows.len();
        self.count_more(base, frame, counted);
    }

    /// Population, children and sensitive values, where they are asked for.
    fn count_more(&mut self, base: &Base, frame: &Frame, counted: &[usize]) {
        let groups = &mut self.groups;
        let entries = || frame.tuples.iter().zip(&self.of_entry);
        for (source, target) in [(&base.population, &mut groups.population), (&base.units, &mut groups.units)] {
            if !source.is_empty() {
                target.resize(groups.count, 0);
                entries().for_each(|(tuple, cell)| target[*cell as usize] += source[*tuple as usize]);
            }
        }
        let weight = if base.units.is_empty() { &base.rows } else { &base.units };
        for column in counted {
            let size = base.value_count(*column);
            let values = &mut groups.values[*column];
            values.resize(groups.count * size, 0);
            let of_tuple = &base.sensitive[*column];
            for (tuple, cell) in entries() {
                let value = of_tuple[*tuple as usize] as usize;
                values[*cell as usize * size + value] += weight[*tuple as usize];
            }
        }
    }
}

/// The classes of a transformation that begins with given levels.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// The class of each cell.
    pub(super) of_cell: Vec<u32>,
    pub(super) groups: Groups,
}

impl Classes {
    /// Joins cells whose codes are one at a level of the column.
    pub(super) fn join(
        &mut self,
        base: &Base,
        cells: &Cells,
        column: usize,
        level: usize,
        counted: &[usize],
        dense: &mut Dense,
    ) {
        let level = &base.columns[column].levels[level];
        let (from, groups) = (&cells.groups, &mut self.groups);
        groups.begin(base);
        self.of_cell.clear();
        dense.begin(cells.classes_before, level.size, from.count);
        for (cell, (class, code)) in cells.class.iter().zip(&cells.code).enumerate() {
            let (joined, new) = dense.number(*class, level.of_finest[*code as usize]);
            if new {
                groups.rows.push(0);
                groups.example.push(from.example[cell]);
            }
            groups.rows[joined as usize] += from.rows[cell];
            self.of_cell.push(joined);
        }
        groups.count = groups.rows.len();
        self.join_more(base, from, counted);
    }

    fn join_more(&mut self, base: &Base, from: &Groups, counted: &[usize]) {
        let groups = &mut self.groups;
        for (source, target) in [(&from.population, &mut groups.population), (&from.units, &mut groups.units)] {
            if !source.is_empty() {
                target.resize(groups.count, 0);
                source.iter().zip(&self.of_cell).for_each(|(n, class)| target[*class as usize] += n);
            }
        }
        for column in counted {
            let size = base.value_count(*column);
            let target = &mut groups.values[*column];
            target.resize(groups.count * size, 0);
            for (source, class) in from.values[*column].chunks_exact(size).zip(&self.of_cell) {
                let start = *class as usize * size;
                target[start..start + size].iter_mut().zip(source).for_each(|(sum, n)| *sum += n);
            }
        }
    }

    /// Children with several combinations: each counts once in each class, and once for each of its values there.
    pub(super) fn count_scattered(&mut self, base: &Base, cell_of: &[u32], counted: &[usize]) {
        let mut found: Vec<(u32, u32)> = Vec::new();
        for tuples in &base.scattered {
            let class_of = |tuple: &u32| match cell_of[*tuple as usize] {
                NONE => None,
                cell => Some(self.of_cell[cell as usize]),
            };
            found.clear();
            found.extend(tuples.iter().filter_map(|tuple| class_of(tuple).map(|class| (class, 0))));
            found.sort_unstable();
            found.dedup();
            found.iter().for_each(|(class, _)| self.groups.units[*class as usize] += 1);
            for column in counted {
                let of_tuple = &base.sensitive[*column];
                let pair = |tuple: &u32| class_of(tuple).map(|class| (class, of_tuple[*tuple as usize]));
                found.clear();
                found.extend(tuples.iter().filter_map(pair));
                found.sort_unstable();
                found.dedup();
                let size = base.value_count(*column);
                for (class, value) in &found {
                    self.groups.values[*column][*class as usize * size + *value as usize] += 1;
                }
            }
        }
    }
}
