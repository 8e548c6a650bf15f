//! The panic wipe. A test program of its own: it locks every session of its process.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;

use saferoom::keys::{
    Identity, KeyError, KeyStore, KeyStoreError, Passphrase, PassphraseCost, Unlock, create_identity_file,
};
use saferoom::model::records::Child;
use saferoom::vault::{DeviceKeys, Error, Host, Vault};
use saferoom_tests::{Caseload, Keys, World, access, record_cases};
use zeroize::Zeroizing;

/// A key store that does not let go of the log's key.
struct Clinging(Arc<Keys>);

impl KeyStore for Clinging {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.0.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        self.0.store(name, secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyStoreError> {
        if name.contains("/log-key/") { Err(KeyStoreError::Unavailable) } else { self.0.remove(name) }
    }
}

#[test]
fn a_panic_wipe_leaves_nothing_that_opens_and_the_vault_as_it_was() {
    let (world, other) = (World::new(), World::new());
    let path = world.folder.path().join("member.identity");
    let word = Passphrase::new(b"quiet river stone".to_vec()).unwrap();
    let (alone, both) = (Unlock::Passphrase(&word), Unlock::Both(&word, world.keys.as_ref()));
    create_identity_file(&path, &world.founder, both, PassphraseCost::LEAST).unwrap();
    let copy = std::fs::read(&path).unwrap();
    let vault = world.open().unwrap();
    let session = vault.sign_in_with_file(&path, both).unwrap();
    let mut load = Caseload::default();
    record_cases(&session, 1, &mut load).unwrap();
    let child = load.children[0];
    let read = |session: &saferoom::vault::Session| session.read::<Child>(child, &access());
    let (expected, elsewhere) = (read(&session).unwrap(), other.session());
    let records = vault.info().unwrap().records;

    assert_eq!(vault.panic_wipe(&path, DeviceKeys::Keep), Ok(2));
    assert_eq!(read(&session).unwrap_err(), Error::Locked);
    assert!(elsewhere.is_locked(), "every session of this process, of whatever vault");
    assert!(!path.exists());
    let gone = vault.sign_in_with_file(&path, both).err();
    assert_eq!(gone, Some(KeyError::File(ErrorKind::NotFound).into()));
    std::fs::write(&path, copy).unwrap();
    let useless = vault.sign_in_with_file(&path, both).err();
    assert_eq!(useless, Some(KeyError::HostSecretMissing.into()), "nor does a copy that the wipe did not reach");
    assert_eq!(vault.panic_wipe(&path, DeviceKeys::Keep), Ok(0));

    // The same member, from another place: the vault is as it was, and its log goes on.
    let session = vault.sign_in(&world.founder).unwrap();
    assert_eq!(read(&session).unwrap(), expected);
    assert_eq!(session.check(|_, _| ()).unwrap().records, records);
    drop(session);

    // Nor is it refused from within a batch, whose session ends with it.
    let session = vault.sign_in(&world.founder).unwrap();
    create_identity_file(&path, &Identity::generate(), alone, PassphraseCost::LEAST).unwrap();
    let done = session.write_batch(&access(), |_| Ok(vault.panic_wipe(&path, DeviceKeys::Keep).unwrap()));
    assert_eq!(done.err(), Some(Error::Locked));
    assert!(!path.exists() && session.is_locked());
    drop(session);

    // A key store that lets go of one key of the device and not of the other: it is told, and the other one is gone.
    create_identity_file(&path, &Identity::generate(), alone, PassphraseCost::LEAST).unwrap();
    let (kept, keys) = (world.keys.contents(), Arc::new(Clinging(world.keys.snapshot())));
    let clinging = Vault::open(&world.path(), Host::with_shared(keys.clone())).unwrap();
    assert_eq!(
        clinging.panic_wipe(&path, DeviceKeys::Wipe).err(),
        Some(KeyError::from(KeyStoreError::Unavailable).into())
    );
    let left = keys.0.contents();
    let has = |keys: &HashMap<String, Vec<u8>>, which: &str| keys.keys().any(|name| name.contains(which));
    assert!(has(&kept, "/epoch-key/") && has(&left, "/log-key/") && !has(&left, "/epoch-key/"));
    assert!(!path.exists());

    // A wipe on behalf of somebody else does nothing to who is not meant, but for the sessions.
    create_identity_file(&path, &Identity::generate(), alone, PassphraseCost::LEAST).unwrap();
    assert_eq!(vault.panic_wipe(&path, DeviceKeys::Wipe), Ok(0));
    assert_eq!(vault.sign_in(&world.founder).err(), Some(Error::ForeignVault), "this device's log has ended");
}
