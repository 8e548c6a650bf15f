//! A whole vault beside a plain model of it: four members open cases, amend, read, search, assign, erase, come and go, in
//! any order, and the file is opened anew in between. What saferoom answers is what the model says was written; what the
//! model says was erased opens to nobody; each call that was answered is in the log; in the end the whole check passes.

mod model;

use std::sync::OnceLock;

use arbitrary::{Arbitrary, Unstructured};
use saferoom::access::erasure::{Ground, GroundKind};
use saferoom::access::{Access, RosterChange};
use saferoom::keys::Identity;
use saferoom::model::records::{Case, Child};
use saferoom::model::search::SearchQuery;
use saferoom::model::{Record, SearchKind, Text};
use saferoom::vault::{Error, SearchAnswer, SearchHit, Session};
use saferoom_tests::{Keys, World, child, fold, folder};

use self::model::{GIVEN, Kept, Model, NAMES};

/// More are cut off: an input is to show one thing.
const MOST_STEPS: usize = 32;

/// Who acts. Each does what the role is for; the auditor sees no child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
enum Who {
    Founder,
    Supervisor,
    Interviewer,
    Auditor,
}

const EVERYBODY: [Who; 4] = [Who::Founder, Who::Supervisor, Who::Interviewer, Who::Auditor];

/// What happens. Numbers choose among the cases and names that are there.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Step {
    Open(Who, u8),
    Amend(Who, u8, u8),
    Read(Who, u8),
    ReadOld(Who, u8, u8),
    ReadAll(Who),
    Batch(Who, u8, u8),
    FailedBatch(Who, u8),
    Search(u8),
    Assign(u8),
    Unassign(u8),
    Suspend,
    Resume,
    Erase(u8),
    SignOut(Who),
    OpenAnew,
}

pub(crate) fn run(bytes: &[u8]) {
    // A `Vec` of steps would end by the toss of a coin after each.
    let mut left = Unstructured::new(bytes);
    let mut vault = Vault::copied();
    for _ in 0..MOST_STEPS {
        let Some(step) = (!left.is_empty()).then(|| Step::arbitrary(&mut left).ok()).flatten() else { break };
        vault.does(step);
    }
    vault.ends();
}

/// What each input begins with: made once, then copied.
struct Template {
    file: Vec<u8>,
    keys: std::sync::Arc<Keys>,
    founder: std::sync::Arc<Identity>,
    custodian: Identity,
    others: [Identity; 3],
    records: u64,
    revisions: u64,
}

impl Template {
    fn get() -> &'static Self {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let world = World::new();
            let chief = world.session();
            let others = ["unit-supervisor", "interviewer", "auditor"].map(|role| world.enrol(&chief, role));
            let custodian = world.enrol(&chief, "custodian");
            let check = chief.check(|_, _| ()).unwrap();
            drop(chief);
            fold(&world.path());
            Self {
                file: std::fs::read(world.path()).unwrap(),
                keys: world.keys.snapshot(),
                founder: world.founder.clone(),
                custodian,
                others,
                records: check.records,
                revisions: check.revisions,
            }
        })
    }

    fn identity(&self, who: Who) -> &Identity {
        match who {
            Who::Founder => &self.founder,
            Who::Supervisor => &self.others[0],
            Who::Interviewer => &self.others[1],
            Who::Auditor => &self.others[2],
        }
    }
}

fn access(who: Who) -> Access {
    Access::for_purpose(match who {
        Who::Founder | Who::Interviewer => "forensic-interview",
        Who::Supervisor => "supervision",
        Who::Auditor => "audit",
    })
}

/// A child of this family name. All have one given name: a search asks for two names at least.
fn named(name: u8) -> Child {
    Child { given_name_latin: Some(Text::new(GIVEN).unwrap()), ..child(NAMES[usize::from(name) % NAMES.len()]) }
}

/// The vault of one input, and the model.
struct Vault {
    template: &'static Template,
    world: World,
    sessions: [Option<Session>; 4],
    model: Model,
    log_size: u64,
}

impl Vault {
    fn copied() -> Self {
        let template = Template::get();
        let world = World { folder: folder(), keys: template.keys.snapshot(), founder: template.founder.clone() };
        std::fs::write(world.path(), &template.file).unwrap();
        Self { template, world, sessions: Default::default(), model: Model::default(), log_size: 0 }
    }

    /// A session of this member; none while they are suspended.
    fn session(&mut self, who: Who) -> Option<&Session> {
        if self.sessions[who as usize].is_none() {
            let suspended = who == Who::Interviewer && self.model.suspended;
            if suspended && self.model.refused {
                return None;
            }
            self.model.refused |= suspended;
            let session = self.world.sign_in_as(self.template.identity(who));
            assert_eq!(session.is_err(), suspended, "{who:?} signs in: {:?}", session.err());
            self.sessions[who as usize] = session.ok();
        }
        self.sessions[who as usize].as_ref()
    }

    /// What somebody does and is answered. What was done is in the log, and what was refused; a question about what was
    /// never there is not.
    fn act<T>(&mut self, who: Who, work: impl FnOnce(&Session, &Access) -> Result<T, Error>) -> Option<Result<T, Error>> {
        let (session, access) = (self.session(who)?, access(who));
        let before = session.log_size().unwrap();
        let answer = work(session, &access);
        let after = session.log_size().unwrap();
        let logged = matches!(answer, Ok(_) | Err(Error::Access(_) | Error::Erased { .. }));
        assert!(before >= self.log_size && after >= before + u64::from(logged), "{who:?}: from {before} to {after}");
        self.log_size = after;
        Some(answer)
    }

    fn does(&mut self, step: Step) {
        match step {
            Step::Open(who, name) => self.open(who, name),
            Step::Amend(who, case, name) => self.amend(who, case, name),
            Step::Read(who, case) => {
                if let Some(case) = self.model.chosen(case) {
                    self.read(who, case);
                }
            }
            Step::ReadOld(who, case, revision) => self.read_old(who, case, revision),
            Step::ReadAll(who) => self.read_all(who),
            Step::Batch(who, first, second) => self.batch(who, first, second),
            Step::FailedBatch(who, name) => self.failed_batch(who, name),
            Step::Search(name) => self.search(name),
            Step::Assign(case) => self.assign(case, true),
            Step::Unassign(case) => self.assign(case, false),
            Step::Suspend => self.suspend(true),
            Step::Resume => self.suspend(false),
            Step::Erase(case) => self.erase(case),
            Step::SignOut(who) => self.sessions[who as usize] = None,
            Step::OpenAnew => self.sessions = Default::default(),
        }
    }

    fn open(&mut self, who: Who, name: u8) {
        let opened = self.act(who, |session, access| {
            session.write_batch(access, |batch| {
                let case = batch.create(Some(session.unit()), &Case::default())?.record;
                Ok((case, batch.create(Some(case), &named(name))?.record))
            })
        });
        let Some(opened) = opened else { return };
        assert_eq!(opened.is_ok(), who != Who::Auditor, "{who:?} opens a case: {opened:?}");
        if let Ok((case, child)) = opened {
            self.model.cases.push(Kept::new(case, child, name));
        }
    }

    /// Reads a child: what is seen is what was written last.
    fn read(&mut self, who: Who, case: usize) -> Option<Child> {
        let child = self.model.cases[case].child;
        let read = self.act(who, |session, access| session.read::<Child>(child, access))?;
        let kept = &self.model.cases[case];
        assert!(!(kept.erased && read.is_ok()), "{who:?} reads an erased case");
        let Ok(read) = read else {
            assert!(who != Who::Founder || kept.erased, "the founder reads all that is not erased: {read:?}");
            return None;
        };
        assert_eq!(read.revision, kept.names.len() as u64, "the newest revision");
        let seen = read.record.family_name_latin.as_ref().map(Text::as_str);
        assert!(seen.is_none_or(|seen| seen == kept.newest()), "what was written last");
        assert!(seen.is_none() || who != Who::Auditor, "an auditor sees no name");
        assert!(seen.is_some() || who != Who::Founder, "the founder sees the name");
        Some(read.record)
    }

    fn amend(&mut self, who: Who, case: u8, name: u8) {
        let Some(case) = self.model.chosen(case) else { return };
        let Some(mut seen) = self.read(who, case) else { return };
        if seen.family_name_latin.is_none() {
            return;
        }
        seen.family_name_latin = named(name).family_name_latin;
        let child = self.model.cases[case].child;
        let amended = self.act(who, |session, access| session.amend(child, &seen, access));
        if amended.is_some_and(|amended| amended.is_ok()) {
            self.model.cases[case].names.push(name);
        } else {
            assert_ne!(who, Who::Founder, "the founder amends what the founder reads");
        }
    }

    fn read_old(&mut self, who: Who, case: u8, revision: u8) {
        let Some(case) = self.model.chosen(case) else { return };
        let Kept { child, .. } = self.model.cases[case];
        let number = u64::from(revision) % (self.model.cases[case].names.len() as u64 + 2);
        let read = self.act(who, |session, access| session.read_revision::<Child>(child, number, access));
        let (Some(read), kept) = (read, &self.model.cases[case]) else { return };
        let there = number > 0 && number <= kept.names.len() as u64 && !kept.erased;
        assert!(there || read.is_err(), "{who:?} reads revision {number}, which is not there");
        assert!(!there || read.is_ok() || who != Who::Founder, "the founder reads revision {number}: {read:?}");
        if let Ok(read) = read
            && let Some(seen) = read.record.family_name_latin
        {
            assert_eq!(seen.as_str(), kept.name_of(number));
        }
    }

    /// All children in one call: all that is asked for, or nothing.
    fn read_all(&mut self, who: Who) {
        let left: Vec<_> = self.model.cases.iter().filter(|kept| !kept.erased).cloned().collect();
        let ids: Vec<_> = left.iter().map(|kept| kept.child).collect();
        if ids.is_empty() {
            return;
        }
        let Some(read) = self.act(who, |session, access| session.read_many::<Child>(&ids, access)) else { return };
        assert!(read.is_ok() || who != Who::Founder, "the founder reads all: {:?}", read.err());
        for (read, kept) in read.into_iter().flatten().zip(&left) {
            assert_eq!((read.id, read.revision), (kept.child, kept.names.len() as u64));
            assert!(read.record.family_name_latin.is_none_or(|seen| seen.as_str() == kept.newest()));
        }
    }

    /// Two cases in one commit.
    fn batch(&mut self, who: Who, first: u8, second: u8) {
        let written = self.act(who, |session, access| {
            session.write_batch(access, |batch| {
                let mut one = |name| {
                    let case = batch.create(Some(session.unit()), &Case::default())?.record;
                    Ok::<_, Error>(Kept::new(case, batch.create(Some(case), &named(name))?.record, name))
                };
                Ok([one(first)?, one(second)?])
            })
        });
        if let Some(Ok(written)) = written {
            self.model.cases.extend(written);
        }
    }

    /// A batch that fails in its last act leaves nothing; [`ends`](Self::ends) counts.
    fn failed_batch(&mut self, who: Who, name: u8) {
        let Some(session) = self.session(who) else { return };
        let failed = session.write_batch(&access(who), |batch| {
            let case = batch.create(Some(session.unit()), &Case::default())?.record;
            batch.create(Some(case), &named(name))?;
            batch.amend(case, &named(name)).map(drop)
        });
        assert!(failed.is_err(), "a case is not a child");
    }

    fn search(&mut self, name: u8) {
        let asked = NAMES[usize::from(name) % NAMES.len()];
        let query = SearchQuery::among(Child::spec().kind).by(SearchKind::Name, &format!("{asked} {GIVEN}"));
        let mut answer = self.act(Who::Founder, |session, access| session.search(&query, access)).unwrap();
        if matches!(answer, Err(Error::IndexOutdated)) {
            // Somebody was suspended: the keys of the index are new.
            self.act(Who::Founder, |session, access| session.rebuild_search_index(access, |_, _| ())).unwrap().unwrap();
            answer = self.act(Who::Founder, |session, access| session.search(&query, access)).unwrap();
        }
        let SearchAnswer::Found(hits) = answer.unwrap() else { return };
        let mut found: Vec<_> = hits
            .into_iter()
            .map(|hit| match hit {
                SearchHit::Record(found) => found.id,
                hit => panic!("the founder may open all of the unit: {hit:?}"),
            })
            .collect();
        let left = self.model.cases.iter().filter(|kept| !kept.erased && kept.newest() == asked);
        let mut expected: Vec<_> = left.map(|kept| kept.child).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "those who have the name now");
    }

    fn assign(&mut self, case: u8, assigned: bool) {
        let Some(case) = self.model.chosen(case) else { return };
        let (id, member) = (self.model.cases[case].case, self.template.identity(Who::Interviewer).member());
        let done = self.act(Who::Founder, |session, access| {
            if assigned { session.assign(id, member, access) } else { session.unassign(id, member, access) }
        });
        let erased = self.model.cases[case].erased;
        assert!(!(erased && done.as_ref().is_some_and(Result::is_ok)), "nobody is assigned to what is erased");
    }

    fn suspend(&mut self, suspended: bool) {
        if self.model.suspended == suspended {
            return;
        }
        let template = self.template;
        let member = template.identity(Who::Interviewer).member();
        let change = if suspended { RosterChange::Suspend { member } } else { RosterChange::Resume { member } };
        let signers = [&*template.founder, &template.custodian];
        self.act(Who::Founder, |session, access| session.change_roster(change, &signers, access)).unwrap().unwrap();
        self.model.suspended = suspended;
        // A session that is open notices by itself.
        let open = self.sessions[Who::Interviewer as usize].take();
        if let (Some(session), true) = (open, suspended) {
            assert!(session.cases(&access(Who::Interviewer)).is_err(), "a suspended member is out at once");
        }
    }

    fn erase(&mut self, case: u8) {
        let Some(case) = self.model.chosen(case).filter(|case| !self.model.cases[*case].erased) else { return };
        let (id, template) = (self.model.cases[case].case, self.template);
        let manage = Access::for_purpose("record-management").because("The period has ended");
        let ground = Ground::of(GroundKind::Order).unwrap();
        let erased = self.act(Who::Supervisor, |session, _| {
            let proposal = session.propose_erasure(&[id], ground, &manage)?;
            session.erase(&proposal.signed_by(&template.founder).signed_by(&template.custodian), &manage)
        });
        erased.unwrap().unwrap();
        self.model.cases[case].erased = true;
        for who in EVERYBODY {
            self.read(who, case);
        }
    }

    /// Everything once more, by everybody, out of a file that is opened anew; then the check of the whole vault.
    fn ends(mut self) {
        self.sessions = Default::default();
        for who in EVERYBODY {
            (0..self.model.cases.len()).for_each(|case| drop(self.read(who, case)));
        }
        let (records, revisions) = (self.template.records, self.template.revisions);
        let written: usize = self.model.cases.iter().map(|kept| 1 + kept.names.len()).sum();
        let cases = self.model.cases.len() as u64;
        let check = self.session(Who::Founder).unwrap().check(|_, _| ()).unwrap();
        assert_eq!((check.records, check.revisions), (records + 2 * cases, revisions + written as u64));
        assert!(check.log_entries >= self.log_size);
    }
}
