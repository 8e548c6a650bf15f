//! The fields of one record as encoded values: one allocation, wiped.

use std::ops::Range;

use zeroize::{Zeroize, Zeroizing};

use super::{FieldNumber, ModelError};

/// Encoded field values by number, in one buffer. Wiped on drop and whenever it moves to a larger allocation.
#[derive(Default, Clone)]
pub struct FieldBuffer {
    bytes: Zeroizing<Vec<u8>>,
    fields: Vec<(FieldNumber, Range<usize>)>,
}

impl FieldBuffer {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(bytes)), fields: Vec::with_capacity(24) }
    }

    /// Forgets all fields, wipes them, and keeps the allocation.
    pub fn clear(&mut self) {
        self.bytes.zeroize();
        self.fields.clear();
    }

    /// Makes sure that `additional` bytes fit without another allocation; the old one is wiped.
    pub fn reserve(&mut self, additional: usize) {
        let needed = self.bytes.len() + additional;
        if needed > self.bytes.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.bytes.capacity()).max(512)));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
    }

    /// Adds an encoded value. Fields come in ascending order.
    ///
    /// # Errors
    /// [`ModelError::FieldOrder`] if the number is not higher than the one before.
    pub fn push(&mut self, number: FieldNumber, value: &[u8]) -> Result<(), ModelError> {
        self.reserve(value.len());
        self.push_with(number, |bytes| bytes.extend_from_slice(value))
    }

    /// Adds a value that `encode` appends; reserve room for it first.
    ///
    /// # Errors
    /// [`ModelError::FieldOrder`] if the number is not higher than the one before.
    pub fn push_with(&mut self, number: FieldNumber, encode: impl FnOnce(&mut Vec<u8>)) -> Result<(), ModelError> {
        if self.fields.last().is_some_and(|(last, _)| *last >= number) {
            return Err(ModelError::FieldOrder);
        }
        let start = self.bytes.len();
        encode(&mut self.bytes);
        self.fields.push((number, start..self.bytes.len()));
        Ok(())
    }

    /// Lets `append` add values in any order: it gets the bytes and says where each value lies. Sorted afterwards.
    ///
    /// # Errors
    /// What `append` answers, or [`ModelError::FieldOrder`] if a number came twice.
    pub(crate) fn append_unordered<E: From<ModelError>>(
        &mut self,
        append: impl FnOnce(&mut Vec<u8>, &mut dyn FnMut(u64, Range<usize>)) -> Result<(), E>,
    ) -> Result<(), E> {
        let fields = &mut self.fields;
        append(&mut self.bytes, &mut |number, place| {
            if let Some(number) = FieldNumber::checked(number) {
                fields.push((number, place));
            }
        })?;
        fields.sort_unstable_by_key(|(number, _)| *number);
        if fields.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(ModelError::FieldOrder.into());
        }
        Ok(())
    }

    /// The encoded value of a field.
    #[must_use]
    pub fn get(&self, number: FieldNumber) -> Option<&[u8]> {
        let index = self.fields.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(&self.bytes[self.fields[index].1.clone()])
    }

    /// All fields, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (FieldNumber, &[u8])> + Clone {
        self.fields.iter().map(|(number, place)| (*number, &self.bytes[place.clone()]))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl std::fmt::Debug for FieldBuffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldBuffer({} fields, redacted)", self.fields.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_in_order_and_only_once() {
        let number = FieldNumber::new;
        let mut fields = FieldBuffer::new();
        fields.push(number(2), b"two").unwrap();
        fields.push(number(1 << 32), &[7; 4000]).unwrap();
        assert_eq!(fields.push(number(2), b"again"), Err(ModelError::FieldOrder));
        assert_eq!(fields.get(number(2)), Some(&b"two"[..]));
        assert_eq!(fields.get(number(1 << 32)).map(<[u8]>::len), Some(4000));
        assert_eq!(fields.get(number(3)), None);
        assert_eq!(format!("{fields:?}"), "FieldBuffer(2 fields, redacted)");
        fields.clear();
        assert!(fields.is_empty());
    }
}
