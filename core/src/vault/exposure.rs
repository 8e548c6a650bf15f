//! What somebody who has left could still open: with an old copy of the file and all the keys that they ever had.

use std::collections::{BTreeMap, BTreeSet};

use super::act::Act;
use super::{Error, Session};
use crate::access::policy::{Action, Reach};
use crate::access::{Access, AccessError, Compartments, Standing};
use crate::id::{MemberId, RecordId, ScopeId};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::store::HeadRow;

/// What a member could still open from an old copy, at most: what was written until they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Whose.
    pub member: MemberId,
    /// Whether they are active: then it grows with every write.
    pub active: bool,
    /// By compartment, those that they reached at any time.
    pub compartments: Vec<CompartmentExposure>,
    /// The cases that were assigned to them or shared with them at any time, and in which compartments.
    pub cases: Vec<(RecordId, Compartments)>,
}

/// How much of one compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompartmentExposure {
    /// Which.
    pub compartment: Compartment,
    /// In how many cases.
    pub cases: u64,
    /// How many records of kinds that have fields in it.
    pub records: u64,
}

impl Session {
    /// What a member could still open from an old copy with all the keys that they ever had, whether they have left or not.
    /// Logged as a query.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied) for whoever neither manages members nor reviews,
    /// [`AccessError::NoSuchMember`], [`super::IntegrityError`].
    pub fn exposure(&self, member: MemberId, access: &Access) -> Result<Exposure, Error> {
        self.act(access, Event::Query, &[], |act| {
            let role = act.keys.role()?;
            if !role.may(Action::ManageMembers) && !role.may(Action::Review) {
                return Err(AccessError::NotAllowed.into());
            }
            let exposure = act.exposure(member)?;
            let detail = Detail::of(DetailKey::MEMBER, &member.as_bytes()[..]);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(exposure)
        })
    }
}

impl Act<'_> {
    fn exposure(&mut self, member: MemberId) -> Result<Exposure, Error> {
        let listed = self.keys.roster.member(member).ok_or(AccessError::NoSuchMember)?;
        let (active, left) = (listed.is_active(), listed.now().from);
        let until = if active { u64::MAX } else { self.keys.roster.commit_at(left).unwrap_or(u64::MAX) };
        let units = self.reached_units(member);
        self.keys.state.verify_all(self.rows)?;
        let mut scopes: BTreeMap<ScopeId, Vec<HeadRow>> = BTreeMap::new();
        self.rows.each_head([0; 16], [0xFF; 16], |head| scopes.entry(head.scope).or_default().push(head))?;
        let (mut cases, mut counts) = (Vec::new(), BTreeMap::<u8, CompartmentExposure>::new());
        for (scope, heads) in scopes {
            let unit = self.unit_of_scope(scope)?;
            let given = self.ever_given(scope, member, until)?;
            let reached = units.get(&unit).copied().unwrap_or(Compartments::NONE);
            let reached = given.iter().fold(reached, Compartments::with);
            if !given.is_empty() {
                cases.push((scope.record(), given));
            }
            self.count_exposed(&heads, reached, until, scope != unit, &mut counts)?;
        }
        Ok(Exposure { member, active, compartments: counts.into_values().collect(), cases })
    }

    /// The units, and the compartments of all their records, that a member's roles reached at any time; what they could open
    /// in an emergency is among them.
    fn reached_units(&self, member: MemberId) -> BTreeMap<ScopeId, Compartments> {
        let roster = &self.keys.roster;
        let mut units = BTreeMap::<ScopeId, Compartments>::new();
        let had_second = roster.second_secrets().any(|(of, _)| of == member);
        for position in 0..=roster.head().0 {
            let Some(stage) = roster.member(member).and_then(|member| member.at(position)) else { continue };
            if stage.standing != Standing::Active {
                continue;
            }
            let reached = units.entry(stage.unit).or_default();
            for compartment in Compartment::ALL {
                let emergency = had_second && roster.policy_at(position).emergency().compartments.contains(compartment);
                if emergency || roster.reach_at(member, position, *compartment) == Reach::Unit {
                    *reached = reached.with(*compartment);
                }
            }
        }
        units
    }

    /// What a case's circle gave a member at any time until a commit.
    fn ever_given(&mut self, scope: ScopeId, member: MemberId, until: u64) -> Result<Compartments, Error> {
        let circle = self.case_circle(scope)?;
        let given = circle.grants().iter().filter(|grant| grant.member == member && grant.from <= until);
        Ok(given.flat_map(|grant| grant.compartments.iter()).fold(Compartments::NONE, Compartments::with))
    }

    fn count_exposed(
        &mut self,
        heads: &[HeadRow],
        reached: Compartments,
        until: u64,
        is_case: bool,
        counts: &mut BTreeMap<u8, CompartmentExposure>,
    ) -> Result<(), Error> {
        let mut touched = BTreeSet::new();
        for head in heads {
            if reached.is_empty() || !self.was_written(head, until)? {
                continue;
            }
            let spec = self.keys.spec_of(head)?;
            let of_kind = Compartments::of(spec.fields.iter().map(|field| field.compartment));
            for compartment in of_kind.and(reached).iter() {
                let number = compartment.number();
                let empty = CompartmentExposure { compartment, cases: 0, records: 0 };
                counts.entry(number).or_insert(empty).records += 1;
                if is_case && touched.insert(number) {
                    counts.entry(number).or_insert(empty).cases += 1;
                }
            }
        }
        Ok(())
    }

    /// Whether the first revision of a record was written by a commit up to this one.
    fn was_written(&mut self, head: &HeadRow, until: u64) -> Result<bool, Error> {
        if until == u64::MAX {
            return Ok(true);
        }
        let mut revision = self.verify_current(head)?;
        while let Some(before) = self.before(head, &revision)? {
            revision = before;
        }
        Ok(revision.row.commit <= until)
    }
}
