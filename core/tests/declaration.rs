//! A complete declaration: what it says of itself, and that its fields survive a round trip.

use saferoom::model::{
    Compartment, FieldBuffer, FieldClass, FieldNumber, ModelError, Narrative, Record, RecordKind, ReleaseRule,
    SearchKind, Text, ValueType, Violation,
};

/// A child: victim or witness.
///
/// The second paragraph is help
/// for whoever fills in the form.
#[derive(Record)]
#[record(kind = CHILD, parents(CASE), opens_scope, at_most = 3)]
struct Child {
    /// Other names.
    #[field(no = 9, compartment = identity, class = direct, release = count)]
    other_names: Vec<Text>,
    /// What the child told.
    #[field(no = 3, compartment = narrative, class = narrative, evidence)]
    account: Option<Narrative>,
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity, class = direct, search = name)]
    family_name: Text,
    /// Kind of witness.
    #[field(no = 4294967295, compartment = profile, class = quasi, release = as_is, required)]
    r#type: Option<Text>,
}

/// Nothing but a kind.
#[derive(Record)]
#[record(kind = UNIT)]
struct Bare {}

fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

#[test]
fn spec() {
    let spec = Child::spec();
    assert_eq!(spec.kind, RecordKind::CHILD);
    assert_eq!(spec.label, "A child: victim or witness");
    assert_eq!(spec.parents, [RecordKind::CASE]);
    assert_eq!(spec.help, "The second paragraph is help for whoever fills in the form.");
    assert!(spec.opens_scope);
    assert_eq!((spec.at_most, Bare::spec().at_most), (Some(3), None));
    let numbers: Vec<_> = spec.fields.iter().map(|field| field.number.get()).collect();
    assert_eq!(numbers, [1, 3, 9, 4294967295]);

    let [name, account, others, kind] = spec.fields else { panic!("there are four fields") };
    assert_eq!((name.name, name.label), ("family_name", "Family name in Khmer script"));
    assert_eq!((name.compartment, name.class), (Compartment::Identity, FieldClass::Direct));
    assert_eq!((name.search, name.release), (Some(SearchKind::Name), None));
    assert!(name.required && !name.evidence && !name.repeated);
    assert_eq!(account.value_type, ValueType::Narrative);
    assert!(account.evidence && !account.required);
    assert!(others.repeated && !others.required);
    assert_eq!(others.value_type, ValueType::Text);
    assert_eq!((kind.name, kind.release, kind.required), ("type", Some(ReleaseRule::AsIs), true));

    assert!(Bare::spec().fields.is_empty() && Bare::spec().parents.is_empty() && !Bare::spec().opens_scope);
}

#[test]
fn round_trip() {
    let child = Child {
        other_names: vec![text("Bopha"), text("Srey")],
        account: None,
        family_name: text("Sok"),
        r#type: Some(text("victim")),
    };
    let mut fields = FieldBuffer::new();
    child.encode(&mut fields).expect("it can be encoded");
    let numbers: Vec<_> = fields.iter().map(|(number, _)| number.get()).collect();
    assert_eq!(numbers, [1, 9, 4294967295]);

    let again = Child::decode(&fields).expect("it can be decoded");
    assert!(again.family_name == child.family_name && again.other_names == child.other_names);
    assert!(again.account.is_none() && again.r#type == child.r#type);
}

#[test]
fn absent() {
    let mut fields = FieldBuffer::new();
    let violation = Violation { kind: "child", field: "family_name", rule: "required" };
    assert_eq!(Child::decode(&fields).err(), Some(ModelError::Invalid(vec![violation])));
    fields.push(FieldNumber::new(1), &[0xff; 9]).expect("it is the first");
    let refused = Child::decode(&fields).err();
    assert!(matches!(refused, Some(ModelError::Field { kind: "child", field: "family_name", .. })));
}
