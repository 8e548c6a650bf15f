//! The roster: the numbered, hash-chained, signed list of who is a member in which role, which access-policy is in force
//! and which circles there are.
//!
//! Entry 0 founds the vault. Every later entry carries its position, the digest of the entry before and one [`RosterChange`],
//! with the signatures that the change needs: those of as many custodians as the access-policy asks for; of one custodian
//! to take something away at once; of one holder to bring a circle to a new generation. Who holds a circle is not listed:
//! it follows from roles and access-policy ([`Roster::holders`]), at every position. See docs/adr/0020.

mod change;
pub(in crate::access) mod codec;
mod entry;
mod member;
mod recovery;
mod releases;
mod standing;
#[cfg(test)]
mod tests;

pub use change::{CircleListing, Founding, RosterChange};
pub use entry::{Proposal, RosterEntry};
pub use member::{ListedIdentity, Member, Stage, Standing};
pub use recovery::ListedRecovery;
use releases::Releases;

use std::collections::BTreeMap;

use super::AccessError;
use super::device::LogLine;
use super::erasure::Erasure;
use super::policy::{AccessPolicy, Action, CUSTODIAN, FOUNDER, Reach, Role, RoleName};
use crate::id::{DeviceId, MemberId, ScopeId, VaultId};
use crate::keys::{CircleName, PublicIdentity};
use crate::model::{Catalogue, Compartment, FormDocument, catalogue, extended_catalogue};
use crate::seal::HybridPublicKey;

/// The verified roster of a vault.
#[derive(Debug, Clone)]
pub struct Roster {
    vault: VaultId,
    founding: Founding,
    logs: Vec<LogLine>,
    digests: Vec<[u8; 32]>,
    /// The commit that appended each entry.
    commits: Vec<u64>,
    members: BTreeMap<MemberId, Member>,
    units: Vec<ScopeId>,
    circles: Vec<ListedCircle>,
    policies: Vec<(u64, AccessPolicy)>,
    forms: Vec<FormDocument>,
    catalogue: &'static Catalogue,
    recoveries: Vec<ListedRecovery>,
    emergencies: Vec<(u64, MemberId, Option<HybridPublicKey>)>,
    erasures: Vec<ListedErasure>,
    releases: Releases,
    /// Since when which case is erased: milliseconds since 1970, UTC.
    erased: BTreeMap<ScopeId, u64>,
}

/// A circle generation in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCircle {
    /// What the roster lists.
    pub listing: CircleListing,
    /// Position of the entry that lists it.
    pub listed_at: u64,
    /// Position of the entry that took a holder away: nothing may be sealed for this generation any more.
    pub closed_at: Option<u64>,
    /// Whether somebody held it when it was listed. Where nobody did, nobody can pass it on to who comes first.
    pub was_held: bool,
}

/// An erasure in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedErasure {
    /// Position of the entry that lists it.
    pub position: u64,
    /// What was erased.
    pub erasure: Erasure,
}

impl Roster {
    /// Verifies all entries of a vault's roster.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if an entry is malformed, out of its place, not signed by whom it has to be, or of another
    /// vault.
    pub fn verify(vault: VaultId, entries: &[RosterEntry]) -> Result<Self, AccessError> {
        let (first, later) = entries.split_first().ok_or(AccessError::Roster)?;
        let mut roster = Self::found(vault, first)?;
        later.iter().try_for_each(|entry| roster.append(entry).map_err(|_| AccessError::Roster))?;
        Ok(roster)
    }

    fn found(vault: VaultId, entry: &RosterEntry) -> Result<Self, AccessError> {
        let body = entry.proposal().body()?;
        let RosterChange::Found(founding) = body.change else { return Err(AccessError::Roster) };
        let founding = *founding;
        let founder = founding.founder.member;
        let signers = entry.proposal().verified(|_| vec![founding.founder.verifying_key])?;
        let in_place = (body.vault, body.position, body.previous) == (vault, 0, None);
        if !in_place || signers != [founder] || !founding.circles.iter().all(|circle| circle.name.generation == 1) {
            return Err(AccessError::Roster);
        }
        let log = LogLine {
            device: founding.device,
            origin: founding.origin.clone(),
            log_key: founding.log_key,
            listed_at: 0,
            ended: None,
        };
        let role = RoleName::parse(FOUNDER).map_err(|_| AccessError::Roster)?;
        let member = Member::new(founding.founder.clone(), role, founding.unit, 0);
        let mut roster = Self {
            vault,
            logs: vec![log],
            digests: vec![entry.digest()],
            commits: vec![entry.commit()],
            members: BTreeMap::from([(founder, member)]),
            units: vec![founding.unit],
            circles: Vec::new(),
            policies: vec![(0, founding.policy.clone())],
            forms: Vec::new(),
            catalogue: catalogue(),
            recoveries: Vec::new(),
            erasures: Vec::new(),
            releases: Releases::default(),
            emergencies: Vec::new(),
            erased: BTreeMap::new(),
            founding,
        };
        let circles = roster.founding.circles.clone();
        roster.list_circles(0, &circles)?;
        Ok(roster)
    }

    /// Verifies one more entry and takes it in.
    ///
    /// # Errors
    /// What is wrong with it; nothing is taken in then.
    pub fn append(&mut self, entry: &RosterEntry) -> Result<(), AccessError> {
        if self.commits.last().is_none_or(|last| entry.commit() < *last) {
            return Err(AccessError::Roster);
        }
        let change = self.signed_change(entry.proposal())?;
        self.apply(&change)?;
        self.digests.push(entry.digest());
        self.commits.push(entry.commit());
        Ok(())
    }

    /// Whether a proposal could be appended as it is: in its place, possible, and signed by all who have to; returns its
    /// change.
    ///
    /// # Errors
    /// [`AccessError::ProposalOutdated`], [`AccessError::ApprovalsMissing`], and what is wrong with the change.
    pub fn check(&self, proposal: &Proposal) -> Result<RosterChange, AccessError> {
        let change = self.signed_change(proposal)?;
        self.clone().apply(&change)?;
        Ok(change)
    }

    fn signed_change(&self, proposal: &Proposal) -> Result<RosterChange, AccessError> {
        let body = proposal.body()?;
        if body.vault != self.vault {
            return Err(AccessError::Roster);
        }
        let (position, digest) = self.head();
        if (body.position, body.previous) != (position + 1, Some(digest)) {
            return Err(AccessError::ProposalOutdated);
        }
        let keys = |member| {
            let listed = self.members.get(&member).into_iter();
            let recovery = self.recovery_signing(member).map(|set| set.public_key().verifying_key());
            listed.flat_map(|member| member.verifying_keys_at(position)).chain(recovery).collect()
        };
        let signers = proposal.verified(keys)?;
        self.demand_signers(&body.change, &signers)?;
        Ok(body.change)
    }

    /// The vault.
    #[must_use]
    pub fn vault(&self) -> VaultId {
        self.vault
    }

    /// What the first entry says.
    #[must_use]
    pub fn founding(&self) -> &Founding {
        &self.founding
    }

    /// Position and digest of the newest entry.
    #[must_use]
    pub fn head(&self) -> (u64, [u8; 32]) {
        let last = self.digests.len() - 1;
        (last as u64, self.digests[last])
    }

    /// Digest of the entry at this position.
    #[must_use]
    pub fn digest_at(&self, position: u64) -> Option<[u8; 32]> {
        self.digests.get(usize::try_from(position).ok()?).copied()
    }

    /// Position of the newest entry when the commit of this number was signed, that commit included.
    #[must_use]
    pub fn position_at(&self, commit: u64) -> u64 {
        (self.commits.partition_point(|appended| *appended <= commit) as u64).saturating_sub(1)
    }

    /// Digest of entry 0.
    #[must_use]
    pub fn genesis(&self) -> [u8; 32] {
        self.digests[0]
    }

    /// The access-policy in force.
    #[must_use]
    pub fn policy(&self) -> &AccessPolicy {
        &self.policies[self.policies.len() - 1].1
    }

    /// The access-policy that was in force when the roster's head was at this position.
    #[must_use]
    pub fn policy_at(&self, position: u64) -> &AccessPolicy {
        let in_force = self.policies.iter().rev().find(|(from, _)| *from <= position);
        in_force.map_or_else(|| &self.policies[0].1, |(_, policy)| policy)
    }

    /// The forms that custodians have added, oldest first.
    #[must_use]
    pub fn forms(&self) -> &[FormDocument] {
        &self.forms
    }

    /// The catalogue of this release with the fields of the forms.
    #[must_use]
    pub const fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    /// The erasures, oldest first.
    #[must_use]
    pub fn erasures(&self) -> &[ListedErasure] {
        &self.erasures
    }

    /// Since when a case is erased: milliseconds since 1970, UTC; none if it is not.
    #[must_use]
    pub fn erased_since(&self, case: ScopeId) -> Option<u64> {
        self.erased.get(&case).copied()
    }

    /// All cases that were erased, ascending.
    pub fn erased(&self) -> impl ExactSizeIterator<Item = ScopeId> {
        self.erased.keys().copied()
    }

    /// All logs of the vault, in the order in which the devices kept it; the last one is being kept.
    #[must_use]
    pub fn logs(&self) -> &[LogLine] {
        &self.logs
    }

    /// The log that is being kept.
    #[must_use]
    pub fn log(&self) -> &LogLine {
        &self.logs[self.logs.len() - 1]
    }

    /// The device that kept the vault when the roster's head was at this position.
    #[must_use]
    pub fn device_at(&self, position: u64) -> Option<DeviceId> {
        self.logs.iter().rev().find(|log| log.listed_at <= position).map(|log| log.device)
    }

    /// The units that work in this vault, the founding one first.
    #[must_use]
    pub fn units(&self) -> &[ScopeId] {
        &self.units
    }

    /// A member, active or not.
    #[must_use]
    pub fn member(&self, member: MemberId) -> Option<&Member> {
        self.members.get(&member)
    }

    /// All members, active or not, by id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// All circle generations, oldest first.
    #[must_use]
    pub fn circles(&self) -> &[ListedCircle] {
        &self.circles
    }

    /// The newest generation of the circle that serves a compartment for records of a unit.
    #[must_use]
    pub fn circle(&self, unit: ScopeId, compartment: Compartment) -> Option<&ListedCircle> {
        let (scope, number) = (self.circle_scope(unit, compartment), compartment.number());
        let matching =
            |circle: &&ListedCircle| circle.listing.name.scope == scope && circle.listing.name.compartment == number;
        self.circles.iter().rev().find(matching)
    }

    /// Whose circle serves a compartment for records of a unit: the log and the roster are those of the whole vault.
    #[must_use]
    pub fn circle_scope(&self, unit: ScopeId, compartment: Compartment) -> ScopeId {
        match compartment {
            Compartment::Roster => ScopeId::from_bytes(*self.vault.as_bytes()),
            Compartment::Oversight => self.founding.unit,
            _ => unit,
        }
    }

    /// Whether a member holds a circle now: by their role, in their unit.
    #[must_use]
    pub fn holds(&self, member: &Member, circle: &CircleName) -> bool {
        let Some(compartment) = Compartment::from_number(circle.compartment) else { return false };
        let stage = member.now();
        stage.standing == Standing::Active
            && self.circle_scope(stage.unit, compartment) == circle.scope
            && self.reach(stage, compartment) == Reach::Unit
    }

    /// The keys of all who hold a circle now.
    pub fn holders(&self, circle: &CircleName) -> impl Iterator<Item = &PublicIdentity> {
        let members = self.members.values().filter(|member| self.holds(member, circle));
        members.flat_map(Member::active_identities)
    }

    /// The keys of all who can open a circle in an emergency now, each with the public half of their second secret.
    pub fn emergency_holders(&self, circle: &CircleName) -> impl Iterator<Item = (&PublicIdentity, &HybridPublicKey)> {
        let members = self.members.values().filter_map(|member| {
            let second = self.second_secret(member.id())?;
            self.opens_in_emergency(member, circle).then_some((member, second))
        });
        members.flat_map(|(member, second)| member.active_identities().map(move |identity| (identity, second)))
    }

    fn opens_in_emergency(&self, member: &Member, circle: &CircleName) -> bool {
        let Some(compartment) = Compartment::from_number(circle.compartment) else { return false };
        let stage = member.now();
        let may = self.role(member.id()).is_some_and(|role| role.may(Action::BreakGlass));
        may && stage.unit == circle.scope && self.policy().emergency().compartments.contains(&compartment)
    }

    /// The public half of a member's second secret for emergencies, if they have one.
    #[must_use]
    pub fn second_secret(&self, member: MemberId) -> Option<&HybridPublicKey> {
        let listed = self.emergencies.iter().rev().find(|(_, of, _)| *of == member);
        listed.and_then(|(.., second)| second.as_ref())
    }

    /// All second secrets that were ever listed, with their members.
    pub fn second_secrets(&self) -> impl Iterator<Item = (MemberId, &HybridPublicKey)> {
        self.emergencies.iter().filter_map(|(_, member, second)| Some((*member, second.as_ref()?)))
    }

    /// Number of the commit that appended the entry at this position.
    #[must_use]
    pub fn commit_at(&self, position: u64) -> Option<u64> {
        self.commits.get(usize::try_from(position).ok()?).copied()
    }

    /// How far somebody reaches in a compartment, by the access-policy now in force.
    #[must_use]
    pub fn reach(&self, stage: &Stage, compartment: Compartment) -> Reach {
        reach_under(self.policy(), stage, compartment)
    }

    /// How far a member reached in a compartment when the roster's head was at this position.
    #[must_use]
    pub fn reach_at(&self, member: MemberId, position: u64, compartment: Compartment) -> Reach {
        let stage = self.members.get(&member).and_then(|member| member.at(position));
        let active = stage.filter(|stage| stage.standing == Standing::Active);
        active.map_or(Reach::None, |stage| reach_under(self.policy_at(position), stage, compartment))
    }

    /// What a member's role allows now; none if they are not active.
    #[must_use]
    pub fn role(&self, member: MemberId) -> Option<&Role> {
        let member = self.members.get(&member).filter(|member| member.is_active())?;
        self.policy().role_or_founder(member.now().role.as_str())
    }

    /// What a member's role allowed when the roster's head was at this position; none if they were not active.
    #[must_use]
    pub fn role_at(&self, member: MemberId, position: u64) -> Option<(&Stage, &Role)> {
        let stage = self.members.get(&member)?.at(position).filter(|stage| stage.standing == Standing::Active)?;
        Some((stage, self.policy_at(position).role_or_founder(stage.role.as_str())?))
    }

    /// The active custodians.
    pub fn custodians(&self) -> impl Iterator<Item = &Member> {
        self.members.values().filter(|member| member.is_active() && is_custodian(member.now()))
    }

    /// Whether a member is an active custodian.
    #[must_use]
    pub fn is_custodian(&self, member: MemberId) -> bool {
        self.members.get(&member).is_some_and(|member| member.is_active() && is_custodian(member.now()))
    }

    /// Whether a member was an active custodian when the roster's head was at this position.
    #[must_use]
    pub fn was_custodian(&self, member: MemberId, position: u64) -> bool {
        self.role_at(member, position).is_some_and(|(stage, _)| is_custodian(stage))
    }

    /// Position of the entry that last took a holder of this circle away; none if none was.
    #[must_use]
    pub fn closed_at(&self, scope: ScopeId, compartment: Compartment) -> Option<u64> {
        let matching = |circle: &&ListedCircle| {
            circle.listing.name.scope == scope && circle.listing.name.compartment == compartment.number()
        };
        self.circles.iter().filter(matching).filter_map(|circle| circle.closed_at).max()
    }
}

fn reach_under(policy: &AccessPolicy, stage: &Stage, compartment: Compartment) -> Reach {
    // Every member can read who is a member.
    if compartment == Compartment::Roster {
        return Reach::Unit;
    }
    policy.role_or_founder(stage.role.as_str()).map_or(Reach::None, |role| role.reach(compartment))
}

pub(super) fn is_custodian(stage: &Stage) -> bool {
    [FOUNDER, CUSTODIAN].contains(&stage.role.as_str())
}

/// A catalogue with these forms, if they go together.
fn with_forms(forms: &[FormDocument]) -> Result<&'static Catalogue, AccessError> {
    extended_catalogue(forms).map_err(|_| AccessError::Roster)
}
