//! An officer. Officers are persons with rights to their data too.

use saferoom_derive::Record;

use super::{OfficerRole, OfficerStatus, Sex, redacted};
use crate::model::{PartialDate, Text};

/// An officer
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = OFFICER, parents(UNIT))]
pub struct Officer {
    /// Name
    #[field(no = 1, compartment = operations, class = direct, search = name, required, evidence)]
    pub name: Option<Text>,
    /// Name in Latin script
    #[field(no = 2, compartment = operations, class = direct, search = name)]
    pub name_latin: Option<Text>,
    /// Badge number
    #[field(no = 3, compartment = operations, class = direct, search = exact, evidence)]
    pub badge_number: Option<Text>,
    /// Telephone numbers
    #[field(no = 4, compartment = operations, class = direct)]
    pub phones: Vec<Text>,
    /// Rank
    #[field(no = 10, compartment = operations, class = quasi)]
    pub rank: Option<Text>,
    /// Sex
    #[field(no = 11, compartment = operations, class = quasi, release = as_is)]
    pub sex: Option<Sex>,
    /// Roles
    #[field(no = 12, compartment = operations, class = operational, release = as_is)]
    pub roles: Vec<OfficerRole>,
    /// State
    #[field(no = 13, compartment = operations, class = operational, release = as_is)]
    pub status: Option<OfficerStatus>,
    /// Courses passed
    #[field(no = 20, compartment = operations, class = operational, release = count)]
    pub certifications: Vec<Text>,
    /// Until when the training to interview children is valid
    #[field(no = 21, compartment = operations, class = operational, release = year)]
    pub certified_until: Option<PartialDate>,
    /// Last supervision
    #[field(no = 22, compartment = operations, class = operational, release = quarter)]
    pub supervision_last_on: Option<PartialDate>,
}

redacted!(Officer);
