//! What leaves: the table of children that a specification asks for, and the entry about an extract.

use std::collections::BTreeSet;

use super::super::act::Act;
use super::super::{Error, Session};
use super::desk::StatisticsRead;
use crate::access::Access;
use crate::access::policy::Action;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::release::series::ChildId;
use crate::release::spec::Spec;
use crate::release::{ChildColumns, ReleaseError, Table, children_of, table_of_children};
use crate::seal::sha256;

impl StatisticsRead {
    /// The table that a specification asks for: one row for each child.
    ///
    /// # Errors
    /// Those of [`ChildColumns::of`]: a column that never leaves, or that there is not.
    pub fn table(&self, spec: &Spec) -> Result<Table, ReleaseError> {
        self.children(&ChildColumns::of(spec)?)
    }

    /// The table of these columns: one row for each child.
    ///
    /// # Errors
    /// Those of [`Table::new`].
    pub fn children(&self, columns: &ChildColumns) -> Result<Table, ReleaseError> {
        let table = table_of_children(self.cases.iter().map(|case| case.sections.as_slice()), columns)?;
        if self.left_out.is_empty() {
            return Ok(table);
        }
        table.kept(&self.every_child().map(|(.., id)| !self.left_out.contains(&id)).collect::<Vec<_>>())
    }
}

impl StatisticsRead {
    /// Leaves these children out of everything that is asked from now on: tables, ids and pseudonyms.
    pub fn leave_out(&mut self, children: BTreeSet<ChildId>) {
        self.left_out = children;
    }

    /// An id for each child, in the order of the rows of a table: the same in every release of this vault, and of no use
    /// outside of it. The guard of a series remembers releases by them.
    #[must_use]
    pub fn child_ids(&self) -> Vec<ChildId> {
        self.asked_for().map(|(.., id)| id).collect()
    }

    /// Each child that is asked for: the row of its case, its slot in there, its id.
    pub(super) fn asked_for(&self) -> impl Iterator<Item = ([u8; 16], u64, ChildId)> {
        self.every_child().filter(|(.., id)| !self.left_out.contains(id))
    }

    fn every_child(&self) -> impl Iterator<Item = ([u8; 16], u64, ChildId)> {
        let of_case = |case: &super::CaseStatistics| {
            let id = case.id;
            children_of(&case.sections).into_iter().map(move |slot| (id, slot, child_id(&id, slot)))
        };
        self.cases.iter().flat_map(of_case)
    }
}

/// Over the slot, which a child keeps as long as its case has its row: where a child stands in a section changes with every
/// amendment.
fn child_id(row: &[u8; 16], slot: u64) -> ChildId {
    let digest = sha256(&[&b"saferoom/child-of-statistics"[..], row, &slot.to_be_bytes()].concat());
    *digest.first_chunk().unwrap_or(row)
}

impl Session {
    /// Logs that an extract leaves, by the SHA-256 of its manifest, with how many rows. The entry is durable when this
    /// returns: put the folder in its place afterwards.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed), logged as denied.
    pub fn note_extract(&self, manifest: &[u8; 32], rows: u64, access: &Access) -> Result<(), Error> {
        self.act(access, Event::Export, &[], |act| {
            act.demand(Action::Extract)?;
            act.note_extract(manifest, rows)
        })
    }
}

impl Act<'_> {
    /// Logs in this act that an extract leaves.
    pub(in crate::vault) fn note_extract(&mut self, manifest: &[u8; 32], rows: u64) -> Result<(), Error> {
        let detail = Detail::of(DetailKey::MANIFEST_DIGEST, &manifest[..]).with(DetailKey::COUNT, rows);
        self.log(Event::Export, Outcome::Success, None, Some(detail)).map(drop)
    }
}
