//! The subject's view: an act of two, that shows a child what is held and who saw it, and nothing of others.

use super::members::{Team, code, supervise};
use super::*;
use crate::access::AccessError;
use crate::model::Narrative;

fn auditing() -> Access {
    Access::for_purpose("subject-access")
}

#[test]
fn who_reads_the_log_and_who_reads_the_case_make_it_together() {
    let team = Team::new();
    let (auditor, interviewer) = (team.enrol("auditor"), team.enrol("interviewer"));
    let (auditor, interviewer) = (team.sign_in(&auditor), team.sign_in(&interviewer));
    let (case, id) = case_with_child(&interviewer, "Sokha");
    let full = Child { trusted_people: Some(Narrative::new("An aunt of another name").unwrap()), ..child("Sokha") };
    interviewer.amend(id, &full, &access()).unwrap();
    team.chief.read::<Child>(id, &Access::for_purpose("investigation")).unwrap();
    let (_, other) = case_with_child(&interviewer, "Dara");

    let slice = auditor.subject_slice(id, interviewer.member(), &auditing()).unwrap();
    let report = interviewer.subject_report(id, &slice, &auditing()).unwrap();
    assert_eq!((report.child, report.slice_by), (id, auditor.member()));
    // Every access to the case, and none to another.
    let about = |event, kind| {
        report.accesses.iter().filter(|access| access.event == event && access.kind == Some(kind)).count()
    };
    assert_eq!(about(crate::log::Event::Create, RecordKind::CHILD), 1);
    assert_eq!(about(crate::log::Event::Update, RecordKind::CHILD), 1);
    assert_eq!(about(crate::log::Event::Create, RecordKind::CASE), 1);
    let seen = report.accesses.iter().find(|access| access.event == crate::log::Event::Read).unwrap();
    assert_eq!((seen.role.as_deref(), seen.purpose.as_deref()), (Some("founder"), Some("investigation")));
    assert_eq!(report.summary()[0].0, ("founder".to_owned(), "investigation".to_owned()));
    // What is held: values about the child, free text only named.
    let held = report.held.iter().find(|held| held.id == id).unwrap();
    let field = |name: &str| held.fields.iter().find(|held| held.field.name == name).unwrap();
    assert!(field("family_name_latin").value.is_some() && field("trusted_people").value.is_none());
    assert!(report.held.iter().all(|held| held.id != other));
    assert_eq!(report.grants.iter().map(|grant| grant.member).collect::<Vec<_>>(), [interviewer.member()]);
    assert!(report.held.iter().any(|held| held.id == case));
    team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn nobody_makes_it_alone_and_a_slice_is_for_one_member_and_one_child() {
    let team = Team::new();
    let (auditor, one, other) = (team.enrol("auditor"), team.enrol("interviewer"), team.enrol("interviewer"));
    let (auditor, one, other) = (team.sign_in(&auditor), team.sign_in(&one), team.sign_in(&other));
    let (_, id) = case_with_child(&one, "Sokha");
    let (_, second) = case_with_child(&one, "Dara");
    let refused = Error::Access(AccessError::NotAllowed);
    // The auditor makes no report, the interviewer no slice, nobody both.
    let slice = auditor.subject_slice(id, one.member(), &auditing()).unwrap();
    assert_eq!(code(auditor.subject_report(id, &slice, &auditing())), refused);
    assert_eq!(code(one.subject_slice(id, other.member(), &auditing())), refused);
    assert_eq!(code(auditor.subject_slice(id, auditor.member(), &auditing())), refused);
    assert_eq!(code(team.chief.subject_slice(id, team.chief.member(), &auditing())), refused);
    // For another member, of another child, changed, cut.
    assert_eq!(code(other.subject_report(id, &slice, &auditing())), Error::SubjectSlice);
    assert_eq!(code(one.subject_report(second, &slice, &auditing())), Error::SubjectSlice);
    for at in (0..slice.len()).step_by(97) {
        let mut changed = slice.clone();
        changed[at] ^= 1;
        assert_eq!(code(one.subject_report(id, &changed, &auditing())), Error::SubjectSlice, "byte {at}");
    }
    for length in [0, 1, 1167, 1170, slice.len() - 1] {
        assert_eq!(code(one.subject_report(id, &slice[..length], &auditing())), Error::SubjectSlice);
    }
    // Whoever is not on the case gets the shape, and no value.
    let slice = auditor.subject_slice(id, other.member(), &auditing()).unwrap();
    let report = other.subject_report(id, &slice, &auditing()).unwrap();
    assert!(report.held.iter().all(|held| held.fields.iter().all(|field| field.value.is_none())));
    assert_eq!(code(auditor.subject_slice(RecordId::random(), one.member(), &auditing())), Error::NoSuchRecord);
    let _ = supervise();
}
