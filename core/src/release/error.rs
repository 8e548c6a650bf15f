//! What can go wrong on the way to a released table. No text carries a value of the table: places are named by column,
//! line or row.

use crate::error::{Diagnosis, Family};

/// Why a table, a hierarchy, a specification or a search was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// A line of a CSV file has more or fewer values than its header.
    #[error("line {line} has {found} values, the first line has {expected}")]
    Ragged {
        /// The line, from 1.
        line: u64,
        /// How many values the first line has.
        expected: usize,
        /// How many this line has.
        found: usize,
    },
    /// A file is not UTF-8 throughout.
    #[error("the text around line {line} is not UTF-8")]
    NotUtf8 {
        /// The line, from 1.
        line: u64,
    },
    /// A table has no first line, or a column without a name.
    #[error("the table has no complete header")]
    NoHeader,
    /// Two columns have one name.
    #[error("two columns are named {column}")]
    DuplicateColumn {
        /// The name.
        column: String,
    },
    /// A table without rows.
    #[error("the table has no rows")]
    EmptyTable,
    /// A table with more columns or rows than can be handled.
    #[error("the table is too large: at most {columns} columns and {rows} rows")]
    TooLarge {
        /// The most columns.
        columns: usize,
        /// The most rows.
        rows: usize,
    },
    /// The CSV reader gave up.
    #[error("line {line} cannot be read as CSV")]
    Unreadable {
        /// The line, from 1.
        line: u64,
    },
    /// A column that only one of two places has, such as a table and a population.
    #[error("there is no column {column}")]
    NoSuchColumn {
        /// The name.
        column: String,
    },
    /// Columns of different lengths.
    #[error("column {column} has another number of rows than the first")]
    UnequalColumns {
        /// The name.
        column: String,
    },

    /// The specification is not TOML of the expected form.
    #[error("line {line}: {what}")]
    SpecSyntax {
        /// The line, from 1.
        line: usize,
        /// What the parser says, without the text of the file.
        what: String,
    },
    /// A column of the table that the specification does not name.
    #[error("column {column} has no role in the specification")]
    UnlistedColumn {
        /// The name.
        column: String,
    },
    /// A column of the specification that the table does not have.
    #[error("line {line}: the table has no column {column}")]
    UnknownColumn {
        /// The line, from 1; 0 for a specification that was not read from a text.
        line: usize,
        /// The name.
        column: String,
    },
    /// Two statements of the specification that exclude each other, or one that makes no sense there.
    #[error("line {line}: {what}")]
    SpecConflict {
        /// The line, from 1; 0 for a specification that was not read from a text.
        line: usize,
        /// What is in conflict.
        what: String,
    },
    /// A number outside of what it may be.
    #[error("line {line}: {key} must be {allowed}")]
    SpecValue {
        /// The line, from 1; 0 for a specification that was not read from a text.
        line: usize,
        /// The name of the number.
        key: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
    /// A specification that promises less than the release-policy demands.
    #[error("k is {k}; the release-policy demands at least {floor} {audience} the organisation")]
    BelowFloor {
        /// What the specification promises; 1 if it names no k.
        k: u32,
        /// What is demanded.
        floor: u32,
        /// `inside` or `outside`.
        audience: &'static str,
    },
    /// More quasi-identifiers than the release-policy lets pass without a review.
    #[error("{count} quasi-identifying columns; the release-policy allows {most}")]
    TooManyQuasi {
        /// How many there are.
        count: usize,
        /// How many are allowed.
        most: usize,
    },

    /// A row of a hierarchy has more or fewer levels than the first.
    #[error("hierarchy of {column}: row {row} has {found} levels, the first has {expected}")]
    HierarchyRagged {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// How many levels the first row has.
        expected: usize,
        /// How many this one has.
        found: usize,
    },
    /// A hierarchy names a value twice.
    #[error("hierarchy of {column}: the value of row {row} stands there twice")]
    HierarchyDuplicate {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// Values that are equal at one level are different at the next.
    #[error("hierarchy of {column}: row {row} parts what was one at level {level}")]
    HierarchyNotNested {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// The level that is finer than the one above it should be.
        level: usize,
    },
    /// Values that generalise to each other.
    #[error("hierarchy of {column}: row {row} closes a cycle")]
    HierarchyCycle {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A value without generalisation, or an empty entry.
    #[error("hierarchy of {column}: row {row} has an empty entry")]
    HierarchyGap {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A hierarchy without values, or with more levels than can be handled.
    #[error("hierarchy of {column}: {what}")]
    HierarchyShape {
        /// The column.
        column: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Values of the table that the hierarchy does not have.
    #[error("{count} values of column {column} are not in its hierarchy, first in row {row}")]
    OutsideHierarchy {
        /// The column.
        column: String,
        /// The first such row, from 1, the header not counted.
        row: usize,
        /// How many different values.
        count: usize,
    },
    /// A value that should be a number, and is none (or is not finite).
    #[error("column {column}, row {row}: not a finite number")]
    NotANumber {
        /// The column.
        column: String,
        /// The first such row, from 1, the header not counted.
        row: usize,
    },
    /// A value that should be a date, and is none.
    #[error("column {column}, row {row}: not a date as YYYY-MM-DD, YYYY-MM or YYYY")]
    NotADate {
        /// The column.
        column: String,
        /// The first such row, from 1, the header not counted.
        row: usize,
    },

    /// A quasi-identifying or sensitive column without any value.
    #[error("column {column} has no value in any row")]
    AllMissing {
        /// The column.
        column: String,
    },
    /// Fewer children (or rows) than the smallest class that is allowed.
    #[error("the table has {units} privacy units, and no class may have fewer than {k}")]
    TooFewUnits {
        /// How many there are.
        units: usize,
        /// The smallest class.
        k: u32,
    },
    /// A privacy model that needs a population table, and there is none.
    #[error("the model {model} needs a population table")]
    NoPopulation {
        /// The model.
        model: &'static str,
    },
    /// No transformation fulfils the models within the suppression limit.
    #[error(
        "no generalisation fulfils the models: at best {suppressed} rows would have to be suppressed, {allowed} may be\
         {}", costliest.as_ref().map_or(String::new(), |column| format!("; without column {column} it would be fewest"))
    )]
    NoSolution {
        /// The fewest rows that would have to be suppressed.
        suppressed: u64,
        /// How many may be.
        allowed: u64,
        /// The quasi-identifying column whose removal would help most.
        costliest: Option<String>,
    },
    /// The models can only be met by leaving out every row, which the suppression limit allows.
    #[error("nothing would be left: the models can only be met by leaving out all {rows} rows")]
    NothingLeft {
        /// How many there are.
        rows: u64,
    },
    /// The search was stopped from outside.
    #[error("the search was cancelled")]
    Cancelled,
    /// A finished table does not keep what its parameters promise. A defect, never an input problem.
    #[error("the finished table does not keep its promise: {what}")]
    Broken {
        /// Which promise.
        what: &'static str,
    },
    /// Too many quasi-identifiers or values for one search.
    #[error("too many combinations of quasi-identifying values for one search")]
    TooWide,
    /// A table of counts that cannot be protected as asked.
    #[error("the table of counts cannot be protected: {what}")]
    Cells {
        /// What is in the way.
        what: &'static str,
    },
}

impl Diagnosis for ReleaseError {
    fn code(&self) -> u16 {
        use ReleaseError as E;
        Family::Release.code(match self {
            E::Ragged { .. } => 0,
            E::NotUtf8 { .. } => 1,
            E::NoHeader => 2,
            E::DuplicateColumn { .. } => 3,
            E::EmptyTable => 4,
            E::TooLarge { .. } => 5,
            E::Unreadable { .. } => 6,
            E::NoSuchColumn { .. } => 7,
            E::UnequalColumns { .. } => 8,
            E::SpecSyntax { .. } => 20,
            E::UnlistedColumn { .. } => 21,
            E::UnknownColumn { .. } => 22,
            E::SpecConflict { .. } => 23,
            E::SpecValue { .. } => 24,
            E::BelowFloor { .. } => 25,
            E::TooManyQuasi { .. } => 26,
            E::HierarchyRagged { .. } => 40,
            E::HierarchyDuplicate { .. } => 41,
            E::HierarchyNotNested { .. } => 42,
            E::HierarchyCycle { .. } => 43,
            E::HierarchyGap { .. } => 44,
            E::HierarchyShape { .. } => 45,
            E::OutsideHierarchy { .. } => 46,
            E::NotANumber { .. } => 47,
            E::NotADate { .. } => 48,
            E::AllMissing { .. } => 60,
            E::TooFewUnits { .. } => 61,
            E::NoPopulation { .. } => 62,
            E::NoSolution { .. } => 63,
            E::Cancelled => 64,
            E::Broken { .. } => 65,
            E::TooWide => 66,
            E::Cells { .. } => 67,
            E::NothingLeft { .. } => 68,
        })
    }

    fn advice(&self) -> &'static str {
        use ReleaseError as E;
        match self {
            E::Ragged { .. } | E::Unreadable { .. } => {
                "Repair the line; perhaps the delimiter is another, or a quote is not closed."
            }
            E::NotUtf8 { .. } => "Save the file again as UTF-8.",
            E::NoHeader => "Give every column a name in the first line.",
            E::DuplicateColumn { .. } => "Rename one of the two.",
            E::EmptyTable | E::AllMissing { .. } => "Check that the right file was given; leave the column out if so.",
            E::TooLarge { .. } | E::TooWide => "Leave columns out, or take the table in parts.",
            E::NoSuchColumn { .. } | E::UnknownColumn { .. } => "Check the spelling against the header of the table.",
            E::UnequalColumns { .. } => "Give all columns the same number of rows.",
            E::SpecSyntax { .. } | E::SpecConflict { .. } | E::SpecValue { .. } => {
                "Correct the line; docs/anonymisation.md shows a whole specification."
            }
            E::UnlistedColumn { .. } => {
                "Name every column with its role; one that shall not leave has the role \"drop\"."
            }
            E::BelowFloor { .. } => "Raise k in the specification.",
            E::TooManyQuasi { .. } => "Drop a column, or publish tables of counts instead.",
            E::HierarchyRagged { .. } | E::HierarchyGap { .. } => "Give every value an entry at every level.",
            E::HierarchyDuplicate { .. } => "Keep one row per value.",
            E::HierarchyNotNested { .. } => "Let each level join whole groups of the level below.",
            E::HierarchyCycle { .. } => "Let values only generalise upwards.",
            E::HierarchyShape { .. } => "Check the file; docs/anonymisation.md says what a hierarchy looks like.",
            E::OutsideHierarchy { .. } => "Add the values to the hierarchy, or correct them in the table.",
            E::NotANumber { .. } | E::NotADate { .. } => "Correct the value, or leave it empty if it is not known.",
            E::TooFewUnits { .. } => "A table this small cannot be released row by row; publish totals, or wait.",
            E::NoPopulation { .. } => "Give the population table, or use k-anonymity.",
            E::NothingLeft { .. } => {
                "Relax a model, drop a quasi-identifying column, or publish tables of counts instead."
            }
            E::NoSolution { .. } => {
                "Raise the suppression limit, drop the named column, coarsen its hierarchy, or relax a model."
            }
            E::Cancelled => "Start again when there is time; nothing was written.",
            E::Broken { .. } => "Nothing was released. Please report this with the specification, without the data.",
            E::Cells { .. } => "Join categories, or leave the table out.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_the_family_and_texts_have_advice() {
        let errors = [
            ReleaseError::NoHeader,
            ReleaseError::BelowFloor { k: 1, floor: 11, audience: "outside" },
            ReleaseError::HierarchyCycle { column: "c".into(), row: 1 },
            ReleaseError::NoSolution { suppressed: 9, allowed: 1, costliest: Some("age".into()) },
            ReleaseError::Cells { what: "x" },
        ];
        let codes: Vec<u16> = errors.iter().map(Diagnosis::code).collect();
        assert_eq!(codes, [1202, 1225, 1243, 1263, 1267]);
        assert!(errors.iter().all(|error| !error.advice().is_empty()));
        assert_eq!(
            errors[3].to_string(),
            "no generalisation fulfils the models: at best 9 rows would have to be suppressed, 1 may be; without column \
             age it would be fewest"
        );
    }
}
