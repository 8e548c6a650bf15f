//! How likely somebody is found in a table, and what would be learnt of them. All of it from one grouping of the rows.

use serde::{Deserialize, Serialize};

use super::engine::{Says, number_columns};
use super::error::ReleaseError;
use super::table::{Column, MISSING, Table};

mod disclosure;
mod sets;

pub use self::disclosure::SensitiveRisk;
pub use self::sets::SetRisk;

/// Risks above this count as high.
pub const HIGH: f64 = 0.2;

/// What is to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct RiskQuestion<'a> {
    /// The quasi-identifying columns.
    pub quasi: &'a [&'a str],
    /// The sensitive columns.
    pub sensitive: &'a [&'a str],
    /// Per row a number of its child, if not every row is a child of its own.
    pub units: Option<&'a [u32]>,
    /// A population with the quasi-identifying columns, in the same values.
    pub population: Option<&'a Table>,
    /// Distinction and separation of sets of up to so many columns, besides the whole set; 0 for none at all.
    pub set_size: usize,
}

/// The risks of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskReport {
    /// Rows.
    pub rows: u64,
    /// Different children.
    pub units: u64,
    /// Classes of rows that are equal in the quasi-identifying columns.
    pub classes: u64,
    /// Children of the smallest class: the k that the table has.
    pub k: u32,
    /// Children of the largest class.
    pub largest: u32,
    /// Rows per class.
    pub average_class: f64,
    /// The share of rows that are alone in their class.
    pub unique: f64,
    /// Somebody known to be in the table is looked for.
    pub prosecutor: Attacker,
    /// Somebody of the population is looked for; without a population, it is the table itself.
    pub journalist: Attacker,
    /// As many as possible are looked for: the share that is found.
    pub marketer: f64,
    /// Per size of a class how many classes there are.
    pub histogram: Vec<(u32, u64)>,
    /// What would be learnt, per sensitive column.
    pub sensitive: Vec<SensitiveRisk>,
    /// How well sets of quasi-identifying columns tell rows apart.
    pub sets: Vec<SetRisk>,
}

/// What one kind of attacker may hope for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Attacker {
    /// The risk of the row that is found most easily.
    pub highest: f64,
    /// The average over rows.
    pub average: f64,
    /// The share of rows with a risk above [`HIGH`].
    pub at_risk: f64,
}

impl RiskReport {
    /// The risks of a table. A missing value is a value of its own.
    ///
    /// # Errors
    /// [`ReleaseError::NoSuchColumn`], [`ReleaseError::EmptyTable`], [`ReleaseError::UnequalColumns`],
    /// [`ReleaseError::SpecConflict`].
    pub fn of(table: &Table, question: &RiskQuestion<'_>) -> Result<Self, ReleaseError> {
        if table.rows() == 0 {
            return Err(ReleaseError::EmptyTable);
        }
        if question.quasi.is_empty() {
            let what = "no column is quasi-identifying".to_owned();
            return Err(ReleaseError::SpecConflict { line: 0, what });
        }
        if question.units.is_some_and(|units| units.len() != table.rows()) {
            return Err(ReleaseError::UnequalColumns { column: "child".to_owned() });
        }
        let columns: Vec<&Column> = question.quasi.iter().map(|name| table.column(name)).collect::<Result<_, _>>()?;
        let coded: Vec<(Vec<u32>, usize)> = columns.iter().map(|column| coded(column)).collect();
        let classes = number_columns(&coded, table.rows());
        let rows = count(&classes);
        let sizes = question.units.map_or_else(|| rows.clone(), |units| count_units(&classes, units, rows.len()));
        let people = match question.population {
            Some(population) => population_sizes(&columns, population, &classes, rows.len())?,
            None => sizes.clone(),
        };
        let sensitive = question.sensitive.iter().map(|name| {
            let (codes, size, says) = coded_in_order(table.column(name)?);
            Ok(SensitiveRisk::of((*name).to_owned(), &classes, rows.len(), (&codes, &says), size, question.units))
        });
        Ok(Self {
            rows: table.rows() as u64,
            units: question.units.map_or(table.rows() as u64, different),
            classes: rows.len() as u64,
            k: sizes.iter().copied().min().unwrap_or(0),
            largest: sizes.iter().copied().max().unwrap_or(0),
            average_class: table.rows() as f64 / rows.len() as f64,
            unique: rows.iter().filter(|rows| **rows == 1).count() as f64 / table.rows() as f64,
            prosecutor: Attacker::of(&rows, &sizes),
            journalist: Attacker::of(&rows, &people),
            marketer: Attacker::of(&rows, &sizes).average,
            histogram: histogram(&sizes),
            sensitive: sensitive.collect::<Result<_, ReleaseError>>()?,
            sets: sets::of(question.quasi, &coded, table.rows(), question.set_size),
        })
    }
}

impl Attacker {
    /// With so many rows in each class, each found with a risk of one in so many people.
    fn of(rows: &[u32], people: &[u32]) -> Self {
        let total: f64 = rows.iter().map(|rows| f64::from(*rows)).sum();
        let risk = |people: &u32| 1.0 / f64::from((*people).max(1));
        let high = rows.iter().zip(people).filter(|(_, people)| risk(people) > HIGH);
        Self {
            highest: people.iter().map(risk).fold(0.0, f64::max),
            average: rows.iter().zip(people).map(|(rows, people)| f64::from(*rows) * risk(people)).sum::<f64>() / total,
            at_risk: high.map(|(rows, _)| f64::from(*rows)).sum::<f64>() / total,
        }
    }
}

/// The codes of a column with a number for missing values, and how many numbers there are.
fn coded(column: &Column) -> (Vec<u32>, usize) {
    let missing = column.values().len() as u32;
    let codes = column.codes().iter().map(|code| if *code == MISSING { missing } else { *code }).collect();
    (codes, column.values().len() + 1)
}

/// The same, numbers by their size and other values by the alphabet; only values that occur.
fn coded_in_order(column: &Column) -> (Vec<u32>, usize, Says) {
    let values = column.values();
    let mut order: Vec<usize> = (0..values.len()).collect();
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers {
        Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
        None => order.sort_by_key(|code| &values[*code]),
    }
    let mut place = vec![0; values.len()];
    order.iter().enumerate().for_each(|(index, code)| place[*code] = index as u32);
    let missing = values.len() as u32;
    let codes = column.codes().iter().map(|code| place.get(*code as usize).copied().unwrap_or(missing)).collect();
    let texts = order.iter().map(|code| Some(values[*code].as_str()));
    let says = Says::of(texts.chain(column.codes().contains(&MISSING).then_some(None)));
    (codes, values.len() + usize::from(column.codes().contains(&MISSING)), says)
}

fn count(classes: &[u32]) -> Vec<u32> {
    let mut rows = vec![0; classes.iter().max().map_or(0, |most| *most as usize + 1)];
    classes.iter().for_each(|class| rows[*class as usize] += 1);
    rows
}

fn count_units(classes: &[u32], units: &[u32], count: usize) -> Vec<u32> {
    let mut pairs: Vec<(u32, u32)> = classes.iter().copied().zip(units.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut sizes = vec![0; count];
    pairs.iter().for_each(|(class, _)| sizes[*class as usize] += 1);
    sizes
}

fn different(units: &[u32]) -> u64 {
    let mut units = units.to_vec();
    units.sort_unstable();
    units.dedup();
    units.len() as u64
}

/// How many people of the population share the values of each class.
fn population_sizes(
    columns: &[&Column],
    population: &Table,
    classes: &[u32],
    count: usize,
) -> Result<Vec<u32>, ReleaseError> {
    let rows = classes.len();
    let mut joined = Vec::new();
    for column in columns {
        let of_people = population.column(column.name())?;
        let texts = (0..rows).map(|row| column.value(row));
        let texts = texts.chain((0..population.rows()).map(|row| of_people.value(row)));
        joined.push(coded(&Column::new(column.name(), texts)));
    }
    let numbers = number_columns(&joined, rows + population.rows());
    let mut class_of = vec![u32::MAX; numbers.iter().max().map_or(0, |most| *most as usize + 1)];
    numbers.iter().zip(classes).for_each(|(number, class)| class_of[*number as usize] = *class);
    let mut people = vec![0; count];
    for number in &numbers[rows..] {
        if let Some(people) = people.get_mut(class_of[*number as usize] as usize) {
            *people += 1;
        }
    }
    Ok(people)
}

fn histogram(sizes: &[u32]) -> Vec<(u32, u64)> {
    let mut counts = std::collections::BTreeMap::new();
    sizes.iter().for_each(|size| *counts.entry(*size).or_insert(0) += 1);
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests;
