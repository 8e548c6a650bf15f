//! The mapping file as it is written: typed, with the place of everything that is checked against the catalogue.
//!
//! ```toml
//! format = 1
//! delimiter = ","                       # the default
//! unknown = ["-99"]                     # cells that mean "not known" in every column: the field stays empty
//!
//! [source]                              # documentation: where the rows are from and what may be done with them
//! name = "Example register"
//! licence = "CC BY 4.0"
//!
//! [[keep]]                              # only rows whose cell is one of these; several: all have to hold
//! column = "age"
//! in = ["0-8", "9-17"]
//!
//! [[record]]                            # each row becomes one of each of these, in this order
//! kind = "case"                         # parent: the unit, unless another record is named
//! [record.fields]
//! registration_year = { column = "year" }
//!
//! [[record]]
//! kind = "child"
//! parent = "case"
//! [record.fields]
//! role = { constant = "victim" }
//! sex = { column = "gender", transform = "lower", values = { f = "female", m = "male" }, unknown = ["0"] }
//! languages = { column = "speaks", separator = "/", on_unmapped = "omit", also = [{ column = "mother tongue" }] }
//! ```
//!
//! A cell goes this way: spaces around it are dropped; for a list it is split at `separator` (without one the cell is
//! one item); `unknown` and empty items are left out; `transform` is applied; `values` translates it. A value that
//! `values` lacks, or that is not in the field's code list, rejects the row unless `on_unmapped = "omit"`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::error::{ImportError, MapProblem};

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapFile {
    pub(super) format: Spanned<u32>,
    pub(super) delimiter: Option<Spanned<String>>,
    pub(super) source: Source,
    #[serde(default)]
    pub(super) unknown: Vec<String>,
    #[serde(default)]
    pub(super) keep: Vec<KeepEntry>,
    pub(super) record: Vec<RecordEntry>,
}

/// Where the rows are from. Shown with the result; nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the source calls itself.
    pub name: String,
    /// What may be done with it.
    pub licence: String,
}

/// A condition on rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeepEntry {
    pub(super) column: Spanned<String>,
    #[serde(rename = "in")]
    pub(super) set: Spanned<Vec<String>>,
}

/// A record that each row becomes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordEntry {
    pub(super) kind: Spanned<String>,
    pub(super) parent: Option<Spanned<String>>,
    pub(super) fields: BTreeMap<Spanned<String>, FieldEntry>,
}

/// Where the value of a field comes from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldEntry {
    pub(super) column: Option<Spanned<String>>,
    pub(super) constant: Option<Spanned<Value>>,
    pub(super) values: Option<BTreeMap<String, Spanned<String>>>,
    #[serde(default)]
    pub(super) unknown: Vec<String>,
    #[serde(default)]
    pub(super) on_unmapped: OnUnmapped,
    pub(super) transform: Option<Transform>,
    pub(super) separator: Option<Spanned<String>>,
    /// Further columns whose values join the same list.
    #[serde(default)]
    pub(super) also: Vec<FieldEntry>,
}

/// What becomes of a value that is not mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnUnmapped {
    /// The row is rejected.
    #[default]
    Reject,
    /// The value is left out.
    Omit,
}

/// A change of spelling before a value is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Transform {
    /// To lower case.
    Lower,
    /// To upper case.
    Upper,
    /// `31/12/2010`, `31.12.2010` or `31-12-2010` to `2010-12-31`. Anything else stays as it is.
    DayFirst,
}

impl Transform {
    /// The changed text.
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::DayFirst => day_first(text).unwrap_or_else(|| text.to_owned()),
        }
    }
}

fn day_first(text: &str) -> Option<String> {
    let mut parts = text.split(['/', '.', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let plain = parts.next().is_none() && digits(day, 2) && digits(month, 2) && digits(year, 4) && year.len() == 4;
    plain.then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

/// Reads the text; places become lines with [`line_of`].
pub(super) fn parse(text: &str) -> Result<MapFile, ImportError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        ImportError::Map(vec![MapProblem { line, text: error.message().to_owned() }])
    })
}

/// The line that a place begins on, from 1.
pub(super) fn line_of(text: &str, place: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..place.start).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_the_day_first_are_turned_around() {
        for (text, turned) in [
            ("31/12/2010", "2010-12-31"),
            ("1.2.2010", "2010-02-01"),
            ("01-02-2010", "2010-02-01"),
            ("2010-02-01", "2010-02-01"),
            ("2010", "2010"),
            ("1/2/10", "1/2/10"),
            ("1/2/2010/3", "1/2/2010/3"),
            ("", ""),
        ] {
            assert_eq!(Transform::DayFirst.apply(text), turned);
        }
        assert_eq!((Transform::Lower.apply("AbÉ"), Transform::Upper.apply("kh")), ("abé".into(), "KH".into()));
    }
}
