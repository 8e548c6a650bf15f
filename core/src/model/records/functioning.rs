//! How well a child can do something, as the child and those near the child say.

use saferoom_derive::Record;

use super::{FunctionalDifficulty, FunctioningLevel, ParticipantRole, redacted};

/// How well a child can do something
///
/// Make one for each function that is not without difficulty.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = FUNCTIONING, parents(CHILD), at_most = 32)]
pub struct Functioning {
    /// Function
    ///
    /// Such as seeing, hearing, communication.
    #[field(no = 1, compartment = profile, class = sensitive, required)]
    pub domain: Option<FunctionalDifficulty>,
    /// How much difficulty
    ///
    /// With glasses, hearing aid or other help that the child uses.
    #[field(no = 2, compartment = profile, class = sensitive, required)]
    pub level: Option<FunctioningLevel>,
    /// Who says so
    ///
    /// The role, not the name.
    #[field(no = 3, compartment = profile, class = operational)]
    pub told_by: Option<ParticipantRole>,
}

redacted!(Functioning);
