//! What stretch of time a half-known date or a moment can mean. Comparing two of them is fair to what is not known.

use crate::model::date::{days_in, days_since_1970};
use crate::model::encoding::{Item, single};
use crate::model::{PartialDate, Timestamp};

const DAY: i64 = 86_400_000;

/// A year of the calendar on average, 365.2425 days; a birthday is a day off at most, and a day is forgiven.
const YEAR: i64 = 31_556_952_000;

/// A date has no time zone, a moment has: they may differ by so much.
const ZONE: i64 = 14 * 3_600_000;

/// How far off an estimated date may be, in years.
const ESTIMATE: u16 = 2;

/// From the first to the last millisecond that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: i64,
    last: i64,
    is_date: bool,
}

impl Span {
    /// What the encoded date or time means; none if it is neither.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        match single(value).ok()? {
            Item::Text(text) => Some(Self::of_date(PartialDate::exact(text).ok()?)),
            Item::Unsigned(number) => Some(Self::at(Timestamp::from_stored(number).ok()?)),
            _ => None,
        }
    }

    pub(super) const fn at(time: Timestamp) -> Self {
        Self { first: time.milliseconds(), last: time.milliseconds(), is_date: false }
    }

    fn of_date(date: PartialDate) -> Self {
        let (from, to) = years(date);
        let (first_month, last_month) = date.in_month().map_or((1, 12), |month| (month, month));
        let end = days_in(to.into(), last_month.into());
        let (first_day, last_day) = date.on_day().map_or((1, end), |day| (day, day.min(end)));
        let first = days_since_1970(from.into(), first_month.into(), first_day.into()) * DAY;
        let last = (days_since_1970(to.into(), last_month.into(), last_day.into()) + 1) * DAY - 1;
        Self { first, last, is_date: true }
    }

    /// Whether all of it lies before all of the other.
    pub(super) const fn is_before(self, other: Self) -> bool {
        let slack = if self.is_date == other.is_date { 0 } else { ZONE };
        self.last.saturating_add(slack) < other.first
    }

    /// Whether all of it lies more than a day after this moment.
    pub(super) const fn is_after_tomorrow(self, now: Timestamp) -> bool {
        self.first > now.milliseconds().saturating_add(DAY)
    }

    /// The lowest and the highest age in whole years, on this day, of who was born then.
    pub(super) fn ages_on(self, day: Self) -> (u64, u64) {
        let years = |from: i64, to: i64| u64::try_from(to.saturating_sub(from) / YEAR).unwrap_or(0);
        (years(self.last, day.first.saturating_sub(DAY)), years(self.first, day.last.saturating_add(DAY)))
    }
}

/// The years that are meant.
fn years(date: PartialDate) -> (u16, u16) {
    let slack = if date.is_estimated() { ESTIMATE } else { 0 };
    (date.in_year() - slack, date.in_year() + slack)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Span {
        Span::of_date(PartialDate::parse(text).unwrap())
    }

    fn time(text: &str) -> Span {
        Span::at(Timestamp::parse(text).unwrap())
    }

    #[test]
    fn only_what_cannot_be_otherwise_is_before() {
        for (early, late) in [("2014", "2015"), ("2014-04", "2014-05"), ("2014-04-30", "2014-05"), ("2014~", "2017")] {
            assert!(date(early).is_before(date(late)) && !date(late).is_before(date(early)), "{early} {late}");
        }
        for (one, other) in [("2014", "2014-12"), ("2014-05-17", "2014"), ("2014~", "2016"), ("2014-05", "2014-05")] {
            assert!(!date(one).is_before(date(other)) && !date(other).is_before(date(one)), "{one} {other}");
        }
        let evening = time("2026-03-02T20:00:00Z");
        assert!(!evening.is_before(date("2026-03-03")) && !date("2026-03-02").is_before(evening));
        assert!(evening.is_before(date("2026-03-04")));
        assert!(date("2024-02-29~").is_before(date("2026-03")));
    }

    #[test]
    fn ages_are_as_wide_as_the_date_is_unsure() {
        let day = time("2026-06-01T00:00:00Z");
        assert_eq!(date("2014-05-17").ages_on(day), (12, 12));
        assert_eq!(date("2014").ages_on(day), (11, 12));
        assert_eq!(date("2014~").ages_on(day), (9, 14));
        assert_eq!(date("2027").ages_on(day), (0, 0));
        assert_eq!(date("2014-06-02").ages_on(day), (11, 12));
    }
}
