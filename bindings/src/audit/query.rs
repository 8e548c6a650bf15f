//! Questions to a bundle, which is verified first: what is not accepted by the trust policy answers nothing.

use std::path::Path;
use std::sync::Arc;

use saferoom::log::{
    BundleLog, BundleProblem, BundleReport, ChainReport, DeviceList, DiskFolder, Ending, Event, LogQuery, ReadFolder,
    query_log,
};

use super::entry::LogEntry;
use crate::bundle::{BundleProgress, VerifiedBundle, verified};
use crate::error::SaferoomError;

/// The longest list of devices, in bytes; the verification says so if it is longer.
const MAX_DEVICES: usize = 1 << 20;

/// How an entry ended, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogEnding {
    /// As asked.
    Done,
    /// Refused.
    Denied,
    /// By a fault of the system.
    Failed,
    /// Within an emergency, however it ended.
    BreakGlass,
}

/// Which entries are asked for: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogQuestion {
    /// On this record: then the answer also says whether its chain is whole.
    pub record: Option<String>,
    /// By this member.
    pub member: Option<String>,
    /// At this time or later, in milliseconds since 1970, UTC.
    pub since: Option<u64>,
    /// Before this time.
    pub until: Option<u64>,
    /// For this purpose: its local code, or the HL7 code above it.
    pub purpose: Option<String>,
    /// Of the event with this code.
    pub event: Option<u16>,
    /// That ended so.
    pub ending: Option<LogEnding>,
}

/// What following the entries on one record showed, in one log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordChainReport {
    /// Number of the log, if it is not the one that is being kept.
    pub log: Option<u64>,
    /// Whether no read and no write of the record lies between two of its entries.
    pub whole: bool,
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
    /// Index of the first that breaks it.
    pub first_broken: Option<u64>,
}

/// What a question to a bundle found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BundleAnswers {
    /// The verification. Nothing is answered unless it was accepted.
    pub verified: VerifiedBundle,
    /// How many entries were looked at.
    pub read: u64,
    /// How many of them fit.
    pub found: u64,
    /// Those that fit, in the order of the logs: so many as were asked for, after those that were skipped.
    pub entries: Vec<LogEntry>,
    /// For a question about one record: its chain in each log.
    pub chains: Vec<RecordChainReport>,
}

/// Asks a bundle, which is verified first by a trust policy (see `verify_bundle`). Of the entries that fit, `skip` are left out
/// and `most` are answered.
///
/// # Errors
/// The policy or an id is malformed; an entry cannot be read.
#[uniffi::export]
#[allow(clippy::too_many_arguments)]
pub fn query_bundle(
    folder: String,
    trust_policy: &[u8],
    kept: &[Vec<u8>],
    now: u64,
    question: LogQuestion,
    skip: u64,
    most: u64,
    progress: Option<Arc<dyn BundleProgress>>,
) -> Result<BundleAnswers, SaferoomError> {
    let query = question.into_query()?;
    let (report, verified) = verified(&folder, trust_policy, kept, now, progress.as_ref(), |_| ())?;
    let mut answers = BundleAnswers { verified, read: 0, found: 0, entries: Vec::new(), chains: Vec::new() };
    if !answers.verified.accepted {
        return Ok(answers);
    }
    for (log, within) in logs(&folder, &report) {
        let found = query_log::<BundleProblem>(&within, &log, &query, |entry, link| {
            answers.found += 1;
            if answers.found > skip && (answers.entries.len() as u64) < most {
                answers.entries.push(LogEntry::of(entry, log.number, link, None));
            }
            Ok(())
        });
        let found = found.map_err(|problem| SaferoomError::of(&problem))?;
        answers.read += found.read;
        answers.chains.extend(found.chain.map(|chain| RecordChainReport::of(log.number, &chain)));
    }
    Ok(answers)
}

/// The logs of a bundle, each with its folder: those of earlier devices, and last the one that is being kept.
fn logs(path: &str, report: &BundleReport) -> Vec<(BundleLog, DiskFolder)> {
    let path = Path::new(path);
    let folder = DiskFolder::new(path);
    let devices = folder.read("devices", MAX_DEVICES).ok().and_then(|bytes| DeviceList::parse(&bytes).ok());
    let within = |log: BundleLog| {
        let folder = log.folder().map_or_else(|| folder.clone(), |name| DiskFolder::new(path.join(name)));
        (log, folder)
    };
    let all = report.checkpoint().map(|newest| BundleLog::all(devices.as_ref(), newest)).unwrap_or_default();
    all.into_iter().map(within).collect()
}

impl LogQuestion {
    fn into_query(self) -> Result<LogQuery, SaferoomError> {
        Ok(LogQuery {
            record: self.record.map(|id| id.parse()).transpose()?,
            actor: self.member.map(|id| id.parse()).transpose()?,
            since: self.since,
            until: self.until,
            purpose: self.purpose,
            event: self.event.map(Event::from_code),
            ending: self.ending.map(Ending::from),
        })
    }
}

impl RecordChainReport {
    fn of(log: Option<u64>, chain: &ChainReport) -> Self {
        Self {
            log,
            whole: chain.is_whole(),
            first: chain.first,
            last: chain.last,
            joined: chain.joined,
            denied: chain.denied,
            others: chain.others,
            first_broken: chain.first_broken,
        }
    }
}

impl From<LogEnding> for Ending {
    fn from(ending: LogEnding) -> Self {
        match ending {
            LogEnding::Done => Self::Done,
            LogEnding::Denied => Self::Denied,
            LogEnding::Failed => Self::Failed,
            LogEnding::BreakGlass => Self::BreakGlass,
        }
    }
}
