//! The signing side: the key of the epoch in force, and during a change that of the next one.
//!
//! Both lie in the host's key store, never in the database or a backup. A change survives a power cut at any moment:
//!
//! 1. [`EpochKeys::advance`] draws the next key and keeps both;
//! 2. the entry with its statement and the checkpoint signed by both are committed;
//! 3. [`EpochKeys::settle`] keeps only the new one. What was not reached is made up for by [`EpochKeys::load`], which
//!    goes by what the log says.

use std::fmt;

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::{EpochError, EpochStatement, epoch_name};
use crate::id::random_bytes;
use crate::keys::{KeyError, KeyStore, SigningKey};
use crate::log::{KeyName, LogError, Note};

/// The version of what is kept.
const VERSION: u64 = 1;

/// The longest kept form: array, version, epoch, two seeds. Reserved at once, so that no copy stays behind unwiped.
const MAX_LENGTH: usize = 1 + 1 + 9 + 2 * 34;

/// The private keys of a log's epoch. Never printed.
pub struct EpochKeys {
    /// The name in the key store.
    name: String,
    origin: KeyName,
    kept: Kept,
    pub(super) current: SigningKey,
    next: Option<SigningKey>,
}

type Seed = Zeroizing<[u8; 32]>;

/// What lies in the key store: `[1, epoch, seed, next seed or null]`, deterministic CBOR.
#[derive(Clone)]
pub(crate) struct Kept {
    epoch: u64,
    seed: Seed,
    next: Option<Seed>,
}

impl EpochKeys {
    /// Begins epoch 0 of the log `origin`; the key is kept under this name. [`EpochKeys::statement`] goes into the
    /// genesis entry.
    ///
    /// # Errors
    /// [`EpochError::Key`].
    pub fn begin(store: &dyn KeyStore, name: &str, origin: KeyName) -> Result<Self, EpochError> {
        Ok(Self::of(name, origin, Kept::first(store, name)?))
    }

    /// As [`begin`](Self::begin), for a log whose name nobody knows yet.
    ///
    /// # Errors
    /// [`EpochError::Key`].
    pub(crate) fn draw(store: &dyn KeyStore, name: &str) -> Result<EpochStatement, EpochError> {
        let key = SigningKey::from_seed(&Kept::first(store, name)?.seed).verifying_key();
        Ok(EpochStatement { epoch: 0, key })
    }

    /// The keys of the log `origin`, in which `in_force` is the newest statement. Finishes or undoes a change that was
    /// cut off.
    ///
    /// # Errors
    /// [`EpochError::ForeignKeys`] if the key store does not hold the key of that statement; [`EpochError::Key`].
    pub fn load(
        store: &dyn KeyStore,
        name: &str,
        origin: KeyName,
        in_force: &EpochStatement,
    ) -> Result<Self, EpochError> {
        let mut keys = Self::look(store, name, origin)?;
        if keys.statement() == *in_force {
            keys.abandon(store)?;
        } else if keys.next_statement().as_ref() == Some(in_force) {
            keys.settle(store)?;
        } else {
            return Err(EpochError::ForeignKeys);
        }
        Ok(keys)
    }

    /// The keys of the log `origin` as they lie in the key store, in which nothing is changed: to sign, while another
    /// process may be at a change.
    ///
    /// # Errors
    /// [`EpochError::ForeignKeys`] if there are none; [`EpochError::Key`].
    pub fn look(store: &dyn KeyStore, name: &str, origin: KeyName) -> Result<Self, EpochError> {
        let bytes = store.load(name).map_err(KeyError::from)?.ok_or(EpochError::ForeignKeys)?;
        Ok(Self::of(name, origin, Kept::decode(&bytes).ok_or(EpochError::ForeignKeys)?))
    }

    /// Adds the signature of the epoch that is in force to a checkpoint.
    ///
    /// # Errors
    /// [`EpochError::ForeignKeys`] if these are not the keys of that statement; [`EpochError::Log`].
    pub fn sign_as(&self, in_force: &EpochStatement, checkpoint: &mut Note) -> Result<(), EpochError> {
        let key = match &self.next {
            _ if self.statement() == *in_force => &self.current,
            Some(next) if self.next_statement().as_ref() == Some(in_force) => next,
            _ => return Err(EpochError::ForeignKeys),
        };
        Ok(checkpoint.sign(epoch_name(&self.origin, in_force.epoch)?, key)?)
    }

    /// Which epoch is in force, and its public key.
    #[must_use]
    pub fn statement(&self) -> EpochStatement {
        EpochStatement { epoch: self.kept.epoch, key: self.current.verifying_key() }
    }

    /// Draws the key of the next epoch; gives what goes into the log. Until [`EpochKeys::settle`] both keys sign. Once
    /// begun, it says the same again.
    ///
    /// # Errors
    /// [`EpochError::Key`]; then nothing has changed.
    pub fn advance(&mut self, store: &dyn KeyStore) -> Result<EpochStatement, EpochError> {
        if self.next.is_none() {
            let seed = draw();
            let kept = Kept { next: Some(seed.clone()), ..self.kept.clone() };
            kept.store(store, &self.name)?;
            self.next = Some(SigningKey::from_seed(&seed));
            self.kept = kept;
        }
        self.next_statement().ok_or(EpochError::TooMany)
    }

    /// Adds the signature of the epoch in force to a checkpoint and, during a change, that of the next one.
    ///
    /// # Errors
    /// [`LogError::DuplicateSignature`], [`LogError::TooManySignatures`].
    pub fn sign(&self, checkpoint: &mut Note) -> Result<(), LogError> {
        checkpoint.sign(epoch_name(&self.origin, self.kept.epoch)?, &self.current)?;
        match &self.next {
            Some(next) => checkpoint.sign(epoch_name(&self.origin, self.kept.epoch.saturating_add(1))?, next),
            None => Ok(()),
        }
    }

    /// The entry of the change is committed: the old key is wiped from memory, and replaced in the key store. Without a
    /// change nothing happens.
    ///
    /// # Errors
    /// [`EpochError::Key`]; the old key is then still kept, and [`EpochKeys::load`] tries again.
    pub fn settle(&mut self, store: &dyn KeyStore) -> Result<(), EpochError> {
        let (Some(seed), Some(epoch)) = (self.kept.next.clone(), self.kept.epoch.checked_add(1)) else {
            return Ok(());
        };
        let kept = Kept { epoch, seed, next: None };
        kept.store(store, &self.name)?;
        *self = Self::of(&self.name, self.origin.clone(), kept);
        Ok(())
    }

    /// The entry of the change was not committed: the next key is wiped. Without a change nothing happens.
    ///
    /// # Errors
    /// [`EpochError::Key`].
    pub fn abandon(&mut self, store: &dyn KeyStore) -> Result<(), EpochError> {
        if self.next.is_some() {
            let kept = Kept { next: None, ..self.kept.clone() };
            kept.store(store, &self.name)?;
            (self.kept, self.next) = (kept, None);
        }
        Ok(())
    }

    fn of(name: &str, origin: KeyName, kept: Kept) -> Self {
        let current = SigningKey::from_seed(&kept.seed);
        let next = kept.next.as_ref().map(|seed| SigningKey::from_seed(seed));
        Self { name: name.to_owned(), origin, kept, current, next }
    }

    /// During a change, what the next epoch will be.
    pub(crate) fn next_statement(&self) -> Option<EpochStatement> {
        let key = self.next.as_ref()?.verifying_key();
        Some(EpochStatement { epoch: self.kept.epoch.checked_add(1)?, key })
    }
}

impl fmt::Debug for EpochKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochKeys")
            .field("origin", &self.origin)
            .field("epoch", &self.kept.epoch)
            .finish_non_exhaustive()
    }
}

fn draw() -> Seed {
    Zeroizing::new(random_bytes())
}

impl Kept {
    /// A key of epoch 0, kept under this name.
    fn first(store: &dyn KeyStore, name: &str) -> Result<Self, EpochError> {
        let kept = Self { epoch: 0, seed: draw(), next: None };
        kept.store(store, name)?;
        Ok(kept)
    }

    fn store(&self, store: &dyn KeyStore, name: &str) -> Result<(), EpochError> {
        Ok(store.store(name, &self.encode()).map_err(KeyError::from)?)
    }

    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LENGTH));
        let mut out = Encoder::new(&mut *bytes);
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(4)?.u64(VERSION)?.u64(self.epoch)?.bytes(self.seed.as_slice())?;
            match &self.next {
                Some(seed) => out.bytes(seed.as_slice())?,
                None => out.null()?,
            };
            Ok(())
        };
        // Writing to memory does not fail.
        let _ = write();
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let epoch = input.u64().ok()?;
        let seed = Zeroizing::new(input.bytes().ok()?.try_into().ok()?);
        let next = match input.datatype().ok()? {
            minicbor::data::Type::Null => {
                input.null().ok()?;
                None
            }
            _ => Some(Zeroizing::new(input.bytes().ok()?.try_into().ok()?)),
        };
        let kept = Self { epoch, seed, next };
        (head == (Some(4), VERSION) && kept.encode().as_slice() == bytes).then_some(kept)
    }
}
