//! Records as wholes: every kind there and back, limits below one parent, codes of newer lists.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use saferoom_derive::Record;

use super::*;
use crate::model::records::Participant;
use crate::model::{DynamicRecord, FieldBuffer, ModelError, RecordKind, RecordSpec, Violation, catalogue, samples};

fn participant() -> Participant {
    Participant {
        role: Some(Coded::new("observer").unwrap()),
        presence: Some(Coded::new("observation_room").unwrap()),
        ..Participant::default()
    }
}

fn interview(session: &Session) -> (RecordId, RecordId) {
    let (case, child) = case_with_child(session, "Sokha");
    let interview = Interview { purpose: Some(Coded::new("initial").unwrap()), ..Interview::default() };
    (case, session.create(Some(child), &interview, &access()).unwrap().record)
}

#[test]
fn ten_thousand_participants_are_refused_and_none_is_kept() {
    let world = World::new();
    let session = world.session();
    let (case, interview) = interview(&session);
    let refused = session.write_batch(&access(), |batch| {
        (0..10_000).try_for_each(|_| batch.create(Some(interview), &participant()).map(drop))
    });
    let refused = refused.unwrap_err();
    assert_eq!(refused, Error::TooMany { kind: "participant", parent: "interview", at_most: 64 });
    assert_eq!(refused.code(), 709);
    let is_participant = |info: &RecordInfo| info.kind == Some(RecordKind::PARTICIPANT);
    let kept = |session: &Session| {
        session.records_of(case, &access()).unwrap().iter().filter(|info| is_participant(info)).count()
    };
    assert_eq!(kept(&session), 0);

    session
        .write_batch(&access(), |batch| {
            (0..64).try_for_each(|_| batch.create(Some(interview), &participant()).map(drop))
        })
        .unwrap();
    assert_eq!(session.create(Some(interview), &participant(), &access()).unwrap_err(), refused);
    assert_eq!(kept(&session), 64);
    let other = self::interview(&session).1;
    session.create(Some(other), &participant(), &access()).unwrap();
    drop(session);
    world.reopened().unwrap();
}

#[test]
fn what_others_have_written_below_a_parent_is_counted() {
    let world = World::new();
    let (session, other) = (world.session(), world.session());
    let (case, interview) = interview(&session);
    let fill = |session: &Session, count: usize| {
        session.write_batch(&access(), |batch| {
            (0..count).try_for_each(|_| batch.create(Some(interview), &participant()).map(drop))
        })
    };
    fill(&session, 30).unwrap();
    fill(&other, 30).unwrap();
    assert!(matches!(fill(&session, 5), Err(Error::TooMany { at_most: 64, .. })));
    fill(&session, 4).unwrap();
    assert!(matches!(fill(&other, 1), Err(Error::TooMany { .. })));
    let all = session.records_of(case, &access()).unwrap();
    assert_eq!(all.iter().filter(|info| info.kind == Some(RecordKind::PARTICIPANT)).count(), 64);
}

#[test]
fn records_of_one_act_lie_one_behind_the_other() {
    let world = World::new();
    let session = world.session();
    let (case, _) = case_with_child(&session, "Sokha");
    let batch = || {
        let made = session.write_batch(&access(), |batch| {
            (0..50).map(|_| Ok(batch.create(Some(case), &child("Dara"))?.record)).collect::<Result<Vec<_>, Error>>()
        });
        made.unwrap()
    };
    let (first, second) = (batch(), batch());
    assert!(first.is_sorted() && second.is_sorted());
    let between = |ids: &[RecordId], id: &RecordId| (ids[0]..=ids[49]).contains(id);
    assert!(!second.iter().any(|id| between(&first, id)) && !first.iter().any(|id| between(&second, id)));
    session.check(|_, _| ()).unwrap();
}

/// A child as a newer release writes it: with codes that this one does not know.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CHILD, parents(CASE))]
struct NewerChild {
    /// Sex
    #[field(no = 30, compartment = profile, class = quasi)]
    sex: Option<Text>,
    /// Role
    #[field(no = 31, compartment = profile, class = sensitive)]
    role: Option<Text>,
    /// Languages
    #[field(no = 34, compartment = profile, class = quasi)]
    languages: Vec<Text>,
}

#[test]
fn codes_of_a_newer_list_are_carried_over_but_not_added() {
    let world = World::new();
    let session = world.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let text = |text: &str| Text::new(text).unwrap();
    let newer = NewerChild {
        sex: Some(text("a_newer_code")),
        role: Some(text("victim")),
        languages: vec![text("km"), text("a_newer_language")],
    };
    let id = session.create(Some(case), &newer, &access()).unwrap().record;

    let mut read = session.read::<Child>(id, &access()).unwrap().record;
    assert_eq!(read.sex.as_ref().unwrap().code().as_str(), "a_newer_code");
    read.nickname = Some(text("Mom"));
    read.languages.reverse();
    session.amend(id, &read, &access()).unwrap();
    assert!(session.read::<Child>(id, &access()).unwrap().record == read);

    // Removing it is possible, bringing it back is not; nor is it in another field.
    let mut moved = read.clone();
    moved.languages = vec![Coded::new("a_newer_code").unwrap()];
    moved.role = None;
    let violation = |field, rule| Violation { kind: "child", field, rule };
    let left = vec![violation("role", "required"), violation("languages", "known-code")];
    assert_eq!(session.amend(id, &moved, &access()).unwrap_err(), ModelError::Invalid(left).into());
    let known = Child { sex: Some(Coded::new("female").unwrap()), ..read.clone() };
    session.amend(id, &known, &access()).unwrap();
    let left = vec![violation("sex", "known-code")];
    assert_eq!(session.amend(id, &read, &access()).unwrap_err(), ModelError::Invalid(left).into());
}

/// A record of this kind to stand below, with all that it stands below itself.
fn parent_for(session: &Session, spec: &'static RecordSpec) -> Option<RecordId> {
    let parent = catalogue().by_kind(*spec.parents.first()?).unwrap();
    if parent.kind == RecordKind::UNIT {
        return Some(session.unit());
    }
    let above = parent_for(session, parent);
    let made = session.write_batch(&access(), |batch| batch.create_dynamic(above, &samples::example(parent)));
    Some(made.unwrap().record)
}

/// The record as it is read, and what the typed record of its kind makes of it.
fn read_back(session: &Session, id: RecordId) -> DynamicRecord {
    let read = session.read_fields(id, None, &access()).unwrap().record;
    let mut fields = FieldBuffer::new();
    read.encode(&mut fields).unwrap();
    let typed = samples::through_typed(read.spec().kind, &fields).unwrap();
    assert!(typed.iter().eq(fields.iter()), "{}", read.spec().name());
    read
}

/// A revision says why it was made, where its kind asks for it.
fn with_reason(mut record: DynamicRecord) -> DynamicRecord {
    if let Some(field) = record.spec().field_named("edit_reason") {
        record.set(field.name, samples::example_value(field)).unwrap();
    }
    record
}

#[test]
fn any_record_of_any_kind_survives_write_read_and_amend() {
    let world = World::new();
    let session = world.session();
    // What no host writes by hand is written here as well: vault::tests::by_hand has the refusals.
    session.become_lawless();
    let config = || ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() };
    // No lock is written by hand: vault::tests::child_statement. Nor is what the library writes alone: vault::tests::releases.
    let by_hand = |spec: &&RecordSpec| spec.kind != RecordKind::LOCK && !spec.is_by_library();
    let kinds = catalogue().records().iter().copied().filter(by_hand);
    for spec in kinds {
        let parent = parent_for(&session, spec);
        let two = (samples::any_record(spec), samples::any_record(spec).prop_map(with_reason));
        let checked = TestRunner::new(config()).run(&two, |(first, second)| {
            let id = match parent {
                Some(_) => {
                    let made = session.write_batch(&access(), |batch| batch.create_dynamic(parent, &first));
                    let id = made.unwrap().record;
                    prop_assert!(read_back(&session, id) == first, "{}", spec.name());
                    id
                }
                None => session.unit(),
            };
            session.write_batch(&access(), |batch| batch.amend_dynamic(id, &second)).unwrap();
            prop_assert!(read_back(&session, id) == second, "{}", spec.name());
            Ok(())
        });
        assert_eq!(checked, Ok(()), "{}", spec.name());
    }
    drop(session);
    world.reopened().unwrap();
}

#[test]
fn what_a_batch_has_written_it_can_amend() {
    let world = World::new();
    let session = world.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let first = session
        .write_batch(&access(), |batch| {
            let made = batch.create(Some(case), &child("Neary"))?;
            batch.amend(made.record, &child("Sopheap"))?;
            batch.amend(made.record, &child("Bopha"))
        })
        .unwrap();
    assert_eq!(first.number, 3);
    let opened = world.reopened().unwrap().read::<Child>(first.record, &access()).unwrap();
    assert_eq!((opened.revision, opened.record), (3, child("Bopha")));
    let numbers: Vec<_> =
        session.history(first.record, &access()).unwrap().iter().map(|revision| revision.number).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert!(session.check(|_, _| ()).is_ok());
}
