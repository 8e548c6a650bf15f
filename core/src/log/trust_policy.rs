//! The auditor's trust policy: which logs and witnesses are believed, how many witnesses it takes, and which verdicts a
//! verification must reach (C2SP tlog-policy, <https://c2sp.org/tlog-policy>). It comes to the auditor by another way
//! than the bundle that is judged by it.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> any|all|<k> <name>...
//! quorum <name>|none
//! #saferoom demand integrity authenticity consistency
//! #saferoom fresh-within 604800
//! #saferoom organisation <origin of the organisation's log>
//! ```
//!
//! What saferoom adds stands in lines that other programs take for comments; such a line that is not understood is an
//! error here, not a comment.

mod error;
mod judge;
mod lines;
mod verdict;

use std::fmt;
use std::str::FromStr;

pub use error::{TrustPolicyError, TrustPolicyProblem};
pub use judge::{Judgement, Quorum};
pub use verdict::Verdict;

use super::{KeyName, KeyType, NoteKey};

/// The longest trust policy, in bytes.
pub const MAX_POLICY_LENGTH: usize = 1 << 18;

/// The most logs, the most witnesses and the most groups.
const MAX_LISTED: usize = 1024;

/// A log that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key, whose name is the log's origin.
    pub key: NoteKey,
    /// Where it can be asked; not used here.
    pub url: Option<String>,
}

/// A witness that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWitness {
    /// Its name within the policy.
    pub name: String,
    /// Its key.
    pub key: NoteKey,
    /// Where it can be asked; not used here.
    pub url: Option<String>,
}

/// Several witnesses or groups of which some have to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyGroup {
    /// Its name within the policy.
    pub name: String,
    /// How many of its members it takes; never 0 and never more than there are.
    pub threshold: usize,
    /// Names of witnesses and of groups before it.
    pub members: Vec<String>,
}

/// The trust policy. Only one that keeps all rules of the format can be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustPolicy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    quorum: Option<String>,
    demanded: Option<Vec<Verdict>>,
    fresh_within: Option<u64>,
    organisation: Option<KeyName>,
}

impl TrustPolicy {
    /// A policy that believes nobody and needs no witness.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also believes this log.
    ///
    /// # Errors
    /// [`TrustPolicyProblem::KeyUse`], [`TrustPolicyProblem::Duplicate`], [`TrustPolicyProblem::TooLong`],
    /// [`TrustPolicyProblem::Character`].
    pub fn with_log(mut self, key: NoteKey, url: Option<&str>) -> Result<Self, TrustPolicyProblem> {
        if key.key_type() == KeyType::Cosignature {
            return Err(TrustPolicyProblem::KeyUse);
        }
        check_listed(self.logs.iter().map(|log| &log.key), &key)?;
        self.logs.push(PolicyLog { key, url: checked_url(url)? });
        Ok(self)
    }

    /// Also believes this witness, under this name within the policy.
    ///
    /// # Errors
    /// As [`TrustPolicy::with_log`].
    pub fn with_witness(mut self, name: &str, key: NoteKey, url: Option<&str>) -> Result<Self, TrustPolicyProblem> {
        // 0x02 is ECDSA and 0x05 the signature of RFC 6962: both without a time.
        if matches!(key.key_type(), KeyType::Ed25519 | KeyType::Other(0x02 | 0x05)) {
            return Err(TrustPolicyProblem::KeyUse);
        }
        check_listed(self.witnesses.iter().map(|witness| &witness.key), &key)?;
        self.check_new_name(name)?;
        self.witnesses.push(PolicyWitness { name: name.to_owned(), key, url: checked_url(url)? });
        Ok(self)
    }

    /// Groups witnesses and groups of which `threshold` have to agree.
    ///
    /// # Errors
    /// [`TrustPolicyProblem::UnknownName`], [`TrustPolicyProblem::Threshold`], [`TrustPolicyProblem::MemberTwice`],
    /// [`TrustPolicyProblem::Duplicate`], [`TrustPolicyProblem::TooLong`], [`TrustPolicyProblem::Character`].
    pub fn with_group(mut self, name: &str, threshold: usize, members: &[&str]) -> Result<Self, TrustPolicyProblem> {
        if self.groups.len() >= MAX_LISTED {
            return Err(TrustPolicyProblem::TooLong);
        }
        for (place, member) in members.iter().enumerate() {
            if !self.defines(member) {
                return Err(TrustPolicyProblem::UnknownName);
            }
            let elsewhere = self.groups.iter().any(|group| group.members.iter().any(|other| other == member));
            if elsewhere || members[..place].contains(member) {
                return Err(TrustPolicyProblem::MemberTwice);
            }
        }
        if threshold == 0 || threshold > members.len() {
            return Err(TrustPolicyProblem::Threshold);
        }
        self.check_new_name(name)?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(PolicyGroup { name: name.to_owned(), threshold, members });
        Ok(self)
    }

    /// Needs the cosignatures of this witness or group.
    ///
    /// # Errors
    /// [`TrustPolicyProblem::UnknownName`], [`TrustPolicyProblem::Duplicate`] if a quorum was set before.
    pub fn with_quorum(mut self, name: &str) -> Result<Self, TrustPolicyProblem> {
        if self.quorum.is_some() {
            return Err(TrustPolicyProblem::Duplicate);
        }
        if !self.defines(name) {
            return Err(TrustPolicyProblem::UnknownName);
        }
        self.quorum = Some(name.to_owned());
        Ok(self)
    }

    /// Demands these verdicts and no others; none named means all.
    #[must_use]
    pub fn demanding(mut self, verdicts: &[Verdict]) -> Self {
        let mut verdicts = verdicts.to_vec();
        verdicts.sort_unstable();
        verdicts.dedup();
        self.demanded = Some(verdicts).filter(|verdicts| !verdicts.is_empty());
        self
    }

    /// Takes a quorum for fresh that is not older than this, in seconds.
    #[must_use]
    pub fn fresh_for(mut self, seconds: u64) -> Self {
        self.fresh_within = Some(seconds);
        self
    }

    /// Names the log of the organisation, which lists the devices. It has to be one of the logs.
    ///
    /// # Errors
    /// [`TrustPolicyProblem::UnknownName`] if no log with this origin is listed.
    pub fn of_organisation(mut self, origin: &KeyName) -> Result<Self, TrustPolicyProblem> {
        if !self.logs.iter().any(|log| log.key.name() == origin) {
            return Err(TrustPolicyProblem::UnknownName);
        }
        self.organisation = Some(origin.clone());
        Ok(self)
    }

    /// The same policy for these logs and no others: with its witnesses, and what it demands.
    #[must_use]
    pub fn for_logs(&self, keys: impl IntoIterator<Item = NoteKey>) -> Self {
        let logs = keys.into_iter().map(|key| PolicyLog { key, url: None }).collect();
        Self { logs, organisation: None, ..self.clone() }
    }

    /// The logs that are believed.
    #[must_use]
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses that are believed.
    #[must_use]
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// The groups of witnesses.
    #[must_use]
    pub fn groups(&self) -> &[PolicyGroup] {
        &self.groups
    }

    /// The witness or group whose agreement it takes; `None` if it takes none.
    #[must_use]
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    /// Whether a verification has to reach this verdict. A policy that names none demands all.
    #[must_use]
    pub fn demands(&self, verdict: Verdict) -> bool {
        self.demanded.as_ref().is_none_or(|demanded| demanded.contains(&verdict))
    }

    /// How old the quorum may be, in seconds.
    #[must_use]
    pub const fn fresh_within(&self) -> Option<u64> {
        self.fresh_within
    }

    /// The log of the organisation, which lists the devices.
    #[must_use]
    pub fn organisation(&self) -> Option<&KeyName> {
        self.organisation.as_ref()
    }

    /// All keys of logs and witnesses.
    #[must_use]
    pub fn keys(&self) -> Vec<NoteKey> {
        let logs = self.logs.iter().map(|log| log.key.clone());
        logs.chain(self.witnesses.iter().map(|witness| witness.key.clone())).collect()
    }

    fn defines(&self, name: &str) -> bool {
        let witnesses = self.witnesses.iter().map(|witness| &witness.name);
        witnesses.chain(self.groups.iter().map(|group| &group.name)).any(|defined| defined == name)
    }

    fn check_new_name(&self, name: &str) -> Result<(), TrustPolicyProblem> {
        check_word(name)?;
        if name == "none" || self.defines(name) { Err(TrustPolicyProblem::Duplicate) } else { Ok(()) }
    }
}

/// A key is the same if the public key is, under whatever name.
fn check_listed<'k>(
    mut listed: impl ExactSizeIterator<Item = &'k NoteKey>,
    key: &NoteKey,
) -> Result<(), TrustPolicyProblem> {
    if listed.len() >= MAX_LISTED {
        return Err(TrustPolicyProblem::TooLong);
    }
    if listed.any(|other| other.public_key() == key.public_key()) { Err(TrustPolicyProblem::Duplicate) } else { Ok(()) }
}

fn checked_url(url: Option<&str>) -> Result<Option<String>, TrustPolicyProblem> {
    url.map(|url| check_word(url).map(|()| url.to_owned())).transpose()
}

/// Whether this can be one word of a line.
fn check_word(word: &str) -> Result<(), TrustPolicyProblem> {
    let unfit = word.is_empty() || word.bytes().any(|byte| byte <= b' ' || byte == 0x7f);
    if unfit { Err(TrustPolicyProblem::Character) } else { Ok(()) }
}

impl FromStr for TrustPolicy {
    type Err = TrustPolicyError;

    fn from_str(text: &str) -> Result<Self, TrustPolicyError> {
        Self::parse(text.as_bytes())
    }
}

/// The policy in the one form that saferoom writes; comments of a file that was read are not kept.
impl fmt::Display for TrustPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines::write(self, f)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
