//! The one error type of the front door.

use super::backup::BackupError;
use crate::access::AccessError;
use crate::access::erasure::ErasureError;
use crate::access::packet::PacketError;
use crate::error::{Diagnosis, Family};
use crate::id::IdError;
use crate::keys::KeyError;
use crate::log::{BundleProblem, CosignerError, EpochError, LogError};
use crate::model::search::SearchError;
use crate::model::statistics::StatisticsError;
use crate::model::{FormError, ModelError};
use crate::practice::PracticeError;
use crate::practice::authorise::AuthorisationError;
use crate::practice::consent::ConsentError;
use crate::practice::custody::CustodyError;
use crate::practice::referrals::ReferralError;
use crate::practice::rooms::RoomsError;
use crate::practice::statement::StatementError;
use crate::seal::SealError;
use crate::store::StoreError;

/// Everything that a call of [`Vault`](super::Vault) or [`Session`](super::Session) can answer instead of a value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The slice of a log for a subject's report is for somebody else, of another child, or was changed.
    #[error("this slice of the log is not for this member and this child, or was changed")]
    SubjectSlice,
    /// Sealing or opening.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Keys, identities, the host's key store.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Records and fields.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A form document.
    #[error(transparent)]
    Form(#[from] FormError),
    /// What cannot be searched for.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A witness that was asked to cosign.
    #[error(transparent)]
    Witness(#[from] CosignerError),
    /// A bundle that is being written.
    #[error(transparent)]
    Bundle(#[from] BundleProblem),
    /// The epochs of the log.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tables of counts, their budgets, and the guard of a series.
    #[cfg(feature = "extract")]
    #[error(transparent)]
    Tables(#[from] crate::release::tables::TablesError),
    /// Writing an extract.
    #[cfg(feature = "parquet")]
    #[error(transparent)]
    Output(#[from] crate::release::output::OutputError),
    /// Who may.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A packet.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// Rows of the statistics.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
    /// What good practice refuses.
    #[error(transparent)]
    Practice(#[from] PracticeError),
    /// Why something may not be told.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// Why an authorisation of a second person does not hold.
    #[error(transparent)]
    Authorisation(#[from] AuthorisationError),
    /// What is wrong with a chain of custody, or with the next event.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// What cannot be done with a statement, or with what was closed for changes.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// What is wrong with a referral, or with an answer to it.
    #[error(transparent)]
    Referral(#[from] ReferralError),
    /// What is wrong with rooms that come from a station.
    #[error(transparent)]
    Rooms(#[from] RoomsError),
    /// An id in text.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A backup, or bringing one back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The file was changed from outside.
    #[error(transparent)]
    Integrity(#[from] IntegrityError),
    /// Import and export.
    #[error(transparent)]
    Exchange(#[from] super::exchange::ExchangeError),
    /// The vault has no record of this id.
    #[error("the vault has no such record")]
    NoSuchRecord,
    /// The record is of another kind than the call expects.
    #[error("the record is a {found}, not a {expected}")]
    WrongKind {
        /// What the call expects.
        expected: &'static str,
        /// What the record is.
        found: &'static str,
    },
    /// The record may not stand below this parent.
    #[error("a {kind} cannot be recorded below this parent")]
    Parent {
        /// Kind of the record.
        kind: &'static str,
    },
    /// More records of this kind below one parent than the catalogue allows.
    #[error("no more than {at_most} records of the kind {kind} may stand below one {parent}")]
    TooMany {
        /// Kind of the record.
        kind: &'static str,
        /// Kind of the parent.
        parent: &'static str,
        /// How many there may be.
        at_most: u32,
    },
    /// A document about erasures.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The case was erased: its keys are destroyed, and nobody can open it.
    #[error("the case was erased at {since} (milliseconds since 1970)")]
    Erased {
        /// When, in milliseconds since 1970, UTC.
        since: u64,
    },
    /// Another session wrote the same records in between.
    #[error("the record was changed by somebody else in between")]
    ChangedElsewhere,
    /// The session was locked; its keys are wiped.
    #[error("the session is locked")]
    Locked,
    /// The session was not called for too long and has locked itself; its keys are wiped.
    #[error("the session was not used for too long and has locked itself")]
    LockedIdle,
    /// A call on a session from inside another call on it, such as a read inside a batch.
    #[error("the session was called from inside one of its own calls")]
    WithinCall,
    /// The search index is of another release or of an earlier generation of the search circle: it would hide records.
    #[error("the search index has to be made anew")]
    IndexOutdated,
    /// More searches across units than a member has in an hour.
    #[error(
        "too many searches across units within an hour; the next is possible at {again_at} (milliseconds since 1970)"
    )]
    TooOften {
        /// When the next is possible, in milliseconds since 1970, UTC.
        again_at: u64,
    },
    /// This device keeps no log for this vault.
    #[error("this device does not keep the log of this vault")]
    ForeignVault,
    /// The vault was moved out: another device keeps it.
    #[error("the vault was moved to another device")]
    Retired,
    /// The file has no log of this number.
    #[error("the vault has no log of this number")]
    NoSuchLog,
    /// More records in one batch than a commit can carry.
    #[error("too many records in one batch")]
    BatchTooLarge,
    /// The name of the log is not allowed.
    #[error("the origin of a log is a host name and a path, such as police.example.org/audit/1")]
    Origin,
}

#[cfg(feature = "extract")]
impl From<crate::release::ReleaseError> for Error {
    fn from(error: crate::release::ReleaseError) -> Self {
        Self::Tables(error.into())
    }
}

/// What does not fit together in the file. Each is a sign of a change from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntegrityError {
    /// The newest statement is not signed by a member's session, or is of another vault or roster.
    #[error("the newest statement of the vault is not properly signed")]
    Statement,
    /// A session's key is not certified by a member.
    #[error("a session of the vault is not certified by a member")]
    Certificate,
    /// The authenticated state is not what was signed.
    #[error("the state of the vault is not what was signed")]
    State,
    /// Records or keys were added, removed, exchanged or rolled back.
    #[error("records or keys were added, removed, exchanged or rolled back")]
    Bucket,
    /// A revision is not what its head says.
    #[error("a revision of a record is not what was signed")]
    Head,
    /// A revision has no author.
    #[error("a revision of a record was not signed by a member")]
    Author,
    /// The log is not what was signed.
    #[error("the access log is not what was signed")]
    Log,
    /// A log entry does not open to its leaf.
    #[error("an entry of the access log does not match its leaf")]
    Entry,
    /// Keys of an erased case are there again, or keys are gone of a case that was never erased.
    #[error("the keys of a case are not what the roster says about its erasure")]
    Erasure,
    /// The file is older than what this device has seen.
    #[error("the vault was rolled back to an earlier state")]
    Rollback,
}

impl Diagnosis for Error {
    fn code(&self) -> u16 {
        match self {
            Self::Seal(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Model(error) => error.code(),
            Self::Form(error) => error.code(),
            Self::Search(error) => error.code(),
            Self::Log(error) => error.code(),
            Self::Witness(error) => error.code(),
            Self::Bundle(error) => error.code(),
            Self::Epoch(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Access(error) => error.code(),
            Self::Id(error) => error.code(),
            Self::Packet(error) => error.code(),
            Self::Statistics(error) => error.code(),
            Self::Practice(error) => error.code(),
            Self::Consent(error) => error.code(),
            Self::Authorisation(error) => error.code(),
            #[cfg(feature = "extract")]
            Self::Tables(error) => error.code(),
            #[cfg(feature = "parquet")]
            Self::Output(error) => error.code(),
            Self::Custody(error) => error.code(),
            Self::Statement(error) => error.code(),
            Self::Referral(error) => error.code(),
            Self::Rooms(error) => error.code(),
            Self::Backup(error) => error.code(),
            Self::Integrity(error) => error.code(),
            Self::Exchange(error) => error.code(),
            Self::Erasure(error) => error.code(),
            Self::Erased { .. } => Family::Vault.code(40),
            Self::SubjectSlice => Family::Vault.code(41),
            Self::ChangedElsewhere => Family::Vault.code(42),
            Self::NoSuchRecord => Family::Vault.code(1),
            Self::WrongKind { .. } => Family::Vault.code(2),
            Self::Parent { .. } => Family::Vault.code(3),
            Self::Locked => Family::Vault.code(4),
            Self::LockedIdle => Family::Vault.code(30),
            Self::ForeignVault => Family::Vault.code(5),
            Self::BatchTooLarge => Family::Vault.code(6),
            Self::Origin => Family::Vault.code(7),
            Self::IndexOutdated => Family::Vault.code(10),
            Self::TooOften { .. } => Family::Vault.code(11),
            Self::WithinCall => Family::Vault.code(8),
            Self::Retired => Family::Vault.code(17),
            Self::NoSuchLog => Family::Vault.code(18),
            Self::TooMany { .. } => Family::Vault.code(9),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::SubjectSlice => "Ask the auditor for a slice about this child, made for you.",
            Self::Seal(error) => error.advice(),
            Self::Key(error) => error.advice(),
            Self::Model(error) => error.advice(),
            Self::Form(error) => error.advice(),
            Self::Search(error) => error.advice(),
            Self::Log(error) => error.advice(),
            Self::Witness(error) => error.advice(),
            Self::Bundle(error) => error.advice(),
            Self::Epoch(error) => error.advice(),
            Self::Store(error) => error.advice(),
            Self::Access(error) => error.advice(),
            Self::Id(error) => error.advice(),
            Self::Packet(error) => error.advice(),
            Self::Statistics(error) => error.advice(),
            Self::Practice(error) => error.advice(),
            Self::Consent(error) => error.advice(),
            Self::Authorisation(error) => error.advice(),
            #[cfg(feature = "extract")]
            Self::Tables(error) => error.advice(),
            #[cfg(feature = "parquet")]
            Self::Output(error) => error.advice(),
            Self::Custody(error) => error.advice(),
            Self::Statement(error) => error.advice(),
            Self::Referral(error) => error.advice(),
            Self::Rooms(error) => error.advice(),
            Self::Backup(error) => error.advice(),
            Self::Integrity(error) => error.advice(),
            Self::Exchange(error) => error.advice(),
            Self::Erasure(error) => error.advice(),
            Self::Erased { .. } => {
                "Nothing can bring it back. The log says who decided it; `saferoom erasure certificate` proves it."
            }
            Self::NoSuchRecord => "Check the id; list what there is with `saferoom case list`.",
            Self::WrongKind { .. } => "Read the record as what it is.",
            Self::Parent { .. } => "Look up in the catalogue below which kinds this record may stand.",
            Self::TooMany { .. } => "Check for a mistake in the input; nothing of this write was kept.",
            Self::ChangedElsewhere => "Read the record again, and repeat what you did.",
            Self::Locked => "Sign in again.",
            Self::LockedIdle => "Sign in again. What was not saved before was not recorded.",
            Self::IndexOutdated => {
                "Call `rebuild_search_index`, or run `saferoom search --rebuild`; nothing else is affected."
            }
            Self::TooOften { .. } => "Wait until then, or ask the other unit by telephone. The attempt was logged.",
            Self::ForeignVault => {
                "Open the vault on its own device; or bring it here with a backup (`saferoom vault restore`), a move (`saferoom vault move-out`, then `move-in`) or, if that device is lost, this copy (`saferoom vault adopt`)."
            }
            Self::Retired => {
                "Use the vault on the device it was moved to; if the move file was lost, restore the newest backup."
            }
            Self::NoSuchLog => "List the logs of the vault first; they are numbered from 0.",
            Self::BatchTooLarge => "Write in batches of at most 65536 records.",
            Self::WithinCall => "Read what you need before the batch, and write through the batch alone.",
            Self::Origin => "Give a host name and a path without spaces or plus signs, of at most 200 characters.",
        }
    }
}

impl Diagnosis for IntegrityError {
    fn code(&self) -> u16 {
        Family::Vault.code(match self {
            Self::Statement => 50,
            Self::Certificate => 51,
            Self::State => 52,
            Self::Bucket => 53,
            Self::Head => 54,
            Self::Author => 55,
            Self::Log => 56,
            Self::Entry => 57,
            Self::Erasure => 58,
            Self::Rollback => 60,
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Rollback => {
                "Stop using this file and keep it: an older copy was put in its place. Use the newest one, and tell the custodian."
            }
            _ => "Stop using this file, keep it as it is, tell the custodian, and restore from the newest backup.",
        }
    }
}
