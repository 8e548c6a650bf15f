//! Why a file of rules was refused.

use crate::error::{Diagnosis, Family};

/// Why a file of rules was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Not TOML, or not in the expected form.
    #[error("the rules cannot be read: {0}")]
    Toml(String),
    /// The file is in another format.
    #[error("the rules have format {0}, this release reads format 1")]
    Version(u64),
    /// A name came twice, or is none.
    #[error("rule {rule:?}: the name comes twice, or is no name: small letters, digits and hyphens")]
    Name {
        /// Name of the rule.
        rule: String,
    },
    /// A rule names a field that its kind does not have.
    #[error("rule {rule:?}: there is no field {field:?}")]
    NoSuchField {
        /// Name of the rule.
        rule: String,
        /// The field, as the rule names it.
        field: String,
    },
    /// A rule names a code that the list of the field does not have.
    #[error("rule {rule:?}: field {field:?} has no code {code:?}")]
    NoSuchCode {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
        /// The code.
        code: String,
    },
    /// The check or condition does not suit what the field holds.
    #[error("rule {rule:?}: the check does not suit the field {field:?}")]
    Unsuited {
        /// Name of the rule.
        rule: String,
        /// The field.
        field: String,
    },
    /// A rule asks for a field because of another compartment, which the writer may be unable to open.
    #[error("rule {rule:?}: it asks for a field because of {field:?}, which lies in another compartment")]
    Compartment {
        /// Name of the rule.
        rule: String,
        /// The field that lies elsewhere.
        field: String,
    },
    /// A rule has no text, no field, or no example that passes and none that breaks it.
    #[error("rule {rule:?}: it needs a text in both languages, a field, and an example of both outcomes")]
    Incomplete {
        /// Name of the rule.
        rule: String,
    },
}

impl Diagnosis for RuleError {
    fn code(&self) -> u16 {
        Family::Model.code(match self {
            Self::Toml(_) => 30,
            Self::Version(_) => 31,
            Self::Name { .. } => 32,
            Self::NoSuchField { .. } => 33,
            Self::NoSuchCode { .. } => 34,
            Self::Unsuited { .. } => 35,
            Self::Compartment { .. } => 36,
            Self::Incomplete { .. } => 37,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom, or use the rules that came with this one.",
            _ => "Correct the file of rules at the place that is named; nothing was changed.",
        }
    }
}
