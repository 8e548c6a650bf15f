//! What can be wrong with a record. Names kinds, fields and rules; never a value.

use crate::error::{Diagnosis, Family};

/// Why a value or a record was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A value is not what its type allows.
    #[error("a value is refused: {0}")]
    Value(#[from] ValueError),
    /// The value of a field is not what its type allows.
    #[error("{kind}.{field}: {reason}")]
    Field {
        /// Name of the record kind.
        kind: &'static str,
        /// Name of the field.
        field: &'static str,
        /// Why.
        reason: ValueError,
    },
    /// The record breaks rules; all of them are listed.
    #[error("the record breaks {} rule(s): {}", .0.len(), list(.0))]
    Invalid(Vec<Violation>),
    /// The kind has no such field.
    #[error("a {kind} has no field of this name or number")]
    NoSuchField {
        /// Name of the record kind.
        kind: &'static str,
    },
    /// There is no such kind, or this release does not record it.
    #[error("there is no such kind of record")]
    NoSuchKind,
    /// Field numbers have to ascend.
    #[error("field numbers do not ascend")]
    FieldOrder,
}

/// Why a single value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Nothing but spaces.
    #[error("it is empty")]
    Empty,
    /// Longer than allowed.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Contains a character that no text needs: NUL, another control character, a direction override.
    #[error("it contains a character that is not allowed (a control character or a direction override)")]
    Character,
    /// Not UTF-8.
    #[error("it is not valid UTF-8")]
    Utf8,
    /// Not of the expected type.
    #[error("it is not a {expected}")]
    Type {
        /// The expected type.
        expected: &'static str,
    },
    /// A date or time that does not exist or is out of range.
    #[error("it is no date between 1900 and 2100")]
    Date,
    /// A number out of range.
    #[error("it is out of range")]
    Range,
    /// Not a code.
    #[error("it is no code: a code has 1 to 64 letters, digits, hyphens or underscores")]
    Code,
    /// Not a place code.
    #[error("it is no place code: a place code has 2, 4, 6 or 8 digits")]
    Place,
    /// Encoded bytes that this release would not have written.
    #[error("its stored form is malformed")]
    Encoding,
}

/// One rule that a record breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// Name of the record kind.
    pub kind: &'static str,
    /// Name of the field.
    pub field: &'static str,
    /// Name of the rule: `required`, `known-code`, `known-place`, `known-field`, `type`, or one of `data/rules.toml`.
    pub rule: &'static str,
}

fn list(violations: &[Violation]) -> String {
    let texts: Vec<_> = violations.iter().map(|v| format!("{}.{} ({})", v.kind, v.field, v.rule)).collect();
    texts.join(", ")
}

impl Diagnosis for ModelError {
    fn code(&self) -> u16 {
        let value = |error: &ValueError| match error {
            ValueError::Empty => 20,
            ValueError::TooLong { .. } => 21,
            ValueError::Character => 22,
            ValueError::Utf8 => 23,
            ValueError::Type { .. } => 24,
            ValueError::Date => 25,
            ValueError::Range => 26,
            ValueError::Code => 27,
            ValueError::Place => 28,
            ValueError::Encoding => 29,
        };
        Family::Model.code(match self {
            Self::Value(error) | Self::Field { reason: error, .. } => value(error),
            Self::Invalid(_) => 1,
            Self::NoSuchField { .. } => 2,
            Self::NoSuchKind => 3,
            Self::FieldOrder => 4,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Value(ValueError::TooLong { .. }) | Self::Field { reason: ValueError::TooLong { .. }, .. } => {
                "Shorten the text, or split it into several statements."
            }
            Self::Value(ValueError::Encoding) | Self::Field { reason: ValueError::Encoding, .. } => {
                "Keep the file as it is and install the newest saferoom: the value was written by another release."
            }
            Self::Value(_) | Self::Field { .. } => "Correct the value; the catalogue says what the field takes.",
            Self::Invalid(_) => "Correct all the fields that are named; nothing was written.",
            Self::NoSuchField { .. } | Self::NoSuchKind => "Look up kinds and fields with `saferoom catalogue`.",
            Self::FieldOrder => "Give each field once, ascending by number.",
        }
    }
}
