//! The data dictionary: what every column and every value means, in English and Khmer, as JSON and as CSV.

use serde::Serialize;

use super::super::meaning::Label;
use super::super::origin::ColumnOrigin;
use super::super::spec::Role;
use super::super::table::Table;
use super::error::OutputError;
use super::manifest::ManifestColumn;
use super::types::ColumnType;

/// The dictionary as JSON.
#[derive(Serialize)]
struct Dictionary<'d> {
    columns: Vec<Entry<'d>>,
}

#[derive(Serialize)]
struct Entry<'d> {
    name: &'d str,
    role: Role,
    #[serde(rename = "type")]
    kind: ColumnType,
    label: &'d Label,
    field: Option<&'d str>,
    /// Only values that stand in the file, in their order.
    values: Vec<Value<'d>>,
}

#[derive(Serialize)]
struct Value<'d> {
    value: &'d str,
    label: Option<&'d Label>,
}

/// Both files: JSON and CSV.
pub(super) fn files(
    table: &Table,
    columns: &[ManifestColumn],
    origins: &[ColumnOrigin],
) -> Result<(Vec<u8>, Vec<u8>), OutputError> {
    let entries = table.columns().iter().zip(columns).zip(origins).map(|((column, known), origin)| {
        // Numbers and days speak for themselves.
        let listed = known.kind == ColumnType::String;
        let values = column.values().iter().zip(origin.values.iter().map(Option::as_ref)).filter(|_| listed);
        let mut values: Vec<Value<'_>> = values.map(|(value, label)| Value { value, label }).collect();
        values.sort_by_key(|value| value.value);
        Entry {
            name: &known.name,
            role: known.role,
            kind: known.kind,
            label: &known.label,
            field: known.field.as_deref(),
            values,
        }
    });
    let dictionary = Dictionary { columns: entries.collect() };
    let mut json = serde_json::to_vec_pretty(&dictionary).map_err(|_| OutputError::NotFinite)?;
    json.push(b'\n');
    Ok((json, csv(&dictionary).map_err(OutputError::write(super::DICTIONARY_CSV))?))
}

/// A line for each column, followed by one for each of its values.
fn csv(dictionary: &Dictionary<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["column", "value", "label_en", "label_km", "role", "type"])?;
    for entry in &dictionary.columns {
        let (role, kind) = (word(&entry.role), word(&entry.kind));
        writer.write_record([entry.name, "", &entry.label.en, &entry.label.km, &role, &kind])?;
        for value in &entry.values {
            let (en, km) = value.label.map_or(("", ""), |label| (&label.en, &label.km));
            writer.write_record([entry.name, value.value, en, km, "", ""])?;
        }
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The name that a simple value has in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
