//! What this member may read, and whether those who wrote were allowed to.
//!
//! Keys decide what can be opened. This is what the access-policy says on top: a key that somebody still has, from an earlier
//! role or a share that has ended, opens nothing through saferoom; and what a member wrote who was not allowed to is
//! refused by every reader.

use super::act::Act;
use super::groups::{Group, Groups, HeadParts};
use super::read::VerifiedRevision;
use super::{Error, IntegrityError};
use crate::access::policy::{FOUNDER, Reach};
use crate::access::{AccessError, Compartments};
use crate::id::{RecordId, ScopeId};
use crate::model::{Compartment, RecordSpec};
use crate::store::HeadRow;

/// The compartments of what cases say. That somebody may look into one of them makes a case theirs to see.
const OF_CASES: [Compartment; 7] = [
    Compartment::Identity,
    Compartment::Profile,
    Compartment::Offence,
    Compartment::Narrative,
    Compartment::Wellbeing,
    Compartment::Evidence,
    Compartment::Referral,
];

impl Act<'_> {
    /// The compartments that this member may read in a scope now.
    pub(super) fn readable(&mut self, scope: ScopeId, unit: ScopeId) -> Result<Compartments, Error> {
        if self.keys.role_name() == FOUNDER && unit == self.keys.unit() {
            return Ok(Compartments::of(Compartment::ALL.iter().copied()));
        }
        let case = self.case_circle(scope)?;
        let (sensitivity, now) = (case.sensitivity(), self.wall());
        let (role, policy) = (self.keys.role()?, self.keys.roster.policy());
        let of_unit = |compartment: &Compartment| {
            unit == self.keys.unit() && policy.reach(role, *compartment, sensitivity) == Reach::Unit
        };
        let mut readable = Compartments::of(Compartment::ALL.iter().copied().filter(of_unit));
        let mine = case.current().filter(|grant| grant.approved && grant.member == self.keys.member.member);
        for grant in mine.filter(|grant| grant.until.is_none_or(|until| until > now)) {
            for compartment in grant.compartments.iter() {
                if grant.shared || role.reach(compartment).reads() {
                    readable = readable.with(compartment);
                }
            }
        }
        let in_emergency = self.open_compartments(scope);
        Ok(in_emergency.iter().fold(readable, Compartments::with))
    }

    /// Those of these cases in which this member may read anything.
    pub(super) fn visible_cases(&mut self, cases: Vec<RecordId>) -> Result<Vec<RecordId>, Error> {
        if self.keys.role_name() == FOUNDER && self.keys.roster.units().len() == 1 {
            return Ok(cases);
        }
        let of_cases = Compartments::of(OF_CASES);
        let mut visible = Vec::new();
        for case in cases {
            let scope = case.scope();
            let unit = self.unit_of_scope(scope)?;
            if !self.readable(scope, unit)?.and(of_cases).is_empty() {
                visible.push(case);
            }
        }
        Ok(visible)
    }

    /// Refuses a write of this member into a compartment that they may not write.
    pub(super) fn demand_write(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
        first: bool,
    ) -> Result<(), Error> {
        #[cfg(test)]
        if self.keys.lawless {
            return Ok(());
        }
        let me = (self.keys.member.member, self.commit_number());
        if self.may_write(me, (scope, unit), compartment, first)? {
            let case = self.case_circle(scope)?;
            if !self.has_ended(&case, unit, compartment, first) {
                return Ok(());
            }
        }
        Err(AccessError::MayNotWrite { compartment: compartment.name() }.into())
    }

    /// Whether a revision's author was allowed to write this compartment of it.
    fn wrote_rightly(
        &mut self,
        (scope, unit): (ScopeId, ScopeId),
        revision: &VerifiedRevision,
        compartment: Compartment,
    ) -> Result<bool, Error> {
        let author = (revision.author.member, revision.row.commit);
        self.may_write(author, (scope, unit), compartment, revision.row.number == 1)
    }

    /// Checks that whoever sealed a group was allowed to: the author of the revision, or of the earlier one from which it
    /// was carried over unchanged. Returns what the head said of the revision that sealed it.
    pub(super) fn verify_group(
        &mut self,
        head: &HeadRow,
        unit: ScopeId,
        revision: &VerifiedRevision,
        group: &Group<'_>,
        compartment: Compartment,
    ) -> Result<HeadParts, Error> {
        let place = (head.scope, unit);
        let Some((number, device)) = group.origin else {
            let rightly = self.wrote_rightly(place, revision, compartment)?;
            return if rightly { Ok(revision.parts) } else { Err(IntegrityError::Author.into()) };
        };
        let mut step = self.before(head, revision)?;
        loop {
            let step_revision = step.ok_or(IntegrityError::Author)?;
            let found = find_group(&step_revision.row.groups, group.ordinal)?.ok_or(IntegrityError::Author)?;
            if found.sealed != group.sealed {
                return Err(IntegrityError::Author.into());
            }
            if step_revision.row.number == number {
                let rightly = found.origin.is_none()
                    && step_revision.author.device == device
                    && self.wrote_rightly(place, &step_revision, compartment)?;
                return if rightly { Ok(step_revision.parts) } else { Err(IntegrityError::Author.into()) };
            }
            if found.origin != group.origin {
                return Err(IntegrityError::Author.into());
            }
            step = self.before(head, &step_revision)?;
        }
    }

    /// Checks of all that this member opens of a revision that whoever sealed it was allowed to, and left nothing out.
    pub(super) fn verify_writers(
        &mut self,
        spec: &RecordSpec,
        head: &HeadRow,
        revision: &VerifiedRevision,
    ) -> Result<(), Error> {
        let unit = self.unit_of_scope(head.scope)?;
        self.verify_omissions(spec, head, unit, revision)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        for group in Groups::new(&revision.row.groups) {
            let group = group?;
            let opened = keys.by_ordinal(group.ordinal).and_then(|key| key.opened.as_ref());
            if let Some((compartment, ..)) = opened {
                self.verify_group(head, unit, revision, &group, *compartment)?;
            }
        }
        Ok(())
    }

    /// Checks that no author left out or replaced what they may not write: a revision by somebody who lacks a compartment
    /// has to carry it over.
    pub(super) fn verify_omissions(
        &mut self,
        spec: &RecordSpec,
        head: &HeadRow,
        unit: ScopeId,
        revision: &VerifiedRevision,
    ) -> Result<(), Error> {
        let place = (head.scope, unit);
        let mut later: Option<VerifiedRevision> = None;
        loop {
            let current = later.as_ref().unwrap_or(revision);
            if current.row.number == 1 || self.writes_all(spec, place, current)? {
                return Ok(());
            }
            let before = self.before(head, current)?.ok_or(IntegrityError::Head)?;
            let keys = self.keys.scope_keys(self.rows, head.scope)?;
            for group in Groups::new(&before.row.groups) {
                let group = group?;
                let opened = keys.by_ordinal(group.ordinal).and_then(|key| key.opened.as_ref());
                let Some((compartment, ..)) = opened else { continue };
                let current = later.as_ref().unwrap_or(revision);
                if self.wrote_rightly(place, current, *compartment)? {
                    continue;
                }
                let carried = find_group(&current.row.groups, group.ordinal)?;
                if carried.is_none_or(|carried| carried.sealed != group.sealed || carried.origin.is_none()) {
                    return Err(IntegrityError::Author.into());
                }
            }
            later = Some(before);
        }
    }

    fn writes_all(
        &mut self,
        spec: &RecordSpec,
        place: (ScopeId, ScopeId),
        revision: &VerifiedRevision,
    ) -> Result<bool, Error> {
        let compartments = Compartments::of(spec.fields.iter().map(|field| field.compartment));
        for compartment in compartments.iter() {
            if !self.wrote_rightly(place, revision, compartment)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The revision before this one.
    pub(super) fn before(
        &mut self,
        head: &HeadRow,
        revision: &VerifiedRevision,
    ) -> Result<Option<VerifiedRevision>, Error> {
        match (revision.row.earlier, revision.row.previous) {
            (Some(earlier), Some(digest)) => self.verify_revision(head, earlier, &digest).map(Some),
            _ => Ok(None),
        }
    }
}

fn find_group(groups: &[u8], ordinal: u16) -> Result<Option<Group<'_>>, IntegrityError> {
    for group in Groups::new(groups) {
        let group = group?;
        if group.ordinal == ordinal {
            return Ok(Some(group));
        }
    }
    Ok(None)
}
