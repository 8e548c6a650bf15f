//! Counting into all cells of declared dimensions, with their totals, and the sums that tie cells to totals.

use super::super::table::MISSING;
use super::super::table::Table;
use super::error::TablesError;
use super::spec::{Counted, Dimension, TablesSpec};
use std::collections::HashMap;

/// The most cells, totals included, of one table: what the audit can look at in seconds.
pub const MOST_CELLS: usize = 4_096;

/// Where cells lie: the number of values of each dimension. Each has one place more, for its total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    sizes: Vec<usize>,
}

impl Domain {
    /// Dimensions of so many values each.
    ///
    /// # Errors
    /// [`TablesError::Dimension`] without dimensions or with an empty one, [`TablesError::TooManyCells`].
    pub fn new(sizes: Vec<usize>) -> Result<Self, TablesError> {
        if sizes.is_empty() || sizes.contains(&0) {
            return Err(TablesError::Dimension { line: 0, what: "every table needs a dimension with a value" });
        }
        let cells = sizes.iter().try_fold(1_usize, |cells, size| cells.checked_mul(size.checked_add(1)?));
        match cells {
            Some(cells) if cells <= MOST_CELLS => Ok(Self { sizes }),
            cells => Err(TablesError::TooManyCells { cells: cells.unwrap_or(usize::MAX), most: MOST_CELLS }),
        }
    }

    /// The number of values of each dimension.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The number of cells, totals included.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.sizes.iter().map(|size| size + 1).product()
    }

    /// The cell of these places, one per dimension; a place behind the last value is the total.
    #[must_use]
    pub fn cell(&self, places: &[usize]) -> usize {
        self.sizes.iter().zip(places).fold(0, |cell, (size, place)| cell * (size + 1) + place)
    }

    /// The places of a cell.
    #[must_use]
    pub fn places(&self, mut cell: usize) -> Vec<usize> {
        let mut places = vec![0; self.sizes.len()];
        for (place, size) in places.iter_mut().zip(&self.sizes).rev() {
            *place = cell % (size + 1);
            cell /= size + 1;
        }
        places
    }

    /// Whether a cell is a total in any dimension.
    #[must_use]
    pub fn is_total(&self, cell: usize) -> bool {
        self.places(cell).iter().zip(&self.sizes).any(|(place, size)| place == size)
    }

    /// Every sum that holds: the cells of one dimension at fixed places of the others, and their total last.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<usize>> {
        let line = |cell: usize, dimension: usize| {
            let mut places = self.places(cell);
            (0..=self.sizes[dimension])
                .map(|place| {
                    places[dimension] = place;
                    self.cell(&places)
                })
                .collect::<Vec<usize>>()
        };
        (0..self.sizes.len())
            .flat_map(|dimension| {
                (0..self.cells())
                    .filter(move |cell| self.places(*cell)[dimension] == 0)
                    .map(move |cell| line(cell, dimension))
            })
            .collect()
    }
}

/// Counts in a domain, and what each cell rests on.
#[derive(Clone, PartialEq, Eq)]
pub struct Cube {
    domain: Domain,
    counts: Vec<u64>,
    children: Vec<u64>,
    sums: Option<Sums>,
    most_rows_of_a_child: u64,
}

impl std::fmt::Debug for Cube {
    /// No counts: small ones are not protected yet.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cube").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// Sums of a magnitude, with the greatest shares of single children.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) totals: Vec<u64>,
    /// Per cell the contributions of single children, descending.
    pub(super) largest: Vec<Vec<u64>>,
}

/// So many of the greatest contributions to a cell are remembered.
pub(super) const REMEMBERED: usize = 8;

impl Cube {
    /// Counts of a domain, given for every cell, totals included, in the order of [`Domain::cell`]; each row a child.
    ///
    /// # Errors
    /// [`TablesError::Dimension`] if there is not one count for each cell, or totals are not sums.
    pub fn of_counts(domain: Domain, counts: Vec<u64>) -> Result<Self, TablesError> {
        let sums = |line: &Vec<usize>| {
            let (total, parts) = line.split_last()?;
            Some(parts.iter().map(|cell| counts[*cell]).sum::<u64>() == counts[*total])
        };
        if counts.len() != domain.cells() || !domain.lines().iter().all(|line| sums(line) == Some(true)) {
            return Err(TablesError::Dimension {
                line: 0,
                what: "the counts are not those of a table with its totals",
            });
        }
        Ok(Self { domain, children: counts.clone(), counts, sums: None, most_rows_of_a_child: 1 })
    }

    /// Counts the rows of a table.
    ///
    /// # Errors
    /// [`TablesError::Undeclared`], [`TablesError::SeveralCells`], [`TablesError::NotAMagnitude`], and those of the
    /// columns.
    pub fn count(spec: &TablesSpec, table: &Table) -> Result<Self, TablesError> {
        let (domain, inner) = cells_of_rows(spec, table)?;
        let units = units(spec, table)?;
        let amounts = spec.magnitude.as_ref().map(|magnitude| magnitude.amounts(table)).transpose()?;
        let mut rows: HashMap<(usize, u32), (u64, u64)> = HashMap::new();
        for (row, cell) in inner.iter().enumerate() {
            let found = rows.entry((*cell, units[row])).or_default();
            found.0 += 1;
            found.1 = found.1.saturating_add(amounts.as_ref().map_or(0, |amounts| amounts[row]));
        }
        if spec.counted == Counted::Children {
            check_one_cell(&rows)?;
        }
        Ok(Self::fold(domain, spec, &rows))
    }

    fn fold(domain: Domain, spec: &TablesSpec, rows: &HashMap<(usize, u32), (u64, u64)>) -> Self {
        let cells = domain.cells();
        let mut by_child: Vec<HashMap<u32, (u64, u64)>> = vec![HashMap::new(); cells];
        for ((cell, unit), (count, amount)) in rows {
            for above in covering(&domain, *cell) {
                let found = by_child[above].entry(*unit).or_default();
                found.0 += if spec.counted == Counted::Children { 1 } else { *count };
                found.1 = found.1.saturating_add(*amount);
            }
        }
        let counts = by_child.iter().map(|children| children.values().map(|(count, _)| count).sum()).collect();
        let children = by_child.iter().map(|children| children.len() as u64).collect();
        let most = by_child.iter().flat_map(HashMap::values).map(|(count, _)| *count).max();
        let sums = spec.magnitude.as_ref().map(|_| {
            let totals = by_child.iter().map(|children| children.values().map(|(_, amount)| amount).sum());
            let largest = by_child.iter().map(|children| {
                let mut amounts: Vec<u64> = children.values().map(|(_, amount)| *amount).collect();
                amounts.sort_unstable_by(|one, other| other.cmp(one));
                amounts.truncate(REMEMBERED);
                amounts
            });
            Sums { totals: totals.collect(), largest: largest.collect() }
        });
        Self { domain, counts, children, sums, most_rows_of_a_child: most.unwrap_or(1) }
    }

    /// Where the cells lie.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The count of every cell, totals included.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many different children each cell rests on.
    #[must_use]
    pub fn children(&self) -> &[u64] {
        &self.children
    }

    pub(super) fn sums(&self) -> Option<&Sums> {
        self.sums.as_ref()
    }

    pub(super) fn most_rows_of_a_child(&self) -> u64 {
        self.most_rows_of_a_child
    }
}

/// The cells of a table, and in which each row is.
pub(super) fn cells_of_rows(spec: &TablesSpec, table: &Table) -> Result<(Domain, Vec<usize>), TablesError> {
    let domain = Domain::new(spec.dimensions.iter().map(|dimension| dimension.labels().len()).collect())?;
    let places = spec.dimensions.iter().map(|dimension| dimension.places(table)).collect::<Result<Vec<_>, _>>()?;
    let cell = |row: usize| domain.cell(&places.iter().map(|places| places[row]).collect::<Vec<_>>());
    let cells = (0..table.rows()).map(cell).collect();
    Ok((domain, cells))
}

/// A cell and all totals above it.
fn covering(domain: &Domain, cell: usize) -> Vec<usize> {
    let places = domain.places(cell);
    let mut cells = vec![Vec::new()];
    for (place, size) in places.iter().zip(domain.sizes()) {
        cells = cells
            .into_iter()
            .flat_map(|begun: Vec<usize>| {
                [*place, *size].map(|place| begun.iter().copied().chain([place]).collect::<Vec<usize>>())
            })
            .collect();
    }
    cells.iter().map(|places| domain.cell(places)).collect()
}

fn check_one_cell(rows: &HashMap<(usize, u32), (u64, u64)>) -> Result<(), TablesError> {
    let mut cells: HashMap<u32, usize> = HashMap::new();
    for (_, unit) in rows.keys() {
        *cells.entry(*unit).or_default() += 1;
    }
    match cells.values().filter(|count| **count > 1).count() {
        0 => Ok(()),
        children => Err(TablesError::SeveralCells { children }),
    }
}

/// Which child each row is about: by the column, where a missing value is a child of its own; else every row is one.
fn units(spec: &TablesSpec, table: &Table) -> Result<Vec<u32>, TablesError> {
    let Some(name) = &spec.unit else {
        return Ok((0..table.rows() as u32).collect());
    };
    let column = table.column(name)?;
    let mut next = column.values().len() as u32;
    let mut unit = |code: u32| match code {
        MISSING => {
            next += 1;
            next - 1
        }
        code => code,
    };
    Ok(column.codes().iter().map(|code| unit(*code)).collect())
}

impl Dimension {
    /// The place of each row in this dimension.
    fn places(&self, table: &Table) -> Result<Vec<usize>, TablesError> {
        let column = table.column(&self.column)?;
        let of_code: Vec<Option<usize>> = column.values().iter().map(|value| self.place(Some(value))).collect();
        let missing = self.place(None);
        let place = |code: u32| if code == MISSING { missing } else { of_code[code as usize] };
        let places: Vec<Option<usize>> = column.codes().iter().map(|code| place(*code)).collect();
        match places.iter().position(Option::is_none) {
            None => Ok(places.into_iter().flatten().collect()),
            Some(row) => Err(TablesError::Undeclared {
                column: self.column.clone(),
                row: row + 1,
                rows: places.iter().filter(|place| place.is_none()).count(),
            }),
        }
    }
}
