//! The newest head that this device has seen, kept in the host's key store: what makes a rollback of the whole file
//! visible.

use minicbor::{Decoder, Encoder};

use super::statement::Statement;
use super::unlocked::StoredHashes;
use super::{Error, IntegrityError};
use crate::id::VaultId;
use crate::keys::KeyStore;
use crate::log::{EMPTY_ROOT, Hash, root_at};
use crate::store::Rows;

const VERSION: u64 = 1;

/// What is kept. Deterministic CBOR: `[1, roster genesis digest, commit, log size, log root, statement digest]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) genesis: [u8; 32],
    pub(super) commit: u64,
    pub(super) log_size: u64,
    pub(super) log_root: Hash,
    pub(super) statement: [u8; 32],
}

impl Kept {
    pub(super) fn of(genesis: [u8; 32], statement: &Statement) -> Self {
        Self {
            genesis,
            commit: statement.commit,
            log_size: statement.log_size,
            log_root: statement.log_root,
            statement: crate::seal::sha256(&statement.encode()),
        }
    }

    pub(super) fn load(store: &dyn KeyStore, vault: VaultId) -> Result<Option<Self>, Error> {
        let Some(bytes) = store.load(&kept_name(vault)).map_err(crate::keys::KeyError::from)? else { return Ok(None) };
        Ok(Some(Self::decode(&bytes).ok_or(IntegrityError::Rollback)?))
    }

    /// The head of a vault that is just being made: everything extends it.
    pub(super) fn nothing(genesis: [u8; 32]) -> Self {
        Self { genesis, commit: 0, log_size: 0, log_root: EMPTY_ROOT, statement: [0; 32] }
    }

    /// Refuses a file whose newest statement does not extend this head: one that is older, or forked from it.
    pub(super) fn verify(&self, rows: &Rows<'_>, bytes: &[u8], tip: &Statement) -> Result<(), Error> {
        let rolled_back = IntegrityError::Rollback;
        if tip.commit < self.commit || tip.log_size < self.log_size {
            return Err(rolled_back.into());
        }
        let same = tip.commit != self.commit || crate::seal::sha256(bytes) == self.statement;
        if !same || root_at(self.log_size, &StoredHashes(rows))? != self.log_root {
            return Err(rolled_back.into());
        }
        Ok(())
    }

    /// Keeps this head.
    pub(super) fn store(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), Error> {
        Ok(store.store(&kept_name(vault), &self.encode()).map_err(crate::keys::KeyError::from)?)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(6)?.u64(VERSION)?.bytes(&self.genesis)?.u64(self.commit)?.u64(self.log_size)?;
            out.bytes(self.log_root.as_bytes())?.bytes(&self.statement)?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let kept = Self {
            genesis: input.bytes().ok()?.try_into().ok()?,
            commit: input.u64().ok()?,
            log_size: input.u64().ok()?,
            log_root: Hash::from_slice(input.bytes().ok()?).ok()?,
            statement: input.bytes().ok()?.try_into().ok()?,
        };
        (head == (Some(6), VERSION) && kept.encode() == bytes).then_some(kept)
    }
}

/// Name of the kept head in the host's key store.
pub(super) fn kept_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/kept-head")
}

/// Name of the log key in the host's key store.
pub(super) fn log_key_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/log-key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MemoryKeyStore;

    #[test]
    fn the_newest_head_stays() {
        let (store, vault) = (MemoryKeyStore::default(), VaultId::random());
        assert_eq!(Kept::load(&store, vault), Ok(None));
        let kept = |commit| Kept {
            genesis: [1; 32],
            commit,
            log_size: commit * 2,
            log_root: Hash::from_bytes([2; 32]),
            statement: [3; 32],
        };
        kept(5).store(&store, vault).unwrap();
        kept(7).store(&store, vault).unwrap();
        assert_eq!(Kept::load(&store, vault), Ok(Some(kept(7))));
        store.store(&kept_name(vault), b"damaged").unwrap();
        assert_eq!(Kept::load(&store, vault), Err(IntegrityError::Rollback.into()));
    }
}
