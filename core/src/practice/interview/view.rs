//! What a host shows while an interview goes on.

use super::Course;
use crate::id::RecordId;
use crate::model::Timestamp;
use crate::model::records::Participant;
use crate::practice::PracticeError;

/// How an interview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Running,
    /// There is a break.
    OnBreak,
    /// It has ended; the record can still be closed for changes.
    Ended,
    /// It is closed for changes.
    Locked,
}

/// How a phase of the protocol stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseState {
    /// Its code.
    pub phase: &'static str,
    /// Whether it was held, wholly or in part; also if it goes on.
    pub held: bool,
    /// Whether it was left out, and not held later.
    pub left_out: bool,
    /// What is in the way of it now; none: it may begin.
    pub obstacle: Option<PracticeError>,
}

impl Course {
    /// How the interview stands.
    #[must_use]
    pub fn state(&self) -> State {
        if self.interview.locked_at.is_some() {
            State::Locked
        } else if self.interview.ended_at.is_some() {
            State::Ended
        } else if self.open_break().is_some() {
            State::OnBreak
        } else {
            State::Running
        }
    }

    /// The phases of the protocol in their usual order, and how each of them stands.
    #[must_use]
    pub fn overview(&self) -> Vec<PhaseState> {
        let state = |phase: &'static str| PhaseState {
            phase,
            held: self.was_held(phase),
            left_out: self.is_settled(phase) && !self.was_held(phase),
            obstacle: self.may_enter(phase).err(),
        };
        self.protocol.phases.iter().map(|phase| state(&phase.phase)).collect()
    }

    /// Those who are there now besides child and interviewer, in the room or elsewhere.
    pub fn present(&self) -> impl Iterator<Item = (Option<RecordId>, &Participant)> {
        let there = self.people.iter().filter(|kept| kept.record.until_time.is_none());
        there.map(|kept| (kept.id, &kept.record))
    }

    /// How many persons are in the room now, with child and interviewer.
    #[must_use]
    pub fn persons_in_room(&self) -> u64 {
        let in_room = |person: &Participant| person.presence.as_ref().is_some_and(|at| at.code().as_str() == "in_room");
        2 + self.present().filter(|(_, person)| in_room(person)).count() as u64
    }

    /// Minutes without breaks until `at`, or until the end.
    #[must_use]
    pub fn net_minutes(&self, at: Timestamp) -> u64 {
        let at = self.interview.ended_at.map_or(at, |end| end.min(at));
        let gross = self.started_at().map_or(0, |start| at.milliseconds() - start.milliseconds());
        u64::try_from((gross - self.on_break(at)) / 60_000).unwrap_or(0)
    }

    /// Milliseconds since the last break ended, or since the start; none on a break and after the end.
    #[must_use]
    pub fn since_break(&self, now: Timestamp) -> Option<u64> {
        if self.state() != State::Running {
            return None;
        }
        let last = self.breaks.iter().filter_map(|kept| kept.record.ended_at).chain(self.started_at()).max()?;
        u64::try_from(now.milliseconds() - last.milliseconds()).ok()
    }
}
