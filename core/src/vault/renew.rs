//! The circles after somebody came or left: passed on to those who may hold them, moved on from those who may not any more.

use super::act::Act;
use super::circles::draw_circle;
use super::{Error, IntegrityError, roster_context};
use crate::access::{AccessError, CircleListing, ListedCircle, Proposal, RosterChange, RosterEntry};
use crate::keys::{CircleKeys, CircleName, CircleSecret, Identity, PublicIdentity};
use crate::model::Compartment;
use crate::seal::HybridPublicKey;
use crate::store::SlotRow;

impl Act<'_> {
    /// Appends a proposal to the roster, if it is signed by all who have to.
    pub(super) fn append_to_roster(&mut self, proposal: Proposal) -> Result<(), Error> {
        let entry = proposal.into_entry(self.commit_number());
        self.keys.roster.append(&entry)?;
        self.store_roster_entry(&entry, None)?;
        self.keys.circles.follow(self.rows, &self.keys.roster)?;
        self.keys.forget_keys();
        Ok(())
    }

    /// Seals the newest entry to all members, or to those who hold the generation that it brings.
    fn store_roster_entry(&mut self, entry: &RosterEntry, to: Option<&CircleKeys>) -> Result<(), Error> {
        let (position, vault) = (self.keys.roster.head().0, self.keys.file.vault);
        let key = match to {
            Some(keys) => keys.value_key(),
            None => self.keys.circles.roster()?.value_key(),
        };
        let sealed = roster_context(vault, position).seal(key, &entry.to_bytes())?;
        Ok(self.rows.add_roster(position, &sealed)?)
    }

    /// Brings every circle that lost a holder to a new generation, whose secret goes to those who hold it now, and to
    /// nobody else; and every circle whose secret nobody has any more. Returns how many circles that were.
    ///
    /// The secrets are drawn here, so this device knows them until the act ends, also where its member holds them not.
    pub(super) fn renew_circles(&mut self, signers: &[&Identity]) -> Result<usize, Error> {
        let vault = self.keys.file.vault;
        let mut names: Vec<CircleName> = self.closed_circles();
        // Custodians draw circles that they do not hold; others only those that they do.
        if signers.iter().any(|signer| self.keys.roster.is_custodian(signer.member())) {
            names.extend(self.orphaned_circles()?);
        }
        if names.is_empty() {
            return Ok(0);
        }
        let drawn: Vec<_> = names
            .iter()
            .map(|name| draw_circle(vault, CircleName { generation: name.generation + 1, ..*name }))
            .collect();
        let listings: Vec<CircleListing> = drawn.iter().map(|(listing, _)| listing.clone()).collect();
        let change = RosterChange::Circles(listings);
        let proposal = signers
            .iter()
            .fold(Proposal::new(&self.keys.roster, change), |proposal, signer| proposal.signed_by(signer));
        let entry = proposal.into_entry(self.commit_number());
        self.keys.roster.append(&entry)?;
        // Who has left is not to read how to find what is wrapped from now on: members look for the next generation of
        // their circle before they read the roster.
        let roster = drawn.iter().find(|(listing, _)| listing.name.compartment == Compartment::Roster.number());
        let keys = roster.map(|(listing, secret)| secret.keys(vault, listing.name));
        self.store_roster_entry(&entry, keys.as_ref())?;
        for (listing, secret) in &drawn {
            self.wrap_circle(listing.name, secret)?;
        }
        let me = self.keys.roster.member(self.keys.member.member).ok_or(AccessError::NotAMember)?.clone();
        for (listing, secret) in drawn {
            if self.keys.roster.holds(&me, &listing.name) {
                self.keys.circles.add(listing, secret);
            }
        }
        self.keys.circles.follow(self.rows, &self.keys.roster)?;
        self.keys.forget_keys();
        if names.iter().any(|name| name.compartment == Compartment::Roster.number()) {
            // Who has left knows the keys of the sums as well.
            self.write_tokens()?;
            self.keys.state.recount(self.rows, self.keys.circles.roster()?)?;
        }
        Ok(names.len())
    }

    /// The newest generations of circles that somebody holds by now, and whose secret is wrapped for none of them: those
    /// of a unit whose first member has just come.
    fn orphaned_circles(&mut self) -> Result<Vec<CircleName>, Error> {
        let mut orphaned = Vec::new();
        for name in self.newest_circles(|circle| circle.closed_at.is_none()) {
            let (holders, lacking) = (self.keys.roster.holders(&name).count(), self.lacking(&name)?);
            if holders == 0 || lacking.len() < holders || self.keys.circles.named(&name)?.is_some() {
                continue;
            }
            for identity in lacking {
                let slot = identity.slot_key.circle(self.keys.file.vault, name);
                self.keys.state.verify_bucket(self.rows, &slot).map_err(|_| IntegrityError::Bucket)?;
            }
            orphaned.push(name);
        }
        Ok(orphaned)
    }

    /// The newest generations of circles that have lost a holder since they were drawn.
    fn closed_circles(&self) -> Vec<CircleName> {
        self.newest_circles(|circle| circle.closed_at.is_some())
    }

    fn newest_circles(&self, which: impl Fn(&ListedCircle) -> bool) -> Vec<CircleName> {
        let all = self.keys.roster.circles();
        let same =
            |one: &CircleName, other: &CircleName| (one.scope, one.compartment) == (other.scope, other.compartment);
        let newest = |name: &CircleName| {
            !all.iter().any(|other| same(&other.listing.name, name) && other.listing.name.generation > name.generation)
        };
        all.iter().filter(|circle| which(circle)).map(|circle| circle.listing.name).filter(newest).collect()
    }

    /// Draws the circles of a unit that has just been listed, and passes them on.
    pub(super) fn found_unit_circles(&mut self, unit: crate::id::ScopeId, signers: &[&Identity]) -> Result<(), Error> {
        let vault = self.keys.file.vault;
        let of_unit = Compartment::ALL.iter().filter(|of| self.keys.roster.circle_scope(unit, **of) == unit);
        let drawn: Vec<_> = of_unit
            .map(|of| draw_circle(vault, CircleName { scope: unit, compartment: of.number(), generation: 1 }))
            .collect();
        let change = RosterChange::Circles(drawn.iter().map(|(listing, _)| listing.clone()).collect());
        let proposal = signers
            .iter()
            .fold(Proposal::new(&self.keys.roster, change), |proposal, signer| proposal.signed_by(signer));
        self.append_to_roster(proposal)?;
        drawn.iter().try_for_each(|(listing, secret)| self.wrap_circle(listing.name, secret))
    }

    /// Passes on the secrets of all circles that this session holds to those who may hold them and do not have them yet.
    /// Returns how many wraps that took: one for each circle generation and device.
    pub(super) fn pass_on_circles(&mut self) -> Result<usize, Error> {
        let names: Vec<CircleName> = self.keys.roster.circles().iter().map(|circle| circle.listing.name).collect();
        let mut wrapped = 0;
        for name in names {
            let (lacking, recovery) = (self.lacking(&name)?, self.lacking_recovery(&name)?);
            let in_emergency = self.lacking_in_emergency(&name)?;
            if lacking.is_empty() && recovery.is_empty() && in_emergency.is_empty() {
                continue;
            }
            if self.is_swept(&name)? {
                continue;
            }
            let Some((secret, _)) = self.keys.circles.secret_of(&name)? else { continue };
            let secret = secret.clone();
            wrapped += lacking.len() + in_emergency.len();
            self.wrap_for(name, &secret, &lacking)?;
            self.wrap_for_recovery(name, &secret, &recovery)?;
            self.wrap_for_emergency(name, &secret, &in_emergency)?;
        }
        Ok(wrapped)
    }

    fn wrap_circle(&mut self, name: CircleName, secret: &CircleSecret) -> Result<(), Error> {
        let (lacking, recovery) = (self.lacking(&name)?, self.lacking_recovery(&name)?);
        let in_emergency = self.lacking_in_emergency(&name)?;
        self.wrap_for(name, secret, &lacking)?;
        self.wrap_for_recovery(name, secret, &recovery)?;
        self.wrap_for_emergency(name, secret, &in_emergency)
    }

    /// Those who may open a circle in an emergency and have no wrap of it for that.
    fn lacking_in_emergency(&self, name: &CircleName) -> Result<Vec<(PublicIdentity, HybridPublicKey)>, Error> {
        let mut lacking = Vec::new();
        for (identity, second) in self.keys.roster.emergency_holders(name) {
            let slot = identity.slot_key.emergency(self.keys.file.vault, *name, second);
            if self.rows.slot(&slot)?.is_none() {
                lacking.push((identity.clone(), second.clone()));
            }
        }
        Ok(lacking)
    }

    fn wrap_for_emergency(
        &mut self,
        name: CircleName,
        secret: &CircleSecret,
        to: &[(PublicIdentity, HybridPublicKey)],
    ) -> Result<(), Error> {
        let vault = self.keys.file.vault;
        for (identity, second) in to {
            let slot = identity.slot_key.emergency(vault, name, second);
            self.keys.state.verify_bucket(self.rows, &slot).map_err(|_| IntegrityError::Bucket)?;
            let sealed = identity.wrap_for_emergency(vault, name, secret, second)?;
            let row = SlotRow { slot, session: None, sealed };
            self.rows.add_slot(&row)?;
            self.keys.state.add_slot(&row);
        }
        Ok(())
    }

    /// Those who may hold a circle and have no wrap of it.
    pub(super) fn lacking(&self, name: &CircleName) -> Result<Vec<PublicIdentity>, Error> {
        let mut lacking = Vec::new();
        for identity in self.keys.roster.holders(name) {
            if self.rows.slot(&identity.slot_key.circle(self.keys.file.vault, *name))?.is_none() {
                lacking.push(identity.clone());
            }
        }
        Ok(lacking)
    }

    fn wrap_for(&mut self, name: CircleName, secret: &CircleSecret, to: &[PublicIdentity]) -> Result<(), Error> {
        let vault = self.keys.file.vault;
        for identity in to {
            let slot = identity.slot_key.circle(vault, name);
            // That nobody has it yet has to be so in the signed state, not only in the file.
            self.keys.state.verify_bucket(self.rows, &slot).map_err(|_| IntegrityError::Bucket)?;
            let row = SlotRow { slot, session: None, sealed: identity.wrap_circle(vault, name, secret)? };
            self.rows.add_slot(&row)?;
            self.keys.state.add_slot(&row);
        }
        Ok(())
    }
}
