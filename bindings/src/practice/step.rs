//! Steps of a live interview, as they cross: codes as texts, people as the values of their records.

use std::collections::HashMap;

use saferoom::model::{CodeListName, Coded, ModelError, Narrative, Text};
use saferoom::practice::interview::{Completion, Step, Stopper, Tally};

use crate::error::SaferoomError;
use crate::value::{FieldValue, typed_of};

/// One step of an interview. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Display, Debug)]
pub enum InterviewStep {
    /// A phase begins; the one before it ends.
    Enter {
        /// Code of the phase, of the list `interview_phase`.
        phase: String,
        /// How far the phase before was held.
        previous: PhaseCompletion,
    },
    /// A phase is left out.
    Skip {
        /// Code of the phase.
        phase: String,
        /// Why, of the list `phase_skip_reason`.
        reason: String,
    },
    /// Somebody comes.
    Arrive {
        /// The values of the record `participant`; times in it are ignored.
        person: HashMap<String, FieldValue>,
    },
    /// Somebody goes to another place. They get a new record there.
    Move {
        /// Their record.
        who: String,
        /// Where to, of the list `presence_place`.
        place: String,
    },
    /// Somebody leaves.
    Leave {
        /// Their record.
        who: String,
    },
    /// A break begins. The phase goes on afterwards.
    BeginBreak {
        /// Why, of the list `break_reason`.
        reason: String,
        /// Who stays with the child, of the list `participant_role`.
        with_child: Option<String>,
    },
    /// The break ends.
    EndBreak {
        /// Whether nothing of the matter was talked about.
        topic_not_discussed: Option<bool>,
    },
    /// A question, or an act of support.
    Count {
        /// Which.
        tally: QuestionTally,
    },
    /// It was counted by mistake.
    TakeBack {
        /// Which.
        tally: QuestionTally,
    },
    /// An aid is used.
    Aid {
        /// The aid, of the list `interview_aid`.
        aid: String,
        /// Why; the protocol says for which aids this is needed.
        why: Option<String>,
    },
    /// A special measure is in place.
    Measure {
        /// The measure, of the list `special_measure`.
        measure: String,
    },
    /// The child was told something.
    Inform {
        /// What, of the list `information_given`.
        told: String,
    },
    /// The child was asked whether it wants to go on. `no` means stop: the interview ends.
    AskToContinue {
        /// What the child said, of the list `yes_no_unsure`.
        answer: String,
    },
    /// The interview stops here, at any time, also in a break. Nothing is asked for.
    Stop {
        /// Who stops it.
        by: StoppedBy,
    },
    /// The interview ends as planned.
    End {
        /// What it led to, of the list `disclosure_outcome`. It does not say whether the child is believed.
        outcome: Option<String>,
        /// How far the last phase was held.
        last: PhaseCompletion,
    },
    /// The record is declared complete and closed for changes.
    Lock {
        /// The officer who closes it.
        by: String,
        /// Digest of the statement as it was signed.
        digest: Option<String>,
    },
}

redacted! { InterviewStep }

/// How far a phase was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PhaseCompletion {
    /// Wholly.
    Full,
    /// In part.
    Partial,
}

/// Who stops an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum StoppedBy {
    /// The child.
    Child,
    /// The interviewer, or somebody who watches.
    Interviewer,
}

/// Declares the tallies once, with their way to the core and back.
macro_rules! tallies {
    ($($name:ident $doc:literal,)*) => {
        /// What is counted. No words of a question are kept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum QuestionTally {
            $(#[doc = $doc] $name,)*
        }

        impl From<QuestionTally> for Tally {
            fn from(tally: QuestionTally) -> Self {
                match tally { $(QuestionTally::$name => Self::$name,)* }
            }
        }

        impl From<Tally> for QuestionTally {
            fn from(tally: Tally) -> Self {
                match tally { $(Tally::$name => Self::$name,)* }
            }
        }
    };
}

tallies! {
    Invitation "An open invitation.",
    CuedInvitation "An invitation with a cue from the child's own words.",
    Directive "A directive question: who, what, when, where.",
    OptionPosing "An option-posing question.",
    Suggestive "A suggestive question.",
    FauxInvitation "An invitation in form only.",
    NegativeRecast "A question with a doubt in it.",
    Supportive "A supportive statement that suggests nothing.",
    ReluctanceAddressed "Reluctance that was met with support.",
    Reassurance "A reassurance.",
    EmotionAcknowledged "A feeling that was acknowledged.",
}

impl InterviewStep {
    /// The step of the core.
    ///
    /// # Errors
    /// A code that its list does not have, a text that is too long, an id that is none.
    pub(crate) fn into_step(self) -> Result<Step, SaferoomError> {
        Ok(match self {
            Self::Enter { phase, previous } => Step::Enter { phase: coded(&phase)?, previous: previous.into() },
            Self::Skip { phase, reason } => Step::Skip { phase: coded(&phase)?, reason: coded(&reason)? },
            Self::Arrive { person } => Step::Arrive(Box::new(typed_of(person)?)),
            Self::Move { who, place } => Step::Move { who: who.parse()?, to: coded(&place)? },
            Self::Leave { who } => Step::Leave { who: who.parse()? },
            Self::BeginBreak { reason, with_child } => {
                let with = with_child.map(|role| coded(&role)).transpose()?;
                Step::BeginBreak { reason: coded(&reason)?, with }
            }
            Self::EndBreak { topic_not_discussed } => Step::EndBreak { topic_not_discussed },
            Self::Count { tally } => Step::Count(tally.into()),
            Self::TakeBack { tally } => Step::TakeBack(tally.into()),
            Self::Aid { aid, why } => {
                let why = why.map(Narrative::new).transpose().map_err(ModelError::from)?;
                Step::Aid { aid: coded(&aid)?, why }
            }
            Self::Measure { measure } => Step::Measure(coded(&measure)?),
            Self::Inform { told } => Step::Inform(coded(&told)?),
            Self::AskToContinue { answer } => Step::AskToContinue(coded(&answer)?),
            Self::Stop { by } => Step::Stop { by: by.into() },
            Self::End { outcome, last } => {
                let outcome = outcome.map(|outcome| coded(&outcome)).transpose()?;
                Step::End { outcome, last: last.into() }
            }
            Self::Lock { by, digest } => {
                let digest = digest.map(Text::new).transpose().map_err(ModelError::from)?;
                Step::Lock { by: by.parse()?, digest }
            }
        })
    }
}

/// A code of its list.
pub(super) fn coded<L: CodeListName>(code: &str) -> Result<Coded<L>, ModelError> {
    Ok(Coded::new(code)?)
}

impl From<PhaseCompletion> for Completion {
    fn from(completion: PhaseCompletion) -> Self {
        match completion {
            PhaseCompletion::Full => Self::Full,
            PhaseCompletion::Partial => Self::Partial,
        }
    }
}

impl From<StoppedBy> for Stopper {
    fn from(by: StoppedBy) -> Self {
        match by {
            StoppedBy::Child => Self::Child,
            StoppedBy::Interviewer => Self::Interviewer,
        }
    }
}
