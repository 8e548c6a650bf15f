//! Every shipped rule can be kept and can be broken; what is wrong with a file of rules is named.

use proptest::prelude::*;

use super::*;
use crate::model::{
    DynamicRecord, LabelLanguage, ModelError, Text, Value, ValueType, catalogue, validate, validate_on,
};

/// The first of June 2026, about noon in Phnom Penh.
const NOW: u64 = 1_780_290_000_000;

fn occasion() -> Occasion {
    Occasion::at(NOW).of(id(8)).below(id(9))
}

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn value(field: &FieldSpec, written: &toml::Value) -> Value {
    let text = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
    let one = |text: &str| match (field.value_type, text.split_once(':')) {
        (ValueType::Id, Some(("id", number))) => Value::Id(id(number.parse().unwrap())),
        (_, Some(("ab", count))) => Value::Text(Text::new("ab".repeat(count.parse().unwrap())).unwrap()),
        _ => Value::parse_field(&FieldSpec { repeated: false, ..*field }, text).unwrap(),
    };
    match text.split_once(':') {
        Some(("items", count)) => Value::List(vec![one("012345678"); count.parse().unwrap()]),
        _ if field.repeated => Value::List(vec![one(&text)]),
        _ => one(&text),
    }
}

/// The rules that an example breaks.
fn broken(rule: &file::Rule, example: &toml::Table) -> Vec<&'static str> {
    let first = || rule.fields[0].split('.').next().unwrap();
    let kind = example.get("record").map_or_else(first, |kind| kind.as_str().unwrap());
    let spec = catalogue().by_name(kind).unwrap();
    let mut record = DynamicRecord::new(spec);
    for (name, written) in example.iter().filter(|(name, _)| *name != "record") {
        let field = spec.field_named(name).unwrap_or_else(|| panic!("{kind}.{name}"));
        record.set(name, value(field, written)).unwrap();
    }
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    match validate_on(spec, &fields, &occasion()) {
        Ok(()) => Vec::new(),
        Err(ModelError::Invalid(violations)) => violations.iter().map(|violation| violation.rule).collect(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_rule_can_be_kept_and_broken() {
    let file = file::File::parse(SHIPPED).unwrap();
    assert!(file.rule.len() > 45);
    for rule in &file.rule {
        for example in &rule.passes {
            assert!(!broken(rule, example).contains(&rule.name.as_str()), "{} passes {example:?}", rule.name);
        }
        for example in &rule.breaks {
            assert!(broken(rule, example).contains(&rule.name.as_str()), "{} breaks {example:?}", rule.name);
        }
    }
}

#[test]
fn all_that_is_broken_is_listed_and_explained() {
    let spec = catalogue().by_name("interview").unwrap();
    let mut record = DynamicRecord::new(spec);
    for (name, text) in [
        ("started_at", "2026-03-02T03:00:00Z"),
        ("ended_at", "2026-03-02T02:00:00Z"),
        ("sequence_number", "2"),
        ("recording", "none"),
        ("face_before", "6"),
    ] {
        record.set_text(name, text).unwrap();
    }
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    let Err(ModelError::Invalid(violations)) = validate(spec, &fields) else { panic!("accepted") };
    let found: Vec<_> = violations.iter().map(|violation| (violation.field, violation.rule)).collect();
    assert_eq!(
        found,
        [
            ("purpose", "required"),
            ("ended_at", "ends-after-start"),
            ("repeat_reason", "repeat-needs-reason"),
            ("no_recording_reason", "no-recording-needs-reason"),
            ("face_before", "one-to-five"),
        ]
    );
    let english = violations[1].explain(LabelLanguage::English);
    assert_eq!(english, "The end lies before the start. Correct one of the two.");
    assert!(
        violations
            .iter()
            .all(|v| v.explain(LabelLanguage::Khmer).chars().any(|c| ('\u{1780}'..='\u{17FF}').contains(&c)))
    );
    let newer = Violation { kind: "interview", field: "purpose", rule: "of-a-newer-release" };
    assert!(!newer.explain(LabelLanguage::English).is_empty());
}

#[test]
fn a_clock_that_was_never_set_forbids_nothing() {
    assert_eq!(Occasion::at(0).now, None);
    assert_eq!(Occasion::at(u64::MAX).now, None);
    assert_eq!(Occasion::at(NOW).now.map(Timestamp::milliseconds), Some(NOW as i64));
}

#[test]
fn rules_that_the_code_names_have_a_text() {
    let names: Vec<_> = rules().names().collect();
    for name in ["required", "required-in-revision", "type", "known-code", "known-place", "known-field", "no-files"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(rules().km_status().contains("draft"));
}

#[test]
fn forms_learn_when_a_field_is_needed() {
    let spec = catalogue().by_name("interview").unwrap();
    let reason = spec.field_named("repeat_reason").unwrap();
    let conditions = rules().required_when(spec.kind, reason.number);
    assert_eq!(serde_json::to_string(&conditions).unwrap(), r#"[[{"field":"sequence_number","more_than":1}]]"#);
    assert!(rules().required_when(spec.kind, spec.field_named("purpose").unwrap().number).is_empty());
}

const SMALL: &str = r#"
    version = 1
    km_status = "draft"
    text = []
    [[rule]]
    name = "a-rule"
    fields = ["interview.repeat_reason"]
    when = [{ field = "purpose", is = ["initial"] }]
    check = "required"
    en = "Say why."
    km = "ហេតុអ្វី។"
    passes = [{}]
    breaks = [{}]
"#;

#[test]
fn what_is_wrong_with_a_file_is_named() {
    assert!(Rules::parse(SMALL).is_ok());
    let refused = |from: &str, to: &str| Rules::parse(&SMALL.replace(from, to)).unwrap_err();
    let rule = || String::from("a-rule");
    let no_field = |field: &str| RuleError::NoSuchField { rule: rule(), field: field.into() };
    let unsuited = |field: &str| RuleError::Unsuited { rule: rule(), field: field.into() };
    assert_eq!(refused("interview.repeat_reason", "interview.nothing"), no_field("interview.nothing"));
    assert_eq!(refused("field = \"purpose\"", "field = \"nothing\""), no_field("nothing"));
    assert_eq!(refused("\"required\"", "{ not_before = \"nothing\" }"), unsuited("repeat_reason"));
    assert_eq!(refused("is = [\"initial\"]", "more_than = 2"), unsuited("purpose"));
    assert_eq!(refused("is = [\"initial\"]", "is = [\"initial\"], present = true"), unsuited("purpose"));
    assert_eq!(refused("is = [\"initial\"]", "is = []"), unsuited("purpose"));
    let code = RuleError::NoSuchCode { rule: rule(), field: "purpose".into(), code: "nothing".into() };
    assert_eq!(refused("initial", "nothing"), code);
    let elsewhere = RuleError::Compartment { rule: rule(), field: "feels_safe_before".into() };
    assert_eq!(
        refused("field = \"purpose\", is = [\"initial\"]", "field = \"feels_safe_before\", is = [\"no\"]"),
        elsewhere
    );
    assert_eq!(refused("Say why.", " "), RuleError::Incomplete { rule: rule() });
    assert_eq!(refused("breaks = [{}]", "breaks = []"), RuleError::Incomplete { rule: rule() });
    assert_eq!(refused("a-rule", "A rule"), RuleError::Name { rule: "A rule".into() });
    assert_eq!(
        refused("text = []", "text = [{ name = \"a-rule\", en = \"a\", km = \"b\" }]"),
        RuleError::Name { rule: rule() }
    );
    assert_eq!(refused("version = 1", "version = 2"), RuleError::Version(2));
    assert!(matches!(refused("\"required\"", "\"invented\""), RuleError::Toml(_)));
}

proptest! {
    #[test]
    fn any_bytes_are_judged_without_panic(
        kind in 0..catalogue().records().len(),
        values in proptest::collection::btree_map(1_u64..90, proptest::collection::vec(any::<u8>(), 0..40), 0..20),
    ) {
        let mut fields = FieldBuffer::new();
        for (number, bytes) in &values {
            fields.push(FieldNumber::new(*number), bytes).unwrap();
        }
        let spec = catalogue().records()[kind];
        let first = validate_on(spec, &fields, &occasion());
        prop_assert_eq!(first, validate_on(spec, &fields, &occasion()));
    }
}
