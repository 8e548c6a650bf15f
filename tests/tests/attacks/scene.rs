//! The vault that is attacked, what an honest reader sees of it, and how an attack is judged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use saferoom::access::{CaseGrant, Sensitivity};
use saferoom::id::RecordId;
use saferoom::keys::Identity;
use saferoom::model::DynamicRecord;
use saferoom::model::records::Statement;
use saferoom::model::search::SearchQuery;
use saferoom::model::{RecordKind, SearchKind};
use saferoom::vault::{
    Error, Finding, Host, LoggedEntry, Opened, RecordInfo, RevisionInfo, SearchAnswer, Session, Vault,
};
use saferoom_tests::{
    Caseload, Keys, World, access, child, corrected, fold, raw, record_cases, record_station, work_on_case,
};

/// Attacks that the library does not notice yet, with the reason of each; `*` stands for anything. Has to be empty at a
/// release; an entry that is noticed after all fails the test, so that it is taken out.
pub(crate) const KNOWN_UNNOTICED: &[(&str, &str)] = &[];

/// Attacks after which a wrong value was seen, known and waiting to be mended. Has to be empty at a release.
pub(crate) const KNOWN_WRONG: &[(&str, &str)] = &[];

/// Attacks run in this many threads.
pub(crate) const THREADS: usize = 2;

pub(crate) type Change = Box<dyn Fn(&Path) + Send + Sync>;

/// One change of the file.
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) change: Change,
}

/// What an honest reader sees.
pub(crate) struct Original {
    pub(crate) unit: RecordId,
    pub(crate) load: Caseload,
    pub(crate) opened: BTreeMap<RecordId, Opened<DynamicRecord>>,
    pub(crate) revisions: BTreeMap<(RecordId, u64), Opened<Statement>>,
    pub(crate) histories: BTreeMap<RecordId, Vec<RevisionInfo>>,
    pub(crate) listings: BTreeMap<RecordId, Vec<RecordInfo>>,
    pub(crate) cases: Vec<RecordId>,
    pub(crate) searches: Vec<(SearchQuery, SearchAnswer)>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) members: Vec<CaseGrant>,
    pub(crate) log: Vec<LoggedEntry>,
}

impl Original {
    pub(crate) fn of(session: &Session, load: Caseload) -> Result<Self, Error> {
        let access = access();
        let (log_size, load_case) = (session.log_size()?, load.cases[0]);
        let mut original = Self {
            unit: session.unit(),
            load,
            opened: BTreeMap::new(),
            revisions: BTreeMap::new(),
            histories: BTreeMap::new(),
            listings: BTreeMap::new(),
            cases: session.cases(&access)?,
            searches: Vec::new(),
            findings: session.findings(false, &access)?,
            members: session.case_members(load_case, &access)?,
            log: session.log_entries(0, log_size, &access)?,
        };
        for id in &original.load.records {
            original.opened.insert(*id, session.read_fields(*id, None, &access)?);
        }
        for (id, newest) in &original.load.statements {
            original.histories.insert(*id, session.history(*id, &access)?);
            for number in 1..=*newest {
                original.revisions.insert((*id, number), session.read_revision(*id, number, &access)?);
            }
        }
        for id in original.load.cases.iter().chain([&original.unit]) {
            original.listings.insert(*id, session.records_of(*id, &access)?);
        }
        for query in searches() {
            let answer = session.search(&query, &access)?;
            original.searches.push((query, answer));
        }
        Ok(original)
    }
}

/// What the children of the caseload are searched by; the last finds none.
pub(crate) fn searches() -> Vec<SearchQuery> {
    let among = |kind, text| SearchQuery::among(RecordKind::CHILD).by(kind, text);
    let names = ["Sokha 0", "sokha-1 corrected", "Sokha 1, corrected", "SOKHA 2", "Sokha 3"];
    let names = names.into_iter().map(|name| among(SearchKind::Name, name));
    names.chain([among(SearchKind::Date, "2014-05-17"), among(SearchKind::Date, "2014-05-18")]).collect()
}

/// What was seen after an attack.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) errors: Vec<(&'static str, Error)>,
    pub(crate) wrong: Vec<String>,
}

impl Seen {
    pub(crate) fn take<T: PartialEq>(&mut self, what: &'static str, found: Result<T, Error>, expected: &T) {
        match found {
            Ok(found) if found == *expected => {}
            Ok(_) => self.wrong.push(what.to_owned()),
            Err(error) => self.errors.push((what, error)),
        }
    }

    /// Opens the file as a fresh process, and reads whatever can be read.
    pub(crate) fn look(path: &Path, keys: Arc<Keys>, founder: &Identity, original: &Original) -> Self {
        let mut seen = Self::default();
        let opened = Vault::open(path, Host::with_shared(keys)).and_then(|vault| {
            // Counts nothing that was signed, but must not fall over either.
            let _ = vault.info();
            vault.sign_in(founder)
        });
        match opened {
            Err(error) => seen.errors.push(("sign in", error)),
            Ok(session) => seen.look_around(&session, original),
        }
        seen
    }

    pub(crate) fn look_around(&mut self, session: &Session, original: &Original) {
        let access = access();
        self.take("unit", Ok(session.unit()), &original.unit);
        // Values before the check: a host does not check before every read.
        for (id, expected) in &original.opened {
            self.take("read", session.read_fields(*id, None, &access), expected);
        }
        for ((id, number), expected) in &original.revisions {
            self.take("read revision", session.read_revision(*id, *number, &access), expected);
        }
        for (id, expected) in &original.histories {
            self.take("history", session.history(*id, &access), expected);
        }
        for (id, expected) in &original.listings {
            self.take("list", session.records_of(*id, &access), expected);
        }
        for (query, expected) in &original.searches {
            self.take("search", session.search(query, &access), expected);
        }
        self.take("cases", session.cases(&access), &original.cases);
        self.take("findings", session.findings(false, &access), &original.findings);
        self.take("case members", session.case_members(original.load.cases[0], &access), &original.members);
        let size = original.log.len() as u64;
        self.take("log", session.log_entries(0, size, &access), &original.log);
        if let Err(error) = session.check(|_, _| ()) {
            self.errors.push(("check", error));
        }
    }
}

/// A vault of three cases, as it was after two of them, and as it is.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) earlier: PathBuf,
    pub(crate) vault: PathBuf,
    /// Another vault of the same founder on the same device.
    pub(crate) other: World,
    pub(crate) original: Original,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::after_failed_sign_ins(0)
    }

    /// As it is after so many strangers have tried to sign in, and nobody has signed in since.
    pub(crate) fn after_failed_sign_ins(failed: usize) -> Self {
        let world = World::new();
        let mut load = Caseload::default();
        let (interviewer, leaving);
        {
            let session = world.session();
            interviewer = world.enrol(&session, "interviewer");
            leaving = world.enrol(&session, "unit-supervisor");
            record_station(&session, &mut load).unwrap();
            record_cases(&session, 1, &mut load).unwrap();
            // Case 1 is an interviewer's, who holds no circle of the unit.
            let officer = world.sign_in_as(&interviewer).unwrap();
            record_cases(&officer, 1, &mut load).unwrap();
            // A role with limits: what they read is counted.
            officer.read_fields(load.cases[1], None, &access()).unwrap();
            session.assign(load.cases[0], officer.member(), &access()).unwrap();
            work_on_case(&session, &world.founder, &load).unwrap();
            let _again = world.session();
        }
        fold(&world.path());
        let (earlier, vault) = (world.folder.path().join("earlier"), world.folder.path().join("newest"));
        std::fs::copy(world.path(), &earlier).unwrap();
        {
            let session = world.session();
            record_cases(&session, 1, &mut load).unwrap();
            session.set_sensitivity(load.cases[2], Sensitivity::Restricted, &access()).unwrap();
            session.suspend(leaving.member(), &[&world.founder], &access()).unwrap();
            // The search circle has moved on, and the index with it.
            session.rebuild_search_index(&access(), |_, _| ()).unwrap();
            let session = world.session();
            let (first, revisions) = &mut load.statements[0];
            *revisions += 1;
            session.amend(*first, &corrected("The newest words"), &access()).unwrap();
            session.amend(load.children[1], &child("Sokha 1, corrected"), &access()).unwrap();
            world.sign_in_as(&interviewer).unwrap().read_fields(load.cases[1], None, &access()).unwrap();
        }
        for _ in 0..failed {
            world.open().unwrap().sign_in(&Identity::generate()).unwrap_err();
        }
        fold(&world.path());
        std::fs::copy(world.path(), &vault).unwrap();
        let original = {
            let session = Vault::open(&world.path(), Host::with_shared(world.keys.snapshot())).unwrap();
            let session = session.sign_in(&world.founder).unwrap();
            session.check(|_, _| ()).unwrap();
            let size = session.log_size().unwrap();
            let mut original = Original::of(&session, load).unwrap();
            // The newest vault has no entry about this look yet.
            original.log.truncate(size as usize - 1);
            original
        };
        let other = World::of(world.founder.clone(), world.keys.clone());
        {
            let session = other.session();
            let mut load = Caseload::default();
            let interviewer = other.enrol(&session, "interviewer");
            record_station(&session, &mut load).unwrap();
            record_cases(&session, 1, &mut load).unwrap();
            let officer = other.sign_in_as(&interviewer).unwrap();
            record_cases(&officer, 1, &mut load).unwrap();
            officer.read_fields(load.cases[1], None, &access()).unwrap();
            work_on_case(&session, &other.founder, &load).unwrap();
        }
        fold(&other.path());
        Self { world, earlier, vault, other, original }
    }

    pub(crate) fn connection(&self) -> Connection {
        raw(&self.vault)
    }

    /// Makes the attack on a copy and looks at it.
    pub(crate) fn strike(&self, attack: &Attack, copy: &Path) -> Seen {
        for side in ["", "-wal", "-shm", "-journal"] {
            let mut name = copy.as_os_str().to_owned();
            name.push(side);
            let _ = std::fs::remove_file(name);
        }
        std::fs::copy(&self.vault, copy).unwrap();
        (attack.change)(copy);
        Seen::look(copy, self.world.keys.snapshot(), &self.world.founder, &self.original)
    }

    /// Makes all attacks; panics with the list of those that were not noticed or showed a wrong value.
    pub(crate) fn strike_all(&self, attacks: &[Attack]) {
        let (next, start) = (AtomicUsize::new(0), std::time::Instant::now());
        let (unnoticed, wrong) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let first_error = Mutex::new(BTreeMap::<String, usize>::new());
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (next, unnoticed, wrong, first_error) = (&next, &unnoticed, &wrong, &first_error);
                scope.spawn(move || {
                    let copy = self.world.folder.path().join(format!("attacked-{thread}"));
                    while let Some(attack) = attacks.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let seen = self.strike(attack, &copy);
                        if let Some((at, _)) = seen.errors.first() {
                            *first_error.lock().unwrap().entry((*at).to_owned()).or_default() += 1;
                        } else {
                            unnoticed.lock().unwrap().push(attack.name.clone());
                        }
                        if !seen.wrong.is_empty() {
                            wrong.lock().unwrap().push(format!("{}: {}", attack.name, seen.wrong.join(", ")));
                        }
                    }
                });
            }
        });
        let seconds = start.elapsed().as_secs();
        println!("{} attacks, {seconds} s; first noticed at: {:?}", attacks.len(), first_error.into_inner().unwrap());
        let unnoticed = beside_the_known(unnoticed.into_inner().unwrap(), KNOWN_UNNOTICED, attacks);
        let wrong = beside_the_known(wrong.into_inner().unwrap(), KNOWN_WRONG, attacks);
        assert!(
            unnoticed.is_empty() && wrong.is_empty(),
            "NOT NOTICED ({}):\n  {}\nWRONG VALUE ({}):\n  {}",
            unnoticed.len(),
            unnoticed.join("\n  "),
            wrong.len(),
            wrong.join("\n  ")
        );
    }
}

/// What was found and is not known; and what was known and was not found.
pub(crate) fn beside_the_known(mut found: Vec<String>, known: &[(&str, &str)], attacks: &[Attack]) -> Vec<String> {
    let tried = |pattern: &str| attacks.iter().any(|attack| matches(pattern, &attack.name));
    let mended = known.iter().filter(|(known, _)| tried(known) && !found.iter().any(|name| matches(known, name)));
    let mended: Vec<_> = mended.map(|(known, _)| format!("MENDED, take it out of the list: {known}")).collect();
    found.retain(|name| !known.iter().any(|(known, _)| matches(known, name)));
    found.extend(mended);
    found.sort();
    found
}

/// Whether a name begins with a pattern, in which `*` stands for anything.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    parts.all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// A statement of SQL, or several.
pub(crate) fn sql(name: &str, change: impl Into<String>) -> Attack {
    let change = change.into();
    let run = move |path: &Path| raw(path).execute_batch(&change).unwrap();
    Attack { name: name.to_owned(), change: Box::new(run) }
}
