//! The table as the search sees it: every different combination of values once, columns in the order of the search.

use super::super::error::ReleaseError;
use super::dense::Dense;
use super::problem::{Problem, Quasi};

/// One level of a column, over the codes of its finest level.
#[derive(Debug)]
pub(super) struct BaseLevel {
    /// The code at this level of each code of the finest.
    pub(super) of_finest: Vec<u32>,
    /// How many codes this level has.
    pub(super) size: usize,
    /// The share of the leaves of the hierarchy below each code.
    pub(super) share: Vec<f64>,
    /// How many rows have each code.
    pub(super) rows: Vec<u64>,
    /// The number of the level in the hierarchy.
    pub(super) number: usize,
}

/// A column, from its finest level that may be chosen to its coarsest.
#[derive(Debug)]
pub(super) struct BaseColumn {
    /// Its place among the columns of the problem.
    pub(super) place: usize,
    pub(super) levels: Vec<BaseLevel>,
    /// How many leaves the hierarchy has.
    pub(super) leaves: usize,
    /// The height of the hierarchy.
    pub(super) height: usize,
    /// Its weight, the largest being 1.
    pub(super) weight: f64,
}

impl BaseColumn {
    pub(super) fn finest_size(&self) -> usize {
        self.levels[0].size
    }

    pub(super) fn coarsest(&self) -> usize {
        self.levels.len() - 1
    }
}

/// Every different combination of quasi-identifying and sensitive values, with how often it occurs.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) columns: Vec<BaseColumn>,
    /// Per column and combination, the code at the column's finest level.
    pub(super) codes: Vec<Vec<u32>>,
    /// Per sensitive column and combination, its value; 0 for combinations of the population alone.
    pub(super) sensitive: Vec<Vec<u32>>,
    pub(super) rows: Vec<u32>,
    /// Children with this combination and no other; empty if each row is a child of its own.
    pub(super) units: Vec<u32>,
    /// The combinations of each child that has several.
    pub(super) scattered: Vec<Vec<u32>>,
    /// People of the population; empty if there is none.
    pub(super) population: Vec<u32>,
    /// The combination of each row of the table.
    pub(super) of_row: Vec<u32>,
    pub(super) total_rows: u64,
    value_counts: Vec<usize>,
}

impl Base {
    pub(super) fn new(problem: &Problem) -> Result<Self, ReleaseError> {
        let order = search_order(&problem.quasi);
        let heaviest = problem.quasi.iter().map(|quasi| quasi.weight).fold(0.0, f64::max);
        let columns: Vec<BaseColumn> =
            order.iter().map(|place| base_column(*place, &problem.quasi[*place], heaviest)).collect();
        let numbered = number_rows(problem, &order)?;
        let mut base = Self {
            columns,
            codes: numbered.codes,
            sensitive: numbered.sensitive,
            rows: vec![0; numbered.count],
            units: Vec::new(),
            scattered: Vec::new(),
            population: Vec::new(),
            of_row: numbered.of_row,
            total_rows: problem.rows as u64,
            value_counts: problem.sensitive.iter().map(|sensitive| sensitive.size).collect(),
        };
        for tuple in &base.of_row {
            base.rows[*tuple as usize] += 1;
        }
        if problem.population.is_some() {
            base.population = vec![0; numbered.count];
            for tuple in &numbered.of_population {
                base.population[*tuple as usize] += 1;
            }
        }
        if let Some(units) = &problem.units {
            base.count_units(units);
        }
        Ok(base)
    }

    /// How many values a sensitive column has.
    pub(super) fn value_count(&self, column: usize) -> usize {
        self.value_counts[column]
    }

    pub(super) fn combinations(&self) -> usize {
        self.rows.len()
    }

    fn count_units(&mut self, units: &[u32]) {
        self.units = vec![0; self.rows.len()];
        let mut pairs: Vec<(u32, u32)> = units.iter().copied().zip(self.of_row.iter().copied()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for of_one in pairs.chunk_by(|a, b| a.0 == b.0) {
            match of_one {
                [(_, tuple)] => self.units[*tuple as usize] += 1,
                several => self.scattered.push(several.iter().map(|(_, tuple)| *tuple).collect()),
            }
        }
    }
}

/// Columns of few levels and few values first: the first steps then are few and small.
fn search_order(quasi: &[Quasi]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..quasi.len()).collect();
    let size = |place: &usize| {
        let quasi = &quasi[*place];
        (quasi.coarsest - quasi.finest, quasi.hierarchy.levels()[quasi.finest].labels().len())
    };
    order.sort_by_key(size);
    order
}

fn base_column(place: usize, quasi: &Quasi, heaviest: f64) -> BaseColumn {
    let levels = quasi.hierarchy.levels();
    let finest = &levels[quasi.finest];
    let leaves = quasi.hierarchy.size();
    let mut rows_of_leaf = vec![0u64; leaves];
    quasi.leaves.iter().for_each(|leaf| rows_of_leaf[*leaf as usize] += 1);
    let level_of = |number: usize| {
        let level = &levels[number];
        let size = level.labels().len();
        let mut of_finest = vec![0; finest.labels().len()];
        let (mut below, mut rows) = (vec![0u64; size], vec![0u64; size]);
        for (leaf, (fine, code)) in finest.of_leaf().iter().zip(level.of_leaf()).enumerate() {
            of_finest[*fine as usize] = *code;
            below[*code as usize] += 1;
            rows[*code as usize] += rows_of_leaf[leaf];
        }
        let share = below.iter().map(|below| *below as f64 / leaves as f64).collect();
        BaseLevel { of_finest, size, share, rows, number }
    };
    BaseColumn {
        place,
        levels: (quasi.finest..=quasi.coarsest).map(level_of).collect(),
        leaves,
        height: quasi.hierarchy.height(),
        weight: quasi.weight / heaviest,
    }
}

struct Numbered {
    codes: Vec<Vec<u32>>,
    sensitive: Vec<Vec<u32>>,
    of_row: Vec<u32>,
    of_population: Vec<u32>,
    count: usize,
}

/// Numbers the combinations. Rows of the population have no sensitive values and are numbered apart.
fn number_rows(problem: &Problem, order: &[usize]) -> Result<Numbered, ReleaseError> {
    let population = problem.population.as_ref().map_or(0, |columns| columns.first().map_or(0, Vec::len));
    let whole = problem.rows + population;
    if whole >= u32::MAX as usize / 2 {
        return Err(ReleaseError::TooWide);
    }
    let mut columns: Vec<(Vec<u32>, usize)> = Vec::new();
    for place in order {
        let quasi = &problem.quasi[*place];
        let finest = &quasi.hierarchy.levels()[quasi.finest];
        let of_population = problem.population.as_ref().map_or(&[][..], |columns| &columns[*place]);
        let codes = quasi.leaves.iter().chain(of_population).map(|leaf| finest.of_leaf()[*leaf as usize]).collect();
        columns.push((codes, finest.labels().len()));
    }
    for sensitive in &problem.sensitive {
        let codes = sensitive.codes.iter().copied().chain(std::iter::repeat_n(0, population)).collect();
        columns.push((codes, sensitive.size));
    }
    let mut numbers = number_columns(&columns, whole);
    let count = numbers.iter().max().map_or(0, |most| *most as usize + 1);
    let mut first_row = vec![u32::MAX; count];
    for (row, number) in numbers.iter().enumerate().rev() {
        first_row[*number as usize] = row as u32;
    }
    let mut per_tuple =
        columns.into_iter().map(|(codes, _)| first_row.iter().map(|row| codes[*row as usize]).collect());
    let codes: Vec<Vec<u32>> = per_tuple.by_ref().take(order.len()).collect();
    let sensitive = per_tuple.collect();
    let of_population = numbers.split_off(problem.rows);
    Ok(Numbered { codes, sensitive, of_row: numbers, of_population, count })
}

/// A number for each row, equal where all columns are; as many columns at a time as fit into one number.
pub(in crate::release) fn number_columns(columns: &[(Vec<u32>, usize)], rows: usize) -> Vec<u32> {
    let mut dense = Dense::default();
    let mut numbers = vec![0u32; rows];
    let mut count = 1;
    let mut pending = vec![0u32; rows];
    let mut width = 1u64;
    let mut flush = |numbers: &mut Vec<u32>, pending: &mut Vec<u32>, width: &mut u64| {
        dense.begin(count, *width as usize, rows);
        count = 0;
        for (number, pending) in numbers.iter_mut().zip(pending.iter_mut()) {
            *number = dense.number(*number, *pending).0;
            count = count.max(*number as usize + 1);
            *pending = 0;
        }
        *width = 1;
    };
    for (codes, size) in columns {
        if width * *size as u64 > u64::from(u32::MAX) {
            flush(&mut numbers, &mut pending, &mut width);
        }
        pending.iter_mut().zip(codes).for_each(|(pending, code)| *pending = *pending * *size as u32 + code);
        width *= *size as u64;
    }
    flush(&mut numbers, &mut pending, &mut width);
    numbers
}
