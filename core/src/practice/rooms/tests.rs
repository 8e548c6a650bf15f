use std::collections::BTreeMap;

use super::*;
use crate::model::samples::example;
use crate::model::{Compartment, FieldClass, Value, catalogue};

/// Every field that leaves, and how: a field that is added later does not leave unseen.
#[test]
fn what_leaves_is_known() {
    let mut by_treatment: BTreeMap<Treatment, Vec<String>> = BTreeMap::new();
    for kind in LEAVING_KINDS {
        let spec = catalogue().by_kind(kind).unwrap();
        assert_eq!(spec.compartments(), [Compartment::Rooms], "{}", spec.name());
        for field in spec.fields {
            let treated = treatment(spec, field);
            let plain = treated == Treatment::Kept && field.class == FieldClass::Operational;
            if !plain {
                by_treatment.entry(treated).or_default().push(format!("{}.{}", spec.name(), field.name));
            }
        }
    }
    let of = |treatment| by_treatment.get(&treatment).map_or_else(String::new, |fields| fields.join(" "));
    assert_eq!(
        of(Treatment::Kept),
        "monitoring_visit.summary visit_item.note action_plan.agreed_with action_plan.goal planned_action.owner \
         planned_action.note request.asked_of request.answer training_participant.province training_participant.sex training_participant.rank_band \
         testimonial.text"
    );
    assert_eq!(of(Treatment::Month), "room_use.date");
    assert_eq!(of(Treatment::Token), "survey.participant_token testimonial.speaker_token");
    assert_eq!(
        of(Treatment::Dropped),
        "training_event.facilitators training_event.report room_use.started_at room_use.ended_at room_use.case_type \
         room_use.note monitoring_visit.visitors monitoring_visit.signatory training_participant.officer \
         training_participant.name survey.free_text"
    );
    // No rule is about a field that is not there.
    for spec in catalogue().records().iter().filter(|spec| !LEAVING_KINDS.contains(&spec.kind)) {
        assert_eq!(leaving(&example(spec), 1, |_| String::new()).unwrap(), Leaving::Nothing, "{}", spec.name());
    }
}

#[test]
fn what_leaves_is_what_may_arrive() {
    let token = |_: &str| "0123456789abcdef0123456789abcdef".to_owned();
    for kind in LEAVING_KINDS {
        let whole = example(catalogue().by_kind(kind).unwrap());
        let Leaving::Record(left) = leaving(&whole, 2, token).unwrap() else { panic!("{}", whole.spec().name()) };
        assert_eq!(check_arrived(&left), Ok(()), "{}", whole.spec().name());
        let dropped = whole.iter().any(|(field, _)| treatment(whole.spec(), field) != Treatment::Kept);
        assert_eq!(check_arrived(&whole).is_err(), dropped || left.get("text") != whole.get("text"));
    }
}

#[test]
fn who_agreed_to_be_quoted_by_role_is() {
    let mut said = example(catalogue().by_name("testimonial").unwrap());
    let leave = |said: &_, revision| leaving(said, revision, |_| "0".repeat(32)).unwrap();
    assert_eq!(leave(&said, 1), Leaving::Nothing, "it was withdrawn");
    let mut fresh = crate::model::DynamicRecord::new(said.spec());
    for name in ["text", "speaker_role"] {
        fresh.set(name, said.get(name).unwrap().clone()).unwrap();
    }
    fresh.set("checked_for_children", Value::Bool(true)).unwrap();
    let role_of = |consent: &str| {
        let mut asked = fresh.clone();
        asked.set_text("publish_consent", consent).unwrap();
        match leave(&asked, 1) {
            Leaving::Record(left) => Some(left.get("speaker_role").is_some()),
            Leaving::Nothing => None,
        }
    };
    assert_eq!(["no", "internal", "anonymous", "role_only"].map(role_of), [None, None, Some(false), Some(true)]);
    said.set_text("publish_consent", "no").unwrap();
    let Leaving::Record(mark) = leave(&said, 3) else { panic!("a mark that it was taken back") };
    assert!(mark.get("text") != said.get("text") && mark.iter().count() == 2);
    assert_eq!(check_arrived(&mark), Ok(()));
}
