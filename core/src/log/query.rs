//! Asks a log: which of its entries fit, and whether those on one record leave a gap between them.

mod chain;

pub use chain::{ChainReport, Link, RecordChain};

use super::{BundleLog, BundleProblem, Entry, EntryStream, Event, Outcome, ReadFolder, TileError};
use crate::id::{MemberId, RecordId};

/// How an entry ended, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As asked.
    Done,
    /// Refused.
    Denied,
    /// By a fault of the system.
    Failed,
    /// Within an emergency, however it ended.
    BreakGlass,
}

impl Ending {
    /// Whether the entry ended so.
    #[must_use]
    pub fn fits(self, entry: &Entry<'_>) -> bool {
        match self {
            Self::Done => entry.outcome == Outcome::Success && entry.event != Event::Denied,
            Self::Denied => is_denied(entry),
            Self::Failed => matches!(entry.outcome, Outcome::SeriousFailure | Outcome::MajorFailure),
            Self::BreakGlass => {
                let event = matches!(entry.event, Event::BreakGlassStart | Event::BreakGlassStop);
                event || entry.why.as_ref().is_some_and(|why| why.hl7 == "BTG")
            }
        }
    }
}

/// Whether somebody was refused.
#[must_use]
pub fn is_denied(entry: &Entry<'_>) -> bool {
    entry.event == Event::Denied || entry.outcome == Outcome::MinorFailure
}

/// Which entries are asked for: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogQuery {
    /// On this record.
    pub record: Option<RecordId>,
    /// By this member.
    pub actor: Option<MemberId>,
    /// At this time or later, in milliseconds since 1970, UTC.
    pub since: Option<u64>,
    /// Before this time, in milliseconds since 1970, UTC.
    pub until: Option<u64>,
    /// For this purpose: its local code, or the HL7 code above it.
    pub purpose: Option<String>,
    /// Of this kind.
    pub event: Option<Event>,
    /// That ended so.
    pub ending: Option<Ending>,
}

impl LogQuery {
    /// Whether the entry fits all that is given.
    #[must_use]
    pub fn fits(&self, entry: &Entry<'_>) -> bool {
        let why = entry.why.as_ref();
        let purpose = |code: &String| why.is_some_and(|why| why.hl7 == *code || why.local.as_deref() == Some(code));
        self.record.is_none_or(|record| is_on(entry, record))
            && self.actor.is_none_or(|actor| entry.actor.as_ref().is_some_and(|found| found.member == actor))
            && self.since.is_none_or(|since| entry.wall_ms >= since)
            && self.until.is_none_or(|until| entry.wall_ms < until)
            && self.purpose.as_ref().is_none_or(purpose)
            && self.event.is_none_or(|event| entry.event == event)
            && self.ending.is_none_or(|ending| ending.fits(entry))
    }
}

fn is_on(entry: &Entry<'_>, record: RecordId) -> bool {
    entry.what.as_ref().is_some_and(|what| what.record == record)
}

/// What a question found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryReport {
    /// How many entries were read.
    pub read: u64,
    /// How many of them fit.
    pub found: u64,
    /// The chain of the record that was asked for, over all its entries.
    pub chain: Option<ChainReport>,
}

/// Reads the entries of a log that ends so and shows those that fit, in order; for a question about one record with their
/// links. Memory does not grow with the number of entries. What is shown is as good as the end: verify the bundle before
/// ([`super::verify_bundle`]). `folder` is that of the log, [`BundleLog::folder`].
///
/// # Errors
/// [`BundleProblem::Entry`], [`BundleProblem::Tiles`] for entries that cannot be read, [`BundleProblem::Root`] if they do
/// not lead to that end (hash tiles are not needed, and not judged again); what `show` says.
pub fn query_log<E: From<BundleProblem>>(
    folder: &impl ReadFolder,
    end: &BundleLog,
    query: &LogQuery,
    mut show: impl FnMut(&Entry<'_>, Option<Link>) -> Result<(), E>,
) -> Result<QueryReport, E> {
    let mut chain = query.record.map(RecordChain::new);
    let (mut read, mut found) = (0, 0);
    each_entry::<E>(folder, end, |entry| {
        read += 1;
        let link = chain.as_mut().and_then(|chain| chain.read(entry));
        if query.fits(entry) {
            found += 1;
            show(entry, link)?;
        }
        Ok(())
    })?;
    Ok(QueryReport { read, found, chain: chain.map(RecordChain::report) })
}

/// Shows every entry of a log that ends so, in order. Memory does not grow with their number.
///
/// # Errors
/// As [`query_log`].
pub fn each_entry<E: From<BundleProblem>>(
    folder: &impl ReadFolder,
    end: &BundleLog,
    mut show: impl FnMut(&Entry<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut stream = EntryStream::new(folder, end.size).map_err(BundleProblem::from)?;
    let mut before: Option<TileError> = None;
    loop {
        match stream.next_entry() {
            Ok(None) => break,
            Ok(Some(streamed)) => {
                let index = streamed.index;
                let entry = Entry::decode(streamed.bytes).map_err(|error| BundleProblem::Entry { index, error })?;
                if entry.seq != index {
                    return Err(BundleProblem::Sequence { index }.into());
                }
                show(&entry)?;
            }
            // The same error again: the stream has no more to give.
            Err(error) if before.as_ref() == Some(&error) => return Err(BundleProblem::from(error).into()),
            Err(error) => before = Some(error),
        }
    }
    if stream.frontier().root() == end.root { Ok(()) } else { Err(BundleProblem::Root.into()) }
}

#[cfg(test)]
mod tests;
