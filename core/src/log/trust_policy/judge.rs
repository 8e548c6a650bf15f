//! Judging a checkpoint by a trust policy.

use super::TrustPolicy;
use crate::log::{Checkpoint, LogError, Note, NoteKey};

/// A checkpoint that a believed log signed, and what the witnesses say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The whole note.
    pub note: Note,
    /// The key of the log that signed.
    pub log: NoteKey,
    /// The believed witnesses that cosigned, and when; one may stand several times.
    pub cosignatures: Vec<(NoteKey, u64)>,
    /// Whether enough of them did.
    pub quorum: Quorum,
}

/// Whether enough witnesses cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// The policy asks for none.
    NotAsked,
    /// Too few did.
    Missing,
    /// Enough did.
    Reached {
        /// Seconds since 1970: the latest time such that enough witnesses cosigned then or later.
        time: u64,
    },
}

impl TrustPolicy {
    /// Judges a signed checkpoint. That the quorum is [`Quorum::Missing`] is an answer, not an error.
    ///
    /// # Errors
    /// Those of [`Checkpoint::open`]: [`LogError::Unsigned`] or [`LogError::OriginMismatch`] if no believed log of this
    /// origin signed, [`LogError::BadSignature`] if a line of a believed log or witness is false.
    pub fn judge(&self, note: &[u8]) -> Result<Judgement, LogError> {
        let known = self.keys();
        let opened = Checkpoint::open(note, &known)?;
        let of_this_log =
            |key: &&NoteKey| key.name() == opened.checkpoint.origin() && self.logs.iter().any(|log| log.key == **key);
        // A witness that bears the name of the log is not the log.
        let log = opened.signers.iter().copied().find(of_this_log).ok_or(LogError::OriginMismatch)?.clone();
        let cosignatures: Vec<_> = opened.cosignatures.iter().map(|one| (one.key.clone(), one.time)).collect();
        let quorum = self.quorum_of(&cosignatures);
        Ok(Judgement { checkpoint: opened.checkpoint, log, cosignatures, quorum, note: opened.note })
    }

    /// Whether enough witnesses cosigned, by those of these cosignatures that are not later than this, in seconds since 1970.
    pub(crate) fn quorum_until(&self, cosignatures: &[(NoteKey, u64)], latest: u64) -> Quorum {
        let timely: Vec<_> = cosignatures.iter().filter(|(_, time)| *time <= latest).cloned().collect();
        self.quorum_of(&timely)
    }

    fn quorum_of(&self, cosignatures: &[(NoteKey, u64)]) -> Quorum {
        let Some(quorum) = &self.quorum else { return Quorum::NotAsked };
        // Groups come after their members, so each time is known when it is needed.
        let mut times: Vec<(&str, Option<u64>)> = Vec::new();
        for witness in &self.witnesses {
            let own = cosignatures.iter().filter(|(key, _)| *key == witness.key).map(|(_, time)| *time);
            times.push((&witness.name, own.max()));
        }
        for group in &self.groups {
            let time_of = |member: &String| times.iter().find(|(name, _)| name == member).and_then(|(_, time)| *time);
            let mut of_members: Vec<u64> = group.members.iter().filter_map(time_of).collect();
            of_members.sort_unstable_by(|one, other| other.cmp(one));
            let time = of_members.get(group.threshold - 1).copied();
            times.push((&group.name, time));
        }
        match times.iter().find(|(name, _)| name == quorum).and_then(|(_, time)| *time) {
            Some(time) => Quorum::Reached { time },
            None => Quorum::Missing,
        }
    }
}
