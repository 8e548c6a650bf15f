//! A [`ReplayGuard`] in a file, for those who get packets without a vault. It is sealed under a key of its owner, so it
//! does not show with whom they correspond. Who puts back an older copy of it makes old packets new.
//!
//! Bytes: `"SFRMSEEN"`, version u8, sealed value of deterministic CBOR
//! `[1, [[sender, superseded, [[number, packet, digest], ...]], ...]]`.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;
use zeroize::Zeroizing;

use super::cbor::{expect_array, fixed, list, refused, versioned, written};
use super::replay::SenderMemory;
use super::{MemoryReplayGuard, Novelty, PacketError, PacketMark, REMEMBERED, ReplayGuard};
use crate::id::PacketId;
use crate::keys::{Identity, KeyError, PacketKeyPair};
use crate::new_file::{Existing, write_private_file};
use crate::seal::{LabelledInput, Secret, ValueContext};

const MAGIC: &[u8; 9] = b"SFRMSEEN\x01";
const MAX_SENDERS: u64 = 1 << 16;
/// Longest file that is read: what so many packets of a few hundred senders need.
const MAX_LENGTH: u64 = 64 << 20;

/// What was accepted, in a file.
#[derive(Debug)]
pub struct SeenFile {
    path: PathBuf,
    key: Secret,
}

impl SeenFile {
    /// The file of a correspondent without a vault; it is made with the first packet that is remembered.
    #[must_use]
    pub fn of_key_pair(path: &Path, keys: &PacketKeyPair) -> Self {
        Self { path: path.to_owned(), key: keys.seen_key() }
    }

    /// The file of a member who opens packets outside of a vault.
    #[must_use]
    pub fn of_identity(path: &Path, identity: &Identity) -> Self {
        Self { path: path.to_owned(), key: identity.seen_key() }
    }

    fn context() -> ValueContext {
        ValueContext::new(LabelledInput::new("saferoom/packet/seen"))
    }

    fn load(&self) -> Result<MemoryReplayGuard, PacketError> {
        let file = match std::fs::File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(MemoryReplayGuard::new()),
            opened => opened.map_err(|error| PacketError::from(&error))?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_LENGTH).read_to_end(&mut bytes).map_err(|error| PacketError::from(&error))?;
        let sealed = match bytes.strip_prefix(MAGIC) {
            Some(sealed) => sealed,
            None if bytes.starts_with(&MAGIC[..8]) && bytes.get(8) > MAGIC.get(8) => return Err(PacketError::TooNew),
            None => return Err(PacketError::SeenDamaged),
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        Self::context().open_onto(&self.key, sealed, &mut plain).map_err(|_| PacketError::SeenDamaged)?;
        decode(&plain)
    }

    fn store(&self, memory: &MemoryReplayGuard) -> Result<(), PacketError> {
        let sealed = Self::context().seal(&self.key, &encode(memory)).map_err(KeyError::from)?;
        write_private_file(&self.path, &[&MAGIC[..], &sealed].concat(), Existing::Replace)
            .map_err(|error| PacketError::from(&error))
    }
}

impl ReplayGuard for SeenFile {
    fn check(&self, mark: &PacketMark) -> Result<Novelty, PacketError> {
        self.load()?.check(mark)
    }

    fn remember(&mut self, mark: &PacketMark) -> Result<(), PacketError> {
        let mut memory = self.load()?;
        memory.remember(mark)?;
        self.store(&memory)
    }
}

impl MemoryReplayGuard {
    /// The bytes to keep.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// [`PacketError::SeenDamaged`], [`PacketError::TooNew`].
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, PacketError> {
        decode(bytes)
    }
}

pub(super) fn encode(memory: &MemoryReplayGuard) -> Vec<u8> {
    written(|out| {
        out.array(2)?.u64(1)?.array(memory.senders.len() as u64)?;
        for (sender, known) in &memory.senders {
            out.array(3)?.bytes(sender)?.u64(known.superseded)?.array(known.packets.len() as u64)?;
            for (number, (packet, digest)) in &known.packets {
                out.array(3)?.u64(*number)?.bytes(packet.as_bytes())?.bytes(digest)?;
            }
        }
        Ok(())
    })
}

pub(super) fn decode(bytes: &[u8]) -> Result<MemoryReplayGuard, PacketError> {
    // Numbers and senders that come twice collapse in the maps, so that the encoding differs: refused.
    let read = |input: &mut Decoder<'_>| {
        let senders = list(input, MAX_SENDERS, read_sender)?.into_iter().collect();
        Ok(MemoryReplayGuard { senders })
    };
    versioned(bytes, (1, 2), PacketError::SeenDamaged, read, encode)
}

fn read_sender(input: &mut Decoder<'_>) -> Result<([u8; 32], SenderMemory), DecodeError> {
    expect_array(input, 3)?;
    let (sender, superseded) = (fixed(input)?, input.u64()?);
    let packets: BTreeMap<_, _> = list(input, REMEMBERED as u64, |input| {
        expect_array(input, 3)?;
        Ok((input.u64()?, (PacketId::from_bytes(fixed(input)?), fixed(input)?)))
    })?
    .into_iter()
    .collect();
    if packets.is_empty() {
        return Err(refused("a sender without a packet"));
    }
    Ok((sender, SenderMemory { superseded, packets }))
}
