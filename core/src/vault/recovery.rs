//! Recovery: setting up a key that exists only as shares, keeping it supplied with the circles' secrets, and the way back.
//!
//! Whoever holds a circle wraps its secret to the recovery key in force: at sign-in, and whenever a circle is drawn. Data
//! keys of cases that are held more closely than the unit's circle are wrapped to it as well, and those of compartments that
//! the access-policy gives to nobody as the unit's (narratives, in the standard one). A restore takes what is
//! wrapped to the old key to those who may hold it now, and to the new key that replaces it, in one act.

use super::act::Act;
use super::keyring::Recipient;
use super::{Error, IntegrityError, Session};
use crate::access::policy::{Action, RecoveryRule};
use crate::access::{Access, AccessError, CircleListing, Proposal, RosterChange};
use crate::id::ScopeId;
use crate::keys::{
    CircleName, CircleSecret, DataKeyPlace, Envelope, EnvelopeKey, Identity, RecoveryError, RecoveryKey, RecoveryScope,
    RecoverySet, RecoveryShare, Restoring, Slot, WrapPlace,
};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::store::{KeyRow, SlotRow};

/// How recovery stands for a unit, or for oversight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryStatus {
    /// Whose circles.
    pub scope: RecoveryScope,
    /// The set in force; none before the first ceremony.
    pub set: Option<RecoverySet>,
    /// How many generations of circles there are to be wrapped to it.
    pub circles: usize,
    /// How many are wrapped to it. The others follow when somebody who holds them signs in.
    pub wrapped: usize,
    /// Whether custodians came or went since the ceremony: then it is to be held again.
    pub custodians_changed: bool,
}

/// What setting up a recovery key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoverySetUp {
    /// Circle generations that this session could wrap to it.
    pub wrapped: usize,
    /// Those that only others can: they follow when one of them signs in.
    pub waiting: usize,
}

/// What a restore did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// Circle generations that were opened.
    pub circles: usize,
    /// Circle generations that nobody had wrapped to the key yet.
    pub not_wrapped: usize,
    /// Wraps that were made for members: one for each circle generation and device.
    pub wraps: usize,
    /// Data keys that were opened: those of closely held cases, and of compartments whose circle nobody holds.
    pub data_keys: usize,
}

impl Session {
    /// How recovery stands: for each unit, then for oversight, then for the reversals of the units that have a key for them.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn recovery_status(&self) -> Result<Vec<RecoveryStatus>, Error> {
        self.look(|act| {
            let units = act.keys.roster.units().to_vec();
            let roster = &act.keys.roster;
            let reversals: Vec<_> = units.iter().map(|unit| RecoveryScope::Reversal(*unit)).collect();
            let reversals: Vec<_> = reversals.into_iter().filter(|scope| roster.recovery(*scope).is_some()).collect();
            let scopes = units.into_iter().map(RecoveryScope::Unit).chain([RecoveryScope::Oversight]).chain(reversals);
            scopes.map(|scope| act.recovery_status(scope)).collect()
        })
    }

    /// Holds a ceremony: draws a recovery key and splits it, as the access-policy says or into other numbers of shares.
    /// Nothing is in force before every share is with its holder and the set is passed to
    /// [`set_up_recovery`](Self::set_up_recovery), or to [`restore`](Self::restore).
    ///
    /// # Errors
    /// [`RecoveryError::Threshold`], [`AccessError::TooFewShares`], [`AccessError::NotAllowed`], [`AccessError::NoSuchUnit`];
    /// refusals are logged as denied.
    pub fn begin_recovery(
        &self,
        scope: RecoveryScope,
        shares: Option<RecoveryRule>,
    ) -> Result<(RecoverySet, Vec<RecoveryShare>), Error> {
        let (vault, before, rule) = self.look_or_refuse(|act| {
            act.demand(Action::Recover)?;
            act.demand_recovery_scope(scope)?;
            let roster = &act.keys.roster;
            let least = roster.policy().recovery();
            let rule = shares.unwrap_or(least);
            if rule.needed < least.needed {
                return Err(AccessError::TooFewShares { needed: least.needed }.into());
            }
            Ok((roster.vault(), roster.recovery(scope).map(|listed| listed.set.clone()), rule))
        })?;
        let whole = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        let (threshold, count) = (whole(rule.needed), whole(rule.shares));
        let held = match before {
            Some(before) => before.next(threshold, count),
            None => RecoverySet::first(vault, scope, threshold, count),
        };
        held.map_err(recovery_error)
    }

    /// Puts a recovery key in force, signed by custodians, and wraps to it every circle that this session can open.
    ///
    /// # Errors
    /// [`AccessError::ApprovalsMissing`], [`AccessError::RecoverySet`]; logged as denied.
    pub fn set_up_recovery(
        &self,
        set: &RecoverySet,
        signers: &[&Identity],
        access: &Access,
    ) -> Result<RecoverySetUp, Error> {
        self.act(access, Event::PermissionChange, &[], |act| {
            act.demand(Action::Recover)?;
            act.list_recovery(set, signers)?;
            act.pass_on_circles()?;
            let status = act.recovery_status(set.scope())?;
            Ok(RecoverySetUp { wrapped: status.wrapped, waiting: status.circles - status.wrapped })
        })
    }

    /// Looks, and logs a refusal: no purpose is stated for a look.
    fn look_or_refuse<T>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let unstated = Access::for_purpose("");
        self.look(work).map_err(|error| self.refused(&unstated, Event::PermissionChange, &[], error))
    }

    /// Begins a restore: takes the shares of the key in force, one by one.
    ///
    /// # Errors
    /// [`AccessError::NoRecovery`] if there is none; [`AccessError::NotAllowed`]; logged as denied.
    pub fn begin_restore(&self, scope: RecoveryScope) -> Result<Restoring, Error> {
        self.look_or_refuse(|act| {
            act.demand(Action::Recover)?;
            let roster = &act.keys.roster;
            let set = roster.recovery(scope).ok_or(AccessError::NoRecovery)?.set.clone();
            let older = roster.recoveries().iter().map(|listed| &listed.set);
            let older = older.filter(|other| other.scope() == scope && **other != set).cloned().collect();
            Ok(Restoring::begin(set, older))
        })
    }

    /// Gives what is wrapped to a recovery key to the members who may hold it and do not have it, straight to their public
    /// keys; and puts `next` in force in its place, signed by custodians, with all of it wrapped to that. On
    /// this file alone the old shares open nothing from then on. With an old copy of it they open the circles' secrets of then,
    /// and with those also what is written until the circles move on: destroy the shares.
    ///
    /// Enrol whoever is to have the circles before, and assign them their cases.
    ///
    /// # Errors
    /// [`AccessError::RecoverySet`] if the key is not the one in force; [`AccessError::ApprovalsMissing`];
    /// [`IntegrityError`] if what was wrapped was taken away or exchanged. Nothing has changed then.
    pub fn restore(
        &self,
        key: RecoveryKey,
        next: &RecoverySet,
        signers: &[&Identity],
        access: &Access,
    ) -> Result<Restored, Error> {
        self.act(access, Event::PermissionChange, &[], |act| {
            act.demand(Action::Recover)?;
            let in_force = act.keys.roster.recovery(key.set().scope()).is_some_and(|listed| listed.set == *key.set());
            if !in_force || next.require_follows(Some(key.set())).is_err() {
                return Err(AccessError::RecoverySet.into());
            }
            act.list_recovery(next, signers)?;
            let mut restored = Restored::default();
            act.restore_circles(&key, next, &mut restored)?;
            act.restore_data_keys(&key, &mut restored)?;
            // What this session can open and nobody had wrapped to the old key.
            act.pass_on_circles()?;
            let used = *key.set().public_key().id().as_bytes();
            let detail = Detail::of(DetailKey::RECOVERY_KEY, &used[..]).with(DetailKey::COUNT, restored.circles as u64);
            act.log(Event::KeyRotation, Outcome::Success, None, Some(detail))?;
            Ok(restored)
        })
    }
}

impl Act<'_> {
    fn demand_recovery_scope(&self, scope: RecoveryScope) -> Result<(), AccessError> {
        match scope {
            RecoveryScope::Unit(unit) | RecoveryScope::Reversal(unit) if !self.keys.roster.units().contains(&unit) => {
                Err(AccessError::NoSuchUnit)
            }
            _ => Ok(()),
        }
    }

    fn recovery_status(&self, scope: RecoveryScope) -> Result<RecoveryStatus, Error> {
        let roster = &self.keys.roster;
        let listed = roster.recovery(scope);
        let mut status = RecoveryStatus {
            scope,
            set: listed.map(|listed| listed.set.clone()),
            circles: 0,
            wrapped: 0,
            custodians_changed: listed.is_some_and(|listed| roster.custodians_changed_since(listed.listed_at)),
        };
        for circle in self.needed_circles()? {
            let name = circle.name;
            if let Some(set) = roster.recoveries_of(&name).find(|set| set.scope() == scope) {
                status.circles += 1;
                let slot = set.public_key().slot_key().circle(self.keys.file.vault, name);
                status.wrapped += usize::from(self.rows.slot(&slot)?.is_some());
            }
        }
        Ok(status)
    }

    /// Appends the entry that puts a set in force, and the log's entry about it.
    fn list_recovery(&mut self, set: &RecoverySet, signers: &[&Identity]) -> Result<(), Error> {
        let change = RosterChange::Recovery(Box::new(set.clone()));
        let kind = change.kind();
        let proposal = Proposal::new(&self.keys.roster, change);
        let signed = signers.iter().fold(proposal, |proposal, signer| proposal.signed_by(signer));
        self.append_to_roster(signed)?;
        let id = *set.public_key().id().as_bytes();
        let detail = Detail::of(DetailKey::ROSTER_CHANGE, kind).with(DetailKey::RECOVERY_KEY, &id[..]);
        self.log(Event::PermissionChange, Outcome::Success, None, Some(detail))?;
        Ok(())
    }

    /// The sets in force that a circle's secret is not wrapped to yet.
    pub(super) fn lacking_recovery(&self, name: &CircleName) -> Result<Vec<RecoverySet>, Error> {
        let mut lacking = Vec::new();
        for set in self.keys.roster.recoveries_of(name) {
            let slot = set.public_key().slot_key().circle(self.keys.file.vault, *name);
            if self.rows.slot(&slot)?.is_none() {
                lacking.push(set.clone());
            }
        }
        Ok(lacking)
    }

    /// Wraps a circle's secret to these sets, and takes it away from the sets that they replaced.
    pub(super) fn wrap_for_recovery(
        &mut self,
        name: CircleName,
        secret: &CircleSecret,
        to: &[RecoverySet],
    ) -> Result<(), Error> {
        for set in to {
            self.put_circle(set, name, set.wrap_circle(name, secret)?)?;
        }
        let vault = self.keys.file.vault;
        let outdated: Vec<Slot> = self
            .keys
            .roster
            .outdated_recoveries_of(&name)
            .filter(|old| to.iter().any(|set| set.scope() == old.scope()))
            .map(|old| old.public_key().slot_key().circle(vault, name))
            .collect();
        outdated.iter().try_for_each(|slot| self.empty_slot(slot).map(drop))
    }

    fn put_circle(&mut self, set: &RecoverySet, name: CircleName, sealed: Vec<u8>) -> Result<(), Error> {
        let slot = set.public_key().slot_key().circle(self.keys.file.vault, name);
        self.fill_slot(SlotRow { slot, session: None, sealed })
    }

    fn fill_slot(&mut self, row: SlotRow) -> Result<(), Error> {
        // That it is empty has to be so in the signed state, not only in the file.
        self.keys.state.verify_bucket(self.rows, &row.slot).map_err(|_| IntegrityError::Bucket)?;
        self.rows.add_slot(&row)?;
        self.keys.state.add_slot(&row);
        Ok(())
    }

    /// The generations that there is something to be read with: the newest of each circle, and older ones that something is
    /// still wrapped for. The log and the roster are read in all.
    fn needed_circles(&self) -> Result<Vec<CircleListing>, Error> {
        let older = self.keys.older_generations();
        let (in_use, _) = self.circles_in_use(&older, &[])?;
        let unused = |name: &CircleName| older.iter().any(|older| older.name == *name) && !in_use.contains(name);
        let listings = self.keys.roster.circles().iter().map(|circle| &circle.listing);
        Ok(listings.filter(|listing| !unused(&listing.name)).cloned().collect())
    }

    fn restore_circles(&mut self, key: &RecoveryKey, next: &RecoverySet, done: &mut Restored) -> Result<(), Error> {
        let vault = self.keys.file.vault;
        let needed = self.needed_circles()?;
        let all: Vec<_> = self.keys.roster.circles().iter().map(|circle| circle.listing.clone()).collect();
        for listing in all {
            let (name, commitment) = (listing.name, listing.commitment);
            let slot = key.set().public_key().slot_key().circle(vault, name);
            if !needed.contains(&listing) {
                self.empty_slot(&slot)?;
                continue;
            }
            if !self.keys.roster.recoveries_of(&name).any(|set| set == next) {
                continue;
            }
            // Also that there is nothing has to be so in the signed state.
            self.keys.state.verify_bucket(self.rows, &slot)?;
            let Some(kept) = self.rows.slot(&slot)? else {
                done.not_wrapped += 1;
                continue;
            };
            for member in self.lacking(&name)? {
                let sealed = key.rewrap(name, &commitment, &kept.sealed, &member)?;
                self.fill_slot(SlotRow { slot: member.slot_key.circle(vault, name), session: None, sealed })?;
                done.wraps += 1;
            }
            self.put_circle(next, name, key.hand_over(name, &commitment, &kept.sealed, next)?)?;
            self.empty_slot(&slot)?;
            done.circles += 1;
        }
        self.keys.circles.follow(self.rows, &self.keys.roster)?;
        self.keys.forget_keys();
        Ok(())
    }

    /// The data keys that are wrapped to the old key go to all who may open them, the new key among them.
    fn restore_data_keys(&mut self, key: &RecoveryKey, done: &mut Restored) -> Result<(), Error> {
        let (vault, slots) = (self.keys.file.vault, key.set().public_key().slot_key());
        let mut wrapped: Vec<KeyRow> = Vec::new();
        self.rows.each_key([0; 16], [0xFF; 16], |row| {
            if slots.data_key(vault, row.scope, row.ordinal) == row.tag {
                wrapped.push(row.clone());
            }
        })?;
        let mut envelopes: Vec<(u64, EnvelopeKey)> = Vec::new();
        for row in wrapped {
            self.keys.state.verify_bucket(self.rows, row.scope.as_bytes())?;
            let session = row.session.ok_or(IntegrityError::Head)?;
            let at = match envelopes.iter().position(|(number, _)| *number == session) {
                Some(at) => at,
                None => {
                    envelopes.push((session, self.recovery_envelope(key, session)?));
                    envelopes.len() - 1
                }
            };
            self.restore_data_key(&envelopes[at].1, &row)?;
            done.data_keys += 1;
        }
        // Nothing is left under the keys of these envelopes.
        envelopes.iter().try_for_each(|(session, _)| self.empty_slot(&slots.envelope(vault, *session)).map(drop))
    }

    fn recovery_envelope(&mut self, key: &RecoveryKey, session: u64) -> Result<EnvelopeKey, Error> {
        let slot = key.set().public_key().slot_key().envelope(self.keys.file.vault, session);
        let row = self.rows.slot(&slot)?.filter(|row| row.session == Some(session)).ok_or(IntegrityError::Bucket)?;
        let binding = self.rows.session(session)?.ok_or(IntegrityError::Certificate)?.public_key;
        Ok(key.open_envelope(&Envelope::from_bytes(row.sealed), &binding)?)
    }

    fn restore_data_key(&mut self, envelope: &EnvelopeKey, row: &KeyRow) -> Result<(), Error> {
        let (scope, ordinal) = (row.scope, row.ordinal);
        let at = WrapPlace { vault: self.keys.file.vault, scope, ordinal };
        let (place, data_key): (DataKeyPlace, _) = envelope.wrap_key().unwrap(&at, &row.commitment, &row.sealed)?;
        let compartment = Compartment::from_number(place.compartment).ok_or(AccessError::Roster)?;
        let unit = self.unit_of_scope(scope)?;
        let there: Vec<Slot> =
            self.rows.keys(scope)?.iter().filter(|key| key.ordinal == ordinal).map(|key| key.tag).collect();
        let recipients = match self.recipients(scope, unit, compartment) {
            // Nobody may have it now, but it is not to be lost for that.
            Err(Error::Access(AccessError::CircleClosed { .. } | AccessError::NobodyAssigned { .. })) => {
                self.recovery_recipient(unit).into_iter().collect()
            }
            recipients => recipients?,
        };
        for recipient in recipients {
            if !there.contains(&recipient.slot_key().data_key(at.vault, scope, ordinal)) {
                self.keys.wrap(self.rows, &recipient, (ordinal, (row.commit, row.place)), (&place, &data_key))?;
            }
        }
        self.remove_wrap(row)?;
        self.keys.forget_scope(scope);
        Ok(())
    }

    /// Takes the data keys of a scope away from recovery keys that were replaced, where the one in force has them.
    pub(super) fn drop_outdated_recovery(&mut self, scope: ScopeId, unit: ScopeId) -> Result<(), Error> {
        let (vault, of_unit) = (self.keys.file.vault, RecoveryScope::Unit(unit));
        let Some(newest) = self.keys.roster.recovery(of_unit).map(|listed| listed.set.clone()) else { return Ok(()) };
        if newest.number() == 1 {
            return Ok(());
        }
        let listed = self.keys.roster.recoveries().iter().map(|listed| &listed.set);
        let older: Vec<_> = listed.filter(|set| set.scope() == of_unit && **set != newest).cloned().collect();
        let rows = self.rows.keys(scope)?;
        let tag = |set: &RecoverySet, row: &KeyRow| set.public_key().slot_key().data_key(vault, scope, row.ordinal);
        let has_newest =
            |row: &KeyRow| rows.iter().any(|other| other.ordinal == row.ordinal && other.tag == tag(&newest, row));
        for row in rows.iter().filter(|row| older.iter().any(|set| tag(set, row) == row.tag)) {
            if has_newest(row) {
                self.remove_wrap(row)?;
            }
        }
        Ok(())
    }

    /// The recovery key to which the data keys of this unit are wrapped that its circles would not bring back.
    pub(super) fn recovery_recipient(&self, unit: ScopeId) -> Option<Recipient> {
        let listed = self.keys.roster.recovery(RecoveryScope::Unit(unit))?;
        Some(Recipient::Recovery(Box::new(listed.set.clone())))
    }
}

fn recovery_error(error: RecoveryError) -> Error {
    crate::keys::KeyError::from(error).into()
}
