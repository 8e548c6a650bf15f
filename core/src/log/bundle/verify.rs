//! Verifies a bundle: one pass over the entries of each log, all verdicts side by side. Only where the store and the log
//! differ, a second pass finds out where.

use std::collections::BTreeMap;

use super::devices::MAX_DEVICES_LENGTH;
use super::heads::{MAX_PART_LENGTH, StoredHead, read_part};
use super::manifest::{MAX_MANIFEST_LENGTH, folder_of_log};
use super::signed::{Signed, Source};
use super::subfolder::Subfolder;
use super::view;
use super::writes::Writes;
use super::{
    Answer, BundleFile, BundleManifest, BundleProblem, BundleReport, CLOCK_TOLERANCE_SECONDS, DeviceList, LogFile,
};
use crate::log::{
    Checkpoint, Disclosure, EntryStream, Hash, KeyName, MAX_ENTRY_LENGTH, MAX_NOTE_LENGTH, Quorum, ReadFolder,
    StreamedEntry, TrustPolicy, Verdict, WitnessRequest,
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
    if kept.is_empty() {
        verifier.report.instead_of_pass(Verdict::Consistency, Answer::NothingKept);
    }
    verifier.judge_proofs();
    verifier.has_view = !verifier.views.is_empty();
    verifier.judge_devices();
    for log in verifier.logs() {
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
    policy: &'p TrustPolicy,
    pub(super) report: BundleReport,
    newest: Option<Checkpoint>,
    /// The public key that the newest checkpoint was believed by.
    log_key: Option<Vec<u8>>,
    quorum: Option<Quorum>,
    pub(super) devices: Option<DeviceList>,
    pub(super) openings: BTreeMap<(Option<u64>, u64), Hash>,
    proofs: Vec<WitnessRequest>,
    /// The parts of the derived view that are still to be compared.
    pub(super) views: BTreeMap<(Option<u64>, u64), Hash>,
    pub(super) has_view: bool,
    pub(super) writes: Writes,
    /// How many bytes of checkpoints are still taken in.
    room: usize,
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
    fn logs(&self) -> Vec<LogOfBundle> {
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

    /// The manifest and all that it lists. Without a manifest there is still a checkpoint to go by.
    fn read_files(&mut self, folder: &impl ReadFolder) {
        let manifest = folder.read(BundleManifest::NAME, MAX_MANIFEST_LENGTH).map_err(BundleProblem::from);
        let files: Vec<_> = match manifest.and_then(|bytes| BundleManifest::parse(&bytes)) {
            Ok(manifest) => manifest.files().map(|(file, hash)| (file, Some(*hash))).collect(),
            Err(problem) => {
                self.report.fail(Verdict::Integrity, problem);
                vec![(BundleFile::Checkpoint, None)]
            }
        };
        for (file, hash) in files {
            if let (BundleFile::OfLog(log, LogFile::View(part)), Some(hash)) = (file, hash) {
                // Read when its entries are.
                self.views.insert((log, part), hash);
                continue;
            }
            match folder.read(&file.to_string(), self.limit(file)) {
                Ok(bytes) => {
                    if hash.is_some_and(|hash| hash != Hash::of(&bytes)) {
                        self.report.fail(Verdict::Integrity, BundleProblem::FileChanged { name: file.to_string() });
                    }
                    self.read_file(file, &bytes);
                }
                Err(error) => self.report.fail(verdict_of(file), error),
            }
        }
        if self.newest.is_none() {
            self.unread(0);
        }
    }

    fn limit(&self, file: BundleFile) -> usize {
        match file {
            BundleFile::Devices => MAX_DEVICES_LENGTH,
            BundleFile::Heads(_) => MAX_PART_LENGTH,
            BundleFile::OfLog(_, LogFile::Opening(_)) => MAX_ENTRY_LENGTH,
            BundleFile::OfLog(_, LogFile::View(_)) => view::MAX_PART_LENGTH,
            BundleFile::Checkpoint | BundleFile::Consistency(_) | BundleFile::OfLog(_, LogFile::Earlier(_)) => {
                MAX_NOTE_LENGTH.min(self.room)
            }
        }
    }

    fn read_file(&mut self, file: BundleFile, bytes: &[u8]) {
        match file {
            BundleFile::Checkpoint => self.read_newest(bytes),
            BundleFile::Devices => match DeviceList::parse(bytes) {
                Ok(list) => self.devices = Some(list),
                Err(problem) => self.report.fail(Verdict::Devices, problem),
            },
            BundleFile::Heads(part) => {
                let taken = read_part(bytes).and_then(|heads| self.writes.stored(part, &heads));
                if let Err(problem) = taken {
                    self.report.fail(Verdict::Writes, problem);
                }
            }
            BundleFile::Consistency(size) => self.read_proof(size, bytes),
            BundleFile::OfLog(log, LogFile::Earlier(size)) => self.read_earlier(log, size, bytes),
            BundleFile::OfLog(_, LogFile::View(_)) => (),
            BundleFile::OfLog(log, LogFile::Opening(index)) => match Disclosure::decode(bytes) {
                Ok(disclosure) if disclosure.label() == "reason" => {
                    self.openings.insert((log, index), Hash::of(bytes));
                }
                _ => self.report.fail(Verdict::Openings, BundleProblem::Opening { index }),
            },
        }
    }

    /// A checkpoint that nobody believes still says which files to read.
    fn read_newest(&mut self, bytes: &[u8]) {
        self.room -= bytes.len();
        let read = match self.policy.judge(bytes) {
            Ok(judgement) => {
                self.quorum = Some(judgement.quorum);
                self.log_key = Some(judgement.log.public_key().to_vec());
                if judgement.quorum == Quorum::Missing {
                    self.report.fail(Verdict::Authenticity, BundleProblem::Quorum);
                }
                Ok(Signed::judged(Source::Newest, judgement))
            }
            Err(error) => {
                self.report.fail(Verdict::Authenticity, error);
                Signed::unbelieved(bytes)
            }
        };
        match read {
            Ok(signed) => {
                self.report.found(signed.checkpoint.clone());
                self.newest = Some(signed.checkpoint.clone());
                self.signed.push(signed);
            }
            Err(error) => self.report.fail(Verdict::Integrity, error),
        }
    }

    fn read_earlier(&mut self, log: Option<u64>, size: u64, bytes: &[u8]) {
        self.room -= bytes.len();
        let name = || BundleFile::OfLog(log, LogFile::Earlier(size)).to_string();
        let place = |number| self.logs().into_iter().find(|of| of.number == number).map(|of| of.origin);
        match self.policy.judge(bytes) {
            Ok(judgement) if judgement.checkpoint.size() != size || place(log).is_none() => {
                self.report.fail(Verdict::Integrity, BundleProblem::FileChanged { name: name() });
            }
            Ok(judgement) if log.is_some() && place(log).as_ref() != Some(judgement.checkpoint.origin()) => {
                self.report.fail(Verdict::Consistency, BundleProblem::Origin);
            }
            Ok(judgement) => self.compare_later(Signed::judged(Source::Earlier, judgement)),
            Err(error) => self.report.fail(Verdict::Authenticity, error),
        }
    }

    fn read_kept(&mut self, bytes: &[u8]) {
        match self.policy.judge(bytes) {
            Ok(judgement) => self.compare_later(Signed::judged(Source::Kept, judgement)),
            Err(error) => self.report.fail(Verdict::Consistency, error),
        }
    }

    fn compare_later(&mut self, signed: Signed) {
        let logs = self.logs();
        let Some(log) = logs.iter().find(|log| log.origin == *signed.checkpoint.origin()) else {
            let problem = if logs.is_empty() { BundleProblem::Unread { read: 0 } } else { BundleProblem::Origin };
            return self.report.fail(Verdict::Consistency, problem);
        };
        let (size, kept) = (log.size, signed.checkpoint.size());
        if kept > size {
            self.report.fail(Verdict::Consistency, BundleProblem::Shrunk { size, kept });
        } else {
            self.signed.push(signed);
        }
    }

    fn read_proof(&mut self, size: u64, bytes: &[u8]) {
        self.room -= bytes.len();
        match WitnessRequest::parse(bytes) {
            Ok(proof) if proof.old() == size => self.proofs.push(proof),
            _ => self.report.fail(Verdict::Integrity, BundleProblem::Proof { size }),
        }
    }

    /// The proofs for other tools. That the tree extends the earlier checkpoint shows when its entries are read.
    fn judge_proofs(&mut self) {
        for proof in std::mem::take(&mut self.proofs) {
            let size = proof.old();
            let origin = self.newest.as_ref().map(Checkpoint::origin);
            let earlier = self.signed.iter().find(|signed| {
                let of_size = signed.source == Source::Earlier && signed.checkpoint.size() == size;
                of_size && Some(signed.checkpoint.origin()) == origin
            });
            let holds = match (earlier, &self.newest) {
                (Some(earlier), Some(newest)) => {
                    let (old, root) = (earlier.checkpoint.root(), newest.root());
                    let proves = crate::log::verify_consistency(size, old, newest.size(), root, proof.proof());
                    proves.is_ok() && proof.checkpoint().text().parse().as_ref() == Ok(newest)
                }
                _ => false,
            };
            if !holds {
                self.report.fail(Verdict::Integrity, BundleProblem::Proof { size });
            }
        }
    }

    fn judge_freshness(&mut self, now: u64) {
        let allowed = self.policy.fresh_within();
        match (self.quorum, allowed) {
            (Some(Quorum::Missing), _) => self.report.fail(Verdict::Freshness, BundleProblem::Quorum),
            (Some(Quorum::NotAsked), None) => self.report.instead_of_pass(Verdict::Freshness, Answer::NotJudged),
            (Some(Quorum::NotAsked), Some(_)) | (None, _) => {
                self.report.fail(Verdict::Freshness, BundleProblem::NoTime);
            }
            (Some(Quorum::Reached { time }), _) if time > now.saturating_add(CLOCK_TOLERANCE_SECONDS) => {
                self.report.fail(Verdict::Freshness, BundleProblem::Future);
            }
            (Some(Quorum::Reached { time }), Some(allowed)) => {
                let age = now.saturating_sub(time);
                if age > allowed {
                    self.report.fail(Verdict::Freshness, BundleProblem::Stale { age, allowed });
                }
            }
            (Some(Quorum::Reached { .. }), None) => (),
        }
    }

    /// What can be said of the devices before their logs are read.
    fn judge_devices(&mut self) {
        let logs = self.logs();
        for pinned in self.policy.logs() {
            let origin = pinned.key.name();
            if self.devices.is_some() && !logs.iter().any(|log| log.origin == *origin) {
                self.report.fail(Verdict::Devices, BundleProblem::LogMissing { origin: origin.clone() });
            }
        }
        let Some(last) = self.devices.as_ref().and_then(|list| list.devices().last()) else {
            return self.report.instead_of_pass(Verdict::Devices, Answer::NotJudged);
        };
        let of_checkpoint = self.newest.as_ref().is_some_and(|newest| newest.origin() == last.key.name());
        let believed = self.log_key.as_ref().is_some_and(|key| key == last.key.public_key());
        if !of_checkpoint || !believed {
            let log = logs.len().saturating_sub(1) as u64;
            self.report.fail(Verdict::Devices, BundleProblem::Chain { log });
        }
    }

    /// What of the view is left belongs to no entry.
    fn judge_view(&mut self) {
        for (_, part) in std::mem::take(&mut self.views).into_keys() {
            self.report.fail(Verdict::View, BundleProblem::View { part });
        }
        if !self.has_view {
            self.report.instead_of_pass(Verdict::View, Answer::NotJudged);
        }
    }

    /// Whether the store holds what the logs say. Where it does not, everything is read once more.
    fn judge_writes(&mut self, folder: &impl ReadFolder) {
        if self.writes.parts() == 0 {
            return self.report.instead_of_pass(Verdict::Writes, Answer::NotJudged);
        }
        if self.writes.agree() {
            return;
        }
        let mut differences = self.writes.look_closer();
        for log in self.logs() {
            let Ok(mut stream) = EntryStream::new(prefixed(folder, &log), log.size) else { continue };
            let mut failed = false;
            loop {
                match stream.next_entry() {
                    Ok(Some(entry)) => written(entry.bytes).iter().for_each(|write| differences.logged(write)),
                    Ok(None) => break,
                    Err(_) if failed => break,
                    Err(_) => failed = true,
                }
            }
        }
        for part in 0..self.writes.parts() {
            let bytes = folder.read(&BundleFile::Heads(part).to_string(), MAX_PART_LENGTH).unwrap_or_default();
            read_part(&bytes).unwrap_or_default().iter().for_each(|head| differences.stored(head));
        }
        for problem in differences.problems() {
            self.report.fail(Verdict::Writes, problem);
        }
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

/// What a file that cannot be read speaks against.
fn verdict_of(file: BundleFile) -> Verdict {
    match file {
        BundleFile::Devices => Verdict::Devices,
        BundleFile::Heads(_) => Verdict::Writes,
        BundleFile::OfLog(_, LogFile::Opening(_)) => Verdict::Openings,
        _ => Verdict::Integrity,
    }
}
