//! Hierarchies that need no file.

use super::super::error::ReleaseError;
use super::super::table::Column;
use super::ANY;

/// Age bands for children: before school, primary school, adolescence in two steps, adults; then child or adult.
pub const AGE_BANDS: [&[u32]; 2] = [&[0, 6, 12, 15, 18, 25], &[0, 18]];

/// The oldest age that is told apart.
const OLDEST: u32 = 120;

/// The built-in kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum Builtin {
    /// Ages in years, 0 to 120, then bands by their first years; by default [`AGE_BANDS`].
    Age {
        /// The first year of each band, level by level; empty for the default.
        bands: Vec<Vec<u32>>,
    },
    /// Dates as YYYY-MM-DD, then month, quarter, year. A partial date stays as it is until the level it is exact at.
    Date,
    /// Place codes, then ever shorter prefixes of them.
    Prefix {
        /// The lengths of the prefixes, longest first.
        lengths: Vec<usize>,
    },
    /// Values in order, then bands of so many neighbours.
    Order {
        /// All values, in order.
        values: Vec<String>,
        /// How many neighbours form a band, level by level, each a multiple of the one before.
        sizes: Vec<usize>,
    },
    /// Numbers, then intervals between the cuts.
    Intervals {
        /// The cuts, ascending, level by level; each level's among those of the level before.
        cuts: Vec<Vec<f64>>,
    },
    /// The value, or nothing.
    Suppress,
}

pub(super) fn rows(kind: &Builtin, column: &Column) -> Result<Vec<Vec<String>>, ReleaseError> {
    match kind {
        Builtin::Age { bands } if bands.is_empty() => {
            ages(column, &AGE_BANDS.iter().map(|bands| bands.to_vec()).collect::<Vec<_>>())
        }
        Builtin::Age { bands } => ages(column, bands),
        Builtin::Date => each(column, |value| date(value).ok_or_else(|| not_a_date(column, value))),
        Builtin::Prefix { lengths } => prefixes(column, lengths),
        Builtin::Order { values, sizes } => ordered(column, values, sizes),
        Builtin::Intervals { cuts } => intervals(column, cuts),
        Builtin::Suppress => each(column, |_| Ok(Vec::new())),
    }
}

/// A row for each value of the column, sorted: the value, what `coarser` says of it, and [`ANY`].
fn each(
    column: &Column,
    coarser: impl Fn(&str) -> Result<Vec<String>, ReleaseError>,
) -> Result<Vec<Vec<String>>, ReleaseError> {
    let mut values: Vec<&String> = column.values().iter().collect();
    values.sort();
    if values.is_empty() {
        return Err(ReleaseError::AllMissing { column: column.name().to_owned() });
    }
    let row = |value: &&String| Ok([vec![(*value).clone()], coarser(value)?, vec![ANY.to_owned()]].concat());
    values.iter().map(row).collect()
}

fn shape(column: &Column, what: &'static str) -> ReleaseError {
    ReleaseError::HierarchyShape { column: column.name().to_owned(), what }
}

fn row_of(column: &Column, value: &str) -> usize {
    column.values().iter().position(|found| found == value).map_or(0, |code| column.first_row_of(code))
}

fn not_a_date(column: &Column, value: &str) -> ReleaseError {
    ReleaseError::NotADate { column: column.name().to_owned(), row: row_of(column, value) }
}

fn ages(column: &Column, bands: &[Vec<u32>]) -> Result<Vec<Vec<String>>, ReleaseError> {
    let ascending = |bands: &Vec<u32>| bands.first() == Some(&0) && bands.windows(2).all(|pair| pair[0] < pair[1]);
    if !bands.iter().all(ascending) {
        return Err(shape(column, "age bands begin at 0 and ascend"));
    }
    let band = |age: u32, firsts: &[u32]| {
        let after = firsts.partition_point(|first| *first <= age);
        let first = firsts[after - 1];
        firsts.get(after).map_or(format!("{first}+"), |next| match next - first {
            1 => first.to_string(),
            _ => format!("{first}-{}", next - 1),
        })
    };
    let row = |age: u32| {
        let levels = bands.iter().map(|firsts| band(age, firsts));
        [age.to_string()].into_iter().chain(levels).chain([ANY.to_owned()]).collect()
    };
    Ok((0..=OLDEST).map(row).collect())
}

fn date(value: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = value.split('-').collect();
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = parts.first().filter(|year| digits(year, 4))?;
    let number = |index: usize, most: u32| -> Option<Option<u32>> {
        let Some(part) = parts.get(index) else { return Some(None) };
        let number: u32 = part.parse().ok().filter(|_| digits(part, 2))?;
        (1..=most).contains(&number).then_some(Some(number))
    };
    let (month, day) = (number(1, 12)?, number(2, 31)?);
    let days = month.and_then(|month| days_of(year.parse().ok()?, month)).unwrap_or(0);
    if parts.len() > 3 || day.is_some_and(|day| day > days) {
        return None;
    }
    let by_month = month.map_or((*year).to_owned(), |month| format!("{year}-{month:02}"));
    let by_quarter = month.map_or((*year).to_owned(), |month| format!("{year}-Q{}", month.div_ceil(3)));
    Some(vec![by_month, by_quarter, (*year).to_owned()])
}

fn prefixes(column: &Column, lengths: &[usize]) -> Result<Vec<Vec<String>>, ReleaseError> {
    if !lengths.windows(2).all(|pair| pair[0] > pair[1]) || lengths.contains(&0) {
        return Err(shape(column, "prefix lengths descend and are not 0"));
    }
    let prefix = |value: &str, length: usize| value.chars().take(length).collect::<String>();
    each(column, |value| Ok(lengths.iter().map(|length| prefix(value, *length)).collect()))
}

fn ordered(column: &Column, values: &[String], sizes: &[usize]) -> Result<Vec<Vec<String>>, ReleaseError> {
    let multiple = |pair: &[usize]| pair[1] > pair[0] && pair[1].is_multiple_of(pair[0]);
    if values.is_empty() || sizes.contains(&0) || !sizes.windows(2).all(multiple) {
        return Err(shape(column, "an order has values, and each size is a multiple of the one before"));
    }
    let band = |index: usize, size: usize| {
        let first = index / size * size;
        let last = (first + size - 1).min(values.len() - 1);
        if first == last { values[first].clone() } else { format!("{}..{}", values[first], values[last]) }
    };
    let row = |(index, value): (usize, &String)| {
        let levels = sizes.iter().map(|size| band(index, *size));
        [value.clone()].into_iter().chain(levels).chain([ANY.to_owned()]).collect()
    };
    Ok(values.iter().enumerate().map(row).collect())
}

fn intervals(column: &Column, cuts: &[Vec<f64>]) -> Result<Vec<Vec<String>>, ReleaseError> {
    let ascending = |cuts: &Vec<f64>| cuts.iter().all(|cut| cut.is_finite()) && cuts.windows(2).all(|p| p[0] < p[1]);
    let among = |pair: &[Vec<f64>]| pair[1].iter().all(|cut| pair[0].contains(cut));
    if !cuts.iter().all(ascending) || !cuts.windows(2).all(among) {
        return Err(shape(column, "cuts are finite, ascend, and stand in the level before as well"));
    }
    let label = |number: f64, cuts: &[f64]| {
        let after = cuts.partition_point(|cut| *cut <= number);
        match (after.checked_sub(1).map(|index| cuts[index]), cuts.get(after)) {
            (Some(from), Some(to)) => format!("[{from}, {to}["),
            (Some(from), None) => format!(">={from}"),
            (None, Some(to)) => format!("<{to}"),
            (None, None) => ANY.to_owned(),
        }
    };
    each(column, |value| {
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number
            .ok_or_else(|| ReleaseError::NotANumber { column: column.name().to_owned(), row: row_of(column, value) })?;
        Ok(cuts.iter().map(|cuts| label(number, cuts)).collect())
    })
}

/// How many days a month has, in the Gregorian calendar.
fn days_of(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}
