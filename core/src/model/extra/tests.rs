//! What a form adds is there in both languages; what it may not do is refused with field and rule.

use proptest::prelude::*;

use super::*;
use crate::error::Diagnosis as _;
use crate::model::{DynamicRecord, FieldBuffer, LabelLanguage, ModelError, RecordForm, catalogue, validate};

pub(super) const FORM: &str = r#"
version = 1
name = "Provincial form"

[[field]]
record = "child"
number = 4294967297
name = "arrival"
label = "How the child came"
label_km = "របៀបដែលកុមារមកដល់"
help = "Choose one."
help_km = "សូមជ្រើសរើសមួយ។"
compartment = "profile"
class = "sensitive"
release = "as_is"
type = "code"
choices = [{ code = "on_foot", en = "On foot", km = "ថ្មើរជើង" }, { code = "by_car", en = "By car", km = "ឡាន" }]

[[field]]
record = "child"
number = 4294967296
name = "commune_card"
label = "Number of the commune card"
label_km = "លេខប័ណ្ណឃុំ"
help = "As on the card."
help_km = "ដូចក្នុងប័ណ្ណ។"
compartment = "identity"
class = "direct"
search = "exact"
type = "text"
required = true
"#;

fn form() -> FormDocument {
    FormDocument::parse(FORM).unwrap()
}

fn rule_of(result: Result<impl std::fmt::Debug, FormError>) -> (String, FormRule) {
    match result {
        Err(FormError::Field { field, rule }) => (field, rule),
        other => panic!("{other:?}"),
    }
}

#[test]
fn extra_fields_are_fields() {
    let catalogue = extended_catalogue(&[form()]).unwrap();
    assert!(std::ptr::eq(catalogue, extended_catalogue(&[form()]).unwrap()));
    let child = catalogue.by_name("child").unwrap();
    assert_eq!(child.fields.len(), super::super::catalogue().by_name("child").unwrap().fields.len() + 2);
    let mut record = DynamicRecord::new(child);
    for (name, text) in [("sex", "female"), ("role", "victim"), ("arrival", "on_foot")] {
        record.set_text(name, text).unwrap();
    }
    let broken = |record: &DynamicRecord| {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        assert_eq!(DynamicRecord::decode(child, &fields).as_ref(), Ok(record));
        match validate(child, &fields) {
            Ok(()) => Vec::new(),
            Err(ModelError::Invalid(found)) => found.iter().map(|v| (v.field, v.rule)).collect(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(broken(&record), [("commune_card", "required")]);
    record.set_text("commune_card", "12\u{200E}34").unwrap();
    record.set_text("arrival", "by_boat").unwrap();
    let mut found = broken(&record);
    found.sort_unstable();
    assert_eq!(found, [("arrival", "known-code"), ("commune_card", "no-direction-marks")]);
    record.set_text("commune_card", "1234").unwrap();
    record.set_text("arrival", "by_car").unwrap();
    assert!(broken(&record).is_empty());

    let khmer = RecordForm::of(child, LabelLanguage::Khmer);
    let arrival = khmer.fields.iter().find(|field| field.name == "arrival").unwrap();
    assert_eq!((arrival.label, arrival.help), ("របៀបដែលកុមារមកដល់", "សូមជ្រើសរើសមួយ។"));
    assert_eq!((arrival.choices[1].code.as_str(), arrival.choices[1].label.as_str()), ("by_car", "ឡាន"));
}

#[test]
fn there_is_one_stored_form() {
    let bytes = form().encode();
    assert_eq!(FormDocument::decode(&bytes), Ok(form()));
    let mut swapped = form();
    swapped.fields.reverse();
    assert_eq!(FormDocument::decode(&swapped.encode()), Err(FormError::Encoding));
    assert_eq!(FormDocument::decode(&[&bytes[..], &[0]].concat()), Err(FormError::Encoding));
    assert_eq!(FormDocument::decode(&bytes[1..]), Err(FormError::Encoding));
}

#[test]
fn what_a_form_may_not_do_is_refused() {
    for (from, to, field, rule) in [
        ("4294967296", "10", "child.commune_card", FormRule::BuiltInNumber),
        ("4294967296", "4294967297", "child.commune_card", FormRule::NumberTaken),
        ("\"commune_card\"", "\"family_name\"", "child.family_name", FormRule::NameTaken),
        ("\"commune_card\"", "\"arrival\"", "child.arrival", FormRule::NameTaken),
        ("\"commune_card\"", "\"Card\"", "child.Card", FormRule::Name),
        ("record = \"child\"", "record = \"nothing\"", "nothing.arrival", FormRule::UnknownRecord),
        ("\"identity\"", "\"nothing\"", "child.commune_card", FormRule::UnknownWord),
        ("\"identity\"", "\"oversight\"", "child.commune_card", FormRule::Compartment),
        ("\"identity\"", "\"rooms\"", "child.commune_card", FormRule::Compartment),
        ("search = \"exact\"", "search = \"date\"", "child.commune_card", FormRule::Search),
        ("search = \"exact\"", "release = \"as_is\"", "child.commune_card", FormRule::Release),
        ("type = \"text\"", "type = \"narrative\"", "child.commune_card", FormRule::NarrativeClass),
        ("\"sensitive\"", "\"narrative\"", "child.arrival", FormRule::NarrativeClass),
        ("type = \"text\"", "type = \"code\"\ncode_list = \"sex\"", "child.commune_card", FormRule::Search),
        ("type = \"text\"", "type = \"text\"\ncode_list = \"sex\"", "child.commune_card", FormRule::Codes),
        ("\"by_car\"", "\"on_foot\"", "child.arrival", FormRule::Codes),
        ("\"As on the card.\"", "\" \"", "child.commune_card", FormRule::Text),
    ] {
        assert_eq!(rule_of(FormDocument::parse(&FORM.replacen(from, to, 1))), (field.to_owned(), rule), "{to}");
    }
    let narrative = FORM.replace("\"sensitive\"", "\"narrative\"").replace("type = \"code\"", "type = \"narrative\"");
    assert_eq!(rule_of(FormDocument::parse(&narrative)).1, FormRule::Release);
    assert_eq!(FormDocument::parse(&FORM.replace("version = 1", "version = 2")), Err(FormError::Version(2)));
    assert_eq!(FormDocument::parse(&FORM.replace("Provincial form", "")), Err(FormError::Name));
    assert_eq!(FormDocument::parse(&" ".repeat(MAX_FORM_LENGTH + 1)), Err(FormError::TooLarge));
    assert!(matches!(FormDocument::parse("[[["), Err(FormError::Toml(_))));
}

#[test]
fn a_later_form_may_restate_and_retire_and_lower_nothing() {
    let then = |text: &str| extended_catalogue(&[form(), FormDocument::parse(text).unwrap()]);
    let raised =
        FORM.replace("\"sensitive\"", "\"direct\"").replace("release = \"as_is\"\n", "").replace("On foot", "Walking");
    let child = then(&raised).unwrap().by_name("child").unwrap();
    assert_eq!(child.field_named("arrival").unwrap().class, FieldClass::Direct);
    for (from, to, rule) in [
        ("\"sensitive\"", "\"quasi\"", FormRule::ClassLowered),
        ("\"direct\"", "\"operational\"", FormRule::ClassLowered),
        ("\"profile\"", "\"operations\"", FormRule::Changed),
        ("\"arrival\"", "\"departure\"", FormRule::NumberTaken),
        ("4294967297", "4294967298", FormRule::NameTaken),
        ("{ code = \"on_foot\", en = \"On foot\", km = \"ថ្មើរជើង\" }, ", "", FormRule::Changed),
        ("type = \"text\"", "type = \"text\"\nrepeated = true", FormRule::Changed),
        ("search = \"exact\"\n", "", FormRule::Changed),
        ("search = \"exact\"", "search = \"name\"", FormRule::Changed),
    ] {
        assert_eq!(rule_of(then(&FORM.replacen(from, to, 1))).1, rule, "{to}");
    }
    let retire = "version = 1\nname = \"Less\"\n[[retire]]\nrecord = \"child\"\nnumber = 4294967296";
    let retired = FormDocument::parse(retire).unwrap();
    let child = extended_catalogue(&[form(), retired.clone()]).unwrap().by_name("child").unwrap();
    assert!(!child.field_named("commune_card").unwrap().required);
    let again = extended_catalogue(&[form(), retired.clone(), form()]);
    assert_eq!(rule_of(again), ("child.commune_card".to_owned(), FormRule::NumberTaken));
    assert_eq!(rule_of(extended_catalogue(&[retired])).1, FormRule::NothingToRetire);
}

#[test]
fn every_rule_has_a_number_of_its_own() {
    let code = |rule| FormError::Field { field: String::new(), rule }.code();
    assert_eq!((code(FormRule::UnknownRecord), code(FormRule::NothingToRetire)), (380, 394));
    assert!(std::ptr::eq(extended_catalogue(&[]).unwrap(), catalogue()));
}

proptest! {
    #[test]
    fn any_bytes_end_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..600_usize, bit in 0..8_u8) {
        let _ = FormDocument::decode(&bytes);
        let mut changed = form().encode();
        let at = at % changed.len();
        changed[at] ^= 1 << bit;
        if let Ok(read) = FormDocument::decode(&changed) {
            prop_assert_eq!(read.encode(), changed);
        }
    }
}
