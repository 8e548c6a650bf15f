//! The live interview: each step is sealed and durable before the call returns, in one transaction with its entries.
//!
//! The state of an interview is its records and nothing else ([`crate::practice::interview`]). So a crash loses the tap that
//! was not answered yet, at most, and resuming is reading the records. Another session may work on the same interview, such
//! as an observer who counts questions: every step first looks whether the records are those that it knows, and reads them
//! anew if not.

mod earlier;
mod quality;

use std::collections::BTreeMap;

pub use earlier::{EarlierInterviews, PossibleEarlier};

use super::Error;
use super::act::Act;
use super::session::{Batch, Session};
use super::write::prefix_bounds;
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{Case, Interview, InterviewBreak, InterviewPhase, Participant};
use crate::model::{FieldBuffer, Record, RecordKind, Timestamp};
use crate::practice::authorise::Authorised;
use crate::practice::interview::{Change, Course, Kept, Step};

/// How often a step is tried again when another session, or thread, wrote the same interview in between. Of those that try
/// at the same moment one gets through each time.
const ATTEMPTS: usize = 16;

const DAY: i64 = 86_400_000;

/// The records below an interview that belong to its course.
const PARTS: [RecordKind; 3] = [RecordKind::INTERVIEW_PHASE, RecordKind::INTERVIEW_BREAK, RecordKind::PARTICIPANT];

/// Kind and current revision of each record of an interview.
type Heads = BTreeMap<RecordId, (u16, i64)>;

/// An interview that goes on, as this program knows it. Never prints itself.
#[derive(Clone)]
pub struct LiveInterview {
    id: RecordId,
    course: Course,
    heads: Heads,
}

impl LiveInterview {
    /// The record of the interview.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        self.id
    }

    /// What has happened so far.
    #[must_use]
    pub const fn course(&self) -> &Course {
        &self.course
    }

    /// Whether this is how the interview stood before it stood like `other`: for a host whose threads share it.
    #[must_use]
    pub fn is_older_than(&self, other: &Self) -> bool {
        // Revisions are numbered in the order in which they were written.
        let newest = |live: &Self| live.heads.values().map(|(_, revision)| *revision).max();
        newest(self) < newest(other)
    }
}

impl std::fmt::Debug for LiveInterview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LiveInterview({:?}, redacted)", self.id)
    }
}

impl Session {
    /// Starts an interview below a child or a case: `interview` says who, where, and after which protocol. What was found
    /// about earlier interviews decides whether a reason and somebody who agreed are needed. `urgent`: it cannot wait, and
    /// nothing that was found, or not looked for, holds it up. A repeat names the authorisation that a second person signed
    /// ([`authorise`](Self::authorise)) for `parent` and the reason; one that could not wait begins without, and is a finding.
    ///
    /// # Errors
    /// [`crate::practice::PracticeError`]; [`crate::practice::authorise::AuthorisationError`],
    /// [`crate::access::AccessError`] (logged as denied); as [`create`](Self::create).
    pub fn start_interview(
        &self,
        parent: RecordId,
        mut interview: Interview,
        earlier: &EarlierInterviews,
        urgent: bool,
        access: &Access,
    ) -> Result<LiveInterview, Error> {
        let now = self.now()?;
        self.fill_delay(parent, &mut interview, now, access)?;
        let course = Course::begin(interview, earlier.finding(urgent), None, now)?;
        let (id, heads) = self.act(access, Event::Create, &[], |act| {
            act.demand(Action::Interview)?;
            let id = act.by_practice(|act| batch(act).create(Some(parent), course.interview()))?.record;
            act.sign_repeat(id, parent, course.interview())?;
            Ok((id, act.interview_heads(id)?))
        })?;
        Ok(LiveInterview { id, course, heads })
    }

    /// Starts an interview that was prepared: its record exists, and has no time of start.
    ///
    /// # Errors
    /// As [`start_interview`](Self::start_interview) and [`amend`](Self::amend); [`Error::ChangedElsewhere`].
    pub fn start_planned_interview(
        &self,
        id: RecordId,
        earlier: &EarlierInterviews,
        urgent: bool,
        access: &Access,
    ) -> Result<LiveInterview, Error> {
        let known = self.look(|act| act.interview_heads(id))?;
        let mut interview = self.read::<Interview>(id, access)?.record;
        let now = self.now()?;
        self.fill_delay(id, &mut interview, now, access)?;
        let course = Course::begin(interview, earlier.finding(urgent), None, now)?;
        let heads = self.act(access, Event::Update, &[(id, RecordKind::INTERVIEW.number())], |act| {
            act.demand(Action::Interview)?;
            if act.interview_heads(id)? != known {
                return Err(Error::ChangedElsewhere);
            }
            act.by_practice(|act| batch(act).amend(id, course.interview()))?;
            let parent = act.head(id)?.parent;
            act.sign_repeat(id, parent, course.interview())?;
            act.interview_heads(id)
        })?;
        Ok(LiveInterview { id, course, heads })
    }

    /// Goes on with an interview that has started, after a crash, on another day, or in another session. Each of its
    /// records is logged as read.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`crate::practice::PracticeError`] if it has not started, or its protocol is not known here.
    pub fn resume_interview(&self, id: RecordId, access: &Access) -> Result<LiveInterview, Error> {
        let heads = self.look(|act| act.interview_heads(id))?;
        let interview = self.read::<Interview>(id, access)?.record;
        let course = Course::resume(
            interview,
            self.kept::<InterviewPhase>(&heads, access)?,
            self.kept::<InterviewBreak>(&heads, access)?,
            self.kept::<Participant>(&heads, access)?,
        )?;
        Ok(LiveInterview { id, course, heads })
    }

    /// Takes a step of a live interview, now, or at a moment that lies before. When this returns, it is durable; after an
    /// error `live` is what is in the vault.
    ///
    /// # Errors
    /// [`crate::practice::PracticeError`]: nothing is written, and it says what to do. [`crate::access::AccessError`] (logged as
    /// denied); as [`write_batch`](Self::write_batch). [`Error::ChangedElsewhere`] if others write it all the time.
    pub fn interview_step(
        &self,
        live: &mut LiveInterview,
        step: &Step,
        at: Option<Timestamp>,
        access: &Access,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            match self.try_step(live, step, at, access) {
                Err(Error::ChangedElsewhere) => {}
                Err(Error::Practice(_)) if self.look(|act| act.interview_heads(live.id))? != live.heads => {}
                done => return done,
            }
            *live = self.resume_interview(live.id, access)?;
        }
        Err(Error::ChangedElsewhere)
    }

    fn try_step(
        &self,
        live: &mut LiveInterview,
        step: &Step,
        at: Option<Timestamp>,
        access: &Access,
    ) -> Result<(), Error> {
        let (mut next, changes) = live.course.after(step, at, self.now()?)?;
        if changes.is_empty() {
            return Ok(());
        }
        let about = [(live.id, RecordKind::INTERVIEW.number())];
        let closing = match step {
            Step::Lock { by, .. } => Some((self.to_close(live.id, access)?, *by)),
            _ => None,
        };
        let now = self.now()?;
        let heads = self.act(access, Event::Update, &about, |act| {
            act.demand(Action::Interview)?;
            if act.interview_heads(live.id)? != live.heads {
                return Err(Error::ChangedElsewhere);
            }
            act.by_practice(|act| {
                changes.into_iter().try_for_each(|change| batch(act).write_change(live.id, &mut next, change))
            })?;
            if let Some((found, by)) = closing {
                act.close(found, Some(by), now, true)?;
            }
            act.interview_heads(live.id)
        })?;
        (live.course, live.heads) = (next, heads);
        Ok(())
    }

    fn kept<R: Record>(&self, heads: &Heads, access: &Access) -> Result<Vec<Kept<R>>, Error> {
        let number = R::spec().kind.number();
        let of_kind = heads.iter().filter(|(_, (kind, _))| *kind == number);
        let ids: Vec<_> = of_kind.map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let opened = self.read_many::<R>(&ids, access)?;
        Ok(opened.into_iter().map(|opened| Kept { id: Some(opened.id), record: opened.record }).collect())
    }

    /// The clock of this device, as records have it.
    pub(in crate::vault) fn now(&self) -> Result<Timestamp, Error> {
        let (wall, _) = self.vault().clock();
        let now = i64::try_from(wall).ok().and_then(|wall| Timestamp::from_milliseconds(wall).ok());
        Ok(now.ok_or(crate::model::ModelError::Value(crate::model::ValueError::Range))?)
    }

    /// Says how many days lie between the report and the interview, if nobody has and the report says when it was made.
    fn fill_delay(
        &self,
        within: RecordId,
        interview: &mut Interview,
        now: Timestamp,
        access: &Access,
    ) -> Result<(), Error> {
        if interview.delay_days.is_some() {
            return Ok(());
        }
        let case = self.look(|act| Ok(act.head(within)?.scope.record()))?;
        let reported_at = Case::spec().field_named("reported_at").map(|field| field.number);
        let fields: Vec<_> = reported_at.into_iter().collect();
        let opened = match self.read_fields(case, Some(&fields), access) {
            // Who cannot read when it was reported holds the interview all the same.
            Err(Error::Access(_)) => return Ok(()),
            opened => opened?.record,
        };
        if let Some(crate::model::Value::Time(reported)) = opened.get("reported_at") {
            interview.delay_days = u64::try_from((now.milliseconds() - reported.milliseconds()) / DAY).ok();
        }
        Ok(())
    }
}

impl Act<'_> {
    /// Uses up the authorisation of a repeat. Without one it could not wait: a finding stays open until a second person
    /// has looked.
    pub(in crate::vault) fn sign_repeat(
        &mut self,
        id: RecordId,
        parent: RecordId,
        interview: &Interview,
    ) -> Result<(), Error> {
        let number = interview.sequence_number.unwrap_or(1);
        let Some(reason) = interview.repeat_reason.clone().filter(|_| number > 1) else { return Ok(()) };
        match interview.repeat_authorisation {
            Some(authorisation) => {
                self.use_authorisation(authorisation, parent, &Authorised::Repeat { reason }, id)?;
            }
            None => self.open_unsigned_repeat(id, number)?,
        }
        Ok(())
    }

    /// The records of an interview as they stand now.
    fn interview_heads(&mut self, id: RecordId) -> Result<Heads, Error> {
        let head = self.head(id)?;
        if head.kind != RecordKind::INTERVIEW.number() {
            return Err(super::write::wrong_kind(Interview::spec(), head.kind));
        }
        let mut heads = Heads::from([(id, (head.kind, head.revision))]);
        let (first, last) = prefix_bounds(head.scope);
        let is_part = |kind: u16| PARTS.iter().any(|part| part.number() == kind);
        self.rows.each_head(first, last, |row| {
            if row.parent == id && row.scope == head.scope && is_part(row.kind) {
                heads.insert(row.record, (row.kind, row.revision));
            }
        })?;
        Ok(heads)
    }
}

fn batch<'b, 'a>(act: &'b mut Act<'a>) -> Batch<'b, 'a> {
    Batch { act, fields: FieldBuffer::with_capacity(1024) }
}

impl Batch<'_, '_> {
    fn write_change(&mut self, interview: RecordId, course: &mut Course, change: Change) -> Result<(), Error> {
        let id = match change {
            Change::Interview => self.amend(interview, course.interview())?.record,
            Change::Phase(place) => self.write_part(interview, &course.phases()[place])?,
            Change::Break(place) => self.write_part(interview, &course.breaks()[place])?,
            Change::Person(place) => self.write_part(interview, &course.people()[place])?,
        };
        course.give_id(change, id);
        Ok(())
    }

    fn write_part<R: Record>(&mut self, interview: RecordId, part: &Kept<R>) -> Result<RecordId, Error> {
        Ok(match part.id {
            Some(id) => self.amend(id, &part.record)?.record,
            None => self.create(Some(interview), &part.record)?.record,
        })
    }
}
