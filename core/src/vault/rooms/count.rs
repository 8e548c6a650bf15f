//! What is counted for those who look after rooms: interviews of some months, with what belongs to them.

use std::collections::HashMap;

use super::report::AT_ONCE;
use crate::access::Access;
use crate::access::policy::Reach;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{Child, Consent, Interview, InterviewPhase, Referral};
use crate::model::{Compartment, FieldBuffer, PartialDate, Record, RecordKind, Value, is_young};
use crate::practice::indicators::{Counted, CountedInterview, is_in, refusal};
use crate::vault::{Error, Opened, RecordInfo, Session};

/// The records of a case, and what is known of each without opening it.
struct Listed {
    records: Vec<RecordInfo>,
}

impl Session {
    /// What belongs to the interviews that began in these months.
    pub(super) fn counted_for_rooms(&self, months: &[PartialDate], access: &Access) -> Result<Counted, Error> {
        let mut counted = Counted::default();
        for case in self.cases(access)? {
            let listed = Listed { records: self.records_of(case, access)? };
            let interviews = self.read_all::<Interview>(&listed.of(RecordKind::INTERVIEW), access)?;
            let asked = |one: &&Opened<Interview>| months.iter().any(|month| is_in(one.record.started_at, *month));
            if interviews.iter().any(|one| asked(&one)) {
                self.count_case(&listed, &interviews, access, &mut counted)?;
            }
        }
        Ok(counted)
    }

    fn count_case(
        &self,
        listed: &Listed,
        interviews: &[Opened<Interview>],
        access: &Access,
        counted: &mut Counted,
    ) -> Result<(), Error> {
        let reached = |kind, compartment| {
            let reaches = self.with_keys(|keys| Ok(keys.role()?.reach(compartment) == Reach::Unit))?;
            Ok::<_, Error>(if reaches { listed.of(kind) } else { Vec::new() })
        };
        let young = self.young_children(&reached(RecordKind::CHILD, Compartment::Profile)?, access)?;
        let mut phases: HashMap<RecordId, Vec<InterviewPhase>> = HashMap::new();
        for phase in self.read_all::<InterviewPhase>(&listed.of(RecordKind::INTERVIEW_PHASE), access)? {
            phases.entry(listed.above(phase.id).unwrap_or(phase.id)).or_default().push(phase.record);
        }
        let referrals = reached(RecordKind::REFERRAL, Compartment::Referral)?;
        let referrals = self.read_all::<Referral>(&referrals, access)?;
        for consent in self.read_all::<Consent>(&listed.of(RecordKind::CONSENT), access)? {
            let child = listed.child_of(consent.id);
            let same = |id: RecordId| child.is_none() || listed.child_of(id).is_none_or(|other| Some(other) == child);
            let held: Vec<_> = interviews.iter().filter(|one| same(one.id)).map(|one| &one.record).collect();
            let told: Vec<_> = referrals.iter().filter(|one| same(one.id)).map(|one| &one.record).collect();
            counted.refusals.extend(refusal(&consent.record, &held, &told));
        }
        counted.referrals.extend(referrals.into_iter().map(|one| one.record));
        for one in interviews {
            let child = listed.child_of(one.id);
            let recorded = listed.below(one.id, RecordKind::INTERVIEW_BREAK);
            counted.interviews.push(CountedInterview {
                had_break: recorded || one.record.breaks.is_some_and(|breaks| breaks > 0),
                interview: one.record.clone(),
                child,
                is_young: child.and_then(|child| young.get(&child).copied()),
                phases: phases.remove(&one.id).unwrap_or_default(),
            });
        }
        Ok(())
    }

    fn read_all<R: Record>(&self, ids: &[RecordId], access: &Access) -> Result<Vec<Opened<R>>, Error> {
        let mut all = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            all.extend(self.read_many::<R>(some, access)?);
        }
        Ok(all)
    }

    /// Which children are below ten years, by their age at the report: no other field of them is opened.
    fn young_children(&self, ids: &[RecordId], access: &Access) -> Result<HashMap<RecordId, bool>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let spec = Child::spec();
        let fields: Vec<_> = ["age_at_report", "age_band"].iter().filter_map(|name| spec.field_named(name)).collect();
        let numbers: Vec<_> = fields.iter().map(|field| field.number).collect();
        let about: Vec<_> = ids.iter().map(|id| (*id, spec.kind.number())).collect();
        let granted = self.act(access, Event::Read, &about, |act| {
            ids.iter().map(|id| act.grant(*id, Some(spec), Some(&numbers))).collect::<Result<Vec<_>, _>>()
        })?;
        let mut buffer = FieldBuffer::with_capacity(64);
        let mut young = HashMap::new();
        for granted in granted {
            let opened = self.open_dynamic(granted, access, &mut buffer)?;
            let value = |name: &str| opened.record.iter().find(|(field, _)| field.name == name).map(|(_, value)| value);
            let age = value("age_at_report").and_then(|value| match value {
                Value::Unsigned(age) => Some(*age),
                _ => None,
            });
            let band = value("age_band").and_then(|value| match value {
                Value::Code(band) => Some(band.as_str()),
                _ => None,
            });
            young.extend(is_young(age, band).map(|is_young| (opened.id, is_young)));
        }
        Ok(young)
    }
}

impl Listed {
    fn of(&self, kind: RecordKind) -> Vec<RecordId> {
        self.records.iter().filter(|record| record.kind == Some(kind)).map(|record| record.id).collect()
    }

    fn above(&self, id: RecordId) -> Option<RecordId> {
        self.records.iter().find(|record| record.id == id)?.parent
    }

    fn below(&self, id: RecordId, kind: RecordKind) -> bool {
        self.records.iter().any(|record| record.kind == Some(kind) && record.parent == Some(id))
    }

    /// The child that a record stands below, or the only one of the case.
    fn child_of(&self, id: RecordId) -> Option<RecordId> {
        let children = self.of(RecordKind::CHILD);
        let parent = self.above(id).filter(|parent| children.contains(parent));
        parent.or_else(|| (children.len() == 1).then(|| children[0]))
    }
}
