//! Values and records as wholes: what is written comes back, what was not written is refused.

use proptest::prelude::*;

use super::*;
use crate::id::RecordId;

const fn field(number: u64, name: &'static str, value_type: ValueType, repeated: bool) -> FieldSpec {
    FieldSpec {
        number: FieldNumber::new(number),
        name,
        label: "A field",
        help: "",
        compartment: Compartment::Profile,
        class: FieldClass::Quasi,
        evidence: false,
        search: None,
        release: None,
        value_type,
        repeated,
        required: number == 1,
        code_list: None,
        extra: None,
    }
}

static CHILD: RecordSpec = RecordSpec {
    kind: RecordKind::CHILD,
    label: "A child",
    help: "",
    parents: &[],
    opens_scope: false,
    at_most: None,
    fields: &[
        field(1, "name", ValueType::Text, false),
        field(2, "born", ValueType::Date, false),
        field(5, "languages", ValueType::Text, true),
        FieldSpec { code_list: Some("no-such-list"), ..field(6, "sex", ValueType::Code, false) },
        field(7, "interpreter", ValueType::Bool, false),
        field(8, "interviews", ValueType::Unsigned, false),
    ],
};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn encoded<T: FieldType>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    assert!(bytes.len() <= value.encoded_length_hint());
    bytes
}

/// The typed and the dynamic value have one encoding, come back from it and from nothing but it.
fn comes_back<T: FieldType + PartialEq>(typed: T, dynamic: &Value) {
    let bytes = encoded(&typed);
    let mut same = Vec::new();
    dynamic.encode(&mut same);
    assert!(same == bytes && same.len() <= dynamic.encoded_length_hint());
    assert!(T::decode(&bytes) == Ok(typed));
    assert!(Value::decode(T::TYPE, T::REPEATED, &bytes).as_ref() == Ok(dynamic));
    assert!(minicbor::Decoder::new(&bytes).skip().is_ok());
    assert!(T::decode(&bytes[..bytes.len() - 1]).is_err());
    assert!(T::decode(&[&bytes[..], &[0]].concat()).is_err());
    let field = field(1, "field", T::TYPE, T::REPEATED);
    assert!(dynamic.fits(&field));
    assert!(Value::parse_field(&field, &dynamic.to_plain_text()).as_ref() == Ok(dynamic));
}

/// Decoding takes the bytes as they are or not at all, in all three ways alike.
fn strict<T: FieldType>(bytes: &[u8]) {
    let dynamic = Value::decode(T::TYPE, T::REPEATED, bytes);
    let mut fields = FieldBuffer::new();
    fields.push(FieldNumber::new(1), bytes).unwrap();
    let spec: &RecordSpec = Box::leak(Box::new(RecordSpec {
        kind: RecordKind::CHILD,
        label: "",
        help: "",
        parents: &[],
        opens_scope: false,
        at_most: None,
        fields: Box::leak(Box::new([field(1, "field", T::TYPE, T::REPEATED)])),
    }));
    assert_eq!(validate(spec, &fields).is_ok(), dynamic.is_ok());
    match T::decode(bytes) {
        Ok(value) => assert!(encoded(&value) == bytes && dynamic.is_ok()),
        Err(error) => assert!(dynamic == Err(error)),
    }
}

fn strict_in_all_types(bytes: &[u8]) {
    strict::<Text>(bytes);
    strict::<Narrative>(bytes);
    strict::<Code>(bytes);
    strict::<PartialDate>(bytes);
    strict::<Timestamp>(bytes);
    strict::<PlaceCode>(bytes);
    strict::<bool>(bytes);
    strict::<u64>(bytes);
    strict::<RecordId>(bytes);
    strict::<Vec<Text>>(bytes);
    strict::<Vec<PartialDate>>(bytes);
    strict::<Vec<u64>>(bytes);
}

#[test]
fn other_encodings_of_the_same_value_are_refused() {
    for bytes in [
        &b""[..],
        b"\x18\x17",
        b"\x19\x00\xff",
        b"\x1b\0\0\0\0\xff\xff\xff\xff",
        b"\x1c",
        b"\x1f",
        b"\x78\x01a",
        b"\x7f\x61a\xff",
        b"\x20",
        b"\xc0\x61a",
        b"\xa0",
        b"\xf6",
        b"\xf8\x15",
        b"\x80",
        b"\x9f\x61a\xff",
        b"\x98\x01\x61a",
        b"\x81\x81\x61a",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x7b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x82\x61a",
        b"\x81\x61a\x61a",
    ] {
        assert!(Text::decode(bytes).is_err() && Vec::<Text>::decode(bytes).is_err());
        assert!(u64::decode(bytes).is_err() && bool::decode(bytes).is_err());
        strict_in_all_types(bytes);
    }
}

#[test]
fn people_write_values() {
    let yes_or_no = |text| Value::parse(ValueType::Bool, text);
    for (yes, no) in [("true", "false"), ("Yes", "NO"), (" 1", "0 ")] {
        assert_eq!((yes_or_no(yes), yes_or_no(no)), (Ok(Value::Bool(true)), Ok(Value::Bool(false))));
    }
    assert_eq!(yes_or_no("maybe"), Err(ValueError::Type { expected: "yes or no" }));
    assert_eq!(Value::parse(ValueType::Unsigned, "+5"), Err(ValueError::Type { expected: "number" }));
    assert_eq!(Value::parse(ValueType::Unsigned, "99999999999999999999"), Err(ValueError::Range));
    assert_eq!(Value::parse(ValueType::Id, "5"), Err(ValueError::Type { expected: "record id" }));
    for value_type in ValueType::ALL {
        assert_eq!(Value::parse(*value_type, " "), Err(ValueError::Empty));
    }
    let languages = field(5, "languages", ValueType::Text, true);
    let list = Value::List(vec![Value::Text(text("Khmer")), Value::Text(text("Bunong"))]);
    assert_eq!(Value::parse_field(&languages, "Khmer;; Bunong ;"), Ok(list.clone()));
    assert_eq!(list.to_plain_text(), "Khmer; Bunong");
    assert_eq!(Value::parse_field(&languages, ";"), Err(ValueError::Empty));
    assert_eq!(format!("{list:?} {:?}", Value::Unsigned(7)), "Value(list of 2, redacted) Value(unsigned, redacted)");
}

#[test]
fn a_dynamic_record_keeps_to_its_kind() {
    let mut child = DynamicRecord::new(&CHILD);
    child.set_text("languages", "Khmer; Bunong").unwrap();
    child.set("name", Value::Text(text("Sokha"))).unwrap();
    child.set_text("born", "2014-05~").unwrap();
    assert_eq!(child.set_text("nickname", "S"), Err(ModelError::NoSuchField { kind: "child" }));
    let refused = |field, reason| Err(ModelError::Field { kind: "child", field, reason });
    assert_eq!(child.set("born", Value::Bool(true)), refused("born", ValueError::Type { expected: "date" }));
    assert_eq!(child.set_text("born", "last year"), refused("born", ValueError::Date));
    let list = Value::List(vec![Value::Text(text("Sokha"))]);
    assert!(child.set("name", list.clone()).is_err() && child.set("languages", Value::Text(text("Khmer"))).is_err());
    assert!(child.set("languages", Value::List(vec![list])).is_err());
    assert_eq!(child.iter().map(|(field, _)| field.name).collect::<Vec<_>>(), ["name", "born", "languages"]);
    assert_eq!(format!("{child:?}"), "DynamicRecord(child, 3 fields, redacted)");

    let mut fields = FieldBuffer::new();
    child.encode(&mut fields).unwrap();
    assert_eq!(validate(&CHILD, &fields), Ok(()));
    assert_eq!(fields.get(FieldNumber::new(1)), Some(&encoded(&text("Sokha"))[..]));
    assert_eq!(DynamicRecord::decode(&CHILD, &fields), Ok(child.clone()));
    assert_eq!(child.encode(&mut fields), Err(ModelError::FieldOrder));

    child.set("languages", Value::List(Vec::new())).unwrap();
    assert_eq!(child.get("languages"), None);
    assert_eq!(child.get("name"), Some(&Value::Text(text("Sokha"))));

    fields.clear();
    fields.push(FieldNumber::new(2), &encoded(&true)).unwrap();
    assert_eq!(
        DynamicRecord::decode(&CHILD, &fields).map(drop),
        refused("born", ValueError::Type { expected: "date" })
    );
}

#[test]
fn all_broken_rules_are_named_at_once() {
    let mut fields = FieldBuffer::new();
    for (number, bytes) in [(2, &b"\x61x"[..]), (3, b"\x00"), (5, b"\x82\x61a\x00"), (6, b"\x66female"), (7, b"\xf5")] {
        fields.push(FieldNumber::new(number), bytes).unwrap();
    }
    let violation = |(field, rule)| Violation { kind: "child", field, rule };
    let broken = [
        ("name", "required"),
        ("born", "type"),
        ("languages", "type"),
        ("sex", "known-code"),
        ("(unknown)", "known-field"),
    ];
    assert_eq!(validate(&CHILD, &fields), Err(ModelError::Invalid(broken.map(violation).to_vec())));
}

#[test]
fn codes_are_looked_up_in_their_list() {
    let list = code_lists().all().first().unwrap();
    let code = &list.entries.first().unwrap().code;
    let (name, known) = (list.name.clone(), Code::parse(code).unwrap());
    let fields = |codes: &[Code]| {
        let mut fields = FieldBuffer::new();
        fields.push(FieldNumber::new(1), &encoded(&codes.to_vec())).unwrap();
        fields
    };
    let spec: &RecordSpec = Box::leak(Box::new(RecordSpec {
        kind: RecordKind::CHILD,
        label: "",
        help: "",
        parents: &[],
        opens_scope: false,
        at_most: None,
        fields: Box::leak(Box::new([FieldSpec {
            code_list: Some(Box::leak(name.into_boxed_str())),
            ..field(1, "codes", ValueType::Code, true)
        }])),
    }));
    assert_eq!(validate(spec, &fields(&[known.clone(), known.clone()])), Ok(()));
    let unknown = Violation { kind: "child", field: "codes", rule: "known-code" };
    let codes = [Code::parse("never-in-a-list").unwrap(), known];
    assert_eq!(validate(spec, &fields(&codes)), Err(ModelError::Invalid(vec![unknown])));
}

/// The stored fields of a typed record, and of the same record by way of a dynamic one, in bytes and in plain texts.
fn stored<R: Record>(record: &R) -> [Vec<(FieldNumber, Vec<u8>)>; 3] {
    let list = |fields: &FieldBuffer| fields.iter().map(|(number, bytes)| (number, bytes.to_vec())).collect();
    let encoded = |record: &DynamicRecord| {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        list(&fields)
    };
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    let dynamic = DynamicRecord::decode(R::spec(), &fields).unwrap();
    let mut retyped = DynamicRecord::new(R::spec());
    dynamic.iter().for_each(|(field, value)| retyped.set_text(field.name, &value.to_plain_text()).unwrap());
    [list(&fields), encoded(&dynamic), encoded(&retyped)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn texts_come_back(raw in "\\PC{0,300}[a\u{301}\n \u{1100}-\u{11ff}]{0,9}") {
        if let (Ok(text), Ok(narrative)) = (Text::new(&raw), Narrative::new(&raw)) {
            prop_assert!(Text::new(text.as_str()).as_ref() == Ok(&text));
            prop_assert_eq!(text.as_str(), narrative.as_str());
            comes_back(text.clone(), &Value::Text(text));
            comes_back(narrative.clone(), &Value::Narrative(narrative));
        }
    }

    #[test]
    fn codes_and_places_come_back(code in "[A-Za-z0-9_-]{1,64}", place in "([0-9]{2}){1,4}") {
        let (code, place) = (Code::parse(&code).unwrap(), PlaceCode::parse(&place).unwrap());
        comes_back(code.clone(), &Value::Code(code));
        comes_back(place, &Value::Place(place));
    }

    #[test]
    fn dates_and_moments_come_back(year in 1900_u16..=2100, month in 0_u8..14, day in 0_u8..33, ms in 0_i64..7_258_118_400_000) {
        let dates = [PartialDate::year(year), PartialDate::month(year, month), PartialDate::day(year, month, day)];
        for date in dates.into_iter().flatten() {
            comes_back(date, &Value::Date(date));
            comes_back(date.estimated(), &Value::Date(date.estimated()));
        }
        let time = Timestamp::from_milliseconds(ms).unwrap();
        comes_back(time, &Value::Time(time));
    }

    #[test]
    fn numbers_ids_and_lists_come_back(number: u64, shift in 0_u32..64, id: [u8; 16], items in prop::collection::vec(any::<u64>(), 1..40)) {
        let (number, id) = (number >> shift, RecordId::from_bytes(id));
        comes_back(number, &Value::Unsigned(number));
        comes_back(number % 2 == 0, &Value::Bool(number % 2 == 0));
        comes_back(id, &Value::Id(id));
        comes_back(items.clone(), &Value::List(items.into_iter().map(Value::Unsigned).collect()));
    }

    #[test]
    fn random_bytes_are_refused_or_kept(bytes: Vec<u8>) {
        strict_in_all_types(&bytes);
    }

    #[test]
    fn nearly_right_bytes_are_refused_or_kept(
        head in prop::sample::select(vec![0x00_u8, 0x18, 0x1b, 0x50, 0x61, 0x62, 0x64, 0x67, 0x78, 0x81, 0x82, 0xf4]),
        rest in prop::collection::vec(prop_oneof![0x30_u8..0x3a, Just(b'-'), Just(b'~'), Just(0x61), Just(0), any::<u8>()], 0..20),
    ) {
        strict_in_all_types(&[&[head][..], &rest[..]].concat());
    }

    #[test]
    fn typed_and_dynamic_records_are_stored_alike(
        name in prop::option::of("[a-zក-ហ]{1,40}"),
        phones in prop::collection::vec("0[0-9]{1,30}", 0..30),
        year in prop::option::of(1900_u16..=2100),
        commune in prop::option::of("[0-9]{6}"),
        corrections: Option<u64>,
        interpreter: Option<bool>,
    ) {
        let child = records::Child {
            given_name: name.as_ref().map(|name| text(name)),
            phones: phones.iter().map(|phone| text(phone)).collect(),
            date_of_birth: year.map(|year| PartialDate::year(year).unwrap().estimated()),
            home_commune: commune.map(|commune| PlaceCode::parse(&commune).unwrap()),
            interpreter_needed: interpreter,
            ..Default::default()
        };
        let statement = records::Statement {
            body: name.map(|name| Narrative::new(name.repeat(200)).unwrap()),
            child_corrections: corrections,
            ..Default::default()
        };
        for [typed, dynamic, retyped] in [stored(&child), stored(&statement)] {
            prop_assert!(typed == dynamic && typed == retyped);
        }
    }
}
