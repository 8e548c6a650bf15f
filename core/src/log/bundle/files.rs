//! Reads what a bundle lists beside its tiles, and what the reader kept.

use super::devices::MAX_DEVICES_LENGTH;
use super::heads::{MAX_PART_LENGTH, read_part};
use super::manifest::MAX_MANIFEST_LENGTH;
use super::signed::{Signed, Source};
use super::verify::Verifier;
use super::{BundleFile, BundleManifest, BundleProblem, DeviceList, LogFile, view};
use crate::log::{Disclosure, Hash, MAX_ENTRY_LENGTH, MAX_NOTE_LENGTH, Quorum, ReadFolder, Verdict, WitnessRequest};

impl Verifier<'_> {
    /// The manifest and all that it lists. Without a manifest there is still a checkpoint to go by.
    pub(super) fn read_files(&mut self, folder: &impl ReadFolder) {
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
                self.cosignatures.clone_from(&judgement.cosignatures);
                self.report.has_signed(&judgement.checkpoint);
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

    pub(super) fn read_kept(&mut self, bytes: &[u8]) {
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
            return self.report.fail(Verdict::Consistency, BundleProblem::Shrunk { size, kept });
        }
        // One over no entries would hold for any log.
        if signed.source == Source::Kept && kept > 0 {
            self.kept_of = self.kept_of.max(Some(log.place));
        }
        self.report.has_signed(&signed.checkpoint);
        self.signed.push(signed);
    }

    fn read_proof(&mut self, size: u64, bytes: &[u8]) {
        self.room -= bytes.len();
        match WitnessRequest::parse(bytes) {
            Ok(proof) if proof.old() == size => self.proofs.push(proof),
            _ => self.report.fail(Verdict::Integrity, BundleProblem::Proof { size }),
        }
    }
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
