//! From one course to the next: which step is allowed in which state, and what the simple ones change.

use super::step::{Step, Tally};
use super::view::State;
use super::{Change, Course};
use crate::model::records::{InterviewAid, QuestionCodingMethod};
use crate::model::{CodeListName, Coded, Narrative, Timestamp};
use crate::practice::PracticeError;

/// A step with the moments that it may lie at.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    /// As the host says.
    pub(super) given: Option<Timestamp>,
    /// By the clock of this device.
    pub(super) now: Timestamp,
}

impl When {
    /// The moment of a step that follows what was at `earliest`. A clock that was put back is not followed.
    ///
    /// # Errors
    /// `early` if the host gave a moment before that; [`PracticeError::InFuture`].
    pub(super) fn after(self, earliest: Option<Timestamp>, early: PracticeError) -> Result<Timestamp, PracticeError> {
        match self.given {
            Some(given) if given > self.now && Some(given) > earliest => Err(PracticeError::InFuture),
            Some(given) if Some(given) < earliest => Err(early),
            Some(given) => Ok(given),
            None => Ok(earliest.map_or(self.now, |earliest| earliest.max(self.now))),
        }
    }
}

impl Course {
    /// The course after a step that was taken at `at`, or `now` if the host gives no moment, and the records that changed.
    ///
    /// # Errors
    /// [`PracticeError`]: what is in the way, and what to do.
    pub fn after(
        &self,
        step: &Step,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Self, Vec<Change>), PracticeError> {
        self.allows(step)?;
        let when = When { given: at, now };
        let mut next = self.clone();
        let mut changes = match step {
            Step::Enter { phase, previous } => next.enter(phase, *previous, when),
            Step::Skip { phase, reason } => next.skip(phase, reason),
            Step::Arrive(person) => next.arrive(person, when),
            Step::Move { who, to } => next.move_to(*who, to, when),
            Step::Leave { who } => next.leave(*who, when),
            Step::BeginBreak { reason, with } => next.begin_break(reason, with.as_ref(), when),
            Step::EndBreak { topic_not_discussed } => next.end_break(*topic_not_discussed, when),
            Step::Count(tally) => next.count(*tally),
            Step::TakeBack(tally) => next.take_back(*tally),
            Step::Aid { aid, why } => next.aid(aid, why.as_ref()),
            Step::Measure(measure) => Ok(next.include(|interview| &mut interview.special_measures, measure)),
            Step::Inform(told) => Ok(next.include(|interview| &mut interview.information_given, told)),
            Step::AskToContinue(answer) => next.ask_to_continue(answer, when),
            Step::Stop { by } => next.stop(*by, when),
            Step::End { outcome, last } => next.end(outcome.as_ref(), *last, when),
            Step::Lock { by, digest } => next.lock(*by, digest.as_ref(), when),
        }?;
        changes.sort_unstable();
        changes.dedup();
        Ok((next, changes))
    }

    /// Whether a step belongs into the state that the interview is in.
    fn allows(&self, step: &Step) -> Result<(), PracticeError> {
        let asks = matches!(step, Step::Enter { .. } | Step::Skip { .. } | Step::Count(_) | Step::Aid { .. });
        match (self.state(), step) {
            (State::Locked, _) => Err(PracticeError::Locked),
            (State::Ended, Step::Lock { .. }) => Ok(()),
            (State::Ended, _) => Err(PracticeError::Ended),
            (_, Step::Lock { .. }) => Err(PracticeError::NotEnded),
            (State::OnBreak, Step::BeginBreak { .. } | Step::End { .. }) => Err(PracticeError::OnBreak),
            (State::OnBreak, _) if asks => Err(PracticeError::OnBreak),
            (State::Running, Step::EndBreak { .. }) => Err(PracticeError::NoBreak),
            _ => Ok(()),
        }
    }

    fn count(&mut self, tally: Tally) -> Result<Vec<Change>, PracticeError> {
        let count = tally.field(&mut self.interview);
        *count = Some(count.unwrap_or(0).saturating_add(1));
        if tally.is_question() && self.interview.question_coding_method.is_none() {
            self.interview.question_coding_method = QuestionCodingMethod::new("live").ok();
        }
        Ok(vec![Change::Interview])
    }

    fn take_back(&mut self, tally: Tally) -> Result<Vec<Change>, PracticeError> {
        let count = tally.field(&mut self.interview);
        *count = Some(count.and_then(|count| count.checked_sub(1)).ok_or(PracticeError::NothingToTakeBack)?);
        Ok(vec![Change::Interview])
    }

    fn aid(&mut self, aid: &InterviewAid, why: Option<&Narrative>) -> Result<Vec<Change>, PracticeError> {
        let code = aid.code().as_str();
        if why.is_none() && self.protocol.aids_with_reason.iter().any(|needs| needs == code) {
            return Err(PracticeError::AidNeedsReason { aid: code.to_owned() });
        }
        if let Some(why) = why {
            let said = self.interview.aids_justification.as_ref();
            let all =
                said.map_or_else(|| why.as_str().to_owned(), |said| format!("{}\n{}", said.as_str(), why.as_str()));
            self.interview.aids_justification = Some(Narrative::new(all).map_err(|_| PracticeError::TooLong)?);
        }
        // Where something is used, nothing is not.
        self.interview.aids_used.retain(|used| used.code().as_str() != "none");
        let mut changes = self.include(|interview| &mut interview.aids_used, aid);
        changes.push(Change::Interview);
        Ok(changes)
    }

    /// Adds a code to a list of the interview, once.
    fn include<L: CodeListName>(
        &mut self,
        list: impl FnOnce(&mut crate::model::records::Interview) -> &mut Vec<Coded<L>>,
        code: &Coded<L>,
    ) -> Vec<Change> {
        let list = list(&mut self.interview);
        if list.contains(code) {
            return Vec::new();
        }
        list.push(code.clone());
        vec![Change::Interview]
    }
}
