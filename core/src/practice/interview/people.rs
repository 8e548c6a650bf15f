//! Who is there besides child and interviewer, and where.

use super::apply::When;
use super::{Change, Course, Kept};
use crate::id::RecordId;
use crate::model::Timestamp;
use crate::model::records::{Participant, PresencePlace};
use crate::practice::PracticeError;

/// Roles that stand in the interview itself.
const NO_PARTICIPANTS: [&str; 2] = ["child", "interviewer"];

impl Course {
    pub(super) fn arrive(&mut self, person: &Participant, when: When) -> Result<Vec<Change>, PracticeError> {
        let role = person.role.as_ref().map(|role| role.code().as_str());
        if role.is_some_and(|role| NO_PARTICIPANTS.contains(&role)) {
            return Err(PracticeError::NotAParticipant);
        }
        let from_time = when.after(self.started_at(), PracticeError::TooEarly)?;
        let record = Participant { from_time: Some(from_time), until_time: None, ..person.clone() };
        Ok(self.add_person(record))
    }

    pub(super) fn leave(&mut self, who: RecordId, when: When) -> Result<Vec<Change>, PracticeError> {
        self.depart(who, when).map(|(change, _)| vec![change])
    }

    pub(super) fn move_to(
        &mut self,
        who: RecordId,
        to: &PresencePlace,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        let there = |kept: &Kept<Participant>| kept.id == Some(who) && kept.record.presence.as_ref() == Some(to);
        if self.people.iter().any(|kept| there(kept) && kept.record.until_time.is_none()) {
            return Err(PracticeError::ThereAlready);
        }
        let (left, place) = self.depart(who, when)?;
        let before = &self.people[place].record;
        let record = Participant {
            presence: Some(to.clone()),
            from_time: before.until_time,
            until_time: None,
            ..before.clone()
        };
        let mut changes = self.add_person(record);
        changes.push(left);
        Ok(changes)
    }

    /// Everybody who is still there leaves.
    pub(super) fn all_leave(&mut self, at: Timestamp) -> Vec<Change> {
        let mut changes = Vec::new();
        for (place, kept) in self.people.iter_mut().enumerate() {
            if kept.record.until_time.is_none() {
                kept.record.until_time = kept.record.from_time.max(Some(at));
                changes.push(Change::Person(place));
            }
        }
        changes
    }

    fn depart(&mut self, who: RecordId, when: When) -> Result<(Change, usize), PracticeError> {
        let place = self.people.iter().position(|kept| kept.id == Some(who));
        let place = place.ok_or(PracticeError::NoSuchParticipant)?;
        let person = &mut self.people[place].record;
        if person.until_time.is_some() {
            return Err(PracticeError::LeftAlready);
        }
        person.until_time = Some(when.after(person.from_time, PracticeError::LeavesBeforeArrival)?);
        Ok((Change::Person(place), place))
    }

    fn add_person(&mut self, person: Participant) -> Vec<Change> {
        self.people.push(Kept { id: None, record: person });
        let mut changes = vec![Change::Person(self.people.len() - 1)];
        let now_in_room = self.persons_in_room();
        if self.interview.persons_in_room < Some(now_in_room) {
            self.interview.persons_in_room = Some(now_in_room);
            changes.push(Change::Interview);
        }
        changes
    }
}
