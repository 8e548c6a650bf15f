//! `saferoom case print-statement` and `print-interview`, as a court gets them; `saferoom evidence check`.

mod station;

use std::fs;
use std::path::PathBuf;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::model::records::{
    Consent, ContentDigest, EvidenceItem, Interview, Officer, Statement, StatementSignature,
};
use saferoom::model::{CodeListName, Coded, Narrative, Text, Timestamp};
use saferoom::practice::statement::ReadBack;
use saferoom::vault::Session;
use station::Station;

const WHY: [&str; 4] = ["--purpose", "mandatory-report", "--reason", "Order 17"];
const COURT: [&str; 2] = ["--recipient", "The court of first instance"];

fn coded<L: CodeListName>(text: &str) -> Option<Coded<L>> {
    Some(Coded::new(text).unwrap())
}

struct File {
    station: Station,
    child: RecordId,
    officer: RecordId,
    interview: RecordId,
    statement: RecordId,
}

impl File {
    /// A closed statement of an interview, with the child's mark under it.
    fn new() -> Self {
        let station = Station::founded();
        let (_, child) = station.with_named_child("Chan", "Sopheaktra");
        let (session, access) = (station.session(), Access::for_purpose("forensic-interview"));
        let officer = Officer { name: Text::new("ដារ៉ា").ok(), ..Officer::default() };
        let officer = session.create(Some(session.unit()), &officer, &access).unwrap().record;
        let started_at = Timestamp::parse("2026-03-02T02:00:00Z").ok();
        let ended_at = Timestamp::parse("2026-03-02T03:00:00Z").ok();
        let (purpose, interviewer) = (coded("initial"), Some(officer));
        let interview = Interview { purpose, interviewer, started_at, ended_at, ..Interview::default() };
        let interview = session.create(Some(child), &interview, &access).unwrap().record;
        let text = Statement {
            kind: coded("signed_statement"),
            language: coded("km"),
            body: Narrative::new("He said <b>nothing</b>.\nខ្ញុំមិនដឹងទេ។").ok(),
            author: Some(officer),
            ..Statement::default()
        };
        let statement = session.take_statement(interview, text, &access).unwrap().id;
        let read = ReadBack { by: officer, language: coded("km") };
        session.read_back_statement(statement, &read, &access).unwrap();
        let mark =
            StatementSignature { signatory: coded("child"), method: coded("mark"), ..StatementSignature::default() };
        session.sign_statement(statement, mark, &access).unwrap();
        session.close_statement(statement, Some(officer), &access).unwrap();
        drop(session);
        Self { station, child, officer, interview, statement }
    }

    fn agree(&self) {
        let (session, access) = (self.station.session(), Access::for_purpose("forensic-interview"));
        let consent = Consent {
            giver: coded("child_alone_mature"),
            purpose: coded("share"),
            decision: coded("agreed"),
            recipients: vec![Text::new(COURT[1]).unwrap()],
            scope_fields: scopes(),
            valid_until: saferoom::model::PartialDate::parse("2099").ok(),
            given_at: Timestamp::parse("2026-03-02T02:00:00Z").ok(),
            ..Consent::default()
        };
        session.create(Some(self.child), &consent, &access).unwrap();
    }

    fn print(&self, what: &str, record: RecordId, more: &[&str]) -> station::Run {
        let record = record.to_string();
        self.station.signed_in(&[&["case", what, &record], &COURT[..], &WHY, more].concat())
    }
}

fn scopes() -> Vec<Text> {
    let kinds = ["case", "child", "interview", "interview_phase", "interview_break", "participant"];
    let kinds = kinds.iter().chain(&["statement", "statement_signature", "lock"]);
    kinds.map(|kind| Text::new(format!("{kind}.*")).unwrap()).collect()
}

#[test]
fn a_statement_is_printed_for_a_court_that_the_child_agreed_to() {
    let file = File::new();
    let html = file.station.path("statement.html");
    let to = ["--html", html.to_str().unwrap()];
    let refused = file.print("print-statement", file.statement, &to).ends_with(4);
    assert!(refused.err.contains("not asked") && !html.exists(), "{}", refused.err);
    file.agree();
    file.print("print-statement", file.statement, &to).ends_with(0);
    let page = fs::read_to_string(&html).unwrap();
    let digest = file.station.session().closing(file.statement, &Access::for_purpose("audit")).unwrap().unwrap().digest;
    for word in [&digest, "ដារ៉ា", "Sopheaktra", "He said &lt;b&gt;nothing", "ខ្ញុំមិនដឹងទេ។", "Mark or drawing", "unchanged"]
    {
        assert!(page.contains(word), "{word}");
    }
    for outside in ["http://", "https://", "<script", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(file.print("print-statement", file.statement, &to).ends_with(5).err.contains("already"));
    let other = file.station.path("other.html");
    file.print("print-statement", file.interview, &["--html", other.to_str().unwrap()]).ends_with(1);
    file.print("print-interview", file.interview, &["--html", other.to_str().unwrap(), "--lang", "km"]).ends_with(0);
    assert!(fs::read_to_string(&other).unwrap().contains("សេចក្តីព្រាង"));
}

#[test]
fn without_consent_a_second_person_signs_it() {
    let file = File::new();
    drop(file.station.second_person("unit-supervisor"));
    let (html, statement) = (file.station.path("statement.html"), file.statement.to_string());
    let sign = ["authorise", "paper", &statement, "--ground", "court_order", "--because", "Order 17", "--json"];
    let signed = file.station.as_second(&[&sign[..], &COURT, &["--purpose", "supervision"]].concat()).json();
    let id = signed["authorisation"].as_str().unwrap().to_owned();
    let ground = |ground| ["--html", html.to_str().unwrap(), "--without-consent", ground, "--authorisation", &id];
    file.print("print-statement", file.statement, &ground("best_interest_decision")).ends_with(4);
    file.print("print-statement", file.statement, &ground("court_order")).ends_with(0);
    assert!(fs::read_to_string(&html).unwrap().contains("Without consent"));
    fs::remove_file(&html).unwrap();
    let again = file.print("print-statement", file.statement, &ground("court_order")).ends_with(4);
    assert!(again.err.contains("used before"), "{}", again.err);
    let shown = file.station.signed_in(&["authorise", "show", &id, "--purpose", "supervision"]).ends_with(0);
    assert!(shown.out.contains("override_consent"), "{}", shown.out);
}

#[test]
fn a_statement_is_read_back_and_closed_once() {
    let file = File::new();
    let (session, access) = (file.station.session(), Access::for_purpose("forensic-interview"));
    let text = Statement {
        kind: coded("verbatim_transcript"),
        language: coded("km"),
        body: Narrative::new("ខ្ញុំមិនដឹងទេ។").ok(),
        author: Some(file.officer),
        ..Statement::default()
    };
    let taken = session.take_statement(file.interview, text, &access).unwrap().id;
    drop(session);
    let (id, officer) = (taken.to_string(), file.officer.to_string());
    let why = ["--by", &officer, "--purpose", "forensic-interview"];
    let run = |what, more: &[&str]| file.station.signed_in(&[&["case", what, &id], &why[..], more].concat());
    run("read-back", &["--language", "km"]).ends_with(0);
    let closed = run("close-statement", &["--json"]).json();
    assert!(closed["digest"].as_str().unwrap().starts_with("sha256:"), "{closed}");
    assert!(run("close-statement", &[]).ends_with(6).err.contains("closed for changes"));
    assert_ne!(run("read-back", &[]).exit, 0, "nothing of it changes any more");
}

#[test]
fn a_file_is_compared_with_the_exhibit() {
    let file = File::new();
    let recording = file.station.path("interview.mp4");
    fs::write(&recording, b"abc").unwrap();
    let item = exhibit(&file.station.session(), file.interview);
    let item = item.to_string();
    let check = || {
        let arguments = ["evidence", "check", &item, recording.to_str().unwrap(), "--purpose", "investigation"];
        file.station.signed_in(&arguments)
    };
    assert!(check().ends_with(0).out.contains("fits"));
    fs::write(&recording, b"abd").unwrap();
    assert!(check().ends_with(3).out.contains("differs"));
}

fn exhibit(session: &Session, interview: RecordId) -> RecordId {
    let access = Access::for_purpose("investigation");
    let item = EvidenceItem {
        exhibit_number: Text::new("2026/17-1").ok(),
        kind: coded("interview_video"),
        contains_csam: coded("no"),
        ..EvidenceItem::default()
    };
    let item = session.create(Some(interview), &item, &access).unwrap().record;
    let digest = ContentDigest {
        method: coded("SHA256"),
        value: Text::new("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").ok(),
        ..ContentDigest::default()
    };
    session.create(Some(item), &digest, &access).unwrap();
    item
}

/// For `cargo xtask test --only html`: pages in each language into the folder that `SAFEROOM_HTML` names.
#[test]
#[ignore = "writes pages for a browser"]
fn write_pages() {
    let folder = PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
    let file = File::new();
    file.agree();
    for lang in ["en", "km"] {
        for (what, record) in [("print-statement", file.statement), ("print-interview", file.interview)] {
            let html = folder.join(format!("{what}-{lang}.html"));
            file.print(what, record, &["--html", html.to_str().unwrap(), "--lang", lang]).ends_with(0);
        }
    }
}
