//! The data keys of a case or unit: opened as far as this member reaches, brought in when something is written, wrapped for
//! all who may open them.
//!
//! Writing asks more of a key than reading: it has to be brought in by somebody who may write the compartment, and it must
//! not be known to anybody who has left since. Otherwise a new generation is drawn (docs/adr/0021).

use std::collections::HashSet;
use std::sync::Arc;

use super::act::Act;
use super::unlocked::Unlocked;
use super::{Error, IntegrityError};
use crate::access::policy::{Reach, Sensitivity};
use crate::access::{AccessError, CaseCircle, CaseGrant, CircleListing};
use crate::id::{MemberId, ScopeId, VaultId};
use crate::keys::{
    CircleName, Commitment, DataKey, DataKeyPlace, Envelope, EnvelopeKey, PublicIdentity, RecoverySet, Slot, SlotKey,
    WrapPlace,
};
use crate::model::Compartment;
use crate::seal::{LabelledInput, sha256};
use crate::store::{KeyRow, Rows, SlotRow};

/// The data keys of one scope.
#[derive(Debug, Default)]
pub(super) struct ScopeKeys {
    pub(super) keys: Vec<OpenedKey>,
}

/// A data key of the keyring; `opened` if this member can open it.
#[derive(Debug)]
pub(super) struct OpenedKey {
    pub(super) ordinal: u16,
    pub(super) commitment: Commitment,
    /// The commit that brought it in, and its place there.
    pub(super) origin: (u64, u32),
    pub(super) opened: Option<(Compartment, u32, DataKey)>,
    /// Where its wraps lie.
    tags: Vec<Slot>,
}

impl ScopeKeys {
    /// The key of this ordinal, opened or not.
    pub(super) fn by_ordinal(&self, ordinal: u16) -> Option<&OpenedKey> {
        self.keys.iter().find(|key| key.ordinal == ordinal)
    }

    /// Whether this member can open any key of a compartment.
    pub(super) fn reaches(&self, wanted: Compartment) -> bool {
        self.of(wanted).next().is_some()
    }

    /// The opened keys of a compartment.
    pub(super) fn of(&self, wanted: Compartment) -> impl Iterator<Item = (&OpenedKey, u32, &DataKey)> {
        self.keys.iter().filter_map(move |key| {
            let (compartment, generation, data_key) = key.opened.as_ref()?;
            (*compartment == wanted).then_some((key, *generation, data_key))
        })
    }
}

impl OpenedKey {
    /// Whether a wrap of it lies there.
    pub(super) fn is_wrapped(&self, tag: &Slot) -> bool {
        self.tags.contains(tag)
    }

    fn copied(&self) -> Self {
        Self { opened: self.opened.clone(), tags: self.tags.clone(), ..*self }
    }
}

/// For whom a data key is wrapped.
pub(super) enum Recipient {
    Circle(CircleListing),
    Member(PublicIdentity),
    /// Of cases that are held more closely than by the unit's circle, and of compartments whose circle nobody holds: what
    /// the circles' secrets that the recovery key opens would not bring back.
    Recovery(Box<RecoverySet>),
}

impl Recipient {
    pub(super) fn slot_key(&self) -> &SlotKey {
        match self {
            Self::Circle(listing) => &listing.slot_key,
            Self::Member(identity) => &identity.slot_key,
            Self::Recovery(set) => set.public_key().slot_key(),
        }
    }
}

impl Unlocked {
    /// The data keys of a scope, opened as far as this member reaches.
    pub(super) fn scope_keys(&mut self, rows: &Rows<'_>, scope: ScopeId) -> Result<Arc<ScopeKeys>, Error> {
        if let Some(keys) = self.scopes.get(&scope) {
            return Ok(Arc::clone(keys));
        }
        self.state.verify_bucket(rows, scope.as_bytes())?;
        let mut keys: Vec<OpenedKey> = Vec::new();
        let erased = self.roster.erased_since(scope).is_some();
        for row in rows.keys(scope)? {
            self.verify_erasure(erased, &row)?;
            let known = keys.last_mut().filter(|key| key.ordinal == row.ordinal);
            let Some(key) = known else {
                keys.push(self.opened(rows, &row)?);
                continue;
            };
            if key.commitment != row.commitment || key.origin != (row.commit, row.place) {
                return Err(IntegrityError::Head.into());
            }
            key.tags.push(row.tag);
            if key.opened.is_none() {
                key.opened = self.open_wrap(rows, &row)?;
            }
        }
        if let Some(emergency) = self.emergency.as_ref().filter(|emergency| emergency.scope == scope) {
            for key in keys.iter_mut().filter(|key| key.opened.is_none()) {
                key.opened = emergency.by_ordinal(key.ordinal, &key.commitment);
            }
        }
        let keys = Arc::new(ScopeKeys { keys });
        self.remember_scope(scope, &keys);
        Ok(keys)
    }

    /// Refuses a key without a wrap where nothing was erased, and a wrap of an erased case.
    fn verify_erasure(&self, erased: bool, row: &KeyRow) -> Result<(), Error> {
        let fits = if row.is_husk() { erased } else { !erased || self.survives_erasure(row) };
        if fits { Ok(()) } else { Err(IntegrityError::Erasure.into()) }
    }

    /// Whether a wrap stays when its case is erased: one for the statistics circle, whose rows say nothing about a child.
    /// No record has fields of that compartment yet.
    pub(super) fn survives_erasure(&self, row: &KeyRow) -> bool {
        let number = Compartment::Statistics.number();
        let circles = self.roster.circles().iter().map(|circle| &circle.listing);
        circles
            .filter(|listing| listing.name.compartment == number)
            .any(|listing| listing.slot_key.data_key(self.file.vault, row.scope, row.ordinal) == row.tag)
    }

    fn opened(&mut self, rows: &Rows<'_>, row: &KeyRow) -> Result<OpenedKey, Error> {
        Ok(OpenedKey {
            ordinal: row.ordinal,
            commitment: row.commitment,
            origin: (row.commit, row.place),
            opened: self.open_wrap(rows, row)?,
            tags: vec![row.tag],
        })
    }

    /// Opens a wrap, if it is for this member or a circle that they hold.
    fn open_wrap(&mut self, rows: &Rows<'_>, row: &KeyRow) -> Result<Option<(Compartment, u32, DataKey)>, Error> {
        if row.is_husk() {
            return Ok(None);
        }
        let at = WrapPlace { vault: self.file.vault, scope: row.scope, ordinal: row.ordinal };
        let tag_of = |slots: &SlotKey| slots.data_key(at.vault, at.scope, at.ordinal);
        let mine = tag_of(&self.circles.own().public.slot_key) == row.tag;
        let circle = if mine {
            None
        } else {
            let found = self.circles.slot_keys().find(|(_, slots)| tag_of(slots) == row.tag);
            let Some((name, _)) = found else { return Ok(None) };
            Some(*name)
        };
        let (place, key) = match (row.session, circle) {
            (Some(session), circle) => {
                let envelope = self.incoming(rows, session, circle.as_ref())?;
                envelope.wrap_key().unwrap(&at, &row.commitment, &row.sealed)?
            }
            (None, None) => self.circles.own().wrap_key().unwrap(&at, &row.commitment, &row.sealed)?,
            (None, Some(name)) => {
                let keys = self.circles.named(&name)?.ok_or(AccessError::Roster)?;
                keys.wrap_key().unwrap(&at, &row.commitment, &row.sealed)?
            }
        };
        let compartment = Compartment::from_number(place.compartment).ok_or(AccessError::Roster)?;
        // A circle's wrap opens only what is of the circle's own compartment.
        if circle.is_some_and(|name| name.compartment != place.compartment) {
            return Err(IntegrityError::Head.into());
        }
        Ok(Some((compartment, place.generation, key)))
    }

    /// The key under which a session wrapped data keys for this member, or for a circle that they hold.
    pub(super) fn incoming(
        &mut self,
        rows: &Rows<'_>,
        session: u64,
        circle: Option<&CircleName>,
    ) -> Result<&EnvelopeKey, Error> {
        let vault = self.file.vault;
        let slots = match circle {
            None => &self.circles.own().public.slot_key,
            Some(name) => {
                let mut all = self.circles.slot_keys();
                all.find(|(held, _)| *held == name).map(|(_, slots)| slots).ok_or(AccessError::Roster)?
            }
        };
        let slot = slots.envelope(vault, session);
        if !self.incoming.contains_key(&slot) {
            let row = rows.slot(&slot)?.filter(|row| row.session == Some(session)).ok_or(IntegrityError::Bucket)?;
            let binding = rows.session(session)?.ok_or(IntegrityError::Certificate)?.public_key;
            let envelope = Envelope::from_bytes(row.sealed);
            let key = match circle {
                None => envelope.open_as_member(self.circles.own(), vault, &binding)?,
                Some(name) => {
                    let keys = self.circles.named(name)?.ok_or(AccessError::Roster)?;
                    envelope.open(keys, vault, &binding)?
                }
            };
            self.incoming.insert(slot, key);
        }
        self.incoming.get(&slot).ok_or_else(|| IntegrityError::Bucket.into())
    }

    /// The slot and key under which this session wraps data keys for somebody. Whatever is sealed under it to a circle has
    /// to be counted by [`Act::circles_in_use`]: the generations that nothing needs any more are swept.
    pub(super) fn outgoing(&mut self, rows: &Rows<'_>, recipient: &Recipient) -> Result<&EnvelopeKey, Error> {
        let vault = self.file.vault;
        let slot = recipient.slot_key().envelope(vault, self.session);
        if !self.outgoing.contains_key(&slot) {
            let binding = *self.signing.verifying_key().as_bytes();
            let (key, envelope) = match recipient {
                Recipient::Circle(listing) => {
                    EnvelopeKey::generate(vault, listing.name, &listing.public_key, &binding)?
                }
                Recipient::Member(identity) => EnvelopeKey::for_member(vault, identity, &binding)?,
                Recipient::Recovery(set) => set.envelope(&binding)?,
            };
            let row = SlotRow { slot, session: Some(self.session), sealed: envelope.as_bytes().to_vec() };
            rows.add_slot(&row)?;
            self.state.add_slot(&row);
            self.outgoing.insert(slot, key);
            self.unconfirmed.push(slot);
        }
        self.outgoing.get(&slot).ok_or_else(|| IntegrityError::Bucket.into())
    }

    /// Wraps a data key for a recipient.
    pub(super) fn wrap(
        &mut self,
        rows: &Rows<'_>,
        recipient: &Recipient,
        (ordinal, origin): (u16, (u64, u32)),
        (place, key): (&DataKeyPlace, &DataKey),
    ) -> Result<Slot, Error> {
        let at = WrapPlace { vault: self.file.vault, scope: place.scope, ordinal };
        let own = match recipient {
            Recipient::Member(identity) if *identity == self.circles.own().public => {
                Some(self.circles.own().wrap_key().wrap(&at, place, key)?)
            }
            Recipient::Circle(listing) => match self.circles.named(&listing.name)? {
                Some(keys) => Some(keys.wrap_key().wrap(&at, place, key)?),
                None => None,
            },
            Recipient::Member(_) | Recipient::Recovery(_) => None,
        };
        let (session, sealed) = match own {
            Some(sealed) => (None, sealed),
            None => (Some(self.session), self.outgoing(rows, recipient)?.wrap_key().wrap(&at, place, key)?),
        };
        let row = KeyRow {
            scope: place.scope,
            ordinal,
            tag: recipient.slot_key().data_key(at.vault, at.scope, ordinal),
            commitment: key.commitment(at.vault, place),
            commit: origin.0,
            place: origin.1,
            session,
            sealed,
        };
        rows.add_key(&row)?;
        self.state.add_key(&row);
        Ok(row.tag)
    }

    /// Whether the role and standing of a member let them write a compartment of a unit's records, when the commit of
    /// this number was signed.
    pub(super) fn unit_writes(
        &self,
        member: MemberId,
        commit: u64,
        unit: ScopeId,
        compartment: Compartment,
        first: bool,
    ) -> bool {
        let position = self.roster.position_at(commit);
        let Some((stage, role)) = self.roster.role_at(member, position) else { return false };
        match role.reach(compartment) {
            Reach::Unit => stage.unit == unit,
            Reach::Write => first && stage.unit == unit,
            _ => false,
        }
    }
}

impl Act<'_> {
    /// Whether the author of something written to a scope was allowed to: by role, or by the case's circle.
    pub(super) fn may_write(
        &mut self,
        (member, commit): (MemberId, u64),
        (scope, unit): (ScopeId, ScopeId),
        compartment: Compartment,
        first: bool,
    ) -> Result<bool, Error> {
        if self.keys.unit_writes(member, commit, unit, compartment, first) {
            return Ok(true);
        }
        // A unit itself is brought in by a custodian, who cannot read it back.
        let position = self.keys.roster.position_at(commit);
        let founds = first && scope == unit && self.keys.roster.was_custodian(member, position);
        Ok(founds || self.case_circle(scope)?.lets_write(&self.keys.roster, member, compartment, commit))
    }

    /// The data key for writing a compartment: the newest that is fit for it, or a new one.
    pub(super) fn writing_key(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
    ) -> Result<u16, Error> {
        if let Some(ordinal) = self.keys.writing.get(&(scope, compartment)) {
            return Ok(*ordinal);
        }
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let mut candidates: Vec<_> = keys.of(compartment).map(|(key, generation, _)| (generation, key)).collect();
        candidates.sort_unstable_by_key(|(generation, key)| std::cmp::Reverse((*generation, key.ordinal)));
        let newest = candidates.first().map_or(0, |(generation, _)| *generation);
        let (known, now) = (self.known_to_ended(scope, compartment)?, self.wall());
        // What came in while a share lasted that has ended by its date is known to its member.
        candidates.retain(|(_, key)| known.is_none_or(|known| key.origin.0 > known));
        for (_, key) in &candidates {
            if !self.is_outdated(scope, unit, compartment, key.origin.0)?
                && self.is_trusted(scope, unit, compartment, key)?
            {
                self.keys.remember_writing(scope, compartment, key.ordinal, now);
                return Ok(key.ordinal);
            }
        }
        let place = DataKeyPlace { scope, compartment: compartment.number(), generation: newest.saturating_add(1) };
        let ordinal = self.bring_in(&place, unit, compartment)?;
        self.keys.remember_writing(scope, compartment, ordinal, now);
        Ok(ordinal)
    }

    /// Draws a data key, signs it with this commit, and wraps it for all who may open it.
    fn bring_in(&mut self, place: &DataKeyPlace, unit: ScopeId, compartment: Compartment) -> Result<u16, Error> {
        let known = self.keys.scope_keys(self.rows, place.scope)?;
        let (key, ordinal, vault) = (DataKey::generate(), free_ordinal(&known), self.keys.file.vault);
        let commitment = key.commitment(vault, place);
        let digest = introduction(vault, place.scope, ordinal, &commitment);
        let origin = (self.commit_number(), self.add_head(&digest)?);
        let mut tags = Vec::new();
        let recipients = self.recipients(place.scope, unit, compartment)?;
        // A unit's own record is written before anybody is its member.
        if place.scope != unit && !recipients.iter().any(|recipient| self.is_read_by(recipient)) {
            return Err(AccessError::NobodyAssigned { compartment: compartment.name() }.into());
        }
        for recipient in recipients {
            tags.push(self.keys.wrap(self.rows, &recipient, (ordinal, origin), (place, &key))?);
        }
        let mut keys: Vec<_> = known.keys.iter().map(OpenedKey::copied).collect();
        keys.push(OpenedKey { ordinal, commitment, origin, opened: Some((compartment, place.generation, key)), tags });
        self.keys.remember_scope(place.scope, &Arc::new(ScopeKeys { keys }));
        Ok(ordinal)
    }

    /// Whether somebody opens today what is wrapped for a recipient: nobody may hold a circle, and a recovery key exists
    /// only as shares.
    fn is_read_by(&self, recipient: &Recipient) -> bool {
        match recipient {
            Recipient::Circle(listing) => self.keys.roster.holders(&listing.name).next().is_some(),
            Recipient::Member(_) => true,
            Recipient::Recovery(_) => false,
        }
    }

    /// All who may open a compartment of a scope: the unit's circle, unless the case is held more closely; and everybody
    /// whom the case's circle gives it to. Where no secret of a circle that somebody holds would bring it back, the unit's
    /// recovery key is among them.
    pub(super) fn recipients(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
    ) -> Result<Vec<Recipient>, Error> {
        let case = self.case_circle(scope)?;
        let mut recipients = Vec::new();
        let mut is_held = false;
        if case.sensitivity() == Sensitivity::Standard {
            let circle = self.keys.roster.circle(unit, compartment).ok_or(AccessError::Roster)?;
            if circle.closed_at.is_some() {
                return Err(AccessError::CircleClosed { compartment: compartment.name() }.into());
            }
            let circle = Recipient::Circle(circle.listing.clone());
            is_held = self.is_read_by(&circle);
            recipients.push(circle);
        }
        recipients.extend(self.case_recipients(&case, compartment).into_iter().map(Recipient::Member));
        if recipients.is_empty() {
            return Err(AccessError::NobodyAssigned { compartment: compartment.name() }.into());
        }
        if !is_held {
            recipients.extend(self.recovery_recipient(unit));
        }
        Ok(recipients)
    }

    /// The devices of all to whom a case's circle gives a compartment now.
    fn case_recipients(&self, case: &CaseCircle, compartment: Compartment) -> Vec<PublicIdentity> {
        let mut identities: Vec<PublicIdentity> = Vec::new();
        for grant in case.given(&self.keys.roster, compartment, self.wall()) {
            let member = self.keys.roster.member(grant.member).into_iter();
            for identity in member.flat_map(|member| member.active_identities()) {
                if !identities.contains(identity) {
                    identities.push(identity.clone());
                }
            }
        }
        identities
    }

    /// Whether somebody who could open this key has lost the compartment since it was brought in, other than by the date of
    /// a share.
    fn is_outdated(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
        commit: u64,
    ) -> Result<bool, Error> {
        let position = self.keys.roster.position_at(commit);
        let circle = self.keys.roster.circle_scope(unit, compartment);
        if self.keys.roster.closed_at(circle, compartment).is_some_and(|closed| closed > position) {
            return Ok(true);
        }
        let case = self.case_circle(scope)?;
        if case.is_empty() {
            return Ok(false);
        }
        if case.narrowed_at(compartment).is_some_and(|narrowed| narrowed > commit) {
            return Ok(true);
        }
        let (roster, now) = (&self.keys.roster, self.wall());
        let could_open = |member| roster.reach_at(member, position, compartment).reads();
        let counts = |grant: &&CaseGrant| grant.approved && grant.compartments.contains(compartment);
        Ok(case.current().filter(counts).any(|grant| {
            let still = case.given(roster, compartment, now).any(|given| given.member == grant.member);
            let lost = roster.member(grant.member).and_then(|member| member.lost_at());
            (!still && !grant.shared && could_open(grant.member)) || lost.is_some_and(|lost| lost > position)
        }))
    }

    /// Whether whoever brought a key in reads and writes what it seals. What somebody else slipped in, or somebody drew who
    /// writes without reading and knows the key all the same, reads nothing that is written from now on.
    fn is_trusted(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        compartment: Compartment,
        key: &OpenedKey,
    ) -> Result<bool, Error> {
        let (commit, place) = key.origin;
        let author = self.keys.author(self.rows, commit)?;
        let digest = introduction(self.keys.file.vault, scope, key.ordinal, &key.commitment);
        self.keys.verify_author(self.rows, commit, place, &digest)?;
        if self.keys.unit_writes(author.member, commit, unit, compartment, false) {
            return Ok(true);
        }
        let (case, now) = (self.case_circle(scope)?, self.wall());
        let roster = &self.keys.roster;
        let wrote = case.lets_write(roster, author.member, compartment, commit);
        Ok(wrote && !case.has_ended(author.member, compartment, now))
    }

    /// Wraps the data keys that this member can open for those who may open them too and cannot yet.
    pub(super) fn complete_wraps(&mut self, scope: ScopeId, unit: ScopeId) -> Result<u64, Error> {
        // What an emergency opens is not passed on.
        if self.keys.emergency.is_some() || self.keys.completed.contains_key(&scope) {
            return Ok(0);
        }
        self.keys.remember_completed(scope);
        // Where nobody was ever assigned, the unit's circle is all there is, and every key is wrapped for it at birth.
        if self.case_circle(scope)?.is_empty() {
            return Ok(0);
        }
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let vault = self.keys.file.vault;
        let mut added = 0;
        let mut seen = HashSet::new();
        for key in &keys.keys {
            let Some((compartment, generation, data_key)) = &key.opened else { continue };
            let recipients = match self.recipients(scope, unit, *compartment) {
                Err(Error::Access(AccessError::CircleClosed { .. } | AccessError::NobodyAssigned { .. })) => continue,
                recipients => recipients?,
            };
            for recipient in recipients {
                let tag = recipient.slot_key().data_key(vault, scope, key.ordinal);
                if key.tags.contains(&tag) || !seen.insert(tag) || self.is_of_older_circle(scope, &recipient, key) {
                    continue;
                }
                let place = DataKeyPlace { scope, compartment: compartment.number(), generation: *generation };
                self.keys.wrap(self.rows, &recipient, (key.ordinal, key.origin), (&place, data_key))?;
                added += 1;
            }
        }
        if added > 0 {
            self.drop_outdated_recovery(scope, unit)?;
            self.keys.forget_scope(scope);
            self.keys.remember_completed(scope);
        }
        Ok(added)
    }

    /// Whether a key is wrapped for an earlier generation of the circle: its holders have that generation too.
    fn is_of_older_circle(&self, scope: ScopeId, recipient: &Recipient, key: &OpenedKey) -> bool {
        let Recipient::Circle(listing) = recipient else { return false };
        let (vault, name) = (self.keys.file.vault, listing.name);
        self.keys.roster.circles().iter().any(|circle| {
            let other = &circle.listing;
            (other.name.scope, other.name.compartment) == (name.scope, name.compartment)
                && key.tags.contains(&other.slot_key.data_key(vault, scope, key.ordinal))
        })
    }
}

/// What a commit signs when it brings a data key in. The commitment fixes what the key is for.
pub(super) fn introduction(vault: VaultId, scope: ScopeId, ordinal: u16, commitment: &Commitment) -> [u8; 32] {
    sha256(
        LabelledInput::new("saferoom/data-key/introduced")
            .part(vault.as_bytes())
            .part(scope.as_bytes())
            .number(u64::from(ordinal))
            .part(commitment)
            .as_bytes(),
    )
}

/// A random number for a new data key: it says nothing about the compartment, nor which key came first.
fn free_ordinal(known: &ScopeKeys) -> u16 {
    loop {
        let ordinal = u16::from_be_bytes(crate::id::random_bytes()) & 0x7FFF;
        if ordinal > 0 && known.by_ordinal(ordinal).is_none() {
            return ordinal;
        }
    }
}
