//! Backups, restores, moves: inside the crate, on small vaults.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::keys::{BackupKey, Identity, KeyError, KeyStore, KeyStoreError, MemoryKeyStore, SystemClock};
use crate::log::{DetailKey, DetailValue, Event};
use crate::model::records::{Case, Child, Unit};
use crate::model::{Coded, DynamicRecord, FormDocument, Text};
use crate::store::StoreError;
use crate::vault::kept::{Kept, kept_name};
use crate::vault::tests::Hooked;
use crate::vault::{Error, Host, IntegrityError, Session, Vault};

struct World {
    folder: tempfile::TempDir,
    keys: Arc<MemoryKeyStore>,
    founder: Identity,
    vault: Vault,
    key: BackupKey,
}

fn access() -> Access {
    Access::for_purpose("forensic-interview")
}

fn child(name: &str) -> Child {
    Child {
        family_name_latin: Some(Text::new(name).unwrap()),
        sex: Some(Coded::new("female").unwrap()),
        role: Some(Coded::new("victim").unwrap()),
        ..Child::default()
    }
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(MemoryKeyStore::default());
        let founder = Identity::generate();
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        let host = Host::with_shared(keys.clone());
        let vault =
            Vault::create(&folder.path().join("vault"), host, &founder, "police.example.org/audit/1", &unit).unwrap();
        let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
        Self { folder, keys, founder, vault, key }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn session(&self) -> Session {
        self.vault.sign_in(&self.founder).unwrap()
    }

    fn host(&self) -> Host {
        Host::with_shared(self.keys.clone())
    }

    fn written(&self, session: &Session, name: &str) -> RecordId {
        let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
        session.create(Some(case), &child(name), &access()).unwrap().record
    }

    fn restore(&self, target: &str, host: Host, accept_loss: bool) -> Result<(Vault, RestoreReport), Error> {
        let options = RestoreOptions { accept_loss, ..RestoreOptions::default() };
        Vault::restore(&self.path("backup"), &self.key, &self.founder, &self.path(target), host, &options)
    }
}

fn new_phone() -> Host {
    Host::new(MemoryKeyStore::default())
}

#[test]
fn a_restored_vault_has_everything_and_a_log_of_its_own() {
    let world = World::new();
    let session = world.session();
    let id = world.written(&session, "Sokha");
    session.amend(id, &child("Sokha Again"), &access()).unwrap();
    let before = session.log_size().unwrap();
    let report = session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    assert_eq!(report.log_size, before + 1, "the entry about the backup is in it");
    assert_eq!(BackupHeader::read(&world.path("backup")).unwrap(), report.header);
    session.read::<Child>(id, &access()).unwrap();
    session.lock();

    let (vault, restored) = world.restore("restored", new_phone(), false).unwrap();
    assert!(!restored.compared && restored.lost_commits == 0);
    assert_eq!((restored.previous.size, restored.previous.root), (report.log_size, report.log_root));
    assert_eq!(restored.origin, "police.example.org/audit/1-2");
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha Again"));
    assert_eq!(session.history(id, &access()).unwrap().len(), 2);
    assert_eq!(session.log_key().unwrap().name().as_str(), restored.origin);

    let entries = session.log_entries(0, 100, &access()).unwrap();
    let genesis = &entries[0].entry;
    assert_eq!((genesis.event, genesis.seq, genesis.device), (Event::Genesis, 0, restored.device));
    let detail = genesis.detail.as_ref().unwrap();
    assert_eq!(detail.get(DetailKey::PREVIOUS_SIZE), Some(&DetailValue::Number(report.log_size)));
    assert_eq!(detail.get(DetailKey::PREVIOUS_ROOT), Some(&(&report.log_root.as_bytes()[..]).into()));
    assert_eq!(entries[1].entry.event, Event::Import);
    // A record's first entry in this log names no entry of the earlier one; the next one names the first.
    let reads: Vec<_> = entries.iter().filter(|entry| entry.entry.event == Event::Read).collect();
    assert_eq!(reads[0].entry.what.as_ref().unwrap().previous, None);
    session.read::<Child>(id, &access()).unwrap();
    let newest = session.log_entries(0, 100, &access()).unwrap();
    let last = newest.iter().rev().find(|entry| entry.entry.event == Event::Read).unwrap();
    assert_eq!(last.entry.what.as_ref().unwrap().previous, Some(reads.last().unwrap().entry.seq));

    let logs = session.logs().unwrap();
    assert_eq!((logs.len(), logs[0].size, logs[0].root), (2, report.log_size, report.log_root));
    let earlier = session.log_entries_of(0, 0, u64::MAX, &access()).unwrap();
    assert_eq!(earlier.len() as u64, report.log_size);
    assert_eq!(earlier.last().unwrap().entry.event, Event::Export);
    assert_eq!(session.log_entries_of(2, 0, 1, &access()).err(), Some(Error::NoSuchLog));
    let checked = session.check(|_, _| ()).unwrap();
    assert_eq!(checked.log_entries, session.log_size().unwrap() + report.log_size);
    assert_eq!(checked.entries_opened, checked.log_entries);
}

#[test]
fn a_restored_vault_can_be_backed_up_and_restored_again() {
    let world = World::new();
    let session = world.session();
    let id = world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let (second, _) = world.restore("second", new_phone(), false).unwrap();
    let session = second.sign_in(&world.founder).unwrap();
    session.amend(id, &child("Changed"), &access()).unwrap();
    session.backup_to(&world.path("again"), &world.key, &access()).unwrap();
    let options = RestoreOptions {
        origin: Some("ngo.example.org/audit/9".into()),
        accept_loss: false,
        ..RestoreOptions::default()
    };
    let (third, report) =
        Vault::restore(&world.path("again"), &world.key, &world.founder, &world.path("third"), new_phone(), &options)
            .unwrap();
    assert_eq!(report.origin, "ngo.example.org/audit/9");
    let session = third.sign_in(&world.founder).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Changed"));
    assert_eq!(session.logs().unwrap().len(), 3);
    session.check(|_, _| ()).unwrap();
    let taken = RestoreOptions {
        origin: Some("police.example.org/audit/1".into()),
        accept_loss: false,
        ..RestoreOptions::default()
    };
    let refused =
        Vault::restore(&world.path("again"), &world.key, &world.founder, &world.path("x"), new_phone(), &taken);
    assert_eq!(refused.err(), Some(Error::Origin));
}

#[test]
fn a_device_that_knows_better_says_what_would_be_lost() {
    let world = World::new();
    let session = world.session();
    let id = world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    session.amend(id, &child("Later"), &access()).unwrap();
    session.read::<Child>(id, &access()).unwrap();
    session.lock();
    let kept = world.keys.load(&crate::vault::kept::kept_name(world.vault.inner.file.vault)).unwrap();

    let refused = world.restore("restored", world.host(), false).err();
    // An amendment, a read and the sign-out.
    assert_eq!(refused, Some(BackupError::WouldLose { commits: 3, entries: 3 }.into()));
    assert!(!world.path("restored").exists());
    assert_eq!(world.keys.load(&crate::vault::kept::kept_name(world.vault.inner.file.vault)).unwrap(), kept);
    world.session().lock(); // a refused restore leaves the vault of this device as it was

    let (vault, report) = world.restore("restored", world.host(), true).unwrap();
    assert!(report.compared && report.lost_commits == 5 && report.lost_entries == 5);
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    let entries = session.log_entries(0, 2, &access()).unwrap();
    let detail = entries[1].entry.detail.as_ref().unwrap();
    assert_eq!(detail.get(DetailKey::LOST_COMMITS), Some(&DetailValue::Number(5)));
    drop(session);
    // The vault that this device kept before has ended; the same backup again would lose what the new one did since.
    let old = Vault::open(&world.path("vault"), world.host()).unwrap();
    assert_eq!(old.sign_in(&world.founder).err(), Some(Error::ForeignVault));
    let again = world.restore("again", world.host(), false).err();
    assert!(matches!(again, Some(Error::Backup(BackupError::WouldLose { entries: 1.., .. }))), "{again:?}");
}

#[test]
fn only_the_right_key_in_its_time_and_a_member_restores() {
    let world = World::new();
    world.session().backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let restore = |key: &BackupKey, identity: &Identity, host: Host| {
        let (backup, target) = (world.path("backup"), world.path("restored"));
        let refused = Vault::restore(&backup, key, identity, &target, host, &RestoreOptions::default());
        assert!(!target.exists());
        assert_eq!(
            std::fs::read_dir(world.folder.path())
                .unwrap()
                .filter(|file| { file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new") })
                .count(),
            0
        );
        refused.err()
    };
    let other = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
    assert_eq!(restore(&other, &world.founder, new_phone()), Some(BackupError::OtherKey.into()));
    let stranger = Identity::generate();
    assert_eq!(restore(&world.key, &stranger, new_phone()), Some(AccessError::NotAMember.into()));
    // The id of the right key over another secret.
    let forged = BackupKey::from_parts(world.key.info(), crate::seal::Secret::generate());
    assert_eq!(restore(&forged, &world.founder, new_phone()), Some(BackupError::Damaged.into()));
    let later = new_phone().with_clock(Later(world.key.info().not_after + 1));
    assert_eq!(restore(&world.key, &world.founder, later.clone()), Some(KeyError::BackupKeyExpired.into()));
    let expired = Vault::open(&world.path("vault"), world.host().with_clock(Later(u64::MAX >> 1))).unwrap();
    let session = expired.sign_in(&world.founder).unwrap();
    let refused = session.backup_to(&world.path("other"), &world.key, &access()).err();
    assert_eq!(refused, Some(KeyError::BackupKeyExpired.into()));
    let taken = session.backup_to(&world.path("backup"), &world.key, &access()).err();
    assert_eq!(taken, Some(StoreError::AlreadyExists.into()));
    assert_eq!(world.restore("vault", new_phone(), false).err(), Some(StoreError::AlreadyExists.into()));
}

struct Later(u64);

impl crate::keys::Clock for Later {
    fn wall_milliseconds(&self) -> u64 {
        self.0
    }

    fn monotonic_milliseconds(&self) -> u64 {
        0
    }
}

#[test]
fn a_damaged_backup_restores_nothing() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("whole"), &world.key, &access()).unwrap();
    drop(session);
    let whole = std::fs::read(world.path("whole")).unwrap();
    let refuse = |bytes: &[u8], what: &str| {
        std::fs::write(world.path("backup"), bytes).unwrap();
        let refused = world.restore("restored", new_phone(), false).err();
        assert!(matches!(refused, Some(Error::Backup(_))), "{what}: {refused:?}");
        assert!(!world.path("restored").exists());
    };
    for length in (0..whole.len()).step_by(1024).chain([1, 65, 66, 70, whole.len() - 1]) {
        refuse(&whole[..length], &format!("cut at {length}"));
    }
    for place in (0..66).chain((66..whole.len()).step_by(4093)) {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        refuse(&flipped, &format!("flipped at {place}"));
    }
    refuse(&[&whole[..], &[0]].concat(), "a byte more");
    let mut newer = whole.clone();
    newer[8] = 2;
    std::fs::write(world.path("backup"), &newer).unwrap();
    assert_eq!(world.restore("restored", new_phone(), false).err(), Some(BackupError::TooNew.into()));
    std::fs::write(world.path("backup"), b"something else entirely").unwrap();
    assert_eq!(world.restore("restored", new_phone(), false).err(), Some(BackupError::NotABackup.into()));
    std::fs::write(world.path("backup"), &whole).unwrap();
    world.restore("restored", new_phone(), false).unwrap();
}

#[test]
fn a_move_ends_the_vault_here_and_goes_on_there() {
    let world = World::new();
    let (session, other) = (world.session(), world.session());
    let id = world.written(&session, "Sokha");
    let moved = session.move_out(&world.path("move"), &world.key, &access()).unwrap();
    assert!(moved.final_checkpoint.contains(&format!("\n{}\n", moved.backup.log_size)));
    assert!(session.is_locked());
    assert_eq!(other.read::<Child>(id, &access()).err(), Some(Error::Retired));
    let old = Vault::open(&world.path("vault"), world.host()).unwrap();
    assert_eq!(old.sign_in(&world.founder).err(), Some(Error::Retired));
    assert!(!old.info().unwrap().of_this_device);

    let options = RestoreOptions::default();
    let move_in = |host, target: &str| {
        Vault::move_in(&world.path("move"), &world.key, &world.founder, &world.path(target), host, &options)
    };
    let wrong =
        Vault::restore(&world.path("move"), &world.key, &world.founder, &world.path("x"), new_phone(), &options);
    assert_eq!(wrong.err(), Some(BackupError::OtherPurpose.into()));
    let (vault, report) = move_in(new_phone(), "moved").unwrap();
    assert_eq!((report.previous.size, report.previous.root), (moved.backup.log_size, moved.backup.log_root));
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    let earlier = session.log_entries_of(0, 0, u64::MAX, &access()).unwrap();
    let last = &earlier.last().unwrap().entry;
    assert_eq!(last.event, Event::Retired);
    let size = DetailValue::Number(moved.backup.log_size);
    assert_eq!(last.detail.as_ref().unwrap().get(DetailKey::FINAL_SIZE), Some(&size));
    session.check(|_, _| ()).unwrap();
    // Back on the old phone, which has kept the last head: nothing is lost, and it says so.
    let (_, report) = move_in(world.host(), "back").unwrap();
    assert!(report.compared && report.lost_commits == 0 && report.lost_entries == 0);
}

#[test]
fn a_copy_is_foreign_until_it_is_taken_over() {
    let world = World::new();
    let session = world.session();
    let id = world.written(&session, "Sokha");
    drop(session);
    let copy = world.path("copy");
    std::fs::copy(world.path("vault"), &copy).unwrap();
    for side in ["-wal", "-shm"] {
        let _ = std::fs::copy(world.path(&format!("vault{side}")), world.path(&format!("copy{side}")));
    }
    let foreign = Vault::open(&copy, new_phone()).unwrap();
    assert_eq!(foreign.sign_in(&world.founder).err(), Some(Error::ForeignVault));
    let options = RestoreOptions::default();
    let (vault, report) = Vault::adopt(&copy, &world.founder, &world.path("adopted"), new_phone(), &options).unwrap();
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    assert_eq!(session.logs().unwrap()[0].size, report.previous.size);
    session.check(|_, _| ()).unwrap();
}

#[test]
fn an_entry_of_an_earlier_log_that_is_gone_is_noticed() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let (vault, _) = world.restore("restored", new_phone(), false).unwrap();
    vault.store().unwrap().raw().execute("DELETE FROM entry WHERE position = 3", []).unwrap();
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(session.check(|_, _| ()).err(), Some(IntegrityError::Log.into()));
    assert_eq!(session.log_entries_of(0, 0, 10, &access()).err(), Some(IntegrityError::Log.into()));
}

#[test]
fn a_disk_that_fails_leaves_no_file_and_says_so_in_the_log() {
    let world = World::new();
    let session = world.session();
    let nowhere = world.path("no/such/folder/backup");
    assert_eq!(session.backup_to(&nowhere, &world.key, &access()).err(), Some(StoreError::NotFound.into()));
    let entries = session.log_entries(0, 100, &access()).unwrap();
    let exports: Vec<_> = entries.iter().filter(|entry| entry.entry.event == Event::Export).collect();
    assert_eq!(exports.len(), 2);
    assert_eq!(exports[1].entry.outcome, crate::log::Outcome::SeriousFailure);
    assert_eq!(session.move_out(&nowhere, &world.key, &access()).err(), Some(StoreError::NotFound.into()));
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
}

#[test]
fn what_a_killed_writer_left_beside_a_name_is_not_written_over() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    // A writer was killed, and of its vault the main file alone was carried to another place.
    let left = world.path("left-wal");
    std::fs::copy(world.path("vault-wal"), &left).unwrap();
    let before = std::fs::read(&left).unwrap();
    assert!(!before.is_empty());
    let refused = Error::from(StoreError::LeftBeside { suffix: "-wal" });
    assert_eq!(world.restore("left", new_phone(), false).err(), Some(refused.clone()));
    let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
    let made = Vault::create(&world.path("left"), new_phone(), &world.founder, "police.example.org/audit/1", &unit);
    assert_eq!(made.err(), Some(refused));
    assert_eq!(std::fs::read(&left).unwrap(), before);
    assert!(!world.path("left").exists());

    // Also if it is carried away while the restore is on its way.
    let late = world.path("late-wal");
    let (keys, place) = (Arc::new(MemoryKeyStore::default()), late.clone());
    let hooked = Hooked::over(&keys, move |call, name| {
        if call == "store" && name.ends_with("kept-head") {
            std::fs::copy(&left, &place).unwrap();
        }
        Ok(())
    });
    let refused = world.restore("late", Host::with_shared(hooked), false).err();
    assert_eq!(refused, Some(StoreError::LeftBeside { suffix: "-wal" }.into()));
    assert_eq!(std::fs::read(&late).unwrap(), before);
    assert!(!world.path("late").exists());
    assert_eq!(keys.load(&kept_name(world.vault.inner.file.vault)).unwrap(), None, "nothing is kept of it");
}

#[test]
fn a_file_that_is_not_whole_without_its_log_gets_no_name() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let (keys, folder, mut reader) = (Arc::new(MemoryKeyStore::default()), world.folder.path().to_owned(), None);
    let hooked = Hooked::over(&keys, move |_, _| {
        let unfinished = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let unfinished = unfinished.into_iter().find(|path| path.extension().is_some_and(|end| end == "new"));
        if let (Some(path), None) = (unfinished, &reader) {
            // Somebody reads the unfinished file: SQLite cannot fold in what was written since.
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.execute_batch("BEGIN; SELECT count(*) FROM vault").unwrap();
            reader = Some(connection);
        }
        Ok(())
    });
    let refused = world.restore("restored", Host::with_shared(hooked), false).err();
    assert_eq!(refused, Some(StoreError::Busy.into()));
    assert!(!world.path("restored").exists());
    let (restored, _) = world.restore("restored", Host::with_shared(keys), false).unwrap();
    restored.sign_in(&world.founder).unwrap().check(|_, _| ()).unwrap();
}

#[test]
fn a_restore_that_is_killed_at_its_end_leaves_a_vault_that_opens() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let (keys, target) = (Arc::new(MemoryKeyStore::default()), world.path("restored"));
    let hooked = Hooked::over(&keys, move |call, name| {
        let is_last = call == "store" && name.ends_with("kept-head") && target.exists();
        assert!(!is_last, "killed once the file has its name, and before its head is kept");
        Ok(())
    });
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        world.restore("restored", Host::with_shared(hooked), false).map(drop)
    }));
    assert!(killed.is_err());
    let host = Host::with_shared(keys.clone());
    let vault = Vault::open(&world.path("restored"), host.clone()).unwrap();
    vault.sign_in(&world.founder).unwrap().check(|_, _| ()).unwrap();

    // Killed before it had its name: nothing is there, and the next restore finds nothing that it would lose.
    let id = world.vault.inner.file.vault;
    let genesis = Kept::load(world.keys.as_ref(), id).unwrap().unwrap().genesis;
    Kept::nothing(genesis, crate::id::DeviceId::random()).store(keys.as_ref(), id).unwrap();
    let (_, report) = world.restore("again", host, false).unwrap();
    assert!(!report.compared && report.lost_commits == 0);
}

#[test]
fn a_restore_whose_head_cannot_be_kept_keeps_nothing() {
    let world = World::new();
    let session = world.session();
    world.written(&session, "Sokha");
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    let (keys, target) = (Arc::new(MemoryKeyStore::default()), world.path("restored"));
    let hooked = Hooked::over(&keys, move |call, name| {
        let fails = call == "store" && name.ends_with("kept-head") && target.exists();
        if fails { Err(KeyStoreError::Unavailable) } else { Ok(()) }
    });
    assert!(world.restore("restored", Host::with_shared(hooked), false).is_err());
    assert!(!world.path("restored").exists());
    assert_eq!(keys.load(&kept_name(world.vault.inner.file.vault)).unwrap(), None);
    world.restore("restored", Host::with_shared(keys), false).unwrap();
}

#[test]
fn a_form_and_its_fields_are_restored() {
    let world = World::new();
    let session = world.session();
    let form = FormDocument::parse(include_str!("../../../../examples/provincial.form.toml")).unwrap();
    session.add_form(&form, &world.founder, &access()).unwrap();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let mut child = DynamicRecord::new(session.catalogue().unwrap().by_name("child").unwrap());
    for (name, text) in [("sex", "female"), ("role", "victim"), ("commune_card", "KD-0815"), ("arrival", "on_foot")] {
        child.set_text(name, text).unwrap();
    }
    let id = session.write_batch(&access(), |batch| batch.create_dynamic(Some(case), &child)).unwrap().record;
    session.backup_to(&world.path("backup"), &world.key, &access()).unwrap();
    drop(session);

    let (restored, _) = world.restore("again", new_phone(), false).unwrap();
    let session = restored.sign_in(&world.founder).unwrap();
    assert_eq!(session.forms().unwrap(), [form]);
    assert_eq!(session.read_fields(id, None, &access()).unwrap().record, child);
    session.check(|_, _| ()).unwrap();
}
