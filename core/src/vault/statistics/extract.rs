//! What leaves: the table of children that a specification asks for, and the entry about an extract.

use super::super::{Error, Session};
use super::desk::StatisticsRead;
use crate::access::Access;
use crate::access::policy::Action;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::release::spec::Spec;
use crate::release::{ChildColumns, ReleaseError, Table, table_of_children};

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
        table_of_children(self.cases.iter().map(|case| case.sections.as_slice()), columns)
    }
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
            let detail = Detail::of(DetailKey::MANIFEST_DIGEST, &manifest[..]).with(DetailKey::COUNT, rows);
            act.log(Event::Export, Outcome::Success, None, Some(detail)).map(drop)
        })
    }
}
