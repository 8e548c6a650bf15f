//! Extra fields of a vault: signed by a custodian, known to every session, kept by whoever does not know them.

use super::*;
use crate::model::{DynamicRecord, FormDocument, FormError, FormRule, ModelError, Value, catalogue};

const FORM: &str = include_str!("../../../../examples/provincial.form.toml");

fn form() -> FormDocument {
    FormDocument::parse(FORM).unwrap()
}

fn record(session: &Session, arrival: &str) -> DynamicRecord {
    let spec = session.catalogue().unwrap().by_name("child").unwrap();
    let mut record = DynamicRecord::new(spec);
    for (name, text) in [("sex", "female"), ("role", "victim"), ("commune_card", "KD-0815"), ("arrival", arrival)] {
        record.set_text(name, text).unwrap();
    }
    record
}

fn card(session: &Session, id: RecordId) -> Option<Value> {
    session.read_fields(id, None, &access()).unwrap().record.get("commune_card").cloned()
}

#[test]
fn extra_fields_are_written_read_and_kept_by_a_typed_amendment() {
    let world = World::new();
    let (session, other) = (world.session(), world.reopened().unwrap());
    let (case, plain) = case_with_child(&session, "Sokha");
    assert!(std::ptr::eq(other.catalogue().unwrap(), catalogue()));
    session.add_form(&form(), &world.founder, &access()).unwrap();
    assert_eq!(session.forms().unwrap(), [form()]);

    let made = record(&session, "on_foot");
    let id = session.write_batch(&access(), |batch| batch.create_dynamic(Some(case), &made)).unwrap().record;
    assert_eq!(session.read_fields(id, None, &access()).unwrap().record, made);
    let unlisted = record(&session, "by_boat");
    let refused = session.write_batch(&access(), |batch| batch.create_dynamic(Some(case), &unlisted)).unwrap_err();
    let Error::Model(ModelError::Invalid(broken)) = refused else { panic!("{refused}") };
    assert_eq!((broken[0].field, broken[0].rule), ("arrival", "known-code"));

    // Another process that was signed in before, and a record type that knows nothing of the form.
    assert_eq!(other.forms().unwrap(), [form()]);
    let typed: Child = other.read(id, &access()).unwrap().record;
    let changed = Child { nickname: Some(Text::new("Kha").unwrap()), ..typed };
    other.amend(id, &changed, &access()).unwrap();
    assert!(card(&session, id) == made.get("commune_card").cloned());
    assert!(session.read::<Child>(id, &access()).unwrap().record == changed);

    // As a host does that knows the kinds of this release only.
    let mut dynamic = DynamicRecord::new(Child::spec());
    for (field, value) in session.read_fields(id, None, &access()).unwrap().record.iter() {
        let _known_here = dynamic.set(field.name, value.clone());
    }
    session.write_batch(&access(), |batch| batch.amend_dynamic(id, &dynamic)).unwrap();
    assert!(card(&session, id) == made.get("commune_card").cloned());

    // Through a dynamic record of this vault a field can be taken away, and an older record can get it.
    let mut without = session.read_fields(id, None, &access()).unwrap().record;
    without = without.iter().filter(|(field, _)| field.name != "commune_card").fold(
        DynamicRecord::new(made.spec()),
        |mut record, (field, value)| {
            record.set(field.name, value.clone()).unwrap();
            record
        },
    );
    session.write_batch(&access(), |batch| batch.amend_dynamic(id, &without)).unwrap();
    session.write_batch(&access(), |batch| batch.amend_dynamic(plain, &made)).unwrap();
    assert!(card(&session, id).is_none() && card(&session, plain).is_some());
    drop((session, other));

    let again = world.reopened().unwrap();
    assert_eq!(again.forms().unwrap(), [form()]);
    assert!(card(&again, plain).is_some());
    again.check(|_, _| ()).unwrap();
}

#[test]
fn only_a_custodian_adds_a_form_and_none_lowers_a_class() {
    let world = World::new();
    let session = world.session();
    let refused = session.add_form(&form(), &Identity::generate(), &access()).unwrap_err();
    assert_eq!((refused.code(), refused), (615, AccessError::NotACustodian.into()));
    session.add_form(&form(), &world.founder, &access()).unwrap();
    let lower = FormDocument::parse(&FORM.replace("\"sensitive\"", "\"quasi\"")).unwrap();
    let refused = session.add_form(&lower, &world.founder, &access()).unwrap_err();
    let rule = FormError::Field { field: "child.arrival".into(), rule: FormRule::ClassLowered };
    assert_eq!(refused, Error::Form(rule));
    assert_eq!(session.forms().unwrap(), [form()]);
    case_with_child(&session, "Sokha");
    drop(session);
    assert_eq!(world.reopened().unwrap().forms().unwrap(), [form()]);
}

#[test]
fn a_form_that_was_changed_or_dropped_is_noticed() {
    for sql in [
        "DELETE FROM roster WHERE position = 1",
        "UPDATE roster SET sealed = zeroblob(length(sealed)) WHERE position = 1",
        "INSERT INTO roster SELECT 2, sealed FROM roster WHERE position = 1",
        "UPDATE roster SET sealed = (SELECT sealed FROM roster WHERE position = 0) WHERE position = 1",
    ] {
        let world = World::new();
        let session = world.session();
        session.add_form(&form(), &world.founder, &access()).unwrap();
        drop(session);
        intruder(&world, sql);
        let refused = world.reopened().map(drop).unwrap_err();
        assert!(matches!(refused, Error::Access(AccessError::Roster) | Error::Integrity(_)), "{sql}: {refused}");
    }
}
