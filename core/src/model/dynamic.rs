//! A record whose kind is known at run time only: for imports, the command line, foreign languages.

use std::collections::BTreeMap;
use std::fmt;

use super::{FieldBuffer, FieldNumber, FieldSpec, ModelError, RecordSpec, Value, ValueError};

/// A record of any kind. Stored exactly as the typed record of its kind.
#[derive(Clone, PartialEq, Eq)]
pub struct DynamicRecord {
    spec: &'static RecordSpec,
    values: BTreeMap<FieldNumber, Value>,
}

impl DynamicRecord {
    /// A record of this nature, without values.
    #[must_use]
    pub const fn new(spec: &'static RecordSpec) -> Self {
        Self { spec, values: BTreeMap::new() }
    }

    /// Its declared nature.
    #[must_use]
    pub const fn spec(&self) -> &'static RecordSpec {
        self.spec
    }

    /// Sets a field; an empty list clears it.
    ///
    /// # Errors
    /// [`ModelError::NoSuchField`], or [`ModelError::Field`] if the value is of another type than the field.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), ModelError> {
        let field = self.field(name)?;
        if !value.fits(field) {
            let expected = if field.repeated { "list of the field's type" } else { field.value_type.name() };
            return Err(self.refused(field, ValueError::Type { expected }));
        }
        if matches!(&value, Value::List(items) if items.is_empty()) {
            self.values.remove(&field.number);
        } else {
            self.values.insert(field.number, value);
        }
        Ok(())
    }

    /// Sets a field to what a person wrote; see [`Value::parse_field`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchField`], or [`ModelError::Field`] if this is no value of the field.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), ModelError> {
        let field = self.field(name)?;
        let value = Value::parse_field(field, text).map_err(|reason| self.refused(field, reason))?;
        self.values.insert(field.number, value);
        Ok(())
    }

    /// The value of a field, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(&self.spec.field_named(name)?.number)
    }

    /// All fields that have a value, ascending by number.
    pub fn iter(&self) -> impl Iterator<Item = (&'static FieldSpec, &Value)> {
        self.values.iter().filter_map(|(number, value)| Some((self.spec.field(*number)?, value)))
    }

    /// Appends every field that has a value, ascending by number.
    ///
    /// # Errors
    /// [`ModelError::FieldOrder`] if `fields` already holds a higher number.
    pub fn encode(&self, fields: &mut FieldBuffer) -> Result<(), ModelError> {
        fields.reserve(self.values.values().map(Value::encoded_length_hint).sum());
        self.values.iter().try_for_each(|(number, value)| fields.push_with(*number, |out| value.encode(out)))
    }

    /// The record out of what could be opened. Fields that this release does not know are left out.
    ///
    /// # Errors
    /// [`ModelError::Field`] for a value that is malformed.
    pub fn decode(spec: &'static RecordSpec, fields: &FieldBuffer) -> Result<Self, ModelError> {
        let mut record = Self::new(spec);
        for (number, bytes) in fields.iter() {
            let Some(field) = spec.field(number) else { continue };
            let value = Value::decode_field(field, bytes).map_err(|reason| record.refused(field, reason))?;
            record.values.insert(number, value);
        }
        Ok(record)
    }

    fn field(&self, name: &str) -> Result<&'static FieldSpec, ModelError> {
        self.spec.field_named(name).ok_or(ModelError::NoSuchField { kind: self.spec.name() })
    }

    const fn refused(&self, field: &'static FieldSpec, reason: ValueError) -> ModelError {
        ModelError::Field { kind: self.spec.name(), field: field.name, reason }
    }
}

impl fmt::Debug for DynamicRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicRecord({}, {} fields, redacted)", self.spec.name(), self.values.len())
    }
}
