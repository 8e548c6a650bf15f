//! Bad input: each is refused with the code that stands in the documentation, and the vault stays as it was.

mod codes;

use std::path::Path;

use saferoom::access::Access;
use saferoom::error::Diagnosis;
use saferoom::id::RecordId;
use saferoom::keys::{
    Identity, MemoryKeyStore, Passphrase, PassphraseCost, Unlock, create_identity_file, open_identity_file,
};
use saferoom::model::records::{Case, Child, Sex, Statement};
use saferoom::model::{
    DynamicRecord, FieldBuffer, FieldNumber, ModelError, Narrative, PartialDate, Record, Text, Timestamp, Value,
    ValueError, ValueType,
};
use saferoom::vault::{Error, Host, Session, Vault};
use saferoom_tests::{ORIGIN, World, access, child, corrected, dump, fold, raw, statement, unit};

/// Does something that has to be refused with this code, and looks whether the vault is as before.
struct Scene {
    world: World,
    session: Session,
    case: RecordId,
    child: RecordId,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let session = world.session();
        let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
        let child = session.create(Some(case), &child("Sokha"), &access()).unwrap().record;
        Self { world, session, case, child }
    }

    /// Refused before anything is written, the log included.
    fn refused<T>(&self, name: &str, code: u16, act: impl FnOnce(&Session) -> Result<T, Error>) {
        let before = dump(&self.world.path());
        let error = act(&self.session).err().unwrap_or_else(|| panic!("{name}: not refused"));
        assert_eq!(error.code(), code, "{name}: {error}");
        assert_eq!(dump(&self.world.path()), before, "{name}: the vault has changed");
    }

    /// Refused, with an entry in the log and nothing else.
    fn denied<T>(&self, name: &str, code: u16, act: impl FnOnce(&Session) -> Result<T, Error>) {
        let before = (self.session.vault().info().unwrap(), self.session.log_size().unwrap());
        let error = act(&self.session).err().unwrap_or_else(|| panic!("{name}: not refused"));
        assert_eq!(error.code(), code, "{name}: {error}");
        assert_eq!(self.session.vault().info().unwrap().records, before.0.records, "{name}");
        assert_eq!(self.session.log_size().unwrap(), before.1 + 1, "{name}: the attempt is logged");
    }

    fn intact(&self) {
        self.session.check(|_, _| ()).unwrap();
        assert!(self.session.read::<Child>(self.child, &access()).unwrap().record == child("Sokha"));
        self.world.session().check(|_, _| ()).unwrap();
    }
}

fn text_code(name: &str, record: &'static str, field: &str, text: &str) -> u16 {
    let spec = saferoom::model::catalogue().by_name(record).unwrap();
    let error = DynamicRecord::new(spec).set_text(field, text).err();
    error.unwrap_or_else(|| panic!("{name}: not refused")).code()
}

#[test]
fn values() {
    let long = "a".repeat(Text::MAX_LENGTH + 1);
    let ten_megabytes = "ក".repeat(10_000_000 / 3);
    for (name, record, field, text, code) in [
        ("over-long text", "child", "nickname", &*long, 321),
        ("10 MB narrative", "statement", "body", &*ten_megabytes, 321),
        ("10 MB in a short text", "child", "nickname", &*ten_megabytes, 321),
        ("NUL", "child", "nickname", "So\0kha", 322),
        ("NUL in a narrative", "statement", "body", "So\0kha", 322),
        ("escape", "child", "nickname", "So\u{1b}[31mkha", 322),
        ("carriage return", "statement", "body", "a\rb", 322),
        ("right-to-left override", "child", "nickname", "So\u{202E}kha", 322),
        ("isolate", "statement", "body", "So\u{2066}kha", 322),
        ("empty", "child", "nickname", "", 320),
        ("spaces", "child", "nickname", " \u{3000}\n", 320),
        ("year 1899", "child", "date_of_birth", "1899-12-31", 325),
        ("year 2101", "child", "date_of_birth", "2101", 325),
        ("February 30", "child", "date_of_birth", "2015-02-30", 325),
        ("no leap year", "child", "date_of_birth", "2015-02-29", 325),
        ("month 13", "child", "date_of_birth", "2015-13", 325),
        ("day 0", "child", "date_of_birth", "2015-01-00", 325),
        ("Buddhist era", "child", "date_of_birth", "2558-05-17", 325),
        ("European order", "child", "date_of_birth", "17/05/2015", 325),
        ("time without zone", "interview", "started_at", "2026-11-24T18:16:00", 324),
        ("time beyond 2199", "interview", "started_at", "2200-01-01T00:00:00Z", 326),
        ("time before 1970", "interview", "started_at", "1969-12-31T23:59:59Z", 326),
        ("second 60", "interview", "started_at", "2026-11-24T18:16:60Z", 324),
        ("odd place", "child", "home_commune", "123", 328),
        ("place in letters", "child", "home_commune", "Kandal", 328),
        ("Khmer digits", "child", "home_commune", "១២", 328),
        ("code with a space", "child", "sex", "fe male", 327),
        ("over-long code", "child", "sex", &"a".repeat(65), 327),
        ("neither yes nor no", "child", "interpreter_needed", "perhaps", 324),
        ("no number", "interview", "sequence_number", "two", 324),
        ("negative", "interview", "sequence_number", "-1", 324),
        ("number beyond 64 bits", "interview", "sequence_number", "18446744073709551616", 326),
        ("no id", "case", "lead_officer", "somebody", 324),
        ("no such field", "child", "shoe_size", "38", 302),
    ] {
        assert_eq!(text_code(name, record, field, text), code, "{name}");
    }
    assert_eq!(Narrative::new(&ten_megabytes), Err(ValueError::TooLong { limit: Narrative::MAX_LENGTH }));
    assert_eq!(PartialDate::day(2015, 2, 30), Err(ValueError::Date));
    assert_eq!(Timestamp::from_milliseconds(-1), Err(ValueError::Range));
    assert_eq!(Timestamp::from_milliseconds(i64::MAX), Err(ValueError::Range));
    for bytes in [&b"\x62\xc3\x28"[..], b"\x63\xed\xa0\x80", b"\x61\xff", b"\x64\xf8\x88\x80\x80"] {
        let decoded = Value::decode(ValueType::Text, false, bytes).err();
        assert_eq!(decoded, Some(ValueError::Utf8), "broken UTF-8 and unpaired surrogates: {bytes:02x?}");
    }
}

#[test]
fn no_error_tells_a_value() {
    let secret = "Sokhasecret";
    for (record, field, text) in [
        ("child", "nickname", format!("{secret}\0")),
        ("child", "date_of_birth", secret.to_owned()),
        ("child", "sex", format!("{secret} x")),
        ("child", "home_commune", secret.to_owned()),
        ("child", "interpreter_needed", secret.to_owned()),
        ("interview", "started_at", secret.to_owned()),
        ("interview", "sequence_number", secret.to_owned()),
        ("case", "lead_officer", secret.to_owned()),
        ("child", secret, secret.to_owned()),
    ] {
        let spec = saferoom::model::catalogue().by_name(record).unwrap();
        let error = DynamicRecord::new(spec).set_text(field, &text).unwrap_err();
        let told = format!("{error} {error:?} {}", error.advice());
        assert!(!told.contains(secret), "{record}.{field}: {told}");
    }
    let scene = Scene::new();
    let unknown = Child { sex: Some(Sex::new(secret).unwrap()), ..child(secret) };
    let error = scene.session.create(Some(scene.case), &unknown, &access()).unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.advice()).contains(secret));
    let error = scene.session.read::<Child>(scene.child, &Access::for_purpose(secret)).unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.advice()).contains(secret));
}

#[test]
fn records() {
    let scene = Scene::new();
    let (case, kid) = (scene.case, scene.child);
    scene.refused("missing required fields", 301, |s| s.create(Some(case), &Child::default(), &access()));
    let unknown = Child { sex: Some(Sex::new("no-such-code").unwrap()), ..child("Dara") };
    scene.refused("unknown code", 301, |s| s.create(Some(case), &unknown, &access()));
    scene.refused("unknown code in an amendment", 301, |s| s.amend(kid, &unknown, &access()));
    let broken = scene.session.create(Some(case), &Child { sex: unknown.sex, ..Child::default() }, &access());
    let Err(Error::Model(ModelError::Invalid(violations))) = broken else { panic!("not refused") };
    let rules: Vec<_> = violations.iter().map(|violation| (violation.field, violation.rule)).collect();
    assert_eq!(rules, [("sex", "known-code"), ("role", "required")]);

    scene.refused("no parent", 703, |s| s.create(None, &child("Dara"), &access()));
    scene.refused("a child below the unit", 703, |s| s.create(Some(s.unit()), &child("Dara"), &access()));
    scene.refused("a child below a child", 703, |s| s.create(Some(kid), &child("Dara"), &access()));
    scene.refused("a case below a case", 703, |s| s.create(Some(case), &Case::default(), &access()));
    scene.refused("a unit below the unit", 703, |s| s.create(Some(s.unit()), &unit("Other"), &access()));
    scene.refused("a statement below a child", 703, |s| s.create(Some(kid), &statement("a"), &access()));
    scene.denied("a parent that is not there", 701, |s| s.create(Some(RecordId::random()), &child("Dara"), &access()));
    scene.denied("amending what is not there", 701, |s| s.amend(RecordId::random(), &child("Dara"), &access()));
    scene.denied("reading what is not there", 701, |s| s.read::<Child>(RecordId::random(), &access()));
    scene.denied("a revision that is not there", 701, |s| s.read_revision::<Child>(kid, 2, &access()));
    scene.denied("revision 0", 701, |s| s.read_revision::<Child>(kid, 0, &access()));
    scene.refused("reading as another kind", 702, |s| s.read::<Case>(kid, &access()));
    scene.refused("amending as another kind", 702, |s| s.amend(kid, &corrected("a"), &access()));
    let interview = scene.session.create(Some(kid), &saferoom_tests::interview(), &access()).unwrap().record;
    let said = scene.session.create(Some(interview), &statement("a"), &access()).unwrap().record;
    scene.refused("a correction without a reason", 301, |s| s.amend(said, &statement("b"), &access()));
    scene.refused("an empty correction", 301, |s| s.amend(said, &Statement::default(), &access()));
    scene.refused("one of several of another kind", 702, |s| s.read_many::<Child>(&[kid, case], &access()));
    scene.denied("no purpose", 601, |s| s.read::<Child>(kid, &Access::for_purpose("")));
    scene.denied("unknown purpose", 602, |s| s.read::<Child>(kid, &Access::for_purpose("curiosity")));
    scene.denied("no reason", 603, |s| s.read::<Child>(kid, &Access::for_purpose("BTG")));
    scene.denied("over-long reason", 604, |s| s.read::<Child>(kid, &access().because("a".repeat(10_000))));
    scene.denied("writing without purpose", 601, |s| s.create(Some(case), &child("Dara"), &Access::for_purpose(" ")));
    scene.refused("an id", 901, |_| "0".repeat(31).parse::<RecordId>().map_err(Error::from));
    scene.intact();
}

#[test]
fn fields() {
    let mut fields = FieldBuffer::new();
    fields.push(FieldNumber::new(3), b"\x61a").unwrap();
    for number in [3, 2] {
        let twice = fields.push(FieldNumber::new(number), b"\x61b");
        assert_eq!(twice.map_err(|error| error.code()), Err(304), "field numbers ascend");
    }
    let spec = Child::spec();
    let mut unknown = FieldBuffer::new();
    child("Dara").encode(&mut unknown).unwrap();
    unknown.push(FieldNumber::new(1 << 32), b"\x61a").unwrap();
    let Err(ModelError::Invalid(violations)) = saferoom::model::validate(spec, &unknown) else { panic!("accepted") };
    assert_eq!(violations.iter().map(|violation| violation.rule).collect::<Vec<_>>(), ["known-field"]);
    let mut record = DynamicRecord::new(spec);
    for value in [Value::Bool(true), Value::List(vec![Value::Text(saferoom_tests::text("a"))]), Value::Unsigned(1)] {
        assert_eq!(record.set("nickname", value).map_err(|error| error.code()), Err(324), "wrong type");
    }
    let mixed = Value::List(vec![Value::Text(saferoom_tests::text("a")), Value::Bool(true)]);
    assert_eq!(record.set("phones", mixed).map_err(|error| error.code()), Err(324), "a list of mixed types");
    let nested = Value::List(vec![Value::List(vec![Value::Text(saferoom_tests::text("a"))])]);
    assert_eq!(record.set("phones", nested).map_err(|error| error.code()), Err(324), "a list in a list");
    let scene = Scene::new();
    scene.refused("a dynamic record with nothing in it", 301, |s| {
        s.write_batch(&access(), |batch| batch.create_dynamic(Some(scene.case), &DynamicRecord::new(spec)))
    });
    let mut coded = DynamicRecord::new(spec);
    coded.set_text("sex", "no-such-code").unwrap();
    coded.set_text("role", "victim").unwrap();
    scene.refused("a dynamic record with an unknown code", 301, |s| {
        s.write_batch(&access(), |batch| batch.create_dynamic(Some(scene.case), &coded))
    });
    scene.intact();
}

/// As much as fits is written, read back, and checked.
#[test]
fn the_longest_narrative_comes_back() {
    let scene = Scene::new();
    let interview = scene.session.create(Some(scene.child), &saferoom_tests::interview(), &access()).unwrap().record;
    let longest = statement(&"a".repeat(Narrative::MAX_LENGTH));
    let id = scene.session.create(Some(interview), &longest, &access()).unwrap().record;
    assert!(scene.session.read::<Statement>(id, &access()).unwrap().record == longest);
    scene.intact();
}

fn open_code(path: &Path) -> u16 {
    let opened = Vault::open(path, Host::new(MemoryKeyStore::default()));
    opened.err().map_or(0, |error| error.code())
}

#[test]
fn files() {
    let scene = Scene::new();
    let world = &scene.world;
    let folder = world.folder.path().join("files");
    std::fs::create_dir(&folder).unwrap();
    drop(scene.session);
    fold(&world.path());
    let vault = std::fs::read(world.path()).unwrap();
    // Zeros at the end of the last page tell nothing: SQLite reads them where they are missing.
    let used = vault.iter().rposition(|byte| *byte != 0).unwrap();
    let database = |name: &str, sql: &str| {
        let path = folder.join(name);
        raw(&path).execute_batch(sql).unwrap();
        path
    };
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let newer = written("newer", &vault);
    raw(&newer).execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99").unwrap();
    let foreign = written("foreign program", &vault);
    raw(&foreign).execute_batch("PRAGMA journal_mode = DELETE; PRAGMA application_id = 1").unwrap();
    for (path, expected) in [
        (folder.join("none"), &[501][..]),
        (folder.clone(), &[501]),
        (written("empty", b""), &[504]),
        (written("text", &b"Not a database, and longer than any header of one. ".repeat(100)), &[503]),
        (written("header", &vault[..100]), &[503, 504, 510]),
        (written("first page cut", &vault[..2000]), &[503, 504, 510]),
        (written("half", &vault[..vault.len() / 2]), &[510]),
        (written("last page missing", &vault[..vault.len() - 8192]), &[510, 752]),
        (written("last used byte missing", &vault[..used]), &[510, 523, 752]),
        (written("zeros", &[0; 8192]), &[503]),
        (database("other", "CREATE TABLE other (x)"), &[504]),
        (newer, &[505]),
        (foreign, &[504]),
    ] {
        let before = std::fs::read(&path).ok();
        let count = std::fs::read_dir(&folder).unwrap().count();
        let mut code = open_code(&path);
        if code == 0 {
            // What the first page does not tell, the check does.
            let opened = Vault::open(&path, Host::with_shared(world.keys.snapshot()));
            let checked = opened.and_then(|vault| vault.sign_in(&world.founder)).and_then(|s| s.check(|_, _| ()));
            code = checked.err().map_or(0, |error| error.code());
            println!("{} is noticed by the check only: {code}", path.display());
        } else {
            assert_eq!(std::fs::read(&path).ok(), before, "{} has changed", path.display());
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), count, "{}: files beside it", path.display());
        }
        assert!(expected.contains(&code), "{}: {code}", path.display());
    }
    let host = Host::with_shared(world.keys.clone());
    let again = Vault::create(&world.path(), host.clone(), &world.founder, ORIGIN, &unit("Other"));
    assert_eq!(again.unwrap_err().code(), 502);
    for origin in ["", "no-dot", "police example.org/1", "police.example.org/+1", &"a.".repeat(101)] {
        let made = Vault::create(&folder.join("new"), host.clone(), &world.founder, origin, &unit("Other"));
        assert_eq!(made.map_err(|error| error.code()).err(), Some(707), "{origin:?}");
    }
    let made = Vault::create(&folder.join("new"), host.clone(), &world.founder, ORIGIN, &child("Sokha"));
    assert_eq!(made.unwrap_err().code(), 702, "founded by a child");
    let made = Vault::create(
        &folder.join("new"),
        host.clone(),
        &world.founder,
        ORIGIN,
        &saferoom::model::records::Unit::default(),
    );
    assert_eq!(made.unwrap_err().code(), 301, "a unit without name");
    assert!(!folder.join("new").exists(), "no half-made file stays");
    let made = Vault::create(&folder.join("no/such/folder"), host, &world.founder, ORIGIN, &unit("Other"));
    assert_eq!(made.unwrap_err().code(), 501);
    let session = world.session();
    session.check(|_, _| ()).unwrap();
    assert_eq!(world.open().unwrap().sign_in(&Identity::generate()).unwrap_err().code(), 610);
    let elsewhere = Vault::open(&world.path(), Host::new(MemoryKeyStore::default())).unwrap();
    assert_eq!(elsewhere.sign_in(&world.founder).unwrap_err().code(), 705);
    session.lock();
    assert_eq!(session.cases(&access()).unwrap_err().code(), 704);
    world.session().check(|_, _| ()).unwrap();
}

#[test]
fn identity_files() {
    let folder = saferoom_tests::folder();
    let words = |words: &str| Passphrase::new(words.as_bytes().to_vec()).unwrap();
    let (right, wrong, store) = (words("quiet river stone"), words("quiet river stones"), MemoryKeyStore::default());
    let path = folder.path().join("identity");
    let identity = Identity::generate();
    create_identity_file(&path, &identity, Unlock::Passphrase(&right), PassphraseCost::LEAST).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let code = |path: &Path, unlock: Unlock<'_>| open_identity_file(path, unlock).err().map_or(0, |error| error.code());
    let changed = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        code(&path, Unlock::Passphrase(&right))
    };
    assert_eq!(code(&path, Unlock::Passphrase(&right)), 0);
    assert_eq!(code(&path, Unlock::Passphrase(&wrong)), 201);
    assert_eq!(code(&path, Unlock::Host(&store)), 201);
    for length in [1, 7, 8, 9, 40, bytes.len() - 1] {
        assert_eq!(changed("cut", &|bytes| bytes.truncate(length)), 202, "cut to {length}");
    }
    assert_eq!(changed("longer", &|bytes| bytes.push(0)), 202);
    assert_eq!(changed("flipped", &|bytes| bytes[50] ^= 1), 202);
    assert_eq!(changed("empty", &Vec::clear), 203);
    assert_eq!(changed("other", &|bytes| bytes[0] ^= 1), 203);
    assert_eq!(changed("newer", &|bytes| bytes[8] = 2), 204);
    assert_eq!(changed("memory of 4 TiB", &|bytes| bytes[10..14].fill(0xFF)), 205);
    assert_eq!(changed("no passes", &|bytes| bytes[14..18].fill(0)), 205);
    assert_eq!(changed("2^24 lanes", &|bytes| bytes[18] = 1), 205);
    let both = folder.path().join("both");
    create_identity_file(&both, &identity, Unlock::Both(&right, &store), PassphraseCost::LEAST).unwrap();
    assert_eq!(code(&both, Unlock::Passphrase(&right)), 206);
    assert_eq!(code(&both, Unlock::Both(&right, &MemoryKeyStore::default())), 206);
    assert_eq!(code(&both, Unlock::Both(&right, &store)), 0);
    assert_eq!(Passphrase::new(b"short".to_vec()).unwrap_err().code(), 207);
    assert_eq!(PassphraseCost::new(u32::MAX, 1, 1).unwrap_err().code(), 205);
    assert_eq!(code(&folder.path().join("none"), Unlock::Passphrase(&right)), 240);
    let again = create_identity_file(&path, &identity, Unlock::Passphrase(&right), PassphraseCost::LEAST);
    assert_eq!(again.unwrap_err().code(), 240);
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "never replaced");
}
