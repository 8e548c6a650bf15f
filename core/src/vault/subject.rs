//! The subject's view: what is held about a child, who saw it and why, with whom it was shared.
//!
//! An act of two people. Who reads the log cuts the entries about the child's records out of it and seals them to a member who
//! works on the case: the slice. That member joins it with what they can open: the report. Neither could make it alone: one
//! has no key to the child's data, the other none to the log. Both acts stand in the log.
//!
//! Of other people nothing is shown. Records about others (an alleged offender, a guardian, who took part in an interview,
//! another child of the case) are named by their kind only, and so is what stands beside several children and may be about
//! any; accesses to another child's records are that child's. Free text may name anybody, so it is said to be there and is
//! not repeated; staff stand with role and unit, not with their names.

pub(super) mod slice;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use self::slice::Slice;
use super::act::Act;
use super::by_child::{About, ByChild};
use super::session::info_of;
use super::{Error, IntegrityError, RecordInfo, Session};
use crate::access::policy::{Action, FOUNDER};
use crate::access::{Access, AccessError, CaseGrant};
use crate::id::{MemberId, RecordId, ScopeId};
use crate::log::{Detail, DetailKey, Entry, Event, Outcome};
use crate::model::{FieldClass, FieldSpec, RecordKind, Value};
use crate::store::HeadRow;

/// What is held about a child, and who saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct SubjectReport {
    /// The child's record.
    pub child: RecordId,
    /// Who cut the entries out of the log.
    pub slice_by: MemberId,
    /// When: milliseconds since 1970, UTC.
    pub slice_at: u64,
    /// The records of the case.
    pub held: Vec<HeldRecord>,
    /// Every access that the log has, oldest first.
    pub accesses: Vec<SubjectAccess>,
    /// Who works on the case, and with whom what is shared.
    pub grants: Vec<CaseGrant>,
}

/// A record that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldRecord {
    /// The record.
    pub id: RecordId,
    /// Its kind.
    pub kind: RecordKind,
    /// Whether it is about the child; of others no value is shown.
    pub about_the_child: bool,
    /// Its fields that have a value.
    pub fields: Vec<HeldField>,
    /// How many compartments this member could not open.
    pub withheld: usize,
}

/// A field that has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldField {
    /// The field.
    pub field: &'static FieldSpec,
    /// Its value; none where it may be about somebody else.
    pub value: Option<Value>,
}

/// An access to one of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectAccess {
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub at: u64,
    /// What was done.
    pub event: Event,
    /// How it ended.
    pub outcome: Outcome,
    /// The kind of record; none for one that this release does not know.
    pub kind: Option<RecordKind>,
    /// In which role, if a member did it.
    pub role: Option<String>,
    /// For which unit.
    pub unit: Option<ScopeId>,
    /// For which purpose: the local code, or that of HL7.
    pub purpose: Option<String>,
    /// How many fields were concerned.
    pub fields: usize,
}

impl Session {
    /// Cuts the entries about a child and its case out of all logs of the vault, sealed to a member who works on the case.
    /// An act of one who reads the log and whom the access-policy names as the second person for a subject's report.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::NoKey`] without the oversight circle, [`AccessError::NoSuchMember`];
    /// logged as denied. [`Error::NoSuchRecord`], [`IntegrityError`].
    pub fn subject_slice(&self, child: RecordId, to: MemberId, access: &Access) -> Result<Vec<u8>, Error> {
        let about = [(child, RecordKind::CHILD.number())];
        self.act(access, Event::Export, &about, |act| {
            act.demand(Action::ReadLog)?;
            act.demand_second_person(to)?;
            let head = act.child_head(child)?;
            let slice = act.seal_slice(&head, to)?;
            let detail = Detail::of(DetailKey::MEMBER, &to.as_bytes()[..]);
            act.log_about(Event::Export, &head, detail)?;
            Ok(slice)
        })
    }

    /// Joins a slice with what this member can open of the case. Each record is logged as read, the report as an export.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied), also if one person made both; [`Error::SubjectSlice`] if the slice is
    /// for somebody else, of another child, or was changed.
    pub fn subject_report(&self, child: RecordId, slice: &[u8], access: &Access) -> Result<SubjectReport, Error> {
        let about = [(child, RecordKind::CHILD.number())];
        let (mut report, ids) = self.act(access, Event::Export, &about, |act| {
            act.demand(Action::SubjectReport)?;
            let head = act.child_head(child)?;
            let report = act.open_slice(&head, slice)?;
            let ids = act.case_records(head.scope)?;
            act.log_about(Event::Export, &head, Detail::of(DetailKey::COUNT, report.accesses.len() as u64))?;
            Ok((report, ids))
        })?;
        report.held = self.readable_records(child, &ids, access)?;
        Ok(report)
    }

    fn readable_records(
        &self,
        child: RecordId,
        records: &[RecordInfo],
        access: &Access,
    ) -> Result<Vec<HeldRecord>, Error> {
        let by_child = ByChild::of(records);
        let mut held = Vec::new();
        for RecordInfo { id, kind, .. } in records {
            let Some(kind) = *kind else { continue };
            let empty = HeldRecord { id: *id, kind, about_the_child: false, fields: Vec::new(), withheld: 0 };
            if !speaks_of_a_child(kind) || by_child.about(*id) != About::Child(child) {
                held.push(empty);
                continue;
            }
            match self.read_fields(*id, None, access) {
                Ok(opened) => held.push(HeldRecord {
                    about_the_child: true,
                    fields: opened.record.iter().map(|(field, value)| shown(field, value)).collect(),
                    withheld: opened.withheld.len(),
                    ..empty
                }),
                Err(Error::Access(AccessError::NoKey { .. })) => {
                    held.push(HeldRecord { about_the_child: true, withheld: 1, ..empty });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(held)
    }
}

impl Act<'_> {
    /// The second person of a subject's report: by role, and not the one who makes the report.
    fn demand_second_person(&self, to: MemberId) -> Result<(), Error> {
        let me = self.keys.member.member;
        let policy = self.keys.roster.policy();
        let named =
            policy.second_person(Action::SubjectReport).iter().any(|role| role.as_str() == self.keys.role_name());
        let other = self.keys.roster.role(to).ok_or(AccessError::NoSuchMember)?;
        if me != to && (named || self.keys.role_name() == FOUNDER) && other.may(Action::SubjectReport) {
            return Ok(());
        }
        Err(AccessError::NotAllowed.into())
    }

    fn child_head(&mut self, child: RecordId) -> Result<HeadRow, Error> {
        let head = self.head(child)?;
        if head.kind == RecordKind::CHILD.number() { Ok(head) } else { Err(Error::NoSuchRecord) }
    }

    /// The records of a case that this release knows.
    fn case_records(&mut self, scope: ScopeId) -> Result<Vec<RecordInfo>, Error> {
        let (first, last) = super::write::prefix_bounds(scope);
        let mut records = Vec::new();
        self.rows.each_head(first, last, |row| {
            if row.scope == scope && RecordKind::from_number(row.kind).is_some() {
                records.push(info_of(&row));
            }
        })?;
        records.sort_unstable_by_key(|info| (info.kind.map(RecordKind::number), info.id));
        Ok(records)
    }

    fn seal_slice(&mut self, head: &HeadRow, to: MemberId) -> Result<Vec<u8>, Error> {
        let all = self.case_records(head.scope)?;
        let by_child = ByChild::of(&all);
        let of_another = |id: RecordId| matches!(by_child.about(id), About::Child(other) if other != head.record);
        let records: HashSet<_> = all.iter().map(|info| info.id).filter(|id| !of_another(*id)).collect();
        let mut entries: Vec<Vec<u8>> = Vec::new();
        for log in 0..self.keys.roster.logs().len() {
            self.each_log_entry(log, 0, u64::MAX, |logged| {
                if logged.entry.what.as_ref().is_some_and(|what| records.contains(&what.record)) {
                    let mut bytes = Vec::new();
                    logged.entry.encode_into(&mut bytes)?;
                    entries.push(bytes);
                }
                Ok(())
            })?;
        }
        let slice = Slice { child: head.record, by: self.keys.member.member, at: self.wall(), entries };
        // To every device of the member; the report is made on one of them.
        let member = self.keys.roster.member(to).ok_or(AccessError::NoSuchMember)?;
        Ok(slice.seal(self.keys.file.vault, member.active_identities())?)
    }

    fn open_slice(&mut self, head: &HeadRow, slice: &[u8]) -> Result<SubjectReport, Error> {
        let opened = Slice::open(self.keys.file.vault, head.record, self.keys.circles.own(), slice);
        let Slice { child, by, at, entries } = opened.ok_or(Error::SubjectSlice)?;
        if by == self.keys.member.member {
            return Err(AccessError::NotAllowed.into());
        }
        let accesses = entries.iter().map(|bytes| access_of(bytes)).collect::<Result<_, _>>()?;
        let grants = self.case_circle(head.scope)?.current().copied().collect();
        Ok(SubjectReport { child, slice_by: by, slice_at: at, held: Vec::new(), accesses, grants })
    }
}

pub(super) fn access_of(bytes: &[u8]) -> Result<SubjectAccess, Error> {
    let entry = Entry::decode(bytes).map_err(|_| IntegrityError::Entry)?;
    let purpose = entry.why.as_ref().map(|why| why.local.as_ref().unwrap_or(&why.hl7).to_string());
    let kind = entry.what.as_ref().and_then(|what| u16::try_from(what.kind).ok()).and_then(RecordKind::from_number);
    Ok(SubjectAccess {
        at: entry.wall_ms,
        event: entry.event,
        outcome: entry.outcome,
        kind,
        role: entry.actor.as_ref().map(|actor| Cow::clone(&actor.role).into_owned()),
        unit: entry.actor.as_ref().map(|actor| actor.unit),
        purpose,
        fields: entry.what.as_ref().map_or(0, |what| what.fields.len()),
    })
}

/// Kinds that speak of a child alone. Every other kind may speak of somebody else, or of the work.
fn speaks_of_a_child(kind: RecordKind) -> bool {
    [RecordKind::CHILD, RecordKind::FUNCTIONING, RecordKind::REFERRAL, RecordKind::CONSENT].contains(&kind)
}

/// A field as the report shows it. Free text may name anybody, and ids name other records.
fn shown(field: &'static FieldSpec, value: &Value) -> HeldField {
    let of_others = field.class == FieldClass::Narrative || holds_id(value);
    HeldField { field, value: (!of_others).then(|| value.clone()) }
}

fn holds_id(value: &Value) -> bool {
    match value {
        Value::Id(_) => true,
        Value::List(items) => items.iter().any(holds_id),
        _ => false,
    }
}

impl SubjectReport {
    /// How often which role had access for which purpose, most often first: what a child is told in a sentence.
    #[must_use]
    pub fn summary(&self) -> Vec<((String, String), usize)> {
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        let reads = self.accesses.iter().filter(|access| access.event == Event::Read);
        for access in reads {
            let (role, purpose) = (access.role.clone().unwrap_or_default(), access.purpose.clone().unwrap_or_default());
            *counts.entry((role, purpose)).or_default() += 1;
        }
        let mut summary: Vec<_> = counts.into_iter().collect();
        summary.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        summary
    }
}
