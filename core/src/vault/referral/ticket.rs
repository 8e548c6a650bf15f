//! What goes along with a referral and comes back with every answer: which referral, in which packet, to whom. Sealed to
//! the members of the vault; to everybody else it is random bytes.

use crate::id::{PacketId, RecordId, VaultId};
use crate::keys::PacketAddress;
use crate::practice::referrals::ReferralError;
use crate::seal::{LabelledInput, ValueContext};
use crate::vault::Error;
use crate::vault::act::Act;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The referral.
    pub(super) referral: RecordId,
    /// The packet that brought it.
    pub(super) packet: PacketId,
    /// Digest of the address that it was sealed to.
    pub(super) provider: [u8; 32],
}

impl Ticket {
    pub(super) fn new(referral: RecordId, packet: PacketId, provider: &PacketAddress) -> Self {
        Self { referral, packet, provider: provider.digest() }
    }

    pub(super) fn seal(&self, act: &Act<'_>) -> Result<Vec<u8>, Error> {
        let plain = [&self.referral.as_bytes()[..], self.packet.as_bytes(), &self.provider].concat();
        let key = act.keys.circles.roster()?.value_key();
        Ok(context(act.keys.file.vault).seal(key, &plain)?)
    }

    pub(super) fn open(sealed: &[u8], act: &Act<'_>) -> Result<Self, ReferralError> {
        let plain = act.keys.circles.open_for_all(&context(act.keys.file.vault), sealed);
        let plain: [u8; 64] = plain.and_then(|plain| plain.try_into().ok()).ok_or(ReferralError::NotOurs)?;
        let part = |at: usize| -> [u8; 16] { std::array::from_fn(|index| plain[at + index]) };
        Ok(Self {
            referral: RecordId::from_bytes(part(0)),
            packet: PacketId::from_bytes(part(16)),
            provider: std::array::from_fn(|index| plain[32 + index]),
        })
    }
}

fn context(vault: VaultId) -> ValueContext {
    ValueContext::new(LabelledInput::new("saferoom/referral/ticket").part(vault.as_bytes()))
}
