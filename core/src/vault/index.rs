//! The search index: the tokens of a record, written and removed with its revisions. See docs/adr/0014.
//!
//! A token is the beginning of an HMAC over a term. Its key belongs to one unit, one generation of its search circle, one
//! record kind, one domain of terms and one version of the folding. It is so short that several terms share it: what is
//! found by tokens is opened and compared before anything is said about it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::act::Act;
use super::read::VerifiedRevision;
use super::unlocked::Unlocked;
use super::waiting::WAITING;
use super::write::prefix_bounds;
use super::{Error, IntegrityError};
use crate::access::AccessError;
use crate::id::{RecordId, ScopeId, VaultId};
use crate::keys::CircleKeys;
use crate::model::search::{Domain, Term, folding_version, record_terms};
use crate::model::{Compartment, FieldBuffer, RecordSpec};
use crate::seal::{LabelledInput, MacKey, derive_secret};
use crate::store::{HeadRow, Token};

/// Most token keys in memory: those of a few units.
const MAX_KEYS: usize = 512;

/// Most tokens that an act holds back: 1 MiB or so.
const MAX_PENDING: usize = 1 << 16;

/// What a session remembers about the index.
#[derive(Default)]
pub(super) struct IndexMemory {
    keys: HashMap<(ScopeId, u16, Domain), MacKey>,
    /// Units whose index was found to be of this generation and folding.
    current: HashSet<ScopeId>,
}

impl IndexMemory {
    /// Forgets what was read from the file.
    pub(super) fn forget_rows(&mut self) {
        self.current.clear();
    }

    /// Forgets also the keys of the tokens: the search circle may have moved on.
    pub(super) fn forget_keys(&mut self) {
        self.keys.clear();
        self.current.clear();
    }
}

impl Unlocked {
    /// The units in whose records this member may search.
    pub(super) fn searchable_units(&self) -> Vec<ScopeId> {
        let search = Compartment::Search.number();
        let names = self.circles.names().filter(|name| name.compartment == search);
        let mut units: Vec<_> = names.map(|name| name.scope).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    fn search_circle(&self, unit: ScopeId) -> Result<&CircleKeys, Error> {
        let compartment = Compartment::Search;
        let circle = self.circles.get(unit, compartment)?;
        Ok(circle.ok_or(AccessError::NoKey { compartment: compartment.name() })?)
    }

    /// The token of a term in records of this kind.
    pub(super) fn token(&mut self, unit: ScopeId, kind: u16, term: &Term) -> Result<Token, Error> {
        let place = (unit, kind, term.domain);
        if !self.index.keys.contains_key(&place) {
            let input = key_input(self.file.vault, self.search_circle(unit)?, kind, term.domain);
            let key = MacKey::new(&derive_secret(self.search_circle(unit)?.value_key(), &input));
            if self.index.keys.len() >= MAX_KEYS {
                self.index.keys.clear();
            }
            self.index.keys.insert(place, key);
        }
        let key = self.index.keys.get(&place).ok_or(IntegrityError::State)?;
        Ok(shortened(key.sign(term.text.as_bytes())))
    }

    /// The token that stands in the index of a unit if it is complete.
    pub(super) fn mark(&self, unit: ScopeId) -> Result<Token, Error> {
        let circle = self.search_circle(unit)?;
        let input = LabelledInput::new("saferoom/search/mark-key")
            .part(self.file.vault.as_bytes())
            .number(u64::from(folding_version()));
        let key = MacKey::new(&derive_secret(circle.value_key(), &input));
        Ok(shortened(key.sign(unit.as_bytes())))
    }
}

impl Act<'_> {
    /// Puts a new record into the index. An outdated index is left alone: it will be made anew.
    pub(super) fn index(
        &mut self,
        (scope, unit): (ScopeId, ScopeId),
        spec: &'static RecordSpec,
        record: RecordId,
        fields: &FieldBuffer,
    ) -> Result<(), Error> {
        if !is_searchable(spec) || self.is_sealed_case(scope, unit)? {
            return Ok(());
        }
        if !self.holds_search(unit) {
            return self.let_wait(record);
        }
        if !self.index_is_current(unit)? {
            return Ok(());
        }
        for token in self.tokens(unit, spec, record, fields)? {
            self.put_token(token, record)?;
        }
        Ok(())
    }

    /// Puts a new revision of a record into the index in place of the current one, which is opened for it; nothing of it
    /// leaves. What both have stays as it is.
    pub(super) fn reindex(
        &mut self,
        unit: ScopeId,
        spec: &'static RecordSpec,
        (head, current): (&HeadRow, &VerifiedRevision),
        fields: &FieldBuffer,
    ) -> Result<(), Error> {
        if !is_searchable(spec) || self.is_sealed_case(head.scope, unit)? {
            return Ok(());
        }
        if !self.holds_search(unit) {
            return self.let_wait(head.record);
        }
        if !self.index_is_current(unit)? {
            return Ok(());
        }
        self.write_tokens()?;
        if self.is_waiting(head.record)? {
            return Ok(());
        }
        if !self.can_open_searchable(spec, head, current)? {
            // What was there stays; what is new is put in by somebody who can open both.
            return self.let_wait(head.record);
        }
        let opened = self.open_searchable(spec, head, current)?;
        let old = self.tokens(unit, spec, head.record, &opened)?;
        let new = self.tokens(unit, spec, head.record, fields)?;
        for token in old.difference(&new) {
            self.keys.state.remove_token(*token, head.record);
            if !self.rows.remove_token(*token, head.record)? {
                return Err(IntegrityError::Bucket.into());
            }
        }
        for token in new.difference(&old) {
            self.put_token(*token, head.record)?;
        }
        Ok(())
    }

    /// Whether this is the scope of a case that no search finds.
    pub(super) fn is_sealed_case(&mut self, scope: ScopeId, unit: ScopeId) -> Result<bool, Error> {
        if scope == unit {
            return Ok(false);
        }
        let sensitivity = self.case_circle(scope)?.sensitivity();
        Ok(!self.keys.roster.policy().sensitivity(sensitivity).searchable)
    }

    /// Whether there is a unit in whose records this member may search, and its index is outdated.
    pub(super) fn searches_in_vain(&mut self) -> Result<bool, Error> {
        for unit in self.keys.searchable_units() {
            if !self.index_is_current(unit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes a case out of the index that no search is to find any more, or lets its records wait to be put in again.
    pub(super) fn follow_sensitivity(&mut self, scope: ScopeId, unit: ScopeId) -> Result<(), Error> {
        self.write_tokens()?;
        let sealed = self.is_sealed_case(scope, unit)?;
        let (first, last) = prefix_bounds(scope);
        let mut heads = Vec::new();
        self.rows.each_head(first, last, |head| heads.push(head))?;
        heads.retain(|head| head.scope == scope);
        let records: HashSet<_> = heads.iter().map(|head| head.record).collect();
        let mut listed = Vec::new();
        self.rows.each_token(0, Token::MAX, |token, record| {
            if records.contains(&record) {
                listed.push((token, record));
            }
        })?;
        if !sealed {
            let indexed: HashSet<_> = listed.into_iter().map(|(_, record)| record).collect();
            for head in heads.iter().filter(|head| !indexed.contains(&head.record)) {
                if is_searchable(self.keys.spec_of(head)?) {
                    self.let_wait(head.record)?;
                }
            }
            return Ok(());
        }
        for (token, record) in listed {
            self.keys.state.verify_token(self.rows, token)?;
            self.keys.state.remove_token(token, record);
            self.rows.remove_token(token, record)?;
        }
        Ok(())
    }

    /// Whether this member holds the search circle of a unit.
    pub(super) fn holds_search(&self, unit: ScopeId) -> bool {
        self.keys.searchable_units().contains(&unit)
    }

    /// Says that the index of a unit is complete, while it is still empty: what is written from now on is put in.
    pub(super) fn mark_index(&mut self, unit: ScopeId) -> Result<(), Error> {
        let mark = self.keys.mark(unit)?;
        self.put_token(mark, unit.record())?;
        self.keys.index.current.insert(unit);
        Ok(())
    }

    /// Whether the index is of the newest generation of the search circle, and of this folding. Another one would hide
    /// what is there.
    pub(super) fn index_is_current(&mut self, unit: ScopeId) -> Result<bool, Error> {
        if self.keys.index.current.contains(&unit) {
            return Ok(true);
        }
        self.write_tokens()?;
        let mark = self.keys.mark(unit)?;
        self.keys.state.verify_token(self.rows, mark)?;
        let current = self.rows.has_token(mark, unit.record())?;
        if current {
            self.keys.index.current.insert(unit);
        }
        Ok(current)
    }

    pub(super) fn tokens(
        &mut self,
        unit: ScopeId,
        spec: &'static RecordSpec,
        record: RecordId,
        fields: &FieldBuffer,
    ) -> Result<BTreeSet<Token>, Error> {
        let terms = record_terms(spec, fields)?;
        let mut tokens = BTreeSet::new();
        for term in terms.iter().filter(|term| term.indexed) {
            tokens.insert(self.keys.token(unit, spec.kind.number(), term)?);
        }
        if record == unit.record() {
            // The mark stands there whatever the unit's record says.
            tokens.remove(&self.keys.mark(unit)?);
        }
        Ok(tokens)
    }

    pub(super) fn put_token(&mut self, token: Token, record: RecordId) -> Result<(), Error> {
        self.keys.state.add_token(token, record);
        self.tokens.push((token, record));
        if self.tokens.len() < MAX_PENDING { Ok(()) } else { self.write_tokens() }
    }

    /// Writes the tokens of this act, in the order of the index: each page of it is visited once.
    pub(super) fn write_tokens(&mut self) -> Result<(), Error> {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.sort_unstable();
        for (token, record) in tokens {
            // If it is there already, a row that nobody has signed stood in its place.
            if !self.rows.add_token(token, record)? {
                return Err(IntegrityError::Bucket.into());
            }
        }
        Ok(())
    }
}

/// Whether records of this nature stand in the index.
pub(super) fn is_searchable(spec: &RecordSpec) -> bool {
    spec.fields.iter().any(|field| field.search.is_some())
}

fn key_input(vault: VaultId, circle: &CircleKeys, kind: u16, domain: Domain) -> LabelledInput {
    let (class, field) = match domain {
        Domain::Field(number) => (1, number.get()),
        Domain::Names => (2, 0),
        Domain::Pairs => (3, 0),
        Domain::Places => (4, 0),
    };
    LabelledInput::new("saferoom/search/token-key")
        .part(vault.as_bytes())
        .part(circle.name().scope.as_bytes())
        .number(u64::from(circle.name().generation))
        .number(u64::from(folding_version()))
        .number(u64::from(kind))
        .number(class)
        .number(field)
}

fn shortened(mac: [u8; 32]) -> Token {
    // 0 stands for records that wait.
    Token::from_be_bytes([mac[0], mac[1]]).max(WAITING + 1)
}
