//! Why a form document is refused: the field and the rule.

use std::fmt;

use crate::error::{Diagnosis, Family};

/// Why a form document was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// Not TOML, or not in the expected form.
    #[error("the form cannot be read: {0}")]
    Toml(String),
    /// Stored bytes that this release would not have written.
    #[error("the stored form is malformed")]
    Encoding,
    /// The document is in another format.
    #[error("the form has format {0}, this release reads format 1")]
    Version(u64),
    /// More bytes or fields than a form may have.
    #[error("the form is larger than 256 KiB or 256 fields")]
    TooLarge,
    /// The name of the form is empty or too long.
    #[error("the form needs a name of 1 to 100 characters")]
    Name,
    /// More different sets of forms than one process keeps.
    #[error("this process has opened vaults with more than 64 different sets of forms")]
    TooMany,
    /// A field breaks a rule.
    #[error("{field}: {rule}")]
    Field {
        /// Path of the field, such as `child.commune_card`.
        field: String,
        /// The rule that it breaks.
        rule: FormRule,
    },
}

/// A rule that a field of a form breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormRule {
    /// The kind of record does not exist.
    UnknownRecord,
    /// A compartment, class, type, search kind, release rule or code list does not exist.
    UnknownWord,
    /// The number lies below 2^32: it belongs to a field of a release.
    BuiltInNumber,
    /// The number comes twice, or belonged to another field of an earlier form.
    NumberTaken,
    /// The name is one of a release or of another extra field, also a retired one.
    NameTaken,
    /// The name is none.
    Name,
    /// A label or help text is missing, too long, or has a character that deceives.
    Text,
    /// The class is lower than that of an earlier form.
    ClassLowered,
    /// The compartment, type or list differs from that of an earlier form.
    Changed,
    /// What identifies a person, a narrative or a link may not leave in that way.
    Release,
    /// A narrative has class `narrative`, and only a narrative.
    NarrativeClass,
    /// The compartment is none that records use, or the kind has no such compartment at all.
    Compartment,
    /// The type cannot be searched in that way.
    Search,
    /// A coded field needs either a list or choices; another one neither.
    Codes,
    /// The field that is retired does not exist, or is retired already.
    NothingToRetire,
}

impl fmt::Display for FormRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownRecord => "there is no such kind of record",
            Self::UnknownWord => "the compartment, class, type, search kind or release rule does not exist",
            Self::BuiltInNumber => "numbers of extra fields start at 4294967296; those below belong to releases",
            Self::NumberTaken => "the number is taken, and is never used again",
            Self::NameTaken => "the name is taken, and is never used again",
            Self::Name => "a name has 1 to 64 small letters, digits and underscores, a letter first",
            Self::Text => "it needs a label and help in both languages, without control characters, not too long",
            Self::ClassLowered => "the class of a field is never lowered",
            Self::Changed => "compartment, type, list and choices of an earlier form stay as they are",
            Self::Release => "this may not leave in an extract in that way",
            Self::NarrativeClass => "type and class `narrative` go together",
            Self::Compartment => "extra fields lie in a compartment that this kind of record uses already",
            Self::Search => "this type cannot be searched in that way",
            Self::Codes => "a coded field has either a shipped list or choices of its own, another field neither",
            Self::NothingToRetire => "there is no such extra field, or it is retired already",
        })
    }
}

impl Diagnosis for FormError {
    fn code(&self) -> u16 {
        Family::Model.code(match self {
            Self::Toml(_) => 70,
            Self::Encoding => 71,
            Self::Version(_) => 72,
            Self::TooLarge => 73,
            Self::Name => 74,
            Self::TooMany => 75,
            Self::Field { rule, .. } => 80 + *rule as u16,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Version(_) => "Install the newest saferoom.",
            Self::Encoding => "Keep the file as it is and install the newest saferoom: the form is of another release.",
            Self::TooMany => "Start the program anew.",
            _ => "Correct the form at the place that is named; nothing was changed.",
        }
    }
}
