//! Whether a record keeps the rules of its kind. All that it breaks is named at once.

use super::embedded::holds_file;
use super::encoding::{Item, Reader};
use super::value::check_item;
use super::{
    FieldBuffer, FieldSpec, ModelError, Occasion, PlaceCode, RecordSpec, ValueError, ValueType, Violation, rules,
};

/// The rule that a code is in its list.
pub(crate) const KNOWN_CODE: &str = "known-code";

/// The rule that a place is in the gazetteer.
pub(crate) const KNOWN_PLACE: &str = "known-place";

/// The rule that no file stands in a text as letters.
pub(crate) const NO_FILES: &str = "no-files";

/// Name of a field that the kind lacks, in [`Violation::field`].
const UNKNOWN_FIELD: &str = "(unknown)";

/// Checks the encoded fields of a whole record. Allocates nothing unless a rule is broken.
///
/// The rules: `required`, a field that has to be there; `type`, the value is what its field declares; `known-code`,
/// each code is in its list; `known-place`, each place is in the gazetteer in use, if there is one; `known-field`, the kind
/// has such a field; `no-files`, no file stands in a text as letters; and the rules between fields of [`rules`], without those that need the clock of the write.
///
/// A record that was written with newer lists keeps the codes and places it has: amending it forgives `known-code` and
/// `known-place` for what stood in the same field before.
///
/// # Errors
/// [`ModelError::Invalid`] with all violations.
pub fn validate(spec: &'static RecordSpec, fields: &FieldBuffer) -> Result<(), ModelError> {
    validate_on(spec, fields, &Occasion::default())
}

/// As [`validate`], with what is known of the write: its clock, the record, and the record that it stands below.
///
/// # Errors
/// [`ModelError::Invalid`] with all violations.
pub fn validate_on(spec: &'static RecordSpec, fields: &FieldBuffer, occasion: &Occasion) -> Result<(), ModelError> {
    let (kind, rules) = (spec.name(), rules());
    let mut violations = Vec::new();
    let by_library = spec.is_by_library();
    for field in spec.fields {
        let broken = match fields.get(field.number) {
            None => field.required.then_some("required"),
            Some(bytes) => match check(field, bytes) {
                Err(_) => Some("type"),
                // What the library alone writes may stand in base64: who is in a release.
                Ok(_) if !by_library && has_file(field, bytes) => Some(NO_FILES),
                Ok(true) => None,
                Ok(false) if field.value_type == ValueType::Place => Some(KNOWN_PLACE),
                Ok(false) => Some(KNOWN_CODE),
            },
        };
        violations.extend(broken.map(|rule| Violation { kind, field: field.name, rule }));
        if let Some(bytes) = fields.get(field.number).filter(|_| field.search.is_some()) {
            rules.judge_searched(kind, field, bytes, &mut violations);
        }
    }
    let unknown = fields.iter().filter(|(number, _)| spec.field(*number).is_none());
    violations.extend(unknown.map(|_| Violation { kind, field: UNKNOWN_FIELD, rule: "known-field" }));
    rules.judge(spec, fields, occasion, &mut violations);
    if violations.is_empty() { Ok(()) } else { Err(ModelError::Invalid(violations)) }
}

/// Whether the bytes are a value of the field, and then, whether all codes and places in it are known.
fn check(field: &FieldSpec, bytes: &[u8]) -> Result<bool, ValueError> {
    let mut reader = Reader::new(bytes);
    let count = if field.repeated { reader.list()? } else { 1 };
    let mut known = true;
    for _ in 0..count {
        let item = reader.item()?;
        check_item(field.value_type, item)?;
        if let Item::Text(text) = item {
            known &= is_known(field, text);
        }
    }
    reader.end()?;
    Ok(known)
}

/// Whether a file stands in a text of the field.
fn has_file(field: &FieldSpec, bytes: &[u8]) -> bool {
    if !matches!(field.value_type, ValueType::Text | ValueType::Narrative) {
        return false;
    }
    let mut reader = Reader::new(bytes);
    let count = if field.repeated { reader.list().unwrap_or(0) } else { 1 };
    (0..count).any(|_| matches!(reader.item(), Ok(Item::Text(text)) if holds_file(text)))
}

/// Whether every code or place of `new` that is not known stands in `old` too, the same field of the revision before.
pub(crate) fn carries_over(field: &FieldSpec, new: &[u8], old: &[u8]) -> Result<bool, ValueError> {
    let kept = texts(field, old)?;
    Ok(texts(field, new)?.iter().all(|text| is_known(field, text) || kept.contains(text)))
}

/// The codes or places of a field.
fn texts<'a>(field: &FieldSpec, bytes: &'a [u8]) -> Result<Vec<&'a str>, ValueError> {
    let mut reader = Reader::new(bytes);
    let count = if field.repeated { reader.list()? } else { 1 };
    (0..count).map(|_| reader.item()?.text("code or place")).collect()
}

/// Whether the list of the field has the code, or the gazetteer in use the place.
fn is_known(field: &FieldSpec, text: &str) -> bool {
    if let Some(extra) = field.extra.filter(|extra| !extra.choices.is_empty()) {
        return extra.choices.iter().any(|choice| choice.code == text);
    }
    if let Some(list) = field.code_list {
        return super::code_lists().list(list).is_some_and(|list| list.entry(text).is_some());
    }
    match (field.value_type, super::gazetteer()) {
        (ValueType::Place, Some(places)) => PlaceCode::exact(text).is_ok_and(|code| places.lookup(code).is_some()),
        _ => true,
    }
}
