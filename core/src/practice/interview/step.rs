//! What can happen in an interview: one step for each tap.

use crate::id::RecordId;
use crate::model::records::{
    BreakReason, DisclosureOutcome, InformationGiven, Interview, InterviewAid, Participant, ParticipantRole, PhaseName,
    PhaseSkipReason, PresencePlace, SpecialMeasure, YesNoUnsure,
};
use crate::model::{Narrative, Text};

/// One step of an interview.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// A phase begins; the one before it ends.
    Enter {
        /// The phase.
        phase: PhaseName,
        /// How far the phase before was held.
        previous: Completion,
    },
    /// A phase is left out.
    Skip {
        /// The phase.
        phase: PhaseName,
        /// Why.
        reason: PhaseSkipReason,
    },
    /// Somebody comes. Times in the record are ignored.
    Arrive(Box<Participant>),
    /// Somebody goes to another place, such as from the room to the observation room. They get a new record there.
    Move {
        /// Their record.
        who: RecordId,
        /// Where to.
        to: PresencePlace,
    },
    /// Somebody leaves.
    Leave {
        /// Their record.
        who: RecordId,
    },
    /// A break begins. The phase goes on afterwards.
    BeginBreak {
        /// Why.
        reason: BreakReason,
        /// Who stays with the child.
        with: Option<ParticipantRole>,
    },
    /// The break ends.
    EndBreak {
        /// Whether nothing of the matter was talked about.
        topic_not_discussed: Option<bool>,
    },
    /// A question, or an act of support.
    Count(Tally),
    /// It was counted by mistake.
    TakeBack(Tally),
    /// An aid is used.
    Aid {
        /// The aid.
        aid: InterviewAid,
        /// Why; the protocol says for which aids this is needed.
        why: Option<Narrative>,
    },
    /// A special measure is in place.
    Measure(SpecialMeasure),
    /// The child was told something.
    Inform(InformationGiven),
    /// The child was asked whether it wants to go on. No means stop: the interview ends.
    AskToContinue(YesNoUnsure),
    /// The interview stops here, at any time, also in a break. Nothing is asked for.
    Stop {
        /// Who stops it.
        by: Stopper,
    },
    /// The interview ends as planned.
    End {
        /// What it led to. It does not say whether the child is believed.
        outcome: Option<DisclosureOutcome>,
        /// How far the last phase was held.
        last: Completion,
    },
    /// The record is declared complete and closed for changes.
    Lock {
        /// The officer who closes it.
        by: RecordId,
        /// Digest of the statement as it was signed.
        digest: Option<Text>,
    },
}

/// How far a phase was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Wholly.
    Full,
    /// In part.
    Partial,
}

impl Completion {
    /// The code, of the list `phase_completion`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }
}

/// Who stops an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopper {
    /// The child.
    Child,
    /// The interviewer, or somebody who watches.
    Interviewer,
}

impl Stopper {
    /// The code, of the list `disclosure_outcome`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Child => "stopped_by_child",
            Self::Interviewer => "stopped_by_interviewer",
        }
    }
}

/// What is counted. No words of a question are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tally {
    /// An open invitation.
    Invitation,
    /// An invitation with a cue from the child's own words.
    CuedInvitation,
    /// A directive question: who, what, when, where.
    Directive,
    /// An option-posing question.
    OptionPosing,
    /// A suggestive question.
    Suggestive,
    /// An invitation in form only.
    FauxInvitation,
    /// A question with a doubt in it.
    NegativeRecast,
    /// A supportive statement that suggests nothing.
    Supportive,
    /// Reluctance that was met with support.
    ReluctanceAddressed,
    /// A reassurance.
    Reassurance,
    /// A feeling that was acknowledged.
    EmotionAcknowledged,
}

impl Tally {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Invitation,
        Self::CuedInvitation,
        Self::Directive,
        Self::OptionPosing,
        Self::Suggestive,
        Self::FauxInvitation,
        Self::NegativeRecast,
        Self::Supportive,
        Self::ReluctanceAddressed,
        Self::Reassurance,
        Self::EmotionAcknowledged,
    ];

    /// Whether it is a question, not an act of support.
    #[must_use]
    pub const fn is_question(self) -> bool {
        !matches!(self, Self::Supportive | Self::ReluctanceAddressed | Self::Reassurance | Self::EmotionAcknowledged)
    }

    /// How many were counted.
    #[must_use]
    pub fn of(self, interview: &Interview) -> u64 {
        let count = match self {
            Self::Invitation => interview.invitations,
            Self::CuedInvitation => interview.cued_invitations,
            Self::Directive => interview.directive_questions,
            Self::OptionPosing => interview.option_posing_questions,
            Self::Suggestive => interview.suggestive_questions,
            Self::FauxInvitation => interview.faux_invitations,
            Self::NegativeRecast => interview.negative_recasts,
            Self::Supportive => interview.supportive_statements,
            Self::ReluctanceAddressed => interview.reluctance_addressed,
            Self::Reassurance => interview.reassurances,
            Self::EmotionAcknowledged => interview.emotions_acknowledged,
        };
        count.unwrap_or(0)
    }

    pub(super) fn field(self, interview: &mut Interview) -> &mut Option<u64> {
        match self {
            Self::Invitation => &mut interview.invitations,
            Self::CuedInvitation => &mut interview.cued_invitations,
            Self::Directive => &mut interview.directive_questions,
            Self::OptionPosing => &mut interview.option_posing_questions,
            Self::Suggestive => &mut interview.suggestive_questions,
            Self::FauxInvitation => &mut interview.faux_invitations,
            Self::NegativeRecast => &mut interview.negative_recasts,
            Self::Supportive => &mut interview.supportive_statements,
            Self::ReluctanceAddressed => &mut interview.reluctance_addressed,
            Self::Reassurance => &mut interview.reassurances,
            Self::EmotionAcknowledged => &mut interview.emotions_acknowledged,
        }
    }
}
