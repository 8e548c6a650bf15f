//! Verifies a bundle: one pass over the entries of each log, all verdicts side by side. Only where the store and the log
//! differ, a second pass finds out where.

use std::collections::BTreeMap;

use super::heads::StoredHead;
use super::manifest::folder_of_log;
use super::signed::Signed;
use super::subfolder::Subfolder;
use super::writes::Writes;
use super::{BundleProblem, BundleReport, DeviceList};
use crate::log::{
    Checkpoint, Hash, KeyName, NoteKey, Quorum, ReadFolder, StreamedEntry, TrustPolicy, Verdict, WitnessRequest,
};

/// Verifies a bundle by a trust policy that came another way, and against checkpoints that were kept (signed notes).
/// `now` is the present time of the reader, in seconds since 1970.
///
/// Whatever is wrong stands in the report. Memory does not grow with the number of entries.
pub fn verify_bundle(folder: &impl ReadFolder, policy: &TrustPolicy, kept: &[&[u8]], now: u64) -> BundleReport {
    verify_bundle_with(folder, policy, kept, now, |_| ())
}

/// [`verify_bundle`] that shows each entry of the log that is being kept as it is read: for a question, a report. What is
/// shown is proven only once the verification has ended and [`Verdict::Integrity`] has passed.
pub fn verify_bundle_with(
    folder: &impl ReadFolder,
    policy: &TrustPolicy,
    kept: &[&[u8]],
    now: u64,
    mut show: impl FnMut(&StreamedEntry<'_>),
) -> BundleReport {
    verify_bundle_logs(folder, policy, kept, now, |log, entry| {
        if log.is_none() {
            show(entry);
        }
    })
}

/// [`verify_bundle_with`] that shows the entries of all logs, with the number of an earlier log, or none for the one that is
/// being kept; earlier ones first.
pub fn verify_bundle_logs(
    folder: &impl ReadFolder,
    policy: &TrustPolicy,
    kept: &[&[u8]],
    now: u64,
    mut show: impl FnMut(Option<u64>, &StreamedEntry<'_>),
) -> BundleReport {
    let mut verifier = Verifier::new(policy);
    verifier.read_files(folder);
    verifier.judge_freshness(now);
    kept.iter().for_each(|note| verifier.read_kept(note));
    verifier.judge_kept();
    verifier.judge_proofs();
    verifier.has_view = !verifier.views.is_empty();
    verifier.judge_devices();
    for log in verifier.logs() {
        verifier.report.has_log(log.origin.clone());
        verifier.stream(folder, &log, &mut show);
    }
    verifier.judge_writes(folder);
    verifier.judge_view();
    for (_, index) in std::mem::take(&mut verifier.openings).into_keys() {
        verifier.report.fail(Verdict::Openings, BundleProblem::Opening { index });
    }
    verifier.report
}

/// The most bytes of checkpoints that are held in memory.
const MAX_CHECKPOINT_BYTES: usize = 1 << 26;

pub(super) struct Verifier<'p> {
    pub(super) policy: &'p TrustPolicy,
    pub(super) report: BundleReport,
    pub(super) newest: Option<Checkpoint>,
    /// The public key that the newest checkpoint was believed by.
    pub(super) log_key: Option<Vec<u8>>,
    pub(super) quorum: Option<Quorum>,
    /// The cosignatures of the newest checkpoint by believed witnesses, with their times.
    pub(super) cosignatures: Vec<(NoteKey, u64)>,
    /// The place of the last log of which a checkpoint was kept.
    pub(super) kept_of: Option<usize>,
    pub(super) devices: Option<DeviceList>,
    pub(super) openings: BTreeMap<(Option<u64>, u64), Hash>,
    pub(super) proofs: Vec<WitnessRequest>,
    /// The parts of the derived view that are still to be compared.
    pub(super) views: BTreeMap<(Option<u64>, u64), Hash>,
    pub(super) has_view: bool,
    pub(super) writes: Writes,
    /// How many bytes of checkpoints are still taken in.
    pub(super) room: usize,
    pub(super) signed: Vec<Signed>,
}

/// One log of the bundle, and how it has to end.
#[derive(Debug, Clone)]
pub(super) struct LogOfBundle {
    /// Its number; none for the one that is being kept.
    pub(super) number: Option<u64>,
    /// Its place among all.
    pub(super) place: usize,
    pub(super) origin: KeyName,
    pub(super) size: u64,
    pub(super) root: Hash,
}

impl<'p> Verifier<'p> {
    fn new(policy: &'p TrustPolicy) -> Self {
        Self {
            policy,
            report: BundleReport::new(),
            newest: None,
            log_key: None,
            quorum: None,
            cosignatures: Vec::new(),
            kept_of: None,
            devices: None,
            openings: BTreeMap::new(),
            proofs: Vec::new(),
            views: BTreeMap::new(),
            has_view: false,
            writes: Writes::new(),
            room: MAX_CHECKPOINT_BYTES,
            signed: Vec::new(),
        }
    }

    /// The logs in their order: the ones that ended, and last the one that is being kept.
    pub(super) fn logs(&self) -> Vec<LogOfBundle> {
        let listed = self.devices.iter().flat_map(|list| list.devices().iter().enumerate());
        let ended = listed.filter_map(|(place, device)| {
            let (size, root) = device.ended?;
            let origin = device.key.name().clone();
            Some(LogOfBundle { number: Some(place as u64), place, origin, size, root })
        });
        let mut logs: Vec<_> = ended.collect();
        logs.extend(self.newest.as_ref().map(|newest| LogOfBundle {
            number: None,
            place: logs.len(),
            origin: newest.origin().clone(),
            size: newest.size(),
            root: *newest.root(),
        }));
        logs
    }

    /// What needs all entries does not pass on some of them.
    pub(super) fn unread(&mut self, read: u64) {
        use Verdict::{Consistency, Devices, Integrity, Openings, Time, View, Writes};
        for verdict in [Integrity, Consistency, Time, Openings, Devices, Writes, View] {
            self.report.fail(verdict, BundleProblem::Unread { read });
        }
    }
}

/// The tiles of a log.
pub(super) fn prefixed<'f, F: ReadFolder>(folder: &'f F, log: &LogOfBundle) -> Subfolder<&'f F> {
    Subfolder::new(folder, log.number.map(folder_of_log).unwrap_or_default())
}

/// What an entry says was written.
pub(super) fn written(bytes: &[u8]) -> Option<StoredHead> {
    let entry = crate::log::Entry::decode(bytes).ok()?;
    write_of(&entry)
}

/// What an entry says was written.
pub(super) fn write_of(entry: &crate::log::Entry<'_>) -> Option<StoredHead> {
    let what = entry.what.as_ref()?;
    Some(StoredHead { record: what.record, revision: what.revision?, digest: what.head? })
}
