//! A vault that arrives on a device follows what was erased since: before the new device signs its first statement.

use std::collections::BTreeSet;

use crate::access::erasure::{ErasureDocument, SignedErasureList};
use crate::access::{Proposal, RosterChange};
use crate::keys::Identity;
use crate::vault::Error;
use crate::vault::act::Act;

impl Act<'_> {
    /// Erases what a list says and the roster does not say yet. Returns how many cases.
    pub(in crate::vault) fn follow_erasures(
        &mut self,
        list: &SignedErasureList,
        custodian: &Identity,
    ) -> Result<u64, Error> {
        self.keys.roster.accepts_list(list)?;
        let before: BTreeSet<_> = self.keys.roster.erased().collect();
        let new: Vec<_> = list.document().cases().difference(&before).copied().collect();
        if new.is_empty() {
            return Ok(0);
        }
        let document = ErasureDocument::Listed(Box::new(list.clone())).encode();
        let proposal = Proposal::new(&self.keys.roster, RosterChange::Erasure(document)).signed_by(custodian);
        self.append_to_roster(proposal)?;
        let mut heads = Vec::new();
        for case in &new {
            self.keys.state.verify_bucket(self.rows, case.as_bytes())?;
            heads.extend(self.rows.head(case.record())?);
        }
        self.destroy(&heads)?;
        Ok(new.len() as u64)
    }
}
