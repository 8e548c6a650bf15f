//! What cannot be done with a statement, and what to do instead.

use crate::error::{Diagnosis, Family};

/// What cannot be done with a statement, or with what was closed for changes. Nothing was written then, and no word of the
/// statement is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The record, or the one it belongs to, was closed for changes.
    #[error("the {kind} is closed for changes")]
    Closed {
        /// What is closed.
        kind: &'static str,
    },
    /// A closing is made by the call that closes, not as a record.
    #[error("a closing for changes cannot be written as a record")]
    ClosingByHand,
    /// It was not closed.
    #[error("the {kind} is not closed for changes")]
    NotClosed {
        /// What is not closed.
        kind: &'static str,
    },
    /// Somebody who cannot see all of it cannot close it.
    #[error("who closes a record has to see all of it; the compartment {compartment} is closed to this member")]
    NotAllSeen {
        /// The first compartment that is closed.
        compartment: &'static str,
    },
    /// The correction leaves the text as it is.
    #[error("the correction changes nothing")]
    NothingChanged,
    /// The reason and who asked for the change do not fit.
    #[error("a correction by the child is one that the child asked for, and no other")]
    WhoAsked,
    /// Another statement has taken the place of this one.
    #[error("a later statement has taken the place of this one")]
    Superseded,
    /// The statement was not read back to the child.
    #[error("the statement was not read back to the child in this version")]
    NotReadBack,
    /// Somebody signs for the child.
    #[error("nobody signs for the child")]
    ForTheChild,
    /// Nobody, or several, are named as the one who signs.
    #[error("a signature is of one person: an officer, a participant or a name")]
    Signatory,
    /// This person has answered about this version already.
    #[error("this person has signed this version already, or was asked to")]
    SignedTwice,
    /// The signature lies in the future.
    #[error("the signature lies in the future")]
    InFuture,
    /// A signed statement that nobody has signed.
    #[error("nobody has signed this version of the statement, or refused to")]
    NotSigned,
    /// The translation does not say who made it.
    #[error("the translation does not say who translated")]
    NoTranslator,
    /// The translator checked the translation.
    #[error("a translation is checked by somebody other than the translator")]
    CheckedByTranslator,
    /// The translation says no language, or that of the original.
    #[error("the translation names no language, or that of the original")]
    SameLanguage,
    /// A translation of a translation.
    #[error("a translation is made from the original, not from a translation")]
    OfTranslation,
    /// Nobody knows whose paper it is.
    #[error("the record stands below no child, and its case has not exactly one")]
    WhichChild,
}

impl Diagnosis for StatementError {
    fn code(&self) -> u16 {
        Family::Statement.code(match self {
            Self::Closed { .. } => 1,
            Self::ClosingByHand => 2,
            Self::NotClosed { .. } => 3,
            Self::NotAllSeen { .. } => 4,
            Self::NothingChanged => 10,
            Self::WhoAsked => 11,
            Self::Superseded => 12,
            Self::NotReadBack => 20,
            Self::ForTheChild => 21,
            Self::Signatory => 22,
            Self::SignedTwice => 23,
            Self::InFuture => 24,
            Self::NotSigned => 25,
            Self::NoTranslator => 30,
            Self::CheckedByTranslator => 31,
            Self::SameLanguage => 32,
            Self::OfTranslation => 33,
            Self::WhichChild => 40,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Closed { .. } => {
                "Leave it as it is. Correct the statement with a reason (`correct_statement`): a new version takes its place."
            }
            Self::ClosingByHand => "Close the statement (`close_statement`) or the interview (step `lock`).",
            Self::NotClosed { .. } => "Close it first.",
            Self::NotAllSeen { .. } => "Let somebody who works on the case close it.",
            Self::NothingChanged => "Leave it as it is, or enter the corrected text.",
            Self::WhoAsked => "Say who asked for the change; if it was the child, the reason is `child_correction`.",
            Self::Superseded => "Go on with the newest version.",
            Self::NotReadBack => "Read the whole text to the child first, and record that you did.",
            Self::ForTheChild => {
                "Leave officer, participant and name empty. If the child did not sign, record `refused`."
            }
            Self::Signatory => "Name one person: the record of the officer or participant, or a name.",
            Self::SignedTwice => "Leave the signature as it is. A later version is signed anew.",
            Self::InFuture => "Correct the time, or the clock of this device.",
            Self::NotSigned => "Record who signed, or that they did not want to (`refused`).",
            Self::NoTranslator => "Name the participant who translated.",
            Self::CheckedByTranslator => "Let a second person who reads both languages check it.",
            Self::SameLanguage => "Say in which language the translation is.",
            Self::OfTranslation => "Name the statement in the language of the child.",
            Self::WhichChild => "Record interviews below the child whose they are; then their papers can be disclosed.",
        }
    }
}
