//! What good practice asks, for hosts: the live interview, consent, custody, figures, words.
//!
//! Records cross as the values of their fields; rules and figures, which hold no value of a person, cross as JSON.

mod authorise;
mod consent;
mod custody;
mod earlier;
mod figures;
mod interview;
mod rules;
mod statement;
mod step;

pub use authorise::SignedAuthorisation;
pub use consent::{ConsentOverride, Disclosed, DisclosedFields, DisclosureBasis, DisclosureRequest};
pub use custody::{
    CheckedDigest, CustodyChain, CustodyFault, DigestAnswer, FileCheck, FileProgress, check_exhibit_file,
};
pub use earlier::{EarlierInterviews, PossibleEarlier};
pub use figures::{
    ReconstructedMeeting, action_figures_json, compare_visits_json, interview_figures_json, reach_figures_json,
    reconstructed_meeting, room_use_figures_json, survey_figures_json, visit_scores_json,
};
pub use interview::{InterviewState, InterviewView, KeptPart, LiveInterview, Obstacle, PhaseStanding, Tallied};
pub use rules::{
    QualityNote, ReferralStanding, TermWarning, consent_rules_json, lint_terms, overlay_protocols, protocols_json,
};
pub use statement::{ChildStatement, ClosingInfo, StatementCorrection, StatementTaken, StatementTranslation};
pub use step::{InterviewStep, PhaseCompletion, QuestionTally, StoppedBy};
