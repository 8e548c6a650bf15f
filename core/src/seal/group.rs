//! The fields of one revision of one record that share a data key: each sealed on its own, all bound to their place.
//!
//! Bytes, for fields f1 < f2 < ... < fn (docs/formats.md, "Sealed group"):
//!
//! ```text
//! units      u16 big-endian     length of the sealed directory, in units of 32 bytes
//! prefix     16 bytes           random, drawn afresh for every call of seal_group
//! directory  32 * units bytes   sealed under suffix 0: for each field varint(number - number before), varint(length);
//!                               zero bytes to fill
//! field i    length_i + 16      sealed under suffix f_i; the last one carries zero padding behind its value
//! ```
//!
//! Each part is XChaCha20-Poly1305 with nonce `prefix || suffix as u64 big-endian` and AAD
//! `context digest[32] || suffix as u64 big-endian`. So neither which fields are filled, nor how long each is, can be
//! read off a stolen file: only the padded total, and from `units` a bound on the number of fields. A field opens without
//! the others.

use std::ops::Range;

use zeroize::Zeroizing;

use super::aead::{PREFIX_LENGTH, PrefixCipher, TAG_LENGTH};
use super::padding::padded_length;
use super::{LabelledInput, SealError, Secret, sha256};
use crate::id::{DeviceId, RecordId, ScopeId, VaultId};

/// Most fields in one group.
pub const MAX_FIELDS_PER_GROUP: usize = 1024;

const UNIT: usize = 32;
const HEADER_LENGTH: usize = 2 + PREFIX_LENGTH;
const DIRECTORY_SUFFIX: u64 = 0;

/// The place of a group. What is sealed in one place does not open in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupContext {
    /// The vault.
    pub vault: VaultId,
    /// Number of the record's kind.
    pub kind: u16,
    /// The unit or case whose keys protect the record.
    pub scope: ScopeId,
    /// The record.
    pub record: RecordId,
    /// The record it belongs to; itself if none.
    pub parent: RecordId,
    /// The device that wrote the revision.
    pub device: DeviceId,
    /// Number of the revision on that device, from 1.
    pub revision: u64,
    /// Number of the compartment.
    pub compartment: u8,
    /// Generation of the data key.
    pub generation: u32,
    /// Commitment of the data key, so that no group opens under two keys.
    pub key_commitment: [u8; 32],
}

impl GroupContext {
    fn digest(&self) -> [u8; 32] {
        let input = LabelledInput::new("saferoom/group")
            .part(self.vault.as_bytes())
            .number(u64::from(self.kind))
            .part(self.scope.as_bytes())
            .part(self.record.as_bytes())
            .part(self.parent.as_bytes())
            .part(self.device.as_bytes())
            .number(self.revision)
            .number(u64::from(self.compartment))
            .number(u64::from(self.generation))
            .part(&self.key_commitment);
        sha256(input.as_bytes())
    }
}

/// AAD of one part: the digest of the place, then the suffix.
struct PartAad([u8; 40]);

impl PartAad {
    fn new(context: &GroupContext) -> Self {
        let mut bytes = [0; 40];
        bytes[..32].copy_from_slice(&context.digest());
        Self(bytes)
    }

    fn with(&mut self, suffix: u64) -> &[u8] {
        self.0[32..].copy_from_slice(&suffix.to_be_bytes());
        &self.0
    }
}

/// Seals `fields` (number and value, ascending) onto the end of `out`.
///
/// # Errors
/// [`SealError::FieldOrder`], [`SealError::DuplicateField`], [`SealError::TooManyFields`] or [`SealError::TooLong`];
/// `out` is then as before.
pub fn seal_group<'a, I>(key: &Secret, context: &GroupContext, fields: I, out: &mut Vec<u8>) -> Result<(), SealError>
where
    I: Iterator<Item = (u64, &'a [u8])> + Clone,
{
    let start = out.len();
    let result = seal_parts(key, context, fields, out);
    if result.is_err() {
        zeroize::Zeroize::zeroize(&mut out[start..]);
        out.truncate(start);
    }
    result
}

fn seal_parts<'a, I>(key: &Secret, context: &GroupContext, fields: I, out: &mut Vec<u8>) -> Result<(), SealError>
where
    I: Iterator<Item = (u64, &'a [u8])> + Clone,
{
    let start = out.len();
    let (cipher, prefix) = PrefixCipher::fresh(key);
    let mut aad = PartAad::new(context);

    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&prefix);
    let (count, total) = write_directory(fields.clone(), out)?;
    let directory_length = (out.len() - start - HEADER_LENGTH + TAG_LENGTH).next_multiple_of(UNIT);
    let units = u16::try_from(directory_length / UNIT).map_err(|_| SealError::TooManyFields)?;
    out[start..start + 2].copy_from_slice(&units.to_be_bytes());
    out.resize(start + HEADER_LENGTH + directory_length - TAG_LENGTH, 0);
    cipher.seal_tail(DIRECTORY_SUFFIX, aad.with(DIRECTORY_SUFFIX), out, start + HEADER_LENGTH)?;

    let plain_end = HEADER_LENGTH + directory_length + total + count * TAG_LENGTH;
    let padding = padded_length(plain_end) - plain_end;
    out.reserve(total + count * TAG_LENGTH + padding);
    for (index, (number, value)) in fields.enumerate() {
        let from = out.len();
        out.extend_from_slice(value);
        if index + 1 == count {
            out.resize(out.len() + padding, 0);
        }
        cipher.seal_tail(number, aad.with(number), out, from)?;
    }
    Ok(())
}

/// Writes the directory's entries; returns how many fields there are and the sum of their lengths.
fn write_directory<'a>(
    fields: impl Iterator<Item = (u64, &'a [u8])>,
    out: &mut Vec<u8>,
) -> Result<(usize, usize), SealError> {
    let (mut before, mut count, mut total) = (0u64, 0usize, 0usize);
    for (number, value) in fields {
        match number.checked_sub(before) {
            Some(0) if count > 0 => return Err(SealError::DuplicateField),
            Some(0) | None => return Err(SealError::FieldOrder),
            Some(step) => push_varint(step, out),
        }
        push_varint(value.len() as u64, out);
        before = number;
        count += 1;
        total = total.checked_add(value.len()).ok_or(SealError::TooLong)?;
    }
    match count {
        0 => Err(SealError::FieldOrder),
        count if count > MAX_FIELDS_PER_GROUP => Err(SealError::TooManyFields),
        count => Ok((count, total)),
    }
}

/// A group whose directory was opened: which fields it has is known, their values are not.
pub struct OpenedGroup {
    cipher: PrefixCipher,
    aad: PartAad,
    parts: Vec<Part>,
}

struct Part {
    number: u64,
    length: usize,
    sealed: Range<usize>,
}

impl OpenedGroup {
    /// Opens the directory of a group.
    ///
    /// # Errors
    /// [`SealError::Malformed`] or [`SealError::Authentication`].
    pub fn open(key: &Secret, context: &GroupContext, group: &[u8]) -> Result<Self, SealError> {
        let layout = GroupLayout::parse(group)?;
        let cipher = PrefixCipher::with_prefix(key, &layout.prefix);
        let mut aad = PartAad::new(context);
        let mut plain = Zeroizing::new(Vec::with_capacity(layout.directory.len()));
        cipher.open_onto(DIRECTORY_SUFFIX, aad.with(DIRECTORY_SUFFIX), &group[layout.directory.clone()], &mut plain)?;
        let parts = read_directory(&plain, layout.directory.end, group.len())?;
        Ok(Self { cipher, aad, parts })
    }

    /// The numbers of its fields, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.parts.iter().map(|part| part.number)
    }

    /// Opens those fields of the group for which `wanted` says yes; each plain value is appended to `out`, then `opened`
    /// is told its number and where it lies. `group` has to be the bytes that the directory was opened from.
    ///
    /// # Errors
    /// [`SealError::Malformed`] or [`SealError::Authentication`]; nothing of the failed field is left in `out`.
    pub fn open_fields(
        &mut self,
        group: &[u8],
        out: &mut Vec<u8>,
        wanted: impl Fn(u64) -> bool,
        mut opened: impl FnMut(u64, Range<usize>),
    ) -> Result<(), SealError> {
        for part in self.parts.iter().filter(|part| wanted(part.number)) {
            let sealed = group.get(part.sealed.clone()).ok_or(SealError::Malformed)?;
            let from = out.len();
            self.cipher.open_onto(part.number, self.aad.with(part.number), sealed, out)?;
            let end = from + part.length;
            if out[end..].iter().any(|byte| *byte != 0) {
                zeroize::Zeroize::zeroize(&mut out[from..]);
                out.truncate(from);
                return Err(SealError::Malformed);
            }
            out.truncate(end);
            opened(part.number, from..end);
        }
        Ok(())
    }
}

impl std::fmt::Debug for OpenedGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedGroup({} fields, redacted)", self.parts.len())
    }
}

/// Reads the plain directory of a group of `end` bytes whose first field starts at `at`.
fn read_directory(plain: &[u8], mut at: usize, end: usize) -> Result<Vec<Part>, SealError> {
    let mut parts = Vec::with_capacity(plain.len() / 2);
    let (mut number, mut input) = (0u64, plain);
    while let Some(step) = read_varint(&mut input)?.filter(|step| *step != 0) {
        number = number.checked_add(step).ok_or(SealError::Malformed)?;
        let length = read_varint(&mut input)?.and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or(SealError::Malformed)?;
        let next = at.checked_add(length).and_then(|next| next.checked_add(TAG_LENGTH)).ok_or(SealError::Malformed)?;
        parts.push(Part { number, length, sealed: at..next });
        at = next;
    }
    let last = parts.last_mut().ok_or(SealError::Malformed)?;
    if at > end || input.iter().any(|byte| *byte != 0) {
        return Err(SealError::Malformed);
    }
    last.sealed.end = end;
    Ok(parts)
}

/// The outer parts of a group, readable without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLayout {
    prefix: [u8; PREFIX_LENGTH],
    directory: Range<usize>,
}

impl GroupLayout {
    /// Reads the outer parts.
    ///
    /// # Errors
    /// [`SealError::Malformed`] if the bytes cannot be a group.
    pub fn parse(group: &[u8]) -> Result<Self, SealError> {
        let (units, rest) = group.split_first_chunk::<2>().ok_or(SealError::Malformed)?;
        let (prefix, rest) = rest.split_first_chunk::<PREFIX_LENGTH>().ok_or(SealError::Malformed)?;
        let length = usize::from(u16::from_be_bytes(*units)) * UNIT;
        if length == 0 || rest.len() < length + TAG_LENGTH {
            return Err(SealError::Malformed);
        }
        Ok(Self { prefix: *prefix, directory: HEADER_LENGTH..HEADER_LENGTH + length })
    }
}

/// Opens a group's directory and those fields for which `wanted` says yes, see [`OpenedGroup::open_fields`].
///
/// # Errors
/// [`SealError::Malformed`] or [`SealError::Authentication`]; nothing of the failed field is left in `out`.
pub fn open_group(
    key: &Secret,
    context: &GroupContext,
    group: &[u8],
    out: &mut Vec<u8>,
    wanted: impl Fn(u64) -> bool,
    opened: impl FnMut(u64, Range<usize>),
) -> Result<(), SealError> {
    OpenedGroup::open(key, context, group)?.open_fields(group, out, wanted, opened)
}

/// LEB128, at most 10 bytes.
fn push_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads one varint; `None` at the end of the input. Refuses encodings that are not the shortest.
fn read_varint(input: &mut &[u8]) -> Result<Option<u64>, SealError> {
    let mut value = 0u64;
    for (index, byte) in input.iter().copied().enumerate().take(10) {
        let bits = u64::from(byte & 0x7F);
        value |= bits.checked_shl(7 * index as u32).filter(|v| v >> (7 * index) == bits).ok_or(SealError::Malformed)?;
        if byte & 0x80 == 0 {
            if byte == 0 && index > 0 {
                return Err(SealError::Malformed);
            }
            *input = &input[index + 1..];
            return Ok(Some(value));
        }
    }
    if input.is_empty() { Ok(None) } else { Err(SealError::Malformed) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn context() -> GroupContext {
        GroupContext {
            vault: VaultId::from_bytes([1; 16]),
            kind: 2,
            scope: ScopeId::from_bytes([2; 16]),
            record: RecordId::from_bytes([3; 16]),
            parent: RecordId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([4; 16]),
            revision: 5,
            compartment: 1,
            generation: 1,
            key_commitment: [6; 32],
        }
    }

    fn seal(key: &Secret, context: &GroupContext, fields: &BTreeMap<u64, Vec<u8>>) -> Vec<u8> {
        let mut out = Vec::new();
        seal_group(key, context, fields.iter().map(|(number, value)| (*number, value.as_slice())), &mut out).unwrap();
        out
    }

    fn open(key: &Secret, context: &GroupContext, group: &[u8]) -> Result<BTreeMap<u64, Vec<u8>>, SealError> {
        let (mut out, mut places) = (Vec::new(), Vec::new());
        open_group(key, context, group, &mut out, |_| true, |number, place| places.push((number, place)))?;
        Ok(places.into_iter().map(|(number, place)| (number, out[place].to_vec())).collect())
    }

    fn any_fields() -> impl Strategy<Value = BTreeMap<u64, Vec<u8>>> {
        let number = prop_oneof![1u64..40, (1u64 << 32)..(1 << 32) + 5, Just(u64::MAX)];
        proptest::collection::btree_map(number, proptest::collection::vec(any::<u8>(), 0..200), 1..30)
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(fields in any_fields()) {
            let key = Secret::generate();
            let group = seal(&key, &context(), &fields);
            prop_assert_eq!(padded_length(group.len()), group.len());
            prop_assert_eq!(open(&key, &context(), &group).unwrap(), fields);
        }

        #[test]
        fn a_changed_byte_never_opens(fields in any_fields(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let key = Secret::generate();
            let mut group = seal(&key, &context(), &fields);
            let at = at.index(group.len());
            group[at] ^= 1 << bit;
            prop_assert!(open(&key, &context(), &group).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(open(&Secret::copy_of(&[1; 32]), &context(), &bytes).is_err());
        }
    }

    #[test]
    fn it_opens_in_no_other_place() {
        let key = Secret::generate();
        let here = context();
        let group = seal(&key, &here, &BTreeMap::from([(1, b"name".to_vec())]));
        let elsewhere = [
            GroupContext { vault: VaultId::random(), ..here },
            GroupContext { kind: 3, ..here },
            GroupContext { scope: ScopeId::random(), ..here },
            GroupContext { record: RecordId::random(), ..here },
            GroupContext { parent: RecordId::random(), ..here },
            GroupContext { device: DeviceId::random(), ..here },
            GroupContext { revision: 6, ..here },
            GroupContext { compartment: 2, ..here },
            GroupContext { generation: 2, ..here },
            GroupContext { key_commitment: [7; 32], ..here },
        ];
        for place in elsewhere {
            assert_eq!(open(&key, &place, &group), Err(SealError::Authentication), "{place:?}");
        }
        assert_eq!(open(&Secret::generate(), &here, &group), Err(SealError::Authentication));
    }

    #[test]
    fn one_field_opens_without_the_others() {
        let key = Secret::generate();
        let fields = BTreeMap::from([(1, b"family".to_vec()), (2, b"given".to_vec()), (9, b"phone".to_vec())]);
        let group = seal(&key, &context(), &fields);
        let mut out = Vec::new();
        open_group(&key, &context(), &group, &mut out, |number| number == 2, |_, _| ()).unwrap();
        assert_eq!(out, b"given");
    }

    #[test]
    fn two_seals_share_nothing() {
        let key = Secret::generate();
        let fields = BTreeMap::from([(1, vec![0; 64])]);
        let (first, second) = (seal(&key, &context(), &fields), seal(&key, &context(), &fields));
        assert!(first[2..].windows(8).all(|window| !second[2..].windows(8).any(|other| other == window)));
    }

    #[test]
    fn wrong_numbers_are_refused_and_leave_nothing() {
        let key = Secret::generate();
        let value: &[u8] = b"x";
        type Fields<'a> = &'a [(u64, &'a [u8])];
        let attempts: [(Fields<'_>, SealError); 4] = [
            (&[], SealError::FieldOrder),
            (&[(0, value)], SealError::FieldOrder),
            (&[(2, value), (2, value)], SealError::DuplicateField),
            (&[(2, value), (1, value)], SealError::FieldOrder),
        ];
        for (fields, error) in attempts {
            let mut out = b"before".to_vec();
            assert_eq!(seal_group(&key, &context(), fields.iter().copied(), &mut out), Err(error));
            assert_eq!(out, b"before");
        }
    }

    #[test]
    fn which_fields_are_filled_does_not_show_in_the_length() {
        let key = Secret::generate();
        let one = seal(&key, &context(), &BTreeMap::from([(1, vec![1; 30]), (2, vec![1; 10])]));
        let other = seal(&key, &context(), &BTreeMap::from([(7, vec![1; 5]), (19, vec![1; 35])]));
        assert_eq!(one.len(), other.len());
        assert_eq!(one[..2], other[..2]);
    }
}
