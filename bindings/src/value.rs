//! Values of fields, as they cross.

use std::collections::HashMap;

use saferoom::id::RecordId;
use saferoom::model::{
    Catalogue, Code, DynamicRecord, FieldBuffer, FieldSpec, ModelError, Narrative, PartialDate, PlaceCode, Record,
    Text, Timestamp, Value, ValueError, ValueType, catalogue,
};

/// The value of a field. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Display, Debug)]
pub enum FieldValue {
    /// A text, short or long.
    Text(String),
    /// A code.
    Code(String),
    /// A date of known precision, such as `2014`, `2014-05`, `2014-05-17` or `2014~`.
    Date(String),
    /// A moment, in milliseconds since the start of 1970 in UTC.
    Time(i64),
    /// A place code.
    Place(String),
    /// Yes or no.
    Bool(bool),
    /// A count.
    Unsigned(u64),
    /// Another record.
    Id(String),
    /// Several values of one type; no lists among them.
    Items(Vec<FieldValue>),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldValue(redacted)")
    }
}

impl std::fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl FieldValue {
    fn into_value(self, field: &FieldSpec) -> Result<Value, ValueError> {
        Ok(match self {
            Self::Text(text) if field.value_type == ValueType::Narrative => Value::Narrative(Narrative::new(text)?),
            Self::Text(text) => Value::Text(Text::new(text)?),
            Self::Code(code) => Value::Code(Code::parse(&code)?),
            Self::Date(date) => Value::Date(PartialDate::parse(&date)?),
            Self::Time(milliseconds) => Value::Time(Timestamp::from_milliseconds(milliseconds)?),
            Self::Place(place) => Value::Place(PlaceCode::parse(&place)?),
            Self::Bool(value) => Value::Bool(value),
            Self::Unsigned(number) => Value::Unsigned(number),
            Self::Id(id) => Value::Id(id.parse::<RecordId>().map_err(|_| ValueError::Type { expected: "record id" })?),
            Self::Items(items) => {
                Value::List(items.into_iter().map(|item| item.into_value(field)).collect::<Result<_, _>>()?)
            }
        })
    }

    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.as_str().to_owned()),
            Value::Narrative(text) => Self::Text(text.as_str().to_owned()),
            Value::Code(code) => Self::Code(code.as_str().to_owned()),
            Value::Date(date) => Self::Date(date.to_text()),
            Value::Time(time) => Self::Time(time.milliseconds()),
            Value::Place(place) => Self::Place(place.as_str().to_owned()),
            Value::Bool(value) => Self::Bool(*value),
            Value::Unsigned(number) => Self::Unsigned(*number),
            Value::Id(id) => Self::Id(id.to_string()),
            Value::List(items) => Self::Items(items.iter().map(Self::of).collect()),
        }
    }
}

/// The record of this kind with these values. The vault's own fields are taken only where one is named: a record without
/// a place for them keeps those that are stored.
pub(crate) fn record_of(
    of_vault: &'static Catalogue,
    kind: &str,
    fields: HashMap<String, FieldValue>,
) -> Result<DynamicRecord, ModelError> {
    let known = catalogue().by_name(kind).ok_or(ModelError::NoSuchKind)?;
    let of_vault = of_vault.by_name(kind).ok_or(ModelError::NoSuchKind)?;
    let spec = if fields.keys().all(|name| known.field_named(name).is_some()) { known } else { of_vault };
    let mut record = DynamicRecord::new(spec);
    for (name, value) in fields {
        let field = spec.field_named(&name).ok_or(ModelError::NoSuchField { kind: spec.name() })?;
        let refused = |reason| ModelError::Field { kind: spec.name(), field: field.name, reason };
        record.set(&name, value.into_value(field).map_err(refused)?)?;
    }
    Ok(record)
}

/// The values of a record.
pub(crate) fn fields_of(record: &DynamicRecord) -> HashMap<String, FieldValue> {
    record.iter().map(|(field, value)| (field.name.to_owned(), FieldValue::of(value))).collect()
}

/// The typed record with these values.
pub(crate) fn typed_of<R: Record>(fields: HashMap<String, FieldValue>) -> Result<R, ModelError> {
    let record = record_of(catalogue(), R::spec().name(), fields)?;
    let mut buffer = FieldBuffer::new();
    record.encode(&mut buffer)?;
    R::decode(&buffer)
}

/// The values of a typed record.
pub(crate) fn fields_of_typed<R: Record>(record: &R) -> Result<HashMap<String, FieldValue>, ModelError> {
    Ok(fields_of(&dynamic_of(record)?))
}

/// A typed record as one whose kind is known at run time.
pub(crate) fn dynamic_of<R: Record>(record: &R) -> Result<DynamicRecord, ModelError> {
    let mut buffer = FieldBuffer::new();
    record.encode(&mut buffer)?;
    DynamicRecord::decode(R::spec(), &buffer)
}
