//! The circles of cases: read from the file, verified, and written.

use std::sync::Arc;

use super::act::Act;
use super::{Error, IntegrityError};
use crate::access::{AccessError, Authorship, CaseChange, CaseCircle, CaseEntry, Compartments};
use crate::id::{MemberId, ScopeId, VaultId};
use crate::model::Compartment;
use crate::seal::{LabelledInput, ValueContext};
use crate::store::CircleRow;

/// Entries are padded to this, so that nothing shows what changed.
const PADDED: usize = 128;

impl Act<'_> {
    /// The circle of a case; that of a unit's own records has no entries.
    pub(super) fn case_circle(&mut self, scope: ScopeId) -> Result<Arc<CaseCircle>, Error> {
        if let Some(circle) = self.keys.cases.get(&scope) {
            return Ok(Arc::clone(circle));
        }
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let rows = self.rows.circle(scope)?;
        let mut circle = CaseCircle::default();
        if !rows.is_empty() {
            let (unit, creator) = (self.unit_of_scope(scope)?, self.creator(scope)?);
            for row in rows {
                let author = self.circle_author(&row)?;
                let entry = self.open_circle_entry(&row)?;
                let digest = CaseEntry::digest(self.keys.file.vault, scope, row.number, &row.sealed);
                circle
                    .take(&self.keys.roster, unit, creator, &author, (&entry, digest))
                    .map_err(|_| AccessError::CaseCircle)?;
            }
        }
        Ok(self.keys.remember_case(scope, circle))
    }

    /// Who opened a case: the author of its first revision.
    fn creator(&mut self, scope: ScopeId) -> Result<MemberId, Error> {
        let head = self.head(scope.record())?;
        let mut revision = self.verify_current(&head)?;
        while let (Some(earlier), Some(digest)) = (revision.row.earlier, revision.row.previous) {
            revision = self.verify_revision(&head, earlier, &digest)?;
        }
        Ok(revision.author.member)
    }

    fn circle_author(&mut self, row: &CircleRow) -> Result<Authorship, Error> {
        let author = self.keys.author(self.rows, row.commit)?;
        let digest = CaseEntry::digest(self.keys.file.vault, row.scope, row.number, &row.sealed);
        self.keys.verify_author(self.rows, row.commit, row.place, &digest)?;
        let position = self.keys.roster.position_at(row.commit);
        Ok(Authorship { member: author.member, position, commit: row.commit })
    }

    fn open_circle_entry(&self, row: &CircleRow) -> Result<CaseEntry, Error> {
        let context = entry_context(self.keys.file.vault, row.scope, row.number);
        let plain = self.keys.circles.open_for_all(&context, &row.sealed).ok_or(AccessError::CaseCircle)?;
        let (length, rest) = plain.split_first_chunk::<2>().ok_or(AccessError::CaseCircle)?;
        let (entry, padding) =
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(AccessError::CaseCircle)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(AccessError::CaseCircle.into());
        }
        Ok(CaseEntry::decode(entry)?)
    }

    /// Adds an entry to the circle of a case. `creator` is given while the case itself is not written yet.
    pub(super) fn change_case(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        creator: Option<MemberId>,
        change: CaseChange,
    ) -> Result<Arc<CaseCircle>, Error> {
        let mut circle = match creator {
            Some(_) => CaseCircle::default(),
            None => (*self.case_circle(scope)?).clone(),
        };
        let creator = match creator {
            Some(creator) => creator,
            None => self.creator(scope)?,
        };
        if let CaseChange::Share { compartments, .. } = change {
            self.refuse_ended(&circle, unit, compartments)?;
        }
        let (entry, vault) = (circle.next(change), self.keys.file.vault);
        let sealed = self.seal_circle_entry(scope, &entry)?;
        let digest = CaseEntry::digest(vault, scope, entry.number, &sealed);
        let commit = self.commit_number();
        let author = Authorship { member: self.keys.member.member, position: self.keys.roster.head().0, commit };
        circle.take(&self.keys.roster, unit, creator, &author, (&entry, digest))?;
        let place = self.add_head(&digest)?;
        let row = CircleRow { scope, number: entry.number, commit, place, sealed };
        self.rows.add_circle_entry(&row)?;
        self.keys.state.add_circle_entry(&row);
        Ok(self.keys.remember_case(scope, circle))
    }

    /// Refuses to share what this member had until a moment that is past.
    fn refuse_ended(&self, circle: &CaseCircle, unit: ScopeId, compartments: Compartments) -> Result<(), AccessError> {
        let has_ended = |compartment| self.has_ended(circle, unit, compartment, false);
        if compartments.iter().any(has_ended) { Err(AccessError::NotAllowed) } else { Ok(()) }
    }

    /// Whether this member has a compartment of a case by a share only that has ended by its date.
    pub(super) fn has_ended(&self, circle: &CaseCircle, unit: ScopeId, compartment: Compartment, first: bool) -> bool {
        let me = self.keys.member.member;
        circle.has_ended(me, compartment, self.wall())
            && !self.keys.unit_writes(me, self.commit_number(), unit, compartment, first)
    }

    fn seal_circle_entry(&self, scope: ScopeId, entry: &CaseEntry) -> Result<Vec<u8>, Error> {
        let encoded = entry.encode();
        let mut plain = Vec::with_capacity(PADDED);
        plain.extend_from_slice(&(encoded.len() as u16).to_be_bytes());
        plain.extend_from_slice(&encoded);
        plain.resize(plain.len().next_multiple_of(PADDED), 0);
        let context = entry_context(self.keys.file.vault, scope, entry.number);
        Ok(context.seal(self.keys.circles.roster()?.value_key(), &plain)?)
    }

    /// The unit that a scope belongs to.
    pub(super) fn unit_of_scope(&mut self, scope: ScopeId) -> Result<ScopeId, Error> {
        // With one unit there is nothing to look up.
        if let [only] = self.keys.roster.units() {
            return Ok(*only);
        }
        if self.keys.roster.units().contains(&scope) {
            return Ok(scope);
        }
        let head = self.head(scope.record()).map_err(|_| IntegrityError::Head)?;
        Ok(head.parent.scope())
    }
}

pub(super) fn entry_context(vault: VaultId, scope: ScopeId, number: u64) -> ValueContext {
    ValueContext::new(
        LabelledInput::new("saferoom/case-circle/sealed").part(vault.as_bytes()).part(scope.as_bytes()).number(number),
    )
}
