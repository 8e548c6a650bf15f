//! The circles that a member holds, opened when they are first used.
//!
//! The circle of all members is opened at sign-in, in every generation: the roster is sealed to it. Of the other circles
//! only the wrapped secret is looked up then; a public-key operation (about 0.3 ms) is paid for those that are used.

use std::cell::OnceCell;

use super::{Error, IntegrityError};
use crate::access::{AccessError, CircleListing, Roster};
use crate::id::{ScopeId, VaultId};
use crate::keys::{CircleKeys, CircleName, CircleSecret, Identity, KeyError, MemberKeys, SlotKey};
use crate::model::Compartment;
use crate::seal::ValueContext;
use crate::store::Rows;

/// Most generations that the circle of all members can have.
const MAX_GENERATIONS: u32 = 4096;

/// See the module.
pub(super) struct Circles {
    vault: VaultId,
    own: MemberKeys,
    /// All generations of the circle of all members, oldest first; never empty.
    roster: Vec<(CircleSecret, CircleKeys)>,
    held: Vec<HeldCircle>,
    /// Circles that the member should hold, whose secret nobody has passed on to them yet.
    missing: Vec<CircleName>,
    /// Those that the act that is running has drawn. They are not in the file before it is durable.
    drawn: Vec<CircleName>,
}

struct HeldCircle {
    listing: CircleListing,
    wrapped: Vec<u8>,
    opened: OnceCell<(CircleSecret, CircleKeys)>,
}

impl Circles {
    /// Opens the circle of all members for an identity.
    pub(super) fn of(rows: &Rows<'_>, vault: VaultId, identity: &Identity) -> Result<Self, Error> {
        let own = identity.member_keys(vault);
        let mut circles =
            Self { vault, own, roster: Vec::new(), held: Vec::new(), missing: Vec::new(), drawn: Vec::new() };
        circles.open_roster_generations(rows)?;
        if circles.roster.is_empty() { Err(AccessError::NotAMember.into()) } else { Ok(circles) }
    }

    /// The circles of a vault that is being founded: the founder holds all.
    pub(super) fn founding(vault: VaultId, founder: &Identity, circles: Vec<(CircleListing, CircleSecret)>) -> Self {
        let own = founder.member_keys(vault);
        let mut founding =
            Self { vault, own, roster: Vec::new(), held: Vec::new(), missing: Vec::new(), drawn: Vec::new() };
        for (listing, secret) in circles {
            founding.add(listing, secret);
        }
        founding.confirm();
        founding
    }

    /// Opens the generations of the circle of all members that this session does not know yet.
    pub(super) fn open_roster_generations(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        while (self.roster.len() as u32) < MAX_GENERATIONS {
            let name = roster_circle(self.vault, self.roster.len() as u32 + 1);
            let Some(row) = rows.slot(&self.own.public.slot_key.circle(self.vault, name))? else { break };
            let secret = self.own.open_circle(self.vault, name, &row.sealed)?;
            let keys = secret.keys(self.vault, name);
            self.roster.push((secret, keys));
        }
        Ok(())
    }

    /// Brings the circles in line with a roster: looks up the secrets of those that it gives to the member.
    pub(super) fn follow(&mut self, rows: &Rows<'_>, roster: &Roster) -> Result<(), Error> {
        self.open_roster_generations(rows)?;
        let member = roster.member(self.own.public.member).ok_or(AccessError::NotAMember)?;
        let listed = member.active_identities().any(|identity| *identity == self.own.public);
        if !listed {
            return Err(AccessError::Suspended.into());
        }
        self.verify_roster_generations(roster)?;
        self.missing.clear();
        // Also that it is the listed one: of a name that was drawn twice, one secret counts and the other opens nothing.
        let is_listed = |held: &HeldCircle| roster.circles().iter().any(|circle| circle.listing == held.listing);
        self.held.retain(|circle| roster.holds(member, &circle.listing.name) && is_listed(circle));
        for circle in roster.circles() {
            let name = circle.listing.name;
            let known = self.held.iter().any(|held| held.listing.name == name);
            if known || name.compartment == Compartment::Roster.number() || !roster.holds(member, &name) {
                continue;
            }
            match rows.slot(&self.own.public.slot_key.circle(self.vault, name))? {
                Some(row) => self.held.push(HeldCircle {
                    listing: circle.listing.clone(),
                    wrapped: row.sealed,
                    opened: OnceCell::new(),
                }),
                None => self.missing.push(name),
            }
        }
        Ok(())
    }

    /// Whether the opened generations of the circle of all members are those that the roster lists.
    pub(super) fn verify_roster_generations(&self, roster: &Roster) -> Result<(), Error> {
        let listed = roster.circles().iter().map(|circle| &circle.listing);
        let listed = listed.filter(|listing| listing.name.compartment == Compartment::Roster.number());
        let mut count = 0;
        for listing in listed {
            let opened = self.roster.get(listing.name.generation as usize - 1);
            let (secret, keys) = opened.ok_or(KeyError::Commitment)?;
            verify_listed(self.vault, listing, secret, keys)?;
            count += 1;
        }
        if count == self.roster.len() { Ok(()) } else { Err(KeyError::Commitment.into()) }
    }

    /// Takes in a circle whose secret this session has drawn itself, in the act that is running.
    pub(super) fn add(&mut self, listing: CircleListing, secret: CircleSecret) {
        self.drawn.push(listing.name);
        let keys = secret.keys(self.vault, listing.name);
        if listing.name.compartment == Compartment::Roster.number() {
            self.roster.push((secret, keys));
        } else {
            let opened = OnceCell::from((secret, keys));
            self.missing.retain(|name| *name != listing.name);
            self.held.push(HeldCircle { listing, wrapped: Vec::new(), opened });
        }
    }

    /// The act is durable: what it drew is in the file.
    pub(super) fn confirm(&mut self) {
        self.drawn.clear();
    }

    /// The act has failed: what it drew is nowhere, and its name is free for another secret.
    pub(super) fn forget_drawn(&mut self) {
        for name in std::mem::take(&mut self.drawn) {
            self.roster.retain(|(_, keys)| keys.name() != name);
            self.held.retain(|circle| circle.listing.name != name);
        }
    }

    /// This member's own keys.
    pub(super) fn own(&self) -> &MemberKeys {
        &self.own
    }

    /// The newest generation of the circle of this scope and compartment that the member holds.
    pub(super) fn get(&self, scope: ScopeId, compartment: Compartment) -> Result<Option<&CircleKeys>, Error> {
        let matching = |circle: &&HeldCircle| {
            let name = circle.listing.name;
            name.scope == scope && name.compartment == compartment.number()
        };
        let newest = self.held.iter().filter(matching).max_by_key(|circle| circle.listing.name.generation);
        newest.map(|circle| self.open(circle).map(|(_, keys)| keys)).transpose()
    }

    /// All generations of a circle that the member holds, newest first.
    pub(super) fn generations(&self, scope: ScopeId, compartment: Compartment) -> Vec<CircleName> {
        let mut names: Vec<_> = self.names().filter(|name| name.scope == scope).collect();
        names.retain(|name| name.compartment == compartment.number());
        names.sort_unstable_by_key(|name| std::cmp::Reverse(name.generation));
        names
    }

    /// The circle of this name, if the member holds it.
    pub(super) fn named(&self, name: &CircleName) -> Result<Option<&CircleKeys>, Error> {
        Ok(self.secret_of(name)?.map(|(_, keys)| keys))
    }

    /// The secret of a circle that the member holds, to be passed on.
    pub(super) fn secret_of(&self, name: &CircleName) -> Result<Option<&(CircleSecret, CircleKeys)>, Error> {
        if name.compartment == Compartment::Roster.number() {
            return Ok(self.roster.iter().find(|(_, keys)| keys.name() == *name));
        }
        let held = self.held.iter().find(|circle| circle.listing.name == *name);
        held.map(|circle| self.open(circle)).transpose()
    }

    fn open<'c>(&self, circle: &'c HeldCircle) -> Result<&'c (CircleSecret, CircleKeys), Error> {
        if let Some(opened) = circle.opened.get() {
            return Ok(opened);
        }
        let name = circle.listing.name;
        let secret = self.own.open_circle(self.vault, name, &circle.wrapped)?;
        let keys = secret.keys(self.vault, name);
        verify_listed(self.vault, &circle.listing, &secret, &keys)?;
        Ok(circle.opened.get_or_init(|| (secret, keys)))
    }

    /// Names of the held circles, the circle of all members aside.
    pub(super) fn names(&self) -> impl Iterator<Item = CircleName> {
        self.held.iter().map(|circle| circle.listing.name)
    }

    /// What each held circle is called, and where what is wrapped for it lies.
    pub(super) fn slot_keys(&self) -> impl Iterator<Item = (&CircleName, &SlotKey)> {
        self.held.iter().map(|circle| (&circle.listing.name, &circle.listing.slot_key))
    }

    /// Circles that the member should hold, whose secret nobody has passed on to them yet.
    pub(super) fn missing(&self) -> &[CircleName] {
        &self.missing
    }

    /// The circle of all members, in its newest generation.
    pub(super) fn roster(&self) -> Result<&CircleKeys, AccessError> {
        self.roster.last().map(|(_, keys)| keys).ok_or(AccessError::NotAMember)
    }

    /// The circle of all members, in its first generation: for names that have to stay the same.
    pub(super) fn first_roster(&self) -> Result<&CircleKeys, AccessError> {
        self.roster.first().map(|(_, keys)| keys).ok_or(AccessError::NotAMember)
    }

    /// Opens what was sealed to all members, in any generation.
    pub(super) fn open_for_all(&self, context: &ValueContext, sealed: &[u8]) -> Option<Vec<u8>> {
        self.roster.iter().rev().find_map(|(_, keys)| {
            let mut plain = Vec::with_capacity(sealed.len());
            context.open_onto(keys.value_key(), sealed, &mut plain).ok().map(|()| plain)
        })
    }

    /// As if the member had never been given these.
    #[cfg(test)]
    pub(super) fn drop_compartment(&mut self, compartment: Compartment) {
        self.held.retain(|circle| circle.listing.name.compartment != compartment.number());
    }
}

/// A wrapped key that the roster does not list is not used, whoever wrapped it.
fn verify_listed(
    vault: VaultId,
    listing: &CircleListing,
    secret: &CircleSecret,
    keys: &CircleKeys,
) -> Result<(), Error> {
    let same = secret.commitment(vault, listing.name) == listing.commitment
        && *keys.slot_key() == listing.slot_key
        && keys.hybrid().public_key() == listing.public_key;
    if same { Ok(()) } else { Err(KeyError::Commitment.into()) }
}

/// Name of the circle of all members.
pub(super) fn roster_circle(vault: VaultId, generation: u32) -> CircleName {
    CircleName { scope: ScopeId::from_bytes(*vault.as_bytes()), compartment: Compartment::Roster.number(), generation }
}

/// A new secret for a circle, with what the roster lists of it.
pub(super) fn draw_circle(vault: VaultId, name: CircleName) -> (CircleListing, CircleSecret) {
    let secret = CircleSecret::generate();
    let keys = secret.keys(vault, name);
    let listing = CircleListing {
        name,
        commitment: secret.commitment(vault, name),
        public_key: keys.hybrid().public_key(),
        slot_key: keys.slot_key().clone(),
    };
    (listing, secret)
}

/// A slot that the roster gives to the member and that is empty has to be empty in the signed state.
pub(super) fn verify_missing(
    circles: &Circles,
    vault: VaultId,
    mut verify: impl FnMut(&[u8; 16]) -> Result<(), Error>,
) -> Result<(), Error> {
    for name in circles.missing() {
        verify(&circles.own.public.slot_key.circle(vault, *name)).map_err(|_| IntegrityError::Bucket)?;
    }
    Ok(())
}
