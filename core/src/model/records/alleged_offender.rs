//! An alleged offender: alleged until a final judgment says otherwise.

use saferoom_derive::Record;

use super::{ContactRoute, Country, OffenderAgeGroup, OffenderRelationship, Sex, YesNoUnknown, redacted};
use crate::model::{Narrative, PartialDate, PlaceCode, Text};

/// An alleged offender
///
/// Make one for each person who is alleged to have harmed the child, also if only an account or a nickname is
/// known. Alleged until final judgment.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = ALLEGED_OFFENDER, parents(CASE), at_most = 256)]
pub struct AllegedOffender {
    // 1 to 9: names.
    /// Family name in Khmer script
    ///
    /// Only as it is known. Leave it empty rather than guess.
    #[field(no = 1, compartment = identity, class = direct, search = name, evidence)]
    pub family_name: Option<Text>,
    /// Given name in Khmer script
    ///
    /// Only as it is known.
    #[field(no = 2, compartment = identity, class = direct, search = name, evidence)]
    pub given_name: Option<Text>,
    /// Family name in Latin script
    ///
    /// As in a passport if there is one.
    #[field(no = 3, compartment = identity, class = direct, search = name)]
    pub family_name_latin: Option<Text>,
    /// Given name in Latin script
    ///
    /// As in a passport if there is one.
    #[field(no = 4, compartment = identity, class = direct, search = name)]
    pub given_name_latin: Option<Text>,
    /// Nicknames and other names
    ///
    /// What the child or others call the person, one to a line.
    #[field(no = 5, compartment = identity, class = direct, search = name)]
    pub nicknames: Vec<Text>,

    // 10 to 19: numbers and accounts.
    /// Telephone numbers
    ///
    /// One to a line.
    #[field(no = 10, compartment = identity, class = direct, search = phone)]
    pub phones: Vec<Text>,
    /// Accounts on social media, in games, for payments
    ///
    /// The service in front, then the exact spelling, one to a line.
    #[field(no = 11, compartment = identity, class = direct, search = exact, evidence)]
    pub accounts: Vec<Text>,
    /// Numbers of identity documents
    ///
    /// Which document and country, then the number, one to a line.
    #[field(no = 12, compartment = identity, class = direct, search = exact, evidence)]
    pub document_numbers: Vec<Text>,
    /// Date of birth
    ///
    /// As exactly as it is known.
    #[field(no = 13, compartment = identity, class = direct, search = date)]
    pub date_of_birth: Option<PartialDate>,
    /// Address
    ///
    /// The last known one.
    #[field(no = 14, compartment = identity, class = direct)]
    pub address: Option<Text>,
    /// Place
    ///
    /// The official code, as far as it is known.
    #[field(no = 15, compartment = identity, class = direct, search = place)]
    pub home_place: Option<PlaceCode>,
    /// Description
    ///
    /// What the person looks like, vehicle, place of work; as seen or told. No judgement.
    #[field(no = 16, compartment = identity, class = narrative)]
    pub description: Option<Narrative>,

    // 20 to 29: in codes.
    /// Adult or child
    ///
    /// Children who display harmful sexual behaviour need protection too; choose child for anyone under 18.
    #[field(no = 20, compartment = offence, class = quasi, release = as_is)]
    pub age_group: Option<OffenderAgeGroup>,
    /// Sex
    ///
    /// As it is known.
    #[field(no = 21, compartment = offence, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Nationality
    ///
    /// As in a document or as told.
    #[field(no = 22, compartment = offence, class = quasi, release = coarse_code)]
    pub nationality: Option<Country>,
    /// Relationship to the child
    ///
    /// As seen from the child. If there are several children, add an offender relation for each of the others.
    #[field(no = 23, compartment = offence, class = sensitive, release = coarse_code, evidence)]
    pub relationship_to_child: Option<OffenderRelationship>,
    /// Ways in which contact with the child was made
    ///
    /// Choose all that are alleged.
    #[field(no = 24, compartment = offence, class = sensitive, release = as_is)]
    pub contact_routes: Vec<ContactRoute>,
    /// Whether the person is known to the police for similar allegations
    ///
    /// From the register, not from hearsay.
    #[field(no = 25, compartment = offence, class = sensitive)]
    pub known_to_police: Option<YesNoUnknown>,
    /// Whether the person has access to children now
    ///
    /// At home, at work, online. If yes, think of their safety today.
    #[field(no = 26, compartment = offence, class = sensitive, release = as_is)]
    pub access_to_children: Option<YesNoUnknown>,
    /// Whether the person is held
    ///
    /// As it is today.
    #[field(no = 27, compartment = offence, class = sensitive)]
    pub in_custody: Option<YesNoUnknown>,
    /// When the person was last known to be near the child
    ///
    /// As exactly as it is known.
    #[field(no = 28, compartment = offence, class = quasi)]
    pub last_seen_on: Option<PartialDate>,
}

redacted!(AllegedOffender);
