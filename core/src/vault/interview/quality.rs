//! The quality flags of an interview, from what this member can open: what they cannot see raises no flag.

use std::slice;

use super::{ATTEMPTS, LiveInterview, batch};
use crate::access::Access;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{Certification, Child, Guardian, Officer, QualityFlag};
use crate::model::{PartialDate, Record, RecordKind, Value};
use crate::practice::quality::{Circumstances, Flag, age_at, quality_flags, quality_rules};
use crate::vault::closing::Way;
use crate::vault::{Error, Session};

impl Session {
    /// What of an interview a review should look at. The records that it is computed from are logged as read.
    ///
    /// # Errors
    /// As [`resume_interview`](Self::resume_interview).
    pub fn quality_flags(&self, id: RecordId, access: &Access) -> Result<Vec<Flag>, Error> {
        let live = self.resume_interview(id, access)?;
        self.flags_of(&live, access)
    }

    /// Computes the flags of an interview and keeps their codes in it, for extracts and reviews; also after it was closed.
    ///
    /// # Errors
    /// As [`quality_flags`](Self::quality_flags) and [`amend`](Self::amend). [`Error::ChangedElsewhere`] if others write it all
    /// the time.
    pub fn keep_quality_flags(&self, live: &mut LiveInterview, access: &Access) -> Result<Vec<Flag>, Error> {
        for _ in 0..ATTEMPTS {
            *live = self.resume_interview(live.id(), access)?;
            let flags = self.flags_of(live, access)?;
            match self.keep_flags(live, &flags, access) {
                Err(Error::ChangedElsewhere) => {}
                kept => return kept.map(|()| flags),
            }
        }
        Err(Error::ChangedElsewhere)
    }

    fn keep_flags(&self, live: &mut LiveInterview, flags: &[Flag], access: &Access) -> Result<(), Error> {
        let id = live.id();
        let codes: Result<Vec<_>, _> = flags.iter().map(|flag| QualityFlag::new(flag.code)).collect();
        let mut interview = live.course().interview().clone();
        interview.quality_flags = codes.map_err(crate::model::ModelError::Value)?;
        if interview.quality_flags == live.course().interview().quality_flags {
            return Ok(());
        }
        self.act(access, Event::Update, &[(id, RecordKind::INTERVIEW.number())], |act| {
            // A step that somebody else took meanwhile must not be undone by what was read before it.
            if act.interview_heads(id)? != live.heads {
                return Err(Error::ChangedElsewhere);
            }
            act.way = Way::Besides;
            batch(act).amend(id, &interview)
        })?;
        *live = self.resume_interview(id, access)?;
        Ok(())
    }

    fn flags_of(&self, live: &LiveInterview, access: &Access) -> Result<Vec<Flag>, Error> {
        let circumstances = self.circumstances(live, access)?;
        Ok(quality_flags(live.course(), &circumstances, quality_rules(), self.now()?))
    }

    fn circumstances(&self, live: &LiveInterview, access: &Access) -> Result<Circumstances, Error> {
        let mut found = Circumstances::default();
        let interview = live.course().interview();
        let parent = self.info(live.id())?.parent;
        let parent = parent.filter(|parent| self.info(*parent).is_ok_and(|info| info.kind == Some(RecordKind::CHILD)));
        if let (Some(child), Some(started)) = (parent, interview.started_at) {
            let birth = self.field_of::<Child>(child, "date_of_birth", access)?;
            let stated = self.field_of::<Child>(child, "age_at_report", access)?;
            found.age = date(birth.as_ref()).and_then(|birth| age_at(birth, started)).or(match stated {
                Some(Value::Unsigned(age)) => Some(age),
                _ => None,
            });
        }
        if let Some(officer) = interview.interviewer {
            found.certified_until = self.certified_until(officer, access)?;
        }
        for guardian in self.below(live.id(), RecordKind::GUARDIAN, access)? {
            let guardian = match self.read::<Guardian>(guardian, access) {
                Err(Error::Access(_)) => continue,
                guardian => guardian?.record,
            };
            let suspect = guardian.is_suspect.is_some_and(|suspect| suspect.code().as_str() == "yes");
            found.suspect_relations.extend(guardian.relation.filter(|_| suspect));
        }
        Ok(found)
    }

    /// The last day of the newest certificate of an officer.
    fn certified_until(&self, officer: RecordId, access: &Access) -> Result<Option<PartialDate>, Error> {
        if !self.info(officer).is_ok_and(|info| info.kind == Some(RecordKind::OFFICER)) {
            return Ok(None);
        }
        let mut newest = date(self.field_of::<Officer>(officer, "certified_until", access)?.as_ref());
        for certificate in self.below(officer, RecordKind::CERTIFICATION, access)? {
            if self.info(certificate)?.parent != Some(officer) {
                continue;
            }
            let until = date(self.field_of::<Certification>(certificate, "expires_on", access)?.as_ref());
            newest = [newest, until].into_iter().flatten().max_by_key(|date| date.to_text());
        }
        Ok(newest)
    }

    /// The records of a kind in the same scope.
    fn below(&self, within: RecordId, kind: RecordKind, access: &Access) -> Result<Vec<RecordId>, Error> {
        let records = self.records_of(within, access)?;
        Ok(records.into_iter().filter(|info| info.kind == Some(kind)).map(|info| info.id).collect())
    }

    /// One field, if this member can open it and it is there.
    fn field_of<R: Record>(&self, id: RecordId, name: &str, access: &Access) -> Result<Option<Value>, Error> {
        let Some(field) = R::spec().field_named(name) else { return Ok(None) };
        match self.read_fields(id, Some(slice::from_ref(&field.number)), access) {
            Err(Error::Access(_)) => Ok(None),
            opened => Ok(opened?.record.get(name).cloned()),
        }
    }
}

fn date(value: Option<&Value>) -> Option<PartialDate> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}
