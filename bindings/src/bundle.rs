//! The log as a bundle: written by a member who reads the log, verified by anyone without a vault and without a key.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use saferoom::error::Diagnosis;
use saferoom::log::{
    Answer, BundleReport, Checkpoint, CourtFile, DiskFolder, EnrolledLog, Note, Quorum, StreamedEntry, TrustPolicy,
    Verdict, verify_bundle_logs, verify_organisation as verify_all,
};
use saferoom::vault::{LogExport, OpenReasons};

use crate::error::SaferoomError;
use crate::host::HostCallError;
use crate::session::Session;
use crate::types::AccessInput;

/// How many entries are between two calls of the progress of a verification.
const TOLD_EVERY: u64 = 1024;

/// Told how far an export or a verification is. Must not call the session, nor wait for a thread that does.
#[uniffi::export(rust, foreign)]
pub trait BundleProgress: Send + Sync {
    /// So many entries are done, of so many; the total is 0 where it is not known.
    ///
    /// # Errors
    /// Whatever the host raises; the call goes on.
    fn at(&self, done: u64, total: u64) -> Result<(), HostCallError>;
}

/// Which reasons in words go into a bundle. The others stay commitments.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum DisclosedReasons {
    /// None.
    None,
    /// Those of these entries of the log that is being kept.
    Of {
        /// Their indices.
        entries: Vec<u64>,
    },
    /// All.
    All,
}

/// A bundle that is there.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExportedBundle {
    /// How many entries the log has at its newest checkpoint.
    pub size: u64,
    /// The index of the entry about this export.
    pub entry: u64,
    /// How many entries the bundle has, those of earlier devices included.
    pub entries: u64,
    /// How many revisions of records it lists.
    pub revisions: u64,
    /// How many reasons it discloses.
    pub reasons: u64,
}

/// What one verdict about a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum BundleAnswer {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// No kept checkpoint was given: a log that was cut and signed anew would look the same. No pass.
    NothingKept,
    /// Nobody could judge it. No pass.
    NotJudged,
}

/// A problem of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BundleFault {
    /// The stable code.
    pub code: u16,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub advice: String,
}

/// One verdict about a bundle.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BundleVerdict {
    /// Its name, as in a trust policy.
    pub name: String,
    /// The answer.
    pub answer: BundleAnswer,
    /// Whether the trust policy demands it.
    pub demanded: bool,
    /// The first problems, if it failed.
    pub problems: Vec<BundleFault>,
    /// How many there are in all.
    pub count: u64,
    /// Why it was not judged, if it was not.
    pub why: Option<String>,
}

/// What the verification of a bundle found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedBundle {
    /// Whether every verdict that the trust policy demands has passed.
    pub accepted: bool,
    /// The log, if a checkpoint could be read.
    pub origin: Option<String>,
    /// How many entries the newest checkpoint speaks of.
    pub size: Option<u64>,
    /// How many entries were read.
    pub read: u64,
    /// Every verdict.
    pub verdicts: Vec<BundleVerdict>,
}

/// A single access that was proven alone. Its pages for people are not judged here. Prints nothing of it: the reason may name a
/// child.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct VerifiedCourtFile {
    /// The log.
    pub origin: String,
    /// The number of the entry.
    pub index: u64,
    /// How many entries the log had when the checkpoint was signed.
    pub size: u64,
    /// The entry, byte for byte: CBOR, docs/formats.md 15.
    pub entry: Vec<u8>,
    /// When it was, by the clock of the device: milliseconds since 1970.
    pub wall_ms: u64,
    /// The number of its kind.
    pub event: u16,
    /// The member, by the pseudonym; none for the device itself.
    pub member: Option<String>,
    /// The record, by the pseudonym.
    pub record: Option<String>,
    /// Whether enough witnesses cosigned; absent if the policy asks for none.
    pub quorum: Option<bool>,
    /// The latest time such that enough witnesses cosigned then or later: seconds since 1970.
    pub quorum_time: Option<u64>,
    /// The reason in words, as it was committed to, if it is disclosed.
    pub reason: Option<String>,
}

redacted! { VerifiedCourtFile }

/// The log of a device, as the organisation's log knows it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DeviceLogStanding {
    /// Its name.
    pub origin: String,
    /// Its verifier key.
    pub key: String,
    /// How many checkpoints of it were seen, and the largest size of one.
    pub seen: u64,
    /// The largest size of one.
    pub largest_seen: Option<u64>,
    /// With how many entries it was retired.
    pub final_size: Option<u64>,
}

/// What the verification of an organisation's bundles found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VerifiedOrganisation {
    /// All bundles together: a verdict passes if it passes in each, and over their union.
    pub together: VerifiedBundle,
    /// The bundles of the devices, in the order in which they were given.
    pub bundles: Vec<VerifiedBundle>,
    /// The logs that the organisation's log lists.
    pub logs: Vec<DeviceLogStanding>,
    /// How many checkpoints came in that no enrolled log had signed.
    pub ignored: u64,
}

#[uniffi::export]
impl Session {
    /// Writes the log as a bundle into a new or empty folder; that is an entry itself. `since` are checkpoints from before,
    /// such as the one of an auditor's last visit.
    ///
    /// # Errors
    /// The member does not read the log (logged as denied), a checkpoint is of another log, or the folder is not empty.
    pub fn export_log(
        &self,
        folder: String,
        since: &[Vec<u8>],
        reasons: DisclosedReasons,
        access: AccessInput,
        progress: Option<Arc<dyn BundleProgress>>,
    ) -> Result<ExportedBundle, SaferoomError> {
        let since = since.iter().map(|note| Note::parse(note)).collect::<Result<_, _>>()?;
        let reasons = match reasons {
            DisclosedReasons::None => OpenReasons::None,
            DisclosedReasons::Of { entries } => OpenReasons::Of(entries.into_iter().collect::<BTreeSet<_>>()),
            DisclosedReasons::All => OpenReasons::All,
        };
        let options = LogExport { since, reasons, ..LogExport::default() };
        let mut tell = |done, total| tell(progress.as_ref(), done, total);
        let exported = self.0.export_log(Path::new(&folder), &options, &access.into(), &mut tell)?;
        Ok(ExportedBundle {
            size: exported.checkpoint.size(),
            entry: exported.entry,
            entries: exported.entries,
            revisions: exported.revisions,
            reasons: exported.reasons,
        })
    }

    /// Enrols the log of a device, by its verifier key, in the organisation's log. Answers the index of the entry.
    ///
    /// # Errors
    /// The key is malformed, or the member does not manage members (logged as denied).
    pub fn enrol_log(&self, key: &str, access: AccessInput) -> Result<u64, SaferoomError> {
        Ok(self.0.enrol_log(&key.trim().parse()?, &access.into())?)
    }

    /// Says that the log with this verifier key has ended with this checkpoint. Answers the index of the entry.
    ///
    /// # Errors
    /// The note is no checkpoint, or not by this key; the log says otherwise already; or the member does not manage members
    /// (logged as denied).
    pub fn retire_log(&self, key: &str, end: &[u8], access: AccessInput) -> Result<u64, SaferoomError> {
        Ok(self.0.retire_log(&key.trim().parse()?, &Note::parse(end)?, &access.into())?)
    }

    /// The trust policy of this vault's logs: what an auditor needs, handed over by another way than the bundles. It demands
    /// every verdict but freshness, which takes witnesses; an auditor who has some adds them.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn trust_policy(&self) -> Result<String, SaferoomError> {
        let demanded: Vec<_> = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Freshness).collect();
        Ok(self.0.trust_policy()?.demanding(&demanded).to_string())
    }
}

/// Verifies a bundle in a folder by a trust policy, which must not come with it. `kept` are checkpoints that were kept from
/// earlier visits; without one nobody can say that the log was not cut. `now` is the auditor's clock, in seconds since 1970.
///
/// # Errors
/// The policy is malformed. What is wrong with the bundle is an answer, not an error.
#[uniffi::export]
pub fn verify_bundle(
    folder: String,
    trust_policy: &[u8],
    kept: &[Vec<u8>],
    now: u64,
    progress: Option<Arc<dyn BundleProgress>>,
) -> Result<VerifiedBundle, SaferoomError> {
    Ok(verified(&folder, trust_policy, kept, now, progress.as_ref(), |_| ())?.1)
}

/// Verifies a bundle, and shows each entry on the way: of all its logs, earlier ones first.
pub(crate) fn verified(
    folder: &str,
    trust_policy: &[u8],
    kept: &[Vec<u8>],
    now: u64,
    progress: Option<&Arc<dyn BundleProgress>>,
    mut show: impl FnMut(&StreamedEntry<'_>),
) -> Result<(BundleReport, VerifiedBundle), SaferoomError> {
    let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
    let kept: Vec<&[u8]> = kept.iter().map(Vec::as_slice).collect();
    let mut read = 0_u64;
    let report = verify_bundle_logs(&DiskFolder::new(Path::new(folder)), &policy, &kept, now, |_, entry| {
        read += 1;
        if read.is_multiple_of(TOLD_EVERY) {
            tell(progress, read, 0);
        }
        show(entry);
    });
    let verified = summary(&report, &policy);
    Ok((report, verified))
}

/// Verifies the bundles of several vaults together, by what the organisation's log lists; `organisation` is the folder with
/// its bundle. The policy has to pin that log alone.
///
/// # Errors
/// The policy is malformed. What is wrong with the bundles is an answer, not an error.
#[uniffi::export]
pub fn verify_organisation(
    organisation: String,
    bundles: Vec<String>,
    trust_policy: &[u8],
    kept: &[Vec<u8>],
    now: u64,
) -> Result<VerifiedOrganisation, SaferoomError> {
    let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
    let kept: Vec<&[u8]> = kept.iter().map(Vec::as_slice).collect();
    let folders: Vec<_> = bundles.into_iter().map(DiskFolder::new).collect();
    let report = verify_all(&DiskFolder::new(organisation), &folders, &policy, &kept, now);
    let standing = |log: &EnrolledLog| DeviceLogStanding {
        origin: log.key.name().to_string(),
        key: log.key.to_string(),
        seen: log.seen.len() as u64,
        largest_seen: log.seen.iter().map(|(checkpoint, _)| checkpoint.size()).max(),
        final_size: log.retired.as_ref().map(Checkpoint::size),
    };
    Ok(VerifiedOrganisation {
        together: summary(&report.together, &policy),
        bundles: report.devices.iter().map(|bundle| summary(bundle, &policy)).collect(),
        logs: report.log.logs().map(standing).collect(),
        ignored: report.log.ignored(),
    })
}

fn summary(report: &BundleReport, policy: &TrustPolicy) -> VerifiedBundle {
    let verdicts = report.answers().map(|(verdict, answer)| told(report, policy, verdict, answer)).collect();
    VerifiedBundle {
        accepted: report.accepted(policy),
        origin: report.checkpoint().map(|checkpoint| checkpoint.origin().to_string()),
        size: report.checkpoint().map(|checkpoint| checkpoint.size()),
        read: report.read(),
        verdicts,
    }
}

/// Whatever the host raises while it is told of progress changes nothing here: its own layer brings it out of the call.
fn tell(progress: Option<&Arc<dyn BundleProgress>>, done: u64, total: u64) {
    let _ = progress.map(|progress| progress.at(done, total));
}

/// Verifies the court file of a single access by a trust policy, which must not come with it.
///
/// # Errors
/// The policy is malformed; whatever is wrong with the court file, family 400.
#[uniffi::export]
pub fn verify_court_file(folder: String, trust_policy: &[u8]) -> Result<VerifiedCourtFile, SaferoomError> {
    let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
    let read = CourtFile::read(&DiskFolder::new(Path::new(&folder)));
    let (file, _) = read.map_err(|error| SaferoomError::of(&error))?;
    let judged = file.judge(&policy).map_err(|error| SaferoomError::of(&error))?;
    let (entry, judgement) = (&judged.entry, &judged.judgement);
    let (quorum, quorum_time) = match judgement.quorum {
        Quorum::NotAsked => (None, None),
        Quorum::Missing => (Some(false), None),
        Quorum::Reached { time } => (Some(true), Some(time)),
    };
    Ok(VerifiedCourtFile {
        origin: judgement.checkpoint.origin().to_string(),
        index: entry.seq,
        size: judgement.checkpoint.size(),
        entry: file.entry().to_vec(),
        wall_ms: entry.wall_ms,
        event: entry.event.code(),
        member: entry.actor.as_ref().map(|actor| actor.member.to_string()),
        record: entry.what.as_ref().map(|what| what.record.to_string()),
        quorum,
        quorum_time,
        reason: judged.reason.as_ref().map(|reason| reason.value().to_owned()),
    })
}

fn told(report: &BundleReport, policy: &TrustPolicy, verdict: Verdict, answer: &Answer) -> BundleVerdict {
    let fault = |problem: &saferoom::log::BundleProblem| BundleFault {
        code: problem.code(),
        text: problem.to_string(),
        advice: problem.advice().to_owned(),
    };
    let (kind, problems, count) = match answer {
        Answer::Passed => (BundleAnswer::Passed, Vec::new(), 0),
        Answer::Failed { problems, count } => (BundleAnswer::Failed, problems.iter().map(fault).collect(), *count),
        Answer::NothingKept => (BundleAnswer::NothingKept, Vec::new(), 0),
        Answer::NotJudged => (BundleAnswer::NotJudged, Vec::new(), 0),
    };
    BundleVerdict {
        name: verdict.name().to_owned(),
        answer: kind,
        demanded: policy.demands(verdict),
        problems,
        count,
        why: report.why_not_judged(verdict),
    }
}
