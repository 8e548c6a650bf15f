//! Recovery keys, which exist only as shares: the ceremony, the restore, and a custodian for a vault that has none left.

use std::path::Path;
use std::sync::Arc;

use saferoom::access::policy::RecoveryRule;
use saferoom::id::RecordId;
use saferoom::keys::{self, LooseShares, Passphrase, PassphraseCost, RecoveryError, RecoveryScope};
use saferoom::vault::{self, Error};

use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::identity::{Identity, borrowed};
use crate::session::Session;
use crate::types::AccessInput;
use crate::vault::Vault;

/// One share of a recovery key, for one person. Wiped by `shutdown`, and when the last reference goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct RecoveryShare {
    number: u8,
    needed: u8,
    held: Held<keys::RecoveryShare>,
}

#[uniffi::export]
impl RecoveryShare {
    /// The share in a file, unlocked with its holder's passphrase.
    ///
    /// # Errors
    /// A distinct code for each of: wrong passphrase, damaged, no share file, newer version.
    #[uniffi::constructor]
    pub fn open_file(path: String, passphrase: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        Self::of(keys::RecoveryShare::open_file(Path::new(&path), &passphrase)?, begun)
    }

    /// What its holder typed from paper, as UTF-8.
    ///
    /// # Errors
    /// It is no share, or has a slip; the text says which groups to look at.
    #[uniffi::constructor]
    pub fn from_text(text: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let text = std::str::from_utf8(text).map_err(|_| refused(RecoveryError::NotAShare))?;
        Self::of(keys::RecoveryShare::from_text(text).map_err(refused)?, begun)
    }

    /// Its number, from 1.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// How many shares are needed.
    #[must_use]
    pub fn needed(&self) -> u8 {
        self.needed
    }

    /// Writes it to a new file under its holder's passphrase; an existing file stays.
    ///
    /// # Errors
    /// The passphrase is too short, the file exists or cannot be written.
    pub fn create_file(&self, path: String, passphrase: &[u8]) -> Result<(), SaferoomError> {
        let passphrase = Passphrase::new(passphrase.to_vec())?;
        Ok(self.share()?.create_file(Path::new(&path), &passphrase, PassphraseCost::STANDARD)?)
    }
}

impl RecoveryShare {
    fn of(share: keys::RecoveryShare, begun: Begun) -> Result<Arc<Self>, SaferoomError> {
        let (number, needed) = (share.number(), share.threshold());
        Ok(Arc::new(Self { number, needed, held: Held::new(share, begun)? }))
    }

    /// The share, for one call.
    pub(crate) fn share(&self) -> Result<Arc<keys::RecoveryShare>, SaferoomError> {
        self.held.get()
    }
}

impl std::fmt::Display for RecoveryShare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecoveryShare({}, redacted)", self.number)
    }
}

/// A ceremony that was held: the public half of its key, and the shares, each of which goes to one person. Nothing is in
/// force before `set_up_recovery` or `restore`.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct RecoveryCeremony {
    set: keys::RecoverySet,
    shares: Vec<Arc<RecoveryShare>>,
}

#[uniffi::export]
impl RecoveryCeremony {
    /// Which ceremony of its unit, or of the log, it is: from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.set.number()
    }

    /// The shares.
    #[must_use]
    pub fn shares(&self) -> Vec<Arc<RecoveryShare>> {
        self.shares.clone()
    }
}

impl std::fmt::Display for RecoveryCeremony {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecoveryCeremony({}, redacted)", self.set.number())
    }
}

/// How recovery stands for a unit, or for the log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecoveryStatus {
    /// The record of the unit; none for the log.
    pub unit: Option<String>,
    /// Whether it is the key for reversals of the unit: for pseudonyms, not for recovery.
    pub reversal: bool,
    /// The ceremony whose key is in force; none before the first.
    pub ceremony: Option<u32>,
    /// Id of that key.
    pub key: Option<String>,
    /// How many shares are needed.
    pub needed: Option<u8>,
    /// How many there are.
    pub shares: Option<u8>,
    /// How many generations of circles there are to be wrapped to it.
    pub circles: u64,
    /// How many are. The others follow when somebody who holds them signs in.
    pub wrapped: u64,
    /// Whether custodians came or went since: then the ceremony is to be held again.
    pub custodians_changed: bool,
}

/// What setting up a recovery key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct RecoverySetUp {
    /// Circle generations that this session could wrap to it.
    pub wrapped: u64,
    /// Those that only others can: they follow when one of them signs in.
    pub waiting: u64,
}

/// What a restore did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Restored {
    /// Circle generations that were opened.
    pub circles: u64,
    /// Circle generations that nobody had wrapped to the key yet: they stay lost.
    pub not_wrapped: u64,
    /// Wraps that were made for members.
    pub wraps: u64,
    /// Data keys of closely held cases that were opened.
    pub data_keys: u64,
}

#[uniffi::export]
impl Session {
    /// How recovery stands: for each unit, then for the log.
    ///
    /// # Errors
    /// As `members`.
    pub fn recovery_status(&self) -> Result<Vec<RecoveryStatus>, SaferoomError> {
        Ok(self.0.recovery_status()?.iter().map(RecoveryStatus::of).collect())
    }

    /// Holds a ceremony for a unit (its record), or for the log: as the access policy says, or into other numbers of shares.
    ///
    /// # Errors
    /// The role does not allow it, there are too few shares, no such unit.
    #[uniffi::method(default(unit = None, needed = None, shares = None))]
    pub fn begin_recovery(
        &self,
        unit: Option<String>,
        needed: Option<u32>,
        shares: Option<u32>,
    ) -> Result<Arc<RecoveryCeremony>, SaferoomError> {
        self.ceremony(scope_of(unit)?, needed, shares)
    }

    /// Puts a recovery key in force, signed by custodians. Every share is with its holder before.
    ///
    /// # Errors
    /// Signatures are missing, or another ceremony came first; logged as denied.
    pub fn set_up_recovery(
        &self,
        ceremony: &RecoveryCeremony,
        signers: Vec<Arc<Identity>>,
        access: AccessInput,
    ) -> Result<RecoverySetUp, SaferoomError> {
        let done = self.0.set_up_recovery(&ceremony.set, &borrowed(&Identity::keys_of(&signers)?), &access.into())?;
        Ok(RecoverySetUp { wrapped: done.wrapped as u64, waiting: done.waiting as u64 })
    }

    /// Gives what is wrapped to the recovery key of a unit (or of the log) to the members who may hold it, straight to their
    /// public keys; `next`, a ceremony of the same, replaces it.
    ///
    /// # Errors
    /// A share is wrong (the text says which), too few shares, signatures are missing. Nothing has changed then.
    pub fn restore_recovery(
        &self,
        unit: Option<String>,
        shares: Vec<Arc<RecoveryShare>>,
        next: &RecoveryCeremony,
        signers: Vec<Arc<Identity>>,
        access: AccessInput,
    ) -> Result<Restored, SaferoomError> {
        let mut restoring = self.0.begin_restore(scope_of(unit)?)?;
        for share in &shares {
            restoring.add(keys::RecoveryShare::clone(&*share.share()?)).map_err(refused)?;
        }
        let key = restoring.finish().map_err(refused)?;
        let done = self.0.restore(key, &next.set, &borrowed(&Identity::keys_of(&signers)?), &access.into())?;
        Ok(Restored {
            circles: done.circles as u64,
            not_wrapped: done.not_wrapped as u64,
            wraps: done.wraps as u64,
            data_keys: done.data_keys as u64,
        })
    }
}

impl Session {
    pub(crate) fn ceremony(
        &self,
        scope: RecoveryScope,
        needed: Option<u32>,
        shares: Option<u32>,
    ) -> Result<Arc<RecoveryCeremony>, SaferoomError> {
        let begun = Begun::now();
        let policy = self.0.access_policy()?.recovery();
        let rule = RecoveryRule { needed: needed.unwrap_or(policy.needed), shares: shares.unwrap_or(policy.shares) };
        let (set, shares) = self.0.begin_recovery(scope, Some(rule))?;
        let shares = shares.into_iter().map(|share| RecoveryShare::of(share, begun)).collect::<Result<_, _>>()?;
        Ok(Arc::new(RecoveryCeremony { set, shares }))
    }
}

#[uniffi::export]
impl Vault {
    /// Makes `identity` a custodian, by enough shares of a unit's recovery key, and signs it in: for a vault whose
    /// custodians have all lost their identities.
    ///
    /// # Errors
    /// The shares are too few, of another ceremony or altered, or of the log; and as `sign_in`. Nothing has changed then.
    pub fn reinstate(
        &self,
        identity: &Identity,
        shares: Vec<Arc<RecoveryShare>>,
    ) -> Result<Arc<Session>, SaferoomError> {
        let begun = Begun::now();
        let mut loose = LooseShares::new();
        for share in &shares {
            loose.add(keys::RecoveryShare::clone(&*share.share()?)).map_err(refused)?;
        }
        Session::of(self.0.reinstate(&*identity.keys()?, loose)?, begun)
    }
}

impl RecoveryStatus {
    fn of(status: &vault::RecoveryStatus) -> Self {
        let set = status.set.as_ref();
        let unit = match status.scope {
            RecoveryScope::Unit(unit) | RecoveryScope::Reversal(unit) => Some(unit.record().to_string()),
            RecoveryScope::Oversight => None,
        };
        Self {
            unit,
            reversal: matches!(status.scope, RecoveryScope::Reversal(_)),
            ceremony: set.map(keys::RecoverySet::number),
            key: set.map(|set| set.public_key().id().to_string()),
            needed: set.map(keys::RecoverySet::threshold),
            shares: set.map(keys::RecoverySet::count),
            circles: status.circles as u64,
            wrapped: status.wrapped as u64,
            custodians_changed: status.custodians_changed,
        }
    }
}

fn scope_of(unit: Option<String>) -> Result<RecoveryScope, SaferoomError> {
    let unit = unit.map(|unit| unit.parse::<RecordId>()).transpose()?;
    Ok(unit.map_or(RecoveryScope::Oversight, |unit| RecoveryScope::Unit(unit.scope())))
}

pub(crate) fn refused(error: RecoveryError) -> SaferoomError {
    Error::from(keys::KeyError::from(error)).into()
}
