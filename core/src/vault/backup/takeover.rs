//! A vault that has arrived on this device: verified, listed in the roster with its new device, checked, given its name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::manifest::Manifest;
use super::restore::unfinished;
use super::{BackupError, BackupHeader, RestoreOptions, RestoreReport};
use crate::access::{AccessError, DeviceChange, LogEnd, Proposal, Roster, RosterChange};
use crate::id::DeviceId;
use crate::keys::{Identity, KeyError, SigningKey};
use crate::log::{Detail, DetailKey, EpochKeys, EpochStatement, Event, KeyName, Outcome};
use crate::new_file::{Existing, place};
use crate::seal::Secret;
use crate::store::{Rows, Store, StoreError, VaultRow, side_files};
use crate::vault::act::{Act, read_clock};
use crate::vault::found::is_origin;
use crate::vault::kept::{Kept, epoch_key_name, kept_name, log_key_name};
use crate::vault::unlocked::Unlocked;
use crate::vault::{Error, Host, Inner, IntegrityError, Vault, roster_context};

/// An unfinished vault file; dropped, it is removed.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// One that will stand at `target`.
    pub(super) fn beside(target: &Path) -> Result<Self, Error> {
        if target.exists() {
            return Err(StoreError::AlreadyExists.into());
        }
        side_files::refuse_left(target)?;
        Ok(Self(unfinished(target)))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // After it got its name there is nothing here any more.
        Store::remove_new(&self.0);
    }
}

/// The rows of a vault, in an unfinished file, with nothing verified yet.
pub(super) struct Arrived<'a> {
    pub(super) scratch: Scratch,
    pub(super) host: Host,
    pub(super) identity: &'a Identity,
    pub(super) options: &'a RestoreOptions,
    /// What the backup says it holds; none for a plain copy.
    pub(super) manifest: Option<Manifest>,
    /// Digest of the backup's header, and the header.
    pub(super) source: Option<([u8; 32], BackupHeader)>,
}

/// What this device loses by going on from what arrived.
#[derive(Clone, Copy, Default)]
struct Loss {
    compared: bool,
    commits: u64,
    entries: u64,
}

/// What this device's key store has.
struct Known {
    kept: Option<Kept>,
    first_epoch: EpochStatement,
}

/// What the new device goes on from.
struct Newest {
    roster: Roster,
    head: Kept,
}

/// What the new log follows.
struct Follows {
    old: VaultRow,
    end: LogEnd,
    loss: Loss,
}

impl Arrived<'_> {
    pub(super) fn take_over(self, target: &Path) -> Result<(Vault, RestoreReport), Error> {
        let mut store = Store::open(self.scratch.path())?;
        let old = store.begin_reading()?.vault()?;
        if self.source.as_ref().is_some_and(|(_, header)| header.vault != old.vault) {
            return Err(BackupError::Damaged.into());
        }
        let new = VaultRow { device: DeviceId::random(), ..old };
        let seed = Secret::generate();
        let vault = Vault { inner: Arc::new(self.inner(new, store)) };
        let log_key = SigningKey::from_seed(seed.expose());
        let known = self.ask_host(new);
        let is_first = matches!(&known, Ok(known) if known.kept.is_none());
        let listed = known.and_then(|known| self.list_device(&vault, old, &log_key, known));
        let checked = listed.and_then(|(keys, newest, report)| {
            self.check(&vault, keys)?;
            vault.store()?.fold_log()?;
            Ok((newest, report))
        });
        let checked = checked.map_err(|error| vault.second_look(error));
        // Closes the connection: the file is whole without its side files.
        drop(vault);
        let settled = checked.and_then(|(newest, report)| {
            side_files::demand_folded(self.scratch.path())?;
            self.settle(target, new, &seed, &newest, is_first)?;
            Ok(report)
        });
        let report = settled.inspect_err(|_| {
            // Of a log that never began.
            let _ = self.host.key_store.remove(&epoch_key_name(new));
        })?;
        Ok((Vault::open(target, self.host.clone())?, report))
    }

    /// What this device has kept of the vault, and the key of the first epoch of the new log: while nothing is locked.
    fn ask_host(&self, new: VaultRow) -> Result<Known, Error> {
        let key_store = self.host.key_store.as_ref();
        // A head of nothing was left by a restore that was killed before its end.
        let kept = Kept::load(key_store, new.vault)?.filter(|kept| !kept.is_nothing());
        Ok(Known { kept, first_epoch: EpochKeys::draw(key_store, &epoch_key_name(new))? })
    }

    fn inner(&self, file: VaultRow, store: Store) -> Inner {
        Inner::new(self.scratch.path(), self.host.clone(), file, store)
    }

    /// Verifies what arrived, lets it follow the erasures that it does not know, and lets the new device and its log begin in it.
    fn list_device(
        &self,
        vault: &Vault,
        old: VaultRow,
        log_key: &SigningKey,
        known: Known,
    ) -> Result<(Unlocked, Newest, RestoreReport), Error> {
        let mut store = vault.store()?;
        let rows = store.begin()?;
        rows.verify_schema()?;
        let (mut keys, end, loss) = self.verify(vault, &rows, old, known.kept.as_ref())?;
        let clock = read_clock(self.host.clock.as_ref());
        let new = vault.inner.file;
        let change = self.device_change(&keys.roster, new, clock.0, log_key, end)?;
        let origin = change.origin.clone();
        let commit = end.commit + 1;
        let entry =
            Proposal::new(&keys.roster, RosterChange::Device(change)).signed_by(self.identity).into_entry(commit);
        let position = keys.roster.head().0 + 1;
        let sealed = roster_context(new.vault, position);
        let sealed = sealed.seal(keys.circles.roster()?.value_key(), &entry.to_bytes())?;
        rows.add_roster(position, &sealed)?;
        rows.replace_vault(new)?;
        let (roster, circles) = vault.open_roster(&rows, self.identity)?;
        let (sign_in, row) = vault.begin_session(&rows, self.identity, roster, circles)?;
        rows.add_session(&row)?;
        keys.take_over(sign_in);
        let mut act = Act::continuing(&rows, &mut keys, clock);
        let follows = Follows { old, end, loss };
        self.log(&mut act, log_key, known.first_epoch, follows)?;
        // Before the new device signs its first statement, and in the same transaction.
        let erased = match &self.options.erasures {
            Some(list) => act.follow_erasures(list, self.identity)?,
            None => 0,
        };
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        let head = keys.newest().cloned().ok_or(IntegrityError::Statement)?;
        let report = RestoreReport {
            vault: new.vault,
            device: new.device,
            origin,
            previous: end,
            compared: loss.compared,
            lost_commits: loss.commits,
            lost_entries: loss.entries,
            erased,
        };
        drop(store);
        if erased > 0 {
            vault.store()?.remove_residue()?;
        }
        let newest = Newest { roster: keys.roster.clone(), head };
        Ok((keys, newest, report))
    }

    /// Verifies roster, newest statement, state and log as they arrived, and compares them with the backup's manifest
    /// and with the head that this device has kept.
    fn verify(
        &self,
        vault: &Vault,
        rows: &Rows<'_>,
        old: VaultRow,
        kept: Option<&Kept>,
    ) -> Result<(Unlocked, LogEnd, Loss), Error> {
        let (roster, circles) = vault.open_roster(rows, self.identity)?;
        if !roster.is_custodian(self.identity.member()) {
            return Err(BackupError::NotACustodian.into());
        }
        // What a move retired in the file before it was marked, and what a copy of a retired file says, are the same.
        let old = if old.is_retired() { return Err(Error::Retired) } else { old };
        if roster.log().device != old.device {
            return Err(IntegrityError::Statement.into());
        }
        let (mut sign_in, _) = vault.begin_session(rows, self.identity, roster, circles)?;
        sign_in.file = old;
        let mut keys = Unlocked::new(sign_in)?;
        keys.refresh(rows)?;
        let (bytes, statement) = keys.tip.clone().ok_or(IntegrityError::Statement)?;
        if self.manifest.as_ref().is_some_and(|manifest| !manifest.ends_at(&statement)) {
            return Err(IntegrityError::Statement.into());
        }
        let end = LogEnd { commit: statement.commit, size: statement.log_size, root: statement.log_root };
        let Some(kept) = kept else {
            return Ok((keys, end, Loss::default()));
        };
        if kept.genesis != keys.roster.genesis() {
            return Err(AccessError::Roster.into());
        }
        self.demand_list(kept, &keys.roster)?;
        let lost = kept.lost(&keys.roster, &statement).map(|(_, lost)| lost);
        // A log that what arrived does not know at all: this device went on from it already.
        let (commits, entries) = lost.unwrap_or((kept.commit.saturating_sub(statement.commit), kept.log_size));
        let loss = Loss { compared: true, commits, entries };
        match (commits, entries) {
            (0, 0) => kept.verify(rows, &keys.roster, &bytes, &statement)?,
            _ if !self.options.accept_loss => return Err(BackupError::WouldLose { commits, entries }.into()),
            _ => {}
        }
        Ok((keys, end, loss))
    }

    /// Refuses what arrived if this device knows of more erasures than it and the list say.
    fn demand_list(&self, kept: &Kept, roster: &Roster) -> Result<(), Error> {
        let mut erased: BTreeSet<_> = roster.erased().collect();
        if let Some(list) = &self.options.erasures {
            roster.accepts_list(list)?;
            erased.extend(list.document().cases());
        }
        match kept.erased.saturating_sub(erased.len() as u64) {
            0 => Ok(()),
            missing => Err(BackupError::ErasureListNeeded { missing }.into()),
        }
    }

    fn device_change(
        &self,
        roster: &Roster,
        new: VaultRow,
        since: u64,
        log_key: &SigningKey,
        ended: LogEnd,
    ) -> Result<DeviceChange, Error> {
        let next = format!("{}-{}", roster.founding().origin, roster.logs().len() + 1);
        let origin = self.options.origin.clone().unwrap_or(next);
        if !is_origin(&origin) || roster.logs().iter().any(|log| log.origin == origin) {
            return Err(Error::Origin);
        }
        Ok(DeviceChange { device: new.device, since, origin, log_key: log_key.verifying_key(), ended })
    }

    /// The first entries of the new log: what it follows, and where the content came from.
    fn log(
        &self,
        act: &mut Act<'_>,
        key: &SigningKey,
        first_epoch: EpochStatement,
        Follows { old, end, loss }: Follows,
    ) -> Result<(), Error> {
        let public = key.verifying_key();
        let genesis = Detail::of(DetailKey::LOG_KEY, &public.as_bytes()[..])
            .with(DetailKey::LIBRARY_VERSION, env!("CARGO_PKG_VERSION"))
            .with(DetailKey::PREVIOUS_SIZE, end.size)
            .with(DetailKey::PREVIOUS_ROOT, &end.root.as_bytes()[..])
            .with(DetailKey::PREVIOUS_DEVICE, &old.device.as_bytes()[..]);
        let genesis = act.begin_epochs(first_epoch, genesis)?;
        act.log(Event::Genesis, Outcome::Success, None, Some(genesis))?;
        let mut import = Detail::default();
        if let Some((digest, header)) = &self.source {
            import = import
                .with(DetailKey::MANIFEST_DIGEST, &digest[..])
                .with(DetailKey::BACKUP_KEY, &header.key.id.as_bytes()[..]);
        }
        if loss.compared {
            import = import.with(DetailKey::LOST_COMMITS, loss.commits).with(DetailKey::LOST_ENTRIES, loss.entries);
        }
        let import = (import != Detail::default()).then_some(import);
        act.log(Event::Import, Outcome::Success, None, import)?;
        Ok(())
    }

    /// The whole check, on what will get the name.
    fn check(&self, vault: &Vault, mut keys: Unlocked) -> Result<(), Error> {
        let mut store = vault.store()?;
        store.check_pages()?;
        let rows = store.begin_reading()?;
        keys.forget();
        let mut act = Act::begin(&rows, &mut keys, read_clock(self.host.clock.as_ref()))?;
        act.check_all(&mut |_, _| ()).map(|_| ())
    }

    /// Gives the file its name and this device its keys. Until the very end what this device kept before still works.
    fn settle(
        &self,
        target: &Path,
        new: VaultRow,
        seed: &Secret,
        newest: &Newest,
        is_first: bool,
    ) -> Result<(), Error> {
        let key_store = self.host.key_store.as_ref();
        self.name_and_keep(target, new, seed, &newest.head, is_first).inspect_err(|_| {
            let _ = key_store.remove(&log_key_name(new));
            if is_first {
                let _ = key_store.remove(&kept_name(new.vault));
            }
        })?;
        for log in newest.roster.logs().iter().filter(|log| log.device != new.device) {
            // The vault that this device kept before ends here; a key that stays signs nothing that anybody accepts.
            let old = VaultRow { device: log.device, ..new };
            let _ = key_store.remove(&log_key_name(old));
            let _ = key_store.remove(&epoch_key_name(old));
        }
        debug_assert!(KeyName::new(newest.roster.log().origin.clone()).is_ok());
        Ok(())
    }

    fn name_and_keep(
        &self,
        target: &Path,
        new: VaultRow,
        seed: &Secret,
        head: &Kept,
        is_first: bool,
    ) -> Result<(), Error> {
        let key_store = self.host.key_store.as_ref();
        key_store.store(&log_key_name(new), seed.expose()).map_err(KeyError::from)?;
        if is_first {
            // Whoever is killed before the head itself is kept leaves a file that opens, or none, and a head that is in
            // nobody's way. Without one, the file would look as if somebody had taken the head away.
            Kept::nothing(head.genesis, new.device).store(key_store, new.vault)?;
        }
        // Once more: a vault of this name may have been taken away meanwhile.
        side_files::refuse_left(target)?;
        place(self.scratch.path(), target, Existing::Keep).map_err(|error| StoreError::from(&error))?;
        head.store(key_store, new.vault).inspect_err(|_| Store::remove_new(target))
    }
}
