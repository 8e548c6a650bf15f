//! Where wrapped keys lie: names that only those can compute who know the recipient's slot key.
//!
//! Every recipient of wrapped keys, a member or a circle, has a slot key. The roster lists it, sealed to all members: who
//! wraps a key for somebody can file it under the right name, and a thief of the file cannot tell whose it is.

use std::fmt;

use ring::hmac;

use crate::id::{ScopeId, VaultId};
use crate::seal::{HybridPublicKey, LabelledInput, Secret, hmac_key};

use super::CircleName;

/// A name under which something lies for one recipient.
pub type Slot = [u8; 16];

/// Names what is wrapped for one recipient. Known to the members of the recipient's vaults, and to nobody else.
#[derive(Clone)]
pub struct SlotKey {
    bytes: Secret,
    key: hmac::Key,
}

impl SlotKey {
    pub(crate) fn new(bytes: Secret) -> Self {
        Self { key: hmac_key(&bytes), bytes }
    }

    /// A slot key from the bytes that a roster or an enrolment lists.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self::new(Secret::copy_of(bytes))
    }

    /// The bytes to list.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.bytes.expose()
    }

    /// Where the recipient's wrap of a circle's secret lies.
    #[must_use]
    pub fn circle(&self, vault: VaultId, circle: CircleName) -> Slot {
        let input = LabelledInput::new("saferoom/identity/slot")
            .part(vault.as_bytes())
            .part(circle.scope.as_bytes())
            .number(u64::from(circle.compartment))
            .number(u64::from(circle.generation));
        self.name(&input)
    }

    /// Where the recipient's wrap of a data key lies: the key of this ordinal in the keyring of a scope.
    #[must_use]
    pub fn data_key(&self, vault: VaultId, scope: ScopeId, ordinal: u16) -> Slot {
        // Computed for every wrap of a scope that is opened: fixed lengths, and no allocation.
        let mut input = [0; 8 + 16 + 16 + 2];
        input[..8].copy_from_slice(b"data-key");
        input[8..24].copy_from_slice(vault.as_bytes());
        input[24..40].copy_from_slice(scope.as_bytes());
        input[40..].copy_from_slice(&ordinal.to_be_bytes());
        shortened(hmac::sign(&self.key, &input))
    }

    /// Where the key lies under which one session wrapped keys for the recipient.
    #[must_use]
    pub fn envelope(&self, vault: VaultId, session: u64) -> Slot {
        self.name(&LabelledInput::new("saferoom/envelope/slot").part(vault.as_bytes()).number(session))
    }

    /// Where the recipient's wrap of a circle's secret lies that opens with a second secret only.
    #[must_use]
    pub fn emergency(&self, vault: VaultId, circle: CircleName, second: &HybridPublicKey) -> Slot {
        let input = LabelledInput::new("saferoom/emergency/slot")
            .part(vault.as_bytes())
            .part(circle.scope.as_bytes())
            .number(u64::from(circle.compartment))
            .number(u64::from(circle.generation))
            .part(&second.to_bytes());
        self.name(&input)
    }

    fn name(&self, input: &LabelledInput) -> Slot {
        shortened(hmac::sign(&self.key, input.as_bytes()))
    }
}

impl PartialEq for SlotKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for SlotKey {}

impl fmt::Debug for SlotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlotKey(redacted)")
    }
}

fn shortened(mac: hmac::Tag) -> Slot {
    let mut slot = [0; 16];
    slot.copy_from_slice(&mac.as_ref()[..16]);
    slot
}
