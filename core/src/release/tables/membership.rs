//! Which child is counted where in a published table: what the guard of releases remembers of it.

use super::super::series::{ChildId, Membership};
use super::super::table::Table;
use super::cube::{Domain, cells_of_rows};
use super::error::TablesError;
use super::published::PublishedTable;
use super::spec::TablesSpec;

impl PublishedTable {
    /// Which child is counted in which cell. Of children in hidden cells a reader knows how many there are together in a
    /// line, from its total: they are in one class, by the first dimension whose total beside them is shown.
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
        let class = |cell: usize| u32::try_from(self.known_as(&domain, cell)).unwrap_or(u32::MAX);
        Ok(Membership::new(children.iter().zip(cells).map(|(child, cell)| (*child, class(cell)))))
    }

    /// The cell itself if it is shown; else the first total beside it that is; behind them all, "hidden somewhere".
    fn known_as(&self, domain: &Domain, cell: usize) -> usize {
        let shown = |cell: &usize| self.cells[*cell].count.is_some();
        let beside = (0..domain.sizes().len()).map(|dimension| {
            let mut places = domain.places(cell);
            places[dimension] = domain.sizes()[dimension];
            domain.cell(&places)
        });
        std::iter::once(cell).chain(beside).find(shown).unwrap_or(domain.cells())
    }
}
