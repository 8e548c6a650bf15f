//! What stands in clear at the beginning of a packet, and the slots in which a recipient finds the packet's key.
//!
//! Preamble (59 bytes): `"SFRMPACK"`, version u8, number of slots u16 (4, 16, 64 or 256), salt\[16\], commitment of the
//! packet's key\[32\]. Then the slots, 1176 bytes each: packet key\[32\] and sequence number u64, sealed to one public
//! key by HPKE. Then the first 8 bytes of the SHA-256 of all before, which tell damage from a packet for someone else.
//!
//! The number of slots is a size class. Those that are left over are sealed to keys that nobody holds; their order is
//! random. So a packet does not show who may open it, nor how many; whoever holds a key tries each slot.

use std::io::{ErrorKind, Read};

use zeroize::Zeroizing;

use super::PacketError;
use crate::id::random_bytes;
use crate::keys::KeyError;
use crate::seal::{
    HybridPublicKey, HybridSecretKey, LabelledInput, SEALED_TO_KEY_OVERHEAD, Secret, derive_bytes, derive_secret,
    sha256,
};

pub(super) const MAGIC: &[u8; 8] = b"SFRMPACK";
pub(super) const VERSION: u8 = 1;
pub(super) const PREAMBLE_LENGTH: usize = 8 + 1 + 2 + 16 + 32;
const SLOT_PLAIN_LENGTH: usize = 32 + 8;
pub(super) const SLOT_LENGTH: usize = SLOT_PLAIN_LENGTH + SEALED_TO_KEY_OVERHEAD;
const CHECKSUM_LENGTH: usize = 8;
/// How many slots a packet can have.
pub(super) const SIZES: [usize; 4] = [4, 16, 64, 256];

/// Whom a packet is sealed to, and the number that it has for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Their X-Wing public key: of a member, of a circle, or of a correspondent without a vault.
    pub key: HybridPublicKey,
    /// The sender raises it with every packet to this recipient; a sender who keeps no count uses the time in
    /// milliseconds.
    pub sequence: u64,
}

/// Whoever may hold the private half of a recipient's key.
pub trait PacketOpener {
    /// The public half.
    fn hybrid_key(&self) -> HybridPublicKey;

    /// Opens a secret that was sealed to it in the place that `info` names.
    ///
    /// # Errors
    /// [`KeyError::Wrap`] if it was sealed to someone else or in another place, or changed.
    fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>;
}

impl PacketOpener for crate::keys::Identity {
    fn hybrid_key(&self) -> HybridPublicKey {
        self.public().hybrid_key
    }

    fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.open_sealed(info, sealed)
    }
}

impl PacketOpener for crate::keys::PacketKeyPair {
    fn hybrid_key(&self) -> HybridPublicKey {
        self.address().hybrid_key.clone()
    }

    fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.open_sealed(info, sealed)
    }
}

/// A packet to all members of a circle, such as a hand-in to a station.
impl PacketOpener for crate::keys::CircleKeys {
    fn hybrid_key(&self) -> HybridPublicKey {
        self.hybrid().public_key()
    }

    fn open_sealed(&self, info: &LabelledInput, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Ok(self.hybrid().open(info, sealed)?)
    }
}

/// The clear beginning of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header(Vec<u8>);

/// What a recipient finds in their slot.
pub(super) struct OpenedSlot {
    pub(super) key: Secret,
    pub(super) sequence: u64,
}

impl Header {
    /// A header for these recipients, and the packet's key.
    pub(super) fn seal(recipients: &[Recipient]) -> Result<(Self, Secret), PacketError> {
        Self::seal_with(recipients, random_bytes(), Secret::generate())
    }

    pub(super) fn seal_with(
        recipients: &[Recipient],
        salt: [u8; 16],
        key: Secret,
    ) -> Result<(Self, Secret), PacketError> {
        let count = slots_for(recipients)?;
        let mut bytes = Vec::with_capacity(length_with(count));
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&(count as u16).to_be_bytes());
        bytes.extend_from_slice(&salt);
        let commitment = commitment(&key, &bytes);
        bytes.extend_from_slice(&commitment);
        slots(recipients, count, &bytes, &key)?.iter().for_each(|slot| bytes.extend_from_slice(slot));
        let checksum = sha256(&bytes);
        bytes.extend_from_slice(&checksum[..CHECKSUM_LENGTH]);
        Ok((Self(bytes), key))
    }

    /// Reads the header of a packet, and not a byte more.
    pub(super) fn read(input: &mut impl Read) -> Result<Self, PacketError> {
        let mut bytes = Vec::with_capacity(length_with(SIZES[0]));
        take(input, MAGIC.len() + 1, &mut bytes)?;
        let magic = bytes.len().min(MAGIC.len());
        if bytes.is_empty() || bytes[..magic] != MAGIC[..magic] {
            return Err(PacketError::NotAPacket);
        }
        match bytes.get(MAGIC.len()) {
            None => return Err(PacketError::Truncated),
            Some(&VERSION) => (),
            Some(version) if *version > VERSION => return Err(PacketError::TooNew),
            Some(_) => return Err(PacketError::Altered),
        }
        take(input, PREAMBLE_LENGTH, &mut bytes)?;
        if bytes.len() < PREAMBLE_LENGTH {
            return Err(PacketError::Truncated);
        }
        let count = usize::from(u16::from_be_bytes([bytes[9], bytes[10]]));
        if !SIZES.contains(&count) {
            return Err(PacketError::Altered);
        }
        take(input, length_with(count), &mut bytes)?;
        if bytes.len() < length_with(count) {
            return Err(PacketError::Truncated);
        }
        let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_LENGTH);
        if sha256(content)[..CHECKSUM_LENGTH] != *checksum {
            return Err(PacketError::Altered);
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The digest that frames, signature and log entries name the packet by.
    pub(super) fn digest(&self) -> [u8; 32] {
        sha256(&self.0)
    }

    /// Looks for the slot that `opener` opens.
    pub(super) fn open(&self, opener: &dyn PacketOpener) -> Result<OpenedSlot, PacketError> {
        let preamble = &self.0[..PREAMBLE_LENGTH];
        let info = slot_info(preamble, &opener.hybrid_key());
        let slots = self.0[PREAMBLE_LENGTH..self.0.len() - CHECKSUM_LENGTH].chunks_exact(SLOT_LENGTH);
        let plain = slots.map(|slot| opener.open_sealed(&info, slot)).find_map(Result::ok);
        let plain = plain.ok_or(PacketError::NotForYou)?;
        let (key, sequence) = plain.split_first_chunk::<32>().ok_or(PacketError::Altered)?;
        let sequence = u64::from_be_bytes(sequence.try_into().map_err(|_| PacketError::Altered)?);
        let key = Secret::copy_of(key);
        let (before, fixed) = preamble.split_at(PREAMBLE_LENGTH - 32);
        // One key for all recipients: nobody shows two of them different contents of one packet.
        if commitment(&key, before) != *fixed {
            return Err(PacketError::Altered);
        }
        Ok(OpenedSlot { key, sequence })
    }
}

/// The key of a packet's frames.
pub(super) fn stream_key(key: &Secret, header_digest: &[u8; 32]) -> Secret {
    derive_secret(key, &LabelledInput::new("saferoom/packet/stream-key").part(header_digest))
}

fn commitment(key: &Secret, before: &[u8]) -> [u8; 32] {
    derive_bytes(key, &LabelledInput::new("saferoom/packet/commitment").part(before))
}

fn slot_info(preamble: &[u8], recipient: &HybridPublicKey) -> LabelledInput {
    LabelledInput::new("saferoom/packet/slot").part(preamble).part(&recipient.to_bytes())
}

const fn length_with(slots: usize) -> usize {
    PREAMBLE_LENGTH + slots * SLOT_LENGTH + CHECKSUM_LENGTH
}

fn slots_for(recipients: &[Recipient]) -> Result<usize, PacketError> {
    if recipients.is_empty() {
        return Err(PacketError::NoRecipients);
    }
    let twice = |at: usize| recipients[..at].iter().any(|earlier| earlier.key == recipients[at].key);
    let size = SIZES.into_iter().find(|size| recipients.len() <= *size).ok_or(PacketError::Recipients)?;
    if (0..recipients.len()).any(twice) { Err(PacketError::Recipients) } else { Ok(size) }
}

fn slots(recipients: &[Recipient], count: usize, preamble: &[u8], key: &Secret) -> Result<Vec<Vec<u8>>, PacketError> {
    let seal = |to: &HybridPublicKey, key: &Secret, sequence: u64| -> Result<_, PacketError> {
        let mut plain = Zeroizing::new([0; SLOT_PLAIN_LENGTH]);
        plain[..32].copy_from_slice(key.expose());
        plain[32..].copy_from_slice(&sequence.to_be_bytes());
        let slot = to.seal(&slot_info(preamble, to), &plain[..]).map_err(KeyError::from)?;
        Ok((random_bytes::<16>(), slot))
    };
    let mut slots = Vec::with_capacity(count);
    for recipient in recipients {
        slots.push(seal(&recipient.key, key, recipient.sequence)?);
    }
    // Random bytes could be told from a real slot (an ML-KEM ciphertext is not uniform): these are real as well.
    while slots.len() < count {
        let nobody = HybridSecretKey::from_seed(&Secret::generate()).public_key();
        slots.push(seal(&nobody, &Secret::generate(), 0)?);
    }
    slots.sort_unstable_by_key(|(place, _)| *place);
    Ok(slots.into_iter().map(|(_, slot)| slot).collect())
}

/// Reads on until there are `length` bytes, or the input ends.
fn take(input: &mut impl Read, length: usize, bytes: &mut Vec<u8>) -> Result<(), PacketError> {
    let missing = (length - bytes.len()) as u64;
    match input.take(missing).read_to_end(bytes) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(PacketError::Truncated),
        Err(error) => Err(PacketError::from(&error)),
    }
}
