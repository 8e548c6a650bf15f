//! Making a backup, and moving a vault out: entry first, durable; then the rows; then the file gets its name.

use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::frames::{FrameWriter, HEADER_LENGTH};
use super::manifest::{Manifest, encode_counts};
use super::{BackupError, BackupHeader, Purpose};
use crate::access::Access;
use crate::access::policy::Action;
use crate::error::Diagnosis;
use crate::keys::BackupKey;
use crate::log::{Detail, DetailKey, Event, Hash, Outcome};
use crate::new_file::{Existing, NewFile};
use crate::seal::sha256;
use crate::store::{Rows, Store, StoreError};
use crate::vault::act::Act;
use crate::vault::epochs::CheckpointKeys;
use crate::vault::kept::{epoch_key_name, log_key_name};
use crate::vault::statement::Statement;
use crate::vault::{Error, IntegrityError, Session};

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// What stands in clear at its beginning.
    pub header: BackupHeader,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many rows it carries.
    pub rows: u64,
    /// Number of the newest commit in it.
    pub commit: u64,
    /// How many entries the log has in it.
    pub log_size: u64,
    /// The root over them.
    pub log_root: Hash,
}

/// What a move leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveReport {
    /// What the move file holds.
    pub backup: BackupReport,
    /// The last checkpoint of this device's log: keep it for the auditor.
    pub final_checkpoint: String,
    /// Whether the key store has let go of the keys that signed it. If not, take `log-key` and `epoch-key` of this vault out of
    /// it by hand: the log has ended, and whoever holds them could still sign for it.
    pub keys_removed: bool,
}

impl Session {
    /// Writes a backup of the whole vault to a new file: one consistent state, sealed under `key`. An entry about it is
    /// durable before the file appears. Others may go on working meanwhile.
    ///
    /// Time grows with the vault; memory holds one row at a time. A killed process leaves at most a file that ends in
    /// `.new`, which no key opens to more than a part of a backup; it can be deleted.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] if there is a file, [`StoreError::Full`], [`KeyError::BackupKeyExpired`](crate::keys::KeyError::BackupKeyExpired), and as
    /// every act. No file appears then, and the vault is as before.
    pub fn backup_to(&self, path: &Path, key: &BackupKey, access: &Access) -> Result<BackupReport, Error> {
        let (header, _) = self.announce(Purpose::Backup, path, key, access)?;
        let written = || {
            // A connection of its own: others go on reading and writing while this one sees one state.
            let mut store = Store::open(self.path())?;
            let rows = store.begin_reading()?;
            rows.verify_schema()?;
            write_container(&rows, path, &header, key, self.vault().clock().0)
        };
        written().map_err(|error| {
            let error = self.vault().second_look(error);
            self.failed(&error, access);
            error
        })
    }

    /// Moves the vault out of this device: writes a move file, as [`backup_to`](Self::backup_to), ends this device's
    /// log with its final size, and retires the file, so that nobody signs in to it any more. The session ends.
    ///
    /// Only when this answers is the move done; until then the vault goes on here. If the move file is lost afterwards,
    /// the newest backup can be restored.
    ///
    /// # Errors
    /// [`BackupError::NotACustodian`]; [`BackupError::InUse`] if somebody else wrote meanwhile; [`Error::Locked`] or
    /// [`Error::LockedIdle`] if the session was locked meanwhile; [`EpochError`](crate::log::EpochError) if this device cannot
    /// sign the last checkpoint; as [`backup_to`](Self::backup_to). The vault is not retired then, and there is no move file.
    /// [`BackupError::InDoubt`] if the disk failed so that the vault may be retired or not: the move file stays then.
    pub fn move_out(&self, path: &Path, key: &BackupKey, access: &Access) -> Result<MoveReport, Error> {
        let (header, commit) = self.announce(Purpose::Move, path, key, access)?;
        let move_file = MoveFile { path, header: &header, key };
        let signing = self.checkpoint_keys().inspect_err(|error| {
            self.failed(error, access);
        })?;
        let retired = self.retire(&move_file, commit, signing, access);
        let (backup, final_checkpoint) = retired.map_err(|unmoved| self.stay(unmoved, &move_file, access))?;
        let vault = self.vault();
        self.end();
        let names = [log_key_name(vault.inner.file), epoch_key_name(vault.inner.file)];
        let removed = names.map(|name| vault.key_store().remove(&name).is_ok());
        Ok(MoveReport { backup, final_checkpoint, keys_removed: removed == [true; 2] })
    }

    /// Refuses what cannot be done, then logs that it is about to be done; returns the number of the commit.
    fn announce(
        &self,
        purpose: Purpose,
        path: &Path,
        key: &BackupKey,
        access: &Access,
    ) -> Result<(BackupHeader, u64), Error> {
        if path.exists() {
            return Err(StoreError::AlreadyExists.into());
        }
        let header = BackupHeader::new(purpose, self.vault().inner.file.vault, key.info());
        let (now, digest, id) = (self.vault().clock().0, sha256(&header.encode()), key.info().id);
        let commit = self.act(access, Event::Export, &[], |act| {
            act.demand(Action::Backup)?;
            key.require_valid(now)?;
            act.note_backup_key(key.info())?;
            if purpose == Purpose::Move && !act.keys.roster.is_custodian(act.keys.member.member) {
                return Err(BackupError::NotACustodian.into());
            }
            let detail =
                Detail::of(DetailKey::MANIFEST_DIGEST, &digest[..]).with(DetailKey::BACKUP_KEY, &id.as_bytes()[..]);
            act.log(Event::Export, Outcome::Success, None, Some(detail))?;
            Ok(act.commit_number())
        })?;
        Ok((header, commit))
    }

    /// Logs that the file which was announced did not appear, and tells whether that is durable.
    fn failed(&self, error: &Error, access: &Access) -> bool {
        // A disk that is full takes no entry either; the announcement stands alone then.
        let logged = self.act(access, Event::Export, &[], |act| {
            act.log_failure(Event::Export, Outcome::SeriousFailure, None, error as &dyn Diagnosis).map(|_| ())
        });
        logged.is_ok()
    }

    /// After a move that failed: the vault stays here, so there is no move file. But of a commit that failed while it was
    /// flushed all may lie in the write-ahead log nevertheless, and whoever opens the vault next would find it retired. The
    /// entry about the failure takes its place there; only once that is durable does the vault go on for certain.
    fn stay(&self, Unmoved { error, placed, in_doubt }: Unmoved, to: &MoveFile<'_>, access: &Access) -> Error {
        let goes_on = self.failed(&error, access);
        if in_doubt && !goes_on {
            return BackupError::InDoubt.into();
        }
        if placed {
            let _ = std::fs::remove_file(to.path);
        }
        error
    }

    /// In one transaction: the last entry of the log, the move file, the mark that the vault was moved out. What fails leaves
    /// no entry that says so in a log that goes on, and perhaps the file, for [`stay`](Self::stay).
    fn retire(
        &self,
        to: &MoveFile<'_>,
        announced: u64,
        signing: CheckpointKeys,
        access: &Access,
    ) -> Result<(BackupReport, String), Unmoved> {
        let (vault, placed, ready) = (self.vault(), Cell::new(false), Cell::new(false));
        let (_call, mut held) = (self.call()?, self.open.lock()?);
        // Nothing is kept afterwards: whatever the key store says then, the vault has gone, and the move file stays.
        let moved = self.commit(&mut held, |rows, keys, clock| {
            let mut act = Act::begin(rows, keys, clock)?;
            let size = act.log_size() + 1;
            if act.commit_number() != announced + 1 {
                return Err(BackupError::InUse.into());
            }
            act.state(access)?;
            act.log(Event::Retired, Outcome::Success, None, Some(Detail::of(DetailKey::FINAL_SIZE, size)))?;
            if act.log_size() != size {
                // The clock was set since the announcement, which took an entry of its own.
                return Err(BackupError::InUse.into());
            }
            let final_checkpoint = act.sign_checkpoint(signing)?.to_string();
            act.sign()?;
            let report = write_container(rows, to.path, to.header, to.key, clock.0)?;
            placed.set(true);
            rows.replace_vault(vault.inner.file.retired())?;
            // Whoever waits for the file must not go on with the log.
            vault.inner.retired.store(true, Ordering::Release);
            ready.set(true);
            Ok((report, final_checkpoint))
        });
        if moved.is_err() && placed.get() {
            vault.inner.retired.store(false, Ordering::Release);
        }
        self.let_go(held);
        moved.map(|(moved, _due)| moved).map_err(|error| {
            // A session that was locked meanwhile did not come as far as the commit.
            let in_doubt = ready.get() && matches!(error, Error::Store(_));
            Unmoved { error: vault.second_look(error), placed: placed.get(), in_doubt }
        })
    }
}

/// Why a vault was not retired, and what there may be of it.
#[derive(Debug)]
struct Unmoved {
    error: Error,
    /// Whether the move file has its name.
    placed: bool,
    /// Whether the commit itself failed.
    in_doubt: bool,
}

impl From<Error> for Unmoved {
    fn from(error: Error) -> Self {
        Self { error, placed: false, in_doubt: false }
    }
}

/// Where a vault goes when it is moved out.
struct MoveFile<'m> {
    path: &'m Path,
    header: &'m BackupHeader,
    key: &'m BackupKey,
}

/// Writes the container, which appears whole or not at all.
pub(super) fn write_container(
    rows: &Rows<'_>,
    path: &Path,
    header: &BackupHeader,
    key: &BackupKey,
    now: u64,
) -> Result<BackupReport, Error> {
    let statement = newest(rows)?;
    let mut tables = rows.tables()?;
    let file = NewFile::begin(path).map_err(|error| StoreError::from(&error))?;
    let mut out = FrameWriter::begin(file, header, key)?;
    out.item(&Manifest::of(&statement, now, tables.names()).encode())?;
    rows.copy_out(&mut tables, |row| out.item(row))?;
    // An empty item: no more rows.
    out.item(&[])?;
    out.item(&encode_counts(tables.counts()))?;
    let (file, bytes) = out.end()?;
    file.place(Existing::Keep).map_err(|error| StoreError::from(&error))?;
    debug_assert!(bytes > HEADER_LENGTH as u64);
    Ok(BackupReport {
        header: *header,
        bytes,
        rows: tables.counts().iter().sum(),
        commit: statement.commit,
        log_size: statement.log_size,
        log_root: statement.log_root,
    })
}

fn newest(rows: &Rows<'_>) -> Result<Statement, Error> {
    Ok(Statement::decode(&rows.tip()?.statement).map_err(|_| IntegrityError::Statement)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::keys::{KeyStore, SystemClock};
    use crate::new_file::tests::while_folders_fail;
    use crate::vault::kept::kept_name;
    use crate::vault::open_keys::Why;
    use crate::vault::tests::{World, access};

    fn move_key() -> BackupKey {
        BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap()
    }

    #[test]
    fn a_move_whose_session_is_locked_meanwhile_moves_nothing() {
        let (world, key) = (World::new(), move_key());
        let path = world.folder.path().join("moved");
        let session = world.session();
        let (header, commit) = session.announce(Purpose::Move, &path, &key, &access()).unwrap();
        let (to, signing) = (MoveFile { path: &path, header: &header, key: &key }, session.checkpoint_keys().unwrap());
        // From another thread, while the file is written.
        let watched = || {
            while !path.exists() {
                std::thread::yield_now();
            }
            session.open.ending.begin(Why::Asked);
        };
        let moved = std::thread::scope(|scope| {
            scope.spawn(watched);
            session.retire(&to, commit, signing, &access()).map_err(|unmoved| session.stay(unmoved, &to, &access()))
        });
        drop(session);
        let Err(refused) = moved else { return assert!(path.exists(), "too late: it was moved") };
        assert_eq!(refused, Error::Locked);
        assert!(!path.exists(), "nobody goes on with it elsewhere");
        let entries = world.session().log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
        assert!(
            entries.iter().all(|one| one.entry.event != Event::Retired),
            "the log goes on, and does not say otherwise"
        );
        let moved = world.session().move_out(&path, &key, &access()).unwrap();
        assert!(moved.keys_removed && path.exists());
    }

    #[test]
    fn a_device_that_cannot_sign_the_last_checkpoint_moves_nothing() {
        let (world, key) = (World::new(), move_key());
        let path = world.folder.path().join("moved");
        let session = world.session();
        let name = epoch_key_name(world.vault.inner.file);
        let kept = world.keys.load(&name).unwrap().unwrap();
        world.keys.remove(&name).unwrap();
        assert!(matches!(session.move_out(&path, &key, &access()).unwrap_err(), Error::Epoch(_)));
        assert!(!path.exists());
        world.keys.store(&name, &kept).unwrap();
        let moved = session.move_out(&path, &key, &access()).unwrap();
        assert!(moved.final_checkpoint.contains(&format!("\n{}\n", moved.backup.log_size)));
        assert!(moved.keys_removed && world.vault.sign_in(&world.founder).is_err());
    }

    #[test]
    fn a_move_is_done_whatever_the_key_store_says_afterwards() {
        let (world, key) = (World::new(), move_key());
        let path = world.folder.path().join("moved");
        let session = world.session();
        let (header, commit) = session.announce(Purpose::Move, &path, &key, &access()).unwrap();
        let (to, signing) = (MoveFile { path: &path, header: &header, key: &key }, session.checkpoint_keys().unwrap());
        world.keys.store(&kept_name(world.vault.inner.file.vault), b"damaged").unwrap();
        // The next head would be due now, and what was kept is compared with it.
        session.keep_with_the_next_commit();
        session.retire(&to, commit, signing, &access()).unwrap();
        assert!(path.exists(), "the only place where the vault is");
    }

    /// Lets the commit itself fail of whatever marks the vault as moved out.
    fn let_the_last_commit_fail(world: &World) {
        let sql = "PRAGMA foreign_keys = ON;
            CREATE TEMP TABLE there (one INTEGER PRIMARY KEY);
            CREATE TEMP TABLE missing (one INTEGER REFERENCES there DEFERRABLE INITIALLY DEFERRED);
            CREATE TEMP TRIGGER ending AFTER UPDATE ON main.vault BEGIN INSERT INTO missing VALUES (1); END";
        world.vault.store().unwrap().raw().execute_batch(sql).unwrap();
    }

    #[test]
    fn the_move_file_goes_only_once_the_vault_goes_on_for_certain() {
        let (world, key) = (World::new(), move_key());
        let path = world.folder.path().join("moved");
        let session = world.session();
        let (header, commit) = session.announce(Purpose::Move, &path, &key, &access()).unwrap();
        let (to, signing) = (MoveFile { path: &path, header: &header, key: &key }, session.checkpoint_keys().unwrap());
        let_the_last_commit_fail(&world);
        let unmoved = session.retire(&to, commit, signing, &access()).unwrap_err();
        assert!(unmoved.placed && unmoved.in_doubt, "{unmoved:?}");
        // And the disk takes nothing afterwards either.
        let sql = "CREATE TEMP TRIGGER obstacle BEFORE INSERT ON main.entry BEGIN SELECT RAISE(ABORT, 'no'); END";
        world.vault.store().unwrap().raw().execute_batch(sql).unwrap();
        assert_eq!(session.stay(unmoved, &to, &access()), BackupError::InDoubt.into());
        assert!(path.exists(), "perhaps the only place where the vault is");
        world.vault.store().unwrap().raw().execute_batch("DROP TRIGGER temp.obstacle").unwrap();
        std::fs::remove_file(&path).unwrap();

        let failed = session.move_out(&path, &key, &access()).unwrap_err();
        assert_eq!(failed, StoreError::Misfit.into());
        assert!(!path.exists(), "the vault goes on here: the log has an entry more");
        world.vault.store().unwrap().raw().execute_batch("DROP TRIGGER temp.ending").unwrap();
        session.check(|_, _| ()).unwrap();
        session.move_out(&path, &key, &access()).unwrap();
    }

    #[test]
    fn there_is_no_move_file_whose_name_cannot_be_made_durable() {
        let (world, key) = (World::new(), move_key());
        let path = world.folder.path().join("moved");
        let session = world.session();
        let failed = while_folders_fail(|| session.move_out(&path, &key, &access())).unwrap_err();
        assert_eq!(failed, StoreError::ReadOnly.into());
        assert!(!path.exists());
        let failed = while_folders_fail(|| session.backup_to(&path, &key, &access())).unwrap_err();
        assert_eq!(failed, StoreError::ReadOnly.into());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().filter(is_no_vault).count(), 0);
        session.move_out(&path, &key, &access()).unwrap();
    }

    fn is_no_vault(file: &std::io::Result<std::fs::DirEntry>) -> bool {
        !file.as_ref().unwrap().file_name().to_string_lossy().starts_with("vault.saferoom")
    }

    #[test]
    fn who_waits_for_the_file_while_it_is_moved_out_writes_nothing_behind_the_end_of_the_log() {
        let world = World::new();
        let session = Arc::new(world.session());
        let held = world.vault.store().unwrap();
        let locking = {
            let session = Arc::clone(&session);
            std::thread::spawn(move || session.lock())
        };
        std::thread::sleep(Duration::from_millis(200));
        world.vault.inner.retired.store(true, Ordering::Release);
        drop(held);
        locking.join().unwrap();
        world.vault.inner.retired.store(false, Ordering::Release);
        let size = world.vault.info().unwrap().log_entries;
        let session = world.session();
        let entries = session.log_entries(0, size, &Access::for_purpose("audit")).unwrap();
        assert!(entries.iter().all(|one| one.entry.event != Event::Logout));
    }
}
