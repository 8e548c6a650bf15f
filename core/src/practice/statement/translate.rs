//! A statement and its translation: a pair, of which the second is stale once the first has a newer version.

use super::{StatementError, first, version};
use crate::id::RecordId;
use crate::model::records::{Statement, StatementKind};

/// The translation of a statement as it is recorded: linked to the original in the version that was translated.
///
/// # Errors
/// [`StatementError`]: the translator is named and did not check it; the language is another; the original is one.
pub fn translation(original: (RecordId, &Statement), translation: Statement) -> Result<Statement, StatementError> {
    let (id, original) = original;
    if original.translates.is_some() {
        return Err(StatementError::OfTranslation);
    }
    if translation.translator.is_none() {
        return Err(StatementError::NoTranslator);
    }
    if translation.translator == translation.translation_checked_by {
        return Err(StatementError::CheckedByTranslator);
    }
    if translation.language.is_none() || translation.language == original.language {
        return Err(StatementError::SameLanguage);
    }
    Ok(Statement {
        kind: StatementKind::new("translation").ok(),
        translates: Some(id),
        translates_version: Some(version(original)),
        ..first(translation)
    })
}

/// Whether the original has a newer version than the one that was translated. `newest`: the newest version of the original.
#[must_use]
pub fn is_stale(translation: &Statement, newest: u64) -> bool {
    translation.translates.is_some() && translation.translates_version.is_none_or(|translated| translated < newest)
}
