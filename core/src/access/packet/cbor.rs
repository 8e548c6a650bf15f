//! Versioned CBOR of packets, over what the floor shares.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::PacketError;
pub(super) use crate::access::cbor::{
    Writer, Written, byte_strings, expect_array, fixed, list, optional, refused, write_byte_strings,
    write_optional_bytes, write_optional_number, written,
};

/// Decodes a versioned array, whose first item is the version, and compares.
///
/// A higher version is [`PacketError::TooNew`]; anything else that is wrong is `malformed`.
pub(super) fn versioned<T>(
    bytes: &[u8],
    (version, length): (u64, u64),
    malformed: PacketError,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T, DecodeError>,
    encode: impl FnOnce(&T) -> Vec<u8>,
) -> Result<T, PacketError> {
    let mut input = Decoder::new(bytes);
    let mut begin = || Ok::<_, DecodeError>((input.array()?, input.u64()?));
    let (found_length, found) = begin().map_err(|_| malformed.clone())?;
    if found > version {
        return Err(PacketError::TooNew);
    }
    if found != version || found_length != Some(length) {
        return Err(malformed);
    }
    let value = read(&mut input).map_err(|_| malformed.clone())?;
    if encode(&value) == bytes { Ok(value) } else { Err(malformed) }
}
