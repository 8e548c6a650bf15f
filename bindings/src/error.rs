//! The one error that crosses, with a stable code. Never carries a value, a secret or a text of the host.

use saferoom::error::Diagnosis;
use saferoom::keys::KeyError;

/// Everything that a call can answer instead of a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SaferoomError {
    /// The only case: `kind` tells them apart roughly, `code` exactly.
    #[error("{text}")]
    Failure {
        /// The stable number of this error.
        code: u16,
        /// The part of saferoom that it comes from.
        kind: ErrorKind,
        /// What is wrong, in English; names record kinds and fields, never values.
        text: String,
        /// What to do now, in English.
        advice: String,
        /// After too many failed attempts: in how many seconds the next one is possible.
        wait_seconds: Option<u64>,
    },
}

/// The part of saferoom that an error comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ErrorKind {
    /// Sealing and opening of single values (100 to 199).
    Seal,
    /// Keys, identities, the host's key store (200 to 299).
    Keys,
    /// Records, fields, values, code lists (300 to 399).
    Model,
    /// The log (400 to 499), its witnesses (2000 to 2099).
    Log,
    /// The file (500 to 599).
    Store,
    /// Who may (600 to 699).
    Access,
    /// The vault as a whole (700 to 749).
    Vault,
    /// The file was changed from outside (750 to 799).
    Integrity,
    /// Import and export (800 to 899).
    Exchange,
    /// Input of the simplest kind, such as ids (900 to 999).
    Input,
    /// Packets (1000 to 1099).
    Packet,
    /// Good practice: interviews, consent, words (1100 to 1199).
    Practice,
    /// Anonymised tables, their specifications, extracts (1200 to 1299, 1800 to 1899).
    Release,
    /// Statements, and what was closed for changes (1300 to 1399).
    Statement,
    /// Referrals to services (1400 to 1499).
    Referral,
    /// Custody of exhibits (1500 to 1599).
    Custody,
    /// Rooms on their way to a monitor (1600 to 1699).
    Rooms,
}

impl ErrorKind {
    const fn of(code: u16) -> Self {
        match code {
            ..200 => Self::Seal,
            200..300 => Self::Keys,
            300..400 => Self::Model,
            400..500 | 2000..2100 => Self::Log,
            500..600 => Self::Store,
            600..700 => Self::Access,
            700..750 => Self::Vault,
            750..800 => Self::Integrity,
            800..900 => Self::Exchange,
            900..1000 => Self::Input,
            1000..1100 => Self::Packet,
            1100..1200 => Self::Practice,
            1200..1300 | 1800..1900 => Self::Release,
            1300..1400 => Self::Statement,
            1400..1500 => Self::Referral,
            1500..1600 => Self::Custody,
            1600..1700 => Self::Rooms,
            1700.. => Self::Release,
        }
    }
}

impl SaferoomError {
    /// The failure of anything that diagnoses itself.
    pub(crate) fn of(error: &dyn Diagnosis) -> Self {
        let code = error.code();
        let (text, advice) = (error.to_string(), error.advice().to_owned());
        Self::Failure { code, kind: ErrorKind::of(code), text, advice, wait_seconds: None }
    }
}

impl<E: Into<saferoom::vault::Error>> From<E> for SaferoomError {
    fn from(error: E) -> Self {
        let error = error.into();
        let wait = match &error {
            saferoom::vault::Error::Key(KeyError::TooManyAttempts { wait }) => Some(wait.as_millis().div_ceil(1000)),
            _ => None,
        };
        let Self::Failure { code, kind, text, advice, .. } = Self::of(&error);
        let wait_seconds = wait.map(|seconds| u64::try_from(seconds).unwrap_or(u64::MAX));
        Self::Failure { code, kind, text, advice, wait_seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saferoom::vault::{Error, IntegrityError};

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        let wait = |error: KeyError| {
            let SaferoomError::Failure { wait_seconds, .. } = error.into();
            wait_seconds
        };
        assert_eq!(wait(KeyError::TooManyAttempts { wait: std::time::Duration::from_millis(1001) }), Some(2));
        assert_eq!(wait(KeyError::WrongPassphrase), None);
    }

    #[test]
    fn codes_tell_the_kind() {
        let kind = |error: Error| {
            let SaferoomError::Failure { kind, .. } = error.into();
            kind
        };
        assert_eq!(kind(Error::Locked), ErrorKind::Vault);
        assert_eq!(kind(IntegrityError::Rollback.into()), ErrorKind::Integrity);
        assert_eq!(kind(IntegrityError::Statement.into()), ErrorKind::Integrity);
        assert_eq!(kind(saferoom::access::AccessError::PurposeMissing.into()), ErrorKind::Access);
        assert_eq!(kind(saferoom::keys::KeyError::WrongPassphrase.into()), ErrorKind::Keys);
        assert_eq!(kind(saferoom::access::packet::PacketError::Altered.into()), ErrorKind::Packet);
        let kinds = [1099, 1100, 1200, 1500].map(ErrorKind::of);
        assert_eq!(kinds, [ErrorKind::Packet, ErrorKind::Practice, ErrorKind::Release, ErrorKind::Custody]);
    }
}
