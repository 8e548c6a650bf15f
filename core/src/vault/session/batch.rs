//! Several writes in one transaction.

use crate::access::AccessError;
use crate::id::RecordId;
use crate::model::{Compartment, DynamicRecord, FieldBuffer, Record, RecordSpec};
use crate::vault::act::Act;
use crate::vault::forms::has_extra;
use crate::vault::{Error, Revision};

/// Several writes in one transaction.
pub struct Batch<'b, 'a> {
    pub(in crate::vault) act: &'b mut Act<'a>,
    pub(in crate::vault) fields: FieldBuffer,
}

impl Batch<'_, '_> {
    /// Records something new below `parent`, which may be a record of the same batch.
    ///
    /// # Errors
    /// As [`Session::create`](crate::vault::Session::create).
    pub fn create<R: Record>(&mut self, parent: Option<RecordId>, record: &R) -> Result<Revision, Error> {
        refuse_by_library(R::spec())?;
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create(R::spec(), parent, &self.fields)
    }

    /// Gives a record a new revision.
    ///
    /// # Errors
    /// As [`Session::amend`](crate::vault::Session::amend).
    pub fn amend<R: Record>(&mut self, id: RecordId, record: &R) -> Result<Revision, Error> {
        refuse_by_library(R::spec())?;
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.keep_extra(R::spec(), id, &mut self.fields)?;
        self.act.amend(R::spec(), id, &self.fields)
    }

    /// As [`create`](Self::create), for a record whose kind is known at run time only.
    ///
    /// # Errors
    /// As [`Session::create`](crate::vault::Session::create).
    pub fn create_dynamic(&mut self, parent: Option<RecordId>, record: &DynamicRecord) -> Result<Revision, Error> {
        refuse_by_library(record.spec())?;
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create(record.spec(), parent, &self.fields)
    }

    /// As [`create_dynamic`](Self::create_dynamic), under an id that was drawn for this place.
    pub(in crate::vault) fn create_as(
        &mut self,
        id: RecordId,
        parent: RecordId,
        record: &DynamicRecord,
    ) -> Result<Revision, Error> {
        refuse_by_library(record.spec())?;
        self.fields.clear();
        record.encode(&mut self.fields)?;
        self.act.create_as(id, record.spec(), parent, &self.fields)
    }

    /// As [`amend`](Self::amend), for a record whose kind is known at run time only. A record of this release's nature
    /// has no place for the vault's extra fields: they are kept. One of the vault's nature says them all.
    ///
    /// # Errors
    /// As [`Session::amend`](crate::vault::Session::amend).
    pub fn amend_dynamic(&mut self, id: RecordId, record: &DynamicRecord) -> Result<Revision, Error> {
        refuse_by_library(record.spec())?;
        self.fields.clear();
        record.encode(&mut self.fields)?;
        if !has_extra(record.spec()) {
            self.act.keep_extra(record.spec(), id, &mut self.fields)?;
        }
        self.act.amend(record.spec(), id, &self.fields)
    }
}

/// What saferoom alone writes, such as the record of a release, cannot be made or changed by a host.
fn refuse_by_library(spec: &RecordSpec) -> Result<(), Error> {
    if spec.is_by_library() {
        Err(AccessError::MayNotWrite { compartment: Compartment::Statistics.name() }.into())
    } else {
        Ok(())
    }
}

impl std::fmt::Debug for Batch<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Batch(..)")
    }
}
