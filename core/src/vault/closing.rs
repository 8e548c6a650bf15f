//! Closed for changes: a statement or an interview below which a lock stands. Refused here is every write that would change
//! it, whoever writes and by whatever way; what is closed together is data (`[[lock]]` in `data/rules.toml`).
//!
//! A lock is a record of its own: that it is there shows without any key, so even a writer who can open nothing is refused.
//! It holds the salted digest of what stood there; the entry of its making holds the digest too.

use std::collections::BTreeMap;

use minicbor::Decoder;

use super::act::Act;
use super::session::{Batch, Session};
use super::write::prefix_bounds;
use super::{Error, lines};
use crate::access::Access;
use crate::id::{Draw, RecordId, ScopeId, hexadecimal, parse_hexadecimal};
use crate::log::{Detail, DetailKey};
use crate::model::records::Lock;
use crate::model::{FieldBuffer, LockRule, ModelError, RecordKind, RecordSpec, Text, Timestamp, rules};
use crate::practice::statement::{Content, SALT_LENGTH, StatementError, content_digest};
use crate::store::HeadRow;

/// By which way records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As a record: the host says what stands in it.
    Record,
    /// As lines that another vault exported: they bring what was closed there.
    Import,
    /// As records of what happened elsewhere before: new ones may state what an act states here.
    History,
    /// By a call of this library that closes, or that puts a statement in the place of a closed one.
    Practice,
    /// By a call of this library that changes only what is no part of what is closed.
    Besides,
}

/// That something was closed for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The record of the lock.
    pub lock: RecordId,
    /// When.
    pub at: Option<Timestamp>,
    /// The officer, if named.
    pub by: Option<RecordId>,
    /// The digest of what stood there: `sha256:` and hexadecimal digits.
    pub digest: String,
    /// Index of the entry of its making in the log of this device; none if another device wrote it.
    pub log_index: Option<u64>,
    /// Whether what stands there now has this digest; none if this member cannot see all of it.
    pub fits: Option<bool>,
}

/// What would be closed, and the state in which it was read.
pub(super) struct ToClose {
    id: RecordId,
    contents: Vec<Content>,
    revision: u64,
    heads: BTreeMap<RecordId, [u8; 32]>,
}

impl Session {
    /// The closing of a statement or an interview, compared with what stands there; none if it is open. What is compared is
    /// logged as read.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn closing(&self, id: RecordId, access: &Access) -> Result<Option<Closing>, Error> {
        let Some(head) = self.look(|act| act.lock_below(id))? else { return Ok(None) };
        let lock = self.read::<Lock>(head.record, access)?.record;
        let digest = lock.digest.as_ref().map_or_else(String::new, |digest| digest.as_str().to_owned());
        let fits = match (salt_of(&lock), self.to_close(id, access)) {
            (Some(salt), Ok(found)) => Some(written(&content_digest(&salt, found.contents)) == digest),
            (_, Err(Error::Statement(StatementError::NotAllSeen { .. }))) | (None, Ok(_)) => None,
            (_, Err(error)) => return Err(error),
        };
        let log_index = self.look(|act| Ok(act.own_index(head.entry)))?;
        Ok(Some(Closing { lock: head.record, at: lock.locked_at, by: lock.locked_by, digest, log_index, fits }))
    }

    /// Reads all that closing a record closes. Each record is logged as read.
    pub(super) fn to_close(&self, id: RecordId, access: &Access) -> Result<ToClose, Error> {
        let (rule, heads) = self.look(|act| act.closing_heads(id))?;
        let ids: Vec<_> = heads.keys().copied().collect();
        let opened = self.read_many_fields(&ids, None, access)?;
        if let Some(compartment) = opened.iter().find_map(|opened| opened.withheld.first()) {
            return Err(StatementError::NotAllSeen { compartment: compartment.name() }.into());
        }
        let revision = opened.iter().find(|opened| opened.id == id).map_or(0, |opened| opened.revision);
        let content = |kind| if kind == rule.kind { &rule.besides[..] } else { &[] };
        let contents = opened.iter().map(|opened| Content::of(&opened.record, content(opened.record.spec().kind)));
        Ok(ToClose { id, contents: contents.collect::<Result<_, ModelError>>()?, revision, heads })
    }
}

impl Act<'_> {
    /// Closes what was read, if it still stands so. `unchanged` are records that this act itself wrote anew besides.
    pub(super) fn close(
        &mut self,
        found: ToClose,
        by: Option<RecordId>,
        at: Timestamp,
        rewritten: bool,
    ) -> Result<(RecordId, [u8; 32]), Error> {
        let (rule, mut heads) = self.closing_heads(found.id)?;
        if rewritten {
            heads.extend(found.heads.get_key_value(&found.id).map(|(id, digest)| (*id, *digest)));
        }
        if heads != found.heads {
            return Err(Error::ChangedElsewhere);
        }
        if self.lock_below(found.id)?.is_some() {
            return Err(StatementError::Closed { kind: rule.kind.name() }.into());
        }
        let salt: [u8; SALT_LENGTH] = Draw::new().next();
        let records = found.contents.len() as u64;
        let digest = content_digest(&salt, found.contents);
        let lock = Lock {
            locked_at: Some(at),
            locked_by: by,
            digest: Text::new(written(&digest)).ok(),
            salt: Text::new(hexadecimal(&salt)).ok(),
            records: Some(records),
            revision: Some(found.revision + u64::from(rewritten)),
        };
        self.way = Way::Practice;
        self.detail = Some(Detail::of(DetailKey::CLOSED_DIGEST, &digest[..]).into_owned());
        let made = Batch { act: self, fields: FieldBuffer::with_capacity(256) }.create(Some(found.id), &lock)?;
        Ok((made.record, digest))
    }

    /// The record and its parts with the digests of their heads.
    fn closing_heads(&mut self, id: RecordId) -> Result<(&'static LockRule, BTreeMap<RecordId, [u8; 32]>), Error> {
        let head = self.head(id)?;
        let kind = RecordKind::from_number(head.kind).ok_or(ModelError::NoSuchKind)?;
        let no_rule = Error::Parent { kind: RecordKind::LOCK.name() };
        let rule = rules().lock_of(kind).ok_or(no_rule)?;
        let mut heads = BTreeMap::from([(id, head.digest)]);
        let (first, last) = prefix_bounds(head.scope);
        let is_part = |row: &HeadRow| rule.parts.iter().any(|part| part.number() == row.kind);
        self.rows.each_head(first, last, |row| {
            if row.parent == id && row.scope == head.scope && is_part(&row) {
                heads.insert(row.record, row.digest);
            }
        })?;
        Ok((rule, heads))
    }

    /// The lock below a record.
    pub(super) fn lock_below(&mut self, id: RecordId) -> Result<Option<HeadRow>, Error> {
        let scope = self.head(id)?.scope;
        if !self.is_closed(id, scope)? {
            return Ok(None);
        }
        let (first, last) = prefix_bounds(scope);
        let mut lock = None;
        self.rows.each_head(first, last, |row| {
            if row.parent == id && row.scope == scope && row.kind == RecordKind::LOCK.number() {
                lock = Some(row.record);
            }
        })?;
        lock.map(|lock| self.head(lock)).transpose()
    }

    fn is_closed(&mut self, id: RecordId, scope: ScopeId) -> Result<bool, Error> {
        Ok(self.count_below(scope, id, RecordKind::LOCK)? > 0)
    }

    /// Index of a place in the log of this device.
    pub(super) fn own_index(&self, place: u64) -> Option<u64> {
        (lines::log_of(place) == self.keys.log_number()).then(|| lines::index_of(place))
    }

    /// Refuses a new revision of what was closed, or of a part of it, and of every lock.
    pub(super) fn refuse_closed(&mut self, spec: &RecordSpec, head: &HeadRow) -> Result<(), Error> {
        #[cfg(test)]
        if self.keys.lawless {
            return Ok(());
        }
        if spec.kind == RecordKind::LOCK {
            return Err(StatementError::ClosingByHand.into());
        }
        if rules().lock_of(spec.kind).is_some()
            && self.way != Way::Besides
            && self.is_closed(head.record, head.scope)?
        {
            return Err(StatementError::Closed { kind: spec.name() }.into());
        }
        self.refuse_part(spec, head.parent, head.scope)
    }

    /// Refuses a new part of what was closed; a lock that no call of this library makes; and a statement that a host puts
    /// in the place of a closed one by hand.
    pub(super) fn refuse_below_closed(
        &mut self,
        spec: &RecordSpec,
        parent: RecordId,
        scope: ScopeId,
        fields: &FieldBuffer,
    ) -> Result<(), Error> {
        let by_hand = !matches!(self.way, Way::Practice | Way::Import);
        if spec.kind == RecordKind::LOCK && by_hand {
            return Err(StatementError::ClosingByHand.into());
        }
        let successor = rules().lock_of(spec.kind).and_then(|rule| rule.successor);
        let replaced = successor.and_then(|number| fields.get(number)).and_then(id_of);
        if let Some(replaced) = replaced.filter(|_| by_hand)
            && self.rows.head(replaced)?.is_some_and(|head| head.scope == scope)
            && self.is_closed(replaced, scope)?
        {
            return Err(StatementError::Closed { kind: spec.name() }.into());
        }
        self.refuse_part(spec, parent, scope)
    }

    fn refuse_part(&mut self, spec: &RecordSpec, parent: RecordId, scope: ScopeId) -> Result<(), Error> {
        let above = spec.parents.iter().find_map(|kind| rules().lock_above(spec.kind, *kind));
        match above {
            Some(rule) if self.is_closed(parent, scope)? => {
                Err(StatementError::Closed { kind: rule.kind.name() }.into())
            }
            _ => Ok(()),
        }
    }
}

/// A digest as records hold it and as it is printed.
pub(super) fn written(digest: &[u8; 32]) -> String {
    format!("sha256:{}", hexadecimal(digest))
}

fn salt_of(lock: &Lock) -> Option<[u8; SALT_LENGTH]> {
    parse_hexadecimal(lock.salt.as_ref()?.as_str())
}

/// The id in a stored value.
fn id_of(value: &[u8]) -> Option<RecordId> {
    let bytes = Decoder::new(value).bytes().ok()?;
    Some(RecordId::from_bytes(bytes.try_into().ok()?))
}
