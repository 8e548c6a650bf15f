//! Why an access policy is refused: the place, and what to do.

use super::{Action, Measure, RoleName, Sensitivity};
use crate::error::{Diagnosis, Family};
use crate::model::Compartment;

/// Why an access policy was refused. Texts name roles, words and places of the policy, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not TOML, or with a key that a policy does not have.
    #[error("line {line}: {problem}")]
    Toml {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Stored bytes that this release would not have written.
    #[error("the stored access policy is malformed")]
    Encoding,
    /// The document is in another format.
    #[error("the access policy has format {0}, this release reads format 1")]
    Format(u64),
    /// More bytes or roles than a policy may have.
    #[error("the access policy is larger than 128 KiB or 64 roles")]
    TooLarge,
    /// The version does not grow.
    #[error("version {found} does not follow version {earlier}")]
    Version {
        /// The version in force.
        earlier: u64,
        /// That of the policy.
        found: u64,
    },
    /// A compartment, reach, action, measure or effect that does not exist.
    #[error("{place}: there is no {what} {word:?}")]
    UnknownWord {
        /// Where.
        place: String,
        /// What it should be.
        what: &'static str,
        /// The word.
        word: String,
    },
    /// The name of a role, or of a retention rule, is none.
    #[error("a name has 1 to 64 small letters, digits and hyphens, a letter first")]
    RoleName,
    /// A role comes twice.
    #[error("role {0} comes twice")]
    DuplicateRole(RoleName),
    /// The policy defines a role that is built in.
    #[error("role {0} is built in, no policy defines it")]
    BuiltIn(RoleName),
    /// A label is missing, too long, or has a character that deceives.
    #[error("{place}: it needs a label in English and one in Khmer, of at most 100 characters")]
    Label {
        /// Where.
        place: String,
    },
    /// There is no custodian who manages members and policies.
    #[error("there is no role `custodian` that may `manage-members` and `manage-policy`")]
    NoCustodian,
    /// Who manages members, policies or machines reads a compartment.
    #[error("role {role} manages members, keys or machines, and reads {compartment}")]
    CustodianReads {
        /// The role.
        role: RoleName,
        /// What it reads.
        compartment: Compartment,
    },
    /// Somebody reads the log and knows who the children are.
    #[error("role {0} reads both oversight and identity, or opens identity in an emergency")]
    OversightAndIdentity(RoleName),
    /// Nobody reads the log.
    #[error("no role reads the log: oversight = \"unit\" with `read-log` and `export-log`")]
    NobodyReadsLog,
    /// A purpose is in no code list.
    #[error("role {role}: there is no purpose {code:?}")]
    UnknownPurpose {
        /// The role.
        role: RoleName,
        /// The code.
        code: String,
    },
    /// A reach that makes no sense in this compartment.
    #[error("role {role}: {compartment} cannot be reached in this way")]
    Reach {
        /// The role.
        role: RoleName,
        /// The compartment.
        compartment: Compartment,
    },
    /// An action without the reach that it needs.
    #[error("role {role} may {action}, and cannot read {needed}")]
    ActionNeedsReach {
        /// The role.
        role: RoleName,
        /// The action.
        action: Action,
        /// What it needs to read.
        needed: Compartment,
    },
    /// A role that reads, writes or acts, and leaves no entry in the log.
    #[error("role {0} reads, writes or acts, and cannot write the log")]
    NoLog(RoleName),
    /// A compartment that no emergency opens.
    #[error("no emergency opens {0}")]
    EmergencyCompartment(Compartment),
    /// An emergency opens narratives, and the policy does not say so a second time.
    #[error("an emergency would open narratives")]
    EmergencyNarrative,
    /// `break-glass` and the purpose `BTG` do not stand together.
    #[error("role {0}: `break-glass` and the purpose `BTG` go together")]
    EmergencyPurpose(RoleName),
    /// A number outside of what makes sense.
    #[error("{place}: a number from {least} to {most} is needed")]
    Number {
        /// Where.
        place: String,
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// The steps of a measure do not grow.
    #[error("role {role}, {measure}: each step has a higher count and a stronger effect than the one before")]
    Limit {
        /// The role.
        role: RoleName,
        /// The measure.
        measure: Measure,
    },
    /// Who reads children's records has no limit.
    #[error("role {role} reads records of cases, and has no limit for {measure}")]
    Unlimited {
        /// The role.
        role: RoleName,
        /// The measure that is missing.
        measure: Measure,
    },
    /// A sensitivity is looser than the one before, or `sealed` is not closed.
    #[error("sensitivity {0} opens more than it may")]
    Sensitivity(Sensitivity),
    /// The last retention rule is not the one for every case, or there is another such before it.
    #[error("exactly one retention rule is for every case, and it is the last one")]
    RetentionDefault,
    /// A retention rule names a code that is in no list.
    #[error("retention rule {rule:?}: there is no code {code:?}")]
    RetentionCode {
        /// Name of the rule.
        rule: String,
        /// The code.
        code: String,
    },
    /// An action that takes a second person has none who could be it, or takes none.
    #[error("{action}: the second person is missing, unknown or not possible")]
    SecondPerson {
        /// The action.
        action: Action,
    },
    /// The same word twice in one list.
    #[error("{place}: {word:?} comes twice")]
    Duplicate {
        /// Where.
        place: String,
        /// The word.
        word: String,
    },
    /// Emergencies can happen and nobody reviews them.
    #[error("role {0} may `break-glass`, and no other role may `review`")]
    NobodyReviews(RoleName),
}

impl Diagnosis for PolicyError {
    fn code(&self) -> u16 {
        Family::Access.code(match self {
            Self::Toml { .. } => 40,
            Self::Encoding => 41,
            Self::Format(_) => 42,
            Self::TooLarge => 43,
            Self::Version { .. } => 44,
            Self::UnknownWord { .. } => 45,
            Self::RoleName => 46,
            Self::DuplicateRole(_) => 47,
            Self::BuiltIn(_) => 48,
            Self::Label { .. } => 49,
            Self::NoCustodian => 50,
            Self::CustodianReads { .. } => 51,
            Self::OversightAndIdentity(_) => 52,
            Self::NobodyReadsLog => 53,
            Self::UnknownPurpose { .. } => 54,
            Self::Reach { .. } => 55,
            Self::ActionNeedsReach { .. } => 56,
            Self::NoLog(_) => 57,
            Self::EmergencyCompartment(_) => 58,
            Self::EmergencyNarrative => 59,
            Self::EmergencyPurpose(_) => 60,
            Self::Number { .. } => 61,
            Self::Limit { .. } => 62,
            Self::Unlimited { .. } => 63,
            Self::Sensitivity(_) => 64,
            Self::RetentionDefault => 65,
            Self::RetentionCode { .. } => 66,
            Self::SecondPerson { .. } => 67,
            Self::Duplicate { .. } => 68,
            Self::NobodyReviews(_) => 69,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Toml { .. } => "Correct that line; `saferoom access-policy show --toml` prints one that is right.",
            Self::Encoding | Self::Format(_) => {
                "Keep the file as it is and install the newest saferoom: the access policy is of another release."
            }
            Self::TooLarge => "Use fewer roles, or fewer words for each.",
            Self::Version { .. } => "Raise `version` by one for every policy that is put in force.",
            Self::UnknownWord { .. } => "Choose one of the words in docs/formats.md, \"Access policy\".",
            Self::RoleName => "Choose a name such as `unit-supervisor`.",
            Self::DuplicateRole(_) => "Remove one of the two, or give it another name.",
            Self::BuiltIn(_) => "Remove the role, or give it another name. A founder becomes a member with a role.",
            Self::Label { .. } => "Write `en` and `km` for people to read, without control characters.",
            Self::NoCustodian => "Add the role and both actions: without it nobody could change anything any more.",
            Self::CustodianReads { .. } => {
                "Lower the reach to \"write\" or leave it out: whoever hands out keys holds none."
            }
            Self::OversightAndIdentity(_) => "Split it into two roles for two persons: one watches, another reads.",
            Self::NobodyReadsLog => {
                "Give both to one role, such as `auditor`: a log that nobody reads protects nobody."
            }
            Self::UnknownPurpose { .. } => "Choose purposes from the list that `saferoom catalogue --purposes` prints.",
            Self::Reach { .. } => {
                "`roster` is not named; `search` is \"unit\"; `statistics`, `rooms` and `oversight` are \"write\" or \"unit\"."
            }
            Self::ActionNeedsReach { .. } => "Raise that reach above \"write\", or take the action from the role.",
            Self::NoLog(_) => {
                "Give it `oversight = \"write\"`, or take everything from it: no act goes without an entry."
            }
            Self::EmergencyCompartment(_) => "Name only compartments of cases: emergencies are about a child.",
            Self::EmergencyNarrative => "Leave `narrative` out, or add `narrative = true` beside it if you mean it.",
            Self::EmergencyPurpose(_) => "Give the role both or neither.",
            Self::Number { .. } => "Correct the number.",
            Self::Limit { .. } => "Put the steps in order: alert, ask-reason, slow, refuse, each at a higher count.",
            Self::Unlimited { .. } => "Add at least one step for that measure.",
            Self::Sensitivity(_) => {
                "A stricter level never opens more than the one before; `sealed` opens nothing to those who are not assigned."
            }
            Self::RetentionDefault => "Put one rule without `harm` and `outcomes` at the end.",
            Self::RetentionCode { .. } => "Choose codes of `harm_form`, `harm_group` and `legal_outcome`.",
            Self::SecondPerson { .. } => {
                "Name roles of the policy. `erase`, `reverse-pseudonym` and `subject-report` always take a second person."
            }
            Self::Duplicate { .. } => "Remove one of the two.",
            Self::NobodyReviews(_) => "Give `review` to another role: each emergency is reviewed by a second person.",
        }
    }
}
