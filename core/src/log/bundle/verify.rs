//! Verifies a bundle: one pass over the entries, all verdicts side by side.

use std::collections::BTreeMap;

use super::manifest::MAX_MANIFEST_LENGTH;
use super::times::Times;
use super::write::commits_to;
use super::{Answer, BundleFile, BundleManifest, BundleProblem, BundleReport, CLOCK_TOLERANCE_SECONDS};
use crate::log::{
    Checkpoint, Disclosure, Entry, EntryStream, EpochChain, Frontier, Hash, Judgement, LogError, MAX_ENTRY_LENGTH,
    MAX_NOTE_LENGTH, Note, Quorum, ReadFolder, StreamedEntry, TrustPolicy, Verdict,
};

/// Verifies a bundle by a trust policy that came another way, and against checkpoints that were kept (signed notes).
/// `now` is the present time of the reader, in seconds since 1970.
///
/// Whatever is wrong stands in the report. Memory does not grow with the number of entries.
pub fn verify_bundle(folder: &impl ReadFolder, policy: &TrustPolicy, kept: &[&[u8]], now: u64) -> BundleReport {
    verify_bundle_with(folder, policy, kept, now, |_| ())
}

/// [`verify_bundle`] that shows each entry as it is read: for a progress bar, a question, a report. What is shown is
/// proven only once the verification has ended and [`Verdict::Integrity`] has passed.
pub fn verify_bundle_with(
    folder: &impl ReadFolder,
    policy: &TrustPolicy,
    kept: &[&[u8]],
    now: u64,
    mut show: impl FnMut(&StreamedEntry<'_>),
) -> BundleReport {
    let mut verifier = Verifier::new(policy);
    verifier.read_files(folder);
    verifier.judge_freshness(now);
    kept.iter().for_each(|note| verifier.read_kept(note));
    if kept.is_empty() {
        verifier.report.instead_of_pass(Verdict::Consistency, Answer::NothingKept);
    }
    verifier.stream(folder, &mut show);
    verifier.report
}

/// The most bytes of checkpoints that are held in memory.
const MAX_CHECKPOINT_BYTES: usize = 1 << 26;

struct Verifier<'p> {
    policy: &'p TrustPolicy,
    report: BundleReport,
    newest: Option<Checkpoint>,
    quorum: Option<Quorum>,
    openings: BTreeMap<u64, Hash>,
    /// How many bytes of checkpoints are still taken in.
    room: usize,
    signed: Vec<Signed>,
    times: Times,
}

/// A checkpoint that the tree is compared with when it has reached its size.
struct Signed {
    source: Source,
    checkpoint: Checkpoint,
    note: Note,
    /// The earliest cosignature of a believed witness.
    cosigned: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Newest,
    Earlier,
    Kept,
}

impl<'p> Verifier<'p> {
    fn new(policy: &'p TrustPolicy) -> Self {
        Self {
            policy,
            report: BundleReport::new(),
            newest: None,
            quorum: None,
            openings: BTreeMap::new(),
            room: MAX_CHECKPOINT_BYTES,
            signed: Vec::new(),
            times: Times::default(),
        }
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
            let opening = matches!(file, BundleFile::Opening(_));
            let limit = if opening { MAX_ENTRY_LENGTH } else { MAX_NOTE_LENGTH.min(self.room) };
            match folder.read(&file.to_string(), limit) {
                Ok(bytes) => {
                    self.room -= if opening { 0 } else { bytes.len() };
                    self.read_file(file, hash, &bytes);
                }
                Err(error) => {
                    let verdict = if opening { Verdict::Openings } else { Verdict::Integrity };
                    self.report.fail(verdict, error);
                }
            }
        }
    }

    fn read_file(&mut self, file: BundleFile, hash: Option<Hash>, bytes: &[u8]) {
        if hash.is_some_and(|hash| hash != Hash::of(bytes)) {
            self.report.fail(Verdict::Integrity, BundleProblem::FileChanged { name: file.to_string() });
        }
        match file {
            BundleFile::Checkpoint => self.read_newest(bytes),
            BundleFile::Earlier(size) => self.read_earlier(size, bytes),
            BundleFile::Opening(index) => match Disclosure::decode(bytes) {
                Ok(disclosure) if disclosure.label() == "reason" => drop(self.openings.insert(index, Hash::of(bytes))),
                _ => self.report.fail(Verdict::Openings, BundleProblem::Opening { index }),
            },
        }
    }

    /// A checkpoint that nobody believes still says which files to read.
    fn read_newest(&mut self, bytes: &[u8]) {
        let read = match self.policy.judge(bytes) {
            Ok(judgement) => {
                self.quorum = Some(judgement.quorum);
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

    fn read_earlier(&mut self, size: u64, bytes: &[u8]) {
        match self.policy.judge(bytes) {
            Ok(judgement) if judgement.checkpoint.size() == size => {
                self.compare_later(Signed::judged(Source::Earlier, judgement));
            }
            Ok(_) => {
                let name = BundleFile::Earlier(size).to_string();
                self.report.fail(Verdict::Integrity, BundleProblem::FileChanged { name });
            }
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
        let Some(newest) = &self.newest else {
            return self.report.fail(Verdict::Consistency, BundleProblem::Unread { read: 0 });
        };
        let (size, kept) = (newest.size(), signed.checkpoint.size());
        if signed.checkpoint.origin() != newest.origin() {
            self.report.fail(Verdict::Consistency, BundleProblem::Origin);
        } else if kept > size {
            self.report.fail(Verdict::Consistency, BundleProblem::Shrunk { size, kept });
        } else {
            self.signed.push(signed);
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

    fn stream(&mut self, folder: &impl ReadFolder, show: &mut impl FnMut(&StreamedEntry<'_>)) {
        let Some(newest) = self.newest.clone() else { return self.unread(0) };
        let mut stream = match EntryStream::new(folder, newest.size()) {
            Ok(stream) => stream,
            Err(error) => {
                self.report.fail(Verdict::Integrity, error);
                return self.unread(0);
            }
        };
        self.signed.sort_by_key(|signed| signed.checkpoint.size());
        let mut epochs = EpochChain::new(newest.origin().clone());
        let mut compared = 0;
        let mut before = None;
        loop {
            compared = self.compare(compared, stream.frontier());
            match stream.next_entry() {
                Ok(None) => break,
                Ok(Some(entry)) => {
                    show(&entry);
                    self.read_entry(&entry, &mut epochs);
                }
                // The same error again: the stream has no more to give.
                Err(error) if before.as_ref() == Some(&error) => break,
                Err(error) => {
                    self.report.fail(Verdict::Integrity, error.clone());
                    before = Some(error);
                }
            }
        }
        if stream.frontier().size() < newest.size() {
            self.unread(stream.frontier().size());
        }
        self.check_epochs(&mut epochs);
        for index in std::mem::take(&mut self.openings).into_keys() {
            self.report.fail(Verdict::Openings, BundleProblem::Opening { index });
        }
    }

    fn read_entry(&mut self, streamed: &StreamedEntry<'_>, epochs: &mut EpochChain) {
        let index = streamed.index;
        self.report.count();
        if let Some(commitment) = self.openings.remove(&index)
            && !commits_to(streamed.bytes, &commitment)
        {
            self.report.fail(Verdict::Openings, BundleProblem::Opening { index });
        }
        let entry = match Entry::decode(streamed.bytes) {
            Ok(entry) => entry,
            Err(error) => return self.report.fail(Verdict::Integrity, BundleProblem::Entry { index, error }),
        };
        if entry.seq != index {
            self.report.fail(Verdict::Integrity, BundleProblem::Sequence { index });
        }
        if entry.what.as_ref().and_then(|what| what.previous).is_some_and(|previous| previous >= index) {
            self.report.fail(Verdict::Integrity, BundleProblem::Previous { index });
        }
        if let Err(error) = epochs.read(index, &entry) {
            self.report.fail(Verdict::Authenticity, error);
        }
        for problem in self.times.read(index, &entry) {
            self.report.fail(Verdict::Time, problem);
        }
    }

    /// Compares the tree with the checkpoints of its present size; how many were compared up to now.
    fn compare(&mut self, mut compared: usize, frontier: &Frontier) -> usize {
        let size = frontier.size();
        while let Some(signed) = self.signed.get(compared).filter(|signed| signed.checkpoint.size() == size) {
            if *signed.checkpoint.root() != frontier.root() {
                match signed.source {
                    Source::Newest => self.report.fail(Verdict::Integrity, BundleProblem::Root),
                    Source::Earlier | Source::Kept => {
                        self.report.fail(Verdict::Consistency, BundleProblem::Fork { size });
                    }
                }
            }
            if signed.cosigned.is_some_and(|cosigned| self.times.later_than(cosigned)) {
                self.report.fail(Verdict::Time, BundleProblem::AfterCosignature { size });
            }
            compared += 1;
        }
        compared
    }

    /// A log without epochs has nothing to check: this release writes none.
    fn check_epochs(&mut self, epochs: &mut EpochChain) {
        if !epochs.has_epochs() {
            return;
        }
        for signed in &self.signed {
            if let Err(error) = epochs.check(signed.checkpoint.size(), &signed.note) {
                self.report.fail(Verdict::Authenticity, error);
            }
        }
        for (epoch, size) in epochs.without_handover() {
            self.report.fail(Verdict::Authenticity, crate::log::EpochError::NotSigned { epoch, size });
        }
    }

    /// What needs all entries does not pass on some of them.
    fn unread(&mut self, read: u64) {
        for verdict in [Verdict::Integrity, Verdict::Consistency, Verdict::Time, Verdict::Openings] {
            self.report.fail(verdict, BundleProblem::Unread { read });
        }
    }
}

impl Signed {
    fn judged(source: Source, judgement: Judgement) -> Self {
        let cosigned = judgement.cosignatures.iter().map(|(_, time)| *time).min();
        Self { source, checkpoint: judgement.checkpoint, note: judgement.note, cosigned }
    }

    fn unbelieved(bytes: &[u8]) -> Result<Self, LogError> {
        let note = Note::parse(bytes)?;
        Ok(Self { source: Source::Newest, checkpoint: note.text().parse()?, note, cosigned: None })
    }
}
