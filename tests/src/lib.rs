//! Shared helpers of the end-to-end tests: a vault with a small caseload, and raw access to its file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use saferoom::access::{Access, ReviewOutcome, RoleName, RosterChange};
use saferoom::id::RecordId;
use saferoom::keys::{EmergencySecret, Identity, KeyStore, KeyStoreError};
use saferoom::model::records::{
    Case, Child, ChildRole, EditReason, Interview, InterviewPurpose, Sex, Statement, StatementKind,
};
use saferoom::model::records::{Station, Unit};
use saferoom::model::{Narrative, PartialDate, PlaceCode, Text};
use saferoom::vault::{Error, Host, Session, Vault};
use zeroize::Zeroizing;

/// Origin of the logs in the tests.
pub const ORIGIN: &str = "police.example.org/audit/1";

/// A key store in memory that can be copied: each copy of a vault goes on from the same kept head.
#[derive(Default)]
pub struct Keys(Mutex<HashMap<String, Vec<u8>>>);

impl Keys {
    /// What is kept now, for a copy of the vault to go on from.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Self> {
        Arc::new(Self(Mutex::new(self.map().clone())))
    }

    /// Names and secrets.
    #[must_use]
    pub fn contents(&self) -> HashMap<String, Vec<u8>> {
        self.map().clone()
    }

    fn map(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(redacted)")
    }
}

impl KeyStore for Keys {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(self.map().get(name).cloned().map(Zeroizing::new))
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        self.map().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        self.map().remove(name);
        Ok(())
    }
}

/// A folder with one vault in it.
#[derive(Debug)]
pub struct World {
    /// The folder.
    pub folder: tempfile::TempDir,
    /// The device's key store.
    pub keys: Arc<Keys>,
    /// First member.
    pub founder: Arc<Identity>,
}

/// What a small caseload consists of.
#[derive(Debug, Default)]
pub struct Caseload {
    /// All records, parents before children.
    pub records: Vec<RecordId>,
    /// The statements among them, with the number of their revisions.
    pub statements: Vec<(RecordId, u64)>,
    /// The cases among them.
    pub cases: Vec<RecordId>,
    /// The children among them.
    pub children: Vec<RecordId>,
}

impl World {
    /// A new vault of a new founder.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Arc::new(Identity::generate()), Arc::default())
    }

    /// A new vault of this founder on the device with these keys.
    ///
    /// # Panics
    /// If the vault cannot be made.
    #[must_use]
    pub fn of(founder: Arc<Identity>, keys: Arc<Keys>) -> Self {
        Self::within(folder(), founder, keys)
    }

    /// As [`of`](Self::of), in this folder.
    ///
    /// # Panics
    /// If the vault cannot be made.
    #[must_use]
    pub fn within(folder: tempfile::TempDir, founder: Arc<Identity>, keys: Arc<Keys>) -> Self {
        let world = Self { folder, keys, founder };
        let host = Host::with_shared(world.keys.clone());
        drop(Vault::create(&world.path(), host, &world.founder, ORIGIN, &unit("Example unit")).expect("made"));
        world
    }

    /// Where the vault is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vault.saferoom")
    }

    /// Opens the file anew, as another process would.
    ///
    /// # Errors
    /// What opening answers.
    pub fn open(&self) -> Result<Vault, Error> {
        Vault::open(&self.path(), Host::with_shared(self.keys.clone()))
    }

    /// Opens the file anew and signs the founder in.
    ///
    /// # Errors
    /// What opening and signing in answer.
    pub fn sign_in(&self) -> Result<Session, Error> {
        self.open()?.sign_in(&self.founder)
    }

    /// Opens the file anew and signs a member in.
    ///
    /// # Errors
    /// What opening and signing in answer.
    pub fn sign_in_as(&self, member: &Identity) -> Result<Session, Error> {
        self.open()?.sign_in(member)
    }

    /// Enrols somebody new in a role, in the founder's unit.
    ///
    /// # Panics
    /// If that is refused.
    #[must_use]
    pub fn enrol(&self, session: &Session, role: &str) -> Identity {
        let (identity, role) = (Identity::generate(), RoleName::parse(role).expect("a role"));
        let unit = session.unit().scope();
        session.enrol(&identity.public(), &role, unit, &[&self.founder], &access()).expect("enrolled");
        identity
    }

    /// As [`sign_in`](Self::sign_in), where it has to succeed.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    pub fn session(&self) -> Session {
        self.sign_in().expect("signed in")
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A fresh folder, in memory where there is such a place: thousands of durable commits cost nothing there.
///
/// # Panics
/// If none can be made.
#[must_use]
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// The purpose that the tests state.
#[must_use]
pub fn access() -> Access {
    Access::for_purpose("forensic-interview")
}

/// A text.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

/// A unit of this name.
#[must_use]
pub fn unit(name: &str) -> Unit {
    Unit { name: Some(text(name)), ..Unit::default() }
}

/// A child of this name.
///
/// # Panics
/// Never.
#[must_use]
pub fn child(name: &str) -> Child {
    Child {
        family_name_latin: Some(text(name)),
        sex: Some(Sex::new("female").expect("a code")),
        role: Some(ChildRole::new("victim").expect("a code")),
        date_of_birth: Some(PartialDate::parse("2014-05-17").expect("a date")),
        home_province: Some(PlaceCode::parse("12").expect("a place")),
        ..Child::default()
    }
}

/// An interview.
///
/// # Panics
/// Never.
#[must_use]
pub fn interview() -> Interview {
    Interview { purpose: Some(InterviewPurpose::new("initial").expect("a code")), ..Interview::default() }
}

/// A statement of these words.
///
/// # Panics
/// If they are no narrative.
#[must_use]
pub fn statement(body: &str) -> Statement {
    Statement {
        kind: Some(StatementKind::new("summary").expect("a code")),
        body: Some(Narrative::new(body).expect("a narrative")),
        ..Statement::default()
    }
}

/// A statement corrected to these words.
///
/// # Panics
/// If they are no narrative.
#[must_use]
pub fn corrected(body: &str) -> Statement {
    let reason = EditReason::new("typo").expect("a code");
    Statement { edit_reason: Some(reason), ..statement(body) }
}

/// Records `count` cases, each with a child, two interviews, and a statement each with two or three revisions.
///
/// # Errors
/// What the session answers.
pub fn record_cases(session: &Session, count: usize, load: &mut Caseload) -> Result<(), Error> {
    let access = access();
    for _ in 0..count {
        let number = load.cases.len();
        let case = session.create(Some(session.unit()), &Case::default(), &access)?.record;
        let child = session.create(Some(case), &child(&format!("Sokha {number}")), &access)?.record;
        load.cases.push(case);
        load.children.push(child);
        load.records.extend([case, child]);
        for sitting in 0..2 {
            let interview = session.create(Some(child), &interview(), &access)?.record;
            let first = statement(&format!("What was said first, {number}.{sitting}"));
            let id = session.create(Some(interview), &first, &access)?.record;
            let revisions = 2 + (number + sitting) as u64 % 2;
            for revision in 2..=revisions {
                let corrected = corrected(&format!("What was said, corrected {revision} times, {number}.{sitting}"));
                session.amend(id, &corrected, &access)?;
            }
            load.records.extend([interview, id]);
            load.statements.push((id, revisions));
        }
    }
    Ok(())
}

/// Somebody is enrolled and assigned to the first case; it is opened in an emergency, and they review that.
///
/// # Errors
/// What the session answers.
pub fn work_on_case(session: &Session, founder: &Identity, load: &Caseload) -> Result<(), Error> {
    let (access, signers) = (access(), [founder]);
    let (officer, second) = (Identity::generate(), EmergencySecret::generate());
    let role = RoleName::parse("unit-supervisor").expect("a role");
    session.enrol(&officer.public(), &role, session.unit().scope(), &signers, &access)?;
    session.assign(load.cases[0], officer.member(), &access)?;
    let change = RosterChange::Emergency { member: founder.member(), second: Some(second.public()) };
    session.change_roster(change, &signers, &access)?;
    let emergency = Access::for_purpose("BTG").because("A child is in danger");
    let open = session.break_glass(load.cases[0], &second, &emergency)?;
    let finding = open.finding();
    open.end()?;
    let reviewer = session.vault().sign_in(&officer)?;
    reviewer.review_finding(finding, ReviewOutcome::Justified, "Seen", &Access::for_purpose("supervision"))
}

/// Records the unit's station.
///
/// # Errors
/// What the session answers.
pub fn record_station(session: &Session, load: &mut Caseload) -> Result<(), Error> {
    let station = Station { name_en: Some(text("Example station")), ..Station::default() };
    load.records.extend([session.unit(), session.create(Some(session.unit()), &station, &access())?.record]);
    Ok(())
}

/// The file as SQLite sees it, with checks of constraints off: what an attacker has.
///
/// # Panics
/// If it cannot be opened.
#[must_use]
pub fn raw(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("opened");
    connection.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF").expect("set");
    connection
}

/// Folds the write-ahead log into the file, so that the one file is all.
///
/// # Panics
/// If somebody still holds the file.
pub fn fold(path: &Path) {
    let connection = raw(path);
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).expect("checkpointed");
    assert_eq!(busy, 0, "somebody holds the file");
    drop(connection);
    let mut side = path.as_os_str().to_owned();
    side.push("-wal");
    assert!(std::fs::metadata(&side).map_or(0, |data| data.len()) == 0, "the log was folded in");
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds bytes; otherwise it holds whole numbers.
    pub blob: bool,
    /// Whether it is part of the primary key.
    pub key: bool,
}

/// The names of all tables, sorted.
///
/// # Panics
/// If the schema cannot be read.
#[must_use]
pub fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = connection.prepare(sql).expect("prepared");
    let names = statement.query_map([], |row| row.get(0)).expect("queried");
    names.collect::<Result<_, _>>().expect("read")
}

/// The columns of a table.
///
/// # Panics
/// If a column is neither bytes nor a whole number.
#[must_use]
pub fn columns(connection: &Connection, table: &str) -> Vec<Column> {
    let mut statement = connection.prepare("SELECT name, type, pk FROM pragma_table_info(?1)").expect("prepared");
    let read = |row: &rusqlite::Row<'_>| {
        let kind: String = row.get(1)?;
        assert!(kind == "BLOB" || kind == "INTEGER", "{table} has a column of type {kind}");
        Ok(Column { name: row.get(0)?, blob: kind == "BLOB", key: row.get::<_, i64>(2)? > 0 })
    };
    statement.query_map([table], read).expect("queried").collect::<Result<_, _>>().expect("read")
}

/// All rows of a table, ordered by its primary key.
///
/// # Panics
/// If they cannot be read.
#[must_use]
pub fn rows(connection: &Connection, table: &str) -> Vec<Vec<Cell>> {
    let columns = columns(connection, table);
    let keys: Vec<_> = columns.iter().filter(|column| column.key).map(|column| column.name.as_str()).collect();
    let sql = format!("SELECT * FROM {table} ORDER BY {}", keys.join(", "));
    let mut statement = connection.prepare(&sql).expect("prepared");
    let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|index| row.get(index)).collect();
    statement.query_map([], read).expect("queried").collect::<Result<_, _>>().expect("read")
}

/// Everything in the file: tables with their rows.
#[must_use]
pub fn dump(path: &Path) -> Vec<(String, Vec<Vec<Cell>>)> {
    let connection = raw(path);
    tables(&connection).into_iter().map(|table| (table.clone(), rows(&connection, &table))).collect()
}

/// Runs one ignored test of this program in a process of its own, with a folder that is its whole world: `TMPDIR`, and
/// named by the variable `SAFEROOM_FOLDER`. The shell runs `before` first, in a name space where it may mount; none
/// means that nothing has to be mounted. Answers `None`, and says so, where the system does not allow name spaces.
///
/// # Panics
/// If the process cannot be started.
#[must_use]
pub fn run_apart(test: &str, folder: &Path, before: Option<&str>) -> Option<std::process::Output> {
    let program = std::env::current_exe().expect("a program");
    let run = format!("exec '{}' --exact {test} --ignored --nocapture", program.display());
    let mut command = std::process::Command::new(if before.is_some() { "unshare" } else { "sh" });
    match before {
        Some(before) => {
            let allowed = std::process::Command::new("unshare").args(["-rm", "true"]).output();
            if !allowed.is_ok_and(|output| output.status.success()) {
                eprintln!("{test}: NOT CHECKED, this system allows no name spaces");
                return None;
            }
            command.args(["-rm", "sh", "-c", &format!("set -e; {before}; {run}")])
        }
        None => command.args(["-c", &run]),
    };
    command.env("TMPDIR", folder).env("SAFEROOM_FOLDER", folder);
    Some(command.output().expect("started"))
}

/// The folder that [`run_apart`] gave to this process.
#[must_use]
pub fn folder_apart() -> Option<PathBuf> {
    std::env::var_os("SAFEROOM_FOLDER").map(PathBuf::from)
}
