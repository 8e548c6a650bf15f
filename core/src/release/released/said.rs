//! What columns say in the rows that leave, by number: thirty thousand rows say a few hundred things, which are compared
//! once each.

use super::super::engine::{Recoding, number_columns};
use super::super::spec::Bound;
use super::super::table::{Column, Table};

/// What one column says.
pub(super) struct Said<'a> {
    /// Its different texts, ascending.
    texts: Vec<&'a str>,
    /// Per row that leaves, 0 where it says nothing, or one more than the place of its text.
    of_row: Vec<u32>,
}

impl<'a> Said<'a> {
    /// The column at a place of a table, generalised if it is quasi-identifying.
    pub(super) fn of(table: &'a Table, bound: &'a Bound, recoding: &Recoding, place: usize, sources: &[usize]) -> Self {
        let Some(index) = bound.quasi.iter().position(|quasi| *quasi == place) else {
            let (values, codes) = (table.columns()[place].values(), table.columns()[place].codes());
            let texts: Vec<Option<&str>> = values.iter().map(|text| Some(text.as_str())).chain([None]).collect();
            return Self::numbered(&texts, sources.iter().map(|row| (codes[*row] as usize).min(values.len())));
        };
        let quasi = &bound.problem.quasi[index];
        let leaves = quasi.hierarchy.levels().first().map_or(0, |level| level.of_leaf().len());
        let texts = recoding.rounds.iter().flat_map(|levels| {
            let level = &quasi.hierarchy.levels()[levels[index]];
            // What stands for every value says nothing: a missing value, not a sign that could be taken for one.
            let says = level.labels().len() > 1;
            level.of_leaf().iter().map(move |code| level.labels()[*code as usize].as_deref().filter(|_| says))
        });
        let texts: Vec<Option<&str>> = texts.chain([None]).collect();
        let number = |row: &usize| {
            let round = recoding.round_of_row[*row].map(|round| round as usize * leaves);
            round.map_or(texts.len() - 1, |first| first + quasi.leaves[*row] as usize)
        };
        Self::numbered(&texts, sources.iter().map(number))
    }

    /// Rows that say the texts of these numbers.
    fn numbered(of_number: &[Option<&'a str>], rows: impl Iterator<Item = usize>) -> Self {
        let mut texts: Vec<&str> = of_number.iter().flatten().copied().collect();
        texts.sort_unstable();
        texts.dedup();
        let place = |text: &Option<&str>| text.and_then(|text| texts.binary_search(&text).ok());
        let places: Vec<u32> = of_number.iter().map(|text| place(text).map_or(0, |place| place as u32 + 1)).collect();
        Self { of_row: rows.map(|number| places[number]).collect(), texts }
    }

    /// As a column of the released table.
    pub(super) fn column(&self, name: &str, order: &[usize]) -> Column {
        let place = |row: &usize| (self.of_row[*row] as usize).checked_sub(1);
        Column::numbered(name, &self.texts, order.iter().map(place))
    }
}

/// The rows by what they say, column by column, what says nothing first; rows that say the same stay in their order.
pub(super) fn sorted(said: &[Said<'_>], rows: usize) -> Vec<usize> {
    let columns: Vec<(Vec<u32>, usize)> = said.iter().map(|said| (said.of_row.clone(), said.texts.len() + 1)).collect();
    let class_of = number_columns(&columns, rows);
    let mut first: Vec<Option<usize>> = vec![None; class_of.iter().max().map_or(0, |most| *most as usize + 1)];
    let mut sizes = vec![0; first.len()];
    for (row, class) in class_of.iter().enumerate() {
        first[*class as usize].get_or_insert(row);
        sizes[*class as usize] += 1;
    }
    let says = |class: &usize| first[*class].map(|row| said.iter().map(move |said| said.of_row[row]));
    let mut classes: Vec<usize> = (0..first.len()).collect();
    classes.sort_unstable_by(|one, other| says(one).into_iter().flatten().cmp(says(other).into_iter().flatten()));
    let mut next = vec![0; first.len()];
    let mut begun = 0;
    for class in classes {
        next[class] = begun;
        begun += sizes[class];
    }
    let mut order = vec![0; rows];
    for (row, class) in class_of.iter().enumerate() {
        order[next[*class as usize]] = row;
        next[*class as usize] += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As a plain sort of the texts would have it.
        #[test]
        fn rows_are_in_the_order_of_their_texts(rows in prop::collection::vec(prop::array::uniform3(0_usize..4), 0..60)) {
            // Two numbers say the same, and one says nothing.
            let texts = [Some("b"), Some("a"), None, Some("a")];
            let said: Vec<Said<'_>> =
                (0..3).map(|column| Said::numbered(&texts, rows.iter().map(|row| row[column]))).collect();
            let order = sorted(&said, rows.len());
            let mut plain: Vec<usize> = (0..rows.len()).collect();
            plain.sort_by_key(|row| rows[*row].map(|number| texts[number]));
            prop_assert_eq!(&order, &plain);
            let column = said[1].column("c", &order);
            let expected = Column::new("c", plain.iter().map(|row| texts[rows[*row][1]]));
            prop_assert!(column == expected);
        }
    }
}
