//! Generalisation hierarchies: for each value of a column its ever coarser forms, level by level.
//!
//! Level 0 is the value itself. Each level joins whole groups of the level below; mostly the last one joins all. The
//! shares that the metrics use are counted over the leaves of the hierarchy, not over the values of a table.

mod builtin;
mod csv;
mod taxonomy;

use std::collections::HashMap;

use super::error::ReleaseError;
use super::table::{Column, MISSING};

pub use self::builtin::{AGE_BANDS, Builtin};

/// The text of the topmost level of built-in hierarchies. In a released table it stands as a missing value.
pub const ANY: &str = "*";

/// The most levels of a hierarchy.
pub const MOST_LEVELS: usize = 32;

/// A validated hierarchy of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    leaves: HashMap<String, u32>,
    levels: Vec<Level>,
    missing: Option<u32>,
}

/// One level: its labels, and which of them each leaf has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    labels: Vec<Option<String>>,
    of_leaf: Vec<u32>,
}

impl Level {
    /// The labels; `None` is a missing value.
    #[must_use]
    pub fn labels(&self) -> &[Option<String>] {
        &self.labels
    }

    /// The index of each leaf's label.
    #[must_use]
    pub fn of_leaf(&self) -> &[u32] {
        &self.of_leaf
    }
}

impl Hierarchy {
    /// A hierarchy out of one row per leaf: the leaf, then its ever coarser forms.
    ///
    /// # Errors
    /// The `Hierarchy…` errors of [`ReleaseError`]; `column` is named in them.
    pub fn from_rows(column: &str, rows: &[Vec<String>]) -> Result<Self, ReleaseError> {
        let shape = |what| ReleaseError::HierarchyShape { column: column.to_owned(), what };
        let height = rows.first().ok_or_else(|| shape("it has no values"))?.len();
        if height == 0 || height > MOST_LEVELS {
            return Err(shape("it has no level, or more than 32"));
        }
        let mut leaves = HashMap::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            check_row(column, index, row, height)?;
            if leaves.insert(row[0].clone(), index as u32).is_some() {
                return Err(ReleaseError::HierarchyDuplicate { column: column.to_owned(), row: index + 1 });
            }
        }
        check_cycles(column, rows)?;
        let levels: Vec<Level> = (0..height).map(|level| Level::of(rows.iter().map(|row| &row[level]))).collect();
        check_nesting(column, &levels)?;
        Ok(Self { leaves, levels, missing: None })
    }

    /// A hierarchy out of a CSV file in ARX's format: no header, a row per leaf, a column per level.
    ///
    /// # Errors
    /// As [`Self::from_rows`], and [`ReleaseError::NotUtf8`].
    pub fn from_csv(column: &str, bytes: &[u8]) -> Result<Self, ReleaseError> {
        Self::from_rows(column, &self::csv::rows(column, bytes)?)
    }

    /// A hierarchy out of a CSV file of two columns, code and the code above it (empty for the topmost).
    ///
    /// # Errors
    /// As [`Self::from_rows`], and [`ReleaseError::NotUtf8`].
    pub fn from_taxonomy(column: &str, bytes: &[u8]) -> Result<Self, ReleaseError> {
        Self::from_rows(column, &taxonomy::rows(column, bytes)?)
    }

    /// One of the built-in hierarchies, over the values that a column has.
    ///
    /// # Errors
    /// [`ReleaseError::NotANumber`], [`ReleaseError::NotADate`], and as [`Self::from_rows`].
    pub fn built_in(kind: &Builtin, column: &Column) -> Result<Self, ReleaseError> {
        Self::from_rows(column.name(), &builtin::rows(kind, column)?)
    }

    /// The number of the topmost level.
    #[must_use]
    pub fn height(&self) -> usize {
        self.levels.len() - 1
    }

    /// The levels, from the values to the topmost.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.levels[0].of_leaf.len()
    }

    /// The leaf of each row of a column. A missing value becomes a leaf of its own, which joins the others at the
    /// topmost level only.
    ///
    /// # Errors
    /// [`ReleaseError::OutsideHierarchy`], [`ReleaseError::AllMissing`].
    pub fn bind(&mut self, column: &Column) -> Result<Vec<u32>, ReleaseError> {
        let leaf: Vec<Option<u32>> = column.values().iter().map(|value| self.leaves.get(value).copied()).collect();
        let outside = leaf.iter().filter(|leaf| leaf.is_none()).count();
        if let Some(code) = leaf.iter().position(Option::is_none) {
            let (column, row) = (column.name().to_owned(), column.first_row_of(code));
            return Err(ReleaseError::OutsideHierarchy { column, row, count: outside });
        }
        if column.values().is_empty() {
            return Err(ReleaseError::AllMissing { column: column.name().to_owned() });
        }
        if column.codes().contains(&MISSING) {
            self.add_missing();
        }
        let missing = self.missing.unwrap_or(MISSING);
        Ok(column.codes().iter().map(|code| leaf.get(*code as usize).copied().flatten().unwrap_or(missing)).collect())
    }

    fn add_missing(&mut self) {
        if self.missing.is_some() {
            return;
        }
        self.missing = Some(self.size() as u32);
        let top = self.height();
        for (index, level) in self.levels.iter_mut().enumerate() {
            let joins = index == top && index > 0 && level.labels.len() == 1;
            if !joins {
                level.labels.push(None);
            }
            level.of_leaf.push(level.labels.len() as u32 - 1);
        }
    }
}

impl Level {
    fn of<'a>(labels_of_leaves: impl Iterator<Item = &'a String>) -> Self {
        let mut index: HashMap<&str, u32> = HashMap::new();
        let mut level = Self { labels: Vec::new(), of_leaf: Vec::new() };
        for label in labels_of_leaves {
            let next = level.labels.len() as u32;
            let code = *index.entry(label).or_insert(next);
            if code == next {
                level.labels.push(Some(label.clone()));
            }
            level.of_leaf.push(code);
        }
        level
    }
}

fn check_row(column: &str, index: usize, row: &[String], expected: usize) -> Result<(), ReleaseError> {
    let (column, place) = (column.to_owned(), index + 1);
    if row.len() != expected {
        return Err(ReleaseError::HierarchyRagged { column, row: place, expected, found: row.len() });
    }
    match row.iter().any(|label| label.is_empty()) {
        true => Err(ReleaseError::HierarchyGap { column, row: place }),
        false => Ok(()),
    }
}

/// A value must not be above another in one row and below it in the next.
fn check_cycles(column: &str, rows: &[Vec<String>]) -> Result<(), ReleaseError> {
    let mut above: HashMap<&str, Vec<&str>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        for pair in row.windows(2).filter(|pair| pair[0] != pair[1]) {
            let known = above.entry(&pair[0]).or_default();
            if known.contains(&pair[1].as_str()) {
                continue;
            }
            known.push(&pair[1]);
            if reaches(&above, &pair[1], &pair[0]) {
                return Err(ReleaseError::HierarchyCycle { column: column.to_owned(), row: index + 1 });
            }
        }
    }
    Ok(())
}

fn reaches(above: &HashMap<&str, Vec<&str>>, from: &str, to: &str) -> bool {
    let mut open = vec![from];
    let mut seen = std::collections::HashSet::new();
    while let Some(label) = open.pop() {
        if label == to {
            return true;
        }
        if seen.insert(label) {
            open.extend(above.get(label).into_iter().flatten());
        }
    }
    false
}

fn check_nesting(column: &str, levels: &[Level]) -> Result<(), ReleaseError> {
    for (level, pair) in levels.windows(2).enumerate() {
        let mut coarser = vec![None; pair[0].labels.len()];
        for (leaf, (fine, coarse)) in pair[0].of_leaf.iter().zip(&pair[1].of_leaf).enumerate() {
            if *coarser[*fine as usize].get_or_insert(*coarse) != *coarse {
                return Err(ReleaseError::HierarchyNotNested { column: column.to_owned(), row: leaf + 1, level });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
