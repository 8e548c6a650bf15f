//! The answers of a verification, each for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::BundleProblem;
use crate::log::{Checkpoint, KeyName, TrustPolicy, Verdict};

/// How many problems are told of one verdict; the rest are counted.
pub const MAX_TOLD: usize = 32;

/// The answer to one verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed {
        /// The first [`MAX_TOLD`] problems.
        problems: Vec<BundleProblem>,
        /// How many there are in all.
        count: u64,
    },
    /// No kept checkpoint was given of a log: one that was cut or rewritten and signed anew would look the same. No pass;
    /// [`BundleReport::why_not_judged`] names the logs.
    NothingKept,
    /// This was not judged; [`BundleReport::why_not_judged`] says why. No pass.
    NotJudged,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleReport {
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) read: u64,
    origins: Vec<KeyName>,
    /// Logs that signed a checkpoint which is here or was kept.
    signed: BTreeSet<KeyName>,
    nothing_kept: BTreeSet<KeyName>,
    on_the_word: BTreeSet<KeyName>,
    answers: BTreeMap<Verdict, Answer>,
}

impl BundleReport {
    pub(super) fn new() -> Self {
        let answer = |verdict| (verdict, Answer::Passed);
        Self {
            checkpoint: None,
            read: 0,
            origins: Vec::new(),
            signed: BTreeSet::new(),
            nothing_kept: BTreeSet::new(),
            on_the_word: BTreeSet::new(),
            answers: Verdict::ALL.into_iter().map(answer).collect(),
        }
    }

    /// The newest checkpoint of the bundle, believed or not; `None` if none could be read.
    #[must_use]
    pub const fn checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoint.as_ref()
    }

    /// How many entries were read.
    #[must_use]
    pub const fn read(&self) -> u64 {
        self.read
    }

    /// The names of its logs, as the bundle says: those of earlier devices, and last the one that is being kept.
    pub fn origins(&self) -> impl ExactSizeIterator<Item = &KeyName> {
        self.origins.iter()
    }

    /// The answer to this verdict.
    #[must_use]
    pub fn answer(&self, verdict: Verdict) -> &Answer {
        self.answers.get(&verdict).unwrap_or(&Answer::NotJudged)
    }

    /// All answers, in the order of [`Verdict::ALL`].
    pub fn answers(&self) -> impl Iterator<Item = (Verdict, &Answer)> {
        Verdict::ALL.into_iter().map(|verdict| (verdict, self.answer(verdict)))
    }

    /// Why nobody could judge this from the bundle, the policy and what was kept; none if it was judged.
    #[must_use]
    pub fn why_not_judged(&self, verdict: Verdict) -> Option<String> {
        match self.answer(verdict) {
            Answer::NothingKept if self.nothing_kept.is_empty() => Some("no kept checkpoint was given".to_owned()),
            Answer::NothingKept => Some(format!("no kept checkpoint was given of {}", listed(&self.nothing_kept))),
            Answer::NotJudged => Some(self.why(verdict)),
            Answer::Passed | Answer::Failed { .. } => None,
        }
    }

    fn why(&self, verdict: Verdict) -> String {
        let why = match verdict {
            Verdict::Devices if !self.on_the_word.is_empty() => {
                return format!(
                    "what is there of {} stands on the word of the next log: no checkpoint that it signed came in",
                    listed(&self.on_the_word)
                );
            }
            Verdict::Devices => "the bundle does not list the devices of the vault",
            Verdict::Writes => "the bundle does not list what the store holds",
            Verdict::View => "the bundle has no derived view",
            Verdict::Freshness => "the trust policy asks for no cosignatures and sets no age",
            _ => "nobody looked",
        };
        why.to_owned()
    }

    /// Whether every verdict that the policy demands has passed. What was not judged, or had nothing kept to compare
    /// with, has not.
    #[must_use]
    pub fn accepted(&self, policy: &TrustPolicy) -> bool {
        self.answers().all(|(verdict, answer)| !policy.demands(verdict) || *answer == Answer::Passed)
    }

    pub(super) fn found(&mut self, checkpoint: Checkpoint) {
        self.checkpoint = Some(checkpoint);
    }

    pub(super) fn has_log(&mut self, origin: KeyName) {
        self.origins.push(origin);
    }

    /// A checkpoint that its log signed, with a key that is believed.
    pub(super) fn has_signed(&mut self, checkpoint: &Checkpoint) {
        if checkpoint.size() > 0 {
            self.signed.insert(checkpoint.origin().clone());
        }
    }

    /// Logs of which nothing was kept.
    pub(super) fn nothing_kept(&mut self, origins: impl IntoIterator<Item = KeyName>) {
        self.nothing_kept.extend(origins);
        if !self.nothing_kept.is_empty() {
            self.instead_of_pass(Verdict::Consistency, Answer::NothingKept);
        }
    }

    /// Looks whether this log signed anything that is known; without it the log is what the next one says.
    pub(super) fn demand_signed(&mut self, origin: &KeyName) {
        if !self.signed.contains(origin) {
            self.on_the_word.insert(origin.clone());
            self.instead_of_pass(Verdict::Devices, Answer::NotJudged);
        }
    }

    /// Takes over of which logs another report says that something is missing.
    pub(super) fn missing_as(&mut self, other: &Self) {
        self.nothing_kept.extend(other.nothing_kept.iter().cloned());
        self.on_the_word.extend(other.on_the_word.iter().cloned());
    }

    pub(super) fn count(&mut self) {
        self.read += 1;
    }

    pub(super) fn fail(&mut self, verdict: Verdict, problem: impl Into<BundleProblem>) {
        let answer = self.answers.entry(verdict).or_insert(Answer::Passed);
        if let Answer::Failed { problems, count } = answer {
            *count += 1;
            if problems.len() < MAX_TOLD {
                problems.push(problem.into());
            }
        } else {
            *answer = Answer::Failed { problems: vec![problem.into()], count: 1 };
        }
    }

    /// Takes over what another report found of a verdict.
    pub(super) fn fail_as(&mut self, verdict: Verdict, told: &[BundleProblem], all: u64) {
        told.iter().for_each(|problem| self.fail(verdict, problem.clone()));
        if let Some(Answer::Failed { count, .. }) = self.answers.get_mut(&verdict) {
            *count += all.saturating_sub(told.len() as u64);
        }
    }

    /// Says this instead of a pass; a failure stays one.
    pub(super) fn instead_of_pass(&mut self, verdict: Verdict, answer: Answer) {
        if *self.answer(verdict) == Answer::Passed {
            self.answers.insert(verdict, answer);
        }
    }
}

fn listed(origins: &BTreeSet<KeyName>) -> String {
    origins.iter().map(KeyName::as_str).collect::<Vec<_>>().join(", ")
}
