//! The interview as it happens: a state machine over the records of an interview.
//!
//! A [`Course`] is an interview that has started: its record, its phases in the order actually followed, its breaks, and
//! who was there. A [`Step`] is a tap of the interviewer. [`Course::after`] answers the course after it and which records
//! changed, or an error that says what to do; it changes nothing itself. The rules are those of the protocol, which is
//! data.
//!
//! Whatever the protocol says, the child may stop at any time, and what was counted or said is never asked for twice.

mod apply;
mod begin;
mod breaks;
mod end;
mod people;
mod phases;
mod step;
#[cfg(test)]
mod tests;
mod view;

use crate::id::RecordId;
use crate::model::Timestamp;
use crate::model::records::{Interview, InterviewBreak, InterviewPhase, Participant};
use crate::practice::{PracticeError, Protocol, listed, protocols};

pub use begin::{Earlier, OtherUnits};
pub use step::{Completion, Step, Stopper, Tally};
pub use view::{PhaseState, State};

/// A record of the course, with its id once it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<R> {
    /// Its id; none before it was written for the first time.
    pub id: Option<RecordId>,
    /// The record.
    pub record: R,
}

/// A record that a step changed, or made: the place in the list of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The interview itself.
    Interview,
    /// A phase, see [`Course::phases`].
    Phase(usize),
    /// A break, see [`Course::breaks`].
    Break(usize),
    /// Somebody who was there, see [`Course::people`].
    Person(usize),
}

/// An interview that has started.
#[derive(Clone, PartialEq)]
pub struct Course {
    protocol: &'static Protocol,
    interview: Interview,
    phases: Vec<Kept<InterviewPhase>>,
    breaks: Vec<Kept<InterviewBreak>>,
    people: Vec<Kept<Participant>>,
}

impl Course {
    /// The course of an interview that has started, out of its records in any order.
    ///
    /// # Errors
    /// [`PracticeError::NotStarted`], [`PracticeError::NoProtocol`], [`PracticeError::UnknownProtocol`].
    pub fn resume(
        interview: Interview,
        mut phases: Vec<Kept<InterviewPhase>>,
        mut breaks: Vec<Kept<InterviewBreak>>,
        mut people: Vec<Kept<Participant>>,
    ) -> Result<Self, PracticeError> {
        if interview.started_at.is_none() {
            return Err(PracticeError::NotStarted);
        }
        let protocol = protocol_of(&interview)?;
        phases.sort_by_key(|phase| (phase.record.position, phase.id));
        breaks.sort_by_key(|pause| (pause.record.started_at, pause.id));
        people.sort_by_key(|person| (person.record.from_time, person.id));
        Ok(Self { protocol, interview, phases, breaks, people })
    }

    /// The record of the interview.
    #[must_use]
    pub const fn interview(&self) -> &Interview {
        &self.interview
    }

    /// The protocol that it follows.
    #[must_use]
    pub const fn protocol(&self) -> &'static Protocol {
        self.protocol
    }

    /// The phases that were held or left out, in the order actually followed.
    #[must_use]
    pub fn phases(&self) -> &[Kept<InterviewPhase>] {
        &self.phases
    }

    /// The breaks, in order.
    #[must_use]
    pub fn breaks(&self) -> &[Kept<InterviewBreak>] {
        &self.breaks
    }

    /// Those who were there besides child and interviewer, in the order of arrival. Who moved stands here twice.
    #[must_use]
    pub fn people(&self) -> &[Kept<Participant>] {
        &self.people
    }

    /// Gives a record that was written for the first time its id. Places that do not exist are ignored.
    pub fn give_id(&mut self, change: Change, id: RecordId) {
        let slot = match change {
            Change::Interview => None,
            Change::Phase(place) => self.phases.get_mut(place).map(|kept| &mut kept.id),
            Change::Break(place) => self.breaks.get_mut(place).map(|kept| &mut kept.id),
            Change::Person(place) => self.people.get_mut(place).map(|kept| &mut kept.id),
        };
        if let Some(slot) = slot {
            *slot = Some(id);
        }
    }

    fn started_at(&self) -> Option<Timestamp> {
        self.interview.started_at
    }
}

impl std::fmt::Debug for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Course(redacted)")
    }
}

/// The protocol that an interview follows.
///
/// # Errors
/// [`PracticeError::NoProtocol`], [`PracticeError::UnknownProtocol`].
pub fn protocol_of(interview: &Interview) -> Result<&'static Protocol, PracticeError> {
    let code = interview.protocol.as_ref().ok_or(PracticeError::NoProtocol)?.code().as_str();
    let version = interview.protocol_version.as_ref().map(|version| version.as_str());
    protocols().get(code, version).ok_or_else(|| PracticeError::UnknownProtocol {
        code: listed("protocol", code),
        // What is no version of any protocol may be anything.
        version: version.map_or_else(String::new, |_| "(not in the list)".to_owned()),
    })
}
