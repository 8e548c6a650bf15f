//! The chain of one record: each entry names the index of the one before it on the same record, so that between two
//! entries which are proven there is room for no third.

use super::is_on;
use crate::id::RecordId;
use crate::log::{Entry, Event, Outcome};

/// How an entry hangs together with those before it on its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is the first that can be linked to.
    First,
    /// It names the one before it, and that is the one before it.
    Linked,
    /// It names none: a refusal, a question, an export. If the first entry that joins names an export, this one was the
    /// beginning of the chain, and [`ChainReport::first`] says so.
    CannotJoin,
    /// It should name the one before it, and names none or another. No honest device writes such an entry.
    Broken,
}

/// How many entries are remembered that may turn out to be the beginning. An honest chain begins with one of the first.
const MAX_BEGINNINGS: usize = 1 << 16;

/// Follows the entries on one record.
#[derive(Debug, Clone)]
pub struct RecordChain {
    record: RecordId,
    newest: Option<u64>,
    /// While nothing has joined: entries that name none and that the first to join may name, in order.
    beginnings: Vec<u64>,
    report: ChainReport,
}

/// What following them showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChainReport {
    /// Index of the first entry of the chain.
    pub first: Option<u64>,
    /// Index of the last one.
    pub last: Option<u64>,
    /// How many entries are in it.
    pub joined: u64,
    /// How many refusals could not join.
    pub denied: u64,
    /// How many other entries could not join: questions, exports of many, faults.
    pub others: u64,
    /// How many break it.
    pub broken: u64,
    /// Index of the first that breaks it.
    pub first_broken: Option<u64>,
}

impl ChainReport {
    /// Whether the chain shows that no access lies between two of its entries.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.broken == 0
    }
}

impl RecordChain {
    /// Begins to follow the entries on this record.
    #[must_use]
    pub fn new(record: RecordId) -> Self {
        Self { record, newest: None, beginnings: Vec::new(), report: ChainReport::default() }
    }

    /// Reads the next entry of the log; how it hangs together, if it is on the record.
    pub fn read(&mut self, entry: &Entry<'_>) -> Option<Link> {
        let link = is_on(entry, self.record).then(|| self.link(entry))?;
        if link == Link::CannotJoin {
            self.remember(entry);
        }
        let report = &mut self.report;
        match link {
            Link::CannotJoin if super::is_denied(entry) => report.denied += 1,
            Link::CannotJoin => report.others += 1,
            Link::First | Link::Linked | Link::Broken => {
                report.joined += 1;
                report.first = report.first.or(Some(entry.seq));
                report.last = Some(entry.seq);
                self.newest = Some(entry.seq);
            }
        }
        if link == Link::Broken {
            report.broken += 1;
            report.first_broken = report.first_broken.or(Some(entry.seq));
        }
        Some(link)
    }

    /// What was shown so far.
    #[must_use]
    pub fn report(self) -> ChainReport {
        self.report
    }

    fn link(&mut self, entry: &Entry<'_>) -> Link {
        let previous = entry.what.as_ref().and_then(|what| what.previous);
        if let (Some(previous), None) = (previous, self.newest)
            && self.beginnings.binary_search(&previous).is_ok()
        {
            self.begin_with(previous);
        }
        match (previous, self.newest) {
            (None, _) if !joins(entry) => Link::CannotJoin,
            (None, None) => Link::First,
            (Some(previous), Some(newest)) if previous == newest => Link::Linked,
            _ => Link::Broken,
        }
    }

    /// On a new device the first act on a record that came along may be an export: what it would name lies in the log of the
    /// device before, so it names none, and the next entry names it.
    fn remember(&mut self, entry: &Entry<'_>) {
        let rising = self.beginnings.last().is_none_or(|last| *last < entry.seq);
        if self.newest.is_none() && begins(entry) && rising && self.beginnings.len() < MAX_BEGINNINGS {
            self.beginnings.push(entry.seq);
        }
    }

    fn begin_with(&mut self, first: u64) {
        self.newest = Some(first);
        self.beginnings.clear();
        self.report.first = Some(first);
        self.report.joined += 1;
        self.report.others -= 1;
    }
}

/// Whether a chain may begin with an entry of this kind that names none, and is not of those that always join.
fn begins(entry: &Entry<'_>) -> bool {
    matches!(entry.event, Event::Export | Event::Unusual | Event::Review) && entry.outcome == Outcome::Success
}

/// Whether entries of this kind name the one before them. A refusal does not: who is refused learns nothing of the record,
/// and the vault does not touch it.
fn joins(entry: &Entry<'_>) -> bool {
    let event = matches!(
        entry.event,
        Event::Read
            | Event::Create
            | Event::Update
            | Event::Delete
            | Event::Erasure
            | Event::BreakGlassStart
            | Event::BreakGlassStop
            | Event::PermissionChange
    );
    event && entry.outcome == Outcome::Success
}
