//! Records that wait to be put into the search index.
//!
//! Somebody may write a record and not hold the search circle: a social worker, or who hands a report in. The record then
//! stands in the index under one token that says only that it waits. The next search of a member who holds the circle, and
//! can open the record, puts it in, and takes out what an earlier revision had; until then the answer says that there may be
//! more.

use std::collections::{BTreeMap, BTreeSet};

use super::act::Act;
use super::{Error, IntegrityError};
use crate::id::{RecordId, ScopeId};
use crate::store::{HeadRow, Token};

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
        let mut opened = BTreeMap::new();
        for record in waiting.into_iter().take(AT_ONCE) {
            let head = self.head(record)?;
            if self.unit_of(&head)? != unit {
                continue;
            }
            match self.tokens_now(unit, &head)? {
                Some(tokens) => drop(opened.insert(record, tokens)),
                None => left = true,
            }
        }
        self.put_in(unit, opened)?;
        Ok(left)
    }

    /// The tokens that the current revision of a record gives; none if this member cannot open it.
    fn tokens_now(&mut self, unit: ScopeId, head: &HeadRow) -> Result<Option<BTreeSet<Token>>, Error> {
        let spec = self.keys.spec_of(head)?;
        self.verify_current(head)?;
        let Some(fields) = self.open_candidate(spec, head)? else { return Ok(None) };
        self.tokens(unit, spec, head.record, &fields).map(Some)
    }

    /// Lets records have these tokens and no others. While they waited, those of an earlier revision stood there; who wrote
    /// the newer one could not tell which. One walk through the index, for all of them.
    fn put_in(&mut self, unit: ScopeId, mut missing: BTreeMap<RecordId, BTreeSet<Token>>) -> Result<(), Error> {
        if missing.is_empty() {
            return Ok(());
        }
        for token in missing.values().flatten() {
            self.keys.state.verify_token(self.rows, *token)?;
        }
        let (mark, of_the_mark) = (self.keys.mark(unit)?, unit.record());
        // The token that says that it waits is among them.
        let mut outdated = Vec::new();
        self.rows.each_token(0, Token::MAX, |token, record| {
            let Some(tokens) = missing.get_mut(&record) else { return };
            let is_mark = token == mark && record == of_the_mark;
            if !tokens.remove(&token) && !is_mark {
                outdated.push((token, record));
            }
        })?;
        for (token, record) in outdated {
            self.keys.state.verify_token(self.rows, token)?;
            self.keys.state.remove_token(token, record);
            if !self.rows.remove_token(token, record)? {
                return Err(IntegrityError::Bucket.into());
            }
        }
        for (record, tokens) in missing {
            for token in tokens {
                self.put_token(token, record)?;
            }
        }
        self.write_tokens()
    }
}
