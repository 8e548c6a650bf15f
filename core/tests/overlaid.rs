//! A host's newer code lists and its gazetteer hold for the whole process; so this has a process of its own.

use saferoom::model::records::{Child, HarmForm, Sex};
use saferoom::model::{
    FieldBuffer, ModelError, PlaceCode, Record, Violation, code_lists, gazetteer, overlay_code_lists, sample_gazetteer,
    use_gazetteer, validate,
};

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
        role: Some(saferoom::model::records::ChildRole::new("victim").unwrap()),
        harm_forms: vec![HarmForm::new("a_new_form").unwrap()],
        ..Child::default()
    };
    let unknown = Violation { kind: "child", field: "harm_forms", rule: "known-code" };
    assert_eq!(checked(&child), Err(ModelError::Invalid(vec![unknown])));
    assert!(overlay_code_lists("version = 1").is_err());
    assert_eq!(checked(&child), Err(ModelError::Invalid(vec![unknown])));

    let lists = overlay_code_lists(OVERLAY).unwrap();
    assert_eq!(lists, code_lists());
    assert_eq!(checked(&child), Ok(()));
    assert_eq!(code_lists().list("harm_form").unwrap().coarse("a_new_form"), Some("other"));
}

#[test]
fn a_place_that_the_gazetteer_lacks_is_refused_once_one_is_loaded() {
    let at = |code: &str| saferoom::model::records::Case {
        incident_place: Some(PlaceCode::parse(code).unwrap()),
        ..saferoom::model::records::Case::default()
    };
    let checked = |code: &str| {
        let mut fields = FieldBuffer::new();
        at(code).encode(&mut fields).unwrap();
        validate(saferoom::model::records::Case::spec(), &fields)
    };
    assert!(gazetteer().is_none());
    assert_eq!(checked("99"), Ok(()));
    let sample = use_gazetteer(sample_gazetteer());
    assert_eq!(gazetteer(), Some(sample));
    let unknown = Violation { kind: "case", field: "incident_place", rule: "known-place" };
    assert_eq!(checked("99"), Err(ModelError::Invalid(vec![unknown])));
    assert_eq!(checked("12010199"), Err(ModelError::Invalid(vec![unknown])));
    assert_eq!(checked("12010101"), Ok(()));
    assert_eq!(checked("12"), Ok(()));
}
