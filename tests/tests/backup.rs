//! Backups from outside the crate: killed in the middle, found by a thief, brought back.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{
    BackupKey, FileKeyStore, Identity, Passphrase, PassphraseCost, SystemClock, Unlock, create_identity_file,
    open_identity_file,
};
use saferoom::model::records::{Case, Child, Unit};
use saferoom::model::search::SearchQuery;
use saferoom::model::{Coded, RecordKind, SearchKind, Text};
use saferoom::vault::{BackupError, Error, Host, RestoreOptions, SearchAnswer, Session, Vault};

const CANARY: &str = "KanareyBackupSokha";

fn access() -> Access {
    Access::for_purpose("forensic-interview")
}

fn passphrase() -> Passphrase {
    Passphrase::new(b"quiet river stone".to_vec()).unwrap()
}

fn host(folder: &Path) -> Host {
    Host::new(FileKeyStore::new(folder.join("device")))
}

fn identity(folder: &Path) -> Identity {
    open_identity_file(&folder.join("identity"), Unlock::Passphrase(&passphrase())).unwrap()
}

fn key(folder: &Path) -> BackupKey {
    BackupKey::open_file(&folder.join("key"), &passphrase()).unwrap()
}

fn session(folder: &Path) -> Session {
    Vault::open(&folder.join("vault"), host(folder)).unwrap().sign_in(&identity(folder)).unwrap()
}

/// A vault with children, an identity file and a key file.
fn station(folder: &Path, children: usize) -> Vec<RecordId> {
    let founder = Identity::generate();
    let lock = passphrase();
    create_identity_file(&folder.join("identity"), &founder, Unlock::Passphrase(&lock), PassphraseCost::LEAST).unwrap();
    let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
    key.create_file(&folder.join("key"), &lock, PassphraseCost::LEAST).unwrap();
    let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
    let vault =
        Vault::create(&folder.join("vault"), host(folder), &founder, "police.example.org/audit/1", &unit).unwrap();
    let session = vault.sign_in(&founder).unwrap();
    let child = Child {
        family_name_latin: Some(Text::new(CANARY).unwrap()),
        sex: Some(Coded::new("female").unwrap()),
        role: Some(Coded::new("victim").unwrap()),
        ..Child::default()
    };
    session
        .write_batch(&access(), |batch| {
            let case = batch.create(Some(session.unit()), &Case::default())?.record;
            (0..children).map(|_| Ok(batch.create(Some(case), &child)?.record)).collect()
        })
        .unwrap()
}

fn restore(folder: &Path, target: &str) -> Result<Vault, Error> {
    let options = RestoreOptions::default();
    let phone = Host::new(FileKeyStore::new(folder.join(format!("{target}.device"))));
    let (backup, target) = (folder.join("backup"), folder.join(target));
    Vault::restore(&backup, &key(folder), &identity(folder), &target, phone, &options).map(|(vault, _)| vault)
}

#[test]
fn a_backup_shows_no_value_and_no_key_without_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let ids = station(folder.path(), 20);
    let session = session(folder.path());
    session.backup_to(&folder.path().join("backup"), &key(folder.path()), &access()).unwrap();
    let bytes = std::fs::read(folder.path().join("backup")).unwrap();
    let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!found(CANARY.as_bytes()) && !found(b"Example unit") && !found(b"SQLite format"));
    assert!(!found(ids[0].as_bytes()) && !found(identity(folder.path()).member().as_bytes()));
    // Not even a wrapped key stands in it: a member's identity opens nothing of a backup without the backup's key.
    for id in session.vault().path().parent().into_iter().flat_map(|folder| wrapped_keys(&folder.join("vault"))) {
        assert!(!found(&id));
    }
    let other = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
    let phone = Host::new(FileKeyStore::new(folder.path().join("phone")));
    let (backup, target) = (folder.path().join("backup"), folder.path().join("x"));
    let member = identity(folder.path());
    let refused = Vault::restore(&backup, &other, &member, &target, phone, &RestoreOptions::default());
    assert_eq!(refused.err(), Some(BackupError::OtherKey.into()));

    let vault = restore(folder.path(), "restored").unwrap();
    let session = vault.sign_in(&member).unwrap();
    let child = session.read::<Child>(ids[7], &access()).unwrap().record;
    assert_eq!(child.family_name_latin, Some(Text::new(CANARY).unwrap()));
    // The search index came along, and is searched without being made anew.
    let query = SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, CANARY);
    let SearchAnswer::Found(hits) = session.search(&query, &access()).unwrap() else { panic!("too many") };
    assert_eq!(hits.len(), ids.len());
}

/// The wrapped data keys of a vault.
fn wrapped_keys(path: &Path) -> Vec<Vec<u8>> {
    let connection = saferoom_tests::raw(path);
    let mut statement = connection.prepare("SELECT sealed FROM keyring").unwrap();
    let keys: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(!keys.is_empty());
    keys
}

#[test]
fn a_killed_backup_or_restore_leaves_no_half_file_and_an_intact_vault() {
    let folder = tempfile::tempdir().unwrap();
    let ids = station(folder.path(), 400);
    let mut whole = 0;
    for (step, wait) in (0..14).map(|step| (step, Duration::from_millis(15 * step))) {
        let _ = std::fs::remove_file(folder.path().join("backup"));
        killed_after(folder.path(), "backup", wait);
        session(folder.path()).read::<Child>(ids[3], &access()).unwrap();
        if !folder.path().join("backup").exists() {
            session(folder.path()).backup_to(&folder.path().join("backup"), &key(folder.path()), &access()).unwrap();
        } else {
            whole += 1;
        }
        // Whatever has the name is whole.
        let target = format!("restored-{step}");
        killed_after(folder.path(), &target, wait * 2);
        if folder.path().join(&target).exists() {
            // All rows are there; at most the keys of the device were not yet kept.
            let copied = Vault::open(&folder.path().join(&target), host(folder.path())).unwrap();
            assert_eq!(copied.info().unwrap().records, 402);
        }
        restore(folder.path(), &format!("again-{step}")).unwrap();
    }
    session(folder.path()).check(|_, _| ()).unwrap();
    assert!(whole < 14, "some were killed before the end");
}

/// Runs `work` in a process of its own and kills it after a while.
fn killed_after(folder: &Path, work: &str, wait: Duration) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "in_a_process_of_its_own"])
        .env("SAFEROOM_TEST_FOLDER", folder)
        .env("SAFEROOM_TEST_WORK", work)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(wait);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
#[ignore = "run by a_killed_backup_or_restore_leaves_no_half_file_and_an_intact_vault, which kills it"]
fn in_a_process_of_its_own() {
    let (Some(folder), Ok(work)) = (std::env::var_os("SAFEROOM_TEST_FOLDER"), std::env::var("SAFEROOM_TEST_WORK"))
    else {
        return;
    };
    let folder = Path::new(&folder);
    if work == "backup" {
        session(folder).backup_to(&folder.join("backup"), &key(folder), &access()).unwrap();
    } else {
        restore(folder, &work).unwrap();
    }
}
