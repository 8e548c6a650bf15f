//! What good practice refuses, and what to do instead.

use crate::error::{Diagnosis, Family};
use crate::model::{Governed, LabelLanguage, code_lists, rules};

/// Why a step of an interview was refused. Nothing was recorded then. Phases and aids are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PracticeError {
    /// The interview does not say which protocol it follows.
    #[error("the interview does not say which protocol it follows")]
    NoProtocol,
    /// No protocol of this code and version.
    #[error("there is no protocol {code:?} of version {version:?}")]
    UnknownProtocol {
        /// The code.
        code: String,
        /// The version; empty: any.
        version: String,
    },
    /// The interview does not say who interviews.
    #[error("the interview does not say who interviews")]
    NoInterviewer,
    /// The interview has started before.
    #[error("the interview has started already")]
    StartedAlready,
    /// The interview has not started.
    #[error("the interview has not started")]
    NotStarted,
    /// The interview has ended.
    #[error("the interview has ended")]
    Ended,
    /// The interview was closed for changes.
    #[error("the interview is closed for changes")]
    Locked,
    /// An interview is closed for changes only after it has ended.
    #[error("the interview has not ended")]
    NotEnded,
    /// The protocol has no such phase.
    #[error("the protocol has no phase {phase:?}")]
    PhaseNotInProtocol {
        /// The phase.
        phase: String,
    },
    /// Another phase has to be held before.
    #[error("phase {phase:?} comes after {missing:?}")]
    PhaseOutOfOrder {
        /// The phase that was to begin.
        phase: String,
        /// The phase that was not held.
        missing: String,
    },
    /// Another phase has to be held before, or left out with a reason.
    #[error("phase {phase:?} comes after {open:?}, which was neither held nor left out with a reason")]
    PhaseUnsettled {
        /// The phase that was to begin.
        phase: String,
        /// The phase that is open.
        open: String,
    },
    /// The phase is going on.
    #[error("phase {phase:?} is going on already")]
    PhaseGoesOn {
        /// The phase.
        phase: String,
    },
    /// The protocol does not let this phase be left out.
    #[error("phase {phase:?} cannot be left out")]
    PhaseMustBeHeld {
        /// The phase.
        phase: String,
    },
    /// The phase was held, or left out, before.
    #[error("phase {phase:?} was held or left out already")]
    PhaseSettled {
        /// The phase.
        phase: String,
    },
    /// There is a break.
    #[error("there is a break")]
    OnBreak,
    /// There is no break.
    #[error("there is no break")]
    NoBreak,
    /// The break would end before it started.
    #[error("the break would end before it started")]
    BreakEndsBeforeStart,
    /// Nobody of this record takes part in the interview.
    #[error("there is no such participant of this interview")]
    NoSuchParticipant,
    /// The participant has left before.
    #[error("the participant has left already")]
    LeftAlready,
    /// The participant would leave before arriving.
    #[error("the participant would leave before arriving")]
    LeavesBeforeArrival,
    /// The participant is there already.
    #[error("the participant is at this place already")]
    ThereAlready,
    /// Child and interviewer are no participants: they stand in the interview itself.
    #[error("child and interviewer are no participants")]
    NotAParticipant,
    /// The time that was given lies before what it follows.
    #[error("the time lies before the step that it follows")]
    TooEarly,
    /// The time that was given lies in the future.
    #[error("the time lies in the future")]
    InFuture,
    /// Nothing of this sort was counted.
    #[error("nothing of this sort was counted, so nothing can be taken back")]
    NothingToTakeBack,
    /// The protocol asks why this aid is used.
    #[error("aid {aid:?} needs a reason")]
    AidNeedsReason {
        /// The aid.
        aid: String,
    },
    /// The reasons are too long together.
    #[error("the reasons for aids are too long together")]
    TooLong,
    /// A phase has to be held, or left out with a reason, before the interview ends as planned.
    #[error("phase {open:?} was neither held nor left out with a reason")]
    EndUnsettled {
        /// The phase that is open.
        open: String,
    },
    /// The child was interviewed before, and nobody says why it is asked again.
    #[error("the child was interviewed before, and no reason is given to ask again")]
    RepeatNeedsReason,
    /// The child was interviewed before, and nobody agreed that it is asked again.
    #[error("the child was interviewed before, and no second person signed that it is asked again")]
    RepeatNeedsAuthoriser,
    /// Another unit may have interviewed the child, and was not asked.
    #[error("another unit may have interviewed the child, and was not asked")]
    UnitNotAsked,
    /// A host would write by hand what follows from an act.
    #[error("{}a record {:?} cannot be written by hand", field_of(.0), .0.kind)]
    ByHand(Governed),
}

/// The field of a refused write, or nothing for the whole record.
fn field_of(governed: &Governed) -> String {
    governed.field.map_or_else(String::new, |field| format!("field {field:?} of "))
}

impl Diagnosis for PracticeError {
    fn code(&self) -> u16 {
        Family::Practice.code(match self {
            Self::NoProtocol => 1,
            Self::UnknownProtocol { .. } => 2,
            Self::NoInterviewer => 3,
            Self::StartedAlready => 4,
            Self::NotStarted => 5,
            Self::Ended => 6,
            Self::Locked => 7,
            Self::NotEnded => 8,
            Self::PhaseNotInProtocol { .. } => 10,
            Self::PhaseOutOfOrder { .. } => 11,
            Self::PhaseUnsettled { .. } => 12,
            Self::PhaseGoesOn { .. } => 13,
            Self::PhaseMustBeHeld { .. } => 14,
            Self::PhaseSettled { .. } => 15,
            Self::EndUnsettled { .. } => 16,
            Self::OnBreak => 20,
            Self::NoBreak => 21,
            Self::BreakEndsBeforeStart => 22,
            Self::NoSuchParticipant => 23,
            Self::LeftAlready => 24,
            Self::LeavesBeforeArrival => 25,
            Self::ThereAlready => 26,
            Self::NotAParticipant => 27,
            Self::TooEarly => 28,
            Self::InFuture => 29,
            Self::NothingToTakeBack => 30,
            Self::AidNeedsReason { .. } => 31,
            Self::TooLong => 32,
            Self::RepeatNeedsReason => 35,
            Self::RepeatNeedsAuthoriser => 36,
            Self::UnitNotAsked => 37,
            Self::ByHand(_) => 38,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::NoProtocol => "Choose the protocol; `none` is one, too.",
            Self::UnknownProtocol { .. } => {
                "Choose a protocol and version of the list, or overlay the file of protocols that has it."
            }
            Self::NoInterviewer => "Name the officer who talks with the child.",
            Self::StartedAlready => "Resume the interview instead of starting it.",
            Self::NotStarted => "Start the interview first.",
            Self::Ended => {
                "Nothing is added after the end; start a further interview if the child has to be asked again."
            }
            Self::Locked => "Leave it as it is. A correction is a new revision of the statement, with a reason.",
            Self::NotEnded => "End the interview first.",
            Self::PhaseNotInProtocol { .. } => "Choose a phase of the protocol that the interview follows.",
            Self::PhaseOutOfOrder { .. } => {
                "Hold the other phase first, if only in part: the child has to know who asks and that it may say no."
            }
            Self::PhaseUnsettled { .. } => {
                "Hold the other phase first, or leave it out and say why; `child_began_to_tell` is a reason."
            }
            Self::PhaseGoesOn { .. } => "Go on; nothing has to be recorded.",
            Self::PhaseMustBeHeld { .. } => "Hold it, if only in part. Then say that it was held in part.",
            Self::PhaseSettled { .. } => "Go on with another phase. A phase that was held may be held again.",
            Self::EndUnsettled { .. } => {
                "Hold the phase, or leave it out and say why. If the child wants to stop, stop; nothing is asked then."
            }
            Self::OnBreak => "End the break first. If the child does not want to go on, stop the interview.",
            Self::NoBreak => "Begin the break first.",
            Self::BreakEndsBeforeStart => "Correct the time at which the break ended.",
            Self::NoSuchParticipant => "Choose somebody of the list of participants, or let the person arrive first.",
            Self::LeftAlready => "Leave it as it is. Who comes back arrives anew.",
            Self::LeavesBeforeArrival => "Correct the time at which the person left.",
            Self::ThereAlready => "Leave it as it is.",
            Self::NotAParticipant => "Name the interviewer in the interview. Record only those who are there besides.",
            Self::TooEarly => "Correct the time, or leave it out: then it is now.",
            Self::InFuture => "Correct the time, or the clock of this device.",
            Self::NothingToTakeBack => "Leave it as it is.",
            Self::AidNeedsReason { .. } => "Say what the child could not say in words, and why this aid.",
            Self::TooLong => "Say it in fewer words.",
            Self::RepeatNeedsReason => {
                "Say why the child is asked again. If what is missing is known elsewhere, ask there."
            }
            Self::RepeatNeedsAuthoriser => {
                "Let a supervisor sign it (`saferoom authorise repeat`), and name what they signed. If a child is in danger, say that the interview is urgent."
            }
            Self::UnitNotAsked => {
                "Ask the unit whether it has interviewed the child, then say that it was asked. If a child is in danger, say that the interview is urgent."
            }
            Self::ByHand(governed) => rules().explain(governed.rule, LabelLanguage::English),
        }
    }
}

/// A code as an error may show it: one of this list, and nothing else that a host gave.
pub(crate) fn listed(list: &str, code: &str) -> String {
    let known = code_lists().list(list).is_some_and(|list| list.entry(code).is_some());
    if known { code.to_owned() } else { "(not in the list)".to_owned() }
}
