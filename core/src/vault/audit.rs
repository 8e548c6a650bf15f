//! The access log, as a member of the oversight circle sees it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use zeroize::Zeroizing;

use super::act::{Act, entry_context, split_entry};
use super::device_session::{is_device_entry, is_device_session};
use super::lines::first_place;
use super::unlocked::StoredHashes;
use super::{Error, IntegrityError, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError, LogEnd, LogLine};
use crate::id::DeviceId;
use crate::keys::{Envelope, EnvelopeKey};
use crate::log::{
    Disclosure, Entry, Event, Hash, KeyName, NoteKey, Outcome, WitnessRequest, at_rest, leaf_hash, prove_consistency,
};
use crate::model::Compartment;
use crate::store::{EntryRow, VaultRow};

/// An entry of the log, opened, with the reason in words if one was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEntry {
    /// The entry.
    pub entry: Entry<'static>,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The opening of the reason's commitment; it lies beside the first entry of an operation.
    pub reason: Option<String>,
}

/// An entry while it is looked at.
pub(super) struct OpenedEntry<'e> {
    pub(super) entry: Entry<'e>,
    pub(super) bytes: &'e [u8],
    pub(super) leaf: Hash,
    pub(super) opening: Option<Disclosure>,
}

/// One log of the file: of the device that keeps the vault, or of one that kept it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogInfo {
    /// Its number in the file, from 0.
    pub number: usize,
    /// The device.
    pub device: DeviceId,
    /// Its name and public key, as auditors pin it.
    pub key: NoteKey,
    /// How many entries it has; for an earlier log, as far as the device after it knew.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Session {
    /// The log's entries from `from` (inclusive) to `to` (exclusive), as far as there are. Reading the log is logged.
    ///
    /// # Errors
    /// [`AccessError::NoKey`] if the member is not in the oversight circle, [`IntegrityError::Entry`] if an entry does
    /// not open to its leaf.
    pub fn log_entries(&self, from: u64, to: u64, access: &Access) -> Result<Vec<LoggedEntry>, Error> {
        let newest = self.look(|act| Ok(act.keys.roster.logs().len() - 1))?;
        self.log_entries_of(newest, from, to, access)
    }

    /// The logs of the file, in the order in which devices kept the vault; the last one is being kept. Tells nothing
    /// about what was done.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn logs(&self) -> Result<Vec<LogInfo>, Error> {
        self.look(|act| {
            let newest =
                LogEnd { commit: act.commit_number() - 1, size: act.log_size(), root: act.keys.frontier.root() };
            let info = |(number, log): (usize, &LogLine)| {
                let key = NoteKey::new(KeyName::new(log.origin.clone())?, log.log_key);
                let end = log.ended.unwrap_or(newest);
                Ok(LogInfo { number, device: log.device, key, size: end.size, root: end.root })
            };
            act.keys.roster.logs().iter().enumerate().map(info).collect()
        })
    }

    /// As [`log_entries`](Self::log_entries), of the log with this number in [`logs`](Self::logs).
    ///
    /// # Errors
    /// As [`log_entries`](Self::log_entries), and [`Error::NoSuchLog`].
    pub fn log_entries_of(&self, log: usize, from: u64, to: u64, access: &Access) -> Result<Vec<LoggedEntry>, Error> {
        self.act(access, Event::LogRead, &[], |act| {
            act.demand(Action::ReadLog)?;
            let mut entries = Vec::new();
            act.each_log_entry(log, from, to, |entry| {
                entries.push(entry);
                Ok(())
            })?;
            act.log(Event::LogRead, Outcome::Success, None, None)?;
            Ok(entries)
        })
    }

    /// What a witness asks for that has seen the log with `old` entries: a signed checkpoint of the log as it is now, and
    /// the proof that it begins with those.
    ///
    /// # Errors
    /// [`crate::log::LogError::SizeOutOfRange`] if the log never had so many entries; [`Error::ForeignVault`] if this device does not
    /// hold the log's key; [`IntegrityError`].
    pub fn witness_request(&self, old: u64) -> Result<WitnessRequest, Error> {
        let (note, proof) = self.look_to_sign(|act, keys| {
            let logs = act.keys.roster.logs();
            let hashes = StoredHashes(act.rows, first_place(logs.len() - 1));
            let frontier = act.keys.frontier.clone();
            let proof = prove_consistency(old, frontier.size(), &hashes)?;
            Ok((act.sign_checkpoint(keys)?, proof))
        })?;
        Ok(WitnessRequest::new(old, proof, note)?)
    }

    /// How many entries the log has.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn log_size(&self) -> Result<u64, Error> {
        self.look(|act| Ok(act.keys.frontier.size()))
    }
}

impl Act<'_> {
    pub(super) fn log_size(&self) -> u64 {
        self.keys.frontier.size()
    }

    /// As [`each_opened`](Self::each_opened), each entry with its reason in words.
    pub(super) fn each_log_entry(
        &mut self,
        log: usize,
        from: u64,
        to: u64,
        mut visit: impl FnMut(LoggedEntry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.each_opened(log, from, to, |opened| {
            let reason = opened.opening.map(|opening| opening.value().to_owned());
            visit(LoggedEntry { entry: opened.entry.into_owned(), leaf: opened.leaf, reason })
        })
    }

    /// Opens entries of a log one after the other and checks each against its leaf.
    pub(super) fn each_opened(
        &mut self,
        log: usize,
        from: u64,
        to: u64,
        mut visit: impl FnMut(OpenedEntry<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut envelopes = HashMap::new();
        let mut failed = Ok(());
        let rows = self.rows;
        let line = self.keys.roster.logs().get(log).ok_or(Error::NoSuchLog)?;
        let file = VaultRow { device: line.device, ..self.keys.file };
        let end = to.min(line.ended.map_or(self.log_size(), |end| end.size));
        let start = first_place(log);
        let mut expected = from;
        rows.each_entry(start + from.min(end), start + end, |mut row| {
            row.position -= start;
            if failed.is_ok() {
                // An entry that is missing in between is never passed over.
                let gap = if row.position == expected { Ok(()) } else { Err(IntegrityError::Log.into()) };
                failed = gap.and_then(|()| self.open_entry(file, &row, &mut envelopes, &mut visit));
            }
            expected += 1;
        })?;
        failed?;
        if expected < end { Err(IntegrityError::Log.into()) } else { Ok(()) }
    }

    fn open_entry(
        &self,
        file: VaultRow,
        row: &EntryRow,
        envelopes: &mut HashMap<u64, (Vec<EnvelopeKey>, bool)>,
        visit: &mut impl FnMut(OpenedEntry<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (keys, by_device) = match envelopes.entry(row.session) {
            Slot::Occupied(opened) => opened.into_mut(),
            Slot::Vacant(slot) => slot.insert(self.open_envelopes(row.session)?),
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(row.sealed.len()));
        let context = entry_context(file, row.position, row.session);
        if !keys.iter().any(|key| key.open_onto(&context, &row.sealed, &mut plain).is_ok()) {
            return Err(IntegrityError::Entry.into());
        }
        let (stripped, opening) = split_entry(&plain)?;
        let mut bytes = Vec::with_capacity(plain.len());
        at_rest::restore(stripped, row.position, file.device, &mut bytes).map_err(|_| IntegrityError::Entry)?;
        let leaf = leaf_hash(&bytes);
        let entry = Entry::decode(&bytes).map_err(|_| IntegrityError::Entry)?;
        if row.hashes.get(..32) != Some(&leaf.as_bytes()[..]) {
            return Err(IntegrityError::Entry.into());
        }
        if *by_device && !is_device_entry(&entry) {
            return Err(IntegrityError::Entry.into());
        }
        let opening = match opening {
            [] => None,
            opening => Some(opening_of(&entry, opening)?),
        };
        visit(OpenedEntry { entry, bytes: &bytes, leaf, opening })
    }

    /// Opens the keys of a session's entries: the one that it drew at sign-in, and one for each generation of the oversight
    /// circle that came while it worked. Tells also whether the session is the device's.
    pub(super) fn open_envelopes(&self, session: u64) -> Result<(Vec<EnvelopeKey>, bool), Error> {
        let (vault, unit) = (self.keys.file.vault, self.keys.roster.founding().unit);
        let row = self.rows.session(session)?.ok_or(IntegrityError::Certificate)?;
        let names = self.keys.circles.generations(unit, Compartment::Oversight);
        if names.is_empty() {
            return Err(AccessError::NoKey { compartment: Compartment::Oversight.name() }.into());
        }
        let (mut keys, by_device) = (Vec::new(), is_device_session(&row));
        let own = Envelope::from_bytes(row.envelope);
        for name in names {
            let Some(circle) = self.keys.circles.named(&name)? else { continue };
            keys.extend(own.open(circle, vault, &row.public_key));
            if let Some(later) = self.rows.slot(&circle.slot_key().envelope(vault, session))? {
                keys.extend(Envelope::from_bytes(later.sealed).open(circle, vault, &row.public_key));
            }
        }
        if keys.is_empty() { Err(IntegrityError::Entry.into()) } else { Ok((keys, by_device)) }
    }

    /// Whether this member may open the log.
    pub(super) fn holds_oversight(&self) -> bool {
        self.keys.circles.names().any(|name| name.compartment == Compartment::Oversight.number())
    }
}

fn opening_of(entry: &Entry<'_>, opening: &[u8]) -> Result<Disclosure, Error> {
    let disclosure = Disclosure::decode(opening).map_err(|_| IntegrityError::Entry)?;
    let committed = entry.why.as_ref().and_then(|why| why.commitment);
    // An entry about a refused purpose carries no `why`, and so no commitment; its reason is kept all the same.
    if committed.is_some_and(|commitment| !disclosure.opens(&commitment)) {
        return Err(IntegrityError::Entry.into());
    }
    Ok(disclosure)
}
