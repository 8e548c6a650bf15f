//! A case: what was reported, and how it goes.

use saferoom_derive::Record;

use super::{
    CaseStatus, CaseStep, ControlMeans, Controller, ExploitationType, HarmForm, LegalBasis, LegalOutcome, LegalStage,
    Modality, RecruiterRelation, RegistrationSource, ReportChannel, Sensitivity, UnitKind, Urgency, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, PlaceCode, Text, Timestamp};

/// A case
///
/// Make one for each report that has to be followed up. Look for an earlier case of the same child first.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CASE, parents(UNIT), opens_scope)]
pub struct Case {
    // 1 to 9: how it can be found.
    /// Number in the register of this unit
    ///
    /// Copy it from the register exactly as it stands there. Put no name into it.
    #[field(no = 1, compartment = identity, class = direct, search = exact)]
    pub register_number: Option<Text>,
    /// References in other systems: Primero, OSCaR, police register, court, hotline, CyberTip
    ///
    /// One reference to a line. To say which system a number is from, add an external reference below the case
    /// instead.
    #[field(no = 2, compartment = identity, class = direct, search = exact)]
    pub external_references: Vec<Text>,

    // 10 to 19: the report.
    /// When it was reported
    ///
    /// When the report first reached any authority or organisation, not when it was typed in.
    #[field(no = 10, compartment = operations, class = quasi, release = month, evidence)]
    pub reported_at: Option<Timestamp>,
    /// When it was registered
    ///
    /// When this unit entered it into its register.
    #[field(no = 11, compartment = operations, class = operational, release = month)]
    pub registered_at: Option<Timestamp>,
    /// How it was reported
    ///
    /// The first way in which anyone heard of it. Choose the child if the child told it to the one who
    /// reported.
    #[field(no = 12, compartment = profile, class = quasi, release = coarse_code)]
    pub report_channel: Option<ReportChannel>,
    /// Place where it was reported
    ///
    /// The place of the office that took the report, not the home of the child.
    #[field(no = 13, compartment = profile, class = quasi, search = place, release = province)]
    pub place_of_report: Option<PlaceCode>,
    /// Year of first registration in the source of an import
    ///
    /// Only for imported records: the year in the source. Leave it empty for new cases.
    #[field(no = 14, compartment = profile, class = quasi, release = as_is)]
    pub registration_year: Option<u64>,
    /// Where it was first registered
    ///
    /// Whose register had it first.
    #[field(no = 15, compartment = operations, class = operational, release = as_is)]
    pub registration_source: Option<RegistrationSource>,
    /// Province that answers for it
    ///
    /// The province whose unit leads the case, by its two-digit code.
    #[field(no = 16, compartment = operations, class = quasi, search = place, release = province)]
    pub province: Option<PlaceCode>,

    // 20 to 39: what is alleged.
    /// Forms of child sexual exploitation and abuse, and other harm, that are alleged
    ///
    /// Choose all that were reported. You need not decide whether they can be proved.
    #[field(no = 20, compartment = offence, class = sensitive, release = coarse_code)]
    pub harm_forms: Vec<HarmForm>,
    /// In person, technology-facilitated, or both
    ///
    /// Choose both if any part of it happened or was shared by phone or internet.
    #[field(no = 21, compartment = offence, class = sensitive, release = as_is)]
    pub modality: Vec<Modality>,
    /// First day of the alleged harm
    ///
    /// As exactly as it is known; a year alone is enough. Do not press the child for a date.
    #[field(no = 22, compartment = offence, class = quasi, release = year, evidence)]
    pub incident_from: Option<PartialDate>,
    /// Last day of the alleged harm
    ///
    /// The same day as the first if it happened once. Leave it empty if it goes on.
    #[field(no = 23, compartment = offence, class = quasi, release = year, evidence)]
    pub incident_to: Option<PartialDate>,
    /// Place of the alleged harm
    ///
    /// The official code of village, commune, district or province, as far as it is known. For harm online,
    /// where the child was.
    #[field(no = 24, compartment = offence, class = quasi, release = province, evidence)]
    pub incident_place: Option<PlaceCode>,
    /// Articles of law that are invoked
    ///
    /// One article to a line, with the name of the law, as the police or the prosecutor cites them.
    #[field(no = 25, compartment = offence, class = sensitive, release = count)]
    pub offence_articles: Vec<Text>,
    /// Alleged forms of exploitation in trafficking
    ///
    /// Only where trafficking is alleged. Choose all that apply.
    #[field(no = 26, compartment = offence, class = sensitive, release = coarse_code)]
    pub exploitation_types: Vec<ExploitationType>,
    /// Alleged means by which the child was controlled
    ///
    /// What kept the child from leaving or telling. A child needs no force to be a victim; leave it empty if
    /// nothing is known.
    #[field(no = 27, compartment = offence, class = sensitive, release = coarse_code)]
    pub control_means: Vec<ControlMeans>,
    /// Relation of the alleged recruiter to the child
    ///
    /// As seen from the child. Only where someone is alleged to have recruited the child.
    #[field(no = 28, compartment = offence, class = sensitive, release = as_is)]
    pub recruiter_relation: Option<RecruiterRelation>,
    /// Summary of the report
    ///
    /// What was reported, in the words of the one who reported. No judgement of the child, and no name that is
    /// not needed.
    #[field(no = 29, compartment = narrative, class = narrative)]
    pub summary: Option<Narrative>,

    // 40 to 49: how it goes.
    /// State
    ///
    /// Where the case stands today.
    #[field(no = 40, compartment = operations, class = operational, release = as_is)]
    pub status: Option<CaseStatus>,
    /// Step
    ///
    /// The step of case management that is being worked on.
    #[field(no = 41, compartment = operations, class = operational, release = as_is)]
    pub step: Option<CaseStep>,
    /// Urgency
    ///
    /// High if the child is in danger now. Say in the summary why.
    #[field(no = 42, compartment = operations, class = sensitive, release = as_is)]
    pub urgency: Option<Urgency>,
    /// Stage of the legal proceedings
    ///
    /// The last stage that was reached for certain.
    #[field(no = 43, compartment = offence, class = sensitive, release = coarse_code)]
    pub legal_stage: Option<LegalStage>,
    /// Outcome of the legal proceedings
    ///
    /// Only what a prosecutor or court decided. It says nothing about whether the child was believed.
    #[field(no = 44, compartment = offence, class = sensitive, release = as_is)]
    pub legal_outcome: Option<LegalOutcome>,
    /// Whether it has to be acted on today
    ///
    /// Yes if waiting until tomorrow could put the child at risk or lose evidence.
    #[field(no = 45, compartment = operations, class = sensitive, release = as_is)]
    pub urgent: Option<bool>,

    /// Day on which it was closed
    ///
    /// The period for which it is kept counts from this day.
    #[field(no = 46, compartment = operations, class = operational)]
    pub closed_on: Option<PartialDate>,

    // 50 to 59: who answers for it, and how closely it is held.
    /// How closely it is held
    ///
    /// Restricted or sealed if even colleagues of the unit should not see it, for example when an officer or
    /// an official is alleged to be involved.
    #[field(no = 50, compartment = operations, class = operational)]
    pub sensitivity: Option<Sensitivity>,
    /// Who answers for the data
    ///
    /// The organisation that decides about this record, as agreed between police and partner.
    #[field(no = 51, compartment = operations, class = operational, release = as_is)]
    pub controller: Option<Controller>,
    /// On what legal ground it is recorded
    ///
    /// The ground that holds even if the family withdraws its consent, where there is one.
    #[field(no = 52, compartment = operations, class = operational, release = as_is)]
    pub legal_basis: Option<LegalBasis>,
    /// Station that leads
    ///
    /// The record of the station.
    #[field(no = 53, compartment = operations, class = quasi)]
    pub lead_station: Option<RecordId>,
    /// Officer who leads
    ///
    /// The record of the officer who is responsible for the case.
    #[field(no = 54, compartment = operations, class = quasi)]
    pub lead_officer: Option<RecordId>,
    /// Linked cases: the same child, alleged offender or incident
    ///
    /// Their records. To say how they are linked, add a case link below the case instead.
    #[field(no = 55, compartment = offence, class = sensitive, release = count)]
    pub linked_cases: Vec<RecordId>,
    /// Kind of unit that leads
    ///
    /// The kind of unit, not its name.
    #[field(no = 56, compartment = operations, class = quasi, release = as_is)]
    pub lead_unit: Option<UnitKind>,

    // 60 to 69: retention.
    /// When keeping it is to be reviewed
    ///
    /// The day on which someone decides whether the record is still needed.
    #[field(no = 60, compartment = operations, class = operational)]
    pub retention_review_on: Option<PartialDate>,
    /// Whether a legal hold forbids erasing it
    ///
    /// Yes only if a court, a prosecutor or the law says so.
    #[field(no = 61, compartment = operations, class = operational)]
    pub legal_hold: Option<bool>,
    /// Rule by which it is kept
    ///
    /// The name or number of the rule in the retention list of your organisation.
    #[field(no = 62, compartment = operations, class = operational)]
    pub retention_rule: Option<Text>,
    /// When it may be erased
    ///
    /// Follows from the rule. A legal hold comes before it.
    #[field(no = 63, compartment = operations, class = operational)]
    pub erase_after: Option<PartialDate>,
    /// Order that the legal hold rests on
    ///
    /// The number and date of the order. No names.
    #[field(no = 64, compartment = operations, class = operational)]
    pub legal_hold_reference: Option<Text>,
}

redacted!(Case);
