//! How the text of a statement comes to be what it is: first version, corrections, read-back.

use super::{StatementError, version};
use crate::id::RecordId;
use crate::model::Narrative;
use crate::model::records::{EditReason, Language, SignatoryRole, Statement};

/// A correction of the text. Never prints itself.
#[derive(Clone, PartialEq)]
pub struct Correction {
    /// The whole text as it shall be.
    pub body: Narrative,
    /// Why.
    pub reason: EditReason,
    /// Why, in words.
    pub words: Option<Narrative>,
    /// Who asked for it.
    pub asked_by: SignatoryRole,
}

impl std::fmt::Debug for Correction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Correction({:?}, redacted)", self.reason)
    }
}

/// That the whole text was read to the child.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadBack {
    /// The officer who read it.
    pub by: RecordId,
    /// The language in which the child heard it.
    pub language: Option<Language>,
}

/// The first version of a statement.
#[must_use]
pub fn first(statement: Statement) -> Statement {
    Statement { version: Some(1), supersedes: None, ..statement }
}

/// The statement with a corrected text: the next version. It was neither read back nor signed yet.
///
/// # Errors
/// [`StatementError::NothingChanged`], [`StatementError::WhoAsked`].
pub fn correct(current: &Statement, correction: &Correction) -> Result<Statement, StatementError> {
    if current.body.as_ref() == Some(&correction.body) {
        return Err(StatementError::NothingChanged);
    }
    let by_child = correction.asked_by.code().as_str() == "child";
    if by_child != (correction.reason.code().as_str() == "child_correction") {
        return Err(StatementError::WhoAsked);
    }
    let corrections = current.child_corrections.unwrap_or(0) + u64::from(by_child);
    Ok(Statement {
        body: Some(correction.body.clone()),
        version: Some(version(current) + 1),
        edit_reason: Some(correction.reason.clone()),
        edit_reason_text: correction.words.clone(),
        change_asked_by: Some(correction.asked_by.clone()),
        child_corrections: Some(corrections),
        read_back: None,
        read_back_by: None,
        read_back_language: None,
        child_signature: None,
        digest: None,
        ..current.clone()
    })
}

/// A new statement in the place of one that was closed.
///
/// # Errors
/// As [`correct`].
pub fn succeed(closed: (RecordId, &Statement), correction: &Correction) -> Result<Statement, StatementError> {
    let (id, current) = closed;
    Ok(Statement { supersedes: Some(id), ..correct(current, correction)? })
}

/// The statement after it was read back; the text is the same.
#[must_use]
pub fn read_back(current: &Statement, read: &ReadBack) -> Statement {
    Statement {
        read_back: Some(true),
        read_back_by: Some(read.by),
        read_back_language: read.language.clone(),
        child_corrections: Some(current.child_corrections.unwrap_or(0)),
        edit_reason: EditReason::new("read_back").ok(),
        edit_reason_text: None,
        ..current.clone()
    }
}
