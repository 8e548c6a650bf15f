//! The number of a case or child in another system.

use saferoom_derive::Record;

use super::{ExternalSystem, redacted};
use crate::model::{Narrative, PartialDate, Text};

/// A reference in another system
///
/// Make one for each number under which the case or child is known elsewhere.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = EXTERNAL_REFERENCE, parents(CASE, CHILD), at_most = 64)]
pub struct ExternalReference {
    /// System
    ///
    /// Where the number is from.
    #[field(no = 1, compartment = identity, class = sensitive, required)]
    pub system: Option<ExternalSystem>,
    /// Number or reference
    ///
    /// Exactly as it stands there.
    #[field(no = 2, compartment = identity, class = direct, search = exact, required)]
    pub value: Option<Text>,
    /// When it was noted
    ///
    /// The day on which you saw it.
    #[field(no = 3, compartment = operations, class = operational)]
    pub seen_on: Option<PartialDate>,
    /// Whom to ask there
    ///
    /// The office and how to reach it. No private numbers.
    #[field(no = 4, compartment = identity, class = narrative)]
    pub contact: Option<Narrative>,
}

redacted!(ExternalReference);
