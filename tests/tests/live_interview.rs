//! A process that records a live interview is killed, with kill -9, after every step and in the middle of steps: whatever
//! it had acknowledged is there, and the interview goes on.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child as Process, Command, Stdio};
use std::sync::Arc;

use saferoom::id::RecordId;
use saferoom::keys::{Identity, KeyStore, KeyStoreError, Passphrase, PassphraseCost, Unlock, create_identity_file};
use saferoom::model::records::{Case, Interview, Participant};
use saferoom::model::{CodeListName, Coded};
use saferoom::practice::interview::{Completion, Course, State, Step, Stopper, Tally};
use saferoom::vault::{EarlierInterviews, Host, LiveInterview, Session, Vault};
use saferoom_tests::{ORIGIN, access, child, folder, unit};
use zeroize::Zeroizing;

/// A key store that outlives the process: a file for each name.
#[derive(Debug)]
struct Files(PathBuf);

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name.replace('/', "_"))
    }
}

impl KeyStore for Files {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(std::fs::read(self.path(name)).ok().map(Zeroizing::new))
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let beside = self.path(&format!("{name}.new"));
        let written = std::fs::write(&beside, secret).and_then(|()| std::fs::rename(&beside, self.path(name)));
        written.map_err(|_| KeyStoreError::Failed)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        let _ = std::fs::remove_file(self.path(name));
        Ok(())
    }
}

fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).expect("a code")
}

fn passphrase() -> Passphrase {
    Passphrase::new(b"quiet river stone".to_vec()).expect("long enough")
}

fn sign_in(folder: &Path) -> Session {
    let host = Host::with_shared(Arc::new(Files(folder.join("keys"))));
    let vault = Vault::open(&folder.join("vault.saferoom"), host).expect("opened");
    vault.sign_in_with_file(&folder.join("member.identity"), Unlock::Passphrase(&passphrase())).expect("signed in")
}

/// The steps of the interview, in order. Each of them adds one to [`taken`].
fn script() -> Vec<Step> {
    let enter = |phase: &str| Step::Enter { phase: code(phase), previous: Completion::Full };
    let skip = |phase: &str| Step::Skip { phase: code(phase), reason: code("child_began_to_tell") };
    let arrive = |role: &str| {
        let person = Participant { role: Some(code(role)), presence: Some(code("in_room")), ..Participant::default() };
        Step::Arrive(Box::new(person))
    };
    let pause = |reason: &str| Step::BeginBreak { reason: code(reason), with: None };
    let back = || Step::EndBreak { topic_not_discussed: Some(true) };
    vec![
        enter("introduction"),
        arrive("support_person"),
        Step::Count(Tally::Supportive),
        enter("ground_rules"),
        skip("rapport_building"),
        skip("narrative_training"),
        enter("transition"),
        pause("child_request"),
        arrive("psychologist"),
        back(),
        enter("substantive_free_recall"),
        Step::Count(Tally::Invitation),
        Step::Count(Tally::CuedInvitation),
        Step::Count(Tally::OptionPosing),
        pause("observer_consultation"),
        back(),
        enter("closing"),
        Step::Count(Tally::Reassurance),
    ]
}

/// How many steps of the script have been recorded.
fn taken(course: &Course) -> usize {
    let counted: u64 = Tally::ALL.iter().map(|tally| tally.of(course.interview())).sum();
    let ended = course.breaks().iter().filter(|kept| kept.record.ended_at.is_some()).count();
    counted as usize + course.phases().len() + course.breaks().len() + ended + course.people().len()
}

/// What of a course does not depend on the clock and on drawn ids.
fn outline(course: &Course) -> (Vec<String>, HashMap<Tally, u64>, usize, State) {
    let phases = course.phases().iter().map(|kept| {
        let code = |code: Option<&str>| code.unwrap_or_default().to_owned();
        let phase = code(kept.record.phase.as_ref().map(|phase| phase.code().as_str()));
        let completion = code(kept.record.completion.as_ref().map(|completion| completion.code().as_str()));
        format!("{phase} {completion} {}", kept.record.ended_at.is_some())
    });
    let counts = Tally::ALL.iter().map(|tally| (*tally, tally.of(course.interview()))).collect();
    (phases.collect(), counts, course.people().len(), course.state())
}

/// The course after so many steps, as the state machine alone has it.
fn expected(begun: &Course, steps: usize) -> Course {
    let start = begun.interview().started_at.expect("it has started");
    script().iter().take(steps).fold(begun.clone(), |course, step| course.after(step, None, start).expect("taken").0)
}

fn prepare(folder: &Path) -> RecordId {
    std::fs::create_dir(folder.join("keys")).expect("made");
    let founder = Identity::generate();
    let word = passphrase();
    let file = folder.join("member.identity");
    create_identity_file(&file, &founder, Unlock::Passphrase(&word), PassphraseCost::LEAST).expect("written");
    let host = Host::with_shared(Arc::new(Files(folder.join("keys"))));
    drop(Vault::create(&folder.join("vault.saferoom"), host, &founder, ORIGIN, &unit("Example unit")).expect("made"));
    let session = sign_in(folder);
    let case = session.create(Some(session.unit()), &Case::default(), &access()).expect("written").record;
    let child = session.create(Some(case), &child("Sokha"), &access()).expect("written").record;
    let interview = Interview {
        purpose: Some(code("initial")),
        protocol: Some(code("nichd_standard")),
        interviewer: Some(session.unit()),
        ..Interview::default()
    };
    let none = EarlierInterviews::not_looked();
    session.start_interview(child, interview, &none, true, &access()).expect("started").id()
}

/// The process that is killed: goes on with the interview and says how many steps are done after each. With `STEPS` it waits
/// after so many.
#[test]
#[ignore = "run by the other test, in a process of its own"]
fn a_process_that_interviews() {
    let Some(folder) = std::env::var_os("SAFEROOM_FOLDER").map(PathBuf::from) else { return };
    let number = |name| std::env::var(name).expect("given");
    let id: RecordId = number("INTERVIEW").parse().expect("an id");
    let most: usize = number("STEPS").parse().expect("a number");
    let session = sign_in(&folder);
    let mut live = session.resume_interview(id, &access()).expect("resumed");
    let from = taken(live.course());
    for (done, step) in script().iter().enumerate().skip(from).take(most) {
        session.interview_step(&mut live, step, None, &access()).expect("taken");
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {}", done + 1).and_then(|()| out.flush()).expect("said");
    }
    let _ = std::io::stdin().read_line(&mut String::new());
}

struct Interviewing {
    process: Process,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Interviewing {
    fn start(folder: &Path, id: RecordId, steps: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("a program"))
            .args(["--exact", "a_process_that_interviews", "--ignored", "--nocapture"])
            .env("SAFEROOM_FOLDER", folder)
            .env("INTERVIEW", id.to_string())
            .env("STEPS", steps.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        Self { process, lines }
    }

    /// The next step that was acknowledged; none at the end of the process.
    fn acknowledged(&mut self) -> Option<usize> {
        let number = |line: String| line.rsplit_once("done ").and_then(|(_, number)| number.trim().parse().ok());
        self.lines.by_ref().map_while(Result::ok).find_map(number)
    }

    /// SIGKILL, and what was acknowledged before.
    fn kill(mut self) -> Option<usize> {
        self.process.kill().expect("killed");
        let mut last = None;
        while let Some(done) = self.acknowledged() {
            last = Some(done);
        }
        self.process.wait().expect("ended");
        last
    }
}

fn resumed(folder: &Path, id: RecordId) -> (Session, LiveInterview) {
    let session = sign_in(folder);
    let live = session.resume_interview(id, &access()).expect("resumed");
    (session, live)
}

#[test]
fn a_kill_after_every_step_loses_nothing() {
    let folder = folder();
    let id = prepare(folder.path());
    let begun = resumed(folder.path(), id).1.course().clone();
    for step in 1..=script().len() {
        let mut process = Interviewing::start(folder.path(), id, 1);
        assert_eq!(process.acknowledged(), Some(step));
        process.kill();
        let (session, live) = resumed(folder.path(), id);
        assert_eq!(taken(live.course()), step);
        assert_eq!(outline(live.course()), outline(&expected(&begun, step)));
        drop(session);
    }
    let (session, mut live) = resumed(folder.path(), id);
    session.interview_step(&mut live, &Step::Stop { by: Stopper::Child }, None, &access()).expect("stopped");
    session.check(|_, _| ()).expect("whole");
}

#[test]
fn a_kill_in_the_middle_of_a_step_loses_that_step_at_most() {
    let folder = folder();
    let id = prepare(folder.path());
    let begun = resumed(folder.path(), id).1.course().clone();
    let mut before = 0;
    while before < script().len() {
        // It goes on while we kill it.
        let mut process = Interviewing::start(folder.path(), id, script().len());
        let first = process.acknowledged().expect("a step");
        assert_eq!(first, before + 1);
        let acknowledged = process.kill().unwrap_or(first);
        let (session, live) = resumed(folder.path(), id);
        let found = taken(live.course());
        assert!((acknowledged..=acknowledged + 1).contains(&found), "{acknowledged} were acknowledged, {found} found");
        assert_eq!(outline(live.course()), outline(&expected(&begun, found)));
        session.check(|_, _| ()).expect("whole");
        before = found;
    }
}
