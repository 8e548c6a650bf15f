//! Why a search cannot be made. No text repeats what was asked.

use crate::error::{Diagnosis, Family};
use crate::model::ValueError;

/// Why a search cannot be made; nothing was looked up then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// Nothing is asked, or nothing but spaces and punctuation.
    #[error("there is nothing to search by")]
    Empty,
    /// The text is longer than any name or number.
    #[error("the text to search by is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// More criteria than a search takes.
    #[error("a search takes at most {limit} criteria")]
    TooManyCriteria {
        /// The limit.
        limit: usize,
    },
    /// The text is no date or no place.
    #[error("the {kind} to search by is refused: {reason}")]
    Value {
        /// Name of the kind of search.
        kind: &'static str,
        /// Why.
        reason: ValueError,
    },
    /// This kind of record has no field that is searched in this way.
    #[error("a {record} cannot be searched by {kind}")]
    NotSearchable {
        /// Name of the record kind.
        record: &'static str,
        /// Name of the kind of search, or of the field.
        kind: &'static str,
    },
    /// This kind of record has no field of this name.
    #[error("a {record} has no field of this name that can be searched")]
    NoSuchField {
        /// Name of the record kind.
        record: &'static str,
    },
    /// The index holds none of what is asked: very many records would answer.
    #[error("this alone finds too many: a very common name, a year, a district")]
    TooBroad,
}

impl Diagnosis for SearchError {
    fn code(&self) -> u16 {
        Family::Model.code(match self {
            Self::Empty => 50,
            Self::TooLong { .. } => 51,
            Self::TooManyCriteria { .. } => 52,
            Self::Value { .. } => 53,
            Self::NotSearchable { .. } => 54,
            Self::NoSuchField { .. } => 55,
            Self::TooBroad => 56,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "Give a name, a number, a date or a place.",
            Self::TooLong { .. } => "Give the name or number alone.",
            Self::TooManyCriteria { .. } => "Leave out what you are least sure of.",
            Self::Value { .. } => "Write dates as 2014-05-17, 2014-05 or 2014, and places as 2, 4, 6 or 8 digits.",
            Self::NotSearchable { .. } | Self::NoSuchField { .. } => {
                "Look up which fields can be searched with `saferoom catalogue`."
            }
            Self::TooBroad => "Add a second name, the day of birth, a telephone number, a commune or a village.",
        }
    }
}
