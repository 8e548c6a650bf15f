//! Breaks, with their reasons.

use super::apply::When;
use super::{Change, Course, Kept};
use crate::model::Timestamp;
use crate::model::records::{BreakReason, InterviewBreak, ParticipantRole};
use crate::practice::PracticeError;

impl Course {
    pub(super) fn begin_break(
        &mut self,
        reason: &BreakReason,
        with: Option<&ParticipantRole>,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        let started_at = when.after(self.last_break_end(), PracticeError::TooEarly)?;
        let record = InterviewBreak {
            reason: Some(reason.clone()),
            started_at: Some(started_at),
            accompanied_by: with.cloned(),
            ..InterviewBreak::default()
        };
        self.breaks.push(Kept { id: None, record });
        Ok(vec![Change::Break(self.breaks.len() - 1)])
    }

    pub(super) fn end_break(
        &mut self,
        topic_not_discussed: Option<bool>,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        let place = self.open_break().ok_or(PracticeError::NoBreak)?;
        let pause = &mut self.breaks[place].record;
        let ended_at = when.after(pause.started_at, PracticeError::BreakEndsBeforeStart)?;
        pause.ended_at = Some(ended_at);
        pause.topic_not_discussed = topic_not_discussed;
        Ok(vec![Change::Break(place)])
    }

    /// The place of the break that goes on.
    pub(super) fn open_break(&self) -> Option<usize> {
        self.breaks.iter().rposition(|kept| kept.record.ended_at.is_none())
    }

    /// Milliseconds of breaks until `at`.
    pub(super) fn on_break(&self, at: Timestamp) -> i64 {
        let length = |pause: &InterviewBreak| {
            let start = pause.started_at?.milliseconds();
            Some((pause.ended_at.map_or(at, |end| end.min(at)).milliseconds() - start).max(0))
        };
        self.breaks.iter().filter_map(|kept| length(&kept.record)).sum()
    }

    fn last_break_end(&self) -> Option<Timestamp> {
        let ends = self.breaks.iter().filter_map(|kept| kept.record.ended_at.or(kept.record.started_at));
        ends.chain(self.started_at()).max()
    }
}
