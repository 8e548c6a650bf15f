//! Judges the bundles of several vaults together, by what the organisation's log says of their devices.

use std::collections::BTreeSet;

use super::devices::MAX_DEVICES_LENGTH;
use super::{Answer, BundleProblem, BundleReport, DeviceList, MAX_TOLD, verify_bundle_logs};
use crate::log::{
    Checkpoint, EnrolledLog, Entry, KeyName, LogError, MAX_NOTE_LENGTH, Note, NoteKey, OrganisationLog, ReadFolder,
    TrustPolicy, Verdict,
};

/// What the verification of an organisation's bundles found.
#[derive(Debug, Clone)]
pub struct OrganisationReport {
    /// All verdicts over all bundles: each passes if it passes in every one.
    pub together: BundleReport,
    /// The bundle with the organisation's log.
    pub organisation: BundleReport,
    /// The bundles of the devices, in the order in which they were given.
    pub devices: Vec<BundleReport>,
    /// What the organisation's log says.
    pub log: OrganisationLog,
}

impl OrganisationReport {
    /// Whether every verdict that the policy demands has passed, in all bundles and over the union of them.
    #[must_use]
    pub fn accepted(&self, policy: &TrustPolicy) -> bool {
        self.together.accepted(policy)
    }
}

/// Verifies the bundle with the organisation's log, and with it the bundles of the devices that it lists: a log that is
/// missing, went on after its end, or lies behind what was seen of it fails.
///
/// The policy has to pin the organisation's log alone; what that log enrols is believed with the key that it names. `kept`
/// are checkpoints of any of the logs.
pub fn verify_organisation<F: ReadFolder>(
    organisation: &F,
    devices: &[F],
    policy: &TrustPolicy,
    kept: &[&[u8]],
    now: u64,
) -> OrganisationReport {
    let mut log = OrganisationLog::default();
    let mut problems = Vec::new();
    let own = origins(organisation);
    let own_policy =
        policy.for_logs(policy.logs().iter().map(|log| log.key.clone()).filter(|key| own.contains(key.name())));
    let own_kept = of_logs(kept, &own);
    let mut report = verify_bundle_logs(organisation, &own_policy, &own_kept, now, |_, streamed| {
        // What is no entry is told by the verdicts.
        let read = Entry::decode(streamed.bytes).ok().map(|entry| log.read(&entry));
        if let Some(Err(_)) = read
            && problems.len() < MAX_TOLD
        {
            problems.push(BundleProblem::Statement { index: streamed.index });
        }
    });
    let named = report.checkpoint().map(Checkpoint::origin).cloned();
    if policy.organisation().is_some_and(|wanted| Some(wanted) != named.as_ref()) {
        report.fail(Verdict::Authenticity, BundleProblem::Origin);
    }
    let mut judged = Judged { policy, kept, now, log: &log, found: own, devices: Vec::new() };
    devices.iter().for_each(|bundle| judged.read(bundle));
    let (missing, strange) = (judged.missing(), judged.kept_of_nothing());
    let devices = judged.devices;
    let mut together = merged(&report, &devices);
    if strange {
        together.fail(Verdict::Consistency, BundleProblem::Origin);
    }
    for problem in problems.into_iter().chain(missing) {
        together.fail(Verdict::Devices, problem);
    }
    OrganisationReport { together, organisation: report, devices, log }
}

struct Judged<'j> {
    policy: &'j TrustPolicy,
    kept: &'j [&'j [u8]],
    now: u64,
    log: &'j OrganisationLog,
    /// The logs that were in a bundle.
    found: BTreeSet<KeyName>,
    devices: Vec<BundleReport>,
}

impl Judged<'_> {
    fn read(&mut self, bundle: &impl ReadFolder) {
        let origins = origins(bundle);
        let enrolled: Vec<&EnrolledLog> = origins.iter().filter_map(|origin| self.log.log(origin)).collect();
        let policy = self.policy.for_logs(enrolled.iter().map(|log| log.key.clone()));
        let seen: Vec<String> = enrolled.iter().flat_map(|log| &log.seen).map(|(_, note)| note.to_string()).collect();
        let mut kept = of_logs(self.kept, &origins);
        kept.extend(seen.iter().map(String::as_bytes));
        let mut report = verify_bundle_logs(bundle, &policy, &kept, self.now, |_, _| ());
        for origin in &origins {
            if self.log.log(origin).is_none() {
                report.fail(Verdict::Devices, BundleProblem::NotEnrolled { origin: origin.clone() });
            }
            // Two bundles of one log: each would be whole, and nobody could say which is the vault's.
            if !self.found.insert(origin.clone()) {
                report.fail(Verdict::Devices, BundleProblem::LogTwice { origin: origin.clone() });
            }
        }
        for log in &enrolled {
            if let Some(problem) = self.went_on(bundle, log, &report) {
                report.fail(Verdict::Devices, problem);
            }
            report.demand_signed(log.key.name());
            if self.pinned_otherwise(&log.key) {
                report.fail(Verdict::Authenticity, LogError::OriginMismatch);
            }
        }
        self.devices.push(report);
    }

    /// Whether a log has more entries than when it was retired.
    fn went_on(&self, bundle: &impl ReadFolder, log: &EnrolledLog, report: &BundleReport) -> Option<BundleProblem> {
        let (ended, origin) = (log.retired.as_ref()?.size(), log.key.name());
        let newest = report.checkpoint().filter(|newest| newest.origin() == origin).map(Checkpoint::size);
        let earlier =
            || list_of(bundle)?.devices().iter().find(|device| device.key.name() == origin)?.ended.map(|end| end.0);
        let size = newest.or_else(earlier)?;
        (size > ended).then(|| BundleProblem::WentOn { origin: origin.clone(), ended, size })
    }

    /// Whether the trust policy names another key for this log.
    fn pinned_otherwise(&self, key: &NoteKey) -> bool {
        self.policy.logs().iter().any(|log| log.key.name() == key.name() && log.key != *key)
    }

    /// Whether a checkpoint was kept of a log that is in no bundle.
    fn kept_of_nothing(&self) -> bool {
        self.kept.iter().any(|note| origin_of(note).is_none_or(|origin| !self.found.contains(&origin)))
    }

    /// What is enrolled or pinned, and in no bundle.
    fn missing(&self) -> Vec<BundleProblem> {
        let enrolled = self.log.logs().map(|log| log.key.name());
        let pinned = self.policy.logs().iter().map(|log| log.key.name());
        let wanted: BTreeSet<&KeyName> = enrolled.chain(pinned).collect();
        let missing = wanted.into_iter().filter(|origin| !self.found.contains(*origin));
        missing.map(|origin| BundleProblem::LogMissing { origin: origin.clone() }).collect()
    }
}

fn list_of(bundle: &impl ReadFolder) -> Option<DeviceList> {
    bundle.read("devices", MAX_DEVICES_LENGTH).ok().and_then(|bytes| DeviceList::parse(&bytes).ok())
}

/// The names of the logs in a bundle, as it says itself; the verification of the bundle says whether they are.
fn origins(bundle: &impl ReadFolder) -> BTreeSet<KeyName> {
    let listed = list_of(bundle).into_iter();
    let mut names: BTreeSet<KeyName> = listed
        .flat_map(|list| list.devices().iter().map(|device| device.key.name().clone()).collect::<Vec<_>>())
        .collect();
    let newest = bundle.read("checkpoint", MAX_NOTE_LENGTH).ok().and_then(|bytes| origin_of(&bytes));
    names.extend(newest);
    names
}

fn origin_of(note: &[u8]) -> Option<KeyName> {
    let checkpoint: Checkpoint = Note::parse(note).ok()?.text().parse().ok()?;
    Some(checkpoint.origin().clone())
}

fn of_logs<'k>(kept: &[&'k [u8]], origins: &BTreeSet<KeyName>) -> Vec<&'k [u8]> {
    let of_these = |note: &&&[u8]| origin_of(note).is_some_and(|origin| origins.contains(&origin));
    kept.iter().filter(of_these).copied().collect()
}

/// Each verdict over all bundles: the worst answer of any, with the problems of all.
fn merged(organisation: &BundleReport, devices: &[BundleReport]) -> BundleReport {
    let mut merged = BundleReport::new();
    merged.checkpoint.clone_from(&organisation.checkpoint);
    for report in devices.iter().chain([organisation]) {
        merged.read += report.read;
        merged.missing_as(report);
        for (verdict, answer) in report.answers() {
            match answer {
                Answer::Passed => (),
                Answer::Failed { problems, count } => merged.fail_as(verdict, problems, *count),
                Answer::NothingKept | Answer::NotJudged => merged.instead_of_pass(verdict, answer.clone()),
            }
        }
    }
    merged
}
