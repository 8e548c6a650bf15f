//! What a new revision may carry over: codes and places that the lists in use lack.
//!
//! A newer release, or a host with a newer list, may have written them. Whoever amends such a record here has to be able
//! to leave them as they are; nobody can add one. The revision before is opened for the comparison only, and wiped.

use super::Error;
use super::act::Act;
use super::groups::Groups;
use super::read::VerifiedRevision;
use crate::access::Compartments;
use crate::model::{FieldBuffer, KNOWN_CODE, KNOWN_PLACE, ModelError, RecordSpec, Violation, carries_over};
use crate::seal::OpenedGroup;
use crate::store::HeadRow;

/// The rules that are forgiven.
const FORGIVEN: [&str; 2] = [KNOWN_CODE, KNOWN_PLACE];

impl Act<'_> {
    /// The verdict about a new revision, without violations that the revision before has as well.
    pub(super) fn forgive_carried(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        current: &VerifiedRevision,
        fields: &FieldBuffer,
        checked: Result<(), ModelError>,
    ) -> Result<(), Error> {
        let Err(ModelError::Invalid(mut violations)) = checked else { return Ok(checked?) };
        // What this member cannot see is carried over: it says nothing against them that it is not there.
        let hidden = self.hidden(spec, head)?;
        violations
            .retain(|found| spec.field_named(found.field).is_none_or(|field| !hidden.contains(field.compartment)));
        if violations.is_empty() {
            return Ok(());
        }
        if !violations.iter().any(|violation| FORGIVEN.contains(&violation.rule)) {
            return Err(ModelError::Invalid(violations).into());
        }
        let before = self.open_before(head, current)?;
        let left: Vec<_> = violations.into_iter().filter(|found| !is_carried(spec, found, fields, &before)).collect();
        if left.is_empty() { Ok(()) } else { Err(ModelError::Invalid(left).into()) }
    }

    /// The compartments of a kind that this member may not read, or not write, in this scope.
    pub(super) fn hidden(&mut self, spec: &RecordSpec, head: &HeadRow) -> Result<Compartments, Error> {
        let (unit, me) = (self.unit_of(head)?, (self.keys.member.member, self.commit_number()));
        let readable = self.readable(head.scope, unit)?;
        let mut hidden = Compartments::NONE;
        for compartment in Compartments::of(spec.fields.iter().map(|field| field.compartment)).iter() {
            if !readable.contains(compartment) || !self.may_write(me, (head.scope, unit), compartment, false)? {
                hidden = hidden.with(compartment);
            }
        }
        Ok(hidden)
    }

    /// What this member can open of the revision before. It never leaves this file.
    pub(super) fn open_before(&mut self, head: &HeadRow, current: &VerifiedRevision) -> Result<FieldBuffer, Error> {
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let mut before = FieldBuffer::with_capacity(current.row.groups.len());
        before.append_unordered(|out, add| {
            for group in Groups::new(&current.row.groups) {
                let group = group?;
                let Some(key) = keys.by_ordinal(group.ordinal) else { continue };
                let Some((compartment, generation, data_key)) = &key.opened else { continue };
                let parts = current.parts.of_group(&group);
                let context = parts.group_context(compartment.number(), *generation, key.commitment);
                let mut opened = OpenedGroup::open(data_key.secret(), &context, group.sealed)?;
                opened.open_fields(group.sealed, out, |_| true, &mut *add)?;
            }
            Ok::<_, Error>(())
        })?;
        Ok(before)
    }
}

fn is_carried(spec: &RecordSpec, found: &Violation, fields: &FieldBuffer, before: &FieldBuffer) -> bool {
    let Some(field) = spec.field_named(found.field).filter(|_| FORGIVEN.contains(&found.rule)) else { return false };
    match (fields.get(field.number), before.get(field.number)) {
        (Some(new), Some(old)) => carries_over(field, new, old).unwrap_or(false),
        _ => false,
    }
}
