//! Why an import or export stopped, and what is wrong with a line. Numbers of lines, kinds, fields and rules; no value.

use std::fmt;
use std::io::ErrorKind;

use super::super::Error;
use crate::error::{Diagnosis, Family};
use crate::model::ValueError;

/// Why an import or export stopped as a whole.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// Reading or writing the lines failed.
    #[error("the {what} cannot be {verb}: {kind}")]
    Io {
        /// Which file.
        what: &'static str,
        /// What was tried.
        verb: &'static str,
        /// Why it failed.
        kind: ErrorKind,
    },
    /// There is a file of this name already.
    #[error("there is a file of this name already")]
    Exists,
    /// UTF-16, as some programs write it.
    #[error("the file is UTF-16, not UTF-8")]
    Utf16,
    /// The file is not the one that was checked a moment ago.
    #[error("the file changed while it was being imported; nothing was written")]
    Changed,
    /// The vault refused a record that was found good before. Nothing was written.
    #[error("line {line}: {error}; nothing was written")]
    Stopped {
        /// The line.
        line: u64,
        /// Why.
        error: Box<Error>,
    },
    /// The manifest is not of these lines, or is not signed by the key that it names.
    #[error("the manifest does not belong to these lines")]
    Manifest,
    /// An export was asked for that names a record which is not a case.
    #[error("only cases can be exported one by one")]
    NotACase,
}

impl ExchangeError {
    pub(super) fn reading(error: &std::io::Error) -> Error {
        Self::Io { what: "file", verb: "read", kind: error.kind() }.into()
    }

    pub(super) fn writing(error: &std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::AlreadyExists => Self::Exists.into(),
            kind => Self::Io { what: "export", verb: "written", kind }.into(),
        }
    }
}

impl Diagnosis for ExchangeError {
    fn code(&self) -> u16 {
        Family::Exchange.code(match self {
            Self::Io { .. } => 40,
            Self::Exists => 41,
            Self::Utf16 => 42,
            Self::Changed => 43,
            Self::Stopped { error, .. } => return error.code(),
            Self::Manifest => 44,
            Self::NotACase => 45,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Io { verb: "read", .. } => "Check the path and whether you may read the file; nothing was written.",
            Self::Io { .. } => {
                "Check the folder and the room on the disk, then export again; the half file is removed."
            }
            Self::Exists => "Choose another name; an export replaces no file.",
            Self::Utf16 => "Save the file in UTF-8.",
            Self::Changed => "Import a copy that nobody writes to.",
            Self::Stopped { .. } => "Correct the line that is named, then import again.",
            Self::Manifest => "Get both files again from whoever exported them, and do not use these.",
            Self::NotACase => "Name the case; its records come with it.",
        }
    }
}

/// The rule that a line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineRule {
    /// The line is not UTF-8.
    Utf8,
    /// The line is longer than allowed.
    TooLong,
    /// The line is no JSON.
    Json,
    /// The line is JSON, but no record: not an object, a member is missing, twice, of the wrong type, or unknown.
    Shape,
    /// There is no such kind of record.
    Kind,
    /// The kind has no such field.
    Field,
    /// A field is there twice.
    FieldTwice,
    /// The value is not what the field takes.
    Value(ValueError),
    /// The record breaks a rule of its kind, such as `required` or `known-code`.
    Record(&'static str),
    /// The id stands in an earlier line, and this is not its next revision.
    IdTwice,
    /// The record needs a parent and names none, or its parent is nowhere in the file.
    ParentMissing,
    /// Its parent comes after it.
    ParentLater,
    /// It is, through its parents, below itself.
    ParentCircular,
    /// Its parent was rejected.
    ParentRejected,
    /// An earlier revision of it was rejected.
    EarlierRejected,
    /// The kind may not stand below its parent's.
    ParentKind,
    /// A reference names a record that is nowhere in the file, and is no record id.
    Reference,
}

impl LineRule {
    /// The stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::TooLong => "line-length",
            Self::Json => "json",
            Self::Shape => "shape",
            Self::Kind => "known-kind",
            Self::Field => "known-field",
            Self::FieldTwice => "field-twice",
            Self::Value(error) => value_rule(error),
            Self::Record(rule) => rule,
            Self::IdTwice => "id-twice",
            Self::ParentMissing => "parent-missing",
            Self::ParentLater => "parent-later",
            Self::ParentCircular => "parent-circular",
            Self::ParentRejected => "parent-rejected",
            Self::EarlierRejected => "earlier-rejected",
            Self::ParentKind => "parent-kind",
            Self::Reference => "reference",
        }
    }
}

/// The stable name of a rule for values.
const fn value_rule(error: &ValueError) -> &'static str {
    match error {
        ValueError::Empty => "empty",
        ValueError::TooLong { .. } => "too-long",
        ValueError::Character => "character",
        ValueError::Utf8 => "utf8",
        ValueError::Date => "date",
        ValueError::Range => "range",
        ValueError::Code => "code",
        ValueError::Place => "place",
        ValueError::Type { .. } | ValueError::Encoding => "type",
    }
}

impl fmt::Display for LineRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value(error) => return error.fmt(f),
            Self::Record(rule) => return write!(f, "it breaks the rule {rule}"),
            Self::Utf8 => "the line is not valid UTF-8",
            Self::TooLong => "the line is longer than allowed",
            Self::Json => "the line is not valid JSON, or is cut short",
            Self::Shape => "the line is no record: one object with kind, id, parent, revision, author and fields",
            Self::Kind => "there is no such kind of record",
            Self::Field => "the kind has no field of this name",
            Self::FieldTwice => "the field is there twice",
            Self::IdTwice => "the id stands in an earlier line, and this is not its next revision",
            Self::ParentMissing => "the parent is missing",
            Self::ParentLater => "the parent comes later; parents come before their children",
            Self::ParentCircular => "the record is below itself",
            Self::ParentRejected => "the parent was rejected",
            Self::EarlierRejected => "an earlier revision was rejected",
            Self::ParentKind => "the kind may not stand below this parent",
            Self::Reference => "the reference names no record of the file and is no record id",
        })
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineProblem {
    /// The line, from 1.
    pub line: u64,
    /// Name of the kind, where it is known.
    pub kind: Option<&'static str>,
    /// Name of the field, where one is to blame.
    pub field: Option<&'static str>,
    /// The rule.
    pub rule: LineRule,
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match (self.kind, self.field) {
            (Some(kind), Some(field)) => write!(f, "{kind}.{field}: ")?,
            (Some(kind), None) => write!(f, "{kind}: ")?,
            _ => {}
        }
        write!(f, "{} [{}]", self.rule, self.rule.name())
    }
}
