//! What can be wrong in a trust policy.

use crate::error::{Diagnosis, Family};
use crate::log::LogError;

/// Why a trust policy was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the trust policy: {problem}")]
pub struct TrustPolicyError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong in it.
    pub problem: TrustPolicyProblem,
}

/// What can be wrong in a trust policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustPolicyProblem {
    /// The file is too long, or lists too much.
    #[error("the policy is too long")]
    TooLong,
    /// A control character, such as the carriage return of another system's line ends, or text that is no UTF-8.
    #[error("a character that has no place here")]
    Character,
    /// The first word is none of log, witness, group and quorum.
    #[error("this is no line of a policy")]
    UnknownLine,
    /// Too few or too many words.
    #[error("the line has too few or too many words")]
    Words,
    /// A verifier key that does not parse.
    #[error(transparent)]
    Key(LogError),
    /// The key of a log with the type of a witness, or the other way round.
    #[error("the key is of a type that this line cannot have")]
    KeyUse,
    /// The same public key or the same name twice.
    #[error("the same key or name stands in an earlier line")]
    Duplicate,
    /// A member of a group or a quorum that no line before this one defines.
    #[error("no earlier line defines this name")]
    UnknownName,
    /// A threshold below 1 or above the number of members.
    #[error("the threshold does not fit the number of members")]
    Threshold,
    /// A witness or group that is a member of two groups, or twice of one.
    #[error("a name is a member of more than one group")]
    MemberTwice,
    /// There is no quorum line.
    #[error("the policy has no quorum line")]
    NoQuorum,
    /// A line for saferoom that is not understood: misspelt, given twice, or of a newer version.
    #[error("the #saferoom line is not understood")]
    Directive,
}

impl Diagnosis for TrustPolicyError {
    fn code(&self) -> u16 {
        Family::Log.code(match self.problem {
            TrustPolicyProblem::TooLong => 80,
            TrustPolicyProblem::Character => 81,
            TrustPolicyProblem::UnknownLine => 82,
            TrustPolicyProblem::Words => 83,
            TrustPolicyProblem::Key(error) => return error.code(),
            TrustPolicyProblem::KeyUse => 84,
            TrustPolicyProblem::Duplicate => 85,
            TrustPolicyProblem::UnknownName => 86,
            TrustPolicyProblem::Threshold => 87,
            TrustPolicyProblem::MemberTwice => 88,
            TrustPolicyProblem::NoQuorum => 89,
            TrustPolicyProblem::Directive => 90,
        })
    }

    fn advice(&self) -> &'static str {
        match self.problem {
            TrustPolicyProblem::TooLong => "List at most 1,024 logs, witnesses and groups each.",
            TrustPolicyProblem::Character => "Save the file as plain UTF-8 text with the line ends of Unix.",
            TrustPolicyProblem::UnknownLine => "Begin each line with log, witness, group, quorum or #.",
            TrustPolicyProblem::Words => {
                "Write the line as: log KEY [URL], witness NAME KEY [URL], group NAME any|all|NUMBER NAME..., quorum NAME."
            }
            TrustPolicyProblem::Key(error) => error.advice(),
            TrustPolicyProblem::KeyUse => {
                "Give the log its log key, as `saferoom audit key` prints it, and the witness its witness key."
            }
            TrustPolicyProblem::Duplicate => "Remove one of the two lines.",
            TrustPolicyProblem::UnknownName => "Define the witness or group in a line above this one.",
            TrustPolicyProblem::Threshold => "Ask for at least one and at most all of the members.",
            TrustPolicyProblem::MemberTwice => "Let each witness and each group count in one group only.",
            TrustPolicyProblem::NoQuorum => "Add a line such as: quorum none.",
            TrustPolicyProblem::Directive => {
                "Correct the line, or use a newer saferoom: demand VERDICT..., fresh-within SECONDS, organisation ORIGIN; each once."
            }
        }
    }
}
