//! A vault with its device, and what has to be true of it after every cycle.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};

use saferoom::id::RecordId;
use saferoom::keys::{Identity, PassphraseCost, Unlock, create_identity_file};
use saferoom::log::Frontier;
use saferoom::model::RecordKind;
use saferoom::model::records::{Case, Child};
use saferoom::vault::{LoggedEntry, Session, Vault};
use saferoom_tests::{ORIGIN, child, folder, unit};

use crate::faults::{Fault, Shim};
use crate::ledger::{Act, Answer, Children, Told};
use crate::worker::{self, BATCH, access, host, identity};

/// A vault in a folder with its key store and identity file, and all that is known of it.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) case: RecordId,
    pub(crate) children: Children,
    /// Other cases that were made and not erased.
    others: BTreeSet<RecordId>,
    /// The log as far as it was seen.
    log: Frontier,
    /// How many cycles it has lived through.
    pub(crate) cycles: u64,
}

/// How a cycle went.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) acknowledged: usize,
    /// Acts without an answer, or with an error, that were done all the same.
    pub(crate) done_unheard: usize,
    /// Codes of errors, with how often.
    pub(crate) failed: HashMap<String, usize>,
    pub(crate) finished: bool,
}

impl Station {
    /// A new vault with a case and a few children.
    pub(crate) fn new() -> Self {
        let folder = folder();
        let at = folder.path();
        std::fs::create_dir(at.join("keys")).expect("made");
        let founder = Identity::generate();
        let lock = Unlock::Host(&worker::keys(at));
        create_identity_file(&at.join("member.identity"), &founder, lock, PassphraseCost::LEAST).expect("written");
        let vault = Vault::create(&worker::vault(at), host(at), &founder, ORIGIN, &unit("Example unit")).expect("made");
        let session = vault.sign_in(&founder).expect("signed in");
        let case = session.create(Some(session.unit()), &Case::default(), &access("first")).expect("written").record;
        let mut children = Children::new();
        for number in 0..3 {
            let reason = format!("first {number}");
            let made = session.create(Some(case), &child(&reason), &access(&reason)).expect("written");
            children.insert(made.record, (reason, made.number));
        }
        drop((session, vault));
        let (others, log) = (BTreeSet::new(), Frontier::new());
        let mut station = Self { folder, case, children, others, log, cycles: 0 };
        station.look_at_log(&station.open("when new"));
        station
    }

    /// The same vault in another folder, to be maltreated on its own.
    pub(crate) fn copy(&self) -> Self {
        let folder = folder();
        copy_folder(self.folder.path(), folder.path());
        let (children, others, log) = (self.children.clone(), self.others.clone(), self.log.clone());
        Self { folder, case: self.case, children, others, log, cycles: self.cycles }
    }

    /// Opens it and signs in, as the next program would.
    pub(crate) fn open(&self, after: &str) -> Session {
        let at = self.folder.path();
        let identity = identity(at).expect("the identity opens");
        let opened = Vault::open(&worker::vault(at), host(at)).and_then(|vault| vault.sign_in(&identity));
        opened.unwrap_or_else(|error| panic!("it does not open again: {error}\n{after}"))
    }

    /// One worker, one fault, and everything that has to be true afterwards.
    pub(crate) fn cycle(&mut self, shim: &Shim, fault: Fault) -> Outcome {
        self.cycles += 1;
        let name = format!("w{}.{}", self.cycles, fault.seed);
        let told = self.work("a_worker", &name, |command| {
            shim.load(command, self.folder.path(), &self.folder.path().join("keys"), fault)
        });
        told.look_at_codes(fault.kind);
        let session = self.open(&format!("{fault:?}: {told:?}"));
        session.check(|_, _| ()).unwrap_or_else(|error| panic!("{fault:?}: the check fails: {error}\n{told:?}"));
        let entries = self.look_at_log(&session);
        let done = done(&told.acts, &entries);
        self.look_at_children(&session, &told.acts, &done);
        self.look_at_cases(&session, &told.acts, &entries);
        drop(session);
        summary(&told, &done)
    }

    /// Runs a worker to its end and answers what it said.
    pub(crate) fn work(&self, program: &str, name: &str, prepare: impl FnOnce(&mut Command)) -> Told {
        let mut command = Command::new(std::env::current_exe().expect("a program"));
        command.args(["--exact", program, "--ignored", "--nocapture"]);
        command.env(worker::FOLDER, self.folder.path()).env(worker::CASE, self.case.to_string());
        command.env(worker::NAME, name).stdin(Stdio::null()).stderr(Stdio::piped());
        prepare(&mut command);
        let output = command.output().expect("started");
        let told = Told::parse(&String::from_utf8_lossy(&output.stdout), name);
        let killed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || killed, "the worker failed by itself: {problem}\n{told:?}");
        told
    }

    /// The entries since the last look. What was seen before is still there: the new ones on top of it make the root
    /// that is signed now.
    fn look_at_log(&mut self, session: &Session) -> Vec<LoggedEntry> {
        let now = session.logs().expect("the logs").pop().expect("one");
        let entries = session.log_entries(self.log.size(), now.size, &access("look")).expect("the log");
        assert_eq!(self.log.size() + entries.len() as u64, now.size, "no entry is missing");
        for (index, logged) in (self.log.size()..).zip(&entries) {
            assert_eq!(logged.entry.seq, index);
            self.log.append(logged.leaf);
        }
        assert_eq!(self.log.root(), now.root, "the log goes on from what was seen");
        entries
    }

    /// Every case that was made is there, and none that was erased: which, the log says.
    fn look_at_cases(&mut self, session: &Session, acts: &[Act], entries: &[LoggedEntry]) {
        for act in acts.iter().filter(|act| matches!(act.kind.as_str(), "case" | "erase")) {
            let Some(logged) = entries.iter().find(|logged| logged.reason.as_ref() == Some(&act.reason)) else {
                continue;
            };
            let case = logged.entry.what.as_ref().expect("about a case").record;
            if let Answer::Done(told) = &act.answer {
                assert_eq!(*told, case.to_string(), "{act:?}");
            }
            let changed = if act.kind == "case" { self.others.insert(case) } else { self.others.remove(&case) };
            assert!(changed, "{act:?} is about {case}");
        }
        let found = session.cases(&access("look")).expect("listed");
        let others: BTreeSet<_> = found.into_iter().filter(|case| *case != self.case).collect();
        assert_eq!(others, self.others, "after {acts:?}");
    }

    /// Every child is what the last act that counts has made of it, and there is none besides.
    fn look_at_children(&mut self, session: &Session, acts: &[Act], done: &[bool]) {
        let found = session.records_of(self.case, &access("look")).expect("listed");
        let children = found.iter().filter(|info| info.kind == Some(RecordKind::CHILD)).map(|info| info.id);
        let opened = session.read_many::<Child>(&children.collect::<Vec<_>>(), &access("look")).expect("read");
        let mut now = Children::new();
        for child in &opened {
            let name = child.record.family_name_latin.as_ref().expect("a name").as_str().to_owned();
            assert_eq!(child.record, saferoom_tests::child(&name), "each value is one that was written");
            now.insert(child.id, (name, child.revision));
        }
        let mut expected = self.children.clone();
        for (act, done) in acts.iter().zip(done) {
            apply(&mut expected, act, *done, &now);
        }
        assert_eq!(now, expected, "after {acts:?}");
        self.children = now;
    }
}

/// Which acts were done, by the log: each acknowledged one has its reason there once, any other once at most, in their
/// order; and there is no reason that nobody gave.
pub(crate) fn done(acts: &[Act], entries: &[LoggedEntry]) -> Vec<bool> {
    let reasons: Vec<_> = entries.iter().filter_map(|logged| logged.reason.as_deref()).collect();
    let mut last = None;
    let place = |act: &Act| {
        let mut places =
            reasons.iter().enumerate().filter(|(_, reason)| **reason == act.reason).map(|(index, _)| index);
        let place = places.next();
        assert_eq!(places.next(), None, "{act:?} is logged twice");
        assert!(place.is_some() || !act.is_done(), "{act:?} is not in the log");
        assert!(place.is_none() || place > last, "{act:?} is logged out of order");
        last = place.or(last);
        place.is_some()
    };
    let done = acts.iter().map(place).collect();
    let known = |reason: &&str| {
        *reason == "look" || reason.starts_with("first") || acts.iter().any(|act| act.reason == *reason)
    };
    assert!(reasons.iter().all(known), "a reason that nobody gave in {reasons:?}");
    done
}

/// What an act changes, if it was done. Where no answer told which record it was, the vault tells, and has to fit.
fn apply(expected: &mut Children, act: &Act, done: bool, now: &Children) {
    let writes = match act.kind.as_str() {
        "create" | "amend" => 1,
        "batch" => BATCH,
        _ => 0,
    };
    if writes == 0 || !done {
        return;
    }
    if act.is_done() {
        expected.extend(act.written().into_iter().map(|(id, number)| (id, (act.reason.clone(), number))));
        return;
    }
    let made: Vec<_> = now.iter().filter(|(_, (name, _))| *name == act.reason).collect();
    // A later act may have amended what this one has made: only the newest name shows.
    assert!(made.len() <= writes, "{act:?} has written too much: {made:?}");
    for (id, (name, number)) in made {
        let before = expected.get(id).map_or(0, |(_, number)| *number);
        assert!(*number > before, "{act:?}: revision {number} does not follow {before}");
        expected.insert(*id, (name.clone(), *number));
    }
}

fn summary(told: &Told, done: &[bool]) -> Outcome {
    let mut outcome = Outcome { finished: told.finished, ..Outcome::default() };
    for (act, done) in told.acts.iter().zip(done) {
        match &act.answer {
            Answer::Done(_) => outcome.acknowledged += 1,
            Answer::Failed(code) => *outcome.failed.entry(code.clone()).or_default() += 1,
            Answer::None => {}
        }
        outcome.done_unheard += usize::from(*done && !act.is_done());
    }
    if let Some(code) = &told.refused {
        *outcome.failed.entry(code.clone()).or_default() += 1;
    }
    outcome
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let (path, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if path.is_dir() {
            std::fs::create_dir_all(&to).expect("made");
            copy_folder(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("copied");
        }
    }
}
