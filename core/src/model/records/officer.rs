//! An officer. Officers are persons with rights to their data too.

use saferoom_derive::Record;

use super::{Language, OfficerRole, OfficerStatus, Sex, UnitKind, redacted};
use crate::model::{PartialDate, Text};

/// An officer
///
/// Make one for each officer who interviews, leads cases or looks after a room. Officers have rights to their data
/// too.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = OFFICER, parents(UNIT))]
pub struct Officer {
    /// Name
    ///
    /// In Khmer script, as on the service card.
    #[field(no = 1, compartment = operations, class = direct, search = name, required, evidence)]
    pub name: Option<Text>,
    /// Name in Latin script
    ///
    /// As on the service card or passport.
    #[field(no = 2, compartment = operations, class = direct, search = name)]
    pub name_latin: Option<Text>,
    /// Badge number
    ///
    /// Copy it from the service card.
    #[field(no = 3, compartment = operations, class = direct, search = exact, evidence)]
    pub badge_number: Option<Text>,
    /// Telephone numbers
    ///
    /// Service numbers, one to a line. Private ones only if the officer agrees.
    #[field(no = 4, compartment = operations, class = direct)]
    pub phones: Vec<Text>,
    /// Rank
    ///
    /// As on the service card.
    #[field(no = 10, compartment = operations, class = quasi)]
    pub rank: Option<Text>,
    /// Sex
    ///
    /// As the officer says.
    #[field(no = 11, compartment = operations, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Roles
    ///
    /// What the officer does in this unit. It grants no access by itself.
    #[field(no = 12, compartment = operations, class = operational, release = as_is)]
    pub roles: Vec<OfficerRole>,
    /// State
    ///
    /// Change it on the day an officer leaves; access ends in the roster.
    #[field(no = 13, compartment = operations, class = operational, release = as_is)]
    pub status: Option<OfficerStatus>,
    /// Kind of unit
    ///
    /// The kind of unit the officer serves in.
    #[field(no = 14, compartment = operations, class = quasi, release = as_is)]
    pub unit_kind: Option<UnitKind>,
    /// Languages
    ///
    /// In which the officer can talk with a child without an interpreter.
    #[field(no = 15, compartment = operations, class = quasi, release = as_is)]
    pub languages: Vec<Language>,
    /// Courses passed
    ///
    /// One to a line. For dates and validity, add certification records below the officer.
    #[field(no = 20, compartment = operations, class = operational, release = count)]
    pub certifications: Vec<Text>,
    /// Until when the training to interview children is valid
    ///
    /// From the newest certificate.
    #[field(no = 21, compartment = operations, class = operational, release = year)]
    pub certified_until: Option<PartialDate>,
    /// Last supervision
    ///
    /// The day of the last talk with a supervisor or peers about interviews.
    #[field(no = 22, compartment = operations, class = operational, release = quarter)]
    pub supervision_last_on: Option<PartialDate>,
    /// Interviews of children in the last twelve months
    ///
    /// Count sessions. Very many are a reason to offer support to the officer.
    #[field(no = 23, compartment = operations, class = operational, release = as_is)]
    pub interviews_last_12_months: Option<u64>,
}

redacted!(Officer);
