//! The newest head that this device has seen, kept in the host's key store: what makes a rollback of the whole file
//! visible.

use minicbor::{Decoder, Encoder};

use super::statement::Statement;
use super::{Error, IntegrityError};
use crate::id::VaultId;
use crate::keys::KeyStore;
use crate::log::Hash;

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
        let Some(bytes) = store.load(&name(vault)).map_err(crate::keys::KeyError::from)? else { return Ok(None) };
        Ok(Some(Self::decode(&bytes).ok_or(IntegrityError::Rollback)?))
    }

    /// Keeps this head, unless another process has kept a newer one.
    pub(super) fn store(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), Error> {
        if Self::load(store, vault)?.is_some_and(|kept| kept.commit >= self.commit) {
            return Ok(());
        }
        Ok(store.store(&name(vault), &self.encode()).map_err(crate::keys::KeyError::from)?)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(6)?.u64(VERSION)?.bytes(&self.genesis)?.u64(self.commit)?.u64(self.log_size)?;
            out.bytes(self.log_root.as_bytes())?.bytes(&self.statement)?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
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

fn name(vault: VaultId) -> String {
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
        kept(7).store(&store, vault).unwrap();
        kept(5).store(&store, vault).unwrap();
        assert_eq!(Kept::load(&store, vault), Ok(Some(kept(7))));
        store.store(&name(vault), b"damaged").unwrap();
        assert_eq!(Kept::load(&store, vault), Err(IntegrityError::Rollback.into()));
    }
}
