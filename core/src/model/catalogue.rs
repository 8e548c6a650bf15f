//! The catalogue: every record kind and field of this release. The data dictionary, the command line and the bindings
//! show it; nothing is said twice.

use std::sync::OnceLock;

use serde::Serialize;

use super::records::{
    ActionPlan, AllegedOffender, Authorisation, Case, CaseLink, Certification, Child, Consent, ContentDigest,
    CustodyEvent, EvidenceAuthorization, EvidenceItem, ExternalReference, Functioning, Guardian, Interview,
    InterviewBreak, InterviewMonth, InterviewPhase, Lock, MonitoringVisit, OffenderRelation, Officer, Participant,
    PlannedAction, PracticeCheck, QualityReview, Referral, Release, Request, Room, RoomUse, RoomsSource, Statement,
    StatementSignature, Station, Survey, SurveySkill, Testimonial, TrainingEvent, TrainingParticipant, Unit, VisitItem,
};
use super::{FieldSpec, LabelLanguage, Record, RecordKind, RecordSpec, ReleaseRule, SearchKind};

/// All record kinds of this release.
#[derive(Debug)]
pub struct Catalogue {
    records: Vec<&'static RecordSpec>,
}

impl Catalogue {
    /// A catalogue of these kinds, ascending by number.
    pub(super) const fn of(records: Vec<&'static RecordSpec>) -> Self {
        Self { records }
    }

    /// The record kinds, ascending by number.
    #[must_use]
    pub fn records(&self) -> &[&'static RecordSpec] {
        &self.records
    }

    /// The record of this kind, if this release records it.
    #[must_use]
    pub fn by_kind(&self, kind: RecordKind) -> Option<&'static RecordSpec> {
        let index = self.records.binary_search_by_key(&kind, |record| record.kind).ok()?;
        Some(self.records[index])
    }

    /// The record of this name, such as `child`.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&'static RecordSpec> {
        self.records.iter().copied().find(|record| record.name() == name)
    }

    /// The field of this path, such as `child.sex`.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<(&'static RecordSpec, &'static FieldSpec)> {
        let (record, field) = path.split_once('.')?;
        let record = self.by_name(record)?;
        Some((record, record.field_named(field)?))
    }

    /// One entry per field, for a table or a file.
    #[must_use]
    pub fn entries(&self) -> Vec<CatalogueEntry> {
        let fields = |record: &&'static RecordSpec| {
            let record = *record;
            record.fields.iter().map(move |field| CatalogueEntry::of(record, field))
        };
        self.records.iter().flat_map(fields).collect()
    }
}

/// The declared nature of one field, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogueEntry {
    /// Name of the record kind.
    pub record: &'static str,
    /// Name of the field.
    pub name: &'static str,
    /// Its number.
    pub number: u64,
    /// Whose keys open it.
    pub compartment: &'static str,
    /// How sensitive it is.
    pub class: &'static str,
    /// Whether a court may rely on it.
    pub evidence: bool,
    /// What it holds.
    #[serde(rename = "type")]
    pub value_type: &'static str,
    /// Whether it holds a list.
    pub repeated: bool,
    /// Whether a record without it is refused.
    pub required: bool,
    /// The list that its codes are from.
    pub code_list: Option<&'static str>,
    /// How it can be searched.
    pub search: Option<&'static str>,
    /// What of it may leave in an extract.
    pub release: Option<&'static str>,
    /// What it is, in English.
    pub label: &'static str,
    /// What it is, in Khmer, or in English if there is no translation.
    pub label_km: &'static str,
    /// What to write into it and what not, in English.
    pub help: &'static str,
    /// What to write into it and what not, in Khmer, or in English if there is no translation.
    pub help_km: &'static str,
}

impl CatalogueEntry {
    /// The entry of a field of a record kind.
    #[must_use]
    pub fn of(record: &RecordSpec, field: &FieldSpec) -> Self {
        Self {
            record: record.name(),
            name: field.name,
            number: field.number.get(),
            compartment: field.compartment.name(),
            class: field.class.name(),
            evidence: field.evidence,
            value_type: field.value_type.name(),
            repeated: field.repeated,
            required: field.required,
            code_list: field.code_list,
            search: field.search.map(SearchKind::name),
            release: field.release.map(ReleaseRule::name),
            label: field.label,
            label_km: record.field_label_in(field, LabelLanguage::Khmer),
            help: field.help,
            help_km: record.field_help_in(field, LabelLanguage::Khmer),
        }
    }

    /// What the field is, in this language.
    #[must_use]
    pub const fn label_in(&self, language: LabelLanguage) -> &'static str {
        match language {
            LabelLanguage::English => self.label,
            LabelLanguage::Khmer => self.label_km,
        }
    }

    /// The path of the field, such as `child.sex`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.record, self.name)
    }
}

/// The catalogue of this release.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut records = vec![
            Case::spec(),
            Child::spec(),
            Interview::spec(),
            Statement::spec(),
            Officer::spec(),
            Station::spec(),
            Room::spec(),
            Unit::spec(),
            Guardian::spec(),
            AllegedOffender::spec(),
            OffenderRelation::spec(),
            Lock::spec(),
            Release::spec(),
            ExternalReference::spec(),
            CaseLink::spec(),
            Functioning::spec(),
            Participant::spec(),
            InterviewPhase::spec(),
            InterviewBreak::spec(),
            QualityReview::spec(),
            PracticeCheck::spec(),
            StatementSignature::spec(),
            EvidenceItem::spec(),
            ContentDigest::spec(),
            EvidenceAuthorization::spec(),
            CustodyEvent::spec(),
            Referral::spec(),
            Consent::spec(),
            Certification::spec(),
            RoomUse::spec(),
            MonitoringVisit::spec(),
            VisitItem::spec(),
            TrainingEvent::spec(),
            TrainingParticipant::spec(),
            Survey::spec(),
            SurveySkill::spec(),
            Testimonial::spec(),
            ActionPlan::spec(),
            PlannedAction::spec(),
            RoomsSource::spec(),
            InterviewMonth::spec(),
            Authorisation::spec(),
            Request::spec(),
        ];
        records.sort_unstable_by_key(|record| record.kind);
        Catalogue { records }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found() {
        let (record, field) = catalogue().field("child.sex").unwrap();
        assert_eq!((record.kind, field.code_list), (RecordKind::CHILD, Some("sex")));
        assert_eq!(catalogue().by_kind(RecordKind::ROOM).unwrap().name(), "room");
        let fields: usize = catalogue().records().iter().map(|record| record.fields.len()).sum();
        assert_eq!(catalogue().entries().len(), fields);
        assert!(catalogue().entries().iter().all(|entry| catalogue().field(&entry.path()).is_some()));
    }

    #[test]
    fn what_is_not_there_is_not() {
        for path in ["", ".", "child", "child.", ".sex", "child.nothing", "nothing.sex", "child.sex.sex"] {
            assert_eq!(catalogue().field(path), None, "{path}");
        }
    }
}
