//! Places, as the digits of the official gazetteer: province, district, commune, village.

use std::fmt;

use super::encoding::{FieldType, single, string_length, write_text};
use super::{ValueError, ValueType};

/// A place: two digits for the province, and two more for each level below it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceCode {
    /// Padded with zero bytes, which sort before all digits.
    digits: [u8; 8],
}

/// What kind of place a code is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceLevel {
    /// A province or the capital: two digits.
    Province,
    /// A district, municipality or khan: four digits.
    District,
    /// A commune or sangkat: six digits.
    Commune,
    /// A village: eight digits.
    Village,
}

impl PlaceCode {
    /// The place of 2, 4, 6 or 8 digits.
    ///
    /// # Errors
    /// [`ValueError::Place`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::exact(text.trim())
    }

    /// As [`Self::parse`], without spaces around it.
    pub(super) fn exact(text: &str) -> Result<Self, ValueError> {
        let text = text.as_bytes();
        if !matches!(text.len(), 2 | 4 | 6 | 8) || !text.iter().all(u8::is_ascii_digit) {
            return Err(ValueError::Place);
        }
        Ok(Self::prefix(text))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length()]).unwrap_or_default()
    }

    /// The province that it lies in.
    #[must_use]
    pub fn province(&self) -> Self {
        Self::prefix(&self.digits[..2])
    }

    /// The district that it lies in, unless it is a whole province.
    #[must_use]
    pub fn district(&self) -> Option<Self> {
        (self.length() >= 4).then(|| Self::prefix(&self.digits[..4]))
    }

    /// The place that it lies in directly; a province lies in none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let length = self.length();
        (length > 2).then(|| Self::prefix(&self.digits[..length - 2]))
    }

    /// What kind of place it is.
    #[must_use]
    pub fn level(&self) -> PlaceLevel {
        match self.length() {
            2 => PlaceLevel::Province,
            4 => PlaceLevel::District,
            6 => PlaceLevel::Commune,
            _ => PlaceLevel::Village,
        }
    }

    fn length(&self) -> usize {
        self.digits.iter().take_while(|digit| **digit != 0).count()
    }

    fn prefix(text: &[u8]) -> Self {
        let mut digits = [0; 8];
        digits.iter_mut().zip(text).for_each(|(digit, given)| *digit = *given);
        Self { digits }
    }
}

impl FieldType for PlaceCode {
    const TYPE: ValueType = ValueType::Place;

    fn encode(&self, out: &mut Vec<u8>) {
        write_text(out, self.as_str());
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        Self::exact(single(bytes)?.text("place code")?)
    }

    fn encoded_length_hint(&self) -> usize {
        string_length(self.length())
    }
}

impl fmt::Debug for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlaceCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_know_what_they_lie_in() {
        let village = PlaceCode::parse(" 12010203 ").unwrap();
        assert_eq!(village.as_str(), "12010203");
        assert_eq!(village.province().as_str(), "12");
        assert_eq!(village.district(), PlaceCode::parse("1201").ok());
        assert_eq!(village.province().district(), None);
        assert_eq!(village.parent(), PlaceCode::parse("120102").ok());
        assert_eq!(village.province().parent(), None);
        let up = std::iter::successors(Some(village), PlaceCode::parent).map(|place| place.level());
        let levels = [PlaceLevel::Village, PlaceLevel::Commune, PlaceLevel::District, PlaceLevel::Province];
        assert_eq!(up.collect::<Vec<_>>(), levels);
        assert_eq!(format!("{village:?}"), "PlaceCode(redacted)");
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in ["", "1", "123", "1234567", "123456789", "1a", "១២", "-1", "1 2 "] {
            assert_eq!(PlaceCode::parse(text), Err(ValueError::Place), "{text}");
        }
        assert_eq!(PlaceCode::decode(b"\x6412  "), Err(ValueError::Place));
    }
}
