//! The private half of a recovery key: all that follows from the seed that is split.
//!
//! It follows from seed and vault alone, so that shares without a roster still find and open what was wrapped to them.

use super::{RecoveryError, RecoveryPublicKey};
use crate::id::{RecoveryKeyId, VaultId};
use crate::keys::{CircleName, CircleSecret, KeyError, SigningKey, SlotKey};
use crate::seal::{HybridPublicKey, HybridSecretKey, LabelledInput, Secret, combine_shares, derive_secret, sha256};

use super::RecoveryShare;
use super::set::mark;

/// See the module. Wiped on drop.
pub(super) struct PrivateHalf {
    pub(super) pair: HybridSecretKey,
    pub(super) signing: SigningKey,
    slots: SlotKey,
}

impl PrivateHalf {
    pub(super) fn of(vault: VaultId, seed: &Secret) -> Self {
        let derive = |label| derive_secret(seed, &LabelledInput::new(label).part(vault.as_bytes()));
        Self {
            pair: HybridSecretKey::from_seed(&derive("saferoom/recovery/hybrid-seed")),
            signing: SigningKey::from_seed(derive("saferoom/recovery/signing-seed").expose()),
            slots: SlotKey::new(derive("saferoom/recovery/slot-key")),
        }
    }

    pub(super) fn public_key(&self, vault: VaultId) -> RecoveryPublicKey {
        RecoveryPublicKey::of(vault, self.pair.public_key(), self.slots.clone(), self.signing.verifying_key())
    }
}

impl RecoveryPublicKey {
    pub(super) fn of(
        vault: VaultId,
        hybrid: HybridPublicKey,
        slots: SlotKey,
        verifying_key: crate::keys::VerifyingKey,
    ) -> Self {
        let input = LabelledInput::new("saferoom/recovery/key-id")
            .part(vault.as_bytes())
            .part(&hybrid.to_bytes())
            .part(slots.expose())
            .part(verifying_key.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&sha256(input.as_bytes())[..16]);
        Self { id: RecoveryKeyId::from_bytes(id), hybrid, slots, verifying_key }
    }
}

/// Shares that come in where nobody can read the roster any more. Whether each is right is seen only when there are
/// enough: together they give a key that they name themselves.
#[derive(Default)]
pub struct LooseShares {
    shares: Vec<RecoveryShare>,
}

impl LooseShares {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a share; returns how many more are needed.
    ///
    /// # Errors
    /// [`RecoveryError::OtherCeremony`] if it is not of the ceremony of the first one, [`RecoveryError::Duplicate`].
    pub fn add(&mut self, share: RecoveryShare) -> Result<u8, RecoveryError> {
        let number = share.number;
        if self.shares.first().is_some_and(|first| (first.mark, first.threshold) != (share.mark, share.threshold)) {
            return Err(RecoveryError::OtherCeremony { number });
        }
        if self.shares.iter().any(|known| known.number == number) {
            return Err(RecoveryError::Duplicate { number });
        }
        self.shares.push(share);
        Ok(self.missing().unwrap_or(0))
    }

    /// How many more shares are needed; none is known before the first.
    #[must_use]
    pub fn missing(&self) -> Option<u8> {
        let given = u8::try_from(self.shares.len()).unwrap_or(u8::MAX);
        Some(self.shares.first()?.threshold.saturating_sub(given))
    }

    /// What the shares give for a vault.
    pub(crate) fn key(&self, vault: VaultId) -> Result<LooseKey, KeyError> {
        let missing = self.missing().unwrap_or(2);
        let Some(first) = self.shares.first().filter(|_| missing == 0) else {
            return Err(RecoveryError::NotEnough { missing }.into());
        };
        let needed = &self.shares[..usize::from(first.threshold)];
        let numbered: Vec<_> = needed.iter().map(|share| (share.number, &share.value)).collect();
        let half = PrivateHalf::of(vault, &combine_shares(&numbered)?);
        let public = half.public_key(vault);
        if mark(public.id) != first.mark {
            return Err(RecoveryError::NotTogether.into());
        }
        Ok(LooseKey { vault, half, public })
    }

    pub(crate) fn into_shares(self) -> Vec<RecoveryShare> {
        self.shares
    }
}

impl std::fmt::Debug for LooseShares {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LooseShares({}, redacted)", self.shares.len())
    }
}

/// A recovery key of which no roster says yet that it is in force. It opens the circle of all members, to read the roster.
pub(crate) struct LooseKey {
    vault: VaultId,
    half: PrivateHalf,
    public: RecoveryPublicKey,
}

impl LooseKey {
    pub(crate) fn public_key(&self) -> &RecoveryPublicKey {
        &self.public
    }

    pub(crate) fn open_circle(&self, circle: CircleName, wrapped: &[u8]) -> Result<CircleSecret, KeyError> {
        let info = self.public.wrap_info(self.vault, circle);
        Ok(CircleSecret::from_secret(self.half.pair.open_secret(&info, wrapped)?))
    }
}
