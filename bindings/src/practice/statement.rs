//! Statements: taken, corrected, read back, signed, translated and closed. Nothing is overwritten.

use std::collections::HashMap;
use std::sync::Arc;

use saferoom::model::{LabelLanguage, ModelError, Narrative};
use saferoom::practice::statement::{Correction, ReadBack};
use saferoom::vault;

use super::interview::KeptPart;
use super::rules::TermWarning;
use super::step::coded;
use crate::error::SaferoomError;
use crate::held::Begun;
use crate::session::{OpenedRecord, Session};
use crate::types::AccessInput;
use crate::value::{FieldValue, fields_of_typed, typed_of};

/// A version of a statement that was written.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StatementTaken {
    /// The record that holds it: a new one if the one before was closed.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// Words that harm or blame, in the text or in the reason in words. Nothing was rewritten.
    pub warnings: Vec<TermWarning>,
}

/// A correction of the text of a statement. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct StatementCorrection {
    /// The whole text as it shall be.
    pub body: String,
    /// Why, of the list `edit_reason`.
    pub reason: String,
    /// Why, in words.
    pub words: Option<String>,
    /// Who asked for it, of the list `signatory_role`.
    pub asked_by: String,
}

/// That something was closed for changes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClosingInfo {
    /// The record of the lock.
    pub lock: String,
    /// When: milliseconds since 1970, UTC.
    pub at: Option<i64>,
    /// The officer, if named.
    pub by: Option<String>,
    /// The digest of what stood there: `sha256:` and hexadecimal digits.
    pub digest: String,
    /// Index of the entry of its making in the log of this device; none if another device wrote it.
    pub log_index: Option<u64>,
    /// Whether what stands there now has this digest; none if this member cannot see all of it.
    pub fits: Option<bool>,
}

/// A translation of a statement.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StatementTranslation {
    /// The record.
    pub id: String,
    /// Whether the original has a newer version than the one that was translated.
    pub stale: bool,
}

/// A statement with all that belongs to it. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct ChildStatement {
    /// The statement.
    pub opened: Arc<OpenedRecord>,
    /// Its signatures: records `statement_signature`.
    pub signatures: Vec<KeptPart>,
    /// Its closing for changes.
    pub closing: Option<ClosingInfo>,
    /// The statement that has taken its place.
    pub superseded_by: Option<String>,
    /// Whether it is a translation of a version that is no longer the newest.
    pub stale: bool,
    /// Its translations, and those of the statements whose place it took.
    pub translations: Vec<StatementTranslation>,
}

redacted! { StatementCorrection ChildStatement }

#[uniffi::export]
impl Session {
    /// Records the first version of a statement below an interview: `fields` of the record `statement`. What to write instead of
    /// words that harm is said in `language`, `en` or `km`.
    ///
    /// # Errors
    /// As `create`.
    pub fn take_statement(
        &self,
        interview: String,
        fields: HashMap<String, FieldValue>,
        language: &str,
        access: AccessInput,
    ) -> Result<StatementTaken, SaferoomError> {
        let (interview, statement) = (interview.parse()?, typed_of(fields)?);
        Ok(StatementTaken::of(self.0.take_statement(interview, statement, &access.into())?, language))
    }

    /// Corrects a statement: its next revision, or, if it was closed, a new statement in its place.
    ///
    /// # Errors
    /// A correction that cannot be, and what to do; as `amend`; somebody else wrote it in between.
    pub fn correct_statement(
        &self,
        id: String,
        correction: StatementCorrection,
        language: &str,
        access: AccessInput,
    ) -> Result<StatementTaken, SaferoomError> {
        let (id, correction) = (id.parse()?, correction.into_core()?);
        Ok(StatementTaken::of(self.0.correct_statement(id, &correction, &access.into())?, language))
    }

    /// Records that the whole statement was read to the child, by an officer, in a language of the list `language`.
    ///
    /// # Errors
    /// As `amend`: a closed statement is refused.
    pub fn read_back_statement(
        &self,
        id: String,
        by: String,
        heard_in: Option<String>,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        let language = heard_in.map(|code| coded(&code)).transpose()?;
        let read = ReadBack { by: by.parse()?, language };
        Ok(self.0.read_back_statement(id.parse()?, &read, &access.into())?)
    }

    /// Records a signature under a statement, or that somebody did not want to sign: `fields` of the record
    /// `statement_signature`. Answers the new record.
    ///
    /// # Errors
    /// A signature that cannot be, and what to do; as `create`.
    pub fn sign_statement(
        &self,
        id: String,
        fields: HashMap<String, FieldValue>,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        Ok(self.0.sign_statement(id.parse()?, typed_of(fields)?, &access.into())?.to_string())
    }

    /// Records a translation of a statement, linked to it.
    ///
    /// # Errors
    /// A translation that cannot be, and what to do; as `create`.
    pub fn translate_statement(
        &self,
        original: String,
        fields: HashMap<String, FieldValue>,
        language: &str,
        access: AccessInput,
    ) -> Result<StatementTaken, SaferoomError> {
        let (original, text) = (original.parse()?, typed_of(fields)?);
        Ok(StatementTaken::of(self.0.translate_statement(original, text, &access.into())?, language))
    }

    /// Closes a statement for changes, with its signatures. `by` is the record of the officer who closes it.
    ///
    /// # Errors
    /// It is not ready to be closed, and what to do; as `create`; somebody else wrote it in between.
    pub fn close_statement(
        &self,
        id: String,
        by: Option<String>,
        access: AccessInput,
    ) -> Result<ClosingInfo, SaferoomError> {
        let by = by.map(|id| id.parse()).transpose()?;
        Ok(self.0.close_statement(id.parse()?, by, &access.into())?.into())
    }

    /// The closing of a statement or an interview, compared with what stands there; none if it is open.
    ///
    /// # Errors
    /// As `read`.
    pub fn closing(&self, id: String, access: AccessInput) -> Result<Option<ClosingInfo>, SaferoomError> {
        Ok(self.0.closing(id.parse()?, &access.into())?.map(ClosingInfo::from))
    }

    /// A statement with signatures, closing, translations, and what has taken its place. Each record is logged as read.
    ///
    /// # Errors
    /// As `read`.
    pub fn child_statement(&self, id: String, access: AccessInput) -> Result<ChildStatement, SaferoomError> {
        let begun = Begun::now();
        let found = self.0.child_statement(id.parse()?, &access.into())?;
        let opened = self.dynamic_of(&found, begun)?;
        let signature = |(id, signature): &(saferoom::id::RecordId, _)| {
            Ok(KeptPart { id: Some(id.to_string()), fields: fields_of_typed(signature)? })
        };
        let translation =
            |one: &vault::TranslationOf| StatementTranslation { id: one.id.to_string(), stale: one.stale };
        Ok(ChildStatement {
            opened,
            signatures: found.signatures.iter().map(signature).collect::<Result<_, ModelError>>()?,
            closing: found.closing.map(ClosingInfo::from),
            superseded_by: found.superseded_by.map(|id| id.to_string()),
            stale: found.stale,
            translations: found.translations.iter().map(translation).collect(),
        })
    }
}

impl Session {
    /// The statement that was opened, as a record whose kind is known at run time.
    fn dynamic_of(&self, found: &vault::ChildStatement, begun: Begun) -> Result<Arc<OpenedRecord>, SaferoomError> {
        let opened = &found.opened;
        let record = crate::value::dynamic_of(&opened.record)?;
        let opened = vault::Opened {
            id: opened.id,
            parent: opened.parent,
            revision: opened.revision,
            author: opened.author,
            withheld: opened.withheld.clone(),
            record,
        };
        OpenedRecord::of(opened, begun)
    }
}

impl StatementTaken {
    fn of(taken: vault::Taken, language: &str) -> Self {
        let language = LabelLanguage::from_code(language).unwrap_or_default();
        Self {
            id: taken.id.to_string(),
            version: taken.version,
            warnings: taken.warnings.into_iter().map(|found| TermWarning::of(&found, language)).collect(),
        }
    }
}

impl StatementCorrection {
    fn into_core(self) -> Result<Correction, ModelError> {
        Ok(Correction {
            body: Narrative::new(self.body)?,
            reason: coded(&self.reason)?,
            words: self.words.map(Narrative::new).transpose()?,
            asked_by: coded(&self.asked_by)?,
        })
    }
}

impl From<vault::Closing> for ClosingInfo {
    fn from(closing: vault::Closing) -> Self {
        Self {
            lock: closing.lock.to_string(),
            at: closing.at.map(|at| at.milliseconds()),
            by: closing.by.map(|by| by.to_string()),
            digest: closing.digest,
            log_index: closing.log_index,
            fits: closing.fits,
        }
    }
}
