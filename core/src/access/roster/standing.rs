//! What each change of the roster asks for, and what it does.

use std::collections::BTreeSet;

use super::member::{ListedIdentity, Member, Stage, Standing};
use super::{CircleListing, ListedCircle, ListedErasure, Roster, RosterChange, is_custodian, with_forms};
use crate::access::AccessError;
use crate::access::device::{DeviceChange, LogLine};
use crate::access::erasure::{Document as _, Erasure, ErasureDocument, ErasureError, ErasureList, SignedErasureList};
use crate::access::policy::{AccessPolicy, CUSTODIAN, FOUNDER, RoleName};
use crate::id::{MemberId, ScopeId};
use crate::keys::{CircleName, PublicIdentity, VerifyingKey};
use crate::model::{Compartment, FormDocument};
use crate::seal::{HybridPublicKey, sha256};

/// A circle's scope and compartment, the key of who holds it, the digest of the second secret's public half.
type Held = (ScopeId, u8, [u8; 32], Option<[u8; 32]>);

impl Roster {
    /// How many custodians have to sign a change.
    #[must_use]
    pub fn custodians_needed(&self, change: &RosterChange) -> usize {
        match change {
            // To take something away, and to mend what that leaves open, one is enough: it must not wait.
            RosterChange::Suspend { .. }
            | RosterChange::Retire { .. }
            | RosterChange::RevokeIdentity { .. }
            | RosterChange::Emergency { second: None, .. } => 1,
            RosterChange::Circles(circles) if circles.iter().all(|circle| self.is_to_mend(&circle.name)) => 1,
            // A vault that arrives on a new device is not to wait for a second one either; it shows in every log.
            RosterChange::Device(_) => 1,
            // What as many custodians have signed in a list holds in every copy of the vault.
            RosterChange::Erasure(document) if self.carries_signed_list(document) => 1,
            _ => self.policy().custodians_needed(self.custodians().count()),
        }
    }

    pub(super) fn demand_signers(&self, change: &RosterChange, signers: &[MemberId]) -> Result<(), AccessError> {
        match change {
            RosterChange::Circles(circles) if self.is_by_holders(circles, signers) => return Ok(()),
            _ if self.is_by_shares(change, signers) => return Ok(()),
            _ => {}
        }
        let have = signers.iter().filter(|member| self.is_custodian(**member)).count();
        let needed = self.custodians_needed(change);
        if have >= needed { Ok(()) } else { Err(AccessError::ApprovalsMissing { have, needed }) }
    }

    /// Whether a circle needs a new generation: there is none yet, somebody has left the newest, or nobody held it when it
    /// was listed. Whoever draws one for an open circle that others hold would read what they write from then on.
    fn is_to_mend(&self, name: &CircleName) -> bool {
        let same = |circle: &&ListedCircle| {
            (circle.listing.name.scope, circle.listing.name.compartment) == (name.scope, name.compartment)
        };
        let newest = self.circles.iter().rev().find(same);
        newest.is_none_or(|newest| newest.closed_at.is_some() || !newest.was_held)
    }

    /// Whether each of these circles is signed by one who holds it.
    fn is_by_holders(&self, circles: &[CircleListing], signers: &[MemberId]) -> bool {
        let holds = |circle: &CircleListing| {
            let mut members = signers.iter().filter_map(|signer| self.member(*signer));
            members.any(|member| self.holds(member, &circle.name))
        };
        !circles.is_empty() && circles.iter().all(holds)
    }

    /// Takes a change in, whose signatures were checked. A change that is refused has changed nothing.
    pub(super) fn apply(&mut self, change: &RosterChange) -> Result<(), AccessError> {
        let position = self.head().0 + 1;
        let held = takes_away(change).then(|| self.all_holders());
        self.keep_a_custodian(change)?;
        match change {
            RosterChange::Found(_) => return Err(AccessError::Roster),
            RosterChange::Device(device) => self.list_device(position, device)?,
            RosterChange::Form(form) => self.list_form(form)?,
            RosterChange::Enrol { identity, role, unit } => self.enrol(position, identity, role, *unit)?,
            RosterChange::Role { member, role, unit } => self.change_role(position, *member, role, *unit)?,
            RosterChange::Suspend { member } => self.change_standing(position, *member, Standing::Suspended)?,
            RosterChange::Resume { member } => self.change_standing(position, *member, Standing::Active)?,
            RosterChange::Retire { member } => self.change_standing(position, *member, Standing::Retired)?,
            RosterChange::AddIdentity { identity } => self.add_identity(position, identity)?,
            RosterChange::RevokeIdentity { member, key } => self.revoke_identity(position, *member, key)?,
            RosterChange::Circles(circles) => self.list_circles(position, circles)?,
            RosterChange::Policy(policy) => self.change_policy(position, policy)?,
            RosterChange::Unit { unit } => self.list_unit(*unit)?,
            RosterChange::Recovery(set) => self.list_recovery(position, set)?,
            RosterChange::Emergency { member, second } => self.list_emergency(position, *member, second.clone())?,
            RosterChange::ReleasePolicy(policy) => self.change_release_policy(position, *policy)?,
            RosterChange::ReleaseSeries(series) => self.list_series(position, series)?,
            RosterChange::ReleaseException(exception) => self.list_exception(exception),
            RosterChange::ReleaseWithdrawal(release) => self.list_withdrawal(*release),
            RosterChange::Erasure(document) => self.list_erasure(position, document)?,
        }
        if let Some(held) = held {
            self.close_circles(position, &held);
        }
        Ok(())
    }

    /// Refuses to leave the vault without a custodian.
    fn keep_a_custodian(&self, change: &RosterChange) -> Result<(), AccessError> {
        let leaves = match change {
            RosterChange::Suspend { member } | RosterChange::Retire { member } => Some(*member),
            RosterChange::Role { member, role, .. } if role.as_str() != CUSTODIAN => Some(*member),
            RosterChange::RevokeIdentity { member, .. } => {
                let last = |member: &Member| member.active_identities().count() <= 1;
                Some(*member).filter(|member| self.member(*member).is_some_and(last))
            }
            _ => None,
        };
        if leaves.is_some_and(|member| self.is_last_custodian(member)) {
            return Err(AccessError::LastCustodian);
        }
        Ok(())
    }

    /// Who holds the newest generation of which circle, and with which second secret if they need one.
    fn all_holders(&self) -> BTreeSet<Held> {
        let mut held = BTreeSet::new();
        for circle in &self.circles {
            let name = circle.listing.name;
            let of = |identity: &PublicIdentity, second| {
                (name.scope, name.compartment, *identity.verifying_key.as_bytes(), second)
            };
            held.extend(self.holders(&name).map(|identity| of(identity, None)));
            // Whoever has a second secret can open the circle in an emergency, and may have: with this secret, not with another.
            for (identity, second) in self.emergency_holders(&name) {
                if !held.contains(&of(identity, None)) {
                    held.insert(of(identity, Some(sha256(&second.to_bytes()))));
                }
            }
        }
        held
    }

    /// Closes the circles that lost a holder.
    fn close_circles(&mut self, position: u64, before: &BTreeSet<Held>) {
        let after = self.all_holders();
        let lost: BTreeSet<_> =
            before.difference(&after).map(|(scope, compartment, ..)| (*scope, *compartment)).collect();
        for circle in &mut self.circles {
            let name = circle.listing.name;
            if lost.contains(&(name.scope, name.compartment)) {
                circle.closed_at.get_or_insert(position);
            }
        }
    }

    fn list_device(&mut self, position: u64, device: &DeviceChange) -> Result<(), AccessError> {
        if self.logs.iter().any(|log| log.device == device.device || log.origin == device.origin) {
            return Err(AccessError::Roster);
        }
        if let Some(log) = self.logs.last_mut() {
            log.ended = Some(device.ended);
        }
        self.logs.push(LogLine {
            device: device.device,
            origin: device.origin.clone(),
            log_key: device.log_key,
            listed_at: position,
            ended: None,
        });
        Ok(())
    }

    fn list_form(&mut self, form: &FormDocument) -> Result<(), AccessError> {
        let forms = [&self.forms[..], std::slice::from_ref(form)].concat();
        self.catalogue = with_forms(&forms)?;
        self.forms = forms;
        Ok(())
    }

    fn enrol(
        &mut self,
        position: u64,
        identity: &PublicIdentity,
        role: &RoleName,
        unit: ScopeId,
    ) -> Result<(), AccessError> {
        self.demand_role(role, unit)?;
        if self.members.contains_key(&identity.member) || self.knows(identity) {
            return Err(AccessError::AlreadyAMember);
        }
        self.members.insert(identity.member, Member::new(identity.clone(), role.clone(), unit, position));
        Ok(())
    }

    fn demand_role(&self, role: &RoleName, unit: ScopeId) -> Result<(), AccessError> {
        // There is one founder, and nobody becomes one later.
        if role.as_str() == FOUNDER || self.policy().role(role.as_str()).is_none() {
            return Err(AccessError::NoSuchRole);
        }
        if self.units.contains(&unit) { Ok(()) } else { Err(AccessError::NoSuchUnit) }
    }

    fn knows(&self, identity: &PublicIdentity) -> bool {
        let mut listed = self.members.values().flat_map(|member| &member.identities);
        listed.any(|listed| {
            listed.identity.verifying_key == identity.verifying_key
                || listed.identity.hybrid_key == identity.hybrid_key
                || listed.identity.slot_key == identity.slot_key
        })
    }

    fn change_role(
        &mut self,
        position: u64,
        member: MemberId,
        role: &RoleName,
        unit: ScopeId,
    ) -> Result<(), AccessError> {
        self.demand_role(role, unit)?;
        let member = self.members.get_mut(&member).ok_or(AccessError::NoSuchMember)?;
        let standing = member.now().standing;
        if standing == Standing::Retired {
            return Err(AccessError::NotActive);
        }
        member.stages.push(Stage { from: position, role: role.clone(), unit, standing });
        Ok(())
    }

    fn change_standing(&mut self, position: u64, member: MemberId, standing: Standing) -> Result<(), AccessError> {
        let member = self.members.get_mut(&member).ok_or(AccessError::NoSuchMember)?;
        let now = member.now().clone();
        if now.standing == standing || now.standing == Standing::Retired {
            return Err(AccessError::NotActive);
        }
        member.stages.push(Stage { from: position, standing, ..now });
        Ok(())
    }

    fn add_identity(&mut self, position: u64, identity: &PublicIdentity) -> Result<(), AccessError> {
        if self.knows(identity) {
            return Err(AccessError::AlreadyAMember);
        }
        let member = self.members.get_mut(&identity.member).ok_or(AccessError::NoSuchMember)?;
        if !member.is_active() {
            return Err(AccessError::NotActive);
        }
        member.identities.push(ListedIdentity { identity: identity.clone(), listed_at: position, revoked_at: None });
        Ok(())
    }

    fn revoke_identity(&mut self, position: u64, member: MemberId, key: &VerifyingKey) -> Result<(), AccessError> {
        let member = self.members.get_mut(&member).ok_or(AccessError::NoSuchMember)?;
        let listed = member.identities.iter_mut().find(|listed| listed.identity.verifying_key == *key);
        let listed = listed.filter(|listed| listed.revoked_at.is_none()).ok_or(AccessError::NotActive)?;
        listed.revoked_at = Some(position);
        Ok(())
    }

    /// Lists circles: the first generation of one that was not there, or the one after the newest.
    pub(super) fn list_circles(&mut self, position: u64, circles: &[CircleListing]) -> Result<(), AccessError> {
        let mut names: Vec<_> = circles.iter().map(|circle| circle.name).collect();
        names.sort_unstable();
        names.dedup();
        let next = |circle: &CircleListing| self.next_generation(&circle.name) == Some(circle.name.generation);
        if names.len() != circles.len() || circles.is_empty() || !circles.iter().all(next) {
            return Err(AccessError::Roster);
        }
        for listing in circles {
            let was_held = self.holders(&listing.name).next().is_some();
            let listing = listing.clone();
            self.circles.push(ListedCircle { listing, listed_at: position, closed_at: None, was_held });
        }
        Ok(())
    }

    /// The generation that the circle of this scope and compartment would have next; none if there can be no such circle.
    fn next_generation(&self, name: &CircleName) -> Option<u32> {
        let compartment = Compartment::from_number(name.compartment)?;
        let anchors = self.units.iter().map(|unit| self.circle_scope(*unit, compartment));
        let possible = anchors.into_iter().any(|scope| scope == name.scope);
        let of_circle = |circle: &&ListedCircle| {
            (circle.listing.name.scope, circle.listing.name.compartment) == (name.scope, name.compartment)
        };
        let newest = self.circles.iter().rev().find(of_circle).map_or(0, |circle| circle.listing.name.generation);
        possible.then(|| newest.checked_add(1))?
    }

    /// Whether the document is a list of erasures that as many custodians of this vault have signed as an erasure needs.
    fn carries_signed_list(&self, document: &[u8]) -> bool {
        matches!(ErasureDocument::decode(document), Ok(ErasureDocument::Listed(list)) if self.accepts_list(&list).is_ok())
    }

    /// Refuses a list of erasures that is of another vault, or not signed by as many of the custodians now active as an
    /// erasure needs.
    ///
    /// # Errors
    /// [`ErasureError::OtherVault`], [`ErasureError::NotSigned`], [`ErasureError::Signature`].
    pub fn accepts_list(&self, list: &SignedErasureList) -> Result<(), ErasureError> {
        if list.document().vault != self.vault() {
            return Err(ErasureError::OtherVault);
        }
        let needed = self.policy().custodians_needed(self.custodians().count());
        let mut signed = 0;
        for custodian in self.custodians() {
            let keys: Vec<_> = custodian.active_identities().map(|identity| identity.verifying_key).collect();
            signed += usize::from(!list.signers(&keys)?.is_empty());
        }
        if signed >= needed {
            return Ok(());
        }
        Err(ErasureError::NotSigned { what: ErasureList::NAME, have: signed, needed })
    }

    fn list_erasure(&mut self, position: u64, document: &[u8]) -> Result<(), AccessError> {
        let document = ErasureDocument::decode(document).map_err(|_| AccessError::Roster)?;
        let cases = document.erasures().iter().flat_map(|erasure| &erasure.cases);
        let listed = matches!(document, ErasureDocument::Listed(_));
        if let ErasureDocument::Listed(list) = &document {
            self.accepts_list(list).map_err(|_| AccessError::Roster)?;
        }
        for case in cases {
            if self.units.contains(case) || *case.as_bytes() == *self.vault.as_bytes() {
                return Err(AccessError::Roster);
            }
            if self.erased.contains_key(case) && !listed {
                return Err(AccessError::ErasedBefore);
            }
        }
        for erasure in document.erasures() {
            // Of a list, what is new.
            let new = |case: &ScopeId| !self.erased.contains_key(case);
            let cases: Vec<_> = erasure.cases.iter().copied().filter(new).collect();
            if !cases.is_empty() {
                self.erased.extend(cases.iter().map(|case| (*case, erasure.at)));
                self.erasures.push(ListedErasure { position, erasure: Erasure { cases, ..erasure.clone() } });
            }
        }
        Ok(())
    }

    fn change_policy(&mut self, position: u64, policy: &AccessPolicy) -> Result<(), AccessError> {
        policy.follows(self.policy()).map_err(|_| AccessError::PolicyOutdated)?;
        let lost = |member: &&Member| {
            let now = member.now();
            member.is_active() && now.role.as_str() != FOUNDER && policy.role(now.role.as_str()).is_none()
        };
        if self.members.values().any(|member| lost(&member)) {
            return Err(AccessError::NoSuchRole);
        }
        self.policies.push((position, policy.clone()));
        Ok(())
    }

    fn list_emergency(
        &mut self,
        position: u64,
        member: MemberId,
        second: Option<HybridPublicKey>,
    ) -> Result<(), AccessError> {
        let known = self.members.get(&member).ok_or(AccessError::NoSuchMember)?;
        if second.is_some() && !known.is_active() {
            return Err(AccessError::NotActive);
        }
        self.emergencies.push((position, member, second));
        Ok(())
    }

    fn list_unit(&mut self, unit: ScopeId) -> Result<(), AccessError> {
        if self.units.contains(&unit) || *unit.as_bytes() == *self.vault.as_bytes() {
            return Err(AccessError::Roster);
        }
        self.units.push(unit);
        Ok(())
    }

    /// Whether somebody is the only custodian who is left.
    #[must_use]
    pub fn is_last_custodian(&self, member: MemberId) -> bool {
        let stages = self.members.values().filter(|other| other.is_active() && other.id() != member);
        self.is_custodian(member) && !stages.map(Member::now).any(is_custodian)
    }
}

/// Whether somebody can lose a circle by a change.
fn takes_away(change: &RosterChange) -> bool {
    matches!(
        change,
        RosterChange::Role { .. }
            | RosterChange::Suspend { .. }
            | RosterChange::Retire { .. }
            | RosterChange::RevokeIdentity { .. }
            | RosterChange::Emergency { .. }
            | RosterChange::Policy(_)
    )
}
