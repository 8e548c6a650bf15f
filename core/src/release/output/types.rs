//! The types of columns in a file, and how their values become texts and numbers without loss.

use serde::{Deserialize, Serialize};

use super::super::table::Column;
use crate::model::days_in;

/// What a column holds in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Texts, as UTF-8.
    String,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers in double precision.
    Number,
    /// Days.
    Date,
}

impl ColumnType {
    /// The narrowest type in which every value of a column comes back as it was. Codes stay texts.
    #[must_use]
    pub fn of(column: &Column, coded: bool) -> Self {
        let all = |fits: fn(&str) -> bool| column.values().iter().all(|value| fits(value));
        if coded || column.values().is_empty() {
            Self::String
        } else if all(|value| integer(value).is_some()) {
            Self::Integer
        } else if all(|value| number(value).is_some()) {
            Self::Number
        } else if all(|value| day(value).is_some()) {
            Self::Date
        } else {
            Self::String
        }
    }
}

/// A whole number, if this text is how it is written.
pub(super) fn integer(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

/// A finite number, if this text is how it is written.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite() && number.to_string() == text)
}

/// Days since 1970 of a date as `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Option<i32> {
    let part = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let real = (1..=12).contains(&month) && day >= 1 && day <= u32::from(days_in(year, month));
    let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    (real && dashes).then(|| days_of(i64::from(year), i64::from(month), i64::from(day)) as i32)
}

/// The date so many days after 1970 began; `None` outside of the years 0 to 9999.
pub(super) fn date_text(days: i32) -> Option<String> {
    let days = i64::from(days);
    // 365.2425 days a year: at most one year off, which the loop mends.
    let mut year = 1970 + days * 400 / 146_097;
    while days_of(year, 1, 1) > days {
        year -= 1;
    }
    while days_of(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| days_of(year, *month, 1) <= days)?;
    let day = days - days_of(year, month, 1) + 1;
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Days since 1970 in the Gregorian calendar.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    let months: i64 = (1..month).map(|month| i64::from(days_in(year as u32, month as u32))).sum();
    before * 365 + leap_days + months + day - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> ColumnType {
        ColumnType::of(&Column::new("c", values.iter().map(|value| Some(*value))), false)
    }

    #[test]
    fn a_type_is_taken_only_where_nothing_is_lost() {
        assert_eq!(of(&["1", "-20"]), ColumnType::Integer);
        assert_eq!(of(&["1", "020"]), ColumnType::String);
        assert_eq!(of(&["1", "2.5"]), ColumnType::Number);
        assert_eq!(of(&["1", "2.50"]), ColumnType::String);
        assert_eq!(of(&["NaN"]), ColumnType::String);
        assert_eq!(of(&["inf", "1"]), ColumnType::String);
        assert_eq!(of(&["2024-02-29"]), ColumnType::Date);
        assert_eq!(of(&["2023-02-29"]), ColumnType::String);
        assert_eq!(of(&["2024-02"]), ColumnType::String);
        assert_eq!(of(&[]), ColumnType::String);
        assert_eq!(ColumnType::of(&Column::new("c", [Some("12")]), true), ColumnType::String);
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-03-01"), Some(11_017));
        assert_eq!(day("2026-11-26"), Some(20_783));
        assert_eq!(day("1900-02-29"), None);
        for days in (-719_528..2_932_896).step_by(97).chain([-1, 0, 1, 365]) {
            let text = date_text(days).unwrap();
            assert_eq!(day(&text), Some(days), "{text}");
        }
        assert_eq!(date_text(i32::MAX), None);
    }
}
