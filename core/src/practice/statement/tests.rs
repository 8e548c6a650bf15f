//! What can be done with a statement, and what cannot.

use super::*;
use crate::id::RecordId;
use crate::model::records::{EditReason, SignatoryRole, StatementSignature};
use crate::model::{CodeListName, Coded, DynamicRecord, FieldBuffer, Narrative, Record, Text, Timestamp};

fn coded<L: CodeListName>(text: &str) -> Option<Coded<L>> {
    Some(Coded::new(text).unwrap())
}

fn statement(body: &str) -> Statement {
    first(Statement {
        kind: coded("signed_statement"),
        language: coded("km"),
        body: Narrative::new(body).ok(),
        ..Statement::default()
    })
}

fn correction(body: &str, reason: &str, asked_by: &str) -> Correction {
    Correction {
        body: Narrative::new(body).unwrap(),
        reason: EditReason::new(reason).unwrap(),
        words: None,
        asked_by: SignatoryRole::new(asked_by).unwrap(),
    }
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds).unwrap()
}

fn signature(role: &str, method: &str) -> StatementSignature {
    StatementSignature { signatory: coded(role), method: coded(method), ..StatementSignature::default() }
}

fn heard(statement: &Statement) -> Statement {
    read_back(statement, &ReadBack { by: RecordId::from_bytes([1; 16]), language: None })
}

#[test]
fn a_correction_is_the_next_version_and_has_to_be_read_back_again() {
    let heard = heard(&statement("first"));
    assert_eq!((heard.read_back, heard.child_corrections, version(&heard)), (Some(true), Some(0), 1));
    let next = correct(&heard, &correction("second", "child_correction", "child")).unwrap();
    assert_eq!((version(&next), next.read_back, next.child_corrections), (2, None, Some(1)));
    let later = correct(&next, &correction("third", "typo", "interviewer")).unwrap();
    assert_eq!((version(&later), later.child_corrections, later.supersedes), (3, Some(1), None));
    let id = RecordId::from_bytes([9; 16]);
    assert_eq!(succeed((id, &next), &correction("third", "typo", "interviewer")).unwrap().supersedes, Some(id));
}

#[test]
fn a_correction_changes_something_and_says_who_asked() {
    let current = statement("first");
    let refused = |body, reason, by| correct(&current, &correction(body, reason, by)).unwrap_err();
    assert_eq!(refused("first", "typo", "interviewer"), StatementError::NothingChanged);
    assert_eq!(refused("other", "child_correction", "interviewer"), StatementError::WhoAsked);
    assert_eq!(refused("other", "typo", "child"), StatementError::WhoAsked);
}

#[test]
fn nobody_signs_for_the_child_and_the_child_nothing_unheard() {
    let unheard = statement("text");
    let now = at(2_000);
    let sign_by = |statement: &Statement, signature| sign(statement, &[], signature, now);
    assert_eq!(sign_by(&unheard, signature("child", "mark")).unwrap_err(), StatementError::NotReadBack);
    assert!(sign_by(&unheard, signature("child", "refused")).is_ok(), "not to sign is an answer at any time");
    let heard = heard(&unheard);
    let signed = sign_by(&heard, signature("child", "mark")).unwrap();
    assert_eq!((signed.statement_version, signed.signed_at), (Some(1), Some(now)));
    let by_other = StatementSignature { officer: Some(RecordId::from_bytes([1; 16])), ..signature("child", "ink") };
    assert_eq!(sign_by(&heard, by_other).unwrap_err(), StatementError::ForTheChild);
    assert_eq!(sign_by(&heard, signature("witness", "ink")).unwrap_err(), StatementError::Signatory);
    let later = StatementSignature { signed_at: Some(at(3_000)), ..signature("child", "mark") };
    assert_eq!(sign_by(&heard, later).unwrap_err(), StatementError::InFuture);
    let twice = sign(&heard, std::slice::from_ref(&signed), signature("child", "refused"), now);
    assert_eq!(twice.unwrap_err(), StatementError::SignedTwice);
    let next = correct(&heard, &correction("other", "typo", "interviewer")).unwrap();
    assert!(sign(&next, &[signed], signature("child", "refused"), now).is_ok(), "a later version is signed anew");
}

#[test]
fn what_is_called_signed_is_signed_in_this_version_before_it_is_closed() {
    let heard = heard(&statement("text"));
    assert_eq!(ready_to_close(&heard, &[]), Err(StatementError::NotSigned));
    let refused = sign(&heard, &[], signature("child", "refused"), at(1)).unwrap();
    assert_eq!(ready_to_close(&heard, std::slice::from_ref(&refused)), Ok(()));
    let next = correct(&heard, &correction("other", "typo", "interviewer")).unwrap();
    assert_eq!(ready_to_close(&next, &[refused]), Err(StatementError::NotSigned));
    assert_eq!(ready_to_close(&Statement { kind: coded("summary"), ..next }, &[]), Ok(()));
}

#[test]
fn a_translation_is_of_the_original_and_stale_when_that_changes() {
    let (id, original) = (RecordId::from_bytes([7; 16]), statement("text"));
    let (one, two) = (Some(RecordId::from_bytes([1; 16])), Some(RecordId::from_bytes([2; 16])));
    let draft = Statement { language: coded("en"), translator: one, translation_checked_by: two, ..statement("text") };
    let made = translation((id, &original), draft.clone()).unwrap();
    assert_eq!((made.translates, made.translates_version), (Some(id), Some(1)));
    assert!(!is_stale(&made, 1) && is_stale(&made, 2) && !is_stale(&original, 5));
    let refused = |draft| translation((id, &original), draft).unwrap_err();
    let no_one = Statement { translator: None, translation_checked_by: None, ..draft.clone() };
    assert_eq!(refused(no_one), StatementError::NoTranslator);
    let alone = Statement { translation_checked_by: one, ..draft.clone() };
    assert_eq!(refused(alone), StatementError::CheckedByTranslator);
    assert_eq!(refused(Statement { language: coded("km"), ..draft.clone() }), StatementError::SameLanguage);
    assert_eq!(translation((id, &made), draft).unwrap_err(), StatementError::OfTranslation);
}

fn content<R: Record>(record: &R) -> Content {
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    Content::of(&DynamicRecord::decode(R::spec(), &fields).unwrap(), &[]).unwrap()
}

#[test]
fn the_digest_is_of_the_values_in_any_order_and_not_of_ids() {
    let (text, other) = (content(&statement("text")), content(&statement("texts")));
    let signed = content(&signature("child", "mark"));
    let digest = content_digest(&[1; 16], vec![text.clone(), signed.clone()]);
    assert_eq!(content_digest(&[1; 16], vec![signed.clone(), text.clone()]), digest);
    assert_ne!(content_digest(&[2; 16], vec![signed.clone(), text.clone()]), digest);
    assert_ne!(content_digest(&[1; 16], vec![signed, other]), digest);
    assert_ne!(content_digest(&[1; 16], vec![text]), digest);
    let by = |byte| content(&Statement { author: Some(RecordId::from_bytes([byte; 16])), ..statement("text") });
    assert_eq!(content_digest(&[1; 16], vec![by(1)]), content_digest(&[1; 16], vec![by(2)]));
}

#[test]
fn the_digest_is_the_one_of_the_formats() {
    // Computed outside: sha256 of the labelled input of docs/formats.md 22, by python3's hashlib.
    let record =
        StatementSignature { page_count: Some(3), name: Text::new("Sokha").ok(), ..signature("witness", "ink") };
    let hex: String =
        content_digest(&[7; 16], vec![content(&record)]).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "f3fde8ae76136bd6ddea9583237491c29e16f734bf9418b96f9bbccc3842d11d");
}
