//! A member as the roster lists them, now and at every earlier position.

use crate::access::policy::RoleName;
use crate::id::{MemberId, ScopeId};
use crate::keys::{PublicIdentity, VerifyingKey};

/// Whether a member may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes.
    Active,
    /// Not until they are resumed.
    Suspended,
    /// Never again.
    Retired,
}

/// What a member is, from one position of the roster on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The position of the entry that says so.
    pub from: u64,
    /// The role.
    pub role: RoleName,
    /// The unit in which the role is held.
    pub unit: ScopeId,
    /// Whether they may work.
    pub standing: Standing,
}

/// The keys of one device of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedIdentity {
    /// The keys.
    pub identity: PublicIdentity,
    /// Position of the entry that lists them.
    pub listed_at: u64,
    /// Position of the entry that revokes them.
    pub revoked_at: Option<u64>,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub(super) id: MemberId,
    pub(super) stages: Vec<Stage>,
    pub(super) identities: Vec<ListedIdentity>,
}

impl Member {
    pub(super) fn new(identity: PublicIdentity, role: RoleName, unit: ScopeId, from: u64) -> Self {
        Self {
            id: identity.member,
            stages: vec![Stage { from, role, unit, standing: Standing::Active }],
            identities: vec![ListedIdentity { identity, listed_at: from, revoked_at: None }],
        }
    }

    /// Who.
    #[must_use]
    pub fn id(&self) -> MemberId {
        self.id
    }

    /// What the member is now.
    #[must_use]
    pub fn now(&self) -> &Stage {
        &self.stages[self.stages.len() - 1]
    }

    /// What the member was when the roster's head was at this position; none before they were enrolled.
    #[must_use]
    pub fn at(&self, position: u64) -> Option<&Stage> {
        self.stages.iter().rev().find(|stage| stage.from <= position)
    }

    /// All that the member was, oldest first.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Whether the member may work now.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.now().standing == Standing::Active
    }

    /// Whether their signature counts where custodians have to sign.
    #[must_use]
    pub fn is_custodian(&self) -> bool {
        self.is_active() && super::is_custodian(self.now())
    }

    /// The keys of all devices, also of those that were revoked.
    #[must_use]
    pub fn identities(&self) -> &[ListedIdentity] {
        &self.identities
    }

    /// The keys of the devices on which the member may work now.
    pub fn active_identities(&self) -> impl Iterator<Item = &PublicIdentity> {
        let active = self.is_active();
        self.identities
            .iter()
            .filter(move |listed| active && listed.revoked_at.is_none())
            .map(|listed| &listed.identity)
    }

    /// The signing keys of all devices that the member ever had.
    pub fn verifying_keys(&self) -> impl Iterator<Item = VerifyingKey> {
        self.identities.iter().map(|listed| listed.identity.verifying_key)
    }

    /// The keys with which the member could sign when the roster's head was at this position.
    pub fn verifying_keys_at(&self, position: u64) -> impl Iterator<Item = VerifyingKey> {
        let active = self.at(position).is_some_and(|stage| stage.standing == Standing::Active);
        let listed = move |listed: &&ListedIdentity| {
            active && listed.listed_at <= position && listed.revoked_at.is_none_or(|revoked| revoked > position)
        };
        self.identities.iter().filter(listed).map(|listed| listed.identity.verifying_key)
    }

    /// The newest position at which the member lost something: a role, a unit, a device, or all.
    #[must_use]
    pub fn lost_at(&self) -> Option<u64> {
        let stages = self.stages.iter().skip(1).map(|stage| stage.from);
        stages.chain(self.identities.iter().filter_map(|listed| listed.revoked_at)).max()
    }
}
