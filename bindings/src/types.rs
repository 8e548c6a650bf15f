//! Plain structures that cross. Those that could hold words of a person print nothing of them.

use std::collections::HashMap;

use saferoom::{access, vault};

use crate::value::FieldValue;

/// Why something is read or written.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct AccessInput {
    /// Code of the purpose, local (`forensic-interview`) or HL7 (`HQUALIMP`).
    pub purpose: String,
    /// The reason in words; some purposes need one.
    #[uniffi(default = None)]
    pub reason: Option<String>,
}

/// A record that is not yet written.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct NewRecord {
    /// Name of its kind, such as `child`.
    pub kind: String,
    /// The record that it stands below.
    pub parent: Option<String>,
    /// Its values, by name of the field.
    pub fields: HashMap<String, FieldValue>,
}

redacted! { AccessInput NewRecord }

/// Which revision of which record a write made.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Revision {
    /// The record.
    pub record: String,
    /// Number of the revision, from 1.
    pub number: u64,
}

/// One revision in a record's history.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RevisionInfo {
    /// Its number.
    pub number: u64,
    /// Pseudonym of the member who wrote it, by the signature.
    pub author: String,
}

/// What a list shows: ids and structure, no value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordInfo {
    /// The record.
    pub id: String,
    /// Name of its kind; none if this release does not know it.
    pub kind: Option<String>,
    /// The record it belongs to, if it belongs to one.
    pub parent: Option<String>,
}

/// What can be said of a vault without a key.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VaultInfo {
    /// The vault.
    pub vault: String,
    /// The device whose log it keeps.
    pub device: String,
    /// Format of the file.
    pub format: u32,
    /// How many records it has.
    pub records: u64,
    /// How many log entries it has.
    pub log_entries: u64,
    /// Whether this device keeps its log.
    pub of_this_device: bool,
}

/// What a check went through.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CheckReport {
    /// Records.
    pub records: u64,
    /// Revisions of them, each with an author.
    pub revisions: u64,
    /// Signed commits that wrote.
    pub commits: u64,
    /// Wrapped data keys.
    pub keys: u64,
    /// Rows of the search index.
    pub tokens: u64,
    /// Sign-ins, each certified by a member.
    pub sessions: u64,
    /// Log entries, each in the signed tree.
    pub log_entries: u64,
    /// Log entries that were opened and compared with their leaf; 0 without the oversight circle.
    pub entries_opened: u64,
    /// Written revisions that have a log entry; 0 without the oversight circle.
    pub writes_logged: u64,
}

impl From<AccessInput> for access::Access {
    fn from(input: AccessInput) -> Self {
        let access = Self::for_purpose(input.purpose);
        match input.reason {
            Some(reason) => access.because(reason),
            None => access,
        }
    }
}

impl From<vault::Revision> for Revision {
    fn from(revision: vault::Revision) -> Self {
        Self { record: revision.record.to_string(), number: revision.number }
    }
}

impl From<vault::RevisionInfo> for RevisionInfo {
    fn from(info: vault::RevisionInfo) -> Self {
        Self { number: info.number, author: info.author.to_string() }
    }
}

impl From<vault::RecordInfo> for RecordInfo {
    fn from(info: vault::RecordInfo) -> Self {
        Self {
            id: info.id.to_string(),
            kind: info.kind.map(|kind| kind.name().to_owned()),
            parent: info.parent.map(|parent| parent.to_string()),
        }
    }
}

impl From<vault::VaultInfo> for VaultInfo {
    fn from(info: vault::VaultInfo) -> Self {
        Self {
            vault: info.vault.to_string(),
            device: info.device.to_string(),
            format: info.format,
            records: info.records,
            log_entries: info.log_entries,
            of_this_device: info.of_this_device,
        }
    }
}

impl From<vault::CheckReport> for CheckReport {
    fn from(report: vault::CheckReport) -> Self {
        Self {
            records: report.records,
            revisions: report.revisions,
            commits: report.commits,
            keys: report.keys,
            tokens: report.tokens,
            sessions: report.sessions,
            log_entries: report.log_entries,
            entries_opened: report.entries_opened,
            writes_logged: report.writes_logged,
        }
    }
}
