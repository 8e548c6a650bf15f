//! The spine, from end to end, inside the crate.

use std::path::PathBuf;
use std::sync::Arc;

use super::act::Act;
use super::kept::Kept;
use super::*;
use crate::access::{Access, AccessError};
use crate::error::Diagnosis;
use crate::id::ScopeId;
use crate::keys::{Clock, EnvelopeKey, Identity, KeyStoreError, MemoryKeyStore};
use crate::log::{DetailKey, Event, Outcome};
use crate::model::records::{Case, Child, Interview, Statement, Unit};
use crate::model::{Coded, Compartment, FieldBuffer, FieldNumber, Narrative, Record, RecordKind, Text};
use crate::store::{Rows, StoreError};

mod authorise;
mod by_hand;
mod changes;
mod child_statement;
mod clocks;
mod custody;
mod disclose;
mod doors;
mod emergency;
mod epochs;
mod erasure;
mod export_log;
mod forms;
mod hand_over;
mod hoard;
mod host_calls;
mod indicators;
mod interview;
mod leaving;
mod limits;
mod locking;
mod machine;
mod members;
mod packets;
mod recent;
mod records;
mod recovery;
mod referrals;
#[cfg(feature = "extract")]
mod releases;
mod rooms;
#[cfg(feature = "extract")]
mod rooms_tables;
mod roster;
mod several_children;
mod shares;
mod statistics;
mod subject;
mod table;
mod undone;
mod witnesses;

pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    pub(super) keys: Arc<MemoryKeyStore>,
    pub(super) founder: Identity,
    pub(super) vault: Vault,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(MemoryKeyStore::default());
        let founder = Identity::generate();
        let host = Host::with_shared(keys.clone());
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        let path = folder.path().join("vault.saferoom");
        let vault = Vault::create(&path, host, &founder, "police.example.org/audit/1", &unit).unwrap();
        Self { folder, keys, founder, vault }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.vault.path().to_owned()
    }

    pub(super) fn session(&self) -> Session {
        self.vault.sign_in(&self.founder).unwrap()
    }

    pub(super) fn reopened(&self) -> Result<Session, Error> {
        Vault::open(&self.path(), Host::with_shared(self.keys.clone()))?.sign_in(&self.founder)
    }
}

type Hook = dyn FnMut(&str, &str) -> Result<(), KeyStoreError> + Send;

/// A key store over another one; before each call something is done that may fail, with the name of the call and of the
/// secret.
pub(super) struct Hooked {
    store: Arc<MemoryKeyStore>,
    hook: Mutex<Box<Hook>>,
}

impl Hooked {
    pub(super) fn over(
        store: &Arc<MemoryKeyStore>,
        hook: impl FnMut(&str, &str) -> Result<(), KeyStoreError> + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { store: Arc::clone(store), hook: Mutex::new(Box::new(hook)) })
    }

    fn ask(&self, call: &str, name: &str) -> Result<(), KeyStoreError> {
        (self.hook.lock().unwrap_or_else(PoisonError::into_inner))(call, name)
    }
}

impl KeyStore for Hooked {
    fn load(&self, name: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.ask("load", name)?;
        self.store.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        self.ask("store", name)?;
        self.store.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.ask("remove", name)?;
        self.store.remove(name)
    }
}

pub(super) fn access() -> Access {
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

fn case_with_child(session: &Session, name: &str) -> (RecordId, RecordId) {
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let child = session.create(Some(case), &child(name), &access()).unwrap().record;
    (case, child)
}

#[test]
fn what_was_written_is_read_back_by_another_process() {
    let world = World::new();
    let (_, id) = case_with_child(&world.session(), "Sokha");
    let session = world.reopened().unwrap();
    let opened = session.read::<Child>(id, &access()).unwrap();
    assert_eq!(opened.record, child("Sokha"));
    assert_eq!((opened.revision, opened.author), (1, world.founder.member()));
    assert!(opened.withheld.is_empty());
}

#[test]
fn a_read_is_logged_before_it_opens_and_a_refusal_too() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    let before = session.log_size().unwrap();
    session.read::<Child>(id, &access().because("asked by the prosecutor")).unwrap();
    let refused = session.read::<Child>(id, &Access::for_purpose("")).unwrap_err();
    assert_eq!(refused, AccessError::PurposeMissing.into());
    let entries = session.log_entries(before, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let read = &entries[0].entry;
    assert_eq!((read.event, read.outcome), (Event::Read, Outcome::Success));
    let what = read.what.as_ref().unwrap();
    assert_eq!((what.record, what.kind), (id, 2));
    assert!(what.previous.is_some_and(|previous| previous < before) && !what.fields.is_empty());
    assert_eq!(read.why.as_ref().unwrap().local.as_deref(), Some("forensic-interview"));
    assert_eq!(entries[0].reason.as_deref(), Some("asked by the prosecutor"));
    let denied = &entries[1].entry;
    assert_eq!((denied.event, denied.outcome), (Event::Denied, Outcome::MinorFailure));
    assert_eq!(denied.what.as_ref().unwrap().record, id);
}

#[test]
fn a_correction_is_a_new_revision_and_the_old_one_stays() {
    let world = World::new();
    let session = world.session();
    let (case, _) = case_with_child(&session, "Sokha");
    let interview = Interview { purpose: Some(Coded::new("initial").unwrap()), ..Interview::default() };
    let interview = session.create(Some(case), &interview, &access()).unwrap().record;
    let statement = |body: &str| Statement {
        kind: Some(Coded::new("summary").unwrap()),
        body: Some(Narrative::new(body).unwrap()),
        ..Statement::default()
    };
    let id = session.create(Some(interview), &statement("first"), &access()).unwrap().record;
    let without_reason = session.amend(id, &statement("corrected"), &access()).unwrap_err();
    assert_eq!(without_reason.code(), 301, "a correction says why");
    let corrected = Statement { edit_reason: Some(Coded::new("child_correction").unwrap()), ..statement("corrected") };
    let second = session.amend(id, &corrected, &access()).unwrap();
    assert_eq!(second.number, 2);
    assert_eq!(session.read::<Statement>(id, &access()).unwrap().record, corrected);
    assert_eq!(session.read_revision::<Statement>(id, 1, &access()).unwrap().record, statement("first"));
    assert_eq!(session.read_revision::<Statement>(id, 3, &access()).unwrap_err(), Error::NoSuchRecord);
    let numbers: Vec<_> = session.history(id, &access()).unwrap().iter().map(|revision| revision.number).collect();
    assert_eq!(numbers, [2, 1]);
    let report = session.check(|_, _| ()).unwrap();
    assert_eq!((report.records, report.revisions, report.writes_logged), (5, 6, 6));
}

#[test]
fn a_batch_is_all_or_nothing() {
    let world = World::new();
    let session = world.session();
    let before = (session.vault().info().unwrap(), session.log_size().unwrap());
    let failed = session.write_batch(&access(), |batch| {
        let case = batch.create(Some(session.unit()), &Case::default())?;
        batch.create(Some(case.record), &Child::default())
    });
    assert_eq!(failed.unwrap_err().code(), 301, "sex is required");
    assert_eq!((session.vault().info().unwrap(), session.log_size().unwrap()), before);
    let written = session
        .write_batch(&access(), |batch| {
            let case = batch.create(Some(session.unit()), &Case::default())?;
            (0..300).map(|_| batch.create(Some(case.record), &child("Dara"))).collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    let ids: Vec<_> = written.iter().map(|revision| revision.record).collect();
    let opened = session.read_many::<Child>(&ids, &access()).unwrap();
    assert!(opened.iter().all(|opened| opened.record == child("Dara")));
    session.check(|_, _| ()).unwrap();
    let inside = session.write_batch(&access(), |_| session.cases(&access()));
    assert_eq!(inside.unwrap_err(), Error::WithinCall);
}

#[test]
fn two_sessions_of_one_vault_see_each_other() {
    let world = World::new();
    let (first, second) = (world.session(), world.reopened().unwrap());
    let (case, id) = case_with_child(&first, "Sokha");
    let sister = second.create(Some(case), &child("Bopha"), &access()).unwrap().record;
    assert_eq!(second.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    assert_eq!(first.read::<Child>(sister, &access()).unwrap().record, child("Bopha"));
    assert_eq!(first.records_of(case, &access()).unwrap().len(), 3);
    assert_eq!(second.cases(&access()).unwrap(), [case]);
    first.check(|_, _| ()).unwrap();
}

#[test]
fn some_fields_open_without_the_others() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    let sex = Child::spec().field_named("sex").unwrap().number;
    let opened = session.read_fields(id, Some(&[sex]), &access()).unwrap();
    assert!(opened.record.get("sex").is_some() && opened.record.get("family_name_latin").is_none());
    let none = session.read_fields(id, Some(&[FieldNumber::new(1 << 40)]), &access()).unwrap();
    assert_eq!(none.record.iter().count(), 0);
}

#[test]
fn strangers_and_foreign_devices_stay_outside() {
    let world = World::new();
    let stranger = world.vault.sign_in(&Identity::generate()).unwrap_err();
    assert_eq!(stranger, AccessError::NotAMember.into());
    let elsewhere = Vault::open(&world.path(), Host::new(MemoryKeyStore::default())).unwrap();
    assert_eq!(elsewhere.sign_in(&world.founder).unwrap_err(), Error::ForeignVault);
    let again = Vault::create(
        &world.path(),
        Host::with_shared(world.keys.clone()),
        &world.founder,
        "police.example.org/audit/1",
        &Unit { name: Some(Text::new("Other").unwrap()), ..Unit::default() },
    );
    assert_eq!(again.unwrap_err(), StoreError::AlreadyExists.into());
    world.session().check(|_, _| ()).unwrap();
}

#[test]
fn a_locked_session_answers_nothing() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    session.lock();
    assert!(session.is_locked());
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), Error::Locked);
    assert_eq!(session.cases(&access()).unwrap_err(), Error::Locked);
}

#[test]
fn an_older_copy_of_the_file_is_refused() {
    let world = World::new();
    let session = world.session();
    case_with_child(&session, "Sokha");
    session.lock();
    drop(session);
    let copy = world.folder.path().join("copy");
    {
        // A consistent copy needs the write-ahead log folded in.
        let connection = rusqlite::Connection::open(world.path()).unwrap();
        connection.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    }
    let session = world.session();
    case_with_child(&session, "Bopha");
    drop(session);
    let old = Vault::open(&copy, Host::with_shared(world.keys.clone())).unwrap();
    assert_eq!(old.sign_in(&world.founder).unwrap_err(), IntegrityError::Rollback.into());
    world.session().check(|_, _| ()).unwrap();
}

/// A second program on the same file, without any key.
fn intruder(world: &World, sql: &str) {
    rusqlite::Connection::open(world.path()).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_rollback_under_an_open_session_is_noticed() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    session.amend(id, &child("Bopha"), &access()).unwrap();
    session.read::<Child>(id, &access()).unwrap();
    // One record back to its first revision, nothing else.
    intruder(
        &world,
        "UPDATE head SET revision = (SELECT earlier FROM revision WHERE id = head.revision),
            digest = (SELECT previous FROM revision WHERE id = head.revision)
         WHERE revision IN (SELECT id FROM revision WHERE number = 2)",
    );
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), IntegrityError::Bucket.into());
}

#[test]
fn an_older_state_under_an_open_session_is_noticed_and_never_kept() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    let copy = world.folder.path().join("copy");
    intruder(&world, &format!("VACUUM INTO '{}'", copy.display()));
    session.amend(id, &child("Bopha"), &access()).unwrap();
    let tables = ["head", "revision", "commitment", "authorship", "state", "tip", "entry", "keyring", "session"];
    let mut sql = format!("ATTACH '{}' AS old; BEGIN;", copy.display());
    for table in tables {
        sql += &format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM old.{table};");
    }
    intruder(&world, &(sql + "COMMIT;"));
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), IntegrityError::Rollback.into());
    assert_eq!(session.create(None, &child("Dara"), &access()).unwrap_err(), IntegrityError::Rollback.into());
    session.lock();
    assert_eq!(world.vault.sign_in(&world.founder).unwrap_err(), IntegrityError::Rollback.into());
}

/// Makes one step of every transaction of this connection fail, until the returned SQL is run.
fn obstacle(world: &World, step: &str) -> &'static str {
    let sql = format!("CREATE TEMP TRIGGER obstacle BEFORE {step} BEGIN SELECT RAISE(ABORT, 'no'); END");
    world.vault.store().unwrap().raw().execute_batch(&sql).unwrap();
    "DROP TRIGGER temp.obstacle"
}

#[test]
fn whichever_step_fails_nothing_opens_and_nothing_changes() {
    let world = World::new();
    let session = world.session();
    let (case, id) = case_with_child(&session, "Sokha");
    let reads = ["INSERT ON main.entry", "INSERT ON main.tip"];
    let writes = [
        "INSERT ON main.entry",
        "INSERT ON main.head",
        "INSERT ON main.revision",
        "INSERT ON main.state",
        "INSERT ON main.commitment",
        "INSERT ON main.authorship",
        "INSERT ON main.tip",
    ];
    let size = session.log_size().unwrap();
    for step in reads {
        let remove = obstacle(&world, step);
        let read = session.read::<Child>(id, &access());
        assert!(matches!(read, Err(Error::Store(_))), "{step}: {read:?}");
        assert!(session.read_many::<Child>(&[id, id], &access()).is_err(), "{step}");
        assert!(session.read_fields(id, None, &access()).is_err(), "{step}");
        world.vault.store().unwrap().raw().execute_batch(remove).unwrap();
        assert_eq!(session.log_size().unwrap(), size, "{step}");
    }
    for step in writes {
        let remove = obstacle(&world, step);
        assert!(session.create(Some(case), &child("Dara"), &access()).is_err(), "{step}");
        world.vault.store().unwrap().raw().execute_batch(remove).unwrap();
        assert_eq!(session.log_size().unwrap(), size, "{step}");
    }
    assert_eq!(session.read::<Child>(id, &access()).unwrap().record, child("Sokha"));
    session.check(|_, _| ()).unwrap();
}

#[test]
fn a_panic_inside_a_batch_leaves_a_sound_vault() {
    let world = World::new();
    let session = world.session();
    let (case, id) = case_with_child(&session, "Sokha");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        session.write_batch(&access(), |batch| {
            batch.create(Some(case), &child("Dara"))?;
            panic!("the host's own");
            #[allow(unreachable_code)]
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    session.read::<Child>(id, &access()).unwrap();
    session.check(|_, _| ()).unwrap();
    world.reopened().unwrap().check(|_, _| ()).unwrap();
}

#[test]
fn a_trigger_from_outside_is_refused() {
    let world = World::new();
    let session = world.session();
    let (_, id) = case_with_child(&session, "Sokha");
    intruder(&world, "CREATE TRIGGER t BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END");
    assert_eq!(session.read::<Child>(id, &access()).unwrap_err(), StoreError::Schema.into());
    assert_eq!(world.reopened().unwrap_err(), StoreError::Schema.into());
}

#[test]
fn a_missing_entry_is_never_passed_over() {
    let world = World::new();
    let session = world.session();
    case_with_child(&session, "Sokha");
    intruder(&world, "DELETE FROM entry WHERE position = 2");
    let read = session.log_entries(0, u64::MAX, &Access::for_purpose("audit"));
    assert_eq!(read.unwrap_err(), IntegrityError::Log.into());
}

#[test]
fn a_device_without_its_kept_head_is_refused() {
    let world = World::new();
    drop(world.session());
    world.keys.remove(&super::kept::kept_name(world.vault.inner.file.vault)).unwrap();
    assert_eq!(world.vault.sign_in(&world.founder).unwrap_err(), IntegrityError::Rollback.into());
}

#[test]
fn the_checkpoint_verifies_under_the_pinned_key() {
    let world = World::new();
    let session = world.session();
    let note = session.checkpoint().unwrap();
    let keys = [session.log_key().unwrap()];
    let opened = crate::log::Checkpoint::open(note.as_bytes(), &keys).unwrap();
    assert_eq!(opened.checkpoint.size(), session.log_size().unwrap());
    assert_eq!(opened.checkpoint.origin().as_str(), "police.example.org/audit/1");
}

#[test]
fn records_stand_where_the_catalogue_allows() {
    let world = World::new();
    let session = world.session();
    let unit = session.unit();
    for parent in [None, Some(unit), Some(RecordId::random())] {
        assert!(session.create(parent, &child("Sokha"), &access()).is_err(), "{parent:?}");
    }
    let (case, id) = case_with_child(&session, "Sokha");
    assert_eq!(session.read::<Case>(id, &access()).unwrap_err(), Error::WrongKind { expected: "case", found: "child" });
    assert!(session.create(Some(case), &Case::default(), &access()).is_err());
}
