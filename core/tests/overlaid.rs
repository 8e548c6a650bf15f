//! A host's newer code lists and its gazetteer hold for the whole process; so this has a process of its own.

use saferoom::model::records::{Child, HarmForm, Sex};
use saferoom::model::{FieldBuffer, ModelError, Record, Violation, code_lists, overlay_code_lists, validate};

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
