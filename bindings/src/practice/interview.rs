//! The live interview: each step is durable before the call returns, and a crash loses no step that was answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saferoom::error::Diagnosis;
use saferoom::id::RecordId;
use saferoom::model::{LabelLanguage, ModelError, Record, Timestamp};
use saferoom::practice::interview::{Kept, PhaseState, State, Tally};
use saferoom::practice::quality::{Flag, quality_rules};
use saferoom::vault;

use super::earlier::EarlierInterviews;
use super::rules::QualityNote;
use super::step::{InterviewStep, QuestionTally};
use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::{FieldValue, fields_of_typed, typed_of};

/// How an interview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum InterviewState {
    /// It goes on.
    Running,
    /// There is a break.
    OnBreak,
    /// It has ended; the record can still be closed for changes.
    Ended,
    /// It is closed for changes.
    Locked,
}

/// What is in the way, or wrong.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Obstacle {
    /// The stable code.
    pub code: u16,
    /// What it is; names phases by their codes.
    pub text: String,
    /// What to do.
    pub advice: String,
}

/// How a phase of the protocol stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhaseStanding {
    /// Its code.
    pub phase: String,
    /// Whether it was held, wholly or in part; also if it goes on.
    pub held: bool,
    /// Whether it was left out, and not held later.
    pub left_out: bool,
    /// What is in the way of it now; none: it may begin.
    pub obstacle: Option<Obstacle>,
}

/// How often something was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Tallied {
    /// What.
    pub tally: QuestionTally,
    /// How often.
    pub count: u64,
    /// Whether it is a question, not an act of support.
    pub is_question: bool,
}

/// A record of the course: a phase, a break, somebody who was there. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct KeptPart {
    /// The record; none before it was written for the first time.
    pub id: Option<String>,
    /// Its values, by name of the field.
    pub fields: HashMap<String, FieldValue>,
}

/// All that a screen shows of an interview, in one call. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct InterviewView {
    /// How it stands.
    pub state: InterviewState,
    /// The values of the record `interview`.
    pub fields: HashMap<String, FieldValue>,
    /// Code and version of its protocol.
    pub protocol: String,
    /// The version.
    pub protocol_version: String,
    /// The phases of the protocol in their usual order, and how each of them stands.
    pub overview: Vec<PhaseStanding>,
    /// The phases that were held or left out, in the order followed: records `interview_phase`.
    pub phases: Vec<KeptPart>,
    /// The breaks in order: records `interview_break`.
    pub breaks: Vec<KeptPart>,
    /// Those who were there besides child and interviewer, in the order of arrival: records `participant`.
    pub people: Vec<KeptPart>,
    /// How many persons are in the room now, with child and interviewer.
    pub persons_in_room: u64,
    /// What was counted, all of it, also what was not yet.
    pub tallies: Vec<Tallied>,
}

redacted! { KeptPart InterviewView }

/// An interview that goes on. The object of two sessions, or of two threads, may be at the same interview.
///
/// It holds the values of the interview until `shutdown`, or until its last reference goes; they are wiped then.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct LiveInterview {
    id: RecordId,
    /// Locked for moments only, and never while the session works: it may ask the host.
    live: Held<Mutex<vault::LiveInterview>>,
    /// Tells nothing of the child, and stays.
    state: Mutex<InterviewState>,
}

impl std::fmt::Display for LiveInterview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LiveInterview(redacted)")
    }
}

#[uniffi::export]
impl LiveInterview {
    /// The record of the interview.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> InterviewState {
        *locked(&self.state)
    }

    /// All that a screen shows of it.
    ///
    /// # Errors
    /// Its values were wiped by `shutdown`.
    pub fn view(&self) -> Result<InterviewView, SaferoomError> {
        let live = self.now()?;
        let course = live.course();
        Ok(InterviewView {
            state: course.state().into(),
            fields: fields_of_typed(course.interview())?,
            protocol: course.protocol().code.clone(),
            protocol_version: course.protocol().version.clone(),
            overview: course.overview().into_iter().map(PhaseStanding::from).collect(),
            phases: parts(course.phases())?,
            breaks: parts(course.breaks())?,
            people: parts(course.people())?,
            persons_in_room: course.persons_in_room(),
            tallies: Tally::ALL.into_iter().map(|tally| tallied(tally, tally.of(course.interview()))).collect(),
        })
    }

    /// Minutes without breaks until a moment (milliseconds since 1970, UTC), or until the end.
    ///
    /// # Errors
    /// The moment is none that saferoom records.
    pub fn net_minutes(&self, at: i64) -> Result<u64, SaferoomError> {
        Ok(self.now()?.course().net_minutes(moment(at)?))
    }

    /// Milliseconds since the last break ended, or since the start, at a moment; none on a break and after the end.
    ///
    /// # Errors
    /// The moment is none that saferoom records.
    pub fn since_break(&self, now: i64) -> Result<Option<u64>, SaferoomError> {
        Ok(self.now()?.course().since_break(moment(now)?))
    }
}

impl LiveInterview {
    fn new(live: vault::LiveInterview, begun: Begun) -> Arc<Self> {
        let (id, state) = (live.id(), Mutex::new(live.course().state().into()));
        // It has been started: whoever learns nothing of it would start it again.
        Arc::new(Self { id, live: Held::durable(Mutex::new(live), begun), state })
    }

    fn now(&self) -> Result<vault::LiveInterview, SaferoomError> {
        Ok(locked(&*self.live.get()?).clone())
    }

    /// Lets the session work on it, and keeps what it is afterwards, also after an error. Of two threads that do so at the
    /// same moment the session lets the second one begin again after the first; what is newer stays.
    fn with<T>(
        &self,
        work: impl FnOnce(&mut vault::LiveInterview) -> Result<T, vault::Error>,
    ) -> Result<T, SaferoomError> {
        let mut live = self.now()?;
        let done = work(&mut live);
        // What was wiped meanwhile stays wiped; the step is in the vault all the same.
        if let Ok(slot) = self.live.get() {
            let mut held = locked(&slot);
            if !live.is_older_than(&held) {
                *locked(&self.state) = live.course().state().into();
                *held = live;
            }
        }
        Ok(done?)
    }
}

fn locked<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}

#[uniffi::export]
impl Session {
    /// Starts an interview below a child or a case: `fields` of the record `interview` say who, where, and after which
    /// protocol. `urgent`: it cannot wait, and nothing that was found, or not looked for, holds it up.
    ///
    /// # Errors
    /// What good practice refuses (the text says what to do), the role does not allow it (logged), as `create`.
    pub fn start_interview(
        &self,
        parent: String,
        fields: HashMap<String, FieldValue>,
        earlier: &EarlierInterviews,
        urgent: bool,
        access: AccessInput,
    ) -> Result<Arc<LiveInterview>, SaferoomError> {
        let begun = Begun::now();
        let (parent, interview) = (parent.parse()?, typed_of(fields)?);
        let live = self.0.start_interview(parent, interview, &earlier.now(), urgent, &access.into())?;
        Ok(LiveInterview::new(live, begun))
    }

    /// Starts an interview that was prepared: its record exists, and has no time of start.
    ///
    /// # Errors
    /// As `start_interview` and `amend`.
    pub fn start_planned_interview(
        &self,
        id: String,
        earlier: &EarlierInterviews,
        urgent: bool,
        access: AccessInput,
    ) -> Result<Arc<LiveInterview>, SaferoomError> {
        let begun = Begun::now();
        let live = self.0.start_planned_interview(id.parse()?, &earlier.now(), urgent, &access.into())?;
        Ok(LiveInterview::new(live, begun))
    }

    /// Goes on with an interview that has started: after a crash, on another day, in another session.
    ///
    /// # Errors
    /// As `read`; it has not started, or its protocol is not known here.
    pub fn resume_interview(&self, id: String, access: AccessInput) -> Result<Arc<LiveInterview>, SaferoomError> {
        let begun = Begun::now();
        Ok(LiveInterview::new(self.0.resume_interview(id.parse()?, &access.into())?, begun))
    }

    /// Takes a step, now, or at a moment that lies before (milliseconds since 1970, UTC). When this returns it is durable;
    /// after an error `live` is what is in the vault.
    ///
    /// # Errors
    /// What good practice refuses: nothing is written, and the text says what to do. The role does not allow it (logged).
    pub fn interview_step(
        &self,
        live: &LiveInterview,
        step: InterviewStep,
        at: Option<i64>,
        access: AccessInput,
    ) -> Result<(), SaferoomError> {
        let (step, at) = (step.into_step()?, at.map(moment).transpose()?);
        live.with(|live| self.0.interview_step(live, &step, at, &access.into()))
    }

    /// What of an interview a review should look at, explained in `en` or `km`. For learning, not for blame; nothing is
    /// said about the child. The records that it is computed from are logged as read.
    ///
    /// # Errors
    /// As `resume_interview`.
    pub fn quality_flags(
        &self,
        id: String,
        language: &str,
        access: AccessInput,
    ) -> Result<Vec<QualityNote>, SaferoomError> {
        Ok(explained(&self.0.quality_flags(id.parse()?, &access.into())?, language))
    }

    /// Computes the flags of an interview and keeps their codes in it, for extracts and reviews; also after it was closed.
    ///
    /// # Errors
    /// As `quality_flags` and `amend`.
    pub fn keep_quality_flags(
        &self,
        live: &LiveInterview,
        language: &str,
        access: AccessInput,
    ) -> Result<Vec<QualityNote>, SaferoomError> {
        Ok(explained(&live.with(|live| self.0.keep_quality_flags(live, &access.into()))?, language))
    }
}

fn moment(milliseconds: i64) -> Result<Timestamp, ModelError> {
    Ok(Timestamp::from_milliseconds(milliseconds)?)
}

fn parts<R: Record>(kept: &[Kept<R>]) -> Result<Vec<KeptPart>, ModelError> {
    let part =
        |kept: &Kept<R>| Ok(KeptPart { id: kept.id.map(|id| id.to_string()), fields: fields_of_typed(&kept.record)? });
    kept.iter().map(part).collect()
}

fn tallied(tally: Tally, count: u64) -> Tallied {
    Tallied { tally: tally.into(), count, is_question: tally.is_question() }
}

fn explained(flags: &[Flag], language: &str) -> Vec<QualityNote> {
    let language = LabelLanguage::from_code(language).unwrap_or_default();
    let note = |flag: &Flag| QualityNote {
        code: flag.code.to_owned(),
        found: flag.found,
        limit: flag.limit,
        text: flag.explain(quality_rules(), language),
    };
    flags.iter().map(note).collect()
}

impl From<State> for InterviewState {
    fn from(state: State) -> Self {
        match state {
            State::Running => Self::Running,
            State::OnBreak => Self::OnBreak,
            State::Ended => Self::Ended,
            State::Locked => Self::Locked,
        }
    }
}

impl From<PhaseState> for PhaseStanding {
    fn from(state: PhaseState) -> Self {
        Self {
            phase: state.phase.to_owned(),
            held: state.held,
            left_out: state.left_out,
            obstacle: state.obstacle.map(|error| Obstacle::of(&error)),
        }
    }
}

impl Obstacle {
    pub(super) fn of(error: &dyn Diagnosis) -> Self {
        Self { code: error.code(), text: error.to_string(), advice: error.advice().to_owned() }
    }
}
