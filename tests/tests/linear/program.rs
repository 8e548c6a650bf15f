//! One of the programs: some threads that share a session, and one with a session of its own, on few children, so that they
//! meet. Each notes in the journal what it calls and what it is told.

use std::path::{Path, PathBuf};

use saferoom::access::Access;
use saferoom::error::Diagnosis;
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Unlock, open_identity_file};
use saferoom::model::records::Child;
use saferoom::vault::{Error, Host, Session, Vault};
use saferoom_tests::child;

use crate::history::{Answer, Asked, Journal};

/// Threads of a program; the last one has a session of its own.
pub(crate) const THREADS: usize = 3;
/// Calls of a thread.
pub(crate) const CALLS: usize = 30;
/// Children that all of them read and amend: the first ones by their ids.
const CONTESTED: usize = 5;

/// What a program is told, in the environment.
pub(crate) const FOLDER: &str = "SAFEROOM_FOLDER";
pub(crate) const CASE: &str = "SAFEROOM_CASE";
pub(crate) const NUMBER: &str = "SAFEROOM_NUMBER";

pub(crate) fn vault_file(at: &Path) -> PathBuf {
    at.join("vault.saferoom")
}

pub(crate) fn identity_file(at: &Path) -> PathBuf {
    at.join("member.identity")
}

pub(crate) fn key_store(at: &Path) -> FileKeyStore {
    FileKeyStore::new(at.join("keys"))
}

pub(crate) fn host(at: &Path) -> Host {
    Host::new(key_store(at))
}

pub(crate) fn access(reason: &str) -> Access {
    Access::for_purpose("forensic-interview").because(reason)
}

/// The call that has written this child.
pub(crate) fn name_of(record: &Child) -> String {
    record.family_name_latin.as_ref().map_or("", |name| name.as_str()).to_owned()
}

/// The whole life of a program.
pub(crate) fn run() {
    let Some(at) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let given = |name| std::env::var(name).expect("given");
    let (case, number) = (given(CASE).parse().expect("an id"), given(NUMBER));
    let founder = open_identity_file(&identity_file(&at), Unlock::Host(&key_store(&at))).expect("opens");
    let sign_in = || Vault::open(&vault_file(&at), host(&at)).and_then(|vault| vault.sign_in(&founder));
    let (shared, own) = (sign_in().expect("signed in"), sign_in().expect("signed in"));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let session = if thread + 1 == THREADS { &own } else { &shared };
            let (at, prefix) = (&at, format!("p{number}.t{thread}"));
            scope.spawn(move || Thread { session, case, journal: Journal::open(&at.join("journal")), prefix }.run());
        }
    });
}

struct Thread<'s> {
    session: &'s Session,
    case: RecordId,
    journal: Journal,
    prefix: String,
}

impl Thread<'_> {
    fn run(&self) {
        let mut known = Vec::new();
        // Different for each thread, the same in each run.
        let mut chance = self
            .prefix
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        for number in 0..CALLS {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (kind, choice) = ((chance >> 33) % 16, (chance >> 40) as usize);
            let contested = known.len().min(CONTESTED);
            let asked = match kind {
                0 | 1 if number > 0 => Asked::List,
                2 => Asked::Create(3),
                3 | 4 => Asked::Create(1),
                5..=10 if contested > 0 => Asked::Amend(known[choice % contested]),
                11..=15 if contested > 0 => Asked::Read(known[choice % contested]),
                _ if known.is_empty() && number == 0 => Asked::Create(1),
                _ => Asked::List,
            };
            let name = format!("{}.{number}", self.prefix);
            self.journal.call(&name, &asked);
            let answer = self.make(&asked, &name);
            let answer = answer.unwrap_or_else(|error| Answer::Failed(format!("S{:04}", error.code())));
            self.journal.answer(&name, &answer);
            match answer {
                Answer::Written(made) => known.extend(made.into_iter().map(|(id, _)| id)),
                Answer::Listed(ids) => known = ids.into_iter().collect(),
                _ => {}
            }
            known.sort_unstable();
            known.dedup();
        }
    }

    fn make(&self, asked: &Asked, name: &str) -> Result<Answer, Error> {
        let (session, access) = (self.session, access(name));
        Ok(match asked {
            Asked::Create(count) => {
                let made = session.write_batch(&access, |batch| {
                    (0..*count).map(|_| batch.create(Some(self.case), &child(name))).collect::<Result<Vec<_>, _>>()
                })?;
                Answer::Written(made.iter().map(|made| (made.record, made.number)).collect())
            }
            Asked::Amend(id) => {
                let made = session.amend(*id, &child(name), &access)?;
                Answer::Written(vec![(made.record, made.number)])
            }
            Asked::Read(id) => {
                let opened = session.read::<Child>(*id, &access)?;
                Answer::Read(name_of(&opened.record), opened.revision)
            }
            Asked::List => {
                let found = session.records_of(self.case, &access)?;
                Answer::Listed(found.iter().map(|info| info.id).filter(|id| *id != self.case).collect())
            }
        })
    }
}
