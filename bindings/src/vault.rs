//! The vault.

use std::path::Path;
use std::sync::Arc;

use saferoom::model::{Text, records::Unit};
use saferoom::vault;

use crate::clock::{HostClock, host};
use crate::error::SaferoomError;
use crate::held::Begun;
use crate::identity::Identity;
use crate::key_store::KeyStore;
use crate::session::Session;
use crate::types::VaultInfo;

/// A vault file, open but locked: without an identity it shows nothing.
#[derive(Debug, uniffi::Object)]
pub struct Vault(pub(crate) vault::Vault);

#[uniffi::export]
impl Vault {
    /// Founds a vault in a new file: `identity` becomes its first member and custodian.
    ///
    /// `origin` names the device's log for auditors: a host name and a path, such as `police.example.org/audit/1`.
    /// Without `clock`, the system tells the time.
    ///
    /// # Errors
    /// The file exists, the disk or key store fails, the origin or the name is not allowed. No half-made file stays.
    #[uniffi::constructor(default(clock = None))]
    pub fn create(
        path: String,
        key_store: Arc<dyn KeyStore>,
        identity: &Identity,
        origin: String,
        unit_name: String,
        clock: Option<Arc<dyn HostClock>>,
    ) -> Result<Arc<Self>, SaferoomError> {
        let unit =
            Unit { name: Some(Text::new(unit_name).map_err(saferoom::model::ModelError::from)?), ..Unit::default() };
        let host = host(key_store, clock)?;
        Ok(Arc::new(Self(vault::Vault::create(Path::new(&path), host, &*identity.keys()?, &origin, &unit)?)))
    }

    /// Opens an existing vault. Nothing in it can be read before `sign_in`.
    /// Without `clock`, the system tells the time.
    ///
    /// # Errors
    /// The file is missing, of another program, of a newer release or damaged; it is not changed then.
    #[uniffi::constructor(default(clock = None))]
    pub fn open(
        path: String,
        key_store: Arc<dyn KeyStore>,
        clock: Option<Arc<dyn HostClock>>,
    ) -> Result<Arc<Self>, SaferoomError> {
        Ok(Arc::new(Self(vault::Vault::open(Path::new(&path), host(key_store, clock)?)?)))
    }

    /// What can be said of the vault without a key.
    ///
    /// # Errors
    /// What the disk or the key store says.
    pub fn info(&self) -> Result<VaultInfo, SaferoomError> {
        Ok(self.0.info()?.into())
    }

    /// Signs a member in. Logged.
    ///
    /// # Errors
    /// Not a member, not the device that keeps the log, or the file was changed or rolled back.
    pub fn sign_in(&self, identity: &Identity) -> Result<Arc<Session>, SaferoomError> {
        let begun = Begun::now();
        Session::of(self.0.sign_in(&*identity.keys()?)?, begun)
    }
}
