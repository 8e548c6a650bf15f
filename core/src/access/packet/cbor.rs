//! Small helpers for deterministic CBOR (RFC 8949, 4.2.1): definite lengths, and what was decoded is encoded again and
//! compared by the caller.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::PacketError;

/// What writing to memory answers.
pub(super) type Written = Result<(), minicbor::encode::Error<Infallible>>;
/// Writes to memory.
pub(super) type Writer = Encoder<Vec<u8>>;

/// What `write` writes.
pub(super) fn written(write: impl FnOnce(&mut Writer) -> Written) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let done = write(&mut out).is_ok();
    debug_assert!(done, "a Vec takes everything");
    out.into_writer()
}

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

pub(super) fn expect_array(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(refused("wrong number of parts")) }
}

pub(super) fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| refused("wrong length"))
}

/// A list of at most so many items.
pub(super) fn list<T>(
    input: &mut Decoder<'_>,
    most: u64,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.filter(|length| *length <= most).ok_or_else(|| refused("too many items"))?;
    (0..length).map(|_| item(input)).collect()
}

/// The next item, or none for null.
pub(super) fn optional<T>(
    input: &mut Decoder<'_>,
    item: impl FnOnce(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if input.datatype()? == minicbor::data::Type::Null {
        input.null()?;
        return Ok(None);
    }
    item(input).map(Some)
}

pub(super) fn write_optional_bytes(out: &mut Writer, bytes: Option<&[u8]>) -> Written {
    match bytes {
        Some(bytes) => out.bytes(bytes)?,
        None => out.null()?,
    };
    Ok(())
}

pub(super) fn write_optional_number(out: &mut Writer, number: Option<u64>) -> Written {
    match number {
        Some(number) => out.u64(number)?,
        None => out.null()?,
    };
    Ok(())
}

/// Byte strings of at most so many.
pub(super) fn byte_strings(input: &mut Decoder<'_>, most: u64) -> Result<Vec<Vec<u8>>, DecodeError> {
    list(input, most, |input| Ok(input.bytes()?.to_vec()))
}

pub(super) fn write_byte_strings(out: &mut Writer, strings: &[Vec<u8>]) -> Written {
    out.array(strings.len() as u64)?;
    strings.iter().try_for_each(|string| out.bytes(string).map(drop))
}

pub(super) fn refused(why: &'static str) -> DecodeError {
    DecodeError::message(why)
}
