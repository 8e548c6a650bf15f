//! The verdicts that follow from the small files of a bundle, and those that are due when all entries were read.

use super::heads::{MAX_PART_LENGTH, read_part};
use super::signed::Source;
use super::verify::{Verifier, prefixed, written};
use super::{Answer, BundleFile, BundleProblem, CLOCK_TOLERANCE_SECONDS, DeviceList};
use crate::log::{Checkpoint, EntryStream, Quorum, ReadFolder, Verdict};

impl Verifier<'_> {
    /// The proofs for other tools. That the tree extends the earlier checkpoint shows when its entries are read.
    pub(super) fn judge_proofs(&mut self) {
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

    pub(super) fn judge_freshness(&mut self, now: u64) {
        let allowed = self.policy.fresh_within();
        match (self.quorum, allowed) {
            (Some(Quorum::Missing), _) => self.report.fail(Verdict::Freshness, BundleProblem::Quorum),
            (Some(Quorum::NotAsked), None) => self.report.instead_of_pass(Verdict::Freshness, Answer::NotJudged),
            (Some(Quorum::NotAsked), Some(_)) | (None, _) => {
                self.report.fail(Verdict::Freshness, BundleProblem::NoTime);
            }
            (Some(Quorum::Reached { .. }), _) => self.judge_age(now),
        }
    }

    /// A witness whose clock is ahead says nothing of the age; the others may be enough without it.
    fn judge_age(&mut self, now: u64) {
        let latest = now.saturating_add(CLOCK_TOLERANCE_SECONDS);
        let Quorum::Reached { time } = self.policy.quorum_until(&self.cosignatures, latest) else {
            return self.report.fail(Verdict::Freshness, BundleProblem::Future);
        };
        let age = now.saturating_sub(time);
        if let Some(allowed) = self.policy.fresh_within().filter(|allowed| age > *allowed) {
            self.report.fail(Verdict::Freshness, BundleProblem::Stale { age, allowed });
        }
    }

    /// A kept checkpoint speaks for its own log and, since each log begins by naming the one before it, for those before.
    /// For the ones behind it nothing does.
    pub(super) fn judge_kept(&mut self) {
        let kept = self.kept_of;
        let bare = self.logs().into_iter().filter(|log| kept.is_none_or(|kept| log.place > kept));
        self.report.nothing_kept(bare.map(|log| log.origin));
        if kept.is_none() {
            self.report.instead_of_pass(Verdict::Consistency, Answer::NothingKept);
        }
    }

    /// What can be said of the devices before their logs are read.
    pub(super) fn judge_devices(&mut self) {
        let logs = self.logs();
        for pinned in self.policy.logs() {
            let origin = pinned.key.name();
            if self.devices.is_some() && !logs.iter().any(|log| log.origin == *origin) {
                self.report.fail(Verdict::Devices, BundleProblem::LogMissing { origin: origin.clone() });
            }
        }
        self.judge_keys();
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

    /// An earlier log signs nothing in a bundle any more: whoever keeps the vault now could list a log of their own under its
    /// name.
    fn judge_keys(&mut self) {
        for device in self.devices.iter().flat_map(DeviceList::devices) {
            let mut believed = self.policy.logs().iter().filter(|log| log.key.name() == device.key.name()).peekable();
            if believed.peek().is_some() && !believed.any(|log| log.key == device.key) {
                let origin = device.key.name().clone();
                self.report.fail(Verdict::Devices, BundleProblem::OtherKey { origin });
            }
        }
    }

    /// What of the view is left belongs to no entry.
    pub(super) fn judge_view(&mut self) {
        for (_, part) in std::mem::take(&mut self.views).into_keys() {
            self.report.fail(Verdict::View, BundleProblem::View { part });
        }
        if !self.has_view {
            self.report.instead_of_pass(Verdict::View, Answer::NotJudged);
        }
    }

    /// Whether the store holds what the logs say. Where it does not, everything is read once more.
    pub(super) fn judge_writes(&mut self, folder: &impl ReadFolder) {
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
}
