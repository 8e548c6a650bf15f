//! Which child of a case a record is about, by where it stands: below a child, or beside the children.

use std::collections::BTreeMap;

use super::RecordInfo;
use crate::id::RecordId;
use crate::model::RecordKind;

/// Kinds that are about one child. Where one stands beside several children, nobody knows about which.
const OF_ONE_CHILD: [RecordKind; 3] = [RecordKind::CONSENT, RecordKind::INTERVIEW, RecordKind::REFERRAL];

/// Whom a record of a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// This child: it is the child's record or stands below it, or no other child is in the case.
    Child(RecordId),
    /// The case, which has several children, or none.
    Case,
    /// One of several children, and it does not say which.
    Unsaid,
}

/// The records of a case by the children that they are about.
pub(super) struct ByChild {
    records: BTreeMap<RecordId, (Option<RecordKind>, Option<RecordId>)>,
    only: Option<RecordId>,
    several: bool,
}

impl ByChild {
    pub(super) fn of(records: &[RecordInfo]) -> Self {
        let mut children = records.iter().filter(|info| info.kind == Some(RecordKind::CHILD)).map(|info| info.id);
        let (first, second) = (children.next(), children.next());
        Self {
            records: records.iter().map(|info| (info.id, (info.kind, info.parent))).collect(),
            only: first.filter(|_| second.is_none()),
            several: second.is_some(),
        }
    }

    /// Whether this is a child of the case.
    pub(super) fn is_child(&self, id: RecordId) -> bool {
        self.records.get(&id).is_some_and(|(kind, _)| *kind == Some(RecordKind::CHILD))
    }

    pub(super) fn about(&self, id: RecordId) -> About {
        let mut unsaid = false;
        let mut at = Some(id);
        while let Some((here, (kind, parent))) = at.and_then(|at| Some((at, self.records.get(&at)?))) {
            if *kind == Some(RecordKind::CHILD) {
                return About::Child(here);
            }
            unsaid |= kind.is_some_and(|kind| OF_ONE_CHILD.contains(&kind));
            at = parent.filter(|parent| *parent != here);
        }
        match self.only {
            Some(child) => About::Child(child),
            None if self.several && unsaid => About::Unsaid,
            None => About::Case,
        }
    }
}
