//! Values of records as people and programs read them.

use saferoom::model::{DynamicRecord, FieldSpec, Value, code_lists};
use serde_json::{Map, Value as Json};

/// The value with labels in place of codes, and one item of a list per line.
pub(crate) fn for_people(field: &FieldSpec, value: &Value) -> String {
    match value {
        Value::Code(code) => label_of(field, code.as_str()).unwrap_or(code.as_str()).to_owned(),
        Value::Bool(true) => String::from("yes"),
        Value::Bool(false) => String::from("no"),
        Value::List(items) => items.iter().map(|item| for_people(field, item)).collect::<Vec<_>>().join("\n"),
        other => other.to_plain_text(),
    }
}

fn label_of(field: &FieldSpec, code: &str) -> Option<&'static str> {
    Some(&code_lists().list(field.code_list?)?.entry(code)?.en)
}

/// The value for a program: codes as they are recorded.
pub(crate) fn for_programs(value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::from(*value),
        Value::Unsigned(number) => Json::from(*number),
        Value::List(items) => items.iter().map(for_programs).collect(),
        other => Json::from(other.to_plain_text()),
    }
}

/// All values of a record, by the names of their fields.
pub(crate) fn fields_of(record: &DynamicRecord) -> Map<String, Json> {
    record.iter().map(|(field, value)| (field.name.to_owned(), for_programs(value))).collect()
}
