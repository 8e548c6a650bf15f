//! What was written since somebody last asked, by whichever session or process: kinds and ids, for a host that shows lists.

use std::collections::BTreeSet;

use super::session::info_of;
use super::{Error, RecordInfo, Session};

/// The most revisions that one answer looks at.
const MOST: u32 = 10_000;

/// Where somebody stopped reading what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeMark(i64);

/// What was written since a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Where to go on.
    pub mark: ChangeMark,
    /// The records that were made or amended, each once, in the order of their last change.
    pub records: Vec<RecordInfo>,
    /// Whether there is more: ask again with the mark.
    pub more: bool,
}

impl Session {
    /// Where the vault stands now: what is written from now on is a change after it.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn change_mark(&self) -> Result<ChangeMark, Error> {
        self.look(|act| Ok(ChangeMark(act.rows.newest_revision()?)))
    }

    /// The records that were written since a mark, as [`info`](Self::info) shows them. Asking does not count as using the
    /// session: one that nobody uses locks itself, whoever listens.
    ///
    /// # Errors
    /// [`Error::Locked`], also if the session has been idle for too long by now; [`super::IntegrityError`].
    pub fn changes_since(&self, mark: ChangeMark) -> Result<Changes, Error> {
        self.overhear(|act| {
            let mut written = act.rows.revisions_after(mark.0, MOST)?;
            let more = written.len() == MOST as usize;
            let mark = written.last().map_or(mark, |(row, _)| ChangeMark(*row));
            // The last change of each counts.
            let mut seen = BTreeSet::new();
            written.reverse();
            written.retain(|(_, record)| seen.insert(*record));
            written.reverse();
            let records = written.iter().map(|(_, record)| Ok(info_of(&act.head(*record)?)));
            Ok(Changes { mark, records: records.collect::<Result<_, Error>>()?, more })
        })
    }
}
