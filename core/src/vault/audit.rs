//! The access log, as a member of the oversight circle sees it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use zeroize::Zeroizing;

use super::act::{Act, entry_context, split_entry};
use super::{Error, IntegrityError, Session};
use crate::access::{Access, AccessError};
use crate::keys::{Envelope, EnvelopeKey};
use crate::log::{Disclosure, Entry, Event, Hash, Outcome, leaf_hash};
use crate::model::Compartment;
use crate::store::EntryRow;

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

impl Session {
    /// The log's entries from `from` (inclusive) to `to` (exclusive), as far as there are. Reading the log is logged.
    ///
    /// # Errors
    /// [`AccessError::NoKey`] if the member is not in the oversight circle, [`IntegrityError::Entry`] if an entry does
    /// not open to its leaf.
    pub fn log_entries(&self, from: u64, to: u64, access: &Access) -> Result<Vec<LoggedEntry>, Error> {
        self.act(access, Event::LogRead, &[], |act| {
            let mut entries = Vec::new();
            act.each_log_entry(from, to, |entry| {
                entries.push(entry);
                Ok(())
            })?;
            act.log(Event::LogRead, Outcome::Success, None, None)?;
            Ok(entries)
        })
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
    /// Opens entries one after the other and checks each against its leaf.
    pub(super) fn each_log_entry(
        &mut self,
        from: u64,
        to: u64,
        mut visit: impl FnMut(LoggedEntry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut envelopes = HashMap::new();
        let mut failed = Ok(());
        let rows = self.rows;
        let end = to.min(self.keys.frontier.size());
        let mut expected = from;
        rows.each_entry(from, end, |row| {
            if failed.is_ok() {
                // An entry that is missing in between is never passed over.
                let gap = if row.position == expected { Ok(()) } else { Err(IntegrityError::Log.into()) };
                failed = gap.and_then(|()| self.open_entry(&row, &mut envelopes)).and_then(&mut visit);
            }
            expected += 1;
        })?;
        failed?;
        if expected < end { Err(IntegrityError::Log.into()) } else { Ok(()) }
    }

    fn open_entry(&self, row: &EntryRow, envelopes: &mut HashMap<u64, EnvelopeKey>) -> Result<LoggedEntry, Error> {
        let key = match envelopes.entry(row.session) {
            Slot::Occupied(opened) => opened.into_mut(),
            Slot::Vacant(slot) => slot.insert(self.open_envelope(row.session)?),
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(row.sealed.len()));
        key.open_onto(&entry_context(self.keys, row.position, row.session), &row.sealed, &mut plain)
            .map_err(|_| IntegrityError::Entry)?;
        let (encoded, opening) = split_entry(&plain)?;
        let leaf = leaf_hash(encoded);
        let entry = Entry::decode(encoded).map_err(|_| IntegrityError::Entry)?;
        if row.hashes.get(..32) != Some(&leaf.as_bytes()[..]) || entry.seq != row.position {
            return Err(IntegrityError::Entry.into());
        }
        let reason = match opening {
            [] => None,
            opening => Some(self.open_reason(&entry, opening)?),
        };
        Ok(LoggedEntry { entry: entry.into_owned(), leaf, reason })
    }

    fn open_reason(&self, entry: &Entry<'_>, opening: &[u8]) -> Result<String, Error> {
        let disclosure = Disclosure::decode(opening).map_err(|_| IntegrityError::Entry)?;
        let committed = entry.why.as_ref().and_then(|why| why.commitment);
        // An entry about a refused purpose carries no `why`, and so no commitment; its reason is kept all the same.
        if committed.is_some_and(|commitment| !disclosure.opens(&commitment)) {
            return Err(IntegrityError::Entry.into());
        }
        Ok(disclosure.value().to_owned())
    }

    /// Opens the key of a session's entries.
    fn open_envelope(&self, session: u64) -> Result<EnvelopeKey, Error> {
        let unit = self.keys.roster.founding().unit;
        let circle = self
            .keys
            .circles
            .get(unit, Compartment::Oversight)
            .ok_or(AccessError::NoKey { compartment: Compartment::Oversight.name() })?;
        let row = self.rows.session(session)?.ok_or(IntegrityError::Certificate)?;
        let envelope = Envelope::from_bytes(row.envelope);
        Ok(envelope.open(circle, self.keys.file.vault, &row.public_key).map_err(|_| IntegrityError::Entry)?)
    }

    /// Whether this member may open the log.
    pub(super) fn holds_oversight(&self) -> bool {
        self.keys.circles.get(self.keys.roster.founding().unit, Compartment::Oversight).is_some()
    }
}
