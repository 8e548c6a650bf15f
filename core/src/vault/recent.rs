//! Where the newest log entries about records stand that were looked at and not written since.
//!
//! The place of the last entry about a record belongs to its head, so that the next entry can name it. Putting it there at
//! each read costs a page of the heads and a chunk of the state. So a read notes it here: in a short sealed list that lies
//! in the row of the newest statement, which every commit writes anyway. A list that is full moves to a row of its own; when
//! there are [`MAX_NOTED`] places, all go into their heads at once, in the order of the file. The digests of all lists are part
//! of the state root, so that none can be changed, dropped or put back. See docs/adr/0005.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::{Error, IntegrityError};
use crate::id::{RecordId, VaultId};
use crate::keys::CircleKeys;
use crate::seal::{LabelledInput, Secret, ValueContext, derive_secret, sha256};
use crate::store::{HeadRow, Rows};

/// How many places one list holds at most.
const MOST: usize = 128;
/// How many places a list grows to. In tests lists are short, so that every test goes through all that happens to them.
const PER_LIST: usize = if cfg!(test) { STEP } else { MOST };
/// How many places are noted before they go into the heads.
const MAX_NOTED: usize = if cfg!(test) { 3 * PER_LIST } else { 8192 };
/// A record's id and a place.
const ITEM: usize = 16 + 8;
/// A list is padded to a multiple of this many items: it shows no more than the size of the log does.
const STEP: usize = 16;

/// See the module.
pub(super) struct Recent {
    vault: VaultId,
    key: Secret,
    noted: HashMap<RecordId, u64>,
    /// The list that grows.
    growing: Vec<(RecordId, u64)>,
    /// It, sealed as it was last.
    sealed: Vec<u8>,
    changed: bool,
    /// Lists that are full and not in the file yet.
    filled: Vec<Vec<(RecordId, u64)>>,
    /// Digests of the sealed full lists in the file.
    digests: Vec<[u8; 32]>,
}

impl Recent {
    /// No places. `roster` are the keys of the circle of all members.
    pub(super) fn empty(vault: VaultId, roster: &CircleKeys) -> Self {
        let label = LabelledInput::new("saferoom/state/recent-key").part(vault.as_bytes());
        Self {
            vault,
            key: derive_secret(roster.value_key(), &label),
            noted: HashMap::new(),
            growing: Vec::new(),
            sealed: Vec::new(),
            changed: true,
            filled: Vec::new(),
            digests: Vec::new(),
        }
    }

    /// Place of the newest entry about the record with this head.
    pub(super) fn last_entry(&self, head: &HeadRow) -> u64 {
        self.noted.get(&head.record).map_or(head.entry, |entry| head.entry.max(*entry))
    }

    /// Notes that the newest entry about a record stands at `entry`.
    pub(super) fn note(&mut self, head: &HeadRow, entry: u64) {
        self.noted.insert(head.record, entry);
        self.changed = true;
        match self.growing.iter().position(|(record, _)| *record == head.record) {
            Some(place) => self.growing[place].1 = entry,
            None if self.growing.len() < PER_LIST => self.growing.push((head.record, entry)),
            None => self.filled.push(std::mem::replace(&mut self.growing, vec![(head.record, entry)])),
        }
    }

    /// Forgets the head of a record that was written: the new one names its entry.
    pub(super) fn written(&mut self, record: RecordId) {
        self.noted.remove(&record);
    }

    /// Whether the places are to go into the heads.
    pub(super) fn is_full(&self) -> bool {
        self.noted.len() > MAX_NOTED || self.digests.len() + self.filled.len() > 2 * MAX_NOTED / PER_LIST
    }

    /// Takes all places out, in the order of the records; the lists in the file go.
    pub(super) fn take(&mut self, rows: &Rows<'_>) -> Result<Vec<(RecordId, u64)>, Error> {
        if !self.digests.is_empty() {
            rows.clear_recent()?;
        }
        let mut all: Vec<_> = self.noted.drain().collect();
        all.sort_unstable();
        self.growing.clear();
        self.filled.clear();
        self.digests.clear();
        self.changed = true;
        Ok(all)
    }

    /// Writes the lists that are full, and seals the one that grows; returns the digest of all.
    pub(super) fn store(&mut self, rows: &Rows<'_>) -> Result<[u8; 32], Error> {
        for list in std::mem::take(&mut self.filled) {
            let sealed = self.seal(self.digests.len(), &list)?;
            rows.add_recent(self.digests.len() as u64, &sealed)?;
            self.digests.push(sha256(&sealed));
        }
        if std::mem::take(&mut self.changed) {
            self.sealed = self.seal(self.digests.len(), &self.growing)?;
        }
        Ok(self.digest())
    }

    /// The list that grows, as it was sealed last.
    pub(super) fn sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// Takes the lists of the file; returns the digest of all. They are opened once it was found to be signed.
    pub(super) fn take_sealed(&mut self, full: &[Vec<u8>], growing: Vec<u8>) -> [u8; 32] {
        self.digests = full.iter().map(|list| sha256(list)).collect();
        self.sealed = growing;
        self.changed = false;
        self.digest()
    }

    /// Opens the lists whose digests were found to be right.
    pub(super) fn open(&mut self, full: &[Vec<u8>]) -> Result<(), Error> {
        self.noted.clear();
        self.filled.clear();
        let mut lists = full.iter().map(Vec::as_slice).chain([&self.sealed[..]]).enumerate();
        let mut growing = Vec::new();
        lists.try_for_each(|(number, sealed)| {
            growing = open_list(self.vault, &self.key, number, sealed)?;
            for (record, entry) in &growing {
                self.noted.insert(*record, *entry);
            }
            Ok::<_, Error>(())
        })?;
        self.growing = growing;
        Ok(())
    }

    fn digest(&self) -> [u8; 32] {
        let growing = sha256(&self.sealed);
        sha256(LabelledInput::new("saferoom/recent").part(self.digests.as_flattened()).part(&growing).as_bytes())
    }

    fn seal(&self, number: usize, list: &[(RecordId, u64)]) -> Result<Vec<u8>, Error> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PER_LIST * ITEM));
        for (record, entry) in list {
            plain.extend_from_slice(record.as_bytes());
            plain.extend_from_slice(&entry.to_be_bytes());
        }
        plain.resize(list.len().next_multiple_of(STEP).max(STEP) * ITEM, 0);
        Ok(context(self.vault, number).seal(&self.key, &plain)?)
    }
}

fn open_list(vault: VaultId, key: &Secret, number: usize, sealed: &[u8]) -> Result<Vec<(RecordId, u64)>, Error> {
    let mut plain = Zeroizing::new(Vec::with_capacity(PER_LIST * ITEM + 64));
    context(vault, number).open_onto(key, sealed, &mut plain).map_err(|_| IntegrityError::State)?;
    let (items, rest) = plain.as_chunks::<ITEM>();
    if !rest.is_empty() || items.len() > MOST || !items.len().is_multiple_of(STEP) {
        return Err(IntegrityError::State.into());
    }
    let read = |item: &[u8; ITEM]| {
        let (record, entry) = item.split_at(16);
        Some((RecordId::from_bytes(record.try_into().ok()?), u64::from_be_bytes(entry.try_into().ok()?)))
    };
    // Zeros pad; an id is random.
    Ok(items.iter().take_while(|item| **item != [0; ITEM]).filter_map(read).collect())
}

fn context(vault: VaultId, number: usize) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/recent/sealed").part(vault.as_bytes()).number(number as u64))
}
