//! A custodian for a vault in which none can sign in any more: made by enough shares of a unit's recovery key.

use super::act::Act;
use super::circles::{Circles, roster_circle};
use super::forms::open_roster;
use super::kept::Kept;
use super::open_keys::Begun;
use super::unlocked::Unlocked;
use super::{Error, IntegrityError, Session, Vault, read_clock};
use crate::access::policy::{CUSTODIAN, RoleName};
use crate::access::{AccessError, Proposal, Roster, RosterChange};
use crate::id::VaultId;
use crate::keys::{CircleSecret, Identity, LooseKey, LooseShares, RecoveryKey, RecoveryScope, Restoring};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::store::{Rows, SlotRow};

impl Vault {
    /// Makes `identity` a custodian, by enough shares of a unit's recovery key, and signs it in: for a vault whose
    /// custodians have all lost their identities. Whoever is a custodian already, by their member id, gets this identity as
    /// a further one. Everybody sees it in the roster and in the log, with the key that was used.
    ///
    /// This opens the circle of all members only. What the shares open besides is given to members by
    /// [`Session::restore`].
    ///
    /// # Errors
    /// [`crate::keys::RecoveryError::NotEnough`]; `NotTogether` if one of the shares was altered; [`AccessError::RecoverySet`]
    /// if they are not of the key in force, or of oversight; and as [`sign_in`](Self::sign_in), among whose failures these are
    /// counted and logged. Nothing has changed then;
    /// but if all sessions were ended meanwhile ([`Error::Locked`]) the identity may be a custodian already, and signs in.
    pub fn reinstate(&self, identity: &Identity, shares: LooseShares) -> Result<Session, Error> {
        if self.inner.file.is_retired() {
            return Err(Error::Retired);
        }
        let begun = Begun::now();
        self.ask_clock()?;
        self.counted(|| self.reinstate_uncounted(&begun, identity, shares))
    }

    fn reinstate_uncounted(&self, begun: &Begun, identity: &Identity, shares: LooseShares) -> Result<Session, Error> {
        let (file, host) = (self.inner.file, &self.inner.host);
        let log_key = self.log_key()?;
        let kept = Kept::load(self.key_store(), file.vault)?.ok_or(IntegrityError::Rollback)?;
        let loose = shares.key(file.vault)?;
        let mut store = self.store()?;
        let rows = store.begin()?;
        let slots = wrapped_for(&rows, file.vault, &loose, identity)?;
        let circles = Circles::of(&rows, file.vault, identity)?;
        let roster = open_roster(&rows, file.vault, &circles)?;
        circles.verify_roster_generations(&roster)?;
        if kept.genesis != roster.genesis() {
            return Err(AccessError::Roster.into());
        }
        if roster.log().device != file.device || roster.log().log_key != log_key.verifying_key() {
            return Err(IntegrityError::Statement.into());
        }
        let key = in_force(&roster, &loose, shares)?;
        let proposal = Proposal::new(&roster, becoming_custodian(&roster, identity, &key)?).signed_by_shares(&key);
        let (sign_in, row) = self.begin_session(&rows, identity, roster, circles)?;
        let mut keys = Unlocked::new(sign_in)?;
        keys.demand(kept);
        keys.refresh(&rows)?;
        rows.add_session(&row)?;
        let mut act = Act::begin(&rows, &mut keys, read_clock(host.clock.as_ref()))?;
        act.take_in(&slots)?;
        act.reinstate(proposal, identity, &key)?;
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        drop(store);
        self.keep(keys.to_keep())?;
        Session::begin(self.clone(), keys, begun)
    }
}

impl Act<'_> {
    /// Takes slots into the state that are in the file already: they, and nothing else, are new in their buckets.
    fn take_in(&mut self, slots: &[SlotRow]) -> Result<(), Error> {
        slots.iter().for_each(|slot| self.keys.state.add_slot(slot));
        slots.iter().try_for_each(|slot| self.keys.state.verify_bucket(self.rows, &slot.slot))
    }

    fn reinstate(&mut self, proposal: Proposal, identity: &Identity, key: &RecoveryKey) -> Result<(), Error> {
        let kind = proposal.change()?.kind();
        self.append_to_roster(proposal)?;
        self.log(Event::Login, Outcome::Success, None, None)?;
        let (member, used) = (*identity.member().as_bytes(), *key.set().public_key().id().as_bytes());
        let detail = Detail::of(DetailKey::ROSTER_CHANGE, kind)
            .with(DetailKey::MEMBER, &member[..])
            .with(DetailKey::RECOVERY_KEY, &used[..]);
        self.log(Event::PermissionChange, Outcome::Success, None, Some(detail))?;
        self.pass_on_circles()?;
        Ok(())
    }
}

/// Wraps every generation of the circle of all members, which the shares open, for the identity; puts it into the file.
fn wrapped_for(rows: &Rows<'_>, vault: VaultId, loose: &LooseKey, identity: &Identity) -> Result<Vec<SlotRow>, Error> {
    let public = identity.public();
    let mut slots = Vec::new();
    for generation in 1.. {
        let name = roster_circle(vault, generation);
        let kept = rows.slot(&loose.public_key().slot_key().circle(vault, name))?;
        let Some(kept) = kept else { break };
        let secret: CircleSecret = loose.open_circle(name, &kept.sealed)?;
        let slot = public.slot_key.circle(vault, name);
        if rows.slot(&slot)?.is_some() {
            return Err(AccessError::AlreadyAMember.into());
        }
        let row = SlotRow { slot, session: None, sealed: public.wrap_circle(vault, name, &secret)? };
        rows.add_slot(&row)?;
        slots.push(row);
    }
    // Shares of another ceremony than the one in force find nothing, nor do those of oversight.
    if slots.is_empty() { Err(AccessError::RecoverySet.into()) } else { Ok(slots) }
}

/// The key as the roster lists it, with every share judged.
fn in_force(roster: &Roster, loose: &LooseKey, shares: LooseShares) -> Result<RecoveryKey, Error> {
    let mut sets = roster.recoveries().iter().map(|listed| &listed.set);
    let set = sets.find(|set| set.public_key() == loose.public_key()).ok_or(AccessError::RecoverySet)?;
    if roster.recovery(set.scope()).is_none_or(|listed| listed.set != *set) {
        return Err(AccessError::RecoverySet.into());
    }
    let mut restoring = Restoring::begin(set.clone(), Vec::new());
    for share in shares.into_shares() {
        restoring.add(share).map_err(crate::keys::KeyError::from)?;
    }
    Ok(restoring.finish().map_err(crate::keys::KeyError::from)?)
}

fn becoming_custodian(roster: &Roster, identity: &Identity, key: &RecoveryKey) -> Result<RosterChange, AccessError> {
    if roster.member(identity.member()).is_some() {
        return Ok(RosterChange::AddIdentity { identity: identity.public() });
    }
    let unit = match key.set().scope() {
        RecoveryScope::Unit(unit) => unit,
        RecoveryScope::Oversight | RecoveryScope::Reversal(_) => return Err(AccessError::RecoverySet),
    };
    let role = RoleName::parse(CUSTODIAN).map_err(|_| AccessError::NoSuchRole)?;
    Ok(RosterChange::Enrol { identity: identity.public(), role, unit })
}
