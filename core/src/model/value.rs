//! A value whose type is known at run time only: for imports, the command line, foreign languages.

use std::fmt;

use super::encoding::{Item, decode_list, head_length, write};
use super::{
    Code, FieldSpec, FieldType, Narrative, PartialDate, PlaceCode, Text, Timestamp, ValueError, ValueType, text,
};
use crate::id::RecordId;

/// Separates the items of a list in its plain text form.
const SEPARATOR: char = ';';

/// A value of any type.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A short text.
    Text(Text),
    /// A long text.
    Narrative(Narrative),
    /// A code.
    Code(Code),
    /// A date.
    Date(PartialDate),
    /// A moment.
    Time(Timestamp),
    /// A place.
    Place(PlaceCode),
    /// Yes or no.
    Bool(bool),
    /// A count.
    Unsigned(u64),
    /// Another record.
    Id(RecordId),
    /// Several values of one type; no lists among them.
    List(Vec<Value>),
}

impl Value {
    /// The value of this type that a person wrote.
    ///
    /// # Errors
    /// [`ValueError`] if it is none.
    pub fn parse(value_type: ValueType, text: &str) -> Result<Self, ValueError> {
        let plain = text.trim();
        if plain.is_empty() {
            return Err(ValueError::Empty);
        }
        match value_type {
            ValueType::Text => Text::new(text).map(Self::Text),
            ValueType::Narrative => Narrative::new(text).map(Self::Narrative),
            ValueType::Code => Code::parse(plain).map(Self::Code),
            ValueType::Date => PartialDate::parse(plain).map(Self::Date),
            ValueType::Time => Timestamp::parse(plain).map(Self::Time),
            ValueType::Place => PlaceCode::parse(plain).map(Self::Place),
            ValueType::Bool => parse_bool(plain).map(Self::Bool),
            ValueType::Unsigned => parse_unsigned(plain).map(Self::Unsigned),
            ValueType::Id => plain.parse().map(Self::Id).map_err(|_| ValueError::Type { expected: "record id" }),
        }
    }

    /// The value of this field that a person wrote; the items of a list are separated by `;`.
    ///
    /// # Errors
    /// [`ValueError`] if it is none.
    pub fn parse_field(field: &FieldSpec, text: &str) -> Result<Self, ValueError> {
        if !field.repeated {
            return Self::parse(field.value_type, text);
        }
        let parts = text.split(SEPARATOR).filter(|part| !part.trim().is_empty());
        let items: Vec<_> = parts.map(|part| Self::parse(field.value_type, part)).collect::<Result<_, _>>()?;
        if items.is_empty() { Err(ValueError::Empty) } else { Ok(Self::List(items)) }
    }

    /// The value as a person reads it; the items of a list are separated by `; `.
    ///
    /// What [`parse_field`](Self::parse_field) reads back, but for lists of texts with a `;` in them.
    #[must_use]
    pub fn to_plain_text(&self) -> String {
        match self {
            Self::Text(text) => text.as_str().to_owned(),
            Self::Narrative(text) => text.as_str().to_owned(),
            Self::Code(code) => code.as_str().to_owned(),
            Self::Date(date) => date.to_text(),
            Self::Time(time) => time.to_text(),
            Self::Place(place) => place.as_str().to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Id(id) => id.to_string(),
            Self::List(items) => items.iter().map(Self::to_plain_text).collect::<Vec<_>>().join("; "),
        }
    }

    /// The type; of a list, that of its items. None for an empty list.
    #[must_use]
    pub fn value_type(&self) -> Option<ValueType> {
        Some(match self {
            Self::Text(_) => ValueType::Text,
            Self::Narrative(_) => ValueType::Narrative,
            Self::Code(_) => ValueType::Code,
            Self::Date(_) => ValueType::Date,
            Self::Time(_) => ValueType::Time,
            Self::Place(_) => ValueType::Place,
            Self::Bool(_) => ValueType::Bool,
            Self::Unsigned(_) => ValueType::Unsigned,
            Self::Id(_) => ValueType::Id,
            Self::List(items) => return items.first().and_then(Self::value_type),
        })
    }

    /// Whether a field of this nature can hold the value.
    #[must_use]
    pub fn fits(&self, field: &FieldSpec) -> bool {
        let single = |value: &Self| !matches!(value, Self::List(_)) && value.value_type() == Some(field.value_type);
        match self {
            Self::List(items) => field.repeated && items.iter().all(single),
            value => !field.repeated && single(value),
        }
    }

    /// Appends the value as one CBOR item.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(value) => value.encode(out),
            Self::Narrative(value) => value.encode(out),
            Self::Code(value) => value.encode(out),
            Self::Date(value) => value.encode(out),
            Self::Time(value) => value.encode(out),
            Self::Place(value) => value.encode(out),
            Self::Bool(value) => value.encode(out),
            Self::Unsigned(value) => value.encode(out),
            Self::Id(value) => value.encode(out),
            Self::List(items) => {
                write(out, |encoder| encoder.array(items.len() as u64).map(drop));
                items.iter().for_each(|item| item.encode(out));
            }
        }
    }

    /// How many bytes [`encode`](Self::encode) appends at most.
    #[must_use]
    pub fn encoded_length_hint(&self) -> usize {
        match self {
            Self::Text(value) => value.encoded_length_hint(),
            Self::Narrative(value) => value.encoded_length_hint(),
            Self::Code(value) => value.encoded_length_hint(),
            Self::Date(value) => value.encoded_length_hint(),
            Self::Time(value) => value.encoded_length_hint(),
            Self::Place(value) => value.encoded_length_hint(),
            Self::Bool(value) => value.encoded_length_hint(),
            Self::Unsigned(value) => value.encoded_length_hint(),
            Self::Id(value) => value.encoded_length_hint(),
            Self::List(items) => {
                head_length(items.len() as u64) + items.iter().map(Self::encoded_length_hint).sum::<usize>()
            }
        }
    }

    /// The value of this type out of exactly the bytes that [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for any other bytes.
    pub fn decode(value_type: ValueType, repeated: bool, bytes: &[u8]) -> Result<Self, ValueError> {
        if repeated {
            decode_list(value_type, bytes, |item| Self::decode_single(value_type, item)).map(Self::List)
        } else {
            Self::decode_single(value_type, bytes)
        }
    }

    /// The value of this field out of its stored bytes.
    ///
    /// # Errors
    /// [`ValueError`] for bytes that [`encode`](Self::encode) does not write.
    pub fn decode_field(field: &FieldSpec, bytes: &[u8]) -> Result<Self, ValueError> {
        Self::decode(field.value_type, field.repeated, bytes)
    }

    fn decode_single(value_type: ValueType, bytes: &[u8]) -> Result<Self, ValueError> {
        match value_type {
            ValueType::Text => Text::decode(bytes).map(Self::Text),
            ValueType::Narrative => Narrative::decode(bytes).map(Self::Narrative),
            ValueType::Code => Code::decode(bytes).map(Self::Code),
            ValueType::Date => PartialDate::decode(bytes).map(Self::Date),
            ValueType::Time => Timestamp::decode(bytes).map(Self::Time),
            ValueType::Place => PlaceCode::decode(bytes).map(Self::Place),
            ValueType::Bool => bool::decode(bytes).map(Self::Bool),
            ValueType::Unsigned => u64::decode(bytes).map(Self::Unsigned),
            ValueType::Id => RecordId::decode(bytes).map(Self::Id),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.value_type()) {
            (Self::List(items), _) => write!(f, "Value(list of {}, redacted)", items.len()),
            (_, value_type) => write!(f, "Value({}, redacted)", value_type.map_or("", ValueType::name)),
        }
    }
}

/// Whether the stored item is a value of this type. Allocates nothing.
pub(super) fn check_item(value_type: ValueType, item: Item<'_>) -> Result<(), ValueError> {
    match value_type {
        ValueType::Text => text::check(item.text("text")?, Text::MAX_LENGTH),
        ValueType::Narrative => text::check(item.text("text")?, Narrative::MAX_LENGTH),
        ValueType::Code => Code::check(item.text("code")?),
        ValueType::Date => PartialDate::exact(item.text("date")?).map(drop),
        ValueType::Time => Timestamp::from_stored(item.unsigned("time")?).map(drop),
        ValueType::Place => PlaceCode::exact(item.text("place code")?).map(drop),
        ValueType::Bool => item.bool().map(drop),
        ValueType::Unsigned => item.unsigned("number").map(drop),
        ValueType::Id => item.id().map(drop),
    }
}

fn parse_bool(text: &str) -> Result<bool, ValueError> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is(["true", "yes", "1"]), is(["false", "no", "0"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(ValueError::Type { expected: "yes or no" }),
    }
}

fn parse_unsigned(text: &str) -> Result<u64, ValueError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ValueError::Type { expected: "number" });
    }
    text.parse().map_err(|_| ValueError::Range)
}
