//! A statement from its first text to its closing, and what nobody can do to it afterwards.

use std::io::Cursor;

use super::members::code;
use super::*;
use crate::log::{DetailKey, DetailValue};
use crate::model::records::{Consent, EditReason, Lock, Participant, SignatoryRole, StatementSignature};
use crate::model::{CodeListName, DynamicRecord, FieldBuffer, Record, Timestamp};
use crate::practice::consent::ConsentError;
use crate::practice::statement::{Correction, ReadBack, StatementError};
use crate::vault::exchange::{ExchangeError, ExportOptions, ImportOptions};

fn coded<L: CodeListName>(text: &str) -> Option<Coded<L>> {
    Some(Coded::new(text).unwrap())
}

fn interview(session: &Session) -> RecordId {
    let (_, child) = case_with_child(session, "Sokha");
    let interview = Interview { purpose: coded("initial"), ..Interview::default() };
    session.create(Some(child), &interview, &access()).unwrap().record
}

fn statement(body: &str) -> Statement {
    Statement {
        kind: coded("signed_statement"),
        language: coded("km"),
        body: Narrative::new(body).ok(),
        ..Statement::default()
    }
}

fn correction(body: &str, by: &str) -> Correction {
    let reason = if by == "child" { "child_correction" } else { "typo" };
    Correction {
        body: Narrative::new(body).unwrap(),
        reason: EditReason::new(reason).unwrap(),
        words: None,
        asked_by: SignatoryRole::new(by).unwrap(),
    }
}

fn mark() -> StatementSignature {
    StatementSignature { signatory: coded("child"), method: coded("mark"), ..StatementSignature::default() }
}

/// A closed statement with one signature.
pub(super) fn closed(session: &Session) -> (RecordId, RecordId, RecordId) {
    let interview = interview(session);
    let id = session.take_statement(interview, statement("first"), &access()).unwrap().id;
    let read = ReadBack { by: RecordId::random(), language: None };
    session.read_back_statement(id, &read, &access()).unwrap();
    let signature = session.sign_statement(id, mark(), &access()).unwrap();
    session.close_statement(id, None, &access()).unwrap();
    (interview, id, signature)
}

const CLOSED: Error = Error::Statement(StatementError::Closed { kind: "statement" });

#[test]
fn a_statement_goes_its_way_and_every_step_is_kept() {
    let world = World::new();
    let session = world.session();
    let interview = interview(&session);
    let taken = session.take_statement(interview, statement("The child prostitute said"), &access()).unwrap();
    assert_eq!((taken.version, taken.warnings.len()), (1, 1), "warned of, and written as it was said");
    assert_eq!(code(session.close_statement(taken.id, None, &access())), StatementError::NotSigned.into());
    assert_eq!(code(session.sign_statement(taken.id, mark(), &access())), StatementError::NotReadBack.into());
    let corrected = session.correct_statement(taken.id, &correction("second", "child"), &access()).unwrap();
    assert_eq!((corrected.id, corrected.version, corrected.warnings.len()), (taken.id, 2, 0));
    let read = ReadBack { by: RecordId::random(), language: coded("km") };
    session.read_back_statement(taken.id, &read, &access()).unwrap();
    session.sign_statement(taken.id, mark(), &access()).unwrap();
    assert_eq!(code(session.sign_statement(taken.id, mark(), &access())), StatementError::SignedTwice.into());
    let closing = session.close_statement(taken.id, Some(RecordId::random()), &access()).unwrap();
    let found = session.child_statement(taken.id, &access()).unwrap();
    assert_eq!(found.closing.as_ref(), Some(&closing));
    assert_eq!((found.signatures.len(), found.superseded_by, found.opened.revision), (1, None, 3));
    assert_eq!(found.opened.record.child_corrections, Some(1));
    let first = session.read_revision::<Statement>(taken.id, 1, &access()).unwrap().record;
    assert!(first.body.unwrap().as_str().starts_with("The child"));

    // The log holds the digest at the place that the closing names.
    let index = closing.log_index.unwrap();
    let entries = session.log_entries(index, index + 1, &Access::for_purpose("audit")).unwrap();
    let entry = &entries[0].entry;
    assert_eq!((entry.event, entry.what.as_ref().unwrap().record), (Event::Create, closing.lock));
    let Some(DetailValue::Bytes(digest)) = entry.detail.as_ref().unwrap().get(DetailKey::CLOSED_DIGEST) else {
        panic!("no digest")
    };
    assert_eq!(super::super::closing::written(digest.as_ref().try_into().unwrap()), closing.digest);
    session.check(|_, _| ()).unwrap();
}

#[test]
fn what_is_closed_changes_by_no_way() {
    let world = World::new();
    let session = world.session();
    let (interview, id, signature) = closed(&session);
    let reasoned = Statement { edit_reason: coded("typo"), ..statement("other") };
    assert_eq!(code(session.amend(id, &reasoned, &access())), CLOSED);
    let mut fields = FieldBuffer::new();
    reasoned.encode(&mut fields).unwrap();
    let dynamic = DynamicRecord::decode(Statement::spec(), &fields).unwrap();
    assert_eq!(code(session.write_batch(&access(), |batch| batch.amend_dynamic(id, &dynamic))), CLOSED);
    assert_eq!(code(session.amend(signature, &mark(), &access())), CLOSED);
    assert_eq!(code(session.create(Some(id), &mark(), &access())), CLOSED);
    let behind = Statement { supersedes: Some(id), ..reasoned };
    assert_eq!(code(session.create(Some(interview), &behind, &access())), CLOSED);
    let read = ReadBack { by: RecordId::random(), language: None };
    assert_eq!(code(session.read_back_statement(id, &read, &access())), CLOSED);
    assert_eq!(code(session.close_statement(id, None, &access())), CLOSED);

    // No lock is written, changed or added by hand.
    let by_hand = Error::Statement(StatementError::ClosingByHand);
    let lock = session.closing(id, &access()).unwrap().unwrap().lock;
    let record = session.read::<Lock>(lock, &access()).unwrap().record;
    assert_eq!(code(session.amend(lock, &record, &access())), by_hand);
    assert_eq!(code(session.create(Some(interview), &record, &access())), by_hand);
    assert_eq!(session.closing(id, &access()).unwrap().unwrap().fits, Some(true));
    assert_eq!(session.read::<Statement>(id, &access()).unwrap().revision, 2);

    // Each attempt stands in the log.
    let entries = session.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    assert!(entries.iter().filter(|entry| entry.entry.event == Event::Denied).count() >= 9);
}

#[test]
fn a_correction_after_the_closing_takes_its_place_and_leaves_it_as_it_was() {
    let world = World::new();
    let session = world.session();
    let (_, id, _) = closed(&session);
    let next = session.correct_statement(id, &correction("second", "child"), &access()).unwrap();
    assert_eq!((next.version, next.id == id), (2, false));
    let found = session.child_statement(id, &access()).unwrap();
    assert_eq!((found.superseded_by, found.closing.unwrap().fits), (Some(next.id), Some(true)));
    let again = session.correct_statement(id, &correction("third", "child"), &access());
    assert_eq!(code(again), StatementError::Superseded.into());
    let second = session.child_statement(next.id, &access()).unwrap();
    assert_eq!(second.opened.record.supersedes, Some(id));
    assert!(second.closing.is_none() && second.signatures.is_empty() && second.opened.record.read_back.is_none());
}

#[test]
fn a_translation_is_stale_when_the_original_has_a_newer_version() {
    let world = World::new();
    let session = world.session();
    let (_, id, _) = closed(&session);
    let text = Statement { language: coded("en"), translator: Some(RecordId::random()), ..statement("text") };
    let translation = session.translate_statement(id, text, &access()).unwrap().id;
    session.close_statement(translation, None, &access()).unwrap();
    let pair = |id| session.child_statement(id, &access()).unwrap();
    assert_eq!(pair(id).translations, [TranslationOf { id: translation, stale: false }]);
    assert_ne!(pair(id).closing.unwrap().digest, pair(translation).closing.unwrap().digest);
    let next = session.correct_statement(id, &correction("second", "child"), &access()).unwrap().id;
    assert_eq!(pair(next).translations, [TranslationOf { id: translation, stale: true }]);
    assert!(pair(translation).stale && pair(translation).closing.unwrap().fits == Some(true));
}

#[test]
fn who_cannot_see_all_of_it_cannot_close_it() {
    let world = World::new();
    let id = {
        let session = world.session();
        let interview = interview(&session);
        session
            .take_statement(interview, Statement { kind: coded("summary"), ..statement("text") }, &access())
            .unwrap()
            .id
    };
    let session = world.session();
    session.without_circle(Compartment::Narrative);
    let refused = code(session.close_statement(id, None, &access()));
    assert_eq!(refused, StatementError::NotAllSeen { compartment: "narrative" }.into());
}

#[test]
fn a_statement_that_was_changed_after_its_closing_does_not_fit_it() {
    let world = World::new();
    let session = world.session();
    let (_, id, _) = closed(&session);
    session.become_lawless();
    let other = Statement { edit_reason: coded("typo"), ..statement("other") };
    session.amend(id, &other, &access()).unwrap();
    let reader = world.reopened().unwrap();
    assert_eq!(reader.closing(id, &access()).unwrap().unwrap().fits, Some(false));
}

#[test]
fn closed_statements_come_along_in_an_export_and_keep_their_digest() {
    let world = World::new();
    let session = world.session();
    let (_, id, _) = closed(&session);
    let digest = session.closing(id, &access()).unwrap().unwrap().digest;
    let mut file = Vec::new();
    let why = access().because("moved");
    session
        .export_lines(&mut file, &ExportOptions { history: true, ..ExportOptions::default() }, &why, &mut |_| ())
        .unwrap();
    let other = World::new();
    let import = |text: &str| {
        let session = other.session();
        session.import_lines(
            Cursor::new(text.to_owned()),
            &ImportOptions::default(),
            &Access::for_purpose("import"),
            &mut |_| (),
        )
    };
    let text = String::from_utf8(file).unwrap();
    let report = import(&text).unwrap();
    assert_eq!(report.problem_count, 0, "{:?}", report.problems);
    let new = report.ids.iter().find(|new| *new.old == *id.to_string()).unwrap().new;
    let there = other.session().closing(new, &access()).unwrap().unwrap();
    assert_eq!((there.digest, there.fits), (digest, Some(true)));

    // A file that changes what it closed before is refused as a whole.
    let lock = text.lines().position(|line| line.contains("\"lock\"")).unwrap();
    let mut lines: Vec<_> = text.lines().collect();
    let moved = lines.remove(lock);
    let place = lines.iter().position(|line| line.contains("\"statement_signature\"")).unwrap();
    lines.insert(place, moved);
    let refused = import(&(lines.join("\n") + "\n")).unwrap_err();
    assert!(
        matches!(&refused, Error::Exchange(ExchangeError::Stopped { error, .. }) if **error == CLOSED),
        "{refused:?}"
    );
}

#[test]
fn parts_of_a_closed_interview_do_not_change_either() {
    let world = World::new();
    let session = world.session();
    let guest = Participant { role: coded("lawyer"), presence: coded("remote"), ..Participant::default() };
    let id = interview(&session);
    let before = session.create(Some(id), &guest, &access()).unwrap().record;
    let found = session.to_close(id, &access()).unwrap();
    let at = Timestamp::from_milliseconds(1_750_000_000_000).unwrap();
    session.act(&access(), Event::Update, &[], |act| act.close(found, None, at, false)).unwrap();
    let closed = Error::Statement(StatementError::Closed { kind: "interview" });
    assert_eq!(code(session.amend(before, &guest, &access())), closed);
    assert_eq!(code(session.create(Some(id), &guest, &access())), closed);
    let interview = session.read::<Interview>(id, &access()).unwrap().record;
    assert_eq!(code(session.amend(id, &interview, &access())), closed);
    // A transcript is made later.
    session.take_statement(id, statement("text"), &access()).unwrap();
    assert_eq!(session.closing(id, &access()).unwrap().unwrap().fits, Some(true));
}

/// The child's and a court's agreement that a court is told, and what of the statement.
fn told(session: &Session, child: RecordId) {
    let given = i64::try_from(session.vault().clock().0).unwrap() - 60_000;
    let scopes = ["case.*", "child.*", "interview.*", "statement.*", "statement_signature.*", "lock.*"];
    let consent = Consent {
        giver: coded("child_alone_mature"),
        purpose: coded("share"),
        decision: coded("agreed"),
        recipients: vec![Text::new("The court").unwrap()],
        scope_fields: scopes.iter().map(|scope| Text::new(*scope).unwrap()).collect(),
        given_at: Timestamp::from_milliseconds(given).ok(),
        ..Consent::default()
    };
    session.create(Some(child), &consent, &access()).unwrap();
}

#[test]
fn a_paper_for_the_court_is_a_disclosure_of_what_belongs_to_it_and_no_more() {
    let world = World::new();
    let session = world.session();
    let (interview, id, signature) = closed(&session);
    session.take_statement(interview, statement("another text"), &access()).unwrap();
    let child = session.info(interview).unwrap().parent.unwrap();
    let whom = PaperFor { kind: "court".into(), name: "The court".into() };
    let paper = || session.court_paper(id, &whom, None, &access());
    assert_eq!(code(paper()), ConsentError::ChildNotAsked.into());
    told(&session, child);
    let before = session.log_size().unwrap();
    let made = paper().unwrap();
    let opened: Vec<_> = made.disclosed.records.iter().map(|opened| opened.id).collect();
    assert!([child, id, signature].iter().all(|id| opened.contains(id)));
    let texts = made.disclosed.records.iter().filter(|opened| opened.record.get("body").is_some()).count();
    assert_eq!((made.child, texts, made.closing.as_ref().unwrap().fits), (child, 1, Some(true)));
    assert!(made.salt.is_some());
    let index = made.disclosed.log_index.unwrap();
    assert!(index >= before);
    let entries = session.log_entries(index, index + 1, &Access::for_purpose("audit")).unwrap();
    assert_eq!((entries[0].entry.event, entries[0].entry.what.as_ref().unwrap().record), (Event::Export, child));
    let whole = session.court_paper(interview, &PaperFor { kind: "nobody".into(), ..whom.clone() }, None, &access());
    assert_eq!(code(whole), ConsentError::UnknownRecipient.into());
    let of_child = session.court_paper(child, &whom, None, &access());
    assert_eq!(code(of_child), Error::WrongKind { expected: "statement", found: "record" });
}
