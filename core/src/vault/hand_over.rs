//! Handing a case over: what leaves is what the unit that takes it over can take in, whole.
//!
//! Found out here, before anything is signed: a record that needs one which stays behind stays behind as well, and that is
//! said; a record that lacks what this member cannot open ends the hand-over, because the other side would refuse all of it.

use std::collections::{BTreeSet, HashMap};

use super::packet::with_new_ids;
use super::{Error, Opened, Session};
use crate::access::Access;
use crate::access::packet::{HandIn, HandInRecord, PacketError, PacketSigner, SignedHandIn};
use crate::access::policy::Action;
use crate::id::{RecordId, ScopeId};
use crate::log::{Detail, DetailKey, Event};
use crate::model::{
    Compartment, DynamicRecord, FieldBuffer, ModelError, Occasion, RecordKind, ValueType, Violation, validate_on,
};

/// A case as it is handed over.
#[derive(Debug)]
pub struct HandOver {
    /// The part of the packet, of kind [`ContentKind::CASE_HANDOVER`](crate::access::packet::ContentKind::CASE_HANDOVER).
    pub records: SignedHandIn,
    /// Compartments that are not in it, because this member cannot open them: another has to hand them over.
    pub withheld: Vec<Compartment>,
    /// Records that are not in it, because each needs a record that stays here: a link to another case, a review by an
    /// officer of this unit; and what stands below them.
    pub left_out: Vec<(RecordId, RecordKind)>,
}

/// What goes with the case, and what stays.
struct Sorted<'a> {
    goes: Vec<&'a Opened<DynamicRecord>>,
    left_out: Vec<(RecordId, RecordKind)>,
}

impl Session {
    /// Reads a case for handing it over: every record that belongs to it, each logged as read, and the hand-over as an
    /// export. `unit` is the unit that takes it over. The case stays here as it is.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed) (logged as denied), [`Error::NoSuchRecord`],
    /// [`super::IntegrityError`]; [`PacketError::NotWhole`] (logged) if a record would be refused by whoever takes the case
    /// over: nothing is to be sent then.
    pub fn hand_over(
        &self,
        case: RecordId,
        unit: ScopeId,
        signer: &dyn PacketSigner,
        access: &Access,
    ) -> Result<HandOver, Error> {
        let about = [(case, RecordKind::CASE.number())];
        self.act(access, Event::Export, &about, |act| {
            act.demand(Action::HandOver)?;
            let head = act.head(case)?;
            if head.record != head.scope.record() || head.kind != RecordKind::CASE.number() {
                return Err(Error::NoSuchRecord);
            }
            act.log_about(Event::Export, &head, Detail::of(DetailKey::UNIT, &unit.as_bytes()[..]))
        })?;
        let ordered = self.in_order(case, access)?;
        let opened = self.read_many_fields(&ordered, None, access)?;
        let now = self.look(|act| Ok(act.occasion()))?;
        let sorted = sort_out(case, &opened, now);
        let Sorted { goes, left_out } = sorted.map_err(|error| self.refused(access, Event::Export, &about, error))?;
        let (mut withheld, mut records) = (Vec::new(), Vec::with_capacity(goes.len()));
        for read in goes {
            withheld.extend(read.withheld.iter().copied());
            let parent = read.parent.filter(|_| read.id != case);
            records.push(HandInRecord::of(read.id, parent, &read.record)?);
        }
        withheld.sort_unstable();
        withheld.dedup();
        let (submitted_at, _) = self.vault().clock();
        Ok(HandOver { records: HandIn { unit, submitted_at, records }.sign(signer)?, withheld, left_out })
    }

    /// The records of a case, parents before their children.
    fn in_order(&self, case: RecordId, access: &Access) -> Result<Vec<RecordId>, Error> {
        let records = self.records_of(case, access)?;
        let mut below: HashMap<Option<RecordId>, Vec<RecordId>> = HashMap::new();
        for record in &records {
            let parent = record.parent.filter(|_| record.id != case);
            below.entry(parent).or_default().push(record.id);
        }
        let mut ordered = Vec::with_capacity(records.len());
        let mut open = below.remove(&None).unwrap_or_default();
        while let Some(id) = open.pop() {
            ordered.push(id);
            open.extend(below.remove(&Some(id)).unwrap_or_default());
        }
        Ok(ordered)
    }
}

/// Looks at each record as whoever takes it in will, until no more has to stay.
fn sort_out(case: RecordId, opened: &[Opened<DynamicRecord>], now: Occasion) -> Result<Sorted<'_>, Error> {
    let mut goes: Vec<_> = opened.iter().collect();
    let mut left_out = Vec::new();
    loop {
        let with: BTreeSet<_> = goes.iter().map(|read| read.id).collect();
        let (mut stays, mut go_on) = (Vec::new(), Vec::with_capacity(goes.len()));
        for read in goes {
            let orphan = read.id != case && !read.parent.is_some_and(|parent| with.contains(&parent));
            if orphan || !can_go(read, &with, now)? { stays.push(read) } else { go_on.push(read) }
        }
        goes = go_on;
        if stays.is_empty() {
            return Ok(Sorted { goes, left_out });
        }
        left_out.extend(stays.into_iter().map(|read| (read.id, read.record.spec().kind)));
    }
}

/// Whether a record can be taken in without those that stay behind; an error if it cannot for another reason.
fn can_go(read: &Opened<DynamicRecord>, with: &BTreeSet<RecordId>, now: Occasion) -> Result<bool, Error> {
    let spec = read.record.spec();
    let without = with_new_ids(&read.record, |id| with.contains(&id).then_some(id))?;
    let mut fields = FieldBuffer::new();
    without.encode(&mut fields)?;
    let occasion = read.parent.map_or(now, |parent| now.below(parent));
    let broken = match validate_on(spec, &fields, &occasion) {
        Ok(()) => return Ok(true),
        Err(ModelError::Invalid(broken)) => broken,
        Err(error) => return Err(error.into()),
    };
    let stays_behind = |broken: &&Violation| {
        let is_id = spec.field_named(broken.field).is_some_and(|field| field.value_type == ValueType::Id);
        is_id && read.record.get(broken.field).is_some()
    };
    match broken.iter().find(|broken| !stays_behind(broken)) {
        Some(broken) => Err(PacketError::NotWhole { kind: broken.kind, field: broken.field }.into()),
        None => Ok(false),
    }
}
