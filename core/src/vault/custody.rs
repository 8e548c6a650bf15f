//! The custody of an exhibit in the vault: each event is linked to the one before in the transaction that writes it.

use super::{Error, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{CustodyEvent, EvidenceItem};
use crate::model::{FieldBuffer, Record, RecordKind};
use crate::practice::custody::{self, Wrong, append, verify};
use crate::vault::session::Batch;
use crate::vault::write::{prefix_bounds, wrong_kind};

/// The chain of an exhibit, in its order, and what is wrong with single events.
#[derive(Debug, Clone, PartialEq)]
pub struct CustodyChain {
    /// The events, first to last.
    pub events: Vec<custody::Event>,
    /// Events that could not have been recorded so, such as a use on the way.
    pub wrong: Wrong,
}

impl Session {
    /// The chain of custody of an exhibit, checked. Its events are logged as read.
    ///
    /// # Errors
    /// [`custody::CustodyError`] if an event is missing, was changed, or is followed by two: there is no chain then. As
    /// [`read_many`](Self::read_many).
    pub fn custody_chain(&self, item: RecordId, access: &Access) -> Result<CustodyChain, Error> {
        let ids = self.look(|act| act.custody_events(item))?;
        if ids.is_empty() {
            return Ok(CustodyChain { events: Vec::new(), wrong: Vec::new() });
        }
        let opened = self.read_many::<CustodyEvent>(&ids, access)?;
        let (events, wrong) = verify(opened.into_iter().map(|opened| (opened.id, opened.record)).collect())?;
        Ok(CustodyChain { events, wrong })
    }

    /// Records the next event of an exhibit, linked to the last one. Whoever receives an exhibit signs that themselves.
    ///
    /// # Errors
    /// [`custody::CustodyError`]: what cannot be, and what to do; nothing is written. [`Error::ChangedElsewhere`] if somebody
    /// recorded another event in between. [`crate::access::AccessError`] (logged as denied).
    pub fn add_custody_event(&self, item: RecordId, event: CustodyEvent, access: &Access) -> Result<RecordId, Error> {
        let chain = self.custody_chain(item, access)?;
        let event = append(&chain.events, event)?;
        let known: Vec<_> = chain.events.iter().map(|(id, _)| *id).collect();
        self.act(access, Event::Create, &[(item, RecordKind::EVIDENCE_ITEM.number())], |act| {
            act.demand(Action::TakeCustody)?;
            let mut now = act.custody_events(item)?;
            let mut known = known;
            now.sort_unstable();
            known.sort_unstable();
            if now != known {
                return Err(Error::ChangedElsewhere);
            }
            let mut batch = Batch { act, fields: FieldBuffer::with_capacity(512) };
            Ok(batch.create(Some(item), &event)?.record)
        })
    }
}

impl super::act::Act<'_> {
    /// The custody events of an exhibit, in no order.
    fn custody_events(&mut self, item: RecordId) -> Result<Vec<RecordId>, Error> {
        let head = self.head(item)?;
        if head.kind != RecordKind::EVIDENCE_ITEM.number() {
            return Err(wrong_kind(EvidenceItem::spec(), head.kind));
        }
        let (first, last) = prefix_bounds(head.scope);
        let mut events = Vec::new();
        self.rows.each_head(first, last, |row| {
            if row.parent == item && row.scope == head.scope && row.kind == RecordKind::CUSTODY_EVENT.number() {
                events.push(row.record);
            }
        })?;
        Ok(events)
    }
}
