//! The newest head that this device has seen, kept in the host's key store: what makes a rollback of the whole file
//! visible.

use std::time::Duration;

use minicbor::{Decoder, Encoder};

use super::lines::first_place;
use super::statement::Statement;
use super::unlocked::StoredHashes;
use super::{Error, IntegrityError};
use crate::access::Roster;
use crate::id::{DeviceId, ScopeId, VaultId};
use crate::keys::{CircleName, KeyStore, SlowDown};
use crate::log::{EMPTY_ROOT, Hash, root_at};
use crate::model::Compartment;
use crate::seal::HybridPublicKey;
use crate::store::{Rows, VaultRow};

const VERSION: u64 = 1;

/// The places of more logs would not be numbers.
const MOST_LOGS: usize = 1 << 23;

/// What is kept. Deterministic CBOR: `[1, roster genesis digest, device, commit, log size, log
/// root, statement digest, roster position, roster digest, number of erased cases]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) genesis: [u8; 32],
    /// The device whose log it is.
    pub(super) device: DeviceId,
    pub(super) commit: u64,
    pub(super) log_size: u64,
    pub(super) log_root: Hash,
    pub(super) statement: [u8; 32],
    /// Position and digest of the roster's head.
    pub(super) roster: (u64, [u8; 32]),
    /// How many cases the roster lists as erased.
    pub(super) erased: u64,
}

impl Kept {
    /// The head that a statement says, under a roster with so many erased cases.
    pub(super) fn of(genesis: [u8; 32], erased: u64, statement: &Statement) -> Self {
        Self {
            genesis,
            device: statement.device,
            commit: statement.commit,
            log_size: statement.log_size,
            log_root: statement.log_root,
            statement: crate::seal::sha256(&statement.encode()),
            roster: (statement.roster_position, statement.roster_digest),
            erased,
        }
    }

    pub(super) fn load(store: &dyn KeyStore, vault: VaultId) -> Result<Option<Self>, Error> {
        let Some(bytes) = store.load(&kept_name(vault)).map_err(crate::keys::KeyError::from)? else { return Ok(None) };
        Ok(Some(Self::decode(&bytes).ok_or(IntegrityError::Rollback)?))
    }

    /// The head of a vault that is just being made, or of a log that is just beginning here: everything extends it.
    pub(super) fn nothing(genesis: [u8; 32], device: DeviceId) -> Self {
        let roster = (0, genesis);
        Self { genesis, device, commit: 0, log_size: 0, log_root: EMPTY_ROOT, statement: [0; 32], roster, erased: 0 }
    }

    /// Whether it is such a head: of a vault that was never finished, or not yet.
    pub(super) fn is_nothing(&self) -> bool {
        self.commit == 0
    }

    /// Refuses a file whose newest statement does not extend this head: one that is older, or forked from it.
    pub(super) fn verify(&self, rows: &Rows<'_>, roster: &Roster, bytes: &[u8], tip: &Statement) -> Result<(), Error> {
        let rolled_back = IntegrityError::Rollback;
        let (number, lost) = self.lost(roster, tip).ok_or(rolled_back)?;
        if lost != (0, 0) {
            return Err(rolled_back.into());
        }
        let same = tip.commit != self.commit || crate::seal::sha256(bytes) == self.statement;
        if roster.digest_at(self.roster.0) != Some(self.roster.1) || (roster.erased().len() as u64) < self.erased {
            return Err(rolled_back.into());
        }
        if !same || root_at(self.log_size, &StoredHashes(rows, first_place(number)))? != self.log_root {
            return Err(rolled_back.into());
        }
        Ok(())
    }

    /// Number of the log whose head this is, and how many of its commits and entries the file lacks; `None` if the
    /// file knows no such log.
    pub(super) fn lost(&self, roster: &Roster, tip: &Statement) -> Option<(usize, (u64, u64))> {
        let number = roster.logs().iter().position(|log| log.device == self.device)?;
        let (commit, size) =
            roster.logs()[number].ended.map_or((tip.commit, tip.log_size), |end| (end.commit, end.size));
        Some((number, (self.commit.saturating_sub(commit), self.log_size.saturating_sub(size))))
    }

    /// Keeps this head.
    pub(super) fn store(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), Error> {
        Ok(store.store(&kept_name(vault), &self.encode()).map_err(crate::keys::KeyError::from)?)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(10)?.u64(VERSION)?.bytes(&self.genesis)?.bytes(self.device.as_bytes())?;
            out.u64(self.commit)?.u64(self.log_size)?;
            out.bytes(self.log_root.as_bytes())?.bytes(&self.statement)?;
            out.u64(self.roster.0)?.bytes(&self.roster.1)?.u64(self.erased)?;
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
            device: DeviceId::from_slice(input.bytes().ok()?).ok()?,
            commit: input.u64().ok()?,
            log_size: input.u64().ok()?,
            log_root: Hash::from_slice(input.bytes().ok()?).ok()?,
            statement: input.bytes().ok()?.try_into().ok()?,
            roster: (input.u64().ok()?, input.bytes().ok()?.try_into().ok()?),
            erased: input.u64().ok()?,
        };
        (head == (Some(10), VERSION) && kept.encode() == bytes).then_some(kept)
    }
}

/// What the device needs at a failed sign-in, before anybody can open the roster: the oversight circle that sealed entries
/// go to, as the roster listed it, and how the access-policy slows attempts down. Deterministic CBOR: `[1, roster position,
/// roster digest, number of the log, scope, compartment, generation, public key, free attempts, first delay, longest
/// delay]`, delays in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptOversight {
    /// Position and digest of the roster's head.
    pub(super) roster: (u64, [u8; 32]),
    /// Number of the log that is being kept.
    pub(super) log: usize,
    pub(super) circle: CircleName,
    pub(super) public_key: HybridPublicKey,
    /// Attempts that are free of a delay, the first delay and the longest one, in seconds.
    pub(super) slow_down: [u32; 3],
}

impl KeptOversight {
    /// What this roster says; none if it lists no oversight circle.
    pub(super) fn of(roster: &Roster) -> Option<Self> {
        let circle = &roster.circle(roster.founding().unit, Compartment::Oversight)?.listing;
        let rule = roster.policy().sign_in();
        Some(Self {
            roster: roster.head(),
            log: roster.logs().len() - 1,
            circle: circle.name,
            public_key: circle.public_key.clone(),
            slow_down: [rule.free_attempts, rule.first_delay_seconds, rule.longest_delay_seconds],
        })
    }

    /// How the access-policy slows attempts to sign in down.
    pub(super) fn slow_down(&self) -> SlowDown {
        let [from, first, longest] = self.slow_down;
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        SlowDown { from, first: seconds(first), longest: seconds(longest) }
    }

    pub(super) fn load(store: &dyn KeyStore, vault: VaultId) -> Result<Option<Self>, Error> {
        let bytes = store.load(&kept_oversight_name(vault)).map_err(crate::keys::KeyError::from)?;
        Ok(bytes.and_then(|bytes| Self::decode(&bytes)))
    }

    pub(super) fn store(&self, store: &dyn KeyStore, vault: VaultId) -> Result<(), Error> {
        Ok(store.store(&kept_oversight_name(vault), &self.encode()).map_err(crate::keys::KeyError::from)?)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(11)?.u64(VERSION)?.u64(self.roster.0)?.bytes(&self.roster.1)?.u64(self.log as u64)?;
            out.bytes(self.circle.scope.as_bytes())?.u8(self.circle.compartment)?.u32(self.circle.generation)?;
            out.bytes(&self.public_key.to_bytes())?;
            self.slow_down.iter().try_for_each(|number| out.u32(*number).map(drop))
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let kept = Self {
            roster: (input.u64().ok()?, input.bytes().ok()?.try_into().ok()?),
            log: usize::try_from(input.u64().ok()?).ok().filter(|log| *log < MOST_LOGS)?,
            circle: CircleName {
                scope: ScopeId::from_slice(input.bytes().ok()?).ok()?,
                compartment: input.u8().ok()?,
                generation: input.u32().ok()?,
            },
            public_key: HybridPublicKey::from_bytes(input.bytes().ok()?).ok()?,
            slow_down: [input.u32().ok()?, input.u32().ok()?, input.u32().ok()?],
        };
        (head == (Some(11), VERSION) && kept.encode() == bytes).then_some(kept)
    }
}

fn kept_oversight_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/kept-oversight")
}

/// Name of the kept head in the host's key store.
pub(super) fn kept_name(vault: VaultId) -> String {
    format!("saferoom/{vault}/kept-head")
}

/// Name of the keys of its log's epochs in the host's key store.
pub(super) fn epoch_key_name(file: VaultRow) -> String {
    format!("saferoom/{}/epoch-key/{}", file.vault, file.device)
}

/// Name of a device's log key in the host's key store.
pub(super) fn log_key_name(file: VaultRow) -> String {
    format!("saferoom/{}/log-key/{}", file.vault, file.device)
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
            device: DeviceId::from_bytes([4; 16]),
            commit,
            log_size: commit * 2,
            log_root: Hash::from_bytes([2; 32]),
            statement: [3; 32],
            roster: (4, [5; 32]),
            erased: 6,
        };
        kept(5).store(&store, vault).unwrap();
        kept(7).store(&store, vault).unwrap();
        assert_eq!(Kept::load(&store, vault), Ok(Some(kept(7))));
        store.store(&kept_name(vault), b"damaged").unwrap();
        assert_eq!(Kept::load(&store, vault), Err(IntegrityError::Rollback.into()));
    }
}
