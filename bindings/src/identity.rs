//! A member's identity.

use std::path::Path;
use std::sync::Arc;

use saferoom::id::MemberId;
use saferoom::keys::{self, IdentityAttempts, Passphrase, PassphraseCost, SlowDown, SystemClock, Unlock};

use crate::error::SaferoomError;
use crate::held::{Begun, Held};
use crate::key_store::{Hosted, KeyStore};

/// The public keys of somebody, out of the enrolment file that they made: what a custodian enrols.
#[derive(Debug, uniffi::Object)]
pub struct PublicIdentity(pub(crate) keys::PublicIdentity);

/// A member's identity: the keys that sign in. Wiped by `shutdown`, and when the last reference to it goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct Identity {
    member: MemberId,
    /// Not the public identity as a whole, whose slot key finds what is wrapped to it.
    fingerprint: String,
    held: Held<keys::Identity>,
}

#[uniffi::export]
impl Identity {
    /// A fresh identity that is kept nowhere: for tests, and for hosts that keep it themselves.
    #[uniffi::constructor]
    #[must_use]
    pub fn generate() -> Arc<Self> {
        Self::around(keys::Identity::generate(), Held::fresh)
    }

    /// A fresh identity for a member who has one already: for another device, which can be revoked alone.
    ///
    /// # Errors
    /// The text is no id.
    #[uniffi::constructor]
    pub fn generate_for(member_id: &str) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        Self::of(keys::Identity::generate_for(member_id.parse()?), begun)
    }

    /// A fresh identity, kept in a new file under a passphrase of at least 8 characters; with `key_store`, this device
    /// is needed too. With `member_id`, it is for another device of that member. An existing file is never replaced.
    ///
    /// # Errors
    /// The passphrase is too short, the file exists or cannot be written, the key store fails.
    #[uniffi::constructor(default(key_store = None, member_id = None))]
    pub fn create_file(
        path: String,
        passphrase: &[u8],
        key_store: Option<Arc<dyn KeyStore>>,
        member_id: Option<String>,
    ) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let member = member_id.map(|id| id.parse::<MemberId>()).transpose()?;
        let identity = member.map_or_else(keys::Identity::generate, keys::Identity::generate_for);
        with_lock(passphrase, key_store, |lock| {
            keys::create_identity_file(Path::new(&path), &identity, lock, PassphraseCost::STANDARD)
        })?;
        Ok(Self::around(identity, |identity| Held::durable(identity, begun)))
    }

    /// The identity of a file. With `key_store`, attempts are counted and slowed down; `Vault.sign_in_with_file` does so
    /// always.
    ///
    /// # Errors
    /// A distinct code for each of: too many attempts (with the wait), wrong passphrase, damaged, not an identity file, newer version, device needed.
    #[uniffi::constructor(default(key_store = None))]
    pub fn open_file(
        path: String,
        passphrase: &[u8],
        key_store: Option<Arc<dyn KeyStore>>,
    ) -> Result<Arc<Self>, SaferoomError> {
        let begun = Begun::now();
        let counter = key_store.clone().map(Hosted);
        let opened = with_lock(passphrase, key_store, |lock| match &counter {
            Some(store) => attempts(store, |attempts| attempts.open(Path::new(&path), lock)),
            None => keys::open_identity_file(Path::new(&path), lock),
        });
        Self::of(opened?, begun)
    }

    /// The member's pseudonym.
    #[must_use]
    pub fn member_id(&self) -> String {
        self.member.to_string()
    }

    /// The bytes of an enrolment file: for a custodian of the vault, and for nobody else to keep.
    ///
    /// # Errors
    /// The identity was wiped by `shutdown`.
    pub fn enrolment_file(&self) -> Result<Vec<u8>, SaferoomError> {
        Ok(self.keys()?.enrolment_file())
    }

    /// What a custodian compares with what they see, before they enrol these keys.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }
}

impl Identity {
    /// The identity that a call has unlocked which began then.
    pub(crate) fn of(identity: keys::Identity, begun: Begun) -> Result<Arc<Self>, SaferoomError> {
        let (member, fingerprint) = (identity.member(), identity.public().fingerprint());
        Ok(Arc::new(Self { member, fingerprint, held: Held::new(identity, begun)? }))
    }

    /// What is told of it stays; how it is held is said by who makes it.
    fn around(identity: keys::Identity, hold: impl FnOnce(keys::Identity) -> Held<keys::Identity>) -> Arc<Self> {
        let (member, fingerprint) = (identity.member(), identity.public().fingerprint());
        Arc::new(Self { member, fingerprint, held: hold(identity) })
    }

    /// Its keys, for one call.
    pub(crate) fn keys(&self) -> Result<Arc<keys::Identity>, SaferoomError> {
        self.held.get()
    }

    /// The keys of several, for one call.
    pub(crate) fn keys_of(identities: &[Arc<Self>]) -> Result<Vec<Arc<keys::Identity>>, SaferoomError> {
        identities.iter().map(|identity| identity.keys()).collect()
    }
}

#[uniffi::export]
impl PublicIdentity {
    /// Reads an enrolment file.
    ///
    /// # Errors
    /// It is none, is damaged, is not signed by the keys that it names, or is of a newer release.
    #[uniffi::constructor]
    pub fn from_enrolment_file(bytes: &[u8]) -> Result<Arc<Self>, SaferoomError> {
        Ok(Arc::new(Self(keys::PublicIdentity::from_enrolment_file(bytes)?)))
    }

    /// The member's pseudonym.
    #[must_use]
    pub fn member_id(&self) -> String {
        self.0.member.to_string()
    }

    /// What two people compare face to face or by telephone before one enrols the other.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(redacted)")
    }
}

/// Keys that were held for a call, as the core takes them.
pub(crate) fn borrowed(identities: &[Arc<keys::Identity>]) -> Vec<&keys::Identity> {
    identities.iter().map(AsRef::as_ref).collect()
}

/// Makes an attempt at an identity file that is counted in this key store.
pub(crate) fn attempts<T>(
    store: &Hosted,
    attempt: impl FnOnce(IdentityAttempts<'_>) -> Result<T, keys::KeyError>,
) -> Result<T, keys::KeyError> {
    attempt(IdentityAttempts::new(store, &SystemClock::default(), SlowDown::default()))
}

pub(crate) fn with_lock<T, E: From<keys::KeyError>>(
    passphrase: &[u8],
    key_store: Option<Arc<dyn KeyStore>>,
    work: impl FnOnce(Unlock<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let passphrase = Passphrase::new(passphrase.to_vec())?;
    match key_store.map(Hosted) {
        None => work(Unlock::Passphrase(&passphrase)),
        Some(store) => work(Unlock::Both(&passphrase, &store)),
    }
}
