//! What the formats of this floor share of deterministic CBOR (RFC 8949, 4.2.1): definite lengths, bounded lists; what was
//! decoded is encoded again and compared by the caller.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

/// What writing to memory answers.
pub(in crate::access) type Written = Result<(), minicbor::encode::Error<Infallible>>;
/// Writes to memory.
pub(in crate::access) type Writer = Encoder<Vec<u8>>;

/// What `write` writes.
pub(in crate::access) fn written(write: impl FnOnce(&mut Writer) -> Written) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    let done = write(&mut out).is_ok();
    debug_assert!(done, "a Vec takes everything");
    out.into_writer()
}

pub(in crate::access) fn expect_array(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(refused("wrong number of parts")) }
}

pub(in crate::access) fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| refused("wrong length"))
}

/// A list of at most so many items.
pub(in crate::access) fn list<T>(
    input: &mut Decoder<'_>,
    most: u64,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.filter(|length| *length <= most).ok_or_else(|| refused("too many items"))?;
    (0..length).map(|_| item(input)).collect()
}

/// The next item, or none for null.
pub(in crate::access) fn optional<T>(
    input: &mut Decoder<'_>,
    item: impl FnOnce(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if input.datatype()? == minicbor::data::Type::Null {
        input.null()?;
        return Ok(None);
    }
    item(input).map(Some)
}

pub(in crate::access) fn write_optional_bytes(out: &mut Writer, bytes: Option<&[u8]>) -> Written {
    match bytes {
        Some(bytes) => out.bytes(bytes)?,
        None => out.null()?,
    };
    Ok(())
}

pub(in crate::access) fn write_optional_number(out: &mut Writer, number: Option<u64>) -> Written {
    match number {
        Some(number) => out.u64(number)?,
        None => out.null()?,
    };
    Ok(())
}

/// Byte strings of at most so many.
pub(in crate::access) fn byte_strings(input: &mut Decoder<'_>, most: u64) -> Result<Vec<Vec<u8>>, DecodeError> {
    list(input, most, |input| Ok(input.bytes()?.to_vec()))
}

pub(in crate::access) fn write_byte_strings(out: &mut Writer, strings: &[Vec<u8>]) -> Written {
    out.array(strings.len() as u64)?;
    strings.iter().try_for_each(|string| out.bytes(string).map(drop))
}

pub(in crate::access) fn refused(why: &'static str) -> DecodeError {
    DecodeError::message(why)
}
