//! The custody of an exhibit in the vault: each event is linked to the one before in the transaction that writes it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use super::{Author, Error, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{ContentDigest, CustodyEvent, EvidenceItem};
use crate::model::{Coded, FieldBuffer, ModelError, Record, RecordKind};
use crate::practice::custody::{self, CustodyError, FileCheck, Wrong, append, check_file, verify, waits_for_officer};
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

/// A copy of an exhibit, and what its making left in the two chains of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopiedExhibit {
    /// The copy.
    pub copy: RecordId,
    /// The event in the chain of the exhibit.
    pub event: RecordId,
    /// The first event of the copy.
    pub beginning: RecordId,
}

impl Session {
    /// The chain of custody of an exhibit, checked. Its events are logged as read.
    ///
    /// # Errors
    /// [`custody::CustodyError`] if an event is missing, was changed (no event has a second revision), or is followed by two:
    /// there is no chain then. As
    /// [`read_many`](Self::read_many).
    pub fn custody_chain(&self, item: RecordId, access: &Access) -> Result<CustodyChain, Error> {
        let ids = self.look(|act| act.custody_events(item))?;
        if ids.is_empty() {
            return Ok(CustodyChain { events: Vec::new(), wrong: Vec::new() });
        }
        let opened = self.read_many::<CustodyEvent>(&ids, access)?;
        // Who gave and who took is named by ids, which no digest covers: what was written is not written again.
        if let Some(changed) = opened.iter().find(|opened| opened.revision > 1) {
            return Err(CustodyError::Altered { event: changed.id }.into());
        }
        let authors: HashMap<_, _> = opened.iter().map(|opened| (opened.id, opened.author)).collect();
        let (events, mut wrong) = verify(opened.into_iter().map(|opened| (opened.id, opened.record)).collect())?;
        // Two officers sign a hand-over: each their own event, by their own key.
        for place in 1..events.len() {
            let (given, taken) = (events[place - 1].0, events[place].0);
            let received = events[place].1.action.as_ref().is_some_and(|action| action.code().as_str() == "received");
            if received && waits_for_officer(&events[..place]) && authors.get(&given) == authors.get(&taken) {
                wrong.push((taken, CustodyError::SignedByOne));
            }
        }
        Ok(CustodyChain { events, wrong })
    }

    /// Compares a file with the digests that are recorded of an exhibit. Item and digests are logged as read.
    ///
    /// # Errors
    /// As [`check_file`]: above all, what may hold abuse material is not opened. As [`read`](Self::read).
    pub fn check_exhibit_file(
        &self,
        item: RecordId,
        path: &Path,
        progress: impl FnMut(u64, u64) -> ControlFlow<()>,
        access: &Access,
    ) -> Result<FileCheck, Error> {
        let record = self.read::<EvidenceItem>(item, access)?.record;
        let ids = self.parts_of(item, RecordKind::CONTENT_DIGEST, access)?;
        let digests = if ids.is_empty() { Vec::new() } else { self.read_many::<ContentDigest>(&ids, access)? };
        let digests: Vec<_> = digests.into_iter().map(|opened| opened.record).collect();
        Ok(check_file(path, &record, &digests, progress)?)
    }

    /// Records the next event of an exhibit, linked to the last one. Whoever receives an exhibit signs that themselves.
    ///
    /// # Errors
    /// [`custody::CustodyError`]: what cannot be, and what to do; nothing is written. [`Error::ChangedElsewhere`] if somebody
    /// recorded another event in between. [`crate::access::AccessError`] (logged as denied).
    pub fn add_custody_event(&self, item: RecordId, event: CustodyEvent, access: &Access) -> Result<RecordId, Error> {
        let chain = self.custody_chain(item, access)?;
        let signed_by = |id| self.look(|act| act.author_of(id));
        let received = event.action.as_ref().is_some_and(|action| action.code().as_str() == "received");
        if let Some((given, _)) = chain.events.last().filter(|_| received && waits_for_officer(&chain.events))
            && signed_by(*given)? == self.member()
        {
            return Err(CustodyError::SignedByOne.into());
        }
        let event = append(&chain.events, event)?;
        let known: Vec<_> = chain.events.iter().map(|(id, _)| *id).collect();
        self.act(access, Event::Create, &[(item, RecordKind::EVIDENCE_ITEM.number())], |act| {
            act.demand(Action::TakeCustody)?;
            act.add_event(item, known, &event)
        })
    }

    /// Copies an exhibit, in one transaction: the copy, of a class that a second person signed
    /// ([`record_copy`](Self::record_copy)), the event in the chain of the exhibit, and the first event of the copy's own chain.
    /// `event` says who copied and on what basis, and perhaps when; without a time it is now.
    ///
    /// # Errors
    /// As [`record_copy`](Self::record_copy) and [`add_custody_event`](Self::add_custody_event); nothing is written then.
    pub fn copy_exhibit(
        &self,
        of: RecordId,
        copy: EvidenceItem,
        authorisation: RecordId,
        mut event: CustodyEvent,
        access: &Access,
    ) -> Result<CopiedExhibit, Error> {
        let chain = self.custody_chain(of, access)?.events;
        let known: Vec<_> = chain.iter().map(|(id, _)| *id).collect();
        if event.basis.is_none() {
            return Err(CustodyError::Copy.into());
        }
        event.action = Some(Coded::new("copied").map_err(ModelError::Value)?);
        event.started_at = event.started_at.or(Some(self.now()?));
        self.act(access, Event::Create, &[(of, RecordKind::EVIDENCE_ITEM.number())], |act| {
            act.demand(Action::TakeCustody)?;
            let copy = act.make_copy(of, copy, authorisation)?;
            let beginning = append(&[], CustodyEvent { made_items: Vec::new(), ..event.clone() })?;
            let event = append(&chain, CustodyEvent { made_items: vec![copy], ..event })?;
            let event = act.add_event(of, known, &event)?;
            Ok(CopiedExhibit { copy, event, beginning: act.add_event(copy, Vec::new(), &beginning)? })
        })
    }
}

impl super::act::Act<'_> {
    /// Who signed the current revision of a record.
    pub(super) fn author_of(&mut self, id: RecordId) -> Result<Author, Error> {
        let head = self.head(id)?;
        Ok(self.verify_current(&head)?.author.member)
    }

    /// Writes an event that was linked to those that were `known`, if no other has come since.
    fn add_event(&mut self, item: RecordId, mut known: Vec<RecordId>, event: &CustodyEvent) -> Result<RecordId, Error> {
        let mut now = self.custody_events(item)?;
        now.sort_unstable();
        known.sort_unstable();
        if now != known {
            return Err(Error::ChangedElsewhere);
        }
        self.by_practice(|act| {
            let mut batch = Batch { act, fields: FieldBuffer::with_capacity(512) };
            Ok(batch.create(Some(item), event)?.record)
        })
    }

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
