//! Phases, in the order actually followed.

use super::apply::When;
use super::step::Completion;
use super::{Change, Course, Kept};
use crate::model::Timestamp;
use crate::model::records::{InterviewPhase, PhaseCompletion, PhaseName, PhaseSkipReason};
use crate::practice::{PracticeError, ProtocolPhase, Skip, listed};

impl Course {
    pub(super) fn enter(
        &mut self,
        phase: &PhaseName,
        previous: Completion,
        when: When,
    ) -> Result<Vec<Change>, PracticeError> {
        self.may_enter(phase.code().as_str())?;
        let at = when.after(self.last_phase_start(), PracticeError::TooEarly)?;
        let mut changes = self.close_phase(previous, at);
        changes.push(self.add_phase(InterviewPhase {
            phase: Some(phase.clone()),
            started_at: Some(at),
            // Until it ends: whatever happens to this device, it was held in part at least.
            completion: PhaseCompletion::new(Completion::Partial.code()).ok(),
            ..InterviewPhase::default()
        }));
        Ok(changes)
    }

    pub(super) fn skip(&mut self, phase: &PhaseName, reason: &PhaseSkipReason) -> Result<Vec<Change>, PracticeError> {
        let code = phase.code().as_str();
        let named = || code.to_owned();
        if self.spec(code)?.skip == Skip::Never {
            return Err(PracticeError::PhaseMustBeHeld { phase: named() });
        }
        if self.is_settled(code) {
            return Err(PracticeError::PhaseSettled { phase: named() });
        }
        let left_out = InterviewPhase {
            phase: Some(phase.clone()),
            completion: PhaseCompletion::new("skipped").ok(),
            skip_reason: Some(reason.clone()),
            ..InterviewPhase::default()
        };
        Ok(vec![self.add_phase(left_out)])
    }

    /// Whether a phase may begin now, as far as the order of phases goes.
    ///
    /// # Errors
    /// [`PracticeError`]: what has to be done before.
    pub fn may_enter(&self, phase: &str) -> Result<(), PracticeError> {
        let spec = self.spec(phase)?;
        if self.current_phase().is_some_and(|(code, _)| code == phase) {
            return Err(PracticeError::PhaseGoesOn { phase: phase.to_owned() });
        }
        if let Some(missing) = spec.needs.iter().find(|code| !self.was_held(code)) {
            return Err(PracticeError::PhaseOutOfOrder { phase: phase.to_owned(), missing: missing.clone() });
        }
        match spec.settled.iter().find(|code| !self.is_settled(code)) {
            Some(open) => Err(PracticeError::PhaseUnsettled { phase: phase.to_owned(), open: open.clone() }),
            None => Ok(()),
        }
    }

    /// The phase that goes on, and since when.
    #[must_use]
    pub fn current_phase(&self) -> Option<(&str, Timestamp)> {
        let last = self.phases.iter().rev().map(|kept| &kept.record).find(|phase| phase.started_at.is_some())?;
        let code = last.phase.as_ref()?.code().as_str();
        if last.ended_at.is_none() { Some((code, last.started_at?)) } else { None }
    }

    /// Whether a phase was held, wholly or in part; also if it goes on.
    #[must_use]
    pub fn was_held(&self, phase: &str) -> bool {
        self.phases_of(phase).any(|phase| completion(phase) != Some("skipped"))
    }

    /// Whether a phase was held, or left out with a reason.
    #[must_use]
    pub fn is_settled(&self, phase: &str) -> bool {
        self.phases_of(phase).next().is_some()
    }

    /// Ends the phase that goes on.
    pub(super) fn close_phase(&mut self, completion: Completion, at: Timestamp) -> Vec<Change> {
        let open = |kept: &Kept<InterviewPhase>| kept.record.started_at.is_some() && kept.record.ended_at.is_none();
        let mut changes = Vec::new();
        for (place, kept) in self.phases.iter_mut().enumerate().filter(|(_, kept)| open(kept)) {
            kept.record.ended_at = Some(at);
            kept.record.completion = PhaseCompletion::new(completion.code()).ok();
            changes.push(Change::Phase(place));
        }
        changes
    }

    pub(super) fn last_phase_start(&self) -> Option<Timestamp> {
        let starts = self.phases.iter().filter_map(|kept| kept.record.started_at);
        starts.chain(self.started_at()).max()
    }

    fn spec(&self, phase: &str) -> Result<&'static ProtocolPhase, PracticeError> {
        self.protocol
            .phase(phase)
            .ok_or_else(|| PracticeError::PhaseNotInProtocol { phase: listed("interview_phase", phase) })
    }

    fn phases_of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a InterviewPhase> {
        let is = move |phase: &&InterviewPhase| phase.phase.as_ref().is_some_and(|phase| phase.code().as_str() == code);
        self.phases.iter().map(|kept| &kept.record).filter(is)
    }

    fn add_phase(&mut self, mut phase: InterviewPhase) -> Change {
        let last = self.phases.iter().filter_map(|kept| kept.record.position).max().unwrap_or(0);
        phase.position = Some(last + 1);
        self.phases.push(Kept { id: None, record: phase });
        Change::Phase(self.phases.len() - 1)
    }
}

fn completion(phase: &InterviewPhase) -> Option<&str> {
    phase.completion.as_ref().map(|completion| completion.code().as_str())
}
