//! Whatever somebody can open of a file by keys alone: with their identity, with every key that their session held, with
//! an old copy. Nothing is asked of the roster or of a policy.

use super::*;
use crate::keys::{CircleKeys, Commitment, DataKey, Envelope, MemberKeys, WrapKey, WrapPlace};
use crate::seal::OpenedGroup;
use crate::store::RevisionRow;
use crate::vault::groups::{Groups, HeadParts};
use crate::vault::unlocked::Unlocked;

/// Keys, however they were come by.
pub(super) struct Hoard {
    vault: VaultId,
    own: MemberKeys,
    circles: Vec<CircleKeys>,
    envelopes: Vec<EnvelopeKey>,
    pub(super) data: Vec<(ScopeId, Commitment, Compartment, u32, DataKey)>,
}

/// What a hoard opens of a file.
#[derive(Debug, Default)]
pub(super) struct Loot {
    /// Compartments of revisions, with the commit that wrote them.
    pub(super) groups: Vec<(u64, RecordId, Compartment)>,
    /// Positions of the roster.
    pub(super) roster: Vec<u64>,
    /// Places of log entries.
    pub(super) entries: Vec<u64>,
    /// Commits of the entries of circles of cases.
    pub(super) case_circles: Vec<u64>,
}

impl Hoard {
    /// With an identity only.
    pub(super) fn of_identity(vault: VaultId, identity: &Identity) -> Self {
        let own = identity.member_keys(vault);
        Self { vault, own, circles: Vec::new(), envelopes: Vec::new(), data: Vec::new() }
    }

    /// With an identity, and all that a session has in memory: it is taken out of it.
    pub(super) fn of_session(identity: &Identity, session: &Session) -> Self {
        let keys: &mut Unlocked = &mut session.open.lock().unwrap().take().unwrap();
        let mut hoard = Self::of_identity(keys.file.vault, identity);
        let names = keys.roster.circles().iter().map(|circle| circle.listing.name);
        for name in names.collect::<Vec<_>>() {
            if let Some((secret, _)) = keys.circles.secret_of(&name).unwrap() {
                hoard.circles.push(secret.keys(hoard.vault, name));
            }
        }
        for (scope, known) in keys.scopes.drain() {
            for key in &known.keys {
                if let Some((compartment, generation, data)) = &key.opened {
                    hoard.data.push((scope, key.commitment, *compartment, *generation, data.clone()));
                }
            }
        }
        hoard.envelopes.extend(keys.incoming.drain().map(|(_, key)| key));
        hoard.envelopes.extend(keys.outgoing.drain().map(|(_, key)| key));
        let drawn = EnvelopeKey::for_member(hoard.vault, &identity.public(), b"unused").unwrap().0;
        hoard.envelopes.push(std::mem::replace(&mut keys.envelope, drawn));
        hoard
    }

    /// Takes what the keys open of the keys in a file, until there is nothing more.
    pub(super) fn take_keys(&mut self, rows: &Rows<'_>, roster: &Roster) {
        for circle in roster.circles() {
            let name = circle.listing.name;
            if let Some(row) = rows.slot(&self.own.public.slot_key.circle(self.vault, name)).unwrap() {
                let secret = self.own.open_circle(self.vault, name, &row.sealed).unwrap();
                self.circles.push(secret.keys(self.vault, name));
            }
        }
        for number in rows.session_numbers().unwrap() {
            let row = rows.session(number).unwrap().unwrap();
            let slots = self.circles.iter().map(|circle| circle.slot_key().envelope(self.vault, number));
            let mine = self.own.public.slot_key.envelope(self.vault, number);
            if let Some(slot) = rows.slot(&mine).unwrap() {
                let envelope = Envelope::from_bytes(slot.sealed);
                self.envelopes.extend(envelope.open_as_member(&self.own, self.vault, &row.public_key));
            }
            for (circle, slot) in self.circles.iter().zip(slots.collect::<Vec<_>>()) {
                if let Some(slot) = rows.slot(&slot).unwrap() {
                    let envelope = Envelope::from_bytes(slot.sealed);
                    self.envelopes.extend(envelope.open(circle, self.vault, &row.public_key));
                }
                if circle.name().compartment == Compartment::Oversight.number() {
                    let envelope = Envelope::from_bytes(row.envelope.clone());
                    self.envelopes.extend(envelope.open(circle, self.vault, &row.public_key));
                }
            }
        }
        let mut found = Vec::new();
        rows.each_key([0; 16], [0xFF; 16], |row| {
            let at = WrapPlace { vault: self.vault, scope: row.scope, ordinal: row.ordinal };
            for wrap in self.wrap_keys() {
                if let Ok((place, key)) = wrap.unwrap(&at, &row.commitment, &row.sealed) {
                    let compartment = Compartment::from_number(place.compartment).unwrap();
                    found.push((row.scope, row.commitment, compartment, place.generation, key));
                }
            }
        })
        .unwrap();
        self.data.extend(found);
    }

    /// Whether a circle of these opens an envelope that is bound to this.
    pub(super) fn opens_envelope(&self, envelope: &[u8], binding: &[u8]) -> bool {
        let envelope = Envelope::from_bytes(envelope.to_vec());
        self.circles.iter().any(|circle| envelope.open(circle, self.vault, binding).is_ok())
    }

    fn wrap_keys(&self) -> impl Iterator<Item = &WrapKey> {
        let circles = self.circles.iter().map(CircleKeys::wrap_key);
        let envelopes = self.envelopes.iter().map(EnvelopeKey::wrap_key);
        std::iter::once(self.own.wrap_key()).chain(circles).chain(envelopes)
    }

    /// What the keys open of a file.
    pub(super) fn loot(&self, rows: &Rows<'_>, file: VaultRow) -> Loot {
        let mut loot = Loot::default();
        let mut heads = Vec::new();
        rows.each_head([0; 16], [0xFF; 16], |head| heads.push(head)).unwrap();
        let mut revisions = Vec::new();
        rows.each_revision_id(|id| revisions.push(id)).unwrap();
        for id in revisions {
            let row = rows.revision(id).unwrap().unwrap();
            let head = heads.iter().find(|head| head.record == row.record).unwrap();
            let opened = self.compartments(head, &row, file);
            loot.groups.extend(opened.into_iter().map(|compartment| (row.commit, row.record, compartment)));
        }
        for (position, sealed) in rows.roster().unwrap().iter().enumerate() {
            if self.opens_as_member(&roster_context(self.vault, position as u64), sealed) {
                loot.roster.push(position as u64);
            }
        }
        rows.each_circle_entry([0; 16], [0xFF; 16], |row| {
            let context = crate::vault::case_circle::entry_context(self.vault, row.scope, row.number);
            if self.opens_as_member(&context, &row.sealed) {
                loot.case_circles.push(row.commit);
            }
        })
        .unwrap();
        rows.each_entry(0, u64::MAX, |row| {
            let context = crate::vault::act::entry_context(file, row.position, row.session);
            let opens = |key: &EnvelopeKey| key.open_onto(&context, &row.sealed, &mut Vec::new()).is_ok();
            if self.envelopes.iter().any(opens) {
                loot.entries.push(row.position);
            }
        })
        .unwrap();
        loot
    }

    fn opens_as_member(&self, context: &ValueContext, sealed: &[u8]) -> bool {
        self.circles.iter().any(|circle| context.open_onto(circle.value_key(), sealed, &mut Vec::new()).is_ok())
    }

    /// The compartments of a revision that the keys open.
    fn compartments(&self, head: &crate::store::HeadRow, row: &RevisionRow, file: VaultRow) -> Vec<Compartment> {
        let parts = HeadParts {
            vault: self.vault,
            kind: head.kind,
            scope: head.scope,
            record: head.record,
            parent: head.parent,
            device: file.device,
            number: row.number,
            previous: row.previous,
        };
        let mut opened = Vec::new();
        for group in Groups::new(&row.groups) {
            let group = group.unwrap();
            for (scope, commitment, compartment, generation, key) in &self.data {
                let context = parts.of_group(&group).group_context(compartment.number(), *generation, *commitment);
                if *scope == head.scope && OpenedGroup::open(key.secret(), &context, group.sealed).is_ok() {
                    opened.push(*compartment);
                }
            }
        }
        opened
    }
}

impl Loot {
    /// The compartments of a record that a commit after this one wrote.
    pub(super) fn later(&self, commit: u64, record: RecordId) -> Vec<Compartment> {
        let later = self.groups.iter().filter(|(written, of, _)| *written > commit && *of == record);
        let mut later: Vec<_> = later.map(|(.., compartment)| *compartment).collect();
        later.sort_unstable();
        later.dedup();
        later
    }
}

impl Hoard {
    /// Takes what the identity and a second secret open together.
    pub(super) fn take_emergency(&mut self, rows: &Rows<'_>, roster: &Roster, second: &crate::keys::EmergencySecret) {
        let listed: Vec<_> = roster.second_secrets().map(|(_, public)| public.clone()).collect();
        for circle in roster.circles() {
            let name = circle.listing.name;
            for public in &listed {
                let slot = self.own.public.slot_key.emergency(self.vault, name, public);
                let Some(row) = rows.slot(&slot).unwrap() else { continue };
                if let Ok(secret) = self.own.open_emergency(self.vault, name, &row.sealed, second) {
                    self.circles.push(secret.keys(self.vault, name));
                }
            }
        }
    }
}
