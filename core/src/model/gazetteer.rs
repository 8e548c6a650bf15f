//! The gazetteer: which places there are, and what they are called. Loaded by the host from the national list, which
//! changes when communes merge; none is built in but a small sample.

mod error;

use std::io::Read;
use std::sync::{PoisonError, RwLock};

use csv::{ReaderBuilder, StringRecord, Trim};
use unicode_normalization::UnicodeNormalization;

use super::PlaceCode;

pub use error::GazetteerError;

const SAMPLE: &str = include_str!("../../data/places-sample.csv");

/// Most places that a gazetteer has. The national list has some sixteen thousand.
const MOST_PLACES: usize = 100_000;

/// Longest name in bytes.
const LONGEST_NAME: usize = 200;

/// The gazetteer in use.
static IN_USE: RwLock<Option<&'static Gazetteer>> = RwLock::new(None);

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GazetteerPlace {
    /// Its code.
    pub code: PlaceCode,
    /// Its name in Khmer; may be empty.
    pub name_km: String,
    /// Its name in Latin script.
    pub name_en: String,
}

/// All places, each below one that is in the list too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gazetteer {
    /// Ascending by code.
    places: Vec<GazetteerPlace>,
}

/// Where the columns are.
struct Columns {
    code: usize,
    name_km: usize,
    name_en: usize,
}

impl Gazetteer {
    /// Reads a gazetteer: CSV in UTF-8 with a head line and the columns `code`, `name_km` and `name_en`, in any order and
    /// among others. Rows come in any order; the place above each has to be there.
    ///
    /// # Errors
    /// [`GazetteerError`] with the number of the line. Reads at most 100,000 places of names up to 200 bytes.
    pub fn read(input: impl Read) -> Result<Self, GazetteerError> {
        let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(input);
        let columns = Columns::find(reader.headers()?)?;
        let mut lines: Vec<(GazetteerPlace, u64)> = Vec::new();
        let mut row = StringRecord::new();
        while reader.read_record(&mut row)? {
            let line = row.position().map_or(0, csv::Position::line);
            if lines.len() == MOST_PLACES {
                return Err(GazetteerError::TooMany { line, most: MOST_PLACES });
            }
            lines.push((columns.place(&row, line)?, line));
        }
        Self::checked(lines)
    }

    fn checked(mut lines: Vec<(GazetteerPlace, u64)>) -> Result<Self, GazetteerError> {
        lines.sort_by_key(|(place, _)| place.code);
        if lines.is_empty() {
            return Err(GazetteerError::Empty);
        }
        if let Some(pair) = lines.windows(2).find(|pair| pair[0].0.code == pair[1].0.code) {
            return Err(GazetteerError::Duplicate { line: pair[1].1, first: pair[0].1 });
        }
        let is_there = |code: PlaceCode| lines.binary_search_by_key(&code, |(place, _)| place.code).is_ok();
        let orphan = lines.iter().find(|(place, _)| place.code.parent().is_some_and(|parent| !is_there(parent)));
        if let Some((_, line)) = orphan {
            return Err(GazetteerError::Orphan { line: *line });
        }
        Ok(Self { places: lines.into_iter().map(|(place, _)| place).collect() })
    }

    /// The place of this code. Cost: logarithmic.
    #[must_use]
    pub fn lookup(&self, code: PlaceCode) -> Option<&GazetteerPlace> {
        let index = self.places.binary_search_by_key(&code, |place| place.code).ok()?;
        Some(&self.places[index])
    }

    /// The place that this one lies in directly.
    #[must_use]
    pub fn parent(&self, code: PlaceCode) -> Option<&GazetteerPlace> {
        self.lookup(code.parent()?)
    }

    /// The places directly below this one; without one, the provinces. Ascending by code. Cost: one pass over all codes.
    pub fn below(&self, code: Option<PlaceCode>) -> impl Iterator<Item = &GazetteerPlace> {
        self.places.iter().filter(move |place| place.code.parent() == code)
    }

    /// The places whose code, or whose name in either script, starts with `prefix`, ascending by code, at most `limit`.
    /// Case, spaces and the normal form do not matter. Cost: one pass over all names.
    #[must_use]
    pub fn search(&self, prefix: &str, limit: usize) -> Vec<&GazetteerPlace> {
        let wanted = folded(prefix);
        let starts = |text: &str| folded(text).starts_with(&wanted);
        let matches = |place: &&GazetteerPlace| {
            place.code.as_str().starts_with(&wanted) || starts(&place.name_en) || starts(&place.name_km)
        };
        if wanted.is_empty() { Vec::new() } else { self.places.iter().filter(matches).take(limit).collect() }
    }

    /// All places, ascending by code.
    #[must_use]
    pub fn places(&self) -> &[GazetteerPlace] {
        &self.places
    }
}

impl Columns {
    fn find(head: &StringRecord) -> Result<Self, GazetteerError> {
        let column = |name: &'static str| {
            let mut found = (0..head.len()).filter(|index| head[*index].eq_ignore_ascii_case(name));
            match (found.next(), found.next()) {
                (Some(index), None) => Ok(index),
                _ => Err(GazetteerError::Column { name }),
            }
        };
        Ok(Self { code: column("code")?, name_km: column("name_km")?, name_en: column("name_en")? })
    }

    fn place(&self, row: &StringRecord, line: u64) -> Result<GazetteerPlace, GazetteerError> {
        let text = |index: usize| row.get(index).ok_or(GazetteerError::Short { line });
        let digits = text(self.code)?;
        let code = PlaceCode::parse(digits).map_err(|_| match digits.len() {
            1 | 3 | 5 | 7 if digits.bytes().all(|byte| byte.is_ascii_digit()) => GazetteerError::LeadingZero { line },
            _ => GazetteerError::Code { line },
        })?;
        let (name_km, name_en) = (name(text(self.name_km)?, line)?, name(text(self.name_en)?, line)?);
        if name_en.is_empty() {
            return Err(GazetteerError::Name { line });
        }
        Ok(GazetteerPlace { code, name_km, name_en })
    }
}

fn name(text: &str, line: u64) -> Result<String, GazetteerError> {
    let name: String = text.nfc().collect();
    let deceives = |character: char| {
        character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if name.len() > LONGEST_NAME || name.chars().any(deceives) { Err(GazetteerError::Name { line }) } else { Ok(name) }
}

/// A text for comparison: NFC, lower case, without spaces and zero-width characters.
fn folded(text: &str) -> String {
    let skipped = |character: &char| !character.is_whitespace() && !matches!(character, '\u{200B}'..='\u{200D}');
    text.nfc().filter(skipped).flat_map(char::to_lowercase).collect()
}

/// The gazetteer in use, if a host has loaded one.
#[must_use]
pub fn gazetteer() -> Option<&'static Gazetteer> {
    *IN_USE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Uses a gazetteer from now on, for the whole process: a record with a place that it lacks is refused.
///
/// Call it once, before the first vault is opened; each call keeps its gazetteer (about 2 MB for the national list) until
/// the process ends.
pub fn use_gazetteer(gazetteer: Gazetteer) -> &'static Gazetteer {
    let gazetteer: &'static Gazetteer = Box::leak(Box::new(gazetteer));
    *IN_USE.write().unwrap_or_else(PoisonError::into_inner) = Some(gazetteer);
    gazetteer
}

/// A sample, for examples and tests: five provinces and some districts with their names, and invented communes and
/// villages. Not for use: it lacks nearly all places.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn sample_gazetteer() -> Gazetteer {
    Gazetteer::read(SAMPLE.as_bytes()).expect("the compiled-in sample is well formed")
}

#[cfg(test)]
mod tests;
