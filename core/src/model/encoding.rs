//! How one value is stored: one deterministic CBOR item (RFC 8949, 4.2.1), and a strict reader for such items.
//!
//! The reader takes only what the writer writes: the shortest form, one item, nothing after it. So each value has one
//! stored form, and what was decoded encodes to the same bytes.

use minicbor::Encoder;

use super::value::check_item;
use super::{ValueError, ValueType};
use crate::id::RecordId;

/// A Rust type that a field of a record can have.
pub trait FieldType: Sized {
    /// What it holds; for a list, what each item holds.
    const TYPE: ValueType;
    /// Whether it is a list.
    const REPEATED: bool = false;
    /// The list that its codes are from.
    const CODE_LIST: Option<&'static str> = None;

    /// Appends the value as one CBOR item.
    fn encode(&self, out: &mut Vec<u8>);

    /// The value out of exactly the bytes that [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for any other bytes.
    fn decode(bytes: &[u8]) -> Result<Self, ValueError>;

    /// How many bytes [`encode`](Self::encode) appends at most: with so much reserved, nothing is copied about.
    fn encoded_length_hint(&self) -> usize;
}

/// Appends one item by minicbor. A `Vec` takes everything, so that there is no error to pass on.
pub(super) fn write<T>(
    out: &mut Vec<u8>,
    item: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Result<T, minicbor::encode::Error<std::convert::Infallible>>,
) {
    let done = item(&mut Encoder::new(out)).is_ok();
    debug_assert!(done, "a Vec takes everything");
}

/// Appends a text item.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    write(out, |encoder| encoder.str(text).map(drop));
}

/// Length of the head of an item with this argument.
pub(super) const fn head_length(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// Length of a text or byte string item with so many bytes in it.
pub(super) const fn string_length(bytes: usize) -> usize {
    head_length(bytes as u64) + bytes
}

/// One item, borrowed from the stored bytes. Of an array only the head.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    /// An integer from 0.
    Unsigned(u64),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// The head of an array with so many items.
    Array(u64),
    /// A boolean.
    Bool(bool),
}

impl<'a> Item<'a> {
    /// The text, if it is one.
    pub(super) fn text(self, expected: &'static str) -> Result<&'a str, ValueError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(ValueError::Type { expected }),
        }
    }

    /// The number, if it is one.
    pub(super) fn unsigned(self, expected: &'static str) -> Result<u64, ValueError> {
        match self {
            Self::Unsigned(number) => Ok(number),
            _ => Err(ValueError::Type { expected }),
        }
    }

    /// The boolean, if it is one.
    pub(super) fn bool(self) -> Result<bool, ValueError> {
        match self {
            Self::Bool(value) => Ok(value),
            _ => Err(ValueError::Type { expected: "yes or no" }),
        }
    }

    /// The record id, if it is one.
    pub(super) fn id(self) -> Result<RecordId, ValueError> {
        match self {
            Self::Bytes(bytes) => RecordId::from_slice(bytes).ok(),
            _ => None,
        }
        .ok_or(ValueError::Type { expected: "record id" })
    }
}

/// Reads items one after the other; allocates nothing.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next item.
    pub(super) fn item(&mut self) -> Result<Item<'a>, ValueError> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        if major == 7 {
            return match info {
                20 => Ok(Item::Bool(false)),
                21 => Ok(Item::Bool(true)),
                _ => Err(ValueError::Encoding),
            };
        }
        let argument = match info {
            0..=23 => u64::from(info),
            24..=27 => {
                let length = 1_usize << (info - 24);
                let argument = self.take(length)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                if head_length(argument) != 1 + length {
                    return Err(ValueError::Encoding);
                }
                argument
            }
            _ => return Err(ValueError::Encoding),
        };
        match major {
            0 => Ok(Item::Unsigned(argument)),
            2 => Ok(Item::Bytes(self.take_long(argument)?)),
            3 => std::str::from_utf8(self.take_long(argument)?).map(Item::Text).map_err(|_| ValueError::Utf8),
            4 => Ok(Item::Array(argument)),
            _ => Err(ValueError::Encoding),
        }
    }

    /// The bytes of the next item, which is no array: lists do not nest.
    pub(super) fn item_bytes(&mut self) -> Result<&'a [u8], ValueError> {
        let before = self.0;
        if let Item::Array(_) = self.item()? {
            return Err(ValueError::Encoding);
        }
        Ok(&before[..before.len() - self.0.len()])
    }

    /// The head of a list: how many items follow. At least one, and no more than there are bytes for.
    pub(super) fn list(&mut self) -> Result<usize, ValueError> {
        let Item::Array(count) = self.item()? else { return Err(ValueError::Type { expected: "list" }) };
        match usize::try_from(count) {
            Ok(count) if (1..=self.0.len()).contains(&count) => Ok(count),
            _ => Err(ValueError::Encoding),
        }
    }

    /// Refuses bytes that are left over.
    pub(super) const fn end(self) -> Result<(), ValueError> {
        if self.0.is_empty() { Ok(()) } else { Err(ValueError::Encoding) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ValueError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ValueError::Encoding)?;
        self.0 = rest;
        Ok(taken)
    }

    fn take_long(&mut self, count: u64) -> Result<&'a [u8], ValueError> {
        self.take(usize::try_from(count).map_err(|_| ValueError::Encoding)?)
    }
}

/// The one item that these bytes are.
pub(super) fn single(bytes: &[u8]) -> Result<Item<'_>, ValueError> {
    let mut reader = Reader::new(bytes);
    let item = reader.item()?;
    reader.end()?;
    Ok(item)
}

/// The list that these bytes are. Checked as a whole before anything is allocated, and then allocated once: a list that
/// grew would leave copies of its items behind.
pub(super) fn decode_list<T>(
    value_type: ValueType,
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, ValueError>,
) -> Result<Vec<T>, ValueError> {
    let mut reader = Reader::new(bytes);
    let count = reader.list()?;
    (0..count).try_for_each(|_| check_item(value_type, reader.item()?))?;
    reader.end()?;

    let mut items = Vec::with_capacity(count);
    let mut reader = Reader::new(bytes);
    reader.list()?;
    for _ in 0..count {
        items.push(decode(reader.item_bytes()?)?);
    }
    Ok(items)
}

impl FieldType for bool {
    const TYPE: ValueType = ValueType::Bool;

    fn encode(&self, out: &mut Vec<u8>) {
        write(out, |encoder| encoder.bool(*self).map(drop));
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        single(bytes)?.bool()
    }

    fn encoded_length_hint(&self) -> usize {
        1
    }
}

impl FieldType for u64 {
    const TYPE: ValueType = ValueType::Unsigned;

    fn encode(&self, out: &mut Vec<u8>) {
        write(out, |encoder| encoder.u64(*self).map(drop));
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        single(bytes)?.unsigned("number")
    }

    fn encoded_length_hint(&self) -> usize {
        head_length(*self)
    }
}

impl FieldType for RecordId {
    const TYPE: ValueType = ValueType::Id;

    fn encode(&self, out: &mut Vec<u8>) {
        write(out, |encoder| encoder.bytes(self.as_bytes()).map(drop));
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        single(bytes)?.id()
    }

    fn encoded_length_hint(&self) -> usize {
        string_length(self.as_bytes().len())
    }
}

/// A list. An empty one has no stored form: the field is absent then, and `decode` refuses an empty array.
impl<T: FieldType> FieldType for Vec<T> {
    const TYPE: ValueType = T::TYPE;
    const REPEATED: bool = true;
    const CODE_LIST: Option<&'static str> = T::CODE_LIST;

    fn encode(&self, out: &mut Vec<u8>) {
        const { assert!(!T::REPEATED, "lists do not nest") };
        write(out, |encoder| encoder.array(self.len() as u64).map(drop));
        self.iter().for_each(|item| item.encode(out));
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        const { assert!(!T::REPEATED, "lists do not nest") };
        decode_list(T::TYPE, bytes, T::decode)
    }

    fn encoded_length_hint(&self) -> usize {
        head_length(self.len() as u64) + self.iter().map(T::encoded_length_hint).sum::<usize>()
    }
}
