//! What went wrong, for the person in front of it: the exit code, the stable code, the text, and what to do now.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use saferoom::access::packet::PacketError;
use saferoom::access::releases::ReleasesError;
use saferoom::access::{AccessError, PolicyError};
use saferoom::error::Diagnosis;
use saferoom::id::IdError;
use saferoom::keys::{KeyError, RecoveryError};
use saferoom::log::{
    BundleProblem, CourtFileError, EpochError, FolderError, LogError, TileError, TrustPolicyError, WitnessError,
};
use saferoom::model::{CodeListError, FormError, GazetteerError, ModelError};
use saferoom::practice::referrals::ReferralError;
use saferoom::release::ReleaseError;
use saferoom::release::output::OutputError;
use saferoom::release::tables::TablesError;
use saferoom::seal::SealError;
use saferoom::store::StoreError;
use saferoom::vault::exchange::ExchangeError;
use saferoom::vault::{Error, IntegrityError};

/// The exit codes. For ever: scripts depend on them.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// Refused or failed.
    pub const FAILED: u8 = 1;
    /// Wrong usage of the command.
    pub const USAGE: u8 = 2;
    /// The vault was changed from outside, damaged or rolled back.
    pub const INTEGRITY: u8 = 3;
    /// Access denied: wrong passphrase, not a member, no key, no purpose.
    pub const DENIED: u8 = 4;
    /// A file problem: missing, busy, disk full, read-only, not a vault, too new.
    pub const FILE: u8 = 5;
    /// Bad input data.
    pub const INPUT: u8 = 6;
}

/// Why a command ended without doing what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code, one of [`exit`].
    pub exit: u8,
    /// The stable code of the library's error, if it is one.
    pub code: Option<u16>,
    /// What went wrong. Never with a value, a key or a passphrase in it.
    pub text: String,
    /// What to do now; may be empty.
    pub advice: String,
}

impl Failure {
    /// A failure of the command itself, without a code of the library.
    #[must_use]
    pub fn new(exit: u8, text: impl Into<String>) -> Self {
        Self { exit, code: None, text: text.into(), advice: String::new() }
    }

    /// The same failure, with what to do now.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// The same failure, with the place where it happened before its text, such as a file and a line.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.text = format!("{place}: {}", self.text);
        self
    }

    /// A failure out of anything that diagnoses itself.
    #[must_use]
    pub fn diagnosed(exit: u8, error: &dyn Diagnosis) -> Self {
        Self { exit, code: Some(error.code()), text: error.to_string(), advice: error.advice().to_owned() }
    }

    /// A file that could not be read.
    #[must_use]
    pub fn reading(path: &Path, error: &std::io::Error) -> Self {
        let text = match error.kind() {
            ErrorKind::NotFound => format!("there is no file at {}", path.display()),
            kind => format!("{} cannot be read: {kind}", path.display()),
        };
        Self::new(exit::FILE, text).advise("Check that the path exists and that you may read it.")
    }

    /// A file that could not be written.
    #[must_use]
    pub fn writing(path: &Path, error: &std::io::Error) -> Self {
        Self::new(exit::FILE, format!("{} cannot be written: {}", path.display(), error.kind()))
            .advise("Check that the folder exists, that you may write to it, and that the disk has room.")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "error[S{code}]: {}", self.text)?,
            None => write!(f, "error: {}", self.text)?,
        }
        if self.advice.is_empty() { Ok(()) } else { write!(f, "\n  do this: {}", self.advice) }
    }
}

impl std::error::Error for Failure {}

macro_rules! diagnosed {
    ($($error:ty => $exit:expr;)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let exit: fn(&$error) -> u8 = $exit;
                Self::diagnosed(exit(&error), &error)
            }
        }
    )*};
}

diagnosed! {
    Error => exit_of;
    StoreError => exit_of_store;
    KeyError => exit_of_key;
    RecoveryError => exit_of_recovery;
    AccessError => exit_of_access;
    SealError => exit_of_seal;
    LogError => exit_of_log;
    FolderError => |_| exit::FILE;
    TileError => exit_of_tile;
    EpochError => exit_of_epoch;
    BundleProblem => exit_of_bundle;
    CourtFileError => crate::commands::audit::exit_of_court_file;
    TrustPolicyError => |_| exit::INPUT;
    WitnessError => crate::commands::audit::exit_of_witness;
    IntegrityError => |_| exit::INTEGRITY;
    ModelError => |_| exit::INPUT;
    CodeListError => |_| exit::INPUT;
    GazetteerError => |_| exit::INPUT;
    FormError => |_| exit::INPUT;
    PolicyError => |_| exit::INPUT;
    ReleasesError => |_| exit::INPUT;
    IdError => |_| exit::INPUT;
    PacketError => exit_of_packet;
    ReleaseError => exit_of_release;
    TablesError => exit_of_tables;
    OutputError => exit_of_output;
}

fn exit_of_output(error: &OutputError) -> u8 {
    match error {
        OutputError::Release(error) => exit_of_release(error),
        OutputError::Exists
        | OutputError::Write { .. }
        | OutputError::NotFinished { .. }
        | OutputError::Read { .. } => exit::FILE,
        OutputError::Parquet | OutputError::ColumnType { .. } | OutputError::PublicKey => exit::INPUT,
        OutputError::Unsigned | OutputError::UntrustedSigner => exit::DENIED,
        OutputError::PageName | OutputError::NotFinite => exit::FAILED,
        _ => exit::INTEGRITY,
    }
}

fn exit_of_release(error: &ReleaseError) -> u8 {
    match error {
        ReleaseError::NoSolution { .. }
        | ReleaseError::NothingLeft { .. }
        | ReleaseError::Cancelled
        | ReleaseError::Broken { .. } => exit::FAILED,
        _ => exit::INPUT,
    }
}

fn exit_of_tables(error: &TablesError) -> u8 {
    match error {
        TablesError::Release(error) => exit_of_release(error),
        TablesError::Unprotectable | TablesError::NoRandomness => exit::FAILED,
        TablesError::Exists | TablesError::Write { .. } | TablesError::NotNamed { .. } => exit::FILE,
        TablesError::NotOnlyNew { .. } => exit::FAILED,
        TablesError::BudgetExhausted { .. }
        | TablesError::SinglesOut { .. }
        | TablesError::NotLasting
        | TablesError::NotRecorded
        | TablesError::Withdrawn => exit::DENIED,
        _ => exit::INPUT,
    }
}

fn exit_of(error: &Error) -> u8 {
    match error {
        Error::Integrity(_) => exit::INTEGRITY,
        Error::Seal(error) => exit_of_seal(error),
        Error::Key(error) => exit_of_key(error),
        Error::Store(error) => exit_of_store(error),
        Error::Access(error) => exit_of_access(error),
        Error::Packet(error) => exit_of_packet(error),
        Error::Log(error) => exit_of_log(error),
        Error::Bundle(error) => exit_of_bundle(error),
        Error::TooOften { .. } | Error::Consent(_) | Error::Authorisation(_) => exit::DENIED,
        Error::Referral(error) => exit_of_referral(error),
        Error::Model(_)
        | Error::Practice(_)
        | Error::Statement(_)
        | Error::Custody(_)
        | Error::Form(_)
        | Error::Search(_)
        | Error::Id(_)
        | Error::Origin => exit::INPUT,
        Error::Exchange(error) => exit_of_exchange(error),
        Error::Tables(error) => exit_of_tables(error),
        Error::Output(error) => exit_of_output(error),
        _ => exit::FAILED,
    }
}

fn exit_of_exchange(error: &ExchangeError) -> u8 {
    match error {
        ExchangeError::Io { .. } | ExchangeError::Exists => exit::FILE,
        ExchangeError::Stopped { error, .. } => exit_of(error),
        ExchangeError::Changed => exit::FAILED,
        _ => exit::INPUT,
    }
}

fn exit_of_store(error: &StoreError) -> u8 {
    match error {
        StoreError::Damaged | StoreError::Row { .. } | StoreError::Misfit => exit::INTEGRITY,
        StoreError::Unexpected { .. } => exit::FAILED,
        _ => exit::FILE,
    }
}

fn exit_of_key(error: &KeyError) -> u8 {
    match error {
        KeyError::WrongPassphrase | KeyError::HostSecretMissing | KeyError::TooManyAttempts { .. } => exit::DENIED,
        KeyError::PassphraseTooShort => exit::INPUT,
        KeyError::Commitment | KeyError::AbsurdParameters => exit::INTEGRITY,
        KeyError::Wrap(error) => exit_of_seal(error),
        KeyError::Recovery(error) => exit_of_recovery(error),
        _ => exit::FILE,
    }
}

/// Recovery errors come from what somebody typed or handed in, except where the vault's own set is wrong.
fn exit_of_recovery(error: &RecoveryError) -> u8 {
    match error {
        RecoveryError::NotThePair | RecoveryError::Set | RecoveryError::Sequence => exit::INTEGRITY,
        RecoveryError::NotEnough { .. } => exit::DENIED,
        RecoveryError::Seal(error) => exit_of_seal(error),
        _ => exit::INPUT,
    }
}

fn exit_of_packet(error: &PacketError) -> u8 {
    match error {
        PacketError::Key(error) => exit_of_key(error),
        PacketError::Altered
        | PacketError::BadSignature
        | PacketError::NumberReused
        | PacketError::SeenDamaged
        | PacketError::ShareManifest
        | PacketError::Content { .. } => exit::INTEGRITY,
        PacketError::NotForYou
        | PacketError::UnknownSender
        | PacketError::SuspendedSender
        | PacketError::CertificateExpired
        | PacketError::NotAllowed { .. } => exit::DENIED,
        PacketError::NotAPacket
        | PacketError::TooNew
        | PacketError::Truncated
        | PacketError::SourceChanged
        | PacketError::File(_) => exit::FILE,
        PacketError::Expired | PacketError::Replayed | PacketError::Stale => exit::FAILED,
        _ => exit::INPUT,
    }
}

fn exit_of_referral(error: &ReferralError) -> u8 {
    match error {
        ReferralError::NotOurs | ReferralError::OtherPacket => exit::INTEGRITY,
        ReferralError::OtherProvider => exit::DENIED,
        ReferralError::Transition { .. } | ReferralError::OlderAnswer => exit::FAILED,
        _ => exit::INPUT,
    }
}

fn exit_of_access(error: &AccessError) -> u8 {
    match error {
        AccessError::Roster => exit::INTEGRITY,
        _ => exit::DENIED,
    }
}

fn exit_of_seal(error: &SealError) -> u8 {
    match error {
        SealError::Authentication | SealError::Malformed => exit::INTEGRITY,
        _ => exit::INPUT,
    }
}

/// Log errors come from files that somebody hands in, or from names that somebody typed.
pub(crate) fn exit_of_log(error: &LogError) -> u8 {
    match error {
        LogError::BadSignature | LogError::Unsigned | LogError::RootMismatch | LogError::OriginMismatch => {
            exit::INTEGRITY
        }
        _ => exit::INPUT,
    }
}

/// Where a bundle is written, entries that do not fit come from the vault; the rest is what was asked for.
fn exit_of_bundle(error: &BundleProblem) -> u8 {
    match error {
        BundleProblem::Folder(_) | BundleProblem::NotEmpty => exit::FILE,
        BundleProblem::NoOpening { .. } | BundleProblem::Origin => exit::INPUT,
        BundleProblem::Tiles(error) => exit_of_tile(error),
        BundleProblem::Log(error) => exit_of_log(error),
        _ => exit::INTEGRITY,
    }
}

fn exit_of_tile(error: &TileError) -> u8 {
    match error {
        TileError::Folder(_) => exit::FILE,
        TileError::Log(error) => exit_of_log(error),
        _ => exit::INTEGRITY,
    }
}

fn exit_of_epoch(error: &EpochError) -> u8 {
    match error {
        EpochError::Key(error) => exit_of_key(error),
        EpochError::Log(error) => exit_of_log(error),
        _ => exit::INTEGRITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_become_exit_codes() {
        let exit_of = |error: Error| Failure::from(error).exit;
        assert_eq!(exit_of(Error::NoSuchRecord), exit::FAILED);
        assert_eq!(exit_of(IntegrityError::Rollback.into()), exit::INTEGRITY);
        assert_eq!(exit_of(StoreError::Damaged.into()), exit::INTEGRITY);
        assert_eq!(exit_of(StoreError::TooNew { found: 9, known: 1 }.into()), exit::FILE);
        assert_eq!(exit_of(AccessError::PurposeMissing.into()), exit::DENIED);
        assert_eq!(exit_of(KeyError::WrongPassphrase.into()), exit::DENIED);
        assert_eq!(exit_of(IdError.into()), exit::INPUT);
    }

    #[test]
    fn failures_say_what_to_do() {
        let failure = Failure::from(Error::WrongKind { expected: "case", found: "child" });
        assert_eq!(
            failure.to_string(),
            "error[S702]: the record is a child, not a case\n  do this: Read the record as what it is."
        );
        assert_eq!(Failure::new(exit::FAILED, "no").at("cases.csv:3").to_string(), "error: cases.csv:3: no");
    }
}
