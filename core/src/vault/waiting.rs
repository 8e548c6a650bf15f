//! Records that wait to be put into the search index.
//!
//! Somebody may write a record and not hold the search circle: a social worker, or who hands a report in. The record then
//! stands in the index under one token that says only that it waits. The next search of a member who holds the circle, and
//! can open the record, puts it in; until then the answer says that there may be more.

use super::Error;
use super::act::Act;
use crate::id::{RecordId, ScopeId};
use crate::store::Token;

/// The token of what waits. No term has it.
pub(super) const WAITING: Token = 0;

/// Most records that one search puts in.
const AT_ONCE: usize = 1000;

impl Act<'_> {
    /// Marks a record as waiting.
    pub(super) fn let_wait(&mut self, record: RecordId) -> Result<(), Error> {
        self.write_tokens()?;
        self.keys.state.verify_token(self.rows, WAITING)?;
        if !self.rows.has_token(WAITING, record)? {
            self.put_token(WAITING, record)?;
        }
        Ok(())
    }

    /// Whether a record waits: it is put in as it is then.
    pub(super) fn is_waiting(&mut self, record: RecordId) -> Result<bool, Error> {
        self.keys.state.verify_token(self.rows, WAITING)?;
        Ok(self.rows.has_token(WAITING, record)?)
    }

    /// Puts records that wait into the index, as far as this member can open them; tells whether any of the unit is left.
    pub(super) fn index_waiting(&mut self, unit: ScopeId) -> Result<bool, Error> {
        self.write_tokens()?;
        self.keys.state.verify_token(self.rows, WAITING)?;
        let waiting = self.rows.records_with_token(WAITING, AT_ONCE + 1)?;
        let mut left = waiting.len() > AT_ONCE;
        for record in waiting.into_iter().take(AT_ONCE) {
            let head = self.head(record)?;
            if self.unit_of(&head)? == unit {
                left |= !self.index_one(unit, record)?;
            }
        }
        self.write_tokens()?;
        Ok(left)
    }

    fn index_one(&mut self, unit: ScopeId, record: RecordId) -> Result<bool, Error> {
        let head = self.head(record)?;
        let spec = self.keys.spec_of(&head)?;
        self.verify_current(&head)?;
        let Some(fields) = self.open_candidate(spec, &head)? else { return Ok(false) };
        for token in self.tokens(unit, spec, record, &fields)? {
            self.keys.state.verify_token(self.rows, token)?;
            if !self.rows.has_token(token, record)? {
                self.put_token(token, record)?;
            }
        }
        self.write_tokens()?;
        self.keys.state.remove_token(WAITING, record);
        Ok(self.rows.remove_token(WAITING, record)?)
    }
}
