//! One line: a record as a JSON object. Reading borrows from the line; what has to be copied is wiped.

use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::id::RecordId;
use crate::model::{FieldSpec, Value, ValueError, ValueType};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 32 << 20;
/// The most fields and the most items of a list that are looked at.
const MOST: usize = 65_536;

/// A record as it stands in a line.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) kind: Words<'a>,
    #[serde(borrow, default)]
    pub(super) id: Option<Words<'a>>,
    #[serde(borrow, default)]
    pub(super) parent: Option<Words<'a>>,
    #[serde(default)]
    pub(super) revision: Option<u64>,
    /// Who wrote it elsewhere. Here it is whoever imports.
    #[serde(borrow, default, rename = "author")]
    _author: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) fields: Fields<'a>,
}

/// Text of a line.
pub(super) enum Words<'a> {
    Borrowed(&'a str),
    Copied(Zeroizing<String>),
}

impl Deref for Words<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Copied(text) => text,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Words<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl<'de> Visitor<'de> for AnyText {
            type Value = Words<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Words<'de>, E> {
                Ok(Words::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Words<'de>, E> {
                Ok(Words::Copied(Zeroizing::new(text.to_owned())))
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

/// The fields of a line, in its order, perhaps with a name twice.
pub(super) struct Fields<'a>(pub(super) Vec<(Words<'a>, Cell<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(24);
                while let Some(entry) = map.next_entry()? {
                    if fields.len() == MOST {
                        return Err(A::Error::custom("too many fields"));
                    }
                    fields.push(entry);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A value as JSON has it.
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Words(Words<'a>),
    List(Vec<Cell<'a>>),
    /// What no field takes: a negative or broken number, an object, a list beyond all measure.
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyCell)
    }
}

struct AnyCell;

impl<'de> Visitor<'de> for AnyCell {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Unsigned(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Other)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Words(Words::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Words(Words::Copied(Zeroizing::new(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if items.len() == MOST {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Cell::Other);
            }
            items.push(item);
        }
        Ok(Cell::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Other)
    }
}

/// The value of a field; none for `null` and for an empty list.
pub(super) fn value_of(
    field: &FieldSpec,
    cell: &Cell<'_>,
    reference: &mut dyn FnMut(&str) -> Option<RecordId>,
) -> Result<Option<Value>, ValueError> {
    match (cell, field.repeated) {
        (Cell::Null, _) => Ok(None),
        (Cell::List(items), true) if items.is_empty() => Ok(None),
        (Cell::List(items), true) => items
            .iter()
            .map(|item| single(field, item, reference))
            .collect::<Result<_, _>>()
            .map(|l| Some(Value::List(l))),
        (_, true) => Err(ValueError::Type { expected: "list" }),
        (cell, false) => single(field, cell, reference).map(Some),
    }
}

fn single(
    field: &FieldSpec,
    cell: &Cell<'_>,
    reference: &mut dyn FnMut(&str) -> Option<RecordId>,
) -> Result<Value, ValueError> {
    match (field.value_type, cell) {
        (ValueType::Bool, Cell::Bool(value)) => Ok(Value::Bool(*value)),
        (ValueType::Unsigned, Cell::Unsigned(number)) => Ok(Value::Unsigned(*number)),
        (ValueType::Bool, _) => Err(ValueError::Type { expected: "true or false" }),
        (ValueType::Unsigned, _) => Err(ValueError::Type { expected: "whole number" }),
        (ValueType::Id, Cell::Words(text)) => {
            reference(text).map(Value::Id).ok_or(ValueError::Type { expected: "record id" })
        }
        (value_type, Cell::Words(text)) => Value::parse(value_type, text),
        (value_type, _) => Err(ValueError::Type { expected: value_type.name() }),
    }
}
