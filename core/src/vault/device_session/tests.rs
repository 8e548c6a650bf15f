//! What a device may sign, and what nobody takes from it: whoever has its log key and the file, but no member's key.

use super::*;
use crate::access::Access;
use crate::keys::{Identity, KeyError, KeyStore, Passphrase, PassphraseCost, Unlock, create_identity_file};
use crate::log::{Actor, DetailValue};
use crate::model::records::Case;
use crate::store::Store;
use crate::vault::tests::{World, access};
use crate::vault::{Host, Session};

/// The entries from an index on: event, actor, and the numbers of the details.
type Told = (Event, bool, Vec<(DetailKey, u64)>);

fn told(session: &Session, from: u64, to: u64) -> Vec<Told> {
    let number = |value: &DetailValue<'_>| if let DetailValue::Number(number) = value { *number } else { 0 };
    let entries = session.log_entries(from, to, &Access::for_purpose("audit")).unwrap();
    let one = |entry: &Entry<'_>| {
        let detail = entry.detail.iter().flat_map(|detail| detail.iter().map(|(key, value)| (key, number(value))));
        (entry.event, entry.actor.is_some(), detail.collect())
    };
    entries.iter().map(|logged| one(&logged.entry)).collect()
}

fn failed(code: u64, failures: u64) -> Told {
    (Event::Login, false, vec![(DetailKey::ERROR_CODE, code), (DetailKey::FAILED_ATTEMPTS, failures)])
}

fn fail(world: &World) {
    assert!(world.vault.sign_in(&Identity::generate()).is_err());
}

#[test]
fn a_failed_sign_in_leaves_an_entry_of_nobody() {
    let world = World::new();
    let before = world.vault.info().unwrap().log_entries;
    fail(&world);
    fail(&world);
    let session = world.reopened().unwrap();
    let expected = [failed(610, 1), failed(610, 2), (Event::Login, true, Vec::new())];
    assert_eq!(told(&session, before, before + 3), expected);
    let report = session.check(|_, _| ()).unwrap();
    assert_eq!((report.sessions, report.entries_opened), (4, report.log_entries));
    // After a member has signed, no base stays behind, and work goes on.
    session.create(Some(session.unit()), &Case::default(), &access()).unwrap();
    let mut store = Store::open(&world.path()).unwrap();
    assert_eq!(store.begin_reading().unwrap().tip().unwrap().base, None);
    drop(session);
    fail(&world);
    world.session().check(|_, _| ()).unwrap();
}

#[test]
fn an_open_session_goes_on_after_a_failed_sign_in_of_another_process() {
    let world = World::new();
    let session = world.session();
    let size = session.log_size().unwrap();
    let other = Vault::open(&world.path(), Host::with_shared(world.keys.clone())).unwrap();
    assert!(other.sign_in(&Identity::generate()).is_err());
    assert_eq!(session.log_size().unwrap(), size + 1);
    session.check(|_, _| ()).unwrap();
    session.create(Some(session.unit()), &Case::default(), &access()).unwrap();
    // The head that is kept lags behind: the device does not know this tip, and writes nothing onto it.
    assert!(other.sign_in(&Identity::generate()).is_err());
    assert_eq!(session.log_size().unwrap(), size + 2);
    drop(session);
    let session = world.session();
    let waited = &told(&session, size + 3, size + 4)[0];
    assert_eq!((&waited.2[..2], waited.2[2].0), (&failed(610, 2).2[..], DetailKey::ATTEMPTED_AT));
}

#[test]
fn a_wrong_passphrase_leaves_an_entry_too() {
    let world = World::new();
    let path = world.folder.path().join("member.identity");
    let word = |text: &str| Passphrase::new(text.as_bytes().to_vec()).unwrap();
    let (right, wrong) = (word("quiet river stone"), word("quiet river sand"));
    create_identity_file(&path, &world.founder, Unlock::Passphrase(&right), PassphraseCost::LEAST).unwrap();
    let before = world.vault.info().unwrap().log_entries;
    for _ in 0..2 {
        let refused = world.vault.sign_in_with_file(&path, Unlock::Passphrase(&wrong)).err();
        assert_eq!(refused, Some(KeyError::WrongPassphrase.into()));
    }
    let session = world.vault.sign_in_with_file(&path, Unlock::Passphrase(&right)).unwrap();
    assert_eq!(told(&session, before, before + 2), [failed(201, 1), failed(201, 2)]);
}

#[test]
fn an_attempt_that_cannot_be_logged_waits_for_the_next_sign_in() {
    let world = World::new();
    let name = format!("saferoom/{}/kept-oversight", world.vault.inner.file.vault);
    let kept = world.keys.load(&name).unwrap().unwrap();
    for damaged in [None, Some(&kept[1..]), Some(b"\x01")] {
        match damaged {
            Some(bytes) => world.keys.store(&name, bytes).unwrap(),
            None => world.keys.remove(&name).unwrap(),
        }
        let before = world.vault.info().unwrap().log_entries;
        fail(&world);
        assert_eq!(world.vault.info().unwrap().log_entries, before, "not now");
        let session = world.reopened().unwrap();
        let entries = told(&session, before, before + 2);
        let (waited, signed_in) = (&entries[0], &entries[1]);
        assert_eq!((waited.0, waited.1, &waited.2[..2]), (Event::Login, false, &failed(610, 1).2[..]));
        assert_eq!((signed_in.1, signed_in.2.len()), (true, 0));
        drop(session);
        let before = world.vault.info().unwrap().log_entries;
        drop(world.session());
        assert_eq!(world.vault.info().unwrap().log_entries, before + 2, "logged once");
    }
    let again = world.keys.load(&name).unwrap();
    assert_eq!(again.unwrap().len(), kept.len(), "kept anew at a sign-in");
}

#[test]
fn a_copy_from_before_a_failed_sign_in_is_refused() {
    let world = World::new();
    let copy = world.folder.path().join("copy");
    let file = rusqlite::Connection::open(world.path()).unwrap();
    file.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    fail(&world);
    let older = Vault::open(&copy, Host::with_shared(world.keys.clone())).unwrap();
    assert_eq!(older.sign_in(&world.founder).err(), Some(IntegrityError::Rollback.into()));
    let before = older.info().unwrap().log_entries;
    assert!(older.sign_in(&Identity::generate()).is_err());
    assert_eq!(older.info().unwrap().log_entries, before, "nor does the device write onto it");
}

#[test]
fn another_device_takes_over_a_vault_whose_newest_statement_is_the_devices() {
    let world = World::new();
    fail(&world);
    let (copy, target) = (world.folder.path().join("copy"), world.folder.path().join("target"));
    let file = rusqlite::Connection::open(world.path()).unwrap();
    file.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    let elsewhere = Host::new(crate::keys::MemoryKeyStore::default());
    let options = crate::vault::RestoreOptions::default();
    let (vault, report) = Vault::adopt(&copy, &world.founder, &target, elsewhere, &options).unwrap();
    assert_eq!(report.previous.size, world.vault.info().unwrap().log_entries);
    assert!(vault.sign_in(&Identity::generate()).is_err());
    let session = vault.sign_in(&world.founder).unwrap();
    session.check(|_, _| ()).unwrap();
    let earlier = session.log_entries_of(0, 0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert!(is_device_entry(&earlier.last().unwrap().entry));
    let newest = told(&session, 0, u64::MAX);
    assert!(newest.iter().any(|entry| entry.2.first() == Some(&(DetailKey::ERROR_CODE, 610))));
}

#[test]
fn nothing_is_written_onto_a_file_that_is_not_as_it_was() {
    for change in [
        "UPDATE tip SET signature = zeroblob(64)",
        "UPDATE tip SET statement = zeroblob(length(statement))",
        "UPDATE tip SET base_session = 1, base_statement = statement, base_signature = signature",
        "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)",
        "INSERT INTO entry SELECT max(position) + 1, session, hashes, sealed FROM entry",
        "CREATE TRIGGER swallow BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END",
    ] {
        let world = World::new();
        rusqlite::Connection::open(world.path()).unwrap().execute_batch(change).unwrap();
        let entries = || {
            let connection = rusqlite::Connection::open(world.path()).unwrap();
            connection.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        let before = entries();
        let attempt = FailedAttempt { at: 0, code: 610, failures: 1 };
        assert!(world.vault.write_failed_attempt(&attempt).is_err(), "{change}");
        assert_eq!(entries(), before, "{change}");
    }
}

/// What somebody with the device's keys lets it sign.
struct Forged {
    statement: Statement,
    tip: TipRow,
    signing: SigningKey,
    row: SessionRow,
}

impl Forged {
    fn sign(&mut self) {
        self.tip.statement = self.statement.encode();
        self.tip.signature = self.signing.sign(Statement::signed_bytes(&self.tip.statement).as_bytes());
    }
}

/// Lets a device session write what `forge` makes of a proper failed attempt, and keeps the head that fits. Answers what
/// a member's sign-in says to that.
fn forged(entry: impl FnOnce(&mut Entry<'_>), forge: impl FnOnce(&mut Forged, &Rows<'_>)) -> (World, Option<Error>) {
    let world = World::new();
    drop(world.session());
    let (file, key_store) = (world.vault.inner.file, world.vault.key_store());
    let log_key = world.vault.log_key().unwrap();
    let kept = Kept::load(key_store, file.vault).unwrap().unwrap();
    let oversight = KeptOversight::load(key_store, file.vault).unwrap().unwrap();
    {
        let mut store = world.vault.store().unwrap();
        let rows = store.begin().unwrap();
        let mut known = KnownTip::verify(&rows, file, &kept, &oversight).unwrap();
        let (signing, envelope, row) = begin_session(&rows, file, &oversight, &log_key).unwrap();
        rows.add_session(&row).unwrap();
        let detail = Some(details_of(&FailedAttempt { at: 0, code: 610, failures: 1 }));
        let mut said = Entry {
            seq: known.frontier.size(),
            wall_ms: 0,
            monotonic_ms: 0,
            boot: random_bytes(),
            event: Event::Login,
            outcome: Outcome::MinorFailure,
            actor: None,
            device: file.device,
            why: None,
            what: None,
            operation: OperationId::random(),
            detail,
            blind: random_bytes(),
        };
        entry(&mut said);
        let place = LogPlace { file, start: 0, session: row.number, envelope: &envelope };
        append_entry(&rows, &place, &mut known.frontier, &said, &[], &mut Vec::new()).unwrap();
        let statement = Statement {
            commit: known.statement.commit + 1,
            log_size: known.frontier.size(),
            log_root: known.frontier.root(),
            parts: Vec::new(),
            ..known.statement
        };
        let tip = TipRow {
            session: row.number,
            statement: Vec::new(),
            signature: [0; 64],
            recent: known.recent,
            base: Some(known.base),
        };
        let mut forged = Forged { statement, tip, signing, row };
        forged.sign();
        forge(&mut forged, &rows);
        rows.put_tip(&forged.tip).unwrap();
        rows.commit().unwrap();
        Kept::of(kept.genesis, kept.erased, &forged.statement).store(key_store, file.vault).unwrap();
    }
    let refused = world.reopened().err();
    (world, refused)
}

fn refused(what: &str, change: impl FnOnce(&mut Statement)) {
    let (_, refused) = forged(
        |_| (),
        |forged, _| {
            change(&mut forged.statement);
            forged.sign();
        },
    );
    let integrity = [IntegrityError::Statement, IntegrityError::State, IntegrityError::Log].map(Error::from);
    assert!(refused.as_ref().is_some_and(|error| integrity.contains(error)), "{what}: {refused:?}");
}

#[test]
fn the_forgery_itself_is_accepted_if_nothing_is_wrong_with_it() {
    let (world, refused) = forged(|_| (), |_, _| ());
    assert_eq!(refused, None);
    world.session().check(|_, _| ()).unwrap();
}

#[test]
fn a_device_that_signs_more_than_its_entry_is_refused() {
    refused("heads", |statement| statement.parts.push([1; 32]));
    refused("another state", |statement| statement.state_root[0] ^= 1);
    refused("another roster head", |statement| statement.roster_digest[0] ^= 1);
    refused("another roster position", |statement| statement.roster_position += 1);
    refused("another vault", |statement| statement.vault = VaultId::random());
    refused("another device", |statement| statement.device = crate::id::DeviceId::random());
    refused("a commit that is left out", |statement| statement.commit += 1);
    refused("a commit that is not new", |statement| statement.commit -= 1);
    refused("an older log", |statement| statement.log_size -= 1);
    refused("another log", |statement| statement.log_root = crate::log::Hash::from_bytes([7; 32]));
}

#[test]
fn a_tip_without_its_base_or_on_another_is_refused() {
    let statement = Some(Error::from(IntegrityError::Statement));
    let change = |change: fn(&mut Forged)| forged(|_| (), |forged, _| change(forged)).1;
    assert_eq!(change(|forged| forged.tip.base = None), statement);
    assert_eq!(change(|forged| forged.tip.signature[0] ^= 1), statement);
    assert_eq!(change(|forged| forged.tip.base.as_mut().unwrap().signature[0] ^= 1), statement);
    // A base that the device has signed itself: a state of its own choice, over the state of a member.
    let own_base = change(|forged| {
        forged.statement.state_root = [9; 32];
        forged.sign();
        let TipRow { session, statement, signature, .. } = forged.tip.clone();
        forged.tip.base = Some(crate::store::SignedRow { session, statement, signature });
        forged.statement.commit += 1;
        forged.sign();
    });
    assert_eq!(own_base, Some(IntegrityError::Certificate.into()));
}

#[test]
fn a_device_session_that_the_device_has_not_certified_is_refused() {
    let certificate = Some(Error::from(IntegrityError::Certificate));
    let rewritten = |change: fn(&mut SessionRow)| {
        forged(
            |_| (),
            |forged, rows| {
                change(&mut forged.row);
                rows.replace_session(&forged.row);
            },
        )
        .1
    };
    assert_eq!(rewritten(|row| row.certificate[0] ^= 1), certificate);
    assert_eq!(rewritten(|row| row.certificate = SigningKey::generate().sign(b"").to_vec()), certificate);
    assert_eq!(rewritten(|row| row.device = crate::id::DeviceId::random()), certificate);
    assert_eq!(rewritten(|row| row.envelope[0] ^= 1), certificate);
}

#[test]
fn a_device_cannot_sign_for_members_nor_write_their_entries() {
    // An entry that says that a member has read something.
    let (world, refused) = forged(
        |entry| {
            entry.event = Event::Read;
            entry.outcome = Outcome::Success;
            entry.actor = Some(Actor {
                member: crate::id::MemberId::random(),
                role: "founder".into(),
                unit: crate::id::ScopeId::random(),
                authentication: None,
                on_behalf_of: None,
            });
        },
        |_, _| (),
    );
    assert_eq!(refused, None, "nobody has looked at it");
    let session = world.session();
    let read = session.log_entries(0, u64::MAX, &Access::for_purpose("audit")).err();
    assert_eq!(read, Some(IntegrityError::Entry.into()));
    assert_eq!(session.check(|_, _| ()).err(), Some(IntegrityError::Entry.into()));

    // A commit that wrote records, signed by a device session.
    let world = World::new();
    fail(&world);
    let session = world.session();
    session.create(Some(session.unit()), &Case::default(), &access()).unwrap();
    drop(session);
    let number = 3;
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    let of_device = "SELECT number FROM session WHERE length(certificate) = 64";
    let device: i64 = connection.query_row(of_device, [], |row| row.get(0)).unwrap();
    connection.execute("UPDATE commitment SET session = ?1 WHERE number > ?2", [device, number]).unwrap();
    let session = world.reopened().unwrap();
    assert_eq!(session.check(|_, _| ()).err(), Some(IntegrityError::Certificate.into()));
}

impl Rows<'_> {
    fn replace_session(&self, row: &SessionRow) {
        self.forget_session(row.number).unwrap();
        self.add_session(row).unwrap();
    }
}
