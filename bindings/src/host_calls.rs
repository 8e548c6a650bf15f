//! What the host lends is called with no lock held: here a call of the host waits for a thread that asks the same objects, as
//! an app does whose key store asks for a face on the main thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use saferoom::access::policy::RoleName;
use saferoom::access::{Access, RosterChange};
use saferoom::model::records::{Case, Child};
use saferoom::model::{Coded, Text};

use crate::clock::{ClockReading, HostClock, HostClockError};
use crate::emergency::{Emergency, EmergencySecret};
use crate::identity::Identity;
use crate::key_store::{KeyStore, KeyStoreError, file_key_store};
use crate::practice::{EarlierInterviews, InterviewStep, LiveInterview, QuestionTally};
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::FieldValue;
use crate::vault::Vault;

type Work = Box<dyn Fn() + Send + Sync>;

/// The main thread of an app: what it does while a call of saferoom waits for it.
#[derive(Clone, Default)]
struct Main {
    work: Arc<Mutex<Option<Arc<Work>>>>,
    done: Arc<AtomicUsize>,
}

impl Main {
    fn does(&self, work: impl Fn() + Send + Sync + 'static) {
        *self.work.lock().unwrap() = Some(Arc::new(Box::new(work)));
    }

    /// Waits for it, once.
    fn wait(&self) {
        let Some(work) = self.work.lock().unwrap().take() else { return };
        let (sender, receiver) = mpsc::channel();
        // Left behind if it hangs.
        thread::spawn(move || {
            work();
            let _ = sender.send(());
        });
        receiver.recv_timeout(Duration::from_secs(60)).expect("the main thread waits for the call that waits for it");
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    /// Runs a call, in which the main thread has to be waited for once.
    fn during<T>(&self, call: impl FnOnce() -> T) -> T {
        let before = self.done.load(Ordering::SeqCst);
        let answer = call();
        assert_eq!(self.done.load(Ordering::SeqCst), before + 1, "the host was not asked");
        answer
    }
}

struct Faces(Main, Arc<dyn KeyStore>);

impl KeyStore for Faces {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyStoreError> {
        self.1.load(name)
    }

    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyStoreError> {
        self.0.wait();
        self.1.store(name, secret)
    }

    fn remove(&self, name: String) -> Result<(), KeyStoreError> {
        self.1.remove(name)
    }
}

struct Hands(Main);

impl HostClock for Hands {
    fn now(&self) -> Result<ClockReading, HostClockError> {
        self.0.wait();
        let wall = crate::packet::now();
        Ok(ClockReading { wall, monotonic: wall })
    }
}

/// An app with a vault, somebody who works in it, and the case of a child.
struct App {
    _folder: tempfile::TempDir,
    faces: Main,
    hands: Main,
    founder: Arc<Identity>,
    vault: Arc<Vault>,
    session: Arc<Session>,
    case: String,
    child: String,
}

fn access() -> AccessInput {
    AccessInput { purpose: "forensic-interview".to_owned(), reason: Some("As agreed".to_owned()) }
}

impl App {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (faces, hands) = (Main::default(), Main::default());
        let founder = Identity::generate();
        let keys = file_key_store(folder.path().join("keys").to_string_lossy().into_owned());
        let vault = Vault::create(
            folder.path().join("app.saferoom").to_string_lossy().into_owned(),
            Arc::new(Faces(faces.clone(), keys)),
            &founder,
            "app.example.org/1".to_owned(),
            "Example unit".to_owned(),
            Some(Arc::new(Hands(hands.clone()))),
        );
        let vault = vault.unwrap();
        let session = vault.sign_in(&founder).unwrap();
        let case = session.0.create(Some(session.0.unit()), &Case::default(), &access().into()).unwrap().record;
        let child = Child {
            given_name_latin: Some(Text::new("Sokha").unwrap()),
            sex: Some(Coded::new("female").unwrap()),
            role: Some(Coded::new("victim").unwrap()),
            ..Child::default()
        };
        let child = session.0.create(Some(case), &child, &access().into()).unwrap().record;
        let (case, child) = (case.to_string(), child.to_string());
        Self { _folder: folder, faces, hands, founder, vault, session, case, child }
    }

    /// Runs a call in which clock and key store are asked once each, while the main thread does this.
    fn interrupted<T>(&self, work: impl Fn() + Clone + Send + Sync + 'static, call: impl FnOnce() -> T) -> T {
        // The newest head is kept once a second.
        thread::sleep(Duration::from_millis(1100));
        self.hands.does(work.clone());
        self.faces.does(work);
        self.hands.during(|| self.faces.during(call))
    }

    fn live(&self) -> Arc<LiveInterview> {
        let code = |text: &str| FieldValue::Code(text.to_owned());
        let fields = HashMap::from([
            ("purpose".to_owned(), code("initial")),
            ("protocol".to_owned(), code("nichd_revised")),
            ("interviewer".to_owned(), FieldValue::Id(self.session.0.unit().to_string())),
        ]);
        let earlier = EarlierInterviews::not_looked();
        self.session.start_interview(self.child.clone(), fields, &earlier, true, access()).unwrap()
    }

    /// The case, opened in an emergency by somebody else, and their session.
    fn emergency(&self) -> (Arc<Session>, Arc<Emergency>) {
        let (officer, second) = (Identity::generate(), EmergencySecret::generate());
        let (chief, why) = (&self.session.0, Access::from(access()));
        let role = RoleName::parse("interviewer").unwrap();
        let (founder, keys) = (self.founder.keys().unwrap(), officer.keys().unwrap());
        chief.enrol(&keys.public(), &role, chief.unit().scope(), &[&founder], &why).unwrap();
        let change = RosterChange::Emergency { member: keys.member(), second: Some(second.secret().unwrap().public()) };
        chief.change_roster(change, &[&founder], &why).unwrap();
        let session = self.vault.sign_in(&officer).unwrap();
        let danger = AccessInput { purpose: "BTG".to_owned(), reason: Some("In danger tonight".to_owned()) };
        let open = Arc::clone(&session).break_glass(self.case.clone(), &second, danger).unwrap();
        (session, open)
    }
}

#[test]
fn the_main_thread_asks_whether_the_session_is_locked_while_a_write_waits_for_it() {
    let app = App::new();
    let session = Arc::clone(&app.session);
    let work = move || {
        assert!(!session.is_locked());
        session.records_of(session.unit(), access()).unwrap();
    };
    let unit = app.session.0.unit();
    app.interrupted(work, || app.session.0.create(Some(unit), &Case::default(), &access().into())).unwrap();
}

#[test]
fn steps_of_an_interview_come_from_two_threads_of_which_one_waits_for_the_other() {
    let app = App::new();
    let live = app.live();
    let count = || InterviewStep::Count { tally: QuestionTally::Invitation };
    let (session, same) = (Arc::clone(&app.session), Arc::clone(&live));
    let work = move || {
        assert!(!session.is_locked());
        session.interview_step(&same, count(), None, access()).unwrap();
    };
    app.interrupted(work, || app.session.interview_step(&live, count(), None, access())).unwrap();
    let counted = |live: &LiveInterview| {
        let tallies = live.view().unwrap().tallies;
        tallies.iter().find(|one| one.tally == QuestionTally::Invitation).unwrap().count
    };
    let stored = app.session.resume_interview(live.id(), access()).unwrap();
    assert_eq!((counted(&live), counted(&stored)), (3, 3), "none is lost, in the vault or on the screen");
}

#[test]
fn an_emergency_is_asked_and_ended_by_the_thread_that_its_reading_waits_for() {
    let app = App::new();
    let (session, open) = app.emergency();
    let ids = vec![app.child.clone()];
    let (same, also) = (Arc::clone(&session), Arc::clone(&open));
    let work = move || {
        assert!(!same.is_locked());
        assert!(!also.records().unwrap().is_empty());
    };
    assert_eq!(app.interrupted(work, || open.read_many(ids.clone())).unwrap().len(), 1);
    // Ended by the main thread before the reading has begun: it opens nothing.
    let also = Arc::clone(&open);
    app.hands.does(move || also.end().unwrap());
    let refused = app.hands.during(|| open.read_many(ids.clone())).unwrap_err();
    let crate::error::SaferoomError::Failure { code, .. } = refused;
    assert_eq!(code, 673);
    open.end().unwrap();
}
