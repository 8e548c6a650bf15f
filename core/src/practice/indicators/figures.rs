//! Shares with their denominators, and tables whose small cells are not shown.

use std::collections::BTreeMap;

/// So many out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Share {
    /// How many.
    pub count: u64,
    /// Out of how many: those of whom it is known.
    pub of: u64,
}

impl Share {
    /// How many of these answer yes; what is not known is left out.
    pub fn of(answers: impl Iterator<Item = Option<bool>>) -> Self {
        answers
            .flatten()
            .fold(Self::default(), |share, yes| Self { count: share.count + u64::from(yes), of: share.of + 1 })
    }

    /// In tenths of a per cent, rounded half up; none out of nothing.
    #[must_use]
    pub fn tenths(self) -> Option<u64> {
        let (count, of) = (u128::from(self.count), u128::from(self.of));
        let tenths = (count * 2000 + of).checked_div(2 * of)?;
        u64::try_from(tenths).ok()
    }

    /// As people read it: `85.7 % (18 of 21)`, or a dash out of nothing.
    #[must_use]
    pub fn text(self) -> String {
        match self.tenths() {
            Some(tenths) => format!("{}.{} % ({} of {})", tenths / 10, tenths % 10, self.count, self.of),
            None => String::from("\u{2013}"),
        }
    }

    /// The same, unless it or its complement is of fewer than `least`, and not of nobody.
    #[must_use]
    pub fn guarded(self, least: u64) -> Option<Self> {
        let small = |count: u64| count > 0 && count < least;
        let shown = !small(self.count) && !small(self.of.saturating_sub(self.count)) && !small(self.of);
        shown.then_some(self)
    }
}

/// A count, or that it is too small to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// The count.
    Count(u64),
    /// It is small, or would give away one that is.
    Small,
}

/// Counts by code, whose small cells are not shown, nor could be found from the others and the total.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Table {
    /// By code, ascending.
    pub cells: BTreeMap<String, Cell>,
    /// All together; none if it would give away a small cell.
    pub total: Option<u64>,
}

impl Table {
    /// Counts codes. A cell from 1 to below `least` is not shown. If what is not shown is one cell, or fewer than `least`
    /// together, the next smallest ones are not shown either; if nothing is left to hide it behind, the total is not.
    pub fn count<'a>(codes: impl Iterator<Item = &'a str>, least: u64) -> Self {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for code in codes {
            *counts.entry(code.to_owned()).or_default() += 1;
        }
        let total = counts.values().sum();
        let mut ascending: Vec<(u64, String)> = counts.iter().map(|(code, count)| (*count, code.clone())).collect();
        ascending.sort();
        let mut hidden = ascending.iter().filter(|(count, _)| *count < least).count();
        let sum = |hidden: usize| ascending[..hidden].iter().map(|(count, _)| count).sum::<u64>();
        while hidden > 0 && hidden < ascending.len() && (hidden == 1 || sum(hidden) < least) {
            hidden += 1;
        }
        let exposed = hidden == 1 || (hidden > 0 && sum(hidden) < least);
        let small: Vec<&String> = ascending[..hidden].iter().map(|(_, code)| code).collect();
        let cell = |code: &String, count: &u64| if small.contains(&code) { Cell::Small } else { Cell::Count(*count) };
        let cells = counts.iter().map(|(code, count)| (code.clone(), cell(code, count))).collect();
        Self { cells, total: (!exposed).then_some(total) }
    }
}

/// The middle one; of an even number, the lower of the two in the middle. None of nothing.
pub fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
