//! Writing: record → groups by compartment → sealed → one revision, one head, one entry.

use std::borrow::Cow;

use super::act::{Act, Touched};
use super::groups::{Group, Groups, HeadParts, carry_group, push_group};
use super::read::VerifiedRevision;
use super::unlocked::Standing;
use super::{Error, IntegrityError, Revision};
use crate::access::policy::{Action, Reach};
use crate::access::{CaseChange, Compartments, assignable};
use crate::id::{Draw, RecordId, ScopeId};
use crate::log::{Event, Outcome};
use crate::model::{FieldBuffer, ModelError, RecordKind, RecordSpec, Violation, validate_on};
use crate::seal::{GroupContext, seal_group};
use crate::store::HeadRow;

/// How many bytes of its scope's id a record's id starts with: records of one scope lie together.
pub(super) const SHARED_PREFIX: usize = 6;

/// Where a new record stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    record: RecordId,
    scope: ScopeId,
    parent: RecordId,
    /// The unit whose circles wrap the scope's keys.
    unit: ScopeId,
}

impl Act<'_> {
    /// Records something new below `parent`.
    pub(super) fn create(
        &mut self,
        spec: &'static RecordSpec,
        parent: Option<RecordId>,
        fields: &FieldBuffer,
    ) -> Result<Revision, Error> {
        self.create_at(spec, parent, None, fields)
    }

    /// As [`create`](Self::create), under an id that [`new_id`] has drawn for this place.
    pub(super) fn create_as(
        &mut self,
        id: RecordId,
        spec: &'static RecordSpec,
        parent: RecordId,
        fields: &FieldBuffer,
    ) -> Result<Revision, Error> {
        self.create_at(spec, Some(parent), Some(id), fields)
    }

    fn create_at(
        &mut self,
        spec: &'static RecordSpec,
        parent: Option<RecordId>,
        drawn: Option<RecordId>,
        fields: &FieldBuffer,
    ) -> Result<Revision, Error> {
        let spec = self.keys.spec_in_use(spec);
        let occasion = self.occasion();
        validate_on(spec, fields, &parent.map_or(occasion, |parent| occasion.below(parent)))?;
        let place = self.place(spec, parent, drawn)?;
        self.refuse_below_closed(spec, place.parent, place.scope, fields)?;
        let by_hand = self.refuse_by_hand(spec, None, fields)?;
        if spec.kind == RecordKind::CASE {
            self.open_case(&place)?;
        }
        let written = self.write(spec, place, fields, None)?;
        self.settle_by_hand(&by_hand, (written.record, place.parent), fields)?;
        Ok(written)
    }

    /// Whoever opens a new case works on it, as far as their role reaches in assigned cases.
    fn open_case(&mut self, place: &Place) -> Result<(), Error> {
        self.demand(Action::Create).or_else(|refused| self.demand(Action::HandIn).map_err(|_| refused))?;
        let (member, position) = (self.keys.member.member, self.keys.roster.head().0);
        let compartments = assignable(&self.keys.roster, member, position);
        // Whose role reads all of it as the unit's needs no assignment while the case is held like any other.
        let reach = |compartment| self.keys.roster.reach_at(member, position, compartment);
        if compartments.iter().any(|compartment| reach(compartment) == Reach::Case) {
            let change = CaseChange::Assign { member, compartments };
            self.change_case(place.scope, place.unit, Some(member), change)?;
        }
        Ok(())
    }

    /// Founds a vault: the unit's own record.
    pub(super) fn create_unit(
        &mut self,
        spec: &'static RecordSpec,
        unit: ScopeId,
        fields: &FieldBuffer,
    ) -> Result<Revision, Error> {
        validate_on(spec, fields, &self.occasion())?;
        let place = Place { record: unit.record(), scope: unit, parent: unit.record(), unit };
        if self.holds_search(unit) {
            self.mark_index(unit)?;
        }
        self.write(spec, place, fields, None)
    }

    /// Gives a record a new revision.
    pub(super) fn amend(
        &mut self,
        spec: &'static RecordSpec,
        record: RecordId,
        fields: &FieldBuffer,
    ) -> Result<Revision, Error> {
        let spec = self.keys.spec_in_use(spec);
        demand_reason(spec, fields)?;
        let head = self.head(record)?;
        if head.kind != spec.kind.number() {
            return Err(wrong_kind(spec, head.kind));
        }
        self.refuse_erased(head.scope)?;
        self.refuse_closed(spec, &head)?;
        let current = self.verify_current(&head)?;
        let checked = validate_on(spec, fields, &self.occasion().of(record).below(head.parent));
        self.forgive_carried(spec, &head, &current, fields, checked)?;
        let by_hand = self.refuse_by_hand(spec, Some((&head, &current)), fields)?;
        let unit = self.unit_of(&head)?;
        let place = Place { record, scope: head.scope, parent: head.parent, unit };
        let written = self.write(spec, place, fields, Some((head, current)))?;
        self.settle_by_hand(&by_hand, (record, head.parent), fields)?;
        Ok(written)
    }

    fn place(
        &mut self,
        spec: &'static RecordSpec,
        parent: Option<RecordId>,
        drawn: Option<RecordId>,
    ) -> Result<Place, Error> {
        let refused = Error::Parent { kind: spec.name() };
        let parent = parent.ok_or(refused.clone())?;
        let standing = match self.keys.standing(parent) {
            Some(standing) => standing,
            None => {
                let head = self.head(parent)?;
                let standing = Standing { kind: head.kind, scope: head.scope, unit: self.unit_of(&head)? };
                self.keys.remember_standing(parent, standing);
                standing
            }
        };
        self.refuse_erased(standing.scope)?;
        if !spec.parents.iter().any(|kind| kind.number() == standing.kind) {
            return Err(refused);
        }
        let record = match drawn {
            Some(record) => record,
            None => new_id(spec, standing.scope, &mut self.draw),
        };
        let scope = if spec.opens_scope { record.scope() } else { standing.scope };
        self.leave_room(spec, parent, standing)?;
        Ok(Place { record, scope, parent, unit: standing.unit })
    }

    /// Refuses one record too many below a parent, where the kind has a limit.
    fn leave_room(&mut self, spec: &'static RecordSpec, parent: RecordId, standing: Standing) -> Result<(), Error> {
        let Some(at_most) = spec.at_most else { return Ok(()) };
        if self.count_below(standing.scope, parent, spec.kind)? < u64::from(at_most) {
            return Ok(());
        }
        let parent = RecordKind::from_number(standing.kind).map_or("record", RecordKind::name);
        Err(Error::TooMany { kind: spec.name(), parent, at_most })
    }

    /// How many records of a kind stand below a record of this scope. Counted once while nobody else writes: to go through the
    /// heads of a case at each write would cost the more, the more is in it.
    pub(super) fn count_below(&mut self, scope: ScopeId, parent: RecordId, kind: RecordKind) -> Result<u64, Error> {
        let place = (parent, kind.number());
        if let Some(count) = self.keys.counts.get(&place) {
            return Ok(*count);
        }
        let count = self.rows.count_below(prefix_bounds(scope), parent, kind.number())?;
        self.keys.counts.insert(place, count);
        Ok(count)
    }

    /// The unit that the scope of a record belongs to.
    pub(super) fn unit_of(&mut self, head: &HeadRow) -> Result<ScopeId, Error> {
        self.unit_of_scope(head.scope)
    }

    fn write(
        &mut self,
        spec: &'static RecordSpec,
        place: Place,
        fields: &FieldBuffer,
        earlier: Option<(HeadRow, VerifiedRevision)>,
    ) -> Result<Revision, Error> {
        let number = earlier.as_ref().map_or(1, |(_, current)| current.row.number + 1);
        let previous = earlier.as_ref().map(|(head, _)| head.digest);
        let parts = HeadParts {
            vault: self.keys.file.vault,
            kind: spec.kind.number(),
            scope: place.scope,
            record: place.record,
            parent: place.parent,
            device: self.keys.file.device,
            number,
            previous,
        };
        let groups = self.seal_groups(spec, &place, &parts, fields, earlier.as_ref())?;
        let keys = self.keys.scope_keys(self.rows, place.scope)?;
        let digest = parts.digest(&groups, |ordinal| keys.by_ordinal(ordinal).map(|key| key.commitment))?;
        let signed = (self.commit_number(), self.add_head(&digest)?);
        let earlier_row = earlier.as_ref().map(|(head, _)| head.revision);
        let revision = self.rows.add_revision((place.record, number, earlier_row, previous), signed, &groups)?;

        let mut head = HeadRow {
            record: place.record,
            scope: place.scope,
            parent: place.parent,
            kind: parts.kind,
            revision,
            digest,
            entry: 0,
        };
        let touched = Touched {
            head,
            fields: Cow::Owned(fields.iter().map(|(number, _)| number.get()).collect()),
            revision: Some(number),
            written: true,
            previous: earlier.as_ref().map(|(head, _)| self.keys.state.last_entry(head)),
        };
        let written = (place.record, place.parent, number == 1);
        self.note_statistics((place.scope, place.unit), written, spec, (fields, &groups))?;
        let event = if number == 1 { Event::Create } else { Event::Update };
        head.entry = self.log_record(event, Outcome::Success, &touched)?;
        self.keys.state.replace_head(earlier.as_ref().map(|(old, _)| old), &head);
        self.rows.put_head(&head)?;
        if earlier.is_none()
            && let Some(count) = self.keys.counts.get_mut(&(head.parent, head.kind))
        {
            *count += 1;
        }
        match &earlier {
            None => self.index((place.scope, place.unit), spec, place.record, fields)?,
            Some((old, current)) => self.reindex(place.unit, spec, (old, current), fields)?,
        }
        Ok(Revision { record: place.record, number })
    }

    fn seal_groups(
        &mut self,
        spec: &'static RecordSpec,
        place: &Place,
        parts: &HeadParts,
        fields: &FieldBuffer,
        earlier: Option<&(HeadRow, VerifiedRevision)>,
    ) -> Result<Vec<u8>, Error> {
        let compartment_of = |number| spec.field(number).map(|field| field.compartment);
        let present = Compartments::of(fields.iter().filter_map(|(number, _)| compartment_of(number)));
        // Keys first: their ordinals decide the order of the groups.
        let mut order = Vec::with_capacity(8);
        for compartment in present.iter() {
            self.demand_write(place.scope, place.unit, compartment, earlier.is_none())?;
            order.push((self.writing_key(place.scope, place.unit, compartment)?, Some(compartment)));
        }
        let mut carried = match earlier {
            Some((_, current)) => self.carried_groups(place, current)?,
            None => Vec::new(),
        };
        carried.retain(|group| order.iter().all(|(ordinal, _)| *ordinal != group.ordinal));
        order.extend(carried.iter().map(|group| (group.ordinal, None)));
        order.sort_unstable();
        let keys = self.keys.scope_keys(self.rows, place.scope)?;
        let mut groups = Vec::with_capacity(1024);
        for (ordinal, compartment) in order {
            let Some(compartment) = compartment else {
                let group = carried.iter().find(|group| group.ordinal == ordinal).ok_or(IntegrityError::Head)?;
                let (_, current) = earlier.ok_or(IntegrityError::Head)?;
                carry_group(&mut groups, group, current.row.number, current.author.device)?;
                continue;
            };
            let opened = keys.by_ordinal(ordinal).ok_or(IntegrityError::Head)?;
            let (_, generation, key) = opened.opened.as_ref().ok_or(IntegrityError::Head)?;
            let context = parts.group_context(compartment.number(), *generation, opened.commitment);
            let mine = fields.iter().filter(|(number, _)| compartment_of(*number) == Some(compartment));
            push_group(&mut groups, ordinal, |out| {
                seal_group(key.secret(), &context, mine.map(|(number, value)| (number.get(), value)), out)
            })?;
        }
        Ok(groups)
    }

    /// The groups of the revision before that this member cannot open, or may not read or write: they stay as they are.
    fn carried_groups<'r>(&mut self, place: &Place, current: &'r VerifiedRevision) -> Result<Vec<Group<'r>>, Error> {
        let keys = self.keys.scope_keys(self.rows, place.scope)?;
        // Who has not seen what is there does not replace it, although a key of theirs would open it.
        let readable = self.readable(place.scope, place.unit)?;
        let mut carried = Vec::new();
        for group in Groups::new(&current.row.groups) {
            let group = group?;
            let opened = keys.by_ordinal(group.ordinal).ok_or(IntegrityError::Head)?.opened.as_ref();
            let replaced = match opened {
                Some((compartment, ..)) if readable.contains(*compartment) => {
                    let me = (self.keys.member.member, self.commit_number());
                    self.may_write(me, (place.scope, place.unit), *compartment, false)?
                }
                _ => false,
            };
            if !replaced {
                carried.push(group);
            }
        }
        Ok(carried)
    }
}

/// A fresh id for a record of this kind whose parent is of this scope.
pub(super) fn new_id(spec: &RecordSpec, scope: ScopeId, draw: &mut Draw) -> RecordId {
    if spec.opens_scope {
        return RecordId::from_bytes(draw.next());
    }
    let mut prefix = [0; SHARED_PREFIX];
    prefix.copy_from_slice(&scope.as_bytes()[..SHARED_PREFIX]);
    RecordId::from_bytes(draw.next_behind(&prefix))
}

/// The lowest and the highest id that a record of this scope can have.
pub(super) fn prefix_bounds(scope: ScopeId) -> ([u8; 16], [u8; 16]) {
    let (mut first, mut last) = ([0; 16], [0xFF; 16]);
    first[..SHARED_PREFIX].copy_from_slice(&scope.as_bytes()[..SHARED_PREFIX]);
    last[..SHARED_PREFIX].copy_from_slice(&scope.as_bytes()[..SHARED_PREFIX]);
    (first, last)
}

impl HeadParts {
    /// What the head said of the revision that sealed a group.
    pub(super) fn of_group(&self, group: &Group<'_>) -> Self {
        let (number, device) = group.origin.unwrap_or((self.number, self.device));
        Self { number, device, ..*self }
    }

    /// The place of one of the groups.
    pub(super) fn group_context(&self, compartment: u8, generation: u32, key_commitment: [u8; 32]) -> GroupContext {
        GroupContext {
            vault: self.vault,
            kind: self.kind,
            scope: self.scope,
            record: self.record,
            parent: self.parent,
            device: self.device,
            revision: self.number,
            compartment,
            generation,
            key_commitment,
        }
    }
}

/// Where a kind has a field for it, a new revision says why it was made.
pub(super) fn demand_reason(spec: &'static RecordSpec, fields: &FieldBuffer) -> Result<(), ModelError> {
    match spec.field_named("edit_reason") {
        Some(field) if fields.get(field.number).is_none() => Err(ModelError::Invalid(vec![Violation {
            kind: spec.name(),
            field: field.name,
            rule: "required-in-revision",
        }])),
        _ => Ok(()),
    }
}

/// The record is of another kind than was expected.
pub(super) fn wrong_kind(expected: &'static RecordSpec, found: u16) -> Error {
    let found = RecordKind::from_number(found).map_or("record of a newer release", RecordKind::name);
    Error::WrongKind { expected: expected.name(), found }
}
