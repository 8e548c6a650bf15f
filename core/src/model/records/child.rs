//! A child: victim or witness.

use saferoom_derive::Record;

use super::{
    AgeBand, ChildRole, CommunicationMeans, ControlMeans, Country, ExploitationType, FunctionalDifficulty, HarmForm,
    Language, LivingArrangement, Modality, PriorVictimisation, RecruiterRelation, SchoolGrade, Sex, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, PlaceCode, Text};

/// A child: victim or witness
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CHILD, parents(CASE))]
pub struct Child {
    // 1 to 9: names.
    /// Family name in Khmer script
    #[field(no = 1, compartment = identity, class = direct, search = name, evidence)]
    pub family_name: Option<Text>,
    /// Given name in Khmer script
    #[field(no = 2, compartment = identity, class = direct, search = name, evidence)]
    pub given_name: Option<Text>,
    /// Family name in Latin script
    #[field(no = 3, compartment = identity, class = direct, search = name)]
    pub family_name_latin: Option<Text>,
    /// Given name in Latin script
    #[field(no = 4, compartment = identity, class = direct, search = name)]
    pub given_name_latin: Option<Text>,
    /// Nickname
    #[field(no = 5, compartment = identity, class = direct, search = name)]
    pub nickname: Option<Text>,
    /// Other names
    #[field(no = 6, compartment = identity, class = direct, search = name)]
    pub other_names: Vec<Text>,
    /// Code name for spoken use
    #[field(no = 7, compartment = operations, class = operational)]
    pub code_name: Option<Text>,

    // 10 to 19: birth, documents, how to be reached.
    /// Date of birth
    #[field(no = 10, compartment = identity, class = direct, search = date, release = age_in_years, evidence)]
    pub date_of_birth: Option<PartialDate>,
    /// Whether the date of birth is an estimate
    #[field(no = 11, compartment = profile, class = quasi)]
    pub date_of_birth_estimated: Option<bool>,
    /// National identity number
    #[field(no = 12, compartment = identity, class = direct, search = exact)]
    pub national_id: Option<Text>,
    /// Number of the birth certificate
    #[field(no = 13, compartment = identity, class = direct, search = exact)]
    pub birth_certificate_number: Option<Text>,
    /// Number of the family book
    #[field(no = 14, compartment = identity, class = direct, search = exact)]
    pub family_book_number: Option<Text>,
    /// Passport number
    #[field(no = 15, compartment = identity, class = direct, search = exact)]
    pub passport_number: Option<Text>,
    /// Telephone numbers
    #[field(no = 16, compartment = identity, class = direct, search = phone)]
    pub phones: Vec<Text>,
    /// Accounts on social media and in games
    #[field(no = 17, compartment = identity, class = direct, search = exact)]
    pub social_handles: Vec<Text>,

    // 20 to 29: home and school.
    /// Address
    #[field(no = 20, compartment = identity, class = direct)]
    pub address: Option<Text>,
    /// Home village
    #[field(no = 21, compartment = identity, class = direct, search = place)]
    pub home_village: Option<PlaceCode>,
    /// Home commune
    #[field(no = 22, compartment = profile, class = quasi, search = place, release = district)]
    pub home_commune: Option<PlaceCode>,
    /// Home district
    #[field(no = 23, compartment = profile, class = quasi, search = place, release = province)]
    pub home_district: Option<PlaceCode>,
    /// Home province
    #[field(no = 24, compartment = profile, class = quasi, search = place, release = province)]
    pub home_province: Option<PlaceCode>,
    /// School
    #[field(no = 25, compartment = identity, class = direct)]
    pub school_name: Option<Text>,
    /// School grade
    #[field(no = 26, compartment = profile, class = quasi, release = coarse_code)]
    pub school_grade: Option<SchoolGrade>,
    /// With whom the child lives
    #[field(no = 27, compartment = profile, class = sensitive, release = coarse_code)]
    pub living_arrangement: Option<LivingArrangement>,
    /// People the child lives with or trusts, and how to reach them
    #[field(no = 28, compartment = identity, class = narrative)]
    pub trusted_people: Option<Narrative>,

    // 30 to 39: who the child is, in codes.
    /// Sex
    #[field(no = 30, compartment = profile, class = quasi, release = as_is, required)]
    pub sex: Option<Sex>,
    /// Victim, witness or both
    #[field(no = 31, compartment = profile, class = sensitive, release = as_is, required)]
    pub role: Option<ChildRole>,
    /// Age band at the time of the report, where no date of birth is known
    #[field(no = 32, compartment = profile, class = quasi, release = as_is)]
    pub age_band: Option<AgeBand>,
    /// Nationality
    #[field(no = 33, compartment = profile, class = quasi, release = coarse_code)]
    pub nationality: Option<Country>,
    /// Languages
    #[field(no = 34, compartment = profile, class = quasi, release = coarse_code)]
    pub languages: Vec<Language>,
    /// Whether an interpreter is needed
    #[field(no = 35, compartment = profile, class = quasi, release = as_is)]
    pub interpreter_needed: Option<bool>,
    /// How the child communicates best
    #[field(no = 36, compartment = profile, class = sensitive, release = as_is)]
    pub communication_means: Vec<CommunicationMeans>,
    /// Functions the child has a lot of difficulty with
    #[field(no = 37, compartment = profile, class = sensitive, release = count)]
    pub functional_difficulties: Vec<FunctionalDifficulty>,
    /// Whether the child was victimised before
    #[field(no = 38, compartment = offence, class = sensitive, release = as_is)]
    pub prior_victimisation: Option<PriorVictimisation>,

    // 40 to 49: what is alleged to have happened to this child.
    /// Forms of child sexual exploitation and abuse, and other harm, alleged for this child
    #[field(no = 40, compartment = offence, class = sensitive, release = coarse_code)]
    pub harm_forms: Vec<HarmForm>,
    /// In person, technology-facilitated, or both
    #[field(no = 41, compartment = offence, class = sensitive, release = as_is)]
    pub modality: Vec<Modality>,
    /// Alleged forms of exploitation in trafficking
    #[field(no = 42, compartment = offence, class = sensitive, release = coarse_code)]
    pub exploitation_types: Vec<ExploitationType>,
    /// Alleged means by which the child was controlled
    #[field(no = 43, compartment = offence, class = sensitive, release = coarse_code)]
    pub control_means: Vec<ControlMeans>,
    /// Relation of the alleged recruiter to the child
    #[field(no = 44, compartment = offence, class = sensitive, release = as_is)]
    pub recruiter_relation: Option<RecruiterRelation>,
    /// Country where the alleged exploitation took place
    #[field(no = 45, compartment = offence, class = quasi, release = coarse_code)]
    pub exploitation_country: Option<Country>,

    // 50 to 59: links.
    /// Records of siblings in this case
    #[field(no = 50, compartment = identity, class = sensitive, release = count)]
    pub siblings: Vec<RecordId>,
}

redacted!(Child);
