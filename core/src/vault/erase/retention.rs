//! Which cases have been kept long enough. Nothing is erased by itself: people decide, with a ground that names the rule.

use crate::access::Access;
use crate::access::policy::{Action, Day, RetentionCase, last_day};
use crate::id::{RecordId, ScopeId};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::records::{Case, Child};
use crate::model::{FieldBuffer, FieldNumber, PartialDate, Record, RecordKind, RecordSpec, Timestamp, Value};
use crate::seal::OpenedGroup;
use crate::store::HeadRow;
use crate::vault::act::Act;
use crate::vault::groups::Groups;
use crate::vault::write::prefix_bounds;
use crate::vault::{Error, IntegrityError, Session};

/// Codes of `case_status` of cases that nobody works on any more.
const ENDED: [&str; 3] = ["closed", "transferred", "duplicate"];

/// A case whose retention period has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureDue {
    /// The case.
    pub case: RecordId,
    /// The rule of the access-policy, by name.
    pub rule: String,
    /// The last day on which it is kept.
    pub keep_until: PartialDate,
}

/// What is due, and what could not be said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasuresDue {
    /// Cases whose period has ended, the longest overdue first.
    pub due: Vec<ErasureDue>,
    /// Cases whose period has ended and that are on legal hold.
    pub on_hold: u64,
    /// Ended cases of which this member cannot see what the rules need, or whose day of closing is not recorded.
    pub undecided: u64,
}

/// What the rules need of a case.
#[derive(Default)]
struct Facts {
    ended: bool,
    closed_on: Option<PartialDate>,
    erase_after: Option<PartialDate>,
    harm: Vec<String>,
    outcome: Option<String>,
}

impl Session {
    /// The cases of this member's unit whose retention period has ended at `now` (milliseconds since 1970, UTC). Only the
    /// fields that the rules need are opened, in here; no value leaves. Logged as a query. Never erases anything.
    ///
    /// # Errors
    /// [`crate::access::AccessError::NotAllowed`] without the right to erase, [`IntegrityError`].
    pub fn due_for_erasure(&self, now: u64, access: &Access) -> Result<ErasuresDue, Error> {
        let today = day_of(now);
        self.act(access, Event::Query, &[], |act| {
            act.demand(Action::Erase)?;
            act.keys.state.verify_all(act.rows)?;
            let mut cases = Vec::new();
            act.rows.each_head([0; 16], [0xFF; 16], |head| {
                if head.kind == RecordKind::CASE.number() {
                    cases.push(head);
                }
            })?;
            let mut found = ErasuresDue::default();
            for case in cases {
                let erased = act.keys.roster.erased_since(case.scope).is_some();
                if !erased && act.unit_of(&case)? == act.keys.unit() {
                    act.judge(&case, today, &mut found)?;
                }
            }
            found.due.sort_by_key(|due| (last_day(due.keep_until), due.case));
            let detail = Detail::of(DetailKey::COUNT, found.due.len() as u64);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(found)
        })
    }
}

impl Act<'_> {
    fn judge(&mut self, case: &HeadRow, today: Day, found: &mut ErasuresDue) -> Result<(), Error> {
        let facts = self.facts(case)?;
        if !facts.ended {
            return Ok(());
        }
        let Some((rule, keep_until)) = self.decide(case.scope, &facts)? else {
            found.undecided += 1;
            return Ok(());
        };
        if last_day(keep_until) >= today {
            return Ok(());
        }
        if self.case_circle(case.scope)?.is_on_legal_hold() {
            found.on_hold += 1;
        } else {
            found.due.push(ErasureDue { case: case.record, rule, keep_until });
        }
        Ok(())
    }

    /// The rule for a case and the last day on which it is kept; a day that was recorded for it counts if it is later.
    fn decide(&mut self, scope: ScopeId, facts: &Facts) -> Result<Option<(String, PartialDate)>, Error> {
        let Some(closed_on) = facts.closed_on else { return Ok(None) };
        let harm: Vec<&str> = facts.harm.iter().map(String::as_str).collect();
        let youngest_born = self.youngest_born(scope)?;
        let case = RetentionCase { harm: &harm, outcome: facts.outcome.as_deref(), closed_on, youngest_born };
        let rules = self.keys.roster.policy().retention_rules();
        let rule = rules.rule_for(&case);
        let until = rule.and_then(|rule| Some((rule.name.clone(), rules.keep_until(rule, &case)?)));
        Ok(until.map(|(rule, until)| (rule, facts.erase_after.map_or(until, |recorded| later(recorded, until)))))
    }

    fn facts(&mut self, case: &HeadRow) -> Result<Facts, Error> {
        let names = ["status", "closed_on", "erase_after", "harm_forms", "legal_outcome"];
        let mut facts = Facts::default();
        for (name, value) in self.open_named(case, Case::spec(), &names)? {
            match (name, value) {
                ("status", Value::Code(code)) => facts.ended = ENDED.contains(&code.as_str()),
                ("closed_on", Value::Date(date)) => facts.closed_on = Some(date),
                ("erase_after", Value::Date(date)) => facts.erase_after = Some(date),
                ("legal_outcome", Value::Code(code)) => facts.outcome = Some(code.as_str().to_owned()),
                ("harm_forms", Value::List(codes)) => {
                    facts.harm.extend(codes.into_iter().filter_map(|code| match code {
                        Value::Code(code) => Some(code.as_str().to_owned()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        Ok(facts)
    }

    /// The latest day of birth of the case's children; none if that of one of them is not known.
    fn youngest_born(&mut self, scope: ScopeId) -> Result<Option<PartialDate>, Error> {
        let (first, last) = prefix_bounds(scope);
        let mut children = Vec::new();
        self.rows.each_head(first, last, |head| {
            if head.scope == scope && head.kind == RecordKind::CHILD.number() {
                children.push(head);
            }
        })?;
        let mut youngest = None;
        for child in children {
            let born = self.open_named(&child, Child::spec(), &["date_of_birth"])?.pop();
            let Some((_, Value::Date(born))) = born else { return Ok(None) };
            youngest = Some(youngest.map_or(born, |other| later(other, born)));
        }
        Ok(youngest)
    }

    /// Opens some fields of the current revision, as far as this member may read them. They stay in here.
    fn open_named(
        &mut self,
        head: &HeadRow,
        spec: &'static RecordSpec,
        names: &[&'static str],
    ) -> Result<Vec<(&'static str, Value)>, Error> {
        let revision = self.verify_current(head)?;
        let unit = self.unit_of(head)?;
        let readable = self.readable(head.scope, unit)?;
        let keys = self.keys.scope_keys(self.rows, head.scope)?;
        let fields: Vec<_> = names.iter().filter_map(|name| spec.field_named(name)).collect();
        let wanted = |number: u64| fields.iter().any(|field| field.number.get() == number);
        let mut buffer = FieldBuffer::with_capacity(256);
        buffer.append_unordered(|out, add| {
            for group in Groups::new(&revision.row.groups) {
                let group = group?;
                let key = keys.by_ordinal(group.ordinal).ok_or(IntegrityError::Head)?;
                let Some((compartment, generation, data_key)) = &key.opened else { continue };
                let asked = fields.iter().any(|field| field.compartment == *compartment);
                if !asked || !readable.contains(*compartment) {
                    continue;
                }
                let parts = revision.parts.of_group(&group);
                let context = parts.group_context(compartment.number(), *generation, key.commitment);
                let mut opened = OpenedGroup::open(data_key.secret(), &context, group.sealed)?;
                opened.open_fields(group.sealed, out, wanted, &mut *add)?;
            }
            Ok::<_, Error>(())
        })?;
        let mut values = Vec::new();
        for field in fields {
            let number: FieldNumber = field.number;
            if let Some(bytes) = buffer.get(number) {
                let value = Value::decode_field(field, bytes).map_err(|_| IntegrityError::Head)?;
                values.push((field.name, value));
            }
        }
        Ok(values)
    }
}

/// The day of a moment, in UTC; for a clock that shows none, one before all dates: nothing is due then.
fn day_of(now: u64) -> Day {
    let moment = i64::try_from(now).ok().and_then(|now| Timestamp::from_milliseconds(now).ok());
    let text = moment.map(|moment| moment.to_text());
    let day = text.as_deref().and_then(|text| PartialDate::parse(text.get(..10)?).ok());
    day.map_or((0, 1, 1), last_day)
}

fn later(one: PartialDate, other: PartialDate) -> PartialDate {
    if last_day(one) >= last_day(other) { one } else { other }
}
