//! The program that is tortured: it opens a vault, does a number of acts of every kind, and says what it begins, what it
//! was told is done, and what was refused. A line that it has written is known; what the process knew beyond is lost.

use std::io::Write;
use std::path::{Path, PathBuf};

use saferoom::access::erasure::{Ground, GroundKind};
use saferoom::access::{Access, RoleName};
use saferoom::error::Diagnosis;
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Identity, Unlock, open_identity_file};
use saferoom::model::RecordKind;
use saferoom::model::records::{Case, Child};
use saferoom::vault::{Error, Host, Revision, Session, Vault};
use saferoom_tests::child;

use crate::Chance;

/// How many acts one worker does.
pub(crate) const ACTS: usize = 9;
/// How many records a batch writes.
pub(crate) const BATCH: usize = 3;

/// What a worker is told, in the environment.
pub(crate) const FOLDER: &str = "SAFEROOM_FOLDER";
/// The case in which it works.
pub(crate) const CASE: &str = "SAFEROOM_CASE";
/// What its reasons and names begin with: `name` and the seed of its choices, with a point between them.
pub(crate) const NAME: &str = "SAFEROOM_WORKER";

/// The device's key store and the member's identity beside the vault.
pub(crate) fn host(folder: &Path) -> Host {
    Host::new(keys(folder))
}

/// The device's key store.
pub(crate) fn keys(folder: &Path) -> FileKeyStore {
    FileKeyStore::new(folder.join("keys"))
}

/// The vault of a station.
pub(crate) fn vault(folder: &Path) -> PathBuf {
    folder.join("vault.saferoom")
}

/// The member, from the file.
pub(crate) fn identity(folder: &Path) -> Result<Identity, saferoom::keys::KeyError> {
    open_identity_file(&folder.join("member.identity"), Unlock::Host(&keys(folder)))
}

/// For erasing, which has a purpose of its own.
fn management() -> Access {
    Access::for_purpose("record-management")
}

/// The access with the reason that names one act.
pub(crate) fn access(reason: &str) -> Access {
    Access::for_purpose("forensic-interview").because(reason)
}

pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The harness may have begun a line of its own.
    writeln!(out, "\n{line}").and_then(|()| out.flush()).expect("said");
}

pub(crate) fn code(error: &Error) -> String {
    format!("S{:04}", error.code())
}

/// The whole life of a worker.
pub(crate) fn run() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let given = |name| std::env::var(name).expect("given");
    let name = given(NAME);
    let seed = name.rsplit('.').next().and_then(|seed| seed.parse().ok()).expect("a seed");
    let case: RecordId = given(CASE).parse().expect("an id");
    let identity = match identity(&folder) {
        Ok(identity) => identity,
        Err(error) => return say(&format!("refused S{:04}", error.code())),
    };
    let opened = Vault::open(&vault(&folder), host(&folder)).and_then(|vault| vault.sign_in(&identity));
    let session = match opened {
        Ok(session) => session,
        Err(error) => return say(&format!("refused {}", code(&error))),
    };
    let (known, others) = (Vec::new(), Vec::new());
    let mut worker = Worker { session: &session, founder: &identity, case, chance: Chance(seed), known, others };
    for act in 0..ACTS {
        let reason = format!("{name} {act}");
        let kind = worker.choose();
        say(&format!("begin {act} {kind}"));
        match worker.act(kind, &reason) {
            Ok(done) => say(&format!("done {act} {done}")),
            Err(error) => say(&format!("failed {act} {}", code(&error))),
        }
    }
    drop(session);
    say("finished");
}

struct Worker<'w> {
    session: &'w Session,
    founder: &'w Identity,
    case: RecordId,
    chance: Chance,
    /// Children that this worker has made, or found.
    known: Vec<RecordId>,
    /// Other cases, which it may erase.
    others: Vec<RecordId>,
}

impl Worker<'_> {
    /// The next act: writing half of the time.
    fn choose(&mut self) -> &'static str {
        match self.chance.below(18) {
            _ if self.known.is_empty() => "list",
            0..=3 => "create",
            4..=7 => "amend",
            8..=10 => "read",
            11..=12 => "batch",
            13 => "list",
            14 => "enrol",
            15 => "case",
            _ if self.others.is_empty() => "case",
            _ => "erase",
        }
    }

    fn pick(&mut self) -> RecordId {
        let index = self.chance.below(self.known.len() as u64) as usize;
        self.known[index]
    }

    /// Does it, and says what came of it: records with their revisions.
    fn act(&mut self, kind: &str, reason: &str) -> Result<String, Error> {
        let (session, access) = (self.session, access(reason));
        match kind {
            "create" => {
                let made = session.create(Some(self.case), &child(reason), &access)?;
                self.known.push(made.record);
                Ok(tell(&[made]))
            }
            "amend" => Ok(tell(&[session.amend(self.pick(), &child(reason), &access)?])),
            "read" => {
                let id = self.pick();
                let opened = session.read::<Child>(id, &access)?;
                let name = opened.record.family_name_latin.as_ref().map_or("", |name| name.as_str()).to_owned();
                Ok(format!("{id}:{} {name}", opened.revision))
            }
            "batch" => {
                let made = session.write_batch(&access, |batch| {
                    (0..BATCH).map(|_| batch.create(Some(self.case), &child(reason))).collect::<Result<Vec<_>, _>>()
                })?;
                self.known.extend(made.iter().map(|made| made.record));
                Ok(tell(&made))
            }
            "case" => {
                let made = session.write_batch(&access, |batch| {
                    let case = batch.create(Some(session.unit()), &Case::default())?;
                    Ok([batch.create(Some(case.record), &child(reason))?, case])
                })?;
                self.others.push(made[1].record);
                Ok(made[1].record.to_string())
            }
            "erase" => {
                // Whatever comes of it: it is not tried again.
                let case = self.others.pop().expect("one was chosen");
                let ground = Ground::of(GroundKind::Order).expect("a ground");
                let proposal = session.propose_erasure(&[case], ground, &management())?.signed_by(self.founder);
                session.erase(&proposal, &management().because(reason))?;
                Ok(case.to_string())
            }
            "enrol" => {
                let (role, unit) = (RoleName::parse("interviewer").expect("a role"), session.unit().scope());
                session.enrol(&Identity::generate().public(), &role, unit, &[self.founder], &access)?;
                Ok(String::new())
            }
            _ => {
                let records = session.records_of(self.case, &access)?;
                let children = records.iter().filter(|info| info.kind == Some(RecordKind::CHILD));
                self.known = children.map(|info| info.id).collect();
                self.others = session.cases(&Access::for_purpose("forensic-interview"))?;
                self.others.retain(|case| *case != self.case);
                Ok(self.known.len().to_string())
            }
        }
    }
}

fn tell(made: &[Revision]) -> String {
    let pairs: Vec<_> = made.iter().map(|made| format!("{}:{}", made.record, made.number)).collect();
    pairs.join(" ")
}
