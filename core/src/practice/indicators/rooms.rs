//! Rooms: what visits found, how it changed since the visit before, and what rooms are used for.

use std::collections::BTreeMap;

use super::{SMALLEST_CELL, Share, Table};
use crate::model::records::{PlannedAction, RoomUse, VisitItem};
use crate::model::{PartialDate, code_lists};

/// Score of an item that is all right.
const FULL: u64 = 2;

/// What a visit found, from its items.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct VisitScores {
    /// Points out of those that could be had, by domain of the checklist; items that do not apply are left out.
    pub domains: BTreeMap<String, Share>,
    /// All together.
    pub total: Share,
    /// Critical items with no point, ascending.
    pub critical_failures: Vec<String>,
    /// Items of the checklist that were not looked at.
    pub missing: Vec<String>,
}

/// How a domain changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DomainChange {
    /// The domain.
    pub domain: String,
    /// Before.
    pub before: Share,
    /// Now.
    pub now: Share,
    /// Difference in tenths of a per cent; none if one of them is out of nothing.
    pub change: Option<i64>,
}

/// What rooms were used for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RoomUseFigures {
    /// Uses, by purpose. Small cells of interviews with children are not shown.
    pub purposes: Table,
    /// Interviews of children, by coarse kind of case.
    pub case_types: Table,
    /// Uses in which the equipment worked, of those that say so.
    pub equipment_worked: Share,
    /// Uses for a suspect or as a store, which a room for children is not for.
    pub misuse: u64,
    /// Interviews of children in a room out of those that the records of rooms know of, also held elsewhere.
    pub held_in_room: Option<Share>,
}

/// What became of planned actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct ActionFigures {
    /// Done.
    pub done: u64,
    /// Still to be done.
    pub open: u64,
    /// Of those, overdue.
    pub overdue: u64,
}

/// The scores of a visit by the checklist in use. Of an item that is there twice, the lower score counts.
#[must_use]
pub fn score_visit(items: &[VisitItem]) -> VisitScores {
    score_visit_of(items, None)
}

/// The scores of a visit by a version of the checklist: what was asked only later is not missing. Without one, by the
/// newest.
#[must_use]
pub fn score_visit_of(items: &[VisitItem], version: Option<u64>) -> VisitScores {
    let mut scores: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for item in items {
        let (Some(code), Some(score)) = (&item.item, &item.score) else { continue };
        let score = score.code().as_str().parse::<u64>().ok().map(|score| score.min(FULL));
        let kept = scores.entry(code.code().as_str()).or_insert(score);
        *kept = match (*kept, score) {
            (Some(kept), Some(score)) => Some(kept.min(score)),
            (kept, score) => kept.or(score),
        };
    }
    let mut found = VisitScores::default();
    let Some(checklist) = code_lists().list("checklist_item") else { return found };
    for entry in &checklist.entries {
        let domain = entry.parent.clone().unwrap_or_else(|| entry.code.clone());
        match scores.get(entry.code.as_str()) {
            None if entry.since.zip(version).is_some_and(|(since, version)| since > version) => {}
            None => found.missing.push(entry.code.clone()),
            Some(None) => {}
            Some(Some(points)) => {
                for share in [found.domains.entry(domain).or_default(), &mut found.total] {
                    share.count += points;
                    share.of += FULL;
                }
                if entry.critical && *points == 0 {
                    found.critical_failures.push(entry.code.clone());
                }
            }
        }
    }
    found
}

/// How each domain changed between two rounds.
#[must_use]
pub fn compare_visits(before: &VisitScores, now: &VisitScores) -> Vec<DomainChange> {
    let share = |scores: &VisitScores, domain: &String| scores.domains.get(domain).copied().unwrap_or_default();
    let mut domains: Vec<_> = before.domains.keys().chain(now.domains.keys()).cloned().collect();
    domains.sort();
    domains.dedup();
    let change = |domain: String| {
        let (before, now) = (share(before, &domain), share(now, &domain));
        let tenths = |share: Share| share.tenths().and_then(|tenths| i64::try_from(tenths).ok());
        let change = tenths(now).zip(tenths(before)).map(|(now, before)| now - before);
        DomainChange { domain, before, now, change }
    };
    domains.into_iter().map(change).collect()
}

/// What rooms were used for.
#[must_use]
pub fn room_use_figures(uses: &[RoomUse]) -> RoomUseFigures {
    let purpose = |one: &RoomUse| one.used_for.as_ref().map(|purpose| purpose.code().as_str().to_owned());
    let of_child = |one: &&RoomUse| {
        purpose(one).is_some_and(|purpose| matches!(&purpose[..], "child_victim_interview" | "child_witness_interview"))
    };
    let purposes: Vec<_> = uses.iter().filter_map(purpose).collect();
    let case_types = uses.iter().filter(of_child).filter_map(|one| one.case_type.as_ref());
    let case_types: Vec<_> = case_types.map(|case_type| case_type.code().as_str()).collect();
    // An interview that took place elsewhere stands here as a room that was not used, with the reason.
    let elsewhere = uses.iter().filter(|one| purpose(one).as_deref() == Some("not_used")).count() as u64;
    let held = uses.iter().filter(of_child).count() as u64;
    RoomUseFigures {
        purposes: Table::count(purposes.iter().map(String::as_str), SMALLEST_CELL),
        case_types: Table::count(case_types.into_iter(), SMALLEST_CELL),
        equipment_worked: Share::of(uses.iter().map(|one| one.equipment_worked)),
        misuse: purposes.iter().filter(|purpose| matches!(&purpose[..], "suspect_interview" | "storage")).count()
            as u64,
        held_in_room: Share { count: held, of: held + elsewhere }.guarded(SMALLEST_CELL),
    }
}

/// What became of planned actions, as of a day.
#[must_use]
pub fn action_figures(actions: &[PlannedAction], today: PartialDate) -> ActionFigures {
    let mut figures = ActionFigures::default();
    for action in actions {
        match action.status.as_ref().map(|status| status.code().as_str()) {
            Some("done") => figures.done += 1,
            Some("dropped") => {}
            status => {
                figures.open += 1;
                let due = action.due_on.is_some_and(|due| is_before(due, today));
                figures.overdue += u64::from(due || status == Some("late"));
            }
        }
    }
    figures
}

/// Whether all of a half-known date lies before a day.
pub(super) fn is_before(date: PartialDate, day: PartialDate) -> bool {
    let (date, day) = (date.to_text(), day.to_text());
    let date = date.trim_end_matches('~');
    day.get(..date.len()).is_some_and(|day| date < day)
}
