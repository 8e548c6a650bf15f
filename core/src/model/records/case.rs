//! A case: what was reported, and how it goes.

use saferoom_derive::Record;

use super::{
    CaseStatus, CaseStep, ControlMeans, Controller, ExploitationType, HarmForm, LegalBasis, LegalOutcome, LegalStage,
    Modality, RecruiterRelation, RegistrationSource, ReportChannel, Sensitivity, Urgency, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, PlaceCode, Text, Timestamp};

/// A case
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CASE, parents(UNIT), opens_scope)]
pub struct Case {
    // 1 to 9: how it can be found.
    /// Number in the register of this unit
    #[field(no = 1, compartment = identity, class = direct, search = exact)]
    pub register_number: Option<Text>,
    /// References in other systems: Primero, OSCaR, police register, court, hotline, CyberTip
    #[field(no = 2, compartment = identity, class = direct, search = exact)]
    pub external_references: Vec<Text>,

    // 10 to 19: the report.
    /// When it was reported
    #[field(no = 10, compartment = operations, class = quasi, release = month, evidence)]
    pub reported_at: Option<Timestamp>,
    /// When it was registered
    #[field(no = 11, compartment = operations, class = operational, release = month)]
    pub registered_at: Option<Timestamp>,
    /// How it was reported
    #[field(no = 12, compartment = profile, class = quasi, release = coarse_code)]
    pub report_channel: Option<ReportChannel>,
    /// Place where it was reported
    #[field(no = 13, compartment = profile, class = quasi, search = place, release = province)]
    pub place_of_report: Option<PlaceCode>,
    /// Year of first registration in the source of an import
    #[field(no = 14, compartment = profile, class = quasi, release = as_is)]
    pub registration_year: Option<u64>,
    /// Where it was first registered
    #[field(no = 15, compartment = operations, class = operational, release = as_is)]
    pub registration_source: Option<RegistrationSource>,

    // 20 to 39: what is alleged.
    /// Forms of child sexual exploitation and abuse, and other harm, that are alleged
    #[field(no = 20, compartment = offence, class = sensitive, release = coarse_code)]
    pub harm_forms: Vec<HarmForm>,
    /// In person, technology-facilitated, or both
    #[field(no = 21, compartment = offence, class = sensitive, release = as_is)]
    pub modality: Vec<Modality>,
    /// First day of the alleged harm
    #[field(no = 22, compartment = offence, class = quasi, release = year, evidence)]
    pub incident_from: Option<PartialDate>,
    /// Last day of the alleged harm
    #[field(no = 23, compartment = offence, class = quasi, release = year, evidence)]
    pub incident_to: Option<PartialDate>,
    /// Place of the alleged harm
    #[field(no = 24, compartment = offence, class = quasi, release = province, evidence)]
    pub incident_place: Option<PlaceCode>,
    /// Articles of law that are invoked
    #[field(no = 25, compartment = offence, class = sensitive, release = count)]
    pub offence_articles: Vec<Text>,
    /// Alleged forms of exploitation in trafficking
    #[field(no = 26, compartment = offence, class = sensitive, release = coarse_code)]
    pub exploitation_types: Vec<ExploitationType>,
    /// Alleged means by which the child was controlled
    #[field(no = 27, compartment = offence, class = sensitive, release = coarse_code)]
    pub control_means: Vec<ControlMeans>,
    /// Relation of the alleged recruiter to the child
    #[field(no = 28, compartment = offence, class = sensitive, release = as_is)]
    pub recruiter_relation: Option<RecruiterRelation>,
    /// Summary of the report
    #[field(no = 29, compartment = narrative, class = narrative)]
    pub summary: Option<Narrative>,

    // 40 to 49: how it goes.
    /// State
    #[field(no = 40, compartment = operations, class = operational, release = as_is)]
    pub status: Option<CaseStatus>,
    /// Step
    #[field(no = 41, compartment = operations, class = operational, release = as_is)]
    pub step: Option<CaseStep>,
    /// Urgency
    #[field(no = 42, compartment = operations, class = sensitive, release = as_is)]
    pub urgency: Option<Urgency>,
    /// Stage of the legal proceedings
    #[field(no = 43, compartment = offence, class = sensitive, release = coarse_code)]
    pub legal_stage: Option<LegalStage>,
    /// Outcome of the legal proceedings
    #[field(no = 44, compartment = offence, class = sensitive, release = as_is)]
    pub legal_outcome: Option<LegalOutcome>,

    // 50 to 59: who answers for it, and how closely it is held.
    /// How closely it is held
    #[field(no = 50, compartment = operations, class = operational)]
    pub sensitivity: Option<Sensitivity>,
    /// Who answers for the data
    #[field(no = 51, compartment = operations, class = operational, release = as_is)]
    pub controller: Option<Controller>,
    /// On what legal ground it is recorded
    #[field(no = 52, compartment = operations, class = operational, release = as_is)]
    pub legal_basis: Option<LegalBasis>,
    /// Station that leads
    #[field(no = 53, compartment = operations, class = quasi)]
    pub lead_station: Option<RecordId>,
    /// Officer who leads
    #[field(no = 54, compartment = operations, class = quasi)]
    pub lead_officer: Option<RecordId>,
    /// Linked cases: the same child, alleged offender or incident
    #[field(no = 55, compartment = offence, class = sensitive, release = count)]
    pub linked_cases: Vec<RecordId>,

    // 60 to 69: retention.
    /// When keeping it is to be reviewed
    #[field(no = 60, compartment = operations, class = operational)]
    pub retention_review_on: Option<PartialDate>,
    /// Whether a legal hold forbids erasing it
    #[field(no = 61, compartment = operations, class = operational)]
    pub legal_hold: Option<bool>,
}

redacted!(Case);
