//! Why an import stopped, and why a row was rejected. Lines, columns, fields and rules; never a value of a row.

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

use saferoom::error::{Diagnosis, Family};
use saferoom::model::ValueError;
use saferoom::vault;
use serde::{Serialize, Serializer};

/// One thing that is wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProblem {
    /// The line of the mapping file, from 1.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

/// Why an import stopped as a whole.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file cannot be read.
    #[error("the {what} cannot be read: {kind}")]
    Io {
        /// Which file.
        what: &'static str,
        /// Why.
        kind: ErrorKind,
    },
    /// The mapping file is wrong; all that is wrong with it.
    #[error("the mapping file is wrong:{}", list(.0))]
    Map(Vec<MapProblem>),
    /// The file has no header, or one that is not UTF-8.
    #[error("the file has no readable header: its first line has to name the columns, in UTF-8")]
    NoHeader,
    /// UTF-16, as some spreadsheets write it.
    #[error("the file is UTF-16, not UTF-8")]
    Utf16,
    /// Columns that the mapping needs are missing.
    #[error("the file lacks columns that the mapping names: {}", .0.join(", "))]
    MissingColumns(Vec<String>),
    /// Two columns have the same name.
    #[error("columns {first} and {second} of the file have the same name")]
    DuplicateColumn {
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// A quote that opens a cell is never closed.
    #[error("line {line}: a quoted cell that begins in this row is never closed")]
    OpenQuote {
        /// The line on which the row begins.
        line: u64,
    },
    /// Rows are wrong, and nothing was written.
    #[error("{rejected} of {rows} rows are rejected; nothing was written")]
    Rejected {
        /// How many rows are wrong.
        rejected: usize,
        /// How many rows there are.
        rows: u64,
    },
    /// The file is not the one that was checked a moment ago.
    #[error("the file changed while it was being imported; rows in the vault: {rows}")]
    Changed {
        /// How many rows were committed before.
        rows: u64,
    },
    /// The vault refused a commit.
    #[error("the import stopped after {rows} row(s); the next row is on line {line}: {error}")]
    Stopped {
        /// How many rows are in the vault.
        rows: u64,
        /// The line of the first row that is not.
        line: u64,
        /// Why.
        error: vault::Error,
    },
}

impl ImportError {
    pub(super) fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Io { what, kind: error.kind() }
    }
}

fn list(problems: &[MapProblem]) -> String {
    problems.iter().map(|problem| format!("\n  line {}: {}", problem.line, problem.text)).collect()
}

impl Diagnosis for ImportError {
    fn code(&self) -> u16 {
        Family::Exchange.code(match self {
            Self::Io { .. } => 1,
            Self::Map(_) => 2,
            Self::NoHeader => 3,
            Self::Utf16 => 4,
            Self::MissingColumns(_) => 5,
            Self::DuplicateColumn { .. } => 6,
            Self::OpenQuote { .. } => 7,
            Self::Changed { .. } => 8,
            Self::Rejected { .. } => 9,
            Self::Stopped { error, .. } => return error.code(),
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Io { .. } => "Check the path and whether you may read the file; nothing was written.",
            Self::Map(_) => "Correct the mapping at the lines that are named; `saferoom catalogue` lists all fields.",
            Self::NoHeader | Self::Utf16 => "Save the table as CSV in UTF-8 with a header; nothing was written.",
            Self::MissingColumns(_) => "Correct the mapping or its delimiter, or the header; nothing was written.",
            Self::DuplicateColumn { .. } => "Rename one of the two columns; nothing was written.",
            Self::OpenQuote { .. } => "Close the quote, or double it if it is part of the text; nothing was written.",
            Self::Rejected { .. } => "Correct the rows or the mapping, or leave the rejected rows out with --partial.",
            Self::Changed { rows: 0 } => "Import a copy that nobody writes to; nothing was written.",
            Self::Changed { .. } => "Count the rows in the vault, then import the rest of a copy with --from-line.",
            Self::Stopped { rows: 0, error, .. } => error.advice(),
            Self::Stopped { .. } => "Correct the cause, then continue with --from-line and the line that is named.",
        }
    }
}

/// The rule that a row breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The cell is not what the field takes.
    Value(ValueError),
    /// The record breaks a rule of its kind: `required`, `known-code`, `known-field`, `type`.
    Record(&'static str),
    /// The mapping has no translation for the value.
    Unmapped,
    /// The cell is not UTF-8.
    Utf8,
    /// The row has more or fewer cells than the header.
    Ragged {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
}

impl Rule {
    /// The stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Value(error) => match error {
                ValueError::Empty => "empty",
                ValueError::TooLong { .. } => "too-long",
                ValueError::Character => "character",
                ValueError::Utf8 => "utf8",
                ValueError::Date => "date",
                ValueError::Range => "range",
                ValueError::Code => "code",
                ValueError::Place => "place",
                _ => "type",
            },
            Self::Record(rule) => rule,
            Self::Unmapped => "unmapped",
            Self::Utf8 => "utf8",
            Self::Ragged { .. } => "ragged",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(error) => error.fmt(f),
            Self::Record("required") => f.write_str("the field is required and has no value"),
            Self::Record("known-code") => f.write_str("it is not in the field's code list"),
            Self::Record(rule) => write!(f, "it breaks the rule {rule}"),
            Self::Unmapped => f.write_str("the mapping has no translation for it"),
            Self::Utf8 => f.write_str("it is not valid UTF-8"),
            Self::Ragged { expected, found } => write!(f, "the row has {found} cells, the header has {expected}"),
        }
    }
}

/// What is wrong with one place of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The column, where one is to blame.
    #[serde(serialize_with = "shared_text")]
    pub column: Option<Arc<str>>,
    /// The path of the field, such as `child.sex`, where one is concerned.
    #[serde(serialize_with = "shared_text")]
    pub field: Option<Arc<str>>,
    /// The rule.
    #[serde(serialize_with = "rule_name")]
    pub rule: Rule,
}

fn shared_text<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}

fn rule_name<S: Serializer>(rule: &Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.name())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "column {column:?}")?;
        }
        match (&self.column, &self.field) {
            (Some(_), Some(field)) => write!(f, " ({field}): ")?,
            (None, Some(field)) => write!(f, "{field}: ")?,
            (Some(_), None) => f.write_str(": ")?,
            (None, None) => {}
        }
        write!(f, "{} [{}]", self.rule, self.rule.name())
    }
}

/// A row that was rejected: where it is, and all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The line on which the row begins, from 1 for the header.
    pub line: u64,
    /// All that is wrong.
    pub problems: Vec<Problem>,
}
