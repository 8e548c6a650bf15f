//! An app that shuts saferoom down while its objects are still referred to: nothing of them opens anything any more.
//!
//! In a process of its own, one test after the other: each ends all sessions of the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use saferoom_ffi::{
    AccessInput, BackupKey, Correspondent, EarlierInterviews, EmergencySecret, FieldValue, Identity, KeyStore,
    KeyStoreError, KnownSenders, LiveInterview, MemberChange, PacketKeyPair, PacketPartInput, SaferoomError, Session,
    Vault, file_key_store, panic_wipe, shutdown,
};

/// The code of the entry at the end of a session (docs/formats.md, 15).
const LOGOUT: u16 = 11;
const PASSPHRASE: &[u8] = b"correct horse battery";

static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn access() -> AccessInput {
    AccessInput { purpose: "forensic-interview".to_owned(), reason: Some("As agreed".to_owned()) }
}

fn code<T>(answer: Result<T, SaferoomError>) -> u16 {
    let Err(SaferoomError::Failure { code, advice, .. }) = answer else { panic!("it was answered") };
    assert!(!advice.is_empty());
    code
}

fn interview(session: &Session, child: &str) -> Arc<LiveInterview> {
    let fields = HashMap::from([
        ("purpose".to_owned(), FieldValue::Code("initial".to_owned())),
        ("protocol".to_owned(), FieldValue::Code("nichd_revised".to_owned())),
        ("interviewer".to_owned(), FieldValue::Id(session.unit())),
    ]);
    session.start_interview(child.to_owned(), fields, &EarlierInterviews::not_looked(), true, access()).unwrap()
}

#[test]
fn whatever_the_host_holds_is_wiped_and_it_can_begin_anew() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let keys = file_key_store(path("keys"));
    let identity = Identity::create_file(path("member.identity"), PASSPHRASE, None, None).unwrap();
    let vault = Vault::create(
        path("app.saferoom"),
        keys,
        &identity,
        "app.example.org/1".to_owned(),
        "Example unit".to_owned(),
        None,
    );
    let vault = vault.unwrap();
    let (session, other) = (vault.sign_in(&identity).unwrap(), vault.sign_in(&identity).unwrap());
    let values = |pairs: &[(&str, FieldValue)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<HashMap<_, _>>()
    };
    let case = session.create("case".to_owned(), Some(session.unit()), HashMap::new(), access()).unwrap().record;
    let child = values(&[
        ("given_name_latin", FieldValue::Text("Sokha".to_owned())),
        ("sex", FieldValue::Code("female".to_owned())),
        ("role", FieldValue::Code("victim".to_owned())),
    ]);
    let child = session.create("child".to_owned(), Some(case.clone()), child, access()).unwrap().record;
    let opened = session.read(child.clone(), None, access()).unwrap();
    let live = interview(&session, &child);
    let backup = BackupKey::create_file(path("backup.key"), PASSPHRASE, 3600).unwrap();
    let shelter = PacketKeyPair::create_file(path("shelter.key"), PASSPHRASE).unwrap();
    let shelter = Correspondent::of_key_pair(shelter);
    let member = Correspondent::of_identity(Arc::clone(&identity));
    std::fs::write(path("part"), "a letter").unwrap();
    let part = PacketPartInput { kind: "70000".to_owned(), name: "letter".to_owned(), path: path("part") };
    let address = shelter.address_file().unwrap();
    member.seal(path("packet"), vec![address], vec![part], None, None).unwrap();
    let known = KnownSenders::new();
    known.pin(&member.address_file().unwrap()).unwrap();
    let packet = shelter.open(path("packet"), &known, path("seen"), path("")).unwrap();
    assert_eq!(packet.part(0, 100).unwrap(), b"a letter");
    let second = EmergencySecret::generate();
    let list = MemberChange::SecondSecret { member: identity.member_id(), secret: Arc::clone(&second) };
    session.change_members(list, vec![Arc::clone(&identity)], access()).unwrap();
    let danger = || AccessInput { purpose: "BTG".to_owned(), reason: Some("In danger tonight".to_owned()) };
    let emergency = Arc::clone(&session).break_glass(case.clone(), &second, danger()).unwrap();
    let share = session.begin_recovery(Some(session.unit()), None, None).unwrap().shares().remove(0);
    other.lock();

    assert_eq!(shutdown(), 1, "the other was locked already");
    assert!(session.is_locked());
    assert_eq!(code(session.read(child.clone(), None, access())), 704);
    assert_eq!(code(emergency.records()), 704);
    for wiped in [
        code(vault.sign_in(&identity)),
        code(identity.enrolment_file()),
        code(opened.fields()),
        code(live.view()),
        code(live.net_minutes(1_800_000_000_000)),
        code(shelter.address_file()),
        code(shelter.show(path("packet"), &known)),
        code(member.address_file()),
        code(packet.part(0, 100)),
        code(packet.save_part(0, path("saved"))),
        code(packet.remember()),
        code(second.create_text_file(path("envelope"))),
        code(share.create_file(path("share"), PASSPHRASE)),
    ] {
        assert_eq!(wiped, 993);
    }
    for not_made in ["saved", "envelope", "share"] {
        assert!(!std::path::Path::new(&path(not_made)).exists(), "{not_made}");
    }
    // What is no secret is still told, so that a screen can say what is gone.
    assert_eq!((opened.kind(), opened.id(), share.number()), ("child".to_owned(), child.clone(), 1));
    assert!(!live.id().is_empty() && !backup.id().is_empty() && !identity.member_id().is_empty());
    assert_eq!(packet.info().parts.len(), 1);
    assert_eq!(code(emergency.end()), 704, "the session has ended it, and says so in the log");
    assert_eq!(shutdown(), 0, "again: nothing is left");

    // Nothing on the disk was lost: the app begins anew.
    let session = vault.sign_in_with_file(path("member.identity"), PASSPHRASE, None).unwrap();
    let again = session.read(child.clone(), None, access()).unwrap();
    assert_eq!(again.fields().unwrap()["given_name_latin"], FieldValue::Text("Sokha".to_owned()));
    session.resume_interview(live.id(), access()).unwrap().view().unwrap();
    assert_eq!(code(session.backup_to(path("backup"), &backup, access())), 993);
    let backup = BackupKey::open_file(path("backup.key"), PASSPHRASE).unwrap();
    session.backup_to(path("backup"), &backup, access()).unwrap();
    session.check().unwrap();
    let ends =
        session.log_entries(0, u64::MAX, None, AccessInput { purpose: "audit".to_owned(), reason: None }).unwrap();
    assert_eq!(ends.iter().filter(|entry| entry.event == LOGOUT).count(), 2, "each session has its last entry");
}

type Gate = (mpsc::Sender<()>, mpsc::Receiver<()>);

/// A key store that asks for a face once: at its next question, or before it keeps a head.
struct Face {
    store: Arc<dyn KeyStore>,
    at_load: Mutex<Option<Gate>>,
    at_head: Mutex<Option<Gate>>,
}

fn pass(gate: &Mutex<Option<Gate>>) {
    let gate = gate.lock().unwrap().take();
    if let Some((asked, seen)) = gate {
        asked.send(()).unwrap();
        seen.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}

/// Arms a gate: answers when somebody has come to it, and lets them pass.
fn arm(gate: &Mutex<Option<Gate>>) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
    let ((asked, is_asked), (seen, is_seen)) = (mpsc::channel(), mpsc::channel());
    *gate.lock().unwrap() = Some((asked, is_seen));
    (is_asked, seen)
}

impl KeyStore for Face {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyStoreError> {
        pass(&self.at_load);
        self.store.load(name)
    }

    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyStoreError> {
        if name.ends_with("kept-head") {
            pass(&self.at_head);
        }
        self.store.store(name, secret)
    }

    fn remove(&self, name: String) -> Result<(), KeyStoreError> {
        self.store.remove(name)
    }
}

#[test]
fn what_is_under_way_ends_with_it_when_it_comes_to_its_end() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let store = file_key_store(path("keys"));
    let keys = Arc::new(Face { store, at_load: Mutex::new(None), at_head: Mutex::new(None) });
    let file = path("member.identity");
    let identity = Identity::create_file(file.clone(), PASSPHRASE, None, None).unwrap();
    let vault = Vault::create(
        path("app.saferoom"),
        keys.clone(),
        &identity,
        "app.example.org/1".to_owned(),
        "Example unit".to_owned(),
        None,
    );
    let vault = vault.unwrap();

    // The question for a face sends many an app to the background: the sign-in that asked gives no session any more.
    let wipe = || panic_wipe(path("no.identity"), file_key_store(path("other"))).map(drop);
    for (gate, wiped) in [(&keys.at_load, false), (&keys.at_head, false), (&keys.at_load, true), (&keys.at_head, true)]
    {
        let identity = Identity::open_file(file.clone(), PASSPHRASE, None).unwrap();
        let (is_asked, seen) = arm(gate);
        let at = Arc::clone(&vault);
        let signing_in = std::thread::spawn(move || at.sign_in(&identity).map(drop));
        is_asked.recv_timeout(Duration::from_secs(60)).unwrap();
        if wiped {
            // Of somebody's file that is not there: sessions end all the same.
            assert!(wipe().is_err());
        } else {
            assert_eq!(shutdown(), 0, "it is no session yet");
        }
        seen.send(()).unwrap();
        assert!([704, 993].contains(&code(signing_in.join().unwrap())));
    }

    // Nor does a passphrase that was being tried unlock anything.
    let begun = Arc::new(std::sync::Barrier::new(2));
    let unlocking = {
        let (begun, file) = (Arc::clone(&begun), file.clone());
        std::thread::spawn(move || {
            begun.wait();
            Identity::open_file(file, PASSPHRASE, None).map(drop)
        })
    };
    begun.wait();
    std::thread::sleep(Duration::from_millis(20));
    let _none = shutdown();
    assert_eq!(code(unlocking.join().unwrap()), 993);

    // Two at once, and calls of other threads that go on all the while.
    let session = vault.sign_in_with_file(file.clone(), PASSPHRASE, None).unwrap();
    let case = session.create("case".to_owned(), Some(session.unit()), HashMap::new(), access()).unwrap().record;
    let locked: u64 = std::thread::scope(|scope| {
        let readers = [(); 2].map(|()| {
            scope.spawn(|| {
                while let Ok(opened) = session.read(case.clone(), None, access()) {
                    drop(opened);
                }
            })
        });
        std::thread::sleep(Duration::from_millis(50));
        let ends = [(); 2].map(|()| scope.spawn(shutdown));
        let locked = ends.map(|end| end.join().unwrap()).iter().sum();
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        locked
    });
    assert!(session.is_locked() && (1..=2).contains(&locked));
    let session = vault.sign_in_with_file(file, PASSPHRASE, None).unwrap();
    session.check().unwrap();
}
