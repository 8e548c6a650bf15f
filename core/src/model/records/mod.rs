//! The records of this release, one per file. A field's number is for ever; the golden catalogue pins it.
//!
//! Numbers are grouped in tens by subject, so that a field that comes later finds its place next to its kin.

mod action_plan;
mod alleged_offender;
mod authorisation;
mod case;
mod case_link;
mod certification;
mod child;
mod consent;
mod content_digest;
mod custody_event;
mod evidence_authorization;
mod evidence_item;
mod external_reference;
mod functioning;
mod guardian;
mod interview;
mod interview_break;
mod interview_month;
mod interview_phase;
mod lists;
mod lock;
mod monitoring_visit;
mod offender_relation;
mod officer;
mod participant;
mod planned_action;
mod practice_check;
mod quality_review;
mod referral;
mod release;
mod request;
mod room;
mod room_use;
mod rooms_source;
mod statement;
mod statement_signature;
mod station;
mod survey;
mod survey_skill;
mod testimonial;
mod training_event;
mod training_participant;
mod unit;
mod visit_item;

pub use action_plan::ActionPlan;
pub use alleged_offender::AllegedOffender;
pub use authorisation::Authorisation;
pub use case::Case;
pub use case_link::CaseLink;
pub use certification::Certification;
pub use child::Child;
pub use consent::Consent;
pub use content_digest::ContentDigest;
pub use custody_event::CustodyEvent;
pub use evidence_authorization::EvidenceAuthorization;
pub use evidence_item::EvidenceItem;
pub use external_reference::ExternalReference;
pub use functioning::Functioning;
pub use guardian::Guardian;
pub use interview::Interview;
pub use interview_break::InterviewBreak;
pub use interview_month::InterviewMonth;
pub use interview_phase::InterviewPhase;
pub use lists::*;
pub use lock::Lock;
pub use monitoring_visit::MonitoringVisit;
pub use offender_relation::OffenderRelation;
pub use officer::Officer;
pub use participant::Participant;
pub use planned_action::PlannedAction;
pub use practice_check::PracticeCheck;
pub use quality_review::QualityReview;
pub use referral::Referral;
pub use release::Release;
pub use request::Request;
pub use room::Room;
pub use room_use::RoomUse;
pub use rooms_source::RoomsSource;
pub use statement::Statement;
pub use statement_signature::StatementSignature;
pub use station::Station;
pub use survey::Survey;
pub use survey_skill::SurveySkill;
pub use testimonial::Testimonial;
pub use training_event::TrainingEvent;
pub use training_participant::TrainingParticipant;
pub use unit::Unit;
pub use visit_item::VisitItem;

/// `Debug` that says only which kind of record it is: a record must not leak through a log line or a panic.
macro_rules! redacted {
    ($record:ident) => {
        impl std::fmt::Debug for $record {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($record), "(redacted)"))
            }
        }
    };
}
use redacted;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FieldBuffer, Narrative, PartialDate, PlaceCode, Record, Text};

    /// What comes back after encoding and decoding, and how many fields were written.
    fn there_and_back<R: Record>(record: &R) -> (R, usize) {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        (R::decode(&fields).unwrap(), fields.len())
    }

    #[test]
    fn a_record_comes_back_and_what_is_empty_takes_no_space() {
        let child = Child {
            given_name: Some(Text::new("សុភា").unwrap()),
            phones: vec![Text::new("012 345 678").unwrap(), Text::new("+855 12 345 679").unwrap()],
            date_of_birth: Some(PartialDate::parse("2014-05").unwrap()),
            home_commune: Some(PlaceCode::parse("120304").unwrap()),
            sex: Some(Sex::new("female").unwrap()),
            harm_forms: vec![HarmForm::new("livestreamed_csa").unwrap(), HarmForm::new("a_newer_code").unwrap()],
            interpreter_needed: Some(false),
            ..Child::default()
        };
        let (back, fields) = there_and_back(&child);
        assert!(back == child);
        assert_eq!(fields, 7);

        let statement = Statement {
            kind: Some(StatementKind::new("verbatim_transcript").unwrap()),
            body: Some(Narrative::new("ខ្ញុំ\nមិនដឹង").unwrap()),
            child_corrections: Some(2),
            ..Statement::default()
        };
        let (back, fields) = there_and_back(&statement);
        assert!(back == statement);
        assert_eq!(fields, 3);
        assert_eq!(there_and_back(&Case::default()).1, 0);
    }

    #[test]
    fn debug_tells_the_kind_only() {
        assert_eq!(format!("{:?}", Child::default()), "Child(redacted)");
        assert_eq!(format!("{:?}", Statement::default()), "Statement(redacted)");
    }
}
