//! Rooms, visits and training as they are read from a vault, by kind, each with where it stands.

use std::collections::HashMap;

use crate::id::RecordId;
use crate::model::records::{
    ActionPlan, InterviewMonth, MonitoringVisit, PlannedAction, Request, Room, RoomUse, RoomsSource, Station, Survey,
    Testimonial, TrainingEvent, TrainingParticipant, VisitItem,
};
use crate::model::{DynamicRecord, FieldBuffer, ModelError, Record};

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<R> {
    /// Its id.
    pub id: RecordId,
    /// The record above it.
    pub parent: RecordId,
    /// The record.
    pub record: R,
}

/// All that a holder of `rooms` keys reads.
#[derive(Debug, Clone, Default)]
pub struct RoomsRecords {
    pub(super) sources: Vec<Placed<RoomsSource>>,
    pub(super) stations: Vec<Placed<Station>>,
    pub(super) rooms: Vec<Placed<Room>>,
    pub(super) uses: Vec<Placed<RoomUse>>,
    pub(super) visits: Vec<Placed<MonitoringVisit>>,
    pub(super) items: Vec<Placed<VisitItem>>,
    pub(super) plans: Vec<Placed<ActionPlan>>,
    pub(super) actions: Vec<Placed<PlannedAction>>,
    pub(super) requests: Vec<Placed<Request>>,
    pub(super) events: Vec<Placed<TrainingEvent>>,
    pub(super) participants: Vec<Placed<TrainingParticipant>>,
    pub(super) surveys: Vec<Placed<Survey>>,
    pub(super) testimonials: Vec<Placed<Testimonial>>,
    pub(super) months: Vec<Placed<InterviewMonth>>,
    parents: HashMap<RecordId, RecordId>,
}

impl RoomsRecords {
    /// Adds a record of any kind; those that are about no room or training are left out.
    ///
    /// # Errors
    /// [`ModelError`] if a value does not fit its field.
    pub fn add(&mut self, id: RecordId, parent: RecordId, record: &DynamicRecord) -> Result<(), ModelError> {
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields)?;
        let to = (id, parent, &fields);
        let kind = record.spec().kind;
        let taken = put(&mut self.sources, kind, to)?
            || put(&mut self.stations, kind, to)?
            || put(&mut self.rooms, kind, to)?
            || put(&mut self.uses, kind, to)?
            || put(&mut self.visits, kind, to)?
            || put(&mut self.items, kind, to)?
            || put(&mut self.plans, kind, to)?
            || put(&mut self.actions, kind, to)?
            || put(&mut self.requests, kind, to)?
            || put(&mut self.events, kind, to)?
            || put(&mut self.participants, kind, to)?
            || put(&mut self.surveys, kind, to)?
            || put(&mut self.testimonials, kind, to)?
            || put(&mut self.months, kind, to)?;
        if taken {
            self.parents.insert(id, parent);
        }
        Ok(())
    }

    /// Whether a record is `above`, or stands somewhere below it.
    pub(super) fn stands_in(&self, mut id: RecordId, above: RecordId) -> bool {
        // No chain is longer than there are records.
        for _ in 0..=self.parents.len() {
            if id == above {
                return true;
            }
            match self.parents.get(&id) {
                Some(parent) if *parent != id => id = *parent,
                _ => return false,
            }
        }
        false
    }
}

/// Decodes a record into its list, if it is of the list's kind.
fn put<R: Record>(
    list: &mut Vec<Placed<R>>,
    kind: crate::model::RecordKind,
    (id, parent, fields): (RecordId, RecordId, &FieldBuffer),
) -> Result<bool, ModelError> {
    if R::spec().kind != kind {
        return Ok(false);
    }
    list.push(Placed { id, parent, record: R::decode(fields)? });
    Ok(true)
}

/// The records that stand directly below one.
pub(super) fn below<R: Clone>(list: &[Placed<R>], parent: RecordId) -> Vec<R> {
    list.iter().filter(|placed| placed.parent == parent).map(|placed| placed.record.clone()).collect()
}
