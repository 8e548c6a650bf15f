//! A guardian: who answers for a child.

use saferoom_derive::Record;

use super::{GuardianRelation, Language, Sex, YesNoUnknown, redacted};
use crate::model::{Narrative, PlaceCode, Text};

/// A guardian
///
/// Make one for each parent, guardian or other adult who answers for the child, also for one who may be involved.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = GUARDIAN, parents(CASE, CHILD), at_most = 32)]
pub struct Guardian {
    // 1 to 9: names.
    /// Family name in Khmer script
    ///
    /// As in the identity card or family book.
    #[field(no = 1, compartment = identity, class = direct, search = name)]
    pub family_name: Option<Text>,
    /// Given name in Khmer script
    ///
    /// As in the identity card or family book.
    #[field(no = 2, compartment = identity, class = direct, search = name)]
    pub given_name: Option<Text>,
    /// Family name in Latin script
    ///
    /// As in a passport or identity card.
    #[field(no = 3, compartment = identity, class = direct, search = name)]
    pub family_name_latin: Option<Text>,
    /// Given name in Latin script
    ///
    /// As in a passport or identity card.
    #[field(no = 4, compartment = identity, class = direct, search = name)]
    pub given_name_latin: Option<Text>,
    /// Other names
    ///
    /// Other spellings and the name by which neighbours know the person, one to a line.
    #[field(no = 5, compartment = identity, class = direct, search = name)]
    pub other_names: Vec<Text>,

    // 10 to 19: how to be reached.
    /// Telephone numbers
    ///
    /// One to a line. Do not call a guardian who may be involved.
    #[field(no = 10, compartment = identity, class = direct, search = phone)]
    pub phones: Vec<Text>,
    /// Address
    ///
    /// Only if it differs from the child's.
    #[field(no = 11, compartment = identity, class = direct)]
    pub address: Option<Text>,
    /// Home village
    ///
    /// The official code of eight digits.
    #[field(no = 12, compartment = identity, class = direct, search = place)]
    pub home_village: Option<PlaceCode>,
    /// National identity number
    ///
    /// Only from the card itself.
    #[field(no = 13, compartment = identity, class = direct, search = exact)]
    pub national_id: Option<Text>,
    /// Year of birth
    ///
    /// Four digits, in the common era.
    #[field(no = 14, compartment = identity, class = quasi)]
    pub birth_year: Option<u64>,

    // 20 to 29: what the guardian is to the child.
    /// Relation to the child
    ///
    /// As seen from the child.
    #[field(no = 20, compartment = profile, class = sensitive, release = coarse_code, required)]
    pub relation: Option<GuardianRelation>,
    /// Sex
    ///
    /// As the person says.
    #[field(no = 21, compartment = profile, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Whether the guardian lives with the child
    ///
    /// As it is now.
    #[field(no = 22, compartment = profile, class = sensitive, release = as_is)]
    pub lives_with_child: Option<bool>,
    /// Whether the guardian may decide for the child in law
    ///
    /// Only if a document or the authority says so.
    #[field(no = 23, compartment = profile, class = sensitive)]
    pub has_custody: Option<bool>,
    /// Whether the guardian is alleged to be involved
    ///
    /// Yes if anyone has alleged it. Then the guardian does not consent, does not accompany, and is not
    /// informed.
    #[field(no = 24, compartment = offence, class = sensitive, release = as_is)]
    pub is_suspect: Option<YesNoUnknown>,
    /// Whether the guardian knows of the report
    ///
    /// Ask before you call or visit.
    #[field(no = 25, compartment = operations, class = sensitive)]
    pub knows_of_report: Option<YesNoUnknown>,
    /// Languages
    ///
    /// In which the guardian can be informed.
    #[field(no = 26, compartment = profile, class = quasi, release = coarse_code)]
    pub languages: Vec<Language>,
    /// How to reach the guardian safely
    ///
    /// When, by whom, and what not to say on the phone.
    #[field(no = 27, compartment = identity, class = narrative)]
    pub safe_contact: Option<Narrative>,
}

redacted!(Guardian);
