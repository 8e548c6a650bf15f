//! Bundles of several vaults, judged by what the organisation's log says of them.

use super::*;
use crate::log::{Detail, DetailKey, DeviceStatement, OrganisationLog, Outcome, StatementProblem};

const OFFICE: &str = "office.example.org";

pub(super) fn log_key(origin: &str, seed: u8) -> NoteKey {
    NoteKey::new(name(origin), key(seed).verifying_key())
}

fn key_of(seed: u8) -> crate::keys::VerifyingKey {
    key(seed).verifying_key()
}

pub(super) fn at(log: &Log, origin: &str, size: usize, seed: u8) -> Note {
    let mut frontier = Frontier::new();
    for entry in &log.entries[..size] {
        frontier.append(leaf_hash(entry));
    }
    signed(name(origin), size as u64, frontier.root(), seed)
}

fn bundle(log: &Log, origin: &str, seed: u8) -> MemoryFolder {
    log.folder_with(&at(log, origin, log.entries.len(), seed), &[]).unwrap()
}

/// What the office's log says, after three entries about other things.
pub(super) struct Office(Log);

impl Office {
    pub(super) fn new() -> Self {
        Self(Log::of(3))
    }

    fn says(mut self, statement: &DeviceStatement) -> Self {
        self.0.add(|entry| (entry.event, entry.detail) = (Event::DeviceLog, Some(statement.detail())));
        self
    }

    pub(super) fn enrols(self, origin: &str, seed: u8) -> Self {
        self.says(&DeviceStatement::Enrolled(log_key(origin, seed)))
    }

    pub(super) fn saw(self, note: Note) -> Self {
        self.says(&DeviceStatement::seen(note).unwrap())
    }

    fn retires(self, note: Note) -> Self {
        self.says(&DeviceStatement::retired(note).unwrap())
    }

    /// Verified with these bundles, by a policy that pins the office alone.
    pub(super) fn with(&self, devices: &[MemoryFolder]) -> OrganisationReport {
        self.by(&policy().for_logs([log_key(OFFICE, 9)]), devices)
    }

    fn by(&self, policy: &TrustPolicy, devices: &[MemoryFolder]) -> OrganisationReport {
        let kept = at(&self.0, OFFICE, 2, 9).to_string();
        verify_organisation(&bundle(&self.0, OFFICE, 9), devices, policy, &[kept.as_bytes()], NOW)
    }
}

fn problems(report: &OrganisationReport, verdict: Verdict) -> Vec<BundleProblem> {
    match report.together.answer(verdict) {
        Answer::Failed { problems, .. } => problems.clone(),
        _ => Vec::new(),
    }
}

#[test]
fn what_the_office_enrolled_and_saw_is_there() {
    let log = Log::of(40);
    let office = Office::new().enrols("a.example.org", 3).saw(at(&log, "a.example.org", 30, 3));
    let report = office.with(&[bundle(&log, "a.example.org", 3)]);
    // Devices needs lists of devices, which these bundles of one log each do not have.
    let expected = policy().demanding(&judged());
    assert!(report.accepted(&expected), "{:?}", report.together);
    assert_eq!(problems(&report, Verdict::Devices), []);
    assert_eq!(report.log.log(&name("a.example.org")).unwrap().seen.len(), 1);
    assert_eq!(report.together.read(), 40 + 5);
    // A log of which nothing was ever seen cannot be compared with anything.
    let report = Office::new().enrols("a.example.org", 3).with(&[bundle(&log, "a.example.org", 3)]);
    assert_eq!(*report.together.answer(Verdict::Consistency), Answer::NothingKept);
}

#[test]
fn a_log_that_is_missing_is_named() {
    let log = Log::of(40);
    let office = Office::new().enrols("a.example.org", 3).enrols("b.example.org", 4);
    let report = office.with(&[bundle(&log, "a.example.org", 3)]);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::LogMissing { origin: name("b.example.org") }]);
    // Nor is one let pass that nobody enrolled, or that comes twice.
    let bundles =
        [bundle(&log, "a.example.org", 3), bundle(&log, "b.example.org", 4), bundle(&log, "c.example.org", 5)];
    let report = office.with(&bundles);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::NotEnrolled { origin: name("c.example.org") }]);
    let report = office.with(&[bundles[0].clone(), bundles[1].clone(), bundles[0].clone()]);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::LogTwice { origin: name("a.example.org") }]);
}

#[test]
fn a_log_that_was_cut_or_rewritten_fails_against_what_was_seen() {
    let log = Log::of(40);
    let office = Office::new().enrols("a.example.org", 3).saw(at(&log, "a.example.org", 30, 3));
    let cut = office.with(&[bundle(&Log::of(29), "a.example.org", 3)]);
    assert_eq!(problems(&cut, Verdict::Consistency), [BundleProblem::Shrunk { size: 29, kept: 30 }]);
    let mut forked = Log::of(10);
    forked.add(|entry| entry.event = Event::Delete);
    (0..30).for_each(|_| forked.add(|_| ()));
    let forked = office.with(&[bundle(&forked, "a.example.org", 3)]);
    assert_eq!(problems(&forked, Verdict::Consistency), [BundleProblem::Fork { size: 30 }]);
}

#[test]
fn a_log_that_ended_stays_as_it_ended() {
    let log = Log::of(40);
    let office = Office::new().enrols("a.example.org", 3).retires(at(&log, "a.example.org", 35, 3));
    let report = office.with(&[bundle(&log, "a.example.org", 3)]);
    let went_on = BundleProblem::WentOn { origin: name("a.example.org"), ended: 35, size: 40 };
    assert_eq!(problems(&report, Verdict::Devices), [went_on]);
    let report = office.with(&[bundle(&Log::of(34), "a.example.org", 3)]);
    assert_eq!(problems(&report, Verdict::Consistency), [BundleProblem::Shrunk { size: 34, kept: 35 }]);
    let report = office.with(&[bundle(&Log::of(35), "a.example.org", 3)]);
    assert!(problems(&report, Verdict::Devices).is_empty() && problems(&report, Verdict::Consistency).is_empty());
}

#[test]
fn what_the_office_cannot_have_said_is_a_finding() {
    let log = Log::of(40);
    // What another key signed proves nothing against the log, whoever sent it.
    let forged = at(&Log::of(50), "a.example.org", 50, 8);
    let report = Office::new().enrols("a.example.org", 3).saw(forged.clone()).with(&[bundle(&log, "a.example.org", 3)]);
    assert_eq!((report.log.ignored(), problems(&report, Verdict::Consistency)), (1, Vec::new()));
    // But nobody ends a log with it, or gives a log another key.
    let report = Office::new().enrols("a.example.org", 3).retires(forged).with(&[bundle(&log, "a.example.org", 3)]);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::Statement { index: 4 }]);
    for (origin, seed) in [("a.example.org", 4), ("b.example.org", 3)] {
        let office = Office::new().enrols("a.example.org", 3).enrols("a.example.org", 3).enrols(origin, seed);
        let report = office.with(&[bundle(&log, "a.example.org", 3)]);
        assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::Statement { index: 5 }]);
    }
    let mut office = Office::new();
    office.0.add(|entry| entry.event = Event::DeviceLog);
    assert_eq!(problems(&office.with(&[]), Verdict::Devices), [BundleProblem::Statement { index: 3 }]);
}

#[test]
fn the_trust_policy_has_the_last_word() {
    let log = Log::of(40);
    let office = Office::new().enrols("a.example.org", 3);
    let bundles = [bundle(&log, "a.example.org", 3)];
    // It pins another key for this log, and one more log.
    let pins = [log_key(OFFICE, 9), log_key("a.example.org", 8), log_key("z.example.org", 7)];
    let report = office.by(&policy().for_logs(pins), &bundles);
    assert_eq!(problems(&report, Verdict::Authenticity), [LogError::OriginMismatch.into()]);
    assert_eq!(problems(&report, Verdict::Devices), [BundleProblem::LogMissing { origin: name("z.example.org") }]);
    // It names another log as the organisation's, or none that it believes.
    let named = policy().for_logs([log_key(OFFICE, 9), log_key("z.example.org", 7)]);
    let report = office.by(&named.of_organisation(&name("z.example.org")).unwrap(), &bundles);
    assert_eq!(problems(&report, Verdict::Authenticity), [BundleProblem::Origin]);
    let report = office.by(&policy().for_logs([log_key(OFFICE, 5)]), &bundles);
    assert_eq!(problems(&report, Verdict::Authenticity), [LogError::OriginMismatch.into()]);
    // A checkpoint was kept of a log that nobody brought.
    let kept = at(&log, "y.example.org", 2, 6).to_string();
    let policy = policy().for_logs([log_key(OFFICE, 9)]);
    let report = verify_organisation(&bundle(&office.0, OFFICE, 9), &bundles, &policy, &[kept.as_bytes()], NOW);
    assert_eq!(problems(&report, Verdict::Consistency), [BundleProblem::Origin]);
}

#[test]
fn statements_are_read_as_they_were_written() {
    let log = Log::of(3);
    let note = at(&log, "a.example.org", 3, 3);
    let key = log_key("a.example.org", 3);
    let witness = NoteKey::witness(name("a.example.org"), key_of(3));
    assert_eq!(DeviceStatement::enrolled(witness), Err(LogError::MalformedKey));
    let statements = [
        DeviceStatement::enrolled(key).unwrap(),
        DeviceStatement::seen(note.clone()).unwrap(),
        DeviceStatement::retired(note).unwrap(),
    ];
    let mut known = OrganisationLog::default();
    for statement in &statements {
        let entry = Entry { event: Event::DeviceLog, detail: Some(statement.detail()), ..smallest() };
        let entry = Entry::decode(&entry.encode().unwrap()).unwrap().into_owned();
        assert_eq!(DeviceStatement::of(&entry), Some(Ok(statement.clone())));
        known.read(&entry).unwrap();
        assert_eq!(DeviceStatement::of(&Entry { event: Event::Read, ..entry.clone() }), None);
        // What was refused or failed has an entry of the same event, with an error in place of the statement.
        let code = Some(Detail::of(DetailKey::ERROR_CODE, 415));
        let failed = Entry { outcome: Outcome::MinorFailure, detail: code, ..entry.clone() };
        assert_eq!((DeviceStatement::of(&failed), known.read(&failed)), (None, Ok(())));
        let bare = Entry { detail: None, ..entry };
        assert_eq!(known.read(&bare), Err(StatementProblem::Unreadable));
    }
    let mut all = known.logs();
    assert_eq!(all.next().unwrap().retired.as_ref().map(Checkpoint::size), Some(3));
}
