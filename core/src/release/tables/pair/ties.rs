//! What ties two tables: the dimensions of one column, or of columns that follow from each other, and their values that can be
//! about the same child.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::TablesError;
use super::super::shown::ShownTable;
use super::super::spec::{Dimension, Value};
use super::Terms;
use super::origin::{self, Related, related};

/// The most ties between values of shared dimensions.
const MOST_TIES: usize = 4_096;

/// Two values of shared dimensions that can be about the same child: by their places in each table.
pub(super) struct Tie {
    pub(super) earlier: Vec<usize>,
    pub(super) later: Vec<usize>,
}

/// The dimensions that are of one column, or of columns that follow from each other, by their places in each table; none if
/// two are made of the same facts in a way that nobody has written down. A column that both tables have is tied to itself
/// alone.
pub(super) fn shared(earlier: &ShownTable, later: &ShownTable) -> Option<Vec<(usize, usize)>> {
    let (one, other) = (&earlier.spec.dimensions, &later.spec.dimensions);
    let in_both =
        |dimension: &Dimension| [one, other].iter().all(|all| all.iter().any(|of| of.column == dimension.column));
    let mut shared = Vec::new();
    for (at, dimension) in one.iter().enumerate() {
        for (place, beside) in other.iter().enumerate() {
            let has_its_own = dimension.column != beside.column && (in_both(dimension) || in_both(beside));
            match related(dimension, beside) {
                Related::Tied if !has_its_own => shared.push((at, place)),
                Related::Untold if !has_its_own => return None,
                _ => {}
            }
        }
    }
    Some(shared)
}

/// All values of the shared dimensions together that can be about the same child.
pub(super) fn ties(
    earlier: &ShownTable,
    later: &ShownTable,
    shared: &[(usize, usize)],
) -> Result<Vec<Tie>, TablesError> {
    let mut ties = vec![Tie { earlier: Vec::new(), later: Vec::new() }];
    for (one, other) in shared {
        let pairs = earlier.spec.dimensions[*one].meets(&later.spec.dimensions[*other]);
        if ties.len() * pairs.len() > MOST_TIES {
            return Err(TablesError::TooManyCells { cells: ties.len() * pairs.len(), most: MOST_TIES });
        }
        let longer = |tie: &Tie, (one, other): &(usize, usize)| Tie {
            earlier: [&tie.earlier[..], &[*one]].concat(),
            later: [&tie.later[..], &[*other]].concat(),
        };
        ties = ties.iter().flat_map(|tie| pairs.iter().map(|pair| longer(tie, pair)).collect::<Vec<_>>()).collect();
    }
    Ok(ties)
}

/// Groups of children between values that overlap and are cut differently, along each choice of the shared dimensions: what
/// neither table shows, and both bound.
pub(super) fn groups(
    earlier: &ShownTable,
    later: &ShownTable,
    shared: &[(usize, usize)],
    ties: &[Tie],
    first: usize,
) -> Vec<(Terms, i64)> {
    let overlaps = |(one, other): &(usize, usize)| {
        let pairs = earlier.spec.dimensions[*one].meets(&later.spec.dimensions[*other]);
        let several = |pair: &(usize, usize)| {
            let (mut of_one, mut of_other) = (0, 0);
            for (one, other) in &pairs {
                of_one += usize::from(*one == pair.0);
                of_other += usize::from(*other == pair.1);
            }
            of_one > 1 && of_other > 1
        };
        pairs.iter().copied().filter(several).collect::<BTreeSet<(usize, usize)>>()
    };
    let overlaps: Vec<BTreeSet<(usize, usize)>> = shared.iter().map(overlaps).collect();
    let mut groups: BTreeMap<Vec<Option<(usize, usize)>>, Terms> = BTreeMap::new();
    if overlaps.iter().all(BTreeSet::is_empty) {
        return Vec::new();
    }
    for along in 1_usize..1 << shared.len() {
        for (number, tie) in ties.iter().enumerate() {
            let pairs = tie.earlier.iter().copied().zip(tie.later.iter().copied()).enumerate();
            let chosen: Vec<Option<(usize, usize)>> =
                pairs.map(|(place, pair)| (along & 1 << place != 0).then_some(pair)).collect();
            let cut =
                chosen.iter().zip(&overlaps).any(|(pair, overlaps)| pair.is_some_and(|pair| overlaps.contains(&pair)));
            if cut {
                groups.entry(chosen).or_default().push((first + number, 1));
            }
        }
    }
    groups.into_values().map(|terms| (terms, 0)).collect()
}

impl Dimension {
    /// Which places of this dimension and of another of the same column can be of one value.
    pub(super) fn meets(&self, other: &Self) -> Vec<(usize, usize)> {
        let count = |dimension: &Self| dimension.labels().len();
        let all = (0..count(self)).flat_map(|one| (0..count(other)).map(move |two| (one, two)));
        all.filter(|(one, two)| self.can_be(*one, other, *two)).collect()
    }

    fn can_be(&self, place: usize, other: &Self, at: usize) -> bool {
        if self.column != other.column {
            return origin::can_be((self, place), (other, at));
        }
        match (self.values.get(place), other.values.get(at)) {
            (Some(one), Some(two)) => one.meets(two),
            // Others are what is not declared; of a text it is known whether the other table declares it.
            (Some(one), None) => other.is_other(at) && !one.is_declared_in(other),
            (None, Some(two)) => self.is_other(place) && !two.is_declared_in(self),
            (None, None) => self.is_other(place) == other.is_other(at),
        }
    }

    /// Whether a place behind the values is that of others, not of missing ones.
    pub(super) fn is_other(&self, place: usize) -> bool {
        self.other.is_some() && place == self.values.len()
    }
}

impl Value {
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => one == two,
            (Self::Band(from, below), Self::Band(other_from, other_below)) => {
                below.is_none_or(|below| *other_from < below) && other_below.is_none_or(|below| *from < below)
            }
            (Self::Text(text), Self::Band(from, below)) | (Self::Band(from, below), Self::Text(text)) => {
                text.parse().is_ok_and(|number: i64| number >= *from && below.is_none_or(|below| number < below))
            }
        }
    }

    /// Whether every row of this value is declared in a dimension.
    fn is_declared_in(&self, dimension: &Dimension) -> bool {
        match self {
            Self::Text(text) => dimension.values.iter().any(|value| value.meets(&Self::Text(text.clone()))),
            Self::Band(from, below) => {
                let bands = dimension.values.iter().filter_map(|value| match value {
                    Self::Band(from, below) => Some((*from, *below)),
                    Self::Text(_) => None,
                });
                // Bands follow each other without a gap.
                let bands: Vec<_> = bands.collect();
                let begins = bands.first().is_some_and(|(first, _)| first <= from);
                let ends =
                    bands.last().is_some_and(|(_, last)| last.is_none_or(|last| below.is_some_and(|b| b <= last)));
                begins && ends
            }
        }
    }
}
