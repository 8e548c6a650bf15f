//! Floor 1: typed keys, their hierarchy, wraps, identities, the host's key store.
//!
//! ```text
//! passphrase (Argon2id) and/or a secret of the host's key store
//!   └─ unlocks the Identity of a member: X-Wing pair, Ed25519 pair, slot key, wrap key
//!        ├─ opens CircleSecret            circle = (unit, compartment, generation), by HPKE
//!        │    ├─ HybridPublicKey          anyone may seal *into* the circle: Envelope
//!        │    └─ WrapKey                  wraps DataKey: one per (unit or case, compartment, generation), by AEAD
//!        │         └─ seals fields        seal::group
//!        └─ WrapKey                       wraps the DataKey of assigned cases, for the member alone
//! ```
//!
//! Every key is a type of its own, so that a key in the wrong role does not compile; none is printed, all are wiped.
//! `derive_*` and the like are deterministic, `generate` draws from the operating system.

mod asked_clock;
mod attempts;
mod backup_key;
mod circle;
mod data_key;
mod emergency;
mod enrolment;
mod envelope;
mod host;
mod identity;
mod identity_file;
#[cfg(test)]
mod known_answers;
mod locked_file;
mod packet_address;
mod packet_key;
mod passphrase;
mod recovery;
mod signature;
mod slot;
mod statistics;
#[cfg(test)]
mod vectors;
mod wipe;

pub use asked_clock::{AskedClock, ClockError, TimeReading, TimeSource};
pub(crate) use attempts::Attempts;
pub(crate) use attempts::Slower;
pub use attempts::{IdentityAttempts, SlowDown};
#[cfg(feature = "fuzzing")]
pub(crate) use backup_key::kept_backup_keys;
pub use backup_key::{BackupKey, BackupKeyInfo, BackupKeys};
pub use circle::{CircleKeys, CircleName, CircleSecret, Commitment};
pub use data_key::{DataKey, DataKeyPlace, WrapKey, WrapPlace};
pub use emergency::EmergencySecret;
pub use enrolment::ENROLMENT_LENGTH;
pub use envelope::{Envelope, EnvelopeKey};
#[cfg(test)]
pub(crate) use host::ManualClock;
pub use host::{Clock, FileKeyStore, KeyStore, KeyStoreError, MemoryKeyStore, SPAN_LENGTH, SystemClock};
pub(crate) use identity::MemberKeys;
pub use identity::{Identity, PublicIdentity};
pub use identity_file::{create_identity_file, enrol_host, open_identity_file, relock_identity_file};
pub use locked_file::Unlock;
pub use packet_address::PacketAddress;
pub use packet_key::PacketKeyPair;
pub use passphrase::{Passphrase, PassphraseCost};
pub(crate) use recovery::LooseKey;
pub use recovery::{
    LooseShares, MOST_RECOVERY_SHARES, RecoveryError, RecoveryKey, RecoveryPublicKey, RecoveryScope, RecoverySet,
    RecoveryShare, Restoring, ShareDigest,
};
pub use signature::{Signature, SigningKey, VerifyingKey};
pub use slot::{Slot, SlotKey};
pub use statistics::{LINK_LENGTH, RowSlots, SectionKey, StatisticsLink};
pub use wipe::{host_half_of, wipe_identity_file};
// What `KeyStore::load` returns: hosts need no dependency of their own for it.
pub use zeroize::Zeroizing;

/// Reads a packet key file without unlocking it.
#[cfg(feature = "fuzzing")]
pub(crate) fn parse_packet_key_file(bytes: &[u8]) -> Result<(), KeyError> {
    packet_key::KIND.parse(bytes).map(drop)
}

/// A count of failed attempts, read and written again.
#[cfg(feature = "fuzzing")]
pub(crate) fn attempt_count(bytes: &[u8]) -> Option<Vec<u8>> {
    attempts::Counter::decode(bytes).map(|counter| counter.encode())
}

/// Reads an identity file without unlocking it.
#[cfg(feature = "fuzzing")]
pub(crate) fn parse_identity_file(bytes: &[u8]) -> Result<(), KeyError> {
    identity_file::KIND.parse(bytes).map(drop)
}

/// Reads a file with a share without unlocking it.
#[cfg(feature = "fuzzing")]
pub(crate) fn parse_recovery_share_file(bytes: &[u8]) -> Result<(), KeyError> {
    recovery::KIND.parse(bytes).map(drop)
}

use std::time::Duration;

use crate::error::{Diagnosis, Family};
use crate::seal::SealError;

/// What can go wrong with keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The passphrase, or the host's secret, is not the one that the identity was locked with.
    #[error("the file does not unlock with this passphrase")]
    WrongPassphrase,
    /// The identity file ends too early or its parts do not add up.
    #[error("the identity file is truncated or damaged")]
    IdentityDamaged,
    /// The file is no identity file.
    #[error("this is no saferoom identity file")]
    NotAnIdentity,
    /// The file was written by a newer saferoom.
    #[error("the identity file is of a newer version")]
    IdentityTooNew,
    /// The cost parameters in the file are outside what any saferoom writes: it was tampered with.
    #[error("the identity file asks for absurd passphrase parameters")]
    AbsurdParameters,
    /// The identity needs the secret in the host's key store as well, and the store has none.
    #[error("the identity needs this device's key store, which does not hold its secret")]
    HostSecretMissing,
    /// A passphrase shorter than 8 characters.
    #[error("the passphrase is too short")]
    PassphraseTooShort,
    /// The host's key store answered with an error.
    #[error("the host's key store failed: {0}")]
    KeyStore(KeyStoreError),
    /// The host's clock answered with an error, or with no time that can be.
    #[error("the host's clock failed: {0}")]
    Clock(#[from] ClockError),
    /// The system has invalidated the host's key: biometrics or the screen lock were changed, or the phone was restored.
    #[error("the system has invalidated this device's key")]
    HostKeyInvalidated,
    /// The file is no backup key.
    #[error("this is no saferoom backup key")]
    NotABackupKey,
    /// The key file ends too early, or its parts do not add up.
    #[error("the backup key is truncated or damaged")]
    BackupKeyDamaged,
    /// The key file was written by a newer saferoom.
    #[error("the backup key is of a newer version")]
    BackupKeyTooNew,
    /// The declared lifetime of the backup key is over.
    #[error("the lifetime of the backup key is over")]
    BackupKeyExpired,
    /// A lifetime of nothing, or of more than ten years.
    #[error("a backup key lives between one minute and ten years")]
    BackupKeyLifetime,
    /// The host's key store holds as many backup keys as it can.
    #[error("there are too many backup keys")]
    TooManyBackupKeys,
    /// The host's key store has no backup key of this id.
    #[error("there is no backup key of this id")]
    NoSuchBackupKey,
    /// Too many attempts have failed: the next is possible after a wait.
    #[error("too many attempts have failed; the next is possible in {} s", whole_seconds(*wait))]
    TooManyAttempts {
        /// How long.
        wait: Duration,
    },
    /// The file is no share of a recovery key.
    #[error("this is no file with a recovery share")]
    NotARecoveryShare,
    /// The file ends too early, or its parts do not add up.
    #[error("the recovery share is truncated or damaged")]
    RecoveryShareDamaged,
    /// The file was written by a newer saferoom.
    #[error("the recovery share is of a newer version")]
    RecoveryShareTooNew,
    /// Shares, or what they are to open, do not go together.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// The file is no packet key.
    #[error("this is no saferoom packet key")]
    NotAPacketKey,
    /// The key file ends too early, or its parts do not add up.
    #[error("the packet key is truncated or damaged")]
    PacketKeyDamaged,
    /// The key file was written by a newer saferoom.
    #[error("the packet key is of a newer version")]
    PacketKeyTooNew,
    /// The bytes are no packet address, or it was changed.
    #[error("this is no packet address, or it was changed")]
    PacketAddress,
    /// The packet address was written by a newer saferoom.
    #[error("the packet address is of a newer version")]
    PacketAddressTooNew,
    /// The file is no enrolment, is damaged, or was not signed by the keys that it names.
    #[error("this is no enrolment of a saferoom identity, or it was changed")]
    Enrolment,
    /// The enrolment was written by a newer saferoom.
    #[error("the enrolment is of a newer version")]
    EnrolmentTooNew,
    /// The text is no second secret for emergencies, or has a slip.
    #[error("this is no second secret for emergencies, or it has a slip")]
    EmergencySecret,
    /// A key that was unwrapped is not the one that was promised.
    #[error("a wrapped key does not match its commitment")]
    Commitment,
    /// A wrapped key does not open.
    #[error("a wrapped key does not open: {0}")]
    Wrap(#[from] SealError),
    /// The identity file could not be read or written.
    #[error("the identity file could not be read or written: {0}")]
    File(std::io::ErrorKind),
}

/// So many seconds that the time is over after them.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl From<KeyStoreError> for KeyError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Invalidated => Self::HostKeyInvalidated,
            error => Self::KeyStore(error),
        }
    }
}

impl Diagnosis for KeyError {
    fn code(&self) -> u16 {
        match self {
            Self::Wrap(error) => error.code(),
            Self::Recovery(error) => error.code(),
            other => Family::Keys.code(match other {
                Self::WrongPassphrase => 1,
                Self::IdentityDamaged => 2,
                Self::NotAnIdentity => 3,
                Self::IdentityTooNew => 4,
                Self::AbsurdParameters => 5,
                Self::HostSecretMissing => 6,
                Self::PassphraseTooShort => 7,
                Self::KeyStore(_) => 20,
                Self::HostKeyInvalidated => 21,
                Self::NotABackupKey => 50,
                Self::BackupKeyDamaged => 51,
                Self::BackupKeyTooNew => 52,
                Self::BackupKeyExpired => 53,
                Self::BackupKeyLifetime => 54,
                Self::TooManyBackupKeys => 55,
                Self::NoSuchBackupKey => 56,
                Self::TooManyAttempts { .. } => 22,
                Self::Clock(_) => 23,
                Self::NotARecoveryShare => 57,
                Self::RecoveryShareDamaged => 58,
                Self::RecoveryShareTooNew => 59,
                Self::NotAPacketKey => 90,
                Self::PacketKeyDamaged => 91,
                Self::PacketKeyTooNew => 92,
                Self::PacketAddress => 93,
                Self::PacketAddressTooNew => 94,
                Self::Enrolment => 31,
                Self::EnrolmentTooNew => 32,
                Self::EmergencySecret => 33,
                Self::Commitment => 30,
                Self::File(_) => 40,
                Self::Wrap(_) | Self::Recovery(_) => 99,
            }),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::WrongPassphrase => "Type the passphrase again; mind the keyboard's language.",
            Self::IdentityDamaged | Self::NotAnIdentity => {
                "Use the copy of the identity file from the backup; this one stays as it is."
            }
            Self::IdentityTooNew => "Install the newest saferoom on this device.",
            Self::AbsurdParameters => {
                "Do not use this file: somebody changed it. Use the copy from the backup and tell the custodian."
            }
            Self::HostSecretMissing => {
                "Sign in on the device where the identity was made, or ask a custodian to enrol this device."
            }
            Self::PassphraseTooShort => "Choose at least 8 characters; several words are easier to remember.",
            Self::KeyStore(error) => error.advice(),
            Self::Clock(error) => error.advice(),
            Self::HostKeyInvalidated => KeyStoreError::Invalidated.advice(),
            Self::NotABackupKey => "Check the path: name the key file that was made for this backup.",
            Self::BackupKeyDamaged => "Use another copy of the key file; this one stays as it is.",
            Self::BackupKeyTooNew => "Install the newest saferoom on this device.",
            Self::BackupKeyExpired => {
                "Restore a backup under a key that is still valid; make backups under new keys before the old ones end."
            }
            Self::BackupKeyLifetime => "Give the days for which backups under this key may be restored.",
            Self::TooManyBackupKeys => "Destroy the keys that have expired.",
            Self::TooManyAttempts { .. } => {
                "Wait until then, and type slowly; if you have forgotten the passphrase, ask a custodian."
            }
            Self::NoSuchBackupKey => "List the keys; one that was destroyed does not come back.",
            Self::NotARecoveryShare => "Check the path: name the file that was made in the ceremony.",
            Self::RecoveryShareDamaged => "Use another copy of the file, or the share on paper.",
            Self::RecoveryShareTooNew => "Install the newest saferoom on this device.",
            Self::Recovery(error) => error.advice(),
            Self::NotAPacketKey => "Check the path: name the file that `saferoom packet keygen` made.",
            Self::PacketKeyDamaged => "Use the copy of the key file; this one stays as it is.",
            Self::PacketKeyTooNew | Self::PacketAddressTooNew => "Install the newest saferoom on this device.",
            Self::PacketAddress => {
                "Ask its owner for the address file again, and compare the fingerprint by telephone."
            }
            Self::Enrolment => "Ask for the file again, as `saferoom identity enrolment` writes it.",
            Self::EnrolmentTooNew => "Install the newest saferoom on this device.",
            Self::EmergencySecret => "Type it again as it stands on the paper: a word, then 18 groups of four.",
            Self::Commitment | Self::Wrap(_) => {
                "Stop using this vault, keep it as it is, and run `saferoom vault check`: a key was changed from outside."
            }
            Self::File(_) => "Check that the path exists and that you may read and write it.",
        }
    }
}
