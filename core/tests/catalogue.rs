//! The catalogue is a promise: what a vault holds today has to be readable for ever, by the same keys.
//!
//! `catalogue.golden.txt` pins every field. A new field is a new line; a line that changes or goes needs a decision.
//! `SAFEROOM_BLESS=1 cargo test --test catalogue` writes the file.

use std::fmt::Write as _;
use std::path::Path;

use saferoom::model::{Compartment, FieldClass, RecordKind, ReleaseRule, ValueType, catalogue, code_lists};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/catalogue.golden.txt");

fn rendered() -> String {
    let mut text = String::from(
        "# kind number, kind, field number, field, compartment, class, type, code list, release, search, flags\n",
    );
    for record in catalogue().records() {
        let parents: Vec<_> = record.parents.iter().map(|parent| parent.name()).collect();
        let scope = if record.opens_scope { ", opens a scope" } else { "" };
        let limit = record.at_most.map(|number| format!(", at most {number}")).unwrap_or_default();
        let (number, name, parents) = (record.kind.number(), record.name(), parents.join(" "));
        writeln!(text, "\n{number} {name} below [{parents}]{scope}{limit}").unwrap();
        for field in record.fields {
            let flags = [(field.repeated, "repeated"), (field.required, "required"), (field.evidence, "evidence")];
            let flags: Vec<_> = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
            let line = format!(
                "{} {} {} {} {} {} {} {} {} {} {}",
                record.kind.number(),
                record.name(),
                field.number,
                field.name,
                field.compartment,
                field.class,
                field.value_type,
                field.code_list.unwrap_or("-"),
                field.release.map_or("-", ReleaseRule::name),
                field.search.map_or("-", |search| search.name()),
                flags.join(" "),
            );
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
    }
    text
}

#[test]
fn no_field_changes_unnoticed() {
    let now = rendered();
    if std::env::var_os("SAFEROOM_BLESS").is_some() {
        std::fs::write(Path::new(GOLDEN), &now).unwrap();
        return;
    }
    let pinned = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    let gone: Vec<_> = pinned.lines().filter(|line| !now.lines().any(|other| other == *line)).collect();
    let new: Vec<_> = now.lines().filter(|line| !pinned.lines().any(|other| other == *line)).collect();
    assert!(
        pinned == now,
        "the catalogue differs from {GOLDEN}\ngone or changed (vaults hold these!): {gone:#?}\nnew: {new:#?}\n\
         If that is meant: SAFEROOM_BLESS=1 cargo test -p saferoom --test catalogue"
    );
}

#[test]
fn what_identifies_never_leaves_as_it_is() {
    let fields = catalogue().records().iter().flat_map(|record| record.fields.iter().map(move |field| (record, field)));
    for (record, field) in fields {
        let place = format!("{}.{}", record.name(), field.name);
        match (field.class, field.release) {
            (_, None) => {}
            (FieldClass::Direct, Some(rule)) => assert!(
                matches!(rule, ReleaseRule::AgeInYears | ReleaseRule::Present | ReleaseRule::Year | ReleaseRule::Count),
                "{place}: {rule}"
            ),
            (FieldClass::Narrative | FieldClass::Linkage, Some(rule)) => panic!("{place}: {rule}"),
            (_, Some(ReleaseRule::AsIs)) => {
                let unfit = [ValueType::Narrative, ValueType::Id, ValueType::Date, ValueType::Time];
                assert!(!unfit.contains(&field.value_type), "{place}");
                assert!(field.class == FieldClass::Operational || field.value_type != ValueType::Text, "{place}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_release_rule_and_a_search_kind_fit_the_type() {
    for record in catalogue().records() {
        for field in record.fields {
            let place = format!("{}.{}", record.name(), field.name);
            let fits = match field.release {
                None | Some(ReleaseRule::AsIs | ReleaseRule::Present) => true,
                Some(ReleaseRule::AgeInYears) => field.value_type == ValueType::Date,
                Some(ReleaseRule::Year | ReleaseRule::Month | ReleaseRule::Quarter) => {
                    matches!(field.value_type, ValueType::Date | ValueType::Time)
                }
                Some(ReleaseRule::Province | ReleaseRule::District) => field.value_type == ValueType::Place,
                Some(ReleaseRule::Count) => field.repeated,
                Some(ReleaseRule::CoarseCode) => field.value_type == ValueType::Code,
            };
            assert!(fits, "{place}: {:?}", field.release);
            let searchable = [ValueType::Text, ValueType::Date, ValueType::Place];
            assert!(field.search.is_none() || searchable.contains(&field.value_type), "{place}");
        }
    }
}

#[test]
fn a_coarse_code_is_coarser() {
    for entry in catalogue().entries().iter().filter(|entry| entry.release == Some("coarse_code")) {
        let list = code_lists().list(entry.code_list.unwrap()).unwrap();
        assert!(list.entries.iter().all(|code| code.parent.is_some()), "{}: {}", entry.path(), list.name);
    }
}

#[test]
fn every_code_list_ships() {
    for entry in catalogue().entries() {
        assert_eq!(entry.code_list.is_some(), entry.value_type == "code", "{}", entry.path());
        assert!(entry.code_list.is_none_or(|name| code_lists().list(name).is_some()), "{}", entry.path());
    }
}

#[test]
fn identity_is_held_apart_from_the_offence() {
    let child = catalogue().by_kind(RecordKind::CHILD).unwrap();
    for field in child.fields {
        let identifies = field.class == FieldClass::Direct;
        assert!(!identifies || field.compartment == Compartment::Identity, "child.{}", field.name);
    }
}

#[test]
fn every_parent_is_recorded_and_labels_speak_plainly() {
    const BLAMING: [&str; 7] =
        ["pornography", "child prostitute", "sex tourism", "perpetrator", "promiscuous", "sexting", "accuser"];
    for record in catalogue().records() {
        assert!(record.parents.iter().all(|parent| catalogue().by_kind(*parent).is_some()), "{}", record.name());
        for field in record.fields {
            let said = format!("{} {}", field.label, field.help).to_lowercase();
            assert!(!BLAMING.iter().any(|word| said.contains(word)), "{}.{}", record.name(), field.name);
        }
    }
    for code in code_lists().all().iter().flat_map(|list| &list.entries) {
        assert!(!BLAMING.iter().any(|word| code.en.to_lowercase().contains(word)), "{}", code.code);
    }
}

#[test]
fn every_record_and_field_says_what_to_write() {
    for record in catalogue().records() {
        assert!(record.help.ends_with('.') && record.help.len() > 20, "{}", record.name());
        for field in record.fields {
            let place = format!("{}.{}", record.name(), field.name);
            assert!(field.help.ends_with(['.', '?']) || field.help.ends_with("..."), "{place}: {}", field.help);
            assert!(field.help.len() >= 8 && field.help != field.label, "{place}");
        }
    }
}

#[test]
fn rooms_and_training_hold_nothing_about_a_child() {
    const OF_A_CHILD: [&str; 7] =
        ["age_band", "child_role", "harm_form", "disclosure_outcome", "school_grade", "living_arrangement", "country"];
    let rooms = [RecordKind::STATION, RecordKind::ROOM, RecordKind::ROOM_USE, RecordKind::MONITORING_VISIT];
    let training = [RecordKind::TRAINING_EVENT, RecordKind::SURVEY, RecordKind::TESTIMONIAL, RecordKind::ACTION_PLAN];
    let below = [RecordKind::VISIT_ITEM, RecordKind::PLANNED_ACTION, RecordKind::TRAINING_PARTICIPANT];
    for kind in [&rooms[..], &training, &below, &[RecordKind::SURVEY_SKILL]].concat() {
        let record = catalogue().by_kind(kind).unwrap();
        assert!(!record.parents.contains(&RecordKind::CASE) && !record.parents.contains(&RecordKind::CHILD));
        for field in record.fields {
            let place = format!("{}.{}", record.name(), field.name);
            assert_eq!(field.compartment, Compartment::Rooms, "{place}");
            assert!(field.code_list.is_none_or(|list| !OF_A_CHILD.contains(&list)), "{place}");
        }
    }
    // A survey and a testimonial name no record, so that nobody can be found from an answer.
    for kind in [RecordKind::SURVEY, RecordKind::SURVEY_SKILL, RecordKind::TESTIMONIAL] {
        let fields = catalogue().by_kind(kind).unwrap().fields;
        assert!(fields.iter().all(|field| field.value_type != ValueType::Id && field.class != FieldClass::Direct));
    }
}

#[test]
fn what_repeats_below_an_interview_has_a_limit() {
    let below = |record: &saferoom::model::RecordSpec| record.parents.contains(&RecordKind::INTERVIEW);
    let unlimited = |record: &saferoom::model::RecordSpec| record.at_most.is_none();
    let names: Vec<_> = catalogue().records().iter().filter(|r| below(r) && unlimited(r)).map(|r| r.name()).collect();
    assert_eq!(names, ["statement"]);
    assert_eq!(catalogue().by_kind(RecordKind::PARTICIPANT).unwrap().at_most, Some(64));
}
