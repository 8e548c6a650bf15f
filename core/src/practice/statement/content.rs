//! The digest of what was closed: over the values alone, so that it is the same in every vault that holds them.

use crate::model::{DynamicRecord, FieldBuffer, FieldNumber, ModelError, RecordKind, ValueType};
use crate::seal::{LabelledInput, sha256};

/// Length of the random part of the digest.
pub const SALT_LENGTH: usize = 16;

/// One record of what is closed: its kind, and its values but those that are no part of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content {
    kind: u16,
    fields: Vec<(u64, Vec<u8>)>,
}

impl Content {
    /// The content of a record, without the fields `besides` and without those that name other records: ids are of a vault,
    /// not of what was said.
    ///
    /// # Errors
    /// [`ModelError`] if a value cannot be encoded.
    pub fn of(record: &DynamicRecord, besides: &[FieldNumber]) -> Result<Self, ModelError> {
        let spec = record.spec();
        let mut buffer = FieldBuffer::new();
        record.encode(&mut buffer)?;
        let is_id = |number| spec.field(number).is_some_and(|field| field.value_type == ValueType::Id);
        let part = buffer.iter().filter(|(number, _)| !besides.contains(number) && !is_id(*number));
        let fields = part.map(|(number, value)| (number.get(), value.to_vec())).collect();
        Ok(Self { kind: spec.kind.number(), fields })
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = RecordKind::from_number(self.kind).map_or("record", RecordKind::name);
        write!(f, "Content({kind}, redacted)")
    }
}

/// The digest of records that are closed together: `sha256:` and hexadecimal digits. docs/formats.md 22.
#[must_use]
pub fn content_digest(salt: &[u8; SALT_LENGTH], mut records: Vec<Content>) -> [u8; 32] {
    records.sort_unstable();
    let mut input = LabelledInput::new("saferoom/closed-content").part(salt).number(records.len() as u64);
    for record in &records {
        input = input.number(u64::from(record.kind)).number(record.fields.len() as u64);
        for (number, value) in &record.fields {
            input = input.number(*number).part(value);
        }
    }
    sha256(input.as_bytes())
}
