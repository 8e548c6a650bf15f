//! Which child is counted where in a published table: what the guard of releases remembers of it.

use std::collections::HashMap;

use super::super::series::{ChildId, Membership};
use super::super::table::Table;
use super::cube::{Domain, cells_of_rows};
use super::error::TablesError;
use super::published::PublishedTable;
use super::spec::TablesSpec;

impl PublishedTable {
    /// Which child is counted in which sums that a reader knows. The cell itself if it is shown. Of a hidden one: what is
    /// hidden of each total that is shown, along whichever dimensions; and what such a total leaves when the shown ones
    /// below it are taken away. A child of whom no sum is known is in one of its own kind, "hidden somewhere".
    ///
    /// `table` is what was counted, with a row for each of `children`, in their order.
    ///
    /// # Errors
    /// Those of counting; [`TablesError::Mode`] if the table is not of these rows.
    pub fn membership(
        &self,
        spec: &TablesSpec,
        table: &Table,
        children: &[ChildId],
    ) -> Result<Membership, TablesError> {
        let (domain, cells) = cells_of_rows(spec, table)?;
        if cells.len() != children.len() || self.cells.len() != domain.cells() {
            return Err(TablesError::Mode { what: "the published table is not of these children" });
        }
        let mut known: HashMap<usize, Vec<u32>> = HashMap::new();
        for cell in &cells {
            known.entry(*cell).or_insert_with(|| self.sums_of(&domain, *cell));
        }
        let rows = children.iter().zip(&cells);
        let sums = rows.flat_map(|(child, cell)| known[cell].iter().map(|sum| (*child, *sum)));
        Ok(Membership::new(sums))
    }

    /// The known sums that a cell is part of, by number.
    fn sums_of(&self, domain: &Domain, cell: usize) -> Vec<u32> {
        let shown = |cell: usize| self.cells[cell].count.is_some();
        let number = |sum: usize| u32::try_from(sum).unwrap_or(u32::MAX);
        if shown(cell) {
            return vec![number(cell)];
        }
        let (dimensions, mut sums) = (domain.sizes().len(), Vec::new());
        for over in 1_usize..1 << dimensions {
            let total = total_over(domain, cell, over);
            if !shown(total) {
                continue;
            }
            sums.push(number(total));
            // One dimension told apart again: without the totals that are shown there, the others are left. Where none but
            // the cell is below, that is what is hidden of the total once more.
            let below = (0..dimensions).filter(|dimension| over & 1 << dimension != 0 && over != 1 << dimension);
            for dimension in below {
                if !shown(total_over(domain, cell, over & !(1 << dimension))) {
                    sums.push(number(domain.cells() * (1 + dimension) + total));
                }
            }
        }
        if sums.is_empty() {
            sums.push(number(domain.cells()));
        }
        sums
    }
}

/// The total beside a cell over some dimensions, one bit each.
fn total_over(domain: &Domain, cell: usize, over: usize) -> usize {
    let mut places = domain.places(cell);
    let totals = places.iter_mut().zip(domain.sizes()).enumerate();
    totals.filter(|(dimension, _)| over & 1 << dimension != 0).for_each(|(_, (place, size))| *place = *size);
    domain.cell(&places)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::release::engine::Unwatched;
    use crate::release::series::compare_sums;
    use crate::release::spec::ReleasePolicy;
    use crate::release::tables::tabulate;

    const PLACES: [&str; 3] = ["a", "b", "c"];
    const SEXES: [&str; 2] = ["f", "m"];
    const K: u64 = 5;

    fn spec() -> TablesSpec {
        let text = "name = \"t\"\naudience = \"inside\"\n[[dimension]]\ncolumn = \"place\"\nvalues = [\"a\", \"b\", \"c\"]\n\
                    [[dimension]]\ncolumn = \"sex\"\nvalues = [\"f\", \"m\"]\n";
        TablesSpec::parse(text).unwrap()
    }

    /// So many children in each cell; a child keeps its id, and those who came later have high ones.
    fn children(counts: [u8; 6], generation: u8) -> Vec<(ChildId, usize)> {
        let of_cell = |(cell, count): (usize, u8)| {
            (0..count).map(move |number| {
                let mut id = [generation; 16];
                id[..2].copy_from_slice(&[cell as u8, number]);
                (id, cell)
            })
        };
        counts.into_iter().enumerate().flat_map(of_cell).collect()
    }

    fn published(children: &[(ChildId, usize)]) -> Option<(PublishedTable, Membership)> {
        let mut csv = "place,sex\n".to_owned();
        children.iter().for_each(|(_, cell)| csv += &format!("{},{}\n", PLACES[cell / 2], SEXES[cell % 2]));
        let table = Table::from_csv(csv.as_bytes()).ok()?;
        let published = tabulate(&spec(), &table, &ReleasePolicy::default(), &Unwatched).ok()?;
        let ids: Vec<ChildId> = children.iter().map(|(id, _)| *id).collect();
        let membership = published.membership(&spec(), &table, &ids).unwrap();
        Some((published, membership))
    }

    /// What an attacker computes by subtraction: of each total that is shown, how many in its hidden cells were there before,
    /// and how many came.
    fn known_by_subtraction(
        table: &PublishedTable,
        before: &BTreeSet<ChildId>,
        now: &[(ChildId, usize)],
    ) -> BTreeMap<(usize, bool), u64> {
        let domain = Domain::new(vec![3, 2]).unwrap();
        let hidden = |cell: usize| table.cells[cell].count.is_none();
        let mut known = BTreeMap::new();
        for (total, _) in table.cells.iter().enumerate().filter(|(total, _)| domain.is_total(*total) && !hidden(*total))
        {
            let of_total = domain.places(total);
            for (id, inner) in now {
                let places = [inner / 2, inner % 2];
                let under = of_total
                    .iter()
                    .zip(domain.sizes())
                    .zip(places)
                    .all(|((total, size), at)| total == size || *total == at);
                if under && hidden(domain.cell(&places)) {
                    *known.entry((total, before.contains(id))).or_default() += 1;
                }
            }
        }
        known
    }

    #[test]
    fn hidden_cells_are_looked_at_along_every_dimension() {
        // Five girls came, who stand in hidden cells: enough together, but one of them alone in place a.
        let first = children([2, 2, 2, 2, 30, 30], 0);
        let second = [first.clone(), children([1, 0, 4, 0, 0, 0], 1)].concat();
        let (table, membership) = published(&second).unwrap();
        let (_, before) = published(&first).unwrap();
        let told = compare_sums(&[before.presence()], &membership, K);
        let known = known_by_subtraction(&table, &first.iter().map(|(id, _)| *id).collect(), &second);
        assert!(known.values().any(|count| *count < K), "{known:?}");
        assert!(told.is_some_and(|told| told.smallest < K));
    }

    proptest! {
        #[test]
        fn what_passes_leaves_no_small_difference(first in prop::array::uniform6(0_u8..14), came in prop::array::uniform6(0_u8..9)) {
            let first = children(first, 0);
            let second = [first.clone(), children(came, 1)].concat();
            let (Some((_, before)), Some((table, now))) = (published(&first), published(&second)) else { return Ok(()) };
            if compare_sums(&[before.presence()], &now, K).is_none() {
                let known = known_by_subtraction(&table, &first.iter().map(|(id, _)| *id).collect(), &second);
                // What was there before is not held against the new table alone; who came is.
                let came: Vec<_> = known.iter().filter(|((_, before), _)| !before).collect();
                prop_assert!(came.iter().all(|(_, count)| **count >= K), "{came:?}");
            }
        }
    }
}
