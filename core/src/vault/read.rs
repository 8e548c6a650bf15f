//! Reading: decide → log, durable → open. This file is the only one that opens a field.

use std::borrow::Cow;
use std::ops::Range;

use super::act::{Act, Touched};
use super::export_log::StoredRevision;
use super::groups::{Group, Groups, HeadParts};
use super::keyring::ScopeKeys;
use super::unlocked::SessionInfo;
use super::write::wrong_kind;
use super::{Error, IntegrityError};
use crate::access::{AccessError, Compartments};
use crate::id::{MemberId, RecordId};
use crate::log::{Event, Outcome};
use crate::model::statistics::has_statistics;
use crate::model::{Compartment, FieldBuffer, FieldNumber, FieldSpec, RecordSpec};
use crate::seal::OpenedGroup;
use crate::store::{HeadRow, RevisionRow};

/// A revision whose digest and author were checked.
pub(super) struct VerifiedRevision {
    pub(super) row: RevisionRow,
    pub(super) author: SessionInfo,
    pub(super) parts: HeadParts,
}

/// A read that was decided and logged, but not yet opened. It opens only after the entry is durable.
pub(super) struct Granted {
    spec: &'static RecordSpec,
    head: HeadRow,
    revision: VerifiedRevision,
    groups: Vec<(Range<usize>, OpenedGroup)>,
    wanted: Vec<u64>,
    pub(super) withheld: Vec<Compartment>,
}

impl Act<'_> {
    /// Checks the current revision of a record.
    pub(super) fn verify_current(&mut self, head: &HeadRow) -> Result<VerifiedRevision, Error> {
        let revision = self.verify_revision(head, head.revision, &head.digest)?;
        Ok(revision)
    }

    /// Checks a revision of a record against the digest that is expected of it.
    pub(super) fn verify_revision(
        &mut self,
        head: &HeadRow,
        id: i64,
        digest: &[u8; 32],
    ) -> Result<VerifiedRevision, Error> {
        let (revision, found) = self.digest_of(head, id)?;
        if revision.row.record != head.record || found != *digest {
            return Err(IntegrityError::Head.into());
        }
        let row = &revision.row;
        self.keys.verify_author(self.rows, row.commit, row.place, digest)?;
        Ok(revision)
    }

    /// A revision as the store has it, compared with nothing.
    pub(super) fn stored_revision(&mut self, head: &HeadRow, id: i64) -> Result<StoredRevision, Error> {
        let (revision, digest) = self.digest_of(head, id)?;
        Ok(StoredRevision { revision: revision.row.number, digest, earlier: revision.row.earlier })
    }

    fn digest_of(&mut self, head: &HeadRow, id: i64) -> Result<(VerifiedRevision, [u8; 32]), Error> {
        self.keys.ending.refuse()?;
        let row = self.rows.revision(id)?.ok_or(IntegrityError::Head)?;
        let author = self.keys.author(self.rows, row.commit)?;
        let parts = HeadParts {
            vault: self.keys.file.vault,
            kind: head.kind,
            scope: head.scope,
            record: head.record,
            parent: head.parent,
            device: author.device,
            number: row.number,
            previous: row.previous,
        };
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let found = parts.digest(&row.groups, |ordinal| keys.by_ordinal(ordinal).map(|key| key.commitment))?;
        Ok((VerifiedRevision { row, author, parts }, found))
    }

    /// Opens the fields by which a record is found, to compute their tokens. They stay in here.
    pub(super) fn open_searchable(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        revision: &VerifiedRevision,
    ) -> Result<FieldBuffer, Error> {
        let opened = self.open_within(spec, head, &revision.row, &revision.parts, is_searched)?;
        opened.ok_or_else(|| AccessError::NoKey { compartment: Compartment::Search.name() }.into())
    }

    /// Whether this member can open all fields by which a revision is found.
    pub(super) fn can_open_searchable(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        revision: &VerifiedRevision,
    ) -> Result<bool, Error> {
        Ok(self.open_within(spec, head, &revision.row, &revision.parts, is_searched)?.is_some())
    }

    /// Opens the fields by which a candidate of a search was found, to compare them. They stay in here. None if this
    /// member lacks a key. The revision is what its head says; its author is looked up for hits only.
    pub(super) fn open_candidate(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
    ) -> Result<Option<FieldBuffer>, Error> {
        let row = self.rows.revision(head.revision)?.ok_or(IntegrityError::Head)?;
        let device = self.keys.file.device;
        let parts = HeadParts {
            vault: self.keys.file.vault,
            kind: head.kind,
            scope: head.scope,
            record: head.record,
            parent: head.parent,
            device,
            number: row.number,
            previous: row.previous,
        };
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let found = parts.digest(&row.groups, |ordinal| keys.by_ordinal(ordinal).map(|key| key.commitment))?;
        if row.record == head.record && found == head.digest {
            return self.open_within(spec, head, &row, &parts, is_searched);
        }
        // Written on another device, or changed.
        let revision = self.verify_current(head)?;
        self.open_within(spec, head, &revision.row, &revision.parts, is_searched)
    }

    /// Opens the fields of one compartment of a record of which something goes into the statistics. They stay in here. None
    /// if the record has nothing of the compartment.
    pub(super) fn open_for_statistics(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        wanted: Compartment,
    ) -> Result<Option<FieldBuffer>, Error> {
        let revision = self.verify_current(head)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let told = |number: u64| {
            FieldNumber::checked(number).and_then(|number| spec.field(number)).is_some_and(has_statistics)
        };
        let mut fields = FieldBuffer::with_capacity(256);
        let mut found = false;
        fields.reserve(revision.row.groups.len());
        fields.append_unordered(|out, add| {
            for group in by_age(&revision.row.groups)? {
                let key = keys.by_ordinal(group.ordinal).ok_or(IntegrityError::Head)?;
                let Some((compartment, generation, data_key)) = &key.opened else { continue };
                if *compartment != wanted || std::mem::replace(&mut found, true) {
                    continue;
                }
                let parts = revision.parts.of_group(&group);
                let context = parts.group_context(compartment.number(), *generation, key.commitment);
                let mut opened = OpenedGroup::open(data_key.secret(), &context, group.sealed)?;
                opened.open_fields(group.sealed, out, told, &mut *add)?;
            }
            Ok::<_, Error>(())
        })?;
        Ok(found.then_some(fields))
    }

    /// Opens the newest revision of a record, to compare it with what comes in or to act on it. The values stay in here. As
    /// for a read, what somebody wrote who was not allowed to is refused.
    pub(super) fn open_compared(&mut self, head: &HeadRow) -> Result<FieldBuffer, Error> {
        let spec = self.keys.spec_of(head)?;
        let revision = self.verify_current(head)?;
        self.verify_writers(spec, head, &revision)?;
        let opened = self.open_within(spec, head, &revision.row, &revision.parts, |_| true)?;
        opened.ok_or_else(|| AccessError::NoKey { compartment: spec.compartments()[0].name() }.into())
    }

    /// Opens the fields that are `wanted`, for a purpose within the vault. None if this member lacks a key to one.
    fn open_within(
        &mut self,
        spec: &'static RecordSpec,
        head: &HeadRow,
        row: &RevisionRow,
        parts: &HeadParts,
        wanted: fn(&FieldSpec) -> bool,
    ) -> Result<Option<FieldBuffer>, Error> {
        let unit = self.unit_of_scope(head.scope)?;
        let readable = self.readable(head.scope, unit)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let is_wanted =
            |number: u64| FieldNumber::checked(number).and_then(|number| spec.field(number)).is_some_and(wanted);
        let mut fields = FieldBuffer::with_capacity(512);
        let mut closed = false;
        fields.reserve(row.groups.len());
        fields.append_unordered(|out, add| {
            for group in Groups::new(&row.groups) {
                let group = group?;
                let key = keys.by_ordinal(group.ordinal).ok_or(IntegrityError::Head)?;
                let Some((compartment, generation, data_key)) = &key.opened else {
                    closed = true;
                    continue;
                };
                if !readable.contains(*compartment) {
                    closed = true;
                    continue;
                }
                if !spec.fields.iter().any(|field| field.compartment == *compartment && wanted(field)) {
                    continue;
                }
                let parts = parts.of_group(&group);
                let context = parts.group_context(compartment.number(), *generation, key.commitment);
                let mut opened = OpenedGroup::open(data_key.secret(), &context, group.sealed)?;
                opened.open_fields(group.sealed, out, is_wanted, &mut *add)?;
            }
            Ok::<_, Error>(())
        })?;
        let lacks = |compartment| !readable.contains(compartment) || !keys.reaches(compartment);
        let withheld = spec.fields.iter().any(|field| wanted(field) && lacks(field.compartment));
        Ok((!(closed && withheld)).then_some(fields))
    }

    /// Decides about a read and logs it: `fields` of the current revision, or all if none are named.
    pub(super) fn grant(
        &mut self,
        record: RecordId,
        expected: Option<&'static RecordSpec>,
        fields: Option<&[FieldNumber]>,
    ) -> Result<Granted, Error> {
        let head = self.head(record)?;
        self.refuse_erased(head.scope)?;
        let spec = self.keys.spec_of(&head)?;
        if let Some(expected) = expected.filter(|expected| expected.kind != spec.kind) {
            return Err(wrong_kind(expected, head.kind));
        }
        let revision = self.verify_current(&head)?;
        self.grant_revision(spec, head, revision, fields)
    }

    /// As [`grant`](Self::grant), for a revision that was checked already.
    pub(super) fn grant_revision(
        &mut self,
        spec: &'static RecordSpec,
        head: HeadRow,
        revision: VerifiedRevision,
        fields: Option<&[FieldNumber]>,
    ) -> Result<Granted, Error> {
        self.refuse_erased(head.scope)?;
        let unit = self.unit_of_scope(head.scope)?;
        self.complete_wraps(head.scope, unit)?;
        self.note_opened(head.scope, unit);
        let readable = self.readable(head.scope, unit)?;
        self.verify_omissions(spec, &head, unit, &revision)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let asked = |number: u64| fields.is_none_or(|list| list.iter().any(|field| field.get() == number));
        let mut wanted = Vec::with_capacity(spec.fields.len());
        let mut groups = Vec::with_capacity(4);
        let (mut fresh, mut closed) = (Compartments::NONE, false);
        let bytes = &revision.row.groups;
        for group in by_age(bytes)? {
            let key = keys.by_ordinal(group.ordinal).ok_or(IntegrityError::Head)?;
            let Some((compartment, generation, data_key)) = &key.opened else {
                closed = true;
                continue;
            };
            closed |= !readable.contains(*compartment);
            if !readable.contains(*compartment) || (group.origin.is_some() && fresh.contains(*compartment)) {
                continue;
            }
            fresh = fresh.with(*compartment);
            let parts = self.verify_group(&head, unit, &revision, &group, *compartment)?;
            let context = parts.group_context(compartment.number(), *generation, key.commitment);
            let opened = OpenedGroup::open(data_key.secret(), &context, group.sealed)?;
            wanted.extend(opened.numbers().filter(|number| asked(*number)));
            let start = group.sealed.as_ptr() as usize - bytes.as_ptr() as usize;
            groups.push((start..start + group.sealed.len(), opened));
        }
        // Where all that is there was opened, nothing is withheld.
        let withheld = if closed { withheld_compartments(spec, &keys, readable, asked) } else { Vec::new() };
        if let (true, Some(compartment)) = (groups.is_empty(), withheld.first()) {
            return Err(AccessError::NoKey { compartment: compartment.name() }.into());
        }
        // Who asks for a field by name learns also that it is empty: the entry names it either way.
        if let Some(list) = fields {
            wanted.extend(list.iter().map(|field| field.get()));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let touched = Touched {
            head,
            fields: Cow::Borrowed(&wanted),
            revision: Some(revision.row.number),
            written: false,
            previous: Some(self.keys.state.last_entry(&head)),
        };
        let entry = self.log_record(Event::Read, Outcome::Success, &touched)?;
        self.keys.state.note_entry(&head, entry);
        self.count_read(&head, unit)?;
        Ok(Granted { spec, head, revision, groups, wanted, withheld })
    }
}

impl Granted {
    /// Opens the fields. Called after the commit.
    pub(super) fn open(&mut self, fields: &mut FieldBuffer) -> Result<(), Error> {
        let bytes = &self.revision.row.groups;
        let (wanted, groups) = (&self.wanted, &mut self.groups);
        fields.reserve(bytes.len());
        fields.append_unordered(|out, add| {
            for (place, group) in groups {
                let sealed = &bytes[place.clone()];
                group.open_fields(sealed, out, |number| wanted.binary_search(&number).is_ok(), &mut *add)?;
            }
            Ok::<_, Error>(())
        })
    }

    pub(super) fn record(&self) -> RecordId {
        self.head.record
    }

    pub(super) fn kind(&self) -> u16 {
        self.head.kind
    }

    pub(super) fn spec(&self) -> &'static RecordSpec {
        self.spec
    }

    /// How many sealed bytes it holds.
    pub(super) fn sealed_length(&self) -> usize {
        self.revision.row.groups.len()
    }

    pub(super) fn number(&self) -> u64 {
        self.revision.row.number
    }

    pub(super) fn author(&self) -> MemberId {
        self.revision.author.member
    }

    pub(super) fn parent(&self) -> Option<RecordId> {
        (self.head.parent != self.head.record).then_some(self.head.parent)
    }
}

/// Whether records are found by this field.
const fn is_searched(field: &FieldSpec) -> bool {
    field.search.is_some()
}

/// The compartments of a kind of which this member may read nothing, or lacks the key although the scope has keys that
/// they cannot open.
fn withheld_compartments(
    spec: &RecordSpec,
    keys: &ScopeKeys,
    readable: Compartments,
    asked: impl Fn(u64) -> bool,
) -> Vec<Compartment> {
    let closed = keys.keys.iter().any(|key| key.opened.is_none());
    let lacks = |compartment| !readable.contains(compartment) || (closed && !keys.reaches(compartment));
    let asked = spec.fields.iter().filter(|field| asked(field.number.get())).map(|field| field.compartment);
    Compartments::of(asked.filter(|compartment| lacks(*compartment))).iter().collect()
}

/// The groups of a revision: its own first, then those that it carries over.
pub(super) fn by_age(bytes: &[u8]) -> Result<impl Iterator<Item = Group<'_>>, IntegrityError> {
    let groups: Vec<_> = Groups::new(bytes).collect::<Result<_, _>>()?;
    let (own, carried): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.origin.is_none());
    Ok(own.into_iter().chain(carried))
}
