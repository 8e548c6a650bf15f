//! Making the index anew: after the search circle has moved to a new generation, after a release that folds names in
//! another way, or for a file that was written before there was an index.

use super::super::act::Act;
use super::super::index::is_searchable;
use crate::access::{Access, AccessError};
use crate::id::ScopeId;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::{Compartment, RecordSpec};
use crate::store::{HeadRow, Token};
use crate::vault::{Error, Session};

impl Session {
    /// Makes the search index of the units anew whose search circle this member holds, in one transaction; returns how many
    /// records were put in. Closely held cases that no search finds are left out; a record that this member cannot open waits
    /// for somebody who can, and every search says until then that there may be more. `progress`
    /// is told how many records of how many are done. The fields are opened in here; no value leaves.
    ///
    /// # Errors
    /// [`AccessError::NoKey`] if this member holds no search circle; [`crate::vault::IntegrityError`]. The old index stays
    /// then.
    pub fn rebuild_search_index(&self, access: &Access, mut progress: impl FnMut(u64, u64)) -> Result<u64, Error> {
        self.act(access, Event::Reindex, &[], |act| {
            act.keys.state.verify_all(act.rows)?;
            let units = act.keys.searchable_units();
            if units.is_empty() {
                return Err(AccessError::NoKey { compartment: Compartment::Search.name() }.into());
            }
            act.clear_index(&units)?;
            for unit in &units {
                act.mark_index(*unit)?;
            }
            let mut heads = Vec::new();
            act.rows.each_head([0; 16], [0xFF; 16], |head| heads.push(head))?;
            let (mut indexed, total) = (0, heads.len() as u64);
            for (done, head) in heads.iter().enumerate() {
                let spec = act.keys.spec_of(head)?;
                let erased = act.keys.roster.erased_since(head.scope).is_some();
                if !erased && is_searchable(spec) && act.index_anew(&units, spec, head)? {
                    indexed += 1;
                }
                if (done + 1).is_multiple_of(256) {
                    progress(done as u64 + 1, total);
                }
            }
            act.log(Event::Reindex, Outcome::Success, None, Some(Detail::of(DetailKey::COUNT, indexed)))?;
            progress(total, total);
            Ok(indexed)
        })
    }
}

impl Act<'_> {
    /// Takes all tokens of these units out.
    fn clear_index(&mut self, units: &[ScopeId]) -> Result<(), Error> {
        if units.len() == self.keys.roster.units().len() {
            self.keys.state.clear_tokens();
            return Ok(self.rows.clear_tokens()?);
        }
        self.keys.state.verify_all_tokens(self.rows)?;
        let mut listed = Vec::new();
        self.rows.each_token(0, Token::MAX, |token, record| listed.push((token, record)))?;
        for (token, record) in listed {
            let head = self.head(record)?;
            if units.contains(&self.unit_of(&head)?) {
                self.keys.state.remove_token(token, record);
                self.rows.remove_token(token, record)?;
            }
        }
        Ok(())
    }

    /// Puts a record in, if it belongs there; tells whether it did. One that this member cannot open waits.
    fn index_anew(&mut self, units: &[ScopeId], spec: &'static RecordSpec, head: &HeadRow) -> Result<bool, Error> {
        let unit = self.unit_of(head)?;
        if !units.contains(&unit) || self.is_sealed_case(head.scope, unit)? {
            return Ok(false);
        }
        let current = self.verify_current(head)?;
        if !self.can_open_searchable(spec, head, &current)? {
            self.let_wait(head.record)?;
            return Ok(false);
        }
        let fields = self.open_searchable(spec, head, &current)?;
        self.index((head.scope, unit), spec, head.record, &fields)?;
        Ok(true)
    }
}
