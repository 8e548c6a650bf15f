//! Epochs: signing keys that live for a while and are then wiped, so that who steals the keys of today cannot rewrite
//! what was logged before.
//!
//! Besides its own key, a log signs with the key of the epoch in force. The genesis entry pins the key of epoch 0; an
//! entry of [`Event::KeyRotation`](super::Event::KeyRotation) pins that of the next one. The checkpoint that ends with
//! this entry is signed by the log, by the epoch that ends and by the one that begins; then the old private key is
//! wiped. [`EpochKeys`] is the signing side, [`EpochChain`] the verifying one.

mod chain;
mod keys;

pub use chain::{EpochChain, MAX_EPOCHS};
pub use keys::EpochKeys;
#[cfg(feature = "fuzzing")]
pub(super) use keys::Kept as KeptEpochKeys;

use std::borrow::Cow;

use super::{Detail, DetailKey, DetailValue, Entry, Event, KeyName, LogError, NoteKey};
use crate::error::{Diagnosis, Family};
use crate::keys::{KeyError, VerifyingKey};

/// What an entry says: from here on this epoch is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochStatement {
    /// The number of the epoch, from 0.
    pub epoch: u64,
    /// Its public key.
    pub key: VerifyingKey,
}

impl EpochStatement {
    /// These details and the statement.
    #[must_use]
    pub fn with_details<'a>(&self, detail: Detail<'a>) -> Detail<'a> {
        let key = DetailValue::Bytes(Cow::Owned(self.key.as_bytes().to_vec()));
        detail.with(DetailKey::EPOCH, self.epoch).with(DetailKey::EPOCH_KEY, key)
    }

    /// The statement in this entry, if it is one of a genesis or of a change of epoch.
    ///
    /// # Errors
    /// [`EpochError::Statement`] if there is half of one.
    pub fn in_entry(entry: &Entry<'_>) -> Result<Option<Self>, EpochError> {
        if !matches!(entry.event, Event::Genesis | Event::KeyRotation) {
            return Ok(None);
        }
        let detail = |key| entry.detail.as_ref().and_then(|detail| detail.get(key));
        match (detail(DetailKey::EPOCH), detail(DetailKey::EPOCH_KEY)) {
            (None, None) => Ok(None),
            (Some(DetailValue::Number(epoch)), Some(DetailValue::Bytes(key))) => {
                let key = key.as_ref().try_into().map_err(|_| EpochError::Statement)?;
                Ok(Some(Self { epoch: *epoch, key: VerifyingKey::from_bytes(key) }))
            }
            _ => Err(EpochError::Statement),
        }
    }

    /// The key as it signs checkpoints of this log: its name is `<origin>/epoch/<number>`.
    ///
    /// # Errors
    /// [`LogError::KeyName`], never for the origin of a checkpoint.
    pub fn note_key(&self, origin: &KeyName) -> Result<NoteKey, LogError> {
        Ok(NoteKey::new(epoch_name(origin, self.epoch)?, self.key))
    }
}

fn epoch_name(origin: &KeyName, epoch: u64) -> Result<KeyName, LogError> {
    KeyName::new(format!("{origin}/epoch/{epoch}"))
}

/// What can be wrong with epochs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpochError {
    /// An entry that begins an epoch without its number or its key.
    #[error("an entry of the log begins an epoch without its number or its key")]
    Statement,
    /// An epoch does not follow the one before it.
    #[error("epoch {found} of the log stands where epoch {expected} has to begin")]
    Skipped {
        /// The one that has to begin.
        expected: u64,
        /// The one that the entry names.
        found: u64,
    },
    /// The key of an earlier epoch again, or an epoch a second time.
    #[error("epoch {epoch} of the log begins with a key or a number that was used before")]
    Reused {
        /// The number that the entry names.
        epoch: u64,
    },
    /// More than [`MAX_EPOCHS`].
    #[error("the log has more epochs than a device can have begun")]
    TooMany,
    /// No epoch was in force at the size of a checkpoint.
    #[error("no epoch of the log was in force at size {size}")]
    NoEpoch {
        /// The size.
        size: u64,
    },
    /// The epoch in force did not sign a checkpoint.
    #[error("epoch {epoch} did not sign the checkpoint of size {size}")]
    NotSigned {
        /// The epoch that has to.
        epoch: u64,
        /// The size.
        size: u64,
    },
    /// An epoch signed a checkpoint at whose size it was not in force: its key was not wiped, or was used to pre-date.
    #[error("epoch {epoch} signed the checkpoint of size {size} and was not in force there")]
    NotInForce {
        /// The epoch that did.
        epoch: u64,
        /// The size.
        size: u64,
    },
    /// The device's epoch keys are missing, damaged, or not those that the log names.
    #[error("the device does not hold the key of the log's epoch")]
    ForeignKeys,
    /// The key store.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signatures.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Diagnosis for EpochError {
    fn code(&self) -> u16 {
        Family::Log.code(match self {
            Self::Statement => 91,
            Self::Skipped { .. } => 92,
            Self::Reused { .. } => 93,
            Self::TooMany => 94,
            Self::NoEpoch { .. } => 95,
            Self::NotSigned { .. } => 96,
            Self::NotInForce { .. } => 97,
            Self::ForeignKeys => 98,
            Self::Key(error) => return error.code(),
            Self::Log(error) => return error.code(),
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Statement | Self::Skipped { .. } | Self::Reused { .. } | Self::TooMany => {
                "Do not trust this log: no honest device writes such an entry. Keep the bundle as evidence."
            }
            Self::NoEpoch { .. } | Self::NotSigned { .. } => {
                "Do not trust this checkpoint: whoever made it did not hold the key that was in force. Keep it as evidence."
            }
            Self::NotInForce { .. } => {
                "Treat the device as compromised: a key was used outside its time. Keep the checkpoint as evidence."
            }
            Self::ForeignKeys => {
                "Check that the device's key store was not restored from an old copy; then begin a new log with `saferoom vault adopt`."
            }
            Self::Key(error) => error.advice(),
            Self::Log(error) => error.advice(),
        }
    }
}

#[cfg(test)]
mod tests;
