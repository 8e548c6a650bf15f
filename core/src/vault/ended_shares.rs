//! Shares that have ended by their date: which data keys the members knew with whom something was shared.
//!
//! Nothing is written when such a share ends, so no commit says when it did. What says which keys its member knew are the
//! wraps: a key that was brought in while the share lasted is wrapped for them from the beginning, one that was brought in
//! later is not. The newest key that is wrapped for them keeps that wrap until the share is taken back, so that nothing older
//! is ever taken for a key that they do not know.

use super::Error;
use super::act::Act;
use super::keyring::{OpenedKey, ScopeKeys};
use crate::access::CaseCircle;
use crate::id::{MemberId, ScopeId};
use crate::keys::Slot;
use crate::model::Compartment;

impl Act<'_> {
    /// The newest commit that brought in a data key which somebody knows whose share of this compartment has ended by its
    /// date. What was brought in later they do not know.
    pub(super) fn known_to_ended(&mut self, scope: ScopeId, compartment: Compartment) -> Result<Option<u64>, Error> {
        let case = self.case_circle(scope)?;
        let members = self.ended_members(&case, compartment);
        if members.is_empty() {
            return Ok(None);
        }
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let newest = members.iter().filter_map(|member| self.newest_known(&keys, scope, compartment, *member));
        Ok(newest.map(|key| key.origin.0).max())
    }

    /// The wraps of a key that stay although the share for which they were made has ended: of each member those of the
    /// newest key that they know.
    pub(super) fn wraps_of_ended(
        &mut self,
        scope: ScopeId,
        compartment: Compartment,
        key: &OpenedKey,
    ) -> Result<Vec<Slot>, Error> {
        let case = self.case_circle(scope)?;
        let members = self.ended_members(&case, compartment);
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let newest = |member: &&MemberId| {
            self.newest_known(&keys, scope, compartment, **member).is_some_and(|newest| newest.ordinal == key.ordinal)
        };
        Ok(members.iter().filter(newest).flat_map(|member| self.wraps_for(*member, scope, key.ordinal)).collect())
    }

    /// The members with whom a compartment is shared no longer, by a date, and to whom nothing else gives it.
    fn ended_members(&self, case: &CaseCircle, compartment: Compartment) -> Vec<MemberId> {
        let (roster, now) = (&self.keys.roster, self.wall());
        let ended = case.current().filter(|grant| {
            grant.shared
                && grant.approved
                && grant.compartments.contains(compartment)
                && grant.until.is_some_and(|until| until <= now)
                && !case.given(roster, compartment, now).any(|given| given.member == grant.member)
        });
        ended.map(|grant| grant.member).collect()
    }

    /// The newest key that is wrapped for a member: of this compartment, or of one that this session cannot tell.
    fn newest_known<'k>(
        &self,
        keys: &'k ScopeKeys,
        scope: ScopeId,
        compartment: Compartment,
        member: MemberId,
    ) -> Option<&'k OpenedKey> {
        let may_be = |key: &&OpenedKey| key.opened.as_ref().is_none_or(|(of, ..)| *of == compartment);
        let known = |key: &&OpenedKey| {
            let wraps = self.wraps_for(member, scope, key.ordinal);
            wraps.iter().any(|tag| key.is_wrapped(tag))
        };
        keys.keys.iter().filter(may_be).filter(known).max_by_key(|key| key.origin)
    }

    /// Where wraps of a key for a member would lie, on whichever of their devices.
    fn wraps_for(&self, member: MemberId, scope: ScopeId, ordinal: u16) -> Vec<Slot> {
        let member = self.keys.roster.member(member).into_iter();
        let identities = member.flat_map(|member| member.identities());
        identities.map(|listed| listed.identity.slot_key.data_key(self.keys.file.vault, scope, ordinal)).collect()
    }
}
