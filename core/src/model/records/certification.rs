//! A certificate of an officer.

use saferoom_derive::Record;

use super::{TrainingTopic, redacted};
use crate::model::{PartialDate, Text};

/// A certificate of an officer
///
/// Make one for each course an officer has passed.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CERTIFICATION, parents(OFFICER), at_most = 128)]
pub struct Certification {
    /// Course
    ///
    /// What it was about.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub course: Option<TrainingTopic>,
    /// Title
    ///
    /// As on the certificate.
    #[field(no = 2, compartment = operations, class = operational)]
    pub title: Option<Text>,
    /// Provider
    ///
    /// Who held the course.
    #[field(no = 3, compartment = operations, class = operational)]
    pub provider: Option<Text>,
    /// When it was completed
    ///
    /// As on the certificate.
    #[field(no = 4, compartment = operations, class = operational, release = year)]
    pub completed_on: Option<PartialDate>,
    /// When it expires
    ///
    /// As on the certificate, or by the rule of your unit.
    #[field(no = 5, compartment = operations, class = operational, release = year)]
    pub expires_on: Option<PartialDate>,
    /// Number of the certificate
    ///
    /// As on the certificate.
    #[field(no = 6, compartment = operations, class = quasi)]
    pub certificate_number: Option<Text>,
}

redacted!(Certification);
