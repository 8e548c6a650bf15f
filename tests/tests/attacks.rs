//! Whoever holds the file changes it, with everything that SQLite allows and without a key. Each change has to end in
//! an error, and no change may ever end in a wrong value, not even beside an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
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
    Caseload, Column, Keys, World, access, child, columns, corrected, fold, raw, record_cases, record_station, rows,
    tables, work_on_case,
};

/// Attacks that the library does not notice yet, with the reason of each; `*` stands for anything. Has to be empty at a
/// release; an entry that is noticed after all fails the test, so that it is taken out.
const KNOWN_UNNOTICED: &[(&str, &str)] = &[];

/// Attacks after which a wrong value was seen, known and waiting to be mended. Has to be empty at a release.
const KNOWN_WRONG: &[(&str, &str)] = &[];

/// Rows of a table that are attacked one by one; of larger tables, as many are taken evenly.
const MOST_ROWS: usize = 5;

/// Sets of so many tables are put back to what they were, and of all but so many.
const MOST_TABLES: u32 = 2;

/// Attacks run in this many threads.
const THREADS: usize = 2;

type Change = Box<dyn Fn(&Path) + Send + Sync>;

/// One change of the file.
struct Attack {
    name: String,
    change: Change,
}

/// What an honest reader sees.
struct Original {
    unit: RecordId,
    load: Caseload,
    opened: BTreeMap<RecordId, Opened<DynamicRecord>>,
    revisions: BTreeMap<(RecordId, u64), Opened<Statement>>,
    histories: BTreeMap<RecordId, Vec<RevisionInfo>>,
    listings: BTreeMap<RecordId, Vec<RecordInfo>>,
    cases: Vec<RecordId>,
    searches: Vec<(SearchQuery, SearchAnswer)>,
    findings: Vec<Finding>,
    members: Vec<CaseGrant>,
    log: Vec<LoggedEntry>,
}

impl Original {
    fn of(session: &Session, load: Caseload) -> Result<Self, Error> {
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
fn searches() -> Vec<SearchQuery> {
    let among = |kind, text| SearchQuery::among(RecordKind::CHILD).by(kind, text);
    let names = ["Sokha 0", "sokha-1 corrected", "Sokha 1, corrected", "SOKHA 2", "Sokha 3"];
    let names = names.into_iter().map(|name| among(SearchKind::Name, name));
    names.chain([among(SearchKind::Date, "2014-05-17"), among(SearchKind::Date, "2014-05-18")]).collect()
}

/// What was seen after an attack.
#[derive(Default)]
struct Seen {
    errors: Vec<(&'static str, Error)>,
    wrong: Vec<String>,
}

impl Seen {
    fn take<T: PartialEq>(&mut self, what: &'static str, found: Result<T, Error>, expected: &T) {
        match found {
            Ok(found) if found == *expected => {}
            Ok(_) => self.wrong.push(what.to_owned()),
            Err(error) => self.errors.push((what, error)),
        }
    }

    /// Opens the file as a fresh process, and reads whatever can be read.
    fn look(path: &Path, keys: Arc<Keys>, founder: &Identity, original: &Original) -> Self {
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

    fn look_around(&mut self, session: &Session, original: &Original) {
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
struct Scene {
    world: World,
    earlier: PathBuf,
    vault: PathBuf,
    /// Another vault of the same founder on the same device.
    other: World,
    original: Original,
}

impl Scene {
    fn new() -> Self {
        Self::after_failed_sign_ins(0)
    }

    /// As it is after so many strangers have tried to sign in, and nobody has signed in since.
    fn after_failed_sign_ins(failed: usize) -> Self {
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

    fn connection(&self) -> Connection {
        raw(&self.vault)
    }

    /// Makes the attack on a copy and looks at it.
    fn strike(&self, attack: &Attack, copy: &Path) -> Seen {
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
    fn strike_all(&self, attacks: &[Attack]) {
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
fn beside_the_known(mut found: Vec<String>, known: &[(&str, &str)], attacks: &[Attack]) -> Vec<String> {
    let tried = |pattern: &str| attacks.iter().any(|attack| matches(pattern, &attack.name));
    let mended = known.iter().filter(|(known, _)| tried(known) && !found.iter().any(|name| matches(known, name)));
    let mended: Vec<_> = mended.map(|(known, _)| format!("MENDED, take it out of the list: {known}")).collect();
    found.retain(|name| !known.iter().any(|(known, _)| matches(known, name)));
    found.extend(mended);
    found.sort();
    found
}

/// Whether a name begins with a pattern, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
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

/// A row, addressed by its primary key.
#[derive(Clone)]
struct Target {
    table: String,
    columns: Vec<Column>,
    row: Vec<Cell>,
}

impl Target {
    fn all(connection: &Connection, table: &str) -> Vec<Self> {
        let columns = columns(connection, table);
        let target = |row| Self { table: table.to_owned(), columns: columns.clone(), row };
        rows(connection, table).into_iter().map(target).collect()
    }

    /// Some rows, evenly taken, the first and the last among them; and one of each kind that has other columns empty.
    fn some(all: &[Self]) -> Vec<Self> {
        if all.len() <= MOST_ROWS {
            return all.to_vec();
        }
        let empty = |target: &Self| target.row.iter().map(|cell| *cell == Cell::Null).collect::<Vec<_>>();
        let evenly = |index: usize| all[index * (all.len() - 1) / (MOST_ROWS - 1)].clone();
        let mut some: Vec<_> = (0..MOST_ROWS).map(evenly).collect();
        for target in all {
            if some.iter().all(|taken| empty(taken) != empty(target)) {
                some.push(target.clone());
            }
        }
        some
    }

    fn label(&self) -> String {
        let key = self.columns.iter().zip(&self.row).find(|(column, _)| column.key).map(|(_, cell)| match cell {
            Cell::Integer(number) => number.to_string(),
            Cell::Blob(bytes) => bytes.iter().rev().take(4).map(|byte| format!("{byte:02x}")).collect(),
            _ => String::new(),
        });
        format!("{}[{}]", self.table, key.unwrap_or_default())
    }

    fn condition(&self, from: usize) -> (String, Vec<Cell>) {
        let keys: Vec<_> = self.columns.iter().zip(&self.row).filter(|(column, _)| column.key).collect();
        let parts: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(index, (column, _))| format!("{} = ?{}", column.name, from + index))
            .collect();
        (parts.join(" AND "), keys.iter().map(|(_, cell)| (*cell).clone()).collect())
    }

    fn set(&self, connection: &Connection, column: usize, value: Cell) {
        let (condition, mut keys) = self.condition(2);
        let sql = format!("UPDATE OR REPLACE {} SET {} = ?1 WHERE {condition}", self.table, self.columns[column].name);
        keys.insert(0, value);
        assert_eq!(connection.execute(&sql, params_from_iter(keys)).unwrap(), 1, "{}", self.label());
    }

    fn delete(&self, connection: &Connection) {
        let (condition, keys) = self.condition(1);
        let sql = format!("DELETE FROM {} WHERE {condition}", self.table);
        assert_eq!(connection.execute(&sql, params_from_iter(keys)).unwrap(), 1, "{}", self.label());
    }

    fn insert(&self, connection: &Connection, row: &[Cell]) {
        let marks: Vec<_> = (1..=row.len()).map(|index| format!("?{index}")).collect();
        let sql = format!("INSERT OR REPLACE INTO {} VALUES ({})", self.table, marks.join(", "));
        connection.execute(&sql, params_from_iter(row.iter().cloned())).unwrap();
    }

    fn attack(&self, what: &str, change: impl Fn(&Self, &Connection) + Send + Sync + 'static) -> Attack {
        let target = self.clone();
        let name = format!("{what} {}", self.label());
        Attack { name, change: Box::new(move |path| change(&target, &raw(path))) }
    }

    /// Other values that this cell can take, with the name of the change; `turn` chooses among kinds of change.
    fn changes(&self, column: usize, turn: usize, all: &[Self]) -> Vec<(String, Cell)> {
        let mut changes = Vec::new();
        let mut change = |name: &str, value: Cell| changes.push((name.to_owned(), value));
        match &self.row[column] {
            Cell::Blob(bytes) if bytes.is_empty() => change("lengthen", Cell::Blob(vec![0])),
            Cell::Blob(bytes) => {
                let mut flipped = bytes.clone();
                let at = [0, bytes.len() - 1, bytes.len() / 2, bytes.len() / 3][turn % 4];
                flipped[at] ^= 1 << (turn % 8);
                change(&format!("flip byte {at} of"), Cell::Blob(flipped));
                change("truncate", Cell::Blob(bytes[..bytes.len() - 1].to_vec()));
                match turn % 3 {
                    0 => change("lengthen", Cell::Blob([&bytes[..], &[0]].concat())),
                    1 => change("zero", Cell::Blob(vec![0; bytes.len()])),
                    _ => change("empty", Cell::Blob(Vec::new())),
                }
            }
            Cell::Integer(number) => {
                let others = match turn % 2 {
                    0 => [number + 1, 0, i64::MAX],
                    _ => [number - 1, -1, 1 << 40],
                };
                for other in others.into_iter().filter(|other| other != number) {
                    change(&format!("set {other} in"), Cell::Integer(other));
                }
            }
            _ => {
                let value = all.iter().map(|other| other.row[column].clone()).find(|cell| *cell != Cell::Null);
                value.into_iter().for_each(|value| change("fill", value));
            }
        }
        changes
    }
}

/// Every cell: flipped, truncated, lengthened, emptied, exchanged with another row's; every row: deleted, doubled.
fn attacks_on_cells_and_rows(scene: &Scene) -> Vec<Attack> {
    let connection = scene.connection();
    let mut attacks = Vec::new();
    for table in tables(&connection) {
        let all = Target::all(&connection, &table);
        for (turn, target) in Target::some(&all).into_iter().enumerate() {
            for (index, column) in target.columns.iter().enumerate() {
                for (name, value) in target.changes(index, turn, &all) {
                    let what = format!("{name} .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, value.clone())));
                }
                let nullable = match table.as_str() {
                    "revision" => column.name == "earlier" || column.name == "previous",
                    "tip" => column.name.starts_with("base"),
                    "slot" | "keyring" => column.name == "session",
                    _ => false,
                };
                if nullable && target.row[index] != Cell::Null {
                    let what = format!("null .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, Cell::Null)));
                }
                // Exchanging between rows that differ in nothing else changes nothing.
                let differs = |other: &&Target| {
                    let beside = (0..target.row.len()).any(|at| at != index && other.row[at] != target.row[at]);
                    other.row[index] != target.row[index] && (beside || target.row.len() == 1)
                };
                if let Some(other) = all.iter().find(differs) {
                    let (mut mine, mut theirs) = (target.row.clone(), other.row.clone());
                    std::mem::swap(&mut mine[index], &mut theirs[index]);
                    let (copied, other) = (other.row[index].clone(), other.clone());
                    attacks.push(target.attack(&format!("swap .{}", column.name), move |target, db| {
                        target.delete(db);
                        other.delete(db);
                        target.insert(db, &mine);
                        target.insert(db, &theirs);
                    }));
                    let what = format!("copy another row's .{}", column.name);
                    attacks.push(target.attack(&what, move |target, db| target.set(db, index, copied.clone())));
                }
            }
            attacks.push(target.attack("delete", |target, db| target.delete(db)));
        }
        for target in all.iter().step_by(all.len() / 20 + 1) {
            attacks.push(target.attack("delete whole", |target, db| target.delete(db)));
        }
        attacks.extend(all.first().into_iter().chain(all.last()).flat_map(doubled));
        // Of a table without rows nothing can be deleted.
        let delete = (!all.is_empty()).then(|| format!("DELETE FROM {table}"));
        for sql in delete.into_iter().chain([format!("DROP TABLE {table}")]) {
            let change = sql.clone();
            attacks.push(Attack { name: sql, change: Box::new(move |path| raw(path).execute_batch(&change).unwrap()) });
        }
    }
    attacks
}

/// A row once more, under keys that nobody looks at.
fn doubled(target: &Target) -> Vec<Attack> {
    let key = target.columns.iter().position(|column| column.key).unwrap();
    let strange: Vec<Cell> = match &target.row[key] {
        Cell::Blob(bytes) => {
            let (mut near, mut far) = (bytes.clone(), bytes.clone());
            near[15] ^= 1;
            far[0] ^= 0x80;
            let strange =
                [near, far, Vec::new(), vec![0xFF; 17], vec![0; 15], [&bytes[..], &[0]].concat(), vec![0xFF; 16]];
            strange.into_iter().map(Cell::Blob).collect()
        }
        Cell::Integer(number) => {
            [-1, i64::MIN, i64::MAX, number + 1, number + 1000].into_iter().map(Cell::Integer).collect()
        }
        _ => Vec::new(),
    };
    let attack = |value: Cell| {
        let what = format!("double at {value:?}");
        target.attack(&what, move |target, db| {
            let mut row = target.row.clone();
            row[key] = value.clone();
            target.insert(db, &row);
        })
    };
    strange.into_iter().map(attack).collect()
}

/// A statement of SQL, or several.
fn sql(name: &str, change: impl Into<String>) -> Attack {
    let change = change.into();
    let run = move |path: &Path| raw(path).execute_batch(&change).unwrap();
    Attack { name: name.to_owned(), change: Box::new(run) }
}

/// Parts of the file are put back to what they were: every set of tables, and every single row.
fn attacks_by_replay(scene: &Scene) -> Vec<Attack> {
    let connection = scene.connection();
    let earlier = raw(&scene.earlier);
    let attach = format!("ATTACH '{}' AS earlier; BEGIN;", scene.earlier.display());
    let changed = |table: &String| rows(&connection, table) != rows(&earlier, table);
    let changed: Vec<_> = tables(&connection).into_iter().filter(changed).collect();
    assert!(changed.len() >= 8, "{changed:?}");
    let mut attacks = Vec::new();
    for tables in ["slot", "keyring", "circle", "roster"] {
        assert!(changed.iter().any(|table| table == tables), "{tables} has changed since");
    }
    for chosen in 1_u32..1 << changed.len() {
        // Few of them, or all but few: what lies between is more of the same.
        if (MOST_TABLES + 1..changed.len() as u32 - MOST_TABLES).contains(&chosen.count_ones()) {
            continue;
        }
        let chosen: Vec<_> = changed.iter().enumerate().filter(|(index, _)| chosen & 1 << index != 0).collect();
        let mut change = attach.clone();
        for (_, table) in &chosen {
            change += &format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM earlier.{table};");
        }
        let names: Vec<_> = chosen.iter().map(|(_, table)| table.as_str()).collect();
        attacks.push(sql(&format!("replay tables {}", names.join("+")), change + "COMMIT;"));
    }
    for table in &changed {
        let old = rows(&earlier, table);
        let all = Target::all(&connection, table);
        let replayed: Vec<_> = all
            .iter()
            .filter_map(|target| {
                let keys: Vec<_> = (0..target.row.len()).filter(|index| target.columns[*index].key).collect();
                let before = old.iter().find(|row| keys.iter().all(|key| row[*key] == target.row[*key]))?;
                (*before != target.row).then(|| (target.clone(), before.clone()))
            })
            .collect();
        for (target, before) in replayed.into_iter().take(12) {
            attacks.push(target.attack("replay row", move |target, db| target.insert(db, &before)));
        }
    }
    attacks
}

/// One record is put back to an earlier revision, as carefully as can be done without a key.
fn attacks_on_records(scene: &Scene) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let hex = |id: &RecordId| format!("X'{id}'");
    let attach = format!("ATTACH '{}' AS earlier; BEGIN;", scene.earlier.display());
    let amended = [scene.original.load.statements[0].0, scene.original.load.children[1]];
    for record in &amended {
        let id = hex(record);
        let head = format!("INSERT OR REPLACE INTO main.head SELECT * FROM earlier.head WHERE record = {id};");
        let cut =
            format!("DELETE FROM main.revision WHERE record = {id} AND id NOT IN (SELECT id FROM earlier.revision);");
        let newest =
            format!("(SELECT commit_number FROM main.revision WHERE record = {id} ORDER BY number DESC LIMIT 1)");
        let author = format!(
            "DELETE FROM main.authorship WHERE id >> 16 = {newest}; DELETE FROM main.commitment WHERE number = {newest};"
        );
        let state = "DELETE FROM main.state; INSERT INTO main.state SELECT * FROM earlier.state;";
        let entry = format!("UPDATE main.head SET entry = (SELECT max(position) FROM main.entry) WHERE record = {id};");
        for (name, parts) in [
            ("head alone", vec![&head]),
            ("head and revision", vec![&head, &cut]),
            ("head, revision and author", vec![&head, &author, &cut]),
            ("head, revision, author and entry", vec![&head, &author, &cut, &entry]),
            ("revision alone", vec![&cut]),
        ] {
            let change: String = parts.into_iter().map(String::as_str).collect();
            attacks.push(sql(&format!("put back {name} of {record}"), format!("{attach}{change}COMMIT;")));
            attacks.push(sql(
                &format!("put back {name} and state of {record}"),
                format!("{attach}{change}{state}COMMIT;"),
            ));
        }
    }
    for (record, newest) in &scene.original.load.statements {
        let id = hex(record);
        for number in 1..*newest {
            let older = format!("(SELECT id FROM revision WHERE record = {id} AND number = {number})");
            let digest = format!("(SELECT previous FROM revision WHERE record = {id} AND number = {number} + 1)");
            let back = format!("UPDATE head SET revision = {older}, digest = {digest} WHERE record = {id};");
            let cut = format!("DELETE FROM revision WHERE record = {id} AND number > {number};");
            let point = format!("UPDATE head SET revision = {older} WHERE record = {id}");
            let skip = format!(
                "UPDATE revision SET earlier = {older} WHERE record = {id} AND number = {newest}; \
                 UPDATE revision SET previous = (SELECT previous FROM revision WHERE record = {id} AND number = {number}) \
                 WHERE record = {id} AND number = {newest}"
            );
            attacks.push(sql(&format!("head of {record} to revision {number}"), &*back));
            attacks.push(sql(&format!("head of {record} to revision {number}, newer ones cut"), back + &cut));
            attacks.push(sql(&format!("row of {record} to revision {number}"), point));
            attacks.push(sql(&format!("revision {number} of {record} skipped"), skip));
            attacks.push(sql(
                &format!("revision {number} of {record} deleted"),
                format!("DELETE FROM revision WHERE record = {id} AND number = {number}"),
            ));
        }
    }
    let load = &scene.original.load;
    let (one, two) = (hex(&load.children[0]), hex(&load.children[1]));
    let (first, second) = (hex(&load.cases[0]), hex(&load.cases[1]));
    for (name, change) in [
        ("child under another case", format!("UPDATE head SET parent = {second} WHERE record = {one}")),
        ("child in another scope", format!("UPDATE head SET scope = {second} WHERE record = {one}")),
        (
            "child in another case and scope",
            format!("UPDATE head SET scope = {second}, parent = {second} WHERE record = {one}"),
        ),
        ("child as witness of its own", format!("UPDATE head SET parent = {one} WHERE record = {one}")),
        (
            "two children exchanged",
            format!(
                "UPDATE head SET record = X'00' WHERE record = {one}; UPDATE head SET record = {one} WHERE record = \
                 {two}; UPDATE head SET record = {two} WHERE record = X'00'; UPDATE revision SET record = CASE record \
                 WHEN {one} THEN {two} ELSE {one} END WHERE record IN ({one}, {two})"
            ),
        ),
        (
            "keys of two cases exchanged",
            format!(
                "UPDATE keyring SET scope = X'00' WHERE scope = {first}; UPDATE keyring SET scope = {first} WHERE \
                 scope = {second}; UPDATE keyring SET scope = {second} WHERE scope = X'00'"
            ),
        ),
        (
            "a whole case deleted",
            format!(
                "DELETE FROM revision WHERE record IN (SELECT record FROM head WHERE scope = {first}); DELETE FROM head \
                 WHERE scope = {first}; DELETE FROM keyring WHERE scope = {first}"
            ),
        ),
        ("keys of a case deleted", format!("DELETE FROM keyring WHERE scope = {first}")),
        ("last entry cut", "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)".to_owned()),
        ("first entry cut", "DELETE FROM entry WHERE position = 0".to_owned()),
        (
            "entries moved up",
            "DELETE FROM entry WHERE position = 3; UPDATE entry SET position = position - 1 WHERE position > 3"
                .to_owned(),
        ),
        ("last session cut", "DELETE FROM session WHERE number = (SELECT max(number) FROM session)".to_owned()),
    ] {
        attacks.push(sql(name, change));
    }
    attacks
}

/// The schema says something else than it was created with.
fn attacks_on_the_schema() -> Vec<Attack> {
    let mut attacks = vec![
        sql("schema: an index without cases", "CREATE INDEX other ON head (kind) WHERE kind <> 1"),
        sql("schema: another table", "CREATE TABLE other (x)"),
        sql("schema: another index", "CREATE INDEX other ON entry (session)"),
        sql("schema: a view", "CREATE VIEW other AS SELECT * FROM head"),
        sql(
            "schema: writes dropped by a trigger",
            "CREATE TRIGGER other BEFORE INSERT ON revision BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: entries deleted by a trigger",
            "CREATE TRIGGER other AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE position = new.position; END",
        ),
        sql(
            "schema: entries not written by a trigger",
            "CREATE TRIGGER other BEFORE INSERT ON entry BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: heads not touched by a trigger",
            "CREATE TRIGGER other BEFORE UPDATE ON head BEGIN SELECT RAISE(IGNORE); END",
        ),
        sql(
            "schema: table in the place of a view",
            "ALTER TABLE head RENAME TO hidden; CREATE VIEW head AS SELECT * FROM hidden",
        ),
        sql("schema: a column more", "ALTER TABLE slot ADD COLUMN other INTEGER"),
        sql("application id", "PRAGMA application_id = 1"),
        sql("application id zero", "PRAGMA application_id = 0"),
    ];
    for version in [0, 2, 99, -1, i32::MAX, i32::MIN] {
        attacks.push(sql(&format!("user version {version}"), format!("PRAGMA user_version = {version}")));
    }
    attacks
}

/// Rows of another vault of the same founder on the same device.
fn attacks_from_another_vault(scene: &Scene) -> Vec<Attack> {
    let other = scene.other.path();
    let attach = format!("ATTACH '{}' AS other; BEGIN;", other.display());
    let connection = scene.connection();
    let mut attacks = Vec::new();
    for table in tables(&connection) {
        let (mine, theirs) = (rows(&connection, &table), rows(&raw(&other), &table));
        if mine.is_empty() && theirs.is_empty() {
            // Nothing to take, and nothing to put it over.
            continue;
        }
        let change =
            format!("{attach} DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
        attacks.push(sql(&format!("table {table} of another vault"), change));
        if table != "vault" && table != "tip" {
            let change = format!("{attach} INSERT OR REPLACE INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
            attacks.push(sql(&format!("rows of {table} of another vault put over"), change));
            // Where all keys are taken already, nothing would be added.
            let numbered = mine.first().is_some_and(|row| matches!(row[0], Cell::Integer(_)));
            if numbered && theirs.len() <= mine.len() {
                continue;
            }
            let change = format!("{attach} INSERT OR IGNORE INTO main.{table} SELECT * FROM other.{table}; COMMIT;");
            attacks.push(sql(&format!("rows of {table} of another vault added"), change));
        }
    }
    // A whole record: head, revisions, keys, commits and authors, renumbered to fit.
    let record = "(SELECT record FROM other.head WHERE kind = 2 LIMIT 1)";
    let paste = format!(
        "{attach} INSERT INTO main.head SELECT record, scope, parent, kind, revision + 1000, digest, entry FROM other.head \
         WHERE record = {record}; INSERT INTO main.revision SELECT id + 1000, record, number, earlier + 1000, previous, \
         commit_number + 1000, place, groups FROM other.revision WHERE record = {record}; INSERT INTO main.keyring SELECT \
         k.* FROM other.keyring k JOIN other.head h USING (scope) WHERE h.record = {record}; INSERT INTO main.commitment \
         SELECT number + 1000, session, statement, signature FROM other.commitment; INSERT INTO main.authorship SELECT id \
         + (1000 << 16), digests FROM other.authorship; COMMIT;"
    );
    attacks.push(sql("a record of another vault pasted in", paste));
    attacks
}

#[test]
fn cells_and_rows() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_cells_and_rows(&scene));
}

/// The newest statement is the device's then, and rests on one of a member.
#[test]
fn cells_and_rows_after_failed_sign_ins() {
    let scene = Scene::after_failed_sign_ins(2);
    let mut attacks = attacks_on_cells_and_rows(&scene);
    attacks.retain(|attack| [" tip[", " session[", " entry["].iter().any(|row| attack.name.contains(row)));
    let base = "base_session = session, base_statement = statement, base_signature = signature";
    let none = "base_session = NULL, base_statement = NULL, base_signature = NULL";
    let of_member = "session = base_session, statement = base_statement, signature = base_signature";
    for change in [base.to_owned(), none.to_owned(), of_member.to_owned(), format!("{of_member}, {none}")] {
        attacks.push(sql(&change, format!("UPDATE tip SET {change}")));
    }
    scene.strike_all(&attacks);
}

#[test]
fn replays() {
    let scene = Scene::new();
    scene.strike_all(&attacks_by_replay(&scene));
}

#[test]
fn whole_records() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_records(&scene));
}

#[test]
fn schema() {
    let scene = Scene::new();
    scene.strike_all(&attacks_on_the_schema());
}

#[test]
fn rows_of_another_vault() {
    let scene = Scene::new();
    scene.strike_all(&attacks_from_another_vault(&scene));
}

/// An honest vault of the same founder opens; nothing of the one that was expected is found in it.
#[test]
fn another_vault_in_its_place() {
    let scene = Scene::new();
    let session = scene.other.session();
    for id in &scene.original.load.records {
        assert_eq!(session.read_fields(*id, None, &access()).unwrap_err(), Error::NoSuchRecord);
        assert_eq!(session.records_of(*id, &access()).unwrap_err(), Error::NoSuchRecord);
    }
    let (expected, found) = (scene.world.open().unwrap().info().unwrap(), session.vault().info().unwrap());
    assert_ne!(expected.vault, found.vault, "the host can tell them apart");
}

/// Bits of the bare file, wherever they lie. Those in free space change nothing and need not be noticed.
#[test]
fn bits_of_the_file_never_make_a_wrong_value() {
    let scene = Scene::new();
    let length = std::fs::metadata(&scene.vault).unwrap().len() as usize;
    let copy = scene.world.folder.path().join("copy");
    let mut unnoticed = 0;
    for round in 0..150_usize {
        let at = round.wrapping_mul(2_654_435_761) % length;
        let flip = move |path: &Path| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[at] ^= 1 << (round % 8);
            std::fs::write(path, bytes).unwrap();
        };
        let seen = scene.strike(&Attack { name: String::new(), change: Box::new(flip) }, &copy);
        assert!(seen.wrong.is_empty(), "byte {at}: {:?}", seen.wrong);
        unnoticed += usize::from(seen.errors.is_empty());
    }
    assert!(unnoticed < 130, "not all of the file is free space: {unnoticed}");
}

/// The file is changed behind the back of a session that has read everything already.
#[test]
fn changes_behind_an_open_session() {
    let scene = Scene::new();
    let mut attacks = attacks_on_records(&scene);
    attacks.retain(|attack| !attack.name.contains("state"));
    let copy = scene.world.folder.path().join("copy");
    let (mut unnoticed, mut wrong) = (Vec::new(), Vec::new());
    for attack in attacks {
        let _ = std::fs::remove_file(&copy);
        std::fs::copy(&scene.vault, &copy).unwrap();
        let vault = Vault::open(&copy, Host::with_shared(scene.world.keys.snapshot())).unwrap();
        let session = vault.sign_in(&scene.world.founder).unwrap();
        let mut seen = Seen::default();
        seen.look_around(&session, &scene.original);
        assert!(seen.errors.is_empty() && seen.wrong.is_empty());
        (attack.change)(&copy);
        seen.look_around(&session, &scene.original);
        if seen.errors.is_empty() {
            unnoticed.push(attack.name.clone());
        }
        if !seen.wrong.is_empty() {
            wrong.push(format!("{}: {}", attack.name, seen.wrong.join(", ")));
        }
    }
    wrong.retain(|name| !KNOWN_WRONG.iter().any(|(known, _)| matches(known, name)));
    let list = |found: Vec<String>| found.join("\n  ");
    assert!(
        unnoticed.is_empty() && wrong.is_empty(),
        "NOT NOTICED:\n  {}\nWRONG VALUE:\n  {}",
        list(unnoticed),
        list(wrong)
    );
}

#[test]
fn an_honest_copy_is_read_as_it_is() {
    let scene = Scene::new();
    let copy = scene.world.folder.path().join("copy");
    let seen = scene.strike(&Attack { name: "none".to_owned(), change: Box::new(|_| ()) }, &copy);
    assert!(seen.errors.is_empty() && seen.wrong.is_empty(), "{:?} {:?}", seen.errors, seen.wrong);
}
