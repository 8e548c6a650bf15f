//! A host's newer code lists and its gazetteer hold for the whole process; so this has a process of its own.

use std::path::Path;
use std::sync::Arc;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::records::{Case, Child, ChildRole, HarmForm, Interview, Protocol, Sex, Unit, VisitItem};
use saferoom::model::{
    Coded, FieldBuffer, ModelError, PlaceCode, Record, Text, Timestamp, Violation, code_lists, gazetteer,
    overlay_code_lists, sample_gazetteer, use_gazetteer, validate,
};
use saferoom::practice::indicators::{Share, compare_visits, score_visit_of};
use saferoom::practice::interview::{Course, Earlier};
use saferoom::practice::{overlay_protocols, protocols};
use saferoom::vault::{Host, Session, Vault};

const OVERLAY: &str = r#"
    version = 1
    km_status = "draft"
    [[list]]
    name = "harm_form"
    source = "partner"
    entries = [ { code = "a_new_form", en = "A new form", km = "ថ្មី", parent = "other" } ]
"#;

fn checked(child: &Child) -> Result<(), ModelError> {
    let mut fields = FieldBuffer::new();
    child.encode(&mut fields).unwrap();
    validate(Child::spec(), &fields)
}

#[test]
fn a_code_that_the_host_adds_needs_no_new_release() {
    let child = Child {
        sex: Some(Sex::new("female").unwrap()),
        role: Some(ChildRole::new("victim").unwrap()),
        harm_forms: vec![HarmForm::new("a_new_form").unwrap()],
        ..Child::default()
    };
    let unknown = Violation { kind: "child", field: "harm_forms", rule: "known-code" };
    assert_eq!(checked(&child), Err(ModelError::Invalid(vec![unknown])));
    assert!(overlay_code_lists("version = 1").is_err());
    assert_eq!(checked(&child), Err(ModelError::Invalid(vec![unknown])));

    let lists = overlay_code_lists(OVERLAY).unwrap();
    // The list alone: another test of this process may have put its own over the others meanwhile.
    assert_eq!(lists.list("harm_form"), code_lists().list("harm_form"));
    assert_eq!(checked(&child), Ok(()));
    assert_eq!(code_lists().list("harm_form").unwrap().coarse("a_new_form"), Some("other"));
}

const CHECKLIST: &str = r#"
    version = 1
    km_status = "draft"
    [[list]]
    name = "checklist_domain"
    source = "partner"
    entries = [ { code = "H", en = "Outdoors", km = "ខាងក្រៅ" } ]
    [[list]]
    name = "checklist_item"
    source = "partner, second version"
    entries = [
        { code = "H1", en = "A fence around the yard", km = "របងជុំវិញទីធ្លា", parent = "H", critical = true, since = 2 },
        { code = "H2", en = "Shade", km = "ម្លប់", parent = "H", since = 2 },
    ]
    [[list]]
    name = "indicator"
    source = "partner"
    entries = [ { code = "outdoors", en = "Rooms with a safe yard", km = "បន្ទប់ដែលមានទីធ្លាសុវត្ថិភាព" } ]
"#;

#[test]
fn a_checklist_and_a_label_that_the_host_adds_need_no_new_release() {
    let item = |item: &str, score: &str| VisitItem {
        item: Coded::new(item).ok(),
        score: Coded::new(score).ok(),
        ..VisitItem::default()
    };
    let check = |item: &VisitItem| {
        let mut fields = FieldBuffer::new();
        item.encode(&mut fields).unwrap();
        validate(VisitItem::spec(), &fields)
    };
    assert!(check(&item("H1", "0")).is_err());
    overlay_code_lists(CHECKLIST).unwrap();
    assert_eq!(check(&item("H1", "0")), Ok(()));
    assert_eq!(code_lists().list("indicator").unwrap().entry("outdoors").unwrap().en, "Rooms with a safe yard");

    let now = score_visit_of(&[item("H1", "0"), item("A1", "2")], Some(2));
    assert_eq!(now.domains["H"], Share { count: 0, of: 2 });
    assert_eq!(now.critical_failures, ["H1"]);
    assert!(now.missing.contains(&"H2".to_owned()));
    // A visit by the first version did not leave out what was not asked yet.
    let before = score_visit_of(&[item("A1", "1")], Some(1));
    assert!(!before.missing.iter().any(|item| item.starts_with('H')) && before.missing.contains(&"A2".to_owned()));
    let outdoors = compare_visits(&before, &now).into_iter().find(|change| change.domain == "H").unwrap();
    assert_eq!((outdoors.before.of, outdoors.change), (0, None), "nothing to compare with");
}

const PROTOCOL_LIST: &str = r#"
    version = 1
    km_status = "draft"
    [[list]]
    name = "protocol"
    source = "partner"
    entries = [ { code = "a_new_protocol", en = "A new protocol", km = "ថ្មី" } ]
"#;

const PROTOCOL: &str = r#"
    version = 1
    status = "of a partner"
    [[protocol]]
    code = "a_new_protocol"
    version = "2027"
    source = "partner"
    before_end = []
    aids_with_reason = []
    phases = [
        { phase = "introduction", skip = "never" },
        { phase = "ground_rules", needs = ["introduction"], skip = "never" },
        { phase = "incident_exploration", substantive = true, needs = ["introduction", "ground_rules"], skip = "with_reason" },
    ]
"#;

#[test]
fn a_protocol_that_the_host_adds_needs_no_new_release() {
    let shipped = protocols().all().len();
    assert!(overlay_protocols(PROTOCOL).is_err(), "its code is in no list");
    overlay_code_lists(PROTOCOL_LIST).unwrap();
    overlay_protocols(PROTOCOL).unwrap();
    assert_eq!(protocols().all().len(), shipped + 1);

    let interview = Interview {
        protocol: Some(Protocol::new("a_new_protocol").unwrap()),
        interviewer: Some(RecordId::random()),
        ..Interview::default()
    };
    let now = Timestamp::parse("2027-03-02T02:00:00Z").unwrap();
    let course = Course::begin(interview, Earlier::default(), None, now).unwrap();
    assert_eq!(course.protocol().version, "2027");
    assert!(course.may_enter("introduction").is_ok() && course.may_enter("incident_exploration").is_err());
}

#[test]
fn a_place_that_the_gazetteer_lacks_is_refused_once_one_is_loaded() {
    let at = |code: &str| Case { incident_place: Some(PlaceCode::parse(code).unwrap()), ..Case::default() };
    let checked = |code: &str| {
        let mut fields = FieldBuffer::new();
        at(code).encode(&mut fields).unwrap();
        validate(Case::spec(), &fields)
    };
    assert!(gazetteer().is_none());
    assert_eq!(checked("99"), Ok(()));
    let folder = tempfile::tempdir().unwrap();
    let session = session_in(folder.path());
    let access = Access::for_purpose("investigation");
    let merged = session.create(Some(session.unit()), &at("99"), &access).unwrap().record;

    let sample = use_gazetteer(sample_gazetteer());
    assert_eq!(gazetteer(), Some(sample));
    let unknown = Violation { kind: "case", field: "incident_place", rule: "known-place" };
    assert_eq!(checked("99"), Err(ModelError::Invalid(vec![unknown])));
    assert_eq!(checked("12010199"), Err(ModelError::Invalid(vec![unknown])));
    assert_eq!(checked("12010101"), Ok(()));
    assert_eq!(checked("12"), Ok(()));

    // A commune that has been merged since stays in the records that have it, and in no other.
    let mut case = session.read::<Case>(merged, &access).unwrap().record;
    case.urgent = Some(true);
    session.amend(merged, &case, &access).unwrap();
    assert!(session.read::<Case>(merged, &access).unwrap().record == case);
    case.incident_place = PlaceCode::parse("98").ok();
    let refused = Err(ModelError::Invalid(vec![unknown]).into());
    assert_eq!(session.amend(merged, &case, &access).map(drop), refused);
    assert_eq!(session.create(Some(session.unit()), &at("99"), &access).map(drop), refused);
}

fn session_in(folder: &Path) -> Session {
    let founder = Identity::generate();
    let unit = Unit { name: Text::new("Example unit").ok(), ..Unit::default() };
    let host = Host::with_shared(Arc::new(MemoryKeyStore::default()));
    let path = folder.join("vault.saferoom");
    let vault = Vault::create(&path, host, &founder, "police.example.org/audit/1", &unit).unwrap();
    vault.sign_in(&founder).unwrap()
}
