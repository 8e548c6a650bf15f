//! Why a gazetteer was refused. Names lines, never what stands in them.

use crate::error::{Diagnosis, Family};

/// Why a gazetteer was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GazetteerError {
    /// It cannot be read at all.
    #[error("the gazetteer cannot be read")]
    Input,
    /// Not UTF-8.
    #[error("line {line} of the gazetteer is not UTF-8")]
    Utf8 {
        /// The line, from 1.
        line: u64,
    },
    /// The head line lacks a column, or has it twice.
    #[error("the gazetteer needs one column {name}")]
    Column {
        /// Name of the column.
        name: &'static str,
    },
    /// There are no places in it.
    #[error("the gazetteer has no places")]
    Empty,
    /// A line has too few columns.
    #[error("line {line} of the gazetteer has too few columns")]
    Short {
        /// The line, from 1.
        line: u64,
    },
    /// Not a place code.
    #[error("line {line} of the gazetteer has no place code of 2, 4, 6 or 8 digits")]
    Code {
        /// The line, from 1.
        line: u64,
    },
    /// A code with an odd number of digits.
    #[error("line {line} of the gazetteer has a code that has lost its leading zero")]
    LeadingZero {
        /// The line, from 1.
        line: u64,
    },
    /// No name, or one that is too long or has control characters.
    #[error("line {line} of the gazetteer has no name in Latin script, or a name that is not allowed")]
    Name {
        /// The line, from 1.
        line: u64,
    },
    /// A code twice.
    #[error("line {line} of the gazetteer has the code of line {first} again")]
    Duplicate {
        /// The line, from 1.
        line: u64,
        /// Where the code was first.
        first: u64,
    },
    /// The place above is missing.
    #[error("line {line} of the gazetteer has a place that lies in none")]
    Orphan {
        /// The line, from 1.
        line: u64,
    },
    /// More places than a country has.
    #[error("line {line} of the gazetteer is beyond the {most} places that it may have")]
    TooMany {
        /// The line, from 1.
        line: u64,
        /// How many there may be.
        most: usize,
    },
}

impl From<csv::Error> for GazetteerError {
    fn from(error: csv::Error) -> Self {
        match error.kind() {
            csv::ErrorKind::Utf8 { pos, .. } => Self::Utf8 { line: pos.as_ref().map_or(0, csv::Position::line) },
            _ => Self::Input,
        }
    }
}

impl Diagnosis for GazetteerError {
    fn code(&self) -> u16 {
        Family::Model.code(match self {
            Self::Input => 60,
            Self::Utf8 { .. } => 61,
            Self::Column { .. } => 62,
            Self::Empty => 63,
            Self::Short { .. } => 64,
            Self::Code { .. } => 65,
            Self::LeadingZero { .. } => 66,
            Self::Name { .. } => 67,
            Self::Duplicate { .. } => 68,
            Self::Orphan { .. } => 69,
            Self::TooMany { .. } => 59,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::LeadingZero { .. } => {
                "Export the list again with the codes as text: spreadsheets drop leading zeros."
            }
            Self::Orphan { .. } => "Add the province, district or commune that the place lies in.",
            Self::Input | Self::TooMany { .. } => "Check that this is the file of the gazetteer.",
            _ => "Correct the gazetteer at the place that is named; the one in use stays.",
        }
    }
}
