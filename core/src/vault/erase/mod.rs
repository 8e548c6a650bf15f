//! Erasing cases: an act of two, in one transaction, of which nothing can be opened afterwards.
//!
//! Erasing destroys what wraps the data keys of a case, in every compartment but `statistics`, and its search tokens.
//! Records, revisions and log stay: their signatures and digests still hold, because of each data key one row remains that
//! fixes what it was. The roster lists the erasure; a key that is missing, or there again, against what the roster says is a
//! sign of a change from outside. The circle of the case stays as well: it says who worked on it, and nothing of a child.
//! See docs/adr/0033.

mod certificate;
mod follow;
mod retention;

use std::collections::{BTreeMap, BTreeSet};

pub use retention::{ErasureDue, ErasuresDue};

use super::act::Act;
use super::{Error, IntegrityError, Session};
use crate::access::erasure::{Erasure, ErasureDocument, ErasureError, Ground, MAX_CASES};
use crate::access::policy::Action;
use crate::access::{Access, AccessError, CaseChange, ListedErasure, Proposal, RosterChange};
use crate::id::{MemberId, RecordId, ScopeId};
use crate::log::{Detail, DetailKey, Event};
use crate::model::RecordKind;
use crate::store::{HeadRow, KeyRow, Token};

/// Bytes of its scope's id that a record's id begins with.
const PREFIX: usize = 6;

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Position of its entry in the roster: names it for [`Session::erasure_certificate`].
    pub position: u64,
    /// How many cases.
    pub cases: u64,
    /// How many wraps of data keys were destroyed.
    pub keys: u64,
    /// From when on it is complete: the last backup key that was known expires then.
    pub complete_from: u64,
    /// Whether the file was rewritten, so that no page keeps what was destroyed. If not, somebody else was using the file, or
    /// the disk failed or was full: [`Session::remove_residue`] does it later, or says what is in the way.
    pub residue_removed: bool,
}

impl Session {
    /// Proposes to erase cases for good. Custodians sign the proposal; then [`erase`](Self::erase) does it.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::OnHold`], [`Error::Erased`], [`Error::NoSuchRecord`]; logged as denied.
    pub fn propose_erasure(&self, cases: &[RecordId], ground: Ground, access: &Access) -> Result<Proposal, Error> {
        let about = about(cases);
        self.act(access, Event::Query, &about, |act| {
            act.demand(Action::Erase)?;
            let cases: BTreeSet<ScopeId> = cases.iter().map(|case| case.scope()).collect();
            if cases.is_empty() || cases.len() > MAX_CASES {
                return Err(Error::BatchTooLarge);
            }
            for case in &cases {
                let head = act.erasable(*case)?;
                act.log_query(&head, 1)?;
            }
            let (at, by) = (act.wall(), act.keys.member.member);
            let erasure = Erasure {
                at,
                complete_from: act.complete_from(at, u64::MAX)?,
                by,
                ground,
                cases: cases.into_iter().collect(),
            };
            let change = RosterChange::Erasure(ErasureDocument::Direct(erasure).encode());
            Ok(Proposal::new(&act.keys.roster, change))
        })
    }

    /// Erases what was proposed: signed by as many custodians as the access-policy asks for, and by somebody else than
    /// whoever is signed in, unless the founder is alone. Nothing of these cases can be opened in this vault afterwards,
    /// with any key. The file is rewritten, so that it takes a moment. Once they are erased it answers so, whatever the key
    /// store or the disk says then.
    ///
    /// # Errors
    /// [`AccessError::ApprovalsMissing`], [`AccessError::SecondPersonMissing`], and as
    /// [`propose_erasure`](Self::propose_erasure); nothing is erased then. [`IntegrityError::Rollback`] also if what this
    /// device has kept is not of this vault's past: [`erasures`](Self::erasures) tells whether it was done.
    pub fn erase(&self, proposal: &Proposal, access: &Access) -> Result<Erased, Error> {
        let erasure = direct(proposal)?;
        let cases: Vec<_> = erasure.cases.iter().map(|case| case.record()).collect();
        let erased = self.act(access, Event::Erasure, &about(&cases), |act| {
            // What is kept is due with this commit, so that it is kept also if the session is locked then.
            self.keep_with_the_next_commit();
            act.demand(Action::Erase)?;
            act.keys.roster.check(proposal)?;
            act.demand_two(proposal.signers())?;
            let heads = erasure.cases.iter().map(|case| act.erasable(*case)).collect::<Result<Vec<_>, _>>()?;
            act.append_to_roster(proposal.clone())?;
            let keys = act.destroy(&heads)?;
            let (position, cases) = (act.keys.roster.head().0, heads.len() as u64);
            let complete_from = erasure.complete_from.max(act.complete_from(erasure.at, act.commit_number())?);
            Ok(Erased { position, cases, keys, complete_from, residue_removed: false })
        })?;
        // The head with the erasure is kept at once: an older file shows from now on. If the session was locked meanwhile, it
        // was kept with the commit; if the key store fails, it is kept with the next one.
        if self.with_keys(|keys| Ok(keys.to_keep())).and_then(|due| self.vault().keep(due)).is_err() {
            self.keep_with_the_next_commit();
        }
        Ok(Erased { residue_removed: self.remove_residue().unwrap_or(false), ..erased })
    }

    /// Rewrites the file without anything that was deleted, and empties its write-ahead log. False if another process was in
    /// the way; then it has to be done again.
    ///
    /// # Errors
    /// What the disk says; the vault is as before.
    pub fn remove_residue(&self) -> Result<bool, Error> {
        let removed = self.vault().store()?.remove_residue();
        removed.map_err(|error| self.vault().second_look(error.into()))
    }

    /// All erasures that the roster lists, oldest first.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn erasures(&self) -> Result<Vec<ListedErasure>, Error> {
        self.look(|act| Ok(act.keys.roster.erasures().to_vec()))
    }

    /// Places a legal hold on a case: while it stands, the case is not erased. Needs a reason in words.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::ReasonMissing`], [`Error::NoSuchRecord`]; logged as denied.
    pub fn place_hold(&self, case: RecordId, access: &Access) -> Result<(), Error> {
        self.set_hold(case, true, access)
    }

    /// Lifts a legal hold. Needs a reason in words.
    ///
    /// # Errors
    /// As [`place_hold`](Self::place_hold).
    pub fn lift_hold(&self, case: RecordId, access: &Access) -> Result<(), Error> {
        self.set_hold(case, false, access)
    }

    fn set_hold(&self, case: RecordId, on: bool, access: &Access) -> Result<(), Error> {
        self.change_case(case, access, |act| {
            act.demand(Action::Hold)?;
            if access.reason().is_none() {
                return Err(AccessError::ReasonMissing.into());
            }
            Ok(CaseChange::LegalHold { on })
        })
    }
}

impl Act<'_> {
    /// Refuses what concerns an erased case.
    pub(super) fn refuse_erased(&self, scope: ScopeId) -> Result<(), Error> {
        match self.keys.roster.erased_since(scope) {
            Some(since) => Err(Error::Erased { since }),
            None => Ok(()),
        }
    }

    /// The head of a case that may be erased: of this member's unit, and not on hold.
    fn erasable(&mut self, case: ScopeId) -> Result<HeadRow, Error> {
        let head = self.head(case.record())?;
        if head.kind != RecordKind::CASE.number() || head.record != head.scope.record() {
            return Err(Error::NoSuchRecord);
        }
        self.refuse_erased(case)?;
        if self.unit_of(&head)? != self.keys.unit() {
            return Err(AccessError::NotAllowed.into());
        }
        if self.case_circle(case)?.is_on_legal_hold() {
            return Err(AccessError::OnHold.into());
        }
        Ok(head)
    }

    /// Refuses an act of two that one person does alone; a founder without another custodian is the exception.
    fn demand_two(&self, mut signers: impl Iterator<Item = MemberId>) -> Result<(), AccessError> {
        let (me, roster) = (self.keys.member.member, &self.keys.roster);
        let alone = roster.custodians().all(|custodian| custodian.id() == me);
        let founds = self.keys.role()?.is_founder() && alone;
        if founds || signers.any(|signer| signer != me) { Ok(()) } else { Err(AccessError::SecondPersonMissing) }
    }

    /// Destroys keys and tokens of cases that the roster lists as erased, and logs each; returns how many wraps there were.
    pub(super) fn destroy(&mut self, heads: &[HeadRow]) -> Result<u64, Error> {
        let digest = self.keys.roster.head().1;
        let scopes: BTreeSet<_> = heads.iter().map(|head| head.scope).collect();
        self.destroy_tokens(&scopes)?;
        let mut destroyed = 0;
        for head in heads {
            let keys = self.destroy_keys(head.scope)?;
            let detail = Detail::of(DetailKey::COUNT, keys).with(DetailKey::MANIFEST_DIGEST, &digest[..]);
            self.log_about(Event::Erasure, head, detail)?;
            destroyed += keys;
        }
        Ok(destroyed)
    }

    fn destroy_keys(&mut self, scope: ScopeId) -> Result<u64, Error> {
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let rows = self.rows.keys(scope)?;
        let (mut husks, mut kept, mut destroyed) = (BTreeMap::new(), BTreeSet::new(), 0);
        for row in rows.iter().filter(|row| !row.is_husk()) {
            if self.keys.survives_erasure(row) {
                kept.insert(row.ordinal);
                continue;
            }
            self.keys.state.remove_key(row);
            self.rows.remove_key(row)?;
            husks.entry(row.ordinal).or_insert_with(|| row.husk());
            destroyed += 1;
        }
        let lost = |husk: &&KeyRow| !kept.contains(&husk.ordinal);
        for husk in husks.values().filter(lost) {
            self.rows.add_key(husk)?;
            self.keys.state.add_key(husk);
        }
        self.destroy_statistics_link(scope)?;
        self.keys.forget_scope(scope);
        Ok(destroyed)
    }

    /// Removes the search tokens of all records of these scopes. They are found by record: nothing has to be opened for it.
    fn destroy_tokens(&mut self, scopes: &BTreeSet<ScopeId>) -> Result<(), Error> {
        self.write_tokens()?;
        let prefixes: BTreeSet<&[u8]> = scopes.iter().map(|scope| &scope.as_bytes()[..PREFIX]).collect();
        let mut found: Vec<(Token, RecordId)> = Vec::new();
        self.rows.each_token(0, Token::MAX, |token, record| {
            if prefixes.contains(&record.as_bytes()[..PREFIX]) {
                found.push((token, record));
            }
        })?;
        for (token, record) in found {
            if !scopes.contains(&self.head(record)?.scope) {
                continue;
            }
            self.keys.state.verify_token(self.rows, token)?;
            self.keys.state.remove_token(token, record);
            if !self.rows.remove_token(token, record)? {
                return Err(IntegrityError::Bucket.into());
            }
        }
        Ok(())
    }
}

fn about(cases: &[RecordId]) -> Vec<(RecordId, u16)> {
    cases.iter().map(|case| (*case, RecordKind::CASE.number())).collect()
}

/// The erasure that a proposal is about.
fn direct(proposal: &Proposal) -> Result<Erasure, Error> {
    let no_erasure = ErasureError::Malformed { what: "proposal of an erasure" };
    let RosterChange::Erasure(document) = proposal.change()? else { return Err(no_erasure.into()) };
    match ErasureDocument::decode(&document)? {
        ErasureDocument::Direct(erasure) => Ok(erasure),
        ErasureDocument::Listed(_) => Err(no_erasure.into()),
    }
}
