//! The host's key store is asked with nothing locked: not the file, not the keys of a session. See docs/adr/0110.

use std::collections::BTreeSet;
use std::sync::{Mutex, Weak, mpsc};
use std::time::Duration;

use zeroize::Zeroizing;

use super::members::role;
use super::*;
use crate::access::RosterChange;
use crate::keys::{BackupKey, EmergencySecret, KeyStoreError, ManualClock, SystemClock};
use crate::log::MemoryFolder;
use crate::model::SearchKind;
use crate::model::search::SearchQuery;
use crate::practice::interview::{Step, Tally};
use crate::vault::LogExport;
use crate::vault::session::lock_these;

const START: u64 = 1_767_258_000_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long a thread is waited for that has to answer at once.
const AT_ONCE: Duration = Duration::from_secs(60);

/// A key store that looks around at each of its calls.
struct Looking {
    store: MemoryKeyStore,
    folder: PathBuf,
    watched: Mutex<Watched>,
    /// What was called: the name without vault and device.
    calls: Mutex<BTreeSet<String>>,
}

#[derive(Default, Clone)]
struct Watched {
    vaults: Vec<Weak<Inner>>,
    sessions: Vec<Weak<Session>>,
}

impl Looking {
    fn look(&self, call: &str, name: &str) {
        let of: Vec<_> = name.split('/').filter(|part| part.contains('-')).collect();
        self.calls.lock().unwrap().insert(format!("{call} {}", of.join("/")));
        let about = format!("{call} {name}");
        self.every_file_can_be_written(&about);
        let watched = self.watched.lock().unwrap().clone();
        for vault in watched.vaults.iter().filter_map(Weak::upgrade) {
            assert!(vault.store.try_lock().is_some(), "{about}: the file is locked");
            let free = vault.kept_head.try_lock().is_ok() && vault.kept_roster.try_lock().is_ok();
            assert!(free && vault.locking.try_lock().is_ok(), "{about}");
        }
        for session in watched.sessions.iter().filter_map(Weak::upgrade) {
            assert!(session.open.lock().is_ok(), "{about}: the keys are locked by this very call");
            let (sender, receiver) = mpsc::channel();
            std::thread::spawn(move || {
                let locked = session.is_locked();
                drop(session);
                sender.send(locked)
            });
            assert!(receiver.recv_timeout(AT_ONCE).is_ok(), "{about}: somebody who asks has to wait");
        }
    }

    /// As another process would find it, without waiting.
    fn every_file_can_be_written(&self, about: &str) {
        for file in std::fs::read_dir(&self.folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.contains("saferoom") || ["-wal", "-shm", "-epoch"].iter().any(|side| name.ends_with(side)) {
                continue;
            }
            let connection = rusqlite::Connection::open(&path).unwrap();
            connection.busy_timeout(Duration::ZERO).unwrap();
            let written = connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
            assert!(written.is_ok(), "{about}: {name} is locked against other processes: {written:?}");
        }
    }

    fn was_called(&self, call: &str) -> bool {
        self.calls.lock().unwrap().contains(call)
    }
}

impl KeyStore for Looking {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.look("load", name);
        self.store.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        self.look("store", name);
        self.store.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.look("remove", name);
        self.store.remove(name)
    }
}

struct Scene {
    folder: tempfile::TempDir,
    keys: Arc<Looking>,
    clock: ManualClock,
    founder: Identity,
    vault: Vault,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(Looking {
            store: MemoryKeyStore::default(),
            folder: folder.path().to_owned(),
            watched: Mutex::default(),
            calls: Mutex::default(),
        });
        let (clock, founder) = (ManualClock::at(START), Identity::generate());
        let host = Host::with_shared(keys.clone()).with_clock(clock.clone());
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        let path = folder.path().join("vault.saferoom");
        let vault = Vault::create(&path, host, &founder, "police.example.org/audit/1", &unit).unwrap();
        let scene = Self { folder, keys, clock, founder, vault };
        scene.watch(&scene.vault);
        scene
    }

    fn host(&self) -> Host {
        Host::with_shared(self.keys.clone()).with_clock(self.clock.clone())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn watch(&self, vault: &Vault) {
        self.keys.watched.lock().unwrap().vaults.push(Arc::downgrade(&vault.inner));
    }

    fn sign_in(&self, identity: &Identity) -> Arc<Session> {
        let session = Arc::new(self.vault.sign_in(identity).unwrap());
        self.keys.watched.lock().unwrap().sessions.push(Arc::downgrade(&session));
        session
    }

    /// So long that the next act has everything for the key store: a time, and a head.
    fn a_while(&self) {
        self.clock.advance(Duration::from_secs(61));
        std::thread::sleep(Duration::from_millis(1100));
        self.keys.calls.lock().unwrap().clear();
    }

    fn acted(&self) {
        assert!(self.keys.was_called("store kept-clock") && self.keys.was_called("store kept-head"));
    }
}

#[test]
fn founding_and_signing_in() {
    let scene = Scene::new();
    for call in ["store log-key", "store epoch-key", "store kept-head", "store kept-oversight"] {
        assert!(scene.keys.was_called(call), "{call}: {:?}", scene.keys.calls);
    }
    // A refused one, which the device logs; and one that has to wait to be logged.
    assert!(scene.vault.sign_in(&Identity::generate()).is_err());
    let session = scene.sign_in(&scene.founder);
    case_with_child(&session, "Sokha");
    assert!(scene.vault.sign_in(&Identity::generate()).is_err());
    assert!(scene.keys.was_called("store waiting-attempts"), "{:?}", scene.keys.calls);
    let second = scene.sign_in(&scene.founder);
    assert!(scene.keys.was_called("remove waiting-attempts"));
    // The next day: a new epoch.
    scene.clock.advance(DAY);
    scene.keys.calls.lock().unwrap().clear();
    let third = scene.sign_in(&scene.founder);
    assert!(scene.keys.was_called("store epoch-key"));
    let begun = third.look(|act| Ok(act.epoch_in_force()?.unwrap().0.epoch)).unwrap();
    assert_eq!(begun, 1);
    drop((session, second));
    third.check(|_, _| ()).unwrap();
}

#[test]
fn reads_and_writes_signed_checkpoints_and_exports() {
    let scene = Scene::new();
    let session = scene.sign_in(&scene.founder);
    let (case, id) = case_with_child(&session, "Sokha");
    scene.a_while();
    session.create(Some(case), &child("Bopha"), &access()).unwrap();
    scene.acted();
    scene.a_while();
    session.read::<Child>(id, &access()).unwrap();
    scene.acted();
    scene.a_while();
    session.read::<Child>(id, &Access::for_purpose("")).unwrap_err();
    scene.acted();
    session.checkpoint().unwrap();
    session.witness_request(0).unwrap();
    scene.a_while();
    let mut folder = MemoryFolder::default();
    session.write_log(&mut folder, &LogExport::default(), &access(), &mut |_, _| ()).unwrap();
    scene.acted();
    for call in ["load log-key", "load epoch-key"] {
        assert!(scene.keys.was_called(call), "{call}");
    }
    let query = SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, "Chan Sokha");
    session.search_across_units(&query, &access()).unwrap();
    assert!(scene.keys.was_called("load across-units"));
    scene.vault.info().unwrap();
    scene.a_while();
    session.lock();
    scene.acted();
}

#[test]
fn a_live_interview_and_an_emergency() {
    let scene = Scene::new();
    let chief = scene.sign_in(&scene.founder);
    let (case, id) = case_with_child(&chief, "Sokha");
    let plan = Interview {
        purpose: Some(Coded::new("initial").unwrap()),
        protocol: Some(Coded::new("nichd_revised").unwrap()),
        interviewer: Some(chief.unit()),
        ..Interview::default()
    };
    let not_looked = EarlierInterviews::not_looked();
    let mut live = chief.start_interview(id, plan, &not_looked, true, &access()).unwrap();
    scene.a_while();
    chief.interview_step(&mut live, &Step::Count(Tally::Invitation), None, &access()).unwrap();
    scene.acted();
    chief.keep_quality_flags(&mut live, &access()).unwrap();

    let (officer, second) = (Identity::generate(), EmergencySecret::generate());
    let unit = chief.unit().scope();
    chief.enrol(&officer.public(), &role("interviewer"), unit, &[&scene.founder], &access()).unwrap();
    let change = RosterChange::Emergency { member: officer.member(), second: Some(second.public()) };
    chief.change_roster(change, &[&scene.founder], &access()).unwrap();
    let session = scene.sign_in(&officer);
    scene.a_while();
    let danger = Access::for_purpose("BTG").because("The child is in danger tonight");
    let open = session.break_glass(case, &second, &danger).unwrap();
    scene.acted();
    scene.a_while();
    open.read::<Child>(id).unwrap();
    scene.acted();
    scene.a_while();
    open.end().unwrap();
    scene.acted();
}

#[test]
fn backups_and_vaults_that_are_taken_over() {
    let scene = Scene::new();
    let session = scene.sign_in(&scene.founder);
    case_with_child(&session, "Sokha");
    let key = BackupKey::generate(&scene.clock, Duration::from_secs(3600)).unwrap();
    session.backup_to(&scene.path("backup"), &key, &access()).unwrap();
    session.lock();
    let options = RestoreOptions { accept_loss: true, ..RestoreOptions::default() };
    let target = scene.path("restored.saferoom");
    scene.keys.calls.lock().unwrap().clear();
    let (vault, _) =
        Vault::restore(&scene.path("backup"), &key, &scene.founder, &target, scene.host(), &options).unwrap();
    for call in ["store log-key", "store epoch-key", "store kept-head", "remove epoch-key"] {
        assert!(scene.keys.was_called(call), "{call}: {:?}", scene.keys.calls);
    }
    scene.watch(&vault);
    let session = vault.sign_in(&scene.founder).unwrap();
    session.move_out(&scene.path("moved"), &key, &access()).unwrap();
}

#[test]
fn an_erasure_and_the_end_by_itself() {
    let scene = Scene::new();
    let session = scene.sign_in(&scene.founder);
    let (case, _) = case_with_child(&session, "Sokha");
    let manage = Access::for_purpose("record-management").because("The period has ended");
    let proposal = session.propose_erasure(&[case], erasure::order(), &manage).unwrap();
    scene.keys.calls.lock().unwrap().clear();
    session.erase(&proposal.signed_by(&scene.founder), &manage).unwrap();
    assert!(scene.keys.was_called("store kept-head"));

    scene.clock.advance(Duration::from_secs(600));
    scene.keys.calls.lock().unwrap().clear();
    assert!(session.is_locked(), "idle");
    assert!(scene.keys.calls.lock().unwrap().is_empty(), "who asks calls nothing of the host");
    assert!(session.lock_if_idle());
    assert!(scene.keys.was_called("store kept-head"));
    assert!(session.open.lock().unwrap().is_none(), "the keys are wiped");
}

/// A key store in which one call waits until it is let go on.
struct Waiting {
    store: Arc<MemoryKeyStore>,
    /// How the name ends at which it waits.
    at: String,
    gate: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
}

impl Waiting {
    fn over(store: &Arc<MemoryKeyStore>, at: &str) -> Arc<Self> {
        Arc::new(Self { store: Arc::clone(store), at: at.to_owned(), gate: Mutex::new(None) })
    }

    /// The next such call waits: answers when it has come, and how to let it go on.
    fn arm(&self) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
        let ((came, has_come), (go, may_go)) = (mpsc::channel(), mpsc::channel());
        *self.gate.lock().unwrap() = Some((came, may_go));
        (has_come, go)
    }
}

impl KeyStore for Waiting {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.store.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let gate = if name.ends_with(&self.at) { self.gate.lock().unwrap().take() } else { None };
        if let Some((came, may_go)) = gate {
            came.send(()).unwrap();
            may_go.recv_timeout(2 * AT_ONCE).unwrap();
        }
        self.store.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.store.remove(name)
    }
}

/// Runs something in a thread of its own, which has to answer at once.
fn answers<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(AT_ONCE).expect("it waits for the call that waits in the key store")
}

#[test]
fn whoever_asks_does_not_wait_for_a_call_that_waits_in_the_key_store_and_the_newest_head_stays() {
    let world = World::new();
    let keys = Waiting::over(&world.keys, "kept-head");
    let vault = Vault::open(&world.path(), Host::with_shared(keys.clone())).unwrap();
    let session = Arc::new(vault.sign_in(&world.founder).unwrap());
    let unit = session.unit();
    std::thread::sleep(Duration::from_millis(1100));
    let (has_come, go) = keys.arm();
    let slow = {
        let session = Arc::clone(&session);
        std::thread::spawn(move || session.create(Some(unit), &Case::default(), &access()).map(drop))
    };
    has_come.recv_timeout(AT_ONCE).unwrap();
    let same = Arc::clone(&session);
    assert!(!answers(move || same.is_locked()));
    let same = Arc::clone(&session);
    answers(move || same.create(Some(unit), &Case::default(), &access())).unwrap();
    let same = Arc::clone(&session);
    // Locking keeps the newest head, while the older one is still under way.
    answers(move || same.lock());
    assert!(session.is_locked() && session.open.lock().unwrap().is_none());
    let kept = || Kept::load(world.keys.as_ref(), vault.inner.file.vault).unwrap().unwrap();
    let newest = kept();
    go.send(()).unwrap();
    slow.join().unwrap().unwrap();
    assert_eq!(kept(), newest, "the slower thread does not put the older head in its place");
    vault.sign_in(&world.founder).unwrap().check(|_, _| ()).unwrap();
}

#[test]
fn others_work_while_a_change_of_the_epoch_waits_in_the_key_store() {
    let World { folder: _folder, keys, founder, vault: founded } = World::new();
    // The name of the epoch's keys ends with the device.
    let keys = Waiting::over(&keys, &founded.inner.file.device.to_string());
    let clock = ManualClock::at(SystemClock::default().wall_milliseconds() + DAY.as_millis() as u64);
    let open = || Vault::open(founded.path(), Host::with_shared(keys.clone()).with_clock(clock.clone())).unwrap();
    let in_force = |session: &Session| session.look(|act| Ok(act.epoch_in_force()?.unwrap().0.epoch)).unwrap();
    let (vault, founder) = (open(), Arc::new(founder));
    let (has_come, go) = keys.arm();
    let slow = {
        let (vault, founder) = (vault.clone(), Arc::clone(&founder));
        std::thread::spawn(move || vault.sign_in(&founder).map(|session| session.checkpoint().unwrap()))
    };
    has_come.recv_timeout(AT_ONCE).unwrap();
    // Others sign in, by this connection and by another one, and work; the change is left to the first.
    for vault in [vault.clone(), open()] {
        let founder = Arc::clone(&founder);
        let session = answers(move || {
            let session = vault.sign_in(&founder).unwrap();
            case_with_child(&session, "Sokha");
            session.checkpoint().unwrap();
            session
        });
        assert_eq!(in_force(&session), 0);
    }
    go.send(()).unwrap();
    let note = slow.join().unwrap().unwrap();
    assert!(note.contains("/epoch/1 "), "{note}");
    let session = vault.sign_in(&founder).unwrap();
    assert_eq!(in_force(&session), 1, "one change, not one for each who came");
    session.check(|_, _| ()).unwrap();
}

#[test]
fn sessions_that_are_locked_together_have_no_keys_before_any_key_store_is_asked() {
    let world = World::new();
    let keys = Waiting::over(&world.keys, "kept-head");
    let vault = Vault::open(&world.path(), Host::with_shared(keys.clone())).unwrap();
    let sessions = [(); 2].map(|()| Arc::new(vault.sign_in(&world.founder).unwrap()));
    let (has_come, go) = keys.arm();
    let both = sessions.clone();
    let locking = std::thread::spawn(move || lock_these(&[&both[0], &both[1]], || 0));
    has_come.recv_timeout(AT_ONCE).unwrap();
    for session in sessions.clone() {
        assert!(answers(move || session.is_locked() && session.open.lock().unwrap().is_none()));
    }
    go.send(()).unwrap();
    assert_eq!(locking.join().unwrap(), 2);
    assert_eq!(lock_these(&[&sessions[0], &sessions[1]], || 0), 0, "nothing to wait for");
    let entries = {
        let session = vault.sign_in(&world.founder).unwrap();
        session.check(|_, _| ()).unwrap();
        session.log_entries(0, u64::MAX, &access()).unwrap()
    };
    assert_eq!(entries.iter().filter(|one| one.entry.event == Event::Logout).count(), 2, "one for each");
}

#[test]
fn from_inside_a_call_nobody_is_waited_for_who_may_wait_for_it() {
    let world = World::new();
    let [session, used, free] = [(); 3].map(|()| Arc::new(world.session()));
    // Another thread is in a call of its session, and waits for the file that this thread has locked.
    let (sender, has_begun) = mpsc::channel();
    std::thread::scope(|scope| {
        let mut waiting_calls = Vec::new();
        let done = session.write_batch(&access(), |batch| {
            let mine = Arc::clone(&used);
            let waiting = scope.spawn(move || {
                sender.send(()).unwrap();
                mine.create(Some(mine.unit()), &Case::default(), &access()).map(drop)
            });
            has_begun.recv().unwrap();
            std::thread::sleep(Duration::from_millis(200));
            assert_eq!(lock_these(&[&session, &used, &free], || 0), 3);
            waiting_calls.push(waiting);
            batch.create(Some(session.unit()), &Case::default()).map(drop)
        });
        assert_eq!(done.err(), Some(Error::Locked));
        let waited = waiting_calls.pop().unwrap().join().unwrap();
        assert_eq!(waited.err(), Some(Error::Locked));
        assert!(session.open.lock().unwrap().is_none() && free.open.lock().unwrap().is_none());
    });
    // Each call has finished its own session.
    assert!(used.is_locked() && used.open.lock().unwrap().is_none());
    let session = world.session();
    session.check(|_, _| ()).unwrap();
    assert!(session.cases(&access()).unwrap().is_empty(), "what was not durable was not written");
}

/// A key store in which somebody locks a session while a head is stored.
struct Locking(Arc<MemoryKeyStore>, Mutex<Option<Arc<Session>>>);

impl KeyStore for Locking {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.0.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let session = if name.ends_with("kept-head") { self.1.lock().unwrap().take() } else { None };
        if let Some(session) = session {
            session.lock();
        }
        self.0.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.0.remove(name)
    }
}

#[test]
fn an_erasure_whose_session_is_locked_meanwhile_says_that_it_was_done() {
    let world = World::new();
    let keys = Arc::new(Locking(Arc::clone(&world.keys), Mutex::new(None)));
    let vault = Vault::open(&world.path(), Host::with_shared(keys.clone())).unwrap();
    let session = Arc::new(vault.sign_in(&world.founder).unwrap());
    let (case, _) = case_with_child(&session, "Sokha");
    let manage = Access::for_purpose("record-management").because("The period has ended");
    let proposal = session.propose_erasure(&[case], erasure::order(), &manage).unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    *keys.1.lock().unwrap() = Some(Arc::clone(&session));
    let erased = session.erase(&proposal.signed_by(&world.founder), &manage).unwrap();
    assert!(session.is_locked() && erased.cases == 1 && erased.residue_removed);
    let kept = Kept::load(world.keys.as_ref(), vault.inner.file.vault).unwrap().unwrap();
    assert_eq!(kept.erased, 1, "a file from before it is refused");
    let session = vault.sign_in(&world.founder).unwrap();
    assert!(session.cases(&access()).unwrap().is_empty());
    session.check(|_, _| ()).unwrap();
}

#[test]
fn the_end_of_an_emergency_is_logged_once_whoever_locks_the_session_meanwhile() {
    let world = World::new();
    let keys = Arc::new(Locking(Arc::clone(&world.keys), Mutex::new(None)));
    let vault = Vault::open(&world.path(), Host::with_shared(keys.clone())).unwrap();
    let chief = vault.sign_in(&world.founder).unwrap();
    let (case, id) = case_with_child(&chief, "Sokha");
    let (officer, second) = (Identity::generate(), EmergencySecret::generate());
    chief.enrol(&officer.public(), &role("interviewer"), chief.unit().scope(), &[&world.founder], &access()).unwrap();
    let change = RosterChange::Emergency { member: officer.member(), second: Some(second.public()) };
    chief.change_roster(change, &[&world.founder], &access()).unwrap();
    let danger = Access::for_purpose("BTG").because("The child is in danger tonight");
    // Somebody locks the session while its newest head is stored: at the end of the emergency, and at its beginning.
    for at_its_end in [true, false] {
        let size = chief.log_size().unwrap();
        let session = Arc::new(vault.sign_in(&officer).unwrap());
        let begin = || session.break_glass(case, &second, &danger);
        let lock_then = || {
            std::thread::sleep(Duration::from_millis(1100));
            *keys.1.lock().unwrap() = Some(Arc::clone(&session));
        };
        if at_its_end {
            let open = begin().unwrap();
            open.read::<Child>(id).unwrap();
            lock_then();
            open.end().unwrap();
            open.end().unwrap();
        } else {
            lock_then();
            assert_eq!(begin().unwrap_err(), Error::Locked);
        }
        assert!(session.is_locked());
        let entries = chief.log_entries(size, u64::MAX, &access()).unwrap();
        let count = |event| entries.iter().filter(|one| one.entry.event == event).count();
        assert_eq!((count(Event::BreakGlassStart), count(Event::BreakGlassStop)), (1, 1), "at its end: {at_its_end}");
    }
    chief.check(|_, _| ()).unwrap();
}
