//! Who works in the vault: enrolling, roles, devices, suspension, cases and whom they are assigned to.
//!
//! Every change of the roster is proposed, signed by those whom the access-policy asks for, and enacted in one act: the
//! entry, the circles that have to move on, and the wraps for those who may hold them, with one signature.

use super::act::Act;
use super::{Error, Session};
use crate::access::policy::{AccessPolicy, Action, RoleName, Sensitivity};
use crate::access::{
    Access, AccessError, CaseChange, CaseGrant, Compartments, Member, Proposal, RosterChange, assignable,
};
use crate::id::{MemberId, RecordId, ScopeId};
use crate::keys::{Identity, PublicIdentity, VerifyingKey};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::{FieldBuffer, Record, RecordKind};
use crate::store::HeadRow;

/// What enacting a change of the roster did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enacted {
    /// Circles that were moved to a new generation.
    pub circles_renewed: usize,
    /// Wraps of circle secrets for those who came.
    pub wraps: usize,
}

impl Session {
    /// All members, active or not.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn members(&self) -> Result<Vec<Member>, Error> {
        self.look(|act| Ok(act.keys.roster.members().cloned().collect()))
    }

    /// The access-policy in force.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn access_policy(&self) -> Result<AccessPolicy, Error> {
        self.look(|act| Ok(act.keys.roster.policy().clone()))
    }

    /// A change of the roster as it is now, to be signed. How many custodians have to sign is said by
    /// [`custodians_needed`](Self::custodians_needed).
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn propose(&self, change: RosterChange) -> Result<Proposal, Error> {
        self.look(|act| Ok(Proposal::new(&act.keys.roster, change)))
    }

    /// How many custodians have to sign a change.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn custodians_needed(&self, change: &RosterChange) -> Result<usize, Error> {
        self.look(|act| Ok(act.keys.roster.custodians_needed(change)))
    }

    /// Puts a proposal in force. Where somebody loses a circle by it, the circles move on in the same act, signed by
    /// `signers`: custodians, or holders of these circles.
    ///
    /// # Errors
    /// [`AccessError::ApprovalsMissing`], [`AccessError::ProposalOutdated`], and what is wrong with the change; all logged
    /// as denied.
    pub fn enact(&self, proposal: &Proposal, signers: &[&Identity], access: &Access) -> Result<Enacted, Error> {
        self.act(access, Event::PermissionChange, &[], |act| {
            let change = act.keys.roster.check(proposal)?;
            if matches!(change, RosterChange::Erasure(_)) {
                return Err(AccessError::ErasedOtherwise.into());
            }
            act.append_to_roster(proposal.clone())?;
            if let RosterChange::Unit { unit } = &change {
                act.found_unit_circles(*unit, signers)?;
            }
            let circles_renewed = act.renew_circles(signers)?;
            let wraps = act.pass_on_circles()?;
            let detail = Detail::of(DetailKey::ROSTER_CHANGE, change.kind());
            let subject = subject_of(&change);
            let detail = match &subject {
                Some(member) => detail.with(DetailKey::MEMBER, &member.as_bytes()[..]),
                None => detail,
            };
            act.log(Event::PermissionChange, Outcome::Success, None, Some(detail))?;
            if circles_renewed > 0 {
                let detail = Detail::of(DetailKey::COUNT, circles_renewed as u64);
                act.log(Event::KeyRotation, Outcome::Success, None, Some(detail))?;
            }
            Ok(Enacted { circles_renewed, wraps })
        })
    }

    /// Proposes a change, lets all of `signers` sign it, and enacts it.
    ///
    /// # Errors
    /// As [`enact`](Self::enact).
    pub fn change_roster(
        &self,
        change: RosterChange,
        signers: &[&Identity],
        access: &Access,
    ) -> Result<Enacted, Error> {
        let proposal = self.propose(change)?;
        let proposal = signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer));
        self.enact(&proposal, signers, access)
    }

    /// Makes somebody a member, in a role and a unit.
    ///
    /// # Errors
    /// As [`enact`](Self::enact).
    pub fn enrol(
        &self,
        identity: &PublicIdentity,
        role: &RoleName,
        unit: ScopeId,
        signers: &[&Identity],
        access: &Access,
    ) -> Result<Enacted, Error> {
        let change = RosterChange::Enrol { identity: identity.clone(), role: role.clone(), unit };
        self.change_roster(change, signers, access)
    }

    /// Adds another unit to the vault, with circles of its own: its records are for its members alone. Who adds it cannot read
    /// them. Returns the record of the unit.
    ///
    /// # Errors
    /// As [`enact`](Self::enact), and what is wrong with the record.
    pub fn add_unit<U: Record>(&self, unit: &U, signers: &[&Identity], access: &Access) -> Result<RecordId, Error> {
        if U::spec().kind != RecordKind::UNIT {
            return Err(Error::WrongKind { expected: RecordKind::UNIT.name(), found: U::spec().name() });
        }
        let mut fields = FieldBuffer::new();
        unit.encode(&mut fields)?;
        self.act(access, Event::PermissionChange, &[], |act| {
            let scope = ScopeId::random();
            let proposal = Proposal::new(&act.keys.roster, RosterChange::Unit { unit: scope });
            act.append_to_roster(signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer)))?;
            act.found_unit_circles(scope, signers)?;
            let detail = Detail::of(DetailKey::ROSTER_CHANGE, RosterChange::Unit { unit: scope }.kind());
            act.log(Event::PermissionChange, Outcome::Success, None, Some(detail))?;
            Ok(act.create_unit(U::spec(), scope, &fields)?.record)
        })
    }

    /// Suspends a member at once: they can sign in no more, and nothing that is written from now on can be opened with
    /// what they know.
    ///
    /// # Errors
    /// As [`enact`](Self::enact).
    pub fn suspend(&self, member: MemberId, signers: &[&Identity], access: &Access) -> Result<Enacted, Error> {
        self.change_roster(RosterChange::Suspend { member }, signers, access)
    }

    /// Revokes one device of a member.
    ///
    /// # Errors
    /// As [`enact`](Self::enact).
    pub fn revoke_identity(
        &self,
        member: MemberId,
        key: VerifyingKey,
        signers: &[&Identity],
        access: &Access,
    ) -> Result<Enacted, Error> {
        self.change_roster(RosterChange::RevokeIdentity { member, key }, signers, access)
    }

    /// Assigns a case to a member, in the compartments that their role reaches in assigned cases. What this session can
    /// open is passed on at once; what only others can open follows when one of them opens the case next.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::NoSuchMember`], [`Error::NoSuchRecord`]; logged as denied.
    pub fn assign(&self, case: RecordId, member: MemberId, access: &Access) -> Result<(), Error> {
        self.change_case(case, access, |act| {
            act.demand(Action::Assign)?;
            act.keys.roster.member(member).ok_or(AccessError::NoSuchMember)?;
            let compartments = assignable(&act.keys.roster, member, act.keys.roster.head().0);
            Ok(CaseChange::Assign { member, compartments })
        })
    }

    /// Shares some compartments of a case with a member, until a moment (milliseconds since 1970, UTC) or for good. Who
    /// shares has to reach them.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn share(
        &self,
        case: RecordId,
        member: MemberId,
        compartments: Compartments,
        until: Option<u64>,
        access: &Access,
    ) -> Result<(), Error> {
        self.change_case(case, access, |act| {
            act.demand(Action::Share)?;
            act.keys.roster.member(member).ok_or(AccessError::NoSuchMember)?;
            Ok(CaseChange::Share { member, compartments, until })
        })
    }

    /// Agrees to a share of somebody else that goes beyond the role of its recipient: `entry` is that of the
    /// [grant](CaseGrant). An act of one whom the access-policy names for it, neither who shares nor who receives. The keys
    /// follow when somebody who holds them opens the case next.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn approve_share(&self, case: RecordId, entry: u64, access: &Access) -> Result<(), Error> {
        self.change_case(case, access, |_| Ok(CaseChange::Approve { entry }))
    }

    /// Takes a case from a member: what is written from now on is sealed with keys that they do not have.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn unassign(&self, case: RecordId, member: MemberId, access: &Access) -> Result<(), Error> {
        self.change_case(case, access, |_| Ok(CaseChange::Remove { member }))
    }

    /// Says how closely a case is held. From the next write on its keys are for those only who are to have them.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn set_sensitivity(&self, case: RecordId, sensitivity: Sensitivity, access: &Access) -> Result<(), Error> {
        self.change_case(case, access, |act| {
            act.demand(Action::SetSensitivity)?;
            Ok(CaseChange::Hold { sensitivity })
        })
    }

    /// Who works on a case, and with whom what is shared. Logged as a query.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`], [`AccessError`], [`super::IntegrityError`].
    pub fn case_members(&self, case: RecordId, access: &Access) -> Result<Vec<CaseGrant>, Error> {
        self.act(access, Event::Query, &[(case, 0)], |act| {
            let head = act.head(case)?;
            let circle = act.case_circle(head.scope)?;
            let grants: Vec<_> = circle.current().copied().collect();
            act.log_query(&head, grants.len())?;
            Ok(grants)
        })
    }

    pub(super) fn change_case(
        &self,
        case: RecordId,
        access: &Access,
        change: impl FnOnce(&mut Act<'_>) -> Result<CaseChange, Error>,
    ) -> Result<(), Error> {
        self.act(access, Event::PermissionChange, &[(case, 0)], |act| {
            let head = act.head(case)?;
            if head.record != head.scope.record() {
                return Err(Error::NoSuchRecord);
            }
            act.refuse_erased(head.scope)?;
            let unit = act.unit_of(&head)?;
            let change = change(act)?;
            act.change_case(head.scope, unit, None, change)?;
            if matches!(change, CaseChange::Hold { .. }) {
                act.follow_sensitivity(head.scope, unit)?;
            }
            act.complete_wraps(head.scope, unit)?;
            act.log_case_change(&head, &change)
        })
    }
}

impl Act<'_> {
    /// Refuses whoever is no custodian, or does not hold the keys that the roster lists of one.
    pub(super) fn demand_custodian(&self, custodian: &Identity) -> Result<(), Error> {
        let roster = &self.keys.roster;
        let listed = roster.member(custodian.member()).filter(|member| roster.is_custodian(member.id()));
        let public = custodian.public();
        if listed.is_some_and(|member| member.active_identities().any(|identity| *identity == public)) {
            return Ok(());
        }
        Err(AccessError::NotACustodian.into())
    }
}

impl Act<'_> {
    /// Appends the entry about a change of a case's circle.
    fn log_case_change(&mut self, head: &HeadRow, change: &CaseChange) -> Result<(), Error> {
        let (kind, member) = match change {
            CaseChange::Assign { member, .. } => (1, Some(*member)),
            CaseChange::Share { member, .. } => (2, Some(*member)),
            CaseChange::Remove { member } => (3, Some(*member)),
            CaseChange::Hold { .. } => (4, None),
            CaseChange::Approve { .. } => (6, None),
            CaseChange::LegalHold { on } => (if *on { 5 } else { 7 }, None),
        };
        let mut detail = Detail::of(DetailKey::CASE_CHANGE, kind);
        if let Some(member) = &member {
            detail = detail.with(DetailKey::MEMBER, &member.as_bytes()[..]);
        }
        detail = match change {
            CaseChange::Assign { compartments, .. } => {
                detail.with(DetailKey::COMPARTMENTS, u64::from(compartments.bits()))
            }
            CaseChange::Share { compartments, until, .. } => {
                let detail = detail.with(DetailKey::COMPARTMENTS, u64::from(compartments.bits()));
                until.map_or(detail.clone(), |until| detail.with(DetailKey::UNTIL, until))
            }
            CaseChange::Hold { sensitivity } => detail.with(DetailKey::SENSITIVITY, u64::from(sensitivity.number())),
            CaseChange::Approve { entry } => detail.with(DetailKey::COUNT, *entry),
            CaseChange::Remove { .. } | CaseChange::LegalHold { .. } => detail,
        };
        self.log_about(Event::PermissionChange, head, detail)
    }
}

/// The member whom a change is about.
fn subject_of(change: &RosterChange) -> Option<MemberId> {
    match change {
        RosterChange::Enrol { identity, .. } | RosterChange::AddIdentity { identity } => Some(identity.member),
        RosterChange::Role { member, .. }
        | RosterChange::Suspend { member }
        | RosterChange::Resume { member }
        | RosterChange::Retire { member }
        | RosterChange::Emergency { member, .. }
        | RosterChange::RevokeIdentity { member, .. } => Some(*member),
        _ => None,
    }
}
