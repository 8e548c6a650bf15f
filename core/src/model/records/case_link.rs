//! How a case is linked to another one.

use saferoom_derive::Record;

use super::{CaseLinkKind, redacted};
use crate::id::RecordId;
use crate::model::Narrative;

/// A link to another case
///
/// Make one for each case that belongs together with this one.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = CASE_LINK, parents(CASE), at_most = 256)]
pub struct CaseLink {
    /// Other case
    ///
    /// The record of the other case, if it is in this vault.
    #[field(no = 1, compartment = offence, class = sensitive, required)]
    pub other_case: Option<RecordId>,
    /// How they are linked
    ///
    /// Choose the reason that is most certain.
    #[field(no = 2, compartment = offence, class = sensitive, release = as_is, required)]
    pub kind: Option<CaseLinkKind>,
    /// Why they are thought to belong together
    ///
    /// What points to it, and how sure it is.
    #[field(no = 3, compartment = narrative, class = narrative)]
    pub reason: Option<Narrative>,
}

redacted!(CaseLink);
