//! What a member who reads the log may ask of the vault, and what witnesses add to a checkpoint.

use saferoom::log::{TrustPolicy, collect_cosignatures as collect};
use saferoom::vault;

use super::entry::LogEntry;
use crate::error::SaferoomError;
use crate::members::Member;
use crate::session::Session;
use crate::types::AccessInput;

/// One log of the file: of the device that keeps the vault, or of one that kept it before.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogInfo {
    /// Its number in the file, from 0.
    pub number: u64,
    /// The device.
    pub device: String,
    /// Its name and public key, as auditors pin it.
    pub key: String,
    /// How many entries it has; for an earlier log, as far as the device after it knew.
    pub size: u64,
}

#[uniffi::export]
impl Session {
    /// The logs of the file, in the order in which devices kept the vault; the last one is being kept. Tells nothing about
    /// what was done.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn logs(&self) -> Result<Vec<LogInfo>, SaferoomError> {
        Ok(self.0.logs()?.into_iter().map(LogInfo::from).collect())
    }

    /// The entries from `start` (inclusive) to `end` (exclusive), as far as there are, with their reasons in words; of the log
    /// that is being kept, or of the one with this number. Reading the log is logged.
    ///
    /// # Errors
    /// The member does not read the log (logged as denied), there is no such log, or an entry does not open to its leaf.
    pub fn log_entries(
        &self,
        start: u64,
        end: u64,
        log: Option<u64>,
        access: AccessInput,
    ) -> Result<Vec<LogEntry>, SaferoomError> {
        let access = access.into();
        let entries = match log {
            None => self.0.log_entries(start, end, &access)?,
            Some(number) => {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                self.0.log_entries_of(number, start, end, &access)?
            }
        };
        Ok(entries.into_iter().map(|logged| LogEntry::of(&logged.entry, log, None, logged.reason)).collect())
    }

    /// The members, for the file in which an auditor reads who is behind a pseudonym. Logged as an export.
    ///
    /// # Errors
    /// The role neither reads the log nor manages members (logged as denied).
    pub fn export_directory(&self, access: AccessInput) -> Result<Vec<Member>, SaferoomError> {
        Ok(self.0.export_directory(&access.into())?.iter().map(Member::of).collect())
    }
}

impl From<vault::LogInfo> for LogInfo {
    fn from(info: vault::LogInfo) -> Self {
        Self { number: info.number as u64, device: info.device.to_string(), key: info.key.to_string(), size: info.size }
    }
}

/// Adds the lines that witnesses gave to a signed checkpoint: those that the trust policy believes, each checked. Answers the
/// cosigned checkpoint.
///
/// # Errors
/// A line is none, or one of a believed witness is false; what the policy says of the checkpoint.
#[uniffi::export]
pub fn collect_cosignatures(checkpoint: &[u8], lines: &str, trust_policy: &[u8]) -> Result<String, SaferoomError> {
    let policy = TrustPolicy::parse(trust_policy).map_err(|error| SaferoomError::of(&error))?;
    Ok(collect(checkpoint, lines, &policy)?.note.to_string())
}
