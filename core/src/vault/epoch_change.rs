//! The change of the epoch at a sign-in: the host's key store is asked between transactions, never within one.
//!
//! The next key has to be in the key store before the entry about it is in the log, and the old one has to go once it is.
//! Whether a change is due shows only within the transaction of a sign-in. So a sign-in that finds one due leaves its
//! transaction, prepares the change, and begins again. Two processes that prepare at the same moment would write over each
//! other's next key, of which one may be in the log already; so only one has the turn, and who does not get it signs in
//! without a change. See docs/adr/0110.

use super::kept::epoch_key_name;
use super::{Error, Vault};
use crate::keys::KeyStore;
use crate::log::{EpochError, EpochKeys, EpochStatement, KeyName};
use crate::store::Turn;

/// How far a sign-in has come with a change of the epoch.
pub(super) enum EpochChange {
    /// Nobody has looked whether one is due.
    Unknown,
    /// One was due. Now that nobody else can change the epoch, the file has to be asked once more.
    Alone(Turn),
    /// The next key lies in the key store beside the one in force.
    Prepared(Turn, Box<EpochKeys>),
    /// There is none at this sign-in.
    Left,
}

/// A change that is due: the log, and the epoch in force.
#[derive(Clone)]
pub(super) struct DueEpoch {
    pub(super) origin: KeyName,
    pub(super) in_force: EpochStatement,
}

impl EpochChange {
    /// The keys of a change from this epoch that is prepared.
    pub(super) fn prepared_from(&self, in_force: &EpochStatement) -> Option<&EpochKeys> {
        match self {
            Self::Prepared(_, keys) if keys.statement() == *in_force => Some(keys),
            _ => None,
        }
    }

    /// Whether a change that is due waits for the next step of its preparation.
    pub(super) fn has_to_prepare(&self) -> bool {
        matches!(self, Self::Unknown | Self::Alone(_))
    }

    /// The next step of the preparation. With no lock held.
    pub(super) fn prepare(self, vault: &Vault, due: DueEpoch) -> Result<Self, Error> {
        match self {
            // Where the turn cannot be had, the epoch stays: nobody is kept out for the sake of a file beside the vault's.
            Self::Unknown => Ok(Turn::at_epoch(vault.path()).ok().flatten().map_or(Self::Left, Self::Alone)),
            Self::Alone(turn) => {
                let name = epoch_key_name(vault.inner.file);
                // A device without the key of the epoch in force goes on, and signs no checkpoint any more.
                let mut keys = match EpochKeys::load(vault.key_store(), &name, due.origin, &due.in_force) {
                    Ok(keys) => keys,
                    Err(EpochError::ForeignKeys) => return Ok(Self::Left),
                    Err(error) => return Err(error.into()),
                };
                keys.advance(vault.key_store())?;
                Ok(Self::Prepared(turn, Box::new(keys)))
            }
            prepared => Ok(prepared),
        }
    }

    /// The old key goes, once the entry about the next one is durable. With no lock held.
    pub(super) fn settle(self, key_store: &dyn KeyStore) {
        if let Self::Prepared(_turn, mut keys) = self {
            // What fails here is made up for when the keys are loaded next.
            let _ = keys.settle(key_store);
        }
    }
}
