//! What an alleged offender is to one of several children.

use saferoom_derive::Record;

use super::{ContactRoute, OffenderRelationship, YesNoUnknown, redacted};
use crate::id::RecordId;

/// A relation of an alleged offender to one child
///
/// Make one for each child where a case has several children.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = OFFENDER_RELATION, parents(ALLEGED_OFFENDER), at_most = 256)]
pub struct OffenderRelation {
    /// Child
    ///
    /// The record of the child in this case.
    #[field(no = 1, compartment = offence, class = sensitive, required)]
    pub child: Option<RecordId>,
    /// Relationship to this child
    ///
    /// As seen from the child.
    #[field(no = 2, compartment = offence, class = sensitive, release = coarse_code, required, evidence)]
    pub relationship: Option<OffenderRelationship>,
    /// Ways in which contact with this child was made
    ///
    /// Choose all that are alleged.
    #[field(no = 3, compartment = offence, class = sensitive, release = as_is)]
    pub contact_routes: Vec<ContactRoute>,
    /// Whether the person lives with this child
    ///
    /// As it is today.
    #[field(no = 4, compartment = offence, class = sensitive, release = as_is)]
    pub lives_with_child: Option<YesNoUnknown>,
}

redacted!(OffenderRelation);
