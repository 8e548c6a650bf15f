//! A phase of an interview, in the order that was followed.

use saferoom_derive::Record;

use super::{PhaseCompletion, PhaseName, PhaseSkipReason, redacted};
use crate::model::Timestamp;

/// A phase of an interview
///
/// Make one for each phase of the protocol, in the order that was really followed.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = INTERVIEW_PHASE, parents(INTERVIEW), at_most = 64)]
pub struct InterviewPhase {
    /// Phase
    ///
    /// As the protocol names it.
    #[field(no = 1, compartment = operations, class = operational, release = as_is, required)]
    pub phase: Option<PhaseName>,
    /// Position in the order
    ///
    /// 1 for the first.
    #[field(no = 2, compartment = operations, class = operational, release = as_is)]
    pub position: Option<u64>,
    /// When it started
    ///
    /// From the recording or the clock in the room.
    #[field(no = 3, compartment = operations, class = operational, evidence)]
    pub started_at: Option<Timestamp>,
    /// When it ended
    ///
    /// From the recording or the clock in the room.
    #[field(no = 4, compartment = operations, class = operational, evidence)]
    pub ended_at: Option<Timestamp>,
    /// How far it was done
    ///
    /// Partly if something of it was left out.
    #[field(no = 5, compartment = operations, class = operational, release = as_is, required)]
    pub completion: Option<PhaseCompletion>,
    /// Why it was left out
    ///
    /// Needed if it was skipped.
    #[field(no = 6, compartment = operations, class = operational, release = as_is)]
    pub skip_reason: Option<PhaseSkipReason>,
}

redacted!(InterviewPhase);
