//! Statements in the vault: taken, corrected, read back, signed, translated, closed; each step is a revision or a record.
//!
//! What may be done is said by [`crate::practice::statement`]. Before a statement is closed a correction is its next
//! revision; afterwards it is a new statement that names the closed one, which stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::closing::Way;
use super::session::Batch;
use super::{Closing, Error, Opened, RecordInfo, Session};
use crate::access::Access;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{Statement, StatementSignature};
use crate::model::{FieldBuffer, RecordKind};
use crate::practice::statement::{
    Correction, ReadBack, StatementError, correct, first, is_stale, read_back, ready_to_close, sign, succeed,
    translation, version,
};
use crate::practice::terms::{TermWarning, lint};

/// A version of a statement that was written, and what the words of it ask to look at again.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The record that holds it: a new one if the one before was closed.
    pub id: RecordId,
    /// Its version.
    pub version: u64,
    /// Words that harm or blame. Nothing was rewritten: the child's own words stay as they are.
    pub warnings: Vec<TermWarning>,
}

/// A translation of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslationOf {
    /// The record.
    pub id: RecordId,
    /// Whether the original has a newer version than the one that was translated.
    pub stale: bool,
}

/// A statement with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildStatement {
    /// The statement.
    pub opened: Opened<Statement>,
    /// Its signatures.
    pub signatures: Vec<(RecordId, StatementSignature)>,
    /// Its closing for changes.
    pub closing: Option<Closing>,
    /// The statement that has taken its place.
    pub superseded_by: Option<RecordId>,
    /// Whether it is a translation of a version that is no longer the newest.
    pub stale: bool,
    /// Its translations, and those of the statements whose place it took.
    pub translations: Vec<TranslationOf>,
}

impl Session {
    /// Records the first version of a statement below an interview.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn take_statement(&self, interview: RecordId, statement: Statement, access: &Access) -> Result<Taken, Error> {
        self.create_statement(interview, &first(statement), access)
    }

    /// Corrects a statement: its next revision, or, if it was closed, a new statement in its place.
    ///
    /// # Errors
    /// [`StatementError`]; as [`amend`](Self::amend); [`Error::ChangedElsewhere`].
    pub fn correct_statement(&self, id: RecordId, correction: &Correction, access: &Access) -> Result<Taken, Error> {
        let (closed, parent) = self.look(|act| Ok((act.lock_below(id)?.is_some(), act.head(id)?.parent)))?;
        let current = self.read::<Statement>(id, access)?;
        if self.statements_beside(parent, access)?.values().any(|other| other.supersedes == Some(id)) {
            return Err(StatementError::Superseded.into());
        }
        if closed {
            return self.create_statement(parent, &succeed((id, &current.record), correction)?, access);
        }
        let next = correct(&current.record, correction)?;
        self.amend_statement(&current, &next, access)?;
        Ok(taken(id, &next))
    }

    /// Records that the whole statement was read to the child.
    ///
    /// # Errors
    /// As [`amend`](Self::amend): a closed statement is refused.
    pub fn read_back_statement(&self, id: RecordId, read: &ReadBack, access: &Access) -> Result<(), Error> {
        let current = self.read::<Statement>(id, access)?;
        self.amend_statement(&current, &read_back(&current.record, read), access)
    }

    /// Records a signature under a statement, or that somebody did not want to sign.
    ///
    /// # Errors
    /// [`StatementError`]; as [`create`](Self::create).
    pub fn sign_statement(
        &self,
        id: RecordId,
        signature: StatementSignature,
        access: &Access,
    ) -> Result<RecordId, Error> {
        let statement = self.read::<Statement>(id, access)?.record;
        let existing: Vec<_> = self.signatures(id, access)?.into_iter().map(|(_, signature)| signature).collect();
        let signed = sign(&statement, &existing, signature, self.now()?)?;
        Ok(self.create(Some(id), &signed, access)?.record)
    }

    /// Records a translation of a statement, linked to it.
    ///
    /// # Errors
    /// [`StatementError`]; as [`create`](Self::create).
    pub fn translate_statement(&self, original: RecordId, text: Statement, access: &Access) -> Result<Taken, Error> {
        let opened = self.read::<Statement>(original, access)?;
        let parent = opened.parent.ok_or(Error::NoSuchRecord)?;
        self.create_statement(parent, &translation((original, &opened.record), text)?, access)
    }

    /// Closes a statement for changes, with its signatures. `by` is the record of the officer who closes it. The digest of
    /// what stands there is in the lock and in its log entry; both are signed as every revision is, by this member's key.
    ///
    /// # Errors
    /// [`StatementError`]; as [`create`](Self::create); [`Error::ChangedElsewhere`].
    pub fn close_statement(&self, id: RecordId, by: Option<RecordId>, access: &Access) -> Result<Closing, Error> {
        let statement = self.read::<Statement>(id, access)?.record;
        let signatures: Vec<_> = self.signatures(id, access)?.into_iter().map(|(_, signature)| signature).collect();
        ready_to_close(&statement, &signatures)?;
        let found = self.to_close(id, access)?;
        let (at, about) = (self.now()?, [(id, RecordKind::STATEMENT.number())]);
        self.act(access, Event::Update, &about, |act| {
            let (lock, digest) = act.close(found, by, at, false)?;
            let entry = act.head(lock)?.entry;
            let (digest, log_index) = (super::closing::written(&digest), act.own_index(entry));
            Ok(Closing { lock, at: Some(at), by, digest, log_index, fits: Some(true) })
        })
    }

    /// A statement with signatures, closing, translations, and what has taken its place. Each record is logged as read.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn child_statement(&self, id: RecordId, access: &Access) -> Result<ChildStatement, Error> {
        let opened = self.read::<Statement>(id, access)?;
        let parent = opened.parent.ok_or(Error::NoSuchRecord)?;
        let beside = self.statements_beside(parent, access)?;
        let replaced_by =
            |id: RecordId| beside.iter().find(|(_, other)| other.supersedes == Some(id)).map(|(id, _)| *id);
        let translations = beside
            .iter()
            .filter(|(_, other)| other.translates.is_some_and(|original| line_of(&beside, id).contains(&original)))
            .map(|(translation, other)| TranslationOf {
                id: *translation,
                stale: is_stale(other, newest(&beside, id)) || replaced_by(*translation).is_some(),
            });
        let stale = opened.record.translates.is_some_and(|of| is_stale(&opened.record, newest(&beside, of)));
        Ok(ChildStatement {
            signatures: self.signatures(id, access)?,
            closing: self.closing(id, access)?,
            superseded_by: replaced_by(id),
            stale,
            translations: translations.collect(),
            opened,
        })
    }

    fn create_statement(&self, parent: RecordId, statement: &Statement, access: &Access) -> Result<Taken, Error> {
        self.act(access, Event::Create, &[], |act| {
            act.way = Way::Practice;
            let mut batch = Batch { act, fields: FieldBuffer::with_capacity(1024) };
            Ok(taken(batch.create(Some(parent), statement)?.record, statement))
        })
    }

    /// Writes the next revision, if the one that was read is still the newest.
    fn amend_statement(&self, current: &Opened<Statement>, next: &Statement, access: &Access) -> Result<(), Error> {
        let about = [(current.id, RecordKind::STATEMENT.number())];
        self.act(access, Event::Update, &about, |act| {
            let head = act.head(current.id)?;
            if act.verify_current(&head)?.row.number != current.revision {
                return Err(Error::ChangedElsewhere);
            }
            Batch { act, fields: FieldBuffer::with_capacity(1024) }.amend(current.id, next).map(drop)
        })
    }

    fn signatures(&self, id: RecordId, access: &Access) -> Result<Vec<(RecordId, StatementSignature)>, Error> {
        let ids = self.parts_of(id, RecordKind::STATEMENT_SIGNATURE, access)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let opened = self.read_many::<StatementSignature>(&ids, access)?;
        Ok(opened.into_iter().map(|opened| (opened.id, opened.record)).collect())
    }

    /// The statements of an interview.
    fn statements_beside(&self, interview: RecordId, access: &Access) -> Result<BTreeMap<RecordId, Statement>, Error> {
        let ids = self.parts_of(interview, RecordKind::STATEMENT, access)?;
        let opened = self.read_many::<Statement>(&ids, access)?;
        Ok(opened.into_iter().map(|opened| (opened.id, opened.record)).collect())
    }

    /// The records of a kind right below another.
    pub(super) fn parts_of(&self, parent: RecordId, kind: RecordKind, access: &Access) -> Result<Vec<RecordId>, Error> {
        let records = self.records_of(parent, access)?;
        let is_part = |info: &RecordInfo| info.kind == Some(kind) && info.parent == Some(parent);
        Ok(records.into_iter().filter(is_part).map(|info| info.id).collect())
    }
}

fn taken(id: RecordId, statement: &Statement) -> Taken {
    let texts = [&statement.body, &statement.edit_reason_text];
    let warnings = texts.into_iter().flatten().flat_map(|text| lint(text.as_str())).collect();
    Taken { id, version: version(statement), warnings }
}

/// A statement with all whose place it took and that took its place.
fn line_of(beside: &BTreeMap<RecordId, Statement>, id: RecordId) -> BTreeSet<RecordId> {
    let mut line = BTreeSet::from([id]);
    let mut grown = true;
    while grown {
        let before = line.len();
        for (other, statement) in beside {
            if let Some(replaced) = statement.supersedes.filter(|old| line.contains(old) || line.contains(other)) {
                line.extend([*other, replaced]);
            }
        }
        grown = line.len() > before;
    }
    line
}

/// The newest version of a statement and all that took its place.
fn newest(beside: &BTreeMap<RecordId, Statement>, id: RecordId) -> u64 {
    line_of(beside, id).iter().filter_map(|id| beside.get(id)).map(version).max().unwrap_or(1)
}
