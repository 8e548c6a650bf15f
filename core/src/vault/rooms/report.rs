//! The figures of rooms and training, read by a holder of `rooms` keys alone; and the counts of interviews that a holder of
//! other keys computes for them.

use crate::access::policy::Reach;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::InterviewMonth;
use crate::model::{Compartment, FieldBuffer, PartialDate, Record, RecordKind};
use crate::practice::indicators::{MonitorReport, RoomsRecords, interview_month, is_over, may_replace, replacement};
use crate::practice::rooms::{LEAVING_KINDS, RoomsError};
use crate::vault::{Error, Opened, Session};

/// Most interviews that are read at once.
pub(super) const AT_ONCE: usize = 256;

impl Session {
    /// The figures of all rooms, visits and training that are here: of this unit, and of stations that sent theirs. Each
    /// record is logged as read. Opens nothing outside the compartment `rooms`.
    ///
    /// # Errors
    /// As [`Session::read_many_fields`].
    pub fn monitor_report(&self, access: &Access) -> Result<MonitorReport, Error> {
        let wanted = |kind: RecordKind| kind == RecordKind::ROOMS_SOURCE || LEAVING_KINDS.contains(&kind);
        let infos = self.records_of(self.unit(), access)?;
        let ids: Vec<_> = infos.iter().filter(|info| info.kind.is_some_and(wanted)).map(|info| info.id).collect();
        let mut records = RoomsRecords::default();
        for some in ids.chunks(AT_ONCE) {
            for opened in self.read_many_fields(some, None, access)? {
                records.add(opened.id, opened.parent.unwrap_or(opened.id), &opened.record)?;
            }
        }
        Ok(MonitorReport::of(&records, self.unit(), self.today()?))
    }

    /// Counts the interviews of months that are over, for those who look after rooms: one row for each month, in the
    /// compartment `rooms`, with no cell of fewer than five. A row that is there is replaced only if at least five
    /// interviews came in since, so that nothing about fewer can be had by subtraction. Returns the rows that were written.
    ///
    /// Reads the interviews of all cases that this member reads, and of those with an interview in one of the months what
    /// belongs to it (phases, breaks, ages, referrals, consents), each logged. Needs the compartment `operations`; what lies
    /// in others and is not readable is left out of the figures.
    ///
    /// # Errors
    /// [`RoomsError::MonthNotOver`]; [`AccessError::NotAllowed`] (logged as denied) for who does not reach the interviews of
    /// the unit; as [`Session::read_many`] and [`Session::create`].
    pub fn count_interviews(&self, months: &[PartialDate], access: &Access) -> Result<Vec<RecordId>, Error> {
        let now = self.now()?;
        if months.iter().any(|month| !is_over(*month, now)) {
            return Err(RoomsError::MonthNotOver.into());
        }
        // Who does not reach the interviews of the unit would count too few.
        self.act(access, Event::Query, &[], |act| match act.keys.role()?.reach(Compartment::Operations) {
            Reach::Unit => Ok(()),
            _ => Err(AccessError::NotAllowed.into()),
        })?;
        let counted = self.counted_for_rooms(months, access)?;
        let known = self.known_months(access)?;
        let mut rows = Vec::new();
        for month in months {
            let row = interview_month(*month, &counted, now);
            match known.iter().find(|known| known.record.month == Some(*month)) {
                Some(known) if may_replace(&known.record, &row) => {
                    rows.push((Some(known.id), replacement(known.record.clone(), row)));
                }
                Some(_) => {}
                None => rows.push((None, row)),
            }
        }
        let unit = self.unit();
        self.act(access, Event::Create, &[], |act| {
            rows.iter()
                .map(|(known, row)| {
                    let mut fields = FieldBuffer::new();
                    row.encode(&mut fields)?;
                    let written = match known {
                        Some(known) => act.amend(InterviewMonth::spec(), *known, &fields)?,
                        None => act.create(InterviewMonth::spec(), Some(unit), &fields)?,
                    };
                    Ok(written.record)
                })
                .collect()
        })
    }

    fn known_months(&self, access: &Access) -> Result<Vec<Opened<InterviewMonth>>, Error> {
        let unit = self.unit();
        let infos = self.records_of(unit, access)?;
        let of_kind = infos.iter().filter(|info| info.kind == Some(RecordKind::INTERVIEW_MONTH));
        let ids: Vec<_> = of_kind.filter(|info| info.parent == Some(unit)).map(|info| info.id).collect();
        self.read_many(&ids, access)
    }

    fn today(&self) -> Result<PartialDate, Error> {
        let day = self.now()?.to_text();
        let refused = |reason| crate::model::ModelError::Field { kind: "planned_action", field: "due_on", reason };
        Ok(PartialDate::parse(day.get(..10).unwrap_or(&day)).map_err(refused)?)
    }
}
