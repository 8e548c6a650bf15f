//! Dates that are often only half known, and moments. Both are personal data: neither prints itself.

use std::fmt;

use super::encoding::{FieldType, head_length, single, string_length, write, write_text};
use super::{ValueError, ValueType};

/// A date, perhaps without day or month, perhaps estimated: `2014`, `2014-05`, `2014-05-17`, `2014~`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    year: u16,
    /// 0: not known.
    month: u8,
    /// 0: not known.
    day: u8,
    estimated: bool,
}

impl PartialDate {
    /// A year.
    ///
    /// # Errors
    /// [`ValueError::Date`] outside 1900 to 2100.
    pub fn year(year: u16) -> Result<Self, ValueError> {
        Self::checked(year, 0, 0)
    }

    /// A month.
    ///
    /// # Errors
    /// [`ValueError::Date`] if there is no such month between 1900 and 2100.
    pub fn month(year: u16, month: u8) -> Result<Self, ValueError> {
        if month == 0 { Err(ValueError::Date) } else { Self::checked(year, month, 0) }
    }

    /// A day.
    ///
    /// # Errors
    /// [`ValueError::Date`] if there is no such day between 1900 and 2100.
    pub fn day(year: u16, month: u8, day: u8) -> Result<Self, ValueError> {
        if month == 0 || day == 0 { Err(ValueError::Date) } else { Self::checked(year, month, day) }
    }

    fn checked(year: u16, month: u8, day: u8) -> Result<Self, ValueError> {
        let real = (1900..=2100).contains(&year) && month <= 12 && day <= days_in(year.into(), month.into());
        if real { Ok(Self { year, month, day, estimated: false }) } else { Err(ValueError::Date) }
    }

    /// The same date, marked as estimated.
    #[must_use]
    pub const fn estimated(self) -> Self {
        Self { estimated: true, ..self }
    }

    /// The year that it lies in.
    #[must_use]
    pub const fn in_year(&self) -> u16 {
        self.year
    }

    /// The month that it lies in, from 1, if known.
    #[must_use]
    pub const fn in_month(&self) -> Option<u8> {
        if self.month == 0 { None } else { Some(self.month) }
    }

    /// The day of the month, from 1, if known.
    #[must_use]
    pub const fn on_day(&self) -> Option<u8> {
        if self.day == 0 { None } else { Some(self.day) }
    }

    /// Whether it is estimated.
    #[must_use]
    pub const fn is_estimated(&self) -> bool {
        self.estimated
    }

    /// The date of this text form.
    ///
    /// # Errors
    /// [`ValueError::Date`] if it is none.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::exact(text.trim())
    }

    /// As [`Self::parse`], without spaces around it.
    pub(super) fn exact(text: &str) -> Result<Self, ValueError> {
        let (date, estimated) = text.strip_suffix('~').map_or((text, false), |date| (date, true));
        let bytes = date.as_bytes();
        let two = |at| number(bytes, at, 2).and_then(|number| u8::try_from(number).ok()).ok_or(ValueError::Date);
        let year = number(bytes, 0, 4).and_then(|number| u16::try_from(number).ok()).ok_or(ValueError::Date)?;
        let date = match bytes {
            [_, _, _, _] => Self::year(year),
            [_, _, _, _, b'-', _, _] => Self::month(year, two(5)?),
            [_, _, _, _, b'-', _, _, b'-', _, _] => Self::day(year, two(5)?, two(8)?),
            _ => Err(ValueError::Date),
        }?;
        Ok(Self { estimated, ..date })
    }

    /// The text form.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.on_stack().as_str().to_owned()
    }

    fn on_stack(&self) -> StackText {
        let mut text = StackText::default();
        text.number(self.year.into(), 4);
        if self.month > 0 {
            text.push(b'-');
            text.number(self.month.into(), 2);
        }
        if self.day > 0 {
            text.push(b'-');
            text.number(self.day.into(), 2);
        }
        if self.estimated {
            text.push(b'~');
        }
        text
    }
}

impl FieldType for PartialDate {
    const TYPE: ValueType = ValueType::Date;

    fn encode(&self, out: &mut Vec<u8>) {
        write_text(out, self.on_stack().as_str());
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        Self::exact(single(bytes)?.text("date")?)
    }

    fn encoded_length_hint(&self) -> usize {
        string_length("2014-05-17~".len())
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartialDate(redacted)")
    }
}

/// A moment, to the millisecond, in UTC, from 1970 to 2199.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const DAY: i64 = 86_400_000;
/// The first millisecond of 2200.
const END: i64 = 84_006 * DAY;
const NO_TIME: ValueError = ValueError::Type { expected: "time such as 2026-11-24T18:16:00Z" };

impl Timestamp {
    /// The moment so many milliseconds after the start of 1970.
    ///
    /// # Errors
    /// [`ValueError::Range`] outside 1970 to 2199.
    pub fn from_milliseconds(milliseconds: i64) -> Result<Self, ValueError> {
        if (0..END).contains(&milliseconds) { Ok(Self(milliseconds)) } else { Err(ValueError::Range) }
    }

    /// The moment of a stored number.
    pub(super) fn from_stored(number: u64) -> Result<Self, ValueError> {
        i64::try_from(number).map_err(|_| ValueError::Range).and_then(Self::from_milliseconds)
    }

    /// Milliseconds since the start of 1970.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// The moment of this text form, RFC 3339 in UTC: `2026-11-24T18:16:00Z`, `2026-11-24T18:16:00.250Z`.
    ///
    /// # Errors
    /// [`ValueError::Type`] if it is none, [`ValueError::Range`] outside 1970 to 2199.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let bytes = text.trim().as_bytes();
        let milliseconds = match bytes.len() {
            20 => 0,
            24 if bytes[19] == b'.' => number(bytes, 20, 3).ok_or(NO_TIME)?,
            _ => return Err(NO_TIME),
        };
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (bytes.len() - 1, b'Z')];
        if marks.iter().any(|(at, mark)| bytes[*at] != *mark) {
            return Err(NO_TIME);
        }
        let part = |at, count, allowed: std::ops::RangeInclusive<u32>| {
            number(bytes, at, count).filter(|number| allowed.contains(number)).ok_or(NO_TIME)
        };
        let (year, month) = (part(0, 4, 0..=9999)?, part(5, 2, 1..=12)?);
        let day = part(8, 2, 1..=days_in(year, month).into())?;
        let (hour, minute, second) = (part(11, 2, 0..=23)?, part(14, 2, 0..=59)?, part(17, 2, 0..=59)?);
        let in_day = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
        Self::from_milliseconds(days_since_1970(year, month, day) * DAY + i64::from(in_day))
    }

    /// The text form; with milliseconds only if there are any.
    #[must_use]
    pub fn to_text(&self) -> String {
        let part = |number: i64| u32::try_from(number).unwrap_or_default();
        let mut days = part(self.0 / DAY);
        let (mut year, mut month) = (1970, 1);
        while days >= 365 + u32::from(days_in(year, 2) == 29) {
            days -= 365 + u32::from(days_in(year, 2) == 29);
            year += 1;
        }
        while days >= days_in(year, month).into() {
            days -= u32::from(days_in(year, month));
            month += 1;
        }
        let in_day = part(self.0 % DAY);
        let seconds = in_day / 1000;
        let mut text = StackText::default();
        text.number(year, 4);
        let rest =
            [(b'-', month), (b'-', days + 1), (b'T', seconds / 3600), (b':', seconds / 60 % 60), (b':', seconds % 60)];
        for (mark, number) in rest {
            text.push(mark);
            text.number(number, 2);
        }
        if in_day % 1000 > 0 {
            text.push(b'.');
            text.number(in_day % 1000, 3);
        }
        text.push(b'Z');
        text.as_str().to_owned()
    }
}

impl FieldType for Timestamp {
    const TYPE: ValueType = ValueType::Time;

    fn encode(&self, out: &mut Vec<u8>) {
        write(out, |encoder| encoder.i64(self.0).map(drop));
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        Self::from_stored(single(bytes)?.unsigned("time")?)
    }

    fn encoded_length_hint(&self) -> usize {
        head_length(self.0.unsigned_abs())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timestamp(redacted)")
    }
}

/// A short text on the stack.
#[derive(Default)]
struct StackText {
    bytes: [u8; 24],
    length: usize,
}

impl StackText {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    fn number(&mut self, number: u32, digits: u32) {
        for place in (0..digits).rev() {
            self.push(b"0123456789"[(number / 10_u32.pow(place) % 10) as usize]);
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// The number of so many digits at this place.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let digits = bytes.get(at..at + count)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 10 + char::from(*digit).to_digit(10)?))
}

/// How many days the month has; none if there is no such month.
pub(crate) const fn days_in(year: u32, month: u32) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from the start of 1970 to this day, which can be before.
pub(super) fn days_since_1970(year: u32, month: u32, day: u32) -> i64 {
    let before = i64::from(year) - 1;
    let years = if year == 0 { -366 } else { before * 365 + before / 4 - before / 100 + before / 400 };
    let months: i64 = (1..month).map(|month| i64::from(days_in(year, month))).sum();
    years + months + i64::from(day) - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_one_text_form() {
        for text in ["2014", "2014-05", "2014-05-17", "2014~", "2014-05~", "2024-02-29~", "1900", "2100-12-31"] {
            assert_eq!(PartialDate::parse(text).unwrap().to_text(), text);
        }
        assert_eq!(PartialDate::parse(" 2014-05~"), PartialDate::month(2014, 5).map(PartialDate::estimated));
        let date = PartialDate::day(2014, 5, 17).unwrap();
        assert_eq!((date.in_year(), date.in_month(), date.on_day()), (2014, Some(5), Some(17)));
        assert!(!date.is_estimated() && date.estimated().is_estimated());
        assert_eq!(PartialDate::year(2014).unwrap().in_month(), None);
        assert_eq!(format!("{date:?}"), "PartialDate(redacted)");
    }

    #[test]
    fn days_that_never_were_are_refused() {
        for text in [
            "",
            "~",
            "14",
            "1899",
            "2101",
            "2014-",
            "2014-5",
            "2014-00",
            "2014-13",
            "2014-05-",
            "2014-05-00",
            "2014-05-32",
            "2023-02-29",
            "1900-02-29",
            "2014-04-31",
            "2014~~",
            "2014/05",
            "+014",
            "២០១៤",
            "2014-05-17T",
            "2014 ~",
        ] {
            assert_eq!(PartialDate::parse(text), Err(ValueError::Date), "{text}");
        }
        assert_eq!(PartialDate::month(2014, 0), Err(ValueError::Date));
        assert_eq!(PartialDate::day(2014, 0, 0), Err(ValueError::Date));
        assert_eq!(PartialDate::day(2014, 5, 0), Err(ValueError::Date));
    }

    #[test]
    fn moments_are_counted_from_1970() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("2026-11-24T18:16:00Z", 1_795_544_160_000),
            ("2199-12-31T23:59:59.999Z", END - 1),
        ] {
            let time = Timestamp::from_milliseconds(milliseconds).unwrap();
            assert_eq!((Timestamp::parse(text), time.to_text().as_str()), (Ok(time), text));
        }
        assert_eq!(Timestamp::parse("2026-11-24T18:16:00.000Z"), Timestamp::parse("2026-11-24T18:16:00Z"));
        assert_eq!(format!("{:?}", Timestamp::parse("2026-11-24T18:16:00Z").unwrap()), "Timestamp(redacted)");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T18:16Z",
            "2026-11-24 18:16:00Z",
            "2026-11-24T18:16:00",
            "2026-11-24T24:00:00Z",
            "2026-11-24T18:60:00Z",
            "2026-11-24T18:16:60Z",
            "2026-02-29T18:16:00Z",
            "2026-00-24T18:16:00Z",
            "2026-13-24T18:16:00Z",
            "2026-11-24T18:16:00.1Z",
            "2026-11-24T18:16:00,100Z",
            "2026-11-24T18:16:00+07:00",
        ] {
            assert_eq!(Timestamp::parse(text), Err(NO_TIME), "{text}");
        }
        for text in ["0000-12-31T00:00:00Z", "1969-12-31T23:59:59.999Z", "2200-01-01T00:00:00Z", "9999-01-01T00:00:00Z"]
        {
            assert_eq!(Timestamp::parse(text), Err(ValueError::Range), "{text}");
        }
        assert_eq!(Timestamp::from_milliseconds(-1), Err(ValueError::Range));
        assert_eq!(Timestamp::from_milliseconds(END), Err(ValueError::Range));
    }
}
