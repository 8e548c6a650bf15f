//! A child: victim or witness.

use saferoom_derive::Record;

use super::{
    AgeBand, ChildRole, CommunicationMeans, ControlMeans, Country, Ethnicity, ExploitationType, FunctionalDifficulty,
    GenderIdentity, HarmForm, Language, LivingArrangement, Modality, PriorVictimisation, RecruiterRelation, Religion,
    SchoolGrade, Sex, redacted,
};
use crate::id::RecordId;
use crate::model::{Narrative, PartialDate, PlaceCode, Text};

/// A child: victim or witness
///
/// Make one for each child in the case, also for a child who only saw or heard something.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CHILD, parents(CASE))]
pub struct Child {
    // 1 to 9: names.
    /// Family name in Khmer script
    ///
    /// As in the birth certificate or family book if you have seen it; otherwise as the child or the guardian
    /// writes it.
    #[field(no = 1, compartment = identity, class = direct, search = name, evidence)]
    pub family_name: Option<Text>,
    /// Given name in Khmer script
    ///
    /// As in the birth certificate or family book if you have seen it; otherwise as the child writes it.
    #[field(no = 2, compartment = identity, class = direct, search = name, evidence)]
    pub given_name: Option<Text>,
    /// Family name in Latin script
    ///
    /// As in a passport or identity card. If there is none, as the family spells it.
    #[field(no = 3, compartment = identity, class = direct, search = name)]
    pub family_name_latin: Option<Text>,
    /// Given name in Latin script
    ///
    /// As in a passport or identity card. If there is none, as the family spells it.
    #[field(no = 4, compartment = identity, class = direct, search = name)]
    pub given_name_latin: Option<Text>,
    /// Nickname
    ///
    /// What family and friends call the child, also a name used in games or chats.
    #[field(no = 5, compartment = identity, class = direct, search = name)]
    pub nickname: Option<Text>,
    /// Other names
    ///
    /// Earlier names and other spellings, one to a line. They help to find an earlier record, so that the
    /// child need not tell it again.
    #[field(no = 6, compartment = identity, class = direct, search = name)]
    pub other_names: Vec<Text>,
    /// Code name for spoken use
    ///
    /// A neutral word by which officers speak of the child where others can hear. Nothing that hints at name,
    /// village or harm.
    #[field(no = 7, compartment = operations, class = operational)]
    pub code_name: Option<Text>,
    /// Evidence item that holds a photo of the child's face
    ///
    /// Only a reference, and only where the photo is needed to recognise the child. Never a picture of abuse.
    #[field(no = 8, compartment = identity, class = direct)]
    pub photo_reference: Option<RecordId>,

    // 10 to 19: birth, documents, how to be reached.
    /// Date of birth
    ///
    /// As exactly as it is known. A year alone, or a year with a mark that it is estimated, is better than a
    /// guess.
    #[field(no = 10, compartment = identity, class = direct, search = date, release = age_in_years, evidence)]
    pub date_of_birth: Option<PartialDate>,
    /// Whether the date of birth is an estimate
    ///
    /// Yes if no document shows it.
    #[field(no = 11, compartment = profile, class = quasi)]
    pub date_of_birth_estimated: Option<bool>,
    /// National identity number
    ///
    /// Only from the card itself. Children mostly have none.
    #[field(no = 12, compartment = identity, class = direct, search = exact)]
    pub national_id: Option<Text>,
    /// Number of the birth certificate
    ///
    /// Copy it with the number of the book, as it stands there.
    #[field(no = 13, compartment = identity, class = direct, search = exact)]
    pub birth_certificate_number: Option<Text>,
    /// Number of the family book
    ///
    /// Copy it from the family book.
    #[field(no = 14, compartment = identity, class = direct, search = exact)]
    pub family_book_number: Option<Text>,
    /// Passport number
    ///
    /// Copy it from the passport. Add the letters.
    #[field(no = 15, compartment = identity, class = direct, search = exact)]
    pub passport_number: Option<Text>,
    /// Telephone numbers
    ///
    /// Numbers at which the child can be reached safely, one to a line. Ask who else uses the phone.
    #[field(no = 16, compartment = identity, class = direct, search = phone)]
    pub phones: Vec<Text>,
    /// Accounts on social media and in games
    ///
    /// The child's own accounts, with the service in front, one to a line. No passwords.
    #[field(no = 17, compartment = identity, class = direct, search = exact)]
    pub social_handles: Vec<Text>,
    /// E-mail addresses
    ///
    /// The child's own addresses, one to a line. Ask who else reads them.
    #[field(no = 18, compartment = identity, class = direct, search = exact)]
    pub emails: Vec<Text>,
    /// Numbers of other documents
    ///
    /// Such as a student card or refugee card: which document, then its number.
    #[field(no = 19, compartment = identity, class = direct, search = exact)]
    pub other_document_numbers: Vec<Text>,

    // 20 to 29: home and school.
    /// Address
    ///
    /// House, street and group, so that someone can find the home without asking the neighbours.
    #[field(no = 20, compartment = identity, class = direct)]
    pub address: Option<Text>,
    /// Home village
    ///
    /// The official code of eight digits of the village where the child lived when it was reported.
    #[field(no = 21, compartment = identity, class = direct, search = place)]
    pub home_village: Option<PlaceCode>,
    /// Home commune
    ///
    /// The official code of six digits. It follows from the village if that is known.
    #[field(no = 22, compartment = profile, class = quasi, search = place, release = district)]
    pub home_commune: Option<PlaceCode>,
    /// Home district
    ///
    /// The official code of four digits.
    #[field(no = 23, compartment = profile, class = quasi, search = place, release = province)]
    pub home_district: Option<PlaceCode>,
    /// Home province
    ///
    /// The official code of two digits.
    #[field(no = 24, compartment = profile, class = quasi, search = place, release = province)]
    pub home_province: Option<PlaceCode>,
    /// School
    ///
    /// The name of the school. Do not call the school before a safety plan says so.
    #[field(no = 25, compartment = identity, class = direct)]
    pub school_name: Option<Text>,
    /// School grade
    ///
    /// The grade the child is in now, or was in last.
    #[field(no = 26, compartment = profile, class = quasi, release = coarse_code)]
    pub school_grade: Option<SchoolGrade>,
    /// With whom the child lives
    ///
    /// As it was when it was reported, before anyone moved the child.
    #[field(no = 27, compartment = profile, class = sensitive, release = coarse_code)]
    pub living_arrangement: Option<LivingArrangement>,
    /// People the child lives with or trusts, and how to reach them
    ///
    /// Whom the child names as safe, and how to reach them. Not anyone who may be involved.
    #[field(no = 28, compartment = identity, class = narrative)]
    pub trusted_people: Option<Narrative>,

    // 30 to 39: who the child is, in codes.
    /// Sex
    ///
    /// As the child says. Choose unknown rather than guess.
    #[field(no = 30, compartment = profile, class = quasi, release = as_is, required)]
    pub sex: Option<Sex>,
    /// Victim, witness or both
    ///
    /// What was reported, not what has been proved.
    #[field(no = 31, compartment = profile, class = sensitive, release = as_is, required)]
    pub role: Option<ChildRole>,
    /// Age band at the time of the report, where no date of birth is known
    ///
    /// Only where no date of birth is known, not even a year.
    #[field(no = 32, compartment = profile, class = quasi, release = as_is)]
    pub age_band: Option<AgeBand>,
    /// Nationality
    ///
    /// As in a document or as the family says. Choose unknown rather than guess from looks or language.
    #[field(no = 33, compartment = profile, class = quasi, release = coarse_code)]
    pub nationality: Option<Country>,
    /// Languages
    ///
    /// The language that the child speaks best comes first.
    #[field(no = 34, compartment = profile, class = quasi, release = coarse_code)]
    pub languages: Vec<Language>,
    /// Whether an interpreter is needed
    ///
    /// Ask the child. A relative or neighbour does not interpret.
    #[field(no = 35, compartment = profile, class = quasi, release = as_is)]
    pub interpreter_needed: Option<bool>,
    /// How the child communicates best
    ///
    /// Ask the child and those who know the child well, before the interview.
    #[field(no = 36, compartment = profile, class = sensitive, release = as_is)]
    pub communication_means: Vec<CommunicationMeans>,
    /// Functions the child has a lot of difficulty with
    ///
    /// What the child has a lot of difficulty with or cannot do. For degrees, add functioning records below
    /// the child. No diagnosis.
    #[field(no = 37, compartment = profile, class = sensitive, release = count)]
    pub functional_difficulties: Vec<FunctionalDifficulty>,
    /// Whether the child was victimised before
    ///
    /// From the files. Do not ask the child about earlier harm for this field.
    #[field(no = 38, compartment = offence, class = sensitive, release = as_is)]
    pub prior_victimisation: Option<PriorVictimisation>,
    /// Gender identity
    ///
    /// Only if the child speaks of it. Do not ask.
    #[field(no = 39, compartment = profile, class = sensitive)]
    pub gender_identity: Option<GenderIdentity>,

    // 40 to 49: what is alleged to have happened to this child.
    /// Forms of child sexual exploitation and abuse, and other harm, alleged for this child
    ///
    /// Choose all that were reported for this child. You need not decide whether they can be proved.
    #[field(no = 40, compartment = offence, class = sensitive, release = coarse_code)]
    pub harm_forms: Vec<HarmForm>,
    /// In person, technology-facilitated, or both
    ///
    /// Choose both if any part of it happened or was shared by phone or internet.
    #[field(no = 41, compartment = offence, class = sensitive, release = as_is)]
    pub modality: Vec<Modality>,
    /// Alleged forms of exploitation in trafficking
    ///
    /// Only where trafficking of this child is alleged. Choose all that apply.
    #[field(no = 42, compartment = offence, class = sensitive, release = coarse_code)]
    pub exploitation_types: Vec<ExploitationType>,
    /// Alleged means by which the child was controlled
    ///
    /// What kept the child from leaving or telling. A child needs no force to be a victim.
    #[field(no = 43, compartment = offence, class = sensitive, release = coarse_code)]
    pub control_means: Vec<ControlMeans>,
    /// Relation of the alleged recruiter to the child
    ///
    /// As seen from the child.
    #[field(no = 44, compartment = offence, class = sensitive, release = as_is)]
    pub recruiter_relation: Option<RecruiterRelation>,
    /// Country where the alleged exploitation took place
    ///
    /// For harm online, the country where the child was.
    #[field(no = 45, compartment = offence, class = quasi, release = coarse_code)]
    pub exploitation_country: Option<Country>,

    // 50 to 59: links.
    /// Records of siblings in this case
    ///
    /// Their records in this case. Twins too.
    #[field(no = 50, compartment = identity, class = sensitive, release = count)]
    pub siblings: Vec<RecordId>,

    // 60 to 69: more about who the child is.
    /// Ethnicity
    ///
    /// Only if the child or the family says so and it is needed for language or support. Do not guess from
    /// looks.
    #[field(no = 60, compartment = profile, class = sensitive)]
    pub ethnicity: Option<Ethnicity>,
    /// Religion
    ///
    /// Only if it matters for care, food or an oath, and only as the child or the family says.
    #[field(no = 61, compartment = profile, class = sensitive)]
    pub religion: Option<Religion>,
    /// Age in years at the time of the report
    ///
    /// Only where the date of birth is not known. From 0 to 25.
    #[field(no = 62, compartment = profile, class = quasi, release = as_is)]
    pub age_at_report: Option<u64>,
    /// What the child needs in order to take part
    ///
    /// Such as a hearing aid, a break every ten minutes, a person to sit near. What works, not a diagnosis.
    #[field(no = 63, compartment = profile, class = narrative)]
    pub support_needs: Option<Narrative>,
}

redacted!(Child);
