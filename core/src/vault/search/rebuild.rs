//! Making the index anew: after the search circle has moved to a new generation, after a release that folds names in
//! another way, or for a file that was written before there was an index.

use super::super::index::is_searchable;
use crate::access::Access;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::vault::{Error, Session};

impl Session {
    /// Makes the search index anew from all records, in one transaction; returns how many records are in it. `progress`
    /// is told how many records of how many are done. The fields are opened in here; no value leaves.
    ///
    /// # Errors
    /// [`crate::access::AccessError::NoKey`] if a searchable field of some record cannot be opened by this member, or a
    /// unit's search circle is not theirs; [`crate::vault::IntegrityError`]. The old index stays then.
    pub fn rebuild_search_index(&self, access: &Access, mut progress: impl FnMut(u64, u64)) -> Result<u64, Error> {
        self.act(access, Event::Reindex, &[], |act| {
            act.keys.state.verify_all(act.rows)?;
            act.rows.clear_tokens()?;
            act.keys.state.clear_tokens();
            for unit in act.keys.search_scopes() {
                act.mark_index(unit)?;
            }
            let mut heads = Vec::new();
            act.rows.each_head([0; 16], [0xFF; 16], |head| heads.push(head))?;
            let (mut indexed, total) = (0, heads.len() as u64);
            for (done, head) in heads.iter().enumerate() {
                let spec = act.keys.spec_of(head)?;
                if is_searchable(spec) {
                    let current = act.verify_current(head)?;
                    let fields = act.open_searchable(spec, head, &current)?;
                    let unit = act.unit_of(head)?;
                    act.index((head.scope, unit), spec, head.record, &fields)?;
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

impl crate::vault::unlocked::Unlocked {
    /// The units that have a search circle, whether this member holds it or not.
    fn search_scopes(&self) -> Vec<crate::id::ScopeId> {
        let search = Compartment::Search.number();
        let listings = self.roster.circles().iter().map(|circle| circle.listing.name);
        let listings = listings.filter(|name| name.compartment == search);
        let mut scopes: Vec<_> = listings.map(|name| name.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}
