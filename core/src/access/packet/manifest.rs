//! What is inside a packet: who sent it, when, in reply to what, and each part with kind, name, length and digest.
//!
//! It is the first item of the stream, and the sender's signature over it and over the digest of the header is the
//! second: nothing that follows is used unless it is what the sender signed, and what they signed belongs to this
//! header, and so to these recipients.

use std::fmt;

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::cbor::{
    Writer, Written, expect_array, fixed, list, optional, refused, versioned, write_optional_bytes,
    write_optional_number, written,
};
use super::{ContentKind, PacketError};
use crate::id::PacketId;
use crate::keys::{PacketAddress, Signature, VerifyingKey};
use crate::seal::{HybridPublicKey, LabelledInput};

const VERSION: u64 = 1;
const LENGTH: u64 = 9;
/// Most parts of a packet.
pub const MAX_PARTS: usize = 1024;
/// Longest name of a part.
const MAX_NAME: usize = 64;
/// Longest manifest: beyond what so many parts and a certificate need.
pub(super) const MAX_MANIFEST: usize = 256 * 1024;

/// What the sender says is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketManifest {
    /// Names the packet, among those of its sender.
    pub packet: PacketId,
    /// The sender.
    pub sender: PacketAddress,
    /// A certificate of their organisation about them, as bytes: see [`SignedCertificate`](super::SignedCertificate).
    pub certificate: Option<Vec<u8>>,
    /// Whom an answer is sealed to, if not to the sender: such as the circle of their unit.
    pub reply_to: Option<HybridPublicKey>,
    /// When it was made, by the sender's clock: milliseconds since 1970, UTC.
    pub created_at: u64,
    /// Until when it may be accepted.
    pub expires_at: Option<u64>,
    /// The packet that this one answers.
    pub in_reply_to: Option<PacketId>,
    /// The parts, in their order.
    pub parts: Vec<PartEntry>,
}

/// One part, as the manifest lists it.
#[derive(Clone, PartialEq, Eq)]
pub struct PartEntry {
    /// What it is.
    pub kind: ContentKind,
    /// A name within the packet: up to 64 letters, digits, `-`, `_`, `.`; may be empty.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl PacketManifest {
    /// Whom an answer is sealed to.
    #[must_use]
    pub fn reply_key(&self) -> &HybridPublicKey {
        self.reply_to.as_ref().unwrap_or(&self.sender.hybrid_key)
    }

    /// How many bytes the parts have.
    #[must_use]
    pub fn total_length(&self) -> u64 {
        self.parts.iter().fold(0, |sum: u64, part| sum.saturating_add(part.length))
    }

    /// The bytes that the sender signs.
    pub(super) fn signed_bytes(header_digest: &[u8; 32], manifest: &[u8]) -> LabelledInput {
        LabelledInput::new("saferoom/packet").part(header_digest).part(manifest)
    }

    pub(super) fn verify(&self, header_digest: &[u8; 32], bytes: &[u8], signature: &Signature) -> bool {
        self.sender.verifying_key.verifies(Self::signed_bytes(header_digest, bytes).as_bytes(), signature)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        written(|out| self.write(out))
    }

    fn write(&self, out: &mut Writer) -> Written {
        out.array(LENGTH)?.u64(VERSION)?.bytes(self.packet.as_bytes())?;
        out.array(2)?.bytes(self.sender.verifying_key.as_bytes())?.bytes(&self.sender.hybrid_key.to_bytes())?;
        write_optional_bytes(out, self.certificate.as_deref())?;
        write_optional_bytes(out, self.reply_to.as_ref().map(HybridPublicKey::to_bytes).as_deref())?;
        out.u64(self.created_at)?;
        write_optional_number(out, self.expires_at)?;
        write_optional_bytes(out, self.in_reply_to.as_ref().map(|id| &id.as_bytes()[..]))?;
        out.array(self.parts.len() as u64)?;
        for part in &self.parts {
            out.array(4)?.u64(part.kind.number())?.str(&part.name)?.u64(part.length)?.bytes(&part.sha256)?;
        }
        Ok(())
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`PacketError::TooNew`], [`PacketError::Altered`].
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        versioned(bytes, (VERSION, LENGTH), PacketError::Altered, Self::read, Self::encode)
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let packet = PacketId::from_bytes(fixed(input)?);
        expect_array(input, 2)?;
        let sender =
            PacketAddress { verifying_key: VerifyingKey::from_bytes(fixed(input)?), hybrid_key: public_key(input)? };
        let certificate = optional(input, |input| Ok(input.bytes()?.to_vec()))?;
        let reply_to = optional(input, public_key)?;
        let created_at = input.u64()?;
        let expires_at = optional(input, |input| input.u64())?;
        let in_reply_to = optional(input, |input| Ok(PacketId::from_bytes(fixed(input)?)))?;
        let parts = list(input, MAX_PARTS as u64, PartEntry::read)?;
        if parts.is_empty() {
            return Err(refused("no part"));
        }
        Ok(Self { packet, sender, certificate, reply_to, created_at, expires_at, in_reply_to, parts })
    }
}

impl PartEntry {
    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 4)?;
        let kind = ContentKind::from_number(input.u64()?);
        let name = input.str()?.to_owned();
        if !is_part_name(&name) {
            return Err(refused("no name of a part"));
        }
        Ok(Self { kind, name, length: input.u64()?, sha256: fixed(input)? })
    }
}

impl fmt::Debug for PartEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartEntry({}, {} bytes, name redacted)", self.kind, self.length)
    }
}

/// Whether it can name a part, and a file on every system.
pub(super) fn is_part_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.len() <= MAX_NAME && !name.starts_with('.') && name.bytes().all(allowed)
}

fn public_key(input: &mut Decoder<'_>) -> Result<HybridPublicKey, DecodeError> {
    HybridPublicKey::from_bytes(input.bytes()?).map_err(|_| refused("no public key"))
}
