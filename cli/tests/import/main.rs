//! Import: what gets in, what is refused, where the fault is said to be, and that nothing gets in by half.

mod command;
mod forms;

use std::fmt::Write as _;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use saferoom::access::Access;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::records::{Case, Child, Interview, Unit};
use saferoom::model::{Code, RecordKind, Text};
use saferoom::vault::{Error, Host, Session, Vault};
use saferoom_cli::import::{ImportError, Options, Plan, Report, Step, check, import};

const INVENTED: &str = include_str!("../data/invented.csv");
const CTDC: &str = include_str!("../../../examples/ctdc.map.toml");

/// A mapping with free text and a list, for what the table above lacks.
const WORDS: &str = include_str!("../data/words.map.toml");
const HEADER: &str = "number,sex,born,languages,summary";
const GOOD: &str = "7,F,31/12/2010,km/en,Said little";

struct Place {
    _folder: tempfile::TempDir,
    identity: Identity,
    session: Session,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate();
    let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
    let path = folder.path().join("import.saferoom");
    let vault =
        Vault::create(&path, Host::new(MemoryKeyStore::default()), &identity, "x.example.org/1", &unit).unwrap();
    Place { session: vault.sign_in(&identity).unwrap(), identity, _folder: folder }
}

impl Place {
    fn run(&self, map: &str, table: impl AsRef<[u8]>, options: &Options) -> Result<Report, ImportError> {
        let plan = Plan::parse(map).unwrap();
        import(&self.session, &Access::for_purpose("import"), &plan, Cursor::new(table), options, &mut |_| {})
    }

    fn words(&self, table: impl AsRef<[u8]>) -> Result<Report, ImportError> {
        self.run(WORDS, table, &Options::default())
    }

    /// Records and log entries.
    fn counts(&self) -> (u64, u64) {
        let info = self.session.vault().info().unwrap();
        (info.records, info.log_entries)
    }

    fn children(&self) -> Vec<Child> {
        let access = Access::for_purpose("audit");
        let mut ids = Vec::new();
        for case in self.session.cases(&access).unwrap() {
            let records = self.session.records_of(case, &access).unwrap();
            ids.extend(records.iter().filter(|info| info.kind == Some(RecordKind::CHILD)).map(|info| info.id));
        }
        self.session.read_many::<Child>(&ids, &access).unwrap().into_iter().map(|opened| opened.record).collect()
    }
}

fn is(value: &Option<impl AsCode>, code: &str) -> bool {
    value.as_ref().is_some_and(|value| value.as_code().as_str() == code)
}

trait AsCode {
    fn as_code(&self) -> &Code;
}

impl<L: saferoom::model::CodeListName> AsCode for saferoom::model::Coded<L> {
    fn as_code(&self) -> &Code {
        self.code()
    }
}

/// Line, column, field and rule of all that is wrong.
fn faults(report: &Report) -> String {
    let mut text = String::new();
    for rejection in &report.rejected {
        for problem in &rejection.problems {
            let (column, field) = (problem.column.as_deref(), problem.field.as_deref());
            let (column, field) = (column.unwrap_or("-"), field.unwrap_or("-"));
            writeln!(text, "{} {column} {field} {}", rejection.line, problem.rule.name()).unwrap();
        }
    }
    text
}

#[test]
fn a_good_table_is_imported_and_reads_back() {
    let place = place();
    let (records, entries) = place.counts();
    let report = place.run(CTDC, INVENTED, &Options::default()).unwrap();
    assert_eq!((report.rows, report.filtered, report.accepted, report.commits), (24, 7, 17, 1));
    assert_eq!((report.imported["case"], report.imported["child"]), (17, 17));
    assert_eq!(report.unmapped_columns, ["isForcedLabour"]);
    assert_eq!(place.counts(), (records + 34, entries + 34));

    let children = place.children();
    assert_eq!(children.len(), 17);
    assert_eq!(children.iter().filter(|child| is(&child.sex, "female")).count(), 9);
    assert_eq!(children.iter().filter(|child| child.nationality.is_none()).count(), 5);
    assert_eq!(children.iter().filter(|child| is(&child.nationality, "KH")).count(), 4);
    let begging =
        |child: &&Child| child.exploitation_types.iter().any(|code| code.as_code().as_str() == "forced_begging");
    assert_eq!(children.iter().filter(begging).count(), 2);
    assert!(children.iter().filter(begging).all(|child| child.exploitation_types.len() == 2));
    assert!(
        children
            .iter()
            .all(|child| is(&child.role, "victim") && (is(&child.age_band, "0-8") || is(&child.age_band, "9-17")))
    );

    let access = Access::for_purpose("audit");
    let cases = place.session.cases(&access).unwrap();
    let cases = place.session.read_many::<Case>(&cases, &access).unwrap();
    assert!(cases.iter().all(|case| case.record.registration_year.is_some_and(|year| (2021..=2025).contains(&year))));
}

#[test]
fn the_log_says_import() {
    let place = place();
    let before = place.session.log_size().unwrap();
    place.words(format!("{HEADER}\n{GOOD}\n")).unwrap();
    let entries = place.session.log_entries(before, before + 2, &Access::for_purpose("audit")).unwrap();
    assert_eq!(entries.len(), 2);
    let denied = place.session.log_size().unwrap();
    let plan = Plan::parse(WORDS).unwrap();
    let (table, access) = (Cursor::new(format!("{HEADER}\n{GOOD}\n")), Access::for_purpose("curiosity"));
    let stopped = import(&place.session, &access, &plan, table, &Options::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(stopped, ImportError::Stopped { rows: 0, line: 2, error: Error::Access(_) }));
    assert_eq!(place.session.log_size().unwrap(), denied + 1);
}

#[test]
fn one_bad_row_keeps_all_out_unless_partial() {
    let place = place();
    let table = format!("{HEADER}\n{GOOD}\n8,X,2010,km,b\n9,,2010-13,km,c\n{GOOD}\n");
    let before = place.counts();
    let report = place.words(&table).unwrap();
    assert_eq!(faults(&report), "3 sex child.sex unmapped\n4 born child.date_of_birth date\n4 - child.sex required\n");
    assert!(report.imported.is_empty() && report.accepted == 2 && report.commits == 0);
    assert_eq!(place.counts(), before);

    let report = place.run(WORDS, &table, &Options { partial: true, ..Options::default() }).unwrap();
    assert_eq!((report.imported["child"], report.rejected.len()), (2, 2));
    assert_eq!(place.counts(), (before.0 + 4, before.1 + 4));
    let child = &place.children()[0];
    assert_eq!(child.date_of_birth.as_ref().map(|date| date.to_text()).as_deref(), Some("2010-12-31"));
    assert_eq!((child.languages.len(), child.interpreter_needed), (2, Some(true)));
}

#[test]
fn a_check_writes_nothing_and_tells_its_steps() {
    let mut table = format!("{HEADER}\n");
    (0..300).for_each(|_| table.push_str(&format!("{GOOD}\n")));
    let (plan, mut steps) = (Plan::parse(WORDS).unwrap(), Vec::new());
    let report = check(&plan, Cursor::new(&table), &Options::default(), &mut |step| steps.push(step)).unwrap();
    assert_eq!((report.accepted, report.commits), (300, 0));
    assert!(matches!(steps[..], [Step::Checked(bytes)] if bytes > 0));
}

#[test]
fn an_import_goes_on_from_a_line() {
    let place = place();
    let table = format!("{HEADER}\n{GOOD}\n{GOOD}\n{GOOD}\n");
    let report = place.run(WORDS, table, &Options { from_line: 4, ..Options::default() }).unwrap();
    assert_eq!((report.rows, report.skipped, report.imported["case"]), (3, 2, 1));
}

#[test]
fn a_large_import_stops_between_commits_and_goes_on() {
    let place = place();
    let mut table = format!("{HEADER}\n");
    (0..1200).for_each(|_| table.push_str(&format!("{GOOD}\n")));
    let before = place.counts();
    let plan = Plan::parse(WORDS).unwrap();
    let access = Access::for_purpose("import");
    let options = Options { one_commit: 2399, ..Options::default() };
    // The session locks after its first commit: this step is told within the commit, and once more when it stands.
    let mut told = 0;
    let mut lock = |step| {
        told += u32::from(step == Step::Written(500, 1200));
        if told == 2 {
            place.session.lock()
        }
    };
    let stopped = import(&place.session, &access, &plan, Cursor::new(&table), &options, &mut lock).unwrap_err();
    assert_eq!(stopped, ImportError::Stopped { rows: 500, line: 502, error: Error::Locked });
    assert_eq!(place.counts(), (before.0 + 1000, before.1 + 1001), "with the logout");

    let session = place.session.vault().sign_in(&place.identity).unwrap();
    let options = Options { from_line: 502, one_commit: 1399, ..Options::default() };
    let report = import(&session, &access, &plan, Cursor::new(&table), &options, &mut |_| {}).unwrap();
    assert_eq!((report.skipped, report.imported["child"], report.commits), (500, 700, 2));
    assert_eq!(place.counts().0, before.0 + 2400);
}

/// A file that another program writes to between the two passes.
struct Changing(Vec<String>, Cursor<String>);

impl Read for Changing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1.read(buffer)
    }
}

impl Seek for Changing {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.1 = Cursor::new(self.0.remove(0));
        self.1.seek(to)
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_not_imported() {
    let place = place();
    let (plan, access, before) = (Plan::parse(WORDS).unwrap(), Access::for_purpose("import"), place.counts());
    let first = format!("{HEADER}\n{GOOD}\n{GOOD}\n");
    for second in ["", HEADER, &format!("{HEADER}\n{GOOD}"), &format!("{first}{GOOD}\n"), &format!("{first}x\n")] {
        let file = Changing(vec![first.clone(), second.to_owned()], Cursor::default());
        let error = import(&place.session, &access, &plan, file, &Options::default(), &mut |_| {}).unwrap_err();
        assert!(matches!(error, ImportError::Changed { rows: 0 } | ImportError::NoHeader), "{error}");
        assert_eq!(place.counts(), before);
    }
}

#[test]
fn interviews_stand_below_children() {
    let place = place();
    let map = format!(
        "{WORDS}\n[[record]]\nkind = \"interview\"\nparent = \"child\"\n[record.fields]\n\
         purpose = {{ constant = \"evidence\" }}\nspecial_measures = {{ constant = [] }}\n"
    );
    assert!(Plan::parse(&map).unwrap_err().to_string().contains("interview.special_measures"));
    let purposes = &saferoom::model::code_lists().list("interview_purpose").unwrap().entries;
    let map = map
        .replace("\"evidence\"", &format!("{:?}", purposes[0].code))
        .replace("special_measures = { constant = [] }", "");
    let report = place.run(&map, format!("{HEADER}\n{GOOD}\n"), &Options::default()).unwrap();
    assert_eq!(report.imported["interview"], 1);
    let access = Access::for_purpose("audit");
    let case = place.session.cases(&access).unwrap()[0];
    let records = place.session.records_of(case, &access).unwrap();
    let of = |kind| records.iter().find(|info| info.kind == Some(kind)).copied().unwrap();
    assert_eq!(of(RecordKind::INTERVIEW).parent, Some(of(RecordKind::CHILD).id));
    assert!(place.session.read::<Interview>(of(RecordKind::INTERVIEW).id, &access).unwrap().record.purpose.is_some());
}

#[test]
fn the_real_table_has_5143_children() {
    let Some(folder) = std::env::var_os("SAFEROOM_DATA").map(PathBuf::from) else {
        println!("SKIPPED: set SAFEROOM_DATA");
        return;
    };
    let file = std::fs::File::open(Path::new(&folder).join("ctdc_k_anonymised.csv")).unwrap();
    let place = place();
    let plan = Plan::parse(CTDC).unwrap();
    let access = Access::for_purpose("import");
    let report = import(&place.session, &access, &plan, file, &Options::default(), &mut |_| {}).unwrap();
    assert_eq!((report.rows, report.filtered, report.rejected.len()), (14_299, 9_156, 0), "{}", faults(&report));
    assert_eq!((report.imported["case"], report.imported["child"], report.commits), (5_143, 5_143, 1));
    println!("imported in {:.1} s", report.seconds);

    let started = std::time::Instant::now();
    let children = place.children();
    println!("read back in {:.1} s", started.elapsed().as_secs_f64());
    assert_eq!(children.len(), 5_143);
    assert_eq!(children.iter().filter(|child| is(&child.sex, "female")).count(), 4_754);
    assert_eq!(children.iter().filter(|child| child.nationality.is_none()).count(), 3_840);
    assert_eq!(children.iter().filter(|child| child.recruiter_relation.is_none()).count(), 3_540);
    assert_eq!(children.iter().filter(|child| is(&child.nationality, "KH")).count(), 11);
}
