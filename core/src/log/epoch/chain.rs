//! The verifying side: which epoch was in force at which size, and whether the checkpoints are signed by it.

use std::collections::HashSet;

use super::{EpochError, EpochStatement, epoch_name};
use crate::keys::VerifyingKey;
use crate::log::{Entry, Event, KeyName, LogError, Note};

/// The most epochs of one log: one each day for 2,800 years.
pub const MAX_EPOCHS: usize = 1 << 20;

/// The epochs of one log, as its entries name them.
///
/// Every entry is given to [`EpochChain::read`], in order; every checkpoint, once the entries below its size were read,
/// to [`EpochChain::check`]. In the end [`EpochChain::without_handover`] has to be empty.
#[derive(Debug, Clone)]
pub struct EpochChain {
    origin: KeyName,
    epochs: Vec<Begun>,
    keys: HashSet<VerifyingKey>,
}

#[derive(Debug, Clone)]
struct Begun {
    /// The size of the log that ends with the entry which begins the epoch.
    size: u64,
    key: VerifyingKey,
    /// Whether a checkpoint of that size was seen that the epoch before it signed too.
    handed_over: bool,
}

impl EpochChain {
    /// The log of this origin, before its first entry.
    #[must_use]
    pub fn new(origin: KeyName) -> Self {
        Self { origin, epochs: Vec::new(), keys: HashSet::new() }
    }

    /// Reads an entry; most say nothing about epochs. `index` is its place in the tree.
    ///
    /// # Errors
    /// [`EpochError::Statement`], [`EpochError::Skipped`], [`EpochError::Reused`], [`EpochError::TooMany`]. The epoch is
    /// then not begun.
    pub fn read(&mut self, index: u64, entry: &Entry<'_>) -> Result<(), EpochError> {
        let Some(EpochStatement { epoch, key }) = EpochStatement::in_entry(entry)? else { return Ok(()) };
        let expected = self.epochs.len() as u64;
        // The first epoch stands in the genesis entry, and the genesis entry stands first.
        let first = entry.event == Event::Genesis;
        if epoch < expected || self.keys.contains(&key) {
            return Err(EpochError::Reused { epoch });
        }
        if epoch > expected || first != (expected == 0) || first != (index == 0) {
            return Err(EpochError::Skipped { expected, found: epoch });
        }
        if self.epochs.len() >= MAX_EPOCHS {
            return Err(EpochError::TooMany);
        }
        self.keys.insert(key);
        self.epochs.push(Begun { size: index.saturating_add(1), key, handed_over: epoch == 0 });
        Ok(())
    }

    /// The epoch in force in the log of this size, as far as the entries were read.
    #[must_use]
    pub fn in_force(&self, size: u64) -> Option<EpochStatement> {
        let begun = self.epochs.partition_point(|begun| begun.size <= size);
        let epoch = begun.checked_sub(1)?;
        Some(EpochStatement { epoch: epoch as u64, key: self.epochs[epoch].key })
    }

    /// Whether the log has epochs at all: whether its genesis named one.
    #[must_use]
    pub fn has_epochs(&self) -> bool {
        !self.epochs.is_empty()
    }

    /// Checks that a checkpoint of this size is signed by the epoch in force there and by no other; where an epoch
    /// begins, by the one that ends as well. The log's own signature is for the caller to verify.
    ///
    /// # Errors
    /// [`EpochError::NoEpoch`], [`EpochError::NotSigned`], [`EpochError::NotInForce`]; [`LogError::BadSignature`].
    pub fn check(&mut self, size: u64, note: &Note) -> Result<(), EpochError> {
        let in_force = self.in_force(size).ok_or(EpochError::NoEpoch { size })?.epoch;
        let place = usize::try_from(in_force).map_err(|_| EpochError::TooMany)?;
        let begins = in_force > 0 && self.epochs[place].size == size;
        let signed = self.signers(note)?;
        let allowed = |epoch: u64| epoch == in_force || (begins && epoch + 1 == in_force);
        if let Some(epoch) = signed.iter().copied().find(|epoch| !allowed(*epoch)) {
            return Err(EpochError::NotInForce { epoch, size });
        }
        let required = if begins { in_force - 1..=in_force } else { in_force..=in_force };
        for epoch in required {
            if !signed.contains(&epoch) {
                return Err(EpochError::NotSigned { epoch, size });
            }
        }
        if begins {
            self.epochs[place].handed_over = true;
        }
        Ok(())
    }

    /// The epochs whose beginning no checked checkpoint proves: their numbers, and the sizes of the checkpoints that are
    /// missing.
    pub fn without_handover(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        (0..).zip(&self.epochs).filter(|(_, begun)| !begun.handed_over).map(|(epoch, begun)| (epoch, begun.size))
    }

    /// The sizes at which epochs after the first begin: of each, a checkpoint signed by both has to be kept.
    pub fn handovers(&self) -> impl Iterator<Item = u64> + '_ {
        self.epochs.iter().skip(1).map(|begun| begun.size)
    }

    /// Which epochs of this log signed, by the names of the lines.
    fn signers(&self, note: &Note) -> Result<Vec<u64>, LogError> {
        let mut signed = Vec::new();
        let prefix = format!("{}/epoch/", self.origin);
        for line in note.signatures() {
            let number = line.name().as_str().strip_prefix(&prefix).and_then(|number| number.parse::<u64>().ok());
            let Some(epoch) = number else { continue };
            let Some(begun) = usize::try_from(epoch).ok().and_then(|place| self.epochs.get(place)) else { continue };
            // `+7` and `007` are other names.
            if *line.name() != epoch_name(&self.origin, epoch)? {
                continue;
            }
            let key = EpochStatement { epoch, key: begun.key }.note_key(&self.origin)?;
            if note.verify(std::slice::from_ref(&key)).is_ok() {
                signed.push(epoch);
            } else if key.id() == line.id() {
                return Err(LogError::BadSignature);
            }
        }
        Ok(signed)
    }
}
