//! What the vectors and `fuzz/` are given of packets: keys that are the same each time, and packets with any content.

use std::io::Write;

use super::header::{Header, stream_key};
use super::{
    FRAMES, KnownSenders, MemoryReplayGuard, Packet, PacketError, PacketManifest, PacketSigner, Recipient, padding_of,
};
use crate::keys::PacketKeyPair;
use crate::seal::{Secret, StreamWriter};

/// When all examples are read.
pub(super) const NOW: u64 = 1_800_000_000_000;

/// A sender whose seed is 32 bytes 0x51.
pub(super) fn example_sender() -> PacketKeyPair {
    PacketKeyPair::from_seed(Secret::copy_of(&[0x51; 32]))
}

/// A recipient whose seed is 32 bytes 0x52.
pub(super) fn example_recipient() -> PacketKeyPair {
    PacketKeyPair::from_seed(Secret::copy_of(&[0x52; 32]))
}

/// Reads a packet to the example recipient from the example sender, to its end; answers its parts.
pub(super) fn parts(bytes: &[u8]) -> Result<(PacketManifest, Vec<Vec<u8>>), PacketError> {
    let mut known = KnownSenders::new();
    known.pin(example_sender().address());
    let packet = Packet::open(bytes, &example_recipient())?;
    let mut accepted = packet.accept(&known, &MemoryReplayGuard::new(), NOW, &std::env::temp_dir())?;
    let count = accepted.manifest().parts.len();
    let parts = (0..count).map(|index| Ok(accepted.part_bytes(index, usize::MAX)?.to_vec()));
    let parts = parts.collect::<Result<_, PacketError>>()?;
    Ok((accepted.manifest().clone(), parts))
}

/// A packet from the example sender to the example recipient with any manifest, any signature (the right one, if none is
/// given) and anything behind it, with padding as it should be (if none is given).
pub(super) fn sealed(
    manifest: &[u8],
    signature: Option<&[u8]>,
    parts: &[u8],
    padding: Option<&[u8]>,
) -> Result<Vec<u8>, PacketError> {
    let to = [Recipient { key: example_recipient().address().hybrid_key.clone(), sequence: 1 }];
    let (header, key) = Header::seal(&to)?;
    let digest = header.digest();
    let mut out = header.as_bytes().to_vec();
    let mut stream = StreamWriter::new(&mut out, FRAMES, digest.to_vec(), stream_key(&key, &digest));
    let right = PacketSigner::sign(&example_sender(), PacketManifest::signed_bytes(&digest, manifest).as_bytes());
    stream.item(manifest)?;
    stream.item(signature.unwrap_or(&right))?;
    stream.push(parts)?;
    let zeros = vec![0; padding_of(manifest.len(), parts.len() as u64) as usize];
    stream.push(padding.unwrap_or(&zeros))?;
    stream.end()?.0.flush().map_err(|error| PacketError::from(&error))?;
    Ok(out)
}

/// Reads a packet; answers how many parts it has.
#[cfg(feature = "fuzzing")]
pub(crate) fn container(bytes: &[u8]) -> Result<u64, PacketError> {
    parts(bytes).map(|(_, parts)| parts.len() as u64)
}

/// Takes two bytes of length, a manifest and whatever stands behind it, seals and signs them, and reads them back.
#[cfg(feature = "fuzzing")]
pub(crate) fn content(plain: &[u8]) -> Result<u64, PacketError> {
    let (length, rest) = plain.split_first_chunk::<2>().ok_or(PacketError::Truncated)?;
    let (manifest, rest) = rest.split_at(rest.len().min(usize::from(u16::from_be_bytes(*length))));
    container(&sealed(manifest, None, rest, None)?)
}

/// A manifest.
#[cfg(feature = "fuzzing")]
pub(crate) fn manifest(bytes: &[u8]) -> Option<Vec<u8>> {
    PacketManifest::decode(bytes).ok().map(|manifest| manifest.encode())
}

/// What is kept of accepted packets.
#[cfg(feature = "fuzzing")]
pub(crate) fn seen(bytes: &[u8]) -> Option<Vec<u8>> {
    super::seen_file::decode(bytes).ok().map(|memory| super::seen_file::encode(&memory))
}
