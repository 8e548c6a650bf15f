//! A bundle that is verified before anything of it is shown; or about which it is said loudly that nobody vouches for it.

use saferoom::log::{
    Answer, BundleLog, BundleReport, Checkpoint, DeviceList, ReadFolder, StreamedEntry, Subfolder, TrustPolicy,
    Verdict, verify_bundle_logs,
};

use super::verify::{demand_other_way, now, size_of};
use super::{read_policy, read_small};
use crate::archive::BundleFolder;
use crate::args::BundleArgs;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// The longest list of devices, in bytes; the verification says so if it is longer.
const MAX_DEVICES: usize = 1 << 20;

/// What a verification found.
pub(crate) struct Judged {
    folder: BundleFolder,
    pub(crate) report: BundleReport,
    /// None: the bundle was only held against itself.
    pub(crate) policy: Option<TrustPolicy>,
    pub(crate) kept: usize,
}

/// A log of a bundle, and its files.
pub(crate) type LogOfBundle<'b> = (BundleLog, Subfolder<&'b BundleFolder>);

/// How far what a bundle says can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belief {
    /// All that the trust policy demands has passed.
    Accepted,
    /// Not all of it.
    Refused,
    /// There was no trust policy, and the bundle agrees with itself.
    NobodyVouches,
    /// There was no trust policy, and the bundle does not even agree with itself.
    Damaged,
}

impl Judged {
    /// Verifies the bundle, and shows each entry on the way: of all its logs, earlier ones first.
    pub(crate) fn of(
        args: &BundleArgs,
        out: &Console,
        mut show: impl FnMut(&StreamedEntry<'_>),
    ) -> Result<Self, Failure> {
        if let Some(policy) = &args.trust_policy {
            demand_other_way(policy, &args.kept, &args.bundle)?;
        }
        let policy = args.trust_policy.as_deref().map(read_policy).transpose()?;
        let kept = args.kept.iter().map(|path| read_small(path)).collect::<Result<Vec<_>, _>>()?;
        let folder = BundleFolder::open(&args.bundle)?;
        let nobody = TrustPolicy::new();
        let notes: Vec<_> = kept.iter().map(Vec::as_slice).collect();
        let progress = out.progress(size_of(&folder).max(1), "Verifying");
        let believed = policy.as_ref().unwrap_or(&nobody);
        let report = verify_bundle_logs(&folder, believed, &notes, now(), |_, entry| {
            progress.set(entry.index + 1);
            show(entry);
        });
        progress.finish();
        Ok(Self { folder, report, policy, kept: kept.len() })
    }

    /// The bundle itself.
    pub(crate) const fn bundle(&self) -> &BundleFolder {
        &self.folder
    }

    /// How far it can be believed.
    pub(crate) fn belief(&self) -> Belief {
        match &self.policy {
            Some(policy) if self.report.accepted(policy) => Belief::Accepted,
            Some(_) => Belief::Refused,
            None if *self.report.answer(Verdict::Integrity) == Answer::Passed => Belief::NobodyVouches,
            None => Belief::Damaged,
        }
    }

    /// The newest checkpoint.
    pub(crate) fn checkpoint(&self) -> Result<&Checkpoint, Failure> {
        self.report.checkpoint().ok_or_else(|| {
            Failure::new(exit::INTEGRITY, "the bundle has no checkpoint that can be read")
                .advise("Copy the bundle again from its source; if it stays so, keep it as evidence.")
        })
    }

    /// The logs of the bundle, each with its folder: those of earlier devices, and last the one that is being kept.
    pub(crate) fn logs(&self) -> Result<Vec<LogOfBundle<'_>>, Failure> {
        let devices = self.folder.read("devices", MAX_DEVICES).ok().and_then(|bytes| DeviceList::parse(&bytes).ok());
        let logs = BundleLog::all(devices.as_ref(), self.checkpoint()?);
        Ok(logs.into_iter().map(|log| (log.clone(), log.within(&self.folder))).collect())
    }

    /// What did not pass, and was demanded.
    pub(crate) fn refused(&self) -> Vec<(Verdict, String)> {
        let Some(policy) = &self.policy else { return Vec::new() };
        let demanded = self.report.answers().filter(|(verdict, _)| policy.demands(*verdict));
        let why = |(verdict, answer): (Verdict, &Answer)| {
            let why = match answer {
                Answer::NothingKept if self.kept == 0 => in_words(answer),
                _ => self.report.why_not_judged(verdict).or_else(|| in_words(answer)),
            }?;
            Some((verdict, why))
        };
        demanded.filter_map(why).collect()
    }

    /// The failure that a bundle is which the trust policy does not accept.
    pub(crate) fn failure(&self) -> Failure {
        let why: Vec<_> = self.refused().iter().map(|(verdict, why)| format!("{}: {why}", verdict.name())).collect();
        Failure::new(
            exit::INTEGRITY,
            format!("the bundle is not what the trust policy demands\n  {}", why.join("\n  ")),
        )
    }

    /// Says on stderr how far it can be believed.
    pub(crate) fn tell(&self, out: &Console) {
        match self.belief() {
            Belief::Accepted => {
                let size = self.report.checkpoint().map_or(0, Checkpoint::size);
                out.error_line(format_args!("verified: all {size} entries, as the trust policy demands"));
            }
            Belief::Refused => (),
            Belief::NobodyVouches => out.warn(
                "NOT VERIFIED. Without --trust-policy nobody vouches for this bundle: it agrees with itself, and whoever \
                 made it up would have made it so.",
            ),
            Belief::Damaged => {
                let why = in_words(self.report.answer(Verdict::Integrity)).unwrap_or_default();
                out.warn(format_args!("NOT VERIFIED, and the bundle does not even agree with itself: {why}"));
            }
        }
    }
}

/// Why it is no pass; none if it is one.
fn in_words(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Passed => None,
        Answer::NothingKept => Some("no checkpoint from an earlier visit was given (--kept)".to_owned()),
        Answer::NotJudged => Some("this could not be judged".to_owned()),
        Answer::Failed { problems, count } => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            Some(if *count > 1 { format!("{first}, and {} more", count - 1) } else { first })
        }
    }
}
