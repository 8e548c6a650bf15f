//! The epochs of the vault's log: signing keys that live for a day of work and are then wiped. See docs/adr/0050.
//!
//! Private keys lie in the host's key store alone. The file has a row for each epoch, sealed to all members: its public
//! key, and the checkpoint with which it took over, signed by the log, by the epoch that ended and by itself. Rows prove
//! themselves by these signatures, so they are no part of the state.

use minicbor::{Decoder, Encoder};

use super::act::Act;
use super::epoch_change::DueEpoch;
use super::kept::epoch_key_name;
use super::lines::{first_place, index_of};
use super::{Error, IntegrityError, Session, Vault};
use crate::id::VaultId;
use crate::keys::{SigningKey, VerifyingKey};
use crate::log::{
    Checkpoint, Detail, EpochChain, EpochError, EpochKeys, EpochStatement, Event, Hash, KeyName, Note, NoteKey, Outcome,
};
use crate::seal::{LabelledInput, ValueContext};
use crate::store::EpochRow;

const VERSION: u64 = 1;

/// The first sign-in after this begins a new epoch.
const LASTS_MS: u64 = 24 * 3_600_000;

/// What a row says: `[1, milliseconds since 1970, public key, checkpoint or null]`, deterministic CBOR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedEpoch {
    pub(super) began_at: u64,
    pub(super) key: VerifyingKey,
    pub(super) handover: Option<String>,
}

impl Act<'_> {
    /// Lists epoch 0 of the log that is being kept, whose key the host's key store has; the genesis entry takes these
    /// details.
    pub(super) fn begin_epochs<'d>(&mut self, first: EpochStatement, genesis: Detail<'d>) -> Result<Detail<'d>, Error> {
        self.list_epoch(first, None)?;
        Ok(first.with_details(genesis))
    }

    /// The change of the epoch, if the one in force is old enough.
    pub(super) fn due_epoch(&self) -> Result<Option<DueEpoch>, Error> {
        let Some((in_force, began_at)) = self.epoch_in_force()? else { return Ok(None) };
        let due = self.wall().abs_diff(began_at) >= LASTS_MS;
        Ok(if due { Some(DueEpoch { origin: self.origin()?, in_force }) } else { None })
    }

    /// Begins the next epoch, whose key lies in the key store beside that of the one in force: its entry, its row, its
    /// checkpoint.
    pub(super) fn next_epoch(&mut self, keys: &EpochKeys, log: &SigningKey) -> Result<(), Error> {
        let next = keys.next_statement().ok_or(EpochError::TooMany)?;
        self.log(Event::KeyRotation, Outcome::Success, None, Some(next.with_details(Detail::default())))?;
        let (size, root) = (self.log_size(), self.keys.frontier.root());
        let mut note = Checkpoint::new(self.origin()?, size, root)?.sign(log)?;
        keys.sign(&mut note)?;
        self.list_epoch(next, Some(note.to_string()))
    }

    /// Signs a checkpoint of the log as it is now.
    pub(super) fn sign_checkpoint(&self, keys: CheckpointKeys) -> Result<Note, Error> {
        let epoch = self.epoch_in_force()?.map(|(statement, _)| statement);
        keys.sign((self.log_size(), self.keys.frontier.root()), epoch)
    }

    /// The epoch in force and when it began; none in a log without epochs.
    pub(super) fn epoch_in_force(&self) -> Result<Option<(EpochStatement, u64)>, Error> {
        let log = self.keys.roster.logs().len() - 1;
        let Some(row) = self.rows.last_epoch(first_place(log), first_place(log + 1))? else { return Ok(None) };
        let listed = self.open_epoch(&row)?;
        Ok(Some((EpochStatement { epoch: index_of(row.number), key: listed.key }, listed.began_at)))
    }

    /// The checkpoints with which the epochs of a log took over.
    pub(super) fn handovers(&self, log: usize) -> Result<Vec<Note>, Error> {
        let notes = self.epochs_of(log)?.into_iter().filter_map(|listed| listed.handover);
        notes.map(|note| Ok(Note::parse(note.as_bytes())?)).collect()
    }

    /// Compares the rows of a log with what its entries say: each epoch has its row, and its checkpoint is signed by all.
    /// Answers how many there are.
    pub(super) fn check_epochs(&self, log: usize, chain: &mut EpochChain) -> Result<u64, Error> {
        let line = self.keys.roster.logs().get(log).ok_or(Error::NoSuchLog)?;
        let log_key = NoteKey::new(KeyName::new(line.origin.clone())?, line.log_key);
        let listed = self.epochs_of(log)?;
        for epoch in &listed {
            let Some(note) = &epoch.handover else { continue };
            let opened = Checkpoint::open(note.as_bytes(), std::slice::from_ref(&log_key));
            let opened = opened.map_err(|_| IntegrityError::Log)?;
            let size = opened.checkpoint.size();
            let tree = super::unlocked::StoredHashes(self.rows, first_place(log));
            let same = crate::log::root_at(size, &tree)? == *opened.checkpoint.root();
            let in_force = chain.in_force(size).map(|statement| statement.key);
            if !same || in_force != Some(epoch.key) || chain.check(size, &opened.note).is_err() {
                return Err(IntegrityError::Log.into());
            }
        }
        let began = chain.handovers().count() + usize::from(chain.has_epochs());
        let first = listed.first().map(|epoch| epoch.key) == chain.in_force(1).map(|statement| statement.key);
        let whole = began == listed.len() && first && chain.without_handover().next().is_none();
        if whole { Ok(listed.len() as u64) } else { Err(IntegrityError::Log.into()) }
    }

    fn epochs_of(&self, log: usize) -> Result<Vec<ListedEpoch>, Error> {
        let mut rows = Vec::new();
        self.rows.each_epoch(first_place(log), first_place(log + 1), |row| rows.push(row))?;
        let follow = rows.iter().zip(0..).all(|(row, epoch)| index_of(row.number) == epoch);
        let listed = rows.iter().map(|row| self.open_epoch(row)).collect::<Result<Vec<_>, _>>()?;
        // The first took over from none, each other one from the one before.
        let handed = listed.iter().zip(0..).all(|(listed, epoch)| listed.handover.is_some() == (epoch > 0));
        if follow && handed { Ok(listed) } else { Err(IntegrityError::Log.into()) }
    }

    fn open_epoch(&self, row: &EpochRow) -> Result<ListedEpoch, Error> {
        let context = context(self.keys.file.vault, row.number);
        let plain = self.keys.circles.open_for_all(&context, &row.sealed).ok_or(IntegrityError::Log)?;
        Ok(ListedEpoch::decode(&plain).ok_or(IntegrityError::Log)?)
    }

    fn list_epoch(&mut self, statement: EpochStatement, handover: Option<String>) -> Result<(), Error> {
        let listed = ListedEpoch { began_at: self.wall(), key: statement.key, handover };
        let number = self.keys.log_start() + statement.epoch;
        let context = context(self.keys.file.vault, number);
        let sealed = context.seal(self.keys.circles.roster()?.value_key(), &listed.encode())?;
        Ok(self.rows.add_epoch(&EpochRow { number, sealed })?)
    }

    fn origin(&self) -> Result<KeyName, Error> {
        Ok(KeyName::new(self.keys.roster.log().origin.clone())?)
    }
}

impl Session {
    /// As `look`, for work that signs a checkpoint. The keys are loaded before, while nothing is locked; between that and
    /// the look at the file another process may have settled an epoch: then once more, with the keys as they are now.
    pub(super) fn look_to_sign<T>(
        &self,
        mut work: impl FnMut(&mut Act<'_>, CheckpointKeys) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut signed = || {
            let keys = self.checkpoint_keys()?;
            self.look(|act| work(act, keys))
        };
        match signed() {
            Err(Error::Epoch(EpochError::ForeignKeys)) => signed(),
            answer => answer,
        }
    }

    pub(super) fn checkpoint_keys(&self) -> Result<CheckpointKeys, Error> {
        let origin = self.with_keys(|keys| Ok(KeyName::new(keys.roster.log().origin.clone())?))?;
        self.vault().checkpoint_keys(origin)
    }
}

impl Vault {
    /// The keys that sign checkpoints of the log that is being kept. With no lock held.
    pub(super) fn checkpoint_keys(&self, origin: KeyName) -> Result<CheckpointKeys, Error> {
        let log = self.log_key()?;
        let epoch = match EpochKeys::look(self.key_store(), &epoch_key_name(self.inner.file), origin.clone()) {
            // A log without epochs needs none.
            Err(EpochError::ForeignKeys) => None,
            keys => Some(keys?),
        };
        Ok(CheckpointKeys { origin, log, epoch })
    }
}

/// The private keys that sign a checkpoint: the log's, and that of the epoch in force if the device has one.
pub(super) struct CheckpointKeys {
    origin: KeyName,
    log: SigningKey,
    epoch: Option<EpochKeys>,
}

impl CheckpointKeys {
    /// Signs what the log ends with. They are wiped then.
    pub(super) fn sign(self, (size, root): (u64, Hash), epoch: Option<EpochStatement>) -> Result<Note, Error> {
        let mut note = Checkpoint::new(self.origin, size, root)?.sign(&self.log)?;
        if let Some(in_force) = epoch {
            self.epoch.as_ref().ok_or(EpochError::ForeignKeys)?.sign_as(&in_force, &mut note)?;
        }
        Ok(note)
    }
}

fn context(vault: VaultId, number: u64) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/epoch").part(vault.as_bytes()).number(number))
}

impl ListedEpoch {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(4)?.u64(VERSION)?.u64(self.began_at)?.bytes(self.key.as_bytes())?;
            match &self.handover {
                Some(note) => out.str(note)?,
                None => out.null()?,
            };
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Decoder::new(bytes);
        let head = (input.array().ok()?, input.u64().ok()?);
        let began_at = input.u64().ok()?;
        let key = VerifyingKey::from_bytes(input.bytes().ok()?.try_into().ok()?);
        let handover = match input.datatype().ok()? {
            minicbor::data::Type::Null => {
                input.null().ok()?;
                None
            }
            _ => Some(input.str().ok()?.to_owned()),
        };
        let listed = Self { began_at, key, handover };
        (head == (Some(4), VERSION) && listed.encode() == bytes).then_some(listed)
    }
}
