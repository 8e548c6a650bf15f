//! What a row of each table holds.

use crate::id::{DeviceId, RecordId, ScopeId, VaultId};

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultRow {
    /// The vault.
    pub vault: VaultId,
    /// The device whose log it keeps.
    pub device: DeviceId,
}

impl VaultRow {
    /// Whether the vault was moved out: no device keeps its log.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        *self.device.as_bytes() == [0; 16]
    }

    /// The row of a vault that was moved out.
    #[must_use]
    pub fn retired(self) -> Self {
        Self { device: DeviceId::from_bytes([0; 16]), ..self }
    }
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Number of the session, from 1.
    pub number: u64,
    /// The device.
    pub device: DeviceId,
    /// The session's public signing key.
    pub public_key: [u8; 32],
    /// Who certified that key; sealed.
    pub certificate: Vec<u8>,
    /// The key of the session's log entries; sealed into the oversight circle.
    pub envelope: Vec<u8>,
}

/// Something that is wrapped for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRow {
    /// Where it lies: the recipient finds it.
    pub slot: [u8; 16],
    /// The session under whose key data keys are wrapped; none for a circle's secret.
    pub session: Option<u64>,
    /// The wrapped secret.
    pub sealed: Vec<u8>,
}

/// A key under which backups were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupKeyRow {
    /// Its number, from 1.
    pub number: u64,
    /// Its id, the end of its lifetime, and the commit that first used it; sealed to all members.
    pub sealed: Vec<u8>,
}

/// A wrapped data key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The scope whose records it seals.
    pub scope: ScopeId,
    /// Its number within the scope, from 1.
    pub ordinal: u16,
    /// Finds it for its recipient.
    pub tag: [u8; 16],
    /// Fixes the key.
    pub commitment: [u8; 32],
    /// The commit that brought the key in.
    pub commit: u64,
    /// Its place among what that commit wrote.
    pub place: u32,
    /// The session that wrapped it under an envelope; none if it is wrapped under the recipient's own key.
    pub session: Option<u64>,
    /// The wrapped key.
    pub sealed: Vec<u8>,
}

impl KeyRow {
    /// Whether the key was destroyed: what is left of it fixes what it was, and opens nothing.
    #[must_use]
    pub fn is_husk(&self) -> bool {
        self.sealed.is_empty()
    }

    /// What is left of the key when it is destroyed.
    #[must_use]
    pub fn husk(&self) -> Self {
        Self { tag: [0; 16], session: None, sealed: Vec::new(), ..self.clone() }
    }
}

/// An entry of a case's circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleRow {
    /// The case.
    pub scope: ScopeId,
    /// Its number, from 1.
    pub number: u64,
    /// The commit that wrote it.
    pub commit: u64,
    /// Its place among what that commit wrote.
    pub place: u32,
    /// The entry.
    pub sealed: Vec<u8>,
}

/// What is remembered of the packets of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrespondentRow {
    /// Names the sender to the members.
    pub sender: [u8; 16],
    /// What is remembered; sealed to all members.
    pub sealed: Vec<u8>,
}

/// What may be known of a case without its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsRow {
    /// A random id of its own.
    pub id: [u8; 16],
    /// Sealed to all members; in there, to the statistics circle.
    pub sealed: Vec<u8>,
}

/// What leads from a case to its row in the statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsLinkRow {
    /// The case.
    pub scope: ScopeId,
    /// Sealed to all members; in there, under data keys of the case.
    pub sealed: Vec<u8>,
}

/// What was counted of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// Names it to the member.
    pub name: [u8; 16],
    /// The counts; sealed under a key of the member's own.
    pub sealed: Vec<u8>,
}

/// Something that is to be looked at, or what was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Which finding.
    pub id: [u8; 16],
    /// 1 as it was opened, 2 as it was reviewed.
    pub number: u64,
    /// The commit that wrote it.
    pub commit: u64,
    /// Its place among what that commit wrote.
    pub place: u32,
    /// The session that sealed it.
    pub session: u64,
    /// Sealed to those who review in the unit; empty if there was nobody to seal it to.
    pub unit_sealed: Vec<u8>,
    /// Sealed to those who read the log.
    pub oversight_sealed: Vec<u8>,
}

/// The current revision of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadRow {
    /// The record.
    pub record: RecordId,
    /// The scope whose keys protect it.
    pub scope: ScopeId,
    /// The record it belongs to; itself if none.
    pub parent: RecordId,
    /// Number of its kind.
    pub kind: u16,
    /// Row of the current revision.
    pub revision: i64,
    /// Digest of the current head.
    pub digest: [u8; 32],
    /// Position of the last log entry about it.
    pub entry: u64,
}

/// One revision of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRow {
    /// The record.
    pub record: RecordId,
    /// Number of the revision, from 1.
    pub number: u64,
    /// Row of the revision before.
    pub earlier: Option<i64>,
    /// Digest of the head before.
    pub previous: Option<[u8; 32]>,
    /// The commit that signed it.
    pub commit: u64,
    /// Its place among the heads of that commit.
    pub place: u32,
    /// The sealed groups.
    pub groups: Vec<u8>,
}

/// A signed commit that wrote revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRow {
    /// Number of the commit.
    pub number: u64,
    /// Who signed.
    pub session: u64,
    /// What was signed.
    pub statement: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// The newest signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipRow {
    /// Who signed.
    pub session: u64,
    /// What was signed.
    pub statement: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
    /// Where the newest entries about records stand, sealed.
    pub recent: Vec<u8>,
    /// If it is the device's: the newest one of a member.
    pub base: Option<SignedRow>,
}

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRow {
    /// Who signed.
    pub session: u64,
    /// What was signed.
    pub statement: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// A log entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its position, from 0.
    pub position: u64,
    /// The session whose envelope holds its key.
    pub session: u64,
    /// The Merkle hashes that this leaf completes, leaf first.
    pub hashes: Vec<u8>,
    /// The entry.
    pub sealed: Vec<u8>,
}
