//! How an interview ends: as planned, by the child at any time, and then closed for changes.

use super::apply::When;
use super::step::{Completion, Stopper};
use super::{Change, Course};
use crate::id::RecordId;
use crate::model::records::{DisclosureOutcome, YesNoUnsure};
use crate::model::{Text, Timestamp};
use crate::practice::PracticeError;

impl Course {
    pub(super) fn ask_to_continue(&mut self, answer: &YesNoUnsure, when: When) -> Result<Vec<Change>, PracticeError> {
        self.interview.wants_to_continue = Some(answer.clone());
        if answer.code().as_str() == "no" {
            return self.stop(Stopper::Child, when);
        }
        Ok(vec![Change::Interview])
    }

    pub(super) fn stop(&mut self, by: Stopper, when: When) -> Result<Vec<Change>, PracticeError> {
        let at = when.after(self.last_moment(), PracticeError::TooEarly)?;
        Ok(self.finish(DisclosureOutcome::new(by.code()).ok(), Completion::Partial, at))
    }

    pub(super) fn end(
        &mut self,
        outcome: Option<&DisclosureOutcome>,
        last: Completion,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        if let Some(open) = self.protocol.before_end.iter().find(|phase| !self.is_settled(phase)) {
            return Err(PracticeError::EndUnsettled { open: open.clone() });
        }
        let at = when.after(self.last_moment(), PracticeError::TooEarly)?;
        Ok(self.finish(outcome.cloned(), last, at))
    }

    pub(super) fn lock(
        &mut self,
        by: RecordId,
        digest: Option<&Text>,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        self.interview.locked_at = Some(when.after(self.interview.ended_at, PracticeError::TooEarly)?);
        self.interview.locked_by = Some(by);
        self.interview.locked_digest = digest.cloned();
        Ok(vec![Change::Interview])
    }

    fn finish(&mut self, outcome: Option<DisclosureOutcome>, last: Completion, at: Timestamp) -> Vec<Change> {
        let mut changes = self.close_phase(last, at);
        if let Some(place) = self.open_break() {
            self.breaks[place].record.ended_at = Some(at);
            changes.push(Change::Break(place));
        }
        changes.extend(self.all_leave(at));
        self.interview.ended_at = Some(at);
        self.interview.net_minutes = Some(self.net_minutes(at));
        self.interview.breaks = Some(self.breaks.len() as u64);
        if outcome.is_some() {
            self.interview.disclosure_outcome = outcome;
        }
        changes.push(Change::Interview);
        changes
    }

    /// The latest moment that is recorded: nothing ends before it.
    fn last_moment(&self) -> Option<Timestamp> {
        let phases = self.phases.iter().map(|kept| kept.record.started_at.max(kept.record.ended_at));
        let breaks = self.breaks.iter().map(|kept| kept.record.started_at.max(kept.record.ended_at));
        let people = self.people.iter().map(|kept| kept.record.from_time.max(kept.record.until_time));
        phases.chain(breaks).chain(people).chain([self.started_at()]).max().flatten()
    }
}
